//! Learning the thresholds of one measure from the population.

use rayon::slice::ParallelSliceMut;

use crate::marketing::rfm::{Cut, Direction, Reach, Scale, TieKey, Ties};
use crate::stats::cluster::best_stretches;

/// Builds the cut points from customers that come worst first.
struct Steps {
    scale: Scale,
    current: Option<u8>,
}

impl Steps {
    fn new(direction: Direction, classes: u8, floor: Option<f64>) -> Self {
        let scale = Scale {
            direction,
            reach: Reach::AtOrBetter,
            classes,
            // The lower one of two middles; kept where no customer says otherwise.
            lowest: classes.div_ceil(2),
            cuts: Vec::new(),
            floor,
            n_by_score: Vec::new(),
        };
        Self { scale, current: None }
    }

    /// Takes the next value and its class; `tie_key` where the value before was the same.
    fn push(&mut self, value: f64, tie_key: Option<u128>, class: u8) {
        let class = if self.scale.floor.is_some_and(|floor| value <= floor) { 1 } else { class };
        let Some(current) = self.current else {
            self.scale.lowest = class;
            self.current = Some(class);
            return;
        };
        for _ in current..class {
            self.scale.cuts.push(Cut { value, tie_key: tie_key.map(TieKey) });
        }
        self.current = Some(current.max(class));
    }
}

/// Classes by rank. `keys` are used by [`Ties::RankFirst`] alone, and belong to `values` row by row.
pub(super) fn quantile(
    mut values: Vec<f64>,
    keys: &[u128],
    direction: Direction,
    classes: u8,
    ties: Ties,
    floor: Option<f64>,
) -> Scale {
    let mut steps = Steps::new(direction, classes, floor);
    if let Some(floor) = floor {
        for value in &mut values {
            *value = value.max(floor);
        }
    }
    if values.iter().all(|value| Some(value) == values.first()) {
        return steps.scale;
    }
    match ties {
        Ties::MidRank => {
            sort_worst_first(&mut values, direction);
            mid_rank(&values, &mut steps);
        }
        Ties::SameValueUpper => {
            sort_worst_first(&mut values, direction);
            same_value_upper(&values, &mut steps);
        }
        Ties::RankFirst => rank_first(&values, keys, &mut steps),
    }
    steps.scale
}

fn mid_rank(values: &[f64], steps: &mut Steps) {
    let classes = u64::from(steps.scale.classes);
    // Twice the mid-rank: whole numbers keep the borders exact.
    let (mut first, last) = (None, twice_mid(values.len(), values.chunk_by(|a, b| a == b).next_back()));
    let mut start = 0;
    for group in values.chunk_by(|a, b| a == b) {
        let mid = twice_mid(start + group.len(), Some(group));
        let lo = *first.get_or_insert(mid);
        let class = 1 + (classes * (mid - lo) / (last - lo).max(1)).min(classes - 1);
        steps.push(group[0], None, class as u8);
        start += group.len();
    }
}

/// Twice the mid-rank, from 0, of a group of equal values that ends before `end`.
fn twice_mid(end: usize, group: Option<&[f64]>) -> u64 {
    let len = group.map_or(0, <[f64]>::len);
    (2 * end).saturating_sub(len + 1) as u64
}

fn same_value_upper(values: &[f64], steps: &mut Steps) {
    let (classes, n) = (u64::from(steps.scale.classes), values.len() as u64);
    let mut highest = 0;
    for group in values.chunk_by(|a, b| a == b) {
        highest += group.len() as u64;
        steps.push(group[0], None, (1 + highest * classes / (n + 1)) as u8);
    }
}

fn rank_first(values: &[f64], keys: &[u128], steps: &mut Steps) {
    let direction = steps.scale.direction;
    let mut pairs: Vec<(f64, u128)> = values.iter().copied().zip(keys.iter().copied()).collect();
    pairs.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    if direction == Direction::SmallerIsBetter {
        pairs.reverse();
    }
    let (classes, last) = (u64::from(steps.scale.classes), pairs.len().saturating_sub(1).max(1) as u64);
    let mut before = None;
    for (place, &(value, key)) in pairs.iter().enumerate() {
        let scaled = classes * place as u64;
        // qcut's classes are closed above; recency is ranked from its other end, so its are closed below.
        let class = match direction {
            Direction::LargerIsBetter => scaled.div_ceil(last).max(1),
            Direction::SmallerIsBetter => 1 + (scaled / last).min(classes - 1),
        };
        steps.push(value, (before == Some(value)).then_some(key), class as u8);
        before = Some(value);
    }
}

/// Classes of near values.
pub(super) fn k_means(mut values: Vec<f64>, direction: Direction, classes: u8, floor: Option<f64>) -> Scale {
    let mut steps = Steps::new(direction, classes, floor);
    if let Some(floor) = floor {
        for value in &mut values {
            *value = value.max(floor);
        }
    }
    if values.iter().all(|value| Some(value) == values.first()) {
        return steps.scale;
    }
    sort_worst_first(&mut values, direction);
    let groups: Vec<&[f64]> = values.chunk_by(|a, b| a == b).collect();
    let logs: Vec<f64> = groups.iter().map(|group| group[0].signum() * group[0].abs().ln_1p()).collect();
    let counts: Vec<u64> = groups.iter().map(|group| group.len() as u64).collect();
    let starts = best_stretches(&logs, &counts, usize::from(classes));
    // With fewer stretches than classes, those are spread from the worst score to the best.
    let last = starts.len().saturating_sub(1).max(1);
    for (at, group) in groups.iter().enumerate() {
        let stretch = starts.partition_point(|&start| start <= at).saturating_sub(1);
        let class = 1 + stretch * usize::from(classes - 1) / last;
        steps.push(group[0], None, class as u8);
    }
    steps.scale
}

/// Two classes by the mean.
pub(super) fn mean_split(mut values: Vec<f64>, direction: Direction, floor: Option<f64>) -> Scale {
    sort_worst_first(&mut values, direction);
    let split = mean(&values);
    halves(split, direction, floor)
}

/// Two classes by the median.
pub(super) fn median_split(mut values: Vec<f64>, direction: Direction, floor: Option<f64>) -> Scale {
    sort_worst_first(&mut values, direction);
    let n = values.len();
    let split = (n > 0).then(|| values[(n - 1) / 2].midpoint(values[n / 2]) + 0.0);
    halves(split, direction, floor)
}

fn halves(split: Option<f64>, direction: Direction, floor: Option<f64>) -> Scale {
    let mut scale = Steps::new(direction, 2, floor).scale;
    scale.reach = Reach::Better;
    let split = split.map(|split| floor.map_or(split, |floor| split.max(floor)));
    scale.cuts = split.into_iter().map(|value| Cut { value, tie_key: None }).collect();
    scale
}

/// The mean of sorted values: summed in that order with Neumaier's compensation, so that neither the order of
/// the rows nor a large sum shows in it.
fn mean(sorted: &[f64]) -> Option<f64> {
    let (a, b) = (*sorted.first()?, *sorted.last()?);
    let n = sorted.len() as f64;
    let (mut sum, mut lost) = (0.0f64, 0.0f64);
    for &value in sorted {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
        sum = next;
    }
    let mut mean = (sum + lost) / n;
    if !mean.is_finite() {
        mean = sorted.iter().map(|value| value / n).sum();
    }
    // Rounding may take the mean of equal values past them.
    Some(mean.clamp(a.min(b), a.max(b)) + 0.0)
}

/// Classes by cut points given in rising order.
pub(super) fn fixed(rising: &[f64], direction: Direction) -> Scale {
    let classes = u8::try_from(rising.len() + 1).unwrap_or(u8::MAX);
    let mut scale = Steps::new(direction, classes, None).scale;
    scale.lowest = 1;
    scale.cuts = rising.iter().map(|&value| Cut { value: value + 0.0, tie_key: None }).collect();
    if direction == Direction::SmallerIsBetter {
        scale.cuts.reverse();
    }
    scale
}

fn sort_worst_first(values: &mut [f64], direction: Direction) {
    match direction {
        Direction::LargerIsBetter => values.par_sort_unstable_by(f64::total_cmp),
        Direction::SmallerIsBetter => values.par_sort_unstable_by(|a, b| b.total_cmp(a)),
    }
}
