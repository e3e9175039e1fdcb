//! Score cards as tags, with bins as they are wanted.

use tagloom::Fitted;
use tagloom::engine::Artifact;

use crate::customers::{AS_OF, HEAD, catalog, data, orders};
use crate::mistakes::is_mistake;

/// The cut points of a definition are the bins of the card.
#[test]
fn score_cards_with_own_cut_points() {
    let rows = orders(8, 400);
    let tags = "
  n: {layer: fact, events: orders, count: {}, window: 365d}
  since: {layer: fact, events: orders, days_since_last: {}}
  card: {layer: predicted, scorecard: {label: {events: orders, count: {}, horizon: 60d, is: 0}, features: [n, since], cuts: {since: [7, 30, 31, 400]}, min_iv: 0}}
";
    let profiles = catalog(tags).build(&data(rows), AS_OF).unwrap();
    let Some(Artifact::Scorecard(card)) = profiles.fitted().artifact("card") else { panic!("a card") };
    let own = card.characteristics.iter().find(|found| found.name == "since").unwrap();
    let labels: Vec<&str> = own.bins.iter().map(|bin| bin.label.as_str()).collect();
    assert_eq!(labels, ["< 7", "7 to 30", "30 to 31", "31 to 400", ">= 400", "missing"]);
    assert!(profiles.column("card").unwrap().null_count() < profiles.len());
    let loaded = Fitted::from_bytes(&profiles.fitted().to_bytes().unwrap()).unwrap();
    assert_eq!(loaded.artifact("card"), profiles.fitted().artifact("card"));
    let facts = "
  n: {layer: fact, events: orders, count: {}}
  via: {layer: fact, events: orders, last: channel}
";
    let card = |cuts: &str| {
        format!(
            "{{layer: predicted, scorecard: {{label: {{events: orders, count: {{}}, horizon: 60d, is: 0}}, features: [n, via], cuts: {cuts}}}}}"
        )
    };
    for (cuts, code, said) in [
        (
            "{n: [3, 2]}",
            "catalog.out_of_range",
            "tags.x.scorecard.cuts.n: cut points of `n`: found 3 before 2",
        ),
        ("{n: []}", "catalog.out_of_range", "found 0 numbers"),
        ("{n: [1, 1]}", "catalog.out_of_range", "found 1 before 1"),
        ("{via: [1]}", "catalog.wrong_type", "tags.x.scorecard.cuts.via: `via` is string; wanted a number"),
        ("{m: [1]}", "catalog.unknown_tag", "tags.x.scorecard.cuts.m: `m` is none of the `features`"),
    ] {
        is_mistake(&format!("{HEAD}{facts}"), &card(cuts), code, said);
    }
}
