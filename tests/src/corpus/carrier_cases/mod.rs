//! Sections H to K, as far as they concern a verifier: what people send, and what others make of it.

mod bombs;
mod codes;
mod hidden;
mod pdfs;
mod pictures;

use serde_json::{Value, json};

use super::badge::{badge, by_university};
use super::case::{Case, bytes_case};
use super::wrap;

pub(super) fn cases() -> Vec<Case> {
    [
        pictures::pngs(),
        pictures::svgs(),
        pdfs::cases(),
        hidden::cases(),
        codes::cases(),
        bombs::cases(),
    ]
    .concat()
}

/// A case whose input is a file of this name.
fn file_case(id: &str, says: &str, name: &'static str, bytes: Vec<u8>) -> Case {
    bytes_case(id, says, bytes).named(name)
}

/// The honest badge as text.
fn honest() -> String {
    by_university(&badge()).to_string()
}

/// The honest badge, in which somebody changed the grade.
fn forged() -> String {
    super::badge::changed(|badge| badge["credentialSubject"]["result"][0]["value"] = json!("A"))
        .to_string()
}

/// A certificate in one language, unsigned: its title is in that language too, so that it can be told which edition is shown.
fn unsigned_edition(language: &str) -> Value {
    let mut edition = badge();
    let title = match language {
        "kk" => "Спектроскопия негіздері",
        "ru" => "Основы спектроскопии",
        _ => "Basics of spectroscopy",
    };
    edition["name"] = json!(title);
    edition["credentialSubject"]["achievement"]["name"] = json!(title);
    edition["id"] = json!(format!("https://university.example/c/1/{language}"));
    edition["credentialSubject"]["licenseNumber"] = json!(NUMBER);
    edition["credentialSubject"]["achievement"]["inLanguage"] = json!(language);
    edition
}

/// The number of the certificate.
const NUMBER: &str = "SYN-2020-A-000001";

fn edition(language: &str) -> Vec<u8> {
    by_university(&unsigned_edition(language)).to_string().into_bytes()
}

/// Inputs that are too large to keep.
pub(crate) fn generated(kind: &str, count: usize) -> Option<Vec<u8>> {
    Some(match kind {
        "png-text" => wrap::png(1, &[0], &[wrap::itxt(&vec![b' '; count])]),
        "png-bomb" => {
            let bomb = wrap::text(b"zTXt", "openbadgecredential", &vec![b' '; count]);
            // Flag 1, method 0, no language: what stands behind the first 0 of `zTXt` is method and data.
            let data = bomb.body.get(b"openbadgecredential".len() + 2..)?;
            wrap::png(1, &[0], &[wrap::itxt_with("openbadgecredential", &[1, 0, 0, 0], data)])
        }
        "svg-nested" | "svg-attributes" | "svg-elements" | "svg-namespaces" | "svg-brackets" => {
            bombs::svg(kind, count)
        }
        "pdf-bomb" => pdfs::bomb(count),
        "pdf-arrays" => pdfs::deep(count),
        "pdf-values" => pdfs::wide(count),
        "pdf-markers" => pdfs::markers(count),
        "pdf-ends" => bombs::ends(count),
        "pdf-references" => bombs::references(count),
        "pdf-annotations" => bombs::annotations(count),
        "pdf-rows" => wrap::repeating(count),
        "pdf-blocks" => bombs::blocks(count),
        "pdf-xmp-attributes" => bombs::metadata(count, 0),
        "pdf-xmp-namespaces" => bombs::metadata(0, count),
        "png-blocks" => bombs::picture_of_blocks(count),
        "stripes" => wrap::stripes(count),
        "finders" => wrap::finders(1_600, count),
        "noise" => wrap::noise(count),
        "white" => wrap::png(count, &vec![255; count * 3_000], &[]),
        _ => return None,
    })
}
