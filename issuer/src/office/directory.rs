//! The data directory: where each file lies. It reads and writes whole files; it does not know what they mean.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::error::OfficeError;
use crate::issuing::write_whole;

/// A data directory by its path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DataDirectory(PathBuf);

impl DataDirectory {
    /// The directory at `path`; it need not exist yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// `tanu.toml`: how the service is set up.
    #[must_use]
    pub fn configuration(&self) -> PathBuf {
        self.0.join("tanu.toml")
    }

    /// `issuer.json`: who issues.
    #[must_use]
    pub fn profile(&self) -> PathBuf {
        self.0.join("issuer.json")
    }

    /// `keys.age`: the secret keys, encrypted.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys.age")
    }

    /// `did.json`: the public keys.
    #[must_use]
    pub fn did_document(&self) -> PathBuf {
        self.0.join("did.json")
    }

    /// `trust.json`: for whoever verifies, the trust list that names this issuer and its keys.
    #[must_use]
    pub fn trust_list(&self) -> PathBuf {
        self.0.join("trust.json")
    }

    /// `tokens.json`: hashes of the tokens that open the HTTP interface.
    #[must_use]
    pub fn tokens(&self) -> PathBuf {
        self.0.join("tokens.json")
    }

    /// `status/`: one file for each status list.
    #[must_use]
    pub fn status_lists(&self) -> PathBuf {
        self.0.join("status")
    }

    /// `log/`: what is served under `/log/`, and every checkpoint that was signed.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.0.join("log")
    }

    /// `demo-passphrase`: only in a demonstration, whose keys protect nothing.
    #[must_use]
    pub fn demo_passphrase(&self) -> PathBuf {
        self.0.join("demo-passphrase")
    }

    /// `control.sock`: where a running service takes commands.
    #[must_use]
    pub fn control_socket(&self) -> PathBuf {
        self.0.join("control.sock")
    }

    /// Whether it was initialized.
    ///
    /// # Errors
    /// If that cannot be seen: a directory that may not be read is not the same as none.
    pub fn is_initialized(&self) -> Result<bool, OfficeError> {
        let path = self.configuration();
        path.try_exists().map_err(|source| OfficeError::Read { path, source })
    }

    /// Makes the directory, for its owner alone: it will hold names.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn make(&self) -> Result<(), OfficeError> {
        let missing: Vec<&Path> = self.0.ancestors().take_while(|path| !path.is_dir()).collect();
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0);
        // A name is lost with the power until the directory that holds it is synced, and all that is in it too.
        let made = made.and_then(|()| missing.into_iter().try_for_each(sync_name));
        // Also a directory that was there before, and open to others.
        let closed =
            made.and_then(|()| fs::set_permissions(&self.0, fs::Permissions::from_mode(0o700)));
        closed.map_err(|source| OfficeError::write(&self.0, source))
    }

    /// The bytes at `path`, `None` if there is no such file.
    pub(crate) fn read_optional(&self, path: &Path) -> Result<Option<Vec<u8>>, OfficeError> {
        match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(OfficeError::Read { path: path.to_owned(), source }),
        }
    }

    /// Replaces the file at `path`, unless it holds these bytes already.
    pub(crate) fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), OfficeError> {
        if fs::read(path).is_ok_and(|present| present == bytes) {
            return Ok(());
        }
        write_whole(path, bytes).map_err(|source| OfficeError::write(path, source))
    }

    /// Writes a file that only its owner may read, and that did not exist.
    pub(crate) fn write_private(&self, path: &Path, bytes: &[u8]) -> Result<(), OfficeError> {
        let beside = path.with_extension("new");
        let written = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&beside)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&beside, path))
            .and_then(|()| fs::File::open(&self.0)?.sync_all());
        written.map_err(|source| OfficeError::write(path, source))
    }
}

/// Makes the name of this directory durable.
fn sync_name(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    fs::File::open(parent.unwrap_or_else(|| Path::new(".")))?.sync_all()
}
