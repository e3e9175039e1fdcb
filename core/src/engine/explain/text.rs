//! Explanations as text.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use crate::catalog::model::Layer;
use crate::engine::explain::{Because, EvidenceRow, Explanation, RowsBecause};
use crate::engine::marketing::write_evidence;
use crate::engine::model::Told;
use crate::expr::Explained;
use crate::identity::HIDDEN;
use crate::marketing::Language;
use crate::time::{Timestamp, Zone};
use crate::value::Value;

/// Text on its way, with the zone whose clocks times are told by and the tags whose values are not told.
pub(in crate::engine) struct Text<'w> {
    to: &'w mut dyn Write,
    zone: &'w Zone,
    personal: BTreeSet<&'w str>,
}

impl Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.to.write_str(text)
    }
}

impl Text<'_> {
    fn time(&self, instant: Timestamp) -> String {
        self.zone.clock_at(instant)
    }

    /// Whether a name (`tag`, `tag.field`, quoted or not) is of a personal tag.
    pub(in crate::engine) fn is_personal(&self, name: &str) -> bool {
        let is = |name: &str| self.personal.contains(name.trim_matches(['"', '`']));
        is(name) || name.split_once('.').is_some_and(|(tag, _)| is(tag))
    }

    fn reads_personal(&self, part: &Explained) -> bool {
        (part.op == "name" && self.is_personal(&part.text))
            || part.children.iter().any(|child| self.reads_personal(child))
    }

    /// A value of a tag; where it is personal, that there is one.
    pub(in crate::engine) fn of_tag(&self, tag: &str, value: &Value) -> String {
        if self.is_personal(tag) && !value.is_null() { HIDDEN.to_owned() } else { self.value(value) }
    }

    /// A value as people read it.
    pub(in crate::engine) fn value(&self, value: &Value) -> String {
        match value {
            Value::Float(n) => number(*n),
            Value::String(text) => text.to_string(),
            Value::Timestamp(instant) => self.time(*instant),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = std::iter::once(self).chain(&self.below);
        let personal = all.filter(|e| e.definition.personal).map(|e| e.tag.as_str()).collect();
        let mut text = Text { to: f, zone: &self.timezone, personal };
        let as_of = text.time(self.as_of);
        writeln!(text, "profile {}, as of {as_of} {}", self.profile, self.timezone)?;
        self.write_one(&mut text)?;
        for below in &self.below {
            writeln!(text)?;
            below.write_one(&mut text)?;
        }
        Ok(())
    }
}

impl Explanation {
    fn write_one(&self, f: &mut Text<'_>) -> fmt::Result {
        let title = self.title.as_ref().map_or(String::new(), |title| format!(" ({title})"));
        let unit = self.unit.as_ref().filter(|_| !self.value.is_null());
        let unit = unit.map_or(String::new(), |unit| format!(" {unit}"));
        let only_fields = self.value.is_null() && !self.fields.is_empty();
        let value = if only_fields {
            String::new()
        } else {
            format!(" = {}{unit}", f.of_tag(&self.tag, &self.value))
        };
        writeln!(f, "{}{title}{value}  [{}]", self.tag, self.layer.name())?;
        if !self.fields.is_empty() {
            let fields: Vec<String> = self
                .fields
                .iter()
                .map(|(name, value)| format!("{name} {}", f.of_tag(&self.tag, value)))
                .collect();
            writeln!(f, "  {}", fields.join(", "))?;
        }
        if self.is_default {
            writeln!(f, "  there was no value: this is the definition's when_missing")?;
        }
        let said = [("version", self.version.as_ref()), ("owner", self.definition.owner.as_ref())];
        let said = said.into_iter().filter_map(|(what, text)| Some(format!("{what} {}, ", text?)));
        if self.layer == Layer::Business {
            writeln!(f, "  {}definition {}", said.collect::<String>(), self.definition_hash)?;
        }
        match &self.because {
            because if !self.definition.personal => because.write(f),
            // The rows, and what was read; not what was made of it.
            Because::Rows(rows) => rows.write(f),
            Because::Compared { numbers } => numbers.iter().try_for_each(|number| number.rows.write(f)),
            Because::Expression { tree, .. } => writeln!(f, "  {}", tree.text),
            _ => writeln!(f, "  the values of a personal tag are not shown"),
        }
    }
}

impl Because {
    fn write(&self, f: &mut Text<'_>) -> fmt::Result {
        match self {
            Self::Rows(rows) => rows.write(f),
            Self::Compared { numbers } => numbers.iter().try_for_each(|number| {
                writeln!(f, "  {} = {}", number.role, f.value(&number.value))?;
                number.rows.write(f)
            }),
            Self::Bucket { of, amount, from, to } => {
                write!(f, "  {of} is {}", f.of_tag(of, amount))?;
                match (from, to) {
                    (None, None) => writeln!(f),
                    (from, to) => {
                        let edge = |edge: &Option<f64>| edge.map_or("…".to_owned(), number);
                        writeln!(f, ", the class is from {} to below {}", edge(from), edge(to))
                    }
                }
            }
            Self::Rfm { orders, bands, learnt_from } => {
                for band in bands {
                    writeln!(
                        f,
                        "  {} {} -> score {} of {} ({})",
                        band.dimension,
                        number(band.value),
                        band.score,
                        band.classes,
                        band_text(&band.band)
                    )?;
                }
                writeln!(f, "  thresholds learnt from {learnt_from} profiles")?;
                orders.write(f)
            }
            Self::Tier { by, amount, at_least, next } => {
                write!(f, "  {by} is {}", f.of_tag(by, amount))?;
                match at_least {
                    Some(at_least) => write!(f, ", the level starts at {}", number(*at_least))?,
                    None => write!(f, ", below the first level")?,
                }
                match next {
                    Some((next, start)) => writeln!(f, "; {next} starts at {}", number(*start)),
                    None => writeln!(f, "; it is the highest"),
                }
            }
            Self::Lifetime(because) => because.write(f),
            Self::Churn(because) => because.write(f),
            Self::ChurnKind { evidence } => write_evidence(f, evidence),
            Self::Lifecycle(because) => because.write(f),
            Self::Membership(because) => told(&**because, f),
            Self::Retention(because) => told(&**because, f),
            Self::ValueTier(because) => told(&**because, f),
            Self::Loyalty(because) => told(&**because, f),
            Self::Kano(because) => told(&**because, f),
            Self::CategoryGap(because) => told(&**because, f),
            Self::Probability { learner, base, score, probability, contributions, test_auc, .. } => {
                write!(f, "  {learner}: {base:+.3} for anybody, {score:+.3} for this profile, ")?;
                writeln!(f, "calibrated {probability:.3} (AUC on the test cutoff {test_auc:.3})")?;
                for part in contributions {
                    writeln!(
                        f,
                        "  {:+.3}  {} = {}",
                        part.contribution,
                        part.tag,
                        f.of_tag(&part.tag, &part.value)
                    )?;
                }
                Ok(())
            }
            Self::NotEligible { population } => match population {
                Some(condition) => writeln!(f, "  not predicted: outside the population ({condition})"),
                None => writeln!(f, "  not predicted: no event before this day"),
            },
            Self::Scorecard(scorecard) => scorecard.write(f),
            Self::Persona(persona) => persona.write(f),
            Self::NoPersona { population } => match population {
                Some(condition) => writeln!(f, "  no persona: outside the population ({condition})"),
                None => writeln!(f, "  no persona: a value is missing"),
            },
            Self::Expression { tree, excluded_by } => {
                write_tree(f, tree, 1)?;
                match excluded_by {
                    Some(other) => writeln!(f, "  false, as `{other}` of the same group is true"),
                    None => Ok(()),
                }
            }
            Self::Table { taken, is_conflict, rows } => {
                if *is_conflict {
                    let matching = rows.iter().filter(|row| row.matches == Some(true));
                    let matching: Vec<String> = matching.map(|row| row.row.to_string()).collect();
                    return writeln!(f, "  rows {} match, which the table forbids", matching.join(", "));
                }
                if taken.is_empty() {
                    return writeln!(f, "  no row matches");
                }
                let taken: Vec<String> = taken.iter().map(ToString::to_string).collect();
                writeln!(f, "  row {} of {}", taken.join(", "), rows.len())
            }
            Self::Score { base, contributions } => {
                writeln!(f, "  base {}", number(*base))?;
                contributions.iter().try_for_each(|part| {
                    let truth = match part.is_true {
                        Some(true) => "true",
                        Some(false) => "false",
                        None => "unknown",
                    };
                    writeln!(f, "  {:+} {}  [{truth}]", part.points, part.name)
                })
            }
            Self::NotInForce { valid_from, valid_to } => {
                let day = |day: &Option<crate::time::Date>| day.map_or("…".to_owned(), |d| d.to_string());
                writeln!(f, "  not in force on this day (from {} to {})", day(valid_from), day(valid_to))
            }
        }
    }
}

fn told(because: &dyn Told, f: &mut Text<'_>) -> fmt::Result {
    for line in because.lines(Language::En, &|tag, value| f.of_tag(tag, value)) {
        writeln!(f, "  {line}")?;
    }
    because.rows().map_or(Ok(()), |rows| rows.write(f))
}

impl RowsBecause {
    pub(in crate::engine) fn write(&self, f: &mut Text<'_>) -> fmt::Result {
        write!(f, "  {} in {}", self.aggregate, self.source)?;
        if let Some(filter) = &self.filter {
            write!(f, " where {filter}")?;
        }
        if let Some(range) = self.range.filter(|_| self.window != "all") {
            let to = f.time(range.to);
            match range.from {
                // Events are counted from the end: there is no first day to be told.
                Timestamp::MIN => write!(f, ", {} before {to}", self.window)?,
                from => write!(f, ", {} = [{}, {to})", self.window, f.time(from))?,
            }
        }
        writeln!(f, ": {} rows", self.n_rows)?;
        if let Some(chosen) = &self.chosen {
            return chosen.write(f, "from");
        }
        let hidden = self.n_rows - self.rows.len();
        if hidden > 0 {
            writeln!(f, "    … {hidden} earlier rows")?;
        }
        self.rows.iter().try_for_each(|row| row.write(f, "row"))
    }
}

impl EvidenceRow {
    fn write(&self, f: &mut Text<'_>, label: &str) -> fmt::Result {
        write!(f, "    {label} {}", self.row)?;
        if let Some(time) = self.time {
            write!(f, "  {}", f.time(time))?;
        }
        for (name, value) in &self.values {
            write!(f, "  {name} {}", f.value(value))?;
        }
        writeln!(f)
    }
}

/// `[30, 90)`, `>= 5`, `< 12`.
fn band_text(band: &crate::marketing::rfm::Band) -> String {
    match (&band.lower, &band.upper) {
        (Some(lower), Some(upper)) => {
            let left = if lower.inclusive { "[" } else { "(" };
            let right = if upper.inclusive { "]" } else { ")" };
            format!("{left}{}, {}{right}", number(lower.value), number(upper.value))
        }
        (Some(lower), None) => {
            format!("{} {}", if lower.inclusive { ">=" } else { ">" }, number(lower.value))
        }
        (None, Some(upper)) => {
            format!("{} {}", if upper.inclusive { "<=" } else { "<" }, number(upper.value))
        }
        (None, None) => "any value".to_owned(),
    }
}

fn write_tree(f: &mut Text<'_>, node: &Explained, depth: usize) -> fmt::Result {
    let indent = "  ".repeat(depth);
    let mark = if node.decisive { "*" } else { " " };
    let value = match &node.value {
        Value::Null => "unknown".to_owned(),
        // What a condition gave is told; not the values that it read.
        Value::Bool(_) if node.op != "name" => f.value(&node.value),
        _ if f.reads_personal(node) => HIDDEN.to_owned(),
        value => f.value(value),
    };
    write!(f, "{indent}{mark} {}  -> {value}", node.text)?;
    if let Some(distance) = node.distance.filter(|_| !f.reads_personal(node)) {
        write!(f, "  ({} from flipping)", number(distance))?;
    }
    writeln!(f)?;
    // Constants explain themselves.
    let children = node.children.iter().filter(|child| child.op != "constant");
    children.into_iter().try_for_each(|child| write_tree(f, child, depth + 1))
}

/// A number with at most four digits after the point; text is for reading, JSON has all digits.
pub(crate) fn number(n: f64) -> String {
    let rounded = format!("{n:.4}");
    let trimmed = rounded.trim_end_matches('0').trim_end_matches('.');
    if trimmed == "-0" { "0".to_owned() } else { trimmed.to_owned() }
}
