//! The files inside a PDF, wherever some program lists them: in the name tree of the document, associated with it or with a page, pinned
//! to a page as an annotation. It says what each may be meant as; it must not read one.

use super::file::File;
use super::object::{Dictionary, Object};
use crate::carrier::{malformed, over, several};
use crate::limits;
use crate::report::Finding;

/// A file inside the PDF.
pub(super) struct Attached {
    /// All names that it has, each once. Programs show one or the other.
    names: Vec<String>,
    subtype: Vec<u8>,
    pub(super) bytes: Vec<u8>,
}

/// What a file may be meant as.
pub(super) enum Kind {
    Credential,
    Proof,
    Other,
}

/// Media types of credentials.
const CREDENTIALS: [&[u8]; 7] = [
    b"application/vc+ld+json",
    b"application/ld+json",
    b"application/vc",
    b"application/json",
    b"application/vc+jwt",
    b"application/jwt",
    b"application/vc+ld+json+jwt",
];

/// The names of a file, and its contents, for one system or another (ISO 32000-1, "File Specification Dictionaries"). The last three are
/// of long ago; some programs still read them.
const SYSTEMS: [&[u8]; 5] = [b"UF", b"F", b"Unix", b"DOS", b"Mac"];

impl Attached {
    /// All names, if they differ.
    pub(super) fn name(&self) -> String {
        self.names.join("/")
    }

    /// Whatever may be meant as a credential counts as one, by any name, type or content: of two, none may hide.
    pub(super) fn kind(&self) -> Kind {
        let names: Vec<String> = self.names.iter().map(|name| name.to_ascii_lowercase()).collect();
        let ends = |name: &String, endings: &[&str]| endings.iter().any(|it| name.ends_with(it));
        let text = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.bytes).trim_ascii();
        if names.iter().any(|name| ends(name, &[".json", ".jsonld", ".jwt", ".jws"]))
            || CREDENTIALS.contains(&self.subtype.to_ascii_lowercase().as_slice())
            || text.starts_with(b"{")
            || text.starts_with(b"eyJ")
        {
            Kind::Credential
        } else if names.iter().any(|name| ends(name, &[".tlog-proof"])) {
            Kind::Proof
        } else {
            Kind::Other
        }
    }
}

/// Every embedded file once under each of its names.
pub(super) fn attached(file: &File<'_>, root: &Dictionary) -> Result<Vec<Attached>, Finding> {
    let mut specifications = of_name_tree(file, root)?;
    // ISO 32000-2, "Associated files".
    specifications.extend_from_slice(file.value(root.find(b"AF"))?.array());
    specifications.extend(of_pages(file, root)?);
    let mut streams = Vec::new();
    let mut found = Vec::new();
    for specification in specifications {
        let specification = file.value(Some(&specification))?;
        let Some(specification) = specification.dictionary() else { continue };
        let Some(stream) = embedded(file, specification)? else { continue };
        // The same file, named in several places; under another name it is another one, which some program shows.
        let known = (stream, names(file, specification)?);
        if streams.contains(&known) {
            continue;
        }
        if streams.len() == limits::PDF_ATTACHMENTS_MAX {
            return Err(over("attachments", limits::PDF_ATTACHMENTS_MAX));
        }
        found.push(read(file, stream, known.1.clone())?);
        streams.push(known);
    }
    Ok(found)
}

/// The values of the tree of embedded files (ISO 32000-1, "Name Trees"), from its first to its last.
fn of_name_tree(file: &File<'_>, root: &Dictionary) -> Result<Vec<Object>, Finding> {
    let names = file.value(root.find(b"Names"))?;
    let tree = names.dictionary().and_then(|names| names.find(b"EmbeddedFiles"));
    let mut leaves = Vec::new();
    let mut waiting: Vec<Object> = tree.cloned().into_iter().collect();
    let mut nodes = 0_usize;
    while let Some(node) = waiting.pop() {
        nodes += 1;
        if nodes + waiting.len() + leaves.len() > 8 * limits::PDF_ATTACHMENTS_MAX {
            return Err(over("attachments", limits::PDF_ATTACHMENTS_MAX));
        }
        let node = file.value(Some(&node))?;
        let Some(node) = node.dictionary() else { continue };
        let names = file.value(node.find(b"Names"))?;
        leaves.extend(names.array().chunks_exact(2).filter_map(<[Object]>::last).cloned());
        waiting.extend(file.value(node.find(b"Kids"))?.array().iter().rev().cloned());
    }
    Ok(leaves)
}

/// The files of all pages: associated with one, or pinned to it (ISO 32000-1, "File Attachment Annotations").
fn of_pages(file: &File<'_>, root: &Dictionary) -> Result<Vec<Object>, Finding> {
    let mut found = Vec::new();
    let mut waiting: Vec<Object> = root.find(b"Pages").cloned().into_iter().collect();
    let mut nodes = 0_usize;
    while let Some(node) = waiting.pop() {
        nodes += 1;
        if nodes + waiting.len() > limits::PDF_PAGES_MAX {
            return Err(over("pages", limits::PDF_PAGES_MAX));
        }
        let node = file.value(Some(&node))?;
        let Some(node) = node.dictionary() else { continue };
        waiting.extend(file.value(node.find(b"Kids"))?.array().iter().rev().cloned());
        found.extend_from_slice(file.value(node.find(b"AF"))?.array());
        for annotation in file.value(node.find(b"Annots"))?.array() {
            let annotation = file.value(Some(annotation))?;
            let Some(annotation) = annotation.dictionary() else { continue };
            found.extend(annotation.find(b"FS").cloned());
            found.extend_from_slice(file.value(annotation.find(b"AF"))?.array());
        }
    }
    Ok(found)
}

/// The number of the stream that a file specification embeds.
fn embedded(file: &File<'_>, specification: &Dictionary) -> Result<Option<u32>, Finding> {
    let embedded = file.value(specification.find(b"EF"))?;
    let Some(embedded) = embedded.dictionary() else { return Ok(None) };
    let mut streams: Vec<u32> = Vec::new();
    for system in SYSTEMS {
        if let Some(Object::Reference(number)) = embedded.find(system) {
            streams.push(*number);
        }
    }
    streams.dedup();
    match streams.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err(several(
            "An attachment of the PDF has two contents, of which programs show one or the other.",
        )),
    }
}

/// Every name of a file specification once.
fn names(file: &File<'_>, specification: &Dictionary) -> Result<Vec<String>, Finding> {
    let mut names: Vec<String> = Vec::new();
    for system in SYSTEMS {
        let name = text(file.value(specification.find(system))?.as_ref());
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

fn read(file: &File<'_>, stream: u32, names: Vec<String>) -> Result<Attached, Finding> {
    let found = file.indirect(stream)?;
    let (Some(dictionary), Some(bytes)) = (found.value.dictionary(), found.stream) else {
        return Err(malformed("The PDF is damaged: an attachment in it is none."));
    };
    let subtype = match file.value(dictionary.find(b"Subtype"))?.as_ref() {
        Object::Name(subtype) => subtype.clone(),
        _ => Vec::new(),
    };
    Ok(Attached { names, subtype, bytes: file.inflated(dictionary, bytes)? })
}

/// A text string (ISO 32000-1, "Text String Type"): UTF-16 with its mark, else as good as ASCII.
fn text(object: &Object) -> String {
    let Object::Text(bytes) = object else { return String::new() };
    match bytes.strip_prefix(b"\xfe\xff") {
        Some(wide) => {
            let units = wide
                .chunks_exact(2)
                .map(|pair| pair.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte)));
            char::decode_utf16(units)
                .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect()
        }
        None => String::from_utf8_lossy(bytes).into_owned(),
    }
}
