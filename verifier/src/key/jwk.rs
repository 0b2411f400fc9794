//! JSON Web Keys (RFC 7517) of the kinds that are supported, read strictly.
//! It reads public keys; it must not accept an object that shows a private one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::rsa_key::RsaKey;
use super::{Algorithm, KeyFault, P256Key, PublicKey};
use crate::identifier::{Multikey, NotAKey};
use crate::json::{Object, Value};
use crate::limits;

/// What only private and symmetric keys have (RFC 7518, "JSON Web Algorithms for Keys").
const PRIVATE_MEMBERS: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl PublicKey {
    /// Reads a JWK: OKP with Ed25519, EC with P-256, or RSA. Its `use`, `key_ops` and `alg`, if there, must allow verifying.
    pub(crate) fn from_jwk(jwk: &Object<'_>) -> Result<Self, KeyFault> {
        if PRIVATE_MEMBERS.iter().any(|member| jwk.find(member).is_some()) {
            return Err(KeyFault::Private);
        }
        let key = match jwk.text("kty") {
            Some("OKP") => okp(jwk),
            Some("EC") => ec(jwk),
            Some("RSA") => RsaKey::new(&bytes(jwk, "n")?, &bytes(jwk, "e")?).map(Self::Rsa),
            _ => Err(KeyFault::Form("its `kty` is not OKP, EC or RSA")),
        }?;
        check_purpose(jwk, key.algorithm())?;
        Ok(key)
    }

    /// The one algorithm that this key verifies with.
    pub(crate) const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::EdDsa,
            Self::P256(_) => Algorithm::Es256,
            Self::Rsa(_) => Algorithm::Rs256,
        }
    }
}

/// RFC 8037, "Key Type 'OKP'".
fn okp(jwk: &Object<'_>) -> Result<PublicKey, KeyFault> {
    if jwk.text("crv") != Some("Ed25519") {
        return Err(KeyFault::Form("its curve is not Ed25519"));
    }
    let x = coordinate(jwk, "x")?;
    let weak = KeyFault::Weak("it is no Ed25519 point, or one of small order");
    Multikey::from_bytes(&x).map(PublicKey::Ed25519).map_err(|NotAKey| weak)
}

/// RFC 7518, "Parameters for Elliptic Curve Public Keys".
fn ec(jwk: &Object<'_>) -> Result<PublicKey, KeyFault> {
    if jwk.text("crv") != Some("P-256") {
        return Err(KeyFault::Form("its curve is not P-256"));
    }
    let (x, y) = (coordinate(jwk, "x")?, coordinate(jwk, "y")?);
    let point: Vec<u8> = [4].into_iter().chain(x).chain(y).collect();
    P256Key::from_sec1(&point).map(PublicKey::P256)
}

/// A coordinate has the full size of its field, also when it begins with zeros.
fn coordinate(jwk: &Object<'_>, name: &str) -> Result<[u8; 32], KeyFault> {
    let wrong = KeyFault::Form("a coordinate of its point is not 32 bytes");
    bytes(jwk, name)?.try_into().map_err(|_| wrong)
}

fn bytes(jwk: &Object<'_>, name: &str) -> Result<Vec<u8>, KeyFault> {
    let wrong = KeyFault::Form("a member that it needs is missing or not base64url");
    let text = jwk.text(name).filter(|text| text.len() <= limits::JWK_MEMBER_CHARS_MAX);
    URL_SAFE_NO_PAD.decode(text.ok_or(wrong)?).map_err(|_| wrong)
}

fn check_purpose(jwk: &Object<'_>, algorithm: Algorithm) -> Result<(), KeyFault> {
    let for_signatures = jwk.find("use").is_none_or(|value| value.as_str() == Some("sig"));
    let own_algorithm = jwk
        .find("alg")
        .is_none_or(|value| value.as_str().and_then(Algorithm::parse) == Some(algorithm));
    let may_verify = match jwk.find("key_ops") {
        None => true,
        Some(Value::Array(operations)) => {
            operations.iter().any(|operation| operation.as_str() == Some("verify"))
        }
        Some(_) => false,
    };
    if for_signatures && own_algorithm && may_verify { Ok(()) } else { Err(KeyFault::Purpose) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    const OKP: &str =
        r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    const EC: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    const RSA: &str = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB"}"#;

    fn read(text: &str) -> Result<PublicKey, KeyFault> {
        PublicKey::from_jwk(&json::parse(text.as_bytes()).unwrap())
    }

    fn with(jwk: &str, members: &str) -> String {
        format!("{},{members}}}", jwk.strip_suffix('}').unwrap())
    }

    #[test]
    fn three_kinds_are_read() {
        for (jwk, algorithm) in
            [(OKP, Algorithm::EdDsa), (EC, Algorithm::Es256), (RSA, Algorithm::Rs256)]
        {
            let key = read(jwk).unwrap();
            assert_eq!(key.algorithm(), algorithm);
            let noted = with(jwk, r#""kid":"a","use":"sig","key_ops":["verify"],"x5t":"b""#);
            assert_eq!(read(&noted).unwrap(), key);
        }
    }

    #[test]
    fn private_keys_are_refused() {
        for jwk in [OKP, EC, RSA] {
            for member in PRIVATE_MEMBERS {
                let shown = with(jwk, &format!("\"{member}\":\"AA\""));
                assert_eq!(read(&shown), Err(KeyFault::Private), "{member}");
            }
        }
        assert_eq!(read(r#"{"kty":"oct","k":"AAAA"}"#), Err(KeyFault::Private));
    }

    #[test]
    fn a_key_for_something_else_is_refused() {
        for jwk in [OKP, EC, RSA] {
            for members in [
                r#""use":"enc""#,
                r#""use":["sig"]"#,
                r#""alg":"HS256""#,
                r#""alg":"PS256""#,
                r#""alg":"none""#,
                r#""key_ops":["sign"]"#,
                r#""key_ops":"verify""#,
                r#""key_ops":[]"#,
            ] {
                assert_eq!(read(&with(jwk, members)), Err(KeyFault::Purpose), "{members}");
            }
        }
        assert!(read(&with(OKP, r#""alg":"EdDSA""#)).is_ok());
        assert!(read(&with(OKP, r#""alg":"Ed25519""#)).is_ok());
        assert_eq!(read(&with(OKP, r#""alg":"ES256""#)), Err(KeyFault::Purpose));
        assert_eq!(read(&with(RSA, r#""alg":"ES256""#)), Err(KeyFault::Purpose));
    }

    #[test]
    fn another_form_is_refused() {
        for (jwk, from, to) in [
            (OKP, "Ed25519", "X25519"),
            (OKP, "Ed25519", "Ed448"),
            (OKP, "\"OKP\"", "\"okp\""),
            (OKP, "\"kty\":\"OKP\"", "\"kty\":\"EC\""),
            (OKP, "\"x\"", "\"X\""),
            (OKP, "HURo\"", "HURo=\""),
            (OKP, "HURo\"", "HURp\""),
            (OKP, "HURo\"", "HU\""),
            (OKP, "\"11qY", "\"AA11qY"),
            (OKP, "_7Ty", "/7Ty"),
            (EC, "P-256", "P-384"),
            (EC, "P-256", "secp256k1"),
            (EC, ",\"y\"", ",\"z\""),
            (EC, "\"y\":\"", "\"y\":\"AAAA"),
            (RSA, "\"n\":\"0", "\"n\":\"AAAA0"),
            (RSA, "\"AQAB\"", "65537"),
        ] {
            let changed = jwk.replacen(from, to, 1);
            assert_ne!(changed, jwk);
            assert!(matches!(read(&changed), Err(KeyFault::Form(_))), "{changed}");
        }
    }

    #[test]
    fn weak_keys_are_refused() {
        let zero = "A".repeat(43);
        for (jwk, from, to) in [
            (OKP, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", zero.as_str()),
            // One bit of y is another.
            (EC, "x_FEzRu9m36", "x_FEzRu9m37"),
            (EC, "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", &zero),
            (RSA, "AQAB", "Aw"),
            (RSA, "AQAB", "AQ"),
            (RSA, "DKgw\"", "DKgg\""),
        ] {
            let changed = jwk.replacen(from, to, 1);
            assert_ne!(changed, jwk);
            assert!(matches!(read(&changed), Err(KeyFault::Weak(_))), "{changed}");
        }
    }
}
