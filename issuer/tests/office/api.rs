//! `POST /api/v1/completions`, hidden pages and the stop switch over HTTP, in process: no port, a stopped clock.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use issuer::office::{Act, Corrected, Office, Scope, TokenAct, Transcript};
use serde_json::{Value, json};
use verifier::Language;

use crate::answer::Answer;
use crate::fixture::{COMPLETIONS, PUBLIC_URL};
use crate::made_at;

const PATH: &str = "/api/v1/completions";

/// A service of its own, with a token.
struct Service {
    office: Arc<Office>,
    app: Router,
    token: String,
    _folder: tempfile::TempDir,
}

impl Service {
    fn new(per_hour: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let office = Arc::new(crate::office(folder.path(), 0));
        let app = issuer::web::app(Arc::clone(&office), made_at);
        let mut service = Self { office, app, token: String::new(), _folder: folder };
        service.token = service.new_token("lms", &[Scope::Issue], per_hour);
        service
    }

    fn act(&self, act: Act) -> Transcript {
        let mut transcript = Transcript::default();
        assert_eq!(
            self.office.perform(act, made_at(), &mut transcript).unwrap(),
            0,
            "{transcript:?}"
        );
        transcript
    }

    fn new_token(&self, name: &str, scopes: &[Scope], per_hour: u32) -> String {
        let create = TokenAct::Create {
            name: name.to_owned(),
            scopes: scopes.to_vec(),
            expires: None,
            per_hour,
            json: false,
        };
        self.act(Act::Token(create)).lines.remove(0)
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Answer {
        Answer::of(self.app.clone(), (method, path), headers, body).await
    }

    async fn send(&self, key: &str, body: &Value) -> Answer {
        self.send_as(&self.token, key, body.to_string()).await
    }

    async fn send_as(&self, token: &str, key: &str, body: String) -> Answer {
        let token = format!("Bearer {token}");
        let headers = [
            ("authorization", token.as_str()),
            ("idempotency-key", key),
            ("content-type", "application/json"),
        ];
        self.ask(Method::POST, PATH, &headers, body.into()).await
    }

    fn certificates(&self) -> usize {
        self.office.issuance.store.certificates().count()
    }
}

/// A row of the sample as JSON.
fn completion(line: usize) -> Value {
    let names = COMPLETIONS.lines().next().unwrap().split(',');
    let row = COMPLETIONS.lines().nth(line).unwrap();
    names.zip(row.split(',')).map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

fn changed(line: usize, member: &str, value: impl Into<Value>) -> Value {
    let mut completion = completion(line);
    completion[member] = value.into();
    completion
}

#[tokio::test]
async fn one_completion_makes_one_certificate_and_one_answer() {
    let service = Service::new(100);
    let first = service.send("k-1", &completion(1)).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    let number = first.json()["number"].as_str().unwrap().to_owned();
    let record = service.office.record(&number).unwrap();
    assert_eq!(first.header("location"), format!("{PUBLIC_URL}/c/{}", record.certificate.handle));
    assert_eq!(first.json()["credentials"].as_array().unwrap().len(), 3);
    assert_eq!(first.header("cache-control"), "no-store");
    assert_eq!(first.header("access-control-allow-origin"), "");
    // Types of JSON, order of members and quotes around the key make no difference.
    let mut same: Vec<(String, Value)> =
        completion(1).as_object().unwrap().clone().into_iter().collect();
    same.reverse();
    let mut same: Value = same.into_iter().collect();
    same["score_percent"] =
        completion(1)["score_percent"].as_str().unwrap().parse::<u8>().unwrap().into();
    for (key, body) in [("k-1", completion(1)), ("\"k-1\"", same)] {
        let again = service.send(key, &body).await;
        assert_eq!(
            (again.status, again.header("location")),
            (first.status, first.header("location"))
        );
        assert_eq!(again.body, first.body);
    }
    let _ = service.send("k-1", &completion(2)).await.refused(409);
    let duplicate = service.send("k-2", &completion(1)).await.refused(409);
    assert_eq!(duplicate["number"], number.as_str());
    // Another client has keys of its own.
    let other = service.new_token("other", &[Scope::Issue], 10);
    let answer = service.send_as(&other, "k-1", completion(2).to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    assert_eq!(service.certificates(), 2);
}

#[tokio::test]
async fn who_may_not_ask_is_told_why_and_nothing_is_done() {
    let service = Service::new(100);
    let body = completion(1).to_string();
    let reader = service.new_token("reader", &[Scope::Read, Scope::Revoke], 10);
    let ask = |headers: Vec<(&'static str, String)>, body: String| {
        let service = &service;
        async move {
            let headers: Vec<_> =
                headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            service.ask(Method::POST, PATH, &headers, body.into()).await
        }
    };
    let json = || ("content-type", "application/json".to_owned());
    let key = || ("idempotency-key", "k".to_owned());
    let bearer = |token: &str| ("authorization", format!("Bearer {token}"));
    let valid = || bearer(&service.token);
    for wrong in [
        vec![],
        vec![bearer("tanu_x")],
        vec![("authorization", "Basic eA==".to_owned())],
        vec![bearer(&service.token[..20])],
    ] {
        let answer = ask([wrong, vec![json(), key()]].concat(), body.clone()).await;
        assert!(answer.header("www-authenticate").starts_with("Bearer"));
        let problem = answer.refused(401);
        assert!(!problem.to_string().contains("tanu_"), "{problem}");
    }
    let _ = ask(vec![bearer(&reader), json(), key()], body.clone()).await.refused(403);
    let _ = ask(vec![valid(), key()], body.clone()).await.refused(415);
    let _ = ask(vec![valid(), key(), ("content-type", "text/csv".to_owned())], body.clone())
        .await
        .refused(415);
    let _ =
        ask(vec![valid(), json(), key(), ("content-encoding", "gzip".to_owned())], body.clone())
            .await
            .refused(415);
    let _ = ask(vec![valid(), json()], body.clone()).await.refused(400);
    let _ = ask(vec![valid(), json(), key()], "x".repeat(2_000_000)).await.refused(413);
    for wrong in [
        "",
        "{",
        "7",
        "[]",
        r#"{"number":"MC-A-000001-X"}"#,
        r#"{"role":"admin"}"#,
        r#"{"iin":"1","iin":"2"}"#,
    ] {
        let _ = ask(vec![valid(), json(), key()], wrong.to_owned()).await.refused(400);
    }
    let own_key = changed(1, "idempotency_key", "x");
    let _ = ask(vec![valid(), json(), key()], own_key.to_string()).await.refused(400);
    let broken = changed(1, "score_percent", 89.5);
    let refused = ask(vec![valid(), json(), key()], broken.to_string()).await.refused(422);
    assert_eq!(refused["refusals"][0]["member"], "score_percent");
    let _ = service.ask(Method::GET, PATH, &[], Body::empty()).await.refused(405);
    let revoke = TokenAct::Revoke { name: "lms".to_owned(), json: false };
    service.act(Act::Token(revoke));
    let _ = ask(vec![valid(), json(), key()], body).await.refused(401);
    assert_eq!(service.certificates(), 0);
}

#[tokio::test]
async fn a_batch_has_an_outcome_for_each_and_the_same_bytes_again() {
    let service = Service::new(100);
    let mut named = completion(2);
    named["idempotency_key"] = "own".into();
    let batch = json!([
        completion(1),
        named,
        changed(3, "score_percent", 49),
        completion(1),
        changed(1, "employer", "x")
    ]);
    let first = service.send("b-1", &batch).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    let outcomes = first.json()["outcomes"].as_array().unwrap().clone();
    let words: Vec<&str> =
        outcomes.iter().map(|outcome| outcome["outcome"].as_str().unwrap()).collect();
    assert_eq!(words, ["issued", "issued", "refused", "duplicate", "duplicate"], "{}", first.body);
    assert_eq!(outcomes[2]["index"], 2);
    assert_eq!(service.send("b-1", &batch).await.body, first.body);
    // The second one alone, under its own key; another content under a derived key.
    let alone = service.send("own", &completion(2)).await;
    assert_eq!(alone.json()["number"], outcomes[1]["number"]);
    let other = service.send("b-1", &json!([completion(4)])).await.json();
    assert_eq!(other["outcomes"][0]["outcome"], "conflict");
    // A derived key is no key that anybody could send.
    assert_eq!(service.send("b-1 1", &completion(1)).await.status, StatusCode::BAD_REQUEST);
    let unknown = json!([completion(4), {"status_index": 7}]);
    let _ = service.send("b-2", &unknown).await.refused(400);
    let many: Vec<Value> = vec![json!({}); 501];
    let _ = service.send("b-3", &json!(many)).await.refused(400);
    assert_eq!(service.certificates(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_at_once_with_one_key_make_one_certificate() {
    let service = Arc::new(Service::new(100));
    let asking: Vec<_> = (0..100)
        .map(|n| {
            let service = Arc::clone(&service);
            // Every tenth with a body of its own.
            let body = if n % 10 == 9 { completion(2) } else { completion(1) };
            tokio::spawn(async move { service.send("one", &body).await })
        })
        .collect();
    let mut bodies = std::collections::BTreeMap::new();
    for asked in asking {
        let answer = asked.await.unwrap();
        *bodies.entry((answer.status.as_u16(), answer.body)).or_insert(0) += 1;
    }
    assert_eq!(service.certificates(), 1, "{bodies:?}");
    let counts: Vec<_> = bodies.iter().map(|((status, _), count)| (*status, *count)).collect();
    assert!(counts == [(201, 90), (409, 10)] || counts == [(201, 10), (409, 90)], "{counts:?}");
}

#[tokio::test]
async fn a_token_makes_so_many_an_hour() {
    let service = Service::new(2);
    for line in [1, 2] {
        assert_eq!(service.send(&format!("k{line}"), &completion(line)).await.status, 201);
    }
    let late = service.send("k3", &completion(3)).await;
    assert_eq!(late.header("retry-after"), "3600");
    let _ = late.refused(429);
    assert_eq!(service.certificates(), 2);
}

#[tokio::test]
async fn what_is_refused_or_repeated_costs_nothing_of_the_hour() {
    let service = Service::new(2);
    for _ in 0..5 {
        assert_eq!(service.send("k1", &completion(1)).await.status, 201);
        let _ = service.send("k9", &changed(3, "score_percent", 49)).await.refused(422);
    }
    assert_eq!(service.send("k2", &completion(2)).await.status, 201);
}

#[tokio::test]
async fn the_stop_switch_is_felt_and_told() {
    let service = Service::new(10);
    let first = service.send("k1", &completion(1)).await;
    let switch = |on| Act::SwitchIssuing {
        on,
        by: "SECRET".to_owned(),
        reason: "drill".to_owned(),
        json: false,
    };
    let ready = async || service.ask(Method::GET, "/readyz", &[], Body::empty()).await;
    assert_eq!(ready().await.json(), json!({ "ready": true, "issuing": "running" }));
    service.act(switch(false));
    let stopped = ready().await;
    assert_eq!(
        (stopped.status, stopped.json()),
        (StatusCode::OK, json!({ "ready": true, "issuing": "stopped" }))
    );
    let refused = service.send("k2", &completion(2)).await;
    assert_eq!(refused.header("retry-after"), "60");
    assert!(!refused.refused(503).to_string().contains("SECRET"));
    assert_eq!(
        service.send("k1", &completion(1)).await.body,
        first.body,
        "what was promised stays"
    );
    let path = first.header("location").strip_prefix(PUBLIC_URL).unwrap();
    let page = service.ask(Method::GET, path, &[("accept", "text/html")], Body::empty()).await;
    assert_eq!(page.status, StatusCode::OK);
    service.act(switch(true));
    assert_eq!(service.send("k2", &completion(2)).await.status, 201);
}

#[tokio::test]
async fn a_hidden_page_shows_nothing_and_changes_nothing() {
    let service = Service::new(10);
    let first = service.send("k1", &completion(1)).await;
    let number = first.json()["number"].as_str().unwrap().to_owned();
    let path = first.header("location").strip_prefix(PUBLIC_URL).unwrap().to_owned();
    let change = |is_published| Act::ChangePage {
        number: number.clone(),
        is_published,
        by: "a".to_owned(),
        json: false,
    };
    service.act(change(false));
    for end in ["", "/kk", "/ru.json", "/qr.svg"] {
        for accept in ["text/html", "application/json"] {
            let answer = service
                .ask(Method::GET, &format!("{path}{end}"), &[("accept", accept)], Body::empty())
                .await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{end}");
            for hidden in ["Мысалиев", &number, "MK-DL-01"] {
                assert!(!answer.body.contains(hidden), "{end} {accept}: {}", answer.body);
            }
        }
    }
    let ru = service
        .ask(
            Method::GET,
            &path,
            &[("accept", "text/html"), ("accept-language", "ru")],
            Body::empty(),
        )
        .await;
    assert!(ru.body.contains("Страница не опубликована"), "{}", ru.body);
    let export = Act::Export {
        number: number.clone(),
        language: Language::Kk,
        format: issuer::office::ExportFormat::Json,
    };
    let credential = service.act(export).file.unwrap();
    let checked = service
        .ask(Method::POST, "/verify", &[("accept", "application/json")], credential.into())
        .await;
    assert_eq!(checked.json()["verdict"], "valid", "{}", checked.body);
    service.act(change(true));
    assert_eq!(service.ask(Method::GET, &path, &[], Body::empty()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_corrected_page_names_its_successor() {
    let service = Service::new(10);
    let first = service.send("k1", &completion(1)).await;
    let number = first.json()["number"].as_str().unwrap().to_owned();
    let correct = Act::Correct {
        number,
        corrected: Corrected::Json(changed(1, "commission_protocol", "NEW-7").to_string()),
        by: "SECRET ONE".to_owned(),
        confirmed_by: "SECRET TWO".to_owned(),
        language: Language::En,
        json: true,
    };
    let done: Value = serde_json::from_str(&service.act(correct).lines[0]).unwrap();
    let path = first.header("location").strip_prefix(PUBLIC_URL).unwrap();
    let headers = [("accept", "text/html"), ("accept-language", "en")];
    let page = service.ask(Method::GET, path, &headers, Body::empty()).await;
    assert!(
        page.body.contains("replaced by a corrected certificate: ")
            && page.body.contains(done["number"].as_str().unwrap()),
        "{}",
        page.body
    );
    assert!(!page.body.contains("SECRET"));
}

/// The example of `docs/formats.md` is taken as it stands there.
#[tokio::test]
async fn the_documented_example_is_issued() {
    let page = include_str!("../../../docs/formats.md");
    let (_, example) = page.split_once("POST /api/v1/completions HTTP/1.1\n").unwrap();
    let (_, body) = example.split_once("\n\n").unwrap();
    let (body, _) = body.split_once("\n```").unwrap();
    let service = Service::new(10);
    let answer = service.send_as(&service.token, "documented", body.to_owned()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    let documented = page.split_once("HTTP/1.1 201 Created").unwrap().1;
    for member in answer.json().as_object().unwrap().keys() {
        assert!(documented.contains(&format!("\"{member}\":")), "{member} is not documented");
    }
}
