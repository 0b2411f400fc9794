//! The numbers of a certificate: its own, its line in the journal, its handle. Four different things with the programme's
//! registration number (regulation 6.2.1, 9.4, Appendix Б); none can be computed from another.

use std::fmt;

const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Series in which the certificate numbers of an instance run.
#[must_use]
pub(super) fn certificate_series(prefix: &str) -> String {
    format!("MC-{prefix}")
}

/// Series in which the journal of one year runs.
#[must_use]
pub(super) fn journal_series(prefix: &str, year: i16) -> String {
    format!("{year}-{prefix}")
}

/// The certificate number `serial` of a series: `MC-A-000123-KRTB-O`. Four random letters make the numbers of two lost histories
/// differ, and keep anybody from counting on to a number that exists; a check character (ISO 7064, MOD 37,36) over letters and
/// digits tells a mistyped number from an unknown one.
///
/// # Errors
/// If the operating system has no randomness to give.
pub(super) fn certificate_number(series: &str, serial: u64) -> Result<String, getrandom::Error> {
    let body = format!("{series}-{serial:06}-{}", random_letters()?);
    Ok(format!("{body}-{}", check_character(&body)))
}

/// How many letters, each one of twenty: 160,000 possibilities.
const LETTERS: usize = 4;

/// Without vowels, so that they make no word in any language, and without digits, which would read on from the serial.
fn random_letters() -> Result<String, getrandom::Error> {
    const CONSONANTS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    let mut letters = String::with_capacity(LETTERS);
    while letters.len() < LETTERS {
        let mut byte = [0];
        getrandom::fill(&mut byte)?;
        // The last sixteen values would make some letters likelier than others.
        let letter = usize::from(byte[0]);
        if let Some(letter) = (letter < 240).then(|| CONSONANTS.get(letter % 20)).flatten() {
            letters.push(char::from(*letter));
        }
    }
    Ok(letters)
}

/// The registration number `serial` of a journal: `2026-A-000123`.
#[must_use]
pub(super) fn registration_number(series: &str, serial: u64) -> String {
    format!("{series}-{serial:06}")
}

/// Whether the check character of a certificate number holds. Case and spaces around do not matter.
#[must_use]
pub fn is_certificate_number(text: &str) -> bool {
    let text = text.trim().to_ascii_uppercase();
    let Some((body, check)) = text.rsplit_once('-') else { return false };
    body.starts_with("MC-") && check == check_character(body).to_string()
}

/// ISO 7064, pure system MOD 37,36 over the letters and digits of `body`.
fn check_character(body: &str) -> char {
    let mut product = 36;
    for character in body.bytes() {
        let Some(value) = ALPHABET.iter().position(|known| *known == character) else { continue };
        let sum = (product + value) % 36;
        product = (if sum == 0 { 36 } else { sum }) * 2 % 37;
    }
    let check = (37 - product) % 36;
    ALPHABET.get(check).map_or('0', |byte| char::from(*byte))
}

/// 80 random bits as sixteen characters of base32 (RFC 4648): the part of a credential's URL that nobody can guess.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Handle(String);

impl Handle {
    /// A fresh handle.
    ///
    /// # Errors
    /// If the operating system has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 10];
        getrandom::fill(&mut bytes)?;
        Ok(Self::from_bytes(bytes))
    }

    fn from_bytes(bytes: [u8; 10]) -> Self {
        const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let bits = bytes.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let character = |place: u32| {
            let index = usize::try_from(bits >> (75 - 5 * place) & 31).unwrap_or(0);
            BASE32.get(index).map_or('A', |byte| char::from(*byte))
        };
        Self((0..16).map(character).collect())
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificate_numbers_carry_a_check_character() {
        let number = certificate_number("MC-A", 123).unwrap();
        assert_eq!(number.len(), "MC-A-000123-KRTB-O".len());
        assert!(number.starts_with("MC-A-000123-"), "{number}");
        let others: std::collections::HashSet<String> =
            (0..50).map(|_| certificate_number("MC-A", 123).unwrap()).collect();
        assert!(others.len() > 40, "{others:?}");
        assert!(is_certificate_number(&number));
        assert!(is_certificate_number(&format!(" {} ", number.to_lowercase())));
        for (index, original) in number.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
            for digit in ('0'..='9').filter(|digit| *digit != original) {
                let mut mistyped = number.clone();
                mistyped.replace_range(index..=index, &digit.to_string());
                assert!(!is_certificate_number(&mistyped), "{mistyped}");
            }
        }
        assert!(!is_certificate_number("MC-A-000132-".trim_end_matches('-')));
        assert!(!is_certificate_number(""));
    }

    #[test]
    fn the_check_character_is_that_of_the_standard() {
        // ISO 7064 gives A12425GABC1234002 with check character M for MOD 37,36.
        assert_eq!(check_character("A12425GABC1234002"), 'M');
    }

    #[test]
    fn handles_are_base32() {
        assert_eq!(Handle::from_bytes([0; 10]).to_string(), "A".repeat(16));
        assert_eq!(Handle::from_bytes([0xff; 10]).to_string(), "7".repeat(16));
        assert_eq!(Handle::from_bytes(*b"foobarfoob").to_string(), "MZXW6YTBOJTG633C");
        assert_ne!(Handle::random().unwrap(), Handle::random().unwrap());
    }
}
