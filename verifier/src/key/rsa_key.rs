//! RSA public keys: which of them are strong enough, and RS256.
//! It sees public numbers alone; no private operation may ever be done here.

use rsa::{BoxedUint, Pkcs1v15Sign, RsaPublicKey};
use sha2::{Digest, Sha256};

use super::KeyFault;
use crate::limits;

/// An RSA public key of accepted size. Boxed, because its precomputed numbers are large.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub(crate) struct RsaKey(Box<RsaPublicKey>);

/// The primes that the test for weak moduli divides by.
const SMALL_PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

impl RsaKey {
    /// Takes modulus and exponent, big-endian, in as few bytes as they need.
    pub(super) fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyFault> {
        check_modulus(modulus)?;
        check_exponent(exponent)?;
        let [n, e] = [modulus, exponent].map(BoxedUint::from_be_slice_vartime);
        let sizes = limits::RSA_MODULUS_BITS_MIN..=limits::RSA_MODULUS_BITS_MAX;
        RsaPublicKey::new_with_size_limits(n, e, sizes)
            .map(|key| Self(Box::new(key)))
            .map_err(|_| KeyFault::Weak("its modulus and exponent make no RSA key"))
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, "RSASSA-PKCS1-V1_5-VERIFY"): the padded digest is compared whole.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let scheme = Pkcs1v15Sign::new::<Sha256>();
        self.0.verify(scheme, &Sha256::digest(message), signature).is_ok()
    }
}

fn check_modulus(modulus: &[u8]) -> Result<(), KeyFault> {
    let (Some(first), Some(last)) = (modulus.first(), modulus.last()) else {
        return Err(KeyFault::Form("its modulus is empty"));
    };
    if *first == 0 {
        return Err(KeyFault::Form("its modulus begins with a zero byte"));
    }
    let spare = usize::try_from(first.leading_zeros()).unwrap_or_default();
    let bits = modulus.len() * 8 - spare;
    if bits < limits::RSA_MODULUS_BITS_MIN {
        return Err(KeyFault::Weak("its RSA modulus is shorter than 2048 bits"));
    }
    if bits > limits::RSA_MODULUS_BITS_MAX {
        return Err(KeyFault::Weak("its RSA modulus is longer than 8192 bits"));
    }
    if last % 2 == 0 {
        return Err(KeyFault::Weak("its RSA modulus is even"));
    }
    let remainders = SMALL_PRIMES.map(|prime| (prime, remainder(modulus, prime)));
    if remainders.iter().any(|(_, rest)| *rest == 0) {
        return Err(KeyFault::Weak("its RSA modulus has a small factor"));
    }
    // ROCA (CVE-2017-15361): a faulty library made primes that are powers of 65537 modulo many small primes.
    // The modulus of an honest key looks so for all of them with a chance below one in a hundred million.
    if remainders.iter().all(|(prime, rest)| is_power_of_65537(*rest, *prime)) {
        return Err(KeyFault::Weak("its RSA modulus has the fingerprint of ROCA"));
    }
    Ok(())
}

fn remainder(number: &[u8], prime: u32) -> u32 {
    number.iter().fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime)
}

fn is_power_of_65537(rest: u32, prime: u32) -> bool {
    let generator = 65_537 % prime;
    std::iter::successors(Some(1), |power| Some(power * generator % prime))
        .take(usize::try_from(prime).unwrap_or_default())
        .any(|power| power == rest)
}

fn check_exponent(exponent: &[u8]) -> Result<(), KeyFault> {
    if exponent.first().is_none_or(|first| *first == 0) {
        return Err(KeyFault::Form("its exponent is empty or begins with a zero byte"));
    }
    // Five bytes hold every exponent that is allowed, so that verifying stays cheap.
    let value = exponent.iter().try_fold(0_u64, |value, byte| {
        value.checked_mul(256).map(|value| value | u64::from(*byte))
    });
    match value {
        Some(value) if value < limits::RSA_EXPONENT_MIN => {
            Err(KeyFault::Weak("its RSA exponent is less than 65537"))
        }
        Some(value) if value % 2 == 0 => Err(KeyFault::Weak("its RSA exponent is even")),
        Some(value) if value <= limits::RSA_EXPONENT_MAX => Ok(()),
        _ => Err(KeyFault::Weak("its RSA exponent is too large")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An odd number of `bits` bits without small factors or the fingerprint; nobody knows whether it is a good modulus.
    fn modulus(bits: usize) -> Vec<u8> {
        (1..255_u8)
            .map(|seed| {
                let mut bytes: Vec<u8> = Vec::new();
                let mut block = Sha256::digest([seed]);
                while bytes.len() < bits / 8 {
                    bytes.extend(block);
                    block = Sha256::digest(block);
                }
                bytes.truncate(bits / 8);
                bytes[0] |= 0x80;
                *bytes.last_mut().unwrap() |= 1;
                bytes
            })
            .find(|bytes| SMALL_PRIMES.iter().all(|prime| remainder(bytes, *prime) != 0))
            .unwrap()
    }

    const E: &[u8] = &[1, 0, 1];

    fn weakness(modulus: &[u8], exponent: &[u8]) -> &'static str {
        match RsaKey::new(modulus, exponent) {
            Err(KeyFault::Weak(why) | KeyFault::Form(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn sizes_are_bounded() {
        for bits in [2048, 3072, 4096, 8192] {
            assert!(RsaKey::new(&modulus(bits), E).is_ok(), "{bits}");
        }
        for bits in [512, 1024, 2040] {
            assert!(weakness(&modulus(bits), E).contains("shorter"), "{bits}");
        }
        // 2047 bits in 256 bytes.
        let mut short = modulus(2048);
        short[0] = 0x7f;
        assert!(weakness(&short, E).contains("shorter"));
        assert!(weakness(&modulus(8200), E).contains("longer"));
        assert!(weakness(&[], E).contains("empty"));
        assert!(weakness(&[&[0], modulus(2048).as_slice()].concat(), E).contains("zero byte"));
    }

    #[test]
    fn factors_that_anybody_finds_are_refused() {
        let mut even = modulus(2048);
        *even.last_mut().unwrap() -= 1;
        assert!(weakness(&even, E).contains("even"));
        // 3 divides 2^2048 - 1.
        assert!(weakness(&[0xff; 256], E).contains("small factor"));
    }

    #[test]
    fn exponents_are_bounded() {
        let n = modulus(2048);
        for small in [&[1][..], &[3], &[17], &[0xff, 0xff]] {
            assert!(weakness(&n, small).contains("less than 65537"), "{small:?}");
        }
        assert!(weakness(&n, &[1, 0, 2]).contains("even"));
        for large in [&[2, 0, 0, 0, 1][..], &[1; 8], &[1; 9], &[0xff; 300]] {
            assert!(weakness(&n, large).contains("too large"), "{large:?}");
        }
        assert!(RsaKey::new(&n, &[1, 0xff, 0xff, 0xff, 0xff]).is_ok());
        assert!(weakness(&n, &[]).contains("empty"));
        assert!(weakness(&n, &[0, 1, 0, 1]).contains("zero byte"));
    }

    /// 65537^128 has 2049 bits and is a power of 65537 modulo everything.
    #[test]
    fn the_fingerprint_of_roca_is_found() {
        let mut power = vec![1_u8];
        for _ in 0..128 {
            let mut shifted = power.clone();
            shifted.extend([0, 0]);
            let mut carry = 0_u16;
            for (place, byte) in shifted.iter_mut().rev().enumerate() {
                let added = power.len().checked_sub(place + 1).map_or(0, |at| power[at]);
                let sum = u16::from(*byte) + u16::from(added) + carry;
                *byte = sum.to_le_bytes()[0];
                carry = sum >> 8;
            }
            if carry > 0 {
                shifted.insert(0, 1);
            }
            power = shifted;
        }
        assert!(weakness(&power, E).contains("ROCA"), "{} bytes", power.len());
    }
}
