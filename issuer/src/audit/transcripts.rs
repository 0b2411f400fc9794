//! Transcripts against the entries that register them: both signatures, and that nothing is inside but credentials of the register.
//! It sees one transcript at a time; what stood in the register before it is the ledger's answer.

use serde_json::Value;
use verifier::Cryptosuite;

use super::credentials::{Genuine, check_proof, digest};
use super::finding::{Account, Invariant};
use super::keys::{Keys, entry};
use super::ledger::Ledger;
use super::place::Place;
use crate::register::IssuedTranscript;

/// Both proofs of a transcript, in their order. The error is what is wrong, in a few words.
pub(super) fn check(
    transcript: &IssuedTranscript,
    (place, keys): (&Place, &Keys),
) -> Vec<Result<Genuine, String>> {
    let read = read(transcript, place);
    let suites = [Cryptosuite::EddsaRdfc2022, Cryptosuite::EddsaJcs2022];
    let proof = |(index, suite): (usize, Cryptosuite)| {
        let document = read.as_ref().map_err(Clone::clone)?;
        let proof = document.pointer(&format!("/proof/{index}")).unwrap_or(&Value::Null);
        let (commitment, key) = check_proof((document, proof), suite, keys)?;
        Ok(Genuine { commitment, key, handle: transcript.handle.clone(), is_statement: false })
    };
    suites.into_iter().enumerate().map(proof).collect()
}

/// The document, if it says what the entry says.
fn read(transcript: &IssuedTranscript, place: &Place) -> Result<Value, String> {
    let document: Value =
        serde_json::from_str(&transcript.credential).map_err(|_| "it is not readable")?;
    let written = document.to_string();
    if written != transcript.credential {
        return Err("it is not written as it was released".to_owned());
    }
    if document.get("proof").and_then(Value::as_array).map(Vec::len) != Some(2) {
        return Err("it has not exactly two proofs".to_owned());
    }
    let id = format!("{}/clr/{}", place.url, transcript.handle);
    let issued_at = transcript.issued_at.to_string();
    for (pointer, said) in [
        ("/id", id.as_str()),
        ("/issuer/id", &place.issuer),
        ("/type/1", "ClrCredential"),
        ("/validFrom", &issued_at),
    ] {
        if document.pointer(pointer).and_then(Value::as_str) != Some(said) {
            return Err(format!("its {pointer} is not what the entry says"));
        }
    }
    if document.get("partial") != transcript.partial.then_some(&Value::Bool(true)) {
        return Err("its /partial is not what the entry says".to_owned());
    }
    let said = |pointer: &str| inside(&document).map(move |one| text(one, pointer)).collect();
    let numbers: Vec<Option<String>> = said("/credentialSubject/licenseNumber");
    if !numbers.iter().map(Option::as_ref).eq(transcript.numbers.iter().map(Some)) {
        return Err("the certificates in it are not those that the entry names".to_owned());
    }
    let languages: Vec<Option<String>> = said("/credentialSubject/achievement/inLanguage");
    if !languages.iter().all(|tag| tag.as_deref() == Some(transcript.language.tag())) {
        return Err("a credential in it is in another language".to_owned());
    }
    Ok(document)
}

fn inside(document: &Value) -> impl Iterator<Item = &Value> {
    let found = document.pointer("/credentialSubject/verifiableCredential");
    found.and_then(Value::as_array).into_iter().flatten()
}

fn text(document: &Value, pointer: &str) -> Option<String> {
    document.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

impl Ledger {
    /// A transcript was issued: everything in it stood in the register before it, and in force.
    pub(super) fn transcript(
        &mut self,
        index: u64,
        transcript: &IssuedTranscript,
        account: &mut Account<'_>,
    ) {
        self.remember_text(&transcript.credential);
        if !self.take_transcript(digest(&[&transcript.handle.to_ascii_uppercase()])) {
            account.find(
                Invariant::I3,
                entry(index),
                "the handle of its transcript was given before",
            );
        }
        let learner = digest(&[&transcript.learner_key]);
        let document: Value = serde_json::from_str(&transcript.credential).unwrap_or_default();
        let mut inside = inside(&document);
        for number in &transcript.numbers {
            let credential = inside.next().map(Value::to_string).unwrap_or_default();
            let ordinal = self.hold(number, index);
            let fault = match ordinal.and_then(|ordinal| self.stands(ordinal)) {
                // Of a certificate that was erased later: then this entry was to be erased with it.
                None => continue,
                Some((_, false)) => "was revoked before",
                Some((whose, true)) if whose != learner => "is another learner's",
                Some(_) if !self.knows(&credential) => {
                    "stands in it otherwise than it was registered"
                }
                Some(_) => continue,
            };
            let what = format!("its transcript holds {number}, which {fault}");
            account.find(Invariant::I5, entry(index), what);
        }
    }
}
