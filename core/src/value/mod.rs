//! Types, single values and columns: what every other module speaks.
//!
//! A [`Column`] is a typed, immutable, cheaply cloned array over Arrow buffers; a [`Value`] is one cell of it;
//! a [`DataType`] is what the catalogue and the rule language call its type.

mod arrow;
mod build;
mod codes;
mod column;
mod compare;
mod data_type;
mod decimal;
mod dictionary;
mod distinct;
mod head;
mod interop;
mod packed;
mod scalar;
mod scatter;
mod slots;
mod strings;

pub use build::ColumnBuilder;
pub use codes::Codes;
pub use column::{Column, NO_ROW};
pub use compare::{compare_int_float, compare_rows};
pub use data_type::{DataType, ParseDataTypeError};
pub use decimal::{Decimal, ParseDecimalError};
pub(crate) use distinct::{ByCode, LANES, TooManyValues, ValueSet};
pub(crate) use head::Head;
pub use interop::UnsupportedArrowType;
pub(crate) use packed::Packed;
pub use scalar::Value;
pub(crate) use scatter::Scattered;
pub(crate) use strings::SetMasks;
pub use strings::{StringColumn, StringSetColumn};
