//! Exact decimal numbers.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// An exact decimal number: `unscaled / 10^scale`.
///
/// Two decimals with different scales compare by value (`1.5 == 1.50`).
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    /// The digits as an integer.
    pub unscaled: i128,
    /// How many of the digits stand after the point, 0 to 38.
    pub scale: i8,
}

impl Decimal {
    /// Makes the decimal `unscaled / 10^scale`.
    pub fn new(unscaled: i128, scale: i8) -> Self {
        Self { unscaled, scale }
    }

    /// Gives the nearest `f64`.
    pub fn to_f64(self) -> f64 {
        if self.scale == 0 {
            return self.unscaled as f64;
        }
        // The text of a decimal parsed as a float is correctly rounded; dividing two floats is not past 2^53.
        if self.unscaled.unsigned_abs() < (1 << 53) && self.scale <= 22 {
            return self.unscaled as f64 / 10f64.powi(i32::from(self.scale));
        }
        fast_float2::parse(self.to_string()).unwrap_or(f64::NAN)
    }

    /// Gives the same number at another scale, or `None` where digits would be lost or do not fit.
    pub fn rescale(self, scale: i8) -> Option<Self> {
        let by = i32::from(scale) - i32::from(self.scale);
        let factor = 10i128.checked_pow(by.unsigned_abs())?;
        let unscaled = if by >= 0 {
            self.unscaled.checked_mul(factor)?
        } else if self.unscaled % factor == 0 {
            self.unscaled / factor
        } else {
            return None;
        };
        Some(Self { unscaled, scale })
    }

    /// Gives the number at another scale, rounded half away from zero, or `None` where it does not fit.
    pub fn round_to(self, scale: i8) -> Option<Self> {
        if scale >= self.scale {
            return self.rescale(scale);
        }
        let factor = 10i128.checked_pow(u32::from((self.scale - scale).unsigned_abs()))?;
        let (quotient, remainder) = (self.unscaled / factor, self.unscaled % factor);
        let away = if remainder.abs() >= factor - remainder.abs() { self.unscaled.signum() } else { 0 };
        Some(Self { unscaled: quotient + away, scale })
    }

    /// Whether the number has at most `precision` digits.
    pub fn fits(self, precision: u8) -> bool {
        10i128.checked_pow(u32::from(precision)).is_none_or(|limit| self.unscaled.abs() < limit)
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.scale == other.scale {
            return self.unscaled.cmp(&other.unscaled);
        }
        let scale = self.scale.max(other.scale);
        match (self.rescale(scale), other.rescale(scale)) {
            (Some(a), Some(b)) => a.unscaled.cmp(&b.unscaled),
            // The one that does not fit at the finer scale is the larger in size: its sign decides.
            (None, _) => self.unscaled.cmp(&0),
            (_, None) => 0.cmp(&other.unscaled),
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.unscaled < 0 { "-" } else { "" };
        let digits = self.unscaled.unsigned_abs().to_string();
        let scale = usize::from(self.scale.unsigned_abs());
        if scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, part) = digits.split_at(digits.len() - scale);
        write!(f, "{sign}{whole}.{part}")
    }
}

/// A text that is no decimal number, or one with too many digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number of at most 38 digits")]
pub struct ParseDecimalError;

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    /// Reads `[+-]digits[.digits]`; no exponent, no thousands signs.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (negative, digits) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && part.is_empty()) || !all_digits(whole) || !all_digits(part) || part.len() > 38
        {
            return Err(ParseDecimalError);
        }
        let mut unscaled: i128 = 0;
        for byte in whole.bytes().chain(part.bytes()) {
            unscaled = unscaled
                .checked_mul(10)
                .and_then(|n| n.checked_add(i128::from(byte - b'0')))
                .filter(|n| *n < 10i128.pow(38))
                .ok_or(ParseDecimalError)?;
        }
        Ok(Self { unscaled: if negative { -unscaled } else { unscaled }, scale: part.len() as i8 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_prints_and_compares() {
        for (text, unscaled, scale) in
            [("12.34", 1234, 2), ("-0.05", -5, 2), ("7", 7, 0), ("+.5", 5, 1), ("3.", 3, 0)]
        {
            let d: Decimal = text.parse().unwrap();
            assert_eq!((d.unscaled, d.scale), (unscaled, scale), "{text}");
        }
        assert_eq!(Decimal::new(-5, 2).to_string(), "-0.05");
        assert_eq!("1.5".parse::<Decimal>().unwrap(), "1.500".parse().unwrap());
        assert!("1.49".parse::<Decimal>().unwrap() < "1.5".parse().unwrap());
        assert!(Decimal::new(10i128.pow(37), 0) > Decimal::new(1, 30));
        for text in ["", "-", ".", "1e3", "1,000", "１２", &"9".repeat(39)] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
    }

    #[test]
    fn rounds_half_away_from_zero() {
        for (text, wanted) in [("1.005", "1.01"), ("-1.005", "-1.01"), ("1.0049", "1.00"), ("2", "2.00")] {
            let d: Decimal = text.parse().unwrap();
            assert_eq!(d.round_to(2).unwrap().to_string(), wanted);
        }
    }
}
