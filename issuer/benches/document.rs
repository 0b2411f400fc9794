//! What a paper costs: `cargo bench -p issuer --bench document`. Each paper of the sample is printed several times; its time stands beside
//! that of one raw Ed25519 signature of the same run, its size beside the limit.

#![expect(clippy::unwrap_used, reason = "a measurement stops at the first surprise")]

use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use ed25519_dalek::{Signer as _, SigningKey};
use issuer::office::{Office, PaperKind};
use issuer::store::CertificateRecord;

#[path = "../tests/office/fixture.rs"]
mod fixture;

/// How often every paper is printed. The mean counts processor time, the fastest time the clock: on a busy machine the
/// clock measures the neighbours too.
const ROUNDS: usize = 5;
/// What a paper may cost at most: milliseconds, and bytes.
const MILLISECONDS_MAX: f64 = 15.0;
const BYTES_MAX: usize = 250_000;

fn main() {
    let directory = std::env::var_os("TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let directory = tempfile::tempdir_in(directory).unwrap();
    let now = "2026-11-23T06:00:00Z".parse().unwrap();
    let office = fixture::office(directory.path(), (fixture::PROGRAMMES, usize::MAX), now);
    office.issuance.publish_checkpoint().unwrap();
    let records = office.issuance.store.certificates().map(Result::unwrap);
    // With `-- --few` few enough for a profiler.
    let few = std::env::args().any(|argument| argument == "--few");
    let records: Vec<CertificateRecord> = records.take(if few { 3 } else { usize::MAX }).collect();
    let signature_us = signature_us();
    println!("one raw Ed25519 signature: {signature_us:.1} µs; {} certificates", records.len());
    for (name, kind, english) in [
        ("certificate, kk and ru", PaperKind::Certificate, false),
        ("certificate with English", PaperKind::Certificate, true),
        ("transcript, kk and ru", PaperKind::Transcript, false),
    ] {
        measure(&office, &records, (name, kind, english), signature_us);
    }
}

fn measure(
    office: &Office,
    records: &[CertificateRecord],
    (name, kind, english): (&str, PaperKind, bool),
    signature_us: f64,
) {
    let (mut fastest_ms, mut largest) = (f64::MAX, 0);
    let processor = processor_ms();
    for record in records {
        for _ in 0..ROUNDS {
            let began = Instant::now();
            let printed = office.print(record, kind, english).unwrap();
            fastest_ms = fastest_ms.min(began.elapsed().as_secs_f64() * 1e3);
            largest = largest.max(printed.bytes.len());
        }
    }
    let count = u32::try_from(records.len() * ROUNDS).unwrap();
    let mean_ms = (processor_ms() - processor) / f64::from(count);
    println!(
        "{name}: {mean_ms:.2} ms of a processor, fastest {fastest_ms:.2} ms by the clock (limit {MILLISECONDS_MAX}), {:.0} raw signatures; at most {largest} bytes (limit {BYTES_MAX})",
        mean_ms * 1e3 / signature_us
    );
}

/// Processor time of this thread so far, milliseconds (proc_pid_schedstat(5): nanoseconds spent on the processor).
fn processor_ms() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    told.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6
}

/// The fastest of many signatures over 64 bytes, as a credential's hash data has them.
fn signature_us() -> f64 {
    let key = SigningKey::from_bytes(&[7; 32]);
    let mut best = f64::MAX;
    for round in 0..2_000_u16 {
        let mut message = [0; 64];
        message[..2].copy_from_slice(&round.to_be_bytes());
        let began = Instant::now();
        black_box(key.sign(black_box(&message)));
        best = best.min(began.elapsed().as_secs_f64() * 1e6);
    }
    best
}
