//! The envelope of a statement: COSE_Sign1 (RFC 9052, "Signing with One Signer") with Ed25519 and one form of header.
//! What is signed is made here alone, for signing and for verifying alike; it must not know what the claims mean.

use std::cell::RefCell;
use std::io::Read;

use flate2::bufread::ZlibDecoder;
use flate2::{Compress, Compression, FlushCompress, Status};

use super::cbor::{Fault, Value};
use crate::limits;

/// "CBOR Tags for COSE Objects": a COSE_Sign1.
const COSE_SIGN1: u64 = 18;

// "Common COSE Header Parameters".
const ALGORITHM: i64 = 1;
const CONTENT_TYPE: i64 = 3;
const KEY_ID: i64 = 4;

/// RFC 9053, "Edwards-Curve Digital Signature Algorithm (EdDSA)".
const EDDSA: i64 = -8;

// CoAP Content-Formats: the type of the payload, with its coding. Since it is signed, nobody can have the same bytes read in another way.
const CBOR: i64 = 60;
const CBOR_DEFLATE: i64 = 11_060;

/// Signed bytes with their signature; nothing is verified yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Envelope {
    /// The fragment of the key's DID URL.
    pub(crate) key_name: String,
    /// What the signature covers.
    pub(crate) signing_input: Vec<u8>,
    pub(crate) signature: [u8; 64],
    /// The claims, inflated.
    pub(super) claims: Vec<u8>,
}

/// What is signed, and around which the envelope is laid.
pub(super) struct Contents {
    protected: Vec<u8>,
    payload: Vec<u8>,
}

impl Contents {
    /// The claims under the key of this name; deflated where that is shorter.
    pub(super) fn of(claims: Vec<u8>, key_name: &str) -> Self {
        let deflated = deflate(&claims).filter(|deflated| deflated.len() + 2 < claims.len());
        let (format, payload) = deflated.map_or((CBOR, claims), |payload| (CBOR_DEFLATE, payload));
        let protected = Value::Map(vec![
            (ALGORITHM, Value::Number(EDDSA)),
            (CONTENT_TYPE, Value::Number(format)),
            (KEY_ID, Value::bytes(key_name.as_bytes())),
        ]);
        Self { protected: protected.encode(), payload }
    }

    /// "Signing and Verification Process", steps 1 and 2: the encoded Sig_structure, without external data.
    pub(super) fn signing_input(&self) -> Vec<u8> {
        let structure = Value::Array(vec![
            Value::text("Signature1"),
            Value::bytes(&self.protected),
            Value::bytes(&[]),
            Value::bytes(&self.payload),
        ]);
        structure.encode()
    }

    pub(super) fn sealed(&self, signature: &[u8; 64]) -> Vec<u8> {
        let parts = Value::Array(vec![
            Value::bytes(&self.protected),
            Value::Map(Vec::new()),
            Value::bytes(&self.payload),
            Value::bytes(signature),
        ]);
        Value::Tag(COSE_SIGN1, Box::new(parts)).encode()
    }
}

impl Envelope {
    /// Opens a COSE_Sign1.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, Fault> {
        let Value::Tag(COSE_SIGN1, parts) = Value::decode(bytes)? else {
            return Err("it is no COSE_Sign1");
        };
        let Value::Array(parts) = *parts else { return Err("it is no COSE_Sign1") };
        let Ok(
            [
                Value::Bytes(protected),
                Value::Map(unprotected),
                Value::Bytes(payload),
                Value::Bytes(signature),
            ],
        ) = <[Value<'_>; 4]>::try_from(parts)
        else {
            return Err("it has not the four parts of a COSE_Sign1");
        };
        if !unprotected.is_empty() {
            return Err("its header has a part that is not signed");
        }
        let (key_name, is_deflated) = read_header(&protected)?;
        let signature = signature.as_ref().try_into();
        let signature = signature.map_err(|_| "its signature is not 64 bytes long")?;
        let claims = if is_deflated { inflate(&payload)? } else { payload.to_vec() };
        let contents =
            Contents { protected: protected.into_owned(), payload: payload.into_owned() };
        Ok(Self { key_name, signing_input: contents.signing_input(), signature, claims })
    }
}

/// The name of the key, and whether the payload is deflated. A header of any other form is not read (RFC 9052, "crit": what is
/// not understood must not be passed over).
fn read_header(protected: &[u8]) -> Result<(String, bool), Fault> {
    let Value::Map(members) = Value::decode(protected)? else { return Err("its header is no map") };
    let Ok([(ALGORITHM, algorithm), (CONTENT_TYPE, format), (KEY_ID, Value::Bytes(key))]) =
        <[(i64, Value<'_>); 3]>::try_from(members)
    else {
        return Err("its header does not name algorithm, content type and key, and nothing else");
    };
    if algorithm != Value::Number(EDDSA) {
        return Err("it is signed with another algorithm than EdDSA");
    }
    let is_deflated = match format {
        Value::Number(CBOR) => false,
        Value::Number(CBOR_DEFLATE) => true,
        _ => return Err("its claims are of another content type than CBOR"),
    };
    let plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    let is_name = (1..=limits::KEY_NAME_CHARS_MAX).contains(&key.len()) && key.iter().all(plain);
    if !is_name {
        return Err("its key has no name of letters, digits and hyphens");
    }
    let name = String::from_utf8(key.into_owned());
    name.map(|name| (name, is_deflated)).map_err(|_| "its key has no name")
}

thread_local! {
    /// Making the tables of a compressor takes ten times as long as a statement takes in them.
    static DEFLATER: RefCell<Compress> = RefCell::new(Compress::new(Compression::best(), true));
}

/// RFC 1950, at the highest level: a statement is made once and printed. `None` where it would not become shorter.
fn deflate(claims: &[u8]) -> Option<Vec<u8>> {
    let mut deflated = Vec::with_capacity(claims.len());
    let status = DEFLATER.with_borrow_mut(|deflater| {
        deflater.reset();
        // It writes no further than there is room.
        deflater.compress_vec(claims, &mut deflated, FlushCompress::Finish)
    });
    matches!(status, Ok(Status::StreamEnd)).then_some(deflated)
}

/// The same back, bounded: exactly one zlib stream, and nothing after it. More than the limit is an error, never a truncation.
fn inflate(payload: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut decoder = ZlibDecoder::new(payload);
    let limit = u64::try_from(limits::QR_CLAIMS_BYTES_MAX).unwrap_or(u64::MAX);
    let mut claims = Vec::new();
    if decoder.by_ref().take(limit + 1).read_to_end(&mut claims).is_err() {
        return Err("its claims do not inflate");
    }
    if claims.len() > limits::QR_CLAIMS_BYTES_MAX {
        return Err(TOO_LARGE);
    }
    if decoder.into_inner().is_empty() { Ok(claims) } else { Err("something follows its claims") }
}

/// The one fault of an envelope that is a limit.
pub(super) const TOO_LARGE: Fault = "its claims inflate beyond the limit";
