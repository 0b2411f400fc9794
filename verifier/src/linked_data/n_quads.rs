//! Reads N-Quads (RDF 1.1 N-Quads), for datasets that come as text: the official canonicalization suite.
//! It must not be lenient: a line it does not understand is an error.

use std::collections::HashMap;

use super::quad::{Dataset, Node, Quad, Term, XSD_STRING};

/// A dataset read from text, with the labels its blank nodes had there.
#[derive(Clone, Debug, Default)]
pub struct Labelled {
    /// The statements.
    pub quads: Dataset<'static>,
    /// Label (without `_:`) of each blank node.
    pub labels: HashMap<String, Node>,
}

/// Reads a whole N-Quads document. `None` if any line is not a statement, a comment or blank.
#[must_use]
pub fn parse_n_quads(text: &str) -> Option<Labelled> {
    let mut dataset = Labelled::default();
    for line in text.lines() {
        let line = line.trim_matches([' ', '\t']);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut rest = line;
        let subject = dataset.node(&mut rest)?;
        let predicate = iri(&mut rest)?.into();
        let object = dataset.object(&mut rest)?;
        let graph = if rest.starts_with('.') { None } else { Some(dataset.node(&mut rest)?) };
        if !matches!(rest.strip_prefix('.')?.trim_start().chars().next(), None | Some('#')) {
            return None;
        }
        dataset.quads.state(Quad { subject, predicate, object, graph });
    }
    Some(dataset)
}

impl Labelled {
    fn object(&mut self, rest: &mut &str) -> Option<Term<'static>> {
        let Some(tail) = rest.strip_prefix('"') else {
            return Some(Term::Node(self.node(rest)?));
        };
        let term = literal(tail, rest)?;
        skip_blanks(rest);
        Some(term)
    }

    fn node(&mut self, rest: &mut &str) -> Option<Node> {
        let Some(tail) = rest.strip_prefix("_:") else {
            return Some(self.quads.iri(iri(rest)?.into()));
        };
        let (label, tail) = tail.split_at(tail.find([' ', '\t', '<'])?);
        *rest = tail;
        skip_blanks(rest);
        let known = self.labels.get(label).copied();
        Some(known.unwrap_or_else(|| {
            let next = self.quads.blank();
            self.labels.insert(label.to_owned(), next);
            next
        }))
    }
}

fn iri(rest: &mut &str) -> Option<String> {
    let iri = bracketed(rest.strip_prefix('<')?, rest)?;
    skip_blanks(rest);
    Some(iri)
}

fn skip_blanks(rest: &mut &str) {
    *rest = rest.trim_start_matches([' ', '\t']);
}

/// The IRI up to `>`, unescaped; `rest` becomes what follows.
fn bracketed<'t>(tail: &'t str, rest: &mut &'t str) -> Option<String> {
    let (iri, after) = tail.split_once('>')?;
    *rest = after;
    unescape(iri)
}

fn literal<'t>(tail: &'t str, rest: &mut &'t str) -> Option<Term<'static>> {
    let end = closing_quote(tail)?;
    let (text, after) = tail.split_at_checked(end)?;
    let value = unescape(text)?.into();
    let after = after.strip_prefix('"')?;
    if let Some(tail) = after.strip_prefix("^^<") {
        return Some(Term::literal(value, bracketed(tail, rest)?.into()));
    }
    if let Some(tail) = after.strip_prefix('@') {
        let end = tail.find([' ', '\t', '.']).unwrap_or(tail.len());
        let (language, tail) = tail.split_at(end);
        *rest = tail;
        return Some(Term::in_language(value, language.to_owned().into()));
    }
    *rest = after;
    Some(Term::literal(value, XSD_STRING.into()))
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        out.push(match characters.next()? {
            't' => '\t',
            'b' => '\u{8}',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'u' => code_point(&mut characters, 4)?,
            'U' => code_point(&mut characters, 8)?,
            plain @ ('"' | '\'' | '\\') => plain,
            _ => return None,
        });
    }
    Some(out)
}

fn code_point(characters: &mut std::str::Chars<'_>, figures: usize) -> Option<char> {
    let number: String = characters.by_ref().take(figures).collect();
    if number.len() != figures {
        return None;
    }
    char::from_u32(u32::from_str_radix(&number, 16).ok()?)
}
