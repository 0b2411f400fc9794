//! RDF terms and quads, their canonical text and its order (RDF Dataset Canonicalization, "Canonical N-Quads").
//! It knows nothing of JSON.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write;

pub(crate) const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
pub(crate) const RDF_FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
pub(crate) const RDF_REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
pub(crate) const RDF_NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";
pub(crate) const XSD_STRING: &str = "http://www.w3.org/2001/XMLSchema#string";
pub(crate) const XSD_BOOLEAN: &str = "http://www.w3.org/2001/XMLSchema#boolean";
pub(crate) const XSD_INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";
pub(crate) const XSD_DOUBLE: &str = "http://www.w3.org/2001/XMLSchema#double";

/// A set of statements. Texts are borrowed from where they were read, unless they had to be rewritten.
#[derive(Clone, Debug, Default)]
pub struct Dataset<'t> {
    /// What stands in the place of a subject or graph: an IRI, or `None` for a blank node. One IRI may have several numbers.
    nodes: Vec<Option<Cow<'t, str>>>,
    quads: Vec<Quad<'t>>,
}

/// A node of one dataset, by its number there.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash, Ord, PartialOrd)]
pub struct Node(usize);

/// A statement; `graph` is `None` in the default graph.
#[derive(Clone, Debug)]
pub(crate) struct Quad<'t> {
    pub(crate) subject: Node,
    /// An absolute IRI, without angle brackets.
    pub(crate) predicate: Cow<'t, str>,
    pub(crate) object: Term<'t>,
    pub(crate) graph: Option<Node>,
}

/// The object of a statement.
#[derive(Clone, Debug)]
pub(crate) enum Term<'t> {
    /// A node that may have statements of its own.
    Node(Node),
    /// An absolute IRI, without angle brackets.
    Iri(Cow<'t, str>),
    /// A literal: its value as it stands between the quotes of canonical N-Quads.
    Literal(Cow<'t, str>, Kind<'t>),
}

/// What follows the quotes of a literal. The order of the variants is that of their text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Kind<'t> {
    /// `xsd:string`, which is not written.
    String,
    /// The tag of an `rdf:langString`.
    Language(Cow<'t, str>),
    /// The IRI of any other datatype.
    Datatype(Cow<'t, str>),
}

impl<'t> Dataset<'t> {
    pub(crate) fn iri(&mut self, iri: Cow<'t, str>) -> Node {
        self.nodes.push(Some(iri));
        Node(self.nodes.len() - 1)
    }

    pub(crate) fn blank(&mut self) -> Node {
        self.nodes.push(None);
        Node(self.nodes.len() - 1)
    }

    pub(crate) fn state(&mut self, quad: Quad<'t>) {
        self.quads.push(quad);
    }

    /// The statements, in the order made; one may have been made twice.
    pub(crate) fn quads(&self) -> &[Quad<'t>] {
        &self.quads
    }

    pub(crate) const fn node_count(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn blanks(&self) -> impl Iterator<Item = Node> {
        let numbered = self.nodes.iter().enumerate();
        numbered.filter(|(_, iri)| iri.is_none()).map(|(number, _)| Node(number))
    }

    /// How long the line of `quad` is, but for punctuation.
    pub(crate) fn bytes_of(&self, quad: &Quad<'_>) -> usize {
        let node = |node| self.iri_of(node).map_or(0, str::len);
        let object = match &quad.object {
            Term::Node(object) => node(*object),
            Term::Iri(text) | Term::Literal(text, Kind::String) => text.len(),
            Term::Literal(text, Kind::Language(kind) | Kind::Datatype(kind)) => {
                text.len() + kind.len()
            }
        };
        node(quad.subject) + quad.predicate.len() + object + quad.graph.map_or(0, node)
    }

    pub(crate) fn iri_of(&self, node: Node) -> Option<&str> {
        self.nodes.get(node.0)?.as_deref()
    }
}

impl Node {
    pub(crate) const fn number(self) -> usize {
        self.0
    }
}

impl<'t> Term<'t> {
    /// A literal of the datatype with this IRI.
    pub(crate) fn literal(value: Cow<'t, str>, datatype: Cow<'t, str>) -> Self {
        let kind = if datatype == XSD_STRING { Kind::String } else { Kind::Datatype(datatype) };
        Self::Literal(escaped(value), kind)
    }

    /// A string in a language.
    pub(crate) fn in_language(value: Cow<'t, str>, tag: Cow<'t, str>) -> Self {
        Self::Literal(escaped(value), Kind::Language(tag))
    }
}

/// How the blank nodes of a dataset are written, and in which order its nodes stand therefore.
pub(crate) struct Labels<'l> {
    dataset: &'l Dataset<'l>,
    /// By number of the node; empty for IRIs. There may be none at all.
    labels: Vec<String>,
    /// By number of the node: its place among the texts of all nodes. Equal texts have one rank.
    ranks: Vec<usize>,
}

impl<'l> Labels<'l> {
    /// Blank nodes without labels, in the order of their numbers.
    pub(crate) fn none(dataset: &'l Dataset<'l>) -> Self {
        Self { dataset, labels: Vec::new(), ranks: Vec::new() }.ranked()
    }

    /// `label` gives the text of each blank node, with its `_:`.
    pub(crate) fn new(dataset: &'l Dataset<'l>, label: impl Fn(Node) -> String) -> Self {
        let mut labels = vec![String::new(); dataset.nodes.len()];
        for blank in dataset.blanks() {
            if let Some(slot) = labels.get_mut(blank.0) {
                *slot = label(blank);
            }
        }
        Self { dataset, labels, ranks: Vec::new() }.ranked()
    }

    fn ranked(mut self) -> Self {
        let mut order: Vec<Node> = (0..self.dataset.nodes.len()).map(Node).collect();
        order.sort_unstable_by(|left, right| self.compare_nodes(*left, *right));
        let mut ranks = vec![0; order.len()];
        let same_text = |left: &Node, right: &Node| self.compare_nodes(*left, *right).is_eq();
        for (rank, nodes) in order.chunk_by(same_text).enumerate() {
            for node in nodes {
                if let Some(slot) = ranks.get_mut(node.0) {
                    *slot = rank;
                }
            }
        }
        self.ranks = ranks;
        self
    }

    fn compare_nodes(&self, left: Node, right: Node) -> Ordering {
        match (self.dataset.iri_of(left), self.dataset.iri_of(right)) {
            (Some(left), Some(right)) => compare_closed(left, right, b'>'),
            // `<` comes before `_`.
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) if self.labels.is_empty() => left.cmp(&right),
            (None, None) => compare_closed(self.label(left), self.label(right), b' '),
        }
    }

    /// The statements of each subject, subjects in order.
    pub(crate) fn lines_by_subject(&self) -> Vec<Vec<&'l Quad<'l>>> {
        let mut subjects = vec![Vec::new(); self.dataset.nodes.len()];
        for quad in &self.dataset.quads {
            if let Some(lines) = subjects.get_mut(self.rank(quad.subject)) {
                lines.push(quad);
            }
        }
        subjects.retain(|lines| !lines.is_empty());
        subjects
    }

    /// The order of two lines of one subject: that of their terms, from the left, since no term's text begins another's.
    pub(crate) fn compare(&self, left: &Quad<'_>, right: &Quad<'_>) -> Ordering {
        compare_closed(&left.predicate, &right.predicate, b'>')
            .then_with(|| self.compare_objects(&left.object, &right.object))
            // The full stop comes before any graph.
            .then_with(|| {
                left.graph.map(|node| self.rank(node)).cmp(&right.graph.map(|node| self.rank(node)))
            })
    }

    fn compare_objects(&self, left: &Term<'_>, right: &Term<'_>) -> Ordering {
        match (left, right) {
            (Term::Literal(left, left_kind), Term::Literal(right, right_kind)) => {
                compare_closed(left, right, b'"').then_with(|| left_kind.compare(right_kind))
            }
            // A quote comes before `<` and `_`.
            (Term::Literal(..), _) => Ordering::Less,
            (_, Term::Literal(..)) => Ordering::Greater,
            (Term::Node(left), Term::Node(right)) => self.rank(*left).cmp(&self.rank(*right)),
            _ => match (self.iri_at(left), self.iri_at(right)) {
                (Some(left), Some(right)) => compare_closed(left, right, b'>'),
                (left, right) => left.is_none().cmp(&right.is_none()),
            },
        }
    }

    fn iri_at<'s>(&'s self, object: &'s Term<'_>) -> Option<&'s str> {
        match object {
            Term::Node(node) => self.dataset.iri_of(*node),
            Term::Iri(iri) | Term::Literal(iri, _) => Some(iri),
        }
    }

    pub(crate) fn rank(&self, node: Node) -> usize {
        self.ranks.get(node.0).copied().unwrap_or_default()
    }

    fn label(&self, node: Node) -> &str {
        self.labels.get(node.0).map_or("", String::as_str)
    }

    /// Appends the line of `quad`.
    pub(crate) fn write(&self, quad: &Quad<'_>, out: &mut String) {
        self.dataset.write(quad, out, |node| self.label(node));
    }
}

impl Dataset<'_> {
    /// Appends `quad` as one line of canonical N-Quads; `label` gives the text of each blank node.
    pub(crate) fn write<'l>(
        &self,
        quad: &Quad<'_>,
        out: &mut String,
        label: impl Fn(Node) -> &'l str,
    ) {
        let write_node = |node, out: &mut String| match self.iri_of(node) {
            Some(iri) => bracket(iri, out),
            None => out.push_str(label(node)),
        };
        write_node(quad.subject, out);
        out.push(' ');
        bracket(&quad.predicate, out);
        out.push(' ');
        match &quad.object {
            Term::Node(node) => write_node(*node, out),
            Term::Iri(iri) => bracket(iri, out),
            Term::Literal(value, kind) => {
                out.push('"');
                out.push_str(value);
                out.push('"');
                kind.write(out);
            }
        }
        if let Some(graph) = quad.graph {
            out.push(' ');
            write_node(graph, out);
        }
        out.push_str(" .\n");
    }
}

impl Kind<'_> {
    fn write(&self, out: &mut String) {
        match self {
            Self::String => {}
            Self::Language(tag) => {
                out.push('@');
                out.push_str(tag);
            }
            Self::Datatype(iri) => {
                out.push_str("^^");
                bracket(iri, out);
            }
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::String, Self::String) => Ordering::Equal,
            (Self::Language(left), Self::Language(right)) => compare_closed(left, right, b' '),
            (Self::Datatype(left), Self::Datatype(right)) => compare_closed(left, right, b'>'),
            // A space, `@`, `^`.
            (Self::String, _) | (Self::Language(_), Self::Datatype(_)) => Ordering::Less,
            _ => Ordering::Greater,
        }
    }
}

/// Compares two texts as they stand in a line, each followed by `end`: `<urn:a#b>` comes before `<urn:a>`.
fn compare_closed(left: &str, right: &str, end: u8) -> Ordering {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let common = left.len().min(right.len());
    let (left_start, left_rest) = left.split_at(common);
    let (right_start, right_rest) = right.split_at(common);
    let next = |rest: &[u8]| rest.first().copied().unwrap_or(end);
    left_start.cmp(right_start).then_with(|| next(left_rest).cmp(&next(right_rest)))
}

fn bracket(iri: &str, out: &mut String) {
    out.push('<');
    out.push_str(iri);
    out.push('>');
}

/// Canonical N-Quads escapes `\`, `"` and every control character, and nothing else.
fn escaped(text: Cow<'_, str>) -> Cow<'_, str> {
    let special = |byte: u8| (byte < b' ') | (byte == b'"') | (byte == b'\\') | (byte == 0x7f);
    // Looking at every byte, wanted or not, lets the machine take many at once.
    if !text.bytes().fold(false, |found, byte| found | special(byte)) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' | '\u{7f}' => {
                // Writing to a String does not fail.
                let _ = write!(out, "\\u{:04X}", u32::from(character));
            }
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}
