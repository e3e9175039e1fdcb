//! Files of our own: a header that says what they are, a check sum, JSON content.
//!
//! ```text
//! "tagloom\0"  kind (16 bytes, padded with 0)  version (u32 LE)  length (u64 LE)  blake3 of the content (32 bytes)  content
//! ```

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::catalog::CatalogError;

const MAGIC: &[u8; 8] = b"tagloom\0";
const KIND_LEN: usize = 16;
const HEADER_LEN: usize = 8 + KIND_LEN + 4 + 8 + 32;

/// A file that cannot be written or read.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The file cannot be opened, written or read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Arc<std::io::Error>,
    },
    /// The file was not written by tagloom.
    #[error("not a tagloom file")]
    NotOurs,
    /// A tagloom file, of another kind.
    #[error("a tagloom file of kind `{found}`; wanted `{wanted}`")]
    Kind {
        /// The kind that was found.
        found: String,
        /// The kind that was wanted.
        wanted: &'static str,
    },
    /// The file was written by another version of the format.
    #[error("version {found} of the file format; this release reads version {wanted}")]
    Version {
        /// The version that was found.
        found: u32,
        /// The version that was wanted.
        wanted: u32,
    },
    /// The file ends too early.
    #[error("the file is cut off: {found} bytes, wanted {wanted}")]
    Truncated {
        /// How many bytes there are.
        found: u64,
        /// How many there should be.
        wanted: u64,
    },
    /// The content does not match its check sum.
    #[error("the file is damaged: its content does not match its check sum")]
    Damaged,
    /// The content is whole but makes no sense.
    #[error("the file holds {what}")]
    Content {
        /// What is wrong.
        what: String,
    },
    /// The catalogue in the file is not valid any more.
    #[error("the catalogue in the file: {source}")]
    Catalog {
        /// Its problems.
        source: Arc<CatalogError>,
    },
    /// The content cannot be written down.
    #[error("cannot encode the content: {source}")]
    Encode {
        /// Why.
        source: Arc<serde_json::Error>,
    },
}

impl StoreError {
    pub(crate) fn catalog(source: CatalogError) -> Self {
        Self::Catalog { source: Arc::new(source) }
    }

    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source: Arc::new(source) }
    }

    /// The stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "store.io",
            Self::NotOurs => "store.not_ours",
            Self::Kind { .. } => "store.kind",
            Self::Version { .. } => "store.version",
            Self::Truncated { .. } => "store.truncated",
            Self::Damaged => "store.damaged",
            Self::Content { .. } => "store.content",
            Self::Catalog { .. } => "store.catalog",
            Self::Encode { .. } => "store.encode",
        }
    }
}

/// The bytes of a file of a kind and version.
pub(crate) fn to_bytes<T: Serialize>(
    kind: &'static str,
    version: u32,
    content: &T,
) -> Result<Vec<u8>, StoreError> {
    let content =
        serde_json::to_vec(content).map_err(|source| StoreError::Encode { source: Arc::new(source) })?;
    let mut bytes = Vec::with_capacity(HEADER_LEN + content.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&padded(kind));
    bytes.extend_from_slice(&version.to_le_bytes());
    bytes.extend_from_slice(&(content.len() as u64).to_le_bytes());
    bytes.extend_from_slice(blake3::hash(&content).as_bytes());
    bytes.extend_from_slice(&content);
    Ok(bytes)
}

fn padded(kind: &'static str) -> [u8; KIND_LEN] {
    let mut padded = [0u8; KIND_LEN];
    padded[..kind.len()].copy_from_slice(kind.as_bytes());
    padded
}

/// The content of a file of a kind and version.
pub(crate) fn from_bytes<T: DeserializeOwned>(
    kind: &'static str,
    version: u32,
    bytes: &[u8],
) -> Result<T, StoreError> {
    if !bytes.starts_with(&MAGIC[..bytes.len().min(MAGIC.len())]) || bytes.is_empty() {
        return Err(StoreError::NotOurs);
    }
    let truncated = |wanted: u64| StoreError::Truncated { found: bytes.len() as u64, wanted };
    let (header, content) = bytes.split_at_checked(HEADER_LEN).ok_or_else(|| truncated(HEADER_LEN as u64))?;
    let found_kind = &header[8..8 + KIND_LEN];
    if found_kind != padded(kind) {
        let found = String::from_utf8_lossy(found_kind).trim_end_matches('\0').to_owned();
        return Err(StoreError::Kind { found, wanted: kind });
    }
    let version_at = 8 + KIND_LEN;
    let found = u32::from_le_bytes(header[version_at..version_at + 4].try_into().unwrap_or_default());
    if found != version {
        return Err(StoreError::Version { found, wanted: version });
    }
    let length = u64::from_le_bytes(header[version_at + 4..version_at + 12].try_into().unwrap_or_default());
    if length > content.len() as u64 {
        return Err(truncated(length.saturating_add(HEADER_LEN as u64)));
    }
    if length < content.len() as u64 || blake3::hash(content).as_bytes() != &header[version_at + 12..] {
        return Err(StoreError::Damaged);
    }
    serde_json::from_slice(content).map_err(|error| StoreError::Content { what: error.to_string() })
}

/// Writes a file: first beside its place, then moved there, so that a stop in between leaves no half file.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".partial");
    let beside = PathBuf::from(beside);
    std::fs::write(&beside, bytes).map_err(|source| StoreError::io(path, source))?;
    std::fs::rename(&beside, path).map_err(|source| StoreError::io(path, source))
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, StoreError> {
    std::fs::read(path).map_err(|source| StoreError::io(path, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cut_and_every_changed_byte_is_noticed() {
        let bytes = to_bytes("test", 3, &vec![1, 2, 3]).unwrap();
        assert_eq!(from_bytes::<Vec<i32>>("test", 3, &bytes).unwrap(), [1, 2, 3]);
        for cut in 0..bytes.len() {
            assert!(from_bytes::<Vec<i32>>("test", 3, &bytes[..cut]).is_err(), "cut at {cut}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(from_bytes::<Vec<i32>>("test", 3, &changed).is_err(), "changed at {at}");
        }
    }

    #[test]
    fn other_files_are_told_apart() {
        let code =
            |kind, version, bytes: &[u8]| from_bytes::<Vec<i32>>(kind, version, bytes).unwrap_err().code();
        let bytes = to_bytes("test", 3, &vec![1]).unwrap();
        assert_eq!(code("other", 3, &bytes), "store.kind");
        assert_eq!(code("test", 4, &bytes), "store.version");
        assert_eq!(code("test", 3, b""), "store.not_ours");
        assert_eq!(code("test", 3, b"PAR1 something else"), "store.not_ours");
        assert_eq!(code("test", 3, &bytes[..20]), "store.truncated");
        let longer = [&bytes[..], b"x"].concat();
        assert_eq!(code("test", 3, &longer), "store.damaged");
    }
}
