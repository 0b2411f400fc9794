//! Controlled identifiers: keys, and the documents that say whose they are (Controlled Identifiers 1.0).
//! It looks documents up; it must not fetch them, and never takes a key from a URL fragment of anything but did:key.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::VerifyingKey;

use crate::base58;
use crate::documents::Documents;
use crate::json::{self, Object, Value};
use crate::key::{KeyFault, PublicKey};
use crate::limits;
use crate::problem::Code;
use crate::report::Finding;
use crate::time::Timestamp;

/// An Ed25519 public key that is fit for use: on the curve, canonically encoded, not of small order.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub struct Multikey(VerifyingKey);

/// The text is no Ed25519 Multikey, or its key is weak.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a usable Ed25519 public key in Multikey encoding")]
pub struct NotAKey;

/// Multicodec `ed25519-pub`, 0xed as an unsigned varint.
const ED25519_PUB: [u8; 2] = [0xed, 0x01];

impl Multikey {
    /// Reads `z6Mk…`: base58btc of the multicodec prefix 0xed01 and 32 bytes (Controlled Identifiers, "Multikey").
    ///
    /// # Errors
    ///
    /// [`NotAKey`] for any other encoding, length or codec, and for weak keys.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let bytes: Option<[u8; 34]> = text.strip_prefix('z').and_then(base58::decode);
        let bytes = bytes.ok_or(NotAKey)?;
        let key = bytes.strip_prefix(&ED25519_PUB).ok_or(NotAKey)?;
        Self::from_bytes(key.try_into().map_err(|_| NotAKey)?)
    }

    /// Takes the 32 bytes of RFC 8032.
    ///
    /// # Errors
    ///
    /// [`NotAKey`] if they are no point, a point of small order, or not the canonical encoding of theirs:
    /// a signature under such a key proves nothing.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, NotAKey> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| NotAKey)?;
        if is_reduced(bytes) && !key.is_weak() { Ok(Self(key)) } else { Err(NotAKey) }
    }

    /// The 32 bytes of RFC 8032.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub(crate) const fn verifying_key(&self) -> &VerifyingKey {
        &self.0
    }
}

/// Whether the coordinate in these bytes is smaller than the prime 2^255 - 19. Then they are the canonical encoding of their point,
/// unless that is of small order.
fn is_reduced(bytes: &[u8; 32]) -> bool {
    let [lowest, middle @ .., highest] = bytes;
    let beyond =
        highest & 0x7f == 0x7f && middle.iter().all(|byte| *byte == 0xff) && *lowest >= 0xed;
    !beyond
}

impl fmt::Display for Multikey {
    /// The Multikey text, `z6Mk…`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<u8> = ED25519_PUB.into_iter().chain(self.0.to_bytes()).collect();
        write!(formatter, "z{}", base58::encode(&bytes))
    }
}

/// "Retrieve Verification Method" for the relationship `assertionMethod`, bound to `issuer`.
pub(crate) fn retrieve_key(
    method_url: &str,
    issuer: &str,
    documents: &Documents,
    now: Timestamp,
) -> Result<PublicKey, Finding> {
    retrieve_listed_key(method_url, issuer, documents, now)?.ok_or_else(|| unlisted(method_url))
}

/// The issuer's document is there, and does not hold this key.
pub(crate) fn unlisted(method_url: &str) -> Finding {
    let detail = format!("The issuer's document does not hold the key {method_url}.");
    Finding::fail(Code::VerificationMethod, detail)
}

/// The same; `None` where the issuer's document holds no key of this name.
///
/// The issuer must be the controller, and that is checked before any document is asked for: a stranger's
/// document that claims the issuer as its controller is never even read.
pub(crate) fn retrieve_listed_key(
    method_url: &str,
    issuer: &str,
    documents: &Documents,
    now: Timestamp,
) -> Result<Option<PublicKey>, Finding> {
    let Some((controller, fragment)) = method_url.split_once('#') else {
        return Err(invalid_url(method_url));
    };
    if fragment.is_empty() || fragment.contains('#') || !controller.contains(':') {
        return Err(invalid_url(method_url));
    }
    if controller != issuer {
        let detail = format!("The key {method_url} does not belong to the issuer {issuer}.");
        return Err(Finding::fail(Code::KeyNotOfIssuer, detail));
    }
    match (key_in_name(controller)?, controller.strip_prefix("did:key:")) {
        (Some(key), Some(encoded)) if encoded == fragment => Ok(Some(key)),
        (Some(key), None) if fragment == "0" => Ok(Some(key)),
        (Some(_), _) => Err(invalid_url(method_url)),
        (None, _) => from_document(method_url, controller, documents, now),
    }
}

/// The name of the issuer's verification method for assertions that holds `key`: how a key that comes with the document itself is
/// bound to whoever the document names.
pub(crate) fn find_method_of_key(
    key: &PublicKey,
    issuer: &str,
    documents: &Documents,
    now: Timestamp,
) -> Result<String, Finding> {
    let stranger = || {
        let detail =
            format!("The key in the signature's header does not belong to the issuer {issuer}.");
        Finding::fail(Code::KeyNotOfIssuer, detail)
    };
    if let Some(own) = key_in_name(issuer)? {
        let encoded = issuer.strip_prefix("did:key:").unwrap_or("0");
        return if own == *key { Ok(format!("{issuer}#{encoded}")) } else { Err(stranger()) };
    }
    let bytes = documents.require(issuer, Code::DocumentMissing)?.bytes();
    let document = read_document(bytes, issuer)?;
    let assertion = document.find("assertionMethod").map(Value::items).unwrap_or_default();
    let names = assertion.iter().filter_map(|entry| match entry {
        Value::String(reference) => Some(reference.as_ref()),
        other => other.as_object()?.text("id"),
    });
    let names = names.filter(|name| name.split_once('#').is_some_and(|(of, _)| of == issuer));
    let mut names = names.take(limits::ASSERTION_METHODS_MAX);
    let holds = |name: &&str| {
        key_in(&document, name, issuer, now).is_ok_and(|own| own.as_ref() == Some(key))
    };
    names.find(holds).map(str::to_owned).ok_or_else(stranger)
}

/// The key of an identifier that is one: did:key, did:jwk. `None` for identifiers that have a document.
fn key_in_name(identifier: &str) -> Result<Option<PublicKey>, Finding> {
    let unusable = |fault: KeyFault| {
        let detail = format!("`{identifier}` holds no usable key: {fault}.");
        Finding::fail(Code::WeakKey, detail)
    };
    if let Some(encoded) = identifier.strip_prefix("did:key:") {
        return PublicKey::from_multikey(encoded).map(Some).map_err(unusable);
    }
    let Some(encoded) = identifier.strip_prefix("did:jwk:") else { return Ok(None) };
    let jwk = URL_SAFE_NO_PAD
        .decode(encoded)
        .map_err(|_| unusable(KeyFault::Form("its JWK is not base64url")))?;
    let jwk =
        json::parse(&jwk).map_err(|_| unusable(KeyFault::Form("its JWK is not strict JSON")))?;
    PublicKey::from_jwk(&jwk).map(Some).map_err(unusable)
}

fn invalid_url(url: &str) -> Finding {
    let detail = format!("`{url}` does not name a key: an absolute URL with a fragment is needed.");
    Finding::fail(Code::VerificationMethodUrl, detail)
}

fn from_document(
    method_url: &str,
    controller: &str,
    documents: &Documents,
    now: Timestamp,
) -> Result<Option<PublicKey>, Finding> {
    let bytes = documents.require(controller, Code::DocumentMissing)?.bytes();
    let document = read_document(bytes, controller)?;
    key_in(&document, method_url, controller, now)
}

/// The key that the document of `controller` holds under this name for assertions.
fn key_in(
    document: &Object<'_>,
    method_url: &str,
    controller: &str,
    now: Timestamp,
) -> Result<Option<PublicKey>, Finding> {
    let Some(method) = find_method(document, method_url)? else { return Ok(None) };
    if method.text("controller") != Some(controller) {
        let detail = format!("The key {method_url} names another controller.");
        return Err(Finding::fail(Code::VerificationMethod, detail));
    }
    let assertion = document.find("assertionMethod").map(Value::items).unwrap_or_default();
    if !assertion.iter().any(|entry| identifies(entry, method_url)) {
        let detail = format!("The issuer does not use the key {method_url} for assertions.");
        return Err(Finding::fail(Code::Relationship, detail));
    }
    check_lifetime(method, method_url, now)?;
    public_key(method, method_url).map(Some)
}

/// Whether these bytes are the document of `controller`, and hold a key by which it signs at `now`.
pub(crate) fn check_document(
    bytes: &[u8],
    controller: &str,
    now: Timestamp,
) -> Result<(), Finding> {
    let document = read_document(bytes, controller)?;
    let assertion = document.find("assertionMethod").map(Value::items).unwrap_or_default();
    let mut names =
        assertion.iter().take(limits::ASSERTION_METHODS_MAX).filter_map(|entry| match entry {
            Value::String(reference) => Some(reference.as_ref()),
            other => other.as_object()?.text("id"),
        });
    let usable = |name: &str| matches!(key_in(&document, name, controller, now), Ok(Some(_)));
    if names.any(usable) {
        return Ok(());
    }
    let detail = format!("The document of {controller} holds no usable key for assertions.");
    Err(Finding::fail(Code::VerificationMethod, detail))
}

/// The controlled identifier document of `controller`.
fn read_document<'d>(bytes: &'d [u8], controller: &str) -> Result<Object<'d>, Finding> {
    // A document that cannot be read says nothing about the credential.
    let document = json::parse(bytes).map_err(|problem| {
        let detail = format!("The document of {controller} is not readable: {}", problem.detail);
        Finding::unknown(Code::ControllerDocument, detail)
    })?;
    if document.text("id") != Some(controller) {
        let detail = format!("The document given for {controller} is that of somebody else.");
        return Err(Finding::fail(Code::ControllerDocument, detail));
    }
    Ok(document)
}

fn identifies(entry: &Value<'_>, method_url: &str) -> bool {
    match entry {
        Value::String(reference) => reference == method_url,
        Value::Object(method) => method.text("id") == Some(method_url),
        _ => false,
    }
}

/// Step 5: the one verification method with this absolute identifier, in the list of methods or
/// embedded in the relationship.
fn find_method<'d, 'a>(
    document: &'d Object<'a>,
    method_url: &str,
) -> Result<Option<&'d Object<'a>>, Finding> {
    let listed = ["verificationMethod", "assertionMethod"];
    let mut found = listed
        .into_iter()
        .filter_map(|member| document.find(member))
        .flat_map(Value::items)
        .filter_map(Value::as_object)
        .filter(|method| method.text("id") == Some(method_url));
    match (found.next(), found.next()) {
        (Some(method), None) => Ok(Some(method)),
        (None, _) => Ok(None),
        (Some(_), Some(_)) => Err(Finding::fail(
            Code::VerificationMethod,
            format!("The issuer's document holds several keys named {method_url}."),
        )),
    }
}

/// "Verification Methods": no proof verifies at or after `revoked` or `expires`.
fn check_lifetime(method: &Object<'_>, method_url: &str, now: Timestamp) -> Result<(), Finding> {
    for member in ["revoked", "expires"] {
        let Some(value) = method.find(member) else { continue };
        let Some(end) = value.as_str().and_then(Timestamp::parse) else {
            let detail = format!("`{member}` of the key {method_url} is not a date and time.");
            return Err(Finding::fail(Code::VerificationMethod, detail));
        };
        if now >= end {
            let detail = format!("The key {method_url} is past its `{member}`.");
            return Err(Finding::fail(Code::KeyExpired, detail));
        }
    }
    Ok(())
}

fn public_key(method: &Object<'_>, method_url: &str) -> Result<PublicKey, Finding> {
    let key = match (method.text("type"), method.find("publicKeyJwk")) {
        // The second is the older name of an Ed25519 Multikey.
        (Some("Multikey" | "Ed25519VerificationKey2020"), None) => {
            PublicKey::from_multikey(method.text("publicKeyMultibase").unwrap_or_default())
        }
        (Some("JsonWebKey" | "JsonWebKey2020"), Some(Value::Object(jwk))) => {
            PublicKey::from_jwk(jwk)
        }
        _ => {
            let detail = format!("The key {method_url} is of a type that is not supported.");
            return Err(Finding::fail(Code::VerificationMethod, detail));
        }
    };
    key.map_err(|fault| {
        Finding::fail(Code::WeakKey, format!("The key {method_url} is not usable: {fault}."))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::Document;

    const KEY: &str = "z6MkhVBZ22uzPdFVTseotrxp4eLZtsX7PKstSonWTEEokt5F";
    const NOW: Timestamp = Timestamp::from_unix_seconds(1_780_000_000);

    fn retrieve(method: &str, issuer: &str, document: Option<&str>) -> Result<PublicKey, Code> {
        let mut documents = Documents::new();
        if let Some(text) = document {
            let found = Document::new(text.as_bytes().to_vec(), None);
            documents.insert("did:web:example.org", Ok(found));
        }
        retrieve_key(method, issuer, &documents, NOW).map_err(|finding| match finding {
            Finding::Fail(problem)
            | Finding::Unknown(problem)
            | Finding::Missing(problem, _)
            | Finding::Unlisted(problem)
            | Finding::Refused(problem) => problem.code,
        })
    }

    fn document(method: &str) -> String {
        format!(
            r#"{{"id":"did:web:example.org","verificationMethod":[{method}],"assertionMethod":["did:web:example.org#a"]}}"#
        )
    }

    fn method(extra: &str) -> String {
        format!(
            r#"{{"id":"did:web:example.org#a","type":"Multikey","controller":"did:web:example.org","publicKeyMultibase":"{KEY}"{extra}}}"#
        )
    }

    #[test]
    fn did_key_is_its_own_document() {
        let did = format!("did:key:{KEY}");
        let own = PublicKey::Ed25519(Multikey::parse(KEY).unwrap());
        assert_eq!(retrieve(&format!("{did}#{KEY}"), &did, None), Ok(own));
        assert_eq!(retrieve(&format!("{did}#other"), &did, None), Err(Code::VerificationMethodUrl));
        assert_eq!(retrieve(&did, &did, None), Err(Code::VerificationMethodUrl));
        assert_eq!(
            retrieve(&format!("{did}#{KEY}"), "did:web:example.org", None),
            Err(Code::KeyNotOfIssuer)
        );
    }

    #[test]
    fn did_web_needs_its_document_in_every_step() {
        let web =
            |text: Option<&str>| retrieve("did:web:example.org#a", "did:web:example.org", text);
        assert_eq!(web(None), Err(Code::DocumentMissing));
        assert!(web(Some(&document(&method("")))).is_ok());
        assert_eq!(web(Some("{")), Err(Code::ControllerDocument));
        let good = document(&method(""));
        for (from, to, code) in [
            (
                "\"id\":\"did:web:example.org\",\"ver",
                "\"id\":\"did:web:evil.org\",\"ver",
                Code::ControllerDocument,
            ),
            ("[\"did:web:example.org#a\"]", "[\"did:web:example.org#b\"]", Code::Relationship),
            ("assertionMethod", "authentication", Code::Relationship),
            (
                "\"controller\":\"did:web:example.org\"",
                "\"controller\":\"did:web:evil.org\"",
                Code::VerificationMethod,
            ),
            ("\"id\":\"did:web:example.org#a\"", "\"id\":\"#a\"", Code::VerificationMethod),
            ("\"Multikey\"", "\"X25519\"", Code::VerificationMethod),
            (KEY, "z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc", Code::WeakKey),
        ] {
            assert_eq!(web(Some(&good.replace(from, to))), Err(code), "{from} → {to}");
        }
        let twice = format!("{},{}", method(""), method(""));
        assert_eq!(web(Some(&document(&twice))), Err(Code::VerificationMethod));
        let past = document(&method(r#","revoked":"2026-01-01T00:00:00Z""#));
        assert_eq!(web(Some(&past)), Err(Code::KeyExpired));
        let future = document(&method(r#","expires":"2036-01-01T00:00:00Z""#));
        assert!(web(Some(&future)).is_ok());
    }

    #[test]
    fn a_key_in_the_fragment_of_a_web_identifier_is_nothing() {
        let url = format!("did:web:example.org#{KEY}");
        assert_eq!(
            retrieve(&url, "did:web:example.org", Some(&document(&method("")))),
            Err(Code::VerificationMethod)
        );
    }

    #[test]
    fn weak_and_misencoded_keys_are_refused() {
        let multikey = |bytes: &[u8]| {
            let all: Vec<u8> = ED25519_PUB.into_iter().chain(bytes.iter().copied()).collect();
            Multikey::parse(&format!("z{}", bs58::encode(all).into_string()))
        };
        let mut identity = [0; 32];
        identity[0] = 1;
        let mut beyond_the_field = [0xff; 32];
        beyond_the_field[0] = 0xee;
        beyond_the_field[31] = 0x7f;
        for weak in [[0; 32], identity, beyond_the_field] {
            assert_eq!(multikey(&weak), Err(NotAKey));
        }
        assert_eq!(multikey(&[1; 31]), Err(NotAKey));
        for text in ["", "z", "zz", "u6Mk", &KEY[1..], &format!("{KEY} "), &"z1".repeat(40)] {
            assert_eq!(Multikey::parse(text), Err(NotAKey), "{text}");
        }
    }
}
