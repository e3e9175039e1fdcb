//! Scalars of YAML without quotes.

use crate::catalog::read::node::Kind;

/// What a text without quotes means by the core schema of YAML 1.2; nothing for null. `yes`, `no`, `on` and `off`
/// are texts.
pub(crate) fn plain(text: &str) -> Option<Kind> {
    let number = text.trim_start_matches(['-', '+']);
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => return None,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Kind::Float(f64::NAN),
        _ if matches!(number, ".inf" | ".Inf" | ".INF") => {
            Kind::Float(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY })
        }
        _ if !number.starts_with(|c: char| c.is_ascii_digit() || c == '.') => Kind::Text,
        _ => {
            let based =
                |prefix, base| text.strip_prefix(prefix).map(|digits| i128::from_str_radix(digits, base));
            if let Some(parsed) = based("0x", 16).or_else(|| based("0o", 8)) {
                parsed.map_or(Kind::Text, Kind::Int)
            } else if let Ok(int) = text.parse() {
                Kind::Int(int)
            } else {
                text.parse().map_or(Kind::Text, Kind::Float)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // The tables of chapter 10.3.2 of the YAML 1.2.2 specification, and the texts of YAML 1.1 that are none there.
    #[test]
    fn core_schema() {
        for text in ["null", "Null", "NULL", "~", ""] {
            assert_eq!(plain(text), None, "{text}");
        }
        for (text, int) in [("0", 0), ("-19", -19), ("+12", 12), ("0o14", 12), ("0xC", 12), ("007", 7)] {
            assert_eq!(plain(text), Some(Kind::Int(int)), "{text}");
        }
        for (text, float) in [("0.", 0.0), ("-0.0", -0.0), (".5", 0.5), ("+12e03", 12e3), ("-2E+05", -2e5)] {
            assert_eq!(plain(text), Some(Kind::Float(float)), "{text}");
        }
        assert_eq!(plain("-.inf"), Some(Kind::Float(f64::NEG_INFINITY)));
        assert!(matches!(plain(".NaN"), Some(Kind::Float(nan)) if nan.is_nan()));
        for text in [
            "yes",
            "no",
            "on",
            "inf",
            "nan",
            "-",
            "+",
            ".",
            "1_000",
            "0xZ",
            "2026-06-01",
            "12:30",
            "1e",
            "１",
        ] {
            assert_eq!(plain(text), Some(Kind::Text), "{text}");
        }
    }
}
