//! The URL in front of a statement: where a phone goes that reads the code. It says nothing that is believed;
//! it must be the address that the signed statement gives.

use super::MARK;

/// The parts of `https://host/c/HANDLE#T1…`. Scheme and host are read in any case (RFC 3986, "Case Normalization").
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Address<'t> {
    scheme: String,
    authority: String,
    handle: &'t str,
    pub(super) statement: &'t [u8],
}

/// Whether a text is the URL of a certificate with a statement, of whatever host: it begins like a URL, and its fragment with the mark of
/// statements. Whatever reads images of codes hands such a text to [`verify`](crate::verify()) as it is.
#[must_use]
pub fn is_statement(input: &[u8]) -> bool {
    split(input.trim_ascii()).is_some()
}

/// The URL before the mark, and what follows it.
fn split(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_url = ["http://", "https://"].iter().any(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    });
    let at = text.iter().position(|byte| *byte == b'#').filter(|_| is_url)?;
    let (url, fragment) = text.split_at_checked(at)?;
    Some((url, fragment.strip_prefix(MARK.as_bytes())?))
}

impl<'t> Address<'t> {
    /// Takes a text apart for which [`is_statement`] holds; `None` if the URL is of another form than those of certificates.
    pub(super) fn read(text: &'t [u8]) -> Option<Self> {
        let (url, statement) = split(text.trim_ascii())?;
        let (scheme, rest) = std::str::from_utf8(url).ok()?.split_once("://")?;
        let (authority, path) = rest.split_once('/')?;
        let handle = path.strip_prefix("c/").filter(|handle| !handle.is_empty())?;
        Some(Self {
            scheme: scheme.to_ascii_lowercase(),
            authority: authority.to_ascii_lowercase(),
            handle,
            statement,
        })
    }

    /// Where the certificate lives.
    pub(super) fn url(&self) -> String {
        format!("{}/c/{}", self.base(), self.handle)
    }

    /// The public address of the service, without a slash at its end.
    pub(super) fn base(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }

    pub(super) fn has_handle(&self, handle: &str) -> bool {
        self.handle == handle
    }

    /// Whether this is the host whose `did:web` the issuer is (did:web Method Specification: the port's colon is `%3A`). Without TLS
    /// nothing but the machine itself is an issuer's.
    pub(super) fn is_of(&self, issuer: &str) -> bool {
        let host = self.authority.split(':').next().unwrap_or_default();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b':');
        let is_secure = self.scheme == "https" || matches!(host, "localhost" | "127.0.0.1");
        is_secure
            && !host.is_empty()
            && self.authority.bytes().all(plain)
            && issuer
                .strip_prefix("did:web:")
                .is_some_and(|name| name == self.authority.replacen(':', "%3A", 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_told_by_its_url_and_mark() {
        for text in
            ["https://a.kz/c/X#T1", "HTTPS://A.KZ/C/X#T1AB", " http://a#T1\n", "https://#T1"]
        {
            assert!(is_statement(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "{}",
            "https://a.kz/c/X",
            "https://a.kz/c/X#T2",
            "https://a.kz/c/X#t1AB",
            "ftp://a#T1",
            "#T1",
            "eyJ.#T1",
            "https://a#b#T1",
        ] {
            assert!(!is_statement(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn only_the_issuers_own_address_is_his() {
        let of = |url: &str, issuer: &str| {
            Address::read(url.as_bytes()).is_some_and(|address| address.is_of(issuer))
        };
        assert!(of("https://a.kz/c/X#T1", "did:web:a.kz"));
        assert!(of("HTTPS://A.KZ/c/X#T1", "did:web:a.kz"));
        assert!(of("https://a.kz:8443/c/X#T1", "did:web:a.kz%3A8443"));
        assert!(of("http://localhost:8080/c/X#T1", "did:web:localhost%3A8080"));
        for url in [
            "http://a.kz/c/X#T1",
            "https://a.kz.evil.kz/c/X#T1",
            "https://evil.kz/c/X#T1",
            "https://a.kz@evil.kz/c/X#T1",
            "https://evil.kz/a.kz/c/X#T1",
            "https://a.kz/C/X#T1",
            "https://a.kz/c/#T1",
            "https://a.kz/d/c/X#T1",
            "https://a.kz/c/X?y#T1",
            "https://a.kz\\@evil.kz/c/X#T1",
            "https:///c/X#T1",
            "https://a.kz:443/c/X#T1",
        ] {
            assert!(
                !of(url, "did:web:a.kz") || !Address::read(url.as_bytes()).unwrap().has_handle("X"),
                "{url}"
            );
        }
        assert!(
            !of("https://a.kz/c/X#T1", "did:key:z6Mk")
                && !of("https://a.kz/c/X#T1", "did:web:a.kz:unit")
        );
    }
}
