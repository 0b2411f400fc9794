//! Trust lists that are believed, and those that are refused.

use ed25519_dalek::SigningKey;

use super::*;
use crate::log::{NoteAlgorithm, VerifierKey};

const KEY: &str = "z6MkhVBZ22uzPdFVTseotrxp4eLZtsX7PKstSonWTEEokt5F";
const OTHER: &str = "z6MkneMkZqwqRiU5mJzSG3kDwzt9P8C59N4NGTfBLfSGE7c7";

const PIN: &str = r#"{"size":5,"root":"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="}"#;
const LOG: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

fn list(keys: &str) -> TrustList {
    let text = format!(r#"{{"version":1,"issuers":[{{"id":"did:web:a","name":"A"{keys}}}]}}"#);
    TrustList::parse(text.as_bytes()).unwrap()
}

fn vouch(list: &TrustList, issuer: &str, key: &str, at: &str) -> Result<(), Code> {
    let key = PublicKey::from_multikey(key).unwrap();
    let dates = at.split(' ').filter_map(Timestamp::parse).collect();
    let (by_use, registered) = (Use::Credentials, false);
    let signed = Vouching { key_id: "did:web:a#k", key: &key, by_use, dates, registered };
    list.vouch(issuer, &signed).map_err(|finding| finding.into_problem().code)
}

#[test]
fn nobody_is_trusted_by_default() {
    let at = "2026-01-01T00:00:00Z";
    assert_eq!(vouch(&TrustList::default(), "did:web:a", KEY, at), Err(Code::NoTrustList));
    assert_eq!(vouch(&list(""), "did:web:b", KEY, at), Err(Code::IssuerNotListed));
    assert_eq!(vouch(&list(""), "did:web:a", KEY, at), Ok(()));
}

#[test]
fn pinned_keys_are_the_only_ones_and_only_for_their_time() {
    let keys = |more: &str| {
        list(&format!(r#","keys":[{{"id":"did:web:a#k","multibase":"{KEY}"{more}}}]"#))
    };
    let at = |time: &str| format!("2026-01-{time}T00:00:00Z");
    assert_eq!(vouch(&keys(""), "did:web:a", KEY, &at("01")), Ok(()));
    assert_eq!(vouch(&keys(""), "did:web:a", OTHER, &at("01")), Err(Code::KeyNotPinned));
    let bounded = keys(r#","from":"2026-01-10T00:00:00Z","until":"2026-01-20T00:00:00Z""#);
    assert_eq!(vouch(&bounded, "did:web:a", KEY, &at("15")), Ok(()));
    // Whoever holds an old key can write an old `created`; the credential's own date must fit too.
    let both = format!("{} {}", at("15"), at("25"));
    for outside in [at("09"), at("20"), both, String::new()] {
        assert_eq!(vouch(&bounded, "did:web:a", KEY, &outside), Err(Code::KeyNotPinned));
    }
    let lists = keys(r#","use":"status-lists""#);
    assert_eq!(vouch(&lists, "did:web:a", KEY, &at("01")), Err(Code::KeyNotPinned));
    let stolen = keys(&format!(r#","compromised":{PIN}"#));
    assert_eq!(vouch(&stolen, "did:web:a", KEY, &at("01")), Err(Code::InclusionMissing));
    assert_eq!(vouch(&list(r#","keys":[]"#), "did:web:a", KEY, &at("01")), Err(Code::KeyNotPinned));
}

#[test]
fn unfit_lists_are_refused() {
    let parse = |issuers: &str| {
        TrustList::parse(format!(r#"{{"version":1,"issuers":[{issuers}]}}"#).as_bytes()).err()
    };
    let issuer = |id: &str, key: &str| {
        format!(r#"{{"id":"{id}","name":"A","keys":[{{"id":"{id}#k","multibase":"{key}"}}]}}"#)
    };
    assert_eq!(parse(&issuer("a", KEY)), None);
    let twice = format!("{},{}", issuer("a", KEY), issuer("a", OTHER));
    assert_eq!(parse(&twice), Some(TrustListError::RepeatedIssuer("a".to_owned())));
    let shared = format!("{},{}", issuer("a", KEY), issuer("b", KEY));
    assert_eq!(parse(&shared), Some(TrustListError::RepeatedKey(KEY.to_owned())));
    assert!(matches!(parse(&issuer("a", "z6Mk")), Some(TrustListError::Key { .. })));
    assert_eq!(
        TrustList::parse(br#"{"version":2,"issuers":[]}"#).err(),
        Some(TrustListError::Version(2))
    );
    let foreign = r#"{"id":"a","name":"A","keys":[{"id":"b#k","multibase":"KEY"}]}"#;
    let foreign = parse(&foreign.replace("KEY", KEY));
    assert!(matches!(foreign, Some(TrustListError::ForeignKey { .. })));
    for slip in [
        r#"{"id":"a","name":"A","keys":null}"#,
        r#"{"id":"a","name":"A","key":[]}"#,
        r#"{"id":"a","name":"A","keys":[{"id":"a#k","multibase":"KEY","until":null}]}"#,
        r#"{"id":"a","name":"A","keys":[{"id":"a#k","multibase":"KEY","untill":"2026-01-01T00:00:00Z"}]}"#,
        r#"{"id":"a","name":"A","keys":[{"id":"a#k","multibase":"KEY","until":"2026"}]}"#,
    ] {
        let parsed = parse(&slip.replace("KEY", KEY));
        assert!(matches!(parsed, Some(TrustListError::Parsing(_))), "{slip}");
    }
    for slip in [
        r#"{"size":5,"root":"x"}"#,
        r#"{"size":5}"#,
        r#"{"size":-5,"root":"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="}"#,
        r#"{"size":5,"root":"CsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I="}"#,
        r#"{"size":5,"root":"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=","at":1}"#,
        "null",
        "true",
    ] {
        let text =
            r#"{"id":"a","name":"A","keys":[{"id":"a#k","multibase":"KEY","compromised":PIN}]}"#;
        let text = text.replace("KEY", KEY);
        assert_eq!(parse(&text.replace("PIN", PIN)), None);
        assert!(parse(&text.replace("PIN", slip)).is_some(), "{slip}");
    }
    assert!(matches!(TrustList::parse(b"[]").err(), Some(TrustListError::Parsing(_))));
    assert!(TrustList::parse(br#"{"version":1,"version":1,"issuers":[]}"#).is_err());
}

fn vkey(seed: u8, algorithm: NoteAlgorithm) -> String {
    let public = SigningKey::from_bytes(&[seed; 32]).verifying_key();
    let name = format!("witness{seed}.example");
    VerifierKey::new(&name, algorithm, public.as_bytes()).unwrap().to_string()
}

#[test]
fn a_register_is_pinned_with_its_witnesses() {
    let log = format!(r#","log":{{"origin":"register.example","vkey":"{LOG}"}}"#);
    let alone = list(&log);
    let known = alone.log_of("did:web:a").unwrap();
    assert_eq!(
        (known.origin.as_str(), known.quorum, known.keys_of("register.example").unwrap()),
        ("register.example", 0, vec![VerifierKey::parse(LOG).unwrap()])
    );
    assert!(known.keys_of("other.example").is_none() && !known.is_witnessed());
    assert!(list("").log_of("did:web:a").is_none() && alone.log_of("did:web:b").is_none());
    let witnesses = [1, 2].map(|seed| vkey(seed, NoteAlgorithm::CosignatureV1)).join("\",\"");
    let watched = list(&format!(r#"{log},"witnesses":["{witnesses}"],"quorum":2"#));
    let known = watched.log_of("did:web:a").unwrap();
    let keys = known.keys_of("register.example").unwrap();
    assert_eq!((known.quorum, keys.len()), (2, 3));
    assert!(keys[0].to_string() == LOG && known.is_witnessed());
}

#[test]
fn a_restored_register_has_earlier_logs() {
    let log = format!(r#","log":{{"origin":"register.example-2","vkey":"{LOG}"}}"#);
    let (before, witness) =
        (vkey(5, NoteAlgorithm::Ed25519), vkey(1, NoteAlgorithm::CosignatureV1));
    let earlier = format!(r#"{{"origin":"register.example","vkey":"{before}"}}"#);
    let watched = format!(r#"{log},"witnesses":["{witness}"],"quorum":1"#);
    let both = list(&format!(r#"{watched},"earlier_logs":[{earlier}]"#));
    let known = both.log_of("did:web:a").unwrap();
    for (origin, own) in [("register.example", before.as_str()), ("register.example-2", LOG)] {
        let keys: Vec<String> =
            known.keys_of(origin).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(keys, [own, witness.as_str()], "{origin}");
    }
    assert!(known.keys_of("register.example-3").is_none());
    let parse = |members: &str| {
        let text =
            format!(r#"{{"version":1,"issuers":[{{"id":"did:web:a","name":"A"{members}}}]}}"#);
        TrustList::parse(text.as_bytes()).err()
    };
    let many = vec![earlier.as_str(); 65].join(",");
    for members in [
        format!(r#","earlier_logs":[{earlier}]"#),
        format!(r#"{log},"earlier_logs":null"#),
        format!(r#"{log},"earlier_logs":[{earlier},{earlier}]"#),
        format!(r#"{log},"earlier_logs":[{}]"#, earlier.replace("example\"", "example-2\"")),
        format!(r#"{log},"earlier_logs":[{}]"#, earlier.replace(&before, &witness)),
        format!(r#"{log},"earlier_logs":[{many}]"#),
    ] {
        assert!(parse(&members).is_some(), "{members}");
    }
}

#[test]
fn unfit_registers_are_refused() {
    let parse = |members: &str| {
        let text =
            format!(r#"{{"version":1,"issuers":[{{"id":"did:web:a","name":"A"{members}}}]}}"#);
        TrustList::parse(text.as_bytes()).err()
    };
    let log = format!(r#","log":{{"origin":"register.example","vkey":"{LOG}"}}"#);
    let witness = |seed| vkey(seed, NoteAlgorithm::CosignatureV1);
    let one = witness(1);
    assert_eq!(parse(&log), None);
    let odd = format!(r#"{log},"witnesses":["{one}"]"#);
    assert_eq!(parse(&odd), None);
    let many: Vec<String> = (1..=17).map(|seed| format!("\"{}\"", witness(seed))).collect();
    // The log's own key as a witness.
    let own = VerifierKey::parse(LOG).unwrap().public_key();
    let own = VerifierKey::new("w", NoteAlgorithm::CosignatureV1, own.as_bytes()).unwrap();
    for members in [
        r#","log":null"#.to_owned(),
        r#","log":{"origin":"register.example"}"#.to_owned(),
        r#","quorum":1"#.to_owned(),
        format!(r#","witnesses":["{one}"]"#),
        format!(r#"{log},"witnesses":null"#),
        format!(r#"{log},"quorum":1"#),
        format!(r#"{log},"witnesses":["{one}"],"quorum":0"#),
        format!(r#"{log},"witnesses":["{one}"],"quorum":2"#),
        format!(r#"{log},"witnesses":["{one}"],"quorum":-1"#),
        format!(r#"{log},"witnesses":["{one}"],"quorum":null"#),
        format!(r#"{log},"witnesses":["{one}","{one}"],"quorum":2"#),
        format!(r#"{log},"witnesses":["{own}"],"quorum":1"#),
        format!(r#"{log},"witnesses":["{LOG}"],"quorum":1"#),
        format!(r#"{log},"witnesses":["{}"]"#, vkey(1, NoteAlgorithm::Ed25519)),
        format!(r#"{log},"witnesses":[{}]"#, many.join(",")),
        format!(r#","log":{{"origin":"register.example","vkey":"{one}"}}"#),
        log.replace("register.example", "register example"),
        log.replace("register.example", ""),
        log.replace("c74f", "c74e"),
        log.replace("\"vkey\"", "\"more\":1,\"vkey\""),
    ] {
        assert!(parse(&members).is_some(), "{members}");
    }
}

/// One key must not issue and vouch for what was issued, in whichever order the list names them.
#[test]
fn a_register_has_a_key_of_its_own() {
    let own = VerifierKey::parse(LOG).unwrap().public_key();
    let log = format!(r#","log":{{"origin":"register.example","vkey":"{LOG}"}}"#);
    let issuer = |id: &str, members: &str| format!(r#"{{"id":"{id}","name":"A"{members}}}"#);
    let keys = |id: &str| format!(r#","keys":[{{"id":"{id}#k","multibase":"{own}"}}]"#);
    for issuers in [
        issuer("a", &format!("{log}{}", keys("a"))),
        format!("{},{}", issuer("a", &log), issuer("b", &keys("b"))),
        format!("{},{}", issuer("b", &keys("b")), issuer("a", &log)),
    ] {
        let text = format!(r#"{{"version":1,"issuers":[{issuers}]}}"#);
        let refused = TrustList::parse(text.as_bytes()).err();
        assert_eq!(refused, Some(TrustListError::SharedLogKey("a".to_owned())));
    }
}
