//! What must not be found: no national identity number in any file of a data directory, packed or not, nor in anything that is
//! printed or handed out; no passphrase anywhere.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use flate2::read::{GzDecoder, ZlibDecoder};
use tanu_tests::{Office, PASSPHRASE, sample, skip, text};

/// Every file below `dir`.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => found.extend(files(&entry.path())),
            kind if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found
}

/// The bytes, and everything that can be unpacked at any place of them.
fn layers(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut layers = vec![bytes.to_vec()];
    for (at, start) in bytes.windows(2).enumerate() {
        let mut plain = Vec::new();
        let rest = &bytes[at..];
        // RFC 1950: CMF, and a header that is a multiple of 31. RFC 1952: the two magic bytes.
        let unpacked = match start {
            [0x78, flags] if (0x7800 + u16::from(*flags)) % 31 == 0 => {
                ZlibDecoder::new(rest).read_to_end(&mut plain)
            }
            [0x1F, 0x8B] => GzDecoder::new(rest).read_to_end(&mut plain),
            _ => continue,
        };
        // What came out before an error counts too.
        let _ = unpacked;
        if !plain.is_empty() {
            layers.push(plain);
        }
    }
    layers
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The valid numbers of the sample, as anybody could write them.
fn identity_numbers() -> Vec<String> {
    let completions = fs::read_to_string(sample("completions.csv")).unwrap();
    let rows = completions.lines().skip(1);
    let mut numbers: Vec<_> = rows.map(|row| row.split(',').nth(5).unwrap().to_owned()).collect();
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 60, "one for each learner");
    assert!(numbers.iter().all(|iin| iin.len() == 12 && iin.bytes().all(|b| b.is_ascii_digit())));
    numbers
}

/// A directory that has done everything, and all that was printed meanwhile.
fn lived(test: &str) -> Option<(Office, String)> {
    let office = Office::ready().map_err(|why| skip(test, &why)).ok()?;
    let mut printed = String::new();
    let mut note = |words: &[&str]| {
        let finished = office.run(words);
        printed.push_str(&finished.stdout);
        printed.push_str(&finished.stderr);
        finished.stdout
    };
    let completions = text(&sample("completions.csv"));
    for format in [&["--json"][..], &[]] {
        note(&[&["import", &completions][..], format].concat());
    }
    note(&["import", "--json", &text(&sample("completions_excel_ru.csv"))]);
    note(&["list"]);
    let listed = note(&["list", "--json"]);
    let first = tanu_tests::records(&listed)[0]["number"].as_str().unwrap().to_owned();
    note(&["revoke", &first, "--reason", "misconduct", "--confirmed-by", "dean"]);
    for record in tanu_tests::records(&listed) {
        let number = record["number"].as_str().unwrap();
        note(&["show", number, "--json"]);
        note(&["export", number, "--format", "json"]);
    }
    Some((office, printed))
}

#[test]
fn no_identity_number_is_stored_in_clear_or_given_out() {
    let test = "no_identity_number_is_stored_in_clear_or_given_out";
    let Some((office, printed)) = lived(test) else { return };
    let numbers = identity_numbers();
    for number in &numbers {
        assert!(!printed.contains(number.as_str()), "{number} is printed");
    }
    let mut unpacked = 0;
    for path in files(&office.dir) {
        let layers = layers(&fs::read(&path).unwrap());
        unpacked += layers.len() - 1;
        // A name is there: the search would see a number too.
        for layer in layers {
            // Every number of the sample is twelve digits; look once for such runs, then compare.
            for digits in layer.split(|byte| !byte.is_ascii_digit()).filter(|run| run.len() >= 12) {
                for number in &numbers {
                    assert!(!contains(digits, number), "{}: {number}", path.display());
                }
            }
        }
    }
    assert!(unpacked >= 68, "only {unpacked} packed texts were found: the search is blind");
}

#[test]
fn the_search_for_numbers_sees_the_names() {
    let Some((office, _)) = lived("the_search_for_numbers_sees_the_names") else { return };
    for part in ["register", "store"] {
        let seen = files(&office.dir.join(part)).iter().any(|path| {
            layers(&fs::read(path).unwrap()).iter().any(|layer| contains(layer, "Мысалиев"))
        });
        assert!(seen, "{part}: not even a name is found, so the search proves nothing");
    }
}

#[test]
fn an_erased_learner_is_in_no_file_after_the_next_start() {
    let test = "an_erased_learner_is_in_no_file_after_the_next_start";
    let Some((office, _)) = lived(test) else { return };
    let listed = tanu_tests::records(&office.list());
    let theirs: Vec<_> = listed.iter().filter(|record| record["learner"] == "SYN-0007").collect();
    assert!(theirs.len() > 1, "the case needs a learner with several certificates");
    let mut marks = vec!["SYN-0007".to_owned(), "learner07@work.example.com".to_owned()];
    for record in &theirs {
        marks.push(record["name"].as_str().unwrap().to_owned());
        marks.push(record["handle"].as_str().unwrap().to_owned());
    }
    let found = |mark: &String| {
        files(&office.dir)
            .iter()
            .any(|path| layers(&fs::read(path).unwrap()).iter().any(|layer| contains(layer, mark)))
    };
    for mark in &marks {
        assert!(found(mark), "{mark} is not even found before, so the search proves nothing");
    }
    let words = ["erase", "SYN-0007", "--by", "registrar", "--confirmed-by", "dean", "--json"];
    assert_eq!(office.run(&words).ended(0).records().len(), theirs.len());
    // The files of the store are made anew by the next command that opens the directory.
    let left = tanu_tests::records(&office.list());
    assert_eq!(left.len(), listed.len() - theirs.len());
    for mark in &marks {
        assert!(!found(mark), "{mark} is still there");
    }
    let journal = office.run(&["journal", "--format", "json"]).ended(0).records();
    assert_eq!(journal.iter().filter(|line| line["entry"] == "erased").count(), theirs.len());
    assert_eq!(journal.len(), listed.len());
}

#[test]
fn no_passphrase_is_stored() {
    let Some((office, printed)) = lived("no_passphrase_is_stored") else { return };
    assert!(!printed.contains(PASSPHRASE));
    for path in files(&office.dir) {
        let found =
            layers(&fs::read(&path).unwrap()).iter().any(|layer| contains(layer, PASSPHRASE));
        assert!(!found, "{}", path.display());
    }
}
