//! Section D: badges as JSON Web Tokens.

#![expect(clippy::too_many_lines, reason = "a table of cases is as long as it is")]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature as P256Signature, SigningKey as P256SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use verifier::Check::{Key, Proof, Read, Shape};
use verifier::Code;

use super::badge::{KEY, UNIVERSITY, badge, by_university, university_key};
use super::case::{Case, bytes_case, generated_case};
use super::edit::{remove, set};
use super::keys::key;

pub(super) fn cases() -> Vec<Case> {
    [
        honest(),
        algorithms(),
        whose_key(),
        headers(),
        encodings(),
        claims(),
        envelopes(),
        weak_keys(),
    ]
    .concat()
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn header() -> Value {
    json!({ "alg": "EdDSA", "typ": "JWT", "kid": KEY })
}

/// The badge with the claims that Open Badges 3.0 asks for.
fn payload() -> Value {
    payload_of(&badge())
}

/// The honest token of this credential.
pub(crate) fn token_with(credential: &Value) -> String {
    signed(&header(), &payload_of(credential))
}

fn payload_of(credential: &Value) -> Value {
    let mut payload = credential.clone();
    payload["iss"] = payload["issuer"]["id"].clone();
    payload["jti"] = payload["id"].clone();
    payload["sub"] = payload["credentialSubject"]["id"].clone();
    // 2020-01-15T09:00:00Z
    payload["nbf"] = json!(1_579_078_800);
    payload
}

/// A compact JWS of these texts, signed by the university with Ed25519.
fn signed_text(header: &str, payload: &str) -> String {
    let input = format!("{}.{}", base64url(header), base64url(payload));
    let signature = university_key().sign(input.as_bytes());
    format!("{input}.{}", base64url(signature))
}

fn signed(header: &Value, payload: &Value) -> String {
    signed_text(&header.to_string(), &payload.to_string())
}

fn token_case(id: &str, says: &str, token: &str) -> Case {
    bytes_case(id, says, token.as_bytes().to_vec()).named("input.jwt")
}

/// The university's honest token with its header changed before signing.
fn with_header(id: &str, says: &str, change: impl FnOnce(&mut Value)) -> Case {
    let mut header = header();
    change(&mut header);
    token_case(id, says, &signed(&header, &payload()))
}

/// The same with its payload changed before signing.
fn with_claims(id: &str, says: &str, change: impl FnOnce(&mut Value)) -> Case {
    let mut payload = payload();
    change(&mut payload);
    token_case(id, says, &signed(&header(), &payload))
}

/// The university's P-256 key.
pub(crate) fn p256_key() -> P256SigningKey {
    match P256SigningKey::from_slice(&Sha256::digest("tanu corpus key: university p256")) {
        Ok(key) => key,
        Err(error) => panic!("the key of P-256: {error}"),
    }
}

/// Its public key as a JWK.
pub(crate) fn p256_jwk() -> Value {
    let point = p256_key().verifying_key().to_sec1_point(false);
    let half = |range: std::ops::Range<usize>| base64url(&point.as_bytes()[range]);
    json!({ "kty": "EC", "crv": "P-256", "x": half(1..33), "y": half(33..65) })
}

fn p256_token(signature: impl FnOnce(&str) -> Vec<u8>) -> String {
    let header = json!({ "alg": "ES256", "typ": "JWT", "kid": format!("{UNIVERSITY}#p256-jwk") });
    let input = format!("{}.{}", base64url(header.to_string()), base64url(payload().to_string()));
    let signature = signature(&input);
    format!("{input}.{}", base64url(signature))
}

fn by_p256(input: &str) -> Vec<u8> {
    let signature: P256Signature = p256_key().sign(input.as_bytes());
    signature.to_bytes().to_vec()
}

fn honest() -> Vec<Case> {
    let mut plain = badge();
    plain["iat"] = json!(1_579_078_801);
    vec![
        token_case(
            "D00-ob3-jwt",
            "An honest token of Open Badges 3.0.",
            &signed(&header(), &payload()),
        ),
        token_case(
            "D00-vc-jwt",
            "An honest token of VC-JOSE-COSE.",
            &signed(&json!({ "alg": "EdDSA", "typ": "vc+jwt", "kid": KEY }), &plain),
        ),
        token_case(
            "D00-es256",
            "An honest token with a key of P-256, pinned for nobody.",
            &p256_token(by_p256),
        )
        .untrusted(Code::KeyNotPinned),
        with_header("D17-ed25519", "The algorithm under its newer name.", |header| {
            header["alg"] = json!("Ed25519")
        }),
        token_case(
            "D00-white-space",
            "A line feed after the token.",
            &format!("{}\n", signed(&header(), &payload())),
        ),
    ]
}

/// D01, D02: algorithms that the key does not have.
fn algorithms() -> Vec<Case> {
    let named = |id, algorithm: &str| {
        with_header(id, "The header names another algorithm.", |header| {
            header["alg"] = json!(algorithm)
        })
        .malformed_token(Code::Algorithm)
    };
    let unsigned = |id, algorithm: &str| {
        let mut header = header();
        header["alg"] = json!(algorithm);
        let token =
            format!("{}.{}.", base64url(header.to_string()), base64url(payload().to_string()));
        token_case(id, "The token is not signed at all.", &token).malformed_token(Code::Algorithm)
    };
    let mut silent = header();
    remove(&mut silent, "/alg");
    vec![
        unsigned("D01-none", "none"),
        unsigned("D01-none-capital", "None"),
        unsigned("D01-none-capitals", "NONE"),
        unsigned("D01-none-mixed", "nOnE"),
        named("D01-empty", ""),
        token_case("D01-absent", "The header names no algorithm.", &signed(&silent, &payload()))
            .malformed_token(Code::Algorithm),
        named("D02-hs256", "HS256"),
        named("D02-hs512", "HS512"),
        named("D02-ps256", "PS256"),
        named("D02-es512", "ES512"),
        named("D02-eddsa-lower-case", "eddsa"),
        with_header(
            "D02-es256-with-an-ed25519-key",
            "The key is of Ed25519, the header says ES256.",
            |header| header["alg"] = json!("ES256"),
        )
        .invalid(Proof, Code::Algorithm),
        with_header(
            "D02-rs256-with-an-ed25519-key",
            "The key is of Ed25519, the header says RS256.",
            |header| header["alg"] = json!("RS256"),
        )
        .invalid(Proof, Code::Algorithm),
        token_case(
            "D02-hmac-with-the-public-key",
            "An HMAC under the university's public key.",
            &hmac_token(),
        )
        .malformed_token(Code::Algorithm),
    ]
}

/// HMAC-SHA-256 (RFC 2104) with the public key's bytes, as a verifier that trusts `alg` would compute it.
fn hmac_token() -> String {
    let mut header = header();
    header["alg"] = json!("HS256");
    let input = format!("{}.{}", base64url(header.to_string()), base64url(payload().to_string()));
    let mut block = [0_u8; 64];
    block[..32].copy_from_slice(&university_key().public_bytes());
    let inner =
        Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(&input).finalize();
    let outer =
        Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize();
    format!("{input}.{}", base64url(outer))
}

/// D03 to D05: keys that the token brings or names.
fn whose_key() -> Vec<Case> {
    let stranger = key("stranger");
    let jwk = |key: &super::keys::Key| json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(key.public_bytes()) });
    let by_stranger = |header: &Value| {
        let input =
            format!("{}.{}", base64url(header.to_string()), base64url(payload().to_string()));
        format!("{input}.{}", base64url(stranger.sign(input.as_bytes())))
    };
    let embedded =
        |key: &super::keys::Key| json!({ "alg": "EdDSA", "typ": "JWT", "jwk": jwk(key) });
    let kid = |id, kid: &str, code| {
        let token = by_stranger(&json!({ "alg": "EdDSA", "typ": "JWT", "kid": kid }));
        token_case(id, "A stranger's token names this key.", &token).invalid(Key, code)
    };
    let foreign = Code::KeyNotOfIssuer;
    let private = json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(university_key().public_bytes()), "d": base64url([1; 32]) });
    vec![
        token_case(
            "D03-embedded-key",
            "A stranger's token brings the stranger's key.",
            &by_stranger(&embedded(&stranger)),
        )
        .invalid(Key, foreign),
        token_case(
            "D03-embedded-own-key",
            "The token brings the key that the university's document lists.",
            &signed(&embedded(&university_key()), &payload()),
        ),
        token_case(
            "D03-embedded-key-own-signature",
            "The token brings the university's key, and a stranger signed it.",
            &by_stranger(&embedded(&university_key())),
        )
        .invalid(Proof, Code::Signature),
        kid("D04-stranger", "did:web:stranger.example#key-1", foreign),
        kid("D04-url", "https://evil.example/keys/1", Code::VerificationMethodUrl),
        kid("D04-url-fragment", "https://evil.example/keys#1", foreign),
        kid("D04-file", "file:///etc/passwd#1", foreign),
        kid("D04-data", "data:application/json,%7B%7D#1", foreign),
        kid("D04-metadata", "http://169.254.169.254/latest#1", foreign),
        kid("D04-path-up", "../../etc/passwd", Code::VerificationMethod),
        kid("D04-statement", "' OR 1=1 --", Code::VerificationMethod),
        kid("D04-impostor", "did:web:impostor.example#key-1", foreign),
        with_header("D04-relative", "The key is named relatively to the issuer.", |header| {
            header["kid"] = json!("#key-1")
        }),
        with_header("D04-no-key", "The header names no key.", |header| remove(header, "/kid"))
            .invalid(Key, Code::TokenMalformed),
        with_header(
            "D05-two-keys",
            "The header names the university's key and brings a stranger's.",
            |header| header["jwk"] = jwk(&stranger),
        )
        .refused(Read, Code::TwoKeys),
        with_header("D05-key-url", "The header names a place where keys are.", |header| {
            header["jku"] = json!("https://evil.example/keys")
        })
        .malformed_token(Code::TokenMalformed),
        with_header("D05-certificate", "The header brings a certificate.", |header| {
            header["x5c"] = json!(["MIIB"])
        })
        .malformed_token(Code::TokenMalformed),
        with_header("D03-private-key", "The header shows a private key.", |header| {
            remove(header, "/kid");
            header["jwk"] = private;
        })
        .malformed_token(Code::WeakKey),
    ]
}

/// D07, D13: headers that ask for something.
fn headers() -> Vec<Case> {
    let asked = |id, name: &str, value: Value| {
        with_header(id, "The header asks for something that is not understood.", |header| {
            header[name] = value
        })
        .malformed_token(Code::TokenMalformed)
    };
    let typed = |id, typ: &str| {
        with_header(id, "The token was made for something else.", |header| {
            header["typ"] = json!(typ)
        })
        .malformed_token(Code::TokenType)
    };
    vec![
        asked("D07-critical", "crit", json!(["exp"])),
        asked("D07-critical-empty", "crit", json!([])),
        asked("D07-not-encoded", "b64", json!(false)),
        asked("D07-compressed", "zip", json!("DEF")),
        typed("D13-key-proof", "openid4vci-proof+jwt"),
        typed("D13-access-token", "at+jwt"),
        typed("D13-key-binding", "kb+jwt"),
        typed("D13-selective-disclosure", "dc+sd-jwt"),
        typed("D13-presentation", "vp+jwt"),
        with_claims("D13-audience", "The token was made for one audience.", |claims| {
            claims["aud"] = json!("https://evil.example")
        })
        .invalid(Shape, Code::TokenType),
        with_claims("D13-presentation-claim", "The token carries a presentation.", |claims| {
            claims["vp"] = json!({})
        })
        .invalid(Shape, Code::TokenType),
        token_case(
            "D07-member-twice",
            "The header names its algorithm twice.",
            &signed_text(
                &header().to_string().replacen('{', "{\"alg\":\"none\",", 1),
                &payload().to_string(),
            ),
        )
        .refused(Read, Code::DuplicateMember),
        token_case(
            "D11-claim-twice",
            "The payload has an issuer twice.",
            &signed_text(
                &header().to_string(),
                &payload().to_string().replacen('{', "{\"iss\":\"did:web:evil.example\",", 1),
            ),
        )
        .refused(Read, Code::DuplicateMember),
    ]
}

/// D08, D09, D16: other spellings of a token.
fn encodings() -> Vec<Case> {
    let honest = signed(&header(), &payload());
    let parts: Vec<&str> = honest.split('.').collect();
    let spelt = |id, token: String| {
        token_case(id, "The token is spelt in another way.", &token)
            .malformed_token(Code::TokenMalformed)
    };
    let with_signature = |signature: &str| format!("{}.{}.{signature}", parts[0], parts[1]);
    // The last character of 64 bytes carries four unused bits.
    let mut bits = parts[2].to_owned();
    let last = bits.pop().unwrap_or_default();
    let next = char::from_u32(u32::from(last) + 1).unwrap_or_default();
    let json = json!({ "payload": parts[1], "signatures": [{ "protected": parts[0], "header": { "alg": "none" }, "signature": parts[2] }] });
    vec![
        spelt("D09-padding", format!("{honest}==")),
        spelt("D09-unused-bits", with_signature(&format!("{bits}{next}"))),
        spelt("D09-space", with_signature(&format!("{} {}", &parts[2][..10], &parts[2][10..]))),
        spelt(
            "D09-line-feed",
            with_signature(&format!("{}\n{}", &parts[2][..10], &parts[2][10..])),
        ),
        spelt("D09-plus", with_signature(&format!("+{}", &parts[2][1..]))),
        spelt("D09-slash", with_signature(&format!("/{}", &parts[2][1..]))),
        spelt("D09-junk", with_signature(&format!("!@{}", &parts[2][2..]))),
        spelt("D09-padding-in-the-payload", format!("{}.{}=.{}", parts[0], parts[1], parts[2])),
        token_case(
            "D09-short",
            "The signature has 63 bytes.",
            &with_signature(&base64url([1; 63])),
        )
        .invalid(Proof, Code::Signature),
        token_case("D09-no-signature", "The signature is empty.", &with_signature(""))
            .invalid(Proof, Code::Signature),
        token_case(
            "D08-json-serialization",
            "The token is in the JSON serialization.",
            &json.to_string(),
        )
        .refused(Read, Code::Parsing),
        token_case("D16-two-parts", "There are two parts.", &format!("{}.{}", parts[0], parts[1]))
            .refused(Read, Code::Parsing),
        token_case("D16-four-parts", "There are four parts.", &format!("{honest}.x"))
            .refused(Read, Code::Parsing),
        token_case(
            "D16-five-parts",
            "There are five parts, as of an encrypted token.",
            &format!("{honest}.x.y"),
        )
        .refused(Read, Code::Parsing),
        token_case("D16-disclosures", "Disclosures follow.", &format!("{honest}~"))
            .malformed_token(Code::TokenMalformed),
        generated_case("D16-five-megabytes", "A token of five megabytes.", "token-5000000")
            .refused(Read, Code::Limit),
        token_case("D01-tampered", "The grade gets better.", &{
            let mut better = payload();
            set(&mut better, "/credentialSubject/result/0/value", json!("A"));
            format!("{}.{}.{}", parts[0], base64url(better.to_string()), parts[2])
        })
        .invalid(Proof, Code::Signature),
    ]
}

/// D10, D11: what a token says twice.
fn claims() -> Vec<Case> {
    let contradicts = |id, claim: &str, value: Value| {
        with_claims(id, "A claim says something else than the badge.", |claims| {
            claims[claim] = value
        })
        .invalid(Shape, Code::ClaimContradiction)
    };
    let lacks = |id, claim: &str| {
        with_claims(id, "A claim is missing.", |claims| remove(claims, &format!("/{claim}")))
            .invalid(Shape, Code::MissingValue)
    };
    vec![
        contradicts("D10-issuer", "iss", json!("did:web:evil.example")),
        contradicts("D10-subject", "sub", json!("did:example:other")),
        contradicts("D10-id", "jti", json!("https://university.example/credentials/2")),
        contradicts("D10-start", "nbf", json!(1_579_078_801)),
        with_claims("D10-end-later", "The token ends later than the badge.", |claims| {
            claims["validUntil"] = json!("2021-01-15T09:00:00Z");
            claims["exp"] = json!(253_402_300_799_i64);
        })
        .invalid(Shape, Code::ClaimContradiction),
        with_claims("D10-token-ended", "The token ended, the badge has no end.", |claims| {
            claims["exp"] = json!(1_610_000_000)
        })
        .invalid(verifier::Check::Validity, Code::Expired),
        lacks("D10-no-issuer", "iss"),
        lacks("D10-no-id", "jti"),
        lacks("D10-no-start", "nbf"),
        with_claims("D10-start-in-words", "The start is a text.", |claims| {
            claims["nbf"] = json!("2020-01-15T09:00:00Z")
        })
        .invalid(Shape, Code::MalformedValue),
        with_claims(
            "D11-vc-beside-members",
            "There is a claim `vc` beside the badge's own members.",
            |claims| claims["vc"] = badge(),
        )
        .invalid(Shape, Code::ContextNotAllowed),
        token_case("D11-vc-in-vc-jwt", "A token of the newer kind has a claim `vc`.", &{
            let mut claims = badge();
            claims["vc"] = badge();
            signed(&json!({ "alg": "EdDSA", "typ": "vc+jwt", "kid": KEY }), &claims)
        })
        .invalid(Shape, Code::ClaimContradiction),
        with_header("D10-issuer-in-the-header", "The header names another issuer.", |header| {
            header["iss"] = json!("did:web:evil.example")
        })
        .invalid(Shape, Code::ClaimContradiction),
    ]
}

/// D12: a proof inside a token.
fn envelopes() -> Vec<Case> {
    let with_proof = |proof: Value| {
        let mut payload = payload();
        payload["proof"] = proof;
        signed(&header(), &payload)
    };
    let honest = by_university(&badge())["proof"].clone();
    let mut broken = honest.clone();
    broken[0]["created"] = json!("2020-01-15T09:00:01Z");
    vec![
        token_case(
            "D12-good-proof",
            "A token with a good proof of the same badge.",
            &with_proof(honest),
        ),
        token_case("D12-broken-proof", "A good token with a broken proof.", &with_proof(broken))
            .invalid(Proof, Code::Signature),
        token_case(
            "D12-token-in-a-token",
            "A token in a token.",
            &signed_text(&header().to_string(), &signed(&header(), &payload())),
        )
        .refused(Read, Code::Parsing),
    ]
}

/// D15: keys and signatures that prove nothing.
fn weak_keys() -> Vec<Case> {
    let by = |id, fragment: &str, algorithm: &str| {
        with_header(id, "The key of the issuer's document is not usable.", |header| {
            header["alg"] = json!(algorithm);
            header["kid"] = json!(format!("{UNIVERSITY}#{fragment}"));
        })
        .invalid(Key, Code::WeakKey)
    };
    let halves = |r: bool, s: bool| {
        p256_token(|input| {
            let mut signature = by_p256(input);
            if r {
                signature[..32].fill(0);
            }
            if s {
                signature[32..].fill(0);
            }
            signature
        })
    };
    let wrong = |id, says, token: &str| token_case(id, says, token).invalid(Proof, Code::Signature);
    vec![
        by("D15-rsa-512", "rsa-512", "RS256"),
        by("D15-rsa-1024", "rsa-1024", "RS256"),
        by("D15-rsa-exponent-1", "rsa-e-1", "RS256"),
        by("D15-x25519-as-okp", "x25519-jwk", "EdDSA"),
        by("D15-p256-off-the-curve", "p256-off", "ES256"),
        by("D15-private-key-shown", "p256-private", "ES256"),
        wrong("D15-r-zero", "r is zero.", &halves(true, false)),
        wrong("D15-s-zero", "s is zero.", &halves(false, true)),
        wrong("D15-both-zero", "r and s are zero.", &halves(true, true)),
        wrong(
            "D15-der",
            "The signature is in DER.",
            &p256_token(|input| {
                let signature: P256Signature = p256_key().sign(input.as_bytes());
                signature.to_der().as_bytes().to_vec()
            }),
        ),
    ]
}
