//! Rules of user interfaces in JSON-logic.
//!
//! JSON-logic takes everything for true or false and everything for a number; the rule language is typed. What means
//! the same in both is taken over: `var` (with a default), `==`, `===`, `!=`, `!==`, `<`, `<=`, `>`, `>=` (also between
//! two bounds), `and`, `or`, `!`, `!!`, `if` and `?:`, `in` (a value in a list of constants, a text in a text, a
//! constant in a set), `+`, `-`, `*`, `/`, `min`, `max`, `missing` of names as a condition. Everything else is refused
//! with its place and the reason.
//!
//! In one thing the rule that comes out differs on purpose: what is missing is unknown, not false or zero.

use serde_json::Value as Json;

use crate::expr::MAX_DEPTH;
use crate::rule::{Rule, RuleError};

/// Takes a rule over from JSON-logic.
///
/// ```
/// use tagloom::rule::json_logic;
/// let logic = serde_json::json!({"and": [{"<": [{"var": "temp"}, 110]}, {"==": [{"var": "pie.filling"}, "apple"]}]});
/// assert_eq!(json_logic::import(&logic)?.text(), "temp < 110 AND pie.filling = 'apple'");
/// # Ok::<(), tagloom::rule::RuleError>(())
/// ```
///
/// # Errors
/// [`RuleError::JsonLogic`] with the place as a JSON pointer and the reason.
pub fn import(logic: &Json) -> Result<Rule, RuleError> {
    let text = Importer { path: Vec::new() }.expression(logic)?;
    let rule = Rule::new(text)?;
    // In canonical form: without the brackets that were put around every part.
    Ok(Rule::new(rule.ast().to_string())?)
}

struct Importer {
    path: Vec<String>,
}

impl Importer {
    fn refuse<T>(&self, reason: impl Into<String>) -> Result<T, RuleError> {
        let path = self.path.iter().fold(String::new(), |path, part| path + "/" + part);
        Err(RuleError::JsonLogic { path, reason: reason.into() })
    }

    fn below<T>(
        &mut self,
        part: impl Into<String>,
        read: impl FnOnce(&mut Self) -> Result<T, RuleError>,
    ) -> Result<T, RuleError> {
        self.path.push(part.into());
        // Half the depth of rules: each part puts up to two brackets around the next.
        if self.path.len() > MAX_DEPTH / 2 {
            return self.refuse("it is nested too deeply");
        }
        let read = read(self)?;
        self.path.pop();
        Ok(read)
    }

    fn expression(&mut self, logic: &Json) -> Result<String, RuleError> {
        match logic {
            Json::Null => Ok("NULL".to_owned()),
            Json::Bool(b) => Ok(if *b { "TRUE" } else { "FALSE" }.to_owned()),
            Json::Number(n) => Ok(n.to_string()),
            Json::String(text) => Ok(quoted(text)),
            Json::Array(_) => self.refuse("a list stands where only one value can"),
            Json::Object(map) => {
                let mut entries = map.iter();
                let (Some((op, args)), None) = (entries.next(), entries.next()) else {
                    return self.refuse(format!("found a map of {} keys; wanted one operator", map.len()));
                };
                self.below(op.replace('~', "~0").replace('/', "~1"), |inner| inner.operator(op, args))
            }
        }
    }

    fn operator(&mut self, op: &str, args: &Json) -> Result<String, RuleError> {
        let list: Vec<&Json> = match args {
            Json::Array(items) => items.iter().collect(),
            one => vec![one],
        };
        match (op, list.as_slice()) {
            ("var", _) => self.variable(&list),
            ("==" | "===", [a, b]) => self.compared("=", a, b),
            ("!=" | "!==", [a, b]) => self.compared("<>", a, b),
            ("<" | "<=", [low, x, high]) => {
                let (low, x, high) = (self.part(0, low)?, self.part(1, x)?, self.part(2, high)?);
                Ok(format!("({low} {op} {x} AND {x} {op} {high})"))
            }
            ("and", [_, ..]) => self.conditions(&list, "AND"),
            ("or", [_, ..]) => self.conditions(&list, "OR"),
            ("!", [one]) => Ok(format!("NOT ({})", self.condition(0, one)?)),
            ("!!", [one]) => self.condition(0, one),
            ("if" | "?:", [_, _, ..]) => self.choice(&list),
            ("in", [needle, hay]) => self.contains(needle, hay),
            ("<" | "<=" | ">" | ">=" | "-" | "/", [_, _]) | ("+" | "*", [_, ..]) => self.joined(&list, op),
            ("-", [one]) => Ok(format!("-({})", self.part(0, one)?)),
            ("min", [_, ..]) => self.call("LEAST", &list),
            ("max", [_, ..]) => self.call("GREATEST", &list),
            ("missing", _) => {
                self.refuse("`missing` gives a list; it is taken over only where a condition is wanted")
            }
            (
                "==" | "===" | "!=" | "!==" | "<" | "<=" | ">" | ">=" | "and" | "or" | "!" | "!!" | "if"
                | "?:" | "in" | "+" | "-" | "*" | "/" | "min" | "max",
                _,
            ) => self.refuse(format!("`{op}` of {} arguments is not within the language", list.len())),
            _ => self.refuse(format!("`{op}` is not within the language")),
        }
    }

    fn part(&mut self, at: usize, logic: &Json) -> Result<String, RuleError> {
        let text = self.below(at.to_string(), |inner| inner.expression(logic))?;
        Ok(if matches!(logic, Json::Object(map) if !map.contains_key("var")) {
            format!("({text})")
        } else {
            text
        })
    }

    fn variable(&mut self, list: &[&Json]) -> Result<String, RuleError> {
        let name = match list.first() {
            Some(Json::String(name)) if !name.is_empty() => name,
            Some(Json::Object(_)) => {
                return self.refuse("a name that is computed is not within the language");
            }
            Some(Json::Number(_)) => return self.refuse("data that are a list are not within the language"),
            _ => return self.refuse("the data as a whole are not within the language"),
        };
        if name.split('.').any(|part| part.is_empty() || part.bytes().all(|b| b.is_ascii_digit())) {
            return self.refuse("data that are a list are not within the language");
        }
        let parts: Vec<String> =
            name.split('.').map(|part| format!("\"{}\"", part.replace('"', "\"\""))).collect();
        let name = parts.join(".");
        match list.get(1) {
            None | Some(Json::Null) => Ok(name),
            Some(default) => Ok(format!("COALESCE({name}, {})", self.part(1, default)?)),
        }
    }

    /// Whether a part can only be true, false or unknown.
    fn is_condition(logic: &Json) -> bool {
        const OPS: [&str; 14] =
            ["==", "===", "!=", "!==", "<", "<=", ">", ">=", "and", "or", "!", "!!", "in", "missing"];
        match logic {
            Json::Bool(_) => true,
            Json::Object(map) => match map.iter().next() {
                Some((op, Json::Array(args))) if op == "and" || op == "or" => {
                    args.iter().all(Self::is_condition)
                }
                Some((op, _)) if op == "var" => true,
                Some((op, Json::Array(args))) if op == "if" || op == "?:" => {
                    args.iter().skip(1).step_by(2).chain(args.last()).all(Self::is_condition)
                }
                Some((op, _)) => OPS.contains(&op.as_str()),
                None => false,
            },
            _ => false,
        }
    }

    fn condition(&mut self, at: usize, logic: &Json) -> Result<String, RuleError> {
        if !Self::is_condition(logic) {
            let refusal = "a value that is neither true nor false stands where a condition is wanted";
            return self.below(at.to_string(), |inner| inner.refuse(refusal));
        }
        if let Some(names) =
            logic.get("missing").filter(|_| logic.as_object().is_some_and(|map| map.len() == 1))
        {
            let names: Vec<&Json> =
                names.as_array().map_or_else(|| vec![names], |names| names.iter().collect());
            let text = self.below(at.to_string(), |inner| inner.missing(&names))?;
            return Ok(format!("({text})"));
        }
        self.part(at, logic)
    }

    fn conditions(&mut self, list: &[&Json], op: &str) -> Result<String, RuleError> {
        let each: Result<Vec<String>, RuleError> = list
            .iter()
            .enumerate()
            .map(|(at, part)| Ok(format!("({})", self.condition(at, part)?)))
            .collect();
        Ok(each?.join(&format!(" {op} ")))
    }

    fn compared(&mut self, op: &str, a: &Json, b: &Json) -> Result<String, RuleError> {
        match (a, b) {
            (Json::Null, other) | (other, Json::Null) => {
                let not = if op == "=" { "" } else { "NOT " };
                Ok(format!("({}) IS {not}NULL", self.part(0, other)?))
            }
            _ => Ok(format!("({}) {op} ({})", self.part(0, a)?, self.part(1, b)?)),
        }
    }

    fn joined(&mut self, list: &[&Json], op: &str) -> Result<String, RuleError> {
        let each: Result<Vec<String>, RuleError> =
            list.iter().enumerate().map(|(at, part)| Ok(format!("({})", self.part(at, part)?))).collect();
        Ok(each?.join(&format!(" {op} ")))
    }

    fn call(&mut self, function: &str, list: &[&Json]) -> Result<String, RuleError> {
        let each: Result<Vec<String>, RuleError> =
            list.iter().enumerate().map(|(at, part)| self.part(at, part)).collect();
        Ok(format!("{function}({})", each?.join(", ")))
    }

    fn choice(&mut self, list: &[&Json]) -> Result<String, RuleError> {
        let mut out = "CASE".to_owned();
        let pairs = list.chunks(2).enumerate();
        for (at, pair) in pairs {
            match pair {
                [when, then] => {
                    let (when, then) = (self.condition(2 * at, when)?, self.part(2 * at + 1, then)?);
                    out.extend([" WHEN ", when.as_str(), " THEN ", then.as_str()]);
                }
                [otherwise] => out.extend([" ELSE ", self.part(2 * at, otherwise)?.as_str()]),
                _ => {}
            }
        }
        Ok(out + " END")
    }

    fn contains(&mut self, needle: &Json, hay: &Json) -> Result<String, RuleError> {
        match (needle, hay) {
            (_, Json::Array(items)) if items.is_empty() => {
                self.refuse("an empty list is not within the language")
            }
            (_, Json::Array(items)) => {
                let operand = self.part(0, needle)?;
                let each: Result<Vec<String>, RuleError> =
                    items.iter().enumerate().map(|(at, item)| self.part(at, item)).collect();
                Ok(format!("({operand}) IN ({})", each?.join(", ")))
            }
            (Json::String(_), Json::String(_)) => {
                Ok(format!("CONTAINS({}, {})", self.part(1, hay)?, self.part(0, needle)?))
            }
            // Whether the name is of a text or of a set is not known here; user interfaces mean sets.
            (Json::String(_), Json::Object(_)) => {
                Ok(format!("({}) HAS {}", self.part(1, hay)?, self.part(0, needle)?))
            }
            _ => self.refuse("`in` wants a list of constants, a text or a set"),
        }
    }

    fn missing(&mut self, names: &[&Json]) -> Result<String, RuleError> {
        let each: Result<Vec<String>, RuleError> =
            names.iter().map(|name| Ok(format!("({}) IS NULL", self.variable(&[name])?))).collect();
        let each = each?;
        if each.is_empty() { self.refuse("`missing` wants a name") } else { Ok(each.join(" OR ")) }
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
