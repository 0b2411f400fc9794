//! The QR code of a text, as small as it can be made (ISO/IEC 18004, "Encodation").
//! It knows which of its characters take less room; what the text says is decided in `issuing`.

use qrcode::bits::{Bits, encode_auto};
use qrcode::{EcLevel, QrCode, Version};
use verifier::is_statement;

/// The largest version.
const VERSION_MAX: i16 = 40;

/// A text as the bits of a code of one version and level. Which code is the smallest is decided by these: to draw one costs milliseconds,
/// since eight masks are compared.
pub(crate) struct Coded {
    bits: Bits,
    level: EcLevel,
}

impl Coded {
    /// The smallest code that was found for this text; `None` if it is too long for any.
    ///
    /// The encoder chooses segments by local steps, and here and there a code of a statement becomes a version larger than its address as
    /// bytes and all else as alphanumeric text would be, by which `issuing` reckons what there is room for. So that is tried too.
    pub(crate) fn smallest(text: &str, level: EcLevel) -> Option<Self> {
        let chosen = encode_auto(text.as_bytes(), level).ok();
        let below = chosen.as_ref().map_or(VERSION_MAX + 1, |bits| number(bits.version()));
        let two = segments(text).and_then(|parts| two_segments(parts, level, below));
        let bits = two.or(chosen)?;
        Some(Self { bits, level })
    }

    /// Modules in a row.
    pub(crate) fn modules(&self) -> i16 {
        self.bits.version().width()
    }

    /// The code.
    pub(crate) fn draw(self) -> Option<QrCode> {
        QrCode::with_bits(self.bits, self.level).ok()
    }
}

const fn number(version: Version) -> i16 {
    match version {
        Version::Normal(number) | Version::Micro(number) => number,
    }
}

/// The address of a statement with its `#`, and what follows.
fn segments(text: &str) -> Option<(&str, &str)> {
    let end = text.find('#').filter(|_| is_statement(text.as_bytes()))?.checked_add(1)?;
    let (address, statement) = text.split_at_checked(end)?;
    statement.bytes().all(is_alphanumeric).then_some((address, statement))
}

/// The two in the smallest version below this one that holds them.
fn two_segments((address, statement): (&str, &str), level: EcLevel, below: i16) -> Option<Bits> {
    (1..below).find_map(|version| {
        let mut bits = Bits::new(Version::Normal(version));
        bits.push_byte_data(address.as_bytes()).ok()?;
        bits.push_alphanumeric_data(statement.as_bytes()).ok()?;
        bits.push_terminator(level).ok()?;
        Some(bits)
    })
}

/// Whether two of such characters take eleven bits ("Alphanumeric mode").
const fn is_alphanumeric(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b' ' | b'$' | b'%' | b'*' | b'+' | b'-' | b'.' | b'/' | b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://credentials.example.org/c/ABCDEFGHJKMNPQRS#";

    /// A text that fills a code of version 22 at level M to the last bits, of characters as a signature has them.
    fn full(seed: u64) -> String {
        const ALPHABET: &[u8; 41] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-/";
        let room = 782 * 8 - (4 + 16 + 8 * ADDRESS.len()) - (4 + 11);
        let mut state = seed;
        let mut text = format!("{ADDRESS}T1:");
        while text.len() - ADDRESS.len() < room / 11 * 2 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let place = usize::try_from((state >> 33) % 41).unwrap_or_default();
            text.push(char::from(ALPHABET[place]));
        }
        text
    }

    #[test]
    fn a_code_is_never_larger_than_its_characters_need() {
        for seed in 0..300 {
            let text = full(seed);
            assert!(is_statement(text.as_bytes()), "{text}");
            let code = Coded::smallest(&text, EcLevel::M).map(|code| code.modules());
            assert_eq!(code, Some(105), "version 22: {text}");
        }
    }

    #[test]
    fn a_text_that_is_no_statement_has_a_code_too() {
        for text in ["https://example.org/c/ABC", "қағаз", "https://example.org/c/ABC#T1:lower"]
        {
            let code = Coded::smallest(text, EcLevel::Q).unwrap();
            let modules = usize::try_from(code.modules()).unwrap();
            assert_eq!(code.draw().unwrap().width(), modules, "{text}");
        }
        assert!(Coded::smallest(&"x".repeat(5_000), EcLevel::M).is_none());
    }
}
