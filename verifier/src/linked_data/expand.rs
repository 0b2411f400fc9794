//! A JSON document to RDF quads, in one pass ("Expansion" and "Deserialize JSON-LD to RDF" of JSON-LD 1.1 Processing
//! Algorithms and API). It fails where the algorithms would drop something: what is not in the quads is not signed
//! (VC Data Integrity, "Securing Data Losslessly").

use std::sync::Arc;

use super::context::{ActiveContext, Coercion, Contexts, Mapping, Scope, Term as Definition};
use super::quad::{
    Blank, Quad, RDF_FIRST, RDF_LANG_STRING, RDF_NIL, RDF_REST, RDF_TYPE, Term, XSD_BOOLEAN,
    XSD_DOUBLE, XSD_INTEGER, XSD_STRING,
};
use crate::json::{At, Number, Object, Value};
use crate::limits;
use crate::problem::{Code, Problem};

/// Turns `document` into quads under `active`.
///
/// # Errors
///
/// A located problem where a term, a type or a reference would be lost, where a construct is not
/// supported, or when there would be more than `quads_max` quads.
pub(crate) fn to_quads(
    contexts: &Contexts,
    active: &Arc<ActiveContext>,
    document: &Object<'_>,
    quads_max: usize,
) -> Result<Vec<Quad>, Problem> {
    let extra_types_left = limits::EXTRA_TYPES_MAX;
    let mut expansion =
        Expansion { contexts, quads: Vec::new(), quads_max, blanks: 0, extra_types_left };
    let place = Place { active: Arc::clone(active), graph: None, at: At::Root };
    expansion.node(document, &place)?;
    Ok(expansion.quads)
}

struct Expansion<'c> {
    contexts: &'c Contexts,
    quads: Vec<Quad>,
    quads_max: usize,
    blanks: u32,
    /// Types beyond the first of each node: their contexts combine, and each combination costs.
    extra_types_left: usize,
}

/// Where in the document a value stands, and what names mean there.
#[derive(Clone)]
struct Place<'p> {
    active: Arc<ActiveContext>,
    graph: Option<Term>,
    at: At<'p>,
}

impl Place<'_> {
    fn member<'s>(&'s self, name: &'s str) -> Place<'s> {
        self.moved(At::Member(&self.at, name))
    }

    fn item(&self, index: usize) -> Place<'_> {
        self.moved(At::Item(&self.at, index))
    }

    fn moved<'s>(&self, at: At<'s>) -> Place<'s> {
        Place { active: Arc::clone(&self.active), graph: self.graph.clone(), at }
    }

    fn lost(&self, detail: String) -> Problem {
        Problem::new(Code::DataLoss, detail).at(self.at)
    }

    fn unsupported(&self, detail: &str) -> Problem {
        Problem::new(Code::ForbiddenConstruct, detail).at(self.at)
    }
}

impl Expansion<'_> {
    /// "Expansion Algorithm" of a map, for a node object; returns the node.
    fn node(&mut self, object: &Object<'_>, place: &Place<'_>) -> Result<Term, Problem> {
        let place = self.enter(object, place)?;
        let mut types = Vec::new();
        let mut id = None;
        let mut properties = Vec::new();
        for (name, value) in object.members() {
            if name == "@context" {
                continue;
            }
            match self.meaning(name, &place)? {
                Mapping::Id => id = Some(Self::node_id(value, &place.member(name))?),
                Mapping::Type => types.push((name, value)),
                Mapping::Iri(iri) => properties.push((name, iri, value)),
                Mapping::Null => {
                    return Err(place.member(name).lost(format!("The term `{name}` is dropped.")));
                }
            }
        }
        let node = match id {
            Some(id) => id,
            None => self.fresh_blank(&place)?,
        };
        for (name, value) in types {
            self.types(&node, value, &place.member(name))?;
        }
        for (name, iri, value) in properties {
            let definition = place.active.term(name).cloned();
            let predicate = Term::Iri(iri);
            self.property(&node, &predicate, definition.as_deref(), value, &place.member(name))?;
        }
        Ok(node)
    }

    /// Steps 7 to 11: which context holds inside this node.
    fn enter<'p>(&mut self, object: &Object<'_>, place: &Place<'p>) -> Result<Place<'p>, Problem> {
        let mut place = place.clone();
        let reference_only = object.len() == 1
            && object
                .members()
                .all(|(name, _)| matches!(place.active.expand_vocab(name), Some(Mapping::Id)));
        if let Some(previous) = &place.active.previous
            && !reference_only
        {
            place.active = Arc::clone(previous);
        }
        if let Some(context) = object.find("@context") {
            place.active = self.embedded(context, &place.member("@context"))?;
        }
        let outside = Arc::clone(&place.active);
        let mut names: Vec<&str> = object
            .members()
            .filter(|(name, _)| matches!(outside.expand_vocab(name), Some(Mapping::Type)))
            .flat_map(|(_, value)| value.items())
            .filter_map(Value::as_str)
            .collect();
        names.sort_unstable();
        self.count_types(names.len(), &place)?;
        for name in names {
            if let Some(local) = outside.term(name).and_then(|term| term.scoped.as_deref()) {
                place.active = self
                    .contexts
                    .scoped(&place.active, local, Scope::Type)
                    .map_err(|error| place.lost(format!("{error}.")))?;
            }
        }
        Ok(place)
    }

    fn count_types(&mut self, types: usize, place: &Place<'_>) -> Result<(), Problem> {
        let left = self.extra_types_left.checked_sub(types.saturating_sub(1));
        match left.filter(|_| types <= limits::NODE_TYPES_MAX) {
            Some(left) => {
                self.extra_types_left = left;
                Ok(())
            }
            None => Err(Problem::new(Code::Limit, "The document has too many types.").at(place.at)),
        }
    }

    /// Step 9: an embedded document's own `@context`, a list of pinned URLs as at the top, on top of what holds around it.
    fn embedded(
        &self,
        context: &Value<'_>,
        place: &Place<'_>,
    ) -> Result<Arc<ActiveContext>, Problem> {
        if matches!(place.at, At::Member(At::Root, _)) {
            return Ok(Arc::clone(&place.active));
        }
        let urls: Option<Vec<&str>> = context.items().iter().map(Value::as_str).collect();
        let urls =
            urls.ok_or_else(|| place.unsupported("An embedded context is not a list of URLs."))?;
        self.contexts.embedded(&place.active, &urls).map_err(|error| {
            Problem::new(Code::ContextNotAllowed, format!("{error}.")).at(place.at)
        })
    }

    fn meaning(&self, name: &str, place: &Place<'_>) -> Result<Mapping, Problem> {
        if name.starts_with('@') && !matches!(name, "@id" | "@type") {
            return Err(place.member(name).unsupported("JSON-LD keywords are not allowed here."));
        }
        match place.active.expand_vocab(name) {
            Some(Mapping::Iri(iri)) if !iri.contains(':') => Err(undefined(name, place)),
            Some(mapping) => Ok(mapping),
            None => Err(undefined(name, place)),
        }
    }

    fn node_id(value: &Value<'_>, place: &Place<'_>) -> Result<Term, Problem> {
        let Some(text) = value.as_str() else {
            return Err(place.lost(format!("The identifier is {}, not a string.", value.kind())));
        };
        match place.active.expand_id(text) {
            Some(iri) => Ok(Term::Iri(iri)),
            None => Err(place.lost(format!("The identifier `{text}` is not an absolute IRI."))),
        }
    }

    fn types(&mut self, node: &Term, value: &Value<'_>, place: &Place<'_>) -> Result<(), Problem> {
        for (index, item) in value.items().iter().enumerate() {
            let place = match value {
                Value::Array(_) => place.item(index),
                _ => place.clone(),
            };
            let Some(name) = item.as_str() else {
                return Err(place.lost(format!("The type is {}, not a string.", item.kind())));
            };
            // Types mean what they meant before type-scoped contexts came in.
            let active = place.active.previous.as_ref().unwrap_or(&place.active);
            match active.expand_vocab(name) {
                Some(Mapping::Iri(iri)) if iri.contains(':') => {
                    self.state(node, &Term::iri(RDF_TYPE), Term::Iri(iri), &place)?;
                }
                _ => return Err(place.lost(format!("The type `{name}` is not defined."))),
            }
        }
        Ok(())
    }

    /// Every value of one property.
    fn property(
        &mut self,
        node: &Term,
        predicate: &Term,
        definition: Option<&Definition>,
        value: &Value<'_>,
        place: &Place<'_>,
    ) -> Result<(), Problem> {
        let (place, scalar_active) = self.property_scope(definition, place)?;
        let container = definition.map(|definition| definition.container).unwrap_or_default();
        if container.list {
            let first = self.list(definition, value, &place)?;
            return self.state(node, predicate, first, &place);
        }
        for (index, item) in value.items().iter().enumerate() {
            let item_place = match value {
                Value::Array(_) => place.item(index),
                _ => place.clone(),
            };
            let object = if container.graph {
                self.graph(item, &item_place)?
            } else {
                let scalar_place =
                    Place { active: Arc::clone(&scalar_active), ..item_place.clone() };
                self.value(definition, item, &item_place, &scalar_place)?
            };
            self.state(node, predicate, object, &place)?;
        }
        Ok(())
    }

    /// The contexts that a property brings for its values: for objects, which leave a type-scoped
    /// context first (step 7), and for scalars, which do not (step 4).
    fn property_scope<'p>(
        &self,
        definition: Option<&Definition>,
        place: &Place<'p>,
    ) -> Result<(Place<'p>, Arc<ActiveContext>), Problem> {
        let Some(local) = definition.and_then(|definition| definition.scoped.as_deref()) else {
            return Ok((place.clone(), Arc::clone(&place.active)));
        };
        let scoped = |active: &Arc<ActiveContext>| {
            self.contexts
                .scoped(active, local, Scope::Property)
                .map_err(|error| place.lost(format!("{error}.")))
        };
        let left = place.active.previous.as_ref().unwrap_or(&place.active);
        Ok((Place { active: scoped(left)?, ..place.clone() }, scoped(&place.active)?))
    }

    /// `@container: @graph`: the value's statements in a graph of their own.
    fn graph(&mut self, item: &Value<'_>, place: &Place<'_>) -> Result<Term, Problem> {
        let Value::Object(object) = item else {
            return Err(place.unsupported("Only an object can stand here."));
        };
        let name = self.fresh_blank(place)?;
        let inside = Place { graph: Some(name.clone()), ..place.clone() };
        self.node(object, &inside)?;
        Ok(name)
    }

    /// "List to RDF Conversion".
    fn list(
        &mut self,
        definition: Option<&Definition>,
        value: &Value<'_>,
        place: &Place<'_>,
    ) -> Result<Term, Problem> {
        let mut rest = Term::iri(RDF_NIL);
        for (index, item) in value.items().iter().enumerate().rev() {
            let place = place.item(index);
            let cell = self.fresh_blank(&place)?;
            let first = self.value(definition, item, &place, &place)?;
            self.state(&cell, &Term::iri(RDF_FIRST), first, &place)?;
            self.state(&cell, &Term::iri(RDF_REST), rest, &place)?;
            rest = cell;
        }
        Ok(rest)
    }

    /// "Value Expansion" and "Object to RDF Conversion".
    fn value(
        &mut self,
        definition: Option<&Definition>,
        value: &Value<'_>,
        place: &Place<'_>,
        scalar_place: &Place<'_>,
    ) -> Result<Term, Problem> {
        let coercion = definition.and_then(|definition| definition.coercion.as_ref());
        match (value, coercion) {
            (Value::Null, _) => Err(place.lost("A null is dropped.".to_owned())),
            (Value::Array(_), _) => Err(place.unsupported("An array stands inside an array.")),
            (_, Some(Coercion::Json)) => Err(place.unsupported("JSON literals are not supported.")),
            (Value::Object(object), _) if object.find("@value").is_some() => {
                value_object(object, place)
            }
            (Value::Object(object), _) => self.node(object, place),
            (Value::String(text), Some(Coercion::Id)) => reference(text, false, scalar_place),
            (Value::String(text), Some(Coercion::Vocab)) => reference(text, true, scalar_place),
            (scalar, Some(Coercion::Datatype(datatype))) => literal(scalar, Some(datatype), place),
            (scalar, _) => literal(scalar, None, place),
        }
    }

    fn state(
        &mut self,
        subject: &Term,
        predicate: &Term,
        object: Term,
        place: &Place<'_>,
    ) -> Result<(), Problem> {
        if self.quads.len() >= self.quads_max {
            let detail = format!("The document makes more than {} statements.", self.quads_max);
            return Err(Problem::new(Code::Limit, detail));
        }
        self.quads.push(Quad {
            subject: subject.clone(),
            predicate: predicate.clone(),
            object,
            graph: place.graph.clone(),
        });
        Ok(())
    }

    fn fresh_blank(&mut self, place: &Place<'_>) -> Result<Term, Problem> {
        let blank = Blank(self.blanks);
        self.blanks = self
            .blanks
            .checked_add(1)
            .ok_or_else(|| place.unsupported("The document has too many nodes."))?;
        Ok(Term::Blank(blank))
    }
}

fn undefined(name: &str, place: &Place<'_>) -> Problem {
    place.member(name).lost(format!("The term `{name}` is not defined, so no signature covers it."))
}

fn reference(text: &str, vocab: bool, place: &Place<'_>) -> Result<Term, Problem> {
    let from_vocab = || match place.active.expand_vocab(text) {
        Some(Mapping::Iri(iri)) if iri.contains(':') => Some(iri),
        _ => None,
    };
    let expanded = if vocab { from_vocab() } else { None };
    expanded
        .or_else(|| place.active.expand_id(text))
        .map(Term::Iri)
        .ok_or_else(|| place.lost(format!("The reference `{text}` is not an absolute IRI.")))
}

/// `{"@value": …, "@type" | "@language": …}`.
fn value_object(object: &Object<'_>, place: &Place<'_>) -> Result<Term, Problem> {
    let mut datatype = None;
    let mut language = None;
    for (name, value) in object.members() {
        match (name, value.as_str()) {
            ("@value", _) => {}
            ("@type", Some(name)) => match place.active.expand_vocab(name) {
                Some(Mapping::Iri(iri)) if iri.contains(':') => datatype = Some(iri),
                _ => return Err(place.lost(format!("The datatype `{name}` is not defined."))),
            },
            ("@language", Some(tag)) => language = Some(tag),
            _ => return Err(place.unsupported("This form of value is not supported.")),
        }
    }
    let value = object.find("@value").unwrap_or(&Value::Null);
    match (language, &datatype, value.as_str()) {
        (None, _, _) => literal(value, datatype.as_ref(), place),
        (Some(tag), None, Some(text)) => Ok(Term::Literal {
            value: text.into(),
            datatype: RDF_LANG_STRING.into(),
            language: Some(tag.into()),
        }),
        _ => Err(place.unsupported("A language belongs to a string without a datatype.")),
    }
}

fn literal(
    value: &Value<'_>,
    datatype: Option<&Arc<str>>,
    place: &Place<'_>,
) -> Result<Term, Problem> {
    let (text, natural) = match value {
        Value::String(text) => (text.to_string(), XSD_STRING),
        Value::Bool(value) => (value.to_string(), XSD_BOOLEAN),
        Value::Number(Number::Integer(value)) => {
            if datatype.is_some_and(|datatype| datatype.as_ref() == XSD_DOUBLE) {
                (double(decimal(*value)), XSD_DOUBLE)
            } else {
                (value.to_string(), XSD_INTEGER)
            }
        }
        Value::Number(Number::Double(value)) => {
            let whole = value.fract() == 0.0;
            match datatype.map(AsRef::as_ref) {
                // A whole number is an integer whatever its spelling: 5.0 is 5, -0.0 is 0.
                Some(XSD_DOUBLE) => (double(*value), XSD_DOUBLE),
                _ if whole => (format!("{:.0}", value + 0.0), XSD_INTEGER),
                _ => (double(*value), XSD_DOUBLE),
            }
        }
        other => return Err(place.unsupported(&format!("A literal cannot be {}.", other.kind()))),
    };
    Ok(Term::literal(&text, datatype.map_or(natural, AsRef::as_ref)))
}

/// An integer of 53 bits as the double that equals it.
fn decimal(value: i64) -> f64 {
    // 53 bits are two exact parts: a high word times 2^32 and a low word.
    let high = i32::try_from(value >> 32).map_or(0.0, f64::from);
    let low = u32::try_from(value & 0xFFFF_FFFF).map_or(0.0, f64::from);
    high * 4_294_967_296.0 + low
}

/// Canonical `xsd:double` of "Data Round Tripping": one digit, a point, at most fifteen more, `E`.
///
/// A tie in the sixteenth digit goes away from zero, as ECMAScript's `toExponential` has it: the other
/// implementations sign with that.
pub(super) fn double(value: f64) -> String {
    const KEPT: usize = "d.ddddddddddddddd".len();
    let exact = format!("{:.40e}", value.abs());
    let (digits, exponent) = exact.split_once('e').unwrap_or((&exact, "0"));
    let (kept, rest) = digits.split_at_checked(KEPT).unwrap_or((digits, ""));
    let mut figures: Vec<u8> =
        kept.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect();
    let mut exponent: i32 = exponent.parse().unwrap_or(0);
    if rest.bytes().next().is_some_and(|next| next >= b'5') && !increment(&mut figures) {
        // 9.99… became 10: one figure more before the point.
        figures.insert(0, 1);
        exponent += 1;
    }
    while figures.len() > 2 && figures.last() == Some(&0) {
        figures.pop();
    }
    let text: String = figures.iter().map(|figure| char::from(b'0' + figure)).collect();
    let (first, others) = text.split_at_checked(1).unwrap_or(("0", "0"));
    let sign = if value < 0.0 { "-" } else { "" };
    format!("{sign}{first}.{others}E{exponent}")
}

/// Adds one to a decimal number; `false` if it overflowed to zero.
fn increment(figures: &mut [u8]) -> bool {
    for figure in figures.iter_mut().rev() {
        if *figure < 9 {
            *figure += 1;
            return true;
        }
        *figure = 0;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_canonical() {
        for (value, text) in [
            (5.5, "5.5E0"),
            (7.5, "7.5E0"),
            (1e-7, "1.0E-7"),
            (0.1, "1.0E-1"),
            (-12.25, "-1.225E1"),
            // ECMAScript: (1000000000000000.5).toExponential(15) is 1.000000000000001e+15.
            (1_000_000_000_000_000.5, "1.000000000000001E15"),
            (0.999_999_999_999_999_9, "9.999999999999999E-1"),
            (1.5e300, "1.5E300"),
            (5e-324, "4.940656458412465E-324"),
        ] {
            assert_eq!(double(value), text);
        }
        assert_eq!(decimal(-9_007_199_254_740_991), -9_007_199_254_740_991.0);
        assert_eq!(decimal(4_294_967_297), 4_294_967_297.0);
    }
}
