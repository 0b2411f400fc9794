//! Where the passphrase of the key file comes from: a named file, the service manager, the demonstration, or a person.

use std::fs;
use std::io::IsTerminal;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use issuer::keys::Passphrase;
use issuer::office::DataDirectory;
use zeroize::Zeroizing;

use super::failure::Failure;
use super::say;

/// The passphrase of an existing directory.
pub(super) fn known(directory: &DataDirectory, file: Option<&Path>) -> Result<Passphrase, Failure> {
    let demo = directory.demo_passphrase();
    match file.map(Path::to_owned).or_else(credential).or_else(|| demo.exists().then_some(demo)) {
        Some(path) => read(&path),
        None => ask("Passphrase of the key file: "),
    }
}

/// The passphrase of a key file that is handed over; none if nobody is there to be asked.
pub(super) fn handed_over(file: Option<&Path>) -> Result<Option<Passphrase>, Failure> {
    match file.map(Path::to_owned).or_else(credential) {
        Some(path) => read(&path).map(Some),
        None if std::io::stdin().is_terminal() => ask("Passphrase of the key file: ").map(Some),
        None => Ok(None),
    }
}

/// The passphrase for a new one: asked for twice.
pub(super) fn chosen(file: Option<&Path>) -> Result<Passphrase, Failure> {
    if let Some(path) = file.map(Path::to_owned).or_else(credential) {
        return read(&path);
    }
    let first = prompt("New passphrase for the key file: ")?;
    if *first != *prompt("The same once more: ")? {
        return Err(Failure::PassphrasesDiffer);
    }
    checked(&first)
}

/// What the service manager hands over (systemd, "LoadCredential").
fn credential() -> Option<PathBuf> {
    let directory = std::env::var_os("CREDENTIALS_DIRECTORY")?;
    let path = Path::new(&directory).join("passphrase");
    path.exists().then_some(path)
}

fn read(path: &Path) -> Result<Passphrase, Failure> {
    if is_readable_by_all(path) {
        say(&format!(
            "everybody on this machine may read the passphrase in {}: chmod 600 it",
            path.display()
        ));
    }
    let text = fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|source| Failure::Read { path: path.to_owned(), source })?;
    checked(&text)
}

/// Whether it is a file that others than its owner and his group may read. Service managers give files of a group of one; a pipe is nobody's.
fn is_readable_by_all(path: &Path) -> bool {
    let found = fs::metadata(path);
    found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o004 != 0)
}

fn ask(question: &str) -> Result<Passphrase, Failure> {
    checked(&prompt(question)?)
}

fn checked(text: &str) -> Result<Passphrase, Failure> {
    if text.lines().next().unwrap_or_default().is_empty() {
        return Err(Failure::EmptyPassphrase);
    }
    Ok(Passphrase::new(text))
}

fn prompt(question: &str) -> Result<Zeroizing<String>, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::NoPassphrase);
    }
    rpassword::prompt_password(question).map(Zeroizing::new).map_err(Failure::Prompt)
}
