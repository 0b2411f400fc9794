//! The statement of a QR code: made from its parts to the text, and verified from the text to the report line.

use std::hint::black_box;

use ed25519_dalek::Signer;
use verifier::{
    Cryptosuite, Document, Documents, Policy, ProofOptions, StatedProgramme, Statement, Verdict,
    report_line, verify,
};

use super::credentials::{CREATED, NOW, SIGNING_KEY, WEB, did_document, status_list};
use super::{print_row, ratio, raw_sign, raw_verify};

const ISSUER: &str = "did:web:credentials.example.org";
const ADDRESS: &str = "https://credentials.example.org/c/AAAQEAYEAUDAOCAJ";

/// In units of raw Ed25519: signing and encoding, the complete verification.
const TARGETS: [f64; 2] = [3.0, 3.0];

/// Five competences, as in the sample's longest programmes.
fn sample() -> Statement {
    let competences = [
        "жасанды интеллект әдістерін инженерлік есептерге таңдайды және негіздейді",
        "деректерді дайындайды, тазалайды және олардың сапасын бағалайды",
        "машиналық оқыту модельдерін үйретеді және салыстырады",
        "модельдің нәтижесін түсіндіреді және оның шектерін көрсетеді",
        "жасанды интеллектіні этика мен қауіпсіздік талаптарына сай қолданады",
    ];
    Statement {
        issuer: ISSUER.to_owned(),
        handle: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        number: "MC-A-000004-KRTB-O".to_owned(),
        registration_number: "2026-A-000004".to_owned(),
        holder: "Қалыпова Әсем Деректіқызы".to_owned(),
        programme: StatedProgramme {
            registration_number: "SYN-MK-2026-0002".to_owned(),
            version: "1.0".to_owned(),
            digest: [7; 16],
            title: "Инженерлік есептердегі жасанды интеллект".to_owned(),
            qualification: "Жасанды интеллектіні қолданушы маман".to_owned(),
            level: 6,
            hours: 120,
            credits: 4,
            study_form: 2,
        },
        period: [20_549, 20_581],
        commission_day: 20_586,
        issue_day: 20_588,
        percent: 95,
        scores: vec![97, 93, 95, 95, 95],
        competences: competences.map(str::to_owned).into(),
        status: [1, 4_711],
        editions: [9; 32],
    }
}

fn written(statement: &Statement) -> String {
    let unsigned = statement.prepare("key-1");
    let signature = SIGNING_KEY.sign(unsigned.signing_input()).to_bytes();
    format!("{ADDRESS}{}", unsigned.fragment(&signature))
}

/// Prints the rows of the table; what is measured must be the work itself.
pub(crate) fn print_table(policy: &Policy) {
    let statement = sample();
    let text = written(&statement);
    let documents = published("https://credentials.example.org/status/1");
    let report = verify(text.as_bytes(), &documents, policy, NOW);
    assert_eq!(report.verdict(), Verdict::Valid, "{report:?}");
    println!("\nstatement of a QR code ({} characters)", text.len());
    let sign = ratio::measure(raw_sign(), || drop(black_box(written(black_box(&statement)))));
    print_row("sign and encode", &sign, TARGETS[0]);
    let whole = ratio::measure(raw_verify(), || {
        let report = verify(black_box(text.as_bytes()), &documents, policy, NOW);
        black_box(report_line(&report, "statement"));
    });
    print_row("complete verify()", &whole, TARGETS[1]);
}

/// What a complete verification of something signed with `#key-1` at the web address reads, with the list at `list`.
fn published(list: &str) -> Documents {
    let options = ProofOptions {
        cryptosuite: Cryptosuite::EddsaRdfc2022,
        verification_method: format!("{WEB}#key-1"),
        created: CREATED.to_owned(),
    };
    let mut documents = Documents::new();
    documents.insert(WEB, Ok(Document::new(did_document(), None)));
    documents.insert(list, Ok(Document::new(status_list(list, WEB, &options), None)));
    documents
}
