//! The keys of packs, as C2SP signed-note and its tools write them: one line each, `NAME+ID+BASE64` for everybody, and
//! `PRIVATE+KEY+NAME+ID+BASE64` for whoever makes packs. The secret is in one file, and never printed.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use tokio_rustls::rustls::crypto::ring;
use verifier::log::{LogError, NoteAlgorithm, SignatureLine, VerifierKey};
use verifier::plain_text;

use crate::cli::failure::Failure;
use crate::cli::limits::PACK_KEY_BYTES_MAX;
use crate::cli::{read_file, shown};

/// What a line with a secret key begins with.
const SECRET: &str = "PRIVATE+KEY+";

/// The signature type of Ed25519 (C2SP signed-note, "Signature types").
const ED25519: u8 = 0x01;

/// A key that signs packs.
pub(super) struct PackKey {
    public: VerifierKey,
    secret: SigningKey,
}

impl PackKey {
    /// A new key under `name`, written to the new file `path` that only its owner may read.
    ///
    /// # Errors
    ///
    /// When the file is there already or cannot be written, or the name cannot stand in a key.
    pub(super) fn make(path: &Path, name: &str) -> Result<Self, Failure> {
        let mut seed = [0; 32];
        let random = ring::default_provider().secure_random;
        random.fill(&mut seed).map_err(|_| Failure::Randomness)?;
        let key = Self::of_seed(&seed, name)
            .map_err(|source| Failure::PackKey { given: plain_text(name), source })?;
        let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        written
            .and_then(|mut file| {
                writeln!(file, "{}", key.secret_line())?;
                file.sync_all()
            })
            .map_err(|source| Failure::Unwritable { path: shown(path), source })?;
        Ok(key)
    }

    /// The key in the file `path`.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is no key, or others than its owner may read it.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let unreadable =
            |source| Failure::Unreadable { what: "key of packs", path: shown(path), source };
        let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(Failure::KeyNotSecret { path: shown(path) });
        }
        let bytes = read_file(path, PACK_KEY_BYTES_MAX).map_err(unreadable)?;
        let text = String::from_utf8(bytes).unwrap_or_default();
        Self::parse(text.trim()).map_err(|source| Failure::PackKey { given: shown(path), source })
    }

    fn parse(line: &str) -> Result<Self, LogError> {
        let fault = |fault| LogError::Malformed { what: "key of packs", fault };
        let form = || fault("it is not of the form PRIVATE+KEY+NAME+ID+KEY");
        let mut parts = line.strip_prefix(SECRET).ok_or_else(form)?.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(form());
        };
        let key = STANDARD.decode(key).map_err(|_| form())?;
        let Some((&ED25519, seed)) = key.split_first() else {
            return Err(fault("it is of a type that is not supported"));
        };
        let read = Self::of_seed(seed.try_into().map_err(|_| form())?, name)?;
        if id == read.id() { Ok(read) } else { Err(fault("its id is that of another key")) }
    }

    fn of_seed(seed: &[u8; 32], name: &str) -> Result<Self, LogError> {
        let secret = SigningKey::from_bytes(seed);
        let public = secret.verifying_key().to_bytes();
        Ok(Self { public: VerifierKey::new(name, NoteAlgorithm::Ed25519, &public)?, secret })
    }

    fn id(&self) -> String {
        self.public.id().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn secret_line(&self) -> String {
        let typed = [&[ED25519], &self.secret.to_bytes()[..]].concat();
        let (name, id) = (self.public.name(), self.id());
        format!("{SECRET}{name}+{id}+{}", STANDARD.encode(typed))
    }

    /// The key as everybody may know it.
    pub(super) const fn public(&self) -> &VerifierKey {
        &self.public
    }

    /// The line that signs this text of a pack.
    pub(super) fn sign(&self, text: &str) -> SignatureLine {
        let signature = self.secret.sign(text.as_bytes()).to_bytes();
        SignatureLine::of_signature(&self.public, &signature)
    }
}

/// The key of `--pack-key`: the line itself, or a file that holds it.
///
/// # Errors
///
/// When it is neither.
pub(in crate::cli) fn believed(given: &str) -> Result<VerifierKey, Failure> {
    // A path may hold a plus too; what is a key is never looked for as a file.
    if let Ok(key) = VerifierKey::parse(given) {
        return Ok(key);
    }
    let path = Path::new(given);
    let bytes = read_file(path, PACK_KEY_BYTES_MAX).map_err(|source| Failure::Unreadable {
        what: "key of packs",
        path: shown(path),
        source,
    })?;
    let text = String::from_utf8(bytes).unwrap_or_default();
    VerifierKey::parse(text.trim())
        .map_err(|source| Failure::PackKey { given: plain_text(given), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_line_in_a_file_of_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("packs.key");
        let made = PackKey::make(&path, "packs.example.kz").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let line = fs::read_to_string(&path).unwrap();
        assert!(line.starts_with("PRIVATE+KEY+packs.example.kz+"), "{line}");
        let read = PackKey::read(&path).unwrap();
        assert_eq!(read.public(), made.public());
        assert_eq!(believed(&made.public().to_string()).unwrap(), *made.public());
        // Never in the place of another one, and never where others may read it.
        assert!(matches!(PackKey::make(&path, "again"), Err(Failure::Unwritable { .. })));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(PackKey::read(&path), Err(Failure::KeyNotSecret { .. })));
    }

    #[test]
    fn the_public_key_is_read_from_a_file_too() {
        let folder = tempfile::tempdir().unwrap();
        let key = PackKey::of_seed(&[7; 32], "packs").unwrap();
        let path = folder.path().join("packs.vkey");
        fs::write(&path, format!("{}\n", key.public())).unwrap();
        assert_eq!(believed(path.to_str().unwrap()).unwrap(), *key.public());
        fs::write(&path, key.secret_line()).unwrap();
        assert!(believed(path.to_str().unwrap()).is_err(), "the secret key is not the public one");
        assert!(matches!(believed("nowhere"), Err(Failure::Unreadable { .. })));
    }

    #[test]
    fn lines_of_other_forms_are_no_keys() {
        let line = PackKey::of_seed(&[7; 32], "packs").unwrap().secret_line();
        assert!(PackKey::parse(&line).is_ok());
        for other in [
            line.replace("PRIVATE+KEY+", ""),
            line.replace("+packs+", "+others+"),
            line.replace("+A", "+B"),
            format!("{line}A"),
            String::new(),
        ] {
            assert!(PackKey::parse(&other).is_err(), "{other}");
        }
        assert!(PackKey::of_seed(&[7; 32], "two words").is_err());
    }
}
