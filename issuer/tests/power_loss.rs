//! Power loss: an ext4 file system in a file is shut down without flushing its journal while records are appended. Every
//! record that was acknowledged before the cut is there afterwards. sled alone, asked to `flush`, is the baseline.
//! `TANU_POWER_CYCLES` sets how many cuts (30); it needs root, `mkfs.ext4`, loop devices and Python, else it is skipped.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use issuer::register::{Event, FileRegister, NewEntry, Payload, Register as _};
use tempfile::TempDir;

/// What the child is told: `register` or `sled`, the directory, kibibytes of a record.
const ROLE: &str = "TANU_POWER_ROLE";

/// `EXT4_IOC_SHUTDOWN` with `EXT4_GOING_FLAGS_NOLOGFLUSH`: what is not on the disk now never gets there.
const CUT: &str = "import fcntl, os, struct, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
print('ready', flush=True)
sys.stdin.readline()
fcntl.ioctl(fd, 0x8004587d, struct.pack('I', 2))
print('cut', flush=True)
";

/// An ext4 file system of its own, in a file.
struct Disk {
    home: TempDir,
}

impl Disk {
    fn make() -> Result<Self, String> {
        let home = tempfile::tempdir().unwrap();
        let disk = Self { home };
        fs::create_dir(disk.root()).unwrap();
        let image = fs::File::create(disk.image()).unwrap();
        image.set_len(512 * 1024 * 1024).unwrap();
        command("mkfs.ext4", &["-q", "-F"], &[&disk.image()])?;
        disk.mount()?;
        Ok(disk)
    }

    fn root(&self) -> PathBuf {
        self.home.path().join("disk")
    }

    fn image(&self) -> PathBuf {
        self.home.path().join("image")
    }

    fn mount(&self) -> Result<(), String> {
        command("mount", &["-o", "loop"], &[&self.image(), &self.root()])
    }

    /// The power comes back.
    fn mount_again(&self) {
        command("umount", &[], &[&self.root()]).unwrap();
        self.mount().unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = command("umount", &[], &[&self.root()]);
    }
}

fn command(name: &str, words: &[&str], paths: &[&Path]) -> Result<(), String> {
    let output = Command::new(name).args(words).args(paths).output();
    let output = output.map_err(|error| format!("{name}: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    if output.status.success() { Ok(()) } else { Err(format!("{name}: {told}")) }
}

fn skip(why: &str) {
    assert!(env::var("TANU_STRICT").is_err(), "TANU_STRICT=1 forbids to skip: {why}");
    let _ = writeln!(std::io::stderr(), "\n*** SKIPPED power loss: {why}\n");
}

/// A record that says which one it is, and does not compress much.
fn record(n: u64, kibibytes: usize) -> String {
    let mut state = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut text = format!("{n}.");
    while text.len() < kibibytes * 1024 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        text.push_str(&format!("{state:016x}"));
    }
    text
}

/// The child: appends records one by one and acknowledges each on its standard output.
#[test]
fn child_that_appends() {
    let Ok(role) = env::var(ROLE) else { return };
    let words: Vec<&str> = role.split(' ').collect();
    let [kind, directory, kibibytes] = words[..] else { panic!("{role}") };
    let kibibytes = kibibytes.parse().unwrap();
    let directory = Path::new(directory);
    if kind == "register" {
        let register = FileRegister::open(directory).unwrap().0;
        loop {
            let n = register.size();
            let payload = Event::InstanceRegistered { prefix: record(n, kibibytes) };
            let entry = NewEntry { time: jiff::Timestamp::now(), commitments: vec![], payload };
            register.append(n, &[entry]).unwrap();
            acknowledge(n);
        }
    }
    let database = sled::open(directory.join("sled")).unwrap();
    let mut n = u64::try_from(database.len()).unwrap();
    loop {
        database.insert(n.to_be_bytes(), record(n, kibibytes).as_bytes()).unwrap();
        database.flush().unwrap();
        acknowledge(n);
        n += 1;
    }
}

/// Past the test harness, which keeps what a test prints.
fn acknowledge(n: u64) {
    let _ = fs::OpenOptions::new()
        .append(true)
        .open("/proc/self/fd/1")
        .and_then(|mut out| out.write_all(format!("ack {n}\n").as_bytes()));
}

fn appending(kind: &str, directory: &Path, kibibytes: usize) -> Child {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "child_that_appends", "--nocapture", "--test-threads=1"]);
    child.env(ROLE, format!("{kind} {} {kibibytes}", directory.display()));
    child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// Appends until the power fails after `delay`; returns the records that were acknowledged before.
fn cut_after(disk: &Disk, kind: &str, kibibytes: usize, delay: Duration) -> BTreeSet<u64> {
    let directory = disk.root();
    let mut cutter = Command::new("python3")
        .args(["-c", CUT])
        .arg(&directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(cutter.stdout.take().unwrap()).lines();
    assert_eq!(said.next().unwrap().unwrap(), "ready");
    let mut child = appending(kind, &directory, kibibytes);
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (sender, received) = mpsc::channel();
    let reader = thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            // The harness may have begun the line.
            if let Some(n) = line.rsplit_once("ack ").and_then(|(_, n)| n.parse().ok()) {
                let _ = sender.send((n, Instant::now()));
            }
        }
    });
    // From the first acknowledgement on: a cut before it says nothing.
    let first: (u64, Instant) = received.recv_timeout(Duration::from_secs(20)).unwrap();
    thread::sleep(delay);
    let cut = Instant::now();
    cutter.stdin.take().unwrap().write_all(b"now\n").unwrap();
    assert_eq!(said.next().unwrap().unwrap(), "cut");
    assert!(cutter.wait().unwrap().success());
    let _ = child.kill();
    child.wait().unwrap();
    reader.join().unwrap();
    let all = std::iter::once(first).chain(received.try_iter());
    all.filter(|(_, at)| *at < cut).map(|(n, _)| n).collect()
}

/// Those of the acknowledged records that a register no longer has as they were.
fn lost_by_register(directory: &Path, acknowledged: &BTreeSet<u64>, kibibytes: usize) -> usize {
    let register = FileRegister::open(directory).unwrap().0;
    let is_lost = |n: &&u64| {
        let entries = register.read(**n, 1).unwrap();
        let expected =
            Payload::Present(Event::InstanceRegistered { prefix: record(**n, kibibytes) });
        entries.first().is_none_or(|entry| entry.payload != expected)
    };
    acknowledged.iter().filter(is_lost).count()
}

fn lost_by_sled(directory: &Path, acknowledged: &BTreeSet<u64>, kibibytes: usize) -> usize {
    let look = || {
        let database = sled::open(directory.join("sled")).ok()?;
        let is_kept = |n: &&u64| {
            let value = database.get(n.to_be_bytes()).ok().flatten();
            value.is_some_and(|value| value == record(**n, kibibytes).as_bytes())
        };
        Some(acknowledged.iter().filter(is_kept).count())
    };
    // Some damage makes sled panic.
    let kept = std::panic::catch_unwind(look).ok().flatten().unwrap_or(0);
    acknowledged.len() - kept
}

/// Cuts the power `cycles` times; returns (cuts that lost a record, cuts, records acknowledged, records lost).
fn cut_often(kind: &str, kibibytes: usize, cycles: usize) -> Result<[usize; 4], String> {
    let mut result = [0; 4];
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let disk = Disk::make()?;
    for _ in 0..cycles {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let acknowledged =
            cut_after(&disk, kind, kibibytes, Duration::from_micros((state >> 33) % 120_000));
        disk.mount_again();
        let lost = match kind {
            "register" => lost_by_register(&disk.root(), &acknowledged, kibibytes),
            _ => lost_by_sled(&disk.root(), &acknowledged, kibibytes),
        };
        for (sum, more) in
            result.iter_mut().zip([usize::from(lost > 0), 1, acknowledged.len(), lost])
        {
            *sum += more;
        }
        // The next cut meets a directory of its own, so that the disk does not fill up.
        for name in ["register", "sled"] {
            let _ = fs::remove_dir_all(disk.root().join(name));
        }
    }
    println!(
        "{kind}, records of {kibibytes} KiB: {} of {} power losses lost an acknowledged record ({} of {} records)",
        result[0], result[1], result[3], result[2]
    );
    Ok(result)
}

fn cycles() -> usize {
    let asked = env::var("TANU_POWER_CYCLES").ok().and_then(|cycles| cycles.parse().ok());
    asked.unwrap_or(30)
}

#[test]
fn power_losses_take_nothing_that_was_acknowledged() {
    if env::var(ROLE).is_ok() {
        return;
    }
    for kibibytes in [1, 20, 200] {
        match cut_often("register", kibibytes, cycles().div_ceil(3)) {
            Ok([with_loss, _, acknowledged, lost]) => {
                assert_eq!((with_loss, lost), (0, 0), "records of {kibibytes} KiB");
                assert!(acknowledged > 0, "nothing was acknowledged");
            }
            Err(why) => return skip(&why),
        }
    }
}

/// The baseline shows that the cut is one: a store that relies on `flush` of sled loses here.
#[test]
fn power_losses_take_what_sled_acknowledged() {
    if env::var(ROLE).is_ok() {
        return;
    }
    let mut losses = 0;
    for kibibytes in [20, 200] {
        match cut_often("sled", kibibytes, cycles().div_ceil(6)) {
            Ok([with_loss, ..]) => losses += with_loss,
            Err(why) => return skip(&why),
        }
    }
    assert!(losses > 0, "sled lost nothing: is the cut still a cut?");
}
