//! The values that a PDF is made of (ISO 32000-1, "Objects"), read from bytes with a bound on depth and number.
//! It knows nothing of files, streams and references.

use super::budget::Budget;
use crate::carrier::{malformed, over};
use crate::limits;
use crate::report::Finding;

/// A value. Of real numbers and truth values nothing is needed but where they end.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Object {
    #[default]
    Other,
    Integer(i64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Self>),
    Dictionary(Dictionary),
    /// The number of an indirect object.
    Reference(u32),
}

/// Names with their values; no name twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Dictionary(Vec<(Vec<u8>, Object)>);

impl Dictionary {
    pub(super) fn find(&self, name: &[u8]) -> Option<&Object> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(super) fn integer(&self, name: &[u8]) -> Option<usize> {
        self.find(name).and_then(Object::integer)
    }
}

impl Object {
    pub(super) fn integer(&self) -> Option<usize> {
        match self {
            Self::Integer(number) => usize::try_from(*number).ok(),
            _ => None,
        }
    }

    pub(super) fn dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        }
    }

    pub(super) fn array(&self) -> &[Self] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }
}

/// Reads values of `bytes` one after another.
pub(super) struct Reader<'i> {
    pub(super) bytes: &'i [u8],
    pub(super) at: usize,
    budget: &'i Budget,
}

impl<'i> Reader<'i> {
    pub(super) const fn new(bytes: &'i [u8], at: usize, budget: &'i Budget) -> Self {
        Self { bytes, at, budget }
    }

    pub(super) fn rest(&self) -> &'i [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// White space and comments.
    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let line = self.rest().iter().position(|byte| matches!(byte, b'\r' | b'\n'));
                self.at += line.unwrap_or_else(|| self.rest().len());
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// Passes over `word` if it is what comes next, whole.
    pub(super) fn word(&mut self, word: &[u8]) -> bool {
        self.skip_space();
        let after = self.rest().strip_prefix(word);
        let found = after.is_some_and(|after| after.first().is_none_or(|byte| !is_regular(*byte)));
        if found {
            self.at += word.len();
        }
        found
    }

    /// A whole number without sign.
    pub(super) fn number(&mut self) -> Option<usize> {
        self.skip_space();
        let rest = self.rest();
        let end = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        let number = std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()?;
        self.at += end;
        Some(number)
    }

    /// The next value.
    pub(super) fn object(&mut self) -> Result<Object, Finding> {
        self.nested(limits::PDF_DEPTH_MAX)
    }

    fn nested(&mut self, depth: usize) -> Result<Object, Finding> {
        let inner =
            depth.checked_sub(1).ok_or_else(|| over("levels of nesting", limits::PDF_DEPTH_MAX))?;
        self.budget.take_value()?;
        self.skip_space();
        match self.rest() {
            [b'<', b'<', ..] => self.dictionary(inner).map(Object::Dictionary),
            [b'<', ..] => self.hexadecimal(),
            [b'(', ..] => self.literal(),
            [b'[', ..] => self.array(inner),
            [b'/', ..] => self.name().map(Object::Name),
            [b'+' | b'-' | b'.' | b'0'..=b'9', ..] => Ok(self.numeric()),
            _ if ["true", "false", "null"].iter().any(|word| self.word(word.as_bytes())) => {
                Ok(Object::Other)
            }
            _ => Err(malformed("The PDF is damaged: a value in it cannot be read.")),
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Dictionary, Finding> {
        self.at += 2;
        let mut members: Vec<(Vec<u8>, Object)> = Vec::new();
        loop {
            self.skip_space();
            match self.rest() {
                [b'>', b'>', ..] => {
                    self.at += 2;
                    let mut names: Vec<&[u8]> =
                        members.iter().map(|(name, _)| name.as_slice()).collect();
                    names.sort_unstable();
                    if names.windows(2).any(|pair| pair.first() == pair.last()) {
                        return Err(malformed(
                            "The PDF says something twice, so its meaning is ambiguous.",
                        ));
                    }
                    return Ok(Dictionary(members));
                }
                [b'/', ..] => {
                    let name = self.name()?;
                    members.push((name, self.nested(depth)?));
                }
                _ => return Err(malformed("The PDF is damaged: a dictionary in it has no end.")),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Object, Finding> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    return Ok(Object::Array(items));
                }
                Some(_) => items.push(self.nested(depth)?),
                None => return Err(malformed("The PDF is damaged: an array in it has no end.")),
            }
        }
    }

    /// A number; two of them and `R` are a reference.
    fn numeric(&mut self) -> Object {
        let rest = self.rest();
        let plain = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.');
        let end = rest.iter().position(|byte| !plain(byte)).unwrap_or(rest.len());
        let text = rest.get(..end).and_then(|text| std::str::from_utf8(text).ok());
        self.at += end;
        let Some(number) = text.and_then(|text| text.parse::<i64>().ok()) else {
            return Object::Other;
        };
        let after = self.at;
        let referenced = self.number() == Some(0) && self.word(b"R");
        match u32::try_from(number) {
            Ok(number) if referenced => Object::Reference(number),
            _ => {
                self.at = after;
                Object::Integer(number)
            }
        }
    }

    fn name(&mut self) -> Result<Vec<u8>, Finding> {
        self.at += 1;
        let rest = self.rest();
        let end = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
        self.at += end;
        let mut name = Vec::new();
        let mut bytes = rest.get(..end).unwrap_or_default().iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'#' => {
                    let digits = [bytes.next(), bytes.next()]
                        .map(|digit| digit.and_then(|digit| hex(*digit)));
                    let [Some(high), Some(low)] = digits else {
                        return Err(malformed("The PDF is damaged: a name in it cannot be read."));
                    };
                    name.push(high * 16 + low);
                }
                plain => name.push(*plain),
            }
        }
        Ok(name)
    }

    fn hexadecimal(&mut self) -> Result<Object, Finding> {
        self.at += 1;
        let rest = self.rest();
        let end = rest.iter().position(|byte| *byte == b'>');
        let damaged = || malformed("The PDF is damaged: a text in it cannot be read.");
        let body = end.and_then(|end| rest.get(..end)).ok_or_else(damaged)?;
        self.at += body.len() + 1;
        let digits = body.iter().filter(|byte| !is_space(**byte)).map(|byte| hex(*byte));
        let mut digits: Vec<u8> = digits.collect::<Option<_>>().ok_or_else(damaged)?;
        if digits.len() % 2 == 1 {
            digits.push(0);
        }
        Ok(Object::Text(
            digits
                .chunks_exact(2)
                .map(|pair| pair.iter().fold(0, |sum, digit| sum * 16 + digit))
                .collect(),
        ))
    }

    /// `(…)` with balanced parentheses and escapes.
    fn literal(&mut self) -> Result<Object, Finding> {
        let mut text = Vec::new();
        let mut open = 0_usize;
        loop {
            let Some(byte) = self.peek() else {
                return Err(malformed("The PDF is damaged: a text in it has no end."));
            };
            self.at += 1;
            match byte {
                b'(' => {
                    if open > 0 {
                        text.push(byte);
                    }
                    open += 1;
                }
                b')' if open == 1 => return Ok(Object::Text(text)),
                b')' => {
                    open -= 1;
                    text.push(byte);
                }
                b'\\' => text.extend(self.escape()),
                plain => text.push(plain),
            }
        }
    }

    fn escape(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        if let b'0'..=b'7' = byte {
            let rest = self.rest().iter().take(3);
            let digits: Vec<u8> =
                rest.take_while(|byte| matches!(byte, b'0'..=b'7')).copied().collect();
            self.at += digits.len();
            let value = digits.iter().fold(0_u16, |sum, digit| sum * 8 + u16::from(digit - b'0'));
            return u8::try_from(value & 0xff).ok();
        }
        self.at += 1;
        match byte {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\r' => {
                self.at += usize::from(self.peek() == Some(b'\n'));
                None
            }
            b'\n' => None,
            other => Some(other),
        }
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

const fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
