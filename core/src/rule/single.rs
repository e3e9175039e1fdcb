//! One rule, alone.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::expr::{self, Ast, Diagnostic, Errors, Explained, Prepared, Program, RootId, Schema, Tally};
use crate::rule::change::changes;
use crate::rule::{Change, Difference, Frame, Given, RuleError, diff};
use crate::time::{Timestamp, Zone};
use crate::value::{Column, DataType, Value};

/// One rule, over whatever columns it is applied to.
///
/// ```
/// use tagloom::rule::{Given, Rule};
/// use tagloom::value::Value;
///
/// let rule = Rule::new("tier = 'gold' AND spend_90d >= 1000")?;
/// let customer = Given::from_iter([("tier", Value::from("gold")), ("spend_90d", Value::Float(820.0))]);
/// assert_eq!(rule.test(&customer)?, Value::Bool(false));
/// let change = &rule.changes(&customer)?.expect("it can become true")[0];
/// assert_eq!((change.text.as_str(), change.distance), ("spend_90d >= 1000", Some(180.0)));
/// # Ok::<(), tagloom::rule::RuleError>(())
/// ```
#[derive(Debug)]
pub struct Rule {
    text: String,
    ast: Ast,
    /// The program for the last profile, for the next of the same types.
    last: Mutex<Option<Arc<Ready>>>,
}

/// A rule compiled for profiles of some names and types.
#[derive(Debug)]
struct Ready {
    at: Option<(Timestamp, Zone)>,
    prepared: Prepared,
}

/// A rule that was compiled over a schema.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Checked {
    /// The program with the rule as its only one.
    pub program: Program,
    /// The rule in the program.
    pub root: RootId,
}

/// What a rule gives for the rows of a frame.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Applied {
    /// A value for each row; for a condition true, false, or null where it is unknown.
    pub column: Column,
    /// How many values were lost to overflow and became null, in any part of the rule.
    pub overflows: u64,
    /// What to tell the author of the rule about these columns, in the order of the text.
    pub warnings: Vec<Diagnostic>,
}

impl Clone for Rule {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), ast: self.ast.clone(), last: Mutex::default() }
    }
}

impl Rule {
    /// Reads a rule. Names and types are checked when it meets columns or values.
    ///
    /// # Errors
    /// All errors of form in the text.
    pub fn new(text: impl Into<String>) -> Result<Self, Errors> {
        let text = text.into();
        let ast = expr::parse(&text)?;
        Ok(Self { text, ast, last: Mutex::default() })
    }

    /// The rule as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The tree of the rule.
    pub fn ast(&self) -> &Ast {
        &self.ast
    }

    /// The names that the rule reads, each once, in the order of the text.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for (name, _) in self.ast.names() {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The rule in canonical form, over several lines where it is long, its comments first; formatting that again
    /// changes nothing.
    pub fn format(&self) -> String {
        expr::format_text(&self.text).unwrap_or_else(|_| expr::format(&self.ast))
    }

    /// Compiles the rule over a schema.
    ///
    /// # Errors
    /// All errors of names and types in the text.
    pub fn check(&self, schema: Schema) -> Result<Checked, Errors> {
        let mut program = Program::new(schema);
        let root = program.add(&self.text)?;
        Ok(Checked { program, root })
    }

    /// Evaluates the rule for every row of a frame.
    ///
    /// # Errors
    /// The errors of the text over these columns; `rule.no_as_of` where it asks for the time and the frame has none.
    pub fn apply(&self, frame: &Frame) -> Result<Applied, RuleError> {
        let Checked { program, root } = self.over(frame)?;
        let mut evaluation = program.evaluate(&[root], &frame.block())?;
        let mut warnings = program.warnings(root).to_vec();
        warnings.extend(program.unseen(root, &frame.block()));
        warnings.sort_by_key(|warning| (warning.span.start, warning.span.end));
        Ok(Applied { column: evaluation.columns.swap_remove(0), overflows: evaluation.overflows, warnings })
    }

    /// Says why one row of a frame has its value.
    ///
    /// # Errors
    /// As [`apply`](Self::apply); `rule.no_such_row` past the end.
    pub fn explain_row(&self, frame: &Frame, row: usize) -> Result<Explained, RuleError> {
        let Checked { program, root } = self.over(frame)?;
        Ok(program.explain(root, &frame.block(), row)?)
    }

    /// Counts for how many rows each condition is true, false, unknown and decisive, and how many rows the parts of
    /// an `AND` let through, one after the other.
    ///
    /// # Errors
    /// As [`apply`](Self::apply); `rule.not_bool` where the rule is no condition.
    pub fn funnel(&self, frame: &Frame) -> Result<Tally, RuleError> {
        let Checked { program, root } = self.over(frame)?;
        Ok(program.tally(root, &frame.block(), None)?)
    }

    /// Compares this rule with the one that shall replace it: who enters, who leaves, and which conditions did it.
    ///
    /// # Errors
    /// As [`funnel`](Self::funnel), for either rule.
    pub fn diff(&self, new: &Self, frame: &Frame) -> Result<Difference, RuleError> {
        diff::difference(&self.over(frame)?, &new.over(frame)?, frame)
    }

    /// The value for one profile; null, for a condition, is unknown.
    ///
    /// # Errors
    /// As [`apply`](Self::apply); `rule.no_as_of` where it asks for the time and the values have none ([`Given::at`]).
    pub fn test(&self, given: &Given) -> Result<Value, RuleError> {
        let ready = self.ready(given)?;
        let mut evaluated = ready.prepared.evaluate(given.values())?;
        Ok(evaluated.values.swap_remove(0))
    }

    /// Says why one profile has its value.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn explain(&self, given: &Given) -> Result<Explained, RuleError> {
        Ok(self.ready(given)?.prepared.explain(0, given.values())?)
    }

    /// What would have to change for the condition to be true for one profile: the fewest conditions, of equally
    /// few the first in the text. Empty where it is true already; none where nothing can make it true.
    ///
    /// Conditions are looked at one by one: whether two of them can be true together is not known.
    ///
    /// # Errors
    /// As [`apply`](Self::apply); `rule.not_bool` where the rule is no condition.
    pub fn changes(&self, given: &Given) -> Result<Option<Vec<Change>>, RuleError> {
        let ready = self.ready(given)?;
        let found = ready.prepared.program().data_type(ready.prepared.roots()[0]);
        if found != DataType::Bool {
            return Err(expr::BlockError::NotBool { found }.into());
        }
        Ok(changes(&ready.prepared.explain(0, given.values())?))
    }

    fn over(&self, frame: &Frame) -> Result<Checked, RuleError> {
        let checked = self.check(frame.schema())?;
        if frame.as_of().is_none() && checked.program.reads_as_of(checked.root) {
            return Err(RuleError::NoAsOf);
        }
        Ok(checked)
    }

    fn ready(&self, given: &Given) -> Result<Arc<Ready>, RuleError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let at = given.moment();
        let fits =
            |ready: &&Arc<Ready>| ready.at.as_ref() == at && given.fits(ready.prepared.program().schema());
        if let Some(ready) = last.as_ref().filter(fits) {
            return Ok(Arc::clone(ready));
        }
        let before = last.as_ref().map(|ready| ready.prepared.program().schema());
        let Checked { program, root } = self.check(given.schema(&[&self.ast], before))?;
        if at.is_none() && program.reads_as_of(root) {
            return Err(RuleError::NoAsOf);
        }
        let (as_of, zone) = at.cloned().unwrap_or_else(|| (Timestamp::from_micros(0), Zone::utc()));
        let prepared = Prepared::new(Arc::new(program), &[root], as_of, &zone);
        let ready = Arc::new(Ready { at: at.cloned(), prepared });
        *last = Some(Arc::clone(&ready));
        Ok(ready)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
