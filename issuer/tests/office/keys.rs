//! Keys over time, on an opened data directory: whom a declaration of theft names, and what it leaves alone.

use issuer::issuing::Stolen;
use issuer::office::{Act, Office, OfficeError, Transcript};
use issuer::register::KeyPurpose;
use serde_json::Value;

use crate::{at, perform};

fn rotate(office: &Office, hours: i64) {
    let act = Act::RotateKey { purpose: KeyPurpose::Credentials };
    perform(office, hours, act);
}

/// Declares at one hour that the key for credentials was stolen at another.
fn declare(office: &Office, now: i64, since: i64) -> Result<u8, OfficeError> {
    let act = Act::DeclareCompromise {
        stolen: Stolen::InUse(KeyPurpose::Credentials),
        since: at(since),
        by: "Key Holder".to_owned(),
        confirmed_by: Some("Rector".to_owned()),
    };
    office.perform(act, at(now), &mut Transcript::default())
}

/// What the trust list says of the keys for credentials: name, and whether it is pinned.
fn trusted(office: &Office) -> Vec<(String, bool)> {
    let trust: Value = serde_json::from_str(&office.issuance.published().trust_list).unwrap();
    let keys = trust["issuers"][0]["keys"].as_array().unwrap().iter();
    keys.filter(|key| key["use"] == "credentials")
        .map(|key| {
            let id = key["id"].as_str().unwrap();
            (id.rsplit('#').next().unwrap().to_owned(), key.get("compromised").is_some())
        })
        .collect()
}

#[test]
fn a_theft_names_the_key_that_was_in_use_then() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 0);
    rotate(&office, 10);
    assert_eq!(trusted(&office), [("key-1".to_owned(), false), ("key-2".to_owned(), false)]);
    // "Rotate first, then declare": the key that was stolen is the one before, and the one in use stays.
    declare(&office, 11, 9).unwrap();
    assert_eq!(trusted(&office), [("key-1".to_owned(), true), ("key-2".to_owned(), false)]);
    let did: Value = serde_json::from_str(&office.issuance.published().did_document).unwrap();
    assert!(!did.to_string().contains("#key-1") && did.to_string().contains("#key-2"));
}

#[test]
fn a_declaration_that_is_repeated_harms_no_other_key() {
    let directory = tempfile::tempdir().unwrap();
    let office = crate::office(directory.path(), 0);
    declare(&office, 5, 4).unwrap();
    let after = [("key-1".to_owned(), true), ("key-2".to_owned(), false)];
    assert_eq!(trusted(&office), after);
    let again = declare(&office, 6, 4).unwrap_err().to_string();
    assert!(again.contains("key-1 was declared compromised before"), "{again}");
    // A later time of the same theft would believe more than was said before.
    assert!(declare(&office, 6, 4).is_err());
    assert_eq!(trusted(&office), after);
    // An earlier one is what is found out later.
    declare(&office, 7, 3).unwrap();
    assert_eq!(trusted(&office), after);
    // The key in use can be stolen too.
    declare(&office, 9, 8).unwrap();
    assert_eq!(
        trusted(&office),
        [("key-1".to_owned(), true), ("key-2".to_owned(), true), ("key-3".to_owned(), false)]
    );
}
