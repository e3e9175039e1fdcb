//! Rules: the kinds of identifiers, in the order of what they prove.

use indexmap::IndexMap;
use rustc_hash::FxHashSet;

use crate::catalog::model::{IdentifierDef, Normalise, Strength};
use crate::identity::IdentityError;
use crate::identity::mask::mask;
use crate::identity::normalise::normalise;

/// The kinds of identifiers of a catalogue: the strong ones first, then the weak ones, each in catalogue order.
///
/// A kind's index in this order is what every other function of this module calls `kind`.
#[derive(Debug, Clone)]
pub struct Rules {
    kinds: Vec<Kind>,
}

#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub(super) name: String,
    pub(super) strength: Strength,
    pub(super) max_per_profile: Option<u32>,
    pub(super) max_profiles: Option<u32>,
    pub(super) personal: bool,
    normalise: Normalise,
    block: FxHashSet<String>,
}

/// What a value of a source is worth.
pub(super) enum Usable<'a> {
    /// An identifier, in its one form.
    Yes(std::borrow::Cow<'a, str>),
    /// Blocked, in its one form.
    Blocked(std::borrow::Cow<'a, str>),
    /// No identifier.
    Invalid,
}

impl Rules {
    /// The most kinds that there may be.
    pub const MAX_KINDS: usize = 64;

    /// Makes rules of the catalogue's definitions, given strongest first.
    ///
    /// Blocked values are normalised like any other; one that is no identifier has no effect.
    ///
    /// # Errors
    /// A name that is empty or has a NUL, a `max_per_profile` of 0, or more than [`Rules::MAX_KINDS`] kinds.
    pub fn new(definitions: &IndexMap<String, IdentifierDef>) -> Result<Self, IdentityError> {
        if definitions.len() > Self::MAX_KINDS {
            return Err(IdentityError::TooManyKinds { found: definitions.len(), most: Self::MAX_KINDS });
        }
        let mut kinds = Vec::with_capacity(definitions.len());
        for (name, definition) in definitions {
            if name.is_empty() || name.contains('\0') {
                return Err(IdentityError::KindName { name: name.clone() });
            }
            if definition.max_per_profile == Some(0) {
                return Err(IdentityError::ZeroCap { kind: name.clone() });
            }
            let block = definition.block.iter().filter_map(|value| normalise(definition.normalise, value));
            kinds.push(Kind {
                name: name.clone(),
                strength: definition.strength,
                max_per_profile: definition.max_per_profile,
                max_profiles: definition.max_profiles,
                personal: definition.personal,
                normalise: definition.normalise,
                block: block.map(std::borrow::Cow::into_owned).collect(),
            });
        }
        kinds.sort_by_key(|kind| kind.strength == Strength::Weak);
        Ok(Self { kinds })
    }

    /// How many kinds there are.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether there are no kinds.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// The index of the kind with a name.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.kinds.iter().position(|kind| kind.name == name)
    }

    /// The name of a kind, `None` where there is no such index.
    pub fn name(&self, kind: usize) -> Option<&str> {
        self.kinds.get(kind).map(|kind| kind.name.as_str())
    }

    /// Whether values of a kind are personal data; no, where there is no such index.
    pub fn is_personal(&self, kind: usize) -> bool {
        self.kinds.get(kind).is_some_and(|kind| kind.personal)
    }

    pub(super) fn kinds(&self) -> &[Kind] {
        &self.kinds
    }
}

impl Kind {
    pub(super) fn judge<'a>(&self, value: &'a str) -> Usable<'a> {
        match normalise(self.normalise, value) {
            None => Usable::Invalid,
            Some(value) if self.block.contains(value.as_ref()) => Usable::Blocked(value),
            Some(value) => Usable::Yes(value),
        }
    }

    /// A value as it may be shown in a report: of personal values no more than the ends.
    pub(super) fn show(&self, value: &str) -> String {
        if self.personal { mask(value) } else { value.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definitions(kinds: &[(&str, IdentifierDef)]) -> IndexMap<String, IdentifierDef> {
        kinds.iter().map(|(name, definition)| ((*name).to_owned(), definition.clone())).collect()
    }

    #[test]
    fn strong_kinds_come_first() {
        let weak = IdentifierDef { strength: Strength::Weak, ..IdentifierDef::default() };
        let rules = Rules::new(&definitions(&[
            ("device", weak.clone()),
            ("member", IdentifierDef::default()),
            ("cookie", weak),
            ("phone", IdentifierDef::default()),
        ]))
        .unwrap();
        let names: Vec<_> = (0..rules.len()).filter_map(|kind| rules.name(kind)).collect();
        assert_eq!(names, ["member", "phone", "device", "cookie"]);
        assert_eq!(rules.index_of("cookie"), Some(3));
        assert_eq!(rules.index_of("card"), None);
    }

    #[test]
    fn bad_definitions_are_refused() {
        let code = |kinds: &[(&str, IdentifierDef)]| Rules::new(&definitions(kinds)).unwrap_err().code();
        let zero = IdentifierDef { max_per_profile: Some(0), ..IdentifierDef::default() };
        assert_eq!(code(&[("phone", zero)]), "identity.zero_cap");
        assert_eq!(code(&[("", IdentifierDef::default())]), "identity.kind_name");
        assert_eq!(code(&[("a\0b", IdentifierDef::default())]), "identity.kind_name");
        let many = (0..65).map(|i| (format!("k{i}"), IdentifierDef::default())).collect();
        assert_eq!(Rules::new(&many).unwrap_err().code(), "identity.too_many_kinds");
    }
}
