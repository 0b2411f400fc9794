//! Any JSON-LD 1.1 document to quads, through the crate `json-ld`: contexts of the document's own, `@vocab`, `@graph` and all the rest.
//! It serves `issuer conformance` and the official suites; nothing that judges a badge may call it.

mod contexts;
mod expanded;
mod faults;
mod losses;
mod statements;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use json_ld::context_processing::algorithm::Action;
use json_ld::expansion::{Error, Policy};
use json_ld::syntax::Parse;
use json_ld::{
    ExpandError, ExpandedDocument, IriBuf, JsonLdProcessor, Options, ProcessingMode,
    RemoteDocument, RemoteDocumentReference,
};

use super::quad::Dataset;
use super::{Part, refused_at_limit};
use crate::json::{self, Value};
use crate::problem::{Code, Problem};
use crate::report::Finding;

pub use contexts::ContextDocuments;

/// How a document is processed ("The JsonLdOptions Type").
#[derive(Clone, Copy, Debug)]
pub struct Processing<'p> {
    /// Base IRI; `None` means that no relative reference resolves.
    pub base: Option<&'p str>,
    /// URL of a context that holds before the document's own.
    pub expand_context: Option<&'p str>,
    /// What becomes of what has no place in RDF.
    pub losses: Losses,
    /// How `@direction` is written.
    pub direction: Option<Direction>,
    /// The version whose rules hold.
    pub version: Version,
}

/// What becomes of terms, types, references and values that RDF has no place for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Losses {
    /// They are errors: what is signed must hold all that the document says
    /// (VC Data Integrity, "Securing Data Losslessly").
    Refuse,
    /// They are dropped, as the algorithms have it.
    Drop,
}

/// "rdfDirection".
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// A datatype of the namespace `https://www.w3.org/ns/i18n#`.
    I18nDatatype,
    /// A blank node with value, language and direction.
    CompoundLiteral,
}

/// "processingMode".
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Version {
    /// `json-ld-1.0`.
    One,
    /// `json-ld-1.1`.
    OnePointOne,
}

/// Why a document has no quads.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonLdError {
    /// The text is not JSON, or beyond a limit.
    #[error("the document is not readable: {0}")]
    Unreadable(String),
    /// The algorithms end with an error; `code` is the one that "JsonLdErrorCode" lists.
    #[error("JSON-LD ends with `{code}`: {detail}")]
    Processing {
        /// `invalid term definition`, `loading remote context failed` …
        code: String,
        /// The same in more words.
        detail: String,
    },
    /// Something would be dropped.
    #[error("{0}")]
    Lost(String),
    /// The document makes more statements than allowed.
    #[error("the document makes more than {0} statements")]
    TooLarge(usize),
}

impl Processing<'_> {
    /// What a signature over RDF needs: no base, no losses, directions as datatypes.
    #[must_use]
    pub const fn safe() -> Self {
        Self {
            base: None,
            expand_context: None,
            losses: Losses::Refuse,
            direction: Some(Direction::I18nDatatype),
            version: Version::OnePointOne,
        }
    }

    fn options(&self) -> Result<Options, JsonLdError> {
        // `@vocab` is allowed: it gives a term its meaning, and nothing is lost.
        let expansion_policy = match self.losses {
            Losses::Refuse => {
                Policy { invalid: Action::Reject, vocab: Action::Keep, allow_undefined: false }
            }
            Losses::Drop => Policy::default(),
        };
        let expand_context = self.expand_context.map(read_iri).transpose()?;
        Ok(Options {
            base: self.base.map(read_iri).transpose()?,
            expand_context: expand_context.map(RemoteDocumentReference::iri),
            processing_mode: match self.version {
                Version::One => ProcessingMode::JsonLd1_0,
                Version::OnePointOne => ProcessingMode::JsonLd1_1,
            },
            expansion_policy,
            ..Options::default()
        })
    }
}

/// The expanded form of the JSON-LD document `text` ("Expansion Algorithm"), as JSON.
///
/// # Errors
///
/// [`JsonLdError`]; contexts outside `contexts` are errors, nothing is fetched.
pub fn expand(
    text: &str,
    contexts: &ContextDocuments,
    processing: &Processing<'_>,
) -> Result<serde_json::Value, JsonLdError> {
    expanded::to_json(&expand_document(text, contexts, processing)?)
}

/// The statements of the JSON-LD document `text` ("Deserialize JSON-LD to RDF Algorithm"), at most `quads_max`.
///
/// # Errors
///
/// As [`expand`], and when there are more statements.
pub fn general_quads(
    text: &str,
    contexts: &ContextDocuments,
    processing: &Processing<'_>,
    quads_max: usize,
) -> Result<Dataset<'static>, JsonLdError> {
    let expanded = expand_document(text, contexts, processing)?;
    let dataset = statements::of_document(&expanded, processing, quads_max)?;
    if dataset.quads().is_empty() && processing.losses == Losses::Refuse {
        return Err(JsonLdError::Lost("The document says nothing.".to_owned()));
    }
    Ok(dataset)
}

/// The statements of `part` under `context`, none lost.
pub(super) fn dataset(
    documents: &ContextDocuments,
    context: &Value<'_>,
    part: Part<'_>,
) -> Result<Dataset<'static>, Finding> {
    let document = part.document.without(part.without).with("@context", context.clone());
    let text = document.to_serde().to_string();
    general_quads(&text, documents, &Processing::safe(), part.quads_max)
        .map_err(|error| refused_at_limit(error.into()))
}

impl From<JsonLdError> for Problem {
    fn from(error: JsonLdError) -> Self {
        let code = match &error {
            JsonLdError::Unreadable(_) => Code::Parsing,
            JsonLdError::Processing { code, .. } if code.contains("context") => {
                Code::ContextNotAllowed
            }
            JsonLdError::Processing { .. } => Code::ForbiddenConstruct,
            JsonLdError::Lost(_) => Code::DataLoss,
            JsonLdError::TooLarge(_) => Code::Limit,
        };
        Self::new(code, error.to_string())
    }
}

fn expand_document(
    text: &str,
    contexts: &ContextDocuments,
    processing: &Processing<'_>,
) -> Result<ExpandedDocument, JsonLdError> {
    let unreadable = |detail: String| JsonLdError::Unreadable(detail);
    if processing.losses == Losses::Refuse {
        let strict = json::parse(text.as_bytes()).map_err(|problem| unreadable(problem.detail))?;
        losses::check(&strict)?;
    }
    let (mut document, _) =
        json_ld::syntax::Value::parse_str(text).map_err(|error| unreadable(error.to_string()))?;
    if processing.losses == Losses::Refuse {
        contexts::unwrap(&mut document);
    }
    let document = RemoteDocument::new(None, None, document);
    let expansion = document.expand_using(contexts.loader(), processing.options()?);
    finish(expansion)?.map_err(|error| {
        if let ExpandError::Expansion(Error::KeyExpansionFailed(term)) = &error {
            return JsonLdError::Lost(format!("no context defines the term `{term}`"));
        }
        let coarse = error.code().to_string();
        let exact = match coarse.as_str() {
            "invalid context entry" | "invalid term definition" => {
                faults::code(document.document())
            }
            _ => None,
        };
        let code = exact.map_or(coarse, str::to_owned);
        JsonLdError::Processing { code, detail: error.to_string() }
    })
}

fn read_iri(text: &str) -> Result<IriBuf, JsonLdError> {
    IriBuf::new(text.to_owned())
        .map_err(|_| JsonLdError::Unreadable(format!("`{text}` is not an IRI")))
}

/// The crate's functions are asynchronous because contexts may be fetched; here all of them are at hand, so the first poll ends.
fn finish<T>(future: impl Future<Output = T>) -> Result<T, JsonLdError> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Ok(value),
        Poll::Pending => Err(JsonLdError::Unreadable("a context is not at hand".to_owned())),
    }
}
