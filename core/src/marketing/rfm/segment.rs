//! Segments from scores.

use serde::{Deserialize, Serialize};

use crate::marketing::Language;
use crate::marketing::rfm::{CustomMap, RfmError};

/// A segment of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Segment<'a> {
    /// Its place in the map, from 0.
    pub index: usize,
    /// The English name (the only name, where a custom map gives one).
    pub en: &'a str,
    /// The Chinese name.
    pub zh: &'a str,
}

impl<'a> Segment<'a> {
    /// The name in a language.
    pub fn name(&self, language: Language) -> &'a str {
        match language {
            Language::En => self.en,
            Language::Zh => self.zh,
        }
    }
}

/// Which segments the codes make.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SegmentMap {
    /// The eight classes of two by two by two, 重要价值客户 (key value) to 一般挽留客户 (general win-back).
    ///
    /// Wants 2 classes in each measure. Money makes a customer "key", and recency and frequency make the rest of
    /// the name: both good *value*, recency alone *develop*, frequency alone *retain*, neither *win-back*.
    Eight,
    /// Four segments of service rules, for any number of classes; the first that fits is taken:
    /// 重要价值用户 (key value) has high frequency, high monetary and is recent; 潜力用户 (potential) has high
    /// monetary and low frequency; 流失预警用户 (churn alert) has low frequency and is not recent; else
    /// 一般用户 (general).
    ///
    /// *High*, and *recent* for recency, is a score above the middle of its scale (2·score > k + 1: 4 and 5 of 5,
    /// 2 of 2); *low*, *not recent*, is any other, the middle score of an odd k too.
    ThreeTiers,
    /// The eleven segments on five by five by five, Champions to Lost; each of the 125 codes is in just one.
    ///
    /// Wants 5 classes in each measure.
    Eleven,
    /// Segments of one's own, checked to have each code just once.
    Custom(CustomMap),
}

const EIGHT: [(&str, &str); 8] = [
    ("Key value", "重要价值客户"),
    ("Key develop", "重要发展客户"),
    ("Key retain", "重要保持客户"),
    ("Key win-back", "重要挽留客户"),
    ("General value", "一般价值客户"),
    ("General develop", "一般发展客户"),
    ("General retain", "一般保持客户"),
    ("General win-back", "一般挽留客户"),
];

const THREE_TIERS: [(&str, &str); 4] = [
    ("Key value", "重要价值用户"),
    ("Potential", "潜力用户"),
    ("Churn alert", "流失预警用户"),
    ("General", "一般用户"),
];

const ELEVEN: [(&str, &str); 11] = [
    ("Champions", "冠军客户"),
    ("Loyal", "忠诚客户"),
    ("Potential Loyalist", "潜在忠诚客户"),
    ("New", "新客户"),
    ("Promising", "有潜力客户"),
    ("Need Attention", "需要关注客户"),
    ("About To Sleep", "即将沉睡客户"),
    ("At Risk", "流失风险客户"),
    ("Can't Lose", "不能失去客户"),
    ("Hibernating", "休眠客户"),
    ("Lost", "已流失客户"),
];

impl SegmentMap {
    /// The segments, by index.
    pub fn segments(&self) -> Vec<Segment<'_>> {
        let built_in = |names: &'static [(&str, &str)]| {
            names.iter().enumerate().map(|(index, &(en, zh))| Segment { index, en, zh }).collect()
        };
        match self {
            Self::Eight => built_in(&EIGHT),
            Self::ThreeTiers => built_in(&THREE_TIERS),
            Self::Eleven => built_in(&ELEVEN),
            Self::Custom(map) => map.all().enumerate().map(|(index, s)| s.named(index)).collect(),
        }
    }

    /// Checks that the map has each code of a scorer with these classes just once.
    pub(super) fn check(&self, classes: [u8; 3]) -> Result<(), RfmError> {
        let wants = |map: &'static str, wanted: u8| {
            if classes == [wanted; 3] {
                Ok(())
            } else {
                Err(RfmError::MapClasses { map, wanted, found: classes })
            }
        };
        match self {
            Self::Eight => wants("eight", 2),
            Self::ThreeTiers => Ok(()),
            Self::Eleven => wants("eleven", 5),
            Self::Custom(map) => map.check(classes),
        }
    }

    /// The segment of scores, each from 1 to its number of classes.
    pub(super) fn segment(&self, scores: [u8; 3], classes: [u8; 3]) -> Option<Segment<'_>> {
        let (names, index): (&[(&'static str, &'static str)], usize) = match self {
            Self::Eight => (&EIGHT, eight(scores)),
            Self::ThreeTiers => (&THREE_TIERS, three_tiers(scores, classes)),
            Self::Eleven => (&ELEVEN, eleven(scores)?),
            Self::Custom(map) => return map.segment(scores),
        };
        names.get(index).map(|&(en, zh)| Segment { index, en, zh })
    }
}

fn eight(scores: [u8; 3]) -> usize {
    let [r, f, m] = scores.map(|score| score > 1);
    let kind = match (r, f) {
        (true, true) => 0,
        (true, false) => 1,
        (false, true) => 2,
        (false, false) => 3,
    };
    if m { kind } else { kind + 4 }
}

fn three_tiers(scores: [u8; 3], classes: [u8; 3]) -> usize {
    let is_high = |i: usize| 2 * u16::from(scores[i]) > u16::from(classes[i]) + 1;
    match (is_high(0), is_high(1), is_high(2)) {
        (true, true, true) => 0,
        (_, false, true) => 1,
        (false, false, _) => 2,
        _ => 3,
    }
}

fn eleven(scores: [u8; 3]) -> Option<usize> {
    let code = scores.iter().fold(0u16, |code, &score| code * 10 + u16::from(score));
    Some(match code {
        555 | 554 | 544 | 545 | 454 | 455 | 445 => 0,
        543 | 444 | 435 | 355 | 354 | 345 | 344 | 335 => 1,
        553 | 551 | 552 | 541 | 542 | 533 | 532 | 531 | 452 | 451 | 442 | 441 | 431 | 453 | 433 | 432
        | 423 | 353 | 352 | 351 | 342 | 341 | 333 | 323 => 2,
        512 | 511 | 422 | 421 | 412 | 411 | 311 => 3,
        525 | 524 | 523 | 522 | 521 | 515 | 514 | 513 | 425 | 424 | 413 | 414 | 415 | 315 | 314 | 313 => 4,
        535 | 534 | 443 | 434 | 343 | 334 | 325 | 324 => 5,
        331 | 321 | 312 | 221 | 213 | 231 | 241 | 251 => 6,
        255 | 254 | 245 | 244 | 253 | 252 | 243 | 242 | 235 | 234 | 225 | 224 | 153 | 152 | 145 | 143
        | 142 | 135 | 134 | 133 | 125 | 124 => 7,
        155 | 154 | 144 | 214 | 215 | 115 | 114 | 113 => 8,
        332 | 322 | 233 | 232 | 223 | 222 | 132 | 123 | 122 | 212 | 211 => 9,
        111 | 112 | 121 | 131 | 141 | 151 => 10,
        _ => return None,
    })
}
