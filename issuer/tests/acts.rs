//! Acts on certificates that were issued, on an opened data directory: what must hold however often they are asked for and
//! wherever they are cut off.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;

use issuer::keys::{Passphrase, WorkFactor};
use issuer::office::{
    Act, Answer, Asked, Configuration, Corrected, DataDirectory, ImportOptions, JournalFormat,
    Office, OfficeError, Period, Scope, Setup, TokenAct, Transcript,
};
use issuer::register::{Event, Payload, RevocationReason};
use issuer::store::CertificateState;
use jiff::Timestamp;
use serde_json::Value;
use verifier::Language;

const COMPLETIONS: &str = include_str!("../sample/completions.csv");

fn init(directory: &Path) {
    let profile: issuer::profile::IssuerProfile =
        serde_json::from_str(include_str!("../sample/issuer.json")).unwrap();
    let setup = Setup {
        configuration: Configuration::new(&profile.url, true),
        profile,
        passphrase: Passphrase::new("test"),
        work: WorkFactor::Low,
    };
    Office::init(&DataDirectory::new(directory), &setup).unwrap();
}

fn open(directory: &Path) -> Office {
    Office::open(DataDirectory::new(directory), &Passphrase::new("test"), now()).unwrap()
}

/// An office with the first `rows` certificates of the sample.
fn office(directory: &Path, rows: usize) -> Office {
    init(directory);
    let office = open(directory);
    let programmes =
        Act::ImportProgrammes { file: include_bytes!("../sample/programmes.json").to_vec() };
    office.perform(programmes, now(), &mut Transcript::default()).unwrap();
    let lines: Vec<&str> = COMPLETIONS.lines().take(rows + 1).collect();
    import(&office, &format!("{}\n", lines.join("\n"))).unwrap();
    office
}

fn now() -> Timestamp {
    "2026-11-23T06:00:00Z".parse().unwrap()
}

fn perform(office: &Office, act: Act) -> Result<(u8, Transcript), OfficeError> {
    // As it reaches a running service.
    let act = serde_json::from_str(&serde_json::to_string(&act).unwrap()).unwrap();
    let mut transcript = Transcript::default();
    let code = office.perform(act, now(), &mut transcript)?;
    Ok((code, transcript))
}

fn import(office: &Office, file: &str) -> Result<Vec<Value>, OfficeError> {
    let options =
        ImportOptions { dry_run: false, language: Language::En, json: true, report: false };
    let act = Act::ImportCompletions { file: file.as_bytes().to_vec(), options };
    Ok(objects(&perform(office, act)?.1))
}

fn objects(transcript: &Transcript) -> Vec<Value> {
    transcript.lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn header() -> &'static str {
    COMPLETIONS.lines().next().unwrap()
}

fn row(line: usize) -> String {
    COMPLETIONS.lines().nth(line).unwrap().to_owned()
}

fn file(row: &str) -> String {
    format!("{}\n{row}\n", header())
}

fn correct(office: &Office, number: &str, row: &str) -> Result<(u8, Value), OfficeError> {
    let act = Act::Correct {
        number: number.to_owned(),
        corrected: Corrected::Csv(file(row)),
        by: "registrar".to_owned(),
        confirmed_by: "dean".to_owned(),
        language: Language::En,
        json: true,
    };
    let (code, transcript) = perform(office, act)?;
    Ok((code, objects(&transcript).remove(0)))
}

fn erase(office: &Office, learner: &str) -> Result<(u8, Transcript), OfficeError> {
    let (by, confirmed_by) = ("registrar".to_owned(), "dean".to_owned());
    perform(office, Act::Erase { learner: learner.to_owned(), by, confirmed_by, json: true })
}

fn switch(office: &Office, on: bool) -> Value {
    let (by, reason) = ("registrar".to_owned(), "a drill".to_owned());
    let done = perform(office, Act::SwitchIssuing { on, by, reason, json: true }).unwrap();
    objects(&done.1).remove(0)
}

fn journal(office: &Office, period: Period, format: JournalFormat, language: Language) -> String {
    let (code, transcript) = perform(office, Act::Journal { period, format, language }).unwrap();
    assert_eq!(code, 0);
    String::from_utf8(transcript.file.unwrap()).unwrap()
}

fn journal_lines(office: &Office, period: Period) -> Vec<Value> {
    let text = journal(office, period, JournalFormat::Json, Language::En);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn numbers(office: &Office) -> Vec<String> {
    let records = office.issuance.store.certificates().map(Result::unwrap);
    records.map(|record| record.certificate.number).collect()
}

fn size(office: &Office) -> u64 {
    office.issuance.register().size()
}

#[test]
fn a_correction_replaces_in_one_append_and_once() {
    let directory = tempfile::tempdir().unwrap();
    let office = office(directory.path(), 4);
    let old = numbers(&office)[2].clone();
    let before = size(&office);
    // A name: what the wrong certificate says of its learner does not count against it.
    let right = row(3).replacen("Үлгібаев", "Үлгібаева", 1);
    let (code, done) = correct(&office, &old, &right).unwrap();
    assert_eq!(
        (code, &done["outcome"], &done["supersedes"]),
        (0, &"corrected".into(), &old.clone().into())
    );
    let new = done["number"].as_str().unwrap().to_owned();
    let entries = office.issuance.register().read(before, 10).unwrap();
    assert_eq!(entries.len(), 2, "one to issue, one to revoke");
    assert!(
        matches!(&entries[0].payload, Payload::Present(Event::CertificateIssued(issued)) if issued.number == new)
    );
    assert!(matches!(&entries[1].payload, Payload::Present(Event::CertificateRevoked(revoked))
        if revoked.number == old && revoked.reason == RevocationReason::Superseded
            && revoked.superseded_by.as_deref() == Some(&new)));

    let record = office.record(&new).unwrap();
    assert_eq!(record.certificate.completion.learner.name.family, "Үлгібаева");
    let wrong = office.record(&old).unwrap();
    assert_eq!(record.certificate.learner_key, wrong.certificate.learner_key);
    assert!(matches!(wrong.state, CertificateState::Revoked(_)));
    for edition in &wrong.certificate.editions {
        let revoked = office.issuance.store.revoked_indices(edition.status.list).unwrap();
        assert!(revoked.contains(&edition.status.index));
    }

    let (code, again) = correct(&office, &old, &right).unwrap();
    assert_eq!(
        (code, &again["outcome"], &again["number"]),
        (0, &"unchanged".into(), &new.clone().into())
    );
    assert_eq!(size(&office), before + 2, "a repetition appends nothing");
    let other = correct(&office, &old, &row(3)).unwrap_err().to_string();
    assert!(other.contains(&new), "{other}");
    // The new one can be corrected in its turn, by its own row too.
    let (code, third) = correct(&office, &new, &row(3)).unwrap();
    assert_eq!((code, &third["supersedes"]), (0, &new.clone().into()));

    let show = Act::Show { number: new.clone(), json: true };
    let shown = objects(&perform(&office, show).unwrap().1).remove(0);
    assert_eq!((&shown["supersedes"], &shown["superseded_by"]), (&old.into(), &third["number"]));
}

#[test]
fn a_correction_keeps_the_rules() {
    let directory = tempfile::tempdir().unwrap();
    let office = office(directory.path(), 4);
    let all = numbers(&office);
    let before = size(&office);
    // The same completion, another learner's identity number and reference, a failed result, two rows.
    let same = correct(&office, &all[0], &row(1)).unwrap_err().to_string();
    assert!(same.contains("the same"), "{same}");
    let iin = |line: usize| row(line).split(',').nth(5).unwrap().to_owned();
    let stolen = row(1).replacen(&iin(1), &iin(2), 1);
    let (code, refused) = correct(&office, &all[0], &stolen).unwrap();
    assert_eq!((code, &refused["codes"]), (1, &serde_json::json!(["IIN_BELONGS_TO_ANOTHER"])));
    let (code, refused) = correct(&office, &all[0], &row(2)).unwrap();
    assert_eq!((code, &refused["codes"]), (1, &serde_json::json!(["DUPLICATE_COMPLETION"])));
    let two = format!("{}\n{}", row(1), row(2));
    assert!(correct(&office, &all[0], &two).is_err());
    assert!(correct(&office, "MC-A-999999-0", &row(1)).is_err());
    for (by, confirmed_by) in [("a", "A "), ("", "b"), ("a", " "), ("a\nb", "c")] {
        let act = Act::Correct {
            number: all[0].clone(),
            corrected: Corrected::Json("{}".to_owned()),
            by: by.to_owned(),
            confirmed_by: confirmed_by.to_owned(),
            language: Language::En,
            json: true,
        };
        assert!(perform(&office, act).is_err(), "{by:?} {confirmed_by:?}");
    }
    assert_eq!(size(&office), before, "a refused correction appends nothing");
}

#[test]
fn a_correction_without_the_number_keeps_the_sealed_one() {
    let directory = tempfile::tempdir().unwrap();
    let office = office(directory.path(), 1);
    let number = numbers(&office).remove(0);
    let old = office.record(&number).unwrap().certificate;
    let iin = row(1).split(',').nth(5).unwrap().to_owned();
    let (code, done) =
        correct(&office, &number, &row(1).replacen(&iin, "", 1).replacen("SYN-QC", "NEW-QC", 1))
            .unwrap();
    assert_eq!(code, 0, "{done}");
    let new = office.record(done["number"].as_str().unwrap()).unwrap().certificate;
    assert_eq!((new.learner_key, new.sealed_iin), (old.learner_key, old.sealed_iin));
}

#[test]
fn a_stop_holds_across_restarts_and_spares_what_was_promised() {
    let directory = tempfile::tempdir().unwrap();
    let office = office(directory.path(), 2);
    let all = numbers(&office);
    assert_eq!(switch(&office, false)["changed"], true);
    assert_eq!(switch(&office, false)["changed"], false);
    office.close().unwrap();
    let office = open(directory.path());
    let stopped = import(&office, &file(&row(3))).unwrap_err().to_string();
    assert!(stopped.contains("registrar") && stopped.contains("a drill"), "{stopped}");
    let stopped = correct(&office, &all[0], &row(1).replacen("SYN-QC", "NEW", 1)).unwrap_err();
    assert!(stopped.to_string().contains("issuing was stopped"), "{stopped}");
    assert!(matches!(complete(&office, "k", 3)[0], Answer::Stopped));
    // What was issued before gets its answer, and revocation goes on.
    assert_eq!(import(&office, &file(&row(1))).unwrap()[0]["outcome"], "unchanged");
    let revoke = Act::Revoke {
        number: all[0].clone(),
        reason: RevocationReason::Misconduct,
        by: "registrar".to_owned(),
        confirmed_by: None,
        json: true,
    };
    assert_eq!(objects(&perform(&office, revoke).unwrap().1)[0]["state"], "revoked");
    assert_eq!(switch(&office, true)["changed"], true);
    assert_eq!(switch(&office, true)["changed"], false);
    assert_eq!(import(&office, &file(&row(3))).unwrap()[0]["outcome"], "issued");
    let no_reason =
        Act::SwitchIssuing { on: false, by: "a".to_owned(), reason: " ".to_owned(), json: false };
    assert!(perform(&office, no_reason).is_err());
}

fn complete(office: &Office, key: &str, line: usize) -> Vec<Answer> {
    let columns =
        header().split(',').map(|name| issuer::completion::Column::from_header(name).unwrap());
    let row = row(line);
    let row = issuer::completion::Row::from_columns(1, columns.zip(row.split(',')));
    office.complete("client", vec![Asked { row, idempotency_key: key.to_owned() }], now()).unwrap()
}

#[test]
fn a_hidden_page_stays_hidden_after_a_rebuild() {
    let directory = tempfile::tempdir().unwrap();
    let office = office(directory.path(), 2);
    let number = numbers(&office).remove(0);
    let change = |office: &Office, is_published| {
        let act = Act::ChangePage {
            number: number.clone(),
            is_published,
            by: "a".to_owned(),
            json: false,
        };
        perform(office, act).unwrap().1.lines.remove(0)
    };
    assert!(change(&office, true).contains("was before"));
    assert!(change(&office, false).contains("not published"));
    let before = size(&office);
    change(&office, false);
    assert_eq!(size(&office), before);
    office.close().unwrap();
    std::fs::remove_dir_all(directory.path().join("store")).unwrap();
    let office = open(directory.path());
    let record = office.record(&number).unwrap();
    assert!(!record.is_published && record.state == CertificateState::Active);
    // A correction does not show it again under another number.
    let (_, done) = correct(&office, &number, &row(1).replacen("SYN-QC", "NEW", 1)).unwrap();
    let new = done["number"].as_str().unwrap();
    assert!(!office.record(new).unwrap().is_published);
    change(&office, true);
    assert!(office.record(&number).unwrap().is_published);
}

/// What must be left once the certificates of a learner are erased.
struct Left<'a> {
    serial: u64,
    certificates: usize,
    theirs: &'a [issuer::register::Certificate],
}

fn assert_erased(office: &Office, left: &Left<'_>, case: &str) {
    let store = &office.issuance.store;
    assert_eq!(store.serial("MC-A").unwrap(), left.serial, "{case}");
    assert_eq!(store.certificates().count(), left.certificates, "{case}");
    assert_eq!(store.learner_key_by_reference("SYN-0007").unwrap(), None, "{case}");
    for certificate in left.theirs {
        let gone = office.record(&certificate.number).unwrap_err().to_string();
        assert!(gone.contains("erased"), "{case}: {gone}");
        assert_eq!(store.certificate_by_handle(&certificate.handle).unwrap(), None, "{case}");
        assert_eq!(
            store.certificate_by_idempotency_key(&certificate.idempotency_key).unwrap(),
            None
        );
        assert_eq!(store.learner(&certificate.learner_key).unwrap(), None, "{case}");
        let email = certificate.completion.learner.email.as_deref().unwrap();
        assert_eq!(store.learner_key_by_email(email).unwrap(), None, "{case}");
        for edition in &certificate.editions {
            let index = edition.status.index;
            assert!(store.revoked_indices(edition.status.list).unwrap().contains(&index), "{case}");
            assert!(store.used_indices(edition.status.list).unwrap().contains(&index), "{case}");
        }
    }
    let entries = office.issuance.register().read(0, 1_000).unwrap();
    let erased = entries.iter().filter(|entry| entry.payload == Payload::Erased).count();
    assert_eq!(erased, left.theirs.len(), "{case}");
}

#[test]
fn an_erasure_leaves_numbers_bits_and_hashes() {
    let directory = tempfile::tempdir().unwrap();
    let office = office(directory.path(), 66);
    let learner = "SYN-0007";
    let records: Vec<_> = office.issuance.store.certificates().map(Result::unwrap).collect();
    let theirs: Vec<_> = records
        .iter()
        .filter(|record| record.certificate.completion.learner.reference == learner)
        .map(|record| record.certificate.clone())
        .collect();
    assert!(theirs.len() > 1, "the case needs a learner with several certificates");
    let leaves = |office: &Office| -> Vec<[u8; 32]> {
        office
            .issuance
            .register()
            .read(0, 1_000)
            .unwrap()
            .iter()
            .map(|entry| entry.leaf.hash())
            .collect()
    };
    let before = leaves(&office);
    let serial = office.issuance.store.serial("MC-A").unwrap();
    let (code, done) = erase(&office, learner).unwrap();
    assert_eq!((code, done.lines.len()), (0, theirs.len()));
    assert_eq!(leaves(&office)[..before.len()], before);

    let left = Left { serial, certificates: records.len() - theirs.len(), theirs: &theirs };
    assert_erased(&office, &left, "at once");
    assert!(erase(&office, learner).unwrap_err().to_string().contains("nothing to erase"));
    let list = std::fs::read_to_string(directory.path().join("status/1.json")).unwrap();
    office.close().unwrap();
    // The next start makes the store anew and keeps nothing of the old one.
    let office = open(directory.path());
    assert_erased(&office, &left, "after a restart");
    assert!(!directory.path().join("store/aside").exists());
    assert_eq!(office.issuance.status_list(1, now()).unwrap().text, list, "no bit was turned back");
    // New certificates take new numbers, and the journal keeps the line.
    let next: Vec<String> = (67..=72).map(row).collect();
    let issued = import(&office, &file(&next.join("\n"))).unwrap();
    assert!(issued.iter().any(|line| line["outcome"] == "issued"), "{issued:?}");
    assert!(
        issued.iter().all(|line| !theirs.iter().any(|old| line["number"] == old.number.as_str()))
    );
    let lines = journal_lines(&office, Period::default());
    let erased: Vec<_> = lines.iter().filter(|line| line["entry"] == "erased").collect();
    assert_eq!(erased.len(), theirs.len());
    assert!(erased.iter().all(|line| line.get("name").is_none()));
    office.close().unwrap();
    assert_eq!(std::fs::read_to_string(directory.path().join("store/state")).unwrap(), "closed");
}

#[test]
fn an_erasure_that_was_cut_off_is_finished_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    let office = office(directory.path(), 8);
    let record = office.issuance.store.certificates().next().unwrap().unwrap();
    let certificate = &record.certificate;
    // What a process leaves that was killed between the append and the files.
    let left = issuer::register::ErasedCertificate {
        index: record.register_index,
        edition_indices: Vec::new(),
        number: certificate.number.clone(),
        registration_number: certificate.registration_number.clone(),
        issue_date: certificate.completion.issue_date,
        statuses: certificate.editions.iter().map(|edition| edition.status).collect(),
    };
    let erasure = issuer::register::Erasure {
        by: "a".to_owned(),
        confirmed_by: "b".to_owned(),
        erased_at: now(),
        certificates: vec![left],
        transcripts: Vec::new(),
    };
    office.issuance.record_event(Event::PayloadErased(erasure), now()).unwrap();
    let payload = |office: &Office| {
        office.issuance.register().read(record.register_index, 1).unwrap().remove(0).payload
    };
    assert_ne!(payload(&office), Payload::Erased);
    drop(office);
    std::fs::write(directory.path().join("register/torn-00000000000000000000-7-1"), "x").unwrap();
    let office = open(directory.path());
    assert_eq!(payload(&office), Payload::Erased);
    assert!(!directory.path().join("register/torn-00000000000000000000-7-1").exists());
    assert_eq!(office.issuance.finish_erasures().unwrap(), 0);
    assert_eq!(office.issuance.store.certificates().count(), 7);
}

#[test]
fn an_erasure_needs_two_persons() {
    let directory = tempfile::tempdir().unwrap();
    let office = office(directory.path(), 1);
    for (by, confirmed_by) in [("a", "a"), ("a", ""), ("", "b")] {
        let act = Act::Erase {
            learner: "SYN-0001".to_owned(),
            by: by.to_owned(),
            confirmed_by: confirmed_by.to_owned(),
            json: false,
        };
        assert!(perform(&office, act).is_err());
    }
    assert_eq!(numbers(&office).len(), 1);
}

#[test]
fn the_journal_tells_everything_of_its_days_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let office = office(directory.path(), 12);
    let all = numbers(&office);
    correct(&office, &all[2], &row(3).replacen("SYN-QC", "NEW-QC", 1)).unwrap();
    erase(&office, "SYN-0005").unwrap();
    let void = issuer::register::Void {
        number: "MC-A-000999-X".to_owned(),
        registration_number: "2026-A-000999".to_owned(),
        reason: "=the disk, was full".to_owned(),
    };
    office.issuance.record_event(Event::NumbersVoided(void), now()).unwrap();

    let lines = journal_lines(&office, Period::default());
    let entries =
        |lines: &[Value], word: &str| lines.iter().filter(|line| line["entry"] == word).count();
    assert_eq!(
        (
            lines.len(),
            entries(&lines, "issued"),
            entries(&lines, "erased"),
            entries(&lines, "voided")
        ),
        (14, 12, 1, 1)
    );
    assert_eq!(lines[0]["number"], all[0].as_str());
    assert_eq!((&lines[0]["hours"], &lines[0]["credits"]), (&30.into(), &1.into()));
    assert_eq!(lines[2]["revocation"]["superseded_by"], lines[12]["number"]);
    assert_eq!(
        (&lines[2]["revocation"]["by"], &lines[2]["revocation"]["confirmed_by"]),
        (&"registrar".into(), &"dean".into())
    );

    // Every day is in exactly one of the periods around it.
    let day = |text: &str| Some(text.parse().unwrap());
    let before = journal_lines(&office, Period { from: None, to: day("2026-05-03") });
    let within = journal_lines(&office, Period { from: day("2026-05-04"), to: day("2026-05-15") });
    let after = journal_lines(&office, Period { from: day("2026-05-16"), to: None });
    assert_eq!(before.len() + within.len() + after.len(), lines.len());
    assert!(
        within
            .iter()
            .all(|line| ("2026-05-04"..="2026-05-15").contains(&line["date"].as_str().unwrap()))
    );
    assert!(!within.is_empty() && !before.is_empty());
    assert_eq!(entries(&after, "voided"), 1);
    assert!(journal_lines(&office, Period { from: day("2027-01-01"), to: None }).is_empty());
    let backwards = Period { from: day("2026-05-16"), to: day("2026-05-15") };
    let act =
        Act::Journal { period: backwards, format: JournalFormat::Text, language: Language::En };
    assert!(perform(&office, act).is_err());
}

#[test]
fn every_form_of_the_journal_holds_every_line_in_three_languages() {
    let directory = tempfile::tempdir().unwrap();
    let office = office(directory.path(), 3);
    let evil = row(4).replacen("SYN-QC-04/2026", "\"=cmd|x!A1 <script>\"", 1);
    let issued = import(&office, &file(&evil)).unwrap();
    assert_eq!(issued[0]["outcome"], "issued", "{issued:?}");
    let words = [
        (Language::Kk, "беру кітабы"),
        (Language::Ru, "Книга выдачи"),
        (Language::En, "Journal of"),
    ];
    for (language, title) in words {
        let form = |format| journal(&office, Period::default(), format, language);
        let (text, html, csv) =
            (form(JournalFormat::Text), form(JournalFormat::Html), form(JournalFormat::Csv));
        for number in numbers(&office) {
            assert!(text.contains(&number) && html.contains(&number) && csv.contains(&number));
        }
        assert!(text.contains(title) && html.contains(title));
        assert!(!html.contains("<script>") && html.contains("&#60;script&#62;"));
        assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())));
        assert!(html.contains("counter(page)") && html.contains("table-header-group"));
        // What a spreadsheet reads: nothing begins like a formula, every line has all cells.
        let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), 4);
        for record in &records {
            assert_eq!(record.len(), 10);
            assert!(record.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
        }
    }
    let csv = journal(&office, Period::default(), JournalFormat::Csv, Language::Ru);
    assert!(csv.starts_with('\u{feff}') && csv.contains("\r\n"));
}

#[test]
fn a_token_opens_what_it_says_until_it_ends() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let office = office(directory.path(), 1);
    let create = |name: &str, expires: Option<&str>| {
        let act = TokenAct::Create {
            name: name.to_owned(),
            scopes: vec![Scope::Issue],
            expires: expires.map(|day| day.parse().unwrap()),
            per_hour: 10,
            json: false,
        };
        perform(&office, Act::Token(act)).map(|(_, mut transcript)| transcript.lines.remove(0))
    };
    let lms = create("lms", None).unwrap();
    let last_day = create("today", Some("2026-11-23")).unwrap();
    assert!(create("old", Some("2026-11-22")).is_err(), "it would open nothing");
    assert!(
        create("lms", None).is_err() && create("a b", None).is_err() && create("", None).is_err()
    );
    let named = |secret: &str| office.token(secret, now()).unwrap().map(|token| token.name);
    assert_eq!(named(&lms).as_deref(), Some("lms"));
    assert_eq!(named(&last_day).as_deref(), Some("today"));
    let tomorrow = now() + jiff::SignedDuration::from_hours(24);
    assert!(office.token(&last_day, tomorrow).unwrap().is_none());
    assert_eq!((named(""), named(&lms[..40])), (None, None));
    let path = directory.path().join("tokens.json");
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(!kept.contains(&lms) && !kept.contains(&lms[5..]));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let hash = serde_json::from_str::<Value>(&kept).unwrap()["tokens"][0]["sha256"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(named(&hash), None, "the hash is no token");
    let list = perform(&office, Act::Token(TokenAct::List { json: true })).unwrap().1;
    let listed = objects(&list);
    assert_eq!((listed.len(), &listed[0]["name"]), (2, &"lms".into()));
    assert!(!list.lines.concat().contains(&hash));
    let revoke =
        || perform(&office, Act::Token(TokenAct::Revoke { name: "lms".to_owned(), json: false }));
    assert_eq!(revoke().unwrap().1.lines, revoke().unwrap().1.lines, "the first time counts");
    assert_eq!(named(&lms), None);
    assert!(create("lms", None).is_err(), "keys belong to a name for good");
    assert!(
        perform(&office, Act::Token(TokenAct::Revoke { name: "none".to_owned(), json: false }))
            .is_err()
    );
    std::fs::write(&path, "{").unwrap();
    assert!(office.token(&last_day, now()).is_err(), "an unreadable file opens nothing");
}
