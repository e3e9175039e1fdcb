//! Numbers.

use std::borrow::Cow;

use crate::source::cells::Outcome;
use crate::source::parse::TextRules;
use crate::source::report::Fault;
use crate::value::Decimal;

/// Past 2^53 a float does not hold every whole number: two numbers may have become one.
const EXACT_FLOATS: f64 = 9_007_199_254_740_992.0;

impl TextRules {
    /// A whole number; `266079.0` and `2e3` are whole.
    pub(in crate::source) fn int(&self, text: &str) -> Outcome<i64> {
        self.number(text, |text| {
            if let Ok(n) = text.parse::<i64>() {
                return Outcome::Value(n);
            }
            match text.parse::<Decimal>() {
                Ok(d) => decimal_to_int(d),
                Err(_) if all_digits(text) => Outcome::Fault(Fault::OutOfRange),
                Err(_) => float(text).map(exact_int_of_float),
            }
        })
    }

    pub(in crate::source) fn float(&self, text: &str) -> Outcome<f64> {
        self.number(text, float)
    }

    /// An exact decimal, rounded half away from zero to `scale` digits after the point; gives the scaled integer.
    pub(in crate::source) fn decimal(&self, text: &str, precision: u8, scale: i8) -> Outcome<i128> {
        self.number(text, |text| match text.parse::<Decimal>() {
            Ok(d) => decimal_to_scale(d, precision, scale),
            Err(_) if all_digits(text) => Outcome::Fault(Fault::OutOfRange),
            Err(_) => float(text).map(|n| decimal_of_float(n, precision, scale)),
        })
    }

    /// Hands on a number with `.` before the fraction and without signs between thousands.
    fn number<T>(&self, text: &str, read: impl FnOnce(&str) -> Outcome<T>) -> Outcome<T> {
        self.clean(text, |text| match self.plain_number(text) {
            Some(text) => read(&text),
            None => Outcome::Fault(Fault::NotANumber),
        })
    }

    /// Between thousands a sign stands after 1 to 4 digits, with 2 to 4 between two, and 3 or 4 after the last
    /// (`1,234,567`, `12,34,567`, `123,4567`): so `1,5` is no number rather than 15.
    fn plain_number<'a>(&self, text: &'a str) -> Option<Cow<'a, str>> {
        let Some(thousands) = self.thousands.filter(|&sign| text.contains(sign)) else {
            if self.decimal == '.' {
                return Some(Cow::Borrowed(text));
            }
            return (!text.contains('.')).then(|| Cow::Owned(text.replacen(self.decimal, ".", 1)));
        };
        let (whole, fraction) = match text.split_once(self.decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        let digits = whole.trim_start_matches(['+', '-']);
        let groups: Vec<&str> = digits.split(thousands).collect();
        let last = groups.len() - 1;
        let well_placed = groups.iter().enumerate().all(|(i, group)| {
            let allowed = match i {
                0 => 1..=4,
                i if i == last => 3..=4,
                _ => 2..=4,
            };
            allowed.contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit())
        });
        if !well_placed || fraction.is_some_and(|f| f.contains(thousands)) {
            return None;
        }
        let mut plain = whole.replace(thousands, "");
        if let Some(fraction) = fraction {
            plain.push('.');
            plain.push_str(fraction);
        }
        Some(Cow::Owned(plain))
    }
}

/// Whether a text is a number written out, however long.
fn all_digits(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let digits_only = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    !whole.is_empty() && digits_only(whole) && digits_only(fraction)
}

fn float(text: &str) -> Outcome<f64> {
    match fast_float2::parse::<f64, _>(text) {
        Ok(n) if n.is_nan() => Outcome::Nan,
        Ok(n) if n.is_infinite() => Outcome::Fault(Fault::Infinite),
        Ok(n) => Outcome::Value(n),
        Err(_) => Outcome::Fault(Fault::NotANumber),
    }
}

/// The whole number that a finite float holds exactly.
pub(in crate::source) fn exact_int_of_float(n: f64) -> Outcome<i64> {
    if n.is_nan() {
        Outcome::Nan
    } else if n.is_infinite() {
        Outcome::Fault(Fault::Infinite)
    } else if n.fract() != 0.0 {
        Outcome::Fault(Fault::NotWhole)
    } else if n.abs() > EXACT_FLOATS {
        Outcome::Fault(Fault::OutOfRange)
    } else {
        Outcome::Value(n as i64)
    }
}

/// The decimal that a float was written as, rounded half away from zero: 1.005 is 1.01 at scale 2, though the float
/// nearest to it is a little less.
pub(in crate::source) fn decimal_of_float(n: f64, precision: u8, scale: i8) -> Outcome<i128> {
    if n.is_nan() {
        return Outcome::Nan;
    }
    if n.is_infinite() {
        return Outcome::Fault(Fault::Infinite);
    }
    let scaled = n * 10f64.powi(i32::from(scale));
    let whole = scaled.round();
    // Nearly all amounts have no more digits than declared: no need to write them out.
    if scaled.abs() < EXACT_FLOATS && (scaled - whole).abs() <= 1e-9 * scaled.abs() {
        let unscaled = whole as i128;
        return if Decimal::new(unscaled, scale).fits(precision) {
            Outcome::Value(unscaled)
        } else {
            Outcome::Fault(Fault::OutOfRange)
        };
    }
    // The shortest digits that read back as this float: what somebody wrote.
    match n.to_string().parse::<Decimal>() {
        Ok(written) => decimal_to_scale(written, precision, scale),
        // A tiny number with more than 38 digits after the point rounds to 0.
        Err(_) if n.abs() < 1.0 => Outcome::Rounded(0),
        Err(_) => Outcome::Fault(Fault::OutOfRange),
    }
}

/// A decimal at another scale, rounded half away from zero.
pub(in crate::source) fn decimal_to_scale(d: Decimal, precision: u8, scale: i8) -> Outcome<i128> {
    let Some(rounded) = d.round_to(scale).filter(|d| d.fits(precision)) else {
        return Outcome::Fault(Fault::OutOfRange);
    };
    if d.scale <= scale || d.rescale(scale).is_some() {
        Outcome::Value(rounded.unscaled)
    } else {
        Outcome::Rounded(rounded.unscaled)
    }
}

/// The whole number that a decimal is.
pub(in crate::source) fn decimal_to_int(d: Decimal) -> Outcome<i64> {
    match d.rescale(0) {
        None if d.scale > 0 => Outcome::Fault(Fault::NotWhole),
        None => Outcome::Fault(Fault::OutOfRange),
        Some(whole) => {
            i64::try_from(whole.unscaled).map_or(Outcome::Fault(Fault::OutOfRange), Outcome::Value)
        }
    }
}
