//! Why a value could not be decoded, before it is known where it stands.

use std::fmt::{self, Display};

use serde::de::{self, Expected, Unexpected};

/// What goes wrong in the decoder. Most of it has no place yet: that is added by whoever hands out the value.
#[derive(Debug)]
pub(crate) enum Fail {
    /// Not what is wanted here.
    WrongType { wanted: String },
    /// The right type, but no value of it.
    Invalid { message: String },
    /// No alternative of that name.
    UnknownVariant { found: String, wanted: &'static [&'static str] },
    /// No field of that name.
    UnknownField { found: String, wanted: &'static [&'static str] },
    /// A field that must be there is not.
    Missing { field: &'static str },
    /// It has been reported; the entry or item that it is in has still to be left out of the next pass.
    Reported,
    /// It has been reported, and what it is in is left out: another pass will find what comes after.
    LeftOut,
}

impl Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongType { wanted } => write!(f, "wanted {wanted}"),
            Self::Invalid { message } => f.write_str(message),
            Self::UnknownVariant { found, .. } | Self::UnknownField { found, .. } => {
                write!(f, "unknown `{found}`")
            }
            Self::Missing { field } => write!(f, "`{field}` is missing"),
            Self::Reported | Self::LeftOut => f.write_str("reported"),
        }
    }
}

impl std::error::Error for Fail {}

impl de::Error for Fail {
    fn custom<T: Display>(message: T) -> Self {
        Self::Invalid { message: message.to_string() }
    }

    fn invalid_type(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::WrongType { wanted: wanted.to_string() }
    }

    fn invalid_value(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::WrongType { wanted: wanted.to_string() }
    }

    fn unknown_variant(found: &str, wanted: &'static [&'static str]) -> Self {
        Self::UnknownVariant { found: found.to_owned(), wanted }
    }

    fn unknown_field(found: &str, wanted: &'static [&'static str]) -> Self {
        Self::UnknownField { found: found.to_owned(), wanted }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing { field }
    }
}
