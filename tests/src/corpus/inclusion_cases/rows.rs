//! The table: each proof of registration that is true, false or unreadable, and the right answer to it.

#![expect(clippy::too_many_lines, reason = "a table of cases is as long as it is")]

use sha2::{Digest as _, Sha256};
use verifier::log::Hash;
use verifier::{Check::Inclusion, Code};

use super::super::case::Case;
use super::super::register::{LOG, ORIGIN, Signer, WITNESSES, leaf};
use super::{Form, Place, REGISTER, Row, pin_size};

/// What was registered before the key was compromised.
pub(super) fn early() -> Vec<Row> {
    [registered(), unreadable(), checkpoints(), stolen_keys()].into_iter().flatten().collect()
}

/// What was registered after the key was compromised.
pub(super) fn late() -> Vec<Row> {
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

/// What is registered, what is not, and proofs of something else (P06, P07).
fn registered() -> Vec<Row> {
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
    ]
}

/// Proofs that are none (P08).
fn unreadable() -> Vec<Row> {
    vec![
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
    ]
}

/// Checkpoints that are not the register's, or not witnessed (P09).
fn checkpoints() -> Vec<Row> {
    vec![
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
    ]
}

/// A key that was compromised after these were registered (E14).
fn stolen_keys() -> Vec<Row> {
    vec![
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
            answer: |case, at| case.trusting("compromised").found_proof(&at.honest()),
            ..stolen("E14-two-proofs", "The pinned proof, and one to a later checkpoint.", |at| {
                text(&at.pinned())
            })
        },
        Row {
            answer: |case, at| {
                let cut = at.honest().replace("index ", "index 0");
                case.trusting("compromised")
                    .found_proof(&at.honest())
                    .found_urn(&cut, at.index)
                    .refused(Inclusion, Code::InclusionMalformed)
            },
            ..stolen(
                "E14-two-poor-proofs",
                "A proof that says too little, and one that is none.",
                |_| None,
            )
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
