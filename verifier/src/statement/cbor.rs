//! The part of CBOR that statements are made of, in its one deterministic encoding (RFC 8949, "Core Deterministic Encoding
//! Requirements"): whole numbers, bytes, text, arrays, maps with whole numbers as keys, tags. It must not know what a value means.

use std::borrow::Cow;

/// Arrays, maps and tags inside each other. A statement nests five deep.
const DEPTH_MAX: usize = 8;

/// A value. Maps hold their members in the order of their encoded keys, none twice.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Value<'v> {
    /// 0 and above, or below; of 64 bits, the part that fits `i64`.
    Number(i64),
    Bytes(Cow<'v, [u8]>),
    Text(Cow<'v, str>),
    Array(Vec<Self>),
    Map(Vec<(i64, Self)>),
    Tag(u64, Box<Self>),
}

/// Why bytes are not read.
pub(super) type Fault = &'static str;

impl<'v> Value<'v> {
    pub(super) fn text(text: &'v str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    pub(super) fn bytes(bytes: &'v [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(bytes))
    }

    /// The encoding. Members must stand in the order of their encoded keys: 0, 1, 2 …, then -1, -2 ….
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1_024);
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Number(number) => write_number(*number, out),
            Self::Bytes(bytes) => {
                write_head(2, length(bytes.len()), out);
                out.extend_from_slice(bytes);
            }
            Self::Text(text) => {
                write_head(3, length(text.len()), out);
                out.extend_from_slice(text.as_bytes());
            }
            Self::Array(items) => {
                write_head(4, length(items.len()), out);
                items.iter().for_each(|item| item.write(out));
            }
            Self::Map(members) => {
                write_head(5, length(members.len()), out);
                for (key, value) in members {
                    write_number(*key, out);
                    value.write(out);
                }
            }
            Self::Tag(number, value) => {
                write_head(6, *number, out);
                value.write(out);
            }
        }
    }

    /// Reads the one value that `bytes` hold.
    pub(super) fn decode(bytes: &'v [u8]) -> Result<Self, Fault> {
        let mut reader = Reader { rest: bytes };
        let value = reader.value(0)?;
        if reader.rest.is_empty() { Ok(value) } else { Err("something follows it") }
    }
}

fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn write_number(number: i64, out: &mut Vec<u8>) {
    match u64::try_from(number) {
        Ok(number) => write_head(0, number, out),
        // -1 is 0 of its kind, -2 is 1 …
        Err(_) => write_head(1, number.unsigned_abs() - 1, out),
    }
}

/// The major type and its argument in as few bytes as hold it.
fn write_head(major: u8, argument: u64, out: &mut Vec<u8>) {
    let major = major << 5;
    if let Ok(small @ 0..=23) = u8::try_from(argument) {
        out.push(major | small);
    } else if let Ok(argument) = u8::try_from(argument) {
        out.extend([major | 24, argument]);
    } else if let Ok(argument) = u16::try_from(argument) {
        out.push(major | 25);
        out.extend(argument.to_be_bytes());
    } else if let Ok(argument) = u32::try_from(argument) {
        out.push(major | 26);
        out.extend(argument.to_be_bytes());
    } else {
        out.push(major | 27);
        out.extend(argument.to_be_bytes());
    }
}

struct Reader<'v> {
    rest: &'v [u8],
}

impl<'v> Reader<'v> {
    fn value(&mut self, depth: usize) -> Result<Value<'v>, Fault> {
        if depth > DEPTH_MAX {
            return Err("it nests too deep");
        }
        let (major, argument) = self.head()?;
        match major {
            0 | 1 => number(major, argument).map(Value::Number),
            2 => self.take(argument).map(Value::bytes),
            3 => {
                let text = std::str::from_utf8(self.take(argument)?);
                text.map(Value::text).map_err(|_| "a text is not UTF-8")
            }
            4 => {
                let count = self.count(argument, 1)?;
                let items = (0..count).map(|_| self.value(depth + 1));
                items.collect::<Result<_, _>>().map(Value::Array)
            }
            5 => self.map(argument, depth),
            6 => Ok(Value::Tag(argument, Box::new(self.value(depth + 1)?))),
            _ => Err("it holds a value of another type than statements are made of"),
        }
    }

    fn map(&mut self, argument: u64, depth: usize) -> Result<Value<'v>, Fault> {
        let count = self.count(argument, 2)?;
        let mut members: Vec<(i64, Value<'v>)> = Vec::with_capacity(count);
        let mut before: &[u8] = &[];
        for _ in 0..count {
            let start = self.rest;
            let (major, argument) = self.head()?;
            let key = match major {
                0 | 1 => number(major, argument)?,
                _ => return Err("a map has a key that is no whole number"),
            };
            let written = start.get(..start.len() - self.rest.len()).unwrap_or_default();
            if written <= before {
                return Err("a map names a key twice, or its keys are not in their order");
            }
            before = written;
            members.push((key, self.value(depth + 1)?));
        }
        Ok(Value::Map(members))
    }

    /// The major type and its argument, which must be written as shortly as it can be; no indefinite lengths.
    fn head(&mut self) -> Result<(u8, u64), Fault> {
        let [first] = self.array()?;
        let (major, low) = (first >> 5, first & 0x1f);
        let (argument, least) = match low {
            0..=23 => return Ok((major, u64::from(low))),
            24 => (u64::from(u8::from_be_bytes(self.array()?)), 24),
            25 => (u64::from(u16::from_be_bytes(self.array()?)), 1 << 8),
            26 => (u64::from(u32::from_be_bytes(self.array()?)), 1 << 16),
            27 => (u64::from_be_bytes(self.array()?), 1 << 32),
            _ => return Err("it holds a length that is not stated"),
        };
        if argument < least {
            Err("a number is not written as shortly as it can be")
        } else {
            Ok((major, argument))
        }
    }

    /// How many items follow. Each takes `least` bytes or more: what is announced must be able to come.
    fn count(&self, argument: u64, least: usize) -> Result<usize, Fault> {
        let count =
            usize::try_from(argument).ok().filter(|count| *count <= self.rest.len() / least);
        count.ok_or(CUT)
    }

    fn take(&mut self, argument: u64) -> Result<&'v [u8], Fault> {
        let (bytes, rest) = usize::try_from(argument)
            .ok()
            .and_then(|at| self.rest.split_at_checked(at))
            .ok_or(CUT)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], Fault> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(CUT)?;
        self.rest = rest;
        Ok(*bytes)
    }
}

const CUT: Fault = "it is cut short";

fn number(major: u8, argument: u64) -> Result<i64, Fault> {
    let number = i64::try_from(argument).map_err(|_| "a number is too large")?;
    Ok(if major == 0 { number } else { -1 - number })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> =
            text.chars().filter_map(|c| c.to_digit(16)).map(|d| u8::try_from(d).unwrap()).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }

    /// RFC 8949, "Examples of Encoded CBOR Data Items", those of the types that statements have.
    #[test]
    fn the_examples_of_the_specification_are_read_and_written() {
        let number = |n: i64| Value::Number(n);
        for (value, bytes) in [
            (number(0), "00"),
            (number(23), "17"),
            (number(24), "1818"),
            (number(100), "1864"),
            (number(1_000), "1903e8"),
            (number(1_000_000), "1a000f4240"),
            (number(1_000_000_000_000), "1b000000e8d4a51000"),
            (number(-1), "20"),
            (number(-100), "3863"),
            (number(-1_000), "3903e7"),
            (Value::bytes(&[1, 2, 3, 4]), "4401020304"),
            (Value::text("ü"), "62c3bc"),
            (Value::text("水"), "63e6b0b4"),
            (Value::Array(vec![]), "80"),
            (Value::Array(vec![number(1), number(2)]), "820102"),
            (Value::Map(vec![(1, number(2)), (3, number(4))]), "a201020304"),
            (Value::Tag(18, Box::new(number(0))), "d200"),
        ] {
            assert_eq!(value.encode(), hex(bytes), "{bytes}");
            assert_eq!(Value::decode(&hex(bytes)).as_ref(), Ok(&value), "{bytes}");
        }
    }

    #[test]
    fn nothing_else_is_read() {
        for bytes in [
            "",
            "1800",
            "1817",
            "190018",
            "1900ff",
            "1a0000ffff",
            "1b00000000ffffffff", // longer than needed
            "5f4101ff",
            "7f6161ff",
            "9f01ff",
            "bf0102ff",
            "ff", // no stated length
            "f4",
            "f6",
            "f7",
            "f90000",
            "fb3ff0000000000000", // other types
            "a201020102",
            "a203040102",
            "a2200101 02", // keys twice, out of order
            "a1616101",
            "a1f40 1",
            "a14101 01", // keys of other types
            "0000",
            "82 01",
            "a1 01",
            "44 010203",
            "61 ff",
            "18",
            "19 01",
            "9a ffffffff",
            "ba ffffffff",
            "5b ffffffffffffffff",
            "1b ffffffffffffffff",
            "3b 8000000000000000",
            "81 81 81 81 81 81 81 81 81 00",
        ] {
            assert!(Value::decode(&hex(bytes)).is_err(), "{bytes}");
        }
        assert_eq!(Value::decode(&hex("3b7fffffffffffffff")), Ok(Value::Number(i64::MIN)));
        assert!(Value::decode(&hex("8181818181818100")).is_ok());
    }

    /// What ciborium reads as whole numbers, bytes, text, arrays and maps is what we wrote.
    #[test]
    fn another_implementation_reads_what_is_written() {
        let value = Value::Map(vec![
            (1, Value::text("did:web:example.org")),
            (7, Value::bytes(&[0; 30])),
            (-65_537, Value::Array(vec![Value::Number(-5), Value::Number(70_000)])),
        ]);
        let bytes = value.encode();
        let theirs: ciborium::Value = ciborium::from_reader(bytes.as_slice()).unwrap();
        assert_eq!(theirs.as_map().unwrap().len(), 3);
        assert_eq!(theirs.as_map().unwrap()[0].1.as_text(), Some("did:web:example.org"));
        let mut again = Vec::new();
        ciborium::into_writer(&theirs, &mut again).unwrap();
        assert_eq!(again, bytes);
    }
}
