//! E-mail addresses: optional, trimmed, in small letters, of the plain form that every mail system takes.

use super::column::Column;
use super::refusal::{Findings, RefusalCode};
use super::table::Row;

/// Longest address and longest part before `@` (RFC 5321, "Size Limits and Minimums"), bytes.
const ADDRESS_BYTES_MAX: usize = 254;
const LOCAL_BYTES_MAX: usize = 64;
/// Longest label of a domain name (RFC 1035, "Size limits"), bytes.
const LABEL_BYTES_MAX: usize = 63;

/// The address of a row, if there is one and it is sane.
pub(super) fn email(row: &Row, findings: &mut Findings) -> Option<String> {
    let text = row.field(Column::Email).trim();
    if text.is_empty() {
        return None;
    }
    let address = text.to_ascii_lowercase();
    if !is_address(&address) {
        findings.refuse(RefusalCode::EmailInvalid, Column::Email, text);
        return None;
    }
    Some(address)
}

fn is_address(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else {
        return false;
    };
    address.len() <= ADDRESS_BYTES_MAX && is_local(local) && is_domain(domain)
}

fn is_local(local: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._%+-'".contains(&byte);
    (1..=LOCAL_BYTES_MAX).contains(&local.len())
        && local.bytes().all(plain)
        && local.split('.').all(|atom| !atom.is_empty())
}

fn is_domain(domain: &str) -> bool {
    let plain = |label: &str| {
        (1..=LABEL_BYTES_MAX).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, top)) = domain.rsplit_once('.') else {
        return false;
    };
    domain.split('.').all(plain) && top.len() >= 2 && !top.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_only() {
        for address in ["a@b.kz", "learner01@work.example.com", "o'test+x@xn--80a.xn--p1ai"] {
            assert!(is_address(address), "{address}");
        }
        for address in [
            "",
            "@",
            "a@b",
            "a@@b.kz",
            "a b@c.kz",
            ".a@b.kz",
            "a..b@c.kz",
            "learner,11@student",
            "а@b.kz",
            "a@-b.kz",
            "a@b.1",
            "a@b..kz",
        ] {
            assert!(!is_address(address), "{address}");
        }
    }

    #[test]
    fn capitals_and_spaces_do_not_matter() {
        let mut findings = Findings::default();
        let row = Row::from_columns(2, [(Column::Email, " A@Example.ORG ")]);
        assert_eq!(email(&row, &mut findings).as_deref(), Some("a@example.org"));
        assert!(findings.is_empty());
    }
}
