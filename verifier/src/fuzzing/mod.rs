//! Fuzz targets: one for each place where foreign bytes are read, with what must hold for whatever is read there.
//! They are compiled for tests and under the feature `fuzzing` alone; nothing else may depend on them.

mod carriers;
mod checks;
pub(crate) mod packs;
mod parsers;
mod register;
mod reshape;
pub(crate) mod samples;
mod world;

/// One place where foreign bytes are read.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The name on the command line of `tests/fuzz/run`, and of its folder of seeds.
    pub name: &'static str,
    /// Reads the bytes and asserts what must hold. Panics where it does not.
    pub run: fn(&[u8]),
    /// Inputs to begin with, besides the files of the repository.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Every target.
pub const TARGETS: [Target; 28] = [
    Target { name: "json", run: parsers::json, seeds: samples::documents },
    Target { name: "jcs", run: parsers::jcs, seeds: samples::documents },
    Target { name: "token", run: parsers::token, seeds: samples::tokens },
    Target { name: "jwk", run: parsers::jwk, seeds: parsers::jwks },
    Target { name: "multikey", run: parsers::multikey, seeds: parsers::multikeys },
    Target { name: "n-quads", run: parsers::n_quads, seeds: samples::n_quads },
    Target { name: "date", run: parsers::date, seeds: parsers::dates },
    Target { name: "did-web", run: parsers::did_web, seeds: parsers::dids },
    Target { name: "base58", run: parsers::base_58, seeds: parsers::figures },
    Target { name: "credential", run: checks::credential, seeds: samples::documents },
    Target { name: "securing", run: checks::securing, seeds: samples::documents },
    Target { name: "verify", run: checks::verify, seeds: samples::credentials },
    Target { name: "reshape", run: reshape::reshape, seeds: reshape::seeds },
    Target { name: "status-list", run: checks::status_list, seeds: samples::status_lists },
    Target { name: "did-document", run: checks::did_document, seeds: samples::did_documents },
    Target { name: "trust-list", run: checks::trust_list, seeds: samples::trust_lists },
    Target { name: "note", run: register::note, seeds: register::notes },
    Target { name: "checkpoint", run: register::checkpoint, seeds: register::checkpoints },
    Target { name: "leaf", run: register::leaf, seeds: register::leaves },
    Target { name: "verifier-key", run: register::verifier_key, seeds: register::verifier_keys },
    Target { name: "pack", run: packs::pack, seeds: packs::packs },
    Target { name: "png", run: carriers::png, seeds: carriers::pngs },
    Target { name: "svg", run: carriers::svg, seeds: carriers::svgs },
    Target { name: "pdf", run: carriers::pdf, seeds: carriers::pdfs },
    Target { name: "zip", run: carriers::zip, seeds: carriers::zips },
    Target { name: "code", run: carriers::code, seeds: carriers::codes },
    Target { name: "statement", run: parsers::statement, seeds: parsers::statements },
    Target { name: "tlog-proof", run: register::tlog_proof, seeds: register::tlog_proofs },
];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use sha2::{Digest, Sha256};

    use super::*;

    /// Every file under `folder` that a target could be given.
    fn files(folder: &Path, found: &mut Vec<Vec<u8>>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else {
                found.push(fs::read(path).unwrap());
            }
        }
    }

    /// Every seed of every target, every vector and every input of the corpus, given to every target.
    #[test]
    fn seeds_and_vectors_hold() {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests");
        let mut inputs = Vec::new();
        for folder in ["vectors/rdf-canon", "vectors/vc-di-eddsa", "corpus", "fuzz/found"] {
            files(&tests.join(folder), &mut inputs);
        }
        assert!(inputs.len() > 100, "{}", inputs.len());
        for target in TARGETS {
            let seeds = (target.seeds)();
            assert!(!seeds.is_empty(), "{}", target.name);
            inputs.extend(seeds);
        }
        for input in &inputs {
            TARGETS.iter().for_each(|target| (target.run)(input));
        }
    }

    /// Edits that a generator of bytes chooses.
    #[test]
    fn reshapes_hold() {
        let mut bytes = Sha256::digest(b"edits");
        for _ in 0..5_000 {
            reshape::reshape(&bytes);
            bytes = Sha256::digest(bytes);
        }
    }

    /// A file cut short or with a byte changed is what a fuzzer begins with.
    #[test]
    fn cut_and_changed_seeds_hold() {
        for target in TARGETS {
            for seed in (target.seeds)() {
                for at in (0..seed.len()).step_by(seed.len() / 64 + 1) {
                    (target.run)(&seed[..at]);
                    let mut changed = seed.clone();
                    for byte in [0, b'"', b'}', 0xff, changed[at] ^ 1] {
                        changed[at] = byte;
                        (target.run)(&changed);
                    }
                }
            }
        }
    }
}
