//! Bytes of a text file as UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, GB18030};

use crate::catalog::model::Encoding;

const BLOCK: usize = 256 * 1024;
const BOM: &[u8] = "\u{feff}".as_bytes();
/// Stands in the decoded text for bytes that are no text: it occurs in no UTF-8, so the line it is in is found out.
const NO_TEXT: u8 = 0xff;

/// Whether a file is UTF-8 throughout, or begins with a byte-order mark that says so.
pub(super) fn is_utf8(mut file: impl Read) -> io::Result<bool> {
    let mut block = vec![0; BLOCK];
    let (mut kept, mut first) = (0, true);
    loop {
        let read = read_some(&mut file, &mut block[kept..])?;
        let filled = &block[..kept + read];
        if first && filled.starts_with(BOM) {
            return Ok(true);
        }
        first = false;
        let valid = match std::str::from_utf8(filled) {
            Ok(_) => filled.len(),
            // A character may be cut by the end of the block, but not by the end of the file.
            Err(error) if error.error_len().is_none() && read > 0 => error.valid_up_to(),
            Err(_) => return Ok(false),
        };
        if read == 0 {
            return Ok(true);
        }
        kept = filled.len() - valid;
        block.copy_within(valid..valid + kept, 0);
    }
}

/// Reads a file as UTF-8, block by block, without its byte-order mark.
pub(super) struct Utf8Blocks<R> {
    file: R,
    raw: Vec<u8>,
    decoder: Option<Decoder>,
    text: Vec<u8>,
    start: bool,
}

impl<R: Read> Utf8Blocks<R> {
    pub(super) fn new(file: R, encoding: Encoding) -> Self {
        let decoder = match encoding {
            Encoding::Auto | Encoding::Utf8 => None,
            Encoding::Gbk | Encoding::Gb18030 => Some(GB18030.new_decoder_without_bom_handling()),
        };
        Self { file, raw: vec![0; BLOCK], decoder, text: Vec::new(), start: true }
    }

    /// The next block; empty at the end of the file.
    pub(super) fn next_block(&mut self) -> io::Result<&[u8]> {
        loop {
            // At the start enough for the byte-order mark, however few bytes come at a time.
            let mut filled = 0;
            loop {
                let read = read_some(&mut self.file, &mut self.raw[filled..])?;
                filled += read;
                if read == 0 || !self.start || filled >= 4 {
                    break;
                }
            }
            let raw = &self.raw[..filled];
            match &mut self.decoder {
                None => {
                    self.text.clear();
                    self.text.extend_from_slice(raw);
                }
                Some(decoder) => decode(decoder, raw, &mut self.text),
            }
            if std::mem::take(&mut self.start) && self.text.starts_with(BOM) {
                self.text.drain(..BOM.len());
            }
            if filled == 0 && self.decoder.is_some() {
                // A decoder that was told of the end must not be asked again.
                self.decoder = None;
            }
            if !self.text.is_empty() || filled == 0 {
                return Ok(&self.text);
            }
        }
    }
}

fn decode(decoder: &mut Decoder, mut raw: &[u8], text: &mut Vec<u8>) {
    let last = raw.is_empty();
    text.clear();
    // Twice the size holds any GB18030 text: two bytes become at most three, four at most four; some more for a
    // character that was begun in the block before.
    text.resize(raw.len() * 2 + 64, 0);
    let mut written = 0;
    loop {
        let (result, read, new) = decoder.decode_to_utf8_without_replacement(raw, &mut text[written..], last);
        written += new;
        raw = &raw[read..];
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => text.resize(text.len() * 2, 0),
            DecoderResult::Malformed(..) => {
                if written == text.len() {
                    text.resize(text.len() * 2, 0);
                }
                text[written] = NO_TEXT;
                written += 1;
            }
        }
    }
    text.truncate(written);
}

fn read_some(file: &mut impl Read, block: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(block) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
