//! What the audit says of erasures that take what is not theirs, or leave what is: written into the register by a clerk with a shell.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tanu_tests::{Finished, Frame, Office, Segment, clock, sample, skip};

/// In the sample this learner has completed three programmes.
const LEARNER: &str = "SYN-0001";

const ISSUED: u16 = 3;
const REVOKED: u16 = 4;
const ERASED: (u16, &str) = (10, "payload-erased");
const ANEW: u16 = 11;
const TRANSCRIPT: u16 = 18;

/// An office with the certificates of the sample, a transcript of a learner and his certificates revoked.
struct Desk {
    office: Office,
    numbers: Vec<String>,
}

impl Desk {
    fn open(test: &str) -> Option<Self> {
        let office = Office::ready().map_err(|why| skip(test, &why)).ok()?;
        let _ = office.import(&sample("completions.csv"), &[]).ended(1);
        let listed = office.run(&["list", "--json"]).ended(0).records();
        let own = listed.iter().filter(|record| record["learner"] == LEARNER);
        let numbers: Vec<String> =
            own.map(|record| record["number"].as_str().unwrap().to_owned()).collect();
        for language in ["kk", "ru"] {
            let words = ["export", &numbers[0], "--lang", language, "--format", "clr"];
            let _ = office.run(&words).ended(0);
        }
        for number in &numbers {
            let words = ["--reason", "issued-in-error", "--by", "A", "--confirmed-by", "B"];
            let _ = office.run(&[&["revoke", number.as_str()][..], &words].concat()).ended(0);
        }
        Some(Self { office, numbers })
    }

    fn path(&self) -> PathBuf {
        self.office.dir.join("register/00000000000000000000.seg")
    }

    fn segment(&self) -> Segment {
        Segment::parse(&fs::read(self.path()).unwrap())
    }

    fn write(&self, segment: &Segment) {
        fs::write(self.path(), segment.to_bytes()).unwrap();
    }

    /// Appends an erasure as the program would write it, but for what `forge` makes of it. Returns its entry.
    fn erase(&self, segment: &mut Segment, forge: impl FnOnce(&mut Value)) -> u64 {
        let left = self.numbers.iter().map(|number| {
            let frame = frames(segment, ISSUED).find(|frame| frame.says()["number"] == *number);
            what_is_left(frame.unwrap())
        });
        let transcripts: Vec<u64> = frames(segment, TRANSCRIPT).map(|frame| frame.index).collect();
        let mut erasure = json!({
            "kind": ERASED.1, "by": "A", "confirmed_by": "B", "salt": "AAAAAAAAAAAAAAAAAAAAAA",
            "erased_at": frames(segment, REVOKED).last().unwrap().says()["revoked_at"],
            "certificates": left.collect::<Vec<_>>(), "transcripts": transcripts,
        });
        forge(&mut erasure);
        segment.append(ERASED, &erasure);
        self.write(segment);
        segment.0.last().unwrap()[0].index
    }

    fn audit(&self) -> Finished {
        self.office.run(&["register", "verify", "--json"])
    }

    /// Places and sentences of what the audit finds, but that no checkpoint covers the last entries yet.
    fn findings(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let records = self.audit().records().into_iter();
        let told = records.filter(|record| record["invariant"] == "I5");
        told.map(|record| (text(&record["where"]), text(&record["what"]))).collect()
    }
}

/// What an erasure keeps of a certificate, without new signatures of it.
fn what_is_left(frame: &Frame) -> Value {
    let says = frame.says();
    let editions = says["editions"].as_array().unwrap().iter();
    json!({
        "index": frame.index, "number": says["number"],
        "registration_number": says["registration_number"],
        "issue_date": says["completion"]["issue_date"],
        "statuses": editions.map(|edition| edition["status"].clone()).collect::<Vec<_>>(),
    })
}

fn frames(segment: &Segment, kind: u16) -> impl DoubleEndedIterator<Item = &Frame> {
    segment.0.iter().flatten().filter(move |frame| frame.kind == kind)
}

fn at(segment: &mut Segment, index: u64) -> &mut Frame {
    segment.0.iter_mut().flatten().find(|frame| frame.index == index).unwrap()
}

fn push(list: &mut Value, index: u64) {
    if list.is_null() {
        *list = json!([]);
    }
    list.as_array_mut().unwrap().push(index.into());
}

#[test]
fn an_erasure_as_the_program_writes_it_is_no_finding() {
    let Some(desk) = Desk::open("erasures") else { return };
    desk.erase(&mut desk.segment(), |_| {});
    assert_eq!(desk.findings(), []);
    // The start finishes it, and covers it with a checkpoint.
    let _ = desk.office.run(&["register", "checkpoint"]).ended(0);
    let audit = desk.audit().ended(0);
    assert_eq!(audit.records().pop().unwrap()["findings"], 0, "{audit:?}");
    let segment = desk.segment();
    assert!(frames(&segment, TRANSCRIPT).all(|frame| frame.payload.is_none()));
    let erased = frames(&segment, ISSUED).filter(|frame| frame.payload.is_none()).count();
    assert_eq!(erased, 3);
}

/// What is done to an erasure with the index of an entry, and what the audit says of it.
type Place = (fn(&mut Value, u64), &'static str);

/// Each names the entry `index` in the place of something that an erasure may take; and what is said to be there.
const PLACES: [Place; 3] = [
    (
        |erasure, index| push(&mut erasure["certificates"][0]["edition_indices"], index),
        "the new signatures of entry INDEX, where there are none",
    ),
    (
        |erasure, index| push(&mut erasure["transcripts"], index),
        "the transcript of entry INDEX, where there is none",
    ),
    (
        |erasure, index| erasure["certificates"][0]["index"] = index.into(),
        "the certificate of entry INDEX, where there is none",
    ),
];

#[test]
fn an_erasure_licenses_no_other_payload() {
    for (name, place) in PLACES {
        let Some(desk) = Desk::open("erasures") else { return };
        let honest = desk.segment();
        let revocation = frames(&honest, REVOKED).next().unwrap().index;
        for is_blanked in [false, true] {
            let mut segment = honest.clone();
            if is_blanked {
                at(&mut segment, revocation).payload = None;
            }
            let by = desk.erase(&mut segment, |erasure| name(erasure, revocation));
            let told = desk.findings();
            let what = format!("it erases {}", place.replace("INDEX", &revocation.to_string()));
            assert!(told.contains(&(format!("entry {by}"), what)), "{told:#?}");
            let gone = "its payload is gone, and no entry says that it was erased".to_owned();
            let is_told = told.contains(&(format!("entry {revocation}"), gone));
            assert_eq!(is_told, is_blanked, "{told:#?}");
        }
        // Nothing is opened on it, and nothing taken out of the files, by a store that followed and by one that is made anew.
        desk.erase(&mut honest.clone(), |erasure| name(erasure, revocation));
        let before = fs::read(desk.path()).unwrap();
        for _ in 0..2 {
            let refused = desk.office.run(&["list"]).ended(1);
            let sentence = format!("an erasure names entry {revocation} as ");
            assert!(refused.sentence().contains(&sentence), "{refused:?}");
            assert_eq!(fs::read(desk.path()).unwrap(), before);
            fs::remove_dir_all(desk.office.dir.join("store")).unwrap();
        }
    }
}

#[test]
fn an_erasure_names_each_entry_for_what_it_is() {
    let Some(desk) = Desk::open("erasures") else { return };
    let honest = desk.segment();
    let transcript = frames(&honest, TRANSCRIPT).next().unwrap().index;
    let by = desk.erase(&mut honest.clone(), |erasure| {
        push(&mut erasure["certificates"][1]["edition_indices"], transcript);
    });
    let what = format!("it erases the new signatures of entry {transcript}, where there are none");
    assert_eq!(desk.findings(), [(format!("entry {by}"), what)]);
    // A certificate of somebody else.
    let is_another =
        |frame: &&Frame| !desk.numbers.iter().any(|own| frame.says()["number"] == *own);
    let stranger = frames(&honest, ISSUED).find(is_another).unwrap().index;
    let by = desk.erase(&mut honest.clone(), |erasure| {
        erasure["certificates"][0]["index"] = stranger.into();
    });
    let number = &desk.numbers[0];
    let what = format!("it erases {number} in entry {stranger}, which is another");
    assert_eq!(desk.findings(), [(format!("entry {by}"), what)]);
}

#[test]
fn an_erasure_leaves_no_transcript_behind() {
    let Some(desk) = Desk::open("erasures") else { return };
    let honest = desk.segment();
    let transcripts: Vec<u64> = frames(&honest, TRANSCRIPT).map(|frame| frame.index).collect();
    assert_eq!(transcripts.len(), 2);
    let mut segment = honest.clone();
    // The first of two is left: each holds the same numbers.
    let by = desk.erase(&mut segment, |erasure| erasure["transcripts"] = json!([transcripts[1]]));
    let left = [left_behind(transcripts[0], by)];
    assert_eq!(desk.findings(), left, "before the files are written anew");
    let _ = desk.office.run(&["register", "checkpoint"]).ended(0);
    let segment = desk.segment();
    assert!(frames(&segment, TRANSCRIPT).next().unwrap().payload.is_some());
    assert_eq!(frames(&segment, ISSUED).filter(|frame| frame.payload.is_none()).count(), 3);
    assert_eq!(desk.findings(), left);
    assert_eq!(desk.audit().ended(1).records().pop().unwrap()["findings"], 1);
}

#[test]
fn an_erasure_leaves_no_new_signatures_behind() {
    let Some(desk) = Desk::open("erasures") else { return };
    // Times of this command are whole seconds, and what it is asked about must have been signed before.
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    let since = clock();
    let words = ["key", "compromise", "--purpose", "credentials", "--since", &since];
    let confirmed = ["--by", "A", "--confirmed-by", "B"];
    let certificate = |frame: &Frame| frame.says()["number"].clone();
    let _ = desk.office.run(&[&words[..], &confirmed].concat()).ended(0);
    let _ = desk.office.run(&["key", "reissue"]).ended(0);
    let mut segment = desk.segment();
    let anew = frames(&segment, ANEW).next().unwrap();
    let (index, number) = (anew.index, certificate(anew));
    // It was in force, so it is not the learner's whose certificates are revoked.
    let issued = frames(&segment, ISSUED).find(|frame| certificate(frame) == number).unwrap();
    let left = what_is_left(issued);
    let revoked = frames(&segment, REVOKED).next().unwrap().says();
    let mut revocation = revoked.clone();
    revocation["number"] = number;
    segment.append((REVOKED, "certificate-revoked"), &revocation);
    let by = desk.erase(&mut segment, |erasure| erasure["certificates"] = json!([left.clone()]));
    assert!(desk.findings().contains(&left_behind(index, by)), "{:#?}", desk.findings());
    // Also once the certificate itself is gone.
    at(&mut segment, left["index"].as_u64().unwrap()).payload = None;
    desk.write(&segment);
    assert!(desk.findings().contains(&left_behind(index, by)), "{:#?}", desk.findings());
}

fn left_behind(index: u64, by: u64) -> (String, String) {
    let what = format!("it holds a certificate that entry {by} erases, and is not erased with it");
    (format!("entry {index}"), what)
}
