//! Section P, as far as it concerns a verifier, and E14: proofs that the register holds a credential. Each case has a credential of its
//! own, so that the proofs of all cases lie in one folder, known by what they prove.

mod rows;

use std::sync::LazyLock;

use serde_json::{Value, json};

use verifier::Cryptosuite;
use verifier::log::{Hash, commitment, commitment_urns};

use super::badge::{KEY, UNIVERSITY, badge, by_university, signed, university_key};
use super::case::{Case, Found, Input, case};
use super::honest::{by_issuer, by_suite, endorsement, unsigned_transcript};
use super::register::{LOG, ORIGIN, Register, Signer, WITNESSES, leaf};
use super::sign::{options, secured, signing_input};
use super::token_cases::token_with;

pub(super) fn cases() -> Vec<Case> {
    TABLE.iter().map(|(case, _)| case.clone()).chain(inside()).collect()
}

/// Proofs of what stands inside another document.
fn inside() -> [Case; 2] {
    let id = |document: &Value| document["id"].as_str().unwrap_or_default().to_owned();
    let page = |case: Case, of: &Value| {
        case.trusting("register").found(&format!("{}.tlog-proof", id(of)), "<!doctype html>")
    };
    let mut endorsement = endorsement(1, &id(&badge()), UNIVERSITY);
    endorsement["issuer"] = badge()["issuer"].clone();
    let endorsement = by_issuer(&endorsement, &university_key());
    let endorsed = signed(|badge| badge["endorsement"] = json!([endorsement]));
    let part = by_university(&badge());
    let transcript = by_university(&unsigned_transcript(std::slice::from_ref(&part)));
    [
        page(
            case(
                "P08-inside-endorsement",
                "An endorsement's proof is none; it is on its own.",
                &endorsed,
            ),
            &endorsement,
        ),
        page(
            case(
                "P08-inside-transcript",
                "A proof of a part of a transcript is none.",
                &transcript,
            ),
            &part,
        )
        .inside("refused"),
    ]
}

/// The proofs at hand, by the case that each belongs to.
pub(crate) fn proofs() -> Vec<(String, Vec<u8>)> {
    let named = |(case, proof): &(Case, Option<Vec<u8>>)| Some((case.id.clone(), proof.clone()?));
    TABLE.iter().filter_map(named).collect()
}

/// Trust lists that name the register.
pub(crate) fn trust_lists() -> Vec<(String, Value)> {
    let keys = |compromised: Option<Value>| {
        let mut key = json!({ "id": KEY, "multibase": university_key().multibase() });
        if let Some(pin) = compromised {
            key["compromised"] = pin;
        }
        json!([key])
    };
    let log = json!({ "origin": ORIGIN, "vkey": LOG.verifier_key().to_string() });
    let witnesses = WITNESSES.map(|witness| witness.verifier_key().to_string());
    let list = |mut issuer: Value, more: Value| {
        if let (Value::Object(issuer), Value::Object(more)) = (&mut issuer, more) {
            issuer.extend(more);
        }
        json!({ "version": 1, "issuers": [issuer] })
    };
    let issuer = |pin| json!({ "id": UNIVERSITY, "keys": keys(pin) });
    let pinned = || Some(json!({ "size": pin_size(), "root": REGISTER.root(pin_size()) }));
    let watched = json!({ "log": log, "witnesses": witnesses, "quorum": 2 });
    vec![
        ("register".to_owned(), list(issuer(None), json!({ "log": log }))),
        ("register-witnessed".to_owned(), list(issuer(None), watched)),
        ("compromised".to_owned(), list(issuer(pinned()), json!({ "log": log }))),
        ("compromised-no-log".to_owned(), list(issuer(pinned()), json!({}))),
    ]
}

/// A credential of the register, what proves it, and the right answer.
struct Row {
    id: &'static str,
    says: &'static str,
    form: Form,
    /// How the leaf is, where it is not as it should be.
    leaf: fn(usize, Hash) -> String,
    proof: fn(&Place) -> Option<Vec<u8>>,
    answer: fn(Case, &Place) -> Case,
}

/// How a credential is secured.
#[derive(Clone, Copy)]
enum Form {
    Rdf,
    Text,
    Token,
    /// By eddsa-rdfc-2022, which is registered, and by eddsa-jcs-2022, which is not.
    Both,
}

/// Where a credential stands in the register.
struct Place {
    index: usize,
}

impl Place {
    fn size(&self) -> usize {
        REGISTER.leaves.len()
    }

    /// The honest proof with the log's signature alone.
    fn honest(&self) -> String {
        self.by(&[LOG])
    }

    /// The honest proof with a checkpoint by these.
    fn by(&self, signers: &[Signer]) -> String {
        REGISTER.proof(self.index, self.size(), signers)
    }

    /// The proof that the pinned tree holds it.
    fn pinned(&self) -> String {
        REGISTER.proof(self.index, pin_size(), &[LOG])
    }

    /// The honest proof with one thing replaced.
    fn with(&self, from: &str, to: &str) -> Option<Vec<u8>> {
        let honest = self.honest();
        let changed = honest.replacen(from, to, 1);
        assert_ne!(changed, honest, "{from}");
        Some(changed.into_bytes())
    }

    /// The honest proof with other lines of hashes.
    fn with_hashes(&self, change: impl FnOnce(&mut Vec<String>)) -> Option<Vec<u8>> {
        let honest = self.honest();
        let (lines, note) = honest.split_once("\n\n").unwrap_or_default();
        let mut lines: Vec<String> = lines.lines().map(str::to_owned).collect();
        let mut hashes = lines.split_off(3);
        change(&mut hashes);
        lines.extend(hashes);
        Some(format!("{}\n\n{note}", lines.join("\n")).into_bytes())
    }

    /// The honest proof with other lines under the checkpoint.
    fn with_lines(&self, lines: &[String]) -> Option<Vec<u8>> {
        let text = REGISTER.checkpoint(ORIGIN, self.size());
        let path = REGISTER.path(self.index, self.size());
        Some(format!("{path}\n{text}\n{}", lines.concat()).into_bytes())
    }
}

/// Entries before those of the credentials.
const FIRST: usize = 2;

static ROWS: LazyLock<(Vec<Row>, Vec<Row>)> = LazyLock::new(|| (rows::early(), rows::late()));

fn rows() -> impl Iterator<Item = (usize, &'static Row)> {
    ROWS.0.iter().chain(&ROWS.1).enumerate().map(|(nth, row)| (FIRST + nth, row))
}

/// Entries of the register when the key was compromised.
fn pin_size() -> usize {
    FIRST + ROWS.0.len()
}

static REGISTER: LazyLock<Register> = LazyLock::new(|| {
    let first = ["instance-registered", "key-added"];
    let first = first.iter().enumerate().map(|(index, kind)| leaf(kind, index, &[[5; 32]]));
    let issued = rows().map(|(index, row)| (row.leaf)(index, made(row).1));
    // Something follows the last one.
    let last = leaf("key-added", FIRST + rows().count(), &[[9; 32]]);
    Register { leaves: first.chain(issued).chain([last]).collect() }
});

static TABLE: LazyLock<Vec<(Case, Option<Vec<u8>>)>> = LazyLock::new(|| {
    let case_of = |(index, row): (usize, &Row)| {
        let at = Place { index };
        let mut case = case(row.id, row.says, &Value::Null);
        case.input = Input::File("input.json", made(row).0);
        if matches!(row.form, Form::Token) {
            case = case.named("input.jwt");
        }
        ((row.answer)(case, &at), (row.proof)(&at))
    };
    rows().map(case_of).collect()
});

/// The credential, and the commitment to its signature.
fn made(row: &Row) -> (Vec<u8>, Hash) {
    let mut document = badge();
    document["id"] = json!(credential_id(row.id));
    match row.form {
        Form::Rdf | Form::Both => {
            let mut signed = secured(&document, KEY, &university_key());
            if matches!(row.form, Form::Both) {
                signed = by_suite(&signed, Cryptosuite::EddsaJcs2022);
            }
            let input = signing_input(&document, &options(KEY));
            let commitment = commitment("eddsa-rdfc-2022", &input, &university_key().sign(&input));
            (signed.to_string().into_bytes(), commitment)
        }
        Form::Text => {
            let (signed, input) = by_suite_with_input(&document);
            let commitment = commitment("eddsa-jcs-2022", &input, &university_key().sign(&input));
            (signed.to_string().into_bytes(), commitment)
        }
        Form::Token => {
            let token = token_with(&document);
            let input = token.rsplit_once('.').unwrap_or_default().0.as_bytes().to_vec();
            let commitment = commitment("ob3-jwt", &input, &university_key().sign(&input));
            (token.into_bytes(), commitment)
        }
    }
}

fn by_suite_with_input(document: &Value) -> (Value, Vec<u8>) {
    let options = verifier::ProofOptions {
        cryptosuite: Cryptosuite::EddsaJcs2022,
        verification_method: KEY.to_owned(),
        created: "2020-01-15T09:00:00Z".to_owned(),
    };
    match verifier::signing_input(document, &options) {
        Ok(input) => (by_suite(document, Cryptosuite::EddsaJcs2022), input.as_bytes().to_vec()),
        Err(problem) => panic!("{}", problem.detail),
    }
}

/// The identifier of the credential of a case.
fn credential_id(case: &str) -> String {
    format!("https://university.example/credentials/{case}")
}

impl Case {
    fn proof_url(&self) -> String {
        format!("{}.tlog-proof", credential_id(&self.id))
    }

    /// With this proof under the credential's own name.
    fn found_proof(self, proof: &str) -> Self {
        let url = self.proof_url();
        self.found(&url, proof)
    }

    /// With this proof under the commitment of the entry.
    fn found_urn(self, proof: &str, index: usize) -> Self {
        let row = rows().find(|(place, _)| *place == index);
        let urn = row.and_then(|(_, row)| commitment_urns(&made(row).1).next());
        self.found(&urn.unwrap_or_default(), proof)
    }

    /// With this answer of a server under the credential's own name.
    fn fetched_proof(mut self, proof: &str) -> Self {
        let (url, text) = (self.proof_url(), Some(proof.to_owned()));
        self.environment.found.push(Found { url, text, retrieved_at: Some(1_780_000_000) });
        self
    }

    /// With no answer of the server.
    fn unfetched_proof(mut self) -> Self {
        let url = self.proof_url();
        self.environment.found.push(Found { url, text: None, retrieved_at: None });
        self
    }
}
