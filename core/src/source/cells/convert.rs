//! Arrays of any accepted type to columns of the declared type.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float64Type, Int64Type, TimestampMicrosecondType,
};
use arrow_array::{Array, ArrayRef, BooleanArray, PrimitiveArray, new_null_array};
use arrow_buffer::NullBuffer;
use arrow_schema::ArrowError;

use crate::source::cells::outcome::{Builder, Events};
use crate::source::cells::set::SetBuilder;
use crate::source::cells::strings::{TextBuilder, TextOverflow};
use crate::source::cells::{Cells, Outcome};
use crate::source::parse::{self, TextRules, WallClock};
use crate::source::report::Fault;
use crate::time::{Date, Timestamp, Zone};
use crate::value::{Column, DataType, Decimal};

/// Puts one column together, chunk by chunk.
pub(in crate::source) struct Converter<'a> {
    wanted: DataType,
    rules: &'a TextRules,
    clock: WallClock,
    chunks: Chunks,
}

enum Chunks {
    /// Arrays of the Arrow type of the column.
    Arrays(Vec<ArrayRef>),
    Text(Box<TextBuilder>),
    Set(Box<SetBuilder>),
}

impl<'a> Converter<'a> {
    pub(in crate::source) fn new(wanted: DataType, rules: &'a TextRules, zone: &Zone) -> Self {
        let chunks = match wanted {
            DataType::String => Chunks::Text(Box::default()),
            DataType::StringSet => Chunks::Set(Box::default()),
            _ => Chunks::Arrays(Vec::new()),
        };
        Self { wanted, rules, clock: WallClock::new(zone.clone()), chunks }
    }

    /// Adds an array whose type passed [`check`](crate::source::cells::check). A cell that cannot be read is a fault
    /// and null.
    pub(in crate::source) fn push(&mut self, array: &ArrayRef) -> Events {
        let mut events = Events::default();
        let cells = Cells::of(array).unwrap_or(Cells::Null(array.len()));
        match &mut self.chunks {
            Chunks::Text(builder) => builder.push(&cells, self.rules, &mut events),
            Chunks::Set(builder) => builder.push(&cells, self.rules, &mut events),
            Chunks::Arrays(arrays) => {
                let array: ArrayRef = match self.wanted {
                    _ if matches!(cells, Cells::Null(_)) => {
                        new_null_array(&self.wanted.to_arrow(), array.len())
                    }
                    DataType::Bool => Arc::new(bools(cells, self.rules, &mut events)),
                    DataType::Int => Arc::new(ints(cells, self.rules, &mut events)),
                    DataType::Float => Arc::new(floats(cells, self.rules, &mut events)),
                    DataType::Decimal { precision, scale } => Arc::new(
                        decimals(cells, precision, scale, self.rules, &mut events)
                            .with_data_type(self.wanted.to_arrow()),
                    ),
                    DataType::Date => Arc::new(dates(cells, self.rules, &mut self.clock, &mut events)),
                    _ => Arc::new(
                        timestamps(cells, self.rules, &mut self.clock, &mut events).with_timezone("UTC"),
                    ),
                };
                arrays.push(array);
            }
        }
        events
    }

    /// Gives the column.
    pub(in crate::source) fn finish(self) -> Result<Column, TextOverflow> {
        Ok(match self.chunks {
            Chunks::Text(builder) => Column::String(builder.finish()?),
            Chunks::Set(builder) => builder.finish(),
            Chunks::Arrays(arrays) => {
                let Ok(array) = joined(&arrays) else { return Ok(Column::nulls(self.wanted, 0)) };
                match self.wanted {
                    DataType::Bool => Column::Bool(array.as_boolean().clone()),
                    DataType::Int => Column::Int(array.as_primitive::<Int64Type>().clone()),
                    DataType::Float => Column::Float(array.as_primitive::<Float64Type>().clone()),
                    DataType::Decimal { .. } => {
                        Column::Decimal(array.as_primitive::<Decimal128Type>().clone())
                    }
                    DataType::Date => Column::Date(array.as_primitive::<Date32Type>().clone()),
                    _ => Column::Timestamp(array.as_primitive::<TimestampMicrosecondType>().clone()),
                }
            }
        })
    }
}

/// Joins arrays end to end; one array is given as it is. Without an array there is no type, which is an error.
fn joined(arrays: &[ArrayRef]) -> Result<ArrayRef, ArrowError> {
    if let [only] = arrays {
        return Ok(Arc::clone(only));
    }
    let parts: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
    arrow_select::concat::concat(&parts)
}

/// Reads each number that is not null.
fn each<A: ArrowPrimitiveType, T: Default>(
    array: &PrimitiveArray<A>,
    events: &mut Events,
    mut read: impl FnMut(A::Native) -> Outcome<T>,
) -> (Vec<T>, Option<NullBuffer>) {
    let mut builder = Builder::new(array.len(), events);
    let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
    for (row, &value) in array.values().iter().enumerate() {
        let null = nulls.is_some_and(|nulls| nulls.is_null(row));
        builder.push(if null { Outcome::Null } else { read(value) });
    }
    builder.finish()
}

fn array<T: ArrowPrimitiveType>(cells: (Vec<T::Native>, Option<NullBuffer>)) -> PrimitiveArray<T> {
    PrimitiveArray::new(cells.0.into(), cells.1)
}

/// Types were checked before the first chunk: other cells do not come here.
fn no_cells<T: ArrowPrimitiveType>() -> PrimitiveArray<T> {
    PrimitiveArray::new(Vec::new().into(), None)
}

fn bools(cells: Cells, rules: &TextRules, events: &mut Events) -> BooleanArray {
    let (values, nulls) = match cells {
        Cells::Bool(array) => return array,
        Cells::Int(array) => each(&array, events, |n| match n {
            0 => Outcome::Value(false),
            1 => Outcome::Value(true),
            _ => Outcome::Fault(Fault::NotABool),
        }),
        Cells::Float(array) => each(&array, events, |n| match n {
            0.0 => Outcome::Value(false),
            1.0 => Outcome::Value(true),
            n if n.is_nan() => Outcome::Nan,
            _ => Outcome::Fault(Fault::NotABool),
        }),
        Cells::Text(text) => text.parse(events, |text| rules.bool(text)),
        _ => (Vec::new(), None),
    };
    BooleanArray::new(values.into(), nulls)
}

fn ints(cells: Cells, rules: &TextRules, events: &mut Events) -> PrimitiveArray<Int64Type> {
    match cells {
        Cells::Int(array) => array,
        Cells::Float(cells) => array(each(&cells, events, parse::exact_int_of_float)),
        Cells::Decimal(cells) => {
            let scale = cells.scale();
            array(each(&cells, events, |n| {
                at_scale_0_or_more(n, scale).map_or(Outcome::Fault(Fault::OutOfRange), parse::decimal_to_int)
            }))
        }
        Cells::Text(text) => array(text.parse(events, |text| rules.int(text))),
        _ => no_cells(),
    }
}

fn floats(cells: Cells, rules: &TextRules, events: &mut Events) -> PrimitiveArray<Float64Type> {
    match cells {
        Cells::Int(cells) => array(each(&cells, events, |n| Outcome::Value(n as f64))),
        Cells::Float(cells) if cells.values().iter().all(|n| n.is_finite()) => cells,
        Cells::Float(cells) => array(each(&cells, events, |n| match n {
            n if n.is_nan() => Outcome::Nan,
            n if n.is_infinite() => Outcome::Fault(Fault::Infinite),
            n => Outcome::Value(n),
        })),
        Cells::Decimal(cells) => {
            let scale = cells.scale();
            array(each(&cells, events, |n| {
                at_scale_0_or_more(n, scale)
                    .map_or(Outcome::Fault(Fault::OutOfRange), |d| Outcome::Value(d.to_f64()))
            }))
        }
        Cells::Text(text) => array(text.parse(events, |text| rules.float(text))),
        _ => no_cells(),
    }
}

fn decimals(
    cells: Cells,
    precision: u8,
    scale: i8,
    rules: &TextRules,
    events: &mut Events,
) -> PrimitiveArray<Decimal128Type> {
    match cells {
        Cells::Int(cells) => array(each(&cells, events, |n| {
            parse::decimal_to_scale(Decimal::new(i128::from(n), 0), precision, scale)
        })),
        Cells::Float(cells) => array(each(&cells, events, |n| parse::decimal_of_float(n, precision, scale))),
        Cells::Decimal(cells)
            if cells.scale() == scale
                && cells
                    .values()
                    .iter()
                    .all(|&n| n != i128::MIN && Decimal::new(n, scale).fits(precision)) =>
        {
            cells
        }
        Cells::Decimal(cells) => {
            let found = cells.scale();
            array(each(&cells, events, |n| {
                at_scale_0_or_more(n, found).map_or(Outcome::Fault(Fault::OutOfRange), |d| {
                    parse::decimal_to_scale(d, precision, scale)
                })
            }))
        }
        Cells::Text(text) => array(text.parse(events, |text| rules.decimal(text, precision, scale))),
        _ => no_cells(),
    }
}

/// A decimal as Arrow holds it; `None` where it has more than 38 digits. Arrow's scale may be negative (thousands).
pub(super) fn at_scale_0_or_more(unscaled: i128, scale: i8) -> Option<Decimal> {
    // The smallest i128 has no opposite: keep it away from code that takes sizes.
    let d = Decimal::new(unscaled, scale);
    if unscaled == i128::MIN || !d.fits(38) {
        return None;
    }
    if scale >= 0 { Some(d) } else { d.rescale(0).filter(|d| d.fits(38)) }
}

fn dates(
    cells: Cells,
    rules: &TextRules,
    clock: &mut WallClock,
    events: &mut Events,
) -> PrimitiveArray<Date32Type> {
    match cells {
        Cells::Date(cells)
            if cells.values().iter().all(|&d| (Date::MIN.days()..=Date::MAX.days()).contains(&d)) =>
        {
            cells
        }
        Cells::Date(cells) => array(each(&cells, events, |d| parse::day(i64::from(d)))),
        Cells::Instant(cells) => array(each(&cells, events, |t| parse::instant_to_date(t, clock))),
        Cells::Wall(cells) => array(each(&cells, events, parse::wall_to_date)),
        Cells::Text(text) => array(text.parse(events, |text| rules.date(text, clock))),
        _ => no_cells(),
    }
}

fn timestamps(
    cells: Cells,
    rules: &TextRules,
    clock: &mut WallClock,
    events: &mut Events,
) -> PrimitiveArray<TimestampMicrosecondType> {
    let supported = |micros: &i64| (Timestamp::MIN.micros()..=Timestamp::MAX.micros()).contains(micros);
    match cells {
        Cells::Date(cells) => array(each(&cells, events, |d| {
            parse::day(i64::from(d))
                .map(|d| Outcome::Value(clock.zone().start_of(Date::from_days(d)).micros()))
        })),
        Cells::Instant(cells) if cells.values().iter().all(supported) => cells.reinterpret_cast(),
        Cells::Wall(cells) if *clock.zone() == Zone::utc() && cells.values().iter().all(supported) => {
            cells.reinterpret_cast()
        }
        Cells::Instant(cells) => array(each(&cells, events, parse::instant)),
        Cells::Wall(cells) => array(each(&cells, events, |wall| parse::wall_to_instant(wall, clock))),
        Cells::Text(text) => array(text.parse(events, |text| rules.timestamp(text, clock))),
        _ => no_cells(),
    }
}
