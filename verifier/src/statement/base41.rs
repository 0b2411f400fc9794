//! Base41: two bytes as three characters that a QR code packs densely and a link keeps whole (`docs/qr.md`, "Base41").
//! It reads what it writes and nothing else; it must not know what the bytes mean.

/// What the 45 characters of a QR code's alphanumeric mode (ISO/IEC 18004, "Alphanumeric mode") and those of a URL's fragment (RFC 3986,
/// "Fragment") have in common, but for the point and the colon, which programs cut off the end of a link.
const ALPHABET: &[u8; 41] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$+-/*";

/// Writes `bytes`: the smallest digit first, so that the two highest digits, of which the last is the asterisk, end no text.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() / 2 * 3 + 2);
    let mut digits = |mut value: usize, count: usize| {
        for _ in 0..count {
            let digit = ALPHABET.get(value % 41).copied().unwrap_or_default();
            text.push(char::from(digit));
            value /= 41;
        }
    };
    let mut pairs = bytes.chunks_exact(2);
    for pair in &mut pairs {
        if let [high, low] = pair {
            digits(usize::from(*high) << 8 | usize::from(*low), 3);
        }
    }
    if let [last] = pairs.remainder() {
        digits(usize::from(*last), 2);
    }
    text
}

/// Reads what [`encode`] wrote; `None` for every other text: each sequence of bytes has one spelling.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    for group in text.chunks(3) {
        let mut value = 0_u32;
        for character in group.iter().rev() {
            value = value * 41 + digit(*character)?;
        }
        match group.len() {
            3 => bytes.extend(u16::try_from(value).ok()?.to_be_bytes()),
            2 => bytes.push(u8::try_from(value).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u32> {
    Some(match character {
        b'0'..=b'9' => u32::from(character - b'0'),
        b'A'..=b'Z' => u32::from(character - b'A') + 10,
        b'$' => 36,
        b'+' => 37,
        b'-' => 38,
        b'/' => 39,
        b'*' => 40,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_bytes_has_one_spelling() {
        let mut seen = std::collections::HashSet::new();
        for value in 0..=u16::MAX {
            let text = encode(&value.to_be_bytes());
            assert_eq!(text.len(), 3);
            assert!(!text.ends_with(['/', '*']), "{text}");
            assert_eq!(decode(text.as_bytes()), Some(value.to_be_bytes().to_vec()));
            assert!(seen.insert(text));
        }
        // Of the 68,921 texts of three characters, exactly those are read.
        let all = ALPHABET.iter().flat_map(|a| {
            ALPHABET.iter().flat_map(move |b| ALPHABET.iter().map(move |c| [*a, *b, *c]))
        });
        assert_eq!(all.filter(|text| decode(text).is_some()).count(), 65_536);
    }

    #[test]
    fn one_byte_takes_two_characters_and_one_character_is_nothing() {
        assert_eq!(encode(&[]), "");
        assert_eq!(decode(b""), Some(Vec::new()));
        assert_eq!(encode(&[255]), "96");
        assert_eq!(decode(b"96"), Some(vec![255]));
        assert_eq!(decode(b"A6"), None);
        assert_eq!(encode(&[0, 1, 41]), "10001");
        for text in ["0", "0000", "000.00", "00 ", "00%", "00:", "00a", "00\u{e9}", "***"] {
            assert_eq!(decode(text.as_bytes()), None, "{text}");
        }
    }
}
