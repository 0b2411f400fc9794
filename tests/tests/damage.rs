//! A register with a torn tail is repaired, a damaged one is refused, and the store is only a projection of it.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};

use tanu_tests::{Judge, Office, Random, records, sample, skip};
use verifier::Verdict;

fn ready(test: &str) -> Option<Office> {
    Office::ready().map_err(|why| skip(test, &why)).ok()
}

/// The last segment of the register.
fn segment(office: &Office) -> PathBuf {
    let entries = fs::read_dir(office.dir.join("register")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|ext| ext == "seg")).max().unwrap()
}

fn numbers(office: &Office) -> Vec<String> {
    let listed = records(&office.list());
    listed.iter().map(|record| record["number"].as_str().unwrap().to_owned()).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Everything that the directory answers.
fn answers(office: &Office) -> Vec<String> {
    let mut answers = vec![office.list(), office.run(&["programme", "list", "--json"]).stdout];
    for number in numbers(office) {
        answers.push(office.run(&["show", &number, "--json"]).ended(0).stdout);
        for language in ["kk", "ru", "en"] {
            answers.push(office.credential(&number, language));
        }
    }
    answers
}

#[test]
fn without_its_store_a_directory_gives_the_same_answers() {
    let Some(office) = ready("without_its_store_a_directory_gives_the_same_answers") else {
        return;
    };
    let _ = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    let revoked = numbers(&office)[2].clone();
    let _ = office
        .run(&["revoke", &revoked, "--reason", "superseded", "--confirmed-by", "dean"])
        .ended(0);
    let before = answers(&office);
    fs::remove_dir_all(office.dir.join("store")).unwrap();
    assert!(answers(&office) == before);
    // Damage to the store is a reason to build it anew, and no more.
    for entry in fs::read_dir(office.dir.join("store/db")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let length = fs::metadata(&path).unwrap().len();
            fs::write(&path, vec![0xA5; usize::try_from(length).unwrap()]).unwrap();
        }
    }
    assert!(answers(&office) == before);
    // The row of the revoked certificate has none in force, and says so.
    let again = office.import(&sample("completions_excel_ru.csv"), &[]).ended(1);
    for record in again.records() {
        let outcome = if record["number"] == *revoked { "revoked" } else { "unchanged" };
        assert_eq!(record["outcome"], outcome, "{record}");
    }
}

#[test]
fn status_lists_that_are_lost_are_published_again() {
    let Some(office) = ready("status_lists_that_are_lost_are_published_again") else { return };
    let _ = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    let number = &numbers(&office)[0];
    let revoke = ["revoke", number, "--reason", "superseded", "--confirmed-by", "dean"];
    let _ = office.run(&revoke).ended(0);
    let credential = office.credential(number, "kk");
    assert_eq!(Judge::of(&office.dir).verdict(credential.as_bytes()), Verdict::Invalid);
    fs::remove_dir_all(office.dir.join("status")).unwrap();
    // The next act that touches a list makes it whole.
    let other = &numbers(&office)[1];
    let _ =
        office.run(&["revoke", other, "--reason", "superseded", "--confirmed-by", "dean"]).ended(0);
    assert_eq!(Judge::of(&office.dir).verdict(credential.as_bytes()), Verdict::Invalid);
}

#[test]
fn a_torn_tail_is_set_aside_and_nothing_acknowledged_is_lost() {
    let test = "a_torn_tail_is_set_aside_and_nothing_acknowledged_is_lost";
    let Some(office) = ready(test) else { return };
    let mut random = Random::announced(test);
    let _ = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    let before = answers(&office);
    let whole = fs::read(segment(&office)).unwrap();

    // The next append as it would be, from a directory that goes on with one row: one group.
    let Some(ahead) = ready(test) else { return };
    fs::remove_dir_all(&ahead.dir).unwrap();
    copy(&office.dir, &ahead.dir);
    let completions = fs::read_to_string(sample("completions.csv")).unwrap();
    let row: Vec<_> =
        completions.lines().enumerate().filter(|(at, _)| matches!(at, 0 | 11)).collect();
    let row = format!("{}\n{}\n", row[0].1, row[1].1);
    let _ = ahead.import(&ahead.file("row.csv", row.as_bytes()), &[]).ended(0);
    let next = fs::read(segment(&ahead)).unwrap();
    assert!(next.starts_with(&whole) && next.len() > whole.len());
    let next = &next[whole.len()..];

    let mut tails = vec![vec![0], vec![0; 5000], b"TnuH".to_vec(), b"garbage ".repeat(100)];
    tails.push(next[..next.len() - 1].to_vec());
    tails.push(next[..next.len() / 2].to_vec());
    tails.extend((0..10).map(|_| next[..=random.below(next.len() - 1)].to_vec()));
    // A sector of zeros in the middle, as after a power loss.
    let holed = |at: usize| [&next[..at], &[0; 512], &next[at + 512..]].concat();
    tails.extend((0..4).map(|_| holed(random.below(next.len() - 512))));
    for tail in tails {
        fs::write(segment(&office), [&whole[..], &tail].concat()).unwrap();
        let told = office.run(&["list", "--json"]).ended(0);
        assert!(told.stdout == before[0], "a tail of {} bytes changes the answers", tail.len());
        assert!(told.stderr.contains("cut off"), "nobody was told: {told:?}");
        assert_eq!(fs::read(segment(&office)).unwrap(), whole, "the tail is still there");
    }
    assert!(answers(&office) == before);
    let _ = office.import(&sample("completions.csv"), &[]).ended(1);
    assert_eq!(numbers(&office).len(), 68);
}

#[test]
fn a_changed_byte_is_refused_with_a_sentence_and_nothing_is_touched() {
    let test = "a_changed_byte_is_refused_with_a_sentence_and_nothing_is_touched";
    let Some(office) = ready(test) else { return };
    let mut random = Random::announced(test);
    let _ = office.import(&sample("completions.csv"), &[]).ended(1);
    let before = numbers(&office);
    let path = segment(&office);
    let whole = fs::read(&path).unwrap();
    // Sixteen rows become durable together; the last group is another test's matter.
    let middle = whole.len() * 3 / 4;
    for _ in 0..12 {
        let (at, bit) = (random.below(middle), random.below(8));
        let mut changed = whole.clone();
        changed[at] ^= 1 << bit;
        fs::write(&path, &changed).unwrap();
        for words in [&["list"][..], &["serve", "--listen", "127.0.0.1:0"]] {
            let finished = office.run(words).ended(1);
            assert!(
                finished.sentence().contains("00000000.seg"),
                "byte {at} bit {bit}: {finished:?}"
            );
        }
        assert_eq!(fs::read(&path).unwrap(), changed, "byte {at}: the register was touched");
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(numbers(&office), before);
}

#[test]
fn a_register_that_lost_what_was_acknowledged_is_refused() {
    let Some(office) = ready("a_register_that_lost_what_was_acknowledged_is_refused") else {
        return;
    };
    let _ = office.import(&sample("completions_excel_ru.csv"), &[]).ended(0);
    let path = segment(&office);
    let whole = fs::read(&path).unwrap();
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    for shorter in [&changed[..], &whole[..whole.len() - 1], &whole[..whole.len() / 2], &[]] {
        fs::write(&path, shorter).unwrap();
        let finished = office.run(&["list"]);
        assert_eq!(finished.code, 1, "{} bytes left: {finished:?}", shorter.len());
        assert!(finished.stderr.contains("restore"), "{finished:?}");
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(numbers(&office).len(), 10);
}
