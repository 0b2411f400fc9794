//! The plain text of a backup: a first line, parts one behind the other, a manifest last (`docs/formats.md`, "Backup").
//! It frames and counts bytes; what a part means is not known here.

use std::io::{self, BufRead, Read, Write};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::limits::{COPY_BYTES, LINE_BYTES_MAX, MANIFEST_BYTES_MAX};
use crate::register::TreePin;

/// First word and format of the first line.
const FORMAT: &str = "tanu-backup 1";

/// What a backup holds; the last thing in it, so a backup with a manifest was written to its end.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) version: u32,
    /// The tree that an increment goes on from; `null` for a full backup.
    pub(super) from: Option<TreePin>,
    /// The tree at its end.
    pub(super) tree: TreePin,
    /// The checkpoint of that tree, a signed note.
    pub(super) checkpoint: String,
    pub(super) made_at: Timestamp,
    pub(super) parts: Vec<Part>,
}

/// One part.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// SHA-256, 64 lower-case hexadecimal digits.
    pub(super) sha256: String,
}

/// From where to where a backup goes, as its first line says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Span {
    pub(super) from: u64,
    pub(super) until: u64,
}

/// Writes a backup.
pub(super) struct PartWriter<W> {
    output: W,
    parts: Vec<Part>,
}

impl<W: Write> PartWriter<W> {
    pub(super) fn new(mut output: W, span: Span) -> io::Result<Self> {
        writeln!(output, "{FORMAT} {} {}", span.from, span.until)?;
        Ok(Self { output, parts: Vec::new() })
    }

    /// Adds a part of `bytes` bytes, which `source` must have.
    pub(super) fn add(&mut self, name: &str, bytes: u64, source: &mut dyn Read) -> io::Result<()> {
        writeln!(self.output, "part {name} {bytes}")?;
        let (copied, sha256) = copy(&mut source.take(bytes), &mut self.output)?;
        if copied != bytes {
            return Err(io::Error::other(format!("{name} ends before its length")));
        }
        self.output.write_all(b"\n")?;
        self.parts.push(Part { name: name.to_owned(), bytes, sha256 });
        Ok(())
    }

    /// Ends the backup with its manifest, whose parts are those that were added.
    pub(super) fn finish(mut self, manifest: Manifest) -> io::Result<W> {
        let manifest = Manifest { parts: self.parts, ..manifest };
        let text = serde_json::to_string(&manifest).map_err(io::Error::other)?;
        writeln!(self.output, "manifest {}\n{text}", text.len())?;
        Ok(self.output)
    }
}

/// Reads a backup.
pub(super) struct PartReader<R> {
    input: R,
    pub(super) span: Span,
    parts: Vec<Part>,
}

impl<R: BufRead> PartReader<R> {
    pub(super) fn new(mut input: R) -> io::Result<Self> {
        let line = line(&mut input)?;
        let words = line.strip_prefix(FORMAT).and_then(|rest| rest.strip_prefix(' '));
        let span = words.and_then(|words| {
            let (from, until) = words.split_once(' ')?;
            Some(Span { from: number(from)?, until: number(until)? })
        });
        let span = span.ok_or_else(|| wrong("it is not of a format that this version reads"))?;
        Ok(Self { input, span, parts: Vec::new() })
    }

    /// Hands each part over, in order, by name and bytes; `take` must read it to its end. Returns the manifest, which says the same.
    pub(super) fn read(
        mut self,
        mut take: impl FnMut(&str, &mut dyn Read) -> io::Result<()>,
    ) -> io::Result<Manifest> {
        loop {
            let line = line(&mut self.input)?;
            if let Some(length) = line.strip_prefix("manifest ").and_then(number) {
                return self.manifest(length);
            }
            let words = line.strip_prefix("part ").and_then(|words| words.rsplit_once(' '));
            let part = words.and_then(|(name, bytes)| Some((name, number(bytes)?)));
            let (name, bytes) = part.ok_or_else(|| wrong("a part has no name and length"))?;
            let mut hashing = Hashing::new((&mut self.input).take(bytes));
            take(name, &mut hashing)?;
            let (read, sha256) = hashing.end();
            if read != bytes {
                return Err(wrong("it ends inside a part"));
            }
            let mut end = [0];
            self.input.read_exact(&mut end)?;
            if end != *b"\n" {
                return Err(wrong("a part is longer than it says"));
            }
            self.parts.push(Part { name: name.to_owned(), bytes, sha256 });
        }
    }

    fn manifest(mut self, length: u64) -> io::Result<Manifest> {
        if length > MANIFEST_BYTES_MAX {
            return Err(wrong("its manifest is too long"));
        }
        let mut text = Vec::new();
        (&mut self.input).take(length).read_to_end(&mut text)?;
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|_| wrong("its manifest is not readable"))?;
        let mut rest = Vec::new();
        // Reaching the end is what makes the envelope say that nothing was cut off.
        self.input.take(2).read_to_end(&mut rest)?;
        if rest != b"\n" {
            return Err(wrong("something follows its manifest, or its end is missing"));
        }
        if manifest.version != 1 || manifest.parts != self.parts {
            return Err(wrong("its parts are not those that its manifest lists"));
        }
        let from = manifest.from.as_ref().map_or(0, |from| from.size);
        if (Span { from, until: manifest.tree.size }) != self.span {
            return Err(wrong("its first line and its manifest differ"));
        }
        Ok(manifest)
    }
}

/// Passes bytes on, and hashes them.
struct Hashing<R> {
    input: R,
    hasher: Sha256,
    bytes: u64,
}

impl<R> Hashing<R> {
    fn new(input: R) -> Self {
        Self { input, hasher: Sha256::new(), bytes: 0 }
    }

    fn end(self) -> (u64, String) {
        let digest = self.hasher.finalize();
        (self.bytes, digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.hasher.update(buffer.get(..read).unwrap_or_default());
        self.bytes = self.bytes.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}

/// Copies all of `source`; returns how many bytes there were, and their SHA-256.
fn copy(source: &mut dyn Read, output: &mut dyn Write) -> io::Result<(u64, String)> {
    let mut hashing = Hashing::new(source);
    copy_all(&mut hashing, output)?;
    Ok(hashing.end())
}

pub(super) fn copy_all(source: &mut dyn Read, output: &mut dyn Write) -> io::Result<()> {
    let mut buffer = vec![0; COPY_BYTES];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => output.write_all(buffer.get(..read).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn line(input: &mut dyn BufRead) -> io::Result<String> {
    let mut line = String::new();
    input.take(LINE_BYTES_MAX).read_line(&mut line)?;
    line.strip_suffix('\n')
        .map(str::to_owned)
        .ok_or_else(|| wrong("it ends early, or a line of it is too long"))
}

/// Digits without sign or leading zero.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

fn wrong(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}
