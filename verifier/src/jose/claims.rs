//! From the claims of a token to the credential in it: three profiles, and what each of them says twice.
//! It reads JSON alone; it must not verify anything, and judges no date against a clock.

use std::borrow::Cow;

use super::{Header, Kind};
use crate::json::{Number, Object, Value};
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::status::issuer_id;
use crate::time::Timestamp;

/// By which rules a token carries its credential.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TokenProfile {
    /// Open Badges 3.0, "JSON Web Token Proof Format": the credential's members beside `iss`, `jti`, `nbf`, `sub` and `exp`.
    Ob3Jwt,
    /// Securing Verifiable Credentials using JOSE and COSE: the credential is the payload; claims are optional.
    VcJwt,
    /// VC Data Model 1.1, "JWT Encoding": the credential is the claim `vc`, and claims stand for some of its members.
    Vcdm11Jwt,
}

impl TokenProfile {
    /// The name in reports: `ob3-jwt`, `vc+jwt`, `vcdm1.1-jwt`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ob3Jwt => "ob3-jwt",
            Self::VcJwt => "vc+jwt",
            Self::Vcdm11Jwt => "vcdm1.1-jwt",
        }
    }
}

/// What the claims of a token say.
#[derive(Debug)]
pub(crate) struct Claims<'p> {
    pub(crate) profile: TokenProfile,
    /// The credential alone, without registered claims; under the data model 1.1 with the members that claims stood for.
    pub(crate) credential: Object<'p>,
    /// `iat`: when the signer says that he signed.
    pub(crate) issued_at: Option<Timestamp>,
    /// `exp`: from then on the token proves nothing.
    pub(crate) expires: Option<Timestamp>,
    /// Oddities that change no verdict.
    pub(crate) warnings: Vec<Problem>,
}

/// Claims that are about the token (RFC 7519; `cnf` of RFC 7800; `nonce` as VC Data Model 1.1 has it).
pub(super) const REGISTERED: [&str; 8] = ["iss", "sub", "jti", "nbf", "exp", "iat", "cnf", "nonce"];

const VCDM_11_CONTEXT: &str = "https://www.w3.org/2018/credentials/v1";

/// Reads the claims of a token with this header.
///
/// What a token says twice must agree: any contradiction is a located failure, since two readers would see two credentials.
pub(crate) fn read_claims<'p>(
    payload: &Object<'p>,
    header: &Header,
) -> Result<Claims<'p>, Finding> {
    for (name, why) in [("vp", "carries a presentation"), ("aud", "was made for one audience")] {
        if payload.find(name).is_some() {
            let detail = format!("The token {why}: it is not a credential.");
            return Err(Finding::fail(Code::TokenType, detail).at(&format!("/{name}")));
        }
    }
    let profile = profile_of(payload, header.kind)?;
    let credential = match profile {
        TokenProfile::Vcdm11Jwt => credential_in_vc(payload)?,
        TokenProfile::Ob3Jwt | TokenProfile::VcJwt => payload.without_any(&REGISTERED),
    };
    let reading = Reading { claims: payload, profile };
    let credential = reading.agree_on_issuer(credential, header.issuer.as_deref())?;
    let credential = reading.agree_on_id(credential)?;
    let credential = reading.agree_on_subject(credential)?;
    let credential = reading.agree_on_start(credential)?;
    let credential = reading.agree_on_end(credential)?;
    Ok(Claims {
        profile,
        warnings: reading.unidentified_subject(&credential).into_iter().collect(),
        credential,
        issued_at: reading.date("iat")?.map(Timestamp::from_unix_seconds),
        expires: reading.date("exp")?.map(Timestamp::from_unix_seconds),
    })
}

/// `typ` decides. Where it is absent, claims that only Open Badges 3.0 asks for do.
fn profile_of(payload: &Object<'_>, kind: Kind) -> Result<TokenProfile, Finding> {
    match (kind, payload.find("vc")) {
        (Kind::VcJwt, Some(_)) => {
            let detail = "A token of the type `vc+jwt` must not have the claim `vc`.";
            Err(Finding::fail(Code::ClaimContradiction, detail).at("/vc"))
        }
        (Kind::VcJwt, None) => Ok(TokenProfile::VcJwt),
        (Kind::Jwt | Kind::Unsaid, Some(_)) => Ok(TokenProfile::Vcdm11Jwt),
        (Kind::Jwt, None) => Ok(TokenProfile::Ob3Jwt),
        (Kind::Unsaid, None) => {
            let claimed =
                ["iss", "jti", "nbf", "sub"].iter().any(|name| payload.find(name).is_some());
            Ok(if claimed { TokenProfile::Ob3Jwt } else { TokenProfile::VcJwt })
        }
    }
}

/// The claim `vc`; what stands beside it must be about the token, or say the same.
fn credential_in_vc<'p>(payload: &Object<'p>) -> Result<Object<'p>, Finding> {
    let Some(Value::Object(credential)) = payload.find("vc") else {
        let detail = "The claim `vc` is not an object.";
        return Err(Finding::fail(Code::MalformedValue, detail).at("/vc"));
    };
    let first = credential.find("@context").map(Value::items).and_then(|items| items.first());
    if first.and_then(Value::as_str) != Some(VCDM_11_CONTEXT) {
        let detail = "The claim `vc` is for credentials of the data model 1.1.";
        return Err(Finding::fail(Code::ContextNotAllowed, detail).at("/vc/@context"));
    }
    for (name, value) in payload.members() {
        if name != "vc" && !REGISTERED.contains(&name) && credential.find(name) != Some(value) {
            let detail = format!("`{name}` beside the claim `vc` says something else than in it.");
            return Err(contradiction(detail, name));
        }
    }
    Ok(credential.clone())
}

fn contradiction(detail: impl Into<String>, claim: &str) -> Finding {
    Finding::fail(Code::ClaimContradiction, detail).at(&format!("/{claim}"))
}

fn missing(claim: &str) -> Finding {
    let detail = format!("The token lacks the claim `{claim}`, which its profile requires.");
    Finding::fail(Code::MissingValue, detail).at(&format!("/{claim}"))
}

/// The claims, and the rules by which they are read.
struct Reading<'c, 'p> {
    claims: &'c Object<'p>,
    profile: TokenProfile,
}

/// What is to be done about a member that a claim is about.
enum Member {
    /// It stands there already, or nobody speaks of it.
    Settled,
    /// The claim stands for it.
    Lacking,
}

impl<'p> Reading<'_, 'p> {
    fn text(&self, claim: &str) -> Result<Option<&str>, Finding> {
        match self.claims.find(claim) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => {
                let detail = format!("The claim `{claim}` is {}, not a text.", other.kind());
                Err(Finding::fail(Code::MalformedValue, detail).at(&format!("/{claim}")))
            }
        }
    }

    /// A NumericDate (RFC 7519): seconds since 1970, rounded down.
    fn date(&self, claim: &str) -> Result<Option<i64>, Finding> {
        let Some(value) = self.claims.find(claim) else { return Ok(None) };
        let seconds = match value {
            Value::Number(Number::Integer(seconds)) => Some(*seconds),
            Value::Number(Number::Double(seconds)) => {
                format!("{:.0}", seconds.floor()).parse().ok()
            }
            _ => None,
        };
        match seconds.filter(|seconds| Timestamp::YEARS.contains(seconds)) {
            Some(seconds) => Ok(Some(seconds)),
            None => {
                let detail = format!("The claim `{claim}` is not a number of seconds since 1970.");
                Err(Finding::fail(Code::MalformedValue, detail).at(&format!("/{claim}")))
            }
        }
    }

    /// What claim and member say of one thing. Only the data model 1.1 lets a claim stand for a member.
    fn compare<T: PartialEq + ?Sized>(
        &self,
        claim: &str,
        claimed: Option<&T>,
        member: Option<&T>,
    ) -> Result<Member, Finding> {
        match (claimed, member) {
            (Some(claimed), Some(member)) if claimed == member => Ok(Member::Settled),
            (Some(_), None) if self.profile == TokenProfile::Vcdm11Jwt => Ok(Member::Lacking),
            (Some(_), _) => {
                let detail =
                    format!("The claim `{claim}` says something else than the credential.");
                Err(contradiction(detail, claim))
            }
            (None, Some(_)) if self.requires_claims() => Err(missing(claim)),
            (None, _) => Ok(Member::Settled),
        }
    }

    /// `vc+jwt` leaves every claim to the signer; the other profiles repeat what the credential says.
    fn requires_claims(&self) -> bool {
        self.profile != TokenProfile::VcJwt
    }

    fn agree_on_issuer(
        &self,
        credential: Object<'p>,
        of_header: Option<&str>,
    ) -> Result<Object<'p>, Finding> {
        let claimed = self.text("iss")?;
        if claimed.is_none() && self.requires_claims() {
            return Err(missing("iss"));
        }
        let credential = match (self.compare("iss", claimed, issuer_id(&credential))?, claimed) {
            (Member::Lacking, Some(issuer)) => self.with_issuer(&credential, issuer)?,
            _ => credential,
        };
        if of_header.is_some_and(|of_header| issuer_id(&credential) != Some(of_header)) {
            let detail = "The token's header names another issuer than the credential.";
            return Err(Finding::fail(Code::ClaimContradiction, detail).at("/issuer"));
        }
        Ok(credential)
    }

    fn agree_on_id(&self, credential: Object<'p>) -> Result<Object<'p>, Finding> {
        let claimed = self.text("jti")?;
        if claimed.is_none() && self.profile == TokenProfile::Ob3Jwt {
            return Err(missing("jti"));
        }
        match (self.compare("jti", claimed, credential.text("id"))?, claimed) {
            (Member::Lacking, Some(id)) => self.fill(&credential, "id", id.to_owned()),
            _ => Ok(credential),
        }
    }

    fn agree_on_subject(&self, credential: Object<'p>) -> Result<Object<'p>, Finding> {
        let claimed = self.text("sub")?;
        let Some(subject) = only_subject(&credential) else {
            // One claim cannot speak of several subjects.
            let detail = "The claim `sub` is about one subject, and the credential is not.";
            return claimed.map_or(Ok(credential), |_| Err(contradiction(detail, "sub")));
        };
        match (self.compare("sub", claimed, subject.text("id"))?, claimed) {
            (Member::Lacking, Some(id)) => {
                let subject = Value::Object(self.fill(subject, "id", id.to_owned())?);
                let listed = matches!(credential.find("credentialSubject"), Some(Value::Array(_)));
                let subject = if listed { Value::Array(vec![subject]) } else { subject };
                Ok(credential.with("credentialSubject", subject))
            }
            _ => Ok(credential),
        }
    }

    /// A subject known by something else than an identifier has no `sub`. Open Badges 3.0 has no place for such tokens, but its own
    /// samples are such: that is odd, and no failure.
    fn unidentified_subject(&self, credential: &Object<'_>) -> Option<Problem> {
        let unidentified = only_subject(credential).is_some_and(|it| it.find("id").is_none());
        let detail = "The token has no claim `sub`, since its subject has no identifier.";
        (unidentified && self.requires_claims())
            .then(|| Problem::new(Code::MissingValue, detail).at("/sub"))
    }

    /// `nbf` and the member that says when the credential begins to be valid.
    fn agree_on_start(&self, credential: Object<'p>) -> Result<Object<'p>, Finding> {
        let claimed = self.date("nbf")?;
        if claimed.is_none() && self.requires_claims() {
            return Err(missing("nbf"));
        }
        let (name, _) = self.date_members();
        let told = self.member_date(&credential, name)?;
        match (self.compare("nbf", claimed.as_ref(), told.as_ref())?, claimed) {
            (Member::Lacking, Some(seconds)) => self.fill(&credential, name, date_text(seconds)),
            _ => Ok(credential),
        }
    }

    /// `exp` and the member that says when the credential ends to be valid. Under `vc+jwt` the signature may end earlier. An Open
    /// Badge may leave the member out: then the token alone ends.
    fn agree_on_end(&self, credential: Object<'p>) -> Result<Object<'p>, Finding> {
        let claimed = self.date("exp")?;
        let (_, name) = self.date_members();
        let told = self.member_date(&credential, name)?;
        match (self.profile, claimed, told) {
            (TokenProfile::VcJwt, Some(claimed), Some(told)) if claimed <= told => Ok(credential),
            (TokenProfile::VcJwt | TokenProfile::Ob3Jwt, Some(_), None) => Ok(credential),
            _ => match (self.compare("exp", claimed.as_ref(), told.as_ref())?, claimed) {
                (Member::Lacking, Some(seconds)) => {
                    self.fill(&credential, name, date_text(seconds))
                }
                _ => Ok(credential),
            },
        }
    }

    fn date_members(&self) -> (&'static str, &'static str) {
        match self.profile {
            TokenProfile::Vcdm11Jwt => ("issuanceDate", "expirationDate"),
            TokenProfile::Ob3Jwt | TokenProfile::VcJwt => ("validFrom", "validUntil"),
        }
    }

    /// A date of the credential in whole seconds, rounded down as claims are.
    fn member_date(&self, credential: &Object<'_>, name: &str) -> Result<Option<i64>, Finding> {
        let Some(value) = credential.find(name) else { return Ok(None) };
        match value.as_str().and_then(Timestamp::parse) {
            Some(date) => Ok(Some(date.unix_seconds())),
            None => Err(self.malformed_member(name, "a date and time with an offset")),
        }
    }

    /// `object` with the text of a claim as its member `name`, which must not be there in another form.
    fn fill(
        &self,
        object: &Object<'p>,
        name: &'static str,
        text: String,
    ) -> Result<Object<'p>, Finding> {
        if object.find(name).is_some() {
            return Err(self.malformed_member(name, "a text"));
        }
        Ok(object.with(name, Value::String(Cow::Owned(text))))
    }

    fn with_issuer(&self, credential: &Object<'p>, issuer: &str) -> Result<Object<'p>, Finding> {
        match credential.find("issuer") {
            Some(Value::Object(profile)) => {
                let profile = self.fill(profile, "id", issuer.to_owned())?;
                Ok(credential.with("issuer", Value::Object(profile)))
            }
            _ => self.fill(credential, "issuer", issuer.to_owned()),
        }
    }

    fn malformed_member(&self, name: &str, form: &str) -> Finding {
        let detail = format!("`{name}` of the credential is not {form}.");
        let finding = Finding::fail(Code::MalformedValue, detail).at(&format!("/{name}"));
        match self.profile {
            TokenProfile::Vcdm11Jwt => finding.under("/vc"),
            TokenProfile::Ob3Jwt | TokenProfile::VcJwt => finding,
        }
    }
}

fn only_subject<'c, 'p>(credential: &'c Object<'p>) -> Option<&'c Object<'p>> {
    match credential.find("credentialSubject")?.items() {
        [Value::Object(subject)] => Some(subject),
        _ => None,
    }
}

fn date_text(seconds: i64) -> String {
    Timestamp::from_unix_seconds(seconds).to_string()
}

#[cfg(test)]
mod tests {
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
        let subject =
            r#""credentialSubject":{"id":"did:example:s","type":["AchievementSubject"]},"#;
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
        for (member, pointer) in [
            (r#""aud":"https://a.example""#, "/aud"),
            (r#""vp":{}"#, "/vp"),
            (r#""aud":null"#, "/aud"),
        ] {
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
}
