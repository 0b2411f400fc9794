//! Section P, as far as it concerns a verifier, and E14: proofs that the register holds a credential. Each case has a credential of its
//! own, so that the proofs of all cases lie in one folder, known by what they prove.

#![expect(clippy::too_many_lines, reason = "a table of cases is as long as it is")]

use std::sync::LazyLock;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use verifier::Check::Inclusion;
use verifier::log::{Hash, commitment};
use verifier::{Code, Cryptosuite};

use super::badge::{KEY, UNIVERSITY, badge, by_university, signed, university_key};
use super::case::{Case, Found, Input, case};
use super::honest::{by_issuer, by_suite, endorsement, unsigned_transcript};
use super::register::{LOG, ORIGIN, Register, Signer, WITNESSES, leaf};
use super::sign::{options, secured, signing_input};
use super::token_cases::token_with;

pub(super) fn cases() -> Vec<Case> {
    TABLE.iter().map(|(case, _)| case.clone()).chain(inside()).collect()
}

/// Proofs of what stands inside another document.
fn inside() -> [Case; 2] {
    let id = |document: &Value| document["id"].as_str().unwrap_or_default().to_owned();
    let page = |case: Case, of: &Value| {
        case.trusting("register").found(&format!("{}.tlog-proof", id(of)), "<!doctype html>")
    };
    let endorsement = by_issuer(&endorsement(1, &id(&badge()), UNIVERSITY), &university_key());
    let endorsed = signed(|badge| badge["endorsement"] = json!([endorsement]));
    let part = by_university(&badge());
    let transcript = by_university(&unsigned_transcript(std::slice::from_ref(&part)));
    [
        page(
            case(
                "P08-inside-endorsement",
                "An endorsement's proof is none; it is on its own.",
                &endorsed,
            ),
            &endorsement,
        ),
        page(
            case(
                "P08-inside-transcript",
                "A proof of a part of a transcript is none.",
                &transcript,
            ),
            &part,
        )
        .inside("refused"),
    ]
}

/// The proofs at hand, by the case that each belongs to.
pub(crate) fn proofs() -> Vec<(String, Vec<u8>)> {
    let named = |(case, proof): &(Case, Option<Vec<u8>>)| Some((case.id.clone(), proof.clone()?));
    TABLE.iter().filter_map(named).collect()
}

/// Trust lists that name the register.
pub(crate) fn trust_lists() -> Vec<(String, Value)> {
    let keys = |compromised: Option<Value>| {
        let mut key = json!({ "id": KEY, "multibase": university_key().multibase() });
        if let Some(pin) = compromised {
            key["compromised"] = pin;
        }
        json!([key])
    };
    let log = json!({ "origin": ORIGIN, "vkey": LOG.verifier_key().to_string() });
    let witnesses = WITNESSES.map(|witness| witness.verifier_key().to_string());
    let list = |mut issuer: Value, more: Value| {
        if let (Value::Object(issuer), Value::Object(more)) = (&mut issuer, more) {
            issuer.extend(more);
        }
        json!({ "version": 1, "issuers": [issuer] })
    };
    let issuer = |pin| json!({ "id": UNIVERSITY, "keys": keys(pin) });
    let pinned = || Some(json!({ "size": pin_size(), "root": REGISTER.root(pin_size()) }));
    let watched = json!({ "log": log, "witnesses": witnesses, "quorum": 2 });
    vec![
        ("register".to_owned(), list(issuer(None), json!({ "log": log }))),
        ("register-witnessed".to_owned(), list(issuer(None), watched)),
        ("compromised".to_owned(), list(issuer(pinned()), json!({ "log": log }))),
        ("compromised-no-log".to_owned(), list(issuer(pinned()), json!({}))),
    ]
}

/// A credential of the register, what proves it, and the right answer.
struct Row {
    id: &'static str,
    says: &'static str,
    form: Form,
    /// How the leaf is, where it is not as it should be.
    leaf: fn(usize, Hash) -> String,
    proof: fn(&Place) -> Option<Vec<u8>>,
    answer: fn(Case, &Place) -> Case,
}

/// How a credential is secured.
#[derive(Clone, Copy)]
enum Form {
    Rdf,
    Text,
    Token,
    /// By eddsa-rdfc-2022, which is registered, and by eddsa-jcs-2022, which is not.
    Both,
}

/// Where a credential stands in the register.
struct Place {
    index: usize,
}

impl Place {
    fn size(&self) -> usize {
        REGISTER.leaves.len()
    }

    /// The honest proof with the log's signature alone.
    fn honest(&self) -> String {
        self.by(&[LOG])
    }

    /// The honest proof with a checkpoint by these.
    fn by(&self, signers: &[Signer]) -> String {
        REGISTER.proof(self.index, self.size(), signers)
    }

    /// The proof that the pinned tree holds it.
    fn pinned(&self) -> String {
        REGISTER.proof(self.index, pin_size(), &[LOG])
    }

    /// The honest proof with one thing replaced.
    fn with(&self, from: &str, to: &str) -> Option<Vec<u8>> {
        let honest = self.honest();
        let changed = honest.replacen(from, to, 1);
        assert_ne!(changed, honest, "{from}");
        Some(changed.into_bytes())
    }

    /// The honest proof with other lines of hashes.
    fn with_hashes(&self, change: impl FnOnce(&mut Vec<String>)) -> Option<Vec<u8>> {
        let honest = self.honest();
        let (lines, note) = honest.split_once("\n\n").unwrap_or_default();
        let mut lines: Vec<String> = lines.lines().map(str::to_owned).collect();
        let mut hashes = lines.split_off(3);
        change(&mut hashes);
        lines.extend(hashes);
        Some(format!("{}\n\n{note}", lines.join("\n")).into_bytes())
    }

    /// The honest proof with other lines under the checkpoint.
    fn with_lines(&self, lines: &[String]) -> Option<Vec<u8>> {
        let text = REGISTER.checkpoint(ORIGIN, self.size());
        let path = REGISTER.path(self.index, self.size());
        Some(format!("{path}\n{text}\n{}", lines.concat()).into_bytes())
    }
}

fn text(proof: &str) -> Option<Vec<u8>> {
    Some(proof.as_bytes().to_vec())
}

fn issued(index: usize, commitment: Hash) -> String {
    // Another language of the same certificate.
    let other = Sha256::digest(commitment).into();
    leaf("certificate-issued", index, &[other, commitment])
}

fn row(id: &'static str, says: &'static str, proof: fn(&Place) -> Option<Vec<u8>>) -> Row {
    let answer = |case: Case, _: &Place| case.trusting("register").requiring_inclusion();
    Row { id, says, form: Form::Rdf, leaf: issued, proof, answer }
}

/// A proof that is not readable.
fn malformed(id: &'static str, says: &'static str, proof: fn(&Place) -> Option<Vec<u8>>) -> Row {
    let answer = |case: Case, _: &Place| {
        // Also where nobody asked for it: what is at hand is looked at.
        case.trusting("register").refused(Inclusion, Code::InclusionMalformed)
    };
    Row { answer, ..row(id, says, proof) }
}

/// A checkpoint that is not the register's.
fn unsigned(id: &'static str, says: &'static str, proof: fn(&Place) -> Option<Vec<u8>>) -> Row {
    let answer = |case: Case, _: &Place| {
        case.trusting("register").invalid(Inclusion, Code::CheckpointSignature)
    };
    Row { answer, ..row(id, says, proof) }
}

/// A proof of something else.
fn mismatch(id: &'static str, says: &'static str, proof: fn(&Place) -> Option<Vec<u8>>) -> Row {
    let answer = |case: Case, _: &Place| {
        case.trusting("register").invalid(Inclusion, Code::InclusionMismatch)
    };
    Row { answer, ..row(id, says, proof) }
}

/// A key that was compromised when the register had `pin_size()` entries.
fn stolen(id: &'static str, says: &'static str, proof: fn(&Place) -> Option<Vec<u8>>) -> Row {
    Row { answer: |case, _| case.trusting("compromised"), ..row(id, says, proof) }
}

const STRANGER: Signer = Signer { name: "stranger.example/log", key: "stranger", witness: false };
/// The log's name with another key, so another key id.
const NAMESAKE: Signer = Signer { name: ORIGIN, key: "stranger", witness: false };

/// What was registered before the key was compromised.
fn early() -> Vec<Row> {
    vec![
        row("P06-registered", "An honest badge with its proof.", |at| text(&at.honest())),
        Row {
            form: Form::Text,
            ..row("P06-registered-text", "The same by eddsa-jcs-2022.", |at| text(&at.honest()))
        },
        Row {
            form: Form::Token,
            ..row("P06-registered-token", "The same as a token.", |at| text(&at.honest()))
        },
        Row {
            form: Form::Both,
            ..row("P06-second-signature", "One of two signatures is registered.", |at| {
                text(&at.honest())
            })
        },
        Row {
            leaf: |index, commitment| leaf("edition-added", index, &[commitment]),
            ..row("P06-edition", "A signature that was made later.", |at| text(&at.honest()))
        },
        Row {
            answer: |case, _| case.trusting("register"),
            ..row("P06-nobody-asked", "A proof at hand that nobody asked for.", |at| {
                text(&at.honest())
            })
        },
        Row {
            answer: |case, _| {
                case.trusting("register")
                    .requiring_inclusion()
                    .indeterminate(Inclusion, Code::InclusionMissing)
            },
            ..row("P06-no-proof", "A badge that bypassed the register.", |_| None)
        },
        Row {
            answer: |case, _| case.trusting("register"),
            ..row("P06-no-proof-needed", "The same where nobody asks.", |_| None)
        },
        Row {
            answer: |case, _| {
                case.requiring_inclusion().indeterminate(Inclusion, Code::LogNotListed)
            },
            ..row("P06-no-log", "The trust list names no register.", |at| text(&at.honest()))
        },
        Row {
            answer: |case, _| case.trusting("register").invalid(Inclusion, Code::InclusionProof),
            ..row("P06-forged-leaf", "The proof of another entry, with its leaf replaced.", |at| {
                let other =
                    REGISTER.with(at.index, &leaf("certificate-issued", at.index, &[[8; 32]]));
                let (own, others) = (at.honest(), other.proof(at.index, at.size(), &[LOG]));
                let extra = own.lines().nth(1).unwrap_or_default();
                let theirs = others.lines().nth(1).unwrap_or_default();
                text(&others.replace(theirs, extra))
            })
        },
        Row {
            answer: |case, _| case.trusting("register").invalid(Inclusion, Code::InclusionProof),
            ..row("P02-other-hash", "One hash of the path is another.", |at| {
                at.with_hashes(|hashes| hashes.swap(0, 1))
            })
        },
        Row {
            answer: |case, at| {
                let other = REGISTER.proof(at.index - 1, at.size(), &[LOG]);
                case.trusting("register")
                    .found_proof(&other)
                    .invalid(Inclusion, Code::InclusionMismatch)
            },
            ..mismatch("P07-another-entry", "A valid proof of another entry.", |_| None)
        },
        Row {
            leaf: |index, commitment| leaf("certificate-revoked", index, &[commitment]),
            ..mismatch("P07-another-kind", "The entry registers nothing.", |at| text(&at.honest()))
        },
        Row {
            leaf: |index, commitment| leaf("certificate-issued", index + 1, &[commitment]),
            ..mismatch("P07-another-index", "The leaf says that it is another entry.", |at| {
                text(&at.honest())
            })
        },
        malformed("P08-64-hashes", "The proof has 64 hashes.", |at| {
            at.with_hashes(|hashes| *hashes = vec![hashes[0].clone(); 64])
        }),
        malformed("P08-longer", "One hash too many.", |at| {
            at.with_hashes(|hashes| hashes.push(hashes[0].clone()))
        }),
        malformed("P08-shorter", "One hash is missing.", |at| {
            at.with_hashes(|hashes| hashes.truncate(hashes.len() - 1))
        }),
        malformed("P08-no-hashes", "All hashes are missing.", |at| at.with_hashes(Vec::clear)),
        malformed("P08-index-beyond", "The index lies outside the tree.", |at| {
            at.with(&format!("index {}", at.index), &format!("index {}", at.size()))
        }),
        malformed("P08-index-huge", "The index has 64 bits.", |at| {
            at.with(&format!("index {}", at.index), "index 18446744073709551615")
        }),
        malformed("P08-index-zeros", "The index has a leading zero.", |at| {
            at.with("index ", "index 0")
        }),
        malformed("P08-index-sign", "The index has a sign.", |at| at.with("index ", "index +")),
        malformed("P08-size-zero", "The tree has no leaves.", |at| {
            at.with(&format!("\n{}\n", at.size()), "\n0\n")
        }),
        malformed("P08-size-zeros", "The size has a leading zero.", |at| {
            at.with(&format!("\n{}\n", at.size()), &format!("\n0{}\n", at.size()))
        }),
        malformed("P08-size-smaller", "The size is not that of the path.", |at| {
            at.with(&format!("\n{}\n", at.size()), "\n1\n")
        }),
        malformed("P08-extra-line", "A line too many before the index.", |at| {
            at.with("index ", "extra AAAA\nindex ")
        }),
        malformed("P08-empty-line", "An empty line before the hashes.", |at| {
            at.with("index ", "\nindex ")
        }),
        malformed("P08-extension", "The checkpoint has a fourth line.", |at| {
            at.with("\n\n\u{2014}", "\nmore\n\n\u{2014}")
        }),
        malformed("P08-after", "A line after the signatures.", |at| {
            text(&format!("{}more\n", at.honest()))
        }),
        malformed("P08-crlf", "Lines end as on another system.", |at| {
            text(&at.honest().replace('\n', "\r\n"))
        }),
        malformed("P08-version", "The proof is of another version.", |at| {
            at.with("proof@v1", "proof@v2")
        }),
        malformed("P08-cut", "The last line feed is missing.", |at| {
            text(at.honest().trim_end_matches('\n'))
        }),
        Row {
            answer: |case, at| {
                let spaced = REGISTER.leaves[at.index].replace("\"index\"", " \"index\"");
                let proof = REGISTER.with(at.index, &spaced).proof(at.index, at.size(), &[LOG]);
                case.trusting("register")
                    .found_proof(&proof)
                    .refused(Inclusion, Code::InclusionMalformed)
            },
            ..row("P08-leaf-spelling", "The leaf is not in canonical form.", |_| None)
        },
        Row {
            answer: |case, at| {
                let honest = at.honest();
                let extra = honest.lines().nth(1).unwrap_or_default();
                case.trusting("register")
                    .found_proof(&honest.replace(&format!("{extra}\n"), ""))
                    .refused(Inclusion, Code::InclusionMalformed)
            },
            ..row("P08-no-leaf", "The proof comes without its leaf.", |_| None)
        },
        Row {
            answer: |case, _| {
                case.trusting("register")
                    .found_proof("<!doctype html>")
                    .refused(Inclusion, Code::InclusionMalformed)
            },
            ..row("P08-page", "A page instead of a proof.", |_| None)
        },
        Row {
            answer: |case, _| {
                case.trusting("register")
                    .fetched_proof("<!doctype html>")
                    .indeterminate(Inclusion, Code::InclusionMalformed)
            },
            ..row("P08-fetched-page", "A server answers with a page.", |_| None)
        },
        Row {
            answer: |case, _| {
                case.trusting("register")
                    .unfetched_proof()
                    .requiring_inclusion()
                    .indeterminate(Inclusion, Code::InclusionMissing)
            },
            ..row("P13-log-unavailable", "The proof could not be fetched.", |_| None)
        },
        unsigned("P09-unknown-key", "A stranger signed the checkpoint.", |at| {
            text(&at.by(&[STRANGER]))
        }),
        unsigned("P09-same-name", "Another key under the log's name.", |at| {
            text(&at.by(&[NAMESAKE]))
        }),
        row("P09-unknown-ignored", "Strangers signed besides the log.", |at| {
            text(&at.by(&[STRANGER, NAMESAKE, LOG]))
        }),
        unsigned("P09-bad-signature", "The log's line is no signature of this.", |at| {
            at.with_lines(&[LOG.line("another text\n")])
        }),
        unsigned("P09-bad-after-good", "A good line of the log, and a bad one.", |at| {
            let checkpoint = REGISTER.checkpoint(ORIGIN, at.size());
            at.with_lines(&[LOG.line(&checkpoint), LOG.line("another text\n")])
        }),
        unsigned("P09-other-root", "The checkpoint was changed after signing.", |at| {
            let (signed, other) = (at.honest(), REGISTER.with(at.index + 1, "{}"));
            let line = signed.lines().last().unwrap_or_default();
            let text = other.checkpoint(ORIGIN, at.size());
            Some(format!("{}\n{text}\n{line}\n", other.path(at.index, at.size())).into_bytes())
        }),
        unsigned("P09-origin", "The log signed for another log.", |at| {
            let checkpoint = REGISTER.checkpoint("university.example/other", at.size());
            let (path, line) = (REGISTER.path(at.index, at.size()), LOG.line(&checkpoint));
            text(&format!("{path}\n{checkpoint}\n{line}"))
        }),
        malformed("P09-space", "The name of a key has a space.", |at| {
            at.with("\u{2014} university", "\u{2014} univer sity")
        }),
        malformed("P09-plus", "The name of a key has a plus.", |at| {
            at.with("\u{2014} university", "\u{2014} univer+sity")
        }),
        malformed("P09-hyphen", "A line begins with another dash.", |at| {
            at.with("\u{2014} univ", "- univ")
        }),
        malformed("P09-utf-8", "The note is not UTF-8.", |at| {
            let honest = at.honest().into_bytes();
            Some([honest.as_slice(), b"\xe2\x80\x94 \xff AAAAAAA=\n"].concat())
        }),
        malformed("P09-no-signature", "The checkpoint is not signed at all.", |at| {
            at.with_lines(&[])
        }),
        Row {
            answer: |case, _| case.trusting("register-witnessed").requiring_inclusion(),
            ..row("P09-witnessed", "Both witnesses have cosigned.", |at| {
                text(&at.by(&[LOG, WITNESSES[0], WITNESSES[1]]))
            })
        },
        Row {
            answer: |case, _| {
                case.trusting("register-witnessed")
                    .requiring_inclusion()
                    .indeterminate(Inclusion, Code::WitnessQuorum)
            },
            ..row("P04-one-witness", "One witness has cosigned, twice; two must.", |at| {
                text(&at.by(&[LOG, WITNESSES[0], WITNESSES[0]]))
            })
        },
        Row {
            answer: |case, _| case.trusting("register-witnessed"),
            ..row("P04-one-witness-nobody-asked", "The same where nobody asks.", |at| {
                text(&at.by(&[LOG, WITNESSES[0]]))
            })
        },
        Row {
            answer: |case, _| {
                case.trusting("register-witnessed").invalid(Inclusion, Code::CheckpointSignature)
            },
            ..row("P09-bad-cosignature", "A witness's line is no signature of this.", |at| {
                let checkpoint = REGISTER.checkpoint(ORIGIN, at.size());
                let [good, bad] = WITNESSES;
                let lines = [LOG.line(&checkpoint), good.line(&checkpoint), bad.line("another\n")];
                at.with_lines(&lines)
            })
        },
        Row {
            answer: |case, _| {
                case.trusting("register-witnessed").invalid(Inclusion, Code::CheckpointSignature)
            },
            ..row("P09-only-witnesses", "The witnesses have signed, the log has not.", |at| {
                text(&at.by(&WITNESSES))
            })
        },
        stolen("E14-registered-before", "Registered before the key was stolen.", |at| {
            text(&at.pinned())
        }),
        Row {
            form: Form::Both,
            answer: |case, _| {
                case.trusting("compromised").indeterminate(Inclusion, Code::InclusionMissing)
            },
            ..stolen(
                "E14-second-signature",
                "The thief signed a registered badge once more.",
                |at| text(&at.pinned()),
            )
        },
        Row {
            answer: |case, _| case.trusting("compromised-no-log"),
            ..stolen("E14-pin-alone", "The trust list pins a tree, but no log.", |at| {
                text(&at.pinned())
            })
        },
        Row {
            answer: |case, _| {
                case.trusting("compromised").indeterminate(Inclusion, Code::InclusionMissing)
            },
            ..stolen("E14-compromised", "The key was stolen, and no proof is at hand.", |_| None)
        },
        Row {
            answer: |case, _| {
                case.trusting("compromised").indeterminate(Inclusion, Code::InclusionMissing)
            },
            ..stolen("E14-later-checkpoint", "A proof to a checkpoint that is not pinned.", |at| {
                text(&at.honest())
            })
        },
        Row {
            answer: |case, _| {
                case.trusting("compromised").invalid(Inclusion, Code::CheckpointContradicted)
            },
            ..stolen("E14-other-root", "The log forged another tree of the pinned size.", |at| {
                let forked = REGISTER.with(0, &leaf("instance-registered", 0, &[[6; 32]]));
                text(&forked.proof(at.index, pin_size(), &[LOG]))
            })
        },
        Row {
            answer: |case, _| {
                case.trusting("compromised").invalid(Inclusion, Code::CheckpointSignature)
            },
            ..stolen("E14-unsigned", "The pinned tree, but the log's line is wrong.", |at| {
                let checkpoint = REGISTER.checkpoint(ORIGIN, pin_size());
                let path = REGISTER.path(at.index, pin_size());
                text(&format!("{path}\n{checkpoint}\n{}", LOG.line("another\n")))
            })
        },
        Row {
            answer: |case, _| case.trusting("compromised").invalid(Inclusion, Code::InclusionProof),
            ..stolen("E14-forged-path", "The pinned checkpoint, and a path to nowhere.", |at| {
                let other =
                    REGISTER.with(at.index, &leaf("certificate-issued", at.index, &[[8; 32]]));
                let own = at.pinned();
                let (_, note) = own.split_once("\n\n").unwrap_or_default();
                let path = other.path(at.index ^ 1, pin_size());
                let path: Vec<&str> = path.lines().skip(3).collect();
                let extra: Vec<&str> = own.lines().take(3).collect();
                text(&format!("{}\n{}\n\n{note}", extra.join("\n"), path.join("\n")))
            })
        },
    ]
}

/// What was registered after the key was compromised.
fn late() -> Vec<Row> {
    let late = |case: Case, _: &Place| {
        case.trusting("compromised").invalid(Inclusion, Code::RegisteredLate)
    };
    vec![
        Row {
            answer: late,
            ..stolen("E14-registered-after", "Registered after the key was stolen.", |at| {
                text(&at.honest())
            })
        },
        Row {
            answer: |case, _| case.trusting("register").requiring_inclusion(),
            ..row("E14-not-stolen", "The same while nobody knew of it.", |at| text(&at.honest()))
        },
    ]
}

/// Entries before those of the credentials.
const FIRST: usize = 2;

static ROWS: LazyLock<(Vec<Row>, Vec<Row>)> = LazyLock::new(|| (early(), late()));

fn rows() -> impl Iterator<Item = (usize, &'static Row)> {
    ROWS.0.iter().chain(&ROWS.1).enumerate().map(|(nth, row)| (FIRST + nth, row))
}

/// Entries of the register when the key was compromised.
fn pin_size() -> usize {
    FIRST + ROWS.0.len()
}

static REGISTER: LazyLock<Register> = LazyLock::new(|| {
    let first = ["instance-registered", "key-added"];
    let first = first.iter().enumerate().map(|(index, kind)| leaf(kind, index, &[[5; 32]]));
    let issued = rows().map(|(index, row)| (row.leaf)(index, made(row).1));
    // Something follows the last one.
    let last = leaf("key-added", FIRST + rows().count(), &[[9; 32]]);
    Register { leaves: first.chain(issued).chain([last]).collect() }
});

static TABLE: LazyLock<Vec<(Case, Option<Vec<u8>>)>> = LazyLock::new(|| {
    let case_of = |(index, row): (usize, &Row)| {
        let at = Place { index };
        let mut case = case(row.id, row.says, &Value::Null);
        case.input = Input::File("input.json", made(row).0);
        if matches!(row.form, Form::Token) {
            case = case.named("input.jwt");
        }
        ((row.answer)(case, &at), (row.proof)(&at))
    };
    rows().map(case_of).collect()
});

/// The credential, and the commitment to its signature.
fn made(row: &Row) -> (Vec<u8>, Hash) {
    let mut document = badge();
    document["id"] = json!(credential_id(row.id));
    match row.form {
        Form::Rdf | Form::Both => {
            let mut signed = secured(&document, KEY, &university_key());
            if matches!(row.form, Form::Both) {
                signed = by_suite(&signed, Cryptosuite::EddsaJcs2022);
            }
            let input = signing_input(&document, &options(KEY));
            let commitment = commitment("eddsa-rdfc-2022", &input, &university_key().sign(&input));
            (signed.to_string().into_bytes(), commitment)
        }
        Form::Text => {
            let (signed, input) = by_suite_with_input(&document);
            let commitment = commitment("eddsa-jcs-2022", &input, &university_key().sign(&input));
            (signed.to_string().into_bytes(), commitment)
        }
        Form::Token => {
            let token = token_with(&document);
            let input = token.rsplit_once('.').unwrap_or_default().0.as_bytes().to_vec();
            let commitment = commitment("ob3-jwt", &input, &university_key().sign(&input));
            (token.into_bytes(), commitment)
        }
    }
}

fn by_suite_with_input(document: &Value) -> (Value, Vec<u8>) {
    let options = verifier::ProofOptions {
        cryptosuite: Cryptosuite::EddsaJcs2022,
        verification_method: KEY.to_owned(),
        created: "2020-01-15T09:00:00Z".to_owned(),
    };
    match verifier::signing_input(document, &options) {
        Ok(input) => (by_suite(document, Cryptosuite::EddsaJcs2022), input.as_bytes().to_vec()),
        Err(problem) => panic!("{}", problem.detail),
    }
}

/// The identifier of the credential of a case.
fn credential_id(case: &str) -> String {
    format!("https://university.example/credentials/{case}")
}

impl Case {
    fn proof_url(&self) -> String {
        format!("{}.tlog-proof", credential_id(&self.id))
    }

    /// With this proof under the credential's own name.
    fn found_proof(self, proof: &str) -> Self {
        let url = self.proof_url();
        self.found(&url, proof)
    }

    /// With this answer of a server under the credential's own name.
    fn fetched_proof(mut self, proof: &str) -> Self {
        let (url, text) = (self.proof_url(), Some(proof.to_owned()));
        self.environment.found.push(Found { url, text, retrieved_at: Some(1_780_000_000) });
        self
    }

    /// With no answer of the server.
    fn unfetched_proof(mut self) -> Self {
        let url = self.proof_url();
        self.environment.found.push(Found { url, text: None, retrieved_at: None });
        self
    }
}
