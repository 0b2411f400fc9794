//! ZIP archives of many credentials (PKWARE APPNOTE 6.3.9, "General Format of a .ZIP file"), read strictly and one file at a time.
//!
//! An own small reader: libraries take the whole list of files into memory, whatever its size, and accept what two programs unpack
//! differently. Names are shown and never used as paths.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Read, Seek, SeekFrom};

use unicode_normalization::UnicodeNormalization as _;

use super::inflate::{self, Wrapping};
use super::is_companion;
use crate::limits;
use crate::problem::Code;
use crate::report::{Check, Finding, Report};

/// An archive whose files are read one after another.
#[derive(Debug)]
pub struct Archive<R> {
    source: R,
    /// The list of files that are left.
    list: io::Cursor<Vec<u8>>,
    files: usize,
    /// Where each file begins, in this order, and the list behind the last.
    begins: Vec<u64>,
    /// Bytes that may still be inflated.
    left: u64,
}

/// A file of an archive.
#[derive(Debug)]
pub struct Entry {
    /// Its name as it was written; it may hold anything.
    pub name: String,
    /// Its bytes, or why they were not read: such a file is refused, the others are read.
    pub bytes: Result<Vec<u8>, Unpackable>,
}

impl Entry {
    /// Whether it only accompanies credentials, as [`is_companion`] tells: it is to be named and passed over.
    #[must_use]
    pub fn is_companion(&self) -> bool {
        self.bytes.as_ref().is_ok_and(|bytes| is_companion(&self.name, bytes))
    }
}

/// Why an archive, or a file of it, is not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unpackable {
    /// It cannot be read at all.
    #[error("the archive cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It does not conform.
    #[error("the archive is damaged: {0}")]
    Malformed(&'static str),
    /// A form that is not read.
    #[error("{0}")]
    NotRead(&'static str),
    /// A limit is exceeded.
    #[error("the archive has more than {most} {what}")]
    Limit {
        /// Of what.
        what: &'static str,
        /// The limit.
        most: u64,
    },
    /// Nothing in it was to be checked: it is empty, or has only folders and texts beside credentials.
    #[error("there is no file in the archive that may be a certificate")]
    Empty,
    /// The time for the whole archive was over before this file.
    #[error(
        "this file was not checked in time, which says nothing about it: send fewer at once, or use `verifier check`"
    )]
    NotInTime,
}

/// What the list says of one file.
struct Listed {
    name: String,
    flags: u16,
    method: u16,
    crc: u32,
    packed: u64,
    size: u64,
    offset: u64,
    /// Bytes of its name as it was written.
    name_bytes: u64,
    /// The same number for names that some system takes for one.
    folded: u64,
}

const LIST_ENTRY: [u8; 4] = *b"PK\x01\x02";
const LOCAL_HEADER: [u8; 4] = *b"PK\x03\x04";
const END: [u8; 4] = *b"PK\x05\x06";
const END_BYTES: usize = 22;
/// The flag of a file whose checksum and lengths stand behind it.
const DESCRIBED: u16 = 8;
const OVERLAP: &str = "files in it overlap, and programs unpack different ones";
/// Bytes of a file's own header before its name.
const LOCAL_BYTES: u64 = 30;

impl<R: Read + Seek> Archive<R> {
    /// Reads the list of files at the end of `source`.
    ///
    /// # Errors
    ///
    /// [`Unpackable`], if there is none, or not within the limits.
    pub fn open(mut source: R) -> Result<Self, Unpackable> {
        let length = source.seek(SeekFrom::End(0))?;
        // The end may be followed by a comment of at most 65,535 bytes.
        let tail = length.min(65_535 + 22);
        source.seek(SeekFrom::Start(length - tail))?;
        let mut bytes = Vec::new();
        source.by_ref().take(tail).read_to_end(&mut bytes)?;
        let at = bytes.windows(4).rposition(|window| window == END);
        let end =
            at.and_then(|at| bytes.get(at..)).ok_or(Unpackable::Malformed("its end is missing"))?;
        let comment = two(end, 20)?;
        if end.len() != END_BYTES + usize::from(comment) {
            return Err(Unpackable::Malformed("something stands behind its end"));
        }
        let (disk, of_disk) = ((two(end, 4)?, two(end, 6)?), (two(end, 8)?, two(end, 10)?));
        let (list_bytes, list_at) = (four(end, 12)?, four(end, 16)?);
        if disk != (0, 0) || of_disk.0 != of_disk.1 || list_at == u32::MAX || of_disk.0 == u16::MAX
        {
            return Err(Unpackable::NotRead(
                "Archives in parts, and those with more than 65,534 files, are not read.",
            ));
        }
        let most = limits::ARCHIVE_LIST_BYTES_MAX;
        if usize::try_from(list_bytes).map_or(true, |bytes| bytes > most) {
            return Err(limit("bytes of names", most));
        }
        let end_at = length.saturating_sub(u64::try_from(end.len()).unwrap_or(u64::MAX));
        if u64::from(list_at) + u64::from(list_bytes) != end_at {
            // Programs that count from the end would find another list.
            return Err(Unpackable::Malformed(
                "its list of files does not end where its end begins",
            ));
        }
        source.seek(SeekFrom::Start(u64::from(list_at)))?;
        let mut list = Vec::new();
        source.by_ref().take(u64::from(list_bytes)).read_to_end(&mut list)?;
        let whole = length.saturating_mul(limits::ARCHIVE_WHOLE_RATIO_MAX) + file_bytes_max();
        let left = whole.min(limits::ARCHIVE_BYTES_MAX);
        let (list, files) = (io::Cursor::new(list), usize::from(of_disk.0));
        let mut archive = Self { source, list, files, begins: Vec::new(), left };
        archive.begins = archive.survey(u64::from(list_at))?;
        Ok(archive)
    }

    /// Where each file begins, and `end`, before which the last one ends. Files that share bytes or a name are one file to some programs and
    /// two to others, and shared bytes would be inflated once for each.
    fn survey(&mut self, end: u64) -> Result<Vec<u64>, Unpackable> {
        let (mut places, mut names) = (Vec::new(), Vec::new());
        for _ in 0..self.files {
            let listed = self.listed()?;
            places.push((listed.offset, listed.offset + listed.bytes()));
            names.extend((!listed.is_folder()).then_some(listed.folded));
        }
        let length = u64::try_from(self.list.get_ref().len()).unwrap_or(u64::MAX);
        if self.list.position() < length {
            return Err(Unpackable::Malformed("its list names more files than it counts"));
        }
        self.list.set_position(0);
        names.sort_unstable();
        if names.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(Unpackable::Malformed(
                "two files of it have one name, and programs unpack one or the other",
            ));
        }
        places.sort_unstable();
        let following = places.iter().skip(1);
        if places.iter().zip(following).any(|((_, ends), (begins, _))| ends > begins) {
            return Err(Unpackable::Malformed(OVERLAP));
        }
        let mut begins: Vec<u64> = places.iter().map(|place| place.0).chain([end]).collect();
        begins.sort_unstable();
        Ok(begins)
    }

    /// How many entries are left, folders among them.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.files
    }

    /// Whether none is left.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.files == 0
    }

    /// The next file, folders passed over; `None` after the last.
    ///
    /// # Errors
    ///
    /// [`Unpackable`], if the list itself is damaged: then no further file is known.
    pub fn read_next(&mut self) -> Result<Option<Entry>, Unpackable> {
        while self.files > 0 {
            self.files -= 1;
            let listed = self.listed()?;
            let bytes = self.unpack(&listed);
            if listed.is_folder() && bytes.is_ok() {
                continue;
            }
            return Ok(Some(Entry { name: listed.name, bytes }));
        }
        Ok(None)
    }

    fn listed(&mut self) -> Result<Listed, Unpackable> {
        let mut head = [0_u8; 46];
        self.list
            .read_exact(&mut head)
            .map_err(|_| Unpackable::Malformed("its list of files is cut short"))?;
        if head.first_chunk() != Some(&LIST_ENTRY) {
            return Err(Unpackable::Malformed("its list of files is none"));
        }
        let mut name = vec![0_u8; usize::from(two(&head, 28)?)];
        self.list
            .read_exact(&mut name)
            .map_err(|_| Unpackable::Malformed("a name in it is cut short"))?;
        let skipped = i64::from(two(&head, 30)?) + i64::from(two(&head, 32)?);
        self.list.seek(SeekFrom::Current(skipped))?;
        Ok(Listed {
            name: String::from_utf8_lossy(&name).into_owned(),
            flags: two(&head, 8)?,
            method: two(&head, 10)?,
            crc: four(&head, 16)?,
            packed: u64::from(four(&head, 20)?),
            size: u64::from(four(&head, 24)?),
            offset: u64::from(four(&head, 42)?),
            name_bytes: u64::from(two(&head, 28)?),
            folded: folded(&name),
        })
    }

    /// The bytes of a file, which must be as long and have the checksum that the list says.
    fn unpack(&mut self, listed: &Listed) -> Result<Vec<u8>, Unpackable> {
        self.check_size(listed)?;
        let begin = self.check_header(listed)?;
        let end = begin.saturating_add(listed.packed);
        self.check_neighbours(listed, end)?;
        let mut packed = Vec::new();
        self.source.by_ref().take(listed.packed).read_to_end(&mut packed)?;
        let most = usize::try_from(listed.size).unwrap_or(usize::MAX);
        let bytes = match listed.method {
            0 => packed,
            8 => inflate::inflated(&packed, Wrapping::None, most)
                .map_err(|_| Unpackable::Malformed("a file of it cannot be inflated"))?,
            _ => {
                return Err(Unpackable::NotRead(
                    "The file is compressed in another way than Deflate.",
                ));
            }
        };
        let whole = u64::try_from(bytes.len()) == Ok(listed.size);
        if whole && crc32fast::hash(&bytes) == listed.crc {
            Ok(bytes)
        } else {
            Err(Unpackable::Malformed(
                "a file of it has another length or checksum than the list says",
            ))
        }
    }

    /// Whether a file ends, at `end`, where the next one begins, and the first one begins the archive: between them may stand what programs
    /// find that go from file to file and never read the list.
    fn check_neighbours(&self, listed: &Listed, end: u64) -> Result<(), Unpackable> {
        let next = self.begins.partition_point(|begins| *begins <= listed.offset);
        let gap = self.begins.get(next).and_then(|next| next.checked_sub(end));
        let gap = gap.ok_or(Unpackable::Malformed(OVERLAP))?;
        // Behind the bytes of a file its checksum and lengths may be repeated (APPNOTE, "Data descriptor").
        let described = listed.flags & DESCRIBED != 0 && matches!(gap, 12 | 16 | 20 | 24);
        if (gap == 0 || described) && (next > 1 || listed.offset == 0) {
            return Ok(());
        }
        Err(Unpackable::Malformed("something stands between its files that its list does not name"))
    }

    /// Refuses what would take too much, before any of it is read.
    fn check_size(&mut self, listed: &Listed) -> Result<(), Unpackable> {
        if listed.flags & 1 != 0 {
            return Err(Unpackable::NotRead("The file is encrypted: send it without a password."));
        }
        if listed.size > file_bytes_max() {
            return Err(limit("bytes in one file", limits::CARRIER_BYTES_MAX));
        }
        if listed.packed > 2 * file_bytes_max() {
            return Err(Unpackable::Malformed("a file of it is larger than what it holds"));
        }
        if listed.size > listed.packed.max(64).saturating_mul(limits::ARCHIVE_RATIO_MAX) {
            return Err(Unpackable::Limit {
                what: "times its own size in one file",
                most: limits::ARCHIVE_RATIO_MAX,
            });
        }
        self.left = self.left.checked_sub(listed.size).ok_or(Unpackable::Limit {
            what: "times its own size when it is unpacked",
            most: limits::ARCHIVE_WHOLE_RATIO_MAX,
        })?;
        Ok(())
    }

    /// Where the bytes of a file begin, behind a header of its own that says of it what the list says.
    fn check_header(&mut self, listed: &Listed) -> Result<u64, Unpackable> {
        self.source.seek(SeekFrom::Start(listed.offset))?;
        let mut head = [0_u8; 30];
        self.source
            .read_exact(&mut head)
            .map_err(|_| Unpackable::Malformed("a file of it is cut short"))?;
        if head.first_chunk() != Some(&LOCAL_HEADER) || two(&head, 8)? != listed.method {
            return Err(Unpackable::Malformed("a file of it is elsewhere than the list says"));
        }
        let mut name = vec![0_u8; usize::from(two(&head, 26)?)];
        self.source
            .read_exact(&mut name)
            .map_err(|_| Unpackable::Malformed("a name in it is cut short"))?;
        if String::from_utf8_lossy(&name) != listed.name {
            return Err(Unpackable::Malformed("a file of it has two names"));
        }
        Ok(self.source.seek(SeekFrom::Current(i64::from(two(&head, 28)?)))?)
    }
}

impl Listed {
    const fn is_folder(&self) -> bool {
        matches!(self.name.as_bytes(), [.., b'/']) && self.size == 0
    }

    /// Bytes that it takes at least: its header may say more after the name.
    const fn bytes(&self) -> u64 {
        LOCAL_BYTES + self.name_bytes + self.packed
    }
}

/// A number for a name as the system has it that tells the fewest apart: capitals and small letters alike, and both kinds of slash.
fn folded(name: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    match std::str::from_utf8(name) {
        Ok(name) => {
            let parts = name.split(['/', '\\']).filter(|part| !matches!(*part, "" | "."));
            for part in parts {
                let letters = part.nfc().flat_map(char::to_lowercase);
                letters.for_each(|letter| letter.hash(&mut hasher));
                '/'.hash(&mut hasher);
            }
        }
        // The letters of an older system, of which only those of ASCII are known.
        Err(_) => name.to_ascii_lowercase().hash(&mut hasher),
    }
    hasher.finish()
}

fn file_bytes_max() -> u64 {
    u64::try_from(limits::CARRIER_BYTES_MAX).unwrap_or(u64::MAX)
}

fn limit(what: &'static str, most: usize) -> Unpackable {
    Unpackable::Limit { what, most: u64::try_from(most).unwrap_or(u64::MAX) }
}

/// A number of two bytes, the lowest first.
fn two(bytes: &[u8], at: usize) -> Result<u16, Unpackable> {
    let found = bytes.get(at..).and_then(<[u8]>::first_chunk);
    found.map(|found| u16::from_le_bytes(*found)).ok_or(Unpackable::Malformed("it is cut short"))
}

/// A number of four bytes, the lowest first.
fn four(bytes: &[u8], at: usize) -> Result<u32, Unpackable> {
    let found = bytes.get(at..).and_then(<[u8]>::first_chunk);
    found.map(|found| u32::from_le_bytes(*found)).ok_or(Unpackable::Malformed("it is cut short"))
}

impl Unpackable {
    /// The report on a file that was not read for this reason: refused.
    pub fn report(&self, now: i64) -> Report {
        let code = match self {
            Self::Unreadable(_) | Self::Malformed(_) => Code::CarrierMalformed,
            Self::NotRead(_) => Code::CarrierNotRead,
            Self::Limit { .. } => Code::Limit,
            Self::NotInTime => Code::NotInTime,
            Self::Empty => Code::NoCredential,
        };
        let text = self.to_string();
        let mut sentence: String = text.chars().take(1).flat_map(char::to_uppercase).collect();
        sentence.extend(text.chars().skip(1));
        if !sentence.ends_with('.') {
            sentence.push('.');
        }
        let mut report = Report::new(now);
        report.record::<()>(Check::Read, Err(Finding::refused(code, sentence)));
        report
    }
}
