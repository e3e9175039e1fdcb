//! The built-in maps have each code once, in the segment that the literature says.

use std::collections::BTreeMap;

use crate::marketing::Language;
use crate::marketing::rfm::custom::all_scores;
use crate::marketing::rfm::{CustomMap, CustomSegment, SegmentMap};

fn name(map: &SegmentMap, scores: [u8; 3], classes: u8) -> &str {
    map.segment(scores, [classes; 3]).unwrap().name(Language::En)
}

/// How many codes each segment has, over all codes.
fn sizes(map: &SegmentMap, classes: u8) -> Vec<usize> {
    map.check([classes; 3]).unwrap();
    let mut sizes = BTreeMap::new();
    for scores in all_scores([classes; 3]) {
        let segment = map.segment(scores, [classes; 3]).unwrap();
        assert_eq!(map.segments()[segment.index], segment);
        *sizes.entry(segment.index).or_insert(0) += 1;
    }
    sizes.into_values().collect()
}

#[test]
fn eight_of_eight() {
    assert_eq!(sizes(&SegmentMap::Eight, 2), [1; 8]);
    let zh = |scores| SegmentMap::Eight.segment(scores, [2; 3]).unwrap().zh;
    // Recency, frequency, monetary; 2 is better than the split.
    assert_eq!(zh([2, 2, 2]), "重要价值客户");
    assert_eq!(zh([2, 1, 2]), "重要发展客户");
    assert_eq!(zh([1, 2, 2]), "重要保持客户");
    assert_eq!(zh([1, 1, 2]), "重要挽留客户");
    assert_eq!(zh([2, 2, 1]), "一般价值客户");
    assert_eq!(zh([2, 1, 1]), "一般发展客户");
    assert_eq!(zh([1, 2, 1]), "一般保持客户");
    assert_eq!(zh([1, 1, 1]), "一般挽留客户");
}

#[test]
fn eleven_of_125() {
    // Counted from the published lists of codes; together 125.
    assert_eq!(sizes(&SegmentMap::Eleven, 5), [7, 8, 24, 7, 16, 8, 8, 22, 8, 11, 6]);
    for (scores, wanted) in [
        ([5, 5, 5], "Champions"),
        ([4, 4, 5], "Champions"),
        ([4, 4, 4], "Loyal"),
        ([3, 2, 3], "Potential Loyalist"),
        ([5, 1, 1], "New"),
        ([5, 1, 5], "Promising"),
        ([3, 3, 4], "Need Attention"),
        ([2, 5, 1], "About To Sleep"),
        ([1, 4, 5], "At Risk"),
        ([1, 5, 5], "Can't Lose"),
        ([2, 2, 2], "Hibernating"),
        ([1, 1, 1], "Lost"),
    ] {
        assert_eq!(name(&SegmentMap::Eleven, scores, 5), wanted);
    }
}

#[test]
fn three_tiers_by_the_middle() {
    let map = SegmentMap::ThreeTiers;
    for (scores, wanted) in [
        ([5, 5, 5], "Key value"),
        ([4, 4, 4], "Key value"),
        ([3, 4, 4], "General"),
        ([5, 3, 4], "Potential"),
        ([1, 1, 5], "Potential"),
        ([3, 3, 3], "Churn alert"),
        ([4, 3, 3], "General"),
        ([1, 5, 1], "General"),
    ] {
        assert_eq!(name(&map, scores, 5), wanted, "{scores:?}");
    }
    assert_eq!(name(&map, [2, 2, 2], 2), "Key value");
    for classes in 2..=10 {
        assert_eq!(sizes(&map, classes).len(), 4);
    }
    assert_eq!(map.segments()[2].name(Language::Zh), "流失预警用户");
}

#[test]
fn custom_segments_and_the_rest() {
    let segment = |name: &str, zh: Option<&str>, codes: &[&str]| CustomSegment {
        name: name.to_owned(),
        zh: zh.map(str::to_owned),
        codes: codes.iter().map(|code| code.parse().unwrap()).collect(),
    };
    let map = SegmentMap::Custom(CustomMap {
        segments: vec![segment("top", Some("头部"), &["[10]**"]), segment("low", None, &["1-1-1"])],
        otherwise: Some(segment("rest", None, &[])),
    });
    assert_eq!(sizes(&map, 10), [100, 1, 899]);
    assert_eq!(map.segment([10, 3, 1], [10; 3]).unwrap().name(Language::Zh), "头部");
    assert_eq!(map.segment([9, 3, 1], [10; 3]).unwrap().name(Language::Zh), "rest");
}
