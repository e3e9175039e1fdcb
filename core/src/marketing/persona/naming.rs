//! What groups are called.

use crate::marketing::Language;
use crate::marketing::persona::effect::{Direction, Trait};
use crate::marketing::persona::{Cell, Feature};

/// An effect from here on is worth a name (medium, after Cohen 1988).
const WORTH_NAMING: f64 = 0.5;
/// A name has so many traits, more where groups would be called the same.
const IN_A_NAME: usize = 2;

/// Names groups after their traits, which come largest first; no two are called the same.
pub(super) fn names(traits: &[Vec<Trait>], features: &[Feature], language: Language) -> Vec<String> {
    let most = features.len().max(IN_A_NAME);
    let named = |length: usize| -> Vec<String> {
        traits.iter().map(|traits| name(traits, features, language, length)).collect()
    };
    let mut names = named(IN_A_NAME);
    // Only those that share a name get a longer one.
    for length in IN_A_NAME + 1..=most {
        let longer = named(length);
        let repeated: Vec<usize> = (0..names.len()).filter(|&at| is_repeated(&names, at)).collect();
        for at in repeated {
            names[at].clone_from(&longer[at]);
        }
    }
    for at in 0..names.len() {
        let base = names[at].clone();
        let mut number = 2;
        while names[..at].contains(&names[at]) {
            names[at] = format!("{base} {number}");
            number += 1;
        }
    }
    names
}

fn is_repeated(names: &[String], at: usize) -> bool {
    names.iter().filter(|name| **name == names[at]).count() > 1
}

fn name(traits: &[Trait], features: &[Feature], language: Language, length: usize) -> String {
    let worth = traits.iter().filter(|t| t.effect.abs() >= WORTH_NAMING).take(length);
    let parts: Vec<String> = worth.map(|found| part(found, features, language)).collect();
    match (parts.is_empty(), language) {
        (false, Language::En) => parts.join(", "),
        (false, Language::Zh) => parts.join("、"),
        (true, Language::En) => "average".to_owned(),
        (true, Language::Zh) => "一般".to_owned(),
    }
}

/// A trait in a few words.
pub(super) fn part(found: &Trait, features: &[Feature], language: Language) -> String {
    let feature = features.iter().find(|feature| feature.name.name == found.feature);
    let label = feature.map_or(found.feature.as_str(), |feature| feature.name.label());
    let less = found.direction() == Direction::Less;
    match (&found.level, language) {
        (Cell::Flag(_), Language::En) => {
            if less {
                format!("not {label}")
            } else {
                label.to_owned()
            }
        }
        (Cell::Flag(_), Language::Zh) => {
            if less {
                format!("非{label}")
            } else {
                label.to_owned()
            }
        }
        (Cell::Text(level), _) => format!("{label} {level}"),
        (Cell::Missing | Cell::Number(_), language) => {
            let is_number = feature.is_some_and(|feature| feature.encoding.is_number());
            match (is_number, less, language) {
                (true, false, Language::En) => format!("high {label}"),
                (true, true, Language::En) => format!("low {label}"),
                (true, false, Language::Zh) => format!("高{label}"),
                (true, true, Language::Zh) => format!("低{label}"),
                (false, _, Language::En) => format!("no {label}"),
                (false, _, Language::Zh) => format!("无{label}"),
            }
        }
    }
}
