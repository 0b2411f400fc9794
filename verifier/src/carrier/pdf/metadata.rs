//! What a PDF says of itself which certificate it is, in its metadata (ISO 16684-1, XMP). It must not decide whether that is so.

use roxmltree::{Document, Node, ParsingOptions};

use super::file::File;
use super::object::{Dictionary, Object};
use crate::carrier::svg;
use crate::limits;

const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
const XMP: &str = "http://ns.adobe.com/xap/1.0/";

/// What the metadata call the document. Metadata that cannot be read say nothing: whoever wants to hide something can leave them out.
pub(super) fn identifiers(file: &File<'_>, root: &Dictionary) -> Vec<String> {
    let Some(Object::Reference(number)) = root.find(b"Metadata") else { return Vec::new() };
    let Ok(found) = file.indirect(*number) else { return Vec::new() };
    let (Some(dictionary), Some(stream)) = (found.value.dictionary(), found.stream) else {
        return Vec::new();
    };
    let Ok(bytes) = file.inflated(dictionary, stream) else { return Vec::new() };
    let text = std::str::from_utf8(&bytes).map(|text| text.trim_start_matches('\u{feff}'));
    let Ok(text) = text else { return Vec::new() };
    if svg::check_size(text).is_err() {
        return Vec::new();
    }
    let options =
        ParsingOptions { nodes_limit: limits::SVG_NODES_MAX, ..ParsingOptions::default() };
    match Document::parse_with_options(text, options) {
        Ok(document) => of_document(&document),
        Err(_) => Vec::new(),
    }
}

fn of_document(document: &Document<'_>) -> Vec<String> {
    let attributes = document.descendants().filter_map(|node| {
        node.attribute((DUBLIN_CORE, "identifier")).or_else(|| node.attribute((XMP, "Identifier")))
    });
    // From the texts upwards: from the elements downwards, those inside one another would name a text once for each of them.
    let texts = document.descendants().filter(Node::is_text);
    let texts = texts.filter(|text| text.ancestors().any(|node| is_identifier(&node)));
    let found = attributes.chain(texts.filter_map(|text| text.text()));
    let found = found.map(str::trim).filter(|text| !text.is_empty());
    found.take(limits::PDF_ATTACHMENTS_MAX).map(str::to_owned).collect()
}

fn is_identifier(node: &Node<'_, '_>) -> bool {
    node.has_tag_name((DUBLIN_CORE, "identifier")) || node.has_tag_name((XMP, "Identifier"))
}
