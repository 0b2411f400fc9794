//! Status lists of the conformance server: who has which entry, what is revoked, and the signed lists.
//! Entries are given out in order: nobody's privacy depends on credentials that live for minutes.

use std::collections::{BTreeSet, HashMap};
use std::io::Write as _;
use std::sync::PoisonError;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::{Compression, GzBuilder};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use verifier::{Cryptosuite, ProofOptions, secure, signing_input};

use super::answer::Refusal;
use super::bench::{Bench, Issuer};
use super::limits::{LIST_ENTRIES, LIST_HOURS};

/// Entries given out so far, over all lists.
#[derive(Debug, Default)]
pub(super) struct Revocations {
    given: u32,
    of_credential: HashMap<String, u32>,
    revoked: BTreeSet<u32>,
}

impl Bench {
    /// A new entry, for the credential with this `id` if it has one.
    pub(super) fn new_status_entry(&self, credential_id: Option<&str>) -> Value {
        let mut revocations = self.revocations.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = revocations.given;
        revocations.given = entry.saturating_add(1);
        if let Some(id) = credential_id {
            revocations.of_credential.insert(id.to_owned(), entry);
        }
        let (list, index) = (entry / LIST_ENTRIES + 1, entry % LIST_ENTRIES);
        let url = self.list_url(list);
        json!({
            "id": format!("{url}#{index}"),
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": index.to_string(),
            "statusListCredential": url,
        })
    }

    /// Sets or clears the bit of the credential with this `id`.
    pub(super) fn revoke(&self, credential_id: &str, revoked: bool) -> Result<(), Refusal> {
        let mut revocations = self.revocations.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = revocations.of_credential.get(credential_id).copied();
        let entry = entry.ok_or(Refusal::NotFound)?;
        if revoked {
            revocations.revoked.insert(entry);
        } else {
            revocations.revoked.remove(&entry);
        }
        Ok(())
    }

    pub(super) fn list_url(&self, number: u32) -> String {
        format!("{}/status/{number}", self.base_url())
    }

    /// The numbers of all lists.
    pub(super) fn lists(&self) -> std::ops::RangeInclusive<u32> {
        let revocations = self.revocations.lock().unwrap_or_else(PoisonError::into_inner);
        1..=revocations.given.div_ceil(LIST_ENTRIES).max(1)
    }

    /// List `number` as of `now`, signed by the issuer whose entries it holds.
    pub(super) fn signed_list(&self, number: u32, now: Timestamp) -> Result<Value, Refusal> {
        let issuer = self.issuer("status").ok_or(Refusal::NotFound)?;
        if !self.lists().contains(&number) {
            return Err(Refusal::NotFound);
        }
        let url = self.list_url(number);
        let until = now.checked_add(SignedDuration::from_hours(LIST_HOURS)).unwrap_or(now);
        let list = json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer.did(),
            "validFrom": instant(now),
            "validUntil": instant(until),
            "credentialSubject": {
                "id": format!("{url}#list"),
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": self.encoded_list(number),
            },
        });
        let options = proof_options(issuer, Cryptosuite::EddsaRdfc2022, now);
        let signature = issuer.key.sign(signing_input(&list, &options)?.as_bytes());
        Ok(single_proof(secure(&list, &options, &signature)))
    }

    /// "Bitstring Generation Algorithm": index 0 is the left-most bit.
    fn encoded_list(&self, number: u32) -> String {
        let revocations = self.revocations.lock().unwrap_or_else(PoisonError::into_inner);
        let first = (number - 1).saturating_mul(LIST_ENTRIES);
        let mut bits = vec![0_u8; usize::try_from(LIST_ENTRIES / 8).unwrap_or(0)];
        for entry in revocations.revoked.range(first..first.saturating_add(LIST_ENTRIES)) {
            let index = entry - first;
            let byte = usize::try_from(index / 8).ok().and_then(|byte| bits.get_mut(byte));
            if let Some(byte) = byte {
                *byte |= 0x80 >> (index % 8);
            }
        }
        let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
        // Writing to memory does not fail.
        let compressed = encoder.write_all(&bits).and_then(|()| encoder.finish());
        format!("u{}", URL_SAFE_NO_PAD.encode(compressed.unwrap_or_default()))
    }
}

/// A proof of `issuer`, made `now`.
pub(super) fn proof_options(
    issuer: &Issuer,
    cryptosuite: Cryptosuite,
    now: Timestamp,
) -> ProofOptions {
    ProofOptions { cryptosuite, verification_method: issuer.key.method(), created: instant(now) }
}

/// Whole seconds in UTC: `2026-05-15T08:00:00Z`.
pub(super) fn instant(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A sole proof as an object instead of a list of one: the suites of the CCG look for an object.
pub(super) fn single_proof(mut secured: Value) -> Value {
    if let Some(proof) = secured.get_mut("proof")
        && let Value::Array(proofs) = proof
        && proofs.len() == 1
        && let Some(single) = proofs.pop()
    {
        *proof = single;
    }
    secured
}
