//! What the cells of an input leave of its values: intervals of a line, or names from a list.

use crate::rule::unary::{Item, Literal, Test};
use crate::time::Date;
use crate::value::DataType;

/// The values of an input cut into pieces that no cell divides further, and the pieces that each row takes.
#[derive(Debug)]
pub(crate) struct Domain {
    /// What each piece is called: `= 18`, `18 < x < 65`, `gold`.
    pub(crate) pieces: Vec<String>,
    /// By row: which pieces it takes; none where the cell cannot be told.
    pub(crate) rows: Vec<Option<Vec<bool>>>,
}

/// More pieces than this are not looked at.
const MAX_PIECES: usize = 2_000;
/// Nor more than so many pairs of a piece and a value in a cell.
const MAX_PAIRS: usize = 20_000_000;

impl Domain {
    /// `None` where nothing can be told of the input: too many values, or a type that is no line and no list.
    pub(crate) fn of(
        input: &str,
        data_type: DataType,
        tests: &[Test],
        declared: Option<&[String]>,
    ) -> Option<Self> {
        match data_type {
            DataType::Bool => {
                let names = ["true".to_owned(), "false".to_owned()];
                Some(Self::of_names(tests, &names, false))
            }
            DataType::String => {
                let mut names: Vec<String> = declared.map(<[String]>::to_vec).unwrap_or_default();
                for text in tests.iter().flat_map(literals).map(Literal::text) {
                    if names.len() >= MAX_PIECES {
                        return None;
                    }
                    if !names.iter().any(|name| name == text) {
                        names.push(text.to_owned());
                    }
                }
                let fits = names.len() < MAX_PIECES && (names.len() + 1) * n_values(tests) <= MAX_PAIRS;
                fits.then(|| Self::of_names(tests, &names, declared.is_none()))
            }
            DataType::Int | DataType::Float | DataType::Decimal { .. } | DataType::Date => {
                Self::of_line(input, data_type, tests)
            }
            DataType::Timestamp | DataType::StringSet => None,
        }
    }

    fn of_names(tests: &[Test], names: &[String], others: bool) -> Self {
        let mut pieces = names.to_vec();
        if others {
            pieces.push("any other value".to_owned());
        }
        let takes = |test: &Test| match test {
            Test::Any | Test::NotNull => Some(vec![true; pieces.len()]),
            Test::Null => Some(vec![false; pieces.len()]),
            Test::Raw(_) => None,
            Test::Items(items, negated) => {
                let equal = |item: &Item, at: usize| match item {
                    Item::Equal(value) => Some(names.get(at).is_some_and(|name| name == value.text())),
                    Item::Compare("<>", value) => Some(names.get(at).is_none_or(|name| name != value.text())),
                    _ => None,
                };
                (0..pieces.len())
                    .map(|at| {
                        let found: Option<Vec<bool>> = items.iter().map(|item| equal(item, at)).collect();
                        found.map(|found| found.contains(&true) != *negated)
                    })
                    .collect()
            }
        };
        let rows = tests.iter().map(takes).collect();
        Self { pieces, rows }
    }

    /// Points and the open stretches between them.
    fn of_line(input: &str, data_type: DataType, tests: &[Test]) -> Option<Self> {
        let place = |literal: &Literal| place(literal, data_type);
        let mut points: Vec<(f64, &str)> =
            tests.iter().flat_map(literals).filter_map(|value| Some((place(value)?, value.text()))).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points.dedup_by(|a, b| a.0 == b.0);
        let n_pieces = points.len() * 2 + 1;
        if n_pieces > MAX_PIECES || n_pieces * n_values(tests) > MAX_PAIRS {
            return None;
        }
        // Piece 2i + 1 is the point i, piece 2i the stretch below it.
        let mut pieces = Vec::with_capacity(points.len() * 2 + 1);
        for (at, (_, text)) in points.iter().enumerate() {
            pieces.push(match at.checked_sub(1).map(|before| points[before].1) {
                Some(before) => format!("{before} < {input} < {text}"),
                None => format!("{input} < {text}"),
            });
            pieces.push(format!("{input} = {text}"));
        }
        pieces.push(
            points.last().map_or_else(|| "any value".to_owned(), |(_, text)| format!("{input} > {text}")),
        );
        // Between two whole numbers or days that follow each other there is nothing.
        let whole = matches!(data_type, DataType::Int | DataType::Date);
        let empty = |piece: usize| {
            whole
                && piece.is_multiple_of(2)
                && piece > 0
                && points.get(piece / 2).is_some_and(|(value, _)| value - points[piece / 2 - 1].0 <= 1.0)
        };
        let kept: Vec<usize> = (0..pieces.len()).filter(|&piece| !empty(piece)).collect();
        let takes = |test: &Test| -> Option<Vec<bool>> {
            match test {
                Test::Any | Test::NotNull => Some(vec![true; kept.len()]),
                Test::Null => Some(vec![false; kept.len()]),
                Test::Raw(_) => None,
                Test::Items(items, negated) => {
                    let spans: Option<Vec<Span>> = items.iter().map(|item| span(item, &place)).collect();
                    let spans = spans?;
                    let within = |piece: usize| {
                        spans.iter().any(|&(low, low_within, high, high_within, outside)| {
                            let (least, most) = bounds(piece, &points);
                            let inside = if piece % 2 == 1 {
                                (least > low || low_within && least == low)
                                    && (least < high || high_within && least == high)
                            } else {
                                least >= low && most <= high
                            };
                            inside != outside
                        })
                    };
                    Some(kept.iter().map(|&piece| within(piece) != *negated).collect())
                }
            }
        };
        let rows = tests.iter().map(takes).collect();
        Some(Self { pieces: kept.iter().map(|&piece| pieces[piece].clone()).collect(), rows })
    }
}

/// The ends of a piece of the line.
fn bounds(piece: usize, points: &[(f64, &str)]) -> (f64, f64) {
    let point = |at: usize| points.get(at).map_or(f64::INFINITY, |(value, _)| *value);
    if piece % 2 == 1 {
        return (point(piece / 2), point(piece / 2));
    }
    let below = (piece / 2).checked_sub(1).map_or(f64::NEG_INFINITY, point);
    (below, point(piece / 2))
}

/// Low end, whether it is within, high end, whether it is within, and whether the outside is meant.
type Span = (f64, bool, f64, bool, bool);

fn span(item: &Item, place: &impl Fn(&Literal) -> Option<f64>) -> Option<Span> {
    const NONE: f64 = f64::NEG_INFINITY;
    const ALL: f64 = f64::INFINITY;
    Some(match item {
        Item::Equal(value) => (place(value)?, true, place(value)?, true, false),
        Item::Compare("<>", value) => (place(value)?, true, place(value)?, true, true),
        Item::Compare(">", value) => (place(value)?, false, ALL, false, false),
        Item::Compare(">=", value) => (place(value)?, true, ALL, false, false),
        Item::Compare("<", value) => (NONE, false, place(value)?, false, false),
        Item::Compare(_, value) => (NONE, false, place(value)?, true, false),
        Item::Between { low, low_within, high, high_within } => {
            (place(low)?, *low_within, place(high)?, *high_within, false)
        }
    })
}

/// How many values the cells have in all, at least one each.
fn n_values(tests: &[Test]) -> usize {
    tests.iter().map(|test| if let Test::Items(items, _) = test { items.len() } else { 1 }).sum()
}

fn literals(test: &Test) -> Vec<&Literal> {
    let Test::Items(items, _) = test else { return Vec::new() };
    items
        .iter()
        .flat_map(|item| match item {
            Item::Equal(value) | Item::Compare(_, value) => vec![value],
            Item::Between { low, high, .. } => vec![low, high],
        })
        .collect()
}

fn place(literal: &Literal, data_type: DataType) -> Option<f64> {
    match data_type {
        DataType::Date => literal.text().parse::<Date>().ok().map(|date| f64::from(date.days())),
        _ => literal.text().parse::<f64>().ok().filter(|value| value.is_finite()),
    }
}
