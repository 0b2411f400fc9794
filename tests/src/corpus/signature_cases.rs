//! Section A: signatures and keys of Ed25519 that only careless verifiers accept.

use ed25519_dalek::VerifyingKey;
use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign};
use serde_json::{Value, json};
use sha2::Sha512;
use verifier::Check::{Key, Proof};
use verifier::Code;

use super::badge::{UNIVERSITY, badge, by_university, changed, university_key};
use super::case::{Case, case, generated_case};
use super::keys::multibase;
use super::sign::{options, secured, signing_input, with_proofs};

pub(super) fn cases() -> Vec<Case> {
    [signatures(), weak_keys(), mixed_order()].concat()
}

/// L of RFC 8032, the order of the base point, least byte first.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// S + L: satisfies the same equation, and must not satisfy anybody.
fn with_order_added(signature: &[u8]) -> Vec<u8> {
    let mut signature = signature.to_vec();
    let mut carry = 0;
    for (byte, more) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    signature
}

/// A19, A20, A26: other spellings of a good signature, and things that are none.
fn signatures() -> Vec<Case> {
    let honest = by_university(&badge());
    let text = honest["proof"][0]["proofValue"].as_str().unwrap_or_default().to_owned();
    let bytes = bs58::decode(&text[1..]).into_vec().unwrap_or_default();
    let value = |id, says, value: String| {
        case(id, says, &changed(|badge| badge["proof"][0]["proofValue"] = json!(value)))
    };
    let wrong = |id, says, text: String| value(id, says, text).invalid(Key, Code::ProofMalformed);
    let none = |id, text: &str| {
        wrong(id, "The signature's text is spelt as no base58btc.", text.to_owned())
    };
    vec![
        value(
            "A19-s-plus-l",
            "S grows by the order of the group.",
            multibase(&with_order_added(&bytes)),
        )
        .invalid(Proof, Code::Signature),
        value("A19-zeros", "A signature of zeros.", multibase(&[0; 64]))
            .invalid(Proof, Code::Signature),
        value(
            "A19-bit-of-r",
            "One bit of R is turned.",
            multibase(&[&[bytes[0] ^ 1], &bytes[1..]].concat()),
        )
        .invalid(Proof, Code::Signature),
        wrong("A20-63-bytes", "A byte is missing.", multibase(&bytes[..63])),
        wrong("A20-65-bytes", "A zero is appended.", multibase(&[bytes.as_slice(), &[0]].concat())),
        wrong(
            "A20-leading-zero",
            "A zero stands before.",
            multibase(&[&[0], bytes.as_slice()].concat()),
        ),
        wrong("A20-nothing", "There is only the prefix.", "z".to_owned()),
        none("A26-prefix-u", &format!("u{}", &text[1..])),
        none("A26-prefix-m", &format!("m{}", &text[1..])),
        none("A26-no-prefix", &text[1..]),
        none("A26-space", &format!("z {}", &text[1..])),
        none("A26-newline", &format!("{text}\n")),
        none("A26-not-in-the-alphabet", &format!("z0OIl{}", &text[5..])),
        none("A26-nul", &format!("{text}\0")),
        none("A26-padding", &format!("{text}==")),
        generated_case("A26-one-megabyte", "A signature of a megabyte.", "proof-value-1000000")
            .invalid(Key, Code::ProofMalformed),
        case(
            "A26-number",
            "The signature is a number.",
            &changed(|badge| badge["proof"][0]["proofValue"] = json!(5)),
        )
        .invalid(Key, Code::ProofMalformed),
    ]
}

/// A23, A27: keys under which everything verifies, and encodings of keys that are none.
fn weak_keys() -> Vec<Case> {
    const SMALL: [(&str, &str); 14] = [
        ("order-4", "0000000000000000000000000000000000000000000000000000000000000000"),
        ("order-4-negative", "0000000000000000000000000000000000000000000000000000000000000080"),
        ("order-1", "0100000000000000000000000000000000000000000000000000000000000000"),
        ("order-2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        ("order-8-a", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        ("order-8-b", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
        ("order-8-c", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        ("order-8-d", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
        ("order-4-y-is-p", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        (
            "order-4-y-is-p-negative",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        ),
        ("order-1-negative", "0100000000000000000000000000000000000000000000000000000000000080"),
        ("order-1-y-beyond-p", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        (
            "order-1-y-beyond-p-negative",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        ),
        ("order-2-negative", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
    ];
    let weak = SMALL.into_iter().map(|(name, hexadecimal)| {
        let public: Vec<u8> = (0..64).step_by(2).filter_map(|at| u8::from_str_radix(&hexadecimal[at..at + 2], 16).ok()).collect();
        let encoded = multibase(&[&[0xed, 0x01], public.as_slice()].concat());
        let says = "The issuer's did:key is a point of small order, and R too: loose verifiers accept any message.";
        case(&format!("A23-{name}"), says, &by_did_key(&encoded, &[public.as_slice(), &[0; 32]].concat())).invalid(Key, Code::WeakKey)
    });
    let by_method = |id: &str, fragment: &str, code| {
        let document = secured(&badge(), &format!("{UNIVERSITY}#{fragment}"), &university_key());
        case(id, "The issuer's document encodes this key in no way that a Multikey has.", &document)
            .invalid(Key, code)
    };
    let encodings = vec![
        by_method("A27-x25519", "x25519", Code::WeakKey),
        by_method("A27-p256", "p256", Code::WeakKey),
        by_method("A27-long-varint", "long-varint", Code::WeakKey),
        by_method("A27-short", "short", Code::WeakKey),
        by_method("A27-long", "long", Code::WeakKey),
        by_method("A27-base64url", "base64url", Code::WeakKey),
        by_method("A27-weak-in-the-document", "weak", Code::WeakKey),
        by_method("A27-unknown-type", "unknown-type", Code::VerificationMethod),
    ];
    weak.chain(encodings).collect()
}

/// A badge whose issuer is this did:key, with this signature.
fn by_did_key(encoded: &str, signature: &[u8]) -> Value {
    let did = format!("did:key:{encoded}");
    let mut badge = badge();
    badge["issuer"]["id"] = json!(did);
    let mut proof = options(&format!("{did}#{encoded}"));
    proof["proofValue"] = json!(multibase(signature));
    with_proofs(&badge, vec![proof])
}

/// A21, A25: a key with a component of low order, which is no weak key. Whether its signature verifies depends on the equation: with
/// the cofactor always, without it sometimes. Ours is the strict one, of each signature alone.
fn mixed_order() -> Vec<Case> {
    let (key, public) = mixed_key();
    let did =
        format!("did:key:{}", multibase(&[&[0xed, 0x01], public.as_bytes().as_slice()].concat()));
    let mut badge = badge();
    badge["issuer"]["id"] = json!(did);
    let tries = (0..60).map(|second| {
        let mut options = options(&did.replacen("did:key:", &format!("{did}#"), 1));
        options["created"] = json!(format!("2020-01-15T09:00:{second:02}Z"));
        let input = signing_input(&badge, &options);
        let signature = raw_sign::<Sha512>(&key, &input, &public);
        let strict = public.verify_strict(&input, &signature).is_ok();
        options["proofValue"] = json!(multibase(&signature.to_bytes()));
        (strict, with_proofs(&badge, vec![options]))
    });
    let (good, bad): (Vec<_>, Vec<_>) = tries.partition(|(strict, _)| *strict);
    match (good.first(), bad.first()) {
        (Some((_, good)), Some((_, bad))) => vec![
            case(
                "A21-mixed-order-without-residue",
                "A signature of a mixed key that satisfies the strict equation.",
                good,
            )
            .alone()
            .untrusted(Code::IssuerNotListed),
            case(
                "A25-mixed-order-with-residue",
                "A signature that only the equation with the cofactor accepts.",
                bad,
            )
            .alone()
            .invalid(Proof, Code::Signature),
        ],
        _ => panic!("sixty signatures of a mixed key are all alike"),
    }
}

/// The secret scalar of the public collection of edge cases, and its point plus one of order four.
fn mixed_key() -> (ExpandedSecretKey, VerifyingKey) {
    let public = "10eb7c3acfb2bed3e0d6ab89bf5a3d6afddd1176ce4812e38d9fd485058fdb1f";
    let bytes: Vec<u8> = (0..64)
        .step_by(2)
        .filter_map(|at| u8::from_str_radix(&public[at..at + 2], 16).ok())
        .collect();
    match VerifyingKey::try_from(bytes.as_slice()) {
        Ok(public) => (ExpandedSecretKey::from_bytes(&[0x42; 64]), public),
        Err(error) => panic!("the mixed key: {error}"),
    }
}
