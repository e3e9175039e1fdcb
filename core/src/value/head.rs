//! The first bytes of texts, for sorting many of them.

use std::cmp::Ordering;

/// How many bytes of a text are kept.
const BYTES: usize = 16;

/// The first bytes of a text: they decide nearly all comparisons without a look at it, and most identifiers have no
/// others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    /// As big-endian numbers, filled up with zeros.
    bytes: [u64; 2],
    /// Of the text, where it is not above [`BYTES`].
    len: u8,
}

impl Head {
    pub(crate) fn of(text: &str) -> Self {
        let text = text.as_bytes();
        let n = text.len().min(BYTES);
        let mut bytes = [0; BYTES];
        bytes[..n].copy_from_slice(&text[..n]);
        let bytes = u128::from_be_bytes(bytes);
        Self { bytes: [(bytes >> 64) as u64, bytes as u64], len: text.len().min(BYTES + 1) as u8 }
    }

    /// Gives the whole text, if there is no more of it.
    pub(crate) fn with_whole<T>(&self, take: impl FnOnce(&[u8]) -> T) -> Option<T> {
        let bytes = (u128::from(self.bytes[0]) << 64 | u128::from(self.bytes[1])).to_be_bytes();
        bytes.get(..usize::from(self.len)).map(take)
    }

    /// The byte order of two texts; `texts` compares them where that takes a look at them.
    pub(crate) fn compare(&self, other: &Self, texts: impl FnOnce() -> Ordering) -> Ordering {
        self.bytes.cmp(&other.bytes).then_with(|| {
            let whole = |head: &Self| usize::from(head.len) <= BYTES;
            if whole(self) && whole(other) { self.len.cmp(&other.len) } else { texts() }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Texts that share beginnings, zeros and ends at the limit among them.
        #[test]
        fn the_order_is_that_of_the_texts(texts in prop::collection::vec("[a\\x00]{0,3}(0123456789abc)?[ab\\x00]{0,4}", 2)) {
            let (a, b) = (&texts[0], &texts[1]);
            prop_assert_eq!(Head::of(a).compare(&Head::of(b), || a.cmp(b)), a.cmp(b));
            let whole = Head::of(a).with_whole(<[u8]>::to_vec);
            prop_assert_eq!(whole, (a.len() <= BYTES).then(|| a.as_bytes().to_vec()));
        }
    }
}
