//! The contexts built into the verifier: bytes under `schemas/contexts`, each with the SHA-256 that it must have.
//! Nothing else is ever read as a context of a badge.

use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use super::canonicalize::hex;
use super::compiled::Contexts;

pub(super) struct Pinned {
    pub(super) url: &'static str,
    pub(super) sha256: &'static str,
    pub(super) bytes: &'static [u8],
}

macro_rules! pinned {
    ($($url:literal $file:literal $sha256:literal)*) => {
        &[$($crate::linked_data::pinned::Pinned {
            url: $url,
            sha256: $sha256,
            bytes: include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../schemas/contexts/", $file)),
        }),*]
    };
}
#[cfg(feature = "general")]
pub(super) use pinned;

pub(super) static PINNED: &[Pinned] = pinned! {
    "https://www.w3.org/ns/credentials/v2" "w3c/credentials-v2.jsonld"
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json" "1edtech/ob/context-3.0.3.json"
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json" "1edtech/ob/context-3.0.2.json"
        "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53"
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json" "1edtech/ob/extensions.json"
        "146f85aa16effd7ca1da8056eb443f53ce1eca8a34186cb062832c0a97d889c3"
    "https://www.w3.org/ns/credentials/status/v1" "w3c/bitstring-status-list-v1.jsonld"
        "fda5add353231e6a6884a46b12e6c75464281900cb348284d9c360f62381d9f7"
    "https://w3id.org/security/data-integrity/v2" "w3c/data-integrity-v2.jsonld"
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4"
    "https://www.w3.org/2018/credentials/v1" "w3c/credentials-v1.jsonld"
        "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc"
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json" "1edtech/ob/context-3.0.1.json"
        "d582f3564282fb3b709136d28412e78e70b678b4dbc2f0221f67d84932748355"
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json" "1edtech/ob/context.json"
        "b077fa134d909d92c1dcd1c153f2af1b244aeb415967fdc1467d7fc5dd48ac10"
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json" "1edtech/clr/context-2.0.1.json"
        "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6"
    "https://purl.imsglobal.org/spec/clr/v2p0/context.json" "1edtech/clr/context.json"
        "e198d7b517d74c5036434ce495086f67b10244709e9a3df9dcb7f8b1579b6167"
    "https://w3id.org/security/data-integrity/v1" "w3c/data-integrity-v1.jsonld"
        "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554"
    "https://w3id.org/security/suites/ed25519-2020/v1" "w3c/ed25519-2020-v1.jsonld"
        "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588"
};

/// The pinned contexts. A context whose bytes lack their SHA-256 is left out: whatever needs it fails.
pub(crate) fn contexts() -> &'static Contexts {
    static CONTEXTS: OnceLock<Contexts> = OnceLock::new();
    CONTEXTS.get_or_init(|| {
        let genuine =
            PINNED.iter().filter(|pinned| hex(&Sha256::digest(pinned.bytes)) == pinned.sha256);
        Contexts::new(genuine.filter_map(|pinned| {
            let document = serde_json::from_slice(pinned.bytes).ok()?;
            Some((pinned.url.to_owned(), document))
        }))
    })
}

/// Every term that some pinned context coerces to `@id`, wherever it is defined.
#[cfg(test)]
pub(crate) fn coerced_to_identifiers() -> std::collections::BTreeSet<String> {
    fn collect(value: &serde_json::Value, terms: &mut std::collections::BTreeSet<String>) {
        for (name, inner) in value.as_object().into_iter().flatten() {
            if inner["@type"] == "@id" {
                terms.insert(name.clone());
            }
            collect(inner, terms);
        }
        value.as_array().into_iter().flatten().for_each(|inner| collect(inner, terms));
    }
    let mut terms = std::collections::BTreeSet::new();
    for pinned in PINNED {
        collect(&serde_json::from_slice(pinned.bytes).unwrap_or_default(), &mut terms);
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pinned_context_has_its_hash_and_compiles() {
        for pinned in PINNED {
            assert_eq!(hex(&Sha256::digest(pinned.bytes)), pinned.sha256, "{}", pinned.url);
            let compiled = contexts().compiled();
            let active = compiled.of_document(&[pinned.url]);
            assert!(active.is_ok(), "{}: {:?}", pinned.url, active.err());
        }
    }
}
