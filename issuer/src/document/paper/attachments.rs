//! What every paper carries: the signed credentials byte for byte, and the proof that they are in the register.

use super::pdf::Attachment;
use crate::register::Certificate;

/// Media type of a secured credential with an embedded proof (W3C Verifiable Credentials 2.0, "Media Types").
const CREDENTIAL: &str = "application/vc+ld+json";

/// The credentials of all languages, then the proof if there is one.
pub(super) fn attachments(certificate: &Certificate, proof: Option<&str>) -> Vec<Attachment> {
    let number = &certificate.number;
    let credentials = certificate.editions.iter().map(|edition| Attachment {
        name: format!("{number}.{}.json", edition.language.tag()),
        media_type: CREDENTIAL,
        description: format!(
            "Open Badges 3.0 credential of certificate {number}, language {}, signed",
            edition.language.tag()
        ),
        bytes: edition.credential.as_bytes().to_vec(),
    });
    let proof = proof.map(|proof| Attachment {
        name: format!("{number}.tlog-proof"),
        media_type: "text/plain",
        description: format!(
            "Proof that certificate {number} is in the register (C2SP tlog-proof)"
        ),
        bytes: proof.as_bytes().to_vec(),
    });
    credentials.chain(proof).collect()
}
