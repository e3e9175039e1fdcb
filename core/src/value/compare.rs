//! The one order of values: numbers by value, text by bytes, null before everything.

use std::cmp::Ordering;

use crate::value::Column;

/// Compares an integer with a float exactly, without rounding either; `None` for NaN.
pub fn compare_int_float(int: i64, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    // 2^63 as a float is exact; at and past it no i64 can be as large.
    if float >= 9_223_372_036_854_775_808.0 {
        return Some(Ordering::Less);
    }
    if float < -9_223_372_036_854_775_808.0 {
        return Some(Ordering::Greater);
    }
    let whole = float.trunc() as i64;
    Some(int.cmp(&whole).then_with(|| {
        let part = float - float.trunc();
        0.0f64.partial_cmp(&part).unwrap_or(Ordering::Equal)
    }))
}

/// Compares two rows of a column: null first, false before true, numbers by value (`-0.0` before `0.0`, so that only
/// values that cannot be told apart are equal), text by bytes, sets member by member.
pub fn compare_rows(column: &Column, a: usize, b: usize) -> Ordering {
    match (column.is_null(a), column.is_null(b)) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Less,
        (false, true) => return Ordering::Greater,
        (false, false) => {}
    }
    match column {
        Column::Bool(x) => x.value(a).cmp(&x.value(b)),
        Column::Int(x) => x.value(a).cmp(&x.value(b)),
        Column::Float(x) => x.value(a).total_cmp(&x.value(b)),
        Column::Decimal(x) => x.value(a).cmp(&x.value(b)),
        Column::String(x) => {
            let (left, right) = (x.codes().value(a), x.codes().value(b));
            if left == right { Ordering::Equal } else { x.get(a).cmp(&x.get(b)) }
        }
        Column::Date(x) => x.value(a).cmp(&x.value(b)),
        Column::Timestamp(x) => x.value(a).cmp(&x.value(b)),
        Column::StringSet(x) => {
            let text = |row: usize| x.codes(row).iter().map(|&code| x.values().value(code as usize));
            text(a).cmp(text(b))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn int_against_float_is_exact() {
        let big = 9_007_199_254_740_993; // 2^53 + 1 has no float of its own
        assert_eq!(compare_int_float(big, 9_007_199_254_740_992.0), Some(Ordering::Greater));
        assert_eq!(compare_int_float(i64::MAX, 9_223_372_036_854_775_807.0), Some(Ordering::Less));
        assert_eq!(compare_int_float(i64::MIN, -9_223_372_036_854_775_808.0), Some(Ordering::Equal));
        assert_eq!(compare_int_float(-1, -1.5), Some(Ordering::Greater));
        assert_eq!(compare_int_float(-2, -1.5), Some(Ordering::Less));
        assert_eq!(compare_int_float(0, f64::INFINITY), Some(Ordering::Less));
        assert_eq!(compare_int_float(0, f64::NAN), None);
    }
}
