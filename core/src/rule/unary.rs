//! The cells of a decision table's inputs: tests of one value.

use serde_json::Value as Json;

use crate::value::DataType;

/// What the cell of an input asks of its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    Any,
    Null,
    NotNull,
    /// One of these, or none of them.
    Items(Vec<Item>, bool),
    /// What follows the value in a condition of the rule language.
    Raw(String),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    Equal(Literal),
    /// An operator and what it compares with.
    Compare(&'static str, Literal),
    Between {
        low: Literal,
        low_within: bool,
        high: Literal,
        high_within: bool,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    /// As written; whether it is a text is for the input's type to say.
    Bare(String),
    Text(String),
}

const OPERATORS: [(&str, &str); 7] =
    [(">=", ">="), ("<=", "<="), ("<>", "<>"), ("!=", "<>"), (">", ">"), ("<", "<"), ("=", "=")];

/// What a condition may begin with after its subject.
const RAW: [&str; 9] = ["LIKE", "IN", "BETWEEN", "HAS", "IS", "NOT LIKE", "NOT IN", "NOT BETWEEN", "NOT HAS"];

impl Test {
    /// Reads a cell; the error says what was wanted.
    pub(crate) fn read(cell: &Json) -> Result<Self, String> {
        match cell {
            Json::Null => Ok(Self::Any),
            Json::Bool(b) => Ok(Self::equal(b.to_string())),
            Json::Number(n) => Ok(Self::equal(n.to_string())),
            Json::String(text) => Self::read_text(text.trim()),
            Json::Array(_) | Json::Object(_) => {
                Err("found a list or map; wanted a test such as >= 18".to_owned())
            }
        }
    }

    fn equal(text: String) -> Self {
        Self::Items(vec![Item::Equal(Literal::Bare(text))], false)
    }

    fn read_text(text: &str) -> Result<Self, String> {
        if text.is_empty() || text == "-" {
            return Ok(Self::Any);
        }
        let folded = text.to_ascii_uppercase();
        let words = folded.split_whitespace().collect::<Vec<_>>().join(" ");
        match words.as_str() {
            "NULL" | "IS NULL" => return Ok(Self::Null),
            "NOT NULL" | "IS NOT NULL" | "NOT(NULL)" => return Ok(Self::NotNull),
            _ => {}
        }
        let begins =
            |word: &str| words.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '(', '\'']));
        if RAW.iter().any(|word| begins(word)) {
            return Ok(Self::Raw(text.to_owned()));
        }
        let inner = folded.strip_prefix("NOT").filter(|rest| rest.trim_start().starts_with('('));
        if inner.is_some() && text.ends_with(')') {
            let open = text.find('(').map_or(text.len(), |at| at + 1);
            return Ok(Self::Items(items(&text[open..text.len() - 1])?, true));
        }
        Ok(Self::Items(items(text)?, false))
    }

    /// The test as a condition on `subject`; none where it asks nothing.
    pub(crate) fn condition(&self, subject: &str, data_type: DataType) -> Option<String> {
        Some(match self {
            Self::Any => return None,
            Self::Null => format!("({subject}) IS NULL"),
            Self::NotNull => format!("({subject}) IS NOT NULL"),
            Self::Raw(rest) => format!("({subject}) {rest}"),
            Self::Items(items, negated) => {
                let positive = one_of(items, subject, data_type);
                if *negated { format!("NOT ({positive})") } else { positive }
            }
        })
    }
}

fn one_of(items: &[Item], subject: &str, data_type: DataType) -> String {
    let equal =
        |item: &Item| if let Item::Equal(value) = item { Some(value.in_rule(data_type)) } else { None };
    let all_equal: Option<Vec<String>> = items.iter().map(equal).collect();
    match (all_equal, data_type) {
        (Some(values), DataType::StringSet) => format!("({subject}) HAS ANY ({})", values.join(", ")),
        (Some(values), _) if values.len() > 1 => format!("({subject}) IN ({})", values.join(", ")),
        _ => {
            let each: Vec<String> = items.iter().map(|item| item.condition(subject, data_type)).collect();
            if each.len() == 1 { each.concat() } else { format!("({})", each.join(" OR ")) }
        }
    }
}

impl Item {
    fn condition(&self, subject: &str, data_type: DataType) -> String {
        match self {
            Self::Equal(value) if data_type == DataType::StringSet => {
                format!("({subject}) HAS {}", value.in_rule(data_type))
            }
            Self::Equal(value) => format!("({subject}) = {}", value.in_rule(data_type)),
            Self::Compare(op, value) => format!("({subject}) {op} {}", value.in_rule(data_type)),
            Self::Between { low, low_within, high, high_within } => {
                let (above, below) =
                    (if *low_within { ">=" } else { ">" }, if *high_within { "<=" } else { "<" });
                let (low, high) = (low.in_rule(data_type), high.in_rule(data_type));
                format!("(({subject}) {above} {low} AND ({subject}) {below} {high})")
            }
        }
    }
}

impl Literal {
    /// The value as the rule language writes it for an input of this type.
    fn in_rule(&self, data_type: DataType) -> String {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        match (self, data_type) {
            (Self::Bare(text), DataType::Bool) if is_truth(text) => text.clone(),
            (Self::Bare(text), data_type) if data_type.is_numeric() && is_number(text) => text.clone(),
            (Self::Bare(text) | Self::Text(text), _) => quoted(text),
        }
    }

    /// The text that is meant, whatever its form.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Bare(text) | Self::Text(text) => text,
        }
    }
}

fn is_truth(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'))
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn items(text: &str) -> Result<Vec<Item>, String> {
    split(text)?.into_iter().map(item).collect()
}

/// Splits at commas outside of quotes and brackets.
fn split(text: &str) -> Result<Vec<&str>, String> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0usize, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') if text[start..at].trim().is_empty() || depth > 0 => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, ',' | '，' | '、') if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + c.len_utf8();
            }
            (Some(_) | None, _) => {}
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed".to_owned());
    }
    parts.push(text[start..].trim());
    if parts.iter().any(|part| part.is_empty()) {
        return Err("found nothing between two commas; wanted a value".to_owned());
    }
    Ok(parts)
}

fn item(text: &str) -> Result<Item, String> {
    for (written, op) in OPERATORS {
        if let Some(rest) = text.strip_prefix(written) {
            let value = literal(rest.trim())?;
            return Ok(if op == "=" { Item::Equal(value) } else { Item::Compare(op, value) });
        }
    }
    let ends = text.starts_with(['[', '(', ']']).then(|| text.split_once("..")).flatten();
    if let Some((low, high)) = ends {
        let closes = high.trim_end();
        let cut = closes.char_indices().next_back();
        let Some((high, close)) = cut.map(|(at, close)| (&closes[..at], close)) else {
            return Err("an interval does not close; wanted such as [18..65)".to_owned());
        };
        if !matches!(close, ']' | ')' | '[') {
            return Err("an interval does not close; wanted such as [18..65)".to_owned());
        }
        return Ok(Item::Between {
            low: literal(low[1..].trim())?,
            low_within: low.starts_with('['),
            high: literal(high.trim())?,
            high_within: close == ']',
        });
    }
    literal(text).map(Item::Equal)
}

fn literal(text: &str) -> Result<Literal, String> {
    if text.is_empty() {
        return Err("found nothing; wanted a value".to_owned());
    }
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let Some(quote) = quote else { return Ok(Literal::Bare(text.to_owned())) };
    let inner = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    match inner {
        Some(inner) => Ok(Literal::Text(inner.replace(&format!("{quote}{quote}"), &quote.to_string()))),
        None => Err("a quote is not closed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(cell: &str, data_type: DataType) -> String {
        let test = Test::read(&Json::from(cell)).unwrap_or_else(|error| panic!("{cell}: {error}"));
        test.condition("x", data_type).unwrap_or_default()
    }

    #[test]
    fn cells_as_conditions() {
        use DataType::{Bool, Date, Float, String, StringSet};
        for (cell, data_type, wanted) in [
            ("-", Float, ""),
            ("  ", Float, ""),
            (">= 18", Float, "(x) >= 18"),
            ("<18", Float, "(x) < 18"),
            ("[18..65)", Float, "((x) >= 18 AND (x) < 65)"),
            ("]0..1]", Float, "((x) > 0 AND (x) <= 1)"),
            ("-5", Float, "(x) = -5"),
            ("1, 2, 3", Float, "(x) IN (1, 2, 3)"),
            ("< 5, > 10", Float, "((x) < 5 OR (x) > 10)"),
            ("gold", String, "(x) = 'gold'"),
            ("\"Medium\",\"Low\"", String, "(x) IN ('Medium', 'Low')"),
            ("not(\"High\")", String, "NOT ((x) = 'High')"),
            ("'a,b'", String, "(x) = 'a,b'"),
            ("O'Neil", String, "(x) = 'O''Neil'"),
            ("1001", String, "(x) = '1001'"),
            ("金卡、银卡", String, "(x) IN ('金卡', '银卡')"),
            ("app", StringSet, "(x) HAS ANY ('app')"),
            ("true", Bool, "(x) = true"),
            (">= 2026-01-01", Date, "(x) >= '2026-01-01'"),
            ("null", Float, "(x) IS NULL"),
            ("not null", Float, "(x) IS NOT NULL"),
            ("LIKE '张%'", String, "(x) LIKE '张%'"),
            ("between 1 and 5", Float, "(x) between 1 and 5"),
            ("india", String, "(x) = 'india'"),
        ] {
            assert_eq!(shown(cell, data_type), wanted, "{cell}");
        }
    }

    #[test]
    fn bad_cells_say_why() {
        for cell in ["\"a", "1,,2", ">=", "[1..", "[1..2", "not(", "[..]x"] {
            let _ = Test::read(&Json::from(cell)).map(|test| test.condition("x", DataType::Float));
        }
        assert!(Test::read(&Json::from("\"a")).is_err());
        assert!(Test::read(&Json::from("1,,2")).is_err());
        assert!(Test::read(&Json::from(">=")).is_err());
        assert!(Test::read(&Json::from("[1..2")).is_err());
    }
}
