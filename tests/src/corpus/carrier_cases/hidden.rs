//! A second credential in a PDF, where one program finds it and another does not. Every place that some program lists is looked at, so that
//! there is one answer.

use verifier::Check::Read;
use verifier::Code;

use super::super::case::Case;
use super::super::wrap::{Pdf, packed_with};
use super::pdfs::{certificate, page, with};
use super::{edition, file_case, honest};

/// A file with the honest badge, and more.
fn beside(more: impl FnOnce(&mut Pdf)) -> Vec<u8> {
    let mut pdf = with(&[("credential.json", honest().as_bytes())]);
    more(&mut pdf);
    pdf.bytes()
}

/// The other credential as a stream of this media type.
fn other(pdf: &mut Pdf, kind: &str) -> usize {
    pdf.stream(&format!("/Type /EmbeddedFile /Subtype /{kind}"), &edition("ru"))
}

/// The second credential embedded under these names.
fn under(names: &'static str) -> Vec<u8> {
    beside(|pdf| {
        let stream = other(pdf, "text#2Fplain");
        pdf.specify_as(names, &format!("/F {stream} 0 R"), "b");
    })
}

/// A file pinned to the page with this subtype of annotation.
fn pinned(pdf: &mut Pdf, bytes: &[u8]) {
    let stream = pdf.stream("/Type /EmbeddedFile", bytes);
    let file = pdf.specify("pinned.txt", &format!("/F {stream} 0 R"));
    pdf.unname();
    let annotation = pdf.object(&format!(
        "<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 20 20] /FS {file} 0 R >>"
    ));
    pdf.page = format!(" /Annots [{annotation} 0 R]");
}

pub(super) fn cases() -> Vec<Case> {
    [by_name(), by_content(), by_place(), by_generation()].concat()
}

fn case(id: &str, says: &str, bytes: Vec<u8>) -> Case {
    file_case(id, says, "input.pdf", bytes)
}

fn several(id: &str, says: &str, bytes: Vec<u8>) -> Case {
    case(id, says, bytes).refused(Read, Code::SeveralCredentials)
}

fn by_name() -> Vec<Case> {
    vec![
        several(
            "J04-named-proof",
            "A second credential behind the name of a proof.",
            under("/F (a.tlog-proof) /UF (a.tlog-proof)"),
        ),
        several(
            "J04-other-media-type",
            "A second credential as plain text.",
            under("/F (notes.txt) /UF (notes.txt)"),
        ),
        several(
            "J04-two-names",
            "A second credential with the name of a proof for some programs.",
            under("/F (credential.json) /UF (a.tlog-proof)"),
        ),
        several(
            "J04-two-names-reversed",
            "The same for other programs.",
            under("/F (a.tlog-proof) /UF (credential.json)"),
        ),
        several(
            "J04-name-of-a-system",
            "A second credential that only one system calls so.",
            under("/F (a.tlog-proof) /UF (a.tlog-proof) /DOS (CREDENT.JSON)"),
        ),
        // What is no credential by its content is one by any of its names, and then an unreadable one.
        case(
            "J04-two-names-unreadable",
            "A file that is a proof by one name and a credential by the other.",
            beside(|pdf| {
                let stream = pdf.stream("/Type /EmbeddedFile", b"[1]");
                let names = "/F (credential.json) /UF (a.tlog-proof)";
                pdf.specify_as(names, &format!("/F {stream} 0 R"), "b");
            }),
        )
        .refused(Read, Code::Parsing),
    ]
}

fn by_content() -> Vec<Case> {
    vec![
        several("J04-content-of-a-system", "An attachment with another content for one system.", {
            let mut pdf = page();
            let one = pdf.stream("", honest().as_bytes());
            let two = other(&mut pdf, "text#2Fplain");
            pdf.specify("credential.json", &format!("/F {one} 0 R /UF {one} 0 R /Unix {two} 0 R"));
            pdf.bytes()
        }),
        several(
            "J04-content-of-another-system",
            "The same where the usual places are empty for it.",
            {
                let mut pdf = page();
                let one = pdf.stream("", honest().as_bytes());
                let two = other(&mut pdf, "text#2Fplain");
                pdf.specify("credential.json", &format!("/DOS {two} 0 R /F {one} 0 R"));
                pdf.bytes()
            },
        ),
        // Nothing may stand before JSON; some programs read it all the same.
        case(
            "J04-marked-content",
            "A second credential behind a mark of its encoding.",
            beside(|pdf| {
                let bytes = [b"\xef\xbb\xbf ", &*edition("ru")].concat();
                let stream = pdf.stream("/Type /EmbeddedFile", &bytes);
                pdf.specify("notes.txt", &format!("/F {stream} 0 R"));
            }),
        )
        .refused(Read, Code::Parsing),
    ]
}

fn by_place() -> Vec<Case> {
    vec![
        several(
            "J04-pinned",
            "A second credential pinned to the page.",
            beside(|pdf| pinned(pdf, &edition("ru"))),
        ),
        case("J00-pinned", "The only credential is pinned to the page.", {
            let mut pdf = page();
            pinned(&mut pdf, honest().as_bytes());
            pdf.bytes()
        }),
        case(
            "J00-pinned-note",
            "A note pinned to the page: a warning says that it is not verified.",
            beside(|pdf| pinned(pdf, b"Synthetic note")),
        ),
        several(
            "J04-of-a-page",
            "A second credential associated with the page.",
            beside(|pdf| {
                let stream = other(pdf, "text#2Fplain");
                let file = pdf.specify("notes.txt", &format!("/F {stream} 0 R"));
                pdf.unname();
                pdf.page = format!(" /AF [{file} 0 R]");
            }),
        ),
        case(
            "J00-linked",
            "A page with a link.",
            beside(|pdf| {
                pdf.page = " /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://university.example/) >> >>]".to_owned();
            }),
        ),
    ]
}

/// Of an object with several generations programs read one or the other (ISO 32000-1, "Indirect Objects").
fn by_generation() -> Vec<Case> {
    let whole = certificate().bytes();
    let damaged = |id: &str, says: &str, from: &str, to: &str| {
        let at = whole.windows(from.len()).rposition(|window| window == from.as_bytes());
        let at = at.unwrap_or_else(|| panic!("no {from}"));
        let bytes = [&whole[..at], to.as_bytes(), &whole[at + from.len()..]].concat();
        case(id, says, bytes).refused(Read, Code::CarrierMalformed)
    };
    let in_stream = |id: &str, says: &str, change: fn(&mut Vec<[u8; 6]>)| {
        let bytes = packed_with(&certificate(), change);
        case(id, says, bytes).refused(Read, Code::CarrierMalformed)
    };
    vec![
        damaged(
            "J04-generation-in-the-table",
            "The table says that an object is of a later generation.",
            " 00000 n \ntrailer",
            " 00001 n \ntrailer",
        ),
        damaged("J04-generation-of-the-object", "The object says so.", "11 0 obj", "11 1 obj"),
        damaged(
            "J04-generation-of-the-reference",
            "A reference says so.",
            "/F 10 0 R /UF 10 0 R",
            "/F 10 1 R /UF 10 1 R",
        ),
        in_stream(
            "J04-generation-in-a-stream",
            "The table is a stream, and says of an attachment that it is of a later generation.",
            |rows| of_kind(rows, 1).for_each(|row| row[5] = 1),
        ),
        in_stream(
            "J04-generation-of-one-in-a-stream",
            "It says so of its own place alone, which nobody looks up.",
            |rows| of_kind(rows, 1).rev().take(1).for_each(|row| row[5] = 1),
        ),
        case(
            "J04-generation-of-a-free-row",
            "It says that a number is free, and which generation the next one would have.",
            packed_with(&certificate(), |rows| {
                of_kind(rows, 0).for_each(|row| row[5] = 255);
            }),
        ),
    ]
}

/// The rows of a table of this type: 0 free, 1 at a place of the file, 2 in a stream of objects (ISO 32000-1, "Entries in a
/// cross-reference stream").
fn of_kind(rows: &mut [[u8; 6]], kind: u8) -> impl DoubleEndedIterator<Item = &mut [u8; 6]> {
    rows.iter_mut().filter(move |row| row[0] == kind)
}
