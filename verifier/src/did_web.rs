//! `did:web`: where the document of such an identifier lies (did:web Method Specification, "Read (Resolve)").
//! It computes an address; it must not fetch it.

use crate::host_name::is_canonical_host;
use crate::limits;

/// The identifier is no `did:web` in its one canonical spelling.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a did:web identifier in canonical spelling")]
pub struct NotDidWeb;

/// The HTTPS URL of the document of a `did:web` identifier, which is given without path, query and fragment
/// of a DID URL.
///
/// The method lets one document have many spellings: capitals, `%2e`, a trailing dot, `..`. An identifier
/// is compared byte for byte everywhere, so only one spelling is read: lower-case host of two labels or
/// more, the port as `%3A8443`, and path segments of letters, digits, `-`, `_` and `.` without any
/// percent-encoding.
///
/// # Errors
///
/// [`NotDidWeb`] for anything else.
///
/// ```
/// let url = |did| verifier::did_web_url(did).ok();
/// assert_eq!(url("did:web:example.org").as_deref(), Some("https://example.org/.well-known/did.json"));
/// assert_eq!(url("did:web:example.org:u:7").as_deref(), Some("https://example.org/u/7/did.json"));
/// assert_eq!(url("did:web:example.org%3A8443").as_deref(), Some("https://example.org:8443/.well-known/did.json"));
/// assert_eq!(url("did:web:127.0.0.1"), None);
/// ```
pub fn did_web_url(did: &str) -> Result<String, NotDidWeb> {
    if did.len() > limits::DID_BYTES_MAX {
        return Err(NotDidWeb);
    }
    let identifier = did.strip_prefix("did:web:").ok_or(NotDidWeb)?;
    let (authority, path) = match identifier.split_once(':') {
        None => (identifier, None),
        Some((authority, path)) => (authority, Some(path)),
    };
    let authority = read_authority(authority).ok_or(NotDidWeb)?;
    match path {
        None => Ok(format!("https://{authority}/.well-known/did.json")),
        // That is where the document of the host itself lies.
        Some(".well-known") => Err(NotDidWeb),
        Some(path) if path.split(':').all(is_segment) => {
            Ok(format!("https://{authority}/{}/did.json", path.replace(':', "/")))
        }
        Some(_) => Err(NotDidWeb),
    }
}

/// Host and port as a URL has them.
fn read_authority(authority: &str) -> Option<String> {
    let (host, port) = match authority.split_once("%3A") {
        None => (authority, None),
        Some((host, port)) => (host, Some(port)),
    };
    if !is_canonical_host(host) {
        return None;
    }
    let Some(port) = port else { return Some(host.to_owned()) };
    // Port 443 is that of an identifier without one.
    let number: u16 = port.parse().ok().filter(|number| ![0, 443].contains(number))?;
    // `+8443` and `08443` are numbers too.
    (number.to_string() == port).then(|| format!("{host}:{port}"))
}

/// DID Core, "DID Syntax", `idchar` without its percent-encoding; never `.` or `..`, which climb.
fn is_segment(segment: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    segment.bytes().all(allowed) && segment.bytes().any(|byte| byte != b'.')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The identifier whose document lies at `url`.
    fn identifier_of(url: &str) -> Option<String> {
        let (authority, path) = url.strip_prefix("https://")?.split_once('/')?;
        let authority = authority.replace(':', "%3A");
        match path.strip_suffix("/did.json")? {
            ".well-known" => Some(format!("did:web:{authority}")),
            path => Some(format!("did:web:{authority}:{}", path.replace('/', ":"))),
        }
    }

    proptest! {
        /// Else one issuer would have two names, and only one of them would be in a trust list.
        #[test]
        fn no_two_identifiers_have_one_document(
            identifier in "[a-zA]{1,3}[.]?[a-z.]{1,3}(%3[Aa](443|[0-9]{1,4}))?(:[.]well-known)?(:?[a-z.%2/]{0,4}){0,3}",
        ) {
            let did = format!("did:web:{identifier}");
            if let Ok(url) = did_web_url(&did) {
                prop_assert_eq!(identifier_of(&url), Some(did));
            }
        }
    }

    #[test]
    fn the_examples_of_the_method_resolve() {
        for (did, url) in [
            ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
            (
                "did:web:w3c-ccg.github.io:user:alice",
                "https://w3c-ccg.github.io/user/alice/did.json",
            ),
            (
                "did:web:example.com%3A3000:user:alice",
                "https://example.com:3000/user/alice/did.json",
            ),
            ("did:web:example.com:User:A_1.x-y", "https://example.com/User/A_1.x-y/did.json"),
            ("did:web:xn--80ao21a.kz", "https://xn--80ao21a.kz/.well-known/did.json"),
        ] {
            assert_eq!(did_web_url(did).as_deref(), Ok(url), "{did}");
        }
    }

    /// One identifier a word, without `did:web:`.
    const REFUSED: &str = "
        localhost localhost%3A8080 127.0.0.1 127.0.0.1%3A443 0 2130706433 0x7f.1 0x7f000001 0177.0.0.1
        169.254.169.254 10.0.0.1 [::1] %5B::1%5D ::1 fd00::1 ::ffff:127.0.0.1
        Example.com example.COM example.com. example.com%2e example%2Ecom exam_ple.com xn--example-.com
        example.com%3a8443 example.com%3A example.com%3A0 example.com%3A08443 example.com%3A+8443
        example.com%3A65536 example.com%3A443 example.com:.well-known example.com%3A8443%3A1 example.com:8443: example.com::a example.com:
        user@example.com user%40example.com user:pass@example.com
        example.com:.. example.com:a:..:b example.com:. example.com:%2e%2e example.com:%2E%2E:x
        example.com:a%00 example.com%00 example.com:a%2Fb example.com/a example.com:a/b
        example.com:a;b example.com;a example.com?x example.com:a?b example.com#a example.com:a#b
        example.com:a\\b ex\u{430}mple.com example.com:\u{430} example.com\0 example.com:a\0";

    #[test]
    fn every_other_spelling_is_refused() {
        for identifier in REFUSED.split_whitespace().chain(["", "example.com\n", "example.com:a b"])
        {
            let did = format!("did:web:{identifier}");
            assert_eq!(did_web_url(&did), Err(NotDidWeb), "{did}");
        }
        for did in ["did:WEB:example.com", "DID:web:example.com", "did:key:z6Mk", "web:example.com"]
        {
            assert_eq!(did_web_url(did), Err(NotDidWeb), "{did}");
        }
        let long = format!("did:web:example.com:{}", "a".repeat(limits::DID_BYTES_MAX));
        assert_eq!(did_web_url(&long), Err(NotDidWeb));
    }
}
