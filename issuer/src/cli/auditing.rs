//! `issuer register verify` and `export`: what an auditor runs. No passphrase is asked for, and nothing goes through the service.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use issuer::audit::{Audit, export};
use issuer::office::{DataDirectory, Output as _};
use jiff::Timestamp;

use super::failure::Failure;
use super::terminal::Terminal;

/// The unit of the progress bar: a register has more bytes than a bar should count.
const KIBIBYTE: u64 = 1_024;

/// Something is not as it must be.
const EXIT_FINDINGS: u8 = 1;

/// Prints one line for each finding and a summary; returns the exit code.
pub(super) fn verify(
    directory: &DataDirectory,
    json: bool,
    kept: Vec<PathBuf>,
) -> Result<u8, Failure> {
    let audit = Audit { directory: directory.path().to_owned(), kept };
    let mut terminal = Terminal::new(Some("KiB of the register"));
    let now = Timestamp::now().as_second();
    let mut tell = |finding: &issuer::audit::Finding| {
        let line = if json { finding.to_json().to_string() } else { finding.to_string() };
        // The bar is on standard error and is drawn anew. A closed pipe changes nothing about the result.
        let _ = writeln!(std::io::stdout(), "{line}");
    };
    let summary = audit.verify(now, &mut tell, &mut |done, total| {
        let kibibytes =
            |bytes: u64| usize::try_from(bytes.div_ceil(KIBIBYTE)).unwrap_or(usize::MAX);
        terminal.progress(kibibytes(done), kibibytes(total));
    })?;
    if json {
        terminal.line(&summary.to_json().to_string());
    } else {
        summary.notes.iter().for_each(|note| terminal.note(note));
        terminal.line(&summary.to_string());
    }
    Ok(if summary.findings == 0 { 0 } else { EXIT_FINDINGS })
}

/// Copies what an outside auditor needs.
pub(super) fn export_log(directory: &DataDirectory, out: &Path) -> Result<u8, Failure> {
    let count = export(directory.path(), out)?;
    let mut terminal = Terminal::new(None);
    terminal.line(&format!("{count} files are in {}; none of them is personal", out.display()));
    Ok(0)
}
