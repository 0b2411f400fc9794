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
    for line in text.split(['\n', '\r']) {
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
        if !is_label(label) {
            return None;
        }
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

/// The IRI up to `>`, unescaped; `rest` becomes what follows. What an IRI may not hold would not come out as it went in.
fn bracketed<'t>(tail: &'t str, rest: &mut &'t str) -> Option<String> {
    let (iri, after) = tail.split_once('>')?;
    *rest = after;
    let iri = unescape(iri, |_| None)?;
    is_iri(&iri).then_some(iri)
}

/// `IRIREF` of the grammar, which takes more than the expansion of credentials does: a no-break space, for one.
fn is_iri(text: &str) -> bool {
    let stands = |character: char| character > ' ' && !"<>\"{}|^`\\".contains(character);
    text.contains(':') && text.chars().all(stands)
}

/// `BLANK_NODE_LABEL` of the grammar, without `_:`.
fn is_label(text: &str) -> bool {
    let inner = |rest: char| rest.is_alphanumeric() || "_:-.\u{b7}".contains(rest);
    text.starts_with(|first: char| first.is_alphanumeric() || "_:".contains(first))
        && text.chars().all(inner)
        && !text.ends_with('.')
}

/// `LANGTAG` of the grammar, without `@`.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    parts
        .next()
        .is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && parts
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn literal<'t>(tail: &'t str, rest: &mut &'t str) -> Option<Term<'static>> {
    let end = closing_quote(tail)?;
    let (text, after) = tail.split_at_checked(end)?;
    let value = unescape(text, character_of)?.into();
    let after = after.strip_prefix('"')?;
    if let Some(tail) = after.strip_prefix("^^<") {
        return Some(Term::literal(value, bracketed(tail, rest)?.into()));
    }
    if let Some(tail) = after.strip_prefix('@') {
        let end = tail.find([' ', '\t', '.']).unwrap_or(tail.len());
        let (language, tail) = tail.split_at(end);
        if !is_language(language) {
            return None;
        }
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

/// `ECHAR` of the grammar, which stands in literals alone.
const fn character_of(letter: char) -> Option<char> {
    Some(match letter {
        't' => '\t',
        'b' => '\u{8}',
        'n' => '\n',
        'r' => '\r',
        'f' => '\u{c}',
        '"' | '\'' | '\\' => letter,
        _ => return None,
    })
}

fn unescape(text: &str, short: impl Fn(char) -> Option<char>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        out.push(match characters.next()? {
            'u' => code_point(&mut characters, 4)?,
            'U' => code_point(&mut characters, 8)?,
            letter => short(letter)?,
        });
    }
    Some(out)
}

fn code_point(characters: &mut std::str::Chars<'_>, figures: usize) -> Option<char> {
    let number: String = characters.by_ref().take(figures).collect();
    if number.len() != figures || !number.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    char::from_u32(u32::from_str_radix(&number, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_read() {
        for line in [
            "<urn:a> <urn:p> <urn:b> .",
            "<urn:a> <urn:p> <urn:b> <urn:g> . # a comment",
            "_:a1 <urn:p> _:b-2.x _:c .",
            r#"<urn:a> <urn:p> "a\t\u00e9\U0001F600\"" ."#,
            r#"<urn:a> <urn:p> "a"@kk-Cyrl-KZ ."#,
            r#"<urn:a> <urn:p> "1"^^<urn:int> ."#,
            r"<urn:\u00e9> <urn:p> <urn:b> .",
            "# a comment",
            " \t",
        ] {
            assert!(parse_n_quads(line).is_some(), "{line}");
        }
    }

    #[test]
    fn what_would_come_out_otherwise_is_refused() {
        for line in [
            "<a> <urn:p> <urn:b> .",
            "<urn:a b> <urn:p> <urn:b> .",
            "<urn:a<b> <urn:p> <urn:b> .",
            r"<urn:a\\b> <urn:p> <urn:b> .",
            r"<urn:a\tb> <urn:p> <urn:b> .",
            r"<urn:a\u0020b> <urn:p> <urn:b> .",
            r"<urn:a\u+0e9> <urn:p> <urn:b> .",
            "_: <urn:p> <urn:b> .",
            "_:a. <urn:p> <urn:b> .",
            "_:\"a <urn:p> <urn:b> .",
            "<urn:a> _:p <urn:b> .",
            r#""a" <urn:p> <urn:b> ."#,
            r#"<urn:a> <urn:p> "a"@ ."#,
            r#"<urn:a> <urn:p> "a"@en- ."#,
            r#"<urn:a> <urn:p> "a"@en> ."#,
            r#"<urn:a> <urn:p> "a"^^<int> ."#,
            r#"<urn:a> <urn:p> "a\q" ."#,
            "<urn:a> <urn:p> \"a\rb\" .",
            "<urn:a> <urn:p> <urn:b>",
            "<urn:a> <urn:p> <urn:b> . <urn:c>",
        ] {
            assert!(parse_n_quads(line).is_none(), "{line}");
        }
    }
}
