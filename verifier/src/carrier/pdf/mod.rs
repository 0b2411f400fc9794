//! Credentials in a PDF: its attachments, and nothing else of it. What the pages show is never read, and never verified.
//!
//! An own small reader, since libraries for PDF read whole files: every object, every stream, repaired where it is damaged. Here only
//! what leads from the end of the file to the attachments is read, within limits, and what is damaged is refused.

mod editions;
mod file;
mod object;
mod sections;

use roxmltree::{Document, ParsingOptions};

use self::file::File;
use self::object::{Dictionary, Object};
use super::{Attachments, Contents, Parcel, absent, malformed, over, several};
use crate::limits;
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::wording::plain_text;

pub(crate) use editions::check_editions;

/// Takes the credentials and proofs out of a PDF.
pub(super) fn unpack(input: &[u8]) -> Result<Parcel<'static>, Finding> {
    let file = File::open(input)?;
    let root = file.value(file.trailer.find(b"Root"))?;
    let root =
        root.dictionary().ok_or_else(|| malformed("The PDF is damaged: it has no contents."))?;
    let mut attachments =
        Attachments { identifiers: identifiers(&file, root), ..Attachments::default() };
    let mut warnings = vec![Problem::new(
        Code::PagesNotVerified,
        "The visible text of the PDF is not verified: compare it with what is shown here.",
    )];
    let added = sections::added_bytes(&file);
    if added > 0 {
        let detail = format!("{added} bytes were added to the PDF after it was made.");
        warnings.push(Problem::new(Code::BytesAdded, detail));
    }
    for attached in attached(&file, root)? {
        match attached.kind() {
            Kind::Credential => attachments.credentials.push((attached.name, attached.bytes)),
            Kind::Proof => attachments.proofs.push(attached.bytes),
            Kind::Other => {
                let detail =
                    format!("The attachment {} is not verified.", plain_text(&attached.name));
                warnings.push(Problem::new(Code::AttachmentNotVerified, detail));
            }
        }
    }
    if attachments.credentials.is_empty() {
        return Err(absent(
            "The PDF carries no credential. A printed or scanned copy has none: ask for the original file, or check the QR code on it.",
        ));
    }
    if attachments.credentials.len() > limits::EDITIONS_MAX {
        return Err(over("credentials", limits::EDITIONS_MAX));
    }
    Ok(Parcel { contents: Contents::Attachments(attachments), warnings })
}

/// A file inside the PDF.
struct Attached {
    /// Under all names that it has, if these differ.
    name: String,
    subtype: Vec<u8>,
    bytes: Vec<u8>,
}

enum Kind {
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

impl Attached {
    /// Whatever may be meant as a credential counts as one, by name, type or content: of two, none may hide.
    fn kind(&self) -> Kind {
        let name = self.name.to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        let text = self.bytes.trim_ascii();
        if ends(&[".json", ".jsonld", ".jwt", ".jws"])
            || CREDENTIALS.contains(&self.subtype.to_ascii_lowercase().as_slice())
            || text.starts_with(b"{")
            || text.starts_with(b"eyJ")
        {
            Kind::Credential
        } else if ends(&[".tlog-proof"]) {
            Kind::Proof
        } else {
            Kind::Other
        }
    }
}

/// Every embedded file: of the name tree of the document, and those that it is associated with (ISO 32000-2, "Associated files").
fn attached(file: &File<'_>, root: &Dictionary) -> Result<Vec<Attached>, Finding> {
    let names = file.value(root.find(b"Names"))?;
    let tree = match names.dictionary().and_then(|names| names.find(b"EmbeddedFiles")) {
        Some(tree) => file.value(Some(tree))?,
        None => Object::Other,
    };
    let mut specifications = leaves(file, tree)?;
    let associated = file.value(root.find(b"AF"))?;
    specifications.extend(associated.array().iter().cloned());
    let mut streams = Vec::new();
    let mut found = Vec::new();
    for specification in specifications {
        let specification = file.value(Some(&specification))?;
        let Some(specification) = specification.dictionary() else { continue };
        let Some(stream) = embedded(file, specification)? else { continue };
        let read = read(file, specification, stream)?;
        // The same file, named in both places; under another name it is another one, which some program shows.
        let known = (stream, read.name.clone());
        if streams.contains(&known) {
            continue;
        }
        if streams.len() == limits::PDF_ATTACHMENTS_MAX {
            return Err(over("attachments", limits::PDF_ATTACHMENTS_MAX));
        }
        streams.push(known);
        found.push(read);
    }
    Ok(found)
}

/// The values of a name tree (ISO 32000-1, "Name Trees"), from its first to its last.
fn leaves(file: &File<'_>, tree: Object) -> Result<Vec<Object>, Finding> {
    let mut leaves = Vec::new();
    let mut waiting = vec![tree];
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
        let kids = file.value(node.find(b"Kids"))?;
        waiting.extend(kids.array().iter().rev().cloned());
    }
    Ok(leaves)
}

/// The number of the stream that a file specification embeds.
fn embedded(file: &File<'_>, specification: &Dictionary) -> Result<Option<u32>, Finding> {
    let embedded = file.value(specification.find(b"EF"))?;
    let Some(embedded) = embedded.dictionary() else { return Ok(None) };
    let named = |name: &[u8]| match embedded.find(name) {
        Some(Object::Reference(number)) => Some(*number),
        _ => None,
    };
    match (named(b"F"), named(b"UF")) {
        (Some(one), Some(other)) if one != other => Err(several(
            "An attachment of the PDF has two contents, of which programs show one or the other.",
        )),
        (one, other) => Ok(one.or(other)),
    }
}

fn read(file: &File<'_>, specification: &Dictionary, stream: u32) -> Result<Attached, Finding> {
    let names = [b"UF".as_slice(), b"F"].map(|key| file.value(specification.find(key)));
    let [unicode, plain] = names;
    let (unicode, plain) = (text(&unicode?), text(&plain?));
    // Programs show one or the other: what either calls a credential counts as one.
    let name = match (unicode.is_empty(), plain.is_empty() || plain == unicode) {
        (true, _) => plain,
        (false, true) => unicode,
        (false, false) => format!("{unicode}/{plain}"),
    };
    let found = file.indirect(stream)?;
    let (Some(dictionary), Some(bytes)) = (found.value.dictionary(), found.stream) else {
        return Err(malformed("The PDF is damaged: an attachment in it is none."));
    };
    let subtype = match file.value(dictionary.find(b"Subtype"))? {
        Object::Name(subtype) => subtype,
        _ => Vec::new(),
    };
    Ok(Attached { name, subtype, bytes: file.inflated(dictionary, bytes)? })
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

const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
const XMP: &str = "http://ns.adobe.com/xap/1.0/";

/// What the metadata call the document. Metadata that cannot be read say nothing: whoever wants to hide something can leave them out.
fn identifiers(file: &File<'_>, root: &Dictionary) -> Vec<String> {
    let Some(Object::Reference(number)) = root.find(b"Metadata") else { return Vec::new() };
    let Ok(found) = file.indirect(*number) else { return Vec::new() };
    let (Some(dictionary), Some(stream)) = (found.value.dictionary(), found.stream) else {
        return Vec::new();
    };
    let Ok(bytes) = file.inflated(dictionary, stream) else { return Vec::new() };
    let options =
        ParsingOptions { nodes_limit: limits::SVG_NODES_MAX, ..ParsingOptions::default() };
    let text = std::str::from_utf8(&bytes).map(|text| text.trim_start_matches('\u{feff}'));
    let Ok(text) = text else { return Vec::new() };
    if super::svg::check_size(text).is_err() {
        return Vec::new();
    }
    let Ok(document) = Document::parse_with_options(text, options) else { return Vec::new() };
    let mut found = Vec::new();
    for node in document.descendants() {
        if node.has_tag_name((DUBLIN_CORE, "identifier")) || node.has_tag_name((XMP, "Identifier"))
        {
            found.extend(
                node.descendants().filter(roxmltree::Node::is_text).filter_map(|text| text.text()),
            );
        }
        found.extend(node.attribute((DUBLIN_CORE, "identifier")));
        if found.len() > limits::PDF_ATTACHMENTS_MAX {
            break;
        }
    }
    let found = found.into_iter().map(str::trim).filter(|text| !text.is_empty());
    found.take(limits::PDF_ATTACHMENTS_MAX).map(str::to_owned).collect()
}
