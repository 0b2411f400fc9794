//! An anchor that is an address: somebody else shows the last checkpoint there, and he alone can show that of the restored log.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;

use super::*;

/// Whoever shows a checkpoint: a witness or a mirror, on this machine.
struct Mirror {
    url: String,
    note: Arc<Mutex<String>>,
}

impl Mirror {
    fn showing(note: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/checkpoint", listener.local_addr().unwrap());
        let note = Arc::new(Mutex::new(note));
        let shown = Arc::clone(&note);
        // It ends with the test.
        let _answering = std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 4096]).unwrap();
                let body = shown.lock().unwrap().clone();
                let length = body.len();
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n");
                let _ =
                    stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes());
            }
        });
        Self { url, note }
    }

    /// He takes what the registrar gives him.
    fn show(&self, note: String) {
        *self.note.lock().unwrap() = note;
    }
}

fn checkpoint(office: &Office) -> String {
    fs::read_to_string(office.dir.join("log/checkpoint")).unwrap()
}

/// Names this anchor in the configuration.
fn anchor_at(office: &Office, url: &str) {
    let path = office.dir.join("tanu.toml");
    let configuration = fs::read_to_string(&path).unwrap();
    assert!(!configuration.contains("anchor ="), "{configuration}");
    fs::write(path, format!("anchor = \"{url}\"\n{configuration}")).unwrap();
}

/// A register with an anchor at an address, its backup, and what it still signed after that: an import and a revocation.
struct Shown {
    office: Office,
    recipient: Recipient,
    file: PathBuf,
    size: u64,
    mirror: Mirror,
}

impl Shown {
    fn new() -> Result<Self, String> {
        let office = Office::ready()?;
        let recipient = Recipient::of(&office);
        let mirror = Mirror::showing(checkpoint(&office));
        anchor_at(&office, &mirror.url);
        let _ = import(&office, "KEPT", 0..2);
        let file = office.scratch.join("full.tanu-backup");
        let size = recipient.back_up(&office, &file)["size"].as_u64().unwrap();
        let _ = import(&office, "LOST", 0..1);
        mirror.show(checkpoint(&office));
        Ok(Self { office, recipient, file, size, mirror })
    }

    fn words(&self, other: &Office) -> Vec<String> {
        let files = std::slice::from_ref(&self.file);
        self.recipient.restore((&self.office, other), "B", files)
    }
}

#[test]
fn an_address_counts_what_is_lost_and_is_named_again_by_hand() {
    let shown = match Shown::new() {
        Ok(shown) => shown,
        Err(reason) => {
            return skip("an_address_counts_what_is_lost_and_is_named_again_by_hand", &reason);
        }
    };
    let url = &shown.mirror.url;
    let ended = checkpoint(&shown.office);
    let signed: u64 = ended.lines().nth(1).unwrap().parse().unwrap();
    let other = Office::empty().unwrap();
    let restored = perform(&other, &shown.words(&other)).ended(0).record();
    assert_eq!(restored["lost_entries"].as_u64(), Some(signed - shown.size));
    assert_eq!(restored["anchor"], serde_json::json!({ "left": url, "new": null }));
    // It shows the log that ended: named before it shows the new one, it stops everybody.
    let _ = import(&other, "NEW", 0..1);
    let bare = fs::read_to_string(other.dir.join("tanu.toml")).unwrap();
    anchor_at(&other, url);
    for words in [&["register", "checkpoint"][..], &["list"]] {
        let refused = other.run(words).ended(1);
        let sentence = refused.sentence();
        let expected = format!(
            "what the anchor {url} holds is no checkpoint of the log credentials.example.org/log-2"
        );
        assert!(sentence.contains(&expected), "{sentence}");
        assert!(
            sentence.contains("have DIR/log/checkpoint of the new log put there"),
            "{sentence}"
        );
    }
    fs::write(other.dir.join("tanu.toml"), bare).unwrap();
    let given = checkpoint(&other);
    assert!(given.starts_with("credentials.example.org/log-2\n"), "{given}");
    shown.mirror.show(given);
    anchor_at(&other, url);
    let _ = import(&other, "NEWER", 0..1);
    shown.mirror.show(checkpoint(&other));
    let _ = other.run(&["register", "checkpoint"]).ended(0);
}

#[test]
fn an_address_that_shows_another_tree_stops_the_restore() {
    let shown = match Shown::new() {
        Ok(shown) => shown,
        Err(reason) => {
            return skip("an_address_that_shows_another_tree_stops_the_restore", &reason);
        }
    };
    // A checkpoint whose signature does not hold: somebody wrote another size over it.
    let honest = checkpoint(&shown.office);
    let size = honest.lines().nth(1).unwrap();
    shown.mirror.show(honest.replacen(&format!("\n{size}\n"), "\n900\n", 1));
    let other = Office::empty().unwrap();
    let refused = perform(&other, &shown.words(&other)).ended(1);
    assert!(refused.sentence().contains("not signed by the key of its log"), "{refused:?}");
    assert!(!other.dir.join("tanu.toml").exists());
}

#[test]
fn an_address_that_does_not_answer_stops_no_restore() {
    let shown = match Shown::new() {
        Ok(shown) => shown,
        Err(reason) => return skip("an_address_that_does_not_answer_stops_no_restore", &reason),
    };
    shown.mirror.show("<html>out of order</html>".to_owned());
    let url = &shown.mirror.url;
    let other = Office::empty().unwrap();
    let mut words = shown.words(&other);
    words.retain(|word| word != "--json");
    let told = perform(&other, &words).ended(0).stdout;
    assert!(told.contains("a newer checkpoint (--checkpoint) would tell how much"), "{told}");
    // Who has to do what: the registrar opens and hands over, the other one shows.
    let left =
        format!("the anchor {url} is left as evidence of the log that ended; there is none now");
    assert!(told.contains(&left), "{told}");
    assert!(told.contains("give its log/checkpoint to whoever shows that address"), "{told}");
    let configuration = fs::read_to_string(other.dir.join("tanu.toml")).unwrap();
    assert!(!configuration.contains("anchor"), "{configuration}");
}
