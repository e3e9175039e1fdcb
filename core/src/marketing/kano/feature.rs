//! What many people's answers say of a feature.

use serde::{Deserialize, Serialize};

use crate::marketing::kano::{Answer, Category, CategoryRule, Table};

/// How to read answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Params {
    /// Which pair of answers has which category.
    pub table: Table,
    /// How the categories of people become that of a feature.
    pub rule: CategoryRule,
}

impl Params {
    /// With a table and a rule.
    pub fn new(table: Table, rule: CategoryRule) -> Self {
        Self { table, rule }
    }
}

/// How many people had each category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts([u64; 6]);

impl Counts {
    /// Counts in the order of [`Category::ALL`]: M, O, A, I, R, Q.
    pub fn new(counts: [u64; 6]) -> Self {
        Self(counts)
    }

    /// Counts a person.
    pub fn add(&mut self, category: Category) {
        self.0[category.index()] += 1;
    }

    /// How many people had a category.
    pub fn of(&self, category: Category) -> u64 {
        self.0[category.index()]
    }

    /// How many people in all.
    pub fn n(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// A share of people, with an interval of 95 %.
///
/// The interval is Wilson's (1927), which holds for few people and for shares near 0 and 1, too.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Coefficient {
    /// The value.
    pub value: f64,
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
}

/// `DuMouchel`'s continuous analysis: the means of the answers as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Continuous {
    /// The mean score where the feature is there, −2 to 4.
    pub functional: f64,
    /// The mean score where it is missing, −2 to 4.
    pub dysfunctional: f64,
    /// The standard deviation of the functional scores; `None` for one person.
    pub functional_deviation: Option<f64>,
    /// The standard deviation of the dysfunctional scores; `None` for one person.
    pub dysfunctional_deviation: Option<f64>,
    /// The quadrant: attractive where only `functional` is 2 or more, must-be where only `dysfunctional` is,
    /// one-dimensional where both are, else indifferent.
    pub category: Category,
}

/// What a feature is to a group of people.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Feature {
    /// How many people answered both questions.
    pub n: u64,
    /// How many did not.
    pub missing: u64,
    /// How many had each category.
    pub counts: Counts,
    /// The category of the feature; `None` without answers.
    pub category: Option<Category>,
    /// By how much it can please: (A + O) / (A + O + M + I), 0 to 1; `None` where nobody is in these.
    pub better: Option<Coefficient>,
    /// By how much its absence hurts: −(O + M) / (A + O + M + I), −1 to 0; `None` as above.
    pub worse: Option<Coefficient>,
    /// The share of the most frequent category less that of the second.
    pub category_strength: Option<f64>,
    /// The share of A, O and M.
    pub total_strength: Option<f64>,
    /// Whether the two most frequent categories differ by more than chance, at about 10 % (Fong 1996).
    pub is_distinct: Option<bool>,
    /// The means of the answers as numbers.
    pub continuous: Option<Continuous>,
}

/// Puts the answers of people together: functional and dysfunctional, `None` for who did not answer both.
pub fn analyse(pairs: &[Option<(Answer, Answer)>], params: &Params) -> Feature {
    let mut counts = [0; 6];
    for (functional, dysfunctional) in pairs.iter().flatten() {
        counts[params.table.category(*functional, *dysfunctional).index()] += 1;
    }
    let continuous = continuous(pairs);
    let missing = pairs.iter().filter(|pair| pair.is_none()).count() as u64;
    Feature { missing, continuous, ..of_counts(Counts(counts), params.rule) }
}

/// What counts alone say.
pub(super) fn of_counts(counts: Counts, rule: CategoryRule) -> Feature {
    let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
    let of = |categories: &[Category]| categories.iter().map(|category| counts.of(*category)).sum::<u64>();
    let n = counts.n();
    let (m, o, a) = (Category::MustBe, Category::OneDimensional, Category::Attractive);
    let told = of(&[a, o, m, Category::Indifferent]);
    let mut sorted = counts.0;
    sorted.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
    let (first, second) = (sorted[0], sorted[1]);
    let flipped = |c: Coefficient| Coefficient { value: -c.value, lower: -c.upper, upper: -c.lower };
    Feature {
        n,
        missing: 0,
        counts,
        category: rule.category(&counts.0),
        better: wilson(of(&[a, o]), told),
        worse: wilson(of(&[o, m]), told).map(flipped),
        category_strength: share(first - second, n),
        total_strength: share(of(&[a, o, m]), n),
        is_distinct: (n > 0).then(|| {
            let (both, n) = ((first + second) as f64, n as f64);
            (first - second) as f64 >= 1.65 * (both * (2.0 * n - both) / (2.0 * n)).sqrt()
        }),
        continuous: None,
    }
}

fn wilson(part: u64, whole: u64) -> Option<Coefficient> {
    if whole == 0 {
        return None;
    }
    let (n, z) = (whole as f64, 1.959_963_984_540_054f64);
    let p = part as f64 / n;
    let scale = 1.0 / (1.0 + z * z / n);
    let middle = scale * (p + z * z / (2.0 * n));
    let half = scale * z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    Some(Coefficient { value: p, lower: (middle - half).clamp(0.0, p), upper: (middle + half).clamp(p, 1.0) })
}

fn continuous(pairs: &[Option<(Answer, Answer)>]) -> Option<Continuous> {
    let scores: Vec<(f64, f64)> =
        pairs.iter().flatten().map(|(f, d)| (f.functional_score(), d.dysfunctional_score())).collect();
    let n = scores.len() as f64;
    if scores.is_empty() {
        return None;
    }
    // Scores are whole numbers: their sums and those of their squares are exact, whatever the order of rows.
    let moments = |of: fn(&(f64, f64)) -> f64| {
        let (sum, squares) =
            scores.iter().map(of).fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x));
        (sum / n, (n > 1.0).then(|| ((n * squares - sum * sum) / (n * (n - 1.0))).sqrt()))
    };
    let (functional, functional_deviation) = moments(|score| score.0);
    let (dysfunctional, dysfunctional_deviation) = moments(|score| score.1);
    let category = match (functional >= 2.0, dysfunctional >= 2.0) {
        (true, false) => Category::Attractive,
        (true, true) => Category::OneDimensional,
        (false, true) => Category::MustBe,
        (false, false) => Category::Indifferent,
    };
    Some(Continuous { functional, dysfunctional, functional_deviation, dysfunctional_deviation, category })
}
