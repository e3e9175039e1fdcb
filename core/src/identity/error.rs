//! What can be wrong with the rules or with how rows are handed over.

/// A mistake in the definition of identifiers, or in how rows were handed over. Bad values in rows are no errors:
/// they are counted in the [`IdentityReport`](crate::identity::IdentityReport).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// A kind of identifier without a usable name.
    #[error("a kind of identifiers is named {name:?}, wanted a name that is not empty and has no NUL")]
    KindName {
        /// The name that was found.
        name: String,
    },
    /// More kinds than can be handled.
    #[error("{found} kinds of identifiers, wanted at most {most}")]
    TooManyKinds {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// `max_per_profile: 0`, which no profile could satisfy.
    #[error("identifier `{kind}` has `max_per_profile` 0, wanted at least 1")]
    ZeroCap {
        /// The kind of identifier.
        kind: String,
    },
    /// A kind index that the rules do not have.
    #[error("identifier kind {index} of {n_kinds}, wanted an index below that")]
    UnknownKind {
        /// The index that was found.
        index: usize,
        /// How many kinds there are.
        n_kinds: usize,
    },
    /// Two columns of one kind in the same rows.
    #[error("two columns of identifier `{kind}` in one source, wanted at most one")]
    RepeatedKind {
        /// The kind of identifier.
        kind: String,
    },
    /// A column with another number of rows than its source.
    #[error("the column of identifier `{kind}` has {found} rows, its source has {wanted}")]
    ColumnLength {
        /// The kind of identifier.
        kind: String,
        /// Rows in the column.
        found: usize,
        /// Rows in the source.
        wanted: usize,
    },
    /// More distinct identifiers, or more distinct combinations of them, than can be numbered.
    #[error("more than {most} distinct {what}")]
    Full {
        /// What there are too many of.
        what: &'static str,
        /// How many there may be.
        most: u32,
    },
}

impl IdentityError {
    /// A name of the mistake that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::KindName { .. } => "identity.kind_name",
            Self::TooManyKinds { .. } => "identity.too_many_kinds",
            Self::ZeroCap { .. } => "identity.zero_cap",
            Self::UnknownKind { .. } => "identity.unknown_kind",
            Self::RepeatedKind { .. } => "identity.repeated_kind",
            Self::ColumnLength { .. } => "identity.column_length",
            Self::Full { .. } => "identity.full",
        }
    }
}
