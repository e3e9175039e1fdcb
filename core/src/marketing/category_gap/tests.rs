use proptest::prelude::*;

use crate::marketing::category_gap::{Fitted, Learner, Params};

type Customer = (Option<&'static str>, Vec<(&'static str, f64)>);

fn learn(params: Params, customers: &[Customer]) -> Fitted {
    let mut learner = Learner::new(params).unwrap();
    for (group, spent) in customers {
        learner.add(*group, spent);
    }
    learner.finish()
}

#[test]
fn by_hand() {
    // Three peers, shares of food 1, .5, .25 and of wine 0, .5, .75: expected 7/12 and 5/12.
    let customers: [Customer; 4] = [
        (Some("a"), vec![("food", 10.0)]),
        (Some("a"), vec![("food", 10.0), ("wine", 10.0)]),
        (Some("a"), vec![("food", 100.0), ("wine", 300.0), ("toys", -50.0)]),
        (Some("b"), vec![("toys", 5.0)]),
    ];
    let fitted = learn(Params::default().with_min_peers(3), &customers);
    let (peers, stands_in) = fitted.peers(Some("a"));
    assert_eq!((peers.members, peers.categories.len(), stands_in), (3, 2, false));
    let gaps = fitted.gaps(Some("a"), &[("food", 120.0)]);
    assert_eq!(gaps.len(), 1);
    assert!((gaps[0].gap - 50.0).abs() < 1e-12 && (gaps[0].expected_share - 5.0 / 12.0).abs() < 1e-15);
    assert_eq!((gaps[0].own_share, gaps[0].penetration), (0.0, 2.0 / 3.0));
    // A group of one says nothing: everybody stands in, of whom a quarter buys toys.
    let (everybody, stands_in) = fitted.peers(Some("b"));
    assert_eq!((everybody.members, stands_in), (4, true));
    let gaps = fitted.gaps(None, &[("wine", 8.0)]);
    assert_eq!(gaps.iter().map(|gap| gap.category.as_str()).collect::<Vec<_>>(), ["food", "toys"]);
    assert_eq!(gaps[1].gap, 2.0);
}

#[test]
fn edges() {
    let fitted = learn(Params::default(), &[]);
    assert!(fitted.gaps(Some("a"), &[("food", 1.0)]).is_empty());
    let fitted = learn(Params::default(), &[(None, vec![("food", 0.0)]), (None, vec![("food", -1.0)])]);
    assert_eq!(fitted.everybody.members, 0);
    let fitted = learn(Params::default(), &[(None, vec![("b", 1.0), ("a", 1.0), ("c", 2.0)])]);
    for nothing in [&[][..], &[("a", 0.0)], &[("a", f64::INFINITY)], &[("a", f64::NAN)]] {
        assert!(fitted.gaps(None, nothing).is_empty());
    }
    // Equal gaps in the order of the names.
    let gaps = fitted.gaps(None, &[("d", 4.0)]);
    assert_eq!(gaps.iter().map(|gap| gap.category.as_str()).collect::<Vec<_>>(), ["c", "a", "b"]);
    assert_eq!(
        Learner::new(Params::default().with_min_penetration(f64::NAN)).unwrap_err().code(),
        "category_gap.min_penetration"
    );
}

proptest! {
    #[test]
    fn order_of_customers_does_not_show(
        customers in proptest::collection::vec((0usize..3, proptest::collection::vec(-1e6..1e6f64, 4)), 0..30),
        turn in 0usize..30,
    ) {
        let names = ["food", "toys", "wine", "wool"];
        let customer = |(group, spent): &(usize, Vec<f64>)| {
            ([None, Some("a"), Some("b")][*group], names.into_iter().zip(spent.iter().copied()).collect())
        };
        let mut all: Vec<Customer> = customers.iter().map(customer).collect();
        let params = Params::default().with_min_peers(3);
        let fitted = learn(params, &all);
        for peers in fitted.groups.values().chain([&fitted.everybody]).filter(|peers| peers.members > 0) {
            let shares: f64 = peers.categories.iter().map(|c| c.expected_share).sum();
            prop_assert!((shares - 1.0).abs() < 1e-9);
        }
        for (group, spent) in &all {
            // What is missing in some categories is too much in others.
            let total: f64 = spent.iter().map(|(_, money)| money.max(0.0)).sum();
            let gaps = fitted.gaps(*group, spent);
            prop_assert!(gaps.iter().map(|gap| gap.gap).sum::<f64>() <= total * (1.0 + 1e-9));
        }
        if !all.is_empty() {
            let n = all.len();
            all.rotate_left(turn % n);
            all.reverse();
        }
        prop_assert_eq!(learn(params, &all), fitted);
    }
}

/// Three customers with shares of .6, .8 and 1 of one category: the mean is .8, which sums of floats do not hit.
#[test]
fn whoever_does_as_the_peers_do_has_no_gap() {
    let spendings = [
        [("food", 60.0), ("toys", 40.0)],
        [("food", 80.0), ("toys", 20.0)],
        [("food", 100.0), ("toys", 0.0)],
    ];
    let fitted = learn(Params::default(), &spendings.map(|spent| (None, spent.to_vec())));
    assert!(fitted.gaps(None, &spendings[1]).is_empty());
    assert_eq!(fitted.gaps(None, &spendings[0])[0].category, "food");
}
