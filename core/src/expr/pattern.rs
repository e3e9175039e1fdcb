//! Patterns of `LIKE`.

/// A pattern: `%` stands for any text, `_` for one character, a backslash takes the next character as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Pattern {
    Exact(String),
    Prefix(String),
    Suffix(String),
    Contains(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Char(char),
    One,
    Any,
}

impl Pattern {
    /// `None` where the pattern ends with a single backslash.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let part = match c {
                '\\' => Part::Char(chars.next()?),
                '%' => Part::Any,
                '_' => Part::One,
                c => Part::Char(c),
            };
            if part != Part::Any || parts.last() != Some(&Part::Any) {
                parts.push(part);
            }
        }
        let letters = |parts: &[Part]| -> Option<String> {
            parts.iter().map(|part| if let Part::Char(c) = part { Some(*c) } else { None }).collect()
        };
        let simple = match parts.as_slice() {
            [Part::Any, middle @ .., Part::Any] => letters(middle).map(Self::Contains),
            [Part::Any, rest @ ..] => letters(rest).map(Self::Suffix),
            [rest @ .., Part::Any] => letters(rest).map(Self::Prefix),
            all => letters(all).map(Self::Exact),
        };
        Some(simple.unwrap_or(Self::Parts(parts)))
    }

    /// Whether the whole text fits; takes at most time by the product of the two lengths.
    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Exact(wanted) => text == wanted,
            Self::Prefix(wanted) => text.starts_with(wanted.as_str()),
            Self::Suffix(wanted) => text.ends_with(wanted.as_str()),
            Self::Contains(wanted) => text.contains(wanted.as_str()),
            Self::Parts(parts) => matches_parts(parts, text),
        }
    }
}

/// Greedy, with a return to the last `%` only: that one can always take up what an earlier one gives back.
fn matches_parts(parts: &[Part], text: &str) -> bool {
    let mut at = 0;
    let mut rest = text;
    let mut retry: Option<(usize, &str)> = None;
    loop {
        let mut chars = rest.chars();
        match (parts.get(at), chars.next()) {
            (None, None) => return true,
            (Some(Part::Any), _) => {
                at += 1;
                retry = Some((at, rest));
                continue;
            }
            (Some(Part::One), Some(_)) => {
                at += 1;
                rest = chars.as_str();
                continue;
            }
            (Some(Part::Char(wanted)), Some(found)) if *wanted == found => {
                at += 1;
                rest = chars.as_str();
                continue;
            }
            _ => {}
        }
        let Some((after, from)) = retry else { return false };
        let mut from = from.chars();
        if from.next().is_none() {
            return false;
        }
        rest = from.as_str();
        at = after;
        retry = Some((after, rest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, yes, no) in [
            ("张%", vec!["张", "张三"], vec!["李张", ""]),
            ("%三", vec!["三", "张三"], vec!["三张"]),
            ("%a%", vec!["a", "bab"], vec!["", "b"]),
            ("张_", vec!["张三"], vec!["张", "张三丰"]),
            ("%a_c%e", vec!["abce", "xabcabcde"], vec!["ace", "abcd"]),
            ("100\\%", vec!["100%"], vec!["1000"]),
            ("a\\_b\\\\", vec!["a_b\\"], vec!["acb\\"]),
            ("", vec![""], vec!["a"]),
            ("%", vec!["", "任何"], vec![]),
            ("%%", vec!["", "a"], vec![]),
            ("_%_", vec!["ab", "abc"], vec!["a", ""]),
        ] {
            let compiled = Pattern::new(pattern).unwrap();
            assert!(yes.iter().all(|text| compiled.matches(text)), "{pattern}");
            assert!(!no.iter().any(|text| compiled.matches(text)), "{pattern}");
        }
        assert_eq!(Pattern::new("a\\"), None);
    }

    #[test]
    fn hostile_patterns_take_no_long_time() {
        let pattern = Pattern::new(&format!("{}b", "%a_".repeat(2_000))).unwrap();
        assert!(!pattern.matches(&"a".repeat(10_000)));
    }
}
