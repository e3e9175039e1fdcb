//! The notations that a catalogue can be written in.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::catalog::problem::Problem;
use crate::catalog::read::node::Node;
use crate::catalog::read::{json, toml, yaml};

/// The notation of a catalogue text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// YAML 1.2: for people.
    Yaml,
    /// JSON: for programs.
    Json,
    /// TOML 1.1.
    Toml,
}

impl Format {
    /// The notation that a file's ending says: `yaml` or `yml`, `json`, `toml`, in any case.
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            "toml" => Some(Self::Toml),
            _ => None,
        }
    }

    /// The notation that a text seems to be in: JSON where it begins with `{`, else YAML.
    pub fn guess(text: &str) -> Self {
        let begins = text.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
        if begins.starts_with('{') { Self::Json } else { Self::Yaml }
    }

    pub(crate) fn read(self, text: &str) -> Result<Node, Box<Problem>> {
        match self {
            Self::Yaml => yaml::read(text),
            Self::Json => json::read(text),
            Self::Toml => toml::read(text),
        }
    }
}
