//! RDFC-1.0 (RDF Dataset Canonicalization) with counted work.
//! Names in comments are the specification's; it must not know where the quads came from.

use std::collections::BTreeMap;
use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256, Sha384};

use super::quad::{Blank, Quad, Term};
use crate::limits;

/// The hash function of a canonicalization; eddsa-rdfc-2022 uses SHA-256.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HashFunction {
    /// SHA-256, the default of RDFC-1.0.
    Sha256,
    /// SHA-384.
    Sha384,
}

/// The dataset needs more work than any honest credential: dataset poisoning.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Poisoned;

/// A canonicalized dataset.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Canonical {
    /// Canonical N-Quads: sorted lines, each ending in a line feed.
    pub n_quads: String,
    /// The number `n` of `_:c14n<n>` for each blank node of the input.
    pub issued: BTreeMap<Blank, usize>,
}

/// Canonicalizes `quads` (RDFC-1.0, "Canonicalization Algorithm").
///
/// # Errors
///
/// [`Poisoned`] when more than [`limits::N_DEGREE_CALLS_MAX`] steps of "Hash N-Degree Quads" would be needed.
pub fn canonicalize(quads: &[Quad], hash: HashFunction) -> Result<Canonical, Poisoned> {
    let mut state = State::new(quads, hash);
    // Steps 3 and 4: blank nodes that their own quads single out.
    let mut by_hash: BTreeMap<String, Vec<Blank>> = BTreeMap::new();
    for blank in state.mentions.keys() {
        by_hash.entry(state.hash_first_degree(*blank)).or_default().push(*blank);
    }
    by_hash.retain(|_, blanks| match blanks.as_slice() {
        [blank] => {
            state.canonical.issue(*blank);
            false
        }
        _ => true,
    });
    // Step 5: the rest, told apart by their surroundings.
    for blanks in by_hash.into_values() {
        let mut paths = Vec::new();
        for blank in blanks {
            if state.canonical.number(blank).is_none() {
                let mut temporary = Issuer::default();
                temporary.issue(blank);
                paths.push(state.hash_n_degree(blank, temporary)?);
            }
        }
        paths.sort_by(|left, right| left.0.cmp(&right.0));
        for (_, temporary) in paths {
            for blank in temporary.order {
                state.canonical.issue(blank);
            }
        }
    }
    Ok(state.finish())
}

/// "Blank Node Identifier Issuer": numbers in order of first use.
#[derive(Clone, Default)]
struct Issuer {
    order: Vec<Blank>,
    numbers: HashMap<Blank, usize>,
}

impl Issuer {
    fn issue(&mut self, blank: Blank) -> usize {
        let next = self.order.len();
        *self.numbers.entry(blank).or_insert_with(|| {
            self.order.push(blank);
            next
        })
    }

    fn number(&self, blank: Blank) -> Option<usize> {
        self.numbers.get(&blank).copied()
    }
}

/// "Canonicalization State".
struct State<'q> {
    quads: Vec<&'q Quad>,
    mentions: BTreeMap<Blank, Vec<&'q Quad>>,
    first_degree: HashMap<Blank, String>,
    canonical: Issuer,
    hash: HashFunction,
    steps_left: u32,
}

impl<'q> State<'q> {
    fn new(quads: &'q [Quad], hash: HashFunction) -> Self {
        // A dataset is a set: a statement made twice is one.
        let mut stated = HashSet::with_capacity(quads.len());
        let quads: Vec<&Quad> = quads.iter().filter(|quad| stated.insert(*quad)).collect();
        let mut mentions: BTreeMap<Blank, Vec<&Quad>> = BTreeMap::new();
        for quad in quads.iter().copied() {
            let mut seen: Vec<Blank> = quad.blanks().map(|(blank, _)| blank).collect();
            seen.sort_unstable();
            seen.dedup();
            for blank in seen {
                mentions.entry(blank).or_default().push(quad);
            }
        }
        let mut state = Self {
            quads,
            mentions,
            first_degree: HashMap::new(),
            canonical: Issuer::default(),
            hash,
            steps_left: limits::N_DEGREE_CALLS_MAX,
        };
        state.first_degree =
            state.mentions.keys().map(|blank| (*blank, state.hash_first_degree(*blank))).collect();
        state
    }

    /// "Hash First Degree Quads".
    fn hash_first_degree(&self, reference: Blank) -> String {
        if let Some(hash) = self.first_degree.get(&reference) {
            return hash.clone();
        }
        let mut lines: Vec<String> = Vec::new();
        for quad in self.mentions.get(&reference).into_iter().flatten() {
            let mut line = String::new();
            quad.write(&mut line, |blank, out| {
                out.push_str(if blank == reference { "_:a" } else { "_:z" });
            });
            lines.push(line);
        }
        lines.sort_unstable();
        self.digest(&lines.concat())
    }

    /// "Hash Related Blank Node".
    fn hash_related(&self, related: Blank, quad: &Quad, issuer: &Issuer, position: char) -> String {
        let mut input = String::from(position);
        if position != 'g'
            && let Term::Iri(predicate) = &quad.predicate
        {
            input.push('<');
            input.push_str(predicate);
            input.push('>');
        }
        if let Some(number) = self.canonical.number(related) {
            push_label(&mut input, "_:c14n", number);
        } else if let Some(number) = issuer.number(related) {
            push_label(&mut input, "_:b", number);
        } else {
            input.push_str(&self.hash_first_degree(related));
        }
        self.digest(&input)
    }

    /// "Hash N-Degree Quads": the hash, and the issuer with every blank node met on the way.
    fn hash_n_degree(
        &mut self,
        blank: Blank,
        issuer: Issuer,
    ) -> Result<(String, Issuer), Poisoned> {
        self.step()?;
        let mut related: BTreeMap<String, Vec<Blank>> = BTreeMap::new();
        for quad in self.mentions.get(&blank).into_iter().flatten() {
            for (other, position) in quad.blanks().filter(|(other, _)| *other != blank) {
                let hash = self.hash_related(other, quad, &issuer, position);
                related.entry(hash).or_default().push(other);
            }
        }
        let mut issuer = issuer;
        let mut data = String::new();
        for (hash, blanks) in related {
            data.push_str(&hash);
            let mut chosen: Option<(String, Issuer)> = None;
            let mut permutation = Permutations::new(blanks);
            while let Some(order) = permutation.next_order() {
                self.step()?;
                let best = chosen.as_ref().map(|(path, _)| path.as_str());
                let ordered = order.iter().copied();
                if let Some(better) = self.walk(ordered, issuer.clone(), best)? {
                    chosen = Some(better);
                }
            }
            if let Some((path, walked)) = chosen {
                data.push_str(&path);
                issuer = walked;
            }
        }
        Ok((self.digest(&data), issuer))
    }

    /// Steps 5.4.2 to 5.4.6 for one permutation: its path, if it is shorter or smaller than `best`.
    fn walk(
        &mut self,
        blanks: impl Iterator<Item = Blank>,
        mut issuer: Issuer,
        best: Option<&str>,
    ) -> Result<Option<(String, Issuer)>, Poisoned> {
        let worse = |path: &str| best.is_some_and(|best| path.len() >= best.len() && path > best);
        let mut path = String::new();
        let mut recursion = Vec::new();
        for related in blanks {
            if let Some(number) = self.canonical.number(related) {
                push_label(&mut path, "_:c14n", number);
            } else {
                if issuer.number(related).is_none() {
                    recursion.push(related);
                }
                push_label(&mut path, "_:b", issuer.issue(related));
            }
            if worse(&path) {
                return Ok(None);
            }
        }
        for related in recursion {
            let (hash, walked) = self.hash_n_degree(related, issuer.clone())?;
            push_label(&mut path, "_:b", issuer.issue(related));
            path.push('<');
            path.push_str(&hash);
            path.push('>');
            issuer = walked;
            if worse(&path) {
                return Ok(None);
            }
        }
        Ok(best.is_none_or(|best| path.as_str() < best).then_some((path, issuer)))
    }

    fn step(&mut self) -> Result<(), Poisoned> {
        self.steps_left = self.steps_left.checked_sub(1).ok_or(Poisoned)?;
        Ok(())
    }

    fn digest(&self, text: &str) -> String {
        match self.hash {
            HashFunction::Sha256 => hex(&Sha256::digest(text)),
            HashFunction::Sha384 => hex(&Sha384::digest(text)),
        }
    }

    fn finish(self) -> Canonical {
        let mut lines: Vec<String> = self
            .quads
            .iter()
            .map(|quad| {
                let mut line = String::new();
                quad.write(&mut line, |blank, out| {
                    // Every blank node was issued above.
                    push_label(out, "_:c14n", self.canonical.number(blank).unwrap_or(usize::MAX));
                });
                line
            })
            .collect();
        lines.sort_unstable();
        Canonical { n_quads: lines.concat(), issued: self.canonical.numbers.into_iter().collect() }
    }
}

fn push_label(out: &mut String, prefix: &str, number: usize) {
    out.push_str(prefix);
    out.push_str(&number.to_string());
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const FIGURES: &[u8; 16] = b"0123456789abcdef";
    let figure =
        |nibble: u8| FIGURES.get(usize::from(nibble)).map_or('0', |figure| char::from(*figure));
    bytes.iter().flat_map(|byte| [figure(byte >> 4), figure(byte & 15)]).collect()
}

/// Every order of these nodes, one at a time, in lexicographic order. A node that several statements relate, as the name
/// of a graph is, stands here several times; exchanging it with itself is no other order.
struct Permutations {
    order: Vec<Blank>,
    started: bool,
}

impl Permutations {
    fn new(mut order: Vec<Blank>) -> Self {
        order.sort_unstable();
        Self { order, started: false }
    }

    fn next_order(&mut self) -> Option<&[Blank]> {
        if !self.started {
            self.started = true;
            return Some(&self.order);
        }
        let rises = |window: &[Blank]| matches!(window, [left, right] if left < right);
        let pivot = self.order.windows(2).rposition(rises)?;
        let value = self.order.get(pivot).copied()?;
        let partner = self.order.iter().rposition(|other| *other > value)?;
        self.order.swap(pivot, partner);
        if let Some(tail) = self.order.get_mut(pivot + 1..) {
            tail.reverse();
        }
        Some(&self.order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permutations_are_complete_and_distinct() {
        let nodes: [(&[u32], usize); 6] = [
            (&[], 1),
            (&[7], 1),
            (&[2, 1], 2),
            (&[0, 1, 2, 3], 24),
            (&[3, 1, 3, 3], 4),
            (&[5; 6], 1),
        ];
        for (nodes, expected) in nodes {
            let nodes = nodes.iter().copied().map(Blank).collect();
            let mut permutations = Permutations::new(nodes);
            let mut seen = HashSet::new();
            while let Some(order) = permutations.next_order() {
                assert!(seen.insert(order.to_vec()));
            }
            assert_eq!(seen.len(), expected);
        }
    }

    #[test]
    fn a_statement_made_twice_is_one() {
        let once = "_:a <urn:p> \"1\" .\n_:a <urn:q> _:b .\n_:b <urn:p> \"2\" .\n";
        let twice = format!("{once}_:b <urn:p> \"2\" .\n_:a <urn:q> _:b .\n");
        let canonical = |text: &str| {
            let dataset = super::super::parse_n_quads(text).unwrap();
            canonicalize(&dataset.quads, HashFunction::Sha256).unwrap().n_quads
        };
        assert_eq!(canonical(once), canonical(&twice));
    }

    #[test]
    fn hexadecimal() {
        assert_eq!(hex(&[0, 0x9f, 0xff]), "009fff");
    }
}
