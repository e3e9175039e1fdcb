//! Patterns of codes, for custom segment maps.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The codes that a custom segment has: a range of scores for recency, frequency and monetary.
///
/// In text each of the three is a digit, `*` for any score, or a range `[4-5]`. A score of two digits is written
/// in brackets (`[10]98`), or the three are parted by `-` (`10-9-8`, as [`Fitted::code`] prints it).
///
/// [`Fitted::code`]: crate::marketing::rfm::Fitted::code
///
/// # Examples
/// ```
/// use tagloom::marketing::rfm::Pattern;
///
/// let pattern: Pattern = "[4-5]*1".parse()?;
/// assert!(pattern.matches([4, 3, 1]));
/// assert!(!pattern.matches([4, 3, 2]));
/// assert_eq!("10-9-8".parse::<Pattern>()?, "[10]98".parse()?);
/// # Ok::<(), tagloom::marketing::rfm::ParsePatternError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    parts: [Part; 3],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Any,
    Range(u8, u8),
}

impl Pattern {
    /// Whether the pattern has these scores of recency, frequency and monetary.
    pub fn matches(&self, scores: [u8; 3]) -> bool {
        self.parts.iter().zip(scores).all(|(part, score)| match part {
            Part::Any => true,
            Part::Range(from, to) => (*from..=*to).contains(&score),
        })
    }

    /// The largest score that each part names; 0 for any.
    pub(super) fn largest(&self) -> [u8; 3] {
        self.parts.map(|part| if let Part::Range(_, to) = part { to } else { 0 })
    }
}

/// A text that is no pattern of codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is no pattern of three scores of 1 to 10, such as `555`, `5[1-3]*` or `10-9-8` (byte {at})"
)]
pub struct ParsePatternError {
    /// The text as it was given.
    pub found: String,
    /// The byte where it goes wrong.
    pub at: usize,
}

impl ParsePatternError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        "rfm.bad_pattern"
    }
}

impl FromStr for Pattern {
    type Err = ParsePatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = |at: usize| ParsePatternError { found: text.to_owned(), at };
        let bytes = text.as_bytes();
        let mut is_in_range = false;
        let is_parted = bytes.iter().any(|&byte| {
            is_in_range = byte == b'[' || (is_in_range && byte != b']');
            byte == b'-' && !is_in_range
        });
        let mut parts = [Part::Any; 3];
        let mut at = 0;
        for (index, part) in parts.iter_mut().enumerate() {
            if is_parted && index > 0 {
                at = expect(bytes, at, b'-').ok_or_else(|| fail(at))?;
            }
            (*part, at) = match bytes.get(at) {
                Some(b'*') => (Part::Any, at + 1),
                Some(b'[') => range(bytes, at + 1).map_err(&fail)?,
                _ => {
                    let (score, next) = score(bytes, at, if is_parted { 2 } else { 1 }).map_err(&fail)?;
                    (Part::Range(score, score), next)
                }
            };
        }
        if at < bytes.len() { Err(fail(at)) } else { Ok(Self { parts }) }
    }
}

/// Reads `4-5]` or `10]` from just past the `[`; an error is the place.
fn range(bytes: &[u8], at: usize) -> Result<(Part, usize), usize> {
    let (from, next) = score(bytes, at, 2)?;
    let (to, next) = match expect(bytes, next, b'-') {
        Some(second) => score(bytes, second, 2)?,
        None => (from, next),
    };
    let end = expect(bytes, next, b']').ok_or(next)?;
    if from > to { Err(at) } else { Ok((Part::Range(from, to), end)) }
}

fn score(bytes: &[u8], at: usize, max_digits: usize) -> Result<(u8, usize), usize> {
    let digits = bytes.iter().skip(at).take(max_digits).take_while(|byte| byte.is_ascii_digit());
    let (value, len) = digits.fold((0, 0), |(value, len), byte| (value * 10 + (byte - b'0'), len + 1));
    if len == 0 || !(1..=10).contains(&value) { Err(at) } else { Ok((value, at + len)) }
}

fn expect(bytes: &[u8], at: usize, wanted: u8) -> Option<usize> {
    (bytes.get(at) == Some(&wanted)).then_some(at + 1)
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.parts {
            match part {
                Part::Any => f.write_str("*")?,
                Part::Range(from, to) if from == to && from < 10 => write!(f, "{from}")?,
                Part::Range(from, to) if from == to => write!(f, "[{from}]")?,
                Part::Range(from, to) => write!(f, "[{from}-{to}]")?,
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for Pattern {
    type Error = ParsePatternError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints() {
        for (text, printed) in [
            ("555", "555"),
            ("5[1-3]*", "5[1-3]*"),
            ("10-9-8", "[10]98"),
            ("[2-2]**", "2**"),
            ("*-[1-10]-10", "*[1-10][10]"),
        ] {
            let pattern: Pattern = text.parse().unwrap();
            assert_eq!(pattern.to_string(), printed);
            assert_eq!(printed.parse::<Pattern>().unwrap(), pattern);
        }
    }

    #[test]
    fn says_where_it_goes_wrong() {
        for (text, at) in [
            ("", 0),
            ("55", 2),
            ("5555", 3),
            ("505", 1),
            ("5x5", 1),
            ("[3-1]11", 1),
            ("[1", 2),
            ("1-2", 3),
            ("11-1-1", 0),
            ("1-2-", 4),
            ("五55", 0),
            ("[-1]11", 1),
            ("1-2-3-", 5),
        ] {
            assert_eq!(text.parse::<Pattern>().unwrap_err().at, at, "{text}");
        }
    }
}
