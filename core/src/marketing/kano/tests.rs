//! The worked example, both tables cell by cell, and odd surveys.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use proptest::prelude::*;

use super::feature::of_counts;
use super::*;

/// The table of Berger et al. (1993), as printed: rows functional, columns dysfunctional.
const CLASSIC: [&str; 5] = ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"];
/// With both answers equal, but neutral, questionable (Pouliot 1993).
const MODIFIED: [&str; 5] = ["QAAAO", "RQIIM", "RIIIM", "RIIQM", "RRRRQ"];

#[test]
fn tables_are_as_printed() {
    for (table, printed) in [(Table::Classic, CLASSIC), (Table::Modified, MODIFIED)] {
        for (functional, row) in Answer::ALL.into_iter().zip(printed) {
            for (dysfunctional, letter) in Answer::ALL.into_iter().zip(row.chars()) {
                assert_eq!(table.category(functional, dysfunctional).letter(), letter);
            }
        }
    }
}

/// A 30, O 25, M 15, I 20, R 5, Q 5. By hand: better 55/90, worse −40/90, total strength 70/100, category strength
/// (30 − 25)/100; Fong: 1.65 √(55 · 145 / 200) = 10.42 is more than 5. Wilson's interval of 55/90 by
/// statsmodels 0.15.0, `proportion_confint(55, 90, method="wilson")`.
#[test]
fn the_worked_example() {
    let counts = Counts::new([15, 25, 30, 20, 5, 5]);
    let feature = of_counts(counts, CategoryRule::Mode);
    assert_eq!((feature.n, feature.category), (100, Some(Category::Attractive)));
    let (better, worse) = (feature.better.unwrap(), feature.worse.unwrap());
    assert!((better.value - 0.611_111_111).abs() < 1e-9 && (worse.value + 0.444_444_444).abs() < 1e-9);
    assert!((better.lower - 0.507_824_59).abs() < 1e-8, "{better:?}");
    assert!((better.upper - 0.705_300_83).abs() < 1e-8, "{better:?}");
    assert!(worse.lower < worse.value && worse.value < worse.upper && worse.upper < 0.0);
    assert_eq!((feature.category_strength, feature.total_strength), (Some(0.05), Some(0.7)));
    assert_eq!(feature.is_distinct, Some(false));
    assert_eq!(of_counts(Counts::new([0, 0, 90, 10, 0, 0]), CategoryRule::Mode).is_distinct, Some(true));
}

#[test]
fn rules_and_ties() {
    let of = |rule: CategoryRule, counts| of_counts(Counts::new(counts), rule).category.map(Category::letter);
    // M, O, A, I, R, Q: indifferent is the most frequent, yet M, O and A together are more than the rest.
    assert_eq!(of(CategoryRule::Mode, [10, 20, 21, 40, 0, 0]), Some('I'));
    assert_eq!(of(CategoryRule::Grouped, [10, 20, 21, 40, 0, 0]), Some('A'));
    assert_eq!(of(CategoryRule::Grouped, [20, 10, 10, 20, 10, 10]), Some('I'));
    assert_eq!(of(CategoryRule::Mode, [5, 5, 5, 5, 5, 5]), Some('M'));
    assert_eq!(of(CategoryRule::Mode, [1, 5, 5, 5, 5, 5]), Some('O'));
    assert_eq!(of(CategoryRule::Mode, [0; 6]), None);
}

#[test]
fn nobody_and_one() {
    let empty = analyse(&[None, None], &Params::default());
    assert_eq!((empty.n, empty.missing, empty.category, empty.better), (0, 2, None, None));
    assert_eq!((empty.is_distinct, empty.total_strength, empty.continuous), (None, None, None));
    let odd = analyse(&[Some((Answer::Like, Answer::Like))], &Params::default());
    assert_eq!(
        (odd.category, odd.better, odd.total_strength),
        (Some(Category::Questionable), None, Some(0.0))
    );
    let continuous = odd.continuous.unwrap();
    assert_eq!((continuous.functional, continuous.dysfunctional), (4.0, -2.0));
    assert_eq!((continuous.functional_deviation, continuous.category), (None, Category::Attractive));
}

/// By hand: like/dislike and neutral/live-with are 4/4 and 0/2.
#[test]
fn continuous_scores() {
    let pairs = [Some((Answer::Like, Answer::Dislike)), Some((Answer::Neutral, Answer::LiveWith)), None];
    let found = analyse(&pairs, &Params::default()).continuous.unwrap();
    assert_eq!((found.functional, found.dysfunctional), (2.0, 3.0));
    assert_eq!(found.functional_deviation, Some(8f64.sqrt()));
    assert_eq!(
        (found.dysfunctional_deviation, found.category),
        (Some(2f64.sqrt()), Category::OneDimensional)
    );
}

#[test]
fn wordings() {
    let wording = Wording::default();
    for (text, answer) in [
        ("  I LIKE it that way. ", Some(Answer::Like)),
        ("I’m neutral", Some(Answer::Neutral)),
        ("I dislike it, and I can’t accept it", Some(Answer::Dislike)),
        ("This would be a minor inconvenience", Some(Answer::LiveWith)),
        ("理应如此", Some(Answer::MustBe)),
        ("我很喜欢！", Some(Answer::Like)),
        ("Das setze ich voraus", Some(Answer::MustBe)),
        ("4.0", Some(Answer::LiveWith)),
        ("must_be", Some(Answer::MustBe)),
        ("6", None),
        ("", None),
        ("maybe", None),
    ] {
        assert_eq!(wording.read(text), answer, "{text}");
    }
    let own = Wording::own([("Super!", Answer::Like), ("1", Answer::Dislike)]);
    assert_eq!((own.read("super"), own.read("1")), (Some(Answer::Like), Some(Answer::Dislike)));
    assert_eq!(own.read("2"), Some(Answer::MustBe));
}

fn survey(
    there: &[Option<&str>],
    missing: &[Option<&str>],
    group: &[Option<&str>],
) -> Result<Survey, KanoError> {
    let column = |texts: &[Option<&str>]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
    let batch =
        RecordBatch::try_from_iter([("f", column(there)), ("d", column(missing)), ("g", column(group))])
            .unwrap();
    let question = Question { feature: "speed".into(), functional: "f".into(), dysfunctional: "d".into() };
    Survey::read(&batch.into(), &[question], Some("g"), &Wording::default(), &Params::default())
}

#[test]
fn groups_and_missing_answers() {
    let found = survey(
        &[Some("1"), Some("like"), None, Some("喜欢")],
        &[Some("5"), Some("neutral"), Some("5"), Some(" ")],
        &[Some("b"), Some("a"), Some("a"), None],
    )
    .unwrap();
    let rows: Vec<_> = found
        .rows
        .iter()
        .map(|row| {
            (
                row.audience.as_deref(),
                row.result.n,
                row.result.missing,
                row.result.category.map(Category::letter),
            )
        })
        .collect();
    assert_eq!(rows, [(None, 2, 2, Some('O')), (Some("a"), 1, 1, Some('A')), (Some("b"), 1, 0, Some('O'))]);
    let letters: Vec<_> = found.categories[0].1.iter().map(|c| c.map(Category::letter)).collect();
    assert_eq!(letters, [Some('O'), Some('A'), None, None]);
}

#[test]
fn what_cannot_be_read() {
    let error = survey(&[Some("1"), Some("good")], &[Some("5"), Some("5")], &[None, None]).unwrap_err();
    assert_eq!(error.code(), "kano.unknown_answer");
    assert_eq!(
        error.to_string(),
        "column `f`, row 1: `good` is no known answer; say which of the five it means"
    );
    let none =
        Survey::read(&Vec::<RecordBatch>::new().into(), &[], None, &Wording::default(), &Params::default());
    assert_eq!(none.unwrap_err().code(), "kano.no_features");
}

proptest! {
    /// Whoever is asked in which order, and however many times over, the shares are the same.
    #[test]
    fn shares_are_shares(pairs in prop::collection::vec(prop::option::of((0usize..5, 0usize..5)), 1..60)) {
        let pairs: Vec<_> = pairs.iter().map(|p| p.map(|(f, d)| (Answer::ALL[f], Answer::ALL[d]))).collect();
        let one = analyse(&pairs, &Params::default());
        let mut turned = pairs.clone();
        turned.reverse();
        let other = analyse(&turned, &Params::default());
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(one.n + one.missing, pairs.len() as u64);
        for coefficient in one.better.into_iter().chain(one.worse) {
            prop_assert!(coefficient.lower <= coefficient.value && coefficient.value <= coefficient.upper);
            prop_assert!((-1.0..=1.0).contains(&coefficient.value));
        }
        let twice: Vec<_> = pairs.iter().chain(&pairs).copied().collect();
        prop_assert_eq!(analyse(&twice, &Params::default()).total_strength, one.total_strength);
    }
}
