//! The log of which identifiers were seen together.

use std::fmt::{self, Write};
use std::sync::Arc;

use arrow_array::Array;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::identity::rules::{Kind, Usable};
use crate::identity::table::{Identifiers, NONE, Tuples};
use crate::identity::{IdentityError, Partition, Rules};
use crate::value::{ByCode, LANES, StringColumn, TooManyValues, ValueSet};

/// A log of the identifiers that rows have: every identifier once, every combination of identifiers once.
///
/// It only grows; order, repetition and the split into batches leave no trace in what [`resolve`](Links::resolve) makes
/// of it.
#[derive(Clone)]
pub struct Links {
    pub(super) identifiers: Arc<Identifiers>,
    /// By node: whether a source that has only this kind of identifiers has it.
    pub(super) alone: Vec<bool>,
    pub(super) tuples: Tuples,
    /// By kind.
    pub(super) unusable: Vec<Unusable>,
}

/// Distinct values that are no identifiers.
#[derive(Debug, Clone, Default)]
pub(super) struct Unusable {
    /// As they stand in the source.
    pub(super) invalid: FxHashSet<String>,
    /// Normalised.
    pub(super) blocked: FxHashSet<String>,
}

/// Values in their one form, end to end, with the hash of each; `None` for those that are no identifiers.
#[derive(Default)]
struct Judged {
    text: String,
    ends: Vec<usize>,
    hashes: Vec<Option<u64>>,
    unusable: Unusable,
}

impl Judged {
    fn judge(&mut self, rule: &Kind, value: &str) {
        let hash = match rule.judge(value) {
            Usable::Yes(value) => {
                self.text.push_str(&value);
                Some(Identifiers::hash(&value))
            }
            Usable::Blocked(value) => {
                self.unusable.blocked.insert(value.into_owned());
                None
            }
            Usable::Invalid => {
                self.unusable.invalid.insert(value.to_owned());
                None
            }
        };
        self.hashes.push(hash);
        self.ends.push(self.text.len());
    }
}

/// What is kept of a source's rows to give each of them its profile when all rows are known.
#[derive(Clone)]
pub struct RowKeys(Keys);

#[derive(Clone)]
pub(super) enum Keys {
    /// One kind of identifiers: the code of each row's value, and the node of each code.
    Nodes { codes: Vec<u32>, nodes: ByCode },
    /// Several kinds: the tuple of each row.
    Tuples(Vec<u32>),
}

impl Links {
    /// Starts a log.
    pub fn new(rules: &Rules) -> Self {
        Self {
            identifiers: Arc::new(Identifiers::new(rules.clone())),
            alone: Vec::new(),
            tuples: Tuples::default(),
            unusable: vec![Unusable::default(); rules.len()],
        }
    }

    /// The rules that the log was started with.
    pub fn rules(&self) -> &Rules {
        self.identifiers.rules()
    }

    /// How many distinct identifiers there are.
    pub fn n_identifiers(&self) -> usize {
        self.identifiers.len()
    }

    /// Adds the rows of a source, or of a part of it: for each kind of identifiers that it has, the column.
    ///
    /// Every distinct value is normalised once, not once a row; values that no row has are left alone. Linear in
    /// `n_rows`.
    ///
    /// # Errors
    /// A kind that the rules do not have or that is given twice, or a column of another length: then nothing is added.
    /// More than about 2³¹ distinct identifiers or 2³² combinations: then the log is of no further use.
    pub fn add_rows(
        &mut self,
        columns: &[(usize, StringColumn)],
        n_rows: usize,
    ) -> Result<RowKeys, IdentityError> {
        self.check(columns, n_rows)?;
        let mut columns: Vec<&(usize, StringColumn)> = columns.iter().collect();
        columns.sort_by_key(|(kind, _)| *kind);
        let alone = columns.len() == 1;
        let mut coded = Vec::with_capacity(columns.len());
        for (kind, column) in columns {
            let values = ValueSet::new();
            let codes = codes(column, &values)?;
            coded.push((*kind, self.add_values(*kind, values, alone)?, codes));
        }
        if let Some((_, nodes, codes)) = coded.pop_if(|_| alone) {
            return Ok(RowKeys(Keys::Nodes { codes, nodes }));
        }
        let columns: Vec<_> = coded.iter().map(|(kind, nodes, codes)| (*kind, nodes, &codes[..])).collect();
        Ok(RowKeys(Keys::Tuples(self.add_tuples(&columns, n_rows)?)))
    }

    /// Adds the distinct values of a source's column of one kind; `alone` says that it has no other kind. Gives the node
    /// of each code, for [`add_tuples`](Self::add_tuples) and [`Partition::profiles_by_code`].
    ///
    /// # Errors
    /// More than 2³² − 2 distinct identifiers: then the log is of no further use.
    pub(crate) fn add_values(
        &mut self,
        kind: usize,
        values: ValueSet,
        alone: bool,
    ) -> Result<ByCode, IdentityError> {
        let identifiers = Arc::make_mut(&mut self.identifiers);
        let rule = identifiers.rules().kinds()[kind].clone();
        let shards = values.into_shards();
        // Every value is brought to its one form on all threads; numbering them is quick then.
        let judged: Vec<[Judged; 2]> = shards
            .into_par_iter()
            .map(|shard| {
                let mut digits = String::new();
                let mut numbers = Judged::default();
                for number in shard.all_numbers() {
                    digits.clear();
                    // Writing to a String does not fail.
                    let _ = write!(digits, "{number}");
                    numbers.judge(&rule, &digits);
                }
                let mut texts = Judged::default();
                shard.all_texts().for_each(|text| texts.judge(&rule, text));
                [numbers, texts]
            })
            .collect();
        identifiers.reserve(kind, judged.iter().flatten().map(|judged| judged.ends.len()).sum());
        let mut lanes = vec![Vec::new(); LANES];
        for (shard, judged) in judged.into_iter().enumerate() {
            for (lane, judged) in judged.into_iter().enumerate() {
                let nodes = &mut lanes[lane * LANES / 2 + shard];
                nodes.reserve(judged.ends.len());
                let mut start = 0;
                for (&end, &hash) in judged.ends.iter().zip(&judged.hashes) {
                    nodes.push(match hash {
                        Some(hash) => identifiers.intern(kind, &judged.text[start..end], hash)?,
                        None => NONE,
                    });
                    start = end;
                }
                self.unusable[kind].invalid.extend(judged.unusable.invalid);
                self.unusable[kind].blocked.extend(judged.unusable.blocked);
            }
        }
        self.alone.resize(identifiers.len(), false);
        let nodes = ByCode::new(lanes);
        if alone {
            for node in nodes.iter().filter(|&node| node != NONE) {
                self.alone[node as usize] = true;
            }
        }
        Ok(nodes)
    }

    /// Adds rows of a source with several kinds: for each, in the order of the kinds, its nodes and the code of each
    /// row. Gives the tuple of each row.
    ///
    /// # Errors
    /// More than 2³² − 2 distinct combinations: then the log is of no further use.
    pub(crate) fn add_tuples(
        &mut self,
        columns: &[(usize, &ByCode, &[u32])],
        n_rows: usize,
    ) -> Result<Vec<u32>, IdentityError> {
        let mut tuples = Vec::with_capacity(n_rows);
        let mut row_nodes = Vec::with_capacity(columns.len());
        for row in 0..n_rows {
            row_nodes.clear();
            let mut kinds = 0;
            for (kind, nodes, codes) in columns {
                let node = nodes.get(codes[row]);
                if node != NONE {
                    row_nodes.push(node);
                    kinds |= 1 << kind;
                }
            }
            tuples.push(if row_nodes.is_empty() { NONE } else { self.tuples.intern(&row_nodes, kinds)? });
        }
        Ok(tuples)
    }

    /// Joins the identifiers to profiles; see the [module](crate::identity) for how.
    ///
    /// A pure function of the distinct rows added so far. Time: `n log n` in the distinct identifiers (they are
    /// sorted), linear in the distinct combinations and the number of kinds.
    pub fn resolve(&self) -> Partition {
        Partition::of(self)
    }

    fn check(&self, columns: &[(usize, StringColumn)], n_rows: usize) -> Result<(), IdentityError> {
        let rules = self.rules();
        let mut seen = vec![false; rules.len()];
        for (index, column) in columns {
            let Some(name) = rules.name(*index) else {
                return Err(IdentityError::UnknownKind { index: *index, n_kinds: rules.len() });
            };
            let kind = name.to_owned();
            if std::mem::replace(&mut seen[*index], true) {
                return Err(IdentityError::RepeatedKind { kind });
            }
            let found = column.codes().len();
            if found != n_rows {
                return Err(IdentityError::ColumnLength { kind, found, wanted: n_rows });
            }
        }
        Ok(())
    }
}

impl RowKeys {
    /// How many rows.
    pub fn len(&self) -> usize {
        match &self.0 {
            Keys::Nodes { codes, .. } => codes.len(),
            Keys::Tuples(tuples) => tuples.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.0
    }
}

/// The code of each row's value; `NONE` where it has none. Values that no row has are left alone.
fn codes(column: &StringColumn, values: &ValueSet) -> Result<Vec<u32>, IdentityError> {
    let mut used = vec![false; column.values().len()];
    column.codes().iter().flatten().for_each(|code| used[code as usize] = true);
    let texts: Vec<Option<&str>> =
        used.iter().enumerate().map(|(code, used)| used.then(|| column.values().value(code))).collect();
    let too_many = |TooManyValues| IdentityError::Full { what: "identifiers", most: u32::MAX / 2 };
    let by_text = values.texts(&texts, |_| 0).map_err(too_many)?;
    Ok(column.codes().iter().map(|code| code.map_or(NONE, |code| by_text[code as usize])).collect())
}

impl fmt::Debug for Links {
    /// Numbers only: identifiers are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Links")
            .field("n_identifiers", &self.identifiers.len())
            .field("n_combinations", &self.tuples.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RowKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowKeys").field("len", &self.len()).finish_non_exhaustive()
    }
}
