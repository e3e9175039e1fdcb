//! The plots of staying and leaving.

use crate::marketing::btyd::{CountRow, HoldoutRow, TrackingRow};
use crate::marketing::survival::KaplanMeier;
use crate::report::html::format;
use crate::report::html::plot::axis::Axis;
use crate::report::html::plot::{Colour, Layer, Plot};

/// 95 %.
const Z: f64 = 1.959_963_984_540_054;

impl Plot {
    /// All repeat purchases up to each time, as they came and as a model expects them; `end` is up to when the model was
    /// fitted. From [`Tracks::course`](crate::marketing::btyd::Tracks::course).
    pub fn tracking(rows: &[TrackingRow], end: Option<f64>) -> Self {
        let x = Axis::up_to("time since the first purchase", rows.iter().map(|row| row.time), false);
        let values = rows.iter().flat_map(|row| [row.actual, row.expected]);
        let mut plot =
            Self::new("Repeat purchases of everybody", x, Axis::counts("purchases so far", values));
        if let Some(last) = rows.last() {
            let (actual, expected) = (format::number(last.actual), format::number(last.expected));
            plot.summary = format!("{actual} repeat purchases in the end, {expected} expected");
        }
        let line = |of: fn(&TrackingRow) -> f64| {
            let points = rows.iter().map(|row| (row.time, of(row)));
            std::iter::once((0.0, 0.0)).chain(points).collect()
        };
        let inside = end.filter(|end| rows.last().is_some_and(|last| *end < last.time));
        plot.layers.extend(inside.map(|at| Layer::Rule { at, text: "hold-out".to_owned() }));
        plot.push_line("actual", Colour::First, false, line(|row| row.actual));
        plot.push_line("expected", Colour::Second, true, line(|row| row.expected));
        plot
    }

    /// How many customers made how many repeat purchases, and how many are expected to. From
    /// [`Model::count_table`](crate::marketing::btyd::Model::count_table).
    pub fn counts(rows: &[CountRow]) -> Self {
        let x = Axis::categories("repeat purchases", categories(rows.iter().map(|row| row.x)));
        let values = rows.iter().flat_map(|row| [row.actual, row.expected]);
        let mut plot = Self::new("Customers by repeat purchases", x, Axis::counts("customers", values));
        plot.summary = said(rows.iter().map(|row| (row.x, Some(row.actual), Some(row.expected))));
        plot.push_bars("actual", rows.iter().map(|row| row.actual).collect(), (0, 2));
        plot.push_bars("expected", rows.iter().map(|row| row.expected).collect(), (1, 2));
        plot
    }

    /// The mean number of purchases in the hold-out by purchases before it, as they came and as they were expected. From
    /// [`Model::holdout_table`](crate::marketing::btyd::Model::holdout_table).
    pub fn holdout(rows: &[HoldoutRow]) -> Self {
        let x = Axis::categories("repeat purchases before", categories(rows.iter().map(|row| row.x)));
        let values = rows.iter().flat_map(|row| [row.actual, row.expected]).flatten();
        let y = Axis::up_to("mean purchases in the hold-out", values, true);
        let mut plot = Self::new("Purchases in the hold-out", x, y);
        plot.summary = said(rows.iter().map(|row| (row.x, row.actual, row.expected)));
        let line = |of: fn(&HoldoutRow) -> Option<f64>| {
            (0u32..).zip(rows).filter_map(|(at, row)| Some((f64::from(at), of(row)?))).collect()
        };
        plot.push_dots("actual", Colour::First, false, line(|row| row.actual));
        plot.push_dots("expected", Colour::Second, true, line(|row| row.expected));
        plot
    }

    /// The chance of one customer to be still one, over the time since the first purchase; `points` are times and chances,
    /// from [`Model::p_alive_over_time`](crate::marketing::btyd::Model::p_alive_over_time), and `purchases` when there were
    /// repeat purchases.
    pub fn p_alive(points: &[(f64, f64)], purchases: &[f64]) -> Self {
        let x = Axis::up_to("time since the first purchase", points.iter().map(|(time, _)| *time), false);
        let mut plot = Self::new("Chance to be still a customer", x, Axis::shares("chance"));
        if let Some((_, last)) = points.last() {
            let (n, last) = (purchases.len(), format::percent(*last));
            plot.summary = format!("{n} repeat purchases; {last} in the end");
        }
        plot.push_line("chance", Colour::First, false, points.to_vec());
        let ticks = purchases.iter().map(|time| (*time, 0.0)).collect();
        plot.layers.push(Layer::Ticks { name: "purchase".to_owned(), colour: Colour::Second, points: ticks });
        plot
    }

    /// The share of customers that is still there, one curve a group, with intervals of 95 % and strokes where somebody
    /// was last seen.
    pub fn survival(curves: &[(&str, &KaplanMeier)]) -> Self {
        let longest = curves.iter().map(|(_, curve)| curve.longest());
        let x = Axis::up_to("time", longest, false);
        let mut plot = Self::new("Customers who stay", x, Axis::shares("still there"));
        let mut said = Vec::new();
        for (nth, (name, curve)) in curves.iter().enumerate() {
            let colour = Colour::nth(nth);
            let median = curve.median().map_or("none".to_owned(), format::number);
            said.push(format!("{name}: half have left after {median}"));
            let (mut line, mut band) = (vec![(0.0, 1.0)], vec![(0.0, 1.0, 1.0)]);
            let mut before = (1.0, [1.0, 1.0]);
            let mut ticks = Vec::new();
            for step in curve.steps() {
                let interval = curve.interval(step.time, Z);
                // Up to the step everything is as before.
                line.extend([(step.time, before.0), (step.time, step.survival)]);
                let [low, high] = before.1;
                band.extend([(step.time, low, high), (step.time, interval[0], interval[1])]);
                if step.censored > 0.0 {
                    ticks.push((step.time, step.survival));
                }
                before = (step.survival, interval);
            }
            plot.layers.push(Layer::Band { name: String::new(), colour, opacity: 0.15, points: band });
            plot.push_line(name, colour, false, line);
            plot.layers.push(Layer::Ticks { name: String::new(), colour, points: ticks });
        }
        plot.summary = said.join("; ");
        plot
    }

    pub(super) fn push_line(&mut self, name: &str, colour: Colour, dashed: bool, points: Vec<(f64, f64)>) {
        self.layers.push(Layer::Line { name: name.to_owned(), colour, dashed, dots: false, points });
    }

    fn push_dots(&mut self, name: &str, colour: Colour, dashed: bool, points: Vec<(f64, f64)>) {
        self.layers.push(Layer::Line { name: name.to_owned(), colour, dashed, dots: true, points });
    }

    fn push_bars(&mut self, name: &str, values: Vec<f64>, at: (usize, usize)) {
        self.layers.push(Layer::Bars { name: name.to_owned(), colour: Colour::nth(at.0), values, at });
    }
}

/// `0`, `1`, …, `7+`.
fn categories(x: impl ExactSizeIterator<Item = u32>) -> Vec<String> {
    let last = x.len().saturating_sub(1);
    x.enumerate().map(|(at, x)| if at == last { format!("{x}+") } else { x.to_string() }).collect()
}

fn said(rows: impl Iterator<Item = (u32, Option<f64>, Option<f64>)>) -> String {
    let number = |n: Option<f64>| n.map_or("none".to_owned(), format::number);
    let each =
        rows.map(|(x, actual, expected)| format!("{x}: {} of {} expected", number(actual), number(expected)));
    each.collect::<Vec<_>>().join("; ")
}
