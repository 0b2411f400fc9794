//! Issuing transcripts: chosen, composed, signed twice, verified with all that is inside, registered; then given out.
//! It signs no certificate; those inside are what they were.

use jiff::Timestamp;
use serde_json::Value;
use verifier::limits::CLR_CREDENTIALS_MAX;
use verifier::log::TlogProof;
use verifier::{Cryptosuite, Language, lint};

use super::{Issuance, IssueError, whole_seconds};
use crate::issuing::number::Handle;
use crate::issuing::transcript::Contents;
use crate::register::{Edition, Event, IssuedTranscript, KeyPurpose, NewEntry, commitment};
use crate::store::{CertificateRecord, CertificateState, KnownKey};

/// The certificates of a learner that a transcript holds.
struct Chosen {
    /// In journal order.
    records: Vec<CertificateRecord>,
    /// Whether some are in force and not among them.
    partial: bool,
}

impl Issuance {
    /// The transcript of the learner of the certificate `number`: every certificate of his that is in force, as it was signed in this
    /// language. As long as these stay what they are, so does the transcript.
    ///
    /// # Errors
    /// [`IssueError::NothingInForce`]; [`IssueError::NotReissued`]; [`IssueError::Stopped`] if a new one would have to be signed; else as for issuing.
    pub fn transcript(
        &self,
        number: &str,
        language: Language,
        now: Timestamp,
    ) -> Result<IssuedTranscript, IssueError> {
        let _turn = self.turn()?;
        let learner = self.record(number)?.certificate.learner_key;
        let chosen = self.choose(&learner, language)?;
        let Some(newest) = chosen.records.last() else {
            let number = number.to_owned();
            return Err(IssueError::NothingInForce { number, language: language.tag() });
        };
        if let Some(earlier) = self.earlier_transcript(&chosen, language)? {
            return Ok(earlier);
        }
        if let Some(switch) = self.switched_off()? {
            return Err(IssueError::Stopped(switch));
        }
        let keys = self.compromised_keys()?;
        // A transcript holds no QR code: the key of statements is not its matter.
        let signing = keys.iter().filter(|known| known.key.purpose == KeyPurpose::Credentials);
        let signing: Vec<&KnownKey> = signing.collect();
        let stolen = |record: &&CertificateRecord| {
            signing.iter().any(|known| self.is_signed_with(record, known))
        };
        for record in &chosen.records {
            if let Some(doubtful) = self.doubtful(record)? {
                return Err(doubtful.into());
            }
        }
        if let Some(record) = chosen.records.iter().find(stolen) {
            return Err(IssueError::NotReissued { number: record.certificate.number.clone() });
        }
        let (transcript, commitments) = self.sign_transcript(newest, &chosen, language, now)?;
        let payload = Event::TranscriptIssued(Box::new(transcript.clone()));
        self.append(&[NewEntry { time: now, commitments, payload }])?;
        Ok(transcript)
    }

    fn choose(&self, learner_key: &str, language: Language) -> Result<Chosen, IssueError> {
        let mut records = Vec::new();
        let mut partial = false;
        for number in self.store.numbers_of_learner(learner_key)? {
            let record = self.record(&number)?;
            if record.state != CertificateState::Active {
                continue;
            }
            match edition(&record, language) {
                Some(_) => records.push(record),
                None => partial = true,
            }
        }
        records.sort_by_key(|record| record.register_index);
        // The newest ones: no verifier reads more.
        let beyond = records.len().saturating_sub(CLR_CREDENTIALS_MAX);
        records.drain(..beyond);
        Ok(Chosen { records, partial: partial || beyond > 0 })
    }

    /// The transcript that says the same already.
    fn earlier_transcript(
        &self,
        chosen: &Chosen,
        language: Language,
    ) -> Result<Option<IssuedTranscript>, IssueError> {
        let Some(first) = chosen.records.first() else { return Ok(None) };
        let numbers = || chosen.records.iter().map(|record| &record.certificate.number);
        // What was signed anew since then is not in it.
        let signed = chosen.records.iter().map(CertificateRecord::signed_index).max();
        let indices = self.store.transcripts_holding(&first.certificate.number)?;
        for index in indices.into_iter().rev().take_while(|index| Some(*index) > signed) {
            let Some(known) = self.store.transcript_at(index)? else { continue };
            let same = known.language == language && known.partial == chosen.partial;
            if same && known.numbers.iter().eq(numbers()) && self.doubtful_key(&known)?.is_none() {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// The compromised key that signed it, if one did.
    fn doubtful_key(&self, transcript: &IssuedTranscript) -> Result<Option<KnownKey>, IssueError> {
        let document: Value = serde_json::from_str(&transcript.credential).unwrap_or_default();
        let proofs = document.get("proof").and_then(Value::as_array).into_iter().flatten();
        let methods: Vec<&str> =
            proofs.filter_map(|proof| proof.get("verificationMethod")?.as_str()).collect();
        let mut keys = self.compromised_keys()?.into_iter();
        Ok(keys.find(|known| methods.contains(&known.key.id.as_str())))
    }

    /// Two proofs beside each other: one by the statements, as every badge of ours has it, and one by the text, since statements do not
    /// fix which of the credentials inside makes them (`docs/formats.md`, "Transcript").
    fn sign_transcript(
        &self,
        newest: &CertificateRecord,
        chosen: &Chosen,
        language: Language,
        now: Timestamp,
    ) -> Result<(IssuedTranscript, Vec<[u8; 32]>), IssueError> {
        let created = whole_seconds(now).to_string();
        let handle = Handle::random()?.to_string();
        let editions: Vec<&Edition> =
            chosen.records.iter().filter_map(|record| edition(record, language)).collect();
        let credentials = editions.iter().map(|edition| {
            // What was released is JSON, and is written as it was.
            serde_json::from_str(&edition.credential).unwrap_or_default()
        });
        let contents = Contents {
            profile: &self.identity.profile,
            id: self.identity.public_url.transcript(&handle),
            language,
            valid_from: &created,
            learner: &newest.certificate.completion.learner,
            credentials: credentials.collect(),
            partial: chosen.partial,
        };
        let mut document = contents.compose();
        lint(&document).map_err(IssueError::Refused)?;
        let mut commitments = Vec::new();
        for (suite, name) in [
            (Cryptosuite::EddsaRdfc2022, "eddsa-rdfc-2022"),
            (Cryptosuite::EddsaJcs2022, "eddsa-jcs-2022"),
        ] {
            let signed =
                self.identity.sign_by(suite, (KeyPurpose::Credentials, &document), &created)?;
            commitments.push(commitment(name, signed.prepared.message(), &signed.signature));
            document = signed.document;
        }
        let credential = document.to_string();
        let statuses = editions.iter().map(|edition| &edition.status);
        self.check(&credential, &self.documents(statuses, now)?)?;
        let transcript = IssuedTranscript {
            handle,
            learner_key: newest.certificate.learner_key.clone(),
            language,
            numbers: numbers(chosen),
            partial: chosen.partial,
            credential,
            issued_at: whole_seconds(now),
        };
        Ok((transcript, commitments))
    }

    /// The proof that the register holds the transcript of the entry `index`; `None` while no checkpoint covers it. As for certificates,
    /// what a compromised key signed is proven to the checkpoint that its pin believes.
    ///
    /// # Errors
    /// If the entry or a tile cannot be read.
    pub fn prove_transcript(
        &self,
        (index, transcript): (u64, &IssuedTranscript),
    ) -> Result<Option<TlogProof>, IssueError> {
        let Some(entry) = self.register.read(index, 1)?.pop() else { return Ok(None) };
        self.prove_entry(&entry, self.doubtful_key(transcript)?.as_ref())
    }
}

fn numbers(chosen: &Chosen) -> Vec<String> {
    chosen.records.iter().map(|record| record.certificate.number.clone()).collect()
}

fn edition(record: &CertificateRecord, language: Language) -> Option<&Edition> {
    record.certificate.editions.iter().find(|edition| edition.language == language)
}
