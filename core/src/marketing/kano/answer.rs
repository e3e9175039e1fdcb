//! Answers, and the texts that mean them.

use serde::{Deserialize, Serialize};

/// How somebody feels about a feature that is there, or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// "I like it."
    Like,
    /// "It must be that way", "I expect it".
    MustBe,
    /// "I am neutral."
    Neutral,
    /// "I can live with it", "I can tolerate it".
    LiveWith,
    /// "I dislike it."
    Dislike,
}

impl Answer {
    /// All of them, in the order of the numbers 1 to 5 on questionnaires.
    pub const ALL: [Self; 5] = [Self::Like, Self::MustBe, Self::Neutral, Self::LiveWith, Self::Dislike];

    /// The name: `like`, `must_be`, `neutral`, `live_with`, `dislike`.
    pub fn name(self) -> &'static str {
        ["like", "must_be", "neutral", "live_with", "dislike"][self.index()]
    }

    /// The place, from 0.
    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// `DuMouchel`'s number of an answer about a feature that is there: 4, 2, 0, −1, −2.
    pub fn functional_score(self) -> f64 {
        [4.0, 2.0, 0.0, -1.0, -2.0][self.index()]
    }

    /// `DuMouchel`'s number of an answer about a feature that is missing: −2, −1, 0, 2, 4.
    pub fn dysfunctional_score(self) -> f64 {
        [-2.0, -1.0, 0.0, 2.0, 4.0][self.index()]
    }
}

/// Which texts mean which answer.
///
/// Case, white space, the form of quotes and a sign at the end do not matter. The default knows the usual wordings in
/// English, Chinese, German, French and Spanish, the names of the answers (`like`, `must_be`, …) and the numbers 1 to 5.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    own: Vec<(String, Answer)>,
}

/// Like, must be, neutral, live with, dislike: a wording a line.
const KNOWN: [[&str; 5]; 17] = [
    ["1", "2", "3", "4", "5"],
    ["like", "must_be", "neutral", "live_with", "dislike"],
    ["i like it", "it must be", "i am neutral", "i can live with it", "i dislike it"],
    [
        "i like it that way",
        "it must be that way",
        "i feel neutral",
        "i can live with it that way",
        "i dislike it that way",
    ],
    ["like it", "i must be that way", "i'm neutral", "i can tolerate it", "i don't like it"],
    ["i enjoy it that way", "i expect it", "neutral", "i can live with that", "i hate it"],
    [
        "i enjoy it",
        "it is a basic necessity or i expect it that way",
        "i don't care",
        "i dislike it, but i can live with it that way",
        "i dislike it, and i can't accept it",
    ],
    [
        "this would be very helpful to me",
        "this is a basic requirement for me",
        "this would not affect me",
        "this would be a minor inconvenience",
        "this would be a major problem for me",
    ],
    ["喜欢", "理应如此", "无所谓", "能忍受", "不喜欢"],
    ["我喜欢", "理所当然", "我无所谓", "勉强接受", "我不喜欢"],
    ["很喜欢", "它理应如此", "一般", "可以忍受", "很不喜欢"],
    ["我很喜欢", "应该的", "没感觉", "我能忍受", "我很不喜欢"],
    ["非常喜欢", "必须如此", "中立", "勉强可以接受", "讨厌"],
    [
        "das würde mich sehr freuen",
        "das setze ich voraus",
        "das ist mir egal",
        "das könnte ich in kauf nehmen",
        "das würde mich sehr stören",
    ],
    [
        "ça me ferait plaisir",
        "ce serait un minimum",
        "ça me serait égal",
        "je l'accepterais",
        "ça me dérangerait",
    ],
    [
        "me gusta",
        "es algo básico",
        "me da igual",
        "no me gusta, pero lo tolero",
        "no me gusta y no lo tolero",
    ],
    ["i'm happy to have it", "must be", "indifferent", "live with", "i cannot accept it"],
];

impl Wording {
    /// Own texts for the five answers, besides the known ones, which they go before.
    pub fn own(texts: impl IntoIterator<Item = (impl AsRef<str>, Answer)>) -> Self {
        Self { own: texts.into_iter().map(|(text, answer)| (plain(text.as_ref()), answer)).collect() }
    }

    /// The answer that a text means; `None` where it is none.
    pub fn read(&self, text: &str) -> Option<Answer> {
        let text = plain(text);
        let own = self.own.iter().find(|(known, _)| *known == text).map(|(_, answer)| *answer);
        own.or_else(|| {
            let text = text.strip_suffix(".0").unwrap_or(&text);
            KNOWN
                .iter()
                .find_map(|wording| wording.iter().position(|known| *known == text).map(|at| Answer::ALL[at]))
        })
    }
}

/// A text without what does not matter.
fn plain(text: &str) -> String {
    let straight: String = text
        .chars()
        .map(|c| match c {
            '’' | '‘' | '`' | '´' => '\'',
            '，' => ',',
            other => other,
        })
        .collect();
    let words: Vec<&str> = straight.split_whitespace().collect();
    let joined = words.join(" ").to_lowercase();
    joined.trim_end_matches(['.', '!', '。', '！']).to_owned()
}
