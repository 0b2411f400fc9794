//! Credentials as tokens: the compact JSON Web Signature (RFC 7515), read strictly.
//! It reads and verifies; it must not look for keys, and never believes a header about which algorithm a key has.

mod claims;
mod token;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub use claims::TokenProfile;
pub(crate) use claims::{Claims, read_claims};
pub use token::{TokenInput, TokenOptions, token_input};

use crate::json::{self, Object, Value};
use crate::key::{Algorithm, Mismatch, PublicKey};
use crate::limits;
use crate::problem::Code;
use crate::report::Finding;

/// One token, well formed; its signature is not checked yet.
#[derive(Debug)]
pub(crate) struct CompactJws<'t> {
    pub(crate) header: Header,
    /// The bytes that were signed, decoded: JSON if the signer meant it so.
    pub(crate) payload: Vec<u8>,
    /// What was signed: header and payload as they stand in the token.
    signing_input: &'t str,
    signature: Vec<u8>,
}

/// What a token says of itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Header {
    algorithm: Algorithm,
    /// The key that the signer names; a claim like any other.
    pub(crate) key: NamedKey,
    pub(crate) kind: Kind,
    /// `iss` of the header (VC-JOSE-COSE, "Key Discovery").
    pub(crate) issuer: Option<String>,
}

/// How a header names its key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum NamedKey {
    /// `kid`.
    Url(String),
    /// `jwk`: proves nothing until the same key is found in the issuer's own document.
    Embedded(PublicKey),
    /// The header names none.
    None,
}

/// `typ` of a header.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// There is no `typ`.
    Unsaid,
    /// `JWT` (Open Badges 3.0, "JSON Web Token Proof Format").
    Jwt,
    /// `vc+jwt` (VC-JOSE-COSE), or `vc+ld+jwt`, as its drafts said.
    VcJwt,
}

/// Whether `input` is a token rather than JSON: it begins with the base64url of `{`.
pub(crate) fn is_token(input: &[u8]) -> bool {
    input.first() == Some(&b'e')
}

/// Whether `object` is a token in the JSON serialization (RFC 7515, "JWS JSON Serialization"), whose header need not be signed.
pub(crate) fn is_json_serialization(object: &Object<'_>) -> bool {
    let signed = ["signatures", "signature"].iter().any(|member| object.find(member).is_some());
    signed && object.find("payload").is_some()
}

impl<'t> CompactJws<'t> {
    /// Reads three parts (RFC 7515, "JWS Compact Serialization").
    ///
    /// Refused: another number of parts, so a JWE or the JSON serialization too; what exceeds a limit; a header that is not strict JSON,
    /// or names two keys. Failed: base64url in any but its one spelling; a header with members that are not understood.
    pub(crate) fn parse(input: &'t [u8]) -> Result<Self, Finding> {
        if input.len() > limits::INPUT_BYTES_MAX {
            let detail = format!("The token is larger than {} bytes.", limits::INPUT_BYTES_MAX);
            return Err(Finding::refused(Code::Limit, detail));
        }
        let text = str::from_utf8(input).map_err(|_| malformed("The token is not ASCII."))?;
        let mut parts = text.splitn(4, '.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            let detail = "The token does not consist of three parts: only the compact serialization of a signature is read.";
            return Err(Finding::refused(Code::Parsing, detail));
        };
        if header.len() > limits::TOKEN_HEADER_CHARS_MAX {
            let detail = format!(
                "The token's header is longer than {} characters.",
                limits::TOKEN_HEADER_CHARS_MAX
            );
            return Err(Finding::refused(Code::Limit, detail));
        }
        let signing_input = text.get(..header.len() + 1 + payload.len()).unwrap_or_default();
        let header = decode(header)?;
        let header = json::parse(&header).map_err(Finding::Refused)?;
        Ok(Self {
            header: Header::read(&header)?,
            payload: decode(payload)?,
            signing_input,
            signature: decode(signature)?,
        })
    }

    /// What was signed, and its signature.
    pub(crate) fn signed(&self) -> (&[u8], &[u8]) {
        (self.signing_input.as_bytes(), &self.signature)
    }

    /// Verifies the signature under `key`, whose algorithm the header must have named: the key is never bent to the header.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), Finding> {
        let message = self.signing_input.as_bytes();
        key.verify(self.header.algorithm, message, &self.signature).map_err(|why| match why {
            Mismatch::Algorithm => {
                let detail = "The token's algorithm is not the one that its key verifies with.";
                Finding::fail(Code::Algorithm, detail)
            }
            Mismatch::Signature => {
                let detail = "The token's signature does not match: it was changed after signing, or was signed with another key.";
                Finding::fail(Code::Signature, detail)
            }
        })
    }
}

/// The engine takes neither padding nor white space, nor bits beyond the last byte: a token has one spelling.
fn decode(part: &str) -> Result<Vec<u8>, Finding> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| malformed("A part of the token is not base64url without padding."))
}

fn malformed(detail: impl Into<String>) -> Finding {
    Finding::fail(Code::TokenMalformed, detail)
}

impl Header {
    fn read(header: &Object<'_>) -> Result<Self, Finding> {
        // Whatever is not listed could change the meaning of the rest: `crit`, `b64`, `zip`, `x5u`, `jku` …
        for (name, _) in header.members() {
            if !matches!(name, "alg" | "kid" | "jwk" | "typ" | "cty" | "iss") {
                let detail = format!("The token's header must not have the member `{name}`.");
                return Err(malformed(detail));
            }
        }
        let algorithm = header.text("alg").and_then(Algorithm::parse).ok_or_else(|| {
            let detail = "The token is signed with an algorithm other than EdDSA, ES256 and RS256, or with none.";
            Finding::fail(Code::Algorithm, detail)
        })?;
        let issuer = text(header, "iss")?.map(str::to_owned);
        check_content(text(header, "cty")?)?;
        Ok(Self {
            algorithm,
            key: named_key(header)?,
            kind: Kind::read(text(header, "typ")?)?,
            issuer,
        })
    }
}

fn text<'h>(header: &'h Object<'_>, name: &str) -> Result<Option<&'h str>, Finding> {
    match header.find(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err(malformed(format!("`{name}` of the token's header is not a text."))),
    }
}

fn named_key(header: &Object<'_>) -> Result<NamedKey, Finding> {
    match (text(header, "kid")?, header.find("jwk")) {
        (Some(_), Some(_)) => {
            let detail = "The token names a key by `kid` and carries another in `jwk`.";
            Err(Finding::refused(Code::TwoKeys, detail))
        }
        (Some(url), None) => Ok(NamedKey::Url(url.to_owned())),
        (None, Some(Value::Object(jwk))) => {
            PublicKey::from_jwk(jwk).map(NamedKey::Embedded).map_err(|fault| {
                Finding::fail(
                    Code::WeakKey,
                    format!("The key in the token's header cannot be used: {fault}."),
                )
            })
        }
        (None, Some(_)) => Err(malformed("`jwk` of the token's header is not an object.")),
        (None, None) => Ok(NamedKey::None),
    }
}

impl Kind {
    /// Any other kind of token was made for something else, and must not pass for a credential (RFC 8725, "Use Explicit Typing").
    fn read(typ: Option<&str>) -> Result<Self, Finding> {
        let Some(typ) = typ else { return Ok(Self::Unsaid) };
        match media_type(typ).as_str() {
            "jwt" => Ok(Self::Jwt),
            "vc+jwt" | "vc+ld+jwt" => Ok(Self::VcJwt),
            _ => {
                let detail = format!("A token of the type `{typ}` is not a credential.");
                Err(Finding::fail(Code::TokenType, detail))
            }
        }
    }
}

/// `cty`: a credential, or JSON. A token in a token is not looked into.
fn check_content(cty: Option<&str>) -> Result<(), Finding> {
    let Some(cty) = cty else { return Ok(()) };
    match media_type(cty).as_str() {
        "vc" | "vc+ld+json" | "json" => Ok(()),
        _ => {
            let detail = format!("A token with content of the type `{cty}` is not a credential.");
            Err(Finding::fail(Code::TokenType, detail))
        }
    }
}

/// RFC 7515, "typ": names of media types are compared without case, and `application/` may be left out.
fn media_type(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    lower.strip_prefix("application/").unwrap_or(&lower).to_owned()
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;

    fn signing_key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn okp() -> String {
        let x = URL_SAFE_NO_PAD.encode(signing_key().verifying_key().as_bytes());
        format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"}}"#)
    }

    fn public_key(jwk: &str) -> PublicKey {
        PublicKey::from_jwk(&json::parse(jwk.as_bytes()).unwrap()).unwrap()
    }

    fn signed(header: &str, payload: &str) -> String {
        let [header, payload] = [header, payload].map(|part| URL_SAFE_NO_PAD.encode(part));
        let input = format!("{header}.{payload}");
        let signature = signing_key().sign(input.as_bytes()).to_bytes();
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The code of what is wrong with a header, with `refused` or `fail` before it.
    fn judged(token: &str) -> Result<(), (bool, Code)> {
        assert!(token.is_empty() || is_token(token.as_bytes()) || !token.starts_with('{'));
        match CompactJws::parse(token.as_bytes()).and_then(|jws| jws.verify(&public_key(&okp()))) {
            Ok(()) => Ok(()),
            Err(Finding::Fail(problem)) => Err((false, problem.code)),
            Err(Finding::Refused(problem)) => Err((true, problem.code)),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn header(header: &str) -> Result<(), (bool, Code)> {
        judged(&signed(header, "{}"))
    }

    #[test]
    fn a_signed_token_verifies_and_a_changed_one_does_not() {
        let token = signed(r#"{"alg":"EdDSA","kid":"did:key:a#a","typ":"JWT"}"#, r#"{"a":1}"#);
        assert_eq!(judged(&token), Ok(()));
        let jws = CompactJws::parse(token.as_bytes()).unwrap();
        assert_eq!(jws.payload, br#"{"a":1}"#);
        assert_eq!(jws.header.key, NamedKey::Url("did:key:a#a".to_owned()));
        assert_eq!(jws.header.kind, Kind::Jwt);
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(judged(&changed).is_err(), "{at}");
            assert!(judged(&token[..at]).is_err(), "{at}");
        }
    }

    #[test]
    fn only_algorithms_of_keys_are_taken() {
        for alg in [
            "none", "None", "NONE", "nOnE", "", "HS256", "HS512", "PS256", "ES384", "RS512",
            "eddsa", "ES256K", "RSA-OAEP",
        ] {
            let expected = Err((false, Code::Algorithm));
            assert_eq!(header(&format!(r#"{{"alg":"{alg}"}}"#)), expected, "{alg}");
        }
        for other in
            ["{}", r#"{"alg":null}"#, r#"{"alg":["EdDSA"]}"#, r#"{"alg":1}"#, r#"{"ALG":"EdDSA"}"#]
        {
            assert!(header(other).is_err(), "{other}");
        }
        // Two names for one algorithm (RFC 8037, RFC 9864): both are taken.
        assert_eq!(header(r#"{"alg":"EdDSA"}"#), Ok(()));
        assert_eq!(header(r#"{"alg":"Ed25519"}"#), Ok(()));
        // The key is Ed25519, whatever the header says.
        for alg in ["ES256", "RS256"] {
            assert_eq!(header(&format!(r#"{{"alg":"{alg}"}}"#)), Err((false, Code::Algorithm)));
        }
    }

    #[test]
    fn members_that_change_the_meaning_are_not_taken() {
        for member in [
            r#""crit":["exp"]"#,
            r#""crit":[]"#,
            r#""b64":false"#,
            r#""b64":true"#,
            r#""x5u":"https://example.org/""#,
            r#""jku":"https://example.org/""#,
            r#""x5c":[]"#,
            r#""x5t":"AA""#,
            r#""zip":"DEF""#,
            r#""enc":"A128GCM""#,
            r#""nonce":"1""#,
            r#""kid":1"#,
            r#""kid":"""#,
            r#""iss":["a"]"#,
            r#""jwk":"x""#,
        ] {
            let expected = Err((false, Code::TokenMalformed));
            assert_eq!(header(&format!(r#"{{"alg":"EdDSA",{member}}}"#)), expected, "{member}");
        }
        assert_eq!(header(r#"{"alg":"EdDSA","alg":"EdDSA"}"#), Err((true, Code::DuplicateMember)));
        assert_eq!(
            header(r#"{"alg":"none","\u0061lg":"EdDSA"}"#),
            Err((true, Code::DuplicateMember))
        );
        assert_eq!(header(r#"["alg"]"#), Err((true, Code::Parsing)));
        assert_eq!(header("x"), Err((true, Code::Parsing)));
    }

    #[test]
    fn one_key_is_named_at_most() {
        let jwk = okp();
        let embedded = signed(&format!(r#"{{"alg":"EdDSA","jwk":{jwk}}}"#), "{}");
        let jws = CompactJws::parse(embedded.as_bytes()).unwrap();
        assert_eq!(jws.header.key, NamedKey::Embedded(public_key(&jwk)));
        let two = format!(r#"{{"alg":"EdDSA","kid":"did:key:a#a","jwk":{jwk}}}"#);
        assert_eq!(header(&two), Err((true, Code::TwoKeys)));
        for weak in [
            r#"{"kty":"oct","k":"AAAA"}"#.to_owned(),
            jwk.replace("Ed25519", "X25519"),
            jwk.replace("\"x\"", "\"d\":\"AA\",\"x\""),
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, "A".repeat(43)),
        ] {
            let expected = Err((false, Code::WeakKey));
            assert_eq!(header(&format!(r#"{{"alg":"EdDSA","jwk":{weak}}}"#)), expected, "{weak}");
        }
    }

    #[test]
    fn other_tokens_are_not_credentials() {
        for typ in ["JWT", "jwt", "vc+jwt", "application/vc+jwt", "vc+ld+jwt", "VC+JWT"] {
            assert_eq!(header(&format!(r#"{{"alg":"EdDSA","typ":"{typ}"}}"#)), Ok(()), "{typ}");
        }
        for typ in [
            "at+jwt",
            "openid4vci-proof+jwt",
            "kb+jwt",
            "dc+sd-jwt",
            "vp+jwt",
            "JOSE",
            "JOSE+JSON",
            "application/",
            "vc",
            "vc+jwt ",
        ] {
            let expected = Err((false, Code::TokenType));
            assert_eq!(header(&format!(r#"{{"alg":"EdDSA","typ":"{typ}"}}"#)), expected, "{typ}");
        }
        assert_eq!(header(r#"{"alg":"EdDSA","cty":"vc"}"#), Ok(()));
        assert_eq!(header(r#"{"alg":"EdDSA","cty":"JWT"}"#), Err((false, Code::TokenType)));
    }

    #[test]
    fn a_token_has_one_spelling() {
        let token = signed(r#"{"alg":"EdDSA"}"#, r#"{"a":1}"#);
        let parts: Vec<&str> = token.split('.').collect();
        let [header, payload, signature] = parts[..] else { panic!("{token}") };
        // 64 bytes leave four bits of the last character unused: they must be zero.
        let last = signature.as_bytes()[85];
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let index = alphabet.iter().position(|letter| *letter == last).unwrap();
        let trailing = format!("{}{}", &signature[..85], char::from(alphabet[index + 1]));
        for junk in [
            format!("{header}.{payload}.{trailing}"),
            format!("{header}.{payload}.{signature}="),
            format!("{header}.{payload}.{signature}=="),
            format!("{header}.{payload}.{signature}\n"),
            format!("{header}.{payload}.{signature} "),
            format!(" {token}"),
            format!("{header}=.{payload}.{signature}"),
            format!("{header}.{payload} .{signature}"),
            format!("{header}.{}\n{}.{signature}", &payload[..4], &payload[4..]),
            format!("{header}.{payload}!.{signature}"),
            format!("{header}.{payload}@.{signature}"),
            format!("{header}.{payload}.{}+", &signature[..85]),
            format!("{header}.{payload}.{}/", &signature[..85]),
            format!("{header}.{payload}\u{0}.{signature}"),
            format!("{header}.{payload}é.{signature}"),
        ] {
            assert_eq!(judged(&junk), Err((false, Code::TokenMalformed)), "{junk}");
        }
        assert_eq!(judged(&format!("{header}.{payload}.")), Err((false, Code::Signature)));
    }

    #[test]
    fn other_serializations_are_refused() {
        let token = signed(r#"{"alg":"EdDSA"}"#, "{}");
        let (input, signature) = token.rsplit_once('.').unwrap();
        for other in [
            input.to_owned(),
            format!("{token}."),
            format!("{token}.x"),
            format!("{token}.x.y"),
            format!("{token}~"),
            "e".to_owned(),
            ".".repeat(100_000),
        ] {
            let expected = if other.contains('~') {
                (false, Code::TokenMalformed)
            } else {
                (true, Code::Parsing)
            };
            assert_eq!(judged(&other), Err(expected), "{other}");
        }
        let (header, payload) = input.split_once('.').unwrap();
        let flattened = format!(
            r#"{{"protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#
        );
        assert!(!is_token(flattened.as_bytes()));
        assert!(matches!(CompactJws::parse(flattened.as_bytes()), Err(Finding::Refused(_))));
        let long = signed(r#"{"alg":"EdDSA"}"#, &"x".repeat(limits::INPUT_BYTES_MAX));
        assert_eq!(judged(&long), Err((true, Code::Limit)));
        let long =
            format!(r#"{{"alg":"EdDSA","kid":"{}"}}"#, "x".repeat(limits::TOKEN_HEADER_CHARS_MAX));
        assert_eq!(judged(&signed(&long, "{}")), Err((true, Code::Limit)));
    }
}
