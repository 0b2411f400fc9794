//! The check whether the register of the issuer holds a credential: a proof that is at hand is always checked, and one that is
//! needed is asked for. It takes keys and pinned trees from the trust list; it must not judge the credential otherwise.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::leaf::LeafView;
use super::merkle::{Hash, TreeHead};
use super::tlog_proof::TlogProof;
use crate::documents::{Document, Documents};
use crate::limits;
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::trust::TrustedLog;

/// What the register is asked about one credential.
pub(crate) struct Question<'q> {
    /// `id` of the credential, after which its proof is named.
    pub(crate) id: Option<&'q str>,
    pub(crate) documents: &'q Documents,
    /// Proofs that came with the credential: those of them that are about it are looked at too.
    pub(crate) sent: &'q [Document],
    /// The register, if the trust list names one.
    pub(crate) log: Option<&'q TrustedLog>,
    /// The caller asks for proof.
    pub(crate) required: bool,
    /// Every signature of the credential.
    pub(crate) signatures: Vec<Registrable>,
}

/// A signature as the register would hold it.
pub(crate) struct Registrable {
    /// `None` for a kind of signature that is never registered.
    pub(crate) commitment: Option<Hash>,
    /// The tree before its key was compromised, if it was.
    pub(crate) pin: Option<TreeHead>,
}

/// What was found.
pub(crate) enum Inclusion {
    /// Nobody asked, and no proof is at hand that would do; the problem is what it lacks.
    Absent(Option<Problem>),
    /// The register holds the credential, and held it before any of its keys was compromised.
    Proven(Option<Problem>),
}

/// The kinds of entries by which signatures are registered.
const KINDS: [&str; 3] = ["certificate-issued", "edition-added", "transcript-issued"];

/// The name of the document that proves the registration of the credential `id`.
fn proof_name(id: &str) -> String {
    format!("{id}.tlog-proof")
}

/// The name of the document that proves the registration of one signature of the credential `id`, whatever was signed anew since.
fn signature_proof_name(id: &str, commitment: &Hash) -> String {
    proof_name(&format!("{id}.{}", URL_SAFE_NO_PAD.encode(commitment)))
}

/// The names under which proofs are found whose leaf has this commitment, if nobody knows to which credential they belong:
/// `urn:tanu:commitment:` and the base64url of the commitment; further ones of the same entry, to other checkpoints, end with `/2`, `/3` …
pub fn commitment_urns(commitment: &Hash) -> impl Iterator<Item = String> + use<> {
    let name = format!("urn:tanu:commitment:{}", URL_SAFE_NO_PAD.encode(commitment));
    (1..=limits::PROOFS_OF_ENTRY_MAX).map(move |nth| match nth {
        1 => name.clone(),
        _ => format!("{name}/{nth}"),
    })
}

/// The name of the document that is the last checkpoint known of a log.
pub(crate) fn checkpoint_urn(origin: &str) -> String {
    format!("urn:tanu:checkpoint:{origin}")
}

impl Question<'_> {
    /// Whether the register holds the credential.
    pub(crate) fn check(&self) -> Result<Inclusion, Finding> {
        if self.log.is_none() && !self.is_pinned() {
            return if self.required { Err(no_log()) } else { Ok(Inclusion::Absent(None)) };
        }
        // One proof that holds is enough, whatever else lies there; else what contradicts weighs more than what says too little.
        let mut answer = None;
        for document in self.proofs() {
            let found = self.check_proof(document);
            let contradicts = matches!(found, Err(Finding::Fail(_) | Finding::Refused(_)));
            match found {
                Ok(Inclusion::Proven(_)) => return found,
                _ if answer.is_none() || contradicts => answer = Some(found),
                _ => {}
            }
        }
        match answer {
            Some(answer) => answer,
            None if self.is_needed() => Err(self.missing()),
            None => Ok(Inclusion::Absent(None)),
        }
    }

    fn check_proof(&self, document: &Document) -> Result<Inclusion, Finding> {
        let (proof, leaf) = read(document)?;
        check_entry(&proof, &leaf)?;
        if !self.is_held_by(&leaf) {
            return self.of_other_signatures(document);
        }
        // The bytes of the leaf are those that were just read: its form has one spelling.
        proof.check(leaf.text().as_bytes()).map_err(|error| {
            let detail = format!("The inclusion proof does not hold: {error}.");
            Finding::fail(Code::InclusionProof, detail)
        })?;
        let cosigned = self.log.map_or(Ok(0), |log| check_signatures(log, &proof))?;
        self.check_known(&proof)?;
        if self.is_pinned() {
            self.check_pins(&proof, &leaf)?;
        } else if let Some(problem) = self.too_few(cosigned) {
            return match self.required {
                true => Err(self.lacking(problem)),
                false => Ok(Inclusion::Absent(Some(problem))),
            };
        }
        Ok(Inclusion::Proven(self.unwitnessed()))
    }

    /// Whether fewer witnesses have cosigned than the trust list asks for.
    fn too_few(&self, cosigned: usize) -> Option<Problem> {
        let quorum = self.log.map_or(0, |log| log.quorum);
        let detail = format!(
            "{cosigned} witnesses have cosigned the checkpoint of the inclusion proof, where {quorum} must."
        );
        (cosigned < quorum).then(|| Problem::new(Code::WitnessQuorum, detail))
    }

    fn is_needed(&self) -> bool {
        self.required || self.is_pinned()
    }

    /// Whether a key of the credential was compromised.
    fn is_pinned(&self) -> bool {
        self.signatures.iter().any(|signature| signature.pin.is_some())
    }

    /// Every proof at hand: by the credential's name, and by what it proves.
    fn proofs(&self) -> impl Iterator<Item = &Document> {
        let at_hand = |name: String| self.documents.find(&name)?.as_ref().ok();
        let own = self.id.and_then(|id| at_hand(proof_name(id)));
        let commitments = self.signatures.iter().filter_map(|one| one.commitment.as_ref());
        let of_signatures =
            commitments.clone().filter_map(move |one| at_hand(signature_proof_name(self.id?, one)));
        own.into_iter()
            .chain(of_signatures)
            .chain(commitments.flat_map(move |one| commitment_urns(one).map_while(at_hand)))
            .chain(self.sent.iter().filter(|proof| self.is_about_this(proof)))
    }

    /// Whether a proof holds a leaf with a commitment of this credential, as those have that are found by their commitment.
    fn is_about_this(&self, proof: &Document) -> bool {
        let leaf = TlogProof::find_extra(proof.bytes());
        let Some(Ok(leaf)) = leaf.map(|leaf| LeafView::parse(&leaf)) else { return false };
        self.is_held_by(&leaf)
    }

    /// Whether a leaf holds a commitment of this credential.
    fn is_held_by(&self, leaf: &LeafView) -> bool {
        let mut own = self.signatures.iter().filter_map(|one| one.commitment.as_ref());
        own.any(|own| leaf.commitments.contains(own))
    }

    /// The proof holds none of our signatures (cosign CVE-2026-22703: a proof of another entry was taken). Where it was fetched, the address
    /// may give out the proof of signatures made since: then that of our own is asked for, by its commitment.
    fn of_other_signatures(&self, document: &Document) -> Result<Inclusion, Finding> {
        if document.retrieved_at().is_none() {
            let detail = "The inclusion proof is for an entry about another credential.";
            return Err(Finding::fail(Code::InclusionMismatch, detail));
        }
        if !self.is_needed() {
            return Ok(Inclusion::Absent(None));
        }
        let detail =
            "The inclusion proof that was fetched is of other signatures than the credential has.";
        let commitments = self.signatures.iter().filter_map(|one| one.commitment.as_ref());
        let names =
            self.id.map(|id| commitments.map(|one| signature_proof_name(id, one)).collect());
        let problem = Problem::new(Code::InclusionMissing, detail);
        Err(Finding::Missing(problem, names.unwrap_or_default()))
    }

    /// The proof is not at hand.
    fn missing(&self) -> Finding {
        let unnamed = || {
            let detail = "The credential has no id, so its inclusion proof cannot be named.";
            Finding::unknown(Code::InclusionMissing, detail)
        };
        let Some(id) = self.id else { return unnamed() };
        match self.documents.require(&proof_name(id), Code::InclusionMissing) {
            Err(finding) => finding,
            Ok(_) => unnamed(),
        }
    }

    /// The proof at hand is not enough; another one could be.
    fn lacking(&self, problem: Problem) -> Finding {
        Finding::Missing(problem, self.id.map(proof_name).into_iter().collect())
    }

    /// A log has one tree of each size: a proof to another one than the caller holds a checkpoint of is a proof of two histories.
    fn check_known(&self, proof: &TlogProof) -> Result<(), Finding> {
        let (proven, Some(log)) = (&proof.checkpoint, self.log) else { return Ok(()) };
        let at_hand = self.documents.find(&checkpoint_urn(&proven.origin));
        let Some(Ok(document)) = at_hand else { return Ok(()) };
        let known = log.checkpoint(document.bytes()).map_err(|error| {
            let detail = format!("The checkpoint at hand is not accepted: {error}.");
            Finding::unknown(Code::CheckpointSignature, detail)
        })?;
        if known.origin == proven.origin
            && known.head.size == proven.head.size
            && known.head.root != proven.head.root
        {
            let detail =
                "The checkpoint of the inclusion proof contradicts the one that is at hand.";
            return Err(Finding::fail(Code::CheckpointContradicted, detail));
        }
        Ok(())
    }

    /// A compromised key is believed for what the pinned tree holds: only its root binds, since whoever has the key of the log could
    /// sign other checkpoints.
    fn check_pins(&self, proof: &TlogProof, leaf: &LeafView) -> Result<(), Finding> {
        let head = proof.checkpoint.head;
        for signature in &self.signatures {
            let Some(pin) = signature.pin else { continue };
            if proof.index >= pin.size {
                let detail = format!(
                    "The credential is entry {} of the register; its key was compromised when the register had {} entries.",
                    proof.index, pin.size
                );
                return Err(Finding::fail(Code::RegisteredLate, detail));
            }
            if head.size == pin.size && head.root != pin.root {
                let detail = "The checkpoint of the inclusion proof contradicts the one that the trust list pins.";
                return Err(Finding::fail(Code::CheckpointContradicted, detail));
            }
            let held = signature.commitment.is_some_and(|own| leaf.commitments.contains(&own));
            if head != pin || !held {
                let detail = format!(
                    "The key was compromised; the inclusion proof does not show that the register held this signature at its size {}.",
                    pin.size
                );
                return Err(self.lacking(Problem::new(Code::InclusionMissing, detail)));
            }
        }
        Ok(())
    }

    fn unwitnessed(&self) -> Option<Problem> {
        let detail = "No witness confirms when the register held the credential: that time is the issuer's own word.";
        let witnessed = self.log.is_some_and(TrustedLog::is_witnessed);
        (!witnessed).then(|| Problem::new(Code::TimeNotWitnessed, detail))
    }
}

fn no_log() -> Finding {
    let detail =
        "Proof of registration is asked for, but the trust list names no register of the issuer.";
    Finding::unknown(Code::LogNotListed, detail)
}

/// Whether the entry is the one that the proof is for, and registers signatures.
fn check_entry(proof: &TlogProof, leaf: &LeafView) -> Result<(), Finding> {
    let other = |detail: &str| Err(Finding::fail(Code::InclusionMismatch, detail));
    if leaf.index != proof.index {
        return other("The inclusion proof is for another entry than its leaf says.");
    }
    if !KINDS.contains(&leaf.kind.as_str()) {
        return other("The inclusion proof is for an entry that registers no credential.");
    }
    Ok(())
}

/// A proof that was handed over and cannot be read is refused; of one that was fetched the server alone is at fault.
fn read(document: &Document) -> Result<(TlogProof, LeafView), Finding> {
    let read = TlogProof::parse(document.bytes()).and_then(|proof| {
        LeafView::parse(proof.extra.as_deref().unwrap_or_default()).map(|leaf| (proof, leaf))
    });
    read.map_err(|error| {
        let detail = format!("The inclusion proof cannot be read: {error}.");
        match document.retrieved_at() {
            None => Finding::refused(Code::InclusionMalformed, detail),
            Some(_) => Finding::unknown(Code::InclusionMalformed, detail),
        }
    })
}

/// How many witnesses have cosigned the checkpoint, which must be the log's own.
fn check_signatures(log: &TrustedLog, proof: &TlogProof) -> Result<usize, Finding> {
    let fail = |detail: String| Finding::fail(Code::CheckpointSignature, detail);
    let Some(keys) = log.keys_of(&proof.checkpoint.origin) else {
        let detail = format!(
            "The checkpoint of the inclusion proof is of the log {}, not of {}.",
            proof.checkpoint.origin, log.origin
        );
        return Err(fail(detail));
    };
    let signed = proof.note.verify(&keys).map_err(|error| {
        fail(format!("The checkpoint of the inclusion proof is not accepted: {error}."))
    })?;
    if !signed.iter().any(|by| keys.first() == Some(by.key)) {
        return Err(fail(
            "The log itself has not signed the checkpoint of the inclusion proof.".to_owned(),
        ));
    }
    Ok(signed.len() - 1)
}
