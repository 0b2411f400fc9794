//! A JSON document to RDF quads, in one pass ("Expansion" and "Deserialize JSON-LD to RDF" of JSON-LD 1.1 Processing
//! Algorithms and API). It fails where the algorithms would drop something: what is not in the quads is not signed
//! (VC Data Integrity, "Securing Data Losslessly").

use std::borrow::Cow;

use super::Claims;
use super::compiled::Compiled;
use super::context::{ActiveContext, Coercion, Meaning, Scope, Term as Definition};
use super::number;
use super::quad::{
    Dataset, Node, Quad, RDF_FIRST, RDF_NIL, RDF_REST, RDF_TYPE, Term, XSD_BOOLEAN, XSD_STRING,
};
use super::work::Work;
use crate::json::{At, Object, Value};
use crate::limits;
use crate::problem::{Code, Problem};

/// Turns what `claims` says into quads under `active`. They borrow from the document and the contexts.
///
/// # Errors
///
/// A located problem where a term, a type or a reference would be lost, where a construct is not
/// supported, or when there would be more quads than `claims` allows.
pub(super) fn to_quads<'t>(
    compiled: &'t Compiled,
    active: &'t ActiveContext,
    claims: &Claims<'t>,
) -> Result<Dataset<'t>, Problem> {
    let mut expansion = Expansion {
        compiled,
        without: claims.without,
        dataset: Dataset::default(),
        quads_max: claims.quads_max,
        work: claims.work,
        extra_types_left: limits::EXTRA_TYPES_MAX,
    };
    let place = Place { active, previous: None, graph: None, at: At::Root };
    expansion.stating_node(claims.document, place)?;
    Ok(expansion.dataset)
}

struct Expansion<'t> {
    compiled: &'t Compiled,
    without: &'static str,
    dataset: Dataset<'t>,
    quads_max: usize,
    work: &'t Work,
    /// Types beyond the first of each node: their contexts combine, and each combination costs.
    extra_types_left: usize,
}

/// Where in the document a value stands, and what names mean there.
#[derive(Clone, Copy)]
struct Place<'p, 't> {
    active: &'t ActiveContext,
    /// The context to return to when a type-scoped one does not reach further down.
    previous: Option<&'t ActiveContext>,
    graph: Option<Node>,
    at: At<'p>,
}

/// A member that is a property.
struct Property<'t> {
    name: &'t str,
    predicate: Cow<'t, str>,
    definition: Option<&'t Definition>,
    value: &'t Value<'t>,
}

impl<'t> Place<'_, 't> {
    fn member<'s>(&'s self, name: &'s str) -> Place<'s, 't> {
        Place { at: At::Member(&self.at, name), ..*self }
    }

    /// The place of an item of `value`, which need not be an array.
    fn item<'s>(&'s self, value: &Value<'_>, index: usize) -> Place<'s, 't> {
        match value {
            Value::Array(_) => Place { at: At::Item(&self.at, index), ..*self },
            _ => *self,
        }
    }

    /// The context outside of any type-scoped one.
    const fn outside(&self) -> &'t ActiveContext {
        match self.previous {
            Some(previous) => previous,
            None => self.active,
        }
    }

    fn lost(&self, detail: String) -> Problem {
        Problem::new(Code::DataLoss, detail).at(self.at)
    }

    fn unsupported(&self, detail: &str) -> Problem {
        Problem::new(Code::ForbiddenConstruct, detail).at(self.at)
    }
}

impl<'t> Expansion<'t> {
    /// "Expansion Algorithm" of a map, for a node object; returns the node.
    fn node(&mut self, object: &'t Object<'t>, place: Place<'_, 't>) -> Result<Node, Problem> {
        let place = self.enter(object, place)?;
        let mut id = None;
        let mut properties = Vec::with_capacity(object.len());
        for (name, value) in self.members(object, &place) {
            let definition = place.active.term(name);
            match meaning(name, definition, &place)? {
                // "Expansion", step 13.4.2: with `id` and `@id` a reader could not say which of them is meant.
                Meaning::Id if id.is_some() => {
                    return Err(place.member(name).unsupported("The node has two identifiers."));
                }
                Meaning::Id => id = Some(node_id(value, &place.member(name))?),
                Meaning::Type => {}
                Meaning::Iri(predicate) => {
                    properties.push(Property { name, predicate, definition, value });
                }
                Meaning::Null => {
                    return Err(place.member(name).lost(format!("The term `{name}` is dropped.")));
                }
            }
        }
        let node = match id {
            Some(iri) => self.dataset.iri(iri),
            None => self.dataset.blank(),
        };
        for (name, value) in self.members(object, &place) {
            if place.active.is_type(name) {
                self.types(node, value, &place.member(name))?;
            }
        }
        for property in properties {
            let place = place.member(property.name);
            self.property(node, &property, &place)?;
        }
        Ok(node)
    }

    /// The members that say something: not the context, and at the top not the one to leave out.
    fn members(
        &self,
        object: &'t Object<'t>,
        place: &Place<'_, 't>,
    ) -> impl Iterator<Item = (&'t str, &'t Value<'t>)> + use<'t> {
        let without = if matches!(place.at, At::Root) { self.without } else { "@context" };
        object.members().filter(move |(name, _)| *name != "@context" && *name != without)
    }

    /// Steps 7 to 11: which context holds inside this node.
    fn enter<'p>(
        &mut self,
        object: &'t Object<'t>,
        mut place: Place<'p, 't>,
    ) -> Result<Place<'p, 't>, Problem> {
        if place.previous.is_some() && !is_reference(object, place.active) {
            place = Place { active: place.outside(), previous: None, ..place };
        }
        if let Some(context) = object.find("@context") {
            place.active = self.embedded(context, &place.member("@context"))?;
        }
        let outside = place.active;
        let mut names = [""; limits::NODE_TYPES_MAX];
        let names = self.type_names(object, &place, &mut names)?;
        names.sort_unstable();
        for name in names {
            if let Some(local) = outside.term(name).and_then(|term| term.scoped.as_ref()) {
                place.active = self
                    .compiled
                    .scoped(place.active, local, Scope::Type)
                    .map_err(|error| place.lost(format!("{error}.")))?;
                place.previous = place.previous.or(Some(outside));
            }
        }
        Ok(place)
    }

    /// The types of a node object, counted.
    fn type_names<'n>(
        &mut self,
        object: &'t Object<'t>,
        place: &Place<'_, 't>,
        names: &'n mut [&'t str],
    ) -> Result<&'n mut [&'t str], Problem> {
        let members = self.members(object, place).filter(|(name, _)| place.active.is_type(name));
        let types = members.flat_map(|(_, value)| value.items()).filter_map(Value::as_str);
        let mut count = 0;
        for name in types {
            if let Some(slot) = names.get_mut(count) {
                *slot = name;
            }
            count += 1;
        }
        let left = self.extra_types_left.checked_sub(count.saturating_sub(1));
        match (left, names.get_mut(..count)) {
            (Some(left), Some(names)) => {
                self.extra_types_left = left;
                Ok(names)
            }
            _ => Err(Problem::new(Code::Limit, "The document has too many types.").at(place.at)),
        }
    }

    /// Step 9: an embedded document's own `@context`, a list of pinned URLs as at the top, on top of what holds around it.
    fn embedded(
        &self,
        context: &Value<'_>,
        place: &Place<'_, 't>,
    ) -> Result<&'t ActiveContext, Problem> {
        if matches!(place.at, At::Member(At::Root, _)) {
            return Ok(place.active);
        }
        let urls: Option<Vec<&str>> = context.items().iter().map(Value::as_str).collect();
        let urls =
            urls.ok_or_else(|| place.unsupported("An embedded context is not a list of URLs."))?;
        self.compiled.embedded(place.active, &urls).map_err(|error| {
            Problem::new(Code::ContextNotAllowed, format!("{error}.")).at(place.at)
        })
    }

    fn types(
        &mut self,
        node: Node,
        value: &'t Value<'t>,
        place: &Place<'_, 't>,
    ) -> Result<(), Problem> {
        for (index, item) in value.items().iter().enumerate() {
            let place = place.item(value, index);
            let Some(name) = item.as_str() else {
                return Err(place.lost(format!("The type is {}, not a string.", item.kind())));
            };
            // Types mean what they meant before type-scoped contexts came in.
            match place.outside().expand_vocab(name) {
                Some(Meaning::Iri(iri)) => {
                    self.state(node, RDF_TYPE.into(), Term::Iri(iri), &place)?;
                }
                _ => return Err(place.lost(format!("The type `{name}` is not defined."))),
            }
        }
        Ok(())
    }

    /// Every value of one property.
    fn property(
        &mut self,
        node: Node,
        property: &Property<'t>,
        place: &Place<'_, 't>,
    ) -> Result<(), Problem> {
        let Property { definition, value, .. } = *property;
        let (place, scalar_active) = self.property_scope(definition, place)?;
        let container = definition.map(|definition| definition.container).unwrap_or_default();
        if container.list {
            let first = self.list(definition, value, &place)?;
            return self.state(node, property.predicate.clone(), first, &place);
        }
        for (index, item) in value.items().iter().enumerate() {
            let item_place = place.item(value, index);
            let object = if container.graph {
                self.graph(item, &item_place)?
            } else {
                self.value(definition, item, (&item_place, scalar_active))?
            };
            self.state(node, property.predicate.clone(), object, &place)?;
        }
        Ok(())
    }

    /// The contexts that a property brings for its values: for objects, which leave a type-scoped
    /// context first (step 7), and for scalars, which do not (step 4).
    fn property_scope<'p>(
        &self,
        definition: Option<&'t Definition>,
        place: &Place<'p, 't>,
    ) -> Result<(Place<'p, 't>, &'t ActiveContext), Problem> {
        let Some(local) = definition.and_then(|definition| definition.scoped.as_ref()) else {
            return Ok((*place, place.active));
        };
        let scoped = |active: &'t ActiveContext| {
            self.compiled
                .scoped(active, local, Scope::Property)
                .map_err(|error| place.lost(format!("{error}.")))
        };
        let inside = Place { active: scoped(place.outside())?, previous: None, ..*place };
        Ok((inside, scoped(place.active)?))
    }

    /// `@container: @graph`: the value's statements in a graph of their own.
    fn graph(&mut self, item: &'t Value<'t>, place: &Place<'_, 't>) -> Result<Term<'t>, Problem> {
        let Value::Object(object) = item else {
            return Err(place.unsupported("Only an object can stand here."));
        };
        let name = self.dataset.blank();
        self.stating_node(object, Place { graph: Some(name), ..*place })?;
        Ok(Term::Node(name))
    }

    /// A node that no statement names from outside: unless it states something itself, its identifier is in no quad.
    fn stating_node(
        &mut self,
        object: &'t Object<'t>,
        place: Place<'_, 't>,
    ) -> Result<(), Problem> {
        let before = self.dataset.quads().len();
        self.node(object, place)?;
        if self.dataset.quads().len() == before {
            return Err(place.lost("Nothing is said of this node.".to_owned()));
        }
        Ok(())
    }

    /// "List to RDF Conversion".
    fn list(
        &mut self,
        definition: Option<&'t Definition>,
        value: &'t Value<'t>,
        place: &Place<'_, 't>,
    ) -> Result<Term<'t>, Problem> {
        let mut rest = Term::Iri(RDF_NIL.into());
        for (index, item) in value.items().iter().enumerate().rev() {
            let place = match value {
                Value::Array(_) => Place { at: At::Item(&place.at, index), ..*place },
                _ => *place,
            };
            let cell = self.dataset.blank();
            let first = self.value(definition, item, (&place, place.active))?;
            self.state(cell, RDF_FIRST.into(), first, &place)?;
            self.state(cell, RDF_REST.into(), rest, &place)?;
            rest = Term::Node(cell);
        }
        Ok(rest)
    }

    /// "Value Expansion" and "Object to RDF Conversion".
    fn value(
        &mut self,
        definition: Option<&'t Definition>,
        value: &'t Value<'t>,
        (place, scalar_active): (&Place<'_, 't>, &'t ActiveContext),
    ) -> Result<Term<'t>, Problem> {
        let coercion = definition.and_then(|definition| definition.coercion.as_ref());
        match (value, coercion) {
            (Value::Null, _) => Err(place.lost("A null is dropped.".to_owned())),
            (Value::Array(_), _) => Err(place.unsupported("An array stands inside an array.")),
            (_, Some(Coercion::Json)) => Err(place.unsupported("JSON literals are not supported.")),
            (Value::Object(object), _) if object.find("@value").is_some() => {
                value_object(object, place)
            }
            (Value::Object(object), _) => Ok(Term::Node(self.node(object, *place)?)),
            (Value::String(text), Some(Coercion::Id)) => {
                reference(text, scalar_active.expand_id(text), place)
            }
            (Value::String(text), Some(Coercion::Vocab)) => {
                let expanded = match scalar_active.expand_vocab(text) {
                    Some(Meaning::Iri(iri)) => Some(iri),
                    _ => scalar_active.expand_id(text),
                };
                reference(text, expanded, place)
            }
            (scalar, Some(Coercion::Datatype(datatype))) => {
                literal(scalar, Some(Cow::Borrowed(datatype.as_ref())), place)
            }
            (scalar, _) => literal(scalar, None, place),
        }
    }

    fn state(
        &mut self,
        subject: Node,
        predicate: Cow<'t, str>,
        object: Term<'t>,
        place: &Place<'_, '_>,
    ) -> Result<(), Problem> {
        if self.dataset.quads().len() >= self.quads_max {
            let detail = format!("The document makes more than {} statements.", self.quads_max);
            return Err(Problem::new(Code::Limit, detail));
        }
        let quad = Quad { subject, predicate, object, graph: place.graph };
        self.work.state(self.dataset.bytes_of(&quad)).ok_or_else(|| {
            Problem::new(Code::Limit, "The statements of the document are too long.")
        })?;
        self.dataset.state(quad);
        Ok(())
    }
}

/// A node object that only names its node does not leave a type-scoped context.
fn is_reference(object: &Object<'_>, active: &ActiveContext) -> bool {
    object.len() == 1
        && object.members().all(|(name, _)| active.expand_vocab(name) == Some(Meaning::Id))
}

fn meaning<'t>(
    name: &'t str,
    definition: Option<&'t Definition>,
    place: &Place<'_, 't>,
) -> Result<Meaning<'t>, Problem> {
    if let Some(definition) = definition {
        return Ok(definition.mapping.meaning());
    }
    if name.starts_with('@') && !matches!(name, "@id" | "@type") {
        return Err(place.member(name).unsupported("JSON-LD keywords are not allowed here."));
    }
    place.active.expand_vocab(name).ok_or_else(|| {
        let detail = format!("The term `{name}` is not defined, so no signature covers it.");
        place.member(name).lost(detail)
    })
}

fn node_id<'t>(value: &'t Value<'t>, place: &Place<'_, 't>) -> Result<Cow<'t, str>, Problem> {
    let Some(text) = value.as_str() else {
        return Err(place.lost(format!("The identifier is {}, not a string.", value.kind())));
    };
    place
        .active
        .expand_id(text)
        .ok_or_else(|| place.lost(format!("The identifier `{text}` is not an absolute IRI.")))
}

fn reference<'t>(
    text: &str,
    expanded: Option<Cow<'t, str>>,
    place: &Place<'_, '_>,
) -> Result<Term<'t>, Problem> {
    expanded
        .map(Term::Iri)
        .ok_or_else(|| place.lost(format!("The reference `{text}` is not an absolute IRI.")))
}

/// `{"@value": …, "@type" | "@language": …}`.
fn value_object<'t>(object: &'t Object<'t>, place: &Place<'_, 't>) -> Result<Term<'t>, Problem> {
    let mut datatype = None;
    let mut language = None;
    for (name, value) in object.members() {
        match (name, value.as_str()) {
            ("@value", _) => {}
            ("@type", Some(name)) => match place.active.expand_vocab(name) {
                Some(Meaning::Iri(iri)) => datatype = Some(iri),
                _ => return Err(place.lost(format!("The datatype `{name}` is not defined."))),
            },
            ("@language", Some(tag)) => language = Some(tag),
            _ => return Err(place.unsupported("This form of value is not supported.")),
        }
    }
    let value = object.find("@value").unwrap_or(&Value::Null);
    match (language, &datatype, value.as_str()) {
        (None, _, _) => literal(value, datatype, place),
        (Some(tag), None, Some(_)) if !is_language_tag(tag) => {
            Err(place.lost(format!("`{tag}` is not a language tag.")))
        }
        // "Expansion", step 13.4.8: tags may be lowered, and the other implementations sign them so.
        (Some(tag), None, Some(text)) => {
            Ok(Term::in_language(text.into(), tag.to_ascii_lowercase().into()))
        }
        _ => Err(place.unsupported("A language belongs to a string without a datatype.")),
    }
}

/// The form that N-Quads has for a tag (BCP 47, "Syntax", without its registry): 1 to 8 letters, then such parts with figures.
fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let sized = |part: &str| (1..=8).contains(&part.len());
    parts
        .next()
        .is_some_and(|first| sized(first) && first.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && parts.all(|part| sized(part) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn literal<'t>(
    value: &'t Value<'t>,
    datatype: Option<Cow<'t, str>>,
    place: &Place<'_, '_>,
) -> Result<Term<'t>, Problem> {
    let (text, natural) = match value {
        Value::String(text) => (Cow::Borrowed(text.as_ref()), XSD_STRING),
        Value::Bool(true) => ("true".into(), XSD_BOOLEAN),
        Value::Bool(false) => ("false".into(), XSD_BOOLEAN),
        Value::Number(number) if number::is_signed_as_zero(*number, datatype.as_deref()) => {
            return Err(place.lost("Some implementations sign this number as 0.".to_owned()));
        }
        Value::Number(number) => {
            let (text, natural) = number::lexical(*number, datatype.as_deref());
            (text.into(), natural)
        }
        other => return Err(place.unsupported(&format!("A literal cannot be {}.", other.kind()))),
    };
    Ok(Term::literal(text, datatype.unwrap_or(Cow::Borrowed(natural))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_have_parts_of_one_to_eight() {
        for (tag, expected) in [
            ("kk", true),
            ("kk-Cyrl-KZ", true),
            ("de-1901", true),
            ("", false),
            ("kk-", false),
            ("1", false),
            ("en_US", false),
            ("toolonglanguage", false),
            ("ұ", false),
        ] {
            assert_eq!(is_language_tag(tag), expected, "{tag}");
        }
    }
}
