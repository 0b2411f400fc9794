//! What a person names on the command line, as single inputs: a file is one; a folder, an archive and a table are many, and pass by
//! one after another, so that no more than one is in memory. Names of archives and tables are shown and never opened as they are.

mod csv;
mod folder;

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use verifier::limits::CARRIER_BYTES_MAX;
use verifier::{Archive, Carrier, Unpackable, is_companion, is_statement};

use self::csv::Table;
use super::failure::Failure;
use super::reason::Unreadable;
use super::{read_file, read_limited};

/// The name of standard input.
pub(super) const STANDARD_INPUT: &str = "-";

/// One input.
pub(super) struct Item {
    /// What reports call it.
    pub(super) name: String,
    pub(super) found: Found,
}

/// What an input holds.
pub(super) enum Found {
    Bytes(Vec<u8>),
    /// A file of an archive that was not unpacked: it is refused.
    Packed(Unpackable),
    /// Nobody could read it: there is nothing to judge.
    Unreadable(Unreadable),
}

/// What to do with each input; `len` is told before the first of many.
pub(super) trait Visitor {
    /// So many are about to come.
    fn expect(&mut self, count: usize);
    /// The next one.
    fn visit(&mut self, item: Item) -> Result<(), Failure>;
    /// A text beside credentials, of this name, which is not judged.
    fn pass_over(&mut self, name: &str) -> Result<(), Failure>;
}

/// Whether this names many inputs.
pub(super) fn is_many(input: &Path) -> bool {
    input.is_dir() || is_csv(input) || is_archive(input)
}

fn is_csv(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"))
}

/// By the first bytes, as every input is told.
fn is_archive(path: &Path) -> bool {
    let is_file = path.metadata().is_ok_and(|found| found.is_file());
    let head = || File::open(path).and_then(|file| read_limited(file, 7));
    is_file && head().is_ok_and(|head| Carrier::of(&head) == Carrier::Archive)
}

/// Shows every input that `input` names to `visitor`.
pub(super) fn each(input: &Path, visitor: &mut dyn Visitor) -> Result<(), Failure> {
    // What a scanner wrote is the input itself: no file has such a name.
    let written = input.as_os_str().as_encoded_bytes();
    if is_statement(written) {
        return visitor.visit(item(input.to_string_lossy().into_owned(), Ok(written.to_vec())));
    }
    if input.is_dir() {
        return folder(input, visitor);
    }
    if is_csv(input) {
        return table(input, visitor);
    }
    if is_archive(input) {
        return archive(input, visitor);
    }
    let read = match input.as_os_str() == STANDARD_INPUT {
        true => read_limited(io::stdin().lock(), CARRIER_BYTES_MAX),
        // A link without a statement is the text of a code too, and the library says what it lacks. Nothing is asked of its host.
        false if is_link(input) => Ok(written.to_vec()),
        false => read_file(input, CARRIER_BYTES_MAX),
    };
    visitor.visit(item(input.to_string_lossy().into_owned(), read))
}

/// Whether this is an address and no file.
fn is_link(input: &Path) -> bool {
    let written = input.as_os_str().as_encoded_bytes();
    let begins = |scheme: &str| {
        written.get(..scheme.len()).is_some_and(|it| it.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    (begins("https://") || begins("http://")) && input.symlink_metadata().is_err()
}

fn item(name: String, read: io::Result<Vec<u8>>) -> Item {
    let found = match read {
        Ok(bytes) => Found::Bytes(bytes),
        Err(error) => Found::Unreadable(Unreadable::of(Path::new(&name), error)),
    };
    Item { name, found }
}

fn folder(input: &Path, visitor: &mut dyn Visitor) -> Result<(), Failure> {
    let files = match folder::list(input) {
        Ok(files) => files,
        Err(error) => return visitor.visit(item(input.to_string_lossy().into_owned(), Err(error))),
    };
    visitor.expect(files.len());
    for path in files {
        // As deep as `check some.zip` goes: an archive in it is refused by its name.
        if is_archive(&path) {
            archive(&path, visitor)?;
            continue;
        }
        let read = read_file(&path, CARRIER_BYTES_MAX);
        let name = path.to_string_lossy();
        if read.as_ref().is_ok_and(|bytes| is_companion(&name, bytes)) {
            visitor.pass_over(&name)?;
            continue;
        }
        visitor.visit(item(path.to_string_lossy().into_owned(), read))?;
    }
    Ok(())
}

fn archive(input: &Path, visitor: &mut dyn Visitor) -> Result<(), Failure> {
    let named = input.to_string_lossy();
    let refused = |error| match error {
        Unpackable::Unreadable(error) => item(named.clone().into_owned(), Err(error)),
        error => Item { name: named.clone().into_owned(), found: Found::Packed(error) },
    };
    let opened = File::open(input).map_err(Unpackable::from);
    let mut archive = match opened.and_then(|file| Archive::open(BufReader::new(file))) {
        Ok(archive) => archive,
        Err(error) => return visitor.visit(refused(error)),
    };
    visitor.expect(archive.len());
    loop {
        match archive.read_next() {
            Ok(None) => return Ok(()),
            Ok(Some(entry)) => {
                let name = format!("{named}/{}", entry.name);
                if entry.is_companion() {
                    visitor.pass_over(&name)?;
                    continue;
                }
                let found = entry.bytes.map_or_else(Found::Packed, Found::Bytes);
                visitor.visit(Item { name, found })?;
            }
            // The list itself is damaged: nothing more is known of the archive.
            Err(error) => return visitor.visit(refused(error)),
        }
    }
}

/// The rows of a table: the credential is in the row, or in a file beside the table.
fn table(input: &Path, visitor: &mut dyn Visitor) -> Result<(), Failure> {
    let named = input.to_string_lossy();
    let unreadable = |error| item(named.clone().into_owned(), Err(error));
    let opened = File::open(input).and_then(|file| Table::open(BufReader::new(file)));
    let mut table = match opened {
        Ok(table) => table,
        Err(error) => return visitor.visit(unreadable(error)),
    };
    let beside = input.parent().unwrap_or_else(|| Path::new(""));
    loop {
        match table.read_next() {
            Ok(None) => return Ok(()),
            Ok(Some(row)) => {
                let name = format!("{named}:{}", row.line);
                let read = row.credential(beside);
                visitor.visit(item(name, read))?;
            }
            Err(error) => return visitor.visit(unreadable(error)),
        }
    }
}
