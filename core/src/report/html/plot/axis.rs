//! Axes: where numbers lie, and which of them are written.

use crate::report::html::plot::dates;

/// About how many numbers are written at an axis.
const N_TICKS: f64 = 6.0;

/// An axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    pub(super) label: String,
    pub(super) scale: Scale,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scale {
    /// From one number to another.
    Numbers { from: f64, to: f64, is_share: bool, is_count: bool },
    /// From one day to another, in days since 1970 with the part of the day.
    Days { from: f64, to: f64 },
    /// One place a category.
    Categories(Vec<String>),
}

impl Axis {
    /// From 0 to the largest of some numbers, and on to the next round one where `to_round`.
    pub(super) fn up_to(label: &str, values: impl Iterator<Item = f64>, to_round: bool) -> Self {
        let largest = values.filter(|value| value.is_finite()).fold(0.0, f64::max);
        let largest = if largest > 0.0 { largest } else { 1.0 };
        let step = step(largest);
        let to = if to_round { (largest / step).ceil() * step } else { largest };
        Self {
            label: label.to_owned(),
            scale: Scale::Numbers { from: 0.0, to, is_share: false, is_count: false },
        }
    }

    /// Counts: as [`up_to`](Self::up_to) the next round number, and only whole ones are written.
    pub(super) fn counts(label: &str, values: impl Iterator<Item = f64>) -> Self {
        let mut axis = Self::up_to(label, values, true);
        if let Scale::Numbers { to, is_count, .. } = &mut axis.scale {
            (*to, *is_count) = (to.max(1.0).ceil(), true);
        }
        axis
    }

    /// Shares, 0 to 1.
    pub(super) fn shares(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            scale: Scale::Numbers { from: 0.0, to: 1.0, is_share: true, is_count: false },
        }
    }

    /// Shares up to 1, from 0 or, where some are below it, from the round number below them.
    pub(super) fn shares_from(label: &str, least: f64) -> Self {
        if !(least.is_finite() && least < 0.0) {
            return Self::shares(label);
        }
        let step = share_step(1.0 - least);
        let from = (least / step).floor() * step;
        Self {
            label: label.to_owned(),
            scale: Scale::Numbers { from, to: 1.0, is_share: true, is_count: false },
        }
    }

    /// From the first to the last of some days; without days there is nothing on it.
    pub(super) fn days(label: &str, days: &[f64]) -> Self {
        let from = days.iter().copied().fold(f64::INFINITY, f64::min);
        let to = days.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if from > to {
            return Self::categories(label, Vec::new());
        }
        // A single instant has a day around it.
        let to = if to > from { to } else { from + 1.0 };
        Self { label: label.to_owned(), scale: Scale::Days { from, to } }
    }

    pub(super) fn categories(label: &str, names: Vec<String>) -> Self {
        Self { label: label.to_owned(), scale: Scale::Categories(names) }
    }

    /// Where a number lies, 0 to 1. The middle of a category is at its number, from 0.
    pub(super) fn place(&self, value: f64) -> f64 {
        match &self.scale {
            Scale::Numbers { from, to, .. } | Scale::Days { from, to } => {
                ((value - from) / (to - from)).clamp(0.0, 1.0)
            }
            Scale::Categories(names) => (value + 0.5) / names.len().max(1) as f64,
        }
    }

    /// What is written, and where it lies.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        match &self.scale {
            Scale::Numbers { from, to, is_share, is_count } => {
                let step = match (is_share, is_count) {
                    (true, _) => share_step(to - from),
                    (false, true) => step(to - from).max(1.0),
                    (false, false) => step(to - from),
                };
                let n = ((to - from) / step + 1e-9).floor() as u32;
                (0..=n)
                    .map(|i| from + step * f64::from(i))
                    .map(|value| (value, if *is_share { percent(value) } else { number(value, step) }))
                    .collect()
            }
            Scale::Days { from, to } => dates::ticks(*from, *to),
            Scale::Categories(names) => (0u32..).map(f64::from).zip(names.iter().cloned()).collect(),
        }
    }
}

/// A round step (1, 2 or 5 times a power of ten) of which about [`N_TICKS`] make the range.
fn step(range: f64) -> f64 {
    let rough = range / N_TICKS;
    let power = 10f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= rough * 0.999);
    factor.unwrap_or(10.0) * power
}

/// Fifths, or more where there is more than a whole.
fn share_step(range: f64) -> f64 {
    if range <= 1.0 { 0.2 } else { step(range) }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// With the digits that the step has, and thousands apart.
fn number(value: f64, step: f64) -> String {
    // A step of a tenth may be a little less than one.
    let digits = (-(step * 1.001).log10().floor()).clamp(0.0, 9.0) as usize;
    let text = format!("{value:.digits$}");
    let (whole, rest) =
        text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 && digit.is_ascii_digit() {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    rest.map_or(grouped.clone(), |rest| format!("{grouped}.{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        let written = |largest: f64| {
            let axis = Axis::up_to("", [largest].into_iter(), true);
            axis.ticks().into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(written(4_339.0), "0 1,000 2,000 3,000 4,000 5,000");
        assert_eq!(written(78.0), "0 20 40 60 80");
        assert_eq!(written(0.31), "0.0 0.1 0.2 0.3 0.4");
        assert_eq!(written(0.0), "0.0 0.2 0.4 0.6 0.8 1.0");
        assert_eq!(Axis::shares("").ticks().len(), 6);
        let counted = |largest: f64| {
            let axis = Axis::counts("", [largest].into_iter());
            axis.ticks().into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(counted(0.0), "0 1");
        assert_eq!(counted(1.0), "0 1");
        assert_eq!(counted(2.5), "0 1 2 3");
        assert_eq!(counted(4_339.0), written(4_339.0));
        let low = Axis::shares_from("", -0.37);
        assert_eq!(
            low.ticks().iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" "),
            "-50 % 0 % 50 % 100 %"
        );
        assert_eq!(Axis::shares_from("", 0.0), Axis::shares(""));
    }
}
