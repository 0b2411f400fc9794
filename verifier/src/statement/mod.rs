//! The compact signed statement in the fragment of a certificate's URL, which its QR code carries (`docs/qr.md`): made for signing, and
//! taken apart for verifying. It must not believe anything that is not signed, nor judge what is.

mod address;
mod base41;
mod cbor;
mod claims;
mod envelope;
mod view;

use sha2::{Digest, Sha256};

use crate::log::{Hash, commitment};
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::{jcs, json, limits};
use address::Address;
pub use address::is_statement;
use cbor::Value;
pub use claims::{StatedProgramme, Statement};
pub(crate) use envelope::Envelope;
use envelope::{Contents, TOO_LARGE};

/// What begins the fragment of a URL that carries a statement: the mark of the format and its version.
const MARK: &str = "#T1";

/// The name of the format in commitments and reports.
pub(crate) const FORMAT: &str = "qr-statement";

/// Separates the digest of editions from every other hash over commitments.
const EDITIONS_LABEL: &[u8] = b"tanu-editions-v1";

/// 32 bytes: the digest that ties a statement to the editions of its certificate, SHA-256("tanu-editions-v1" ‖ 0x00 ‖ the commitments to
/// their signatures in the order of the certificate).
#[must_use]
pub fn editions_digest(commitments: &[Hash]) -> Hash {
    let labelled = Sha256::new().chain_update(EDITIONS_LABEL).chain_update([0]);
    commitments.iter().fold(labelled, Sha256::chain_update).finalize().into()
}

/// Sixteen characters of base32 (RFC 4648) for the 80 bits of a handle, as addresses have them.
#[must_use]
pub fn handle_text(handle: &[u8; 10]) -> String {
    let bits = handle.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
    let character = |place: u32| {
        let digit = u8::try_from(bits >> (75 - 5 * place) & 0x1f).unwrap_or_default();
        char::from(if digit < 26 { b'A' + digit } else { b'2' + (digit - 26) })
    };
    (0..16).map(character).collect()
}

/// The 80 bits of a handle as addresses have it; `None` for any other text.
#[must_use]
pub fn handle_bytes(text: &str) -> Option<[u8; 10]> {
    let mut bits = 0_u128;
    for character in text.bytes() {
        let digit = match character {
            b'A'..=b'Z' => character - b'A',
            b'2'..=b'7' => character - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u128::from(digit);
    }
    let bytes = bits.to_be_bytes();
    bytes.last_chunk().copied().filter(|_| text.len() == 16)
}

/// 16 bytes by which a statement names the achievement of its programme: the beginning of the SHA-256 of its canonical form (RFC 8785).
///
/// # Errors
/// [`Problem`] if `achievement` is no strict JSON object.
pub fn achievement_digest(achievement: &[u8]) -> Result<[u8; 16], Problem> {
    let object = json::parse(achievement)?;
    let mut canonical = String::new();
    jcs::canonical(&object, &mut canonical);
    let digest: Hash = Sha256::digest(canonical).into();
    let mut first = [0; 16];
    first.iter_mut().zip(digest).for_each(|(byte, of)| *byte = of);
    Ok(first)
}

/// A statement to be signed.
pub struct UnsignedStatement {
    contents: Contents,
    signing_input: Vec<u8>,
}

impl Statement {
    /// The statement made ready for the key whose DID URL is the issuer's DID, `#` and `key_name`: lower-case letters, digits, hyphens.
    #[must_use]
    pub fn prepare(&self, key_name: &str) -> UnsignedStatement {
        let contents = Contents::of(self.encode(), key_name);
        let signing_input = contents.signing_input();
        UnsignedStatement { contents, signing_input }
    }
}

impl UnsignedStatement {
    /// What is signed with Ed25519 (RFC 9052, "Signing and Verification Process").
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        &self.signing_input
    }

    /// The fragment with its `#`: what follows the certificate's address in its QR code. `signature` is 64 bytes, RFC 8032.
    #[must_use]
    pub fn fragment(&self, signature: &[u8; 64]) -> String {
        format!("{MARK}{}", base41::encode(&self.contents.sealed(signature)))
    }

    /// What the register keeps of the signature.
    #[must_use]
    pub fn commitment(&self, signature: &[u8; 64]) -> Hash {
        commitment(FORMAT, &self.signing_input, signature)
    }
}

/// A statement taken out of its URL, of which nothing is verified.
#[derive(Clone, Debug)]
pub struct OpenedStatement {
    /// What it says.
    pub statement: Statement,
    /// The DID URL of the key that it names.
    pub key_id: String,
    /// What its signature covers.
    pub signing_input: Vec<u8>,
    /// 64 bytes, RFC 8032.
    pub signature: [u8; 64],
}

impl OpenedStatement {
    /// What the register keeps of the signature.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        commitment(FORMAT, &self.signing_input, &self.signature)
    }
}

/// Takes the statement out of the text of a QR code without verifying anything: for whoever holds the keys, or audits them.
///
/// # Errors
/// [`Problem`] if `text` is no URL with a statement that its address fits.
pub fn open_statement(text: &str) -> Result<OpenedStatement, Problem> {
    let carried = Carried::read(text.as_bytes()).map_err(Finding::into_problem)?;
    let statement = carried.statement().map_err(Finding::into_problem)?;
    let key_id = carried.key_id(&statement);
    let Envelope { signing_input, signature, .. } = carried.envelope;
    Ok(OpenedStatement { statement, key_id, signing_input, signature })
}

/// A statement as it came, taken out of its URL; nothing is verified yet.
pub(crate) struct Carried<'t> {
    address: Address<'t>,
    pub(crate) envelope: Envelope,
}

impl<'t> Carried<'t> {
    /// Reads a text for which [`is_statement`] holds.
    pub(crate) fn read(text: &'t [u8]) -> Result<Self, Finding> {
        if text.len() > limits::QR_TEXT_CHARS_MAX {
            let most = limits::QR_TEXT_CHARS_MAX;
            let detail = format!("The text of the code has more than {most} characters.");
            return Err(Finding::refused(Code::Limit, detail));
        }
        let refused = |fault: &str| {
            let code = if fault == TOO_LARGE { Code::Limit } else { Code::StatementMalformed };
            Finding::refused(code, format!("The statement in the code cannot be read: {fault}."))
        };
        let address = Address::read(text);
        let address = address.ok_or_else(|| refused("its URL is not one of a certificate"))?;
        let bytes = base41::decode(address.statement);
        let bytes = bytes.ok_or_else(|| refused("it is not written in base41"))?;
        let envelope = Envelope::open(&bytes).map_err(refused)?;
        Value::decode(&envelope.claims).map_err(refused)?;
        Ok(Self { address, envelope })
    }

    /// What the statement says, which must be what its address says too: a genuine statement behind the address of somebody else
    /// would lead whoever scans it there.
    pub(crate) fn statement(&self) -> Result<Statement, Finding> {
        let malformed = |detail: String| Finding::fail(Code::MalformedValue, detail);
        let claims = Value::decode(&self.envelope.claims);
        let claims =
            claims.map_err(|fault| malformed(format!("The claims cannot be read: {fault}.")))?;
        let statement = Statement::read(claims).map_err(malformed)?;
        if !self.address.is_of(&statement.issuer) {
            let detail = format!(
                "The code leads to {}, and its statement is of {}.",
                self.address.base(),
                statement.issuer
            );
            return Err(Finding::fail(Code::AddressNotOfIssuer, detail));
        }
        if !self.address.has_handle(&handle_text(&statement.handle)) {
            let detail = "The code leads to another certificate than its statement is about.";
            return Err(Finding::fail(Code::AddressNotOfIssuer, detail));
        }
        Ok(statement)
    }

    /// Where the certificate lives.
    pub(crate) fn url(&self) -> String {
        self.address.url()
    }

    /// The status list of this number.
    pub(crate) fn status_list(&self, number: u32) -> String {
        format!("{}/status/{number}", self.address.base())
    }

    /// The DID URL of the key that the statement names.
    pub(crate) fn key_id(&self, statement: &Statement) -> String {
        format!("{}#{}", statement.issuer, self.envelope.key_name)
    }

    /// What the register would hold of the signature.
    pub(crate) fn commitment(&self) -> Hash {
        commitment(FORMAT, &self.envelope.signing_input, &self.envelope.signature)
    }

    /// What is shown once it is verified.
    pub(crate) fn view(&self, statement: &Statement) -> serde_json::Value {
        view::view(statement, &self.url())
    }
}

#[cfg(test)]
mod tests;
