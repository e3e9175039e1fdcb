//! Tags that are learnt from the population, each by every way of learning that it has: what must hold of the whole result.

use std::num::NonZeroUsize;

use arrow_select::filter::filter_record_batch;
use proptest::prelude::*;
use tagloom::{Fitted, RunOptions};
use tagloom_testkit::shuffled;

use crate::customers::{AS_OF, before, catalog, data, orders};
use crate::everybody::values;

const TAGS: &str = "
  rows: {layer: fact, events: orders, count: {}}
  spend: {layer: fact, events: orders, sum: amount}
  since: {layer: fact, events: orders, days_since_last: {}}
  channel: {layer: fact, events: orders, last: channel}
  share: {layer: fact, events: orders, share_of: amount, by: channel, keys: [web]}
  top: {layer: fact, events: orders, share_of: amount, by: channel, top: 2}
  worth: {layer: model, lifetime: {events: orders, amount: amount, model: auto, spend: gamma_gamma, period: 7d}}
  worth_net: {layer: model, lifetime: {events: orders, amount: amount, returns: drop_order, model: mbg_nbd, spend: mean}}
  leaving: {layer: model, churn: {events: orders, by: {model: {kind: auto, holdout: 60d}}}}
  silent: {layer: model, churn: {events: orders, amount: amount, by: {silence: {min_gaps: 3}}}}
  stage: {layer: model, lifecycle: {events: orders, amount: amount}}
  ranked: {layer: model, rfm: {events: orders, amount: amount, score: {quantile_ties: {classes: 5, ties: rank_first}}}}
  near: {layer: model, rfm: {events: orders, amount: amount, window: 180d, score: {kmeans: 3}, segments: {all: ['***']}}}
  means: {layer: model, rfm: {events: orders, amount: amount, returns: ignore, score: {mean_split: {}}, segments: eight}}
  abc: {layer: model, value_tier: {by: spend, groups: 7}}
  gaps: {layer: model, category_gap: {events: orders, category: channel, amount: amount, peers: abc, min_peers: 5}}
  persona: {layer: model, persona: {tags: [spend, since, channel, silent], k: {from: 2, to: 3}, missing: leave_out}}
  card:
    layer: predicted
    scorecard: {label: {events: orders, count: {}, horizon: 30d, is: 0}, features: [rows, spend, since, channel], min_iv: 0, cutoffs: 2}
  risk:
    layer: predicted
    classify: {label: {events: orders, count: {}, horizon: 30d, is: 0}, features: [rows, spend, since, channel], learner: logistic, accept: [few_positives, no_signal, worse_than_base_rate, leak_suspect]}
";

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, ..ProptestConfig::default() })]

    /// Rows in another order, on other threads, without those that nobody may know yet: the same bytes are learnt.
    #[test]
    fn what_is_learnt_is_the_same_bytes(seed: u64) {
        let (catalog, rows) = (catalog(TAGS), orders(seed, 250));
        let plain = catalog.fit(&data(rows.clone()), AS_OF).unwrap().to_bytes().unwrap();
        let other = catalog.fit(&data(shuffled(&rows, seed).unwrap()), AS_OF).unwrap();
        prop_assert_eq!(&plain, &other.to_bytes().unwrap());
        let past = filter_record_batch(&rows, &before(&rows, AS_OF)).unwrap();
        prop_assert!(past.num_rows() < rows.num_rows());
        let options = RunOptions::default().with_threads(NonZeroUsize::new(1 + (seed % 3) as usize).unwrap());
        let of_past = catalog.fit_with(&data(past), AS_OF, &options).unwrap();
        prop_assert_eq!(&plain, &of_past.to_bytes().unwrap());
    }

    /// Saved and loaded, applied on another day to everybody, and to each tenth customer alone.
    #[test]
    fn what_was_learnt_says_the_same_of_each_alone(seed: u64) {
        let rows = orders(seed, 250);
        let fitted = catalog(TAGS).fit(&data(rows.clone()), "2026-04-01").unwrap();
        let loaded = Fitted::from_bytes(&fitted.to_bytes().unwrap()).unwrap();
        let all = fitted.apply(&data(rows.clone()), AS_OF).unwrap();
        let again = loaded.apply(&data(shuffled(&rows, seed).unwrap()), AS_OF).unwrap();
        prop_assert_eq!(all.to_record_batch(), again.to_record_batch());
        let who = rows["who"].as_any().downcast_ref::<arrow_array::StringArray>().unwrap();
        let is_one = |name: Option<&str>| Some(name.is_some_and(|name| name.ends_with('7')));
        let some = filter_record_batch(&rows, &who.iter().map(is_one).collect()).unwrap();
        let some = values(&loaded.apply(&data(some), AS_OF).unwrap());
        let among: Vec<_> = values(&all).into_iter().filter(|(name, _)| name.ends_with('7')).collect();
        prop_assert!(!some.is_empty());
        prop_assert_eq!(some, among);
    }
}

/// Amounts whose sums are beyond all numbers, and the smallest there is: what is learnt of them can be saved, or is refused.
#[test]
fn amounts_beyond_all_sums() {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, RecordBatch};

    let rows = orders(7, 200);
    let odd = [1e308, 1e308, -1e308, 5e-324, 0.0, 1e200, 12.5];
    let amounts: Float64Array = (0..rows.num_rows()).map(|row| Some(odd[row % 7])).collect();
    let schema = rows.schema();
    let columns = schema.fields().iter().map(|field| {
        let amount = || Arc::new(amounts.clone()) as ArrayRef;
        let column =
            if field.name() == "amount" { amount() } else { Arc::clone(&rows[field.name().as_str()]) };
        (field.name().clone(), column)
    });
    let rows = RecordBatch::try_from_iter(columns).unwrap();
    let mut learnt = 0;
    for line in TAGS.lines().filter(|line| line.contains("{layer: model") || line.contains("classify")) {
        let facts = "
  rows: {layer: fact, events: orders, count: {}}
  spend: {layer: fact, events: orders, sum: amount}
  since: {layer: fact, events: orders, days_since_last: {}}
  channel: {layer: fact, events: orders, last: channel}
  abc_of: {layer: model, value_tier: {by: spend, groups: 7}}
  gone: {layer: model, churn: {events: orders, by: {calendar: 3mo}}}
";
        let line =
            line.replace("peers: abc,", "peers: abc_of,").replace("channel, silent]", "channel, gone]");
        let tag = if line.contains("classify") {
            format!("  risk:\n    layer: predicted\n{line}\n")
        } else {
            format!("{line}\n")
        };
        let Ok(fitted) = catalog(&format!("{facts}{tag}")).fit(&data(rows.clone()), AS_OF) else { continue };
        let loaded = Fitted::from_bytes(&fitted.to_bytes().unwrap()).unwrap_or_else(|e| panic!("{tag}: {e}"));
        let [a, b] = [fitted, loaded].map(|f| f.apply(&data(rows.clone()), AS_OF).unwrap().to_record_batch());
        assert_eq!(a, b, "{tag}");
        learnt += 1;
    }
    assert!(learnt >= 8, "{learnt}");
}
