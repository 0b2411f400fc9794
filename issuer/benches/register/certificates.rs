//! Certificates of the size that is really issued: ten of the sample, signed once, then told apart by number, handle,
//! learner and proof value. Their signatures are not right any more, which the register does not look at.

use std::time::Instant;

use issuer::register::{Certificate, Event, NewEntry, PackedEntry, StatusEntry};
use jiff::Timestamp;

use crate::fixture;

/// Entries of one status list that are used.
const LIST_ENTRIES: u32 = 98_304;

pub(crate) struct Certificates(Vec<Certificate>);

impl Certificates {
    pub(crate) fn of_the_sample() -> Self {
        let directory = super::directory();
        let office = fixture::office(directory.path(), (fixture::PROGRAMMES, 10), now());
        let records = office.issuance.store.certificates();
        Self(records.map(|record| record.unwrap().certificate).collect())
    }

    /// The certificate `n`; no two are alike.
    pub(crate) fn certificate(&self, n: usize) -> Certificate {
        let template = &self.0[n % self.0.len()];
        let number = format!("MC-A-{n:06}-0");
        let handle = format!("H{n:015}");
        let reference = format!("SYN-{:07}", n / 2);
        let mut certificate = template.clone();
        certificate.registration_number = format!("2026-A-{n:06}");
        certificate.learner_key = format!("ref.{reference}");
        certificate.completion.learner.reference = reference;
        certificate.completion.learner.email = None;
        certificate.idempotency_key = format!("row.{n:064}");
        certificate.request_hash = certificate.idempotency_key.clone();
        for (place, edition) in (0..).zip(&mut certificate.editions) {
            let serial = u32::try_from(3 * n).unwrap() + place;
            // Spread over the list as chance would.
            let index = (serial % LIST_ENTRIES).wrapping_mul(48_271) % LIST_ENTRIES;
            edition.status = StatusEntry { list: serial / LIST_ENTRIES + 1, index };
            let text = edition.credential.replace(&template.number, &number);
            let text = text.replace(&template.handle, &handle);
            let (body, proof) = text.split_once("\"proofValue\":\"").unwrap();
            let rest = proof.split_once('"').unwrap().1;
            edition.credential = format!("{body}\"proofValue\":\"{}\"{rest}", proof_value(serial));
        }
        certificate.number = number;
        certificate.handle = handle;
        certificate
    }

    pub(crate) fn entry(&self, n: usize) -> NewEntry {
        let payload = Event::CertificateIssued(Box::new(self.certificate(n)));
        let commitment = [u8::try_from(n % 251).unwrap(); 32];
        NewEntry { time: now(), commitments: vec![commitment; 3], payload }
    }

    pub(crate) fn packed(&self, n: usize) -> PackedEntry {
        self.entry(n).pack(0).unwrap()
    }

    pub(crate) fn plain_bytes(&self) -> usize {
        serde_json::to_vec(&self.entry(0).payload).unwrap().len()
    }

    /// Microseconds of packing one.
    pub(crate) fn packing_us(&self) -> f64 {
        let entries: Vec<_> = (0..100).map(|n| self.entry(n)).collect();
        let began = Instant::now();
        for entry in &entries {
            std::hint::black_box(entry.pack(0).unwrap());
        }
        super::us(began) / 100.0
    }
}

/// 86 characters of base58 that do not compress, as a signature's do not.
fn proof_value(serial: u32) -> String {
    const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut state = u64::from(serial) + 1;
    let character = |_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(BASE58[usize::try_from((state >> 33) % 58).unwrap()])
    };
    std::iter::once('z').chain((0..86).map(character)).collect()
}

pub(crate) fn now() -> Timestamp {
    "2026-11-23T06:00:00Z".parse().unwrap()
}
