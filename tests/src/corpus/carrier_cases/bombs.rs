//! Carriers that are small, or large within the limits, and made to cost time or memory. Each is answered within the bound of all cases, and
//! what is only odd about an honest file changes nothing of its answer.

use verifier::Check::Read;
use verifier::Code;

use super::super::case::{Case, generated_case};
use super::super::wrap::{self, Pdf};
use super::pdfs::{certificate, page};
use super::{file_case, honest};

pub(super) fn cases() -> Vec<Case> {
    [pdfs(), svgs(), pictures()].concat()
}

fn limit(id: &str, says: &str, made: &str) -> Case {
    generated_case(id, says, made).refused(Read, Code::Limit)
}

fn absent(id: &str, says: &str, made: &str) -> Case {
    generated_case(id, says, made).refused(Read, Code::NoCredential)
}

fn pdfs() -> Vec<Case> {
    vec![
        limit(
            "J01-references",
            "One object of seven megabytes that the names refer to five hundred times.",
            "pdf-references-7000000",
        ),
        limit(
            "J01-annotations",
            "One annotation that a page has a hundred thousand times.",
            "pdf-annotations-100000",
        ),
        limit(
            "J01-rows",
            "A table that says sixteen million times where one object stands.",
            "pdf-rows-16000000",
        ),
        generated_case(
            "J01-blocks",
            "An attachment deflated into a million blocks without content.",
            "pdf-blocks-1000000",
        )
        .refused(Read, Code::CarrierMalformed),
        generated_case(
            "J01-ends-inside",
            "An honest file with three hundred thousand ends inside, and the number of bytes behind the first as a warning.",
            "pdf-ends-300000",
        ),
        generated_case(
            "J01-xmp-attributes",
            "Metadata with a hundred thousand attributes say nothing.",
            "pdf-xmp-attributes-100000",
        ),
        generated_case(
            "J01-xmp-namespaces",
            "Metadata with namespaces inside one another say nothing.",
            "pdf-xmp-namespaces-800",
        ),
        file_case(
            "J01-xmp-nested",
            "Two hundred identifiers inside one another, all around five thousand texts.",
            "input.pdf",
            nested_identifiers(200, 5_000),
        ),
        file_case(
            "J01-xmp-deep",
            "More identifiers inside one another than are read: the metadata say nothing.",
            "input.pdf",
            nested_identifiers(30_000, 10_000),
        ),
    ]
}

fn svgs() -> Vec<Case> {
    vec![
        limit("I04-nested", "Thirty thousand elements inside one another.", "svg-nested-30000"),
        limit(
            "I04-attributes",
            "An element with a hundred thousand attributes.",
            "svg-attributes-100000",
        ),
        limit(
            "I04-elements",
            "Elements with fifty attributes each, four hundred thousand in all.",
            "svg-elements-8000",
        ),
        limit(
            "I04-namespaces",
            "Elements with a namespace each, inside one another.",
            "svg-namespaces-800",
        ),
        generated_case(
            "I06-brackets",
            "Three million brackets in a text of an honest picture.",
            "svg-brackets-3000000",
        ),
    ]
}

fn pictures() -> Vec<Case> {
    vec![
        generated_case(
            "K07-blocks",
            "A picture whose pixels are deflated into half a million blocks without content.",
            "png-blocks-500000",
        )
        .refused(Read, Code::CarrierMalformed),
        limit("K07-corners", "A picture full of the corners of codes.", "finders-2"),
        limit("K07-larger-corners", "A picture full of larger corners.", "finders-6"),
        limit("K07-large-corners", "A picture full of large corners.", "finders-12"),
        absent("K07-noise", "Grey noise.", "noise-1600"),
        absent("K07-white", "Twelve million white pixels.", "white-4000"),
        absent("K07-stripes", "Fine lines that touch one another.", "stripes-1600"),
        absent("K07-more-stripes", "The same in the largest picture.", "stripes-3500"),
        limit("K07-too-many-pixels", "Fifteen million pixels.", "white-5000"),
    ]
}

/// The certificate, whose metadata hold so many identifiers inside one another around so many texts.
fn nested_identifiers(depth: usize, texts: usize) -> Vec<u8> {
    let mut pdf = certificate();
    let (open, close) = ("<dc:identifier>".repeat(depth), "</dc:identifier>".repeat(depth));
    let text = format!("{}<dc:x/>", super::NUMBER).repeat(texts);
    pdf.describe("", &format!("{open}{text}{close}"));
    pdf.bytes()
}

/// The certificate, whose metadata have so many attributes, and so many namespaces inside one another.
pub(super) fn metadata(attributes: usize, namespaces: usize) -> Vec<u8> {
    let mut pdf = certificate();
    let attributes: String = (0..attributes).map(|n| format!(" a{n}=\"\"")).collect();
    let open: String = (0..namespaces).map(|n| format!("<dc:x xmlns:a{n}=\"urn:{n}\">")).collect();
    let close = "</dc:x>".repeat(namespaces);
    pdf.describe(&attributes, &format!("{open}{close}"));
    pdf.bytes()
}

/// The certificate with a stream of nothing but ends, each in the comment behind the one before: whoever looks for its number reads to the end.
pub(super) fn ends(count: usize) -> Vec<u8> {
    let mut pdf = certificate();
    pdf.stream("", format!("{}\n", "startxref%".repeat(count)).as_bytes());
    pdf.bytes()
}

/// A page whose files are listed in a tree with five hundred times the same branch, of so many bytes.
pub(super) fn references(bytes: usize) -> Vec<u8> {
    let mut pdf = page();
    let branch = pdf.object(&format!("<< /X ({}) >>", "a".repeat(bytes)));
    let kids = format!("{branch} 0 R ").repeat(500);
    pdf.catalog = format!(" /Names << /EmbeddedFiles << /Kids [{kids}] >> >>");
    pdf.bytes()
}

/// The certificate, whose page has the same annotation so many times.
pub(super) fn annotations(count: usize) -> Vec<u8> {
    let mut pdf = certificate();
    let annotation =
        pdf.object("<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /Border [0 0 0] >>");
    pdf.page = format!(" /Annots [{}]", format!("{annotation} 0 R ").repeat(count));
    pdf.bytes()
}

/// A credential behind so many blocks without content.
pub(super) fn blocks(count: usize) -> Vec<u8> {
    let mut pdf = page();
    embed(&mut pdf, &empty(count));
    pdf.bytes()
}

/// A picture whose pixels stand behind so many of them.
pub(super) fn picture_of_blocks(count: usize) -> Vec<u8> {
    wrap::png_of(1_000, 1_000, &empty(count))
}

/// A zlib stream of nothing but blocks without content (RFC 1951, "Non-compressed blocks").
fn empty(count: usize) -> Vec<u8> {
    let blocks = [0, 0, 0, 0xff, 0xff].repeat(count);
    [&[0x78, 0x9c], &*blocks, &[1, 0, 0, 0xff, 0xff, 0, 0, 0, 1]].concat()
}

fn embed(pdf: &mut Pdf, deflated: &[u8]) {
    let stream = pdf.stream("/Type /EmbeddedFile /Filter /FlateDecode", deflated);
    pdf.specify("credential.json", &format!("/F {stream} 0 R"));
}

/// An honest picture with so many things of this kind in it.
pub(super) fn svg(kind: &str, count: usize) -> Vec<u8> {
    let numbered = |each: fn(usize) -> String| (0..count).map(each).collect::<String>();
    let more = match kind {
        "svg-nested" => format!("{}{}", "<g>".repeat(count), "</g>".repeat(count)),
        "svg-attributes" => format!("<g{}/>", numbered(|n| format!(" a{n}=\"\""))),
        "svg-elements" => {
            let attributes: String = (0..50).map(|n| format!(" a{n}=\"\"")).collect();
            format!("<g{attributes}/>").repeat(count)
        }
        "svg-namespaces" => {
            let open = numbered(|n| format!("<g xmlns:a{n}=\"urn:{n}\">"));
            format!("{open}{}", "</g>".repeat(count))
        }
        _ => format!("<text><![CDATA[{}]]></text>", "<".repeat(count)),
    };
    wrap::svg(&format!("{more}{}", wrap::element(&honest()))).into_bytes()
}
