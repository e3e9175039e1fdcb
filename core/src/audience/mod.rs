//! Audiences: sets of profiles, with the expression that made them.

use std::fmt;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_schema::{Field, Schema};
use roaring::RoaringBitmap;

use crate::engine;
use crate::expr::{self, Block, Diagnostic};
use crate::identity::ProfileId;
use crate::profile::{Profiles, plain_text};

/// A set of profiles of one run, with the expression that made it.
///
/// ```
/// # use std::sync::Arc;
/// # use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
/// # use tagloom::{Catalog, Dataset};
/// # let catalog = Catalog::parse(r#"
/// # tagloom: 1
/// # name: shop
/// # identifiers: {member: {}}
/// # sources:
/// #   orders: {kind: events, identifiers: {member: member_id}, time: paid_at, columns: {amount: float64}}
/// # tags:
/// #   spend_90d: {layer: fact, events: orders, sum: amount, window: 90d}
/// # "#)?;
/// # let orders = RecordBatch::try_from_iter([
/// #     ("member_id", Arc::new(StringArray::from(vec!["a", "b", "a"])) as ArrayRef),
/// #     ("paid_at", Arc::new(StringArray::from(vec!["2026-05-01", "2026-05-02", "2026-05-03"])) as ArrayRef),
/// #     ("amount", Arc::new(Float64Array::from(vec![60.0, 20.0, 70.0])) as ArrayRef),
/// # ])?;
/// # let profiles = catalog.build(&Dataset::new().with("orders", orders), "2026-06-01")?;
/// let big = profiles.audience("spend_90d >= 100")?;
/// let all = profiles.audience("TRUE")?;
/// assert_eq!(big.len(), 1);
/// assert_eq!((all - big)?.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Audience {
    profiles: Profiles,
    expression: String,
    rows: RoaringBitmap,
    warnings: Vec<Diagnostic>,
}

/// An audience that cannot be made.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AudienceError {
    /// The expression is wrong.
    #[error(transparent)]
    Expression(#[from] expr::Errors),
    /// Two audiences of different runs: their rows mean different profiles.
    #[error("the audiences `{left}` and `{right}` are of different runs; make both from the same profiles")]
    DifferentProfiles {
        /// The expression of the first.
        left: String,
        /// The expression of the second.
        right: String,
    },
}

impl AudienceError {
    /// The stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Expression(errors) => errors.code(),
            Self::DifferentProfiles { .. } => "audience.different_profiles",
        }
    }
}

impl Profiles {
    /// The profiles for which an expression over tags is true. Profiles for which it is unknown are not in it, nor in
    /// the audience of its negation; [`Audience::warnings`] says where that may matter.
    ///
    /// # Errors
    /// [`AudienceError::Expression`] with every error of the expression.
    pub fn audience(&self, expression: &str) -> Result<Audience, AudienceError> {
        let mut program = expr::Program::new(self.plan().rules.schema().clone());
        let root = program.add_bool(expression)?;
        let block = Block::new(self.len(), self.as_of(), self.zone()).with_columns(self.plan_columns());
        let is_true = program.select(root, &block).expect("invariant: the block has every column").is_true;
        Ok(Audience {
            profiles: self.clone(),
            expression: expression.to_owned(),
            rows: is_true.set_indices().map(|row| row as u32).collect(),
            warnings: {
                let shown = engine::shown_block(self.plan(), self.plan_columns(), self.as_of());
                [program.warnings(root), &program.unseen(root, &shown)].concat()
            },
        })
    }
}

impl Audience {
    /// How many profiles.
    pub fn len(&self) -> u64 {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The expression that made it.
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// What in the expression may surprise: what it does with missing values, conditions that nobody or everybody
    /// meets, texts that no profile has.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Whether the profile of a row is in it.
    pub fn contains(&self, row: usize) -> bool {
        u32::try_from(row).is_ok_and(|row| self.rows.contains(row))
    }

    /// The rows of its profiles, ascending.
    pub fn rows(&self) -> impl Iterator<Item = u32> + '_ {
        self.rows.iter()
    }

    /// The ids of its profiles, by row.
    pub fn ids(&self) -> impl Iterator<Item = ProfileId> + '_ {
        self.rows().map(|row| self.profiles.ids()[row as usize])
    }

    /// Everybody who is in both.
    ///
    /// # Errors
    /// [`AudienceError::DifferentProfiles`].
    pub fn and(&self, other: &Self) -> Result<Self, AudienceError> {
        self.combine(other, "AND", |a, b| a & b)
    }

    /// Everybody who is in one or both.
    ///
    /// # Errors
    /// [`AudienceError::DifferentProfiles`].
    pub fn or(&self, other: &Self) -> Result<Self, AudienceError> {
        self.combine(other, "OR", |a, b| a | b)
    }

    /// Everybody who is in this one and not in the other.
    ///
    /// # Errors
    /// [`AudienceError::DifferentProfiles`].
    pub fn minus(&self, other: &Self) -> Result<Self, AudienceError> {
        self.combine(other, "MINUS", |a, b| a - b)
    }

    /// Everybody who is not in it, those of whom the expression is unknown too.
    pub fn complement(&self) -> Self {
        let mut everybody = RoaringBitmap::new();
        everybody.insert_range(0..self.profiles.len() as u32);
        Self {
            rows: everybody - &self.rows,
            expression: format!("EVERYBODY MINUS ({})", self.expression),
            ..self.clone()
        }
    }

    fn combine(
        &self,
        other: &Self,
        word: &str,
        op: impl Fn(&RoaringBitmap, &RoaringBitmap) -> RoaringBitmap,
    ) -> Result<Self, AudienceError> {
        if !self.profiles.is_same(&other.profiles) {
            let (left, right) = (self.expression.clone(), other.expression.clone());
            return Err(AudienceError::DifferentProfiles { left, right });
        }
        Ok(Self {
            profiles: self.profiles.clone(),
            expression: format!("({}) {word} ({})", self.expression, other.expression),
            rows: op(&self.rows, &other.rows),
            warnings: [&self.warnings[..], &other.warnings].concat(),
        })
    }

    /// The audience as an Arrow table: `profile_id` and a column for each kind of identifier.
    pub fn to_record_batch(&self) -> RecordBatch {
        let ids: StringArray = self.ids().map(|id| Some(id.to_string())).collect();
        let mut fields = vec![Field::new("profile_id", arrow_schema::DataType::Utf8, false)];
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(ids)];
        let rows: Vec<u32> = self.rows().collect();
        for (kind, column) in self.profiles.identifier_columns() {
            let array = plain_text(&column.take(&rows));
            fields.push(Field::new(kind, array.data_type().clone(), true));
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
            .expect("invariant: every column has one row a profile and the type of its field")
    }
}

impl fmt::Debug for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Audience")
            .field("expression", &self.expression)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl std::ops::BitAnd for Audience {
    type Output = Result<Audience, AudienceError>;

    fn bitand(self, other: Self) -> Self::Output {
        self.and(&other)
    }
}

impl std::ops::BitOr for Audience {
    type Output = Result<Audience, AudienceError>;

    fn bitor(self, other: Self) -> Self::Output {
        self.or(&other)
    }
}

impl std::ops::Sub for Audience {
    type Output = Result<Audience, AudienceError>;

    fn sub(self, other: Self) -> Self::Output {
        self.minus(&other)
    }
}

impl std::ops::Not for Audience {
    type Output = Audience;

    fn not(self) -> Self::Output {
        self.complement()
    }
}
