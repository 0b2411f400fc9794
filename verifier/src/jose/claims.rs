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
    for (name, detail) in [
        ("vp", "The token carries a presentation: it is not a credential."),
        ("aud", "The token was made for one audience, and nobody said that this verifier is it."),
    ] {
        if payload.find(name).is_some() {
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
mod tests;
