//! Reads N-Quads (RDF 1.1 N-Quads), for datasets that come as text: the official canonicalization suite.
//! It must not be lenient: a line it does not understand is an error.

use std::collections::HashMap;

use super::quad::{Blank, Quad, RDF_LANG_STRING, Term, XSD_STRING};

/// A dataset read from text, with the labels its blank nodes had there.
#[derive(Clone, Debug, Default)]
pub struct Labelled {
    /// The statements.
    pub quads: Vec<Quad>,
    /// Label (without `_:`) of each blank node.
    pub labels: HashMap<String, Blank>,
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
        let subject = dataset.term(&mut rest)?;
        let predicate = dataset.term(&mut rest)?;
        let object = dataset.term(&mut rest)?;
        let graph = if rest.starts_with('.') { None } else { Some(dataset.term(&mut rest)?) };
        if !matches!(rest.strip_prefix('.')?.trim_start().chars().next(), None | Some('#')) {
            return None;
        }
        dataset.quads.push(Quad { subject, predicate, object, graph });
    }
    Some(dataset)
}

impl Labelled {
    fn term(&mut self, rest: &mut &str) -> Option<Term> {
        let term = if let Some(tail) = rest.strip_prefix('<') {
            Term::Iri(bracketed(tail, rest)?.into())
        } else if let Some(tail) = rest.strip_prefix("_:") {
            let end = tail.find([' ', '\t', '<'])?;
            let (label, tail) = tail.split_at(end);
            *rest = tail;
            let next = Blank(u32::try_from(self.labels.len()).ok()?);
            Term::Blank(*self.labels.entry(label.to_owned()).or_insert(next))
        } else {
            literal(rest.strip_prefix('"')?, rest)?
        };
        *rest = rest.trim_start_matches([' ', '\t']);
        Some(term)
    }
}

/// The IRI up to `>`, unescaped; `rest` becomes what follows.
fn bracketed<'t>(tail: &'t str, rest: &mut &'t str) -> Option<String> {
    let (iri, after) = tail.split_once('>')?;
    *rest = after;
    unescape(iri)
}

fn literal<'t>(tail: &'t str, rest: &mut &'t str) -> Option<Term> {
    let end = closing_quote(tail)?;
    let (escaped, after) = tail.split_at_checked(end)?;
    let value = unescape(escaped)?.into();
    let after = after.strip_prefix('"')?;
    if let Some(tail) = after.strip_prefix("^^<") {
        return Some(Term::Literal {
            value,
            datatype: bracketed(tail, rest)?.into(),
            language: None,
        });
    }
    if let Some(tail) = after.strip_prefix('@') {
        let end = tail.find([' ', '\t', '.']).unwrap_or(tail.len());
        let (language, tail) = tail.split_at(end);
        *rest = tail;
        let language = Some(language.into());
        return Some(Term::Literal { value, datatype: RDF_LANG_STRING.into(), language });
    }
    *rest = after;
    Some(Term::Literal { value, datatype: XSD_STRING.into(), language: None })
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
