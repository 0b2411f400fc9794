//! Credentials that our library signs, in every format that it makes. It judges nothing.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use verifier::{
    Cryptosuite, ProofOptions, TokenOptions, TokenProfile, secure, signing_input, token_input,
};

const PEER: &str = "did:web:peer.example";
const STRANGER: &str = "did:web:stranger.example";

const LEGACY: &str = "Ed25519Signature2020";

/// The formats that we make.
pub(crate) const FORMATS: &[&str] =
    &["eddsa-rdfc-2022", "eddsa-jcs-2022", "both", "Ed25519Signature2020", "ob3-jwt", "vc+jwt"];

/// Signs every case in every format into `dir`, where a peer has put keys, documents and credentials of its own.
pub(crate) fn make(dir: &Path, from: &Path) {
    for format in FORMATS {
        fs::create_dir_all(dir.join(format)).unwrap();
        // The older suite signs the older data model.
        let model = if *format == LEGACY { LEGACY } else { "eddsa-rdfc-2022" };
        let from = from.join(model);
        for entry in fs::read_dir(&from).unwrap() {
            let path = entry.unwrap().path();
            let case = path.file_stem().unwrap().to_str().unwrap();
            let made = make_case(format, case, &unsecured(&from, case));
            let ending = if made.starts_with('{') { "json" } else { "jwt" };
            fs::write(dir.join(format).join(format!("{case}.{ending}")), made).unwrap();
        }
    }
}

/// What the peer has signed as this case, or what it was before it was changed.
fn unsecured(from: &Path, case: &str) -> Value {
    let origin = match case {
        "altered" | "issuer-renamed" | "removed" => "valid",
        "unrevoked-by-hand" => "revoked",
        same => same,
    };
    let path = from.join(format!("{origin}.json"));
    let mut credential: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    credential.as_object_mut().unwrap().shift_remove("proof").unwrap();
    credential
}

fn make_case(format: &str, case: &str, credential: &Value) -> String {
    let key = Key::of(if matches!(case, "stranger" | "unlisted") { STRANGER } else { PEER });
    let alter = |document: &mut Value| match case {
        "altered" => document["credentialSubject"]["achievement"]["name"] = json!("Other"),
        "issuer-renamed" => document["issuer"]["name"] = json!("Another University"),
        "removed" => without(document, "evidence"),
        "unrevoked-by-hand" => without(document, "credentialStatus"),
        _ => {}
    };
    let proven = |suites: &[Cryptosuite]| {
        let mut signed =
            suites.iter().fold(credential.clone(), |made, suite| key.prove(&made, *suite));
        alter(&mut signed);
        signed.to_string()
    };
    match format {
        "eddsa-rdfc-2022" => proven(&[Cryptosuite::EddsaRdfc2022]),
        "eddsa-jcs-2022" => proven(&[Cryptosuite::EddsaJcs2022]),
        "both" => proven(&[Cryptosuite::EddsaRdfc2022, Cryptosuite::EddsaJcs2022]),
        LEGACY => proven(&[Cryptosuite::Ed25519Signature2020]),
        "ob3-jwt" => swapped(&key.token(credential, TokenProfile::Ob3Jwt), alter),
        "vc+jwt" => swapped(&key.token(credential, TokenProfile::VcJwt), alter),
        other => panic!("{other} is not made here"),
    }
}

fn without(document: &mut Value, member: &str) {
    document.as_object_mut().unwrap().shift_remove(member).unwrap();
}

/// Another payload under the old signature, if the case wants one.
fn swapped(token: &str, alter: impl Fn(&mut Value)) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let mut payload: Value =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    let before = payload.clone();
    alter(&mut payload);
    if payload == before {
        return token.to_owned();
    }
    let payload = URL_SAFE_NO_PAD.encode(payload.to_string());
    format!("{}.{payload}.{}", parts[0], parts[2])
}

/// A key that everybody can make, from a seed that is no secret. It protects nothing.
pub(crate) struct Key {
    id: String,
    secret: SigningKey,
}

impl Key {
    /// The key of this seed, under this id.
    pub(crate) fn new(id: String, seed: [u8; 32]) -> Self {
        Self { id, secret: SigningKey::from_bytes(&seed) }
    }

    /// One of `tests/peers/issue/cases.mjs`.
    fn of(did: &str) -> Self {
        Self::new(format!("{did}#key-1"), Sha256::digest(format!("tanu test {did}")).into())
    }

    /// The document with one proof more.
    pub(crate) fn prove(&self, document: &Value, cryptosuite: Cryptosuite) -> Value {
        let options = ProofOptions {
            cryptosuite,
            verification_method: self.id.clone(),
            created: "2026-05-15T00:00:00Z".to_owned(),
        };
        let input = signing_input(document, &options).unwrap();
        secure(document, &options, &self.secret.sign(input.as_bytes()).to_bytes())
    }

    fn token(&self, credential: &Value, profile: TokenProfile) -> String {
        let options = TokenOptions { profile, key_id: self.id.clone(), issued_at: None };
        let input = token_input(credential, &options).unwrap();
        input.secure(&self.secret.sign(input.as_bytes()).to_bytes())
    }
}
