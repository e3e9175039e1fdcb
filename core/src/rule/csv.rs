//! Tables in CSV (RFC 4180): quotes around cells, doubled within; commas; any line ends.

use serde_json::{Number, Value as Json};

use crate::rule::{Frame, RuleError, TableDef, TableProblem};
use crate::value::{Column, Value};

/// Larger texts are refused.
pub(crate) const MAX_BYTES: usize = 16 << 20;

/// The records of a CSV text, blank lines left out.
pub(crate) fn records(text: &str) -> Result<Vec<Vec<String>>, RuleError> {
    let problem = |message: String| RuleError::Definition {
        problems: vec![TableProblem::new("rule.table_csv", message)],
    };
    if text.len() > MAX_BYTES {
        return Err(problem(format!("the text has {} bytes; wanted at most {MAX_BYTES}", text.len())));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut was_quoted, mut line) = (false, false, 1usize);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        line += usize::from(c == '\n');
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() && !was_quoted => (quoted, was_quoted) = (true, true),
            c if quoted => cell.push(c),
            ',' => {
                record.push(std::mem::take(&mut cell));
                was_quoted = false;
            }
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => {
                record.push(std::mem::take(&mut cell));
                was_quoted = false;
                push(&mut records, &mut record);
            }
            c => cell.push(c),
        }
    }
    if quoted {
        return Err(problem(format!("a quote is not closed before the end, line {line}")));
    }
    if !cell.is_empty() || !record.is_empty() {
        record.push(cell);
        push(&mut records, &mut record);
    }
    Ok(records)
}

fn push(records: &mut Vec<Vec<String>>, record: &mut Vec<String>) {
    let record = std::mem::take(record);
    if record.iter().any(|cell| !cell.trim().is_empty()) {
        records.push(record);
    }
}

/// The records of a frame, the names first.
pub(crate) fn records_of(frame: &Frame) -> Vec<Vec<String>> {
    let head = frame.columns().map(|(name, _)| name.to_owned()).collect();
    let cell = |column: &Column, row: usize| match column.value(row) {
        Value::Null => String::new(),
        Value::StringSet(items) => items.join(", "),
        value => value.to_string(),
    };
    let rows = (0..frame.len()).map(|row| frame.columns().map(|(_, column)| cell(column, row)).collect());
    std::iter::once(head).chain(rows).collect()
}

/// A table of records: the first has the names. Columns whose name begins with `=>` or `->` are outputs, those that
/// begin with `#` are remarks, all others are inputs.
pub(crate) fn table(records: &[Vec<String>]) -> Result<TableDef, RuleError> {
    let Some((head, rows)) = records.split_first() else {
        let problem = TableProblem::new("rule.table_empty", "found no line; wanted names and rows");
        return Err(RuleError::Definition { problems: vec![problem] });
    };
    let mut problems = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if row.len() != head.len() {
            let message = format!("{} cells; wanted {}, as many as there are names", row.len(), head.len());
            problems.push(TableProblem::new("rule.table_width", message).in_row(at));
        }
    }
    if !problems.is_empty() {
        return Err(RuleError::Definition { problems });
    }
    let output = |name: &str| {
        let name = name.trim();
        name.strip_prefix("=>").or_else(|| name.strip_prefix("->")).map(|name| name.trim().to_owned())
    };
    let inputs: Vec<usize> = (0..head.len())
        .filter(|&at| output(&head[at]).is_none() && !head[at].trim_start().starts_with('#'))
        .collect();
    let outputs: Vec<(usize, String)> =
        head.iter().enumerate().filter_map(|(at, name)| Some((at, output(name)?))).collect();
    let typed: Vec<Vec<Json>> = outputs
        .iter()
        .map(|(at, _)| values(&rows.iter().map(|row| row[*at].trim()).collect::<Vec<_>>()))
        .collect();
    let rows = rows.iter().enumerate().map(|(at, row)| {
        let tests = inputs.iter().map(|&input| Json::from(row[input].trim()));
        tests.chain(typed.iter().map(|column| column[at].clone())).collect()
    });
    Ok(TableDef {
        inputs: inputs.iter().map(|&at| head[at].trim().to_owned()).collect(),
        outputs: outputs.iter().map(|(_, name)| name.clone()).collect(),
        rows: rows.collect(),
        ..TableDef::default()
    })
}

/// Numbers and truths where all cells are that, otherwise texts; empty cells are null.
fn values(cells: &[&str]) -> Vec<Json> {
    let number = |cell: &str| {
        let whole = cell.parse::<i64>().ok().map(Number::from);
        whole.or_else(|| cell.parse().ok().and_then(Number::from_f64)).map(Json::Number)
    };
    let truth = |cell: &str| match cell.to_ascii_lowercase().as_str() {
        "true" => Some(Json::Bool(true)),
        "false" => Some(Json::Bool(false)),
        _ => None,
    };
    let all = |read: &dyn Fn(&str) -> Option<Json>| -> Option<Vec<Json>> {
        cells.iter().map(|cell| if cell.is_empty() { Some(Json::Null) } else { read(cell) }).collect()
    };
    let text = |cell: &str| Some(Json::from(cell));
    all(&number).or_else(|| all(&truth)).or_else(|| all(&text)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_line_ends() {
        let text = "\u{feff}a,\"b,\"\"c\"\"\"\r\n\r\n1,\"x\ny\"\n,";
        assert_eq!(records(text).unwrap(), [["a", "b,\"c\""], ["1", "x\ny"]]);
        assert!(records("\"a").is_err());
    }

    #[test]
    fn names_say_what_is_what() {
        let rows = records("tier,# why,=> action,-> points\ngold,ask,call,2\n-,,mail,\n").unwrap();
        let table = table(&rows).unwrap();
        assert_eq!(
            (table.inputs, table.outputs),
            (vec!["tier".into()], vec!["action".into(), "points".into()])
        );
        assert_eq!(table.rows[1], [Json::from("-"), Json::from("mail"), Json::Null]);
        assert_eq!(table.rows[0][2], Json::from(2));
    }
}
