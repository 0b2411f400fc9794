//! Plain credentials in tokens (Securing Verifiable Credentials using JOSE and COSE).
//! Keys are taken from `did:key` alone, and must be the issuer's: a token has one signature, so nobody signs beside.

use super::{Expectations, check_meaning, check_standing, credential};
use crate::identifier::retrieve_key;
use crate::jose::{CompactJws, NamedKey, read_claims};
use crate::json::{self, At};
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::status::issuer_id;
use crate::time::Timestamp;

/// Verifies the token and the credential in it.
pub(super) fn verify(token: &str, expectations: &Expectations<'_>) -> Result<(), Problem> {
    let now = Timestamp::from_unix_seconds(expectations.now);
    let jws = CompactJws::parse(token.as_bytes()).map_err(Finding::into_problem)?;
    let payload = json::parse(&jws.payload)?;
    let claims = read_claims(&payload, &jws.header).map_err(Finding::into_problem)?;
    let credential = &claims.credential;
    credential::check(credential, At::Root)?;
    let issuer = issuer_id(credential).unwrap_or_default();
    match &jws.header.key {
        NamedKey::Url(kid) if issuer.starts_with("did:key:") => {
            retrieve_key(kid, issuer, expectations.documents, now)
                .and_then(|key| jws.verify(&key))
                .map_err(Finding::into_problem)?;
        }
        _ => {
            let detail = "The token does not name a key of did:key.";
            return Err(Problem::new(Code::VerificationMethodUrl, detail));
        }
    }
    if claims.expires.is_some_and(|expires| now >= expires) {
        return Err(Problem::new(Code::Expired, "The token has expired."));
    }
    check_meaning(credential, expectations.contexts)?;
    check_standing(credential, expectations)
}
