//! A document as an RDF signature fixes it: what is said of one node in several objects is read together.
//! The signature does not tell in which of them a member stood, so nothing may depend on that; it must not judge structure.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::unfixed::is_credential;
use crate::json::{At, Object, Value};
use crate::limits;
use crate::problem::{Code, Problem};
use crate::report::Finding;

/// What reading documents whole may take of memory. One input has one, however many documents it holds.
#[derive(Debug)]
pub(crate) struct Budget {
    bytes_left: Cell<usize>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { bytes_left: Cell::new(limits::MERGED_BYTES_MAX) }
    }
}

impl Budget {
    /// A small document could otherwise name its nodes so often that the whole of it is huge.
    fn spend(&self, bytes: usize) -> Result<(), Finding> {
        let left = self.bytes_left.get().checked_sub(bytes).ok_or_else(|| {
            let detail = "The document names its nodes too often to be read whole.";
            Finding::refused(Code::Limit, detail)
        })?;
        self.bytes_left.set(left);
        Ok(())
    }
}

/// `document` with every node whole wherever it stands, and no value of a set twice. Embedded credentials stay as they are.
///
/// # Errors
///
/// Unknown where objects of one node contradict each other so that nobody can say what is meant. Two texts of one node, such as
/// two captions of a picture, are both shown.
pub(super) fn merge<'v>(document: &Object<'v>, budget: &Budget) -> Result<Object<'v>, Finding> {
    let mut nodes = Nodes { root: document.text("id"), by_id: HashMap::new() };
    nodes.collect(document, &At::Root)?;
    nodes.settle();
    let mut tree = Tree { nodes: &nodes.by_id, open: Vec::new(), depth: 0, budget };
    tree.object(document)
}

/// What the document says of each node that has an identifier. It borrows: nodes in nodes would be copied once for each level.
struct Nodes<'d, 'v> {
    /// The credential itself: its dates and the like have one value or none.
    root: Option<&'d str>,
    by_id: HashMap<&'d str, Node<'d, 'v>>,
}

#[derive(Default)]
struct Node<'d, 'v> {
    /// Whether its texts must not have several values.
    single: bool,
    types: Vec<&'d str>,
    said: Vec<Said<'d, 'v>>,
    /// Where in `said` a member is.
    places: HashMap<&'d str, usize>,
}

/// What all objects of a node say in one member.
struct Said<'d, 'v> {
    name: &'d str,
    values: Vec<&'d Value<'v>>,
    /// Whether it is a set, however many values it has.
    set: bool,
    held: Held,
    /// Whether several objects say it.
    joined: bool,
}

impl<'d, 'v> Nodes<'d, 'v> {
    fn collect(&mut self, object: &'d Object<'v>, at: &At<'_>) -> Result<(), Finding> {
        for (name, value) in object.members().filter(|(name, _)| !is_apart(name)) {
            let at = At::Member(at, name);
            for item in value.items().iter().filter_map(Value::as_object) {
                if !is_credential(item) {
                    self.collect(item, &at)?;
                }
            }
        }
        self.add(object, at)
    }

    /// What one object says of its node, without what stands in it.
    fn add(&mut self, object: &'d Object<'v>, at: &At<'_>) -> Result<(), Finding> {
        let Some(id) = object.text("id").filter(|_| object.len() > 1) else { return Ok(()) };
        if self.by_id.len() >= limits::MERGED_NODES_MAX {
            let detail = "The document has too many nodes to be read whole.";
            return Err(Finding::refused(Code::Limit, detail));
        }
        let single = self.root == Some(id);
        let node = self.by_id.entry(id).or_default();
        node.single = single;
        node.take(object).map_err(|detail| contradiction(id, detail, at))
    }
}

impl Nodes<'_, '_> {
    /// Which of the objects came first must not show. Sorted once: after every object it would cost the square of their number.
    fn settle(&mut self) {
        let said = self.by_id.values_mut().flat_map(|node| &mut node.said);
        for said in said.filter(|said| said.joined) {
            said.values.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
        }
    }
}

fn contradiction(id: &str, detail: &str, at: &At<'_>) -> Finding {
    let detail = format!("Several objects have the identifier `{id}`, {detail}.");
    Finding::Unknown(Problem::new(Code::RepeatedIdentifier, detail).at(at))
}

/// Members that say nothing of the node: how to read the document, and how it is signed.
fn is_apart(name: &str) -> bool {
    matches!(name, "@context" | "proof")
}

impl<'d, 'v> Node<'d, 'v> {
    /// Adds what one more object says.
    fn take(&mut self, object: &'d Object<'v>) -> Result<(), &'static str> {
        let types = object.find("type").map(Value::items).unwrap_or_default();
        let mut types: Vec<&str> = types.iter().filter_map(Value::as_str).collect();
        types.sort_unstable();
        types.dedup();
        if !self.said.is_empty() && types != self.types {
            // Names mean what the types around them make them mean.
            return Err("and their types differ");
        }
        self.types = types;
        object.members().try_for_each(|(name, value)| self.member(name, value))
    }

    fn member(&mut self, name: &'d str, value: &'d Value<'v>) -> Result<(), &'static str> {
        if let Some(said) = self.places.get(name).and_then(|place| self.said.get_mut(*place)) {
            return said.add(value, self.single);
        }
        self.places.insert(name, self.said.len());
        self.said.push(Said::of(name, value));
        Ok(())
    }
}

impl<'d, 'v> Said<'d, 'v> {
    fn of(name: &'d str, value: &'d Value<'v>) -> Self {
        let mut held = Held::default();
        let (values, set) = match value {
            Value::Array(items) if !is_whole(name) => (held.new_ones(items), true),
            whole => (vec![whole], false),
        };
        Self { name, values, set, held, joined: false }
    }

    /// Joins sets, texts where several make sense, and objects without identifier, which are several however alike. Anything else
    /// must be the same again.
    fn add(&mut self, value: &'d Value<'v>, single: bool) -> Result<(), &'static str> {
        let alone = self.values.first().filter(|_| !self.set);
        if is_apart(self.name) || alone.is_some_and(|known| same(known, value)) {
            return Ok(());
        }
        let both = |test: fn(&Value<'_>) -> bool| {
            !single && alone.is_some_and(|known| test(known)) && test(value)
        };
        let sets = self.set || matches!(value, Value::Array(_));
        let texts = both(|value| value.as_str().is_some());
        if !(sets || texts || both(is_unnamed)) || is_whole(self.name) {
            return Err("and they say different things of it");
        }
        if !self.set {
            self.values =
                self.values.iter().flat_map(|value| self.held.new_ones(value.items())).collect();
            self.set = true;
        }
        self.values.extend(self.held.new_ones(value.items()));
        self.joined = true;
        Ok(())
    }
}

/// The one ordered list of Open Badges 3.0: its values belong together.
fn is_whole(name: &str) -> bool {
    name == "allowedValue"
}

/// Whether two values are one in RDF: the same identifier, or the same text or number.
fn same(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (one, other) {
        // A credential is more than its identifier: what stands in it was not read with the rest.
        (Value::Object(one), Value::Object(other))
            if is_credential(one) || is_credential(other) =>
        {
            one == other
        }
        (Value::Object(one), Value::Object(other)) => {
            one.find("id").is_some() && one.find("id") == other.find("id")
        }
        (Value::Array(_), Value::Array(_)) => false,
        _ => one == other,
    }
}

fn is_unnamed(value: &Value<'_>) -> bool {
    value.as_object().is_some_and(|object| object.find("id").is_none())
}

/// The values that a set already holds.
#[derive(Default)]
struct Held(HashSet<String>);

impl Held {
    /// Those of `items` that the set does not hold yet. Objects without identifier are nodes of their own, however alike.
    fn new_ones<'d, 'v>(&mut self, items: &'d [Value<'v>]) -> Vec<&'d Value<'v>> {
        let new = |item: &&Value<'v>| match item {
            Value::Object(object) if is_credential(object) => {
                object.find("id").is_none() || self.0.insert(item.to_serde().to_string())
            }
            Value::Object(object) => {
                object.text("id").is_none_or(|id| self.0.insert(format!("<{id}>")))
            }
            scalar => self.0.insert(scalar.to_serde().to_string()),
        };
        items.iter().filter(new).collect()
    }
}

/// What a value takes in memory besides its text, about.
const VALUE_BYTES: usize = 128;

/// Writes the document anew, every node whole.
struct Tree<'n, 'd, 'v> {
    nodes: &'n HashMap<&'d str, Node<'d, 'v>>,
    /// Nodes that are being written: inside themselves they are only named.
    open: Vec<String>,
    /// Nodes that name each other in a row make a deep document of a flat one.
    depth: usize,
    budget: &'n Budget,
}

impl<'v> Tree<'_, '_, 'v> {
    fn object(&mut self, object: &Object<'v>) -> Result<Object<'v>, Finding> {
        let nodes = self.nodes;
        let id = object.text("id").unwrap_or_default();
        let Some(node) = nodes.get(id) else {
            let members = object.members().map(|(name, value)| {
                let said = Said::of(name, value);
                Ok((Cow::Owned(name.to_owned()), self.said(&said)?))
            });
            return Ok(Object::of(members.collect::<Result<_, Finding>>()?));
        };
        if self.open.iter().any(|open| open == id) {
            let named = Value::String(Cow::Owned(id.to_owned()));
            return Ok(Object::of(vec![(Cow::Borrowed("id"), named)]));
        }
        self.open.push(id.to_owned());
        let members =
            node.said.iter().map(|said| Ok((Cow::Owned(said.name.to_owned()), self.said(said)?)));
        let whole = members.collect::<Result<_, Finding>>();
        self.open.pop();
        Ok(Object::of(whole?))
    }

    fn said(&mut self, said: &Said<'_, 'v>) -> Result<Value<'v>, Finding> {
        self.budget.spend(said.name.len())?;
        let mut write = |value: &Value<'v>| {
            if is_apart(said.name) { self.copy(value) } else { self.value(value) }
        };
        match said.values.as_slice() {
            [value] if !said.set => write(value),
            values => {
                let values = values.iter().map(|value| write(value));
                values.collect::<Result<_, _>>().map(Value::Array)
            }
        }
    }

    /// What is taken over as it is: it counts whole, for it may be taken over at every place that names the node around it.
    fn copy(&self, value: &Value<'v>) -> Result<Value<'v>, Finding> {
        self.budget.spend(weight(value))?;
        Ok(value.clone())
    }

    fn value(&mut self, value: &Value<'v>) -> Result<Value<'v>, Finding> {
        self.budget.spend(VALUE_BYTES + value.as_str().map_or(0, str::len))?;
        if self.depth >= limits::JSON_DEPTH_MAX {
            let detail = "The nodes of the document name each other in too long a row.";
            return Err(Finding::refused(Code::Limit, detail));
        }
        self.depth += 1;
        let whole = match value {
            Value::Array(items) => {
                let items = items.iter().map(|item| self.value(item));
                items.collect::<Result<_, _>>().map(Value::Array)
            }
            Value::Object(object) if !is_credential(object) => {
                self.object(object).map(Value::Object)
            }
            other => self.copy(other),
        };
        self.depth -= 1;
        whole
    }
}

/// What a value and all that stands in it take in memory, about.
fn weight(value: &Value<'_>) -> usize {
    VALUE_BYTES
        + match value {
            Value::Array(items) => items.iter().map(weight).sum(),
            Value::Object(object) => {
                object.members().map(|(name, value)| name.len() + weight(value)).sum()
            }
            text => text.as_str().map_or(0, str::len),
        }
}
