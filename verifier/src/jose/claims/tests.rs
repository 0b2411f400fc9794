//! Each profile, and every way in which a token can contradict itself.

use super::super::NamedKey;
use super::*;
use crate::json;
use crate::key::Algorithm;

/// A credential with its claims, as each profile has them.
const OB3: &str = r#"{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:a","issuer":{"id":"did:web:a","name":"A"},"validFrom":"2026-05-15T00:00:00+05:00","validUntil":"2027-05-15T00:00:00.75Z","credentialSubject":{"id":"did:example:s","type":["AchievementSubject"]},"iss":"did:web:a","jti":"urn:a","sub":"did:example:s","nbf":1778785200,"exp":1810339200,"iat":1778785201}"#;
const VCDM_11: &str = r#"{"vc":{"@context":["https://www.w3.org/2018/credentials/v1"],"issuer":{"name":"A"},"credentialSubject":{"type":["AchievementSubject"]}},"iss":"did:web:a","jti":"urn:a","sub":"did:example:s","nbf":1778785200,"exp":1810339200}"#;

fn header(kind: Kind) -> Header {
    Header { algorithm: Algorithm::EdDsa, key: NamedKey::None, kind, issuer: None }
}

/// The profile, the credential and the warnings, or what is wrong and where.
fn read(payload: &str, kind: Kind) -> Result<(TokenProfile, String, usize), (Code, String)> {
    let object = json::parse(payload.as_bytes()).unwrap();
    match read_claims(&object, &header(kind)) {
        Ok(claims) => {
            let text = claims.credential.to_serde().to_string();
            Ok((claims.profile, text, claims.warnings.len()))
        }
        Err(Finding::Fail(problem)) => Err((problem.code, problem.pointer.unwrap_or_default())),
        Err(other) => panic!("{other:?}"),
    }
}

fn fault(payload: &str, kind: Kind) -> Option<(Code, String)> {
    read(payload, kind).err()
}

fn changed(payload: &str, from: &str, to: &str) -> String {
    let changed = payload.replacen(from, to, 1);
    assert_ne!(changed, payload, "{from}");
    changed
}

fn without_claims() -> String {
    let end = OB3.find(",\"iss\"").unwrap();
    format!("{}}}", &OB3[..end])
}

#[test]
fn each_profile_gives_the_credential_alone() {
    let bare: serde_json::Value = serde_json::from_str(&without_claims()).unwrap();
    for (kind, profile) in [
        (Kind::Jwt, TokenProfile::Ob3Jwt),
        (Kind::Unsaid, TokenProfile::Ob3Jwt),
        (Kind::VcJwt, TokenProfile::VcJwt),
    ] {
        assert_eq!(read(OB3, kind), Ok((profile, bare.to_string(), 0)));
    }
    for kind in [Kind::VcJwt, Kind::Unsaid] {
        let read = read(&without_claims(), kind);
        assert_eq!(read, Ok((TokenProfile::VcJwt, bare.to_string(), 0)));
    }
    let filled = r#"{"@context":["https://www.w3.org/2018/credentials/v1"],"issuer":{"name":"A","id":"did:web:a"},"id":"urn:a","credentialSubject":{"type":["AchievementSubject"],"id":"did:example:s"},"issuanceDate":"2026-05-14T19:00:00Z","expirationDate":"2027-05-15T00:00:00Z"}"#;
    let filled: serde_json::Value = serde_json::from_str(filled).unwrap();
    for kind in [Kind::Jwt, Kind::Unsaid] {
        let (profile, credential, warnings) = read(VCDM_11, kind).unwrap();
        assert_eq!((profile, warnings), (TokenProfile::Vcdm11Jwt, 0));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&credential).unwrap(), filled);
    }
}

#[test]
fn times_of_the_token_are_handed_on() {
    let object = json::parse(OB3.as_bytes()).unwrap();
    let claims = read_claims(&object, &header(Kind::Jwt)).unwrap();
    assert_eq!(claims.issued_at, Some(Timestamp::from_unix_seconds(1_778_785_201)));
    assert_eq!(claims.expires, Some(Timestamp::from_unix_seconds(1_810_339_200)));
    // An end that only the token has.
    let token_alone = changed(OB3, r#""validUntil":"2027-05-15T00:00:00.75Z","#, "");
    for kind in [Kind::Jwt, Kind::VcJwt] {
        let object = json::parse(token_alone.as_bytes()).unwrap();
        let claims = read_claims(&object, &header(kind)).unwrap();
        assert_eq!(claims.expires, Some(Timestamp::from_unix_seconds(1_810_339_200)));
        assert_eq!(claims.credential.find("validUntil"), None);
    }
}

#[test]
fn every_contradiction_is_found_in_every_profile() {
    let contradiction = |claim: &str| Some((Code::ClaimContradiction, format!("/{claim}")));
    let subject = r#""credentialSubject":{"id":"did:example:s","type":["AchievementSubject"]},"#;
    for (from, to, claim) in [
        (r#""iss":"did:web:a""#, r#""iss":"did:web:b""#, "iss"),
        (r#""iss":"did:web:a""#, r#""iss":"""#, "iss"),
        (r#""jti":"urn:a""#, r#""jti":"urn:b""#, "jti"),
        (r#""sub":"did:example:s""#, r#""sub":"did:example:t""#, "sub"),
        ("1778785200", "1778785199", "nbf"),
        ("1778785200", "1778785201", "nbf"),
        ("1810339200", "1810339201", "exp"),
        (r#"{"id":"did:example:s","type""#, r#"{"type""#, "sub"),
        (subject, "", "sub"),
        (r#""id":"urn:a","#, "", "jti"),
        (r#""issuer":{"id":"did:web:a","name":"A"},"#, "", "iss"),
        (r#""validFrom":"2026-05-15T00:00:00+05:00","#, "", "nbf"),
    ] {
        let token = changed(OB3, from, to);
        for kind in [Kind::Jwt, Kind::VcJwt, Kind::Unsaid] {
            assert_eq!(fault(&token, kind), contradiction(claim), "{from} → {to}, {kind:?}");
        }
    }
    // The signature may end before the credential does, but only where the claim is about the signature.
    let early = changed(OB3, "1810339200", "1810339199");
    assert_eq!(fault(&early, Kind::Jwt), contradiction("exp"));
    assert_eq!(fault(&early, Kind::VcJwt), None);
    for (member, claim) in [
        (r#""issuer":"did:web:b","x":"#, "iss"),
        (r#""id":"urn:b","issuer":"#, "jti"),
        (r#""issuanceDate":"2020-01-01T00:00:00Z","issuer":"#, "nbf"),
        (r#""expirationDate":"2037-01-01T00:00:00Z","issuer":"#, "exp"),
    ] {
        let token = changed(VCDM_11, r#""issuer":"#, member);
        assert_eq!(fault(&token, Kind::Jwt), contradiction(claim), "{member}");
    }
    let token = changed(VCDM_11, r#"{"type""#, r#"{"id":"did:example:t","type""#);
    assert_eq!(fault(&token, Kind::Jwt), contradiction("sub"));
    let two = r#"[{"type":"A"},{"type":"B"}]"#;
    let two = changed(VCDM_11, r#"{"type":["AchievementSubject"]}"#, two);
    assert_eq!(fault(&two, Kind::Jwt), contradiction("sub"));
}

#[test]
fn claims_of_a_profile_are_required() {
    for (claim, text) in [
        ("iss", r#","iss":"did:web:a""#),
        ("jti", r#","jti":"urn:a""#),
        ("sub", r#","sub":"did:example:s""#),
        ("nbf", r#","nbf":1778785200"#),
        ("exp", r#","exp":1810339200"#),
    ] {
        let token = changed(OB3, text, "");
        let expected = Some((Code::MissingValue, format!("/{claim}")));
        assert_eq!(fault(&token, Kind::Jwt), expected, "{claim}");
        assert_eq!(fault(&token, Kind::VcJwt), None, "{claim}");
    }
    for claim in ["iss", "nbf"] {
        let token = changed(VCDM_11, &format!(r#""{claim}""#), r#""nonce""#);
        assert_eq!(fault(&token, Kind::Jwt), Some((Code::MissingValue, format!("/{claim}"))));
    }
    // A subject without an identifier cannot have `sub`: odd, but no failure.
    let unidentified = changed(OB3, r#""id":"did:example:s","type""#, r#""type""#);
    let unidentified = changed(&unidentified, r#""sub":"did:example:s","#, "");
    assert_eq!(read(&unidentified, Kind::Jwt).unwrap().2, 1);
    assert_eq!(read(&unidentified, Kind::VcJwt).unwrap().2, 0);
}

#[test]
fn the_claim_vc_stands_alone() {
    let beside = |member: &str| changed(VCDM_11, r#","iss""#, &format!(r#",{member},"iss""#));
    for member in [
        r#""issuer":"did:web:b""#,
        r#""credentialSubject":{"type":["AchievementSubject"],"x":1}"#,
        r#""@context":["https://www.w3.org/ns/credentials/v2"]"#,
        r#""name":"N""#,
        r#""type":["VerifiableCredential"]"#,
        r#""proof":{}"#,
    ] {
        let (code, _) = fault(&beside(member), Kind::Jwt).unwrap();
        assert_eq!(code, Code::ClaimContradiction, "{member}");
    }
    assert_eq!(fault(&beside(r#""issuer":{"name":"A"}"#), Kind::Jwt), None);
    let contradiction = Some((Code::ClaimContradiction, "/vc".to_owned()));
    assert_eq!(fault(VCDM_11, Kind::VcJwt), contradiction);
    let in_ob3 = changed(OB3, "{", r#"{"vc":{},"#);
    assert_eq!(fault(&in_ob3, Kind::Jwt).unwrap().0, Code::ContextNotAllowed);
    let new = changed(VCDM_11, "2018/credentials/v1", "ns/credentials/v2");
    assert_eq!(fault(&new, Kind::Jwt).unwrap().0, Code::ContextNotAllowed);
    assert_eq!(fault(r#"{"vc":"x","iss":"a"}"#, Kind::Jwt).unwrap().0, Code::MalformedValue);
}

#[test]
fn tokens_for_something_else_are_not_credentials() {
    for (member, pointer) in
        [(r#""aud":"https://a.example""#, "/aud"), (r#""vp":{}"#, "/vp"), (r#""aud":null"#, "/aud")]
    {
        let token = changed(OB3, "{", &format!("{{{member},"));
        for kind in [Kind::Jwt, Kind::VcJwt] {
            let expected = Some((Code::TokenType, pointer.to_owned()));
            assert_eq!(fault(&token, kind), expected, "{member}");
        }
    }
}

#[test]
fn claims_have_their_form() {
    for (claim, from, wrong) in [
        ("nbf", "1778785200", r#""1778785200""#),
        ("nbf", "1778785200", "null"),
        ("exp", "1810339200", "253402300800"),
        ("iat", "1778785201", "true"),
        ("iss", r#""iss":"did:web:a""#, r#""iss":{"id":"did:web:a"}"#),
        ("jti", r#""jti":"urn:a""#, r#""jti":["urn:a"]"#),
        ("sub", r#""sub":"did:example:s""#, r#""sub":1"#),
    ] {
        let token = changed(OB3, from, wrong);
        for kind in [Kind::Jwt, Kind::VcJwt] {
            let expected = Some((Code::MalformedValue, format!("/{claim}")));
            assert_eq!(fault(&token, kind), expected, "{claim}: {wrong}");
        }
    }
    // A number of seconds, however it is written.
    assert_eq!(fault(&changed(OB3, "1778785200", "1.7787852E9"), Kind::Jwt), None);
    assert_eq!(fault(&changed(OB3, "1778785200", "1778785200.5"), Kind::Jwt), None);
    let token = changed(OB3, "2026-05-15T00:00:00+05:00", "2026-05-15");
    assert_eq!(fault(&token, Kind::Jwt), Some((Code::MalformedValue, "/validFrom".to_owned())));
}

#[test]
fn the_header_names_the_same_issuer() {
    let payload = without_claims();
    let object = json::parse(payload.as_bytes()).unwrap();
    let of = |issuer: &str| Header { issuer: Some(issuer.to_owned()), ..header(Kind::VcJwt) };
    assert!(read_claims(&object, &of("did:web:a")).is_ok());
    let finding = read_claims(&object, &of("did:web:b")).unwrap_err();
    assert_eq!(finding.into_problem().code, Code::ClaimContradiction);
}
