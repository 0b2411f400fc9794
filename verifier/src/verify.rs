//! The corridor: bytes in, report out. It owns the order of the checks and all branching between them;
//! the rooms never call back up.

mod period;
mod statement;

use crate::beside;
use crate::carrier::{self, Attachments, Carrier, Contents, Parcel};
use crate::data_integrity::SigningInput;
use crate::documents::{Document, Documents};
use crate::embedded::{self, Content, Embedded};
use crate::json::Object;
use crate::linked_data::Work;
use crate::log::{self, Inclusion, Registrable, TreeHead};
use crate::policy::{Policy, Reads};
use crate::problem::Code;
use crate::report::{Check, Edition, EmbeddedReport, Finding, Report, Role, Subject};
use crate::secured::{KeySources, Opened, Secured, Signatures};
use crate::shape::{self, Budget, Form, Kind, Profile};
use crate::statement::is_statement;
use crate::status::{self, Consulted, issuer_id};
use crate::time::Timestamp;
use crate::trust::{Use, Vouching};
use period::Period;

/// Verifies one secured Open Badge, a Comprehensive Learner Record with all that it holds, or the statement in the text of a certificate's
/// QR code, as of `now`, Unix seconds.
///
/// `input` is the credential as it was sent: JSON, a token, a baked PNG or SVG, a PDF with attachments, a picture of a QR code or its text,
/// told by its first bytes. Never fails: whatever is wrong with it is an outcome in the report. Documents that were lacking
/// are named there; with them at hand, call again. Same documents, same report.
///
/// ```
/// use verifier::{Documents, Policy, TrustList, Verdict, verify};
///
/// let report = verify(b"{}", &Documents::new(), &Policy::badge(TrustList::default()), 1_780_000_000);
/// assert_eq!(report.verdict(), Verdict::Invalid);
/// ```
pub fn verify(input: &[u8], documents: &Documents, policy: &Policy, now: i64) -> Report {
    let question = Question {
        documents,
        policy,
        now: Timestamp::from_unix_seconds(now),
        work: Work::default(),
        reading: Budget::default(),
        failed_lists: status::FailedLists::default(),
        proofs: Vec::new(),
    };
    let carrier = Carrier::of(input);
    match carrier::unpack(carrier, input) {
        Ok(Parcel { contents, warnings }) => {
            question.check_contents(contents).carried_by(carrier, warnings)
        }
        Err(finding) => question.unread(finding).carried_by(carrier, Vec::new()),
    }
}

/// What every credential of one input is checked with.
struct Question<'q> {
    documents: &'q Documents,
    policy: &'q Policy,
    now: Timestamp,
    /// What canonicalizing all documents of the input may cost together.
    work: Work,
    /// What reading documents whole may take of memory.
    reading: Budget,
    /// Status lists that did not verify: many credentials of one input may name the same.
    failed_lists: status::FailedLists,
    /// Inclusion proofs that came with the input. They need no belief: what they prove, anybody can compute, and the register's signature
    /// is checked under the trust list's key.
    proofs: Vec<Document>,
}

/// What a document must be where it stands.
#[derive(Clone, Copy)]
struct Expected<'e> {
    /// `None` at the top of an input: a badge, or a transcript.
    kind: Option<Kind>,
    /// Of an endorsement: what carries it, and so what it must speak of.
    about: Option<&'e str>,
}

/// A badge or a transcript that stands by itself.
const AT_THE_TOP: Expected<'_> = Expected { kind: None, about: None };

impl Question<'_> {
    /// Whatever a carrier held. This is the one place where its kind makes a difference.
    fn check_contents(self, contents: Contents<'_>) -> Report {
        match contents {
            Contents::Credential(text) => {
                let opened = beside::check_text(&text).and_then(|()| Opened::of(&text));
                self.check_input(opened, AT_THE_TOP)
            }
            Contents::QrText(text) => self.check_code(&text),
            Contents::Attachments(attachments) => self.check_attachments(attachments),
        }
    }

    /// The text of a QR code.
    fn check_code(&self, text: &str) -> Report {
        if is_statement(text.as_bytes()) {
            return self.check_statement(text.as_bytes());
        }
        self.unread(carrier::refuse_code(text))
    }

    /// The editions of one certificate, each through the whole corridor; anything else together in one PDF is refused.
    fn check_attachments(mut self, attachments: Attachments) -> Report {
        let Attachments { credentials, proofs, identifiers } = attachments;
        let read = credentials.iter().filter_map(|(_, text)| said_by(text)).collect::<Vec<_>>();
        if let Err(finding) = carrier::check_editions(&read, &identifiers) {
            return self.unread(finding);
        }
        self.proofs = proofs.into_iter().map(|proof| Document::new(proof, None)).collect();
        let edition = |(name, text): (String, Vec<u8>)| Edition {
            name,
            report: self.check_input(Opened::of(&text), AT_THE_TOP),
        };
        let editions: Vec<Edition> = credentials.into_iter().map(edition).collect();
        // Once more by what the signatures fix, which may be less than what was written.
        let views = editions.iter().filter_map(|edition| edition.report.view().cloned());
        match carrier::check_editions(&views.collect::<Vec<_>>(), &identifiers) {
            Ok(()) => Report::of_editions(editions)
                .unwrap_or_else(|| Report::new(self.now.unix_seconds())),
            Err(finding) => self.unread(finding),
        }
    }

    /// The report on an input in which there is no credential to check.
    fn unread(&self, finding: Finding) -> Report {
        let mut report = Report::new(self.now.unix_seconds());
        report.record::<()>(Check::Read, Err(finding));
        report
    }

    /// Every check of an input, or of a token inside one.
    fn check_input(&self, opened: Result<Opened<'_>, Finding>, expected: Expected<'_>) -> Report {
        let mut report = Report::new(self.now.unix_seconds());
        report.set_as_of(self.policy.freshness.map(|of| of.as_of));
        let opened = match opened {
            Ok(opened) => opened,
            Err(finding) => {
                report.record::<()>(Check::Read, Err(finding));
                return report;
            }
        };
        let Some(read) = report.record(Check::Read, opened.read()) else { return report };
        report.describe(subject_of(&read));
        match Secured::of(&opened, read) {
            Ok(secured) => self.check(report, &secured, expected),
            // The claims of a token are part of its shape.
            Err(finding) => {
                report.record::<()>(Check::Shape, Err(finding));
                report
            }
        }
    }

    /// Every check after reading, in order, until one fails that the others depend on.
    fn check(&self, mut report: Report, secured: &Secured<'_>, expected: Expected<'_>) -> Report {
        let document = &secured.document;
        report.describe(subject_of(document));
        let kind = expected.kind.unwrap_or_else(|| match Kind::of(document) {
            Some(Kind::Clr) => Kind::Clr,
            _ => Kind::Badge,
        });
        let profile = Profile::of(document, kind);
        let form = Form { kind, profile, exact: secured.is_fixed_to_the_letter() };
        let misplaced =
            if expected.kind.is_none() { beside::check_document(document) } else { Ok(()) };
        let shape = misplaced.and_then(|()| shape::check(document, form, &self.reading));
        let shape = shape.and_then(|shaped| {
            embedded::check_target(&shaped.document, expected.about).map(|()| shaped)
        });
        let Some(shaped) = report.record(Check::Shape, shape) else { return report };
        let warnings = secured.warnings().iter().cloned().chain(shaped.warnings);
        warnings.for_each(|problem| report.warn(problem));
        // From here on, what the document says is what its signature fixes; what is signed is what is written.
        let credential = shaped.document.as_ref();

        let reads = if kind == Kind::Clr { Reads::Clr } else { Reads::Badge };
        let unsecured =
            self.policy.check_context(document, reads).and_then(|()| secured.unsecured(&self.work));
        let Some(unsecured) = report.record(Check::Context, unsecured) else { return report };

        let Some(issuer) = issuer_id(credential) else { return report };
        let (documents, trust) = (self.documents, Some(&self.policy.trust));
        let sources = KeySources { documents, trust, now: self.now };
        let signatures = secured.signatures(issuer, &sources);
        let Some(signatures) = report.record(Check::Key, signatures) else { return report };
        report.secured_by(signatures.names());

        // The document's own signatures first: nothing inside one that is not genuine is worth a look.
        let proof = signatures
            .verify(&unsecured, self.now)
            .and_then(|signed| self.check_inside(&mut report, credential, form).map(|()| signed));
        let Some(signed) = report.record(Check::Proof, proof) else { return report };
        report.show(embedded::view(credential));
        self.check_standing(&mut report, &Proven { credential, signatures, signed });
        report
    }

    /// Whether a credential whose proof holds stands today: its dates, its status, and who vouches for its issuer.
    fn check_standing(&self, report: &mut Report, proven: &Proven<'_>) {
        let credential = proven.credential;
        let Some(issuer) = issuer_id(credential) else { return };
        let expires = proven.signatures.expires();
        report.record(Check::Validity, self.check_validity(credential, expires));
        self.check_status(report, credential, issuer);
        match vouchings(proven) {
            Ok(vouchings) => self.check_vouched(report, proven, vouchings),
            Err(finding) => {
                report.record::<()>(Check::Trust, Err(finding));
            }
        }
    }

    /// What an old list says revoked is revoked; all else may have changed since, also the keys of who has no list.
    fn while_fresh<T>(&self, found: Result<T, Finding>) -> Result<T, Finding> {
        let outdated = self.policy.freshness.and_then(|of| of.outdated(self.now.unix_seconds()));
        match outdated {
            Some(problem) => found.and(Err(Finding::Unknown(problem))),
            None => found,
        }
    }

    fn check_status(&self, report: &mut Report, credential: &Object<'_>, issuer: &str) {
        let consulted = Consulted::default();
        let question = status::Question {
            issuer,
            documents: self.documents,
            policy: self.policy,
            now: self.now,
            failed: &self.failed_lists,
            consulted: &consulted,
        };
        let found = status::check(credential, &question);
        report.rest_on(&consulted.into_periods());
        match self.while_fresh(found) {
            Ok(None) => report.absent(Check::Status),
            Ok(Some(())) => {
                report.record(Check::Status, Ok(()));
            }
            Err(finding) => {
                report.record::<()>(Check::Status, Err(finding));
            }
        }
    }

    /// Whether the register of the issuer holds the credential, and whether the caller's list vouches for the issuer with each key
    /// that signed.
    fn check_vouched(
        &self,
        report: &mut Report,
        proven: &Proven<'_>,
        mut vouchings: Vec<Vouching<'_>>,
    ) {
        let Some(issuer) = issuer_id(proven.credential) else { return };
        let trust = &self.policy.trust;
        let pins = vouchings.iter().map(|signed| trust.compromise(issuer, signed));
        let pins: Vec<Option<TreeHead>> = pins.collect();
        let stolen = pins.iter().any(Option::is_some);
        let registered = match record_inclusion(report, self.check_inclusion(proven, issuer, pins))
        {
            Some(registered) => registered,
            // Whoever stole a key can sign anything under any date: nobody but the register can vouch.
            None if stolen => return,
            None => false,
        };
        vouchings.iter_mut().for_each(|signed| signed.registered = registered);
        let mut vouched = vouchings.iter().map(|signed| trust.vouch(issuer, signed));
        report.record(Check::Trust, vouched.try_for_each(|vouched| vouched));
    }

    fn check_inclusion(
        &self,
        proven: &Proven<'_>,
        issuer: &str,
        pins: Vec<Option<TreeHead>>,
    ) -> Result<Inclusion, Finding> {
        let log = self.policy.trust.log_of(issuer);
        // Where no register is known, nothing is hashed for one.
        let commitments = match log.is_some() || pins.iter().any(Option::is_some) {
            true => proven.signatures.commitments(&proven.signed),
            false => Vec::new(),
        };
        let each = commitments.into_iter().zip(pins);
        let question = log::Question {
            id: proven.credential.text("id"),
            documents: self.documents,
            sent: &self.proofs,
            log,
            required: self.policy.require_inclusion,
            signatures: each.map(|(commitment, pin)| Registrable { commitment, pin }).collect(),
        };
        question.check()
    }

    /// Every credential inside, with a report of its own; and whether what they say can be told apart from what `credential` says.
    fn check_inside(
        &self,
        report: &mut Report,
        credential: &Object<'_>,
        form: Form,
    ) -> Result<(), Finding> {
        let found = embedded::find(credential)?;
        for inner in &found {
            let inner_report = self.check_embedded(inner, form.kind);
            // One input must not cost as much as hundreds: the first that is too costly ends it.
            if let Some(problem) = inner_report.refusal() {
                return Err(Finding::Refused(problem.clone()).under(&inner.pointer));
            }
            let (pointer, role) = (inner.pointer.clone(), inner.role);
            let inside = EmbeddedReport { pointer, role, report: inner_report };
            if let Some(odd) = embedded::other_subject(credential, &inside) {
                report.warn(odd);
            }
            report.embed(inside);
        }
        if form.exact {
            return Ok(());
        }
        if shape::loses_order(credential) {
            let detail = "The contexts make a set of `allowedValue`: its order is not signed.";
            return Err(Finding::unknown(Code::ForbiddenConstruct, detail));
        }
        embedded::check_boundary(credential, &found, report.embedded())
    }

    fn check_embedded(&self, inner: &Embedded<'_>, outer: Kind) -> Report {
        let kind = match (inner.role, outer) {
            // Nobody's word on somebody's word, and no transcript of transcripts.
            (_, Kind::Endorsement) => Err("An endorsement carries no further credentials."),
            (Role::Credential, Kind::Badge) => Err("A badge carries no other badges."),
            (Role::Endorsement, _) => Ok(Kind::Endorsement),
            (Role::Credential, Kind::Clr) => Ok(Kind::Badge),
        };
        let mut report = Report::new(self.now.unix_seconds());
        let kind = match kind {
            Ok(kind) => kind,
            Err(detail) => {
                report.record(Check::Read, Ok(()));
                let misplaced = Finding::fail(Code::ForbiddenConstruct, detail);
                report.record::<()>(Check::Shape, Err(misplaced));
                return report;
            }
        };
        let about = if kind == Kind::Endorsement { inner.bearer } else { None };
        let expected = Expected { kind: Some(kind), about };
        match inner.content {
            Content::Token(token) => self.check_input(Opened::token(token.as_bytes()), expected),
            Content::Object(document) => {
                report.record(Check::Read, Ok(()));
                self.check(report, &Secured::by_proofs(document.clone()), expected)
            }
        }
    }
}

/// What a credential says, not verified yet; `None` if it cannot be read, which its own report tells.
fn said_by(text: &[u8]) -> Option<serde_json::Value> {
    let opened = Opened::of(text).ok()?;
    let read = opened.read().ok()?;
    Secured::of(&opened, read).ok().map(|secured| secured.document.to_serde())
}

/// Records what the register says: whether it holds all signatures, or `None` if that could not be found.
fn record_inclusion(report: &mut Report, found: Result<Inclusion, Finding>) -> Option<bool> {
    let (warning, registered) = match found {
        Ok(Inclusion::Absent(warning)) => {
            report.absent(Check::Inclusion);
            (warning, false)
        }
        Ok(Inclusion::Proven(warning)) => {
            report.record(Check::Inclusion, Ok(()));
            (warning, true)
        }
        Err(finding) => {
            report.record::<()>(Check::Inclusion, Err(finding));
            return None;
        }
    };
    warning.into_iter().for_each(|problem| report.warn(problem));
    Some(registered)
}

/// A credential whose every signature holds.
struct Proven<'p> {
    credential: &'p Object<'p>,
    signatures: Signatures<'p>,
    /// What each proof signs.
    signed: Vec<SigningInput>,
}

/// What the trust list is asked about each signature.
fn vouchings<'v>(proven: &'v Proven<'_>) -> Result<Vec<Vouching<'v>>, Finding> {
    let from = Period::of(proven.credential)?.from;
    let each = proven.signatures.each().map(|signed| Vouching {
        key_id: signed.key_id,
        key: signed.key,
        by_use: Use::Credentials,
        dates: signed.created.into_iter().chain(from).collect(),
        registered: false,
    });
    Ok(each.collect())
}

fn subject_of(credential: &Object<'_>) -> Subject {
    Subject {
        id: credential.text("id").map(str::to_owned),
        issuer: issuer_id(credential).map(str::to_owned),
    }
}
