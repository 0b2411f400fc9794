//! The learner's own DID: only its form is looked at (W3C DID 1.0, "DID Syntax").

use super::column::Column;
use super::refusal::{Findings, RefusalCode};
use super::table::Row;
use super::text;

/// The DID of a row, if there is one and it has the form of one.
pub(super) fn did(row: &Row, findings: &mut Findings) -> Option<String> {
    let did = text::optional(row, Column::HolderDid, findings)?;
    if !is_did(&did) {
        findings.refuse(RefusalCode::DidInvalid, Column::HolderDid, &did);
        return None;
    }
    Some(did)
}

fn is_did(did: &str) -> bool {
    let Some((method, id)) = did.strip_prefix("did:").and_then(|rest| rest.split_once(':')) else {
        return false;
    };
    let is_method = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:%".contains(&byte);
    // A key is multibase base58btc, whose alphabet leaves out 0, O, I and l.
    let is_key =
        || id.starts_with('z') && !id.contains(['0', 'O', 'I', 'l', ':', '%', '.', '-', '_']);
    !method.is_empty()
        && method.bytes().all(is_method)
        && !id.is_empty()
        && !id.ends_with(':')
        && id.bytes().all(is_id)
        && (method != "key" || is_key())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for did in
            ["did:key:z6MkhVBZ22uzPdFVTseotrxp4eLZtsX7PKstSonWTEEokt5F", "did:web:example.org:u:1"]
        {
            assert!(is_did(did), "{did}");
        }
        for did in [
            "did:key:",
            "did:key:z0",
            "did:web:a#b",
            "did:web:a/b",
            "DID:web:a",
            "did::a",
            "https://a.kz",
        ] {
            assert!(!is_did(did), "{did}");
        }
    }
}
