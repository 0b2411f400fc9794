//! Expanded JSON-LD to quads ("Deserialize JSON-LD to RDF Algorithm"), in one walk.
//! It knows no contexts. What has no place in RDF it drops or refuses, as it was told.

use std::collections::HashMap;

use json_ld::object::value::Literal;
use json_ld::rdf_types::Id as ValidId;
use json_ld::syntax::Print;
use json_ld::{BlankIdBuf, ExpandedDocument, Id, IriBuf, LangString, Node, Object, Value};

use super::{Direction, JsonLdError, Losses, Processing};
use crate::linked_data::expand::double;
use crate::linked_data::quad::{
    Blank, Quad, RDF_FIRST, RDF_JSON, RDF_LANG_STRING, RDF_NIL, RDF_REST, RDF_TYPE, RDF_VALUE,
    Term, XSD_BOOLEAN, XSD_DOUBLE, XSD_INTEGER, XSD_STRING,
};

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
) -> Result<Vec<Quad>, JsonLdError> {
    let mut statements = Statements {
        quads: Vec::new(),
        quads_max,
        labels: HashMap::new(),
        blanks: 0,
        losses: processing.losses,
        direction: processing.direction,
    };
    for object in document.iter() {
        statements.object(object, &Graph::Default)?;
    }
    Ok(statements.quads)
}

struct Statements {
    quads: Vec<Quad>,
    quads_max: usize,
    labels: HashMap<String, Blank>,
    blanks: u32,
    losses: Losses,
    direction: Option<Direction>,
}

type IndexedObject = json_ld::IndexedObject<IriBuf, BlankIdBuf>;

/// Where statements go.
enum Graph {
    Default,
    Named(Term),
    /// The graph's name is no IRI: its statements are lost.
    Nowhere,
}

impl Statements {
    /// What stands for `object` in a statement; `None` if nothing does.
    fn object(
        &mut self,
        object: &IndexedObject,
        graph: &Graph,
    ) -> Result<Option<Term>, JsonLdError> {
        if object.index().is_some() {
            self.lose(|| "An index is not part of what a document says.".to_owned())?;
        }
        match object.inner() {
            Object::Node(node) => self.node(node, graph),
            Object::Value(value) => self.value(value, graph),
            Object::List(list) => self.list(list.iter(), graph).map(Some),
        }
    }

    fn node(&mut self, node: &Node, graph: &Graph) -> Result<Option<Term>, JsonLdError> {
        if node.id.is_none() && node.is_empty() {
            // Either it says nothing, or its identifier was ignored.
            self.lose(|| "A node says nothing.".to_owned())?;
        }
        let subject = match &node.id {
            Some(id) => self.term(id)?,
            None => Some(Term::Blank(self.fresh_blank()?)),
        };
        for kind in node.types.iter().flatten() {
            let kind = self.term(kind)?;
            self.state(&subject, Some(Term::iri(RDF_TYPE)), kind, graph)?;
        }
        for (property, objects) in &node.properties {
            let predicate = self.predicate(property)?;
            for object in objects {
                let object = self.object(object, graph)?;
                self.state(&subject, predicate.clone(), object, graph)?;
            }
        }
        for (property, nodes) in node.reverse_properties.iter().flatten() {
            let predicate = self.predicate(property)?;
            for node in nodes {
                let other = self.node(node.inner(), graph)?;
                self.state(&other, predicate.clone(), subject.clone(), graph)?;
            }
        }
        for included in node.included.iter().flatten() {
            self.node(included.inner(), graph)?;
        }
        if let Some(objects) = &node.graph {
            let inside = subject.clone().map_or(Graph::Nowhere, Graph::Named);
            for object in objects {
                self.object(object, &inside)?;
            }
        }
        Ok(subject)
    }

    /// "List to RDF Conversion".
    fn list<'l>(
        &mut self,
        items: impl DoubleEndedIterator<Item = &'l IndexedObject>,
        graph: &Graph,
    ) -> Result<Term, JsonLdError> {
        let mut rest = Term::iri(RDF_NIL);
        for item in items.rev() {
            let first = self.object(item, graph)?;
            let cell = Term::Blank(self.fresh_blank()?);
            let subject = Some(cell.clone());
            self.state(&subject, Some(Term::iri(RDF_FIRST)), first, graph)?;
            self.state(&subject, Some(Term::iri(RDF_REST)), Some(rest), graph)?;
            rest = cell;
        }
        Ok(rest)
    }

    /// "Object to RDF Conversion", for value objects.
    fn value(&mut self, value: &Value, graph: &Graph) -> Result<Option<Term>, JsonLdError> {
        match value {
            Value::Json(json) => {
                let mut json = json.clone();
                json.canonicalize();
                Ok(Some(Term::literal(&json.compact_print().to_string(), RDF_JSON)))
            }
            Value::Literal(literal, datatype) => {
                let datatype = datatype.as_ref().map(|datatype| datatype.as_str());
                self.literal(literal, datatype)
            }
            Value::LangString(text) => self.lang_string(text, graph),
        }
    }

    fn literal(
        &mut self,
        literal: &Literal,
        datatype: Option<&str>,
    ) -> Result<Option<Term>, JsonLdError> {
        let (text, natural) = match literal {
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
                let whole = value.fract() == 0.0 && value.abs() < WHOLE_MAX;
                if whole && datatype != Some(XSD_DOUBLE) {
                    // Adding zero takes the sign from -0.
                    (format!("{:.0}", value + 0.0), XSD_INTEGER)
                } else {
                    (double(value), XSD_DOUBLE)
                }
            }
        };
        Ok(Some(Term::literal(&text, datatype.unwrap_or(natural))))
    }

    fn lang_string(
        &mut self,
        text: &LangString,
        graph: &Graph,
    ) -> Result<Option<Term>, JsonLdError> {
        let language = text.language();
        if let Some(tag) = language.filter(|tag| !tag.is_well_formed()) {
            self.lose(|| format!("The language tag `{}` is not well formed.", tag.as_str()))?;
            return Ok(None);
        }
        let language = language.map(|tag| tag.as_str());
        match (text.direction(), self.direction) {
            (Some(direction), Some(Direction::I18nDatatype)) => {
                let language = language.unwrap_or_default().to_ascii_lowercase();
                let datatype = format!("{I18N}{language}_{}", direction.as_str());
                Ok(Some(Term::literal(text.as_str(), &datatype)))
            }
            (Some(direction), Some(Direction::CompoundLiteral)) => {
                let node = Some(Term::Blank(self.fresh_blank()?));
                let language = language.map(str::to_ascii_lowercase);
                let parts = [
                    (RDF_VALUE, Some(text.as_str())),
                    (RDF_LANGUAGE, language.as_deref()),
                    (RDF_DIRECTION, Some(direction.as_str())),
                ];
                for (name, part) in parts {
                    let part = part.map(|part| Term::literal(part, XSD_STRING));
                    self.state(&node, Some(Term::iri(name)), part, graph)?;
                }
                Ok(node)
            }
            (direction, None) => {
                if direction.is_some() {
                    self.lose(|| "A direction is dropped.".to_owned())?;
                }
                Ok(Some(tagged(text.as_str(), language)))
            }
            (None, Some(_)) => Ok(Some(tagged(text.as_str(), language))),
        }
    }

    fn term(&mut self, id: &Id) -> Result<Option<Term>, JsonLdError> {
        match id {
            Id::Valid(ValidId::Iri(iri)) => Ok(Some(Term::iri(iri.as_str()))),
            Id::Valid(ValidId::Blank(label)) => {
                if let Some(blank) = self.labels.get(label.as_str()) {
                    return Ok(Some(Term::Blank(*blank)));
                }
                let blank = self.fresh_blank()?;
                self.labels.insert(label.as_str().to_owned(), blank);
                Ok(Some(Term::Blank(blank)))
            }
            Id::Invalid(text) => {
                self.lose(|| format!("`{text}` is not an absolute IRI."))?;
                Ok(None)
            }
        }
    }

    /// A blank node cannot be a predicate.
    fn predicate(&mut self, property: &Id) -> Result<Option<Term>, JsonLdError> {
        if property.is_blank() {
            self.lose(|| format!("The blank node `{}` is a property.", property.as_str()))?;
            return Ok(None);
        }
        self.term(property)
    }

    /// Adds a statement, if all its terms are there.
    fn state(
        &mut self,
        subject: &Option<Term>,
        predicate: Option<Term>,
        object: Option<Term>,
        graph: &Graph,
    ) -> Result<(), JsonLdError> {
        let graph = match graph {
            Graph::Default => None,
            Graph::Named(name) => Some(name.clone()),
            Graph::Nowhere => return Ok(()),
        };
        if self.quads.len() >= self.quads_max {
            return Err(JsonLdError::TooLarge(self.quads_max));
        }
        if let (Some(subject), Some(predicate), Some(object)) = (subject.clone(), predicate, object)
        {
            self.quads.push(Quad { subject, predicate, object, graph });
        }
        Ok(())
    }

    fn lose(&self, what: impl FnOnce() -> String) -> Result<(), JsonLdError> {
        match self.losses {
            Losses::Refuse => Err(JsonLdError::Lost(what())),
            Losses::Drop => Ok(()),
        }
    }

    fn fresh_blank(&mut self) -> Result<Blank, JsonLdError> {
        let blank = Blank(self.blanks);
        self.blanks = self.blanks.checked_add(1).ok_or(JsonLdError::TooLarge(self.quads_max))?;
        Ok(blank)
    }
}

fn tagged(text: &str, language: Option<&str>) -> Term {
    match language {
        None => Term::literal(text, XSD_STRING),
        Some(tag) => Term::Literal {
            value: text.into(),
            datatype: RDF_LANG_STRING.into(),
            language: Some(tag.into()),
        },
    }
}
