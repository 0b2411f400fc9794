//! Completions that other systems send: judged by the rules of an import and issued on the same way, several senders
//! together. What is asked for again under the same key gets the first answer.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::intake::Job;
use super::known::Past;
use super::{Office, OfficeError};
use crate::completion::{Refusal, RefusalCode, Row, check_row, fingerprint};
use crate::issuing::{Outcome, Request, is_certificate_number, kazakhstan};
use crate::store::CertificateRecord;

/// One completion that a client sends.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What it says.
    pub row: Row,
    /// What a repetition is recognised by, among the keys of this client.
    pub idempotency_key: String,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Answer {
    /// This certificate certifies it; `true`: it was issued now, not for an earlier request.
    Issued(Box<CertificateRecord>, bool),
    /// Another completion was sent under this key.
    Conflict,
    /// The certificate of this number certifies the same; it was asked for under another key, or imported.
    Duplicate(String),
    /// The rules refuse it.
    Refused(Vec<Refusal>),
    /// It would make no valid certificate: why.
    NotIssuable(String),
    /// Issuing is stopped; nothing was done.
    Stopped,
}

/// A completion with the keys under which it is filed.
pub(super) struct Keyed {
    row: Row,
    key: String,
    hash: String,
    now: Timestamp,
}

/// The answers of one client's request, or the failure that it shares with all who were served with it.
pub(super) type Answers = Result<Vec<Answer>, Arc<OfficeError>>;

/// What is known of an item before anything is issued.
enum Pending {
    Answered(Answer),
    /// Place of its request in the batch.
    Request(usize),
    /// It claims what an item before it is about to get: once that has its number, it is judged again.
    Later,
}

/// What the rules say to an item.
enum Judged {
    Answer(Answer),
    Request(Box<Request>),
    Later,
}

impl Office {
    /// Makes certificates of the completions of one client. One answer for each, in order; what they say is durable.
    ///
    /// # Errors
    /// [`OfficeError`] if the register or the store failed: repeat it, the keys will tell what was done.
    pub fn complete(
        &self,
        client: &str,
        asked: Vec<Asked>,
        now: Timestamp,
    ) -> Result<Vec<Answer>, Arc<OfficeError>> {
        let keyed = asked.into_iter().map(|asked| self.keyed(client, asked, now)).collect();
        self.intake.ask(keyed, |jobs| self.answer(jobs))
    }

    /// Answers all jobs of a turn with one append.
    pub(super) fn answer(&self, jobs: &[Arc<Job<Keyed, Answers>>]) -> Vec<Answers> {
        let items: Vec<&Keyed> = jobs.iter().flat_map(|job| &job.asked).collect();
        match self.answer_items(&items).map_err(Arc::new) {
            Err(error) => jobs.iter().map(|_| Err(Arc::clone(&error))).collect(),
            Ok(answers) => {
                let mut answers = answers.into_iter();
                jobs.iter()
                    .map(|job| Ok(answers.by_ref().take(job.asked.len()).collect()))
                    .collect()
            }
        }
    }

    fn keyed(&self, client: &str, asked: Asked, now: Timestamp) -> Keyed {
        let key = self.issuance.identity.keyring.personal_data();
        let named = [client.as_bytes(), &[0], asked.idempotency_key.as_bytes()].concat();
        Keyed {
            key: format!("api.{}", key.blind_index("api-key", &named)),
            hash: key.blind_index("api-body", &fingerprint(&asked.row)),
            row: asked.row,
            now,
        }
    }

    fn answer_items(&self, items: &[&Keyed]) -> Result<Vec<Answer>, OfficeError> {
        let mut past = Past::new(&self.issuance);
        let mut requests: Vec<Request> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut pending = Vec::with_capacity(items.len());
        for item in items {
            let same = places.get(item.key.as_str()).and_then(|place| {
                let request = requests.get(*place)?;
                Some((*place, request.request_hash == item.hash))
            });
            pending.push(match same {
                Some((place, true)) => Pending::Request(place),
                Some((_, false)) => Pending::Answered(Answer::Conflict),
                None => match self.judge(item, &mut past)? {
                    Judged::Answer(answer) => Pending::Answered(answer),
                    Judged::Later => Pending::Later,
                    Judged::Request(request) => {
                        places.insert(&item.key, requests.len());
                        requests.push(*request);
                        Pending::Request(requests.len() - 1)
                    }
                },
            });
        }
        // The latest clock of those who are served together.
        let now = items.iter().map(|item| item.now).max().unwrap_or_default();
        let outcomes = self.issuance.issue(&requests, now)?;
        let settle = |(pending, item): (Pending, &Keyed)| match pending {
            Pending::Answered(answer) => Ok(answer),
            Pending::Request(place) => self.settled(outcomes.get(place)),
            Pending::Later => self.answer_later(item),
        };
        pending.into_iter().zip(items.iter().copied()).map(settle).collect()
    }

    /// Answers an item now that everything before it is settled.
    fn answer_later(&self, item: &Keyed) -> Result<Answer, OfficeError> {
        match self.judge(item, &mut Past::new(&self.issuance))? {
            Judged::Answer(answer) => Ok(answer),
            // What stood before it was not issued after all.
            Judged::Request(request) => {
                let outcomes = self.issuance.issue(&[*request], item.now)?;
                self.settled(outcomes.first())
            }
            Judged::Later => Ok(Answer::NotIssuable("send it again".to_owned())),
        }
    }

    /// The request that an item makes, or its answer if it makes none.
    fn judge(&self, item: &Keyed, past: &mut Past<'_>) -> Result<Judged, OfficeError> {
        let store = &self.issuance.store;
        if let Some(record) = store.certificate_by_idempotency_key(&item.key)? {
            let same = record.certificate.request_hash == item.hash;
            let answer =
                if same { Answer::Issued(Box::new(record), false) } else { Answer::Conflict };
            return Ok(Judged::Answer(answer));
        }
        let programmes = self.issuance.programmes();
        let today = item.now.to_zoned(kazakhstan()).date();
        let checked = check_row(&item.row, &programmes, &*past, today);
        past.checked()?;
        let completion = match checked {
            Ok(completion) => completion,
            Err(refusals) => return Ok(refused(refusals)),
        };
        let mut request = self.request(completion, past, item.key.clone())?;
        request.request_hash.clone_from(&item.hash);
        self.expect(&request, past);
        Ok(Judged::Request(Box::new(request)))
    }

    fn settled(&self, outcome: Option<&Outcome>) -> Result<Answer, OfficeError> {
        Ok(match outcome {
            Some(Outcome::Issued(number)) => Answer::Issued(Box::new(self.record(number)?), true),
            Some(Outcome::Unchanged(number)) => {
                Answer::Issued(Box::new(self.record(number)?), false)
            }
            Some(Outcome::Conflict(_)) => Answer::Conflict,
            Some(Outcome::Duplicate(number)) => Answer::Duplicate(number.clone()),
            Some(Outcome::Refused(reason)) => Answer::NotIssuable(reason.clone()),
            Some(Outcome::Stopped(_)) => Answer::Stopped,
            None => Answer::NotIssuable("it was not attempted; send it again".to_owned()),
        })
    }
}

/// A completion that is certified already is told apart: its sender need not correct anything.
fn refused(refusals: Vec<Refusal>) -> Judged {
    let duplicate = |refusal: &&Refusal| refusal.code == RefusalCode::DuplicateCompletion;
    match refusals.iter().find(duplicate) {
        Some(refusal) if !is_certificate_number(&refusal.value) => Judged::Later,
        Some(refusal) if refusals.len() == 1 => {
            Judged::Answer(Answer::Duplicate(refusal.value.clone()))
        }
        _ => Judged::Answer(Answer::Refused(refusals)),
    }
}
