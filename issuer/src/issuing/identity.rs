//! Who signs: profile, public address and keys together, and the documents that tell others of them.

use serde_json::{Value, json};
use verifier::{Cryptosuite, Problem, ProofOptions, TrustList, secure, signing_input};

use crate::keys::{Keyring, Prepared};
use crate::profile::{IssuerProfile, PublicUrl};
use crate::register::KeyPurpose;

/// The signing issuer.
#[derive(Debug)]
pub struct Identity {
    /// Its profile.
    pub profile: IssuerProfile,
    /// Where its credentials live.
    pub public_url: PublicUrl,
    /// Its keys.
    pub keyring: Keyring,
}

/// A document, signed.
pub(super) struct Signed {
    pub(super) document: Value,
    pub(super) prepared: Prepared,
    pub(super) signature: [u8; 64],
}

impl Identity {
    /// The DID URL of the key for `purpose`.
    #[must_use]
    pub fn key_id(&self, purpose: KeyPurpose) -> String {
        let fragment = match purpose {
            KeyPurpose::Credentials => "key-1",
            KeyPurpose::StatusLists => "status-1",
        };
        format!("{}#{fragment}", self.profile.id)
    }

    /// The DID document (Controlled Identifiers 1.0; did:web), in the form that every known verifier reads: absolute ids,
    /// relationships as lists of ids.
    #[must_use]
    pub fn did_document(&self) -> Value {
        let keys = [KeyPurpose::Credentials, KeyPurpose::StatusLists];
        let methods: Vec<Value> = keys
            .into_iter()
            .map(|purpose| {
                json!({
                    "id": self.key_id(purpose),
                    "type": "Multikey",
                    "controller": self.profile.id,
                    "publicKeyMultibase": self.keyring.public_key(purpose),
                })
            })
            .collect();
        json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": self.profile.id,
            "verificationMethod": methods,
            "assertionMethod": keys.map(|purpose| self.key_id(purpose)),
        })
    }

    /// The trust list of somebody who trusts this issuer with exactly these keys (`docs/formats.md`, "Trust list").
    #[must_use]
    pub fn trust_file(&self) -> Value {
        let key = |purpose| json!({ "id": self.key_id(purpose), "multibase": self.keyring.public_key(purpose) });
        json!({
            "version": 1,
            "issuers": [{
                "id": self.profile.id,
                "name": self.profile.name.kk,
                "keys": [key(KeyPurpose::Credentials), key(KeyPurpose::StatusLists)],
            }],
        })
    }

    /// The same, read: with it the issuer judges its own work before it lets it go.
    pub(super) fn trust(&self) -> TrustList {
        // A list that could not be read would trust nobody, and nothing would be released.
        TrustList::parse(self.trust_file().to_string().as_bytes()).unwrap_or_default()
    }

    /// Signs `unsecured` as of `created`, an `xsd:dateTimeStamp`.
    ///
    /// # Errors
    /// The problem that a verifier would have with the document.
    pub(super) fn sign(
        &self,
        purpose: KeyPurpose,
        unsecured: &Value,
        created: &str,
    ) -> Result<Signed, Problem> {
        let options = ProofOptions {
            cryptosuite: Cryptosuite::EddsaRdfc2022,
            verification_method: self.key_id(purpose),
            created: created.to_owned(),
        };
        let prepared = Prepared::new(purpose, signing_input(unsecured, &options)?);
        let signature = self.keyring.sign(&prepared);
        Ok(Signed { document: secure(unsecured, &options, &signature), prepared, signature })
    }
}
