//! The bits of a status list: how they are packed, and what stands at one place.
//! It counts and inflates; it must not believe anything about where the bits came from.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::bufread::GzDecoder;

use super::Entry;
use crate::limits;
use crate::problem::Code;
use crate::report::Finding;

/// "Bitstring Expansion Algorithm", bounded: exactly one GZIP member (RFC 1952) whose checksum and length
/// hold, and nothing after it. More than the limit is an error, never a truncation.
pub(super) fn inflate(encoded: &str) -> Result<Vec<u8>, Finding> {
    let fault = |detail: &str| Finding::unknown(Code::StatusVerification, detail);
    let compressed = encoded
        .strip_prefix('u')
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .ok_or_else(|| fault("The status list's bits are not in base64url."))?;
    let mut decoder = GzDecoder::new(compressed.as_slice());
    let mut bits = Vec::new();
    let limit = u64::try_from(limits::STATUS_LIST_BYTES_MAX).unwrap_or(u64::MAX);
    let read = decoder.by_ref().take(limit + 1).read_to_end(&mut bits);
    if read.is_err() {
        return Err(fault("The status list's bits are not in GZIP format."));
    }
    if bits.len() > limits::STATUS_LIST_BYTES_MAX {
        return Err(fault("The status list inflates beyond the limit."));
    }
    if !decoder.into_inner().is_empty() {
        return Err(fault("Something follows the status list's bits."));
    }
    Ok(bits)
}

/// Steps 8 to 10: the value at the entry's place. Index 0 is the left-most bit.
pub(super) fn value(bits: &[u8], entry: &Entry<'_>) -> Result<u64, Finding> {
    let length = u64::try_from(bits.len()).unwrap_or(0).saturating_mul(8);
    if length / entry.size < limits::STATUS_LIST_ENTRIES_MIN {
        let detail = "The status list has fewer entries than the specification demands.";
        return Err(Finding::unknown(Code::StatusListLength, detail));
    }
    let out_of_range =
        || Finding::unknown(Code::StatusRange, "The index lies outside the status list.");
    let start = entry.index.checked_mul(entry.size).ok_or_else(out_of_range)?;
    let end =
        start.checked_add(entry.size).filter(|end| *end <= length).ok_or_else(out_of_range)?;
    (start..end).try_fold(0, |value: u64, position| {
        let byte = usize::try_from(position / 8).ok().and_then(|index| bits.get(index));
        let byte = byte.ok_or_else(out_of_range)?;
        Ok(value << 1 | u64::from(byte >> (7 - position % 8) & 1))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn inflated(compressed: &[u8]) -> Result<Vec<u8>, Code> {
        inflate(&format!("u{}", URL_SAFE_NO_PAD.encode(compressed)))
            .map_err(|finding| finding.into_problem().code)
    }

    fn value(bits: &[u8], index: u64, size: u64) -> Result<u64, Code> {
        let entry = Entry { purpose: "revocation", index, list: "", size };
        super::value(bits, &entry).map_err(|finding| finding.into_problem().code)
    }

    #[test]
    fn index_zero_is_the_left_most_bit() {
        let mut bits = vec![0; 16_384];
        for (index, byte, mask) in [
            (0, 0, 0x80),
            (1, 0, 0x40),
            (7, 0, 0x01),
            (8, 1, 0x80),
            (23, 2, 0x01),
            (131_071, 16_383, 0x01),
        ] {
            bits[byte] = mask;
            assert_eq!(value(&bits, index, 1), Ok(1), "{index}");
            assert_eq!(bits.iter().map(|byte| byte.count_ones()).sum::<u32>(), 1);
            bits[byte] = 0;
            assert_eq!(value(&bits, index, 1), Ok(0));
        }
        assert_eq!(value(&bits, 131_072, 1), Err(Code::StatusRange));
        assert_eq!(value(&bits, u64::MAX, 1), Err(Code::StatusRange));
        assert_eq!(value(&bits, 0, 2), Err(Code::StatusListLength));
        assert_eq!(value(&bits[1..], 0, 1), Err(Code::StatusListLength));
        bits.extend(vec![0; 16_384]);
        bits[0] = 0b0110_0000;
        assert_eq!((value(&bits, 0, 2), value(&bits, 1, 2)), (Ok(1), Ok(2)));
    }

    #[test]
    fn inflating_is_bounded_and_exact() {
        let good = gzip(&[0; 16_384]);
        assert_eq!(inflated(&good), Ok(vec![0; 16_384]));
        let bomb = gzip(&vec![0; 64 * 1024 * 1024]);
        let twice = [good.clone(), good.clone()].concat();
        let trailing = [good.clone(), vec![0]].concat();
        let mut wrong_sum = good.clone();
        let end = wrong_sum.len();
        wrong_sum[end - 6] ^= 1;
        let mut wrong_length = good.clone();
        wrong_length[end - 1] ^= 1;
        for bad in
            [&bomb[..], &twice, &trailing, &wrong_sum, &wrong_length, &good[..end - 1], &[], b"x"]
        {
            assert_eq!(inflated(bad), Err(Code::StatusVerification));
        }
        for text in ["", "u", "z", "uH4sI=", "u H4sI"] {
            assert!(inflate(text).is_err(), "{text}");
        }
    }
}
