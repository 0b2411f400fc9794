//! The target for offline packs: whatever is believed is what the known key signed. What stands in a pack is read by the targets of
//! its documents.

use std::sync::LazyLock;

use ed25519_dalek::{Signer as _, SigningKey};

use super::samples;
use super::world::shown;
use crate::log::{Note, NoteAlgorithm, SignatureLine, VerifierKey};
use crate::pack::{Pack, PackDraft, PackError};

/// A pack that the known key signed, and the key.
pub(crate) struct Sealed {
    pub(crate) bytes: Vec<u8>,
    pub(crate) key: VerifierKey,
}

static PACKS: LazyLock<Vec<Sealed>> =
    LazyLock::new(|| [&[][..], &[4_099]].into_iter().map(sample).collect());

/// The key document and the status list of the known issuer, in which these places are set.
pub(crate) fn sample(revoked: &[usize]) -> Sealed {
    match draft(revoked).and_then(|draft| seal(&draft.text()?, 5)) {
        Ok(sealed) => sealed,
        Err(error) => panic!("{error}"),
    }
}

/// The same before it is sealed, made at the time of all samples.
pub(crate) fn draft(revoked: &[usize]) -> Result<PackDraft, PackError> {
    let trust = samples::trust_list().to_string();
    let mut draft = PackDraft::new(trust.as_bytes(), samples::NOW)?;
    let document = samples::did_document().to_string().into_bytes();
    draft.add_key_document(samples::ISSUER, document, None)?;
    let list = samples::status_list(&samples::bits(revoked)).to_string().into_bytes();
    draft.add_status_list(samples::STATUS_LIST_URL, list, None)?;
    Ok(draft)
}

/// The pack of this text, signed by the key that these seeds make.
pub(crate) fn seal(text: &str, seed: u8) -> Result<Sealed, PackError> {
    let secret = SigningKey::from_bytes(&[seed; 32]);
    let public = secret.verifying_key();
    let key = VerifierKey::new("packs.example", NoteAlgorithm::Ed25519, public.as_bytes());
    let key = key.map_err(PackError::Signature)?;
    let line = SignatureLine::of_signature(&key, &secret.sign(text.as_bytes()).to_bytes());
    Ok(Sealed { bytes: PackDraft::seal(text, &line)?.into_bytes(), key })
}

/// Nothing is believed but what the key signed.
pub(super) fn pack(bytes: &[u8]) {
    for sealed in PACKS.iter() {
        let Ok(pack) = Pack::open(bytes, &sealed.key) else { continue };
        assert!(pack.as_of() <= pack.made_at());
        // Strangers may sign too; the text is one of those that were signed.
        let text = |bytes: &[u8]| Note::parse(bytes).map(|note| note.text().to_owned());
        let known = PACKS.iter().any(|known| text(&known.bytes) == text(bytes));
        assert!(known, "a forgery: {}", shown(bytes));
    }
}

pub(super) fn packs() -> Vec<Vec<u8>> {
    PACKS.iter().map(|sealed| sealed.bytes.clone()).collect()
}
