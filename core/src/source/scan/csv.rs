//! CSV files.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use arrow_buffer::{Buffer, NullBufferBuilder, OffsetBuffer};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::catalog::model::{CsvOptions, Encoding};
use crate::source::SourceError;
use crate::source::report::Fault;
use crate::source::scan::encoding::{Utf8Blocks, is_utf8};
use crate::source::scan::{CHUNK_ROWS, Chunk};

const CHUNK_BYTES: usize = 64 << 20;
/// A longer line is most likely a quote that is not closed: it is not kept.
const MAX_LINE: usize = 16 << 20;

/// A CSV file of which the first line has been read.
pub(in crate::source) struct CsvPart {
    path: PathBuf,
    names: Vec<String>,
    records: Records,
    is_guessed_gb18030: bool,
}

impl CsvPart {
    pub(super) fn open(source: &str, path: &Path, options: Option<&CsvOptions>) -> Result<Self, SourceError> {
        let unreadable =
            |error: std::io::Error| SourceError::Unreadable { path: path.to_owned(), reason: error.into() };
        let tsv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("tsv"));
        let CsvOptions { delimiter, quote, encoding, .. } = options.cloned().unwrap_or_else(|| CsvOptions {
            delimiter: if tsv { '\t' } else { ',' },
            ..CsvOptions::default()
        });
        let sign = |what, found: char, other: char| match u8::try_from(found) {
            Ok(byte) if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') && found != other => Ok(byte),
            _ => Err(SourceError::CsvSign { name: source.to_owned(), what, found }),
        };
        let reader = ReaderBuilder::new()
            .delimiter(sign("delimiter", delimiter, quote)?)
            .quote(sign("quote", quote, delimiter)?)
            .build();
        let file = File::open(path).map_err(unreadable)?;
        let (encoding, is_guessed_gb18030) = match encoding {
            Encoding::Auto if is_utf8(file).map_err(unreadable)? => (Encoding::Utf8, false),
            Encoding::Auto => (Encoding::Gb18030, true),
            said => (said, false),
        };
        let file = File::open(path).map_err(unreadable)?;
        let mut records = Records::new(reader, Utf8Blocks::new(file, encoding));
        let problem = match records.next().map_err(unreadable)? {
            Record::End => return Err(SourceError::EmptyFile { path: path.to_owned() }),
            Record::OpenQuote => Some("a quote in the first line is never closed"),
            Record::TooLong => Some("the first line is more than 16 MiB"),
            Record::Whole if records.line[..records.length].contains(&0) => {
                Some("the first line has zero bytes, as in UTF-16; wanted UTF-8 or GB18030")
            }
            Record::Whole => None,
        };
        if let Some(reason) = problem {
            return Err(SourceError::Unreadable { path: path.to_owned(), reason: reason.into() });
        }
        let names = (0..records.fields())
            .map(|i| String::from_utf8_lossy(records.field(i)).trim().to_owned())
            .collect();
        Ok(Self { path: path.to_owned(), names, records, is_guessed_gb18030 })
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn is_guessed_gb18030(&self) -> bool {
        self.is_guessed_gb18030
    }

    /// Reads the next lines, of these the wanted fields; `None` at the end of the file.
    pub(super) fn next(&mut self, wanted: &[usize]) -> Result<Option<Chunk>, SourceError> {
        let mut lines = Lines::new(wanted.len());
        while lines.len < CHUNK_ROWS && lines.bytes < CHUNK_BYTES {
            let record = self
                .records
                .next()
                .map_err(|error| SourceError::Unreadable { path: self.path.clone(), reason: error.into() })?;
            let fields = self.records.fields();
            let fault = match record {
                Record::End => break,
                Record::TooLong => Some((Fault::LineTooLong, String::new())),
                Record::OpenQuote => Some((Fault::OpenQuote, String::new())),
                Record::Whole if fields != self.names.len() => {
                    let wanted = self.names.len();
                    Some((Fault::FieldCount, format!("{fields} fields, wanted {wanted}")))
                }
                Record::Whole if !self.records.is_text() => Some((Fault::Encoding, String::new())),
                Record::Whole => None,
            };
            match fault {
                Some((fault, shown)) => lines.push_malformed(fault, shown),
                None => lines.push(wanted.iter().map(|&i| self.records.field(i))),
            }
        }
        Ok((lines.len > 0).then(|| lines.finish()))
    }
}

/// What the next line of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Record {
    Whole,
    TooLong,
    OpenQuote,
    End,
}

/// The lines of a CSV file, one at a time. Blank lines are passed over.
struct Records {
    reader: Reader,
    blocks: Utf8Blocks<File>,
    block: Vec<u8>,
    /// How much of the block has been read.
    used: usize,
    ended: bool,
    /// The fields of the line, end to end.
    line: Vec<u8>,
    length: usize,
    ends: Vec<usize>,
    fields: usize,
}

impl Records {
    fn new(reader: Reader, blocks: Utf8Blocks<File>) -> Self {
        Self {
            reader,
            blocks,
            block: Vec::new(),
            used: 0,
            ended: false,
            line: vec![0; 4096],
            length: 0,
            ends: vec![0; 64],
            fields: 0,
        }
    }

    fn fields(&self) -> usize {
        self.fields
    }

    fn field(&self, i: usize) -> &[u8] {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.line[start..self.ends[i]]
    }

    /// Whether each field is UTF-8. The line can be while its fields are not, where the end of one character was lost
    /// and the next field begins with what looks like it.
    fn is_text(&self) -> bool {
        std::str::from_utf8(&self.line[..self.length])
            .is_ok_and(|line| self.ends[..self.fields].iter().all(|&end| line.is_char_boundary(end)))
    }

    fn next(&mut self) -> std::io::Result<Record> {
        (self.length, self.fields) = (0, 0);
        let (mut too_long, mut open_quote) = (false, false);
        loop {
            if self.used == self.block.len() && !self.ended {
                self.block.clear();
                self.block.extend_from_slice(self.blocks.next_block()?);
                self.used = 0;
                if self.block.is_empty() {
                    // One more line end, which ends a line that has none. Inside of quotes it does not: when the
                    // reader is then told of the end and gives a line, a quote was open.
                    self.ended = true;
                    self.block.push(b'\n');
                }
            }
            let input = &self.block[self.used..];
            open_quote |= self.ended && input.is_empty();
            let (result, read, written, ends) =
                self.reader.read_record(input, &mut self.line[self.length..], &mut self.ends[self.fields..]);
            self.used += read;
            self.length += written;
            self.fields += ends;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.line.len() >= MAX_LINE => {
                    too_long = true;
                    self.length = 0;
                }
                ReadRecordResult::OutputFull => self.line.resize(self.line.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record if open_quote => return Ok(Record::OpenQuote),
                ReadRecordResult::Record if too_long => return Ok(Record::TooLong),
                ReadRecordResult::Record => return Ok(Record::Whole),
                ReadRecordResult::End => return Ok(Record::End),
            }
        }
    }
}

/// The wanted fields of some lines.
struct Lines {
    columns: Vec<(Vec<u8>, Vec<i32>)>,
    good: NullBufferBuilder,
    len: usize,
    bytes: usize,
    malformed: Vec<(usize, Fault, String)>,
}

impl Lines {
    fn new(columns: usize) -> Self {
        Self {
            columns: vec![(Vec::new(), vec![0]); columns],
            good: NullBufferBuilder::new(CHUNK_ROWS),
            len: 0,
            bytes: 0,
            malformed: Vec::new(),
        }
    }

    fn push<'a>(&mut self, fields: impl Iterator<Item = &'a [u8]>) {
        for ((bytes, ends), field) in self.columns.iter_mut().zip(fields) {
            bytes.extend_from_slice(field);
            // A line is at most 16 MiB and a chunk 64 MiB.
            ends.push(bytes.len() as i32);
            self.bytes += field.len();
        }
        self.good.append_non_null();
        self.len += 1;
    }

    fn push_malformed(&mut self, fault: Fault, shown: String) {
        for (bytes, ends) in &mut self.columns {
            ends.push(bytes.len() as i32);
        }
        self.malformed.push((self.len, fault, shown));
        self.good.append_null();
        self.len += 1;
    }

    fn finish(mut self) -> Chunk {
        let nulls = self.good.finish();
        let array = |(bytes, ends): (Vec<u8>, Vec<i32>)| -> ArrayRef {
            let text =
                StringArray::try_new(OffsetBuffer::new(ends.into()), Buffer::from_vec(bytes), nulls.clone())
                    .expect("invariant: each field was found to be UTF-8");
            Arc::new(text)
        };
        let columns = self.columns.into_iter().map(array).collect();
        Chunk { columns, rows: self.len, malformed: self.malformed }
    }
}
