//! RDF terms and quads, and their canonical text (RDF Dataset Canonicalization, "Canonical N-Quads").
//! It knows nothing of JSON.

use std::fmt::{self, Write};
use std::sync::Arc;

pub(crate) const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
pub(crate) const RDF_FIRST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#first";
pub(crate) const RDF_REST: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest";
pub(crate) const RDF_NIL: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#nil";
#[cfg(feature = "general")]
pub(crate) const RDF_JSON: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON";
#[cfg(feature = "general")]
pub(crate) const RDF_VALUE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#value";
pub(crate) const RDF_LANG_STRING: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";
pub(crate) const XSD_STRING: &str = "http://www.w3.org/2001/XMLSchema#string";
pub(crate) const XSD_BOOLEAN: &str = "http://www.w3.org/2001/XMLSchema#boolean";
pub(crate) const XSD_INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";
pub(crate) const XSD_DOUBLE: &str = "http://www.w3.org/2001/XMLSchema#double";

/// A blank node of one dataset.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash, Ord, PartialOrd)]
pub struct Blank(pub(crate) u32);

/// A node or value of a dataset.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub enum Term {
    /// An absolute IRI, without angle brackets.
    Iri(Arc<str>),
    /// A blank node.
    Blank(Blank),
    /// A literal.
    Literal {
        /// Lexical form, unescaped.
        value: Arc<str>,
        /// Datatype IRI.
        datatype: Arc<str>,
        /// Language tag, with datatype `rdf:langString`.
        language: Option<Arc<str>>,
    },
}

/// A statement; `graph` is `None` in the default graph.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub struct Quad {
    /// IRI or blank node.
    pub subject: Term,
    /// IRI.
    pub predicate: Term,
    /// Any term.
    pub object: Term,
    /// IRI or blank node.
    pub graph: Option<Term>,
}

impl Term {
    pub(crate) fn iri(text: &str) -> Self {
        Self::Iri(text.into())
    }

    pub(crate) fn literal(value: &str, datatype: &str) -> Self {
        Self::Literal { value: value.into(), datatype: datatype.into(), language: None }
    }

    const fn blank(&self) -> Option<Blank> {
        match self {
            Self::Blank(blank) => Some(*blank),
            _ => None,
        }
    }

    fn write(&self, out: &mut String, label: &mut impl FnMut(Blank, &mut String)) {
        match self {
            Self::Iri(iri) => {
                out.push('<');
                out.push_str(iri);
                out.push('>');
            }
            Self::Blank(blank) => label(*blank, out),
            Self::Literal { value, datatype, language } => {
                out.push('"');
                escape(value, out);
                out.push('"');
                if let Some(language) = language {
                    out.push('@');
                    out.push_str(language);
                } else if datatype.as_ref() != XSD_STRING {
                    out.push_str("^^<");
                    out.push_str(datatype);
                    out.push('>');
                }
            }
        }
    }
}

impl Quad {
    /// Appends the quad as one line of canonical N-Quads; `label` writes each blank node.
    pub(crate) fn write(&self, out: &mut String, mut label: impl FnMut(Blank, &mut String)) {
        for term in [&self.subject, &self.predicate, &self.object].into_iter().chain(&self.graph) {
            term.write(out, &mut label);
            out.push(' ');
        }
        out.push_str(".\n");
    }

    /// Its blank nodes, each with its position: `s`, `o` or `g`.
    pub(crate) fn blanks(&self) -> impl Iterator<Item = (Blank, char)> {
        let terms =
            [(Some(&self.subject), 's'), (Some(&self.object), 'o'), (self.graph.as_ref(), 'g')];
        terms.into_iter().filter_map(|(term, position)| Some((term?.blank()?, position)))
    }
}

impl fmt::Display for Blank {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "_:b{}", self.0)
    }
}

/// Canonical N-Quads escapes `\`, `"` and every control character, and nothing else.
fn escape(text: &str, out: &mut String) {
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
}
