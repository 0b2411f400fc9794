//! How a document is secured: as a token or by proofs, by which keys, and whether the signatures hold.
//! It does not know what the document is for, nor whether anybody trusts the keys.

use std::borrow::Cow;

use crate::data_integrity::{Proof, Purpose, SigningInput, Unsecured, check_chain, read_proofs};
use crate::documents::Documents;
use crate::identifier::{find_method_of_key, retrieve_listed_key, unlisted};
use crate::jose::{Claims, CompactJws, NamedKey, is_json_serialization, is_token, read_claims};
use crate::json::{self, Object};
use crate::key::PublicKey;
use crate::linked_data::{Work, pinned_contexts};
use crate::log::{Hash, commitment};
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::shape::DataModel;
use crate::time::Timestamp;
use crate::trust::{TrustList, Use};

/// An input as it came, taken out of its envelope if it has one.
pub(crate) enum Opened<'i> {
    Json(&'i [u8]),
    Token(Box<CompactJws<'i>>),
}

impl<'i> Opened<'i> {
    /// Tells a token from JSON by its first character.
    pub(crate) fn of(input: &'i [u8]) -> Result<Self, Finding> {
        let text = input.trim_ascii();
        if is_token(text) { Self::token(text) } else { Ok(Self::Json(input)) }
    }

    /// What must be a token.
    pub(crate) fn token(text: &'i [u8]) -> Result<Self, Finding> {
        CompactJws::parse(text).map(|jws| Self::Token(Box::new(jws)))
    }

    /// The JSON in it, read strictly.
    pub(crate) fn read(&self) -> Result<Object<'_>, Finding> {
        let text = match self {
            Self::Json(text) => *text,
            Self::Token(token) => &token.payload,
        };
        let document = json::parse(text).map_err(Finding::Refused)?;
        if is_json_serialization(&document) {
            let detail = "Of the serializations of a token only the compact one is read.";
            return Err(Finding::refused(Code::Parsing, detail));
        }
        Ok(document)
    }
}

/// A document, and how it is secured; nothing is verified yet.
pub(crate) struct Secured<'i> {
    pub(crate) document: Object<'i>,
    token: Option<Token<'i>>,
}

/// The envelope that a document came in.
struct Token<'i> {
    jws: &'i CompactJws<'i>,
    name: &'static str,
    issued_at: Option<Timestamp>,
    expires: Option<Timestamp>,
    warnings: Vec<Problem>,
}

/// Where the keys of an issuer come from.
pub(crate) struct KeySources<'s> {
    pub(crate) documents: &'s Documents,
    /// Also knows keys that were compromised, which the issuer's own document must not list any more.
    pub(crate) trust: Option<&'s TrustList>,
    pub(crate) now: Timestamp,
}

impl KeySources<'_> {
    /// The key of this name, which must be the issuer's. One that the trust list calls compromised proves who made a signature, never
    /// when: whether it is believed is decided by the register.
    fn key(&self, method_url: &str, issuer: &str) -> Result<PublicKey, Finding> {
        self.key_for(Use::Credentials, method_url, issuer)
    }

    /// The same for what is signed in another use.
    pub(crate) fn key_for(
        &self,
        by_use: Use,
        method_url: &str,
        issuer: &str,
    ) -> Result<PublicKey, Finding> {
        let listed = retrieve_listed_key(method_url, issuer, self.documents, self.now)?;
        let compromised = || self.trust?.compromised_key(issuer, method_url, by_use).cloned();
        listed.or_else(compromised).ok_or_else(|| unlisted(method_url))
    }
}

impl<'i> Secured<'i> {
    /// The document that `opened` holds, where `read` is what was read in it. The claims of a token must agree with its credential.
    pub(crate) fn of(opened: &'i Opened<'i>, read: Object<'i>) -> Result<Self, Finding> {
        let Opened::Token(jws) = opened else { return Ok(Self::by_proofs(read)) };
        let Claims { profile, credential, issued_at, expires, warnings } =
            read_claims(&read, &jws.header)?;
        let token = Token { jws, name: profile.name(), issued_at, expires, warnings };
        Ok(Self { document: credential, token: Some(token) })
    }

    /// A document that only the proofs in it can secure.
    pub(crate) const fn by_proofs(document: Object<'i>) -> Self {
        Self { document, token: None }
    }

    /// Whether a signature, if it holds, covers the JSON to the letter.
    pub(crate) fn is_fixed_to_the_letter(&self) -> bool {
        self.token.is_some()
            || read_proofs(&self.document, Purpose::Assertion)
                .is_ok_and(|proofs| proofs.iter().any(|proof| proof.suite.fixes_the_text()))
    }

    /// What is odd about the envelope.
    pub(crate) fn warnings(&self) -> &[Problem] {
        self.token.as_ref().map_or(&[], |token| &token.warnings)
    }

    /// The document without its proofs, transformed for them.
    pub(crate) fn unsecured<'s>(&'s self, work: &'s Work) -> Result<Unsecured<'s>, Finding> {
        match self.token {
            Some(_) => Unsecured::of_token(pinned_contexts(), &self.document, work),
            None => Unsecured::new(pinned_contexts(), &self.document, work),
        }
    }

    /// Every signature with its key; all keys must be those of `issuer`. A token may carry proofs besides.
    pub(crate) fn signatures(
        &self,
        issuer: &str,
        sources: &KeySources<'_>,
    ) -> Result<Signatures<'_>, Finding> {
        let token = match &self.token {
            Some(token) => Some(token.signature(issuer, sources)?),
            None => None,
        };
        if token.is_some() && self.document.find("proof").is_none() {
            return Ok(Signatures { token, proofs: Vec::new(), keys: Vec::new() });
        }
        let proofs = read_proofs(&self.document, Purpose::Assertion)?;
        check_chain(&proofs)?;
        proofs.iter().try_for_each(|proof| check_suite(proof, &self.document))?;
        let keys = proofs.iter().map(|proof| {
            sources
                .key(proof.verification_method, issuer)
                .map_err(|finding| finding.at(&format!("{}/verificationMethod", proof.pointer)))
        });
        let keys = keys.collect::<Result<_, _>>()?;
        Ok(Signatures { token, proofs, keys })
    }
}

impl<'i> Token<'i> {
    /// The token's key, which must be the issuer's whatever the header says of it.
    fn signature(
        &self,
        issuer: &str,
        sources: &KeySources<'_>,
    ) -> Result<TokenSignature<'_>, Finding> {
        let method = match &self.jws.header.key {
            NamedKey::Url(kid) => method_url(kid, issuer),
            NamedKey::Embedded(key) => {
                Cow::Owned(find_method_of_key(key, issuer, sources.documents, sources.now)?)
            }
            NamedKey::None => {
                let detail = "The token names no key.";
                return Err(Finding::fail(Code::TokenMalformed, detail));
            }
        };
        let key = sources.key(&method, issuer)?;
        Ok(TokenSignature { token: self, method, key })
    }
}

/// The absolute name of a key. A name without a scheme is relative to the issuer (VC-JOSE-COSE, "kid"); that of a did:key may
/// lack the fragment, which repeats the key.
fn method_url<'k>(kid: &'k str, issuer: &str) -> Cow<'k, str> {
    match kid.strip_prefix("did:key:") {
        Some(encoded) if !kid.contains('#') => Cow::Owned(format!("{kid}#{encoded}")),
        Some(_) => Cow::Borrowed(kid),
        None if kid.contains(':') => Cow::Borrowed(kid),
        None => Cow::Owned(format!("{issuer}#{}", kid.trim_start_matches('#'))),
    }
}

/// The older suite belongs to the older data model. And a document shows no contexts that its signer did not see.
fn check_suite(proof: &Proof<'_>, document: &Object<'_>) -> Result<(), Finding> {
    if proof.is_legacy() && DataModel::of(document) == DataModel::V2 {
        let detail = "This cryptosuite belongs to VC Data Model 1.1 alone.";
        return Err(Finding::fail(Code::UnsupportedSuite, detail).at(&proof.pointer));
    }
    if !proof.shares_context(document) {
        let detail = "The proof was made under other contexts than the document has.";
        return Err(Finding::fail(Code::ContextNotAllowed, detail).at("/@context"));
    }
    Ok(())
}

/// Every signature of a document, each with its key.
pub(crate) struct Signatures<'v> {
    token: Option<TokenSignature<'v>>,
    proofs: Vec<Proof<'v>>,
    keys: Vec<PublicKey>,
}

struct TokenSignature<'v> {
    token: &'v Token<'v>,
    method: Cow<'v, str>,
    key: PublicKey,
}

/// What a signature says of itself, for whoever must decide whether to believe its key.
pub(crate) struct Signed<'s> {
    pub(crate) key_id: &'s str,
    pub(crate) key: &'s PublicKey,
    pub(crate) created: Option<Timestamp>,
}

impl<'v> Signatures<'v> {
    /// Verifies every signature: one that is broken says that somebody touched the document. Returns what each proof signs.
    pub(crate) fn verify(
        &self,
        unsecured: &Unsecured<'v>,
        now: Timestamp,
    ) -> Result<Vec<SigningInput>, Finding> {
        if let Some(signature) = &self.token {
            signature.token.jws.verify(&signature.key)?;
        }
        let each = self.proofs.iter().zip(&self.keys);
        each.map(|(proof, key)| unsecured.verify(proof, &self.proofs, key, now)).collect()
    }

    /// What each signature says of itself.
    pub(crate) fn each(&self) -> impl Iterator<Item = Signed<'_>> {
        let token = self.token.iter().map(|signature| Signed {
            key_id: &signature.method,
            key: &signature.key,
            created: signature.token.issued_at,
        });
        let proofs = self.proofs.iter().zip(&self.keys).map(|(proof, key)| Signed {
            key_id: proof.verification_method,
            key,
            created: proof.created,
        });
        token.chain(proofs)
    }

    /// What the register would hold of each signature, in the order of [`Signatures::each`], where `signed` is what verifying them gave;
    /// `None` for one that is not of 64 bytes, since no register of ours has such.
    pub(crate) fn commitments(&self, signed: &[SigningInput]) -> Vec<Option<Hash>> {
        let token = self.token.iter().map(|signature| {
            let (input, made) = signature.token.jws.signed();
            made.try_into().ok().map(|made| commitment(signature.token.name, input, made))
        });
        let proofs = self.proofs.iter().zip(signed).map(|(proof, input)| {
            Some(commitment(proof.suite.name(), input.as_bytes(), &proof.signature))
        });
        token.chain(proofs).collect()
    }

    /// When the envelope says that it ends, whatever the document in it says.
    pub(crate) fn expires(&self) -> Option<Timestamp> {
        self.token.as_ref().and_then(|signature| signature.token.expires)
    }

    /// When the first of the signatures ends to hold.
    pub(crate) fn hold_until(&self) -> Option<Timestamp> {
        let proofs = self.proofs.iter().filter_map(|proof| proof.expires);
        self.expires().into_iter().chain(proofs).min()
    }

    /// The names of the ways in which the document is secured, in the order of its signatures.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let token = self.token.iter().map(|signature| signature.token.name);
        token.chain(self.proofs.iter().map(|proof| proof.suite.name())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::Document;

    const ISSUER: &str = "did:web:a";
    const KEY: &str = "z6MkhVBZ22uzPdFVTseotrxp4eLZtsX7PKstSonWTEEokt5F";
    const OTHER: &str = "z6MkneMkZqwqRiU5mJzSG3kDwzt9P8C59N4NGTfBLfSGE7c7";

    /// What is found under `did:web:a#k` where the issuer's document lists `listed`, and the trust list a key with these members.
    fn key(listed: Option<&str>, pinned: &str) -> Result<PublicKey, Code> {
        let method = listed.map_or_else(String::new, |key| {
            format!(
                r##"{{"id":"did:web:a#k","type":"Multikey","controller":"did:web:a","publicKeyMultibase":"{key}"}}"##
            )
        });
        let document = format!(
            r##"{{"id":"did:web:a","verificationMethod":[{method}],"assertionMethod":["did:web:a#k"]}}"##
        );
        let trust = format!(
            r##"{{"version":1,"issuers":[{{"id":"did:web:a","keys":[{{"id":"did:web:a#k","multibase":"{KEY}"{pinned}}}]}}]}}"##
        );
        let trust = TrustList::parse(trust.as_bytes()).unwrap();
        let mut documents = Documents::new();
        documents.insert(ISSUER, Ok(Document::new(document.into_bytes(), None)));
        let now = Timestamp::from_unix_seconds(1_780_000_000);
        let sources = KeySources { documents: &documents, trust: Some(&trust), now };
        sources.key("did:web:a#k", ISSUER).map_err(|finding| finding.into_problem().code)
    }

    #[test]
    fn a_compromised_key_is_taken_from_the_trust_list_alone_where_the_issuer_lists_it_no_more() {
        const PIN: &str =
            r#","compromised":{"size":5,"root":"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="}"#;
        let [pinned, other] = [KEY, OTHER].map(|key| PublicKey::from_multikey(key).unwrap());
        assert_eq!(key(None, PIN), Ok(pinned.clone()));
        assert_eq!(key(None, &format!(r#","use":"credentials"{PIN}"#)), Ok(pinned));
        // What the document says of a name goes before; and a key that is merely old must be in the document.
        assert_eq!(key(Some(OTHER), PIN), Ok(other));
        assert_eq!(key(None, ""), Err(Code::VerificationMethod));
        assert_eq!(
            key(None, &format!(r#","use":"status-lists"{PIN}"#)),
            Err(Code::VerificationMethod)
        );
    }
}
