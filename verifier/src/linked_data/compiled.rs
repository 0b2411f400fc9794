//! What was compiled from a set of contexts so far, kept so that it is compiled once.
//! It knows which context follows from which; it must not know what they define.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value;

use super::context::{ActiveContext, ContextError, LocalContext, Scope, Sources};

/// A set of contexts known beforehand.
pub(crate) struct Contexts {
    current: Mutex<Arc<Compiled>>,
}

/// Active contexts, each kept by the one that it follows from.
pub(crate) struct Compiled {
    sources: Arc<Sources>,
    initial: ActiveContext,
    count: AtomicUsize,
}

/// Which contexts follow one another is the input's to choose, so what is kept of them is bounded: when it is full, the next document
/// begins anew, so that strange inputs do not keep honest ones out for good. One document cannot add many: its types are counted, and
/// a context that changes nothing is not another one.
const COMPILED_MAX: usize = 512;

impl Contexts {
    /// Contexts by URL; each value is the whole JSON document with its `@context`.
    pub(crate) fn new(documents: impl IntoIterator<Item = (String, Value)>) -> Self {
        let sources = documents.into_iter().filter_map(|(url, mut document)| {
            let context = document.get_mut("@context")?.take();
            Some((url, LocalContext::new(context)))
        });
        Self { current: Mutex::new(Arc::new(Compiled::new(Arc::new(sources.collect())))) }
    }

    /// What was compiled so far, to be used for one document.
    pub(crate) fn compiled(&self) -> Arc<Compiled> {
        // A poisoned lock holds a whole value: it is only ever replaced.
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.count.load(Ordering::Relaxed) > COMPILED_MAX {
            *current = Arc::new(Compiled::new(Arc::clone(&current.sources)));
        }
        Arc::clone(&current)
    }
}

impl Compiled {
    fn new(sources: Arc<Sources>) -> Self {
        Self { sources, initial: ActiveContext::default(), count: AtomicUsize::new(0) }
    }

    /// The active context of a document whose `@context` lists `urls`.
    pub(crate) fn of_document(&self, urls: &[&str]) -> Result<&ActiveContext, ContextError> {
        self.embedded(&self.initial, urls)
    }

    /// `outer` after the `@context` of an embedded document, which lists `urls`.
    pub(crate) fn embedded<'c>(
        &'c self,
        outer: &'c ActiveContext,
        urls: &[&str],
    ) -> Result<&'c ActiveContext, ContextError> {
        urls.iter().try_fold(outer, |active, url| {
            let unknown = || ContextError::Unknown((*url).to_owned());
            let source = self.sources.get(*url).ok_or_else(unknown)?;
            self.scoped(active, source, Scope::Document)
        })
    }

    /// `active` after a local context, such as a term carries.
    pub(crate) fn scoped<'c>(
        &'c self,
        active: &'c ActiveContext,
        local: &LocalContext,
        scope: Scope,
    ) -> Result<&'c ActiveContext, ContextError> {
        let followed = active.followers.find_or_compile(Key { local: local.id, scope }, || {
            let next = active.apply(&self.sources, &local.value, scope)?;
            if next.is_same(active) {
                return Ok(None);
            }
            self.count.fetch_add(1, Ordering::Relaxed);
            Ok(Some(next))
        });
        match followed {
            Ok(Some(next)) => Ok(next),
            Ok(None) => Ok(active),
            Err(error) => Err(error.clone()),
        }
    }
}

/// What follows from one active context: a list that only grows, so that readers need no lock.
#[derive(Debug, Default)]
pub(crate) struct Followers(OnceLock<Box<Link>>);

/// What is applied to the active context.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Key {
    local: usize,
    scope: Scope,
}

#[derive(Debug)]
struct Link {
    key: Key,
    /// `None` if nothing changes.
    context: Result<Option<ActiveContext>, ContextError>,
    next: Followers,
}

impl Followers {
    fn find_or_compile(
        &self,
        key: Key,
        compile: impl Fn() -> Result<Option<ActiveContext>, ContextError>,
    ) -> &Result<Option<ActiveContext>, ContextError> {
        let mut at = self;
        loop {
            let link = at
                .0
                .get_or_init(|| Box::new(Link { key, context: compile(), next: Self::default() }));
            if link.key == key {
                return &link.context;
            }
            at = &link.next;
        }
    }
}

/// A copy is about to become another context: nothing follows from it yet.
impl Clone for Followers {
    fn clone(&self) -> Self {
        Self::default()
    }
}
