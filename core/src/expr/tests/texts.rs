//! The functions of texts once more, over lists of characters.

use crate::expr::Function;
use crate::value::Value;

/// What a function makes of a text; none where it is no such function.
pub(super) fn made(function: Function, values: &[Value]) -> Option<Value> {
    let list = |at: usize| -> Vec<char> { values[at].as_str().unwrap_or("").chars().collect() };
    let number = |at: usize| if let Some(Value::Int(n)) = values.get(at) { *n as usize } else { usize::MAX };
    let text = |chars: &[char]| Value::from(chars.iter().collect::<String>().as_str());
    let blank = |c: &char| c.is_whitespace();
    if values.is_empty() {
        return None;
    }
    let own = list(0);
    let part = || list(1);
    // Where the part is found for the first time at or after a character.
    let find = |from: usize| (from..own.len()).find(|&at| own[at..].starts_with(&part()));
    let found = match function {
        Function::Ltrim => text(&own[own.iter().take_while(|c| blank(c)).count()..]),
        Function::Rtrim => text(&own[..own.len() - own.iter().rev().take_while(|c| blank(c)).count()]),
        Function::Left => text(&own[..number(1).min(own.len())]),
        Function::Right => text(&own[own.len().saturating_sub(number(1))..]),
        Function::Substring => {
            let rest: Vec<char> = own.into_iter().skip(number(1) - 1).collect();
            text(&rest[..number(2).min(rest.len())])
        }
        Function::Lpad | Function::Rpad => {
            let missing = vec![list(2)[0]; number(1).saturating_sub(own.len())];
            let own = own[..number(1).min(own.len())].to_vec();
            text(&if function == Function::Lpad { [missing, own] } else { [own, missing] }.concat())
        }
        Function::Position => Value::Int(find(0).map_or(0, |at| at as i64 + 1)),
        Function::Replace => {
            let (mut out, mut at) = (Vec::new(), 0);
            while let Some(next) = find(at) {
                out.extend_from_slice(&own[at..next]);
                out.extend(list(2));
                at = next + part().len();
            }
            out.extend_from_slice(&own[at..]);
            text(&out)
        }
        Function::Concat => text(&(0..values.len()).flat_map(list).collect::<Vec<_>>()),
        _ => return None,
    };
    Some(if values.iter().any(Value::is_null) { Value::Null } else { found })
}
