//! Numbers, shares and values as text for people.

use crate::report::Edge;
use crate::time::Zone;
use crate::value::Value;

/// From here on numbers are written with an exponent.
const EXPONENT_FROM: f64 = 1e15;

/// A count: `12,345`.
pub(super) fn count(n: u64) -> String {
    group(&n.to_string())
}

/// A number with as many digits as a reader of a chart needs: `12,346`, `123.5`, `1.23`, `0.0123`, `1.2e-7`.
pub(super) fn number(n: f64) -> String {
    let size = n.abs();
    if n == 0.0 {
        return "0".to_owned();
    }
    if !n.is_finite() {
        return (if n > 0.0 { "∞" } else { "−∞" }).to_owned();
    }
    if !(1e-4..EXPONENT_FROM).contains(&size) {
        return format!("{n:.2e}").replace('-', "−");
    }
    let digits = match size {
        1000.0.. => 0,
        1.0.. => 2,
        0.1.. => 3,
        0.01.. => 4,
        _ => 6,
    };
    let text = format!("{n:.digits$}");
    let text = if digits > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    group(text)
}

/// As [`number`], with two digits after the point in large ones too, for single amounts: `1,234.56`.
pub(super) fn amount(n: f64) -> String {
    let cents = format!("{n:.2}");
    if (1000.0..EXPONENT_FROM).contains(&n.abs()) {
        group(cents.trim_end_matches('0').trim_end_matches('.'))
    } else {
        number(n)
    }
}

/// A number with its sign: `+0.31`, `−0.31`.
pub(super) fn signed(n: f64) -> String {
    let text = amount(n);
    if n > 0.0 { format!("+{text}") } else { text }
}

/// A number between 0 and 1 as it is usual for measures: three digits.
pub(super) fn measure(n: f64) -> String {
    format!("{n:.3}").replace('-', "−")
}

/// A share of 0 to 1 in percent: `12.3%`; something is never `0%`, and not all never `100%`.
pub(super) fn percent(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    match text.as_str() {
        _ if !share.is_finite() => "–".to_owned(),
        "0.0" if share > 0.0 => "<0.1%".to_owned(),
        "100.0" if share < 1.0 => ">99.9%".to_owned(),
        text => format!("{}%", text.strip_suffix(".0").unwrap_or(text)),
    }
}

/// A part of a whole in percent.
pub(super) fn part(part: u64, whole: u64) -> String {
    if whole == 0 { "–".to_owned() } else { percent(part as f64 / whole as f64) }
}

/// An end of a bin.
pub(super) fn edge(edge: Edge) -> String {
    match edge {
        Edge::Number(n) => number(n),
        Edge::Day(day) => day.to_string(),
    }
}

/// A value: whole and decimal numbers with all digits, instants in a zone, null as `–`.
pub(super) fn value(value: &Value, zone: &Zone) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Int(_) | Value::Decimal(_) => group(&value.to_string()),
        Value::Float(n) => amount(*n),
        Value::Timestamp(t) => zone.clock_at(*t),
        Value::StringSet(items) if items.is_empty() => "∅".to_owned(),
        Value::StringSet(items) => items.join(", "),
        other => other.to_string(),
    }
}

/// A number with its unit: the sign of a currency before it, anything else after it.
pub(super) fn with_unit(text: &str, unit: Option<&str>) -> String {
    match unit {
        None => text.to_owned(),
        Some(unit) => match currency_sign(unit) {
            Some(sign) => match text.strip_prefix('−') {
                Some(size) => format!("−{sign}{size}"),
                None => format!("{sign}{text}"),
            },
            None if unit == "%" => format!("{text}%"),
            None => format!("{text} {unit}"),
        },
    }
}

/// The sign of an ISO 4217 code.
fn currency_sign(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "CNY" | "RMB" => "¥",
        "JPY" => "JP¥",
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "HKD" => "HK$",
        "TWD" => "NT$",
        "SGD" => "S$",
        "KRW" => "₩",
        "INR" => "₹",
        _ => return None,
    })
}

/// Puts `,` between thousands of the digits before the point, and a real minus.
fn group(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("−", digits));
    let (whole, rest) = digits.find('.').map_or((digits, ""), |at| digits.split_at(at));
    let mut grouped = String::with_capacity(text.len() + whole.len() / 3);
    grouped.push_str(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_a_reader_needs() {
        for (n, wanted) in [
            (0.0, "0"),
            (-0.0, "0"),
            (7.0, "7"),
            (1234.0, "1,234"),
            (1234.56, "1,235"),
            (-1_234_567.8, "−1,234,568"),
            (99.999, "100"),
            (0.1 + 0.2, "0.3"),
            (0.012_345, "0.0123"),
            (0.000_012, "1.20e−5"),
            (1e18, "1.00e18"),
            (f64::NEG_INFINITY, "−∞"),
        ] {
            assert_eq!(number(n), wanted);
        }
    }

    #[test]
    fn values_keep_their_digits() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let decimal = Value::Decimal("1234567.80".parse().unwrap());
        assert_eq!(value(&decimal, &zone), "1,234,567.80");
        assert_eq!(value(&Value::Int(i64::MIN), &zone), "−9,223,372,036,854,775,808");
        let instant = Value::Timestamp(zone.parse("2026-05-01 08:30").unwrap());
        assert_eq!(value(&instant, &zone), "2026-05-01 08:30");
        assert_eq!(value(&instant, &Zone::utc()), "2026-05-01 00:30");
        assert_eq!(value(&Value::Float(-1234.5), &zone), "−1,234.5");
        assert_eq!(value(&Value::Null, &zone), "–");
    }

    #[test]
    fn shares_are_never_rounded_to_none_or_all() {
        for (share, wanted) in [
            (0.0, "0%"),
            (0.0001, "<0.1%"),
            (0.5, "50%"),
            (0.1234, "12.3%"),
            (0.9999, ">99.9%"),
            (1.0, "100%"),
        ] {
            assert_eq!(percent(share), wanted);
        }
        assert_eq!(part(0, 0), "–");
    }

    #[test]
    fn money_has_its_sign_before_it() {
        assert_eq!(with_unit("1,234", Some("CNY")), "¥1,234");
        assert_eq!(with_unit("−5", Some("USD")), "−$5");
        assert_eq!(with_unit("5", Some("天")), "5 天");
        assert_eq!(with_unit("5", None), "5");
    }
}
