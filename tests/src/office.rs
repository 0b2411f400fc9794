//! A data directory of a test's own, driven through the real binary, as the registrar would.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::cli::{Finished, run};
use crate::{binary, repository};

/// The passphrase of every directory made here. Nothing may ever print it.
pub const PASSPHRASE: &str = "seven synthetic wrens sing at the gate";

/// A data directory. It vanishes with this value.
#[derive(Debug)]
pub struct Office {
    /// The data directory.
    pub dir: PathBuf,
    /// Room beside it, for files of the test.
    pub scratch: PathBuf,
    issuer: PathBuf,
    _home: TempDir,
}

impl Office {
    /// Room for a data directory; nothing is made yet.
    ///
    /// # Errors
    ///
    /// One sentence, if the binary has not been built.
    ///
    /// # Panics
    ///
    /// If there is no room for files.
    pub fn empty() -> Result<Self, String> {
        let Some(issuer) = binary("issuer") else {
            return Err(
                "the binary `issuer` is missing; build it with `cargo build --release`, and \
                        run the tests with `--release`, or set TANU_BIN_DIR"
                    .to_owned(),
            );
        };
        match Self::room(issuer) {
            Ok(office) => Ok(office),
            Err(error) => panic!("no room for a data directory: {error}"),
        }
    }

    fn room(issuer: PathBuf) -> io::Result<Self> {
        let home = tempfile::tempdir()?;
        let (dir, scratch) = (home.path().join("data"), home.path().join("scratch"));
        fs::create_dir(&scratch)?;
        let passphrase = scratch.join("passphrase");
        write_own(&passphrase, format!("{PASSPHRASE}\n").as_bytes())?;
        Ok(Self { dir, scratch, issuer, _home: home })
    }

    /// A directory with fresh keys, made by `issuer init`.
    ///
    /// # Errors
    ///
    /// As [`Office::empty`].
    ///
    /// # Panics
    ///
    /// If `issuer init` fails.
    pub fn initialized() -> Result<Self, String> {
        let office = Self::empty()?;
        office.initialize();
        Ok(office)
    }

    fn initialize(&self) {
        let profile = sample("issuer.json");
        let mut init = self.command(&["init", "--work-factor", "low"]);
        init.args(["--public-url", "https://credentials.example.org", "--profile"]).arg(profile);
        let _ = run(&mut init).ended(0);
    }

    /// A directory with the six programmes of the sample in its register.
    ///
    /// # Errors
    ///
    /// As [`Office::empty`].
    ///
    /// # Panics
    ///
    /// If a command fails.
    pub fn ready() -> Result<Self, String> {
        let office = Self::initialized()?;
        let _ = office.run(&["programme", "import", &text(&sample("programmes.json"))]).ended(0);
        Ok(office)
    }

    /// As [`Office::ready`], with the data directory below `home`.
    ///
    /// # Errors
    ///
    /// As [`Office::empty`].
    ///
    /// # Panics
    ///
    /// If a command fails.
    pub fn ready_below(home: &Path) -> Result<Self, String> {
        let mut office = Self::empty()?;
        office.dir = home.join("data");
        office.initialize();
        let _ = office.run(&["programme", "import", &text(&sample("programmes.json"))]).ended(0);
        Ok(office)
    }

    /// A directory of its own with everything that `issuer demo` leaves.
    ///
    /// # Errors
    ///
    /// As [`Office::empty`].
    ///
    /// # Panics
    ///
    /// If the demonstration fails.
    pub fn demonstrated() -> Result<Self, String> {
        let office = Self::empty()?;
        let _ = run(&mut office.demo()).ended(0);
        // The demonstration keeps its own passphrase; the commands of a test name a file.
        match fs::copy(office.dir.join("demo-passphrase"), office.scratch.join("passphrase")) {
            Ok(_) => Ok(office),
            Err(error) => panic!("demo-passphrase: {error}"),
        }
    }

    /// `issuer demo` on this directory, not yet started.
    #[must_use]
    pub fn demo(&self) -> Command {
        let mut command = Command::new(&self.issuer);
        command.arg("demo").arg("--dir").arg(&self.dir);
        command
    }

    /// `issuer WORDS` on this directory, not yet started.
    #[must_use]
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.issuer);
        command.arg("--dir").arg(&self.dir);
        command.arg("--passphrase-file").arg(self.scratch.join("passphrase")).args(words);
        // A service manager of the machine that runs the tests is no part of them.
        command.env_remove("CREDENTIALS_DIRECTORY");
        command
    }

    /// Runs `issuer WORDS` on this directory to its end.
    ///
    /// # Panics
    ///
    /// If the passphrase is printed.
    #[must_use]
    pub fn run(&self, words: &[&str]) -> Finished {
        let finished = run(&mut self.command(words));
        for text in [&finished.stdout, &finished.stderr] {
            assert!(!text.contains(PASSPHRASE), "{words:?} prints the passphrase");
        }
        finished
    }

    /// `issuer import --json FILE`, with more words.
    #[must_use]
    pub fn import(&self, file: &Path, more: &[&str]) -> Finished {
        self.run(&[&["import", "--json", &text(file)], more].concat())
    }

    /// A file of the test's own, which nobody else may read.
    ///
    /// # Panics
    ///
    /// If it cannot be written.
    #[must_use]
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.scratch.join(name);
        match write_own(&path, bytes) {
            Ok(()) => path,
            Err(error) => panic!("{name}: {error}"),
        }
    }

    /// Everything that `issuer list --json` says.
    #[must_use]
    pub fn list(&self) -> String {
        self.run(&["list", "--json"]).ended(0).stdout
    }

    /// The signed credential of this number and language.
    #[must_use]
    pub fn credential(&self, number: &str, language: &str) -> String {
        self.run(&["export", number, "--lang", language, "--format", "json"]).ended(0).stdout
    }
}

/// Some of these files are secrets, and the program says of those whether others may read them.
fn write_own(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(path, bytes)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

/// A file of the synthetic sample.
#[must_use]
pub fn sample(name: &str) -> PathBuf {
    repository().join("issuer/sample").join(name)
}

/// A path as a word of a command line.
///
/// # Panics
///
/// If it is no UTF-8; those of the tests are.
#[must_use]
pub fn text(path: &Path) -> String {
    match path.to_str() {
        Some(text) => text.to_owned(),
        None => panic!("{} is no UTF-8", path.display()),
    }
}
