//! The corridor for the text of a QR code: the same checks in the same order, of a statement that has no contexts.

use super::{Question, record_inclusion};
use crate::key::{Algorithm, PublicKey};
use crate::log::{self, Registrable, TreeHead};
use crate::problem::Code;
use crate::report::{Check, Finding, Report, Subject};
use crate::secured::KeySources;
use crate::statement::{Carried, FORMAT, Statement};
use crate::status::{self, Consulted};
use crate::time::Timestamp;
use crate::trust::{Use, Vouching};

/// A statement whose signature holds.
struct Proven<'p> {
    carried: &'p Carried<'p>,
    statement: &'p Statement,
    key_id: &'p str,
    key: &'p PublicKey,
}

impl Question<'_> {
    /// Every check of a statement.
    pub(super) fn check_statement(&self, text: &[u8]) -> Report {
        let mut report = Report::new(self.now.unix_seconds());
        report.set_as_of(self.policy.freshness.map(|of| of.as_of));
        let Some(carried) = report.record(Check::Read, Carried::read(text)) else { return report };
        let subject = |issuer| Subject { id: Some(carried.url()), issuer };
        report.describe(subject(None));
        let statement = carried.statement();
        let Some(statement) = report.record(Check::Shape, statement) else { return report };
        report.describe(subject(Some(statement.issuer.clone())));
        report.absent(Check::Context);

        let (documents, trust) = (self.documents, Some(&self.policy.trust));
        let sources = KeySources { documents, trust, now: self.now };
        let key_id = carried.key_id(&statement);
        let key = sources.key_for(Use::QrStatements, &key_id, &statement.issuer);
        let Some(key) = report.record(Check::Key, key) else { return report };
        report.secured_by(vec![FORMAT]);

        if report.record(Check::Proof, check_signature(&carried, &key)).is_none() {
            return report;
        }
        report.show(carried.view(&statement));
        let proven =
            Proven { carried: &carried, statement: &statement, key_id: &key_id, key: &key };
        self.check_statement_standing(&mut report, &proven);
        report
    }

    /// Whether the certificate stands today: its day of issue, its status, and who vouches for its issuer.
    fn check_statement_standing(&self, report: &mut Report, proven: &Proven<'_>) {
        let from = Timestamp::from_unix_seconds(proven.statement.not_before());
        let validity = match self.is_before(from) {
            true => Err(Finding::fail(Code::NotYetValid, "The certificate is not issued yet.")),
            false => Ok(()),
        };
        report.record(Check::Validity, validity);
        let consulted = Consulted::default();
        let question = status::Question {
            issuer: &proven.statement.issuer,
            documents: self.documents,
            policy: self.policy,
            now: self.now,
            failed: &self.failed_lists,
            consulted: &consulted,
        };
        let [list, index] = proven.statement.status;
        let list = proven.carried.status_list(list);
        let found = status::check_revocation(&list, index, &question);
        report.rest_on(&consulted.into_periods());
        report.record(Check::Status, self.while_fresh(found));
        self.check_statement_vouched(report, proven, from);
    }

    fn check_statement_vouched(&self, report: &mut Report, proven: &Proven<'_>, from: Timestamp) {
        let (trust, issuer) = (&self.policy.trust, &proven.statement.issuer);
        let mut signed = Vouching {
            key_id: proven.key_id,
            key: proven.key,
            by_use: Use::QrStatements,
            dates: vec![from],
            registered: false,
        };
        let pin = trust.compromise(issuer, &signed);
        let found = self.check_statement_inclusion(proven, pin);
        signed.registered = match record_inclusion(report, found) {
            Some(registered) => registered,
            // As for credentials: of a stolen key, nobody but the register can vouch.
            None if pin.is_some() => return,
            None => false,
        };
        report.record(Check::Trust, trust.vouch(issuer, &signed));
    }

    fn check_statement_inclusion(
        &self,
        proven: &Proven<'_>,
        pin: Option<TreeHead>,
    ) -> Result<log::Inclusion, Finding> {
        // Of each key a certificate has one statement, whatever was signed anew since.
        let name = format!("{}/{}", proven.carried.url(), proven.carried.envelope.key_name);
        let question = log::Question {
            sent: &self.proofs,
            id: Some(&name),
            documents: self.documents,
            log: self.policy.trust.log_of(&proven.statement.issuer),
            required: self.policy.require_inclusion,
            signatures: vec![Registrable { commitment: Some(proven.carried.commitment()), pin }],
        };
        question.check()
    }
}

/// RFC 9052, "Signing and Verification Process", steps 3 and 4.
fn check_signature(carried: &Carried<'_>, key: &PublicKey) -> Result<(), Finding> {
    let envelope = &carried.envelope;
    key.verify(Algorithm::EdDsa, &envelope.signing_input, &envelope.signature).map_err(|_| {
        Finding::fail(Code::Signature, "The signature is not one of this statement under its key.")
    })
}
