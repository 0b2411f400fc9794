//! Which addresses are asked at all: URLs by their spelling, and what their names resolve to.
//! It judges; it must not resolve or connect.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use verifier::is_canonical_host;

use crate::cli::limits::URL_BYTES_MAX;

/// Ports that are asked. Any other would let a stranger's credential knock at doors that are no web servers:
/// 443 is that of HTTPS, 8443 the registered second one.
const PORTS: [u16; 2] = [443, 8_443];

/// Top-level names that are no part of the public DNS (RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476, the
/// `internal` of ICANN), and those that offices and clusters use as if they were reserved.
const PRIVATE_DOMAINS: [&str; 16] = [
    "alt",
    "arpa",
    "corp",
    "example",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "svc",
    "test",
];

/// A URL that may be asked, taken apart.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Target {
    /// Canonical ASCII, never an address.
    pub(super) host: String,
    pub(super) port: u16,
    /// Path and query, beginning with `/`.
    pub(super) path: String,
}

impl Target {
    /// Takes an absolute `https` URL apart; `None` if it may not be asked.
    ///
    /// Nothing is repaired or normalized: what two readers could understand differently is not asked. So there
    /// is no user, no fragment, no host that is an address in any notation, no dot segment.
    pub(super) fn parse(url: &str) -> Option<Self> {
        if url.len() > URL_BYTES_MAX || !url.bytes().all(is_url_byte) {
            return None;
        }
        let rest = url.strip_prefix("https://")?;
        let (authority, path) = match rest.find(['/', '?']) {
            Some(end) => rest.split_at_checked(end)?,
            None => (rest, "/"),
        };
        let (host, port) = match authority.split_once(':') {
            None => (authority, 443),
            Some((host, port)) => (host, read_port(port)?),
        };
        let path_alone = path.split('?').next().unwrap_or_default();
        let climbs = path_alone.split('/').any(is_dot_segment);
        let asked =
            is_public_host(host) && PORTS.contains(&port) && path.starts_with('/') && !climbs;
        asked.then(|| Self { host: host.to_owned(), port, path: path.to_owned() })
    }

    /// Host and port as the header `Host` has them (RFC 9110, "Host and :authority").
    pub(super) fn authority(&self) -> String {
        match self.port {
            443 => self.host.clone(),
            port => format!("{}:{port}", self.host),
        }
    }
}

/// RFC 3986, "Characters": what a URL may hold, but `@`, `#`, `[` and `]`, which are of no use here.
const fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b'?' | b'%')
        || matches!(
            byte,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        )
}

/// Digits without sign or leading zero.
fn read_port(text: &str) -> Option<u16> {
    let port: u16 = text.parse().ok()?;
    (port.to_string() == text).then_some(port)
}

/// URL Standard, "single-dot" and "double-dot URL path segment", in every encoding.
fn is_dot_segment(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".."
}

/// A canonical name that may stand in the public DNS.
fn is_public_host(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    is_canonical_host(host) && !PRIVATE_DOMAINS.contains(&last)
}

/// Whether `address` is one of a machine on the public internet, not of this machine, its networks or
/// its cloud (the IANA Special-Purpose Address Registries).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

const fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224..=255, ..]   // this network; private; loopback; multicast and reserved
        | [100, 64..=127, ..]            // shared between provider and customer (RFC 6598)
        | [169, 254, ..]                 // link-local, and the metadata of clouds
        | [172, 16..=31, ..]             // private
        | [192, 0, 0 | 2, _]             // protocol assignments; documentation
        | [192, 31, 196, _]              // AS112
        | [192, 52, 193, _]              // AMT
        | [192, 88, 99, _]               // 6to4 relays
        | [192, 168, ..]                 // private
        | [192, 175, 48, _]              // AS112
        | [198, 18..=19, ..]             // benchmarking
        | [198, 51, 100, _]              // documentation
        | [203, 0, 113, _]               // documentation
        | [168, 63, 129, 16] // the host of a virtual machine in Azure, a public address by mistake
    )
}

/// Only global unicast, 2000::/3, has machines of the public internet. That leaves out loopback, mapped and
/// translated IPv4 (`::ffff:0:0/96`, `64:ff9b::/96`), unique local, link-local, site-local and multicast.
const fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0x2001, second, ..] => second > 0x1ff && second != 0xdb8, // protocols (Teredo, ORCHID); documentation
        [0x2002, ..] => false,                                     // 6to4 carries an IPv4 address
        [0x2620, 0x4f, 0x8000, ..] => false,                       // AS112
        [0x3fff, second, ..] => second > 0xfff,                    // documentation
        [first, ..] => first >> 13 == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One URL a word: none of them may be asked.
    const REFUSED: &str = "
        http://example.org/ HTTPS://example.org/ file:///etc/passwd ftp://example.org/ data:application/json,{}
        gopher://example.org/ https:example.org https:/example.org https:///example.org //example.org/ https://
        https://localhost/ https://localhost:8443/ https://localhost.localdomain/ https://a.localhost/
        https://127.0.0.1/ https://127.1/ https://127.0.1/ https://2130706433/ https://0x7f000001/
        https://0x7f.1/ https://0x7f.0x0.0x0.0x1/ https://0177.0.0.1/ https://017700000001/ https://127.0.0.1./
        https://127.0.0.01/ https://0/ https://0.0.0.0/ https://00000000/ https://10.0.0.1/ https://10.1/
        https://100.64.0.1/ https://169.254.169.254/ https://2852039166/ https://0xa9fea9fe/ https://172.16.0.1/
        https://192.168.0.1/ https://192.168.1/ https://198.18.0.1/ https://224.0.0.1/ https://240.0.0.1/
        https://255.255.255.255/ https://8.8.8.8/ https://134744072/ https://4294967296/ https://1.2.3.4.5/
        https://[::1]/ https://[::]/ https://[::ffff:127.0.0.1]/ https://[::ffff:7f00:1]/ https://[64:ff9b::7f00:1]/
        https://[fe80::1]/ https://[fe80::1%25eth0]/ https://[fd00::1]/ https://[ff02::1]/ https://[2001:db8::1]/
        https://[2606:4700::1111]/ https://::1/ https://router/ https://intranet/ https://kubernetes.default.svc/
        https://metadata.google.internal/ https://printer.local/ https://host.lan/ https://db.corp/
        https://x.home.arpa/ https://1.0.0.127.in-addr.arpa/ https://hidden.onion/ https://a.test/ https://a.example/
        https://example.org./ https://Example.org/ https://EXAMPLE.ORG/ https://exam_ple.org/ https://.example.org/
        https://example..org/ https://-a.org/ https://xn--example-.org/ https://b\u{fc}cher.org/ https://example.org\\@127.0.0.1/
        https://user@example.org/ https://user:pass@example.org/ https://example.org@127.0.0.1/
        https://127.0.0.1%2f@example.org/ https://example.org%2f.evil.org/ https://%31%32%37.0.0.1/
        https://example.org:80/ https://example.org:22/ https://example.org:0/ https://example.org:0443/
        https://example.org:65979/ https://example.org:+443/ https://example.org:/ https://example.org:443:443/
        https://example.org:8080/ https://example.org#x https://example.org/#x https://example.org/a#127.0.0.1
        https://example.org?x https://example.org/a/../b https://example.org/.. https://example.org/./a
        https://example.org/%2e%2e/a https://example.org/.%2E/a https://example.org/\\..\\a https://example.org/<x>
        https://example.org/{a} https://example.org/\u{430} https://example.org/\"";

    #[test]
    fn no_url_but_a_plain_one_is_asked() {
        let mut count = 0;
        for url in REFUSED.split_whitespace() {
            assert_eq!(Target::parse(url), None, "{url}");
            count += 1;
        }
        assert!(count >= 100, "{count}");
        for url in [
            "",
            "https://example.org/a b",
            "https://example.org/a\r\nHost: x",
            " https://example.org/",
        ] {
            assert_eq!(Target::parse(url), None, "{url}");
        }
        assert_eq!(
            Target::parse(&format!("https://example.org/{}", "a".repeat(URL_BYTES_MAX))),
            None
        );
    }

    #[test]
    fn a_plain_url_is_taken_apart() {
        for (url, host, port, path) in [
            ("https://example.org", "example.org", 443, "/"),
            ("https://example.org/", "example.org", 443, "/"),
            ("https://example.org:443/status/3", "example.org", 443, "/status/3"),
            ("https://example.org:8443/a?b=c:d/..", "example.org", 8_443, "/a?b=c:d/.."),
            ("https://a.xn--80ao21a.kz/a%20b/...;x=1", "a.xn--80ao21a.kz", 443, "/a%20b/...;x=1"),
        ] {
            let target = Target::parse(url).unwrap();
            assert_eq!(
                (target.host.as_str(), target.port, target.path.as_str()),
                (host, port, path)
            );
        }
        let authority = |url| Target::parse(url).unwrap().authority();
        assert_eq!(authority("https://example.org:443/"), "example.org");
        assert_eq!(authority("https://example.org:8443/"), "example.org:8443");
    }

    #[test]
    fn only_public_addresses_are_connected_to() {
        for address in "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254
            169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.31.196.1
            192.52.193.1 192.88.99.1 192.168.0.1 192.168.255.255 192.175.48.1 198.18.0.1 198.19.255.255
            198.51.100.1 203.0.113.255 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
            :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:169.254.169.254 64:ff9b::7f00:1
            64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:2::1 2001:10::1 2001:20::1
            2001:1ff:ffff::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1 2620:4f:8000::1 3fff::1 3fff:fff::1
            4000::1 5f00::1 fc00::1 fd00::1 fdff::1 fe80::1 febf::1 fec0::1 ff00::1 ff02::1 ffff::1 1fff::1"
            .split_whitespace()
        {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1
            169.253.255.255 169.255.0.1 172.15.255.255 172.32.0.1 192.0.1.1 192.0.3.1 192.167.255.255
            192.169.0.1 198.17.255.255 198.20.0.1 198.51.99.1 203.0.112.1 203.0.114.1 223.255.255.255
            168.63.129.15 2000::1 2001:200::1 2001:4860:4860::8888 2001:db7::1 2001:db9::1 2003::1
            2606:4700:4700::1111 2620:4f:8001::1 3ffe::1 3fff:1000::1"
            .split_whitespace()
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}
