//! Kinds of identifiers.

use serde::{Deserialize, Serialize};

/// A kind of identifier, such as a membership number, a phone number or a device.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct IdentifierDef {
    /// Whether it joins rows to one person (`strong`, the default) or only attaches rows (`weak`).
    pub strength: Strength,
    /// How values are brought to one form before they are compared.
    pub normalise: Normalise,
    /// How many values of this kind one profile may have; a join that would give more is refused and reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_per_profile: Option<u32>,
    /// To how many profiles of stronger kinds one value may be linked before it is taken for shared and joins nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_profiles: Option<u32>,
    /// Values that identify nobody, such as placeholders.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub block: Vec<String>,
    /// Whether values are personal data: masked where they are shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub personal: bool,
    /// Title for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What an identifier proves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Strength {
    /// The same value means the same person.
    #[default]
    Strong,
    /// Attaches rows to the one profile it was seen with; never joins two.
    Weak,
}

/// How the values of an identifier are brought to one form. All but `none` first turn full-width letters and digits
/// into plain ones, trim white space and drop the `.0` that spreadsheets add to whole numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Normalise {
    /// Full-width forms, white space at the ends and `.0`.
    #[default]
    Trim,
    /// Nothing: values are compared as they stand.
    None,
    /// Chinese mobile numbers: spaces, hyphens and `+86`/`0086`/`86` dropped; 11 digits that begin with 13 to 19,
    /// anything else is no identifier.
    CnMobile,
    /// E-mail addresses: lower case; without exactly one `@` between two parts it is no identifier.
    Email,
    /// Lower case.
    Lower,
    /// Digits only; a value without digits is no identifier.
    Digits,
}
