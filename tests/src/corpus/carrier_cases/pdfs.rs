//! Credentials attached to a PDF.

#![expect(clippy::too_many_lines, reason = "a table of cases is as long as it is")]

use serde_json::json;
use verifier::Check::{Inclusion, Proof, Read};
use verifier::Code;
use verifier::log::commitment;

use super::super::badge::{KEY, badge, by_university, university_key};
use super::super::case::{Case, generated_case};
use super::super::documents::PARTNER;
use super::super::register::{LOG, Register, leaf};
use super::super::sign::{options, signing_input};
use super::super::wrap::{Pdf, packed};
use super::{NUMBER, edition, file_case, honest, unsigned_edition};

const LANGUAGES: [&str; 3] = ["kk", "ru", "en"];

pub(super) fn page() -> Pdf {
    Pdf::showing("Synthetic certificate SYN-2020-A-000001")
}

/// A page with these attachments.
pub(super) fn with(files: &[(&str, &[u8])]) -> Pdf {
    let mut pdf = page();
    for (name, bytes) in files {
        pdf.attach(name, bytes);
    }
    pdf
}

/// The honest certificate: an edition for each language.
pub(super) fn certificate() -> Pdf {
    let mut pdf = page();
    for language in LANGUAGES {
        pdf.attach(&format!("{NUMBER}.{language}.json"), &edition(language));
    }
    pdf
}

/// A proof that the register holds the certificate, in one entry for all of its editions.
fn proof() -> String {
    let commitments = LANGUAGES.map(|language| {
        let input = signing_input(&unsigned_edition(language), &options(KEY));
        commitment("eddsa-rdfc-2022", &input, &university_key().sign(&input))
    });
    let leaves = vec![
        leaf("instance-registered", 0, &[[5; 32]]),
        leaf("certificate-issued", 1, &commitments),
    ];
    Register { leaves }.proof(1, 2, &[LOG])
}

fn other_proof() -> String {
    let leaves = vec![leaf("certificate-issued", 0, &[[6; 32]])];
    Register { leaves }.proof(0, 1, &[LOG])
}

pub(super) fn bomb(bytes: usize) -> Vec<u8> {
    with(&[("credential.json", &vec![b' '; bytes])]).bytes()
}

/// Arrays inside one another, where they must be read.
pub(super) fn deep(levels: usize) -> Vec<u8> {
    let mut pdf = certificate();
    pdf.catalog = format!(" /X {}{}", "[".repeat(levels), "]".repeat(levels));
    pdf.bytes()
}

/// Values beside one another, where they must be read.
pub(super) fn wide(values: usize) -> Vec<u8> {
    let mut pdf = certificate();
    pdf.catalog = format!(" /X [{}]", "0 ".repeat(values));
    pdf.bytes()
}

/// A file of nothing but ends.
pub(super) fn markers(count: usize) -> Vec<u8> {
    [&certificate().bytes()[..], "startxref\n9\n".repeat(count).as_bytes()].concat()
}

fn changed(language: &str) -> Vec<u8> {
    let mut document = by_university(&unsigned_edition(language));
    document["credentialSubject"]["result"][0]["value"] = json!("A");
    document.to_string().into_bytes()
}

pub(super) fn cases() -> Vec<Case> {
    let case = |id: &str, says: &str, bytes: Vec<u8>| file_case(id, says, "input.pdf", bytes);
    let several = |case: Case| case.refused(Read, Code::SeveralCredentials);
    let damaged = |case: Case| case.refused(Read, Code::CarrierMalformed);
    let not_read = |case: Case| case.refused(Read, Code::CarrierNotRead);
    let limit = |case: Case| case.refused(Read, Code::Limit);
    let whole = certificate().bytes();
    let replaced = |from: &str, to: &str| {
        let at = whole.windows(from.len()).rposition(|window| window == from.as_bytes());
        let at = at.unwrap_or_else(|| panic!("no {from}"));
        [&whole[..at], to.as_bytes(), &whole[at + from.len()..]].concat()
    };
    let edited = |language: &str, change: fn(&mut serde_json::Value)| {
        let mut document = unsigned_edition(language);
        change(&mut document);
        by_university(&document).to_string().into_bytes()
    };
    let beside = |other: Vec<u8>| with(&[("a.json", &edition("kk")), ("b.json", &other)]).bytes();
    let proven = |proof: &str| {
        let mut pdf = certificate();
        pdf.attach(&format!("{NUMBER}.tlog-proof"), proof.as_bytes());
        pdf.bytes()
    };
    let changing = |change: fn(&mut Pdf)| {
        let mut pdf = certificate();
        change(&mut pdf);
        pdf.bytes()
    };
    vec![
        case("J00-certificate", "A certificate in three languages.", whole.clone()),
        case(
            "J00-one",
            "One credential.",
            with(&[("credential.json", honest().as_bytes())]).bytes(),
        ),
        case(
            "J00-packed",
            "The same file as later versions of PDF write it.",
            packed(&certificate()),
        ),
        case(
            "J00-associated",
            "The files are associated with the document too.",
            changing(|pdf| pdf.catalog += " /AF [7 0 R 9 0 R 11 0 R]"),
        ),
        case(
            "J00-other-attachment",
            "A table beside the credential: a warning says that it is not verified.",
            with(&[("credential.json", honest().as_bytes()), ("grades.csv", b"a,b\n")]).bytes(),
        ),
        case(
            "J00-identifier",
            "The file names its certificate.",
            changing(|pdf| pdf.identify(NUMBER)),
        ),
        case("J00-registered", "The proof of registration is in the file.", proven(&proof()))
            .trusting("register")
            .requiring_inclusion(),
        case("J00-not-registered", "There is no proof in the file.", whole.clone())
            .trusting("register")
            .requiring_inclusion()
            .indeterminate(Inclusion, Code::InclusionMissing),
        case(
            "J00-other-proof",
            "The proof in the file is about another certificate.",
            proven(&other_proof()),
        )
        .trusting("register")
        .requiring_inclusion()
        .indeterminate(Inclusion, Code::InclusionMissing),
        limit(generated_case(
            "J01-deep-arrays",
            "Arrays of a depth that ends other readers.",
            "pdf-arrays-10380",
        )),
        limit(generated_case("J01-deeper-arrays", "Two million arrays.", "pdf-arrays-2000000")),
        limit(generated_case("J01-values", "Two million values.", "pdf-values-2000000")),
        limit(generated_case(
            "J01-bomb",
            "An attachment that inflates to 64 MB.",
            "pdf-bomb-64000000",
        )),
        damaged(generated_case("J01-ends", "Three hundred thousand ends.", "pdf-markers-300000")),
        case(
            "J01-unread",
            "Deep arrays where nobody looks for a credential.",
            changing(|pdf| {
                pdf.object(&format!("{}{}", "[".repeat(10_380), "]".repeat(10_380)));
            }),
        ),
        damaged(case("J01-circle-of-versions", "A version that comes before itself.", {
            let at = whole.len() - 1;
            let section = format!(
                "xref\n0 0\ntrailer\n<< /Root 1 0 R /Prev {} >>\nstartxref\n{}\n%%EOF\n",
                at + 1,
                at + 1
            );
            [&whole[..], section.as_bytes()].concat()
        })),
        limit(case(
            "J01-circle-of-names",
            "A tree of names that is its own branch.",
            changing(|pdf| {
                let tree = pdf.object("null");
                pdf.catalog += &format!(" /Names << /EmbeddedFiles {} 0 R >>", tree + 1);
                pdf.object(&format!("<< /Kids [{0} 0 R {0} 0 R] >>", tree + 1));
            }),
        )),
        damaged(case("J01-length-of-itself", "A stream whose length is the stream.", {
            let mut pdf = page();
            let stream = pdf.object("<< /Length 6 0 R >>\nstream\n{}\nendstream");
            pdf.specify("credential.json", &format!("/F {stream} 0 R"));
            pdf.bytes()
        })),
        case(
            "J03-page-changed",
            "The page was changed afterwards; a warning says so.",
            certificate().updated(
                4,
                b"<< /Length 36 >>\nstream\nBT /F 12 Tf 72 720 Td (Excellent) Tj \nendstream",
            ),
        ),
        case(
            "J03-attachment-exchanged",
            "A genuine attachment was exchanged for a forged one afterwards.",
            {
                let forged = changed("kk");
                let head = format!("<< /Length {} >>\nstream\n", forged.len());
                certificate().updated(6, &[head.as_bytes(), &forged, b"\nendstream"].concat())
            },
        )
        .invalid(Proof, Code::Signature),
        case("J03-bytes-added", "Bytes behind the end.", [&whole[..], b"\nand more"].concat()),
        several(case(
            "J04-two-certificates",
            "Credentials of two certificates.",
            beside(edited("ru", |badge| {
                badge["credentialSubject"]["licenseNumber"] = json!("SYN-2020-A-000002")
            })),
        )),
        several(case(
            "J04-without-number",
            "Two credentials without a number.",
            with(&[("a.json", honest().as_bytes()), ("b.json", edited("ru", |_| {}).as_slice())])
                .bytes(),
        )),
        several(case("J04-twice", "The same credential twice.", beside(edition("kk")))),
        several(case(
            "J04-one-language",
            "Two credentials in one language.",
            beside(edited("kk", |badge| badge["id"] = json!("https://university.example/c/2/kk"))),
        )),
        several(case(
            "J04-one-id",
            "Two credentials of one id.",
            beside(edited("ru", |badge| badge["id"] = json!("https://university.example/c/1/kk"))),
        )),
        several(case(
            "J04-two-issuers",
            "Credentials of two issuers.",
            beside(edited("ru", |badge| badge["issuer"]["id"] = json!(PARTNER))),
        )),
        several(case(
            "J04-one-name",
            "Two attachments of one name.",
            with(&[
                ("credential.json", honest().as_bytes()),
                ("credential.json", edition("ru").as_slice()),
            ])
            .bytes(),
        )),
        several(case(
            "J04-not-named",
            "The second credential is associated and stands in no list of names.",
            {
                let mut pdf = with(&[("a.json", honest().as_bytes())]);
                let other = pdf.attach("b.txt", &edition("ru"));
                pdf.unname();
                pdf.catalog = format!(" /AF [{other} 0 R]");
                pdf.bytes()
            },
        )),
        several(case("J04-two-contents", "An attachment with two contents.", {
            let mut pdf = page();
            let (one, other) =
                (pdf.stream("", honest().as_bytes()), pdf.stream("", &edition("ru")));
            pdf.specify("credential.json", &format!("/F {one} 0 R /UF {other} 0 R"));
            pdf.bytes()
        })),
        case(
            "J04-other-identifier",
            "The file names another certificate.",
            changing(|pdf| pdf.identify("SYN-2020-A-000002")),
        )
        .refused(Read, Code::CarrierContradiction),
        case(
            "J04-edition-changed",
            "One of three editions was changed.",
            with(&[
                ("kk.json", &edition("kk")),
                ("ru.json", &changed("ru")),
                ("en.json", &edition("en")),
            ])
            .bytes(),
        )
        .invalid(Proof, Code::Signature),
        case(
            "J04-edition-unreadable",
            "One of three editions is no JSON.",
            with(&[("kk.json", &edition("kk")), ("ru.json", b"{"), ("en.json", &edition("en"))])
                .bytes(),
        )
        .refused(Read, Code::Parsing),
        not_read(case(
            "J09-encrypted",
            "An encrypted file.",
            changing(|pdf| {
                pdf.trailer =
                    "/Encrypt << /Filter /Standard /V 2 /R 3 /O () /U () /P -4 >>".to_owned()
            }),
        )),
        not_read(case("J09-other-filter", "An attachment in a form of long ago.", {
            let mut pdf = page();
            let stream = pdf.stream("/Filter /LZWDecode", honest().as_bytes());
            pdf.specify("credential.json", &format!("/F {stream} 0 R"));
            pdf.bytes()
        })),
        damaged(case(
            "J10-truncated",
            "The end of the file is missing.",
            whole[..whole.len() - 200].to_vec(),
        )),
        damaged(case(
            "J10-table-elsewhere",
            "The table is elsewhere than the end says.",
            replaced("startxref\n", "startxref\n1"),
        )),
        damaged(case(
            "J10-entry-elsewhere",
            "An object is elsewhere than the table says.",
            replaced("0000000015 00000 n", "0000000016 00000 n"),
        )),
        damaged(case(
            "J10-member-twice",
            "A catalog that says something twice.",
            changing(|pdf| pdf.catalog += " /Pages 2 0 R"),
        )),
        case("J10-no-attachment", "A file without attachments.", page().bytes())
            .refused(Read, Code::NoCredential),
        case(
            "J10-other-attachments",
            "A file with a table alone.",
            with(&[("grades.csv", b"a,b\n")]).bytes(),
        )
        .refused(Read, Code::NoCredential),
        case(
            "J10-badge-alone",
            "The badge of the other cases, in a file.",
            with(&[("badge.jsonld", by_university(&badge()).to_string().as_bytes())]).bytes(),
        ),
    ]
}
