//! A PDF as numbered objects (ISO 32000-1, "File Structure"): each is read where the newest cross-reference section says, when it is asked for.
//! A damaged file is refused and not repaired: two programs would repair it differently.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::budget::{self, Budget};
use super::object::{Dictionary, Object, Reader};
use super::sections::{self, Entry};
use crate::carrier::inflate::{self, Wrapping};
use crate::carrier::malformed;
use crate::limits;
use crate::problem::Code;
use crate::report::Finding;

/// An opened file.
pub(super) struct File<'i> {
    bytes: &'i [u8],
    entries: HashMap<u32, Entry>,
    pub(super) trailer: Dictionary,
    pub(super) budget: Budget,
    /// Streams of objects that were inflated.
    opened: RefCell<HashMap<u32, Rc<Packed>>>,
}

/// A stream of objects.
struct Packed {
    bytes: Vec<u8>,
    /// Number and offset of each.
    places: Vec<(usize, usize)>,
}

/// An indirect object.
pub(super) struct Indirect<'i> {
    pub(super) value: Object,
    /// The bytes of its stream as they lie in the file.
    pub(super) stream: Option<&'i [u8]>,
}

impl<'i> File<'i> {
    pub(super) fn open(bytes: &'i [u8]) -> Result<Self, Finding> {
        let mut file = Self {
            bytes,
            entries: HashMap::new(),
            trailer: Dictionary::default(),
            budget: Budget::new(),
            opened: RefCell::default(),
        };
        let (entries, trailer) = sections::read(&file)?;
        (file.entries, file.trailer) = (entries, trailer);
        Ok(file)
    }

    pub(super) const fn bytes(&self) -> &'i [u8] {
        self.bytes
    }

    pub(super) fn reader_at(&self, at: usize) -> Reader<'_> {
        Reader::new(self.bytes, at, &self.budget)
    }

    /// Reads a part of the file that was cut out of it.
    pub(super) const fn reader_of<'f>(&'f self, part: &'f [u8]) -> Reader<'f> {
        Reader::new(part, 0, &self.budget)
    }

    /// The value itself, or the one that it refers to, which must be there.
    pub(super) fn value<'o>(&self, object: Option<&'o Object>) -> Result<Cow<'o, Object>, Finding> {
        match object {
            None => Ok(Cow::Owned(Object::Other)),
            Some(Object::Reference(number)) => Ok(Cow::Owned(self.indirect(*number)?.value)),
            Some(direct) => Ok(Cow::Borrowed(direct)),
        }
    }

    /// The object of this number; one that is free or unknown is null.
    pub(super) fn indirect(&self, number: u32) -> Result<Indirect<'i>, Finding> {
        match self.entries.get(&number) {
            None | Some(Entry::Free) => Ok(Indirect { value: Object::Other, stream: None }),
            Some(Entry::At(offset)) => self.indirect_at(*offset, Some(number)),
            Some(Entry::Packed { stream, index }) => {
                Ok(Indirect { value: self.packed(*stream, *index, number)?, stream: None })
            }
        }
    }

    /// The object that stands at `offset`, which must have this number.
    pub(super) fn indirect_at(
        &self,
        offset: usize,
        number: Option<u32>,
    ) -> Result<Indirect<'i>, Finding> {
        let elsewhere =
            || malformed("The PDF is damaged: its table of contents points to something else.");
        let mut reader = self.reader_at(offset);
        let found = reader.number().and_then(|found| u32::try_from(found).ok());
        // Of another generation other readers take another object of this number, or look for one.
        let heads = found.is_some() && reader.number() == Some(0) && reader.word(b"obj");
        if !heads || number.is_some_and(|number| found != Some(number)) {
            return Err(elsewhere());
        }
        let value = reader.object()?;
        let is_stream = reader.word(b"stream");
        self.budget.take_bytes(reader.at.saturating_sub(offset))?;
        let stream = match &value {
            Object::Dictionary(dictionary) if is_stream => {
                Some(self.stream_at(reader.at, dictionary)?)
            }
            _ => None,
        };
        Ok(Indirect { value, stream })
    }

    fn stream_at(&self, at: usize, dictionary: &Dictionary) -> Result<&'i [u8], Finding> {
        let damaged = || malformed("The PDF is damaged: the length of a stream in it is wrong.");
        let begin = match self.bytes.get(at..) {
            Some([b'\r', b'\n', ..]) => at + 2,
            Some([b'\n', ..]) => at + 1,
            _ => return Err(damaged()),
        };
        let length = match dictionary.find(b"Length") {
            Some(Object::Reference(number)) => self.length(*number)?,
            direct => direct.and_then(Object::integer),
        };
        let end = length.and_then(|length| begin.checked_add(length)).ok_or_else(damaged)?;
        let stream = self.bytes.get(begin..end).ok_or_else(damaged)?;
        let mut reader = self.reader_at(end);
        let ends = reader.word(b"endstream");
        self.budget.take_bytes(reader.at - end)?;
        if ends { Ok(stream) } else { Err(damaged()) }
    }

    /// A length that is an object of its own; never one inside a stream, which would need a length itself.
    fn length(&self, number: u32) -> Result<Option<usize>, Finding> {
        let Some(Entry::At(offset)) = self.entries.get(&number) else { return Ok(None) };
        let mut reader = self.reader_at(*offset);
        let same = reader.number() == usize::try_from(number).ok();
        let heads = same && reader.number() == Some(0) && reader.word(b"obj");
        let length = if heads { reader.number() } else { None };
        self.budget.take_bytes(reader.at.saturating_sub(*offset))?;
        Ok(length)
    }

    /// The bytes of a stream as they were before they were compressed.
    pub(super) fn inflated(
        &self,
        dictionary: &Dictionary,
        stream: &[u8],
    ) -> Result<Vec<u8>, Finding> {
        let filter = self.value(dictionary.find(b"Filter"))?;
        let filters = match filter.as_ref() {
            Object::Array(filters) => filters.as_slice(),
            Object::Other => &[],
            one => std::slice::from_ref(one),
        };
        let bytes = match filters {
            [] => stream.to_vec(),
            [Object::Name(name)] if name == b"FlateDecode" => {
                self.budget.take_bytes(stream.len())?;
                inflate::inflated(stream, Wrapping::Zlib, self.budget.inflated_left())
                    .map_err(unreadable)?
            }
            _ => {
                let detail = "The PDF keeps what must be read in a form other than Flate.";
                return Err(Finding::refused(Code::CarrierNotRead, detail));
            }
        };
        self.budget.take_inflated(bytes.len())?;
        let parameters = self.value(dictionary.find(b"DecodeParms"))?;
        let parameters = match parameters.as_ref() {
            Object::Array(items) => items.first().and_then(Object::dictionary),
            other => other.dictionary(),
        };
        match parameters {
            Some(parameters) => unpredicted(bytes, parameters),
            None => Ok(bytes),
        }
    }

    /// The object `number`, which is the one at `index` of a stream of objects.
    fn packed(&self, stream: u32, index: usize, number: u32) -> Result<Object, Finding> {
        let damaged = || malformed("The PDF is damaged: a stream of objects in it is not one.");
        let known = self.opened.borrow().get(&stream).cloned();
        let packed = match known {
            Some(packed) => packed,
            None => {
                let packed = Rc::new(self.unpack(stream)?);
                self.opened.borrow_mut().insert(stream, Rc::clone(&packed));
                packed
            }
        };
        let (found, at) = packed.places.get(index).copied().ok_or_else(damaged)?;
        if Some(found) != usize::try_from(number).ok() {
            return Err(damaged());
        }
        let mut reader = Reader::new(&packed.bytes, at, &self.budget);
        let object = reader.object()?;
        self.budget.take_bytes(reader.at.saturating_sub(at))?;
        Ok(object)
    }

    /// ISO 32000-1, "Object Streams".
    fn unpack(&self, number: u32) -> Result<Packed, Finding> {
        let damaged = || malformed("The PDF is damaged: a stream of objects in it is not one.");
        let Some(Entry::At(offset)) = self.entries.get(&number) else { return Err(damaged()) };
        let found = self.indirect_at(*offset, Some(number))?;
        let (Some(dictionary), Some(stream)) = (found.value.dictionary(), found.stream) else {
            return Err(damaged());
        };
        if dictionary.find(b"Type") != Some(&Object::Name(b"ObjStm".to_vec())) {
            return Err(damaged());
        }
        let count = dictionary.integer(b"N").filter(|count| *count <= limits::PDF_ENTRIES_MAX);
        let first = dictionary.integer(b"First");
        let (count, first) = count.zip(first).ok_or_else(damaged)?;
        let bytes = self.inflated(dictionary, stream)?;
        let mut reader = Reader::new(&bytes, 0, &self.budget);
        let mut places = Vec::new();
        for _ in 0..count {
            let place = reader.number().zip(reader.number()).ok_or_else(damaged)?;
            places.push((place.0, place.1.saturating_add(first)));
        }
        Ok(Packed { bytes, places })
    }
}

fn unreadable(fault: inflate::Fault) -> Finding {
    match fault {
        inflate::Fault::TooMuch => budget::too_inflated(),
        inflate::Fault::Damaged => {
            malformed("The PDF is damaged: a stream in it cannot be inflated.")
        }
    }
}

/// Undoes the prediction of rows as PNG has it (ISO 32000-1, "LZW and Flate Predictor Functions"), which cross-reference streams use.
fn unpredicted(bytes: Vec<u8>, parameters: &Dictionary) -> Result<Vec<u8>, Finding> {
    let unknown = || {
        let detail = "The PDF keeps what must be read in a form that is not known here.";
        Finding::refused(Code::CarrierNotRead, detail)
    };
    match parameters.integer(b"Predictor") {
        None | Some(1) => return Ok(bytes),
        Some(10..=15) => {}
        Some(_) => return Err(unknown()),
    }
    let one_byte = parameters.integer(b"Colors").is_none_or(|colors| colors == 1)
        && parameters.integer(b"BitsPerComponent").is_none_or(|bits| bits == 8);
    let width = parameters.integer(b"Columns").unwrap_or(1);
    if !one_byte || width == 0 || width > bytes.len() {
        return Err(unknown());
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut above = vec![0_u8; width];
    for row in bytes.chunks_exact(width + 1) {
        let Some((kind, row)) = row.split_first() else { break };
        let mut left = [0_u8; 2];
        let mut current = Vec::with_capacity(width);
        for (byte, up) in row.iter().zip(&above) {
            let [before, corner] = left;
            let predicted = match kind {
                0 => 0,
                1 => before,
                2 => *up,
                3 => u8::midpoint(before, *up),
                4 => paeth(before, *up, corner),
                _ => return Err(unknown()),
            };
            let byte = byte.wrapping_add(predicted);
            left = [byte, *up];
            current.push(byte);
        }
        plain.extend_from_slice(&current);
        above = current;
    }
    Ok(plain)
}

/// PNG, "Filter type 4: Paeth".
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let estimate = a + b - c;
    let [to_a, to_b, to_c] = [a, b, c].map(|near| (estimate - near).abs());
    if to_a <= to_b && to_a <= to_c {
        left
    } else if to_b <= to_c {
        up
    } else {
        corner
    }
}
