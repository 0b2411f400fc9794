//! The credentials that are measured, each with everything that a verifier needs to call it valid.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use verifier::{
    Cryptosuite, Document, Documents, Multikey, Policy, ProofOptions, Securing, TrustList,
};

/// 2026-11-23, within the validity of every credential here.
pub(crate) const NOW: i64 = 1_795_392_000;

pub(crate) const WEB: &str = "did:web:credentials.example.org";
pub(crate) const CREATED: &str = "2026-05-15T00:00:00Z";
const LIST: &str = "https://credentials.example.org/status/revocation/1";
const CONTEXTS: [&str; 2] = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
];

/// One credential to be signed and verified.
pub(crate) struct Credential {
    /// Its name in the table.
    pub(crate) name: &'static str,
    /// As the issuer composed it.
    pub(crate) unsecured: Vec<u8>,
    /// What its proof says.
    pub(crate) options: ProofOptions,
    /// As it is released.
    pub(crate) secured: Vec<u8>,
    /// The DID document and status list that a complete verification reads, by URL.
    pub(crate) published: Vec<(String, Vec<u8>)>,
}

/// The key that signs everything here, and protects nothing. Making it costs as much as signing, so it is made once.
pub(crate) static SIGNING_KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_bytes(&[7; 32]));

/// Its public half.
pub(crate) static MULTIKEY: LazyLock<Multikey> =
    LazyLock::new(|| Multikey::from_bytes(SIGNING_KEY.verifying_key().as_bytes()).unwrap());

/// A policy that trusts the issuers of all credentials here.
pub(crate) fn policy() -> Policy {
    let issuers = [did_key(), WEB.to_owned()].map(|id| json!({ "id": id }));
    let list = json!({ "version": 1, "issuers": issuers });
    Policy::badge(TrustList::parse(list.to_string().as_bytes()).unwrap())
}

/// Minimal, full and demo credential, from the bulk data where it lies; the built-in one always.
pub(crate) fn all() -> Vec<Credential> {
    let shared = env::var_os("TANU_SHARED_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    let mut all = vec![secured("built-in", &built_in())];
    for (name, file) in [
        ("minimal", "interop/min.json"),
        ("full", "interop/full.json"),
        ("demo", "domain/sample_profile_kk.json"),
    ] {
        let path = shared.join(file);
        match fs::read(&path) {
            Ok(bytes) => {
                let mut composed: Value = serde_json::from_slice(&bytes).unwrap();
                part_nodes(&mut composed);
                all.push(secured(name, &composed));
            }
            Err(error) => eprintln!(
                "\n*** NOT MEASURED {name}: {}: {error}; TANU_SHARED_DATA names the folder\n",
                path.display()
            ),
        }
    }
    all
}

/// The full credential tells two nodes in two ways each, which the complete verification does not judge.
fn part_nodes(composed: &mut Value) {
    for node in ["image", "creator"] {
        if let Some(id) = composed.pointer_mut(&format!("/credentialSubject/achievement/{node}/id"))
        {
            *id = format!("{}?2", id.as_str().unwrap()).into();
        }
    }
}

/// `composed`, its issuer's key replaced by ours, signed.
fn secured(name: &'static str, composed: &Value) -> Credential {
    let issuer = composed["issuer"]["id"].as_str().unwrap();
    let web = issuer == WEB;
    let text = composed.to_string();
    let text = if web { text } else { text.replace(issuer, &did_key()) };
    let method = if web { format!("{WEB}#key-1") } else { format!("{}#{}", did_key(), *MULTIKEY) };
    let cryptosuite = Cryptosuite::EddsaRdfc2022;
    let options =
        ProofOptions { cryptosuite, verification_method: method, created: CREATED.to_owned() };
    let mut published = vec![(WEB.to_owned(), did_document())];
    if let Some(list) = composed["credentialStatus"]["statusListCredential"].as_str() {
        let issuer = if web { WEB } else { &did_key() };
        published.push((list.to_owned(), status_list(list, issuer, &options)));
    }
    let secured = sign(text.as_bytes(), &options);
    Credential { name, unsecured: text.into_bytes(), options, secured, published }
}

impl Credential {
    /// What is published, as a verifier is handed it.
    pub(crate) fn documents(&self) -> Documents {
        let mut documents = Documents::new();
        for (url, bytes) in &self.published {
            documents.insert(url, Ok(Document::new(bytes.clone(), None)));
        }
        documents
    }
}

/// Bytes to bytes: what an issuer does for each credential.
pub(crate) fn sign(unsecured: &[u8], options: &ProofOptions) -> Vec<u8> {
    let securing = Securing::of(unsecured, options).unwrap();
    let signature = SIGNING_KEY.sign(securing.input().as_bytes());
    securing.secure(&signature.to_bytes())
}

fn did_key() -> String {
    format!("did:key:{}", *MULTIKEY)
}

/// The DID document of the issuer with a web address.
pub(crate) fn did_document() -> Vec<u8> {
    let key = format!("{WEB}#key-1");
    let method = json!({ "id": key, "type": "Multikey", "controller": WEB, "publicKeyMultibase": MULTIKEY.to_string() });
    json!({ "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": WEB, "verificationMethod": [method], "assertionMethod": [key] })
    .to_string()
    .into_bytes()
}

/// A status list on which everything is good.
pub(crate) fn status_list(id: &str, issuer: &str, options: &ProofOptions) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&[0; 16_384]).unwrap();
    let encoded = format!("u{}", URL_SAFE_NO_PAD.encode(gzip.finish().unwrap()));
    let list = json!({
        "@context": [CONTEXTS[0]], "id": id, "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer, "validFrom": CREATED, "validUntil": "2036-05-15T00:00:00Z",
        "credentialSubject": { "id": format!("{id}#list"), "type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": encoded },
    });
    sign(list.to_string().as_bytes(), options)
}

/// A credential as long as a microcertificate, for machines without the bulk data.
fn built_in() -> Value {
    let achievement = "https://credentials.example.org/achievements/1";
    let descriptions: Vec<Value> = (0..12)
        .map(|number| {
            json!({ "id": format!("{achievement}#LO{number}"), "type": ["ResultDescription"], "name": format!("Оқыту нәтижесі {number}: жоба жоспарын әзірлейді"),
                "resultType": "Percent", "valueMin": "0", "valueMax": "100", "requiredValue": "50" })
        })
        .collect();
    let results: Vec<Value> = (0..12)
        .map(|number| json!({ "type": ["Result"], "resultDescription": format!("{achievement}#LO{number}"), "value": "87" }))
        .collect();
    let alignments: Vec<Value> = (0..6)
        .map(|number| {
            json!({ "type": ["Alignment"], "targetType": "ext:NQF", "targetFramework": "Ұлттық біліктілік шеңбері", "targetName": format!("{number} деңгей"),
                "targetCode": number.to_string(), "targetUrl": format!("https://credentials.example.org/frameworks/nqf-kz/{number}") })
        })
        .collect();
    json!({
        "@context": CONTEXTS, "id": "https://credentials.example.org/c/1/kk", "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Жоба үйлестірушісі", "issuer": { "id": WEB, "type": ["Profile"], "name": "Университет (СЫНАҚ)" },
        "validFrom": CREATED, "awardedDate": CREATED,
        "credentialSubject": { "id": "did:example:learner", "type": ["AchievementSubject"], "creditsEarned": 3, "result": results,
            "achievement": { "id": achievement, "type": ["Achievement"], "name": "Жоба үйлестірушісі", "description": "Курс «жобаларды басқару».\nБес модуль.",
                "criteria": { "narrative": "Барлық модульдер.\nҚорытынды жоба." }, "resultDescription": descriptions, "alignment": alignments, "tag": ["жоба", "басқару"] } },
        "credentialStatus": { "id": format!("{LIST}#4"), "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
            "statusListIndex": "4", "statusListCredential": LIST },
    })
}
