//! Columns in as little room as their values allow, for rows that wait.

use std::io::{self, Read, Write};
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{
    Array, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray, UInt32Array,
};
use arrow_buffer::{
    ArrowNativeType, BooleanBuffer, Buffer, MutableBuffer, NullBuffer, NullBufferBuilder, OffsetBuffer,
    ScalarBuffer,
};

use crate::value::{Column, DataType, StringColumn, StringSetColumn};

/// Values of one column in some rows: whole numbers as wide as the largest of them, text as codes.
///
/// The type of the values and the texts of codes are known to whoever holds this.
#[derive(Debug, Clone)]
pub(crate) struct Packed {
    cells: Cells,
    nulls: Option<NullBuffer>,
}

#[derive(Debug, Clone)]
enum Cells {
    U8(ScalarBuffer<u8>),
    U16(ScalarBuffer<u16>),
    U32(ScalarBuffer<u32>),
    I16(ScalarBuffer<i16>),
    I32(ScalarBuffer<i32>),
    I64(ScalarBuffer<i64>),
    F64(ScalarBuffer<f64>),
    I128(ScalarBuffer<i128>),
    Sets { offsets: OffsetBuffer<i32>, codes: ScalarBuffer<u32> },
}

/// Does the same with cells of each width.
macro_rules! with_numbers {
    ($cells:expr, $array:ident => $same:expr, sets($offsets:ident, $codes:ident) => $sets:expr) => {
        match $cells {
            Cells::U8($array) => $same,
            Cells::U16($array) => $same,
            Cells::U32($array) => $same,
            Cells::I16($array) => $same,
            Cells::I32($array) => $same,
            Cells::I64($array) => $same,
            Cells::F64($array) => $same,
            Cells::I128($array) => $same,
            Cells::Sets { offsets: $offsets, codes: $codes } => $sets,
        }
    };
}

impl Packed {
    /// Packs a column. Text becomes codes into the column's own dictionary.
    pub(crate) fn of(column: &Column) -> Self {
        let cells = match column {
            Column::Bool(a) => Cells::U8(a.values().iter().map(u8::from).collect()),
            Column::Int(a) => whole(a.values()),
            Column::Float(a) => Cells::F64(a.values().clone()),
            Column::Decimal(a) => decimal(a.values()),
            Column::String(a) => return Self::codes(a.codes().values(), a.values().len(), a.codes().nulls()),
            Column::Date(a) => Cells::I32(a.values().clone()),
            Column::Timestamp(a) => Cells::I64(a.values().clone()),
            Column::StringSet(a) => {
                Cells::Sets { offsets: a.offsets().clone(), codes: a.all_codes().clone() }
            }
        };
        Self { cells, nulls: held(column.null_buffer()) }
    }

    /// Packs numbers below `end`.
    pub(crate) fn codes(codes: &[u32], end: usize, nulls: Option<&NullBuffer>) -> Self {
        let cells = if end <= 1 << 8 {
            Cells::U8(codes.iter().map(|&code| code as u8).collect())
        } else if end <= 1 << 16 {
            Cells::U16(codes.iter().map(|&code| code as u16).collect())
        } else {
            Cells::U32(codes.to_vec().into())
        };
        Self { cells, nulls: held(nulls) }
    }

    /// How many rows.
    pub(crate) fn len(&self) -> usize {
        with_numbers!(&self.cells, a => a.len(), sets(offsets, _c) => offsets.len() - 1)
    }

    /// How much room it takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let cells = with_numbers!(&self.cells, a => a.inner().len(), sets(o, c) => o.inner().inner().len() + c.inner().len());
        cells + self.nulls.as_ref().map_or(0, |nulls| nulls.len() / 8)
    }

    /// The rows at `rows`, in that order.
    pub(crate) fn take(&self, rows: &[u32]) -> Self {
        fn taken<T: ArrowNativeType>(array: &[T], rows: &[u32]) -> ScalarBuffer<T> {
            rows.iter().map(|&row| array[row as usize]).collect::<Vec<T>>().into()
        }
        let cells = match &self.cells {
            Cells::U8(a) => Cells::U8(taken(a, rows)),
            Cells::U16(a) => Cells::U16(taken(a, rows)),
            Cells::U32(a) => Cells::U32(taken(a, rows)),
            Cells::I16(a) => Cells::I16(taken(a, rows)),
            Cells::I32(a) => Cells::I32(taken(a, rows)),
            Cells::I64(a) => Cells::I64(taken(a, rows)),
            Cells::F64(a) => Cells::F64(taken(a, rows)),
            Cells::I128(a) => Cells::I128(taken(a, rows)),
            Cells::Sets { offsets, codes } => {
                let members =
                    |row: u32| &codes[offsets[row as usize] as usize..offsets[row as usize + 1] as usize];
                Cells::Sets {
                    offsets: OffsetBuffer::from_lengths(rows.iter().map(|&row| members(row).len())),
                    codes: rows.iter().flat_map(|&row| members(row)).copied().collect(),
                }
            }
        };
        let nulls =
            self.nulls.as_ref().map(|nulls| rows.iter().map(|&row| nulls.is_valid(row as usize)).collect());
        Self { cells, nulls: held(nulls.as_ref()) }
    }

    /// Other codes for the same texts, each told by `place`, which may be asked for codes that no row has, too; all are
    /// below `end`.
    pub(crate) fn with_codes(self, place: impl Fn(u32) -> u32, end: usize) -> Self {
        if let Cells::Sets { offsets, codes } = self.cells {
            let codes = codes.iter().map(|&code| place(code)).collect();
            return Self { cells: Cells::Sets { offsets, codes }, nulls: self.nulls };
        }
        if let Cells::U8(cells) = &self.cells
            && end <= 1 << 8
        {
            // One look for each code that there may be, and none at wider numbers.
            let to: Vec<u8> = (0..1 << 8).map(|code| place(code) as u8).collect();
            let cells = cells.iter().map(|&code| to[usize::from(code)]).collect();
            return Self { cells: Cells::U8(cells), nulls: self.nulls };
        }
        let mut codes = Vec::with_capacity(self.len());
        self.numbers(0..self.len(), &mut codes);
        for code in &mut codes {
            *code = place(*code);
        }
        Self::codes(&codes, end, self.nulls.as_ref())
    }

    /// The numbers at some rows, of what [`codes`](Self::codes) packed.
    pub(crate) fn numbers(&self, rows: Range<usize>, to: &mut Vec<u32>) {
        match &self.cells {
            Cells::U8(a) => to.extend(a[rows].iter().map(|&n| u32::from(n))),
            Cells::U16(a) => to.extend(a[rows].iter().map(|&n| u32::from(n))),
            Cells::U32(a) => to.extend_from_slice(&a[rows]),
            _ => {}
        }
    }

    /// Stretches of several, end to end, as one column of a type; `values` are the texts of codes.
    pub(crate) fn unpack(
        data_type: DataType,
        values: Option<&Arc<StringArray>>,
        runs: &[(&Self, Range<usize>)],
    ) -> Column {
        let len = runs.iter().map(|(_, rows)| rows.len()).sum();
        let nulls = joined_nulls(runs, len);
        let texts = || values.map_or_else(|| Arc::new(StringArray::from_iter_values([""; 0])), Arc::clone);
        match data_type {
            DataType::Bool => {
                let bits = wide(runs, len, |n: i64| n).iter().map(|&n| n != 0).collect::<BooleanBuffer>();
                Column::Bool(BooleanArray::new(bits, nulls))
            }
            DataType::Int => Column::Int(Int64Array::new(wide(runs, len, |n: i64| n).into(), nulls)),
            DataType::Timestamp => {
                let array = TimestampMicrosecondArray::new(wide(runs, len, |n: i64| n).into(), nulls);
                Column::Timestamp(array.with_timezone("UTC"))
            }
            DataType::Date => {
                Column::Date(Date32Array::new(wide(runs, len, |n: i64| n as i32).into(), nulls))
            }
            DataType::Float => {
                let mut cells: Vec<f64> = Vec::with_capacity(len);
                for (packed, rows) in runs {
                    if let Cells::F64(a) = &packed.cells {
                        cells.extend_from_slice(&a[rows.clone()]);
                    }
                }
                Column::Float(Float64Array::new(cells.into(), nulls))
            }
            DataType::Decimal { precision, scale } => {
                let mut cells: Vec<i128> = Vec::with_capacity(len);
                for (packed, rows) in runs {
                    match &packed.cells {
                        Cells::I64(a) => cells.extend(a[rows.clone()].iter().map(|&n| i128::from(n))),
                        Cells::I128(a) => cells.extend_from_slice(&a[rows.clone()]),
                        _ => {}
                    }
                }
                let array = Decimal128Array::new(cells.into(), nulls);
                Column::Decimal(
                    array
                        .with_precision_and_scale(precision, scale)
                        .expect("invariant: a decimal type was checked when it was made"),
                )
            }
            DataType::String => {
                let mut codes = Vec::with_capacity(len);
                for (packed, rows) in runs {
                    packed.numbers(rows.clone(), &mut codes);
                }
                Column::String(StringColumn::new(UInt32Array::new(codes.into(), nulls), texts()))
            }
            DataType::StringSet => {
                let (mut lengths, mut all) = (Vec::with_capacity(len), Vec::new());
                for (packed, rows) in runs {
                    if let Cells::Sets { offsets, codes } = &packed.cells {
                        lengths.extend(rows.clone().map(|row| (offsets[row + 1] - offsets[row]) as usize));
                        all.extend_from_slice(
                            &codes[offsets[rows.start] as usize..offsets[rows.end] as usize],
                        );
                    }
                }
                let offsets = OffsetBuffer::from_lengths(lengths);
                Column::StringSet(StringSetColumn::new(offsets, all.into(), nulls, texts()))
            }
        }
    }

    /// Writes some of the rows.
    pub(crate) fn write(&self, rows: Range<usize>, to: &mut impl Write) -> io::Result<()> {
        fn bytes<T: ArrowNativeType>(array: &ScalarBuffer<T>, rows: &Range<usize>) -> Buffer {
            array.slice(rows.start, rows.len()).into_inner()
        }
        let nulls = self.nulls.as_ref().map(|nulls| nulls.slice(rows.start, rows.len()));
        to.write_all(&[self.form(), u8::from(nulls.is_some())])?;
        to.write_all(&(rows.len() as u64).to_le_bytes())?;
        with_numbers!(&self.cells,
            a => to.write_all(&bytes(a, &rows))?,
            sets(offsets, codes) => {
                let (from, end) = (offsets[rows.start], offsets[rows.end]);
                to.write_all(&((end - from) as u64).to_le_bytes())?;
                for &offset in &offsets[rows.start + 1..=rows.end] {
                    to.write_all(&(offset - from).to_le_bytes())?;
                }
                to.write_all(&bytes(codes, &(from as usize..end as usize)))?;
            }
        );
        if let Some(nulls) = nulls {
            let valid: Vec<u8> = nulls.iter().map(u8::from).collect();
            to.write_all(&valid)?;
        }
        Ok(())
    }

    /// Reads what [`write`](Self::write) wrote, on the same machine.
    pub(crate) fn read(from: &mut impl Read) -> io::Result<Self> {
        fn buffer<T: ArrowNativeType>(from: &mut impl Read, len: usize) -> io::Result<ScalarBuffer<T>> {
            let mut bytes = MutableBuffer::from_len_zeroed(len * size_of::<T>());
            from.read_exact(&mut bytes)?;
            Ok(ScalarBuffer::new(bytes.into(), 0, len))
        }
        fn number(from: &mut impl Read) -> io::Result<usize> {
            let mut bytes = [0; 8];
            from.read_exact(&mut bytes)?;
            usize::try_from(u64::from_le_bytes(bytes)).map_err(|_| io::ErrorKind::InvalidData.into())
        }
        let mut head = [0; 2];
        from.read_exact(&mut head)?;
        let len = number(from)?;
        let cells = match head[0] {
            0 => Cells::U8(buffer(from, len)?),
            1 => Cells::U16(buffer(from, len)?),
            2 => Cells::U32(buffer(from, len)?),
            3 => Cells::I16(buffer(from, len)?),
            4 => Cells::I32(buffer(from, len)?),
            5 => Cells::I64(buffer(from, len)?),
            6 => Cells::F64(buffer(from, len)?),
            7 => Cells::I128(buffer(from, len)?),
            8 => {
                let n_codes = number(from)?;
                let mut offsets = vec![0];
                offsets.extend_from_slice(&buffer::<i32>(from, len)?);
                Cells::Sets { offsets: OffsetBuffer::new(offsets.into()), codes: buffer(from, n_codes)? }
            }
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        let mut nulls = None;
        if head[1] == 1 {
            let valid: ScalarBuffer<u8> = buffer(from, len)?;
            nulls = Some(valid.iter().map(|&valid| valid != 0).collect());
        }
        Ok(Self { cells, nulls })
    }

    fn form(&self) -> u8 {
        match self.cells {
            Cells::U8(_) => 0,
            Cells::U16(_) => 1,
            Cells::U32(_) => 2,
            Cells::I16(_) => 3,
            Cells::I32(_) => 4,
            Cells::I64(_) => 5,
            Cells::F64(_) => 6,
            Cells::I128(_) => 7,
            Cells::Sets { .. } => 8,
        }
    }
}

/// Nulls, where there are any.
fn held(nulls: Option<&NullBuffer>) -> Option<NullBuffer> {
    nulls.filter(|nulls| nulls.null_count() > 0).cloned()
}

fn whole(values: &ScalarBuffer<i64>) -> Cells {
    let (low, high) = values.iter().fold((0, 0), |(low, high): (i64, i64), &n| (low.min(n), high.max(n)));
    let fits = |least: i64, most: i64| least <= low && high <= most;
    if fits(i16::MIN.into(), i16::MAX.into()) {
        Cells::I16(values.iter().map(|&n| n as i16).collect())
    } else if fits(i32::MIN.into(), i32::MAX.into()) {
        Cells::I32(values.iter().map(|&n| n as i32).collect())
    } else {
        Cells::I64(values.clone())
    }
}

fn decimal(values: &ScalarBuffer<i128>) -> Cells {
    if values.iter().all(|&n| i64::try_from(n).is_ok()) {
        Cells::I64(values.iter().map(|&n| n as i64).collect())
    } else {
        Cells::I128(values.clone())
    }
}

/// Whole numbers of all widths end to end.
fn wide<T>(runs: &[(&Packed, Range<usize>)], len: usize, to: impl Fn(i64) -> T + Copy) -> Vec<T> {
    let mut cells = Vec::with_capacity(len);
    for (packed, rows) in runs {
        let rows = rows.clone();
        match &packed.cells {
            Cells::U8(a) => cells.extend(a[rows].iter().map(|&n| to(n.into()))),
            Cells::U16(a) => cells.extend(a[rows].iter().map(|&n| to(n.into()))),
            Cells::U32(a) => cells.extend(a[rows].iter().map(|&n| to(n.into()))),
            Cells::I16(a) => cells.extend(a[rows].iter().map(|&n| to(n.into()))),
            Cells::I32(a) => cells.extend(a[rows].iter().map(|&n| to(n.into()))),
            Cells::I64(a) => cells.extend(a[rows].iter().map(|&n| to(n))),
            Cells::F64(_) | Cells::I128(_) | Cells::Sets { .. } => {}
        }
    }
    cells
}

fn joined_nulls(runs: &[(&Packed, Range<usize>)], len: usize) -> Option<NullBuffer> {
    if runs.iter().all(|(packed, _)| packed.nulls.is_none()) {
        return None;
    }
    let mut all = NullBufferBuilder::new(len);
    for (packed, rows) in runs {
        match &packed.nulls {
            Some(nulls) => all.append_buffer(&nulls.slice(rows.start, rows.len())),
            None => all.append_n_non_nulls(rows.len()),
        }
    }
    all.finish().filter(|nulls| nulls.null_count() > 0)
}
