//! The best grouping of numbers on a line.

/// Where the groups of numbers begin, the first at 0: those with the smallest sum of squared distances to their means, at
/// most `k` of them. `values` are ascending or descending, each with how often it comes; equal numbers stand once.
///
/// # Method
/// On a line k-means has an exact solution: groups are stretches of the sorted numbers, so that dynamic programming finds
/// the best (Fisher 1958; Wang and Song 2011, *Ckmeans.1d.dp*). Where the last group begins only moves on as numbers are
/// added, so each round takes n log n steps by divide and conquer. Of equally good groupings the one whose last groups begin
/// first.
pub fn best_stretches(values: &[f64], counts: &[u64], k: usize) -> Vec<usize> {
    let n = values.len().min(counts.len());
    if n == 0 {
        return Vec::new();
    }
    let line = Line::new(&values[..n], &counts[..n]);
    let mut costs: Vec<f64> = (0..n).map(|end| line.cost(0, end)).collect();
    let mut begins: Vec<Vec<u32>> = Vec::new();
    for used in 1..k.min(n) {
        let mut round = Round { line: &line, before: &costs, used, costs: vec![0.0; n], begins: vec![0; n] };
        round.solve(used, n - 1, used, n - 1);
        let Round { costs: next, begins: found, .. } = round;
        costs = next;
        begins.push(found);
    }
    let (mut starts, mut end) = (Vec::new(), n - 1);
    for found in begins.iter().rev() {
        let start = found[end] as usize;
        starts.push(start);
        end = start - 1;
    }
    starts.push(0);
    starts.reverse();
    starts
}

/// Sums up to each number.
struct Line {
    counts: Vec<f64>,
    sums: Vec<f64>,
    squares: Vec<f64>,
}

impl Line {
    fn new(values: &[f64], counts: &[u64]) -> Self {
        // From their middle, where differences of sums lose least.
        let middle = values[values.len() / 2];
        let mut line = Self { counts: vec![0.0], sums: vec![0.0], squares: vec![0.0] };
        for (value, &count) in values.iter().zip(counts) {
            let (value, count) = (value - middle, count as f64);
            let last = line.counts.len() - 1;
            line.counts.push(line.counts[last] + count);
            line.sums.push(line.sums[last] + count * value);
            line.squares.push(line.squares[last] + count * value * value);
        }
        line
    }

    /// The squared distances of the numbers `from ..= to` to their mean.
    fn cost(&self, from: usize, to: usize) -> f64 {
        let count = self.counts[to + 1] - self.counts[from];
        let sum = self.sums[to + 1] - self.sums[from];
        let squares = self.squares[to + 1] - self.squares[from];
        if count > 0.0 { (squares - sum * sum / count).max(0.0) } else { 0.0 }
    }
}

/// One more group.
struct Round<'a> {
    line: &'a Line,
    /// The cost of the numbers up to each, in one group less.
    before: &'a [f64],
    /// How many groups there are before the last.
    used: usize,
    costs: Vec<f64>,
    begins: Vec<u32>,
}

impl Round<'_> {
    /// Finds where the last group begins for all ends from `low` to `high`, between `first` and `last`.
    fn solve(&mut self, low: usize, high: usize, first: usize, last: usize) {
        let end = usize::midpoint(low, high);
        let (mut best, mut least) = (first, f64::INFINITY);
        for start in first.max(self.used)..=last.min(end) {
            let cost = self.before[start - 1] + self.line.cost(start, end);
            if cost < least {
                (best, least) = (start, cost);
            }
        }
        (self.costs[end], self.begins[end]) = (least, best as u32);
        if end > low {
            self.solve(low, end - 1, first, best);
        }
        if end < high {
            self.solve(end + 1, high, best, last);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cost(values: &[f64], counts: &[u64], starts: &[usize]) -> f64 {
        let ends = starts.iter().skip(1).copied().chain([values.len()]);
        let of = |(&from, to): (&usize, usize)| {
            let n: u64 = counts[from..to].iter().sum();
            let cells = || values[from..to].iter().zip(&counts[from..to]);
            let mean = cells().map(|(v, &c)| v * c as f64).sum::<f64>() / n as f64;
            cells().map(|(v, &c)| c as f64 * (v - mean) * (v - mean)).sum::<f64>()
        };
        starts.iter().zip(ends).map(of).sum()
    }

    /// All ways to part `n` numbers into `k` stretches.
    fn partings(n: usize, k: usize) -> Vec<Vec<usize>> {
        if k == 1 {
            return vec![vec![0]];
        }
        let with_last = |last: usize| {
            partings(last, k - 1).into_iter().map(move |mut starts| {
                starts.push(last);
                starts
            })
        };
        (k - 1..n).flat_map(with_last).collect()
    }

    #[test]
    fn groups_that_are_plain_to_see() {
        assert_eq!(best_stretches(&[1.0, 2.0, 50.0, 51.0, 99.0], &[1; 5], 3), [0, 2, 4]);
        assert_eq!(best_stretches(&[99.0, 51.0, 50.0, 2.0, 1.0], &[1; 5], 3), [0, 1, 3]);
        // Many at 2 pull their group's mean along.
        assert_eq!(best_stretches(&[0.0, 2.0, 5.0], &[1, 1, 1], 2), [0, 2]);
        assert_eq!(best_stretches(&[0.0, 3.0, 5.0], &[1, 100, 1], 2), [0, 1]);
        assert_eq!(best_stretches(&[4.0], &[7], 5), [0]);
        assert!(best_stretches(&[], &[], 5).is_empty());
    }

    proptest! {
        /// Nothing that can be tried is better.
        #[test]
        fn is_the_best_there_is(
            cells in prop::collection::btree_map(-50i32..50, 1u64..5, 1..9),
            k in 1usize..5,
        ) {
            let values: Vec<f64> = cells.keys().map(|&v| f64::from(v) / 4.0).collect();
            let counts: Vec<u64> = cells.values().copied().collect();
            let starts = best_stretches(&values, &counts, k);
            prop_assert_eq!(starts.len(), k.min(values.len()));
            let found = cost(&values, &counts, &starts);
            for other in partings(values.len(), starts.len()) {
                prop_assert!(found <= cost(&values, &counts, &other) + 1e-9);
            }
        }
    }
}
