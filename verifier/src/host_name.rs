//! Names of hosts on the public internet, in the one spelling in which they can be compared.
//! It judges spelling; it must not ask any name server.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Whether `text` is a host name of two labels or more in canonical ASCII: lower case, no trailing dot,
/// nothing that any reader takes for an address, internationalized labels in the one encoding they have.
///
/// It says nothing of whether there is such a host. Two names that pass are the same host exactly if their bytes are the same (RFC 5890, "A-label").
#[must_use]
pub fn is_canonical_host(text: &str) -> bool {
    // RFC 1035, "Size limits"; one of the 255 octets is the root's, one the length of the first label.
    if text.len() > 253 {
        return false;
    }
    let Some((rest, last)) = text.rsplit_once('.') else { return false };
    // URL Standard, "ends in a number checker": readers of `0x7f.1` or `127.1` see an IPv4 address. No
    // top-level domain begins with a digit (RFC 3696, section 2).
    let numeric = last.starts_with(|first: char| first.is_ascii_digit());
    !numeric && is_label(last) && rest.split('.').all(is_label)
}

/// RFC 5890, "LDH label": letters, digits and inner hyphens. Hyphens in places three and four are
/// reserved, and mean an internationalized label.
fn is_label(label: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let outer = label.starts_with('-') || label.ends_with('-');
    if label.is_empty() || label.len() > 63 || outer || !label.bytes().all(plain) {
        return false;
    }
    match label.strip_prefix("xn--") {
        Some(encoded) => decode(encoded).is_some_and(|decoded| is_international(&decoded)),
        None => label.get(2..4) != Some("--"),
    }
}

/// Whether the encoding was needed, and hides nothing: `xn--example-` is `example` to a lenient reader
/// (RUSTSEC-2024-0421), and so are wide letters or letters with something invisible between them.
fn is_international(decoded: &str) -> bool {
    let visible = |letter: char| {
        (letter.is_alphanumeric() || is_combining_mark(letter) || letter == '-')
            && !is_ignorable(letter)
    };
    // RFC 5891, section 4.2.3: no outer hyphen, no mark without a letter before it.
    let outer = decoded.starts_with(|first| first == '-' || is_combining_mark(first));
    !decoded.is_ascii()
        && !outer
        && !decoded.ends_with('-')
        && decoded.chars().all(visible)
        && decoded.nfkc().flat_map(char::to_lowercase).eq(decoded.chars())
}

/// The marks and letters that Unicode calls "Default_Ignorable_Code_Point": nobody sees them.
const fn is_ignorable(letter: char) -> bool {
    matches!(letter,
        '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// RFC 3492, "Decoding procedure", with the parameters of its section 5. Each string has one encoding, so a
/// label that decodes is the only one that does so to this string.
fn decode(encoded: &str) -> Option<String> {
    const INITIAL_CODE: u32 = 128;
    let (basic, digits) = match encoded.rsplit_once('-') {
        // The delimiter stands only behind something.
        Some(("", _)) => return None,
        Some((basic, digits)) => (basic, digits),
        None => ("", encoded),
    };
    let mut letters: Vec<char> = basic.chars().collect();
    let (mut code, mut index, mut bias) = (INITIAL_CODE, 0_u32, 72);
    let mut digits = digits.bytes();
    while digits.len() > 0 {
        let start = index;
        index = start.checked_add(delta(&mut digits, bias)?)?;
        let length = u32::try_from(letters.len()).ok()?.checked_add(1)?;
        bias = adapted(index - start, length, start == 0);
        code = code.checked_add(index / length)?;
        index %= length;
        letters.insert(usize::try_from(index).ok()?, char::from_u32(code)?);
        index += 1;
    }
    Some(letters.into_iter().collect())
}

/// One generalized variable-length integer.
fn delta(digits: &mut std::str::Bytes<'_>, bias: u32) -> Option<u32> {
    let (mut value, mut weight, mut position) = (0_u32, 1_u32, 36_u32);
    loop {
        let digit = match digits.next()? {
            letter @ b'a'..=b'z' => u32::from(letter - b'a'),
            figure @ b'0'..=b'9' => u32::from(figure - b'0') + 26,
            _ => return None,
        };
        value = value.checked_add(digit.checked_mul(weight)?)?;
        let threshold = position.saturating_sub(bias).clamp(1, 26);
        if digit < threshold {
            return Some(value);
        }
        weight = weight.checked_mul(36 - threshold)?;
        position += 36;
    }
}

/// RFC 3492, "Bias adaptation function".
const fn adapted(delta: u32, length: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / length;
    let mut bias = 0;
    while delta > 455 {
        delta /= 35;
        bias += 36;
    }
    bias + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_passes_is_plain_ascii(label in "[a-z0-9-]{0,59}", any in ".*") {
            for name in [format!("xn--{label}.org"), any] {
                let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
                prop_assert!(!is_canonical_host(&name) || name.bytes().all(plain), "{}", name);
            }
        }
    }

    #[test]
    fn public_names_are_canonical() {
        for name in [
            "example.org",
            "credentials.satbayev.university",
            "1.2.3.example.org",
            "a-b--c.example.org",
            "xn--bcher-kva.example",
            "xn--80ao21a.xn--p1ai",
            "xn--e1afmkfd.kz",
            "xn--j2bd4cyah0f.example",
        ] {
            assert!(is_canonical_host(name), "{name}");
        }
        assert!(is_canonical_host(&format!("{}.org", "a".repeat(63))));
        let longest = ["a".repeat(62), "b".repeat(62), "c".repeat(62), "d".repeat(60)].join(".");
        assert!(is_canonical_host(&format!("{longest}.kz")), "{}", longest.len());
    }

    #[test]
    fn other_spellings_and_addresses_are_not() {
        for name in [
            "",
            ".",
            "org",
            "localhost",
            "example.org.",
            ".example.org",
            "example..org",
            "Example.org",
            "example.ORG",
            "exa_mple.org",
            "-example.org",
            "example-.org",
            "example.org ",
            "exa mple.org",
            "exam%70le.org",
            "bücher.example",
            "example。org",
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.1",
            "0x7f000001",
            "0177.0.0.1",
            "a.0x7f",
            "1.2.3.4.5",
            "a.127",
            "[::1]",
            "::1",
            "ab--cd.org",
            "user@example.org",
            "example.org:443",
        ] {
            assert!(!is_canonical_host(name), "{name}");
        }
        assert!(!is_canonical_host(&format!("{}.org", "a".repeat(64))));
        assert!(!is_canonical_host(&format!("{}org", "abc.".repeat(63))));
    }

    #[test]
    fn an_encoding_that_hides_ascii_is_not() {
        for (label, reason) in [
            ("xn--example-", "nothing but ASCII"),
            ("xn--", "nothing"),
            ("xn---", "a delimiter behind nothing"),
            ("xn---bcher-kva", "an outer hyphen of the encoded text"),
            ("xn--mi7chab1aes7c", "wide letters"),
            ("xn--example-3z6c", "a zero width space inside"),
            ("xn--example-oka", "a soft hyphen inside"),
            ("xn--example-6573b", "a variation selector inside"),
            ("xn--7ba", "a capital letter"),
            ("xn--fi-3b1n", "a ligature"),
            ("XN--bcher-kva", "capital prefix"),
            ("xn--bcher-kv", "a cut encoding"),
            ("xn--bcher-kva9", "a digit too many"),
            ("xn--99999999", "a code beyond Unicode"),
        ] {
            assert!(!is_canonical_host(&format!("{label}.example")), "{label}: {reason}");
        }
    }

    #[test]
    fn the_decoding_is_that_of_the_rfc() {
        // The last two are (B) and (E) of RFC 3492, section 7.1.
        for (encoded, decoded) in [
            ("bcher-kva", "bücher"),
            ("80ao21a", "қаз"),
            ("4xam", "σω"),
            ("ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"),
            ("4dbcagdahymbxekheh6e0a7fei0b", "למההםפשוטלאמדבריםעברית"),
        ] {
            assert_eq!(decode(encoded).as_deref(), Some(decoded), "{encoded}");
        }
        assert_eq!(decode("99999999999999"), None, "an overflow");
    }
}
