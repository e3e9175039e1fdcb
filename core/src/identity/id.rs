//! Stable names of profiles.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The stable name of a profile: 128 bits, written as 32 hexadecimal digits.
///
/// It is made of the profile's first identifier (the strongest kind, then the least value in byte order): the first 16
/// bytes of BLAKE3 over the kind's name, a zero byte and the normalised value. The same identifier gives the same name in
/// every build and on every machine; a profile that gains a stronger first identifier gains a new name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileId(u128);

impl ProfileId {
    /// The name with these bits.
    pub fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// The bits of the name.
    pub fn bits(self) -> u128 {
        self.0
    }

    /// The name of a profile whose first identifier is `value`, normalised, of the kind `kind`.
    pub(super) fn of(kind: &str, value: &[u8]) -> Self {
        let parts = [kind.as_bytes(), &[0], value];
        let n = parts.iter().map(|part| part.len()).sum::<usize>();
        // One block of the hash function: put together here it is hashed at once, without a hasher's state.
        let mut block = [0; blake3::BLOCK_LEN];
        let hash = if n <= block.len() {
            let mut at = 0;
            for part in parts {
                block[at..at + part.len()].copy_from_slice(part);
                at += part.len();
            }
            blake3::hash(&block[..n])
        } else {
            let mut hasher = blake3::Hasher::new();
            for part in parts {
                hasher.update(part);
            }
            hasher.finalize()
        };
        let (first, _) = hash.as_bytes().split_first_chunk().expect("invariant: 32 bytes");
        Self(u128::from_be_bytes(*first))
    }
}

impl fmt::Display for ProfileId {
    /// 32 hexadecimal digits, lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// A text that is not 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a profile id of 32 hexadecimal digits")]
pub struct ParseProfileIdError;

impl FromStr for ProfileId {
    type Err = ParseProfileIdError;

    /// Reads 32 hexadecimal digits, lower or upper case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ParseProfileIdError);
        }
        u128::from_str_radix(text, 16).map(Self).map_err(|_| ParseProfileIdError)
    }
}

impl Serialize for ProfileId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ProfileId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_blake3() {
        // Python: blake3.blake3(b"member\0M1").hexdigest()[:32]
        assert_eq!(ProfileId::of("member", b"M1").to_string(), "9c67e4f339c7bac409c31314fcd474d0");
        // Longer than a block: blake3.blake3(b"device\0" + b"7" * 100).hexdigest()[:32]
        assert_eq!(ProfileId::of("device", &[b'7'; 100]).to_string(), "b3fdb4c0474ce52bfa6cdb1b1060c520");
        assert_ne!(ProfileId::of("member", b"M1"), ProfileId::of("memberM", b"1"));
    }

    #[test]
    fn text_and_back() {
        let id = ProfileId::from_bits(0xab);
        assert_eq!(id.to_string(), "000000000000000000000000000000ab");
        assert_eq!("000000000000000000000000000000AB".parse(), Ok(id));
        for wrong in ["", "ab", "+00000000000000000000000000000ab", "0000000000000000000000000000000g"] {
            assert_eq!(wrong.parse::<ProfileId>(), Err(ParseProfileIdError), "{wrong}");
        }
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, "\"000000000000000000000000000000ab\"");
        assert_eq!(serde_json::from_str::<ProfileId>(&json).unwrap(), id);
        assert!(serde_json::from_str::<ProfileId>("171").is_err());
    }
}
