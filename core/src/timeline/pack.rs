//! Rows of a piece of a table, packed, while it is not yet known whose they are.

use std::io::{self, Read, Write};

use crate::value::Packed;

/// Stands for no code of a text.
const NO_CODE: u32 = u32::MAX;
/// A dictionary of more texts is not kept: codes into the common one take less room.
pub(crate) const SMALL: usize = 1_024;

/// Packed rows.
#[derive(Debug, Clone)]
pub(crate) struct PackedRows {
    pub(crate) len: usize,
    /// The number of the piece's first row in its table.
    pub(crate) first: u32,
    /// The number of each row from there on; `None` where they follow one another.
    pub(crate) offsets: Option<Packed>,
    /// The time of each row, none of them null; `None` for records without time.
    pub(crate) times: Option<Packed>,
    /// The columns, then those that name an event.
    pub(crate) columns: Vec<PackedColumn>,
}

/// A packed column; text as codes of its own, of which `map` gives the common ones, or as common ones.
#[derive(Debug, Clone)]
pub(crate) struct PackedColumn {
    pub(crate) cells: Packed,
    pub(crate) map: Option<Vec<u32>>,
}

impl PackedRows {
    /// How much room they take, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let of = |packed: &Option<Packed>| packed.as_ref().map_or(0, Packed::bytes);
        let columns = self.columns.iter();
        let columns = columns.map(|c| c.cells.bytes() + c.map.as_ref().map_or(0, |map| map.len() * 4));
        of(&self.offsets) + of(&self.times) + columns.sum::<usize>()
    }

    /// Writes them down.
    pub(crate) fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let all = 0..self.len;
        to.write_all(&(self.len as u64).to_le_bytes())?;
        to.write_all(&self.first.to_le_bytes())?;
        for packed in [&self.offsets, &self.times] {
            to.write_all(&[u8::from(packed.is_some())])?;
            if let Some(packed) = packed {
                packed.write(all.clone(), to)?;
            }
        }
        for column in &self.columns {
            column.cells.write(all.clone(), to)?;
            to.write_all(&column.map.as_ref().map_or(u64::MAX, |map| map.len() as u64).to_le_bytes())?;
            for code in column.map.iter().flatten() {
                to.write_all(&code.to_le_bytes())?;
            }
        }
        Ok(())
    }

    /// Reads what [`write`](Self::write) wrote; `n_columns` is how many there are.
    pub(crate) fn read(from: &mut impl Read, n_columns: usize) -> io::Result<Self> {
        fn bytes<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
            let mut bytes = [0; N];
            from.read_exact(&mut bytes)?;
            Ok(bytes)
        }
        let len = u64::from_le_bytes(bytes(from)?) as usize;
        let first = u32::from_le_bytes(bytes(from)?);
        let mut packed = || -> io::Result<Option<Packed>> {
            match bytes::<1>(from)? {
                [0] => Ok(None),
                _ => Packed::read(from).map(Some),
            }
        };
        let (offsets, times) = (packed()?, packed()?);
        let mut columns = Vec::with_capacity(n_columns);
        for _ in 0..n_columns {
            let cells = Packed::read(from)?;
            let map = match u64::from_le_bytes(bytes(from)?) {
                u64::MAX => None,
                n => Some((0..n).map(|_| bytes(from).map(u32::from_le_bytes)).collect::<io::Result<_>>()?),
            };
            columns.push(PackedColumn { cells, map });
        }
        Ok(Self { len, first, offsets, times, columns })
    }
}

impl PackedColumn {
    /// The cells at some rows, text by its place among all texts: `place` gives that of a common code, all below `end`.
    pub(crate) fn take(&self, rows: &[u32], text: Option<(&dyn Fn(u32) -> u32, usize)>) -> Packed {
        let taken = self.cells.take(rows);
        let Some((place, end)) = text else { return taken };
        let place = |code: u32| if code == NO_CODE { 0 } else { place(code) };
        match &self.map {
            Some(map) => {
                let map: Vec<u32> = map.iter().map(|&code| place(code)).collect();
                // The code of a null means nothing and may be in no dictionary.
                taken.with_codes(|code| map.get(code as usize).copied().unwrap_or(0), end)
            }
            None => taken.with_codes(place, end),
        }
    }
}
