//! What an entry says, as the bytes that are stored, and the commitment to it in the leaf.
//! It must not know how they are compressed or framed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::Event;

/// Separates this hash from every other one.
const LABEL: &[u8] = b"tanu-payload-v1\0";

/// As many random bytes as nobody guesses: a payload can be short, and its hash is public.
pub(super) type Salt = [u8; 16];

/// A fresh salt from the operating system.
pub(super) fn fresh_salt() -> Result<Salt, getrandom::Error> {
    let mut salt = Salt::default();
    getrandom::fill(&mut salt)?;
    Ok(salt)
}

/// The JSON text of an event with the member `salt` at its end. The salt lies in the payload, so that an erasure takes it too:
/// then the hash in the leaf tells nobody anything.
pub(super) fn salted(event: &Event, salt: &Salt) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = serde_json::to_vec(event)?;
    // Every event is an object with the member `kind`.
    text.pop();
    text.extend_from_slice(b",\"salt\":\"");
    text.extend_from_slice(URL_SAFE_NO_PAD.encode(salt).as_bytes());
    text.extend_from_slice(b"\"}");
    Ok(text)
}

/// 32 bytes: the commitment to a payload, SHA-256("tanu-payload-v1" ‖ 0x00 ‖ its JSON text). It stands behind the commitments
/// to signatures in every leaf, so that who revoked, and why, cannot be rewritten either.
pub(super) fn payload_commitment(text: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(LABEL).chain_update(text).finalize().into()
}

/// A salt that does not compress, for tests and the example of `docs/formats.md`.
#[cfg(test)]
pub(super) const EXAMPLE_SALT: Salt = [
    0x9f, 0x3a, 0xe1, 0x04, 0x7b, 0xc8, 0x5d, 0x26, 0xf1, 0x60, 0x2c, 0x9a, 0xd4, 0x17, 0x3e, 0x88,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_salted_and_reads_back() {
        let event = Event::InstanceRegistered { prefix: "A".to_owned() };
        let text = salted(&event, &EXAMPLE_SALT).unwrap();
        assert_eq!(
            std::str::from_utf8(&text).unwrap(),
            r#"{"kind":"instance-registered","prefix":"A","salt":"nzrhBHvIXSbxYCya1Bc-iA"}"#
        );
        assert_eq!(serde_json::from_slice::<Event>(&text).unwrap(), event);
        let other = salted(&event, &fresh_salt().unwrap()).unwrap();
        assert_ne!(payload_commitment(&text), payload_commitment(&other));
    }
}
