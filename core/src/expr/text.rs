//! Texts made from texts. Characters are Unicode code points.

use std::borrow::Cow;

use super::node::TextMap;

/// What is longer than this, in bytes, and longer than what it is made from, is not made: calls within calls would
/// grow without end.
const LONGEST: usize = 64 * 1024;

impl TextMap {
    /// The text for a text; `None` where it is too long.
    pub(super) fn of<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        Some(match self {
            Self::Lower => text.to_lowercase().into(),
            Self::Upper => text.to_uppercase().into(),
            Self::Trim => text.trim().into(),
            Self::TrimStart => text.trim_start().into(),
            Self::TrimEnd => text.trim_end().into(),
            Self::Middle { skip, take } => {
                let rest = &text[place(text, *skip)..];
                rest[..place(rest, *take)].into()
            }
            Self::Last(n) => {
                let from = n.checked_sub(1).map(|n| text.char_indices().rev().nth(n).map_or(0, |(at, _)| at));
                text[from.unwrap_or(text.len())..].into()
            }
            Self::Replace(part, by) => {
                let grows = by.len().saturating_sub(part.len());
                if grows > 0 && text.len() + grows * text.matches(&**part).count() > LONGEST.max(text.len()) {
                    return None;
                }
                text.replace(&**part, by).into()
            }
            Self::Pad { len, with, before } => {
                let found = text.chars().count();
                let fill = || std::iter::repeat_n(*with, len.saturating_sub(found)).collect::<String>();
                match (found >= *len, before) {
                    (true, _) => text[..place(text, *len)].into(),
                    (false, true) => (fill() + text).into(),
                    (false, false) => (text.to_owned() + &fill()).into(),
                }
            }
        })
    }
}

/// The byte at which the character of an index is; the end of the text where there is none.
fn place(text: &str, index: usize) -> usize {
    // No character is shorter than a byte.
    if index >= text.len() {
        return text.len();
    }
    text.char_indices().nth(index).map_or(text.len(), |(at, _)| at)
}

/// At which character a text has a part for the first time, from 1; 0 where it has not.
pub(super) fn position(text: &str, part: &str) -> usize {
    text.find(part).map_or(0, |at| text[..at].chars().count() + 1)
}

/// Texts one after the other; `None` where that is too long.
pub(super) fn joined(texts: &[&str]) -> Option<String> {
    let longest = texts.iter().map(|text| text.len()).max().unwrap_or(0);
    let len = texts.iter().map(|text| text.len()).fold(0, usize::saturating_add);
    (len <= LONGEST.max(longest)).then(|| texts.concat())
}
