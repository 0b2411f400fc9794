//! Who signs: profile, public address and keys together, and the documents that tell others of them.

use serde_json::{Value, json};
use verifier::log::{Checkpoint, Note, NoteAlgorithm, SignatureLine, VerifierKey};
use verifier::{Cryptosuite, ProofOptions, TrustList, UnsignedStatement, secure, signing_input};

use super::IssueError;
use crate::keys::{Keyring, Prepared, Signer, SignerError, multibase, sign};
use crate::profile::{IssuerProfile, PublicUrl};
use crate::register::{KeyPurpose, RegisteredKey, SignCheckpoint};
use crate::store::KnownKey;

/// The signing issuer.
#[derive(Debug)]
pub struct Identity {
    /// Its profile.
    pub profile: IssuerProfile,
    /// Where its credentials live.
    pub public_url: PublicUrl,
    /// Its keys.
    pub keyring: Keyring,
    /// Who watches its log.
    pub witnesses: Witnesses,
    /// Epoch of the register: each has a log of its own.
    pub epoch: u32,
    /// The logs of the epochs before.
    pub earlier_logs: Vec<VerifierKey>,
}

/// Those who cosign checkpoints of the log, and how many of them make its time more than the university's word.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Witnesses {
    /// Their keys.
    pub keys: Vec<VerifierKey>,
    /// How many must have cosigned.
    pub quorum: usize,
}

/// A document, signed.
pub(super) struct Signed {
    pub(super) document: Value,
    pub(super) prepared: Prepared,
    pub(super) signature: [u8; 64],
}

impl Identity {
    /// The key in use for `purpose`, as the register and others know it.
    #[must_use]
    pub fn key_in_use(&self, purpose: KeyPurpose) -> RegisteredKey {
        let signer = self.keyring.signer();
        RegisteredKey {
            id: self.key_id(&*signer, purpose),
            multibase: multibase(&*signer, purpose),
            purpose,
        }
    }

    /// The DID URL of the signer's key for `purpose`.
    fn key_id(&self, signer: &dyn Signer, purpose: KeyPurpose) -> String {
        let name = match purpose {
            KeyPurpose::Credentials => "key",
            KeyPurpose::StatusLists => "status",
            KeyPurpose::Log => "log",
            KeyPurpose::QrStatements => "qr",
        };
        format!("{}#{name}-{}", self.profile.id, signer.public_key(purpose).number)
    }

    /// The key of the log. Its name is the origin of the log: the address without scheme, `/log`, and the epoch from the second on.
    ///
    /// # Errors
    /// If the address makes no name for a log.
    pub fn log_key(&self) -> Result<VerifierKey, verifier::log::LogError> {
        let url = self.public_url.as_str();
        let host = url.split_once("://").map_or(url, |(_, host)| host);
        let key = self.keyring.signer().public_key(KeyPurpose::Log).bytes;
        VerifierKey::new(&log_origin(host, self.epoch), NoteAlgorithm::Ed25519, &key)
    }

    /// The DID document (Controlled Identifiers 1.0; did:web), in the form that every known verifier reads: absolute ids,
    /// relationships as lists of ids. It lists every key whose signatures are good: also those that are retired, none that is compromised.
    #[must_use]
    pub fn did_document(&self, keys: &[KnownKey]) -> Value {
        let good =
            |known: &&KnownKey| known.compromised.is_none() && known.key.purpose != KeyPurpose::Log;
        let methods: Vec<Value> = keys
            .iter()
            .filter(good)
            .map(|known| {
                json!({
                    "id": known.key.id,
                    "type": "Multikey",
                    "controller": self.profile.id,
                    "publicKeyMultibase": known.key.multibase,
                })
            })
            .collect();
        let ids: Vec<&str> = keys.iter().filter(good).map(|known| known.key.id.as_str()).collect();
        json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": self.profile.id,
            "verificationMethod": methods,
            "assertionMethod": ids,
        })
    }

    /// The trust list of somebody who trusts this issuer with exactly these keys and its log (`docs/formats.md`, "Trust list").
    #[must_use]
    pub fn trust_file(&self, keys: &[KnownKey]) -> Value {
        let pinned = keys.iter().filter(|known| known.key.purpose != KeyPurpose::Log).map(pinned);
        let mut issuer = json!({
            "id": self.profile.id,
            "name": self.profile.name.kk,
            "keys": pinned.collect::<Vec<_>>(),
        });
        if let Ok(key) = self.log_key() {
            issuer["log"] = json!({ "origin": key.name(), "vkey": key.to_string() });
        }
        if !self.earlier_logs.is_empty() {
            let named =
                |key: &VerifierKey| json!({ "origin": key.name(), "vkey": key.to_string() });
            issuer["earlier_logs"] = self.earlier_logs.iter().map(named).collect();
        }
        if !self.witnesses.keys.is_empty() {
            let keys: Vec<String> =
                self.witnesses.keys.iter().map(VerifierKey::to_string).collect();
            issuer["witnesses"] = json!(keys);
            if self.witnesses.quorum > 0 {
                issuer["quorum"] = json!(self.witnesses.quorum);
            }
        }
        json!({ "version": 1, "issuers": [issuer] })
    }

    /// The same, read: with it the issuer judges its own work before it lets it go.
    pub(super) fn trust(&self, keys: &[KnownKey]) -> TrustList {
        // A list that could not be read would trust nobody, and nothing would be released.
        TrustList::parse(self.trust_file(keys).to_string().as_bytes()).unwrap_or_default()
    }

    /// Signs `unsecured` as of `created`, an `xsd:dateTimeStamp`, by the statements that it makes.
    ///
    /// # Errors
    /// [`IssueError::Refused`] with the problem that a verifier would have with the document; [`IssueError::Signer`].
    pub(super) fn sign(
        &self,
        purpose: KeyPurpose,
        unsecured: &Value,
        created: &str,
    ) -> Result<Signed, IssueError> {
        self.sign_by(Cryptosuite::EddsaRdfc2022, (purpose, unsecured), created)
    }

    /// Adds a proof of this suite to `document`; one that it has already stays, and stands beside it.
    ///
    /// # Errors
    /// As [`Identity::sign`].
    pub(super) fn sign_by(
        &self,
        cryptosuite: Cryptosuite,
        (purpose, unsecured): (KeyPurpose, &Value),
        created: &str,
    ) -> Result<Signed, IssueError> {
        let signer = self.keyring.signer();
        let options = ProofOptions {
            cryptosuite,
            verification_method: self.key_id(&*signer, purpose),
            created: created.to_owned(),
        };
        let input = signing_input(unsecured, &options).map_err(IssueError::Refused)?;
        let prepared = Prepared::document(purpose, &input);
        let signature = sign(&*signer, &prepared)?;
        Ok(Signed { document: secure(unsecured, &options, &signature), prepared, signature })
    }
}

impl Identity {
    /// Signs the statement of a certificate's QR code, which `prepare` makes ready for the key of the name that it gets. Returns the fragment with
    /// its `#` and the commitment to its signature; `None` where there is nothing to sign.
    ///
    /// # Errors
    /// Those of `prepare`; [`IssueError::Signer`].
    pub(super) fn sign_statement(
        &self,
        prepare: impl FnOnce(&str) -> Result<Option<UnsignedStatement>, IssueError>,
    ) -> Result<Option<(String, [u8; 32])>, IssueError> {
        let signer = self.keyring.signer();
        let id = self.key_id(&*signer, KeyPurpose::QrStatements);
        let name = id.rsplit('#').next().unwrap_or_default();
        let Some(unsigned) = prepare(name)? else { return Ok(None) };
        let signature = sign(&*signer, &Prepared::statement(&unsigned))?;
        Ok(Some((unsigned.fragment(&signature), unsigned.commitment(&signature))))
    }
}

/// The origin of the log of an epoch: a register that was restored must not go on in the log whose tail it lost.
pub(crate) fn log_origin(host: &str, epoch: u32) -> String {
    if epoch > 1 { format!("{host}/log-{epoch}") } else { format!("{host}/log") }
}

impl SignCheckpoint for Identity {
    fn sign_checkpoint(&self, checkpoint: &Checkpoint) -> Result<Note, SignerError> {
        let signature = sign(&*self.keyring.signer(), &Prepared::checkpoint(checkpoint))?;
        // Origin and key are those of our own log, whose texts are read before they are released.
        self.log_key()
            .and_then(|key| {
                let line = SignatureLine::of_signature(&key, &signature);
                Note::new(&checkpoint.to_string(), vec![line])
            })
            .map_err(|_| SignerError::Wrong)
    }
}

/// A key of the trust list: until when it was used, or up to where the log is believed.
fn pinned(known: &KnownKey) -> Value {
    let mut key = json!({ "id": known.key.id, "multibase": known.key.multibase });
    // The names of purposes are those of uses; keys of logs are told apart before.
    key["use"] = json!(known.key.purpose);
    if let Some(compromise) = &known.compromised {
        key["compromised"] = json!(compromise.pin);
    } else if let Some(retirement) = &known.retired {
        key["until"] = json!(retirement.until().to_string());
    }
    key
}
