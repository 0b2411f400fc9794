//! What is switched: issuing, a page, a token.

use super::*;
use crate::fixture;

fn switch(office: &Office, on: bool) -> Value {
    let (by, reason) = ("registrar".to_owned(), "a drill".to_owned());
    let done = perform(office, Act::SwitchIssuing { on, by, reason, json: true }).unwrap();
    objects(&done.1).remove(0)
}

#[test]
fn a_stop_holds_across_restarts_and_spares_what_was_promised() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 2);
    let all = numbers(&office);
    assert_eq!(switch(&office, false)["changed"], true);
    assert_eq!(switch(&office, false)["changed"], false);
    office.close().unwrap();
    let office = fixture::open(directory.path(), made_at());
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
    office
        .complete("client", vec![Asked { row, idempotency_key: key.to_owned() }], made_at())
        .unwrap()
}

#[test]
fn a_hidden_page_stays_hidden_after_a_rebuild() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 2);
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
    let office = fixture::open(directory.path(), made_at());
    let record = office.record(&number).unwrap();
    assert!(!record.is_published && record.state == CertificateState::Active);
    // A correction does not show it again under another number.
    let (_, done) = correct(&office, &number, &row(1).replacen("SYN-QC", "NEW", 1)).unwrap();
    let new = done["number"].as_str().unwrap();
    assert!(!office.record(new).unwrap().is_published);
    change(&office, true);
    assert!(office.record(&number).unwrap().is_published);
}

#[test]
fn a_token_opens_what_it_says_until_it_ends() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 1);
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
    let named = |secret: &str| office.token(secret, made_at()).unwrap().map(|token| token.name);
    assert_eq!(named(&lms).as_deref(), Some("lms"));
    assert_eq!(named(&last_day).as_deref(), Some("today"));
    let tomorrow = made_at() + jiff::SignedDuration::from_hours(24);
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
    assert!(office.token(&last_day, made_at()).is_err(), "an unreadable file opens nothing");
}
