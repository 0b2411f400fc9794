//! Expanded JSON-LD to quads ("Deserialize JSON-LD to RDF Algorithm"), in one walk.
//! It knows no contexts. What has no place in RDF it drops or refuses, as it was told.

use std::collections::HashMap;

use json_ld::object::value::Literal;
use json_ld::rdf_types::Id as ValidId;
use json_ld::syntax::Print;
use json_ld::{BlankIdBuf, ExpandedDocument, Id, IriBuf, LangString, Node, Object, Value};

use super::{Direction, JsonLdError, Losses, Processing};
use crate::json::Number;
use crate::linked_data::number;
use crate::linked_data::quad::{
    Dataset, Node as Place, Quad, RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, Term, XSD_BOOLEAN,
    XSD_DOUBLE, XSD_STRING,
};

const RDF_JSON: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON";
const RDF_VALUE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#value";
const RDF_LANGUAGE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#language";
const RDF_DIRECTION: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#direction";
const I18N: &str = "https://www.w3.org/ns/i18n#";

/// Numbers from here on are written as doubles even if they are whole (step 11 of "Object to RDF Conversion").
const WHOLE_MAX: f64 = 1e21;

/// The statements of `document`.
pub(super) fn of_document(
    document: &ExpandedDocument,
    processing: &Processing<'_>,
    quads_max: usize,
) -> Result<Dataset<'static>, JsonLdError> {
    let mut statements = Statements {
        dataset: Dataset::default(),
        quads_max,
        labels: HashMap::new(),
        losses: processing.losses,
        direction: processing.direction,
    };
    for object in document.iter() {
        statements.object(object, Graph::Default)?;
    }
    Ok(mentioned(&statements.dataset))
}

/// The dataset without nodes that no statement mentions: there is nothing to canonicalize in them, and they would take labels.
fn mentioned(dataset: &Dataset<'static>) -> Dataset<'static> {
    let mut kept = Dataset::default();
    let mut places = HashMap::new();
    for quad in dataset.quads() {
        let mut place = |node: Place| {
            *places.entry(node).or_insert_with(|| match dataset.iri_of(node) {
                Some(iri) => kept.iri(iri.to_owned().into()),
                None => kept.blank(),
            })
        };
        let subject = place(quad.subject);
        let object = match &quad.object {
            Term::Node(node) => Term::Node(place(*node)),
            other => other.clone(),
        };
        let graph = quad.graph.map(&mut place);
        kept.state(Quad { subject, predicate: quad.predicate.clone(), object, graph });
    }
    kept
}

struct Statements {
    dataset: Dataset<'static>,
    quads_max: usize,
    labels: HashMap<String, Place>,
    losses: Losses,
    direction: Option<Direction>,
}

type IndexedObject = json_ld::IndexedObject<IriBuf, BlankIdBuf>;

/// Where statements go.
#[derive(Clone, Copy)]
enum Graph {
    Default,
    Named(Place),
    /// The graph's name is no IRI: its statements are lost.
    Nowhere,
}

impl Statements {
    /// What stands for `object` in a statement; `None` if nothing does.
    fn object(
        &mut self,
        object: &IndexedObject,
        graph: Graph,
    ) -> Result<Option<Term<'static>>, JsonLdError> {
        if object.index().is_some() {
            self.lose(|| "An index is not part of what a document says.".to_owned())?;
        }
        match object.inner() {
            Object::Node(node) => Ok(self.node(node, graph)?.map(Term::Node)),
            Object::Value(value) => self.value(value, graph),
            Object::List(list) => self.list(list.iter(), graph).map(Some),
        }
    }

    fn node(&mut self, node: &Node, graph: Graph) -> Result<Option<Place>, JsonLdError> {
        if node.id.is_none() && node.is_empty() {
            // Either it says nothing, or its identifier was ignored.
            self.lose(|| "A node says nothing.".to_owned())?;
        }
        let subject = match &node.id {
            Some(id) => self.place(id)?,
            None => Some(self.dataset.blank()),
        };
        for kind in node.types.iter().flatten() {
            let kind = self.place(kind)?.map(Term::Node);
            self.state(subject, Some(RDF_TYPE), kind, graph)?;
        }
        for (property, objects) in &node.properties {
            let predicate = self.predicate(property)?;
            for object in objects {
                let object = self.object(object, graph)?;
                self.state(subject, predicate, object, graph)?;
            }
        }
        for (property, nodes) in node.reverse_properties.iter().flatten() {
            let predicate = self.predicate(property)?;
            for node in nodes {
                let other = self.node(node.inner(), graph)?;
                self.state(other, predicate, subject.map(Term::Node), graph)?;
            }
        }
        self.inside(node, subject, graph)?;
        Ok(subject)
    }

    /// What a node includes, and the graph that it names.
    fn inside(
        &mut self,
        node: &Node,
        subject: Option<Place>,
        graph: Graph,
    ) -> Result<(), JsonLdError> {
        for included in node.included.iter().flatten() {
            self.node(included.inner(), graph)?;
        }
        let named = subject.map_or(Graph::Nowhere, Graph::Named);
        for object in node.graph.iter().flatten() {
            self.object(object, named)?;
        }
        Ok(())
    }

    /// "List to RDF Conversion".
    fn list<'l>(
        &mut self,
        items: impl DoubleEndedIterator<Item = &'l IndexedObject>,
        graph: Graph,
    ) -> Result<Term<'static>, JsonLdError> {
        let mut rest = Term::Iri(RDF_NIL.into());
        for item in items.rev() {
            let first = self.object(item, graph)?;
            let cell = self.dataset.blank();
            self.state(Some(cell), Some(RDF_FIRST), first, graph)?;
            self.state(Some(cell), Some(RDF_REST), Some(rest), graph)?;
            rest = Term::Node(cell);
        }
        Ok(rest)
    }

    /// "Object to RDF Conversion", for value objects.
    fn value(&mut self, value: &Value, graph: Graph) -> Result<Option<Term<'static>>, JsonLdError> {
        match value {
            Value::Json(json) => {
                let mut json = json.clone();
                json.canonicalize();
                Ok(Some(literal(json.compact_print().to_string(), RDF_JSON)))
            }
            Value::Literal(value, datatype) => {
                self.plain(value, datatype.as_ref().map(|datatype| datatype.as_str()))
            }
            Value::LangString(text) => self.lang_string(text, graph),
        }
    }

    fn plain(
        &self,
        value: &Literal,
        datatype: Option<&str>,
    ) -> Result<Option<Term<'static>>, JsonLdError> {
        let (text, natural) = match value {
            Literal::Null => {
                self.lose(|| "A null is dropped.".to_owned())?;
                return Ok(None);
            }
            Literal::Boolean(value) => (value.to_string(), XSD_BOOLEAN),
            Literal::String(text) => (text.to_string(), XSD_STRING),
            Literal::Number(number) => {
                let value: f64 = number.as_str().parse().map_err(|_| {
                    JsonLdError::Unreadable(format!("`{}` is not a number", number.as_str()))
                })?;
                let large = value.abs() >= WHOLE_MAX;
                number::lexical(
                    Number::Double(value),
                    datatype.or_else(|| large.then_some(XSD_DOUBLE)),
                )
            }
        };
        Ok(Some(literal(text, datatype.unwrap_or(natural))))
    }

    fn lang_string(
        &mut self,
        text: &LangString,
        graph: Graph,
    ) -> Result<Option<Term<'static>>, JsonLdError> {
        let language = text.language();
        if let Some(tag) = language.filter(|tag| !tag.is_well_formed()) {
            self.lose(|| format!("The language tag `{}` is not well formed.", tag.as_str()))?;
            return Ok(None);
        }
        // In lower case, which other implementations sign ("Processors MAY normalize language tags to lowercase").
        let language = language.map(|tag| tag.as_str().to_ascii_lowercase());
        match (text.direction(), self.direction) {
            (Some(direction), Some(Direction::I18nDatatype)) => {
                let language = language.unwrap_or_default();
                let datatype = format!("{I18N}{language}_{}", direction.as_str());
                Ok(Some(literal(text.as_str(), &datatype)))
            }
            (Some(direction), Some(Direction::CompoundLiteral)) => {
                let node = self.dataset.blank();
                let parts = [
                    (RDF_VALUE, Some(text.as_str())),
                    (RDF_LANGUAGE, language.as_deref()),
                    (RDF_DIRECTION, Some(direction.as_str())),
                ];
                for (name, part) in parts {
                    let part = part.map(|part| literal(part, XSD_STRING));
                    self.state(Some(node), Some(name), part, graph)?;
                }
                Ok(Some(Term::Node(node)))
            }
            (Some(_), None) => {
                self.lose(|| "A direction is dropped.".to_owned())?;
                Ok(Some(tagged(text.as_str(), language.as_deref())))
            }
            (None, _) => Ok(Some(tagged(text.as_str(), language.as_deref()))),
        }
    }

    fn place(&mut self, id: &Id) -> Result<Option<Place>, JsonLdError> {
        match id {
            Id::Valid(ValidId::Iri(iri)) => {
                Ok(Some(self.dataset.iri(iri.as_str().to_owned().into())))
            }
            Id::Valid(ValidId::Blank(label)) => {
                let known = self.labels.get(label.as_str()).copied();
                Ok(Some(known.unwrap_or_else(|| {
                    let blank = self.dataset.blank();
                    self.labels.insert(label.as_str().to_owned(), blank);
                    blank
                })))
            }
            Id::Invalid(text) => {
                self.lose(|| format!("`{text}` is not an absolute IRI."))?;
                Ok(None)
            }
        }
    }

    /// A blank node cannot be a predicate.
    fn predicate<'i>(&self, property: &'i Id) -> Result<Option<&'i str>, JsonLdError> {
        if let Some(iri) = property.as_iri() {
            return Ok(Some(iri.as_str()));
        }
        self.lose(|| format!("`{}` is a property, but not an absolute IRI.", property.as_str()))?;
        Ok(None)
    }

    /// Adds a statement, if all its terms are there.
    fn state(
        &mut self,
        subject: Option<Place>,
        predicate: Option<&str>,
        object: Option<Term<'static>>,
        graph: Graph,
    ) -> Result<(), JsonLdError> {
        let graph = match graph {
            Graph::Default => None,
            Graph::Named(name) => Some(name),
            Graph::Nowhere => return Ok(()),
        };
        if self.dataset.quads().len() >= self.quads_max {
            return Err(JsonLdError::TooLarge(self.quads_max));
        }
        if let (Some(subject), Some(predicate), Some(object)) = (subject, predicate, object) {
            let predicate = predicate.to_owned().into();
            self.dataset.state(Quad { subject, predicate, object, graph });
        }
        Ok(())
    }

    fn lose(&self, what: impl FnOnce() -> String) -> Result<(), JsonLdError> {
        match self.losses {
            Losses::Refuse => Err(JsonLdError::Lost(what())),
            Losses::Drop => Ok(()),
        }
    }
}

fn literal(text: impl Into<String>, datatype: &str) -> Term<'static> {
    Term::literal(text.into().into(), datatype.to_owned().into())
}

fn tagged(text: &str, language: Option<&str>) -> Term<'static> {
    match language {
        None => literal(text, XSD_STRING),
        Some(tag) => Term::in_language(text.to_owned().into(), tag.to_owned().into()),
    }
}
