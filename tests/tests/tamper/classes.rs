//! What a clerk with a shell can do to a directory: each class one function that does it at a random place.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tanu_tests::{Extent, Random, Segment, microseconds_text};

use super::day::{Day, copy};

/// A name, whether only a checkpoint kept elsewhere tells, and what is done.
type Class = (&'static str, bool, fn(&Day, &Path, &mut Random));

pub(crate) const CLASSES: &[Class] = &[
    ("an entry deleted, checksums made anew", false, |_, place, random| {
        edit(place, random, |segment, at, _| drop(segment.0[at.0].remove(at.1)));
    }),
    ("an entry deleted, all behind it numbered anew", false, |_, place, random| {
        edit(place, random, |segment, at, _| {
            drop(segment.0[at.0].remove(at.1));
            segment.renumber();
        });
    }),
    ("entries at the end deleted", false, |_, place, random| {
        edit(place, random, |segment, _, random| {
            let all = segment.places();
            let (group, at) = all[all.len() - 1 - random.below(5)];
            segment.0.truncate(group + 1);
            segment.0[group].truncate(at);
        });
    }),
    ("a byte of a leaf changed", false, |_, place, random| {
        flip(place, random, |entry, _| (entry.leaf, entry.marker));
    }),
    ("a byte of a leaf changed, checksums made anew", false, |_, place, random| {
        edit(place, random, |segment, at, random| {
            let leaf = &mut segment.0[at.0][at.1].leaf;
            let byte = random.below(leaf.len());
            leaf[byte] ^= 1 << random.below(7);
        });
    }),
    ("a byte of a payload changed", false, |_, place, random| {
        flip(place, random, |entry, _| (entry.payload, entry.end));
    }),
    ("a byte of a head changed", false, |_, place, random| {
        flip(place, random, |entry, _| (entry.head, entry.leaf));
    }),
    ("a byte of a commit frame changed", false, |_, place, random| {
        flip(place, random, |_, commit| (commit, commit + 32));
    }),
    ("an entry inserted with an earlier time", false, |_, place, random| {
        edit(place, random, |segment, at, random| {
            let mut frame = segment.0[at.0][at.1].clone();
            frame.microseconds -= 1 + u64::try_from(random.below(86_400_000_000)).unwrap();
            segment.0[at.0].insert(at.1, frame);
            segment.renumber();
        });
    }),
    ("an entry inserted that fits in every way", false, |_, place, random| {
        edit(place, random, |segment, at, _| {
            let mut frame = segment.0[at.0][at.1].clone();
            for later in segment.0.iter_mut().flatten().filter(|other| other.index >= frame.index) {
                later.microseconds += 1_000;
                let time = microseconds_text(later.microseconds, &later.leaf);
                later.write_leaf(|leaf| leaf["time"] = json!(time));
            }
            frame.write_leaf(|leaf| leaf["commitments"] = json!(["A".repeat(43)]));
            segment.0[at.0].insert(at.1, frame);
            segment.renumber();
        });
    }),
    ("two entries in each other's place", false, |_, place, random| {
        edit(place, random, |segment, at, random| {
            let all = segment.places();
            let mut other = all[random.below(all.len())];
            while other == at {
                other = all[random.below(all.len())];
            }
            let (one, two) = (segment.0[at.0][at.1].clone(), segment.0[other.0][other.1].clone());
            for (place, from, to) in [(at, &two, &one), (other, &one, &two)] {
                let mut frame = from.clone();
                let time: Value =
                    serde_json::from_slice::<Value>(&to.leaf).unwrap()["time"].clone();
                (frame.index, frame.microseconds) = (to.index, to.microseconds);
                frame.write_leaf(|leaf| {
                    leaf["index"] = to.index.into();
                    leaf["time"] = time;
                });
                segment.0[place.0][place.1] = frame;
            }
        });
    }),
    ("the payloads of two certificates swapped", false, |_, place, random| {
        edit(place, random, |segment, _, random| {
            let certificates = of_kind(segment, 3);
            let one = random.below(certificates.len());
            let two = (one + 1 + random.below(certificates.len() - 1)) % certificates.len();
            let (one, two) = (certificates[one], certificates[two]);
            let payload = segment.0[one.0][one.1].payload.take();
            segment.0[one.0][one.1].payload = segment.0[two.0][two.1].payload.take();
            segment.0[two.0][two.1].payload = payload;
        });
    }),
    ("a payload replaced, validly framed", false, |_, place, random| {
        edit(place, random, |segment, _, random| {
            let certificates = of_kind(segment, 3);
            let at = certificates[random.below(certificates.len())];
            let change = random.below(CHANGES.len());
            segment.0[at.0][at.1].write_payload(CHANGES[change].0);
        });
    }),
    ("who revoked and why replaced, validly framed", false, |_, place, random| {
        edit(place, random, |segment, _, random| {
            let revocations = of_kind(segment, 4);
            let at = revocations[random.below(revocations.len())];
            segment.0[at.0][at.1].write_payload(|entry| {
                entry["by"] = json!("somebody else");
                entry["reason"] = json!("holder-request");
            });
        });
    }),
    ("who may be recognised replaced, validly framed", false, |_, place, random| {
        edit(place, random, |segment, _, random| {
            let certificates = of_kind(segment, 3);
            let at = certificates[random.below(certificates.len())];
            let member = ["learner_key", "idempotency_key", "request_hash"][random.below(3)];
            segment.0[at.0][at.1].write_payload(|entry| entry[member] = json!("another"));
        });
    }),
    ("a payload erased without an entry", false, |_, place, random| {
        edit(place, random, |segment, at, _| segment.0[at.0][at.1].payload = None);
    }),
    ("the epoch of an entry lowered", false, |_, place, random| {
        edit(place, random, |segment, at, _| segment.0[at.0][at.1].epoch = 0);
    }),
    ("a certificate logged twice", false, |_, place, random| {
        edit(place, random, |segment, _, random| {
            let certificates = of_kind(segment, 3);
            let at = certificates[random.below(certificates.len())];
            let mut frame = segment.0[at.0][at.1].clone();
            let last = segment.0.last().unwrap().last().unwrap().clone();
            frame.index = last.index + 1;
            frame.microseconds = last.microseconds + 1;
            let time = microseconds_text(frame.microseconds, &last.leaf);
            frame.write_leaf(|leaf| {
                leaf["index"] = (last.index + 1).into();
                leaf["time"] = json!(time);
            });
            segment.0.push(vec![frame]);
        });
    }),
    ("the directory rolled back to yesterday", true, |day, place, random| {
        let yesterday = &day.yesterdays[random.below(day.yesterdays.len())];
        replace(yesterday, place);
    }),
    ("another history signed with the same keys", true, |day, place, _| replace(&day.fork, place)),
    ("the other history under the log of this one", false, |day, place, _| {
        fs::remove_dir_all(place.join("register")).unwrap();
        copy(&day.fork.join("register"), &place.join("register"));
    }),
    ("a byte of a tile changed", false, |_, place, random| {
        flip_file(&any_file(&place.join("log/tile/0"), random), random);
    }),
    ("a byte of an entry bundle changed", false, |_, place, random| {
        flip_file(&any_file(&place.join("log/tile/entries"), random), random);
    }),
    ("a byte of the checkpoint changed", false, |_, place, random| {
        flip_file(&place.join("log/checkpoint"), random);
    }),
    ("the checkpoint deleted", false, |_, place, _| {
        fs::remove_file(place.join("log/checkpoint")).unwrap();
    }),
    ("a byte of the history changed", false, |_, place, random| {
        flip_file(&place.join("log/history"), random);
    }),
    ("the history deleted", false, |_, place, _| {
        fs::remove_file(place.join("log/history")).unwrap();
    }),
    ("checkpoints cut off the history", false, |_, place, random| {
        let path = place.join("log/history");
        let text = fs::read_to_string(&path).unwrap();
        let notes: Vec<&str> = text.trim_end().split("\n\n").collect();
        let left = 2 * (1 + random.below(notes.len() / 2 - 1));
        fs::write(path, format!("{}\n\n", notes[..left].join("\n\n"))).unwrap();
    }),
    ("a checkpoint forged under another key", false, |_, place, random| {
        let path = place.join("log/checkpoint");
        let text = fs::read_to_string(&path).unwrap();
        let root = text.lines().nth(2).unwrap();
        let other = base64_of(random);
        fs::write(&path, text.replace(root, &other)).unwrap();
        let history = place.join("log/history");
        let text = fs::read_to_string(&history).unwrap();
        fs::write(history, text.replace(root, &other)).unwrap();
    }),
    ("a credential given out that was never registered", false, |day, place, random| {
        let name = format!("export/MC-A-{:06}-X.kk.json", 100 + random.below(900));
        fs::copy(day.fork.join("unregistered.json"), place.join(name)).unwrap();
    }),
    ("a store that holds what was never registered", false, |day, place, _| {
        fs::remove_dir_all(place.join("store")).unwrap();
        copy(&day.fork.join("store"), &place.join("store"));
    }),
    ("bits of a status list changed", false, |_, place, random| {
        let path = place.join("status/1.json");
        let mut list: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let bits = &mut list["credentialSubject"]["encodedList"];
        let text = bits.as_str().unwrap();
        let at = 20 + random.below(text.len() - 40);
        let other = if text[at..].starts_with('A') { "B" } else { "A" };
        *bits = json!(format!("{}{other}{}", &text[..at], &text[at + 1..]));
        fs::write(path, list.to_string()).unwrap();
    }),
    ("a status list turned back to before a revocation", false, |day, place, random| {
        let yesterday = &day.yesterdays[random.below(day.yesterdays.len())];
        fs::copy(yesterday.join("status/1.json"), place.join("status/1.json")).unwrap();
    }),
    ("a key added to what verifiers are handed", false, |_, place, _| {
        let path = place.join("trust.json");
        let mut list: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let keys = &mut list["issuers"][0]["keys"];
        let mut key = keys[0].clone();
        key["id"] = json!(format!("{}9", key["id"].as_str().unwrap()));
        keys.as_array_mut().unwrap().push(key);
        fs::write(path, list.to_string()).unwrap();
    }),
];

/// What is done to what an entry says, and what the audit says of it.
type Change = (fn(&mut Value), &'static str);

/// What of a certificate a clerk would like to be another, and what the audit says of it even where the leaf commits to that.
pub(crate) const CHANGES: [Change; 9] = [
    (
        |entry| entry["completion"]["score_percent"] = json!(49),
        "of its credential 1: its score is not the one of the entry",
    ),
    (
        |entry| entry["completion"]["learner"]["name"]["family"] = json!("Басқа"),
        "of its credential 1: its name is not the one of the entry",
    ),
    (
        |entry| entry["completion"]["period_end"] = json!("2026-01-01"),
        "of its credential 1: its period is not the one of the entry",
    ),
    (
        |entry| entry["number"] = json!("MC-A-000001-X"),
        "of its credential 1: its /credentialSubject/licenseNumber is not what the entry says",
    ),
    (
        |entry| entry["handle"] = json!("AAAAAAAAAAAAAAAA"),
        "of its credential 1: its handle is not the one of the entry",
    ),
    (
        |entry| entry["editions"][0]["status"]["index"] = json!(7),
        "of its credential 1: its /credentialStatus/statusListIndex is not what the entry says",
    ),
    (
        |entry| {
            let text = entry["editions"][1]["credential"].as_str().unwrap();
            entry["editions"][1]["credential"] =
                json!(text.replacen("SYN-QC", "SYN-QQ", 1).replacen("2026", "2025", 1));
        },
        "of its credential 2: its signature does not hold",
    ),
    (
        |entry| drop(entry.as_object_mut().unwrap().remove("statement")),
        "its leaf has 5 commitments, and 4 belong to it",
    ),
    (
        |entry| {
            let text = entry["statement"].as_str().unwrap();
            let other = if text.as_bytes()[200] == b'A' { "B" } else { "A" };
            entry["statement"] = json!(format!("{}{other}{}", &text[..200], &text[201..]));
        },
        "of its credential 4: ",
    ),
];

fn segment_of(place: &Path) -> PathBuf {
    place.join("register/00000000000000000000.seg")
}

/// Edits the segment at a random entry and makes every checksum anew.
fn edit(
    place: &Path,
    random: &mut Random,
    change: impl FnOnce(&mut Segment, (usize, usize), &mut Random),
) {
    let path = segment_of(place);
    let mut segment = Segment::parse(&fs::read(&path).unwrap());
    let places = segment.places();
    // Not the last one: what is cut off the end is a class of its own.
    let at = places[random.below(places.len() - 1)];
    change(&mut segment, at, random);
    fs::write(path, segment.to_bytes()).unwrap();
}

/// Turns one bit over, between two places of a random entry or commit frame.
fn flip(place: &Path, random: &mut Random, between: impl FnOnce(&Extent, usize) -> (usize, usize)) {
    let path = segment_of(place);
    let mut bytes = fs::read(&path).unwrap();
    let (entries, commits) = Extent::all(&bytes);
    let (entry, commit) = (random.below(entries.len()), random.below(commits.len()));
    let (from, to) = between(&entries[entry], commits[commit]);
    bytes[from + random.below(to - from)] ^= 1 << random.below(8);
    fs::write(path, bytes).unwrap();
}

fn flip_file(path: &Path, random: &mut Random) {
    let mut bytes = fs::read(path).unwrap();
    let at = random.below(bytes.len());
    bytes[at] ^= 1 << random.below(8);
    fs::write(path, bytes).unwrap();
}

fn any_file(directory: &Path, random: &mut Random) -> PathBuf {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.push(any_file(&path, random));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files.remove(random.below(files.len()))
}

/// One directory in the place of another.
fn replace(by: &Path, place: &Path) {
    fs::remove_dir_all(place).unwrap();
    copy(by, place);
}

/// The entries of a kind, by its number.
fn of_kind(segment: &Segment, kind: u16) -> Vec<(usize, usize)> {
    let places = segment.places().into_iter();
    places.filter(|at| segment.0[at.0][at.1].kind == kind).collect()
}

fn base64_of(random: &mut Random) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letters = (0..42).map(|_| char::from(LETTERS[random.below(64)]));
    letters.chain(['A', '=']).collect()
}
