//! One status list, verified and inflated once however many credentials ask it.
//! It says whose list it is and whether it may be used; it must not say what its bits mean.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::{Entry, Question, bits, issuer_id};
use crate::documents::Document;
use crate::identifier::retrieve_key;
use crate::json::{self, Object, Value};
use crate::key::PublicKey;
use crate::limits;
use crate::linked_data::Work;
use crate::policy::Reads;
use crate::problem::{Code, Problem};
use crate::report::{Finding, ListPeriod};
use crate::secured::{KeySources, Opened, Secured};
use crate::shape;
use crate::time::Timestamp;
use crate::trust::{Use, Vouching};

/// A list whose signatures hold under the keys that they were verified with.
#[derive(Debug)]
pub(crate) struct StatusList {
    id: String,
    issuer: String,
    purposes: Vec<String>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    ttl_seconds: i64,
    signers: Vec<Signer>,
    /// When the first of its signatures ends to hold.
    signed_until: Option<Timestamp>,
    bits: Vec<u8>,
}

/// Why lists did not verify, within one question: asking again would cost as much and say the same.
#[derive(Debug, Default)]
pub(crate) struct FailedLists(RefCell<HashMap<(String, String), Finding>>);

impl FailedLists {
    /// What `open` finds of the entry's list as one of this issuer, unless it failed before.
    pub(super) fn or_else(
        &self,
        entry: &Entry<'_>,
        issuer: &str,
        open: impl FnOnce() -> Result<Arc<StatusList>, Finding>,
    ) -> Result<Arc<StatusList>, Finding> {
        let key = (entry.list.to_owned(), issuer.to_owned());
        if let Some(failed) = self.0.borrow().get(&key) {
            return Err(failed.clone());
        }
        open().inspect_err(|finding| {
            self.0.borrow_mut().insert(key, finding.clone());
        })
    }
}

/// The lists that were asked for one report, each once.
#[derive(Debug, Default)]
pub(crate) struct Consulted(RefCell<Vec<ListPeriod>>);

impl Consulted {
    pub(super) fn note(&self, list: &StatusList) {
        let period = ListPeriod {
            id: list.id.clone(),
            valid_from: list.from.map(Timestamp::unix_seconds),
            valid_until: list.until.map(Timestamp::unix_seconds),
        };
        let mut noted = self.0.borrow_mut();
        if !noted.contains(&period) {
            noted.push(period);
        }
    }

    pub(crate) fn into_periods(self) -> Vec<ListPeriod> {
        self.0.into_inner()
    }
}

#[derive(Debug)]
struct Signer {
    key_id: String,
    key: PublicKey,
    created: Option<Timestamp>,
}

impl StatusList {
    /// The list in `document`. What was verified before is not verified again, as long as its keys are still those of the issuer.
    pub(super) fn of(document: &Document, question: &Question<'_>) -> Result<Arc<Self>, Finding> {
        let known = document.status_list();
        if let Some(list) = known.get()
            && list.issuer == question.issuer
            && list.has_keys(question)?
        {
            return Ok(Arc::clone(list));
        }
        let list = Arc::new(Self::verified(document, question)?);
        // Another thread may have been quicker: then its list is as good.
        let _ = known.set(Arc::clone(&list));
        Ok(list)
    }

    pub(super) fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// Whether every key that signed is what the issuer's document says of it today.
    fn has_keys(&self, question: &Question<'_>) -> Result<bool, Finding> {
        for signer in &self.signers {
            let key =
                retrieve_key(&signer.key_id, question.issuer, question.documents, question.now)?;
            if key != signer.key {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// "Validate Algorithm", steps 2 and 3, 7: a list of the issuer's, whose signatures hold.
    fn verified(document: &Document, question: &Question<'_>) -> Result<Self, Finding> {
        let opened = Opened::of(document.bytes())?;
        let secured = Secured::of(&opened, opened.read()?)?;
        let list = &secured.document;
        question.policy.check_context(list, Reads::StatusList)?;
        shape::check_unfixed(list)?;
        let types = list.find("type").map(Value::items).unwrap_or_default();
        if !types.iter().any(|name| name.as_str() == Some("BitstringStatusListCredential")) {
            return Err(unverified("The document is not a status list."));
        }
        if issuer_id(list) != Some(question.issuer) {
            return Err(unverified("The status list is signed by somebody other than the issuer."));
        }
        let subject = list.find("credentialSubject").and_then(Value::as_object);
        let subject = subject.ok_or_else(|| unverified("The status list has no subject."))?;
        if subject.text("type") != Some("BitstringStatusList") {
            return Err(unverified("The subject of the status list is none."));
        }
        // A list is made anew every few minutes: no old one needs a key that was compromised.
        let Question { documents, now, .. } = *question;
        let sources = KeySources { documents, trust: None, now };
        let signatures = secured.signatures(question.issuer, &sources)?;
        signatures.verify(&secured.unsecured(&Work::default())?, question.now)?;
        let signers = signatures.each().map(|signed| Signer {
            key_id: signed.key_id.to_owned(),
            key: signed.key.clone(),
            created: signed.created,
        });
        let purposes = subject.find("statusPurpose").map(Value::items).unwrap_or_default();
        let purposes = purposes.iter().filter_map(|purpose| purpose.as_str().map(str::to_owned));
        Ok(Self {
            id: list.text("id").unwrap_or_default().to_owned(),
            issuer: question.issuer.to_owned(),
            purposes: purposes.collect(),
            from: date(list, "validFrom")?,
            until: date(list, "validUntil")?,
            ttl_seconds: ttl_seconds(subject)?,
            signers: signers.collect(),
            signed_until: signatures.hold_until(),
            bits: bits::inflate(subject.text("encodedList").unwrap_or_default())?,
        })
    }

    /// Whether it is the list that the entry names, about its purpose, signed with believed keys, and fresh.
    pub(super) fn check(
        &self,
        entry: &Entry<'_>,
        document: &Document,
        question: &Question<'_>,
    ) -> Result<(), Finding> {
        if self.id != entry.list {
            return Err(unverified("The status list at hand is another one than the entry names."));
        }
        if !self.purposes.iter().any(|purpose| purpose == entry.purpose) {
            return Err(unverified("The status list is about another purpose than the entry."));
        }
        self.check_trust(question)?;
        self.check_fresh(document, question.now).map_err(|reason| self.stale(reason))
    }

    /// Whether it is the list of this name, for all its purposes; then `validFrom`.
    pub(super) fn check_whole(
        &self,
        id: &str,
        document: &Document,
        question: &Question<'_>,
    ) -> Result<Option<Timestamp>, Finding> {
        if self.purposes.is_empty() {
            return Err(unverified("The status list is about no purpose."));
        }
        for purpose in &self.purposes {
            let entry = Entry { purpose, index: 0, list: id, size: 1 };
            self.check(&entry, document, question)?;
            bits::value(&self.bits, &entry)?;
        }
        Ok(self.from)
    }

    /// An issuer whose keys are pinned publishes its lists with a pinned key too: otherwise whoever takes its domain over could
    /// un-revoke. An issuer nobody lists is told by the trust check.
    fn check_trust(&self, question: &Question<'_>) -> Result<(), Finding> {
        for signer in &self.signers {
            let vouching = Vouching {
                key_id: &signer.key_id,
                key: &signer.key,
                by_use: Use::StatusLists,
                dates: signer.created.into_iter().chain(self.from).collect(),
                // Lists are not registered one by one.
                registered: false,
            };
            match question.policy.trust.vouch(question.issuer, &vouching) {
                Err(Finding::Unlisted(problem)) if problem.code == Code::KeyNotPinned => {
                    return Err(Finding::Unknown(problem));
                }
                Err(finding @ Finding::Unknown(_)) => return Err(finding),
                _ => {}
            }
        }
        Ok(())
    }

    /// Fresh until its signed `validUntil` if it was handed over, within `ttl` of its retrieval if fetched.
    fn check_fresh(&self, document: &Document, now: Timestamp) -> Result<(), &'static str> {
        if self.from.is_some_and(|from| now < from) {
            return Err("The status list is not valid yet.");
        }
        if self.until.is_some_and(|until| now > until)
            || self.signed_until.is_some_and(|until| now >= until)
        {
            return Err("The status list has expired; a newer one is needed.");
        }
        match (document.retrieved_at(), self.until) {
            (None, None) => Err("The status list says nothing of how long it may be used."),
            (None, Some(_)) => Ok(()),
            (Some(retrieved_at), _) => {
                let age = now.unix_seconds().saturating_sub(retrieved_at);
                if age <= self.ttl_seconds {
                    Ok(())
                } else {
                    Err("The status list is older than its ttl.")
                }
            }
        }
    }

    /// A newer edition would decide, so the list is named as one that is missing.
    fn stale(&self, reason: &str) -> Finding {
        Finding::Missing(Problem::new(Code::StatusStale, reason), vec![self.id.clone()])
    }
}

fn unverified(detail: &str) -> Finding {
    Finding::unknown(Code::StatusVerification, detail)
}

/// How long it may be used cannot be told.
fn undated(detail: &str) -> Finding {
    Finding::unknown(Code::StatusStale, detail)
}

fn date(list: &Object<'_>, member: &str) -> Result<Option<Timestamp>, Finding> {
    match list.find(member) {
        None => Ok(None),
        Some(value) => value
            .as_str()
            .and_then(Timestamp::parse)
            .map(Some)
            .ok_or_else(|| undated("A date of the status list is not a date and time.")),
    }
}

/// `ttl` is in milliseconds; a list without one is kept five minutes.
fn ttl_seconds(subject: &Object<'_>) -> Result<i64, Finding> {
    match subject.find("ttl") {
        None => Ok(limits::STATUS_TTL_SECONDS_DEFAULT),
        Some(Value::Number(json::Number::Integer(milliseconds @ 1..))) => Ok((milliseconds
            / 1_000)
            .clamp(limits::STATUS_TTL_SECONDS_MIN, limits::STATUS_TTL_SECONDS_MAX)),
        Some(_) => Err(undated("The `ttl` of the status list is not a duration.")),
    }
}
