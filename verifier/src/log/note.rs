//! Signed notes and the keys that verify them (C2SP signed-note; tlog-cosignature for witnesses).
//! It says what is to be signed and whether it was; it holds no secret key, and does not know what a note says.

use std::fmt;

use ed25519_dalek::Signature;
use sha2::{Digest, Sha256};

use super::LogError;
use super::text;
use crate::identifier::Multikey;
use crate::limits;

/// How a key signs notes: the signature type of signed-note.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub enum NoteAlgorithm {
    /// 0x01: Ed25519 over the text of the note. Logs sign so.
    Ed25519,
    /// 0x04: Ed25519 over the text and a time. Witnesses sign so.
    CosignatureV1,
}

/// A public key that verifies notes, under a name.
///
/// ```
/// use verifier::log::VerifierKey;
///
/// let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
/// let key = VerifierKey::parse(vkey)?;
/// assert_eq!((key.name(), key.to_string()), ("PeterNeumann", vkey.to_owned()));
/// # Ok::<(), verifier::log::LogError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub struct VerifierKey {
    name: String,
    algorithm: NoteAlgorithm,
    public_key: Multikey,
}

/// A line under a note: `— NAME BASE64(id ‖ signature)`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignatureLine {
    name: String,
    /// Key id and signature; at least five bytes.
    bytes: Vec<u8>,
}

/// A text and the signatures under it, read but not verified: until [`Note::verify`] says so, the text means nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

/// A known key that has signed a note.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SignedBy<'k> {
    /// The key.
    pub key: &'k VerifierKey,
    /// When, Unix seconds, as a witness says; `None` for signatures without a time.
    pub time: Option<u64>,
}

/// What a witness signs at `time`, Unix seconds, for a checkpoint with this note text (tlog-cosignature, "Ed25519 signed message").
#[must_use]
pub fn cosigned_message(note_text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{note_text}")
}

impl NoteAlgorithm {
    const fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::CosignatureV1 => 0x04,
        }
    }
}

impl VerifierKey {
    /// The key of these 32 bytes of RFC 8032.
    ///
    /// # Errors
    ///
    /// [`LogError::Malformed`] for a name that is empty or has a space, a plus or a control character, and for a weak key.
    pub fn new(
        name: &str,
        algorithm: NoteAlgorithm,
        public_key: &[u8; 32],
    ) -> Result<Self, LogError> {
        if !is_key_name(name) {
            return Err(malformed_key("its name is empty, too long, or has a space or a plus"));
        }
        let public_key = Multikey::from_bytes(public_key)
            .map_err(|_| malformed_key("its public key is weak or no Ed25519 key"))?;
        Ok(Self { name: name.to_owned(), algorithm, public_key })
    }

    /// Reads a vkey, `NAME+ID+BASE64`: the key id as eight lower-case hexadecimal digits, then signature type and public key.
    ///
    /// # Errors
    ///
    /// [`LogError::Malformed`] for any other form or type, a wrong id, and what [`VerifierKey::new`] refuses.
    pub fn parse(vkey: &str) -> Result<Self, LogError> {
        let form = || malformed_key("it is not of the form NAME+ID+KEY");
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(form());
        };
        let key = text::base64(key).ok_or_else(form)?;
        let (algorithm, public_key) = match key.split_first() {
            Some((0x01, public_key)) => (NoteAlgorithm::Ed25519, public_key),
            Some((0x04, public_key)) => (NoteAlgorithm::CosignatureV1, public_key),
            _ => return Err(malformed_key("it is of a type that is not supported")),
        };
        let public_key = public_key.try_into().map_err(|_| form())?;
        let read = Self::new(name, algorithm, public_key)?;
        if id == read.id_text() {
            Ok(read)
        } else {
            Err(malformed_key("its id is that of another key"))
        }
    }

    /// Under which name it signs.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it signs.
    #[must_use]
    pub const fn algorithm(&self) -> NoteAlgorithm {
        self.algorithm
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> Multikey {
        self.public_key
    }

    /// The key id, 4 bytes: the first of SHA-256(name ‖ 0x0A ‖ type ‖ public key).
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let [first, second, third, fourth, ..]: [u8; 32] = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', self.algorithm.byte()])
            .chain_update(self.public_key.verifying_key().as_bytes())
            .finalize()
            .into();
        [first, second, third, fourth]
    }

    fn id_text(&self) -> String {
        self.id().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Verifies what stands after the key id, and returns the time that was signed with it.
    fn verify(&self, note_text: &str, signature: &[u8]) -> Option<Option<u64>> {
        let (time, signature) = match self.algorithm {
            NoteAlgorithm::Ed25519 => (None, signature),
            NoteAlgorithm::CosignatureV1 => {
                let (time, signature) = signature.split_first_chunk::<8>()?;
                // "It MUST NOT exceed 2^63 - 1."
                let time = u64::from_be_bytes(*time);
                (Some(i64::try_from(time).is_ok().then_some(time)?), signature)
            }
        };
        let signature = Signature::from_slice(signature).ok()?;
        let key = self.public_key.verifying_key();
        let verified = match time {
            None => key.verify_strict(note_text.as_bytes(), &signature),
            Some(time) => {
                key.verify_strict(cosigned_message(note_text, time).as_bytes(), &signature)
            }
        };
        verified.is_ok().then_some(time)
    }
}

impl fmt::Display for VerifierKey {
    /// The vkey.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = self.public_key.verifying_key().as_bytes();
        let typed: Vec<u8> = std::iter::once(self.algorithm.byte()).chain(*key).collect();
        write!(formatter, "{}+{}+{}", self.name, self.id_text(), text::to_base64(&typed))
    }
}

impl SignatureLine {
    /// The line of a [`NoteAlgorithm::Ed25519`] signature over the note's text.
    #[must_use]
    pub fn of_signature(key: &VerifierKey, signature: &[u8; 64]) -> Self {
        Self { name: key.name.clone(), bytes: [&key.id()[..], signature].concat() }
    }

    /// The line of a [`NoteAlgorithm::CosignatureV1`] signature over [`cosigned_message`] of the same time, Unix seconds.
    #[must_use]
    pub fn of_cosignature(key: &VerifierKey, time: u64, signature: &[u8; 64]) -> Self {
        let bytes = [&key.id()[..], &time.to_be_bytes(), signature].concat();
        Self { name: key.name.clone(), bytes }
    }

    /// Reads a line, without its line feed.
    ///
    /// # Errors
    ///
    /// [`LogError::Malformed`].
    pub fn parse(line: &str) -> Result<Self, LogError> {
        let fault = || malformed("a signature line is not of the form `— NAME BASE64`");
        let (name, encoded) =
            line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or_else(fault)?;
        let bytes = text::base64(encoded).filter(|bytes| bytes.len() > 4).ok_or_else(fault)?;
        if is_key_name(name) { Ok(Self { name: name.to_owned(), bytes }) } else { Err(fault()) }
    }

    /// The name of the key, as the line has it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it names this key, by name and id. It says nothing of the signature: see [`Note::verify`].
    #[must_use]
    pub fn is_by(&self, key: &VerifierKey) -> bool {
        self.name == key.name && self.bytes.starts_with(&key.id())
    }
}

impl fmt::Display for SignatureLine {
    /// The line, without its line feed.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "— {} {}", self.name, text::to_base64(&self.bytes))
    }
}

impl Note {
    /// Puts a note together.
    ///
    /// # Errors
    ///
    /// [`LogError::Malformed`] if `text` does not end with a line feed or has another control character, or without signatures;
    /// [`LogError::TooMany`].
    pub fn new(text: &str, signatures: Vec<SignatureLine>) -> Result<Self, LogError> {
        let note = Self { text: text.to_owned(), signatures };
        // What is written must be read as it was meant: a text without its line feed could bring a signature line along.
        let read = Self::parse(note.to_string().as_bytes())?;
        if read == note {
            Ok(read)
        } else {
            Err(malformed("its text does not end with a line feed"))
        }
    }

    /// Reads a note.
    ///
    /// # Errors
    ///
    /// [`LogError::Malformed`] or [`LogError::TooMany`].
    pub fn parse(bytes: &[u8]) -> Result<Self, LogError> {
        Self::parse_within(bytes, limits::NOTE_BYTES_MAX)
    }

    /// As [`Note::parse`], of at most `most` bytes.
    pub(crate) fn parse_within(bytes: &[u8], most: usize) -> Result<Self, LogError> {
        if bytes.len() > most {
            return Err(LogError::TooMany { what: "bytes of a note", given: bytes.len(), most });
        }
        let note = std::str::from_utf8(bytes).map_err(|_| malformed("it is not UTF-8"))?;
        if note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(malformed("it has a control character other than line feeds"));
        }
        // The text may have empty lines: the last one is where it ends.
        let (text, lines) =
            note.rsplit_once("\n\n").ok_or_else(|| malformed("it has no signatures"))?;
        let lines = lines
            .strip_suffix('\n')
            .ok_or_else(|| malformed("its last line does not end, or there is no signature"))?;
        let given = lines.split('\n').count();
        let most = limits::NOTE_SIGNATURES_MAX;
        if given > most {
            return Err(LogError::TooMany { what: "signatures of a note", given, most });
        }
        let signatures = lines.split('\n').map(SignatureLine::parse).collect::<Result<_, _>>()?;
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// The text, with its final line feed: what is signed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines under the text.
    #[must_use]
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Which of `known` have signed, each once, in the order of the lines. Lines of other keys are ignored, whatever they hold, also
    /// where name or id is that of a known key.
    ///
    /// # Errors
    ///
    /// [`LogError::Signature`] if a line under the name and id of a known key is not its signature: the whole note is refused.
    /// [`LogError::NotSigned`] if there is no signature of a known key.
    pub fn verify<'k>(&self, known: &'k [VerifierKey]) -> Result<Vec<SignedBy<'k>>, LogError> {
        let mut signed: Vec<SignedBy<'k>> = Vec::new();
        for line in &self.signatures {
            let Some(key) = known.iter().find(|key| line.is_by(key)) else { continue };
            let signature = line.bytes.get(4..).unwrap_or_default();
            let time = key
                .verify(&self.text, signature)
                .ok_or_else(|| LogError::Signature(key.name.clone()))?;
            if !signed.iter().any(|by| by.key == key) {
                signed.push(SignedBy { key, time });
            }
        }
        if signed.is_empty() { Err(LogError::NotSigned) } else { Ok(signed) }
    }
}

impl fmt::Display for Note {
    /// The whole note.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(formatter, "{line}"))
    }
}

/// signed-note, "Format": not empty, no Unicode space, no plus.
fn is_key_name(name: &str) -> bool {
    let fits = !name.is_empty() && name.len() <= limits::NOTE_KEY_NAME_BYTES_MAX;
    let forbidden = |letter: char| letter == '+' || letter.is_whitespace() || letter.is_control();
    fits && !name.contains(forbidden)
}

const fn malformed(fault: &'static str) -> LogError {
    LogError::Malformed { what: "note", fault }
}

const fn malformed_key(fault: &'static str) -> LogError {
    LogError::Malformed { what: "verifier key", fault }
}

#[cfg(test)]
mod tests;
