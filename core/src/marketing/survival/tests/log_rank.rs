//! Against a worked example of the books and a peer.

use proptest::prelude::*;

use super::{close, remission, spell};
use crate::marketing::survival::*;

/// Weeks of remission under a placebo, of the same study: all relapsed.
const PLACEBO: [u8; 21] = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];

fn placebo() -> Vec<Spell> {
    PLACEBO.map(|weeks| Spell::new(f64::from(weeks), true)).into()
}

const ALL: [Weighting; 3] = [Weighting::LogRank, Weighting::Wilcoxon, Weighting::Peto];

/// Observed 9 and 21, expected 19.25 and 10.75, χ² = 16.79: Kleinbaum and Klein, Survival Analysis, 3rd ed. 2012, chapter 2
/// (R's `survdiff` prints the same). All digits, and the other weights: `logrank_test` of lifelines 0.30.3, without
/// weights, with `wilcoxon` and with `fleming-harrington`, p = 1, q = 0.
#[test]
fn remission_of_leukaemia_with_and_without() {
    let (drug, placebo) = (remission(), placebo());
    let test = log_rank(&[&drug, &placebo], Weighting::LogRank).unwrap();
    let said: Vec<(f64, f64, f64)> = test.groups.iter().map(|g| (g.n, g.observed, g.expected)).collect();
    assert_eq!((said[0].0, said[0].1, said[1].0, said[1].1), (21.0, 9.0, 21.0, 21.0));
    close(said[0].2, 19.25, 0.005);
    close(said[1].2, 10.75, 0.005);
    for (weighting, chi_square, p_value) in [
        (Weighting::LogRank, 16.792_940_989_216_547, 4.168_809_109_334_511e-5),
        (Weighting::Wilcoxon, 13.457_852_049_631_065, 0.000_243_982_921_890_553_5),
        (Weighting::Peto, 14.457_150_818_717_132, 0.000_143_384_444_819_390_2),
    ] {
        let test = log_rank(&[&drug, &placebo], weighting).unwrap();
        close(test.chi_square.unwrap(), chi_square, 1e-11);
        close(test.p_value.unwrap() / p_value, 1.0, 1e-10);
        assert_eq!(test.degrees_of_freedom, 1);
    }
}

/// Three groups, the drug's divided by turns: `multivariate_logrank_test` of lifelines 0.30.3.
#[test]
fn three_groups() {
    let half = |odd: usize| remission().into_iter().skip(odd).step_by(2).collect::<Vec<Spell>>();
    let (a, b, placebo) = (half(0), half(1), placebo());
    for (weighting, chi_square, p_value) in [
        (Weighting::LogRank, 17.163_875_173_672_8, 0.000_187_461_402_545_262_03),
        (Weighting::Wilcoxon, 13.902_183_844_177_127, 0.000_957_588_970_074_275_5),
        (Weighting::Peto, 14.895_667_766_024_573, 0.000_582_702_447_813_026),
    ] {
        let test = log_rank(&[&placebo, &a, &b], weighting).unwrap();
        close(test.chi_square.unwrap(), chi_square, 1e-11);
        close(test.p_value.unwrap() / p_value, 1.0, 1e-10);
        assert_eq!(test.degrees_of_freedom, 2);
    }
}

/// By hand: at 3 one of each is watched, as whoever enters at 3 is not yet; at 5 two of the second and one of the first.
#[test]
fn late_entries() {
    let first = [Spell::new(5.0, true), Spell { entry: 3.0, ..Spell::new(9.0, false) }];
    let second = [Spell::new(3.0, true), Spell { entry: 3.0, weight: 2.0, ..Spell::new(6.0, false) }];
    let test = log_rank(&[&first, &second], Weighting::LogRank).unwrap();
    let expected: Vec<f64> = test.groups.iter().map(|group| group.expected).collect();
    close(expected[0], 0.5 + 0.5, 1e-15);
    close(expected[1], 0.5 + 0.5, 1e-15);
    close(test.chi_square.unwrap(), 0.0, 1e-15);
    assert_eq!((test.groups[1].n, test.groups[1].observed), (3.0, 1.0));
}

#[test]
fn tests_that_say_nothing() {
    let left = [Spell::new(1.0, true), Spell::new(2.0, true)];
    assert_eq!(log_rank(&[&left], Weighting::LogRank).unwrap_err().code(), "survival.groups");
    assert_eq!(log_rank(&[&[], &[]], Weighting::LogRank).unwrap_err().code(), "survival.empty");
    let wrong = [Spell::new(0.0, true)];
    let error = log_rank(&[&left, &wrong], Weighting::LogRank).unwrap_err();
    assert!(error.to_string().starts_with("row 2: `time`"), "{error}");
    // Nobody of the other group is watched when somebody leaves; nobody leaves at all.
    let late = [Spell { entry: 4.0, ..Spell::new(5.0, false) }];
    let stay = [Spell::new(9.0, false)];
    for groups in [[&left[..], &late[..]], [&stay[..], &late[..]], [&left[..], &[]]] {
        let test = log_rank(&groups, Weighting::LogRank).unwrap();
        assert_eq!((test.chi_square, test.p_value, test.degrees_of_freedom), (None, None, 0), "{test:?}");
    }
}

proptest! {
    /// Neither the order of people nor that of groups shows; what is expected adds up to what was observed; equal groups do
    /// not differ.
    #[test]
    fn order_does_not_show(a in prop::collection::vec(spell(), 1..30), b in prop::collection::vec(spell(), 1..30), c in prop::collection::vec(spell(), 1..30)) {
        for weighting in ALL {
            let Ok(test) = log_rank(&[&a, &b, &c], weighting) else { return Ok(()) };
            let sum = |of: fn(&GroupTest) -> f64| test.groups.iter().map(of).sum::<f64>();
            let (observed, expected) = (sum(|g| g.observed), sum(|g| g.expected));
            prop_assert!((observed - expected).abs() <= 1e-9 * observed.max(1.0));
            let mut reversed = a.clone();
            reversed.reverse();
            prop_assert_eq!(&log_rank(&[&reversed, &b, &c], weighting).unwrap(), &test);
            let turned = log_rank(&[&c, &a, &b], weighting).unwrap();
            prop_assert_eq!(turned.degrees_of_freedom, test.degrees_of_freedom);
            match (turned.chi_square, test.chi_square) {
                (Some(found), Some(wanted)) => prop_assert!((found - wanted).abs() <= 1e-6 * wanted.max(1.0)),
                (found, wanted) => prop_assert_eq!(found, wanted),
            }
            let Ok(same) = log_rank(&[&a, &a], weighting) else { continue };
            prop_assert!(same.chi_square.is_none_or(|chi_square| chi_square < 1e-9), "{:?}", same);
        }
    }
}
