//! The verdicts of `verifier check` on the demo directory: what `demo.json` promises, and never a good word for a credential
//! that somebody changed.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Map, Value, json};
use tanu_tests::{Demo, Finished, Judge, Place, Random, binary, demo, places, run, skip};
use verifier::Verdict;

/// Runs the test on the demo directory, or says loudly that it was skipped.
fn on_the_demo(test: &str, body: impl FnOnce(&Demo, &Checker)) {
    let checker = binary("verifier").ok_or_else(|| "the binary `verifier` is missing".to_owned());
    match (demo(), checker) {
        (Ok(demo), Ok(verifier)) => body(&demo, &Checker { verifier, dir: demo.dir.clone() }),
        (Err(why), _) | (_, Err(why)) => skip(test, &why),
    }
}

struct Checker {
    verifier: PathBuf,
    dir: PathBuf,
}

impl Checker {
    /// `verifier check --offline --json WORDS FILES`.
    fn check(&self, words: &[&str], files: &[PathBuf]) -> Finished {
        let mut command = Command::new(&self.verifier);
        command.current_dir(&self.dir).args(["check", "--offline", "--json"]);
        run(command.args(words).args(files))
    }

    fn trusting(&self, files: &[PathBuf]) -> Finished {
        self.check(&["--trust", "trust.json", "--documents", "documents"], files)
    }
}

fn verdict(record: &Value) -> &str {
    record["verdict"].as_str().unwrap()
}

fn valid_files(demo: &Demo) -> Vec<PathBuf> {
    demo.files.iter().filter(|file| file.valid).map(|file| file.path.clone()).collect()
}

/// The credential that is changed in every way below.
fn subject(demo: &Demo) -> Value {
    serde_json::from_slice(&fs::read(valid_files(demo).first().unwrap()).unwrap()).unwrap()
}

#[test]
fn every_file_gets_the_verdict_of_the_index() {
    on_the_demo("every_file_gets_the_verdict_of_the_index", |demo, checker| {
        assert_eq!(demo.files.len(), 204);
        assert_eq!(demo.files.iter().filter(|file| !file.valid).count(), 3);
        let files: Vec<_> = demo.files.iter().map(|file| file.path.clone()).collect();
        let records = checker.trusting(&files).ended(1).records();
        assert_eq!(records.len(), files.len());
        for (file, record) in demo.files.iter().zip(&records) {
            let expected = if file.valid { "valid" } else { "invalid" };
            assert_eq!(verdict(record), expected, "{record}");
            assert_eq!(record["input"], *file.path.to_str().unwrap());
            let alone = checker.trusting(std::slice::from_ref(&file.path));
            assert_eq!(alone.code, i32::from(!file.valid), "{record}");
        }
        let valid = valid_files(demo);
        assert_eq!(checker.trusting(&valid).code, 0);
    });
}

#[test]
fn without_a_trust_list_nobody_is_trusted() {
    on_the_demo("without_a_trust_list_nobody_is_trusted", |demo, checker| {
        let valid = valid_files(demo);
        let finished = checker.check(&["--documents", "documents"], &valid).ended(2);
        assert!(finished.records().iter().all(|record| verdict(record) == "untrusted"));
        for file in &valid {
            let alone = checker.check(&["--documents", "documents"], std::slice::from_ref(file));
            assert_eq!(alone.code, 2, "{}", file.display());
        }
    });
}

#[test]
fn a_document_withheld_leaves_the_verdict_open() {
    on_the_demo("a_document_withheld_leaves_the_verdict_open", |demo, checker| {
        let folder = demo.dir.join("documents");
        for withheld in fs::read_dir(&folder).unwrap() {
            let withheld = withheld.unwrap().file_name();
            let fewer = tempfile::tempdir().unwrap();
            for kept in fs::read_dir(&folder).unwrap() {
                let kept = kept.unwrap();
                if kept.file_name() != withheld {
                    fs::copy(kept.path(), fewer.path().join(kept.file_name())).unwrap();
                }
            }
            let words = ["--trust", "trust.json", "--documents", fewer.path().to_str().unwrap()];
            // The revoked one too: without its status list, or its key, nothing is known of it.
            for file in &demo.files {
                let record = checker.check(&words, std::slice::from_ref(&file.path)).ended(3);
                let record = record.record();
                assert_eq!(verdict(&record), "indeterminate", "{withheld:?}: {record}");
                assert_eq!(record["documents_missing"].as_array().unwrap().len(), 1, "{record}");
            }
        }
    });
}

#[test]
fn a_member_given_twice_is_refused() {
    on_the_demo("a_member_given_twice_is_refused", |demo, checker| {
        let scratch = tempfile::tempdir().unwrap();
        let document = subject(demo);
        let judge = Judge::of(&demo.dir);
        let compact = document.to_string();
        assert_eq!(judge.verdict(compact.as_bytes()), Verdict::Valid);
        let objects = places(&document).into_iter().filter(|at| at.object(&document).is_some());
        for (number, at) in objects.enumerate() {
            let (name, value) = at.object(&document).unwrap().iter().next().unwrap();
            // The member once more, with the same value, before all others.
            let mark = at.with_member(&document, "\u{1}", json!(0)).to_string();
            let twice = mark.replacen("\"\\u0001\":0", &format!("\"{name}\":{value}"), 1);
            assert_ne!(twice, mark);
            assert_eq!(judge.verdict(twice.as_bytes()), Verdict::Refused, "{at} {name}");
            let escaped = twice.replacen(
                &format!("\"{name}\":{value}"),
                &format!("\"\\u{:04x}{}\":{value}", u32::from(name.as_bytes()[0]), &name[1..]),
                1,
            );
            assert_eq!(judge.verdict(escaped.as_bytes()), Verdict::Refused, "{at} {name} escaped");
            if number < 5 {
                let path = scratch.path().join("twice.json");
                fs::write(&path, &twice).unwrap();
                let record = checker.trusting(&[path]).ended(4).record();
                assert_eq!(verdict(&record), "refused", "{at}");
            }
        }
    });
}

#[test]
fn a_credential_cut_short_is_neither_valid_nor_untrusted() {
    let test = "a_credential_cut_short_is_neither_valid_nor_untrusted";
    on_the_demo(test, |demo, checker| {
        let whole = fs::read(valid_files(demo).first().unwrap()).unwrap();
        let length = whole.trim_ascii_end().len();
        let scratch = tempfile::tempdir().unwrap();
        let mut random = Random::announced(test);
        for _ in 0..40 {
            let cut = random.below(length);
            let path = scratch.path().join("cut.json");
            fs::write(&path, &whole[..cut]).unwrap();
            let finished = checker.trusting(&[path]);
            assert!(!matches!(finished.code, 0 | 2), "cut at {cut}: {finished:?}");
            assert!(!matches!(verdict(&finished.record()), "valid" | "untrusted"), "{cut}");
        }
    });
}

/// Other JSON for the same leaf.
fn changes(leaf: &Value) -> Vec<Value> {
    match leaf {
        Value::String(text) => {
            let mut changed = vec![format!("{text}x"), format!("x{text}"), format!("{text} ")];
            changed.push(String::new());
            changed.push(text.chars().take(text.chars().count() - 1).collect());
            changed.push(text.chars().rev().collect());
            if let Some((at, letter)) = text
                .char_indices()
                .find(|(_, one)| one.to_uppercase().to_string() != one.to_string())
            {
                let (before, behind) = (&text[..at], &text[at + letter.len_utf8()..]);
                changed.push(format!("{before}{}{behind}", letter.to_uppercase()));
            }
            let changed = changed.into_iter().filter(|other| other != text).map(Value::String);
            changed.chain([json!(null), json!(1), json!(true)]).collect()
        }
        Value::Number(number) => {
            let number = number.as_f64().unwrap();
            vec![
                json!(number + 1.0),
                json!(-number),
                json!(number + 0.001),
                json!(leaf.to_string()),
                json!(null),
                json!([leaf, leaf]),
            ]
        }
        Value::Bool(bit) => {
            vec![json!(!bit), json!(bit.to_string()), json!(u8::from(*bit)), json!(null)]
        }
        other => panic!("the demo issues {other}"),
    }
}

/// Every change of one leaf, member or item, with the words to find it again.
fn mutations(document: &Value) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for at in places(document) {
        let value = at.of(document);
        if !value.is_object() && !value.is_array() {
            for change in changes(value) {
                found.push((format!("{at} := {change}"), at.replaced(document, change)));
            }
        }
        if at != Place::default() {
            found.push((format!("{at} removed"), at.removed(document)));
        }
        if let Value::Array(items) = value {
            for (index, item) in items.iter().enumerate() {
                let mut more = items.clone();
                more.insert(index, item.clone());
                found.push((format!("{at}/{index} twice"), at.replaced(document, json!(more))));
            }
        }
    }
    found
}

/// Every member once more, in every object that has none of that name.
fn scattered(document: &Value) -> Vec<(String, Value)> {
    let places = places(document);
    let objects: Vec<_> = places.iter().filter(|at| at.of(document).is_object()).collect();
    let mut found = Vec::new();
    for at in &places {
        let Some(name) = at.name() else { continue };
        for object in &objects {
            if object.object(document).is_some_and(|members| !members.contains_key(name)) {
                let value = at.of(document).clone();
                let there = object.with_member(document, name, value);
                found.push((format!("{at} also in {object}"), there));
            }
        }
    }
    found
}

fn accepted(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Valid | Verdict::Untrusted)
}

/// The words for every change that the verifier does not mind.
fn accepted_changes(judge: &Judge, changes: &[(String, Value)]) -> Vec<String> {
    let accepting = changes.iter().filter_map(|(what, changed)| {
        let verdict = judge.verdict(changed.to_string().as_bytes());
        accepted(verdict).then(|| format!("{what}: {}", verdict.name()))
    });
    accepting.collect()
}

#[test]
fn no_single_change_is_accepted() {
    on_the_demo("no_single_change_is_accepted", |demo, _| {
        let document = subject(demo);
        let judge = Judge::of(&demo.dir);
        assert_eq!(judge.verdict(document.to_string().as_bytes()), Verdict::Valid);
        let mutations = mutations(&document);
        assert!(mutations.len() > 2000, "{}", mutations.len());
        assert_eq!(accepted_changes(&judge, &mutations), Vec::<String>::new());
    });
}

#[test]
fn no_member_may_also_stand_elsewhere() {
    on_the_demo("no_member_may_also_stand_elsewhere", |demo, _| {
        let document = subject(demo);
        let judge = Judge::of(&demo.dir);
        assert_eq!(accepted_changes(&judge, &scattered(&document)), Vec::<String>::new());
    });
}

#[test]
fn the_command_line_agrees_with_the_library() {
    let test = "the_command_line_agrees_with_the_library";
    on_the_demo(test, |demo, checker| {
        let judge = Judge::of(&demo.dir);
        let mut mutations = mutations(&subject(demo));
        Random::announced(test).shuffle(&mut mutations);
        let scratch = tempfile::tempdir().unwrap();
        for (what, changed) in &mutations[..40] {
            let bytes = changed.to_string();
            let path = scratch.path().join("changed.json");
            fs::write(&path, &bytes).unwrap();
            let finished = checker.trusting(&[path]);
            let expected = judge.verdict(bytes.as_bytes());
            assert_eq!(finished.code, i32::from(expected.exit_code()), "{what}");
            assert_eq!(verdict(&finished.record()), expected.name(), "{what}");
        }
    });
}

/// The same document with the members of every object in another order.
fn shuffled(value: &Value, random: &mut Random) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            random.shuffle(&mut members);
            let members = members.into_iter();
            let members = members.map(|(name, value)| (name.clone(), shuffled(value, random)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(|item| shuffled(item, random)).collect(),
        leaf => leaf.clone(),
    }
}

#[test]
fn order_of_members_and_white_space_mean_nothing() {
    let test = "order_of_members_and_white_space_mean_nothing";
    on_the_demo(test, |demo, _| {
        let judge = Judge::of(&demo.dir);
        let mut random = Random::announced(test);
        for file in valid_files(demo).iter().step_by(10) {
            let document: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
            let other = shuffled(&document, &mut random);
            for text in [other.to_string(), serde_json::to_string_pretty(&other).unwrap()] {
                assert_eq!(judge.verdict(text.as_bytes()), Verdict::Valid, "{}", file.display());
                let spaced = format!("\r\n\t {text} \n");
                assert_eq!(judge.verdict(spaced.as_bytes()), Verdict::Valid, "{}", file.display());
            }
        }
    });
}
