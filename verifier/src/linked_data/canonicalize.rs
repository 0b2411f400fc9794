//! RDFC-1.0 (RDF Dataset Canonicalization) with counted work.
//! Names in comments are the specification's; it must not know where the quads came from.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256, Sha384};

use super::quad::{Dataset, Labels, Node, Quad, Term};
use super::work::Work;

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
    pub issued: BTreeMap<Node, usize>,
}

/// Canonicalizes `dataset` (RDFC-1.0, "Canonicalization Algorithm").
///
/// # Errors
///
/// [`Poisoned`] when more than [`crate::limits::N_DEGREE_CALLS_MAX`] steps of "Hash N-Degree Quads" would be needed.
pub fn canonicalize(dataset: &Dataset<'_>, hash: HashFunction) -> Result<Canonical, Poisoned> {
    let mut n_quads = String::new();
    let work = Work::default();
    let issued = write_lines(dataset, hash, &work, |lines| n_quads.push_str(lines))?;
    Ok(Canonical { n_quads, issued: issued.numbers.into_iter().collect() })
}

/// The SHA-256 of the canonical N-Quads of `dataset`, which are never held as a whole.
///
/// # Errors
///
/// As [`canonicalize`].
pub(crate) fn canonical_digest(dataset: &Dataset<'_>, work: &Work) -> Result<[u8; 32], Poisoned> {
    let mut hasher = Sha256::new();
    write_lines(dataset, HashFunction::Sha256, work, |lines| hasher.update(lines))?;
    Ok(hasher.finalize().into())
}

/// Canonical N-Quads are handed on in portions of about this size: line by line costs the hash more, and all at once the memory.
const PORTION_BYTES: usize = 4096;

/// Gives the canonical N-Quads to `sink`, in order.
fn write_lines(
    dataset: &Dataset<'_>,
    hash: HashFunction,
    work: &Work,
    mut sink: impl FnMut(&str),
) -> Result<Issuer, Poisoned> {
    let labels = Labels::none(dataset);
    let mut subjects = labels.lines_by_subject();
    for lines in &mut subjects {
        lines.sort_unstable_by(|left, right| labels.compare(left, right));
        // A dataset is a set: a statement made twice is one.
        lines.dedup_by(|left, right| labels.compare(left, right).is_eq());
    }
    let issued = issue_all(State::new(dataset, &subjects, hash, work))?;
    let labels = Labels::new(dataset, |blank| {
        // Every blank node was issued above.
        format!("_:c14n{}", issued.number(blank).unwrap_or(usize::MAX))
    });
    // The labels have moved blank nodes: as subjects, and as objects of one predicate.
    subjects.sort_by_key(|lines| lines.first().map(|quad| labels.rank(quad.subject)));
    let mut text = String::with_capacity(2 * PORTION_BYTES);
    for lines in &mut subjects {
        lines.sort_by(|left, right| labels.compare(left, right));
        for quad in lines {
            labels.write(quad, &mut text);
            if text.len() >= PORTION_BYTES {
                sink(&text);
                text.clear();
            }
        }
    }
    sink(&text);
    Ok(issued)
}

/// Steps 3 to 5: the canonical issuer, once it has issued a number for every blank node.
fn issue_all(mut state: State<'_>) -> Result<Issuer, Poisoned> {
    let mut blanks: Vec<Node> = state.dataset.blanks().collect();
    if let [] | [_] = blanks.as_slice() {
        // There is nothing to be told apart.
        for blank in blanks {
            state.canonical.issue(blank);
        }
        return Ok(state.canonical);
    }
    state.hash_first_degree(&blanks);
    blanks.sort_by(|left, right| state.first_degree(*left).cmp(state.first_degree(*right)));
    let same_hash =
        |left: &Node, right: &Node| state.first_degree(*left) == state.first_degree(*right);
    let groups: Vec<&[Node]> = blanks.chunk_by(same_hash).collect();
    // Step 4: blank nodes that their own quads single out.
    for group in &groups {
        if let [blank] = group {
            state.canonical.issue(*blank);
        }
    }
    // Step 5: the rest, told apart by their surroundings.
    for group in groups.into_iter().filter(|group| group.len() > 1) {
        let mut paths = Vec::new();
        for blank in group {
            if state.canonical.number(*blank).is_none() {
                let mut temporary = Issuer::default();
                temporary.issue(*blank);
                paths.push(state.hash_n_degree(*blank, temporary)?);
            }
        }
        paths.sort_by(|left, right| left.0.cmp(&right.0));
        for (_, temporary) in paths {
            for blank in temporary.order {
                state.canonical.issue(blank);
            }
        }
    }
    Ok(state.canonical)
}

/// "Blank Node Identifier Issuer": numbers in order of first use.
#[derive(Clone, Default)]
struct Issuer {
    order: Vec<Node>,
    numbers: HashMap<Node, usize>,
}

impl Issuer {
    fn issue(&mut self, blank: Node) -> usize {
        let next = self.order.len();
        *self.numbers.entry(blank).or_insert_with(|| {
            self.order.push(blank);
            next
        })
    }

    fn number(&self, blank: Node) -> Option<usize> {
        self.numbers.get(&blank).copied()
    }
}

/// "Canonicalization State".
struct State<'q> {
    dataset: &'q Dataset<'q>,
    /// By number of the node: the quads that mention it. None for IRIs.
    mentions: Vec<Vec<&'q Quad<'q>>>,
    /// By number of the node.
    first_degree: Vec<String>,
    canonical: Issuer,
    hash: HashFunction,
    work: &'q Work,
}

impl<'q> State<'q> {
    fn new(
        dataset: &'q Dataset<'q>,
        subjects: &[Vec<&'q Quad<'q>>],
        hash: HashFunction,
        work: &'q Work,
    ) -> Self {
        let mut mentions: Vec<Vec<&Quad<'_>>> = vec![Vec::new(); dataset.node_count()];
        for quad in subjects.iter().flatten().copied() {
            for (blank, _) in blanks_of(dataset, quad) {
                // A quad may mention a blank node in several positions.
                if let Some(known) = mentions.get_mut(blank.number())
                    && !known.last().is_some_and(|last| std::ptr::eq(*last, quad))
                {
                    known.push(quad);
                }
            }
        }
        Self {
            dataset,
            mentions,
            first_degree: vec![String::new(); dataset.node_count()],
            canonical: Issuer::default(),
            hash,
            work,
        }
    }

    fn mentions(&self, blank: Node) -> &[&'q Quad<'q>] {
        self.mentions.get(blank.number()).map_or(&[], Vec::as_slice)
    }

    fn first_degree(&self, blank: Node) -> &str {
        self.first_degree.get(blank.number()).map_or("", String::as_str)
    }

    /// "Hash First Degree Quads" of each.
    fn hash_first_degree(&mut self, blanks: &[Node]) {
        let mut text = String::new();
        let mut ends = Vec::new();
        for reference in blanks {
            text.clear();
            ends.clear();
            for quad in self.mentions(*reference) {
                self.dataset.write(quad, &mut text, |blank| {
                    if blank == *reference { "_:a" } else { "_:z" }
                });
                ends.push(text.len());
            }
            let starts = [0].into_iter().chain(ends.iter().copied());
            let mut lines: Vec<&str> =
                starts.zip(&ends).filter_map(|(start, end)| text.get(start..*end)).collect();
            lines.sort_unstable();
            let hash = self.hash.digest(&lines);
            if let Some(slot) = self.first_degree.get_mut(reference.number()) {
                *slot = hash;
            }
        }
    }

    /// "Hash Related Blank Node".
    fn hash_related(
        &self,
        related: Node,
        quad: &Quad<'_>,
        issuer: &Issuer,
        position: char,
    ) -> String {
        let mut input = String::from(position);
        if position != 'g' {
            input.push('<');
            input.push_str(&quad.predicate);
            input.push('>');
        }
        if let Some(number) = self.canonical.number(related) {
            push_label(&mut input, "_:c14n", number);
        } else if let Some(number) = issuer.number(related) {
            push_label(&mut input, "_:b", number);
        } else {
            input.push_str(self.first_degree(related));
        }
        self.hash.digest(&[&input])
    }

    /// "Hash N-Degree Quads": the hash, and the issuer with every blank node met on the way.
    fn hash_n_degree(&mut self, blank: Node, issuer: Issuer) -> Result<(String, Issuer), Poisoned> {
        self.work.call(self.mentions(blank).len())?;
        let mut related: BTreeMap<String, Vec<Node>> = BTreeMap::new();
        for quad in self.mentions(blank) {
            for (other, position) in blanks_of(self.dataset, quad) {
                if other != blank {
                    let hash = self.hash_related(other, quad, &issuer, position);
                    related.entry(hash).or_default().push(other);
                }
            }
        }
        let mut issuer = issuer;
        let mut data = String::new();
        for (hash, blanks) in related {
            data.push_str(&hash);
            let mut chosen: Option<(String, Issuer)> = None;
            let related_count = blanks.len();
            let mut permutation = Permutations::new(blanks);
            while let Some(order) = permutation.next_order() {
                self.work.call(related_count + issuer.order.len())?;
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
        Ok((self.hash.digest(&[&data]), issuer))
    }

    /// Steps 5.4.2 to 5.4.6 for one permutation: its path, if it is shorter or smaller than `best`.
    fn walk(
        &mut self,
        blanks: impl Iterator<Item = Node>,
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
}

/// The blank nodes of a quad, each with its position: `s`, `o` or `g`.
fn blanks_of(dataset: &Dataset<'_>, quad: &Quad<'_>) -> impl Iterator<Item = (Node, char)> {
    let object = match &quad.object {
        Term::Node(node) => Some(*node),
        Term::Iri(_) | Term::Literal(..) => None,
    };
    let places = [(Some(quad.subject), 's'), (object, 'o'), (quad.graph, 'g')];
    places
        .into_iter()
        .filter_map(|(node, position)| Some((node?, position)))
        .filter(|(node, _)| dataset.iri_of(*node).is_none())
}

fn push_label(out: &mut String, prefix: &str, number: usize) {
    out.push_str(prefix);
    out.push_str(&number.to_string());
}

impl HashFunction {
    /// The hash of all lines together, in lower-case hexadecimal.
    fn digest(self, lines: &[&str]) -> String {
        fn hash<D: Digest>(lines: &[&str]) -> String {
            let mut hasher = D::new();
            lines.iter().for_each(|line| hasher.update(line));
            hex(&hasher.finalize())
        }
        match self {
            Self::Sha256 => hash::<Sha256>(lines),
            Self::Sha384 => hash::<Sha384>(lines),
        }
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let figure = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    let figures = bytes.iter().flat_map(|byte| [figure(byte >> 4), figure(byte & 15)]);
    String::from_utf8(figures.collect()).unwrap_or_default()
}

/// Every order of these nodes, one at a time, in lexicographic order. A node that several statements relate, as the name
/// of a graph is, stands here several times; exchanging it with itself is no other order.
struct Permutations {
    order: Vec<Node>,
    started: bool,
}

impl Permutations {
    fn new(mut order: Vec<Node>) -> Self {
        order.sort_unstable();
        Self { order, started: false }
    }

    fn next_order(&mut self) -> Option<&[Node]> {
        if !self.started {
            self.started = true;
            return Some(&self.order);
        }
        let rises = |window: &[Node]| matches!(window, [left, right] if left < right);
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
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn permutations_are_complete_and_distinct() {
        let nodes: [(&[usize], usize); 6] = [
            (&[], 1),
            (&[7], 1),
            (&[2, 1], 2),
            (&[0, 1, 2, 3], 24),
            (&[3, 1, 3, 3], 4),
            (&[5; 6], 1),
        ];
        let mut dataset = Dataset::default();
        let known: Vec<Node> = (0..8).map(|_| dataset.blank()).collect();
        for (nodes, expected) in nodes {
            let nodes = nodes.iter().map(|place| known[*place]).collect();
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
