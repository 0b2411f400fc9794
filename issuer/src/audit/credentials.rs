//! One signed credential against the entry that registers it: the signature, and what it says.
//! It sees one credential at a time; what is unique among all of them is not its question.

use ed25519_dalek::Signature;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use verifier::log::{Hash, commitment};
use verifier::{Cryptosuite, ProofOptions, signing_input};

use super::keys::Keys;
use crate::completion::Completion;
use crate::register::{Edition, KeyPurpose};

/// What the entry says that its credentials must say too.
pub(super) struct Expected<'e> {
    /// Public address of the service, without a slash at its end.
    pub(super) url: &'e str,
    /// DID of the issuer.
    pub(super) issuer: &'e str,
    pub(super) number: &'e str,
    /// Of the entry that issued it; newer signatures repeat only the number.
    pub(super) issued: Option<Issued<'e>>,
}

/// What only the entry of the issue says.
pub(super) struct Issued<'e> {
    pub(super) registration_number: &'e str,
    pub(super) handle: &'e str,
    pub(super) completion: &'e Completion,
}

/// A credential whose signature holds and that says what it must.
pub(super) struct Genuine {
    pub(super) commitment: Hash,
    /// Place of its key.
    pub(super) key: usize,
    /// The secret part of its address.
    pub(super) handle: String,
    /// Whether it is the statement of a QR code.
    pub(super) is_statement: bool,
}

/// Sixteen bytes that stand for a text; two texts that share them cannot be made.
pub(super) fn digest(parts: &[&str]) -> u128 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let bytes: [u8; 32] = hash.finalize().into();
    bytes.first_chunk().map_or(0, |half| u128::from_be_bytes(*half))
}

/// Checks one credential. The error is what is wrong with it, in a few words.
pub(super) fn check(
    edition: &Edition,
    expected: &Expected<'_>,
    keys: &Keys,
) -> Result<Genuine, String> {
    let text = &edition.credential;
    let unreadable = || "it is not readable".to_owned();
    let document: Value = serde_json::from_str(text).map_err(|_| unreadable())?;
    // A member twice, or anything else that two readers read differently, does not survive this.
    let written = document.to_string();
    if written != *text {
        return Err("it is not written as it was released".to_owned());
    }
    let (commitment, key) = check_signature(&document, keys)?;
    let handle = check_says(&document, edition, expected)?;
    Ok(Genuine { commitment, key, handle, is_statement: false })
}

fn check_signature(document: &Value, keys: &Keys) -> Result<(Hash, usize), String> {
    match document.get("proof").and_then(Value::as_array).map(Vec::as_slice) {
        Some([proof]) => check_proof((document, proof), Cryptosuite::EddsaRdfc2022, keys),
        _ => Err("it has not exactly one proof".to_owned()),
    }
}

/// One proof of ours: the commitment to its signature, and the place of its key.
pub(super) fn check_proof(
    (document, proof): (&Value, &Value),
    cryptosuite: Cryptosuite,
    keys: &Keys,
) -> Result<(Hash, usize), String> {
    // A suite that signs the text repeats the document's contexts (Data Integrity EdDSA Cryptosuites, "Proof Configuration (eddsa-jcs-2022)").
    let (suite, context) = match cryptosuite {
        Cryptosuite::EddsaJcs2022 => ("eddsa-jcs-2022", document.get("@context")),
        _ => ("eddsa-rdfc-2022", None),
    };
    let text = |name: &str| proof.get(name).and_then(Value::as_str);
    let members = if context.is_some() { 7 } else { 6 };
    let ours = text("type") == Some("DataIntegrityProof")
        && text("cryptosuite") == Some(suite)
        && text("proofPurpose") == Some("assertionMethod")
        && proof.get("@context") == context
        && proof.as_object().is_some_and(|proof| proof.len() == members);
    let (Some(id), Some(created), Some(value), true) =
        (text("verificationMethod"), text("created"), text("proofValue"), ours)
    else {
        return Err("its proof is of another form than ours".to_owned());
    };
    let (place, key) = keys.find(id, KeyPurpose::Credentials).ok_or_else(|| {
        format!("it is signed with {id}, which is no registered key for credentials")
    })?;
    let options = ProofOptions {
        cryptosuite,
        verification_method: id.to_owned(),
        created: created.to_owned(),
    };
    let input = signing_input(document, &options).map_err(|problem| problem.detail)?;
    let bytes = value.strip_prefix('z').and_then(|text| bs58::decode(text).into_vec().ok());
    let bytes: Option<[u8; 64]> = bytes.and_then(|bytes| bytes.try_into().ok());
    let bytes = bytes.ok_or("its signature is not 64 bytes")?;
    key.verifying
        .verify_strict(input.as_bytes(), &Signature::from_bytes(&bytes))
        .map_err(|_| "its signature does not hold")?;
    Ok((commitment(suite, input.as_bytes(), &bytes), place))
}

/// Whether it says what the entry says; returns the handle in its address.
fn check_says(
    document: &Value,
    edition: &Edition,
    expected: &Expected<'_>,
) -> Result<String, String> {
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
    let language = edition.language.tag();
    let list = format!("{}/status/{}", expected.url, edition.status.list);
    let index = edition.status.index.to_string();
    for (pointer, said) in [
        ("/issuer/id", expected.issuer),
        ("/credentialSubject/licenseNumber", expected.number),
        ("/credentialSubject/achievement/inLanguage", language),
        ("/credentialStatus/type", "BitstringStatusListEntry"),
        ("/credentialStatus/statusPurpose", "revocation"),
        ("/credentialStatus/statusListCredential", &list),
        ("/credentialStatus/statusListIndex", &index),
    ] {
        if text(pointer) != Some(said) {
            return Err(format!("its {pointer} is not what the entry says"));
        }
    }
    let start = format!("{}/c/", expected.url);
    let handle = text("/id")
        .and_then(|id| id.strip_prefix(&start))
        .and_then(|rest| rest.strip_suffix(language).and_then(|rest| rest.strip_suffix('/')));
    let handle = handle.ok_or("its id is no address of its language")?;
    if let Some(issued) = &expected.issued {
        check_issued(document, (issued, handle))?;
    }
    Ok(handle.to_owned())
}

fn check_issued(document: &Value, (issued, handle): (&Issued<'_>, &str)) -> Result<(), String> {
    let said = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
    let midnight = |date: jiff::civil::Date| format!("{date}T00:00:00+05:00");
    let completion = issued.completion;
    let journal = document.get("evidence").and_then(Value::as_array).is_some_and(|evidence| {
        evidence.iter().any(|evidence| {
            evidence.get("genre").and_then(Value::as_str) == Some("journal-number")
                && evidence.get("name").and_then(Value::as_str) == Some(issued.registration_number)
        })
    });
    let percent = completion.score_percent.to_string();
    let results = document.pointer("/credentialSubject/result").and_then(Value::as_array);
    let result = results.into_iter().flatten().find(|result| {
        let part = result.get("resultDescription").and_then(Value::as_str);
        part.is_some_and(|part| part.ends_with("#percent"))
    });
    let name = completion.learner.name.to_string();
    for (what, is_right) in [
        ("handle", handle == issued.handle),
        ("registration number", journal),
        ("name", said("/credentialSubject/identifier/0/identityHash") == Some(&name)),
        ("score", result.and_then(|result| result.get("value")?.as_str()) == Some(&percent)),
        ("date of issue", said("/validFrom") == Some(&midnight(completion.issue_date))),
        ("decision", said("/awardedDate") == Some(&midnight(completion.commission_date))),
        (
            "period",
            said("/credentialSubject/activityStartDate")
                == Some(&midnight(completion.period_start))
                && said("/credentialSubject/activityEndDate")
                    == Some(&midnight(completion.period_end)),
        ),
    ] {
        if !is_right {
            return Err(format!("its {what} is not the one of the entry"));
        }
    }
    Ok(())
}
