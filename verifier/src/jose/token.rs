//! From a credential to a token: what is to be signed, and the token once it is.
//! It sees no secret key, and gives out nothing that the reading side would not take.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::CompactJws;
use super::claims::{REGISTERED, TokenProfile, read_claims};
use crate::json;
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::time::Timestamp;

/// What a token says of itself, besides its credential.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenOptions {
    /// By which rules the token carries the credential: `ob3-jwt` or `vc+jwt`.
    pub profile: TokenProfile,
    /// URL of the key, for `kid`.
    pub key_id: String,
    /// When the token is made, Unix seconds, for `iat`.
    pub issued_at: Option<i64>,
}

/// What must be signed with Ed25519 to make a token: `BASE64URL(header) . BASE64URL(payload)`. Only [`token_input`] makes it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TokenInput(String);

impl TokenInput {
    /// The bytes, ASCII, for the signature algorithm.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The token: a compact JSON Web Signature with the 64 bytes of RFC 8032.
    #[must_use]
    pub fn secure(&self, signature: &[u8; 64]) -> String {
        format!("{}.{}", self.0, URL_SAFE_NO_PAD.encode(signature))
    }
}

/// What must be signed to secure `unsecured` as a token with these options.
///
/// # Errors
///
/// The located problem: a credential that has claims already, lacks what the profile requires, or begins or ends to be valid within a
/// second, which claims cannot say; a profile that is only read.
pub fn token_input(unsecured: &Value, options: &TokenOptions) -> Result<TokenInput, Problem> {
    // Of both profiles, so that a credential can have a token of either.
    let begins = whole_seconds(unsecured, "validFrom")?;
    let ends = whole_seconds(unsecured, "validUntil")?;
    let claims = match options.profile {
        TokenProfile::Ob3Jwt => repeated_claims(unsecured, begins, ends)?,
        TokenProfile::VcJwt => Map::new(),
        TokenProfile::Vcdm11Jwt => {
            let detail = "Tokens of the data model 1.1 are read, but not made.";
            return Err(Problem::new(Code::TokenType, detail));
        }
    };
    let mut payload = unsecured.as_object().cloned().unwrap_or_default();
    if let Some(name) =
        REGISTERED.into_iter().chain(["vc", "vp", "aud"]).find(|name| payload.contains_key(*name))
    {
        let detail = format!("The credential has the member `{name}`, which is a claim.");
        return Err(Problem::new(Code::ForbiddenConstruct, detail).at(format!("/{name}")));
    }
    payload.extend(claims);
    payload.extend(options.issued_at.map(|seconds| ("iat".to_owned(), seconds.into())));
    let [header, payload] = [options.header(), Value::Object(payload)]
        .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let input = TokenInput(format!("{header}.{payload}"));
    // What is signed must be readable: the same rules, not the same rules again.
    read(&input).map_err(Finding::into_problem)?;
    Ok(input)
}

impl TokenOptions {
    fn header(&self) -> Value {
        match self.profile {
            TokenProfile::VcJwt => {
                json!({ "alg": "EdDSA", "typ": "vc+jwt", "cty": "vc", "kid": self.key_id })
            }
            _ => json!({ "alg": "EdDSA", "typ": "JWT", "kid": self.key_id }),
        }
    }
}

fn read(input: &TokenInput) -> Result<(), Finding> {
    let token = input.secure(&[0; 64]);
    let jws = CompactJws::parse(token.as_bytes())?;
    let payload = json::parse(&jws.payload).map_err(Finding::Refused)?;
    read_claims(&payload, &jws.header).map(|_| ())
}

/// Open Badges 3.0, "JSON Web Token Proof Format": the claims that say again what the credential says.
fn repeated_claims(
    unsecured: &Value,
    begins: Option<i64>,
    ends: Option<i64>,
) -> Result<Map<String, Value>, Problem> {
    let issuer = unsecured.get("issuer");
    let issuer_id = issuer.and_then(|issuer| issuer.get("id").or(Some(issuer)));
    let subject_id = unsecured.pointer("/credentialSubject/id");
    let mut claims = Map::new();
    for (claim, value, pointer) in [
        ("iss", issuer_id, "/issuer/id"),
        ("jti", unsecured.get("id"), "/id"),
        ("sub", subject_id, "/credentialSubject/id"),
    ] {
        let text = value.filter(|value| value.is_string()).ok_or_else(|| {
            let detail = format!("The claim `{claim}` needs this member, a text.");
            Problem::new(Code::MissingValue, detail).at(pointer)
        })?;
        claims.insert(claim.to_owned(), text.clone());
    }
    let begins = begins.ok_or_else(|| {
        Problem::new(Code::MissingValue, "The claim `nbf` needs this member.").at("/validFrom")
    })?;
    claims.insert("nbf".to_owned(), begins.into());
    claims.extend(ends.map(|seconds| ("exp".to_owned(), seconds.into())));
    Ok(claims)
}

fn whole_seconds(unsecured: &Value, name: &str) -> Result<Option<i64>, Problem> {
    let Some(value) = unsecured.get(name) else { return Ok(None) };
    let date = value.as_str().and_then(Timestamp::parse);
    match date.filter(|date| date.is_whole_second()) {
        Some(date) => Ok(Some(date.unix_seconds())),
        None => {
            let detail = format!("`{name}` is not a date and time in whole seconds.");
            Err(Problem::new(Code::MalformedValue, detail).at(format!("/{name}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;
    use crate::identifier::Multikey;
    use crate::key::PublicKey;

    fn credential() -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": "https://a.example/c/1",
            "issuer": { "id": "did:web:a.example", "name": "Ә" },
            "validFrom": "2026-05-15T00:00:00+05:00",
            "credentialSubject": { "id": "did:example:s" },
        })
    }

    fn options(profile: TokenProfile) -> TokenOptions {
        let key_id = "did:web:a.example#k".to_owned();
        TokenOptions { profile, key_id, issued_at: Some(1_778_785_201) }
    }

    #[test]
    fn what_is_made_is_read_again() {
        let signing_key = SigningKey::from_bytes(&[7; 32]);
        let key = Multikey::from_bytes(signing_key.verifying_key().as_bytes()).unwrap();
        let key = PublicKey::Ed25519(key);
        let mut ending = credential();
        ending["validUntil"] = json!("2030-01-01T00:00:00Z");
        for unsecured in [credential(), ending] {
            for profile in [TokenProfile::Ob3Jwt, TokenProfile::VcJwt] {
                let input = token_input(&unsecured, &options(profile)).unwrap();
                let token = input.secure(&signing_key.sign(input.as_bytes()).to_bytes());
                let jws = CompactJws::parse(token.as_bytes()).unwrap();
                assert_eq!(jws.verify(&key), Ok(()));
                let payload = json::parse(&jws.payload).unwrap();
                let claims = read_claims(&payload, &jws.header).unwrap();
                assert_eq!(claims.profile, profile);
                assert_eq!(claims.credential.to_serde(), unsecured);
                assert_eq!(claims.issued_at.map(Timestamp::unix_seconds), Some(1_778_785_201));
            }
        }
    }

    #[test]
    fn a_token_is_written_as_the_specification_shows_it() {
        let input = token_input(&credential(), &options(TokenProfile::Ob3Jwt)).unwrap();
        let text = String::from_utf8(input.as_bytes().to_vec()).unwrap();
        let parts: Vec<String> = text
            .split('.')
            .map(|part| String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
            .collect();
        assert_eq!(parts[0], r#"{"alg":"EdDSA","typ":"JWT","kid":"did:web:a.example#k"}"#);
        let claims = r#""iss":"did:web:a.example","jti":"https://a.example/c/1","sub":"did:example:s","nbf":1778785200,"iat":1778785201}"#;
        assert!(parts[1].ends_with(claims), "{}", parts[1]);
    }

    #[test]
    fn what_claims_cannot_say_is_not_signed() {
        let fault = |change: fn(&mut Value), profile| {
            let mut unsecured = credential();
            change(&mut unsecured);
            let problem = token_input(&unsecured, &options(profile)).err()?;
            Some((problem.code, problem.pointer.unwrap_or_default()))
        };
        let ob3 = |change| fault(change, TokenProfile::Ob3Jwt);
        assert_eq!(ob3(|_| ()), None);
        let at = |code, pointer: &str| Some((code, pointer.to_owned()));
        let malformed = |pointer| at(Code::MalformedValue, pointer);
        let missing = |pointer| at(Code::MissingValue, pointer);
        for profile in [TokenProfile::Ob3Jwt, TokenProfile::VcJwt] {
            let fraction = fault(|it| it["validFrom"] = json!("2026-05-15T00:00:00.5Z"), profile);
            assert_eq!(fraction, malformed("/validFrom"));
            let day = fault(|it| it["validUntil"] = json!("2026-05-15"), profile);
            assert_eq!(day, malformed("/validUntil"));
            let named = fault(|it| it["exp"] = json!(1), profile);
            assert_eq!(named, at(Code::ForbiddenConstruct, "/exp"));
            let wrapped = fault(|it| it["vc"] = json!({}), profile);
            assert_eq!(wrapped, at(Code::ForbiddenConstruct, "/vc"));
        }
        assert_eq!(ob3(|it| it["credentialSubject"] = json!({})), missing("/credentialSubject/id"));
        assert_eq!(ob3(|it| it["id"] = json!(null)), missing("/id"));
        assert_eq!(ob3(|it| it["issuer"] = json!({})), missing("/issuer/id"));
        assert_eq!(
            ob3(|it| drop(it.as_object_mut().unwrap().remove("validFrom"))),
            missing("/validFrom")
        );
        assert_eq!(fault(|_| (), TokenProfile::Vcdm11Jwt).unwrap().0, Code::TokenType);
        let unnamed = TokenOptions { key_id: String::new(), ..options(TokenProfile::VcJwt) };
        assert_eq!(token_input(&credential(), &unnamed).unwrap_err().code, Code::TokenMalformed);
    }
}
