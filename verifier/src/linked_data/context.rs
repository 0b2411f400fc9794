//! JSON-LD contexts, compiled to term tables (JSON-LD 1.1 Processing Algorithms and API, "Context Processing Algorithms").
//! It reads only contexts that it was given beforehand; it must not fetch, and must not look at a credential.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};

/// What a name means under a context.
#[derive(Clone, Debug)]
pub(crate) struct ActiveContext {
    id: u32,
    terms: HashMap<String, Arc<Term>>,
    vocab: Option<Arc<str>>,
    /// The context to return to when a type-scoped one does not reach further down.
    pub(crate) previous: Option<Arc<Self>>,
}

/// "Term definition".
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) mapping: Mapping,
    pub(crate) coercion: Option<Coercion>,
    pub(crate) container: Container,
    pub(crate) scoped: Option<Arc<LocalContext>>,
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
    Iri(Arc<str>),
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

/// A context inside a term definition, compiled when it is first needed.
#[derive(Debug)]
pub(crate) struct LocalContext {
    id: u32,
    value: Value,
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

/// A set of contexts known beforehand, and what was compiled from it so far.
pub(crate) struct Contexts {
    sources: HashMap<String, Value>,
    /// Keyed by the active context and the local one that was applied to it. What is compiled depends on
    /// nothing else, so it is compiled once.
    compiled: Mutex<HashMap<(u32, u32, Scope), Arc<ActiveContext>>>,
    /// Keyed by the active context and the URLs that were applied to it.
    by_urls: Mutex<HashMap<(u32, Vec<String>), Arc<ActiveContext>>>,
    initial: Arc<ActiveContext>,
}

/// How a local context is applied.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
pub(crate) enum Scope {
    /// At the top of a document: redefining a protected term is an error.
    Document,
    /// By a property: may redefine protected terms.
    Property,
    /// By a type: ends at the next node.
    Type,
}

/// Combinations of types are the input's to choose, so what is kept of them is bounded; when it is full, it is begun anew,
/// so that strange inputs do not keep honest ones out for good.
const COMPILED_MAX: usize = 512;

static NEXT_ID: AtomicU32 = AtomicU32::new(0);

fn fresh_id() -> u32 {
    NEXT_ID.fetch_add(1, Ordering::Relaxed)
}

impl Contexts {
    /// Contexts by URL; each value is the whole JSON document with its `@context`.
    pub(crate) fn new(documents: impl IntoIterator<Item = (String, Value)>) -> Self {
        Self {
            sources: documents.into_iter().collect(),
            compiled: Mutex::default(),
            by_urls: Mutex::default(),
            initial: Arc::new(ActiveContext::initial()),
        }
    }

    /// The active context of a document whose `@context` lists `urls`.
    pub(crate) fn of_document(&self, urls: &[&str]) -> Result<Arc<ActiveContext>, ContextError> {
        self.embedded(&self.initial, urls)
    }

    /// `outer` after the `@context` of an embedded document, which lists `urls`.
    pub(crate) fn embedded(
        &self,
        outer: &Arc<ActiveContext>,
        urls: &[&str],
    ) -> Result<Arc<ActiveContext>, ContextError> {
        let key = (outer.id, urls.iter().map(|url| (*url).to_owned()).collect());
        if let Some(known) = lock(&self.by_urls).get(&key) {
            return Ok(Arc::clone(known));
        }
        let mut active = (**outer).clone();
        for url in urls {
            active = self.apply(&active, &Value::from(*url), Scope::Document)?;
        }
        let active = Arc::new(active);
        keep(&self.by_urls, key, &active);
        Ok(active)
    }

    /// `active` after the context that a term carries.
    pub(crate) fn scoped(
        &self,
        active: &Arc<ActiveContext>,
        local: &LocalContext,
        scope: Scope,
    ) -> Result<Arc<ActiveContext>, ContextError> {
        let key = (active.id, local.id, scope);
        if let Some(known) = lock(&self.compiled).get(&key) {
            return Ok(Arc::clone(known));
        }
        let mut next = self.apply(active, &local.value, scope)?;
        next.id = fresh_id();
        // "Context Processing Algorithm", step 3: a type-scoped context remembers what it replaced.
        if scope == Scope::Type && next.previous.is_none() {
            next.previous = Some(Arc::clone(active));
        }
        let next = Arc::new(next);
        keep(&self.compiled, key, &next);
        Ok(next)
    }

    /// "Context Processing Algorithm".
    fn apply(
        &self,
        active: &ActiveContext,
        local: &Value,
        scope: Scope,
    ) -> Result<ActiveContext, ContextError> {
        match local {
            Value::Null => {
                let guarded = active.terms.iter().find(|(_, term)| term.protected);
                match guarded {
                    Some((name, _)) if scope != Scope::Property => {
                        Err(ContextError::Protected(name.clone()))
                    }
                    _ => Ok(ActiveContext::initial()),
                }
            }
            Value::String(url) => {
                let document =
                    self.sources.get(url).ok_or_else(|| ContextError::Unknown(url.clone()))?;
                let inner =
                    document.get("@context").ok_or_else(|| ContextError::Invalid(url.clone()))?;
                self.apply(active, inner, scope)
            }
            Value::Array(contexts) => {
                let mut next = active.clone();
                for context in contexts {
                    next = self.apply(&next, context, scope)?;
                }
                Ok(next)
            }
            Value::Object(definitions) => Definitions::new(active, definitions, scope)?.finish(),
            other => Err(ContextError::Invalid(other.to_string())),
        }
    }
}

fn keep<K: Eq + Hash>(
    kept: &Mutex<HashMap<K, Arc<ActiveContext>>>,
    key: K,
    context: &Arc<ActiveContext>,
) {
    let mut kept = lock(kept);
    if kept.len() >= COMPILED_MAX {
        kept.clear();
    }
    kept.insert(key, Arc::clone(context));
}

/// A poisoned lock holds whole entries or none: the map is still right.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ActiveContext {
    fn initial() -> Self {
        Self { id: fresh_id(), terms: HashMap::new(), vocab: None, previous: None }
    }

    pub(crate) fn term(&self, name: &str) -> Option<&Arc<Term>> {
        self.terms.get(name)
    }

    /// "IRI Expansion" of a member name or type: with the vocabulary, never relative to a document.
    /// `None` if it stays relative.
    pub(crate) fn expand_vocab(&self, name: &str) -> Option<Mapping> {
        if let Some(keyword) = keyword(name) {
            return Some(keyword);
        }
        if let Some(term) = self.terms.get(name) {
            return Some(term.mapping.clone());
        }
        if name.contains(':') {
            return self.expand_prefixed(name).map(Mapping::Iri);
        }
        absolute(format!("{}{name}", self.vocab.as_ref()?)).map(Mapping::Iri)
    }

    /// "IRI Expansion" of an identifier: absolute already, or a compact IRI. `None` if it is relative.
    pub(crate) fn expand_id(&self, text: &str) -> Option<Arc<str>> {
        self.expand_prefixed(text)
    }

    fn expand_prefixed(&self, text: &str) -> Option<Arc<str>> {
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
        is_absolute_iri(text).then(|| text.into())
    }
}

fn absolute(iri: String) -> Option<Arc<str>> {
    is_absolute_iri(&iri).then(|| iri.into())
}

fn keyword(name: &str) -> Option<Mapping> {
    match name {
        "@id" => Some(Mapping::Id),
        "@type" => Some(Mapping::Type),
        _ => None,
    }
}

/// A scheme (RFC 3986), a colon, and nothing that could not stand between the angle brackets of
/// N-Quads: a space or a `>` there would let one line read as another.
pub(crate) fn is_absolute_iri(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else { return false };
    let mut characters = scheme.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && characters.all(|rest| rest.is_ascii_alphanumeric() || "+-.".contains(rest))
        && !text.chars().any(|character| {
            character <= ' ' || character.is_whitespace() || "<>\"{}|\\^`".contains(character)
        })
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
        active.id = fresh_id();
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
        self.active.terms.insert(name.to_owned(), Arc::new(term));
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
            Some(Value::String(id)) if id != name => self.mapping(name, id)?,
            Some(Value::String(_)) | None => self.own_mapping(name)?,
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
                    let local = LocalContext { id: fresh_id(), value: context.clone() };
                    term.scoped = Some(Arc::new(local));
                }
                _ => return Err(ContextError::Unsupported(format!("`{member}` in `{name}`"))),
            }
        }
        Ok(term)
    }

    /// What `id` means, once the terms that it uses are defined.
    fn mapping(&mut self, name: &str, id: &str) -> Result<Mapping, ContextError> {
        let expanded = if keyword(id).is_some() { keyword(id) } else { self.expand(id)? };
        expanded.ok_or_else(|| ContextError::Invalid(name.to_owned()))
    }

    /// The mapping of a term without `@id`: a compact IRI, an absolute one, or the vocabulary's.
    fn own_mapping(&mut self, name: &str) -> Result<Mapping, ContextError> {
        self.expand(name)?.ok_or_else(|| ContextError::Invalid(name.to_owned()))
    }

    fn expand(&mut self, text: &str) -> Result<Option<Mapping>, ContextError> {
        let prefix = text.split_once(':').map_or(text, |(prefix, _)| prefix);
        for dependency in [text, prefix] {
            // A term under definition is absent from the table; only others are defined first.
            if self.defined.get(dependency) != Some(&false) {
                self.define(dependency)?;
            }
        }
        Ok(self.active.expand_vocab(text))
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
        let scoped = |term: &Self| term.scoped.as_ref().map(|local| local.value.clone());
        self.mapping == other.mapping
            && self.coercion == other.coercion
            && self.container == other.container
            && self.prefix == other.prefix
            && scoped(self) == scoped(other)
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
