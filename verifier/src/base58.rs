//! Base58btc of keys and signatures (Controlled Identifiers, "Multibase" `z`), for values of a fixed length.
//! It turns bytes into figures and back; it must not know what they mean.

/// The figures, in the order of their values.
const FIGURES: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// What five figures can count: the most that fits into 32 bits, so that one division yields five of them.
const FIVE_FIGURES: u64 = 58 * 58 * 58 * 58 * 58;

/// Writes `bytes` in base 58.
pub(crate) fn encode(bytes: &[u8]) -> String {
    // The number, in words of 32 bits, the highest first.
    let mut words: Vec<u64> = bytes
        .rchunks(4)
        .rev()
        .map(|chunk| chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)))
        .collect();
    let mut figures = Vec::with_capacity(bytes.len() * 2);
    while words.iter().any(|word| *word != 0) {
        let mut rest = 0;
        for word in &mut words {
            let dividend = rest << 32 | *word;
            *word = dividend / FIVE_FIGURES;
            rest = dividend % FIVE_FIGURES;
        }
        for _ in 0..5 {
            figures.push(rest % 58);
            rest /= 58;
        }
    }
    while figures.last() == Some(&0) {
        figures.pop();
    }
    // Every zero byte before the number is a figure of its own.
    figures.extend(bytes.iter().take_while(|byte| **byte == 0).map(|_| 0));
    let figure = |value: &u64| usize::try_from(*value).ok().and_then(|value| FIGURES.get(value));
    figures.iter().rev().filter_map(figure).map(|figure| char::from(*figure)).collect()
}

/// Reads exactly `N` bytes. `None` if a character is no figure, or the value has another length.
pub(crate) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    // More figures than this do not fit: a byte takes at least one.
    if text.len() > 2 * N {
        return None;
    }
    // The number, in words of 32 bits, the lowest first.
    let mut words = vec![0_u64; N.div_ceil(4)];
    for chunk in text.as_bytes().chunks(5) {
        let (mut carry, mut scale) = (0, 1);
        for figure in chunk {
            carry = carry * 58 + u64::from(value(*figure)?);
            scale *= 58;
        }
        for word in &mut words {
            let product = *word * scale + carry;
            *word = product & 0xFFFF_FFFF;
            carry = product >> 32;
        }
        if carry != 0 {
            return None;
        }
    }
    let lowest_first = words.iter().flat_map(|word| word.to_le_bytes().into_iter().take(4));
    let mut bytes = [0; N];
    for (index, byte) in lowest_first.enumerate() {
        match N.checked_sub(index + 1).and_then(|place| bytes.get_mut(place)) {
            Some(slot) => *slot = byte,
            None if byte == 0 => {}
            None => return None,
        }
    }
    // The zeros before the number are figures too: their count decides whether the length is N.
    let zeros = |all: &[u8], zero: u8| all.iter().take_while(|byte| **byte == zero).count();
    (zeros(&bytes, 0) == zeros(text.as_bytes(), b'1')).then_some(bytes)
}

/// What a figure counts. Base 58 has no `0`, `I`, `O` and `l`.
const fn value(figure: u8) -> Option<u8> {
    match figure {
        b'1'..=b'9' => Some(figure - b'1'),
        b'A'..=b'H' => Some(figure - b'A' + 9),
        b'J'..=b'N' => Some(figure - b'J' + 17),
        b'P'..=b'Z' => Some(figure - b'P' + 22),
        b'a'..=b'k' => Some(figure - b'a' + 33),
        b'm'..=b'z' => Some(figure - b'm' + 44),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_the_crate_bs58(bytes in prop::collection::vec(prop_oneof![Just(0_u8), any::<u8>()], 0..70)) {
            prop_assert_eq!(encode(&bytes), bs58::encode(&bytes).into_string());
        }

        #[test]
        fn reads_what_the_crate_bs58_reads(text in "[1-9A-HJ-NP-Za-km-z]{80,90}|1{0,4}[1-9A-Za-z+]{84,90}") {
            let expected: Option<[u8; 64]> =
                bs58::decode(&text).into_vec().ok().and_then(|bytes| bytes.try_into().ok());
            prop_assert_eq!(decode::<64>(&text), expected);
        }

        #[test]
        fn what_was_written_is_read(bytes in any::<[u8; 34]>(), zeros in 0..35_usize) {
            let mut bytes = bytes;
            bytes.iter_mut().take(zeros).for_each(|byte| *byte = 0);
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
            prop_assert_eq!(decode::<33>(&encode(&bytes)), None);
        }
    }
}
