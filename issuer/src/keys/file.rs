//! The key file: the secret seeds, encrypted under a passphrase with age (age-encryption.org/v1, scrypt).

use std::fmt;
use std::sync::Arc;

use age::secrecy::SecretString;
use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::keyring::Keyring;
use super::personal::PersonalDataKey;
use super::signer::{Prepared, Signer, SignerError, SignerKey};
use crate::register::KeyPurpose;

/// A passphrase. `Debug` does not show it.
#[derive(Clone)]
pub struct Passphrase(pub(super) SecretString);

/// How much work guessing a passphrase costs: scrypt's `log2(N)`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WorkFactor {
    /// About a second of this machine: for real keys.
    Tuned,
    /// Next to nothing: for tests and the demonstration, whose passphrase lies beside the key.
    Low,
}

/// Highest work factor that is honoured on opening: about a minute. A file that demands more was not made here.
pub(super) const WORK_FACTOR_MAX: u8 = 22;
const WORK_FACTOR_LOW: u8 = 4;

/// Format of the content. Format 1 had no numbers and no key for the log, format 2 none for the statements of QR codes.
const FORMAT: u32 = 3;

/// Numbers of keys that an epoch has: a key a week for twenty years.
const NUMBERS_OF_AN_EPOCH: u32 = 1_000;

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// The passphrase is another one, or the file is no key file.
    #[error(
        "the key file does not open with this passphrase; give the one that `issuer init` was given"
    )]
    Locked(#[source] age::DecryptError),
    /// The file opens, but does not hold the keys.
    #[error("the key file opens, but its content is damaged; restore it from a backup")]
    Content,
    /// It cannot be encrypted.
    #[error("the keys cannot be encrypted")]
    Encrypt(#[source] age::EncryptError),
    /// The operating system has no randomness to give.
    #[error("the operating system gives no random numbers")]
    Randomness(#[from] getrandom::Error),
}

/// The secret keys as the file holds them. `Debug` shows none; memory is wiped when it is dropped.
pub struct KeyFile {
    content: Content,
    is_incomplete: bool,
}

/// What is encrypted, as JSON.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Content {
    version: u32,
    credentials: Seed,
    status_lists: Seed,
    log: Seed,
    qr_statements: Seed,
    personal_data: [u8; 32],
}

/// What format 2 encrypted.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct ContentOfFormat2 {
    credentials: Seed,
    status_lists: Seed,
    log: Seed,
    personal_data: [u8; 32],
}

/// A secret key and which one of its purpose it is.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Seed {
    number: u32,
    seed: [u8; 32],
}

/// What format 1 encrypted.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct ContentOfFormat1 {
    credentials: [u8; 32],
    status_lists: [u8; 32],
    personal_data: [u8; 32],
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Passphrase {
    /// Takes the first line of `text`, without its line end.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.lines().next().unwrap_or_default().to_owned().into())
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Passphrase(…)")
    }
}

impl KeyFile {
    /// Fresh keys from the operating system's random source.
    ///
    /// # Errors
    /// If the operating system has no randomness to give.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let content = Content {
            version: FORMAT,
            credentials: Seed::fresh(1)?,
            status_lists: Seed::fresh(1)?,
            log: Seed::fresh(1)?,
            qr_statements: Seed::fresh(1)?,
            personal_data: random()?,
        };
        Ok(Self { content, is_incomplete: false })
    }

    /// Opens a key file's bytes.
    ///
    /// # Errors
    /// [`KeyFileError::Locked`] if the passphrase is another one, [`KeyFileError::Content`] if the content is damaged.
    pub fn open(bytes: &[u8], passphrase: &Passphrase) -> Result<Self, KeyFileError> {
        let mut identity = age::scrypt::Identity::new(passphrase.0.clone());
        identity.set_max_work_factor(WORK_FACTOR_MAX);
        let plain = Zeroizing::new(age::decrypt(&identity, bytes).map_err(KeyFileError::Locked)?);
        let damaged = |_| KeyFileError::Content;
        match serde_json::from_slice::<Version>(&plain).map_err(damaged)?.version {
            FORMAT => {
                let content = serde_json::from_slice(&plain).map_err(damaged)?;
                Ok(Self { content, is_incomplete: false })
            }
            2 => Self::complete(&serde_json::from_slice(&plain).map_err(damaged)?),
            1 => Self::complete(&ContentOfFormat2::of(
                &serde_json::from_slice(&plain).map_err(damaged)?,
            )?),
            _ => Err(KeyFileError::Content),
        }
    }

    /// The keys of format 2, with one for the statements of QR codes.
    fn complete(old: &ContentOfFormat2) -> Result<Self, KeyFileError> {
        let content = Content {
            version: FORMAT,
            credentials: old.credentials.clone(),
            status_lists: old.status_lists.clone(),
            log: old.log.clone(),
            qr_statements: Seed::fresh(1)?,
            personal_data: old.personal_data,
        };
        Ok(Self { content, is_incomplete: true })
    }

    /// Whether a key was added that the file does not hold yet: it is to be written before the key is used.
    #[must_use]
    pub const fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }

    /// Puts a fresh key in the place of that for `purpose`, whose secret is gone for good. Its number is the next one; in an epoch after a
    /// restore one of a thousand of its own, since the lost tail may have given the next one to a key that others still know.
    ///
    /// # Errors
    /// If the operating system has no randomness to give.
    pub fn rotate(&mut self, purpose: KeyPurpose, epoch: u32) -> Result<(), KeyFileError> {
        let seed = self.content.of_mut(purpose);
        let restores = epoch.saturating_sub(1);
        let before = seed.number.max(restores.saturating_mul(NUMBERS_OF_AN_EPOCH));
        *seed = Seed::fresh(before.saturating_add(1))?;
        self.is_incomplete = true;
        Ok(())
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// [`KeyFileError::Encrypt`] if the system has no randomness to give.
    pub fn seal(&self, passphrase: &Passphrase, work: WorkFactor) -> Result<Vec<u8>, KeyFileError> {
        let mut recipient = age::scrypt::Recipient::new(passphrase.0.clone());
        if work == WorkFactor::Low {
            recipient.set_work_factor(WORK_FACTOR_LOW);
        }
        let plain =
            Zeroizing::new(serde_json::to_vec(&self.content).map_err(|_| KeyFileError::Content)?);
        age::encrypt(&recipient, &plain).map_err(KeyFileError::Encrypt)
    }

    /// The keys, ready to sign.
    #[must_use]
    pub fn into_keyring(self) -> Keyring {
        let personal_data = PersonalDataKey::new(self.content.personal_data);
        Keyring::new(self.into_signer(), personal_data)
    }

    /// The signing keys alone, ready to sign.
    #[must_use]
    pub fn into_signer(self) -> Arc<dyn Signer> {
        let key = |purpose| {
            let seed = self.content.of(purpose);
            (seed.number, SigningKey::from_bytes(&seed.seed))
        };
        Arc::new(FileSigner {
            credentials: key(KeyPurpose::Credentials),
            status_lists: key(KeyPurpose::StatusLists),
            log: key(KeyPurpose::Log),
            qr_statements: key(KeyPurpose::QrStatements),
        })
    }

    /// Keys of these seeds: credentials, status lists, log, personal data; the last is that of statements too.
    #[cfg(test)]
    pub(super) fn from_seeds(
        [credentials, status_lists, log, personal_data]: [[u8; 32]; 4],
    ) -> Self {
        let first = |seed| Seed { number: 1, seed };
        let (credentials, status_lists, log) =
            (first(credentials), first(status_lists), first(log));
        let qr_statements = first(personal_data);
        let content = Content {
            version: FORMAT,
            credentials,
            status_lists,
            log,
            qr_statements,
            personal_data,
        };
        Self { content, is_incomplete: false }
    }
}

impl ContentOfFormat2 {
    /// The keys of format 1, with one for the log.
    fn of(old: &ContentOfFormat1) -> Result<Self, KeyFileError> {
        let first = |seed| Seed { number: 1, seed };
        Ok(Self {
            credentials: first(old.credentials),
            status_lists: first(old.status_lists),
            log: Seed::fresh(1)?,
            personal_data: old.personal_data,
        })
    }
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeyFile(…)")
    }
}

impl Content {
    const fn of(&self, purpose: KeyPurpose) -> &Seed {
        match purpose {
            KeyPurpose::Credentials => &self.credentials,
            KeyPurpose::StatusLists => &self.status_lists,
            KeyPurpose::Log => &self.log,
            KeyPurpose::QrStatements => &self.qr_statements,
        }
    }

    const fn of_mut(&mut self, purpose: KeyPurpose) -> &mut Seed {
        match purpose {
            KeyPurpose::Credentials => &mut self.credentials,
            KeyPurpose::StatusLists => &mut self.status_lists,
            KeyPurpose::Log => &mut self.log,
            KeyPurpose::QrStatements => &mut self.qr_statements,
        }
    }
}

impl Seed {
    fn fresh(number: u32) -> Result<Self, getrandom::Error> {
        Ok(Self { number, seed: random()? })
    }
}

fn random() -> Result<[u8; 32], getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// The keys of the file, in this process's memory, which `SigningKey` wipes when it is dropped.
struct FileSigner {
    credentials: (u32, SigningKey),
    status_lists: (u32, SigningKey),
    log: (u32, SigningKey),
    qr_statements: (u32, SigningKey),
}

impl FileSigner {
    const fn of(&self, purpose: KeyPurpose) -> &(u32, SigningKey) {
        match purpose {
            KeyPurpose::Credentials => &self.credentials,
            KeyPurpose::StatusLists => &self.status_lists,
            KeyPurpose::Log => &self.log,
            KeyPurpose::QrStatements => &self.qr_statements,
        }
    }
}

impl Signer for FileSigner {
    fn public_key(&self, purpose: KeyPurpose) -> SignerKey {
        let (number, secret) = self.of(purpose);
        SignerKey { number: *number, bytes: secret.verifying_key().to_bytes() }
    }

    fn sign(&self, prepared: &Prepared) -> Result<[u8; 64], SignerError> {
        Ok(self.of(prepared.purpose()).1.sign(prepared.message()).to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(file: KeyFile) -> [SignerKey; 4] {
        let signer = file.into_signer();
        KeyPurpose::ALL.map(|purpose| signer.public_key(purpose))
    }

    #[test]
    fn opens_with_its_passphrase_and_no_other() {
        let file = KeyFile::generate().unwrap();
        let sealed = file.seal(&Passphrase::new("one\n"), WorkFactor::Low).unwrap();
        let opened = KeyFile::open(&sealed, &Passphrase::new("one")).unwrap();
        assert!(!opened.is_incomplete());
        assert_eq!(keys(opened), keys(file));
        let wrong = KeyFile::open(&sealed, &Passphrase::new("two"));
        assert!(matches!(wrong, Err(KeyFileError::Locked(_))));
        assert!(KeyFile::open(&sealed[..sealed.len() - 1], &Passphrase::new("one")).is_err());
        assert!(KeyFile::open(b"", &Passphrase::new("one")).is_err());
    }

    #[test]
    fn a_rotation_changes_one_key_and_counts_on() {
        let passphrase = Passphrase::new("one");
        let before = KeyFile::from_seeds([[1; 32], [2; 32], [3; 32], [4; 32]]);
        let mut file = KeyFile::from_seeds([[1; 32], [2; 32], [3; 32], [4; 32]]);
        file.rotate(KeyPurpose::Credentials, 1).unwrap();
        assert!(file.is_incomplete());
        let sealed = file.seal(&passphrase, WorkFactor::Low).unwrap();
        let [old, new] = [before, KeyFile::open(&sealed, &passphrase).unwrap()].map(keys);
        assert_eq!((old[0].number, new[0].number), (1, 2));
        assert_ne!(old[0].bytes, new[0].bytes);
        assert_eq!(old[1..], new[1..]);
    }

    #[test]
    fn after_a_restore_no_number_of_the_lost_tail_comes_again() {
        let mut file = KeyFile::from_seeds([[1; 32], [2; 32], [3; 32], [4; 32]]);
        let mut next = |epoch| {
            file.rotate(KeyPurpose::StatusLists, epoch).unwrap();
            file.content.of(KeyPurpose::StatusLists).number
        };
        assert_eq!([1, 1, 2, 2, 3, 3].map(&mut next), [2, 3, 1_001, 1_002, 2_001, 2_002]);
        assert_eq!(next(1), 2_003, "a number never falls");
    }

    #[test]
    fn a_file_of_format_1_gets_a_key_for_the_log() {
        let mut recipient = age::scrypt::Recipient::new(String::from("one").into());
        recipient.set_work_factor(WORK_FACTOR_LOW);
        let content = serde_json::json!({
            "version": 1, "credentials": vec![1; 32], "status_lists": vec![2; 32], "personal_data": vec![4; 32],
        });
        let sealed = age::encrypt(&recipient, content.to_string().as_bytes()).unwrap();
        let file = KeyFile::open(&sealed, &Passphrase::new("one")).unwrap();
        assert!(file.is_incomplete());
        let [credentials, status_lists, log, statements] = keys(file);
        let expected = keys(KeyFile::from_seeds([[1; 32], [2; 32], [3; 32], [4; 32]]));
        assert_eq!([credentials, status_lists], expected[..2]);
        assert_eq!((log.number, statements.number), (1, 1));
    }

    #[test]
    fn a_file_of_format_2_gets_a_key_for_the_statements_of_qr_codes() {
        let passphrase = Passphrase::new("one");
        let mut recipient = age::scrypt::Recipient::new(String::from("one").into());
        recipient.set_work_factor(WORK_FACTOR_LOW);
        let seed =
            |number: u32, byte: u8| serde_json::json!({ "number": number, "seed": vec![byte; 32] });
        let content = serde_json::json!({
            "version": 2, "credentials": seed(3, 1), "status_lists": seed(1, 2), "log": seed(1, 3), "personal_data": vec![4; 32],
        });
        let sealed = age::encrypt(&recipient, content.to_string().as_bytes()).unwrap();
        let file = KeyFile::open(&sealed, &passphrase).unwrap();
        assert!(file.is_incomplete());
        let again = file.seal(&passphrase, WorkFactor::Low).unwrap();
        let again = KeyFile::open(&again, &passphrase).unwrap();
        assert!(!again.is_incomplete());
        let [credentials, status_lists, log, statements] = keys(file);
        assert_eq!(keys(again), [credentials, status_lists, log, statements]);
        let expected = keys(KeyFile::from_seeds([[1; 32], [2; 32], [3; 32], [4; 32]]));
        assert_eq!([status_lists, log], expected[1..3]);
        assert_eq!((credentials.number, credentials.bytes), (3, expected[0].bytes));
        assert_eq!(statements.number, 1);
    }
}
