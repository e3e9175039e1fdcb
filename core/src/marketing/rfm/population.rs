//! Reading the population of a fit.

use crate::marketing::rfm::{
    Diagnostic, Dimension, Direction, Fitted, Input, NonPositive, Params, Scale, Scorer, learn,
};

/// The customers of a fit that have all three measures.
pub(super) struct Population {
    /// Recency, frequency, monetary, row by row.
    values: [Vec<f64>; 3],
    keys: Vec<u128>,
    n_without_orders: u64,
    n_incomplete: u64,
    n_not_finite: [u64; 3],
}

impl Population {
    /// Takes the complete customers and counts the others.
    pub(super) fn read(input: &Input<'_>, wants_keys: bool) -> Self {
        let mut population = Self {
            values: [const { Vec::new() }; 3],
            keys: Vec::new(),
            n_without_orders: 0,
            n_incomplete: 0,
            n_not_finite: [0; 3],
        };
        for row in 0..input.len() {
            match input.row(row) {
                [None, None, None] => population.n_without_orders += 1,
                [Some(r), Some(f), Some(m)] if r.is_finite() && f.is_finite() && m.is_finite() => {
                    for (values, value) in population.values.iter_mut().zip([r, f, m]) {
                        values.push(value + 0.0);
                    }
                    if let Some(keys) = input.keys().filter(|_| wants_keys) {
                        population.keys.push(keys[row]);
                    }
                }
                values => {
                    population.n_incomplete += u64::from(values.contains(&None));
                    for (n, value) in population.n_not_finite.iter_mut().zip(values) {
                        *n += u64::from(value.is_some_and(|v| !v.is_finite()));
                    }
                }
            }
        }
        population
    }

    /// Learns the thresholds of a measure.
    pub(super) fn scale(&self, dimension: Dimension, params: &Params) -> Scale {
        let values = &self.values[dimension as usize];
        let direction = match dimension {
            Dimension::Recency => Direction::SmallerIsBetter,
            Dimension::Frequency | Dimension::Monetary => Direction::LargerIsBetter,
        };
        let is_floored = dimension == Dimension::Monetary && params.non_positive == NonPositive::Lowest;
        let floor = is_floored.then_some(0.0);
        let mut scale = match &params.scorer {
            Scorer::Quantile { classes, ties } => {
                learn::quantile(values.clone(), &self.keys, direction, *classes, *ties, floor)
            }
            Scorer::KMeans { classes } => learn::k_means(values.clone(), direction, *classes, floor),
            Scorer::Fixed { recency, frequency, monetary } => {
                let cuts = [recency, frequency, monetary][dimension as usize];
                learn::fixed(cuts, direction)
            }
            Scorer::MeanSplit => learn::mean_split(values.clone(), direction, floor),
            Scorer::MedianSplit => learn::median_split(values.clone(), direction, floor),
        };
        let mut n_by_score = vec![0; usize::from(scale.classes)];
        for (row, &value) in values.iter().enumerate() {
            let score = scale.score(value, self.keys.get(row).copied());
            if let Some(n) = n_by_score.get_mut(usize::from(score).wrapping_sub(1)) {
                *n += 1;
            }
        }
        scale.n_by_score = n_by_score;
        scale
    }

    /// How many customers are complete.
    pub(super) fn len(&self) -> usize {
        self.values[0].len()
    }

    /// How many customers have none of the measures.
    pub(super) fn n_without_orders(&self) -> u64 {
        self.n_without_orders
    }

    /// Says what a reader of the scores should know.
    pub(super) fn diagnostics(&self, fitted: &Fitted) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if fitted.n == 0 {
            found.push(Diagnostic::NoCustomers);
        }
        if self.n_incomplete > 0 {
            found.push(Diagnostic::Incomplete { n: self.n_incomplete });
        }
        for (dimension, n) in Dimension::ALL.into_iter().zip(self.n_not_finite) {
            if n > 0 {
                found.push(Diagnostic::NotFinite { dimension, n });
            }
        }
        let count = |dimension: Dimension, is_odd: fn(f64) -> bool| {
            self.values[dimension as usize].iter().filter(|&&value| is_odd(value)).count() as u64
        };
        match count(Dimension::Recency, |days| days < 0.0) {
            0 => {}
            n => found.push(Diagnostic::NegativeRecency { n }),
        }
        match count(Dimension::Monetary, |amount| amount <= 0.0) {
            0 => {}
            n => found.push(Diagnostic::NonPositive { n }),
        }
        for dimension in Dimension::ALL {
            found.extend(self.about_classes(dimension, fitted));
        }
        found
    }

    /// Says where the classes of a measure are not what was asked for.
    fn about_classes(&self, dimension: Dimension, fitted: &Fitted) -> Vec<Diagnostic> {
        let (scale, n) = (fitted.scale(dimension), fitted.n);
        let (values, classes) = (&self.values[dimension as usize], scale.classes);
        let Some(&first) = values.first() else { return Vec::new() };
        let mut found = Vec::new();
        if n < u64::from(classes) {
            found.push(Diagnostic::FewCustomers { dimension, n, classes });
        }
        // Amounts that the floor makes equal are tied too.
        let shown = |value: f64| scale.floor.map_or(value, |floor| value.max(floor));
        if values.iter().all(|&value| shown(value) == shown(first)) {
            let score = scale.score(first, self.keys.first().copied());
            found.push(Diagnostic::AllTied { dimension, value: shown(first), score });
            return found;
        }
        let scores: Vec<u8> = (1..=classes).filter(|&s| scale.n_by_score[usize::from(s) - 1] == 0).collect();
        if !scores.is_empty() {
            found.push(Diagnostic::EmptyClasses { dimension, scores });
        }
        found
    }
}
