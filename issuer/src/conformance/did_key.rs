//! Resolves did:key (W3C CCG, "The did:key Method"): a DID document, or one method of it, made from the identifier alone.
//! It knows Ed25519 keys; it must not look anything up.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use verifier::Multikey;

/// What is asked for.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResolutionOptions {
    public_key_format: Option<String>,
    enable_experimental_public_key_types: Option<String>,
}

/// The formats that Ed25519 keys are given in.
const FORMATS: [&str; 3] = ["Multikey", "JsonWebKey2020", "Ed25519VerificationKey2020"];

/// Formats that other keys are given in: known, but not for these.
const EXPERIMENTAL: [&str; 5] = [
    "X25519KeyAgreementKey2020",
    "EcdsaSecp256k1VerificationKey2019",
    "Bls12381G2Key2020",
    "P256Key2021",
    "Ed25519VerificationKey2018",
];

/// What `did`, a DID or DID URL, stands for: a resolution result, with the status that belongs to it.
pub(super) fn resolve(did: &str, options: &ResolutionOptions) -> (StatusCode, Value) {
    let (resolved, fragment) = match did.split_once('#') {
        Some((did, fragment)) => (document(did, options), Some(fragment)),
        None => (document(did, options), None),
    };
    let found = match (resolved, fragment) {
        (Ok(document), Some(fragment)) => {
            let url = format!("#{fragment}");
            let method = document["verificationMethod"].get(0).cloned();
            let named = |method: &Value| {
                method["id"].as_str().is_some_and(|id| id.ends_with(&url)) && !fragment.is_empty()
            };
            method.filter(named).ok_or("invalidDidUrl")
        }
        (found, _) => found,
    };
    let metadata =
        if fragment.is_some() { "didDereferencingMetadata" } else { "didResolutionMetadata" };
    let (status, document, about) = match found {
        Ok(document) => (StatusCode::OK, document, json!({})),
        // The suite wants an object even where there is no document.
        Err(code) => (StatusCode::BAD_REQUEST, json!({}), json!({ "error": code })),
    };
    let mut result = json!({
        "@context": "https://w3id.org/did-resolution/v1",
        "didDocument": document,
        "didDocumentMetadata": {},
        "didResolutionMetadata": {},
    });
    result[metadata] = about;
    (status, result)
}

fn document(did: &str, options: &ResolutionOptions) -> Result<Value, &'static str> {
    let multikey = read_multikey(did)?;
    let format = options.public_key_format.as_deref().unwrap_or("Ed25519VerificationKey2020");
    check_format(format, options)?;
    let id = format!("{did}#{multikey}");
    let mut method = json!({ "id": id, "type": format, "controller": did });
    if format == "JsonWebKey2020" {
        method["publicKeyJwk"] = jwk(&multikey);
    } else {
        method["publicKeyMultibase"] = multikey.into();
    }
    Ok(json!({
        "@context": ["https://www.w3.org/ns/did/v1", context_of(format)],
        "id": did,
        "verificationMethod": [method],
        "authentication": [id],
        "assertionMethod": [id],
        "capabilityDelegation": [id],
        "capabilityInvocation": [id],
    }))
}

fn context_of(format: &str) -> &'static str {
    match format {
        "Multikey" => "https://w3id.org/security/multikey/v1",
        "JsonWebKey2020" => "https://w3id.org/security/suites/jws-2020/v1",
        _ => "https://w3id.org/security/suites/ed25519-2020/v1",
    }
}

fn check_format(format: &str, options: &ResolutionOptions) -> Result<(), &'static str> {
    let experimental = options.enable_experimental_public_key_types.as_deref() == Some("true");
    if FORMATS.contains(&format) {
        Ok(())
    } else if EXPERIMENTAL.contains(&format) && !experimental {
        Err("invalidPublicKeyType")
    } else {
        Err("unsupportedPublicKeyType")
    }
}

/// The Multikey in `did:key:z6Mk…`.
fn read_multikey(did: &str) -> Result<String, &'static str> {
    let mut parts = did.split(':');
    let (scheme, method, key) = (parts.next(), parts.next(), parts.next());
    let (Some("did"), Some(method), Some(key), None) = (scheme, method, key, parts.next()) else {
        return Err("invalidDid");
    };
    if method != "key" {
        return Err("methodNotSupported");
    }
    let encoded = key.strip_prefix('z').filter(|key| !key.is_empty() && key.len() <= 512);
    let encoded = encoded.ok_or("invalidDid")?;
    let bytes = bs58::decode(encoded).into_vec().map_err(|_| "invalidDid")?;
    match bytes.as_slice() {
        [0xed, 0x01, key @ ..] if key.len() != 32 => Err("invalidPublicKeyLength"),
        [0xed, 0x01, ..] => match Multikey::parse(key) {
            Ok(multikey) => Ok(multikey.to_string()),
            Err(_) => Err("invalidPublicKey"),
        },
        _ => Err("unsupportedPublicKeyType"),
    }
}

/// RFC 8037: the 32 bytes of the key.
fn jwk(multikey: &str) -> Value {
    let bytes = multikey.strip_prefix('z').and_then(|text| bs58::decode(text).into_vec().ok());
    let bytes = bytes.unwrap_or_default();
    let x = URL_SAFE_NO_PAD.encode(bytes.get(2..).unwrap_or_default());
    json!({ "kty": "OKP", "crv": "Ed25519", "x": x })
}
