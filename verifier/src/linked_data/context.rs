//! JSON-LD contexts, compiled to term tables (JSON-LD 1.1 Processing Algorithms and API, "Context Processing Algorithms").
//! It reads only contexts that it was given beforehand; it must not fetch, and must not look at a credential.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value};

use super::compiled::Followers;

/// What a name means under a context.
#[derive(Clone, Debug, Default)]
pub(crate) struct ActiveContext {
    terms: HashMap<Arc<str>, Arc<Term>, BuildHasherDefault<NameHasher>>,
    vocab: Option<Arc<str>>,
    /// The terms that mean `@type`.
    type_names: Vec<Arc<str>>,
    pub(super) followers: Followers,
}

/// "Term definition".
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) mapping: Mapping,
    pub(crate) coercion: Option<Coercion>,
    pub(crate) container: Container,
    pub(crate) scoped: Option<LocalContext>,
    prefix: bool,
    protected: bool,
}

/// What a term expands to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Mapping {
    /// Defined as null: the name and its value are dropped.
    Null,
    Id,
    Type,
    /// An absolute IRI.
    Iri(Arc<str>),
}

/// What a name expands to: like a [`Mapping`], but it may have been written for this occasion.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Meaning<'t> {
    Null,
    Id,
    Type,
    /// An absolute IRI.
    Iri(Cow<'t, str>),
}

/// "Type mapping".
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Coercion {
    Id,
    Vocab,
    Json,
    Datatype(Arc<str>),
}

/// "Container mapping": the members that the pinned contexts use.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Container {
    set: bool,
    pub(crate) list: bool,
    pub(crate) graph: bool,
}

/// A context as it is written: a whole one, or one inside a term definition. It is compiled when it is first needed.
#[derive(Clone, Debug)]
pub(crate) struct LocalContext {
    pub(super) id: usize,
    pub(super) value: Value,
}

impl LocalContext {
    pub(super) fn new(value: Value) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        Self { id: NEXT.fetch_add(1, Ordering::Relaxed), value }
    }
}

/// Why a context cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum ContextError {
    #[error("no copy of the context {0} is built in")]
    Unknown(String),
    #[error("the context redefines the protected term `{0}`")]
    Protected(String),
    #[error("the context uses {0}, which this verifier does not support")]
    Unsupported(String),
    #[error("the context defines `{0}` in a way that cannot be used")]
    Invalid(String),
}

/// How a local context is applied.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scope {
    /// At the top of a document: redefining a protected term is an error.
    Document,
    /// By a property: may redefine protected terms.
    Property,
    /// By a type: ends at the next node.
    Type,
}

/// Contexts by URL: what stands under `@context` in each document.
pub(crate) type Sources = HashMap<String, LocalContext>;

impl ActiveContext {
    /// "Context Processing Algorithm".
    pub(super) fn apply(
        &self,
        sources: &Sources,
        local: &Value,
        scope: Scope,
    ) -> Result<Self, ContextError> {
        match local {
            Value::Null => {
                let guarded = self.terms.iter().find(|(_, term)| term.protected);
                match guarded {
                    Some((name, _)) if scope != Scope::Property => {
                        Err(ContextError::Protected(name.to_string()))
                    }
                    _ => Ok(Self::default()),
                }
            }
            Value::String(url) => {
                let inner = sources.get(url).ok_or_else(|| ContextError::Unknown(url.clone()))?;
                self.apply(sources, &inner.value, scope)
            }
            Value::Array(contexts) => contexts
                .iter()
                .try_fold(self.clone(), |next, context| next.apply(sources, context, scope)),
            Value::Object(definitions) => Definitions::new(self, definitions, scope)?.finish(),
            other => Err(ContextError::Invalid(other.to_string())),
        }
    }

    /// Whether every name means the same under both.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.vocab == other.vocab
            && self.terms.len() == other.terms.len()
            && self.terms.iter().all(|(name, term)| {
                other.terms.get(name).is_some_and(|other| {
                    Arc::ptr_eq(term, other)
                        || (term.protected == other.protected
                            && term.same_but_for_protection(other))
                })
            })
    }

    pub(crate) fn term(&self, name: &str) -> Option<&Term> {
        self.terms.get(name).map(AsRef::as_ref)
    }

    /// Whether the member `name` of a node object holds its types.
    pub(crate) fn is_type(&self, name: &str) -> bool {
        name == "@type" || self.type_names.iter().any(|known| known.as_ref() == name)
    }

    /// "IRI Expansion" of a member name or type: with the vocabulary, never relative to a document.
    /// `None` if it stays relative.
    pub(crate) fn expand_vocab<'t>(&'t self, name: &'t str) -> Option<Meaning<'t>> {
        if let Some(term) = self.terms.get(name) {
            return Some(term.mapping.meaning());
        }
        match name {
            "@id" => Some(Meaning::Id),
            "@type" => Some(Meaning::Type),
            _ if name.contains(':') => self.expand_id(name).map(Meaning::Iri),
            _ => absolute(format!("{}{name}", self.vocab.as_ref()?)).map(Meaning::Iri),
        }
    }

    /// "IRI Expansion" of an identifier: absolute already, or a compact IRI. `None` if it is relative.
    pub(crate) fn expand_id<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        let (prefix, suffix) = text.split_once(':')?;
        if prefix == "_" {
            return None;
        }
        if !suffix.starts_with("//")
            && let Some(term) = self.terms.get(prefix)
            && term.prefix
            && let Mapping::Iri(iri) = &term.mapping
        {
            return absolute(format!("{iri}{suffix}"));
        }
        is_absolute_iri(text).then_some(Cow::Borrowed(text))
    }
}

impl Mapping {
    pub(crate) fn meaning(&self) -> Meaning<'_> {
        match self {
            Self::Null => Meaning::Null,
            Self::Id => Meaning::Id,
            Self::Type => Meaning::Type,
            Self::Iri(iri) => Meaning::Iri(Cow::Borrowed(iri)),
        }
    }
}

impl From<Meaning<'_>> for Mapping {
    fn from(meaning: Meaning<'_>) -> Self {
        match meaning {
            Meaning::Null => Self::Null,
            Meaning::Id => Self::Id,
            Meaning::Type => Self::Type,
            Meaning::Iri(iri) => Self::Iri(iri.into()),
        }
    }
}

/// FNV-1a. Whoever could make names collide would have to write a pinned context: the input only looks names up.
struct NameHasher(u64);

impl Default for NameHasher {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

fn absolute(iri: String) -> Option<Cow<'static, str>> {
    is_absolute_iri(&iri).then_some(Cow::Owned(iri))
}

/// A scheme (RFC 3986), a colon, and nothing that could not stand between the angle brackets of
/// N-Quads: a space or a `>` there would let one line read as another.
pub(crate) fn is_absolute_iri(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else { return false };
    let mut characters = scheme.bytes();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && characters.all(|rest| rest.is_ascii_alphanumeric() || b"+-.".contains(&rest))
        // Looking at every byte, wanted or not, lets the machine take many at once.
        && text.bytes().fold(true, |all, byte| all & stands_in_iri(byte))
        && (text.is_ascii() || !text.chars().any(is_white_space))
}

/// U+FEFF is white space to ECMAScript, and so to the other implementations.
fn is_white_space(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}

fn stands_in_iri(byte: u8) -> bool {
    b"<>\"{}|\\^`".iter().fold(byte > b' ', |fits, other| fits & (byte != *other))
}

/// One object of term definitions, while it is being compiled.
struct Definitions<'c> {
    active: ActiveContext,
    local: &'c Map<String, Value>,
    scope: Scope,
    protected: bool,
    /// "defined": `false` while a term is being defined, so that a cycle is noticed.
    defined: HashMap<String, bool>,
}

impl<'c> Definitions<'c> {
    fn new(
        active: &ActiveContext,
        local: &'c Map<String, Value>,
        scope: Scope,
    ) -> Result<Self, ContextError> {
        let mut active = active.clone();
        for (name, value) in local.iter().filter(|(name, _)| name.starts_with('@')) {
            match (name.as_str(), value) {
                ("@version", Value::Number(_)) | ("@protected", Value::Bool(_)) => {}
                ("@vocab", Value::String(vocab)) if is_absolute_iri(vocab) => {
                    active.vocab = Some(vocab.as_str().into());
                }
                ("@vocab", Value::Null) => active.vocab = None,
                _ => return Err(ContextError::Unsupported(format!("`{name}`"))),
            }
        }
        let protected = local.get("@protected") == Some(&Value::Bool(true));
        Ok(Self { active, local, scope, protected, defined: HashMap::new() })
    }

    fn finish(mut self) -> Result<ActiveContext, ContextError> {
        for name in self.local.keys().filter(|name| !name.starts_with('@')) {
            self.define(name)?;
        }
        let terms = self.active.terms.iter();
        let types = terms.filter(|(_, term)| term.mapping == Mapping::Type);
        self.active.type_names = types.map(|(name, _)| Arc::clone(name)).collect();
        Ok(self.active)
    }

    /// "Create Term Definition".
    fn define(&mut self, name: &str) -> Result<(), ContextError> {
        match self.defined.get(name) {
            Some(true) => return Ok(()),
            Some(false) => return Err(ContextError::Invalid(name.to_owned())),
            None => {}
        }
        let Some(value) = self.local.get(name) else { return Ok(()) };
        self.defined.insert(name.to_owned(), false);
        let previous = self.active.terms.remove(name);
        let mut term = match value {
            Value::Null => Term::of(Mapping::Null),
            Value::String(id) => self.simple(name, id)?,
            Value::Object(definition) => self.expanded(name, definition)?,
            _ => return Err(ContextError::Invalid(name.to_owned())),
        };
        term.protected = match value.get("@protected") {
            Some(own) => own == &Value::Bool(true),
            None => self.protected,
        };
        if let Some(previous) = previous
            && previous.protected
            && self.scope != Scope::Property
        {
            if !previous.same_but_for_protection(&term) {
                return Err(ContextError::Protected(name.to_owned()));
            }
            term.protected = true;
        }
        self.active.terms.insert(name.into(), Arc::new(term));
        self.defined.insert(name.to_owned(), true);
        Ok(())
    }

    /// `"term": "iri"`: may be used as a prefix if it ends as one.
    fn simple(&mut self, name: &str, id: &str) -> Result<Term, ContextError> {
        let mapping = self.mapping(name, id)?;
        let mut term = Term::of(mapping);
        if let Mapping::Iri(iri) = &term.mapping {
            term.prefix =
                !name.contains([':', '/']) && iri.ends_with([':', '/', '?', '#', '[', ']', '@']);
        }
        Ok(term)
    }

    fn expanded(&mut self, name: &str, members: &Map<String, Value>) -> Result<Term, ContextError> {
        let invalid = || ContextError::Invalid(name.to_owned());
        let mapping = match members.get("@id") {
            Some(Value::Null) => Mapping::Null,
            Some(Value::String(id)) => self.mapping(name, id)?,
            // A compact IRI, an absolute one, or the vocabulary's.
            None => self.mapping(name, name)?,
            Some(_) => return Err(invalid()),
        };
        let mut term = Term::of(mapping);
        for (member, value) in members {
            match (member.as_str(), value) {
                ("@id", _) | ("@protected", Value::Bool(_)) => {}
                ("@prefix", Value::Bool(prefix)) => term.prefix = *prefix,
                ("@type", Value::String(coercion)) => {
                    term.coercion = Some(self.coercion(name, coercion)?);
                }
                ("@container", container) => {
                    term.container = Container::read(container).ok_or_else(|| {
                        ContextError::Unsupported(format!("the container {container}"))
                    })?;
                }
                ("@context", context) => {
                    term.scoped = Some(LocalContext::new(context.clone()));
                }
                _ => return Err(ContextError::Unsupported(format!("`{member}` in `{name}`"))),
            }
        }
        Ok(term)
    }

    /// What `id` means, once the terms that it uses are defined.
    fn mapping(&mut self, name: &str, id: &str) -> Result<Mapping, ContextError> {
        self.expand(id)?.ok_or_else(|| ContextError::Invalid(name.to_owned()))
    }

    fn expand(&mut self, text: &str) -> Result<Option<Mapping>, ContextError> {
        let prefix = text.split_once(':').map_or(text, |(prefix, _)| prefix);
        for dependency in [text, prefix] {
            // A term under definition is absent from the table; only others are defined first.
            if self.defined.get(dependency) != Some(&false) {
                self.define(dependency)?;
            }
        }
        Ok(self.active.expand_vocab(text).map(Mapping::from))
    }

    fn coercion(&mut self, name: &str, coercion: &str) -> Result<Coercion, ContextError> {
        Ok(match coercion {
            "@id" => Coercion::Id,
            "@vocab" => Coercion::Vocab,
            "@json" => Coercion::Json,
            datatype => match self.expand(datatype)? {
                Some(Mapping::Iri(iri)) => Coercion::Datatype(iri),
                _ => return Err(ContextError::Invalid(name.to_owned())),
            },
        })
    }
}

impl Term {
    const fn of(mapping: Mapping) -> Self {
        Self {
            mapping,
            coercion: None,
            container: Container { set: false, list: false, graph: false },
            scoped: None,
            prefix: false,
            protected: false,
        }
    }

    fn same_but_for_protection(&self, other: &Self) -> bool {
        self.mapping == other.mapping
            && self.coercion == other.coercion
            && self.container == other.container
            && self.prefix == other.prefix
            && self.scoped.as_ref().map(|local| &local.value)
                == other.scoped.as_ref().map(|local| &local.value)
    }
}

impl Container {
    /// `@list` and `@graph` change what is meant; `@set` only how compaction writes, but two definitions differ by it.
    fn read(value: &Value) -> Option<Self> {
        let names = match value {
            Value::Array(names) => names.as_slice(),
            single => std::slice::from_ref(single),
        };
        let mut container = Self::default();
        for name in names {
            match name.as_str()? {
                "@set" => container.set = true,
                "@list" => container.list = true,
                "@graph" => container.graph = true,
                _ => return None,
            }
        }
        Some(container)
    }
}
