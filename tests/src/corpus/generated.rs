//! Inputs and documents that are too large to keep: made when they are needed, always the same.

use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use serde_json::{Value, json};

use super::badge::{badge, by_university, changed, status_entry};
use super::carrier_cases;
use super::documents::{signed_list, unsigned_list};
use super::honest::unsigned_transcript;
use super::keys::key;
use super::sign::{options, prove_text, with_proofs};

/// The input of this name: a kind, a hyphen and a number.
#[must_use]
pub fn generated_input(name: &str) -> Option<Vec<u8>> {
    let (kind, count) = name.rsplit_once('-')?;
    let count: usize = count.parse().ok()?;
    let text = |document: Value| document.to_string().into_bytes();
    if let Some(carrier) = carrier_cases::generated(kind, count) {
        return Some(carrier);
    }
    Some(match kind {
        "brackets" => format!("{{\"a\":{}", "[".repeat(count)).into_bytes(),
        "objects" => "{\"a\":".repeat(count).into_bytes(),
        "spaces" => [vec![b' '; count], text(by_university(&badge()))].concat(),
        "token" => format!("eyJhbGciOiJFZERTQSJ9.{}.AA", "A".repeat(count)).into_bytes(),
        "transcript" => text(costly_transcript(count)),
        "truncated" => text(by_university(&badge())).into_iter().take(count).collect(),
        _ => text(changed(|badge| enlarge(badge, kind, count))),
    })
}

/// Makes one member of a signed badge large. A name that is none makes a badge that fails its case.
fn enlarge(badge: &mut Value, kind: &str, count: usize) {
    let numbers = 0..count;
    match kind {
        "proofs" => badge["proof"] = json!(vec![badge["proof"][0].clone(); count]),
        "proof-value" => badge["proof"][0]["proofValue"] = format!("z{}", "2".repeat(count)).into(),
        "name" => badge["name"] = "n".repeat(count).into(),
        "members" => numbers.for_each(|n| badge[format!("member{n}")] = json!(0)),
        "types" => {
            badge["type"] = numbers.map(|n| format!("https://example.org/types/{n}")).collect()
        }
        "statuses" => {
            let entry = |n| status_entry("clean", u64::try_from(n).unwrap_or_default());
            badge["credentialStatus"] = numbers.map(entry).collect();
        }
        "twins" => {
            badge["evidence"] =
                numbers.map(|_| json!({ "type": ["Evidence"], "name": "A" })).collect()
        }
        "evidence" => {
            badge["evidence"] =
                numbers.map(|n| json!({ "type": ["Evidence"], "name": format!("{n}") })).collect()
        }
        "one-id" => {
            let evidence =
                |n| json!({ "id": "urn:x:1", "type": ["Evidence"], "name": format!("{n}") });
            badge["evidence"] = numbers.map(evidence).collect();
        }
        "links" => {
            let link = |n| json!({ "id": format!("urn:x:{n}"), "type": ["Evidence"], "next": { "id": format!("urn:x:{}", n + 1) } });
            badge["evidence"] = numbers.map(link).collect();
        }
        "clique" => badge["evidence"] = clique(count),
        "orders" => {
            let same = json!({ "type": ["Alignment"], "targetName": "A", "targetUrl": "https://example.org/a" });
            let result =
                json!({ "type": ["Result"], "value": "A", "alignment": vec![same; count] });
            badge["credentialSubject"]["result"] = json!([result, result]);
        }
        "pairs" => {
            let alignment = |n| json!({ "type": ["Alignment"], "targetName": format!("{n}"), "targetUrl": "https://example.org/a" });
            let alignments: Vec<Value> = numbers.map(alignment).collect();
            let result = json!({ "type": ["Result"], "value": "A", "alignment": alignments });
            badge["credentialSubject"]["result"] = json!([result, result]);
        }
        "tree" => badge["evidence"] = json!([tree(count)]),
        "endorsements" => {
            badge["endorsement"] = numbers.map(|_| by_university(&endorsement())).collect()
        }
        "nested-endorsements" => {
            let nested = numbers.fold(endorsement(), |inner, number| {
                let mut outer = endorsement();
                outer["id"] = json!(format!("https://university.example/endorsements/{number}"));
                outer["endorsement"] = json!([inner]);
                outer
            });
            badge["endorsement"] = json!([nested]);
        }
        _ => badge["id"] = Value::Null,
    }
}

/// A transcript whose text a stranger signed, of badges that each cost nearly as much as a document may.
fn costly_transcript(count: usize) -> Value {
    let stranger = key("stranger");
    let mut inner = by_university(&badge());
    enlarge(&mut inner, "pairs", 600);
    let mut record = unsigned_transcript(&vec![inner; count]);
    record["issuer"]["id"] = json!(stranger.did());
    let proof = prove_text(&record, &[], &options(&stranger.did_url()), &stranger);
    with_proofs(&record, vec![proof])
}

/// Nodes that all name each other, by labels of blank nodes.
fn clique(count: usize) -> Value {
    let others = |node| {
        (0..count)
            .filter(move |other| *other != node)
            .map(|other| json!({ "id": format!("_:b{other}") }))
    };
    let node = |node| json!({ "id": format!("_:b{node}"), "type": ["Evidence", "Achievement"], "related": others(node).collect::<Value>() });
    (0..count).map(node).collect()
}

/// A node with four twins below it, which have four below each of them, and so on; none has a name.
fn tree(depth: usize) -> Value {
    let mut node = json!({ "type": ["Evidence", "Achievement"], "name": "A" });
    if depth > 0 {
        node["related"] = json!(vec![tree(depth - 1); 4]);
    }
    node
}

fn endorsement() -> Value {
    let mut endorsement = badge();
    endorsement["type"] = json!(["VerifiableCredential", "EndorsementCredential"]);
    endorsement["credentialSubject"] = json!({
        "id": "https://university.example/achievements/1",
        "type": ["EndorsementSubject"],
        "endorsementComment": "A good course."
    });
    if let Some(members) = endorsement.as_object_mut() {
        members.retain(|name, _| !matches!(name.as_str(), "evidence" | "awardedDate"));
    }
    endorsement
}

/// The documents that are too large to keep, by their file names without ending.
#[must_use]
pub fn generated_documents() -> Vec<(String, Vec<u8>)> {
    let bombs = [("zeros-64-mib", 64), ("zeros-1-gib", 1024)];
    let list = |(name, mebibytes): (&str, usize)| {
        let list = signed_list(&unsigned_list(name, &zeros(mebibytes)));
        (format!("status-{name}"), list.to_string().into_bytes())
    };
    let mut documents: Vec<_> = bombs.into_iter().map(list).collect();
    let ten = zeros(1).repeat(10);
    let ten = signed_list(&unsigned_list("ten-members", &ten));
    documents.push(("status-ten-members".to_owned(), ten.to_string().into_bytes()));
    documents
}

/// One whole GZIP member of this many mebibytes of zeros. The same compressed mebibyte is repeated: it ends with a full flush, so
/// it stands for itself.
fn zeros(mebibytes: usize) -> Vec<u8> {
    let block = vec![0_u8; 1 << 20];
    let (one, last) = (deflated(&block, FlushCompress::Full), deflated(&[], FlushCompress::Finish));
    let mut whole = Crc::new();
    (0..mebibytes).for_each(|_| whole.update(&block));
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    [
        &head[..],
        &one.repeat(mebibytes),
        &last,
        &whole.sum().to_le_bytes(),
        &whole.amount().to_le_bytes(),
    ]
    .concat()
}

fn deflated(bytes: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut compressed = Vec::with_capacity(1 << 16);
    match Compress::new(Compression::best(), false).compress_vec(bytes, &mut compressed, flush) {
        Ok(Status::Ok | Status::StreamEnd) => compressed,
        other => panic!("a bomb of the corpus: {other:?}"),
    }
}
