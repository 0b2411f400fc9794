//! Baked SVG (Open Badges 3.0, "SVG"): one element `credential` of the Open Badges namespace, with a token in `verify` or JSON as its text.
//! XML without document types; nothing is drawn, loaded or run.

use std::borrow::Cow;

use roxmltree::{Document, Node, ParsingOptions};

use super::{Contents, Parcel, absent, baked_warnings, malformed, over, several};
use crate::limits;
use crate::problem::Code;
use crate::report::Finding;

const SVG: &str = "http://www.w3.org/2000/svg";
/// Namespaces of the element: of badges, and of transcripts.
const NAMESPACES: [&str; 2] =
    ["https://purl.imsglobal.org/ob/v3p0", "https://purl.imsglobal.org/clr/v2p0"];
/// The namespace of Open Badges 2.
const OLDER: &str = "http://openbadges.org";

/// Takes the credential out of an SVG.
pub(super) fn unpack(input: &[u8]) -> Result<Parcel<'_>, Finding> {
    if input.len() > limits::INPUT_BYTES_MAX {
        return Err(over("bytes", limits::INPUT_BYTES_MAX));
    }
    let text = std::str::from_utf8(input).map_err(|_| malformed("The SVG is not UTF-8."))?;
    check_declaration(text)?;
    check_size(text)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: limits::SVG_NODES_MAX,
        ..Default::default()
    };
    let document = Document::parse_with_options(text, options).map_err(refusal)?;
    let root = document.root_element();
    if !root.has_tag_name((SVG, "svg")) {
        return Err(absent("This is XML, but no SVG picture with a credential."));
    }
    let credential = find(&document)?;
    let warnings = baked_warnings(is_older(&document));
    Ok(Parcel { contents: Contents::Credential(Cow::Owned(credential)), warnings })
}

/// An encoding that is declared and is not the one of the bytes would be read differently elsewhere.
fn check_declaration(text: &str) -> Result<(), Finding> {
    let declaration = text.trim_start_matches('\u{feff}').strip_prefix("<?xml");
    let declaration = declaration.and_then(|rest| rest.split_once("?>")).map_or("", |(it, _)| it);
    let Some((_, named)) = declaration.split_once("encoding") else { return Ok(()) };
    let named = named.trim_start().trim_start_matches('=').trim_start();
    let named = named.trim_start_matches(['"', '\'']);
    let end = named.find(['"', '\'']).unwrap_or(named.len());
    match named.get(..end) {
        Some(name) if name.eq_ignore_ascii_case("utf-8") => Ok(()),
        _ => Err(Finding::refused(
            Code::CarrierNotRead,
            "The SVG declares another encoding than UTF-8.",
        )),
    }
}

/// Bounds what reading costs, before anything is read: the square of the attributes of an element, and the namespaces at every depth.
pub(super) fn check_size(text: &str) -> Result<(), Finding> {
    let (mut rest, mut depth, mut all) = (text, 0_usize, 0_usize);
    if text.matches("xmlns").count() > limits::SVG_NAMESPACES_MAX {
        return Err(over("namespaces", limits::SVG_NAMESPACES_MAX));
    }
    while let Some(at) = rest.find('<') {
        rest = rest.get(at..).unwrap_or_default();
        let passed_over = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
        let special = passed_over.iter().find(|(begin, _)| rest.starts_with(begin));
        if let Some((begin, end)) = special {
            let inside = rest.get(begin.len()..).unwrap_or_default();
            rest = inside.split_once(end).map_or("", |(_, after)| after);
            continue;
        }
        let (tag, attributes) = tag(rest);
        if attributes > limits::SVG_ATTRIBUTES_MAX {
            return Err(over("attributes in one element", limits::SVG_ATTRIBUTES_MAX));
        }
        all += attributes;
        if all > limits::SVG_ATTRIBUTES_ALL_MAX {
            return Err(over("attributes", limits::SVG_ATTRIBUTES_ALL_MAX));
        }
        match (tag.starts_with("</"), tag.ends_with("/>")) {
            (true, _) => depth = depth.saturating_sub(1),
            (_, true) => {}
            _ => depth += 1,
        }
        if depth > limits::SVG_DEPTH_MAX {
            return Err(over("levels of nesting", limits::SVG_DEPTH_MAX));
        }
        rest = rest.get(tag.len()..).unwrap_or_default();
    }
    Ok(())
}

/// The tag that `text` begins with, and how many quoted values it has.
fn tag(text: &str) -> (&str, usize) {
    let (mut quote, mut values) = (None, 0);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return (text.get(..=at).unwrap_or(text), values),
            (None, b'"' | b'\'') => {
                quote = Some(byte);
                values += 1;
            }
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    (text, values)
}

fn refusal(error: roxmltree::Error) -> Finding {
    match error {
        roxmltree::Error::DtdDetected => malformed(
            "The SVG has a document type (DOCTYPE), which can define entities and is not read.",
        ),
        roxmltree::Error::NodesLimitReached => over("elements", limits::SVG_NODES_MAX),
        error => malformed(format!("The SVG cannot be read: {error}.")),
    }
}

/// The one credential, wherever it stands. What looks like a second one, in a comment or under another namespace, is refused too:
/// another program might read that one.
fn find(document: &Document<'_>) -> Result<Vec<u8>, Finding> {
    let elements = || document.descendants().filter(Node::is_element);
    let named = |node: &Node<'_, '_>| node.tag_name().name().eq_ignore_ascii_case("credential");
    let mut all = elements().filter(named);
    let ours = |node: &Node<'_, '_>| {
        let namespace = node.tag_name().namespace();
        namespace.is_some_and(|it| NAMESPACES.contains(&it))
            && node.tag_name().name() == "credential"
    };
    let (first, second) = (all.next(), all.next());
    let Some(element) = first else {
        return Err(match is_older(document) {
            true => Finding::refused(
                Code::CarrierNotRead,
                "The picture carries a badge of Open Badges 2, which has no signature of the kind that is checked here. Ask the issuer for it in Open Badges 3.0.",
            ),
            false if is_code(document) => Finding::refused(
                Code::CarrierNotRead,
                "This is a drawing of a QR code, and it carries no credential. Scan the code, or give its picture as PNG or JPEG.",
            ),
            false => absent("The SVG carries no credential."),
        });
    };
    if second.is_some() || is_hinted(document) {
        return Err(several("The picture carries more than one credential."));
    }
    if !ours(&element) {
        return Err(several(
            "The credential in the picture stands under another namespace than that of Open Badges.",
        ));
    }
    content(&element)
}

/// Whether the picture carries a badge of Open Badges 2.
fn is_older(document: &Document<'_>) -> bool {
    let mut elements = document.descendants().filter(Node::is_element);
    elements.any(|node| node.tag_name().namespace() == Some(OLDER))
}

/// Whether the picture looks like a QR code: squares alone, drawn without smoothing, as programs write codes.
fn is_code(document: &Document<'_>) -> bool {
    let root = document.root_element();
    let mut drawn = root.descendants().filter(Node::is_element).skip(1);
    root.attribute("shape-rendering") == Some("crispEdges")
        && drawn
            .all(|node| matches!(node.tag_name().name(), "rect" | "path" | "g" | "title" | "desc"))
}

/// Whether a comment, a processing instruction or text holds a tag of a credential.
fn is_hinted(document: &Document<'_>) -> bool {
    document.descendants().filter(|node| !node.is_element()).any(|node| {
        let inside = node.parent().is_some_and(|parent| parent.tag_name().name() == "credential");
        let text = match node.pi() {
            Some(instruction) => instruction.value,
            None => node.text(),
        };
        !inside && text.is_some_and(holds_tag)
    })
}

/// Bytes of the name of an element that are looked at.
const TAG_BYTES_MAX: usize = 256;

/// `<credential`, with or without a prefix.
fn holds_tag(text: &str) -> bool {
    text.match_indices('<').any(|(at, _)| {
        // A prefix is short; looking to the next space of a long text would take the square of it, and so would looking past the next tag.
        let end = text.floor_char_boundary((at + 1 + TAG_BYTES_MAX).min(text.len()));
        let name = text.get(at + 1..end).unwrap_or_default();
        let name = name.split([' ', '>', '/', '<', '\n', '\t', '\r']).next().unwrap_or_default();
        name.rsplit(':').next().is_some_and(|local| local.eq_ignore_ascii_case("credential"))
    })
}

/// A token in the attribute, or JSON as text, never both.
fn content(element: &Node<'_, '_>) -> Result<Vec<u8>, Finding> {
    if element.children().any(|child| !child.is_text()) {
        return Err(several("The credential in the picture holds further elements."));
    }
    let mut verify = element.attributes().filter(|it| it.name().eq_ignore_ascii_case("verify"));
    let (token, other) = (verify.next(), verify.next());
    let body: String = element.children().filter_map(|child| child.text()).collect();
    match (token, body.trim().is_empty()) {
        (Some(_), false) => {
            Err(several("The picture carries two credentials: a token and a text."))
        }
        (Some(_), _) if other.is_some() => Err(several("The picture carries two tokens.")),
        (Some(token), true) if token.name() == "verify" && token.namespace().is_none() => {
            Ok(token.value().trim().as_bytes().to_vec())
        }
        (Some(_), true) => Err(several(
            "The token in the picture stands under another name than Open Badges asks for.",
        )),
        (None, false) => Ok(body.into_bytes()),
        (None, true) => Err(absent("The credential in the picture is empty.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(svg: &str) -> Code {
        unpack(svg.as_bytes()).err().map(|finding| finding.into_problem().code).unwrap()
    }

    #[test]
    fn a_drawn_code_is_told_from_a_picture_without_a_credential() {
        let picture = |attribute: &str, drawn: &str| {
            format!("<svg xmlns=\"{SVG}\" {attribute}><rect width=\"9\"/>{drawn}</svg>")
        };
        let crisp = "shape-rendering=\"crispEdges\"";
        assert_eq!(told(&picture(crisp, "<path d=\"M1 1h1\"/>")), Code::CarrierNotRead);
        assert_eq!(told(&picture("", "<path d=\"M1 1h1\"/>")), Code::NoCredential);
        assert_eq!(told(&picture(crisp, "<text>a</text>")), Code::NoCredential);
    }
}
