//! Opening sled 0.34.7 around what it is known to get wrong; what the keys mean is not known here.

use std::fs::{self, File};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::error::StoreError;

/// Memory for pages. The default of sled is 1 GiB.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;
/// What `kill -9` may cost is tailed from the register, so writing often gains nothing.
const FLUSH_MILLISECONDS: u64 = 1_000;
/// A closed database may hold its lock for a moment, until its threads have ended.
const LOCK_WAIT: Duration = Duration::from_secs(5);
const LOCK_PAUSE: Duration = Duration::from_millis(20);
/// Where snapshots go that sled could not read.
pub(super) const SNAPSHOTS_ASIDE: &str = "snapshots-aside";

/// Opens the database in `path`. `None` if its content is damaged: it has to be rebuilt.
pub(super) fn open(path: &Path, root: &Path) -> Result<Option<sled::Db>, StoreError> {
    if path.exists() {
        remove_unfinished_snapshots(path)?;
    }
    match open_once(path) {
        Err(sled::Error::Corruption { .. }) => {
            // Without snapshots sled reads its whole log, which is often sound.
            move_snapshots(path, root)?;
            judge(open_once(path))
        }
        opened => judge(opened),
    }
}

/// Runs `read` on a database that may be damaged. `None` if sled panicked, as it does on some damage.
pub(super) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok()
}

/// Makes every file below `path` durable; `flush` of sled leaves some of them to chance.
pub(super) fn sync_all(path: &Path) -> Result<(), StoreError> {
    let sync = || -> io::Result<()> {
        let mut directories = vec![path.to_owned()];
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(&directory)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    directories.push(entry.path());
                } else {
                    File::open(entry.path())?.sync_all()?;
                }
            }
            File::open(&directory)?.sync_all()?;
        }
        Ok(())
    };
    sync().map_err(io_error("sync", path))
}

/// For `map_err` on a result of the operating system.
pub(super) fn io_error(
    action: &'static str,
    path: &Path,
) -> impl FnOnce(io::Error) -> StoreError + use<> {
    let path = path.to_owned();
    move |source| StoreError::Io { action, path, source }
}

fn open_once(path: &Path) -> Result<sled::Db, sled::Error> {
    let deadline = Instant::now() + LOCK_WAIT;
    loop {
        let config = sled::Config::new()
            .path(path)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(Some(FLUSH_MILLISECONDS));
        let opened = guarded(|| config.open());
        let opened = opened.unwrap_or(Err(sled::Error::Corruption { at: None, bt: () }));
        match opened {
            Err(sled::Error::Io(error)) if is_locked(&error) && Instant::now() < deadline => {
                std::thread::sleep(LOCK_PAUSE);
            }
            opened => return opened,
        }
    }
}

fn is_locked(error: &io::Error) -> bool {
    error.to_string().contains("could not acquire lock")
}

fn judge(opened: Result<sled::Db, sled::Error>) -> Result<Option<sled::Db>, StoreError> {
    match opened {
        Ok(database) => Ok(Some(database)),
        // A file that ends early or states nonsense is damage; a full disk or a missing right is not.
        Err(sled::Error::Io(source))
            if !matches!(
                source.kind(),
                io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData
            ) =>
        {
            Err(StoreError::Database { action: "open", source: sled::Error::Io(source) })
        }
        Err(_) => Ok(None),
    }
}

/// A crash while sled writes a snapshot leaves `snap.….generating`, which it then takes for a snapshot
/// and calls corrupt, at every start (sled issues 1527 and 1533).
fn remove_unfinished_snapshots(path: &Path) -> Result<(), StoreError> {
    for snapshot in snapshots(path)? {
        if snapshot.extension().is_some_and(|extension| extension == "generating") {
            fs::remove_file(&snapshot).map_err(io_error("remove", &snapshot))?;
        }
    }
    Ok(())
}

fn move_snapshots(path: &Path, root: &Path) -> Result<(), StoreError> {
    let aside = root.join(SNAPSHOTS_ASIDE);
    fs::create_dir_all(&aside).map_err(io_error("create", &aside))?;
    for snapshot in snapshots(path)? {
        let Some(name) = snapshot.file_name() else { continue };
        fs::rename(&snapshot, aside.join(name)).map_err(io_error("move", &snapshot))?;
    }
    Ok(())
}

fn snapshots(path: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(io_error("list", path))? {
        let entry = entry.map_err(io_error("list", path))?;
        if entry.file_name().to_string_lossy().starts_with("snap.") {
            found.push(entry.path());
        }
    }
    Ok(found)
}
