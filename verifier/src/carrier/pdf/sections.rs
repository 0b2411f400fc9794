//! Where the objects of a PDF stand: cross-reference tables and streams, newest first (ISO 32000-1, "Cross-Reference Table" and
//! "Cross-Reference Streams"), and what was added to a file after it was made.

use std::collections::HashMap;

use super::file::File;
use super::object::{Dictionary, Object};
use crate::carrier::{malformed, over};
use crate::limits;
use crate::problem::Code;
use crate::report::Finding;

/// Where an object stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Entry {
    Free,
    /// At this offset of the file.
    At(usize),
    /// In a stream of objects.
    Packed {
        stream: u32,
        index: usize,
    },
}

/// Where each object stands by its number.
pub(super) type Places = HashMap<u32, Entry>;

#[derive(Default)]
struct Entries {
    places: Places,
    /// Rows that were read, those of one number each counted.
    rows: usize,
}

/// All entries, of which the newest count, and the newest trailer.
pub(super) fn read(file: &File<'_>) -> Result<(Places, Dictionary), Finding> {
    let mut entries = Entries::default();
    let mut newest = None;
    let mut next = Some(start(file)?);
    let mut seen = Vec::new();
    while let Some(at) = next {
        if seen.len() == limits::PDF_SECTIONS_MAX {
            return Err(over("versions of itself", limits::PDF_SECTIONS_MAX));
        }
        if seen.contains(&at) {
            return Err(malformed("The PDF is damaged: its versions run in a circle."));
        }
        seen.push(at);
        let trailer = section(file, at, &mut entries)?;
        if trailer.find(b"Encrypt").is_some() {
            let detail =
                "The PDF is encrypted. Remove its password and save it, or send the original file.";
            return Err(Finding::refused(Code::CarrierNotRead, detail));
        }
        if let Some(hybrid) = trailer.integer(b"XRefStm") {
            stream(file, hybrid, &mut entries)?;
        }
        next = trailer.integer(b"Prev");
        newest.get_or_insert(trailer);
    }
    let newest = newest.ok_or_else(|| malformed("The PDF is damaged: it has no end."))?;
    Ok((entries.places, newest))
}

const START: &[u8] = b"startxref";

/// Ends of a file that are looked at: one for each time that it was changed.
const ENDS_MAX: usize = 64;

/// Bytes between `startxref` and the end of its mark that are looked at: a number and two ends of lines take thirty.
const END_BYTES_MAX: usize = 256;

/// The offset of the newest section: the number behind the last `startxref`, which the mark of the end follows.
fn start(file: &File<'_>) -> Result<usize, Finding> {
    let at = file.bytes().windows(START.len()).rposition(|window| window == START);
    let end = at.and_then(|at| end_at(file, at + START.len()));
    end.map(|(start, _)| start)
        .ok_or_else(|| malformed("The PDF is cut short: its end is missing."))
}

/// The number at `at`, and what stands behind the mark of the end that follows it.
fn end_at<'f>(file: &'f File<'_>, at: usize) -> Option<(usize, &'f [u8])> {
    let bytes = file.bytes().get(at..)?;
    let head = bytes.get(..END_BYTES_MAX).unwrap_or(bytes);
    let mut reader = file.reader_of(head);
    let start = reader.number()?;
    let behind = head.get(reader.at..)?.trim_ascii_start().strip_prefix(b"%%EOF")?;
    Some((start, bytes.get(head.len() - behind.len()..)?))
}

/// How many bytes follow the end that the file had when it was made; white space does not count. A file that is written in the order in
/// which pages are shown begins with a section that says 0.
pub(super) fn added_bytes(file: &File<'_>) -> usize {
    let bytes = file.bytes();
    let ends = bytes.windows(START.len()).enumerate().filter(|(_, window)| *window == START);
    // No honest file has so many.
    let ends: Vec<usize> = ends.map(|(at, _)| at + START.len()).take(ENDS_MAX + 1).collect();
    if ends.len() > ENDS_MAX {
        return bytes.len();
    }
    let ends = ends.into_iter().filter_map(|at| end_at(file, at));
    let mut first = ends.filter(|(start, _)| *start != 0).map(|(_, behind)| behind);
    first.next().map_or(0, |behind| behind.trim_ascii_start().len())
}

/// One section, table or stream, and its trailer.
fn section(file: &File<'_>, at: usize, entries: &mut Entries) -> Result<Dictionary, Finding> {
    let mut reader = file.reader_at(at);
    if !reader.word(b"xref") {
        return stream(file, at, entries);
    }
    let damaged = || malformed("The PDF is damaged: its table of contents cannot be read.");
    while !reader.word(b"trailer") {
        let (first, count) = reader.number().zip(reader.number()).ok_or_else(damaged)?;
        for number in (0..count).map(|index| first.saturating_add(index)) {
            let (offset, generation) = reader.number().zip(reader.number()).ok_or_else(damaged)?;
            let entry = match (reader.word(b"n"), reader.word(b"f")) {
                (true, false) if generation == 0 => Entry::At(offset),
                (false, true) => Entry::Free,
                _ => return Err(damaged()),
            };
            enter(entries, number, entry)?;
        }
    }
    let trailer = reader.object()?;
    file.budget.take_bytes(reader.at.saturating_sub(at))?;
    match trailer {
        Object::Dictionary(trailer) => Ok(trailer),
        _ => Err(damaged()),
    }
}

/// The first that is said of a number counts.
fn enter(entries: &mut Entries, number: usize, entry: Entry) -> Result<(), Finding> {
    entries.rows += 1;
    if entries.rows > limits::PDF_ENTRIES_MAX {
        return Err(over("objects", limits::PDF_ENTRIES_MAX));
    }
    if let Ok(number) = u32::try_from(number) {
        entries.places.entry(number).or_insert(entry);
    }
    Ok(())
}

/// A section that is a stream: rows of three numbers.
fn stream(file: &File<'_>, at: usize, entries: &mut Entries) -> Result<Dictionary, Finding> {
    let damaged = || malformed("The PDF is damaged: its table of contents cannot be read.");
    let found = file.indirect_at(at, None)?;
    let (Object::Dictionary(dictionary), Some(bytes)) = (found.value, found.stream) else {
        return Err(damaged());
    };
    if dictionary.find(b"Type") != Some(&Object::Name(b"XRef".to_vec())) {
        return Err(damaged());
    }
    let widths: Vec<usize> = dictionary
        .find(b"W")
        .map_or(&[][..], Object::array)
        .iter()
        .filter_map(Object::integer)
        .collect();
    let [kind, second, third] = widths[..] else { return Err(damaged()) };
    if [kind, second, third].iter().any(|width| *width > 8) || second == 0 {
        return Err(damaged());
    }
    let rows = file.inflated(&dictionary, bytes)?;
    let mut rows = rows.chunks_exact(kind + second + third);
    for (first, count) in ranges(&dictionary).ok_or_else(damaged)? {
        for number in (0..count).map(|index| first.saturating_add(index)) {
            let row = rows.next().ok_or_else(damaged)?;
            let (head, tail) = row.split_at_checked(kind).ok_or_else(damaged)?;
            let (middle, last) = tail.split_at_checked(second).ok_or_else(damaged)?;
            let entry = match (
                if kind == 0 { 1 } else { big_endian(head) },
                big_endian(middle),
                big_endian(last),
            ) {
                (1, offset, 0) => Entry::At(offset),
                (1, ..) => return Err(damaged()),
                (2, stream, index) => {
                    Entry::Packed { stream: u32::try_from(stream).map_err(|_| damaged())?, index }
                }
                _ => Entry::Free,
            };
            enter(entries, number, entry)?;
        }
    }
    Ok(dictionary)
}

/// The numbers that the rows are about: first ones and counts.
fn ranges(dictionary: &Dictionary) -> Option<Vec<(usize, usize)>> {
    let Some(index) = dictionary.find(b"Index") else {
        return Some(vec![(0, dictionary.integer(b"Size")?)]);
    };
    let numbers: Option<Vec<usize>> = index.array().iter().map(Object::integer).collect();
    let numbers = numbers?;
    let pairs = numbers.chunks_exact(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)));
    Some(pairs.collect())
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes.iter().fold(0_usize, |sum, byte| sum.wrapping_mul(256).wrapping_add(usize::from(*byte)))
}
