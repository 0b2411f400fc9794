//! What belongs beside a credential and is handed over in its place: proofs, packs, key documents, trust lists, status lists.
//! It tells them by their form, to say so; it must not believe any of them.

use crate::json::{Object, Value};
use crate::problem::Code;
use crate::report::Finding;
use crate::{log, pack};

/// Refuses a text that is no credential but one of the texts beside one.
pub(crate) fn check_text(text: &[u8]) -> Result<(), Finding> {
    let (what, option) = if text.starts_with(log::PROOF_START.as_bytes()) {
        ("an inclusion proof", "--documents, in a folder")
    } else if text.starts_with(pack::START.as_bytes()) {
        ("an offline pack", "--pack")
    } else {
        return Ok(());
    };
    Err(Finding::refused(Code::OtherDocument, sentence(what, option)))
}

/// Refuses a document that is no credential but one of the documents beside one.
pub(crate) fn check_document(document: &Object<'_>) -> Result<(), Finding> {
    let has = |name: &str| document.find(name).is_some();
    let types = document.find("type").map(Value::items).unwrap_or_default();
    let is_list = types.iter().any(|kind| kind.as_str() == Some("BitstringStatusListCredential"));
    let (what, option) = if is_list {
        ("a status list", "--documents, in a folder")
    } else if has("credentialSubject") {
        return Ok(());
    } else if has("verificationMethod") || has("assertionMethod") {
        ("the document with the keys of an issuer", "--documents, in a folder")
    } else if has("issuers") && has("version") {
        ("a trust list", "--trust")
    } else {
        return Ok(());
    };
    Err(Finding::fail(Code::OtherDocument, sentence(what, option)))
}

fn sentence(what: &str, option: &str) -> String {
    format!(
        "This is {what} and no certificate. Check the certificate, and hand this over with {option}."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn told(finding: Result<(), Finding>) -> Option<String> {
        let problem = finding.err()?.into_problem();
        assert_eq!(problem.code, Code::OtherDocument);
        Some(problem.detail)
    }

    #[test]
    fn each_is_called_by_its_name() {
        for (text, names) in [
            ("c2sp.org/tlog-proof@v1\nindex 0\n", ["an inclusion proof", "--documents"]),
            ("tanu-offline-pack/v1\n{}", ["an offline pack", "--pack"]),
        ] {
            let told = told(check_text(text.as_bytes())).unwrap();
            assert!(names.iter().all(|name| told.contains(name)), "{told}");
        }
        for (text, names) in [
            (r#"{"id":"did:web:a","verificationMethod":[]}"#, ["the keys", "--documents"]),
            (r#"{"id":"did:web:a","assertionMethod":[]}"#, ["the keys", "--documents"]),
            (r#"{"version":1,"issuers":[]}"#, ["a trust list", "--trust"]),
            (
                r#"{"type":["VerifiableCredential","BitstringStatusListCredential"],"credentialSubject":{}}"#,
                ["a status list", "--documents"],
            ),
        ] {
            let told = told(check_document(&json::parse(text.as_bytes()).unwrap())).unwrap();
            assert!(names.iter().all(|name| told.contains(name)), "{told}");
        }
    }

    #[test]
    fn a_credential_is_none_of_them() {
        assert_eq!(told(check_text(b"{}")), None);
        for text in [
            "{}",
            r#"{"version":1}"#,
            r#"{"type":["OpenBadgeCredential"],"credentialSubject":{},"issuers":[],"version":1}"#,
            r#"{"credentialSubject":{},"assertionMethod":"x"}"#,
        ] {
            let document = json::parse(text.as_bytes());
            assert_eq!(told(check_document(&document.unwrap())), None, "{text}");
        }
    }
}
