//! Arrow arrays of all types that are accepted, brought to a few forms.

mod convert;
mod ids;
mod outcome;
mod set;
mod strings;
mod text;

pub(super) use convert::Converter;
pub(crate) use ids::Ids;
pub(super) use outcome::Events;
pub(super) use outcome::Outcome;
pub(super) use strings::TextOverflow;
pub(super) use text::Text;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, LargeListArray,
    ListArray, PrimitiveArray,
};
use arrow_buffer::ScalarBuffer;
use arrow_schema::{DataType as Arrow, TimeUnit};

use crate::time::{Date, Timestamp};
use crate::value::{DataType, Decimal};

/// What an Arrow type holds, as far as reading it is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Int,
    Float,
    Decimal,
    Text,
    Date,
    Time,
    TextList,
    Null,
}

impl Kind {
    /// The kind of an Arrow type; `None` where it is not accepted at all.
    pub(super) fn of(found: &Arrow) -> Option<Self> {
        Some(match found {
            Arrow::Boolean => Self::Bool,
            found if found.is_integer() => Self::Int,
            Arrow::Float16 | Arrow::Float32 | Arrow::Float64 => Self::Float,
            Arrow::Decimal32(..) | Arrow::Decimal64(..) | Arrow::Decimal128(..) | Arrow::Decimal256(..) => {
                Self::Decimal
            }
            Arrow::Utf8 | Arrow::LargeUtf8 | Arrow::Utf8View => Self::Text,
            Arrow::Date32 | Arrow::Date64 => Self::Date,
            Arrow::Timestamp(..) => Self::Time,
            Arrow::Null => Self::Null,
            Arrow::Dictionary(_, values) if !values.is_nested() => match **values {
                Arrow::Dictionary(..) => return None,
                _ => Self::of(values)?,
            },
            Arrow::List(item) | Arrow::LargeList(item) => match Self::of(item.data_type())? {
                Self::Text | Self::Null => Self::TextList,
                _ => return None,
            },
            _ => return None,
        })
    }
}

/// Whether a found type can be read as a declared one; where not, what to do about it (may be empty).
pub(super) fn check(found: &Arrow, wanted: DataType) -> Result<(), &'static str> {
    let Some(kind) = Kind::of(found) else {
        return Err("leave the column out or convert it before it is handed over");
    };
    let number = matches!(kind, Kind::Int | Kind::Float | Kind::Decimal);
    let fits = match wanted {
        _ if kind == Kind::Null => true,
        DataType::StringSet => matches!(kind, Kind::TextList | Kind::Text),
        _ if kind == Kind::Text => true,
        DataType::Bool => matches!(kind, Kind::Bool | Kind::Int | Kind::Float),
        DataType::Int | DataType::Float | DataType::Decimal { .. } | DataType::String => number,
        DataType::Date | DataType::Timestamp if number => {
            return Err(
                "a number may be seconds, milliseconds or days: convert it to a date or timestamp before it is handed over",
            );
        }
        DataType::Date | DataType::Timestamp => matches!(kind, Kind::Date | Kind::Time),
    };
    match (fits, wanted) {
        (true, _) => Ok(()),
        (false, DataType::String) if matches!(kind, Kind::Date | Kind::Time) => {
            Err("declare it as date or timestamp, or write it as text in the form you want")
        }
        (false, DataType::StringSet) => Err("wanted a list of texts or the text of a JSON array"),
        (false, _) => Err(""),
    }
}

/// The cells of an array, in one of a few forms.
pub(super) enum Cells {
    Bool(BooleanArray),
    Int(Int64Array),
    Float(Float64Array),
    /// Also unsigned integers past `i64::MAX`. A number of more than 38 digits is `i128::MAX`, which fits nowhere.
    Decimal(Decimal128Array),
    Text(Text),
    /// Days since 1970; may be outside the supported years.
    Date(Date32Array),
    /// Microseconds since 1970 UTC; may be outside the supported years.
    Instant(Int64Array),
    /// Microseconds since 1970 as a wall clock shows them.
    Wall(Int64Array),
    Lists(ListArray),
    LargeLists(LargeListArray),
    Null(usize),
}

impl Cells {
    /// The cells of an array of an accepted type; `None` for other types.
    pub(super) fn of(array: &ArrayRef) -> Option<Self> {
        fn ints<T: ArrowPrimitiveType>(array: &ArrayRef) -> Cells
        where
            T::Native: Into<i64>,
        {
            Cells::Int(map::<T, Int64Type>(array, Into::into))
        }
        fn decimals<T: ArrowPrimitiveType>(array: &ArrayRef, scale: i8, to: fn(T::Native) -> i128) -> Cells {
            let values = map::<T, Decimal128Type>(array, to);
            let values = Decimal128Array::new(values.values().clone(), values.nulls().cloned());
            Cells::Decimal(values.with_data_type(Arrow::Decimal128(38, scale)))
        }
        Some(match array.data_type() {
            Arrow::Boolean => Self::Bool(array.as_boolean().clone()),
            Arrow::Int8 => ints::<Int8Type>(array),
            Arrow::Int16 => ints::<Int16Type>(array),
            Arrow::Int32 => ints::<Int32Type>(array),
            Arrow::Int64 => Self::Int(array.as_primitive::<Int64Type>().clone()),
            Arrow::UInt8 => ints::<UInt8Type>(array),
            Arrow::UInt16 => ints::<UInt16Type>(array),
            Arrow::UInt32 => ints::<UInt32Type>(array),
            Arrow::UInt64 => {
                if array.as_primitive::<UInt64Type>().values().iter().all(|&n| i64::try_from(n).is_ok()) {
                    Self::Int(map::<UInt64Type, Int64Type>(array, |n| n as i64))
                } else {
                    decimals::<UInt64Type>(array, 0, i128::from)
                }
            }
            Arrow::Float16 => Self::Float(map::<Float16Type, Float64Type>(array, f64::from)),
            Arrow::Float32 => Self::Float(map::<Float32Type, Float64Type>(array, f64::from)),
            Arrow::Float64 => Self::Float(array.as_primitive::<Float64Type>().clone()),
            Arrow::Decimal32(_, scale) => decimals::<Decimal32Type>(array, *scale, i128::from),
            Arrow::Decimal64(_, scale) => decimals::<Decimal64Type>(array, *scale, i128::from),
            Arrow::Decimal128(..) => Self::Decimal(array.as_primitive::<Decimal128Type>().clone()),
            Arrow::Decimal256(_, scale) => {
                decimals::<Decimal256Type>(array, *scale, |n| n.to_i128().unwrap_or(i128::MAX))
            }
            Arrow::Utf8 | Arrow::LargeUtf8 | Arrow::Utf8View => Self::Text(Text::of(array)?),
            Arrow::Date32 => Self::Date(array.as_primitive::<Date32Type>().clone()),
            Arrow::Date64 => Self::Date(map::<Date64Type, Date32Type>(array, |ms| {
                // A day that does not fit is far outside the supported years: it stays there.
                ms.div_euclid(86_400_000).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
            })),
            Arrow::Timestamp(unit, zone) => {
                let micros = match unit {
                    TimeUnit::Second => {
                        map::<TimestampSecondType, Int64Type>(array, |t| t.saturating_mul(1_000_000))
                    }
                    TimeUnit::Millisecond => {
                        map::<TimestampMillisecondType, Int64Type>(array, |t| t.saturating_mul(1000))
                    }
                    TimeUnit::Microsecond => {
                        array.as_primitive::<TimestampMicrosecondType>().reinterpret_cast::<Int64Type>()
                    }
                    TimeUnit::Nanosecond => {
                        map::<TimestampNanosecondType, Int64Type>(array, |t| t.div_euclid(1000))
                    }
                };
                if zone.is_some() { Self::Instant(micros) } else { Self::Wall(micros) }
            }
            Arrow::Null => Self::Null(array.len()),
            Arrow::List(_) => Self::Lists(array.as_list::<i32>().clone()),
            Arrow::LargeList(_) => Self::LargeLists(array.as_list::<i64>().clone()),
            Arrow::Dictionary(_, values) if Kind::of(values) == Some(Kind::Text) => {
                Self::Text(Text::of(array)?)
            }
            Arrow::Dictionary(..) => {
                let keyed = array.as_any_dictionary();
                Self::of(&arrow_select::take::take(keyed.values(), keyed.keys(), None).ok()?)?
            }
            _ => return None,
        })
    }
}

fn map<A: ArrowPrimitiveType, B: ArrowPrimitiveType>(
    array: &ArrayRef,
    to: impl Fn(A::Native) -> B::Native,
) -> PrimitiveArray<B> {
    let array = array.as_primitive::<A>();
    let values: ScalarBuffer<B::Native> = array.values().iter().map(|&value| to(value)).collect();
    PrimitiveArray::new(values, array.nulls().cloned())
}

/// The cell of a row as text, for samples of rejected rows.
pub(super) fn show(array: &ArrayRef, row: usize) -> String {
    let instant = |micros: i64| {
        Timestamp::try_from_micros(micros)
            .map_or_else(|| format!("{micros} µs after 1970"), |t| t.to_string())
    };
    let array = array.slice(row, 1);
    if array.is_null(0) {
        return String::new();
    }
    match Cells::of(&array) {
        Some(Cells::Bool(cells)) => cells.value(0).to_string(),
        Some(Cells::Int(cells)) => cells.value(0).to_string(),
        Some(Cells::Float(cells)) => cells.value(0).to_string(),
        Some(Cells::Decimal(cells)) => {
            let (digits, scale) = (cells.value(0), cells.scale());
            if digits == i128::MAX {
                "more than 38 digits".to_owned()
            } else if scale < 0 {
                format!("{digits}e{}", -scale)
            } else {
                Decimal::new(digits, scale).to_string()
            }
        }
        Some(Cells::Text(text)) => text.get(0).unwrap_or_default().to_owned(),
        Some(Cells::Date(cells)) => {
            let days = cells.value(0);
            Date::try_from_days(i64::from(days))
                .map_or_else(|| format!("{days} days after 1970"), |d| d.to_string())
        }
        Some(Cells::Instant(cells)) => instant(cells.value(0)),
        Some(Cells::Wall(cells)) => instant(cells.value(0)).trim_end_matches('Z').to_owned(),
        Some(Cells::Lists(cells)) => show_list(&cells.value(0)),
        Some(Cells::LargeLists(cells)) => show_list(&cells.value(0)),
        Some(Cells::Null(_)) | None => String::new(),
    }
}

fn show_list(items: &ArrayRef) -> String {
    let shown: Vec<String> = (0..items.len().min(10)).map(|row| show(items, row)).collect();
    format!("[{}]", shown.join(", "))
}
