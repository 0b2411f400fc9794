//! A file system of a test's own, in memory: small, so that it gets full, and mounted anew read-only at will.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A mounted tmpfs. It vanishes with this value.
#[derive(Debug)]
pub struct SmallDisk {
    home: TempDir,
}

impl SmallDisk {
    /// Mounts one of so many mebibytes.
    ///
    /// # Errors
    ///
    /// One sentence, if this process may not mount.
    pub fn mounted(mebibytes: usize) -> Result<Self, String> {
        let home = tempfile::tempdir().map_err(|error| error.to_string())?;
        let size = format!("size={mebibytes}m");
        mount(&["-t", "tmpfs", "-o", &size, "tmpfs"], home.path())?;
        Ok(Self { home })
    }

    /// Where it is mounted.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        self.home.path().to_owned()
    }

    /// Fills it to the last block. Remove the file to make room again.
    ///
    /// # Panics
    ///
    /// If the file cannot be made.
    #[must_use]
    pub fn filled(&self) -> PathBuf {
        let path = self.home.path().join("filler");
        match std::fs::File::create(&path) {
            // Until nothing more fits.
            Ok(mut file) => drop(std::io::copy(&mut std::io::repeat(0xA5), &mut file)),
            Err(error) => panic!("{}: {error}", path.display()),
        }
        path
    }

    /// From now on nothing can be written to it.
    ///
    /// # Errors
    ///
    /// One sentence, if it cannot be mounted so.
    pub fn read_only(&self) -> Result<(), String> {
        mount(&["-o", "remount,ro", "tmpfs"], self.home.path())
    }

    /// It can be written to again.
    ///
    /// # Errors
    ///
    /// One sentence, if it cannot be mounted so.
    pub fn writable(&self) -> Result<(), String> {
        mount(&["-o", "remount,rw", "tmpfs"], self.home.path())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a process that a failed test left behind may still use it.
        let _ = Command::new("umount").arg("-l").arg(self.home.path()).status();
    }
}

fn mount(words: &[&str], path: &Path) -> Result<(), String> {
    let output = Command::new("mount").args(words).arg(path).output();
    let output = output.map_err(|error| format!("mount: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if output.status.success() { Ok(()) } else { Err(told) }
}
