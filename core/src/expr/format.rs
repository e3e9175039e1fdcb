//! The canonical layout of a rule: one line where it fits, otherwise a line for each part.

use unicode_width::UnicodeWidthStr;

use super::ast::{Ast, AstKind};
use super::diagnostic::Errors;
use super::parse::parse;

/// A line that is wider than this, in display columns, is broken.
const WIDTH: usize = 88;
const INDENT: &str = "    ";

/// Lays a rule out: canonical text, broken before each `AND`, `OR`, `WHEN` and `ELSE` where a line would be wider
/// than 88 columns. Formatting the result again changes nothing.
pub fn format(ast: &Ast) -> String {
    let mut out = String::new();
    write(&mut out, ast, 0);
    out
}

/// Formats the text of a rule; its comments come first, in their order, each on a line of its own.
///
/// ```
/// use tagloom::expr::format_text;
/// assert_eq!(format_text("age>30 and city in('上海') -- big city").unwrap(), "-- big city\nage > 30 AND city IN ('上海')");
/// ```
///
/// # Errors
/// All errors of form in the text.
pub fn format_text(text: &str) -> Result<String, Errors> {
    let ast = parse(text)?;
    let mut out = String::new();
    for comment in comments(text) {
        out.push_str(comment);
        out.push('\n');
    }
    out.push_str(&format(&ast));
    Ok(out)
}

/// The comments of a text that parses.
fn comments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut quote: Option<char> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match quote {
            // A doubled quote closes and opens again, which is the same.
            Some(open) if c == open => quote = None,
            None if matches!(c, '\'' | '"' | '`') => quote = Some(c),
            None if c == '-' && chars.peek().is_some_and(|(_, next)| *next == '-') => {
                let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
                found.push(text[at..end].trim_end());
                while chars.peek().is_some_and(|(next, _)| *next < end) {
                    chars.next();
                }
            }
            Some(_) | None => {}
        }
    }
    found
}

fn write(out: &mut String, ast: &Ast, depth: usize) {
    let line = ast.to_string();
    if line.width() + depth * INDENT.len() <= WIDTH {
        out.push_str(&line);
        return;
    }
    match ast.kind() {
        AstKind::And(parts) => {
            joined(out, parts, "AND ", depth, |part| matches!(part.kind(), AstKind::Or(_)));
        }
        AstKind::Or(parts) => joined(out, parts, "OR ", depth, |_| false),
        AstKind::Not(inner) => {
            out.push_str("NOT ");
            // A part of `AND` is laid out one level below the line that it stands on.
            let depth = depth.saturating_sub(1);
            bracketed(out, inner, depth, matches!(inner.kind(), AstKind::And(_) | AstKind::Or(_)));
        }
        AstKind::Case { operand, branches, otherwise } => {
            out.push_str("CASE");
            if let Some(operand) = operand {
                out.push(' ');
                out.push_str(&operand.to_string());
            }
            for (when, then) in branches {
                new_line(out, depth + 1);
                out.push_str("WHEN ");
                write(out, when, depth + 2);
                out.push_str(" THEN ");
                write(out, then, depth + 2);
            }
            if let Some(otherwise) = otherwise {
                new_line(out, depth + 1);
                out.push_str("ELSE ");
                write(out, otherwise, depth + 2);
            }
            new_line(out, depth);
            out.push_str("END");
        }
        _ => out.push_str(&line),
    }
}

fn joined(out: &mut String, parts: &[Ast], joint: &str, depth: usize, brackets: impl Fn(&Ast) -> bool) {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            new_line(out, depth);
            out.push_str(joint);
        }
        // Parts of the same kind keep their brackets: the tree says that they stand there.
        let same = matches!(part.kind(), AstKind::And(_)) && joint == "AND "
            || matches!(part.kind(), AstKind::Or(_)) && joint == "OR ";
        bracketed(out, part, depth, same || brackets(part));
    }
}

fn bracketed(out: &mut String, part: &Ast, depth: usize, brackets: bool) {
    if !brackets {
        write(out, part, depth + 1);
        return;
    }
    out.push('(');
    new_line(out, depth + 1);
    write(out, part, depth + 1);
    new_line(out, depth);
    out.push(')');
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    (0..depth).for_each(|_| out.push_str(INDENT));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_rules_are_broken() {
        let text = "tier = '金卡会员' and (city in ('上海','北京','广州') or spend_365d >= 20000 and visits_30d between 3 and 20) \
                    and not (channels has any ('sms', 'email') or churn_risk.probability < 0.25 or last_order is null)";
        let formatted = format_text(text).unwrap();
        let wanted = [
            "tier = '金卡会员'",
            "AND (",
            "    city IN ('上海', '北京', '广州')",
            "    OR spend_365d >= 20000 AND visits_30d BETWEEN 3 AND 20",
            ")",
            "AND NOT (",
            "    channels HAS ANY ('sms', 'email')",
            "    OR churn_risk.probability < 0.25",
            "    OR last_order IS NULL",
            ")",
        ];
        assert_eq!(formatted, wanted.join("\n"));
        assert_eq!(format_text(&formatted).unwrap(), formatted);
        assert_eq!(parse(&formatted).unwrap(), parse(text).unwrap());
    }

    #[test]
    fn comments_stay() {
        let text = "a = '--x' -- one\n  AND \"b--\" > 1 -- two";
        let formatted = format_text(text).unwrap();
        assert_eq!(formatted, "-- one\n-- two\na = '--x' AND \"b--\" > 1");
        assert_eq!(format_text(&formatted).unwrap(), formatted);
    }
}
