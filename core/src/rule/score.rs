//! Score cards.

use std::sync::Arc;

use serde::Serialize;

use crate::expr::{Prepared, Program, RootId, Truth};
use crate::rule::{Frame, Given, PointsDef, RuleError, ScoreDef, TableProblem, csv};
use crate::time::{Timestamp, Zone};
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// A score card: points for conditions, and bands of their sum.
///
/// The score is the base and, for each condition in order, its weight times its points where it is true, times the
/// points for unknown where it is unknown. The band is the one with the greatest lower end that the score reaches;
/// below the first band there is none.
///
/// ```
/// use tagloom::rule::{Given, PointsDef, ScoreCard, ScoreDef};
/// use tagloom::value::Value;
///
/// let mut def = ScoreDef::default();
/// def.items = vec![PointsDef::new("orders_90d >= 3", 40.0), PointsDef::new("churn_risk < 0.2", 25.0)];
/// def.bands = [("low".to_owned(), 0.0), ("high".to_owned(), 40.0)].into_iter().collect();
/// let card = ScoreCard::new(def)?;
/// let customer = Given::from_iter([("orders_90d", Value::Int(5)), ("churn_risk", Value::Float(0.3))]);
/// let scored = card.test(&customer)?;
/// assert_eq!((scored.score, scored.band.as_deref()), (40.0, Some("high")));
/// # Ok::<(), tagloom::rule::RuleError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreCard {
    def: ScoreDef,
}

/// What a score card gives for the rows of a frame.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ScoreOutput {
    /// The scores.
    pub score: Column,
    /// The bands; null below the first.
    pub band: Column,
    /// How many values were lost to overflow in the conditions.
    pub overflows: u64,
    /// What to tell the author of the card about these columns, condition by condition.
    pub warnings: Vec<TableProblem>,
}

/// The score of one profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Scored {
    /// The sum.
    pub score: f64,
    /// The band that it falls into.
    pub band: Option<String>,
    /// What each condition adds, in the order of the card.
    pub contributions: Vec<Contribution>,
}

/// What one condition adds to a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Contribution {
    /// The condition's name, or its text.
    pub name: String,
    /// Whether it is true; none is unknown.
    pub is_true: Option<bool>,
    /// What it adds.
    pub points: f64,
    /// What it could add.
    pub possible: f64,
}

impl ScoreCard {
    /// Checks the numbers of a definition. Conditions are checked when they meet columns or values.
    ///
    /// # Errors
    /// [`RuleError::Definition`]: `rule.score_empty`, `rule.score_number` for points or bands that are no finite
    /// number, `rule.score_bands` for bands that do not ascend; [`RuleError::Named`] for the text of a condition.
    pub fn new(def: ScoreDef) -> Result<Self, RuleError> {
        let mut problems = Vec::new();
        if def.items.is_empty() {
            problems.push(TableProblem::new("rule.score_empty", "no conditions; wanted at least one"));
        }
        let mut finite = |n: f64, row: Option<usize>, what: &str| {
            if !n.is_finite() {
                let problem = TableProblem::new("rule.score_number", format!("{n}; wanted a finite number"));
                let problem = problem.in_column(what);
                problems.push(match row {
                    Some(row) => problem.in_row(row),
                    None => problem,
                });
            }
        };
        finite(def.base, None, "base");
        for (at, item) in def.items.iter().enumerate() {
            finite(item.points, Some(at), "points");
            finite(item.weight, Some(at), "weight");
            finite(item.unknown, Some(at), "unknown");
        }
        def.bands.iter().for_each(|(name, low)| finite(*low, None, name));
        let lows: Vec<f64> = def.bands.values().copied().collect();
        if lows.windows(2).any(|pair| pair[0] >= pair[1]) {
            let problem =
                TableProblem::new("rule.score_bands", "bands do not ascend; wanted the lowest first");
            problems.push(problem.in_column("bands"));
        }
        if !problems.is_empty() {
            return Err(RuleError::Definition { problems });
        }
        for item in &def.items {
            crate::expr::parse(&item.when).map_err(|errors| named(item, errors))?;
        }
        Ok(Self { def })
    }

    /// Reads a card from CSV with the columns `when` and `points`, and perhaps `weight`, `unknown` and `name`.
    ///
    /// # Errors
    /// As [`new`](Self::new), `rule.table_csv`, and `rule.score_csv` for columns or numbers that are not there.
    pub fn from_csv(text: &str, bands: impl IntoIterator<Item = (String, f64)>) -> Result<Self, RuleError> {
        Self::from_records(&csv::records(text)?, bands)
    }

    /// Reads a card from the columns of a frame, named as in CSV.
    ///
    /// # Errors
    /// As [`from_csv`](Self::from_csv).
    pub fn from_frame(
        frame: &Frame,
        bands: impl IntoIterator<Item = (String, f64)>,
    ) -> Result<Self, RuleError> {
        Self::from_records(&csv::records_of(frame), bands)
    }

    fn from_records(
        records: &[Vec<String>],
        bands: impl IntoIterator<Item = (String, f64)>,
    ) -> Result<Self, RuleError> {
        let mut problems = Vec::new();
        let head: Vec<String> = records
            .first()
            .map(|head| head.iter().map(|name| name.trim().to_ascii_lowercase()).collect())
            .unwrap_or_default();
        let at = |name: &str| head.iter().position(|own| own == name);
        let (Some(when), Some(points)) = (at("when"), at("points")) else {
            let problem = TableProblem::new("rule.score_csv", "wanted the columns `when` and `points`");
            return Err(RuleError::Definition { problems: vec![problem] });
        };
        let mut items = Vec::new();
        for (row, record) in records.iter().enumerate().skip(1) {
            let cell = |at: usize| record.get(at).map_or("", |cell| cell.trim());
            let mut number = |at: Option<usize>, default: f64| match at.map(cell) {
                None | Some("") => default,
                Some(text) => text.parse().unwrap_or_else(|_| {
                    let problem = TableProblem::new("rule.score_csv", format!("{text:?} is no number"));
                    problems.push(problem.in_row(row - 1));
                    default
                }),
            };
            items.push(PointsDef {
                when: cell(when).to_owned(),
                points: number(Some(points), 0.0),
                weight: number(at("weight"), 1.0),
                unknown: number(at("unknown"), 0.0),
                name: at("name").map(cell).filter(|name| !name.is_empty()).map(str::to_owned),
            });
        }
        if !problems.is_empty() {
            return Err(RuleError::Definition { problems });
        }
        Self::new(ScoreDef { base: 0.0, items, bands: bands.into_iter().collect() })
    }

    /// The definition.
    pub fn def(&self) -> &ScoreDef {
        &self.def
    }

    /// The score and band of every row of a frame.
    ///
    /// # Errors
    /// [`RuleError::Named`] for a condition that does not fit the columns; `rule.no_as_of`.
    pub fn apply(&self, frame: &Frame) -> Result<ScoreOutput, RuleError> {
        let mut program = Program::new(frame.schema());
        let roots = self.compile(&mut program)?;
        if frame.as_of().is_none() && roots.iter().any(|&root| program.reads_as_of(root)) {
            return Err(RuleError::NoAsOf);
        }
        let block = frame.block();
        let found = program.evaluate(&roots, &block)?;
        let mut warnings = Vec::new();
        for (at, (&root, item)) in roots.iter().zip(&self.def.items).enumerate() {
            let of_data = program.unseen(root, &block);
            let all = program.warnings(root).iter().cloned().chain(of_data);
            warnings.extend(all.map(|w| {
                TableProblem::new(w.code, w.message).with_help(w.help).in_row(at).in_column(item.label())
            }));
        }
        let [score, band] = self.tag_columns(&found.columns, frame.len());
        Ok(ScoreOutput { score, band, overflows: found.overflows, warnings })
    }

    /// The score of one profile with what each condition adds.
    ///
    /// # Errors
    /// As [`apply`](Self::apply), with the instant of the values ([`Given::at`]).
    pub fn test(&self, given: &Given) -> Result<Scored, RuleError> {
        let mut texts = Vec::with_capacity(self.def.items.len());
        for item in &self.def.items {
            texts.push(crate::expr::parse(&item.when).map_err(|errors| named(item, errors))?);
        }
        let mut program = Program::new(given.schema(&texts.iter().collect::<Vec<_>>(), None));
        let roots = self.compile(&mut program)?;
        if given.moment().is_none() && roots.iter().any(|&root| program.reads_as_of(root)) {
            return Err(RuleError::NoAsOf);
        }
        let unasked = (Timestamp::from_micros(0), Zone::utc());
        let (as_of, zone) = given.moment().unwrap_or(&unasked);
        let prepared = Prepared::new(Arc::new(program), &roots, *as_of, zone);
        let truths = prepared.evaluate(given.values())?.values;
        Ok(self.scored(truths.iter().map(|value| if let Value::Bool(b) = value { Some(*b) } else { None })))
    }

    /// What the conditions add, given whether each is true.
    pub(crate) fn scored(&self, truths: impl Iterator<Item = Option<bool>>) -> Scored {
        let mut score = self.def.base;
        let mut contributions = Vec::with_capacity(self.def.items.len());
        for (item, is_true) in self.def.items.iter().zip(truths) {
            let points = points(item, is_true);
            score += points;
            contributions.push(Contribution {
                name: item.label().to_owned(),
                is_true,
                points,
                possible: item.weight * item.points,
            });
        }
        Scored { score, band: self.band(score).map(str::to_owned), contributions }
    }

    fn band(&self, score: f64) -> Option<&str> {
        self.def.bands.iter().rev().find(|(_, low)| score >= **low).map(|(name, _)| name.as_str())
    }

    pub(crate) fn compile(&self, program: &mut Program) -> Result<Vec<RootId>, RuleError> {
        self.def
            .items
            .iter()
            .map(|item| program.add_bool(&item.when).map_err(|errors| named(item, errors)))
            .collect()
    }

    /// Score and band of each profile, from the columns of the conditions.
    pub(crate) fn tag_columns(&self, conditions: &[Column], len: usize) -> [Column; 2] {
        let truths: Vec<Truth> = conditions.iter().map(Truth::of).collect();
        let mut scores = vec![self.def.base; len];
        for (item, truth) in self.def.items.iter().zip(&truths) {
            for (row, score) in scores.iter_mut().enumerate() {
                *score += points(item, truth.value(row));
            }
        }
        let mut bands = ColumnBuilder::new(DataType::String, len);
        for &score in &scores {
            match self.band(score) {
                Some(name) => bands.push_str(name),
                None => bands.push_null(),
            }
        }
        let scores: Vec<Option<f64>> = scores.into_iter().map(Some).collect();
        [Column::Float(scores.into()), bands.finish()]
    }
}

fn points(item: &PointsDef, is_true: Option<bool>) -> f64 {
    match is_true {
        Some(true) => item.weight * item.points,
        Some(false) => 0.0,
        None => item.weight * item.unknown,
    }
}

fn named(item: &PointsDef, errors: crate::expr::Errors) -> RuleError {
    RuleError::Named { name: item.label().to_owned(), errors }
}
