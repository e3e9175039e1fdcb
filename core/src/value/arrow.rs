//! Arrow arrays of any producer as columns.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrowPrimitiveType, OffsetSizeTrait, PrimitiveArray};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType as Arrow, TimeUnit};

use crate::time::{Timestamp, Zone};
use crate::value::{Column, DataType, StringColumn, StringSetColumn, UnsupportedArrowType};

const MILLIS_PER_DAY: i64 = 86_400_000;

impl Column {
    /// Takes values from Arrow: booleans, integers and floats of any width, `Decimal128`, dates, timestamps of any
    /// unit, text in any layout, and lists of text (as sets). Text and lists are dictionary-coded once, here.
    ///
    /// What does not fit becomes null: unsigned integers past the largest `int64`, instants outside the years 1 to
    /// 9999. NaN stays; rules take it for null. Parts of a microsecond are dropped. A timestamp without a time zone
    /// is a wall clock of `zone`.
    ///
    /// # Errors
    /// [`UnsupportedArrowType`] for every other type.
    pub fn from_arrow(array: &dyn Array, zone: &Zone) -> Result<Self, UnsupportedArrowType> {
        let int = |column| Ok(Self::Int(column));
        match array.data_type() {
            Arrow::Null => Ok(Self::nulls(DataType::String, array.len())),
            Arrow::Boolean => Ok(Self::Bool(array.as_boolean().clone())),
            Arrow::Int8 => int(mapped::<Int8Type, _>(array, i64::from)),
            Arrow::Int16 => int(mapped::<Int16Type, _>(array, i64::from)),
            Arrow::Int32 => int(mapped::<Int32Type, _>(array, i64::from)),
            Arrow::Int64 => int(array.as_primitive::<Int64Type>().clone()),
            Arrow::UInt8 => int(mapped::<UInt8Type, _>(array, i64::from)),
            Arrow::UInt16 => int(mapped::<UInt16Type, _>(array, i64::from)),
            Arrow::UInt32 => int(mapped::<UInt32Type, _>(array, i64::from)),
            Arrow::UInt64 => {
                int(array.as_primitive::<UInt64Type>().unary_opt(|value| i64::try_from(value).ok()))
            }
            Arrow::Float32 => Ok(Self::Float(mapped::<Float32Type, _>(array, f64::from))),
            Arrow::Float64 => Ok(Self::Float(array.as_primitive::<Float64Type>().clone())),
            Arrow::Decimal128(..) => Ok(Self::Decimal(array.as_primitive::<Decimal128Type>().clone())),
            Arrow::Date32 => Ok(Self::Date(array.as_primitive::<Date32Type>().clone())),
            Arrow::Date64 => {
                let day = |millis: i64| i32::try_from(millis.div_euclid(MILLIS_PER_DAY)).ok();
                Ok(Self::Date(array.as_primitive::<Date64Type>().unary_opt(day)))
            }
            Arrow::Timestamp(unit, named) => Ok(timestamps(array, *unit, named.is_none().then_some(zone))),
            Arrow::List(_) => set::<i32>(array),
            Arrow::LargeList(_) => set::<i64>(array),
            _ => StringColumn::from_arrow(array).map(Self::String),
        }
    }
}

fn mapped<From: ArrowPrimitiveType, To: ArrowPrimitiveType>(
    array: &dyn Array,
    f: impl Fn(From::Native) -> To::Native,
) -> PrimitiveArray<To> {
    array.as_primitive::<From>().unary(f)
}

fn timestamps(array: &dyn Array, unit: TimeUnit, wall: Option<&Zone>) -> Column {
    type Micros = TimestampMicrosecondType;
    let instant = |micros: Option<i64>| {
        let micros = micros.filter(|&micros| Timestamp::try_from_micros(micros).is_some())?;
        match wall {
            Some(zone) => zone.instant_at_wall_clock(micros).map(Timestamp::micros),
            None => Some(micros),
        }
    };
    let found: PrimitiveArray<Micros> = match unit {
        TimeUnit::Second => array
            .as_primitive::<TimestampSecondType>()
            .unary_opt(|value| instant(value.checked_mul(1_000_000))),
        TimeUnit::Millisecond => array
            .as_primitive::<TimestampMillisecondType>()
            .unary_opt(|value| instant(value.checked_mul(1_000))),
        TimeUnit::Microsecond => array.as_primitive::<Micros>().unary_opt(|value| instant(Some(value))),
        TimeUnit::Nanosecond => array
            .as_primitive::<TimestampNanosecondType>()
            .unary_opt(|value| instant(Some(value.div_euclid(1_000)))),
    };
    Column::Timestamp(found.with_timezone("UTC"))
}

/// Lists of text; nulls within a list are left out.
fn set<O: OffsetSizeTrait>(array: &dyn Array) -> Result<Column, UnsupportedArrowType> {
    let lists = array.as_list::<O>();
    let items = StringColumn::from_arrow(lists.values())
        .map_err(|_| UnsupportedArrowType { found: array.data_type().clone() })?;
    // Members stand in the byte order of their texts, so the dictionary's order is worked out first.
    let mut order: Vec<u32> = (0..items.values().len() as u32).collect();
    order.sort_unstable_by_key(|&code| items.values().value(code as usize));
    let mut ranks = vec![0u32; order.len()];
    for (rank, &code) in (0..).zip(&order) {
        ranks[code as usize] = rank;
    }
    let mut codes: Vec<u32> = Vec::with_capacity(items.codes().len());
    let mut lengths = Vec::with_capacity(lists.len());
    let offsets = lists.value_offsets();
    for row in 0..lists.len() {
        let start = codes.len();
        if lists.is_valid(row) {
            let members = offsets[row].as_usize()..offsets[row + 1].as_usize();
            codes.extend(members.filter(|&at| items.codes().is_valid(at)).map(|at| items.codes().value(at)));
            let own = &mut codes[start..];
            own.sort_unstable_by_key(|&code| ranks[code as usize]);
            let mut kept = start;
            for at in start..codes.len() {
                if at == start || codes[at] != codes[kept - 1] {
                    codes[kept] = codes[at];
                    kept += 1;
                }
            }
            codes.truncate(kept);
        }
        lengths.push(codes.len() - start);
    }
    Ok(Column::StringSet(StringSetColumn::new(
        OffsetBuffer::from_lengths(lengths),
        ScalarBuffer::from(codes),
        lists.nulls().cloned(),
        Arc::clone(items.values()),
    )))
}

#[cfg(test)]
mod tests {
    use arrow_array::{
        Float32Array, Int8Array, ListArray, StringArray, TimestampNanosecondArray, TimestampSecondArray,
        UInt64Array,
    };
    use arrow_schema::Field;

    use super::*;
    use crate::value::Value;

    fn column(array: &dyn Array) -> Column {
        Column::from_arrow(array, &Zone::named("Asia/Shanghai").unwrap()).unwrap()
    }

    #[test]
    fn numbers_of_any_width() {
        assert_eq!(column(&Int8Array::from(vec![Some(-3), None])).value(0), Value::Int(-3));
        let large = column(&UInt64Array::from(vec![7, u64::MAX]));
        assert_eq!((large.value(0), large.value(1)), (Value::Int(7), Value::Null));
        assert_eq!(column(&Float32Array::from(vec![0.5])).value(0), Value::Float(0.5));
    }

    #[test]
    fn timestamps_of_any_unit() {
        let wall = column(&TimestampSecondArray::from(vec![0, i64::MAX]));
        // Midnight in Shanghai is eight hours before midnight in UTC.
        assert_eq!(wall.value(0), Value::Timestamp(Timestamp::from_micros(-8 * 3_600_000_000)));
        assert!(wall.is_null(1));
        let instant = column(&TimestampNanosecondArray::from(vec![-1]).with_timezone("UTC"));
        assert_eq!(instant.value(0), Value::Timestamp(Timestamp::from_micros(-1)));
    }

    #[test]
    fn lists_become_sets() {
        let items = StringArray::from(vec![Some("b"), Some("a"), Some("b"), None, Some("c")]);
        let lists = ListArray::new(
            Arc::new(Field::new("item", Arrow::Utf8, true)),
            OffsetBuffer::from_lengths([4, 0, 1]),
            Arc::new(items),
            None,
        );
        let sets = column(&lists.slice(0, 3));
        assert_eq!(sets.value(0), Value::StringSet(vec!["a".into(), "b".into()]));
        assert_eq!(sets.value(1), Value::StringSet(Vec::new()));
        assert_eq!(column(&lists.slice(2, 1)).value(0), Value::StringSet(vec!["c".into()]));
    }

    #[test]
    fn other_types_are_refused() {
        let numbers = ListArray::from_iter_primitive::<Int64Type, _, _>([Some([Some(1)])]);
        assert!(Column::from_arrow(&numbers, &Zone::utc()).is_err());
    }
}
