//! Every kind of problem a check can report, each with its name, its namespace and a few words.
//! It names problems; it must not find them.

use serde::Serialize;

use crate::limits;

/// Why a check did not pass: the members of an RFC 9457 problem.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Problem {
    /// What kind of problem, stable across releases.
    #[serde(rename = "type", serialize_with = "code_url")]
    pub code: Code,
    /// The same kind in a few words of English.
    pub title: &'static str,
    /// One sentence about this case.
    pub detail: String,
    /// RFC 6901 JSON Pointer to the member at fault, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

impl Problem {
    /// A problem of this kind; `detail` is one plain sentence.
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, title: code.title(), detail: shortened(detail.into()), pointer: None }
    }

    /// The same problem, located.
    #[must_use]
    pub fn at(mut self, pointer: impl ToString) -> Self {
        self.pointer = Some(shortened(pointer.to_string()));
        self
    }
}

/// At most [`limits::PROBLEM_BYTES_MAX`] bytes: what an input holds must not blow up what is said of it.
fn shortened(mut text: String) -> String {
    if text.len() > limits::PROBLEM_BYTES_MAX {
        text.truncate(text.floor_char_boundary(limits::PROBLEM_BYTES_MAX));
        text.push('…');
    }
    text
}

/// Every kind of problem a check can report. The wire form is
/// `https://www.w3.org/TR/vc-data-model#PARSING_ERROR`-like where a specification names the kind,
/// and `urn:tanu:problem:…` where none does.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// Not JSON, not UTF-8, or not one JSON object.
    Parsing,
    /// An object names a member twice.
    DuplicateMember,
    /// A picture, PDF or archive is damaged, or says something that its format forbids.
    CarrierMalformed,
    /// A form of file that is not read: encrypted, compressed, of another encoding or of an older version.
    CarrierNotRead,
    /// What was sent carries no credential.
    NoCredential,
    /// What was sent carries more than one credential, or one that programs find in different places.
    SeveralCredentials,
    /// What was sent says of itself that it is another certificate than the one in it.
    CarrierContradiction,
    /// The code is no certificate, but something else.
    ForeignCode,
    /// What was sent is no credential but a document by which credentials are checked.
    OtherDocument,
    /// A warning: the picture around the credential is not verified.
    PictureNotVerified,
    /// A warning: what the pages of the PDF show is not verified.
    PagesNotVerified,
    /// A warning: the PDF was added to after it was made.
    BytesAdded,
    /// A warning: a further attachment is not verified.
    AttachmentNotVerified,
    /// A number that JSON readers do not agree on.
    NumberRange,
    /// A limit of the verifier is exceeded.
    Limit,
    /// One of many inputs that were sent at once, and no time was left for it: this says nothing about it.
    NotInTime,
    /// RDFC-1.0 needed more work than any honest credential.
    Poison,
    /// A value has the wrong form.
    MalformedValue,
    /// Something required is missing.
    MissingValue,
    /// Two dates contradict each other.
    ContradictoryDates,
    /// A JSON-LD construct that lets the same signature cover different documents.
    ForbiddenConstruct,
    /// One identifier labels several node objects.
    RepeatedIdentifier,
    /// A set names a member twice.
    RepeatedValue,
    /// A null or an empty array: it vanishes from what is signed.
    EmptyValue,
    /// A context is not pinned or not allowed here.
    ContextNotAllowed,
    /// A term, type or relative reference that the signature would not cover.
    DataLoss,
    /// The credential carries no proof.
    NoProof,
    /// The proof itself is malformed or of the wrong purpose.
    ProofMalformed,
    /// The cryptosuite is not supported.
    UnsupportedSuite,
    /// The signature does not match.
    Signature,
    /// The proof's own `expires` has passed.
    ProofExpired,
    /// The parts or the header of a token do not conform.
    TokenMalformed,
    /// A token that was made for something other than a credential.
    TokenType,
    /// The algorithm of a token is not supported, or is not its key's.
    Algorithm,
    /// A token names two keys.
    TwoKeys,
    /// A claim of a token and the credential in it contradict each other.
    ClaimContradiction,
    /// `verificationMethod` is not an absolute DID URL of a supported kind.
    VerificationMethodUrl,
    /// The verification method belongs to someone other than the issuer.
    KeyNotOfIssuer,
    /// The issuer's document does not hold a conforming verification method of that name.
    VerificationMethod,
    /// The key is not listed for the assertion method.
    Relationship,
    /// The controlled identifier document is not conforming, or is another one.
    ControllerDocument,
    /// The key is weak, or its encoding is wrong.
    WeakKey,
    /// The key was revoked or had expired.
    KeyExpired,
    /// A document is not at hand.
    DocumentMissing,
    /// A document could not be fetched.
    NotFetched,
    /// A document lies at an address that is never asked.
    AddressNotAllowed,
    /// What was answered cannot be the document that was asked for.
    AnswerNotAcceptable,
    /// `validFrom` lies in the future.
    NotYetValid,
    /// `validUntil` has passed.
    Expired,
    /// The status list says revoked.
    Revoked,
    /// The status list says suspended.
    Suspended,
    /// The status entry is of a kind that the verifier does not know.
    UnsupportedStatus,
    /// The status list cannot be had.
    StatusRetrieval,
    /// The status list does not verify, or is not the one the entry names.
    StatusVerification,
    /// The status list is shorter than the specification allows.
    StatusListLength,
    /// The index lies outside the list.
    StatusRange,
    /// The status list is stale.
    StatusStale,
    /// An endorsement is about another thing than the one that carries it.
    EndorsesAnother,
    /// A credential of a transcript is about somebody else.
    OtherSubject,
    /// The text of a QR code holds no statement in its one form.
    StatementMalformed,
    /// The code leads to another address than the one that its signed statement is of.
    AddressNotOfIssuer,
    /// The trust list is absent or empty.
    NoTrustList,
    /// The trust list does not name the issuer.
    IssuerNotListed,
    /// The trust list names the issuer, but not this key or not for this time.
    KeyNotPinned,
    /// Nothing proves that the credential was registered, or not before its key was compromised.
    InclusionMissing,
    /// Proof of registration is asked for, but the trust list names no register of the issuer.
    LogNotListed,
    /// The inclusion proof cannot be read.
    InclusionMalformed,
    /// The inclusion proof is for another entry.
    InclusionMismatch,
    /// The hashes of the inclusion proof do not lead to the root of its checkpoint.
    InclusionProof,
    /// The checkpoint is not one of the issuer's register.
    CheckpointSignature,
    /// The checkpoint has another root than the one that is pinned for its size.
    CheckpointContradicted,
    /// The credential was registered after its key was compromised.
    RegisteredLate,
    /// Too few witnesses have cosigned the checkpoint.
    WitnessQuorum,
    /// No witness confirms when the credential was registered.
    TimeNotWitnessed,
}

fn code_url<S: serde::Serializer>(code: &Code, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{}{}", code.namespace(), code.name()))
}

const VC: &str = "https://www.w3.org/TR/vc-data-model#";
const SECURITY: &str = "https://w3id.org/security#";
const STATUS: &str = "https://www.w3.org/ns/credentials/status-list#";
const OWN: &str = "urn:tanu:problem:";

impl Code {
    /// The problem type without its namespace: `REVOKED`, `PROOF_VERIFICATION_ERROR` …
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().1
    }

    /// The namespace that defines the problem type.
    #[must_use]
    pub const fn namespace(self) -> &'static str {
        self.row().0
    }

    /// A few words of English.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.row().2
    }

    // One table, so that a kind cannot lack its name or its title.
    #[expect(clippy::too_many_lines, reason = "a table, one row per kind of problem")]
    const fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Parsing => (VC, "PARSING_ERROR", "Not readable"),
            Self::DuplicateMember => (OWN, "DUPLICATE_MEMBER", "A member is named twice"),
            Self::CarrierMalformed => (OWN, "CARRIER_MALFORMED", "File damaged"),
            Self::CarrierNotRead => (OWN, "CARRIER_NOT_READ", "Form of file not read"),
            Self::NoCredential => (OWN, "NO_CREDENTIAL", "No credential in it"),
            Self::SeveralCredentials => (OWN, "SEVERAL_CREDENTIALS", "More than one credential"),
            Self::CarrierContradiction => {
                (OWN, "CARRIER_CONTRADICTION", "File of another certificate")
            }
            Self::ForeignCode => (OWN, "FOREIGN_CODE", "Not the code of a certificate"),
            Self::OtherDocument => (OWN, "OTHER_DOCUMENT", "Not a certificate"),
            Self::PictureNotVerified => (OWN, "PICTURE_NOT_VERIFIED", "Picture not verified"),
            Self::PagesNotVerified => (OWN, "PAGES_NOT_VERIFIED", "Visible text not verified"),
            Self::BytesAdded => (OWN, "BYTES_ADDED", "Added to after it was made"),
            Self::AttachmentNotVerified => {
                (OWN, "ATTACHMENT_NOT_VERIFIED", "Further attachment not verified")
            }
            Self::NumberRange => (OWN, "NUMBER_RANGE", "Number outside the safe range"),
            Self::Limit => (OWN, "LIMIT", "Too large"),
            Self::NotInTime => (OWN, "NOT_IN_TIME", "Not checked in time"),
            Self::Poison => (OWN, "CANONICALIZATION_LIMIT", "Too costly to canonicalize"),
            Self::MalformedValue => (VC, "MALFORMED_VALUE_ERROR", "Malformed value"),
            Self::MissingValue => (OWN, "MISSING_VALUE", "Missing value"),
            Self::ContradictoryDates => (VC, "RANGE_ERROR", "Dates contradict each other"),
            Self::ForbiddenConstruct => (OWN, "FORBIDDEN_CONSTRUCT", "Construct not allowed"),
            Self::RepeatedIdentifier => (OWN, "REPEATED_IDENTIFIER", "Identifier used twice"),
            Self::RepeatedValue => (OWN, "REPEATED_VALUE", "Value listed twice"),
            Self::EmptyValue => (OWN, "EMPTY_VALUE", "Empty value"),
            Self::ContextNotAllowed => (OWN, "CONTEXT_NOT_ALLOWED", "Context not allowed"),
            Self::DataLoss => (SECURITY, "DATA_LOSS_DETECTION_ERROR", "Data outside the signature"),
            Self::NoProof => (OWN, "NO_PROOF", "No proof"),
            Self::ProofMalformed => (SECURITY, "PROOF_VERIFICATION_ERROR", "Malformed proof"),
            Self::UnsupportedSuite => (OWN, "UNSUPPORTED_CRYPTOSUITE", "Unsupported cryptosuite"),
            Self::Signature => (VC, "CRYPTOGRAPHIC_SECURITY_ERROR", "Signature does not match"),
            Self::ProofExpired => (OWN, "PROOF_EXPIRED", "Proof expired"),
            Self::TokenMalformed => (OWN, "TOKEN_MALFORMED", "Malformed token"),
            Self::TokenType => (OWN, "TOKEN_TYPE", "Token of another kind"),
            Self::Algorithm => (OWN, "UNSUPPORTED_ALGORITHM", "Algorithm not accepted"),
            Self::TwoKeys => (OWN, "TWO_KEYS", "Two keys named"),
            Self::ClaimContradiction => {
                (OWN, "CLAIM_CONTRADICTION", "Token contradicts the credential")
            }
            Self::VerificationMethodUrl => {
                (SECURITY, "INVALID_VERIFICATION_METHOD_URL", "Invalid verification method URL")
            }
            Self::KeyNotOfIssuer => (OWN, "KEY_NOT_OF_ISSUER", "Key is not the issuer's"),
            Self::VerificationMethod => {
                (SECURITY, "INVALID_VERIFICATION_METHOD", "Invalid verification method")
            }
            Self::Relationship => (
                SECURITY,
                "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD",
                "Key not meant for assertions",
            ),
            Self::ControllerDocument => (
                SECURITY,
                "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT",
                "Invalid controlled identifier document",
            ),
            Self::WeakKey => (OWN, "WEAK_KEY", "Unusable key"),
            Self::KeyExpired => (OWN, "KEY_EXPIRED", "Key no longer valid"),
            Self::DocumentMissing => (OWN, "DOCUMENT_MISSING", "Document not at hand"),
            Self::NotFetched => (OWN, "NOT_FETCHED", "Document not fetched"),
            Self::AddressNotAllowed => (OWN, "ADDRESS_NOT_ALLOWED", "Address not allowed"),
            Self::AnswerNotAcceptable => (OWN, "ANSWER_NOT_ACCEPTABLE", "Answer not acceptable"),
            Self::NotYetValid => (OWN, "NOT_YET_VALID", "Not yet valid"),
            Self::Expired => (OWN, "EXPIRED", "Expired"),
            Self::Revoked => (OWN, "REVOKED", "Revoked"),
            Self::Suspended => (OWN, "SUSPENDED", "Suspended"),
            Self::UnsupportedStatus => (OWN, "UNSUPPORTED_STATUS", "Unsupported status entry"),
            Self::StatusRetrieval => (STATUS, "STATUS_RETRIEVAL_ERROR", "Status list not at hand"),
            Self::StatusVerification => {
                (STATUS, "STATUS_VERIFICATION_ERROR", "Status list does not verify")
            }
            Self::StatusListLength => (STATUS, "STATUS_LIST_LENGTH_ERROR", "Status list too short"),
            Self::StatusRange => (VC, "RANGE_ERROR", "Index outside the status list"),
            Self::StatusStale => (OWN, "STATUS_STALE", "Status list stale"),
            Self::EndorsesAnother => (OWN, "ENDORSES_ANOTHER", "Endorses something else"),
            Self::OtherSubject => (OWN, "OTHER_SUBJECT", "About another subject"),
            Self::StatementMalformed => (OWN, "STATEMENT_MALFORMED", "Code not readable"),
            Self::AddressNotOfIssuer => {
                (OWN, "ADDRESS_NOT_OF_ISSUER", "The code leads to another address")
            }
            Self::NoTrustList => (OWN, "NO_TRUST_LIST", "No trust list"),
            Self::IssuerNotListed => (OWN, "ISSUER_NOT_LISTED", "Issuer not in the trust list"),
            Self::KeyNotPinned => (OWN, "KEY_NOT_PINNED", "Key not in the trust list"),
            Self::InclusionMissing => (OWN, "INCLUSION_MISSING", "Registration not proven"),
            Self::LogNotListed => (OWN, "LOG_NOT_LISTED", "Register not in the trust list"),
            Self::InclusionMalformed => {
                (OWN, "INCLUSION_MALFORMED", "Inclusion proof not readable")
            }
            Self::InclusionMismatch => (OWN, "INCLUSION_MISMATCH", "Proof of another entry"),
            Self::InclusionProof => (OWN, "INCLUSION_PROOF_ERROR", "Inclusion proof does not hold"),
            Self::CheckpointSignature => {
                (OWN, "CHECKPOINT_SIGNATURE", "Checkpoint not of the register")
            }
            Self::CheckpointContradicted => {
                (OWN, "CHECKPOINT_CONTRADICTED", "Checkpoint contradicts the pinned one")
            }
            Self::RegisteredLate => {
                (OWN, "REGISTERED_LATE", "Registered after the key was compromised")
            }
            Self::WitnessQuorum => (OWN, "WITNESS_QUORUM", "Too few witnesses"),
            Self::TimeNotWitnessed => (OWN, "TIME_NOT_WITNESSED", "Time not witnessed"),
        }
    }
}
