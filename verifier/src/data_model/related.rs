//! Digests of related resources (Verifiable Credentials Data Model 2.0, "Integrity of Related Resources").
//! It knows the resources that are built in; it must not fetch others.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::values::{check_url, each_object, malformed, missing};
use crate::json::{At, Object};
use crate::linked_data::hex;
use crate::problem::{Code, Problem};

const CREDENTIALS_2: &[u8] = include_bytes!("../../../schemas/contexts/w3c/credentials-v2.jsonld");

/// What `https://www.w3.org/ns/credentials/v2` was in July 2024: credentials made before the Recommendation carry this digest
/// (SHA-256; w3c/vc-data-model, commit 8d0ee107).
const CREDENTIALS_2_OF_JULY_2024: &str =
    "24a18c90e9856d526111f29376e302d970b2bd10182e33959995b0207d7043b9";

/// Checks the form of every related resource and its digests.
pub(super) fn check(credential: &Object<'_>, at: At<'_>) -> Result<(), Problem> {
    let mut seen: Vec<String> = Vec::new();
    each_object(credential, "relatedResource", at, |resource, at| {
        let id = resource.find("id").ok_or_else(|| missing(at, "id"))?;
        check_url(id, At::Member(&at, "id"))?;
        let id = id.as_str().unwrap_or_default();
        if seen.iter().any(|other| other == id) {
            return Err(malformed(at, format!("The resource `{id}` is related twice.")));
        }
        seen.push(id.to_owned());
        check_digests(resource, id, at)
    })
}

fn check_digests(resource: &Object<'_>, id: &str, at: At<'_>) -> Result<(), Problem> {
    let digests = ["digestSRI", "digestMultibase"].map(|name| resource.find(name).map(|_| name));
    if digests == [None, None] {
        return Err(malformed(at, "A related resource carries a digest."));
    }
    for name in digests.into_iter().flatten() {
        let at = At::Member(&at, name);
        let text = resource.text(name).unwrap_or_default();
        let digests = if name == "digestSRI" { sri(text) } else { multibase(text) };
        let digests = digests.ok_or_else(|| malformed(at, format!("`{name}` is no digest.")))?;
        // Each alternative is a claim about the resource; one that holds is enough (Subresource Integrity).
        if !digests.iter().any(|digest| digest.is_of(id)) {
            let detail = format!("The digest is not that of `{id}`.");
            return Err(Problem::new(Code::Signature, detail).at(at));
        }
    }
    Ok(())
}

/// A digest, its function told by its length.
struct Claimed(Vec<u8>);

impl Claimed {
    fn new(bytes: Vec<u8>) -> Option<Self> {
        matches!(bytes.len(), 32 | 48 | 64).then_some(Self(bytes))
    }

    /// Whether the resource is at hand and has this digest.
    fn is_of(&self, id: &str) -> bool {
        let current = id == "https://www.w3.org/ns/credentials/v2";
        let same = match self.0.len() {
            32 => {
                self.0 == Sha256::digest(CREDENTIALS_2).as_slice()
                    || hex(&self.0) == CREDENTIALS_2_OF_JULY_2024
            }
            48 => self.0 == Sha384::digest(CREDENTIALS_2).as_slice(),
            _ => self.0 == Sha512::digest(CREDENTIALS_2).as_slice(),
        };
        current && same
    }
}

/// "Subresource Integrity" metadata: `sha256-…`, several separated by spaces.
fn sri(text: &str) -> Option<Vec<Claimed>> {
    let all = text.split_ascii_whitespace().map(|one| {
        let (function, encoded) = one.split_once('-')?;
        let bytes = STANDARD.decode(encoded).ok()?;
        let length = match function {
            "sha256" => 32,
            "sha384" => 48,
            "sha512" => 64,
            _ => return None,
        };
        Claimed::new(bytes).filter(|digest| digest.0.len() == length)
    });
    all.collect::<Option<Vec<_>>>().filter(|digests| !digests.is_empty())
}

/// Multibase `u` or `z`: a bare SHA-256 digest, or one with its multihash header.
fn multibase(text: &str) -> Option<Vec<Claimed>> {
    let bytes = if let Some(encoded) = text.strip_prefix('u') {
        URL_SAFE_NO_PAD.decode(encoded).ok()?
    } else {
        let encoded = text.strip_prefix('z').filter(|encoded| encoded.len() <= 96)?;
        bs58::decode(encoded).into_vec().ok()?
    };
    let bytes = match bytes.as_slice() {
        [0x12, 0x20, digest @ ..] if digest.len() == 32 => digest.to_vec(),
        _ => bytes,
    };
    Claimed::new(bytes).filter(|digest| digest.0.len() == 32).map(|digest| vec![digest])
}
