//! What a credential costs beyond its signature: signing, verifying its proof, and the complete verification, from bytes to bytes
//! or to the report line, in units of the raw signature operation. `cargo bench -p verifier --bench kernel`

#![expect(clippy::unwrap_used, reason = "a measurement stops at the first surprise")]

mod credentials;
mod peer;
mod ratio;
mod statement;

use std::hint::black_box;
use std::time::Duration;

use criterion::Criterion;
use ed25519_dalek::Signer;
use verifier::{Check, Documents, Outcome, Policy, Verdict, report_line, verify, verify_proofs};

use credentials::{Credential, MULTIKEY, NOW, SIGNING_KEY, sign};
use ratio::Ratio;

/// What must not be exceeded, in units of raw Ed25519: signing, verifying a proof, the complete verification; and how many times
/// faster than the peer a verification must be.
const TARGETS: [(&str, [f64; 4]); 4] = [
    ("built-in", [7.0, 4.5, 6.0, 50.0]),
    ("minimal", [2.0, 1.6, 3.0, 25.0]),
    ("full", [4.5, 3.0, 4.0, 50.0]),
    ("demo", [7.0, 4.5, 6.0, 50.0]),
];

fn main() {
    let credentials = credentials::all();
    let policy = credentials::policy();
    for credential in &credentials {
        assert_honest(credential, &policy);
    }
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    time_each(&mut criterion, &credentials, &policy);
    criterion.final_summary();
    print_table(&credentials, &policy);
}

/// What is measured must be the work itself: the credential is valid, and a changed one is not.
fn assert_honest(credential: &Credential, policy: &Policy) {
    let documents = credential.documents();
    let report = verify(&credential.secured, &documents, policy, NOW);
    assert_eq!(report.verdict(), Verdict::Valid, "{}: {report:?}", credential.name);
    let changed = String::from_utf8_lossy(&credential.secured).replacen("2026-", "2025-", 1);
    let report = verify(changed.as_bytes(), &documents, policy, NOW);
    assert!(matches!(report.outcome(Check::Proof), Outcome::Fail(_)), "{}", credential.name);
    assert!(verify_proofs(changed.as_bytes(), &MULTIKEY, NOW).is_err());
}

fn time_each(criterion: &mut Criterion, credentials: &[Credential], policy: &Policy) {
    criterion.bench_function("raw/sign", |bencher| bencher.iter(raw_sign()));
    criterion.bench_function("raw/verify_strict", |bencher| bencher.iter(raw_verify()));
    for credential in credentials {
        let name = |operation: &str| format!("{operation}/{}", credential.name);
        criterion.bench_function(&name("sign"), |bencher| bencher.iter(|| signing(credential)));
        criterion.bench_function(&name("verify"), |bencher| bencher.iter(|| proving(credential)));
        let documents = credential.documents();
        criterion.bench_function(&name("report"), |bencher| {
            bencher.iter(|| reporting(credential, &documents, policy));
        });
    }
}

/// The signature alone, of 64 bytes as `eddsa-rdfc-2022` signs them.
fn raw_sign() -> impl Fn() {
    || {
        black_box(SIGNING_KEY.sign(black_box(&[9; 64])));
    }
}

fn raw_verify() -> impl Fn() {
    let (public, signature) = (SIGNING_KEY.verifying_key(), SIGNING_KEY.sign(&[9; 64]));
    move || public.verify_strict(black_box(&[9; 64]), black_box(&signature)).unwrap()
}

fn signing(credential: &Credential) {
    black_box(sign(black_box(&credential.unsecured), &credential.options));
}

fn proving(credential: &Credential) {
    verify_proofs(black_box(&credential.secured), &MULTIKEY, NOW).unwrap();
}

fn reporting(credential: &Credential, documents: &Documents, policy: &Policy) {
    let report = verify(black_box(&credential.secured), documents, policy, NOW);
    black_box(report_line(&report, credential.name));
}

fn print_table(credentials: &[Credential], policy: &Policy) {
    println!(
        "\nIn units of raw Ed25519 (median of paired batches); the fastest batch in microseconds."
    );
    let mut fastest = Vec::new();
    for credential in credentials {
        let proof = ratio::measure(raw_verify(), || proving(credential));
        let [sign, verify, report, _] = targets(credential.name);
        println!("\n{} ({} bytes secured)", credential.name, credential.secured.len());
        print_row("sign", &ratio::measure(raw_sign(), || signing(credential)), sign);
        print_row("verify", &proof, verify);
        let documents = credential.documents();
        let whole = ratio::measure(raw_verify(), || reporting(credential, &documents, policy));
        print_row("complete verify()", &whole, report);
        fastest.push(proof.quiet_us);
    }
    statement::print_table(policy);
    match peer::verify_us(credentials) {
        Ok(times) => {
            println!("\n@digitalbazaar/vc under Node.js, warm, the proof alone:");
            for ((credential, ours), theirs) in credentials.iter().zip(fastest).zip(times) {
                let [.., times_faster] = targets(credential.name);
                let factor = theirs / ours;
                let verdict = if factor >= times_faster { "reached" } else { "MISSED" };
                println!(
                    "  {:<18}{theirs:>9.0} us   {factor:>6.1} times ours   target {times_faster:>4} {verdict}",
                    credential.name
                );
            }
        }
        Err(why) => println!("\n*** NOT MEASURED @digitalbazaar/vc: {why}"),
    }
}

fn targets(name: &str) -> [f64; 4] {
    TARGETS.iter().find_map(|(known, targets)| (*known == name).then_some(*targets)).unwrap()
}

fn print_row(operation: &str, ratio: &Ratio, target: f64) {
    let verdict = if ratio.median <= target { "reached" } else { "MISSED" };
    println!(
        "  {operation:<18}{:>9.1} us   {:>6.2} x raw        target {target:>4} {verdict}",
        ratio.quiet_us, ratio.median
    );
}
