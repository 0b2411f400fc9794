//! One certificate drawn up: composed, linted, signed in every language, stated for its QR code, and verified before anybody sees it.
//! It appends nothing.

use jiff::Timestamp;
use verifier::{Document, Documents, Language, Verdict, editions_digest, lint, verify};

use super::super::compose::Draft;
use super::super::group::{Accepted, Numbered};
use super::super::sequencer::Assignment;
use super::super::statement;
use super::{Issuance, IssueError, Request, whole_seconds};
use crate::programme::Programme;
use crate::register::{Certificate, Edition, KeyPurpose, StatusEntry, commitment};

/// Signed, verified, not yet durable.
pub(super) struct Drawn {
    pub(super) certificate: Certificate,
    pub(super) commitments: Vec<[u8; 32]>,
}

/// What a verifier would have of our documents, and the earliest moment at which it could have them all.
pub(super) struct AtHand {
    documents: Documents,
    at: Timestamp,
}

impl Issuance {
    /// Lints the certificate as it would be, under numbers that stand for the real ones.
    pub(super) fn rehearse(
        &self,
        request: &Request,
        programme: &Programme,
    ) -> Result<(), IssueError> {
        let specimen = Assignment {
            number: "MC-A-000000-BBBB-0".to_owned(),
            registration_number: "0000-A-000000".to_owned(),
            handle: "A".repeat(16),
            statuses: Vec::new(),
        };
        let draft = self.draft(request, programme, &specimen);
        for language in programme.languages() {
            let status = StatusEntry { list: 1, index: 0 };
            lint(&draft.compose(language, status)).map_err(IssueError::Refused)?;
        }
        Ok(())
    }

    pub(super) fn sign(
        &self,
        Numbered { accepted: Accepted { request, programme, .. }, assignment }: &Numbered<'_>,
        documents: &AtHand,
        now: Timestamp,
    ) -> Result<Drawn, IssueError> {
        let draft = self.draft(request, programme, assignment);
        let languages = programme.languages();
        let wanted: Vec<_> = languages.into_iter().zip(assignment.statuses.clone()).collect();
        let (editions, mut commitments) = self.sign_editions(&draft, &wanted, documents, now)?;
        let signed = self.sign_statement(&draft, &wanted, &commitments, documents)?;
        let statement = signed.map(|(statement, commitment)| {
            commitments.push(commitment);
            statement
        });
        let certificate = Certificate {
            number: assignment.number.clone(),
            registration_number: assignment.registration_number.clone(),
            handle: assignment.handle.clone(),
            learner_key: request.learner_key.clone(),
            sealed_iin: request.sealed_iin.clone(),
            idempotency_key: request.idempotency_key.clone(),
            request_hash: request.request_hash.clone(),
            completion: request.completion.clone(),
            programme_version: programme.version.clone(),
            issued_at: whole_seconds(now),
            editions,
            statement,
        };
        Ok(Drawn { certificate, commitments })
    }

    /// The statement of the QR code of a certificate whose signatures have these commitments, signed and verified, and the commitment to it;
    /// `None` where no code holds one.
    pub(super) fn sign_statement(
        &self,
        draft: &Draft<'_>,
        wanted: &[(Language, StatusEntry)],
        commitments: &[[u8; 32]],
        documents: &AtHand,
    ) -> Result<Option<(String, [u8; 32])>, IssueError> {
        // One act revokes all of it, so any of the places tells.
        let Some((_, status)) = wanted.first() else { return Ok(None) };
        let tied = (*status, editions_digest(commitments));
        let signed = self.identity.sign_statement(|key| statement::prepare(draft, tied, key))?;
        if let Some((fragment, _)) = &signed {
            let public_url = &self.identity.public_url;
            self.check(&statement::text(public_url, draft.handle, Some(fragment)), documents)?;
        }
        Ok(signed)
    }

    /// The credentials of one certificate in these languages, signed and verified, and a commitment to each signature.
    pub(super) fn sign_editions(
        &self,
        draft: &Draft<'_>,
        wanted: &[(Language, StatusEntry)],
        documents: &AtHand,
        now: Timestamp,
    ) -> Result<(Vec<Edition>, Vec<[u8; 32]>), IssueError> {
        let created = whole_seconds(now).to_string();
        let mut editions = Vec::new();
        let mut commitments = Vec::new();
        for (language, status) in wanted {
            let unsecured = draft.compose(*language, *status);
            lint(&unsecured).map_err(IssueError::Refused)?;
            let signed = self.identity.sign(KeyPurpose::Credentials, &unsecured, &created)?;
            let credential = signed.document.to_string();
            self.check(&credential, documents)?;
            commitments.push(commitment(
                "eddsa-rdfc-2022",
                signed.prepared.message(),
                &signed.signature,
            ));
            editions.push(Edition { language: *language, credential, status: *status });
        }
        Ok((editions, commitments))
    }

    /// The documents that a verifier of these entries needs.
    pub(super) fn documents<'s>(
        &self,
        statuses: impl Iterator<Item = &'s StatusEntry>,
        now: Timestamp,
    ) -> Result<AtHand, IssueError> {
        let mut documents = Documents::new();
        let mut at = now;
        let own = |text: String| Ok(Document::new(text.into_bytes(), None));
        documents
            .insert(self.identity.profile.id.clone(), own(self.published().did_document.clone()));
        for status in statuses {
            let url = self.identity.public_url.status_list(status.list);
            if documents.find(&url).is_none() {
                let list = self.status_list(status.list, now)?;
                // The work may have begun long before the list was signed last, by somebody else.
                at = at.max(list.signed_at);
                documents.insert(url, own(list.text.clone()));
            }
        }
        Ok(AtHand { documents, at })
    }

    /// Nothing is released that our own verifier does not call valid.
    pub(super) fn check(
        &self,
        credential: &str,
        AtHand { documents, at }: &AtHand,
    ) -> Result<(), IssueError> {
        let published = self.published();
        let report = verify(credential.as_bytes(), documents, &published.policy, at.as_second());
        if report.verdict() == Verdict::Valid {
            return Ok(());
        }
        // Of a transcript, a credential inside can be the reason.
        let inside = report.embedded().iter().flat_map(|inner| inner.report.problems());
        let detail = report.problems().chain(inside).next().map(|problem| problem.detail.clone());
        let verdict = report.verdict().name();
        Err(IssueError::NotValid { verdict, detail: detail.unwrap_or_default() })
    }
}
