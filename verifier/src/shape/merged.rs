//! A document as an RDF signature fixes it: what is said of one node in several objects is read together.
//! The signature does not tell in which of them a member stood, so nothing may depend on that; it must not judge structure.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::unfixed::is_credential;
use crate::json::{At, Object, Value};
use crate::limits;
use crate::problem::{Code, Problem};
use crate::report::Finding;

/// `document` with every node whole wherever it stands, and no value of a set twice. Embedded credentials stay as they are.
///
/// # Errors
///
/// Unknown where objects of one node contradict each other so that nobody can say what is meant. Two texts of one node, such as
/// two captions of a picture, are both shown. `told` is what the issuer says of its nodes elsewhere.
pub(crate) fn merge<'v>(
    document: &Object<'v>,
    told: &[&Object<'v>],
) -> Result<Object<'v>, Finding> {
    let mut nodes = Nodes { root: document.text("id").map(str::to_owned), by_id: HashMap::new() };
    nodes.collect(document, &At::Root)?;
    told.iter().try_for_each(|object| nodes.add(object, &At::Root))?;
    nodes.settle();
    let mut tree =
        Tree { nodes: &nodes.by_id, open: Vec::new(), depth: 0, left: limits::MERGED_BYTES_MAX };
    tree.object(document)
}

/// What the document says of each node that has an identifier.
struct Nodes<'v> {
    /// The credential itself: its dates and the like have one value or none.
    root: Option<String>,
    by_id: HashMap<String, Node<'v>>,
}

#[derive(Default)]
struct Node<'v> {
    /// Whether its texts must not have several values.
    single: bool,
    types: Vec<String>,
    said: Vec<Said<'v>>,
    /// Where in `said` a member is.
    places: HashMap<String, usize>,
}

/// What all objects of a node say in one member.
struct Said<'v> {
    name: String,
    value: Value<'v>,
    held: Held,
    /// Whether several objects say it.
    joined: bool,
}

impl<'v> Nodes<'v> {
    fn collect(&mut self, object: &Object<'v>, at: &At<'_>) -> Result<(), Finding> {
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
    fn add(&mut self, object: &Object<'v>, at: &At<'_>) -> Result<(), Finding> {
        let Some(id) = object.text("id").filter(|_| object.len() > 1) else { return Ok(()) };
        if self.by_id.len() >= limits::MERGED_NODES_MAX {
            let detail = "The document has too many nodes to be read whole.";
            return Err(Finding::refused(Code::Limit, detail));
        }
        let single = self.root.as_deref() == Some(id);
        let node = self.by_id.entry(id.to_owned()).or_default();
        node.single = single;
        node.take(object).map_err(|detail| contradiction(id, detail, at))
    }
}

impl Nodes<'_> {
    /// Which of the objects came first must not show. Sorted once: after every object it would cost the square of their number.
    fn settle(&mut self) {
        let said = self.by_id.values_mut().flat_map(|node| &mut node.said);
        for said in said.filter(|said| said.joined) {
            if let Value::Array(values) = &mut said.value {
                values.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
            }
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

impl<'v> Node<'v> {
    /// Adds what one more object says.
    fn take(&mut self, object: &Object<'v>) -> Result<(), &'static str> {
        let mut types: Vec<String> = object
            .find("type")
            .map(Value::items)
            .unwrap_or_default()
            .iter()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect();
        types.sort_unstable();
        types.dedup();
        if !self.said.is_empty() && types != self.types {
            // Names mean what the types around them make them mean.
            return Err("and their types differ");
        }
        self.types = types;
        object.members().try_for_each(|(name, value)| self.member(name, value))
    }

    fn member(&mut self, name: &str, value: &Value<'v>) -> Result<(), &'static str> {
        if let Some(said) = self.places.get(name).and_then(|place| self.said.get_mut(*place)) {
            return said.add(value, self.single);
        }
        self.places.insert(name.to_owned(), self.said.len());
        let mut said = Said {
            name: name.to_owned(),
            value: value.clone(),
            held: Held::default(),
            joined: false,
        };
        if let (Value::Array(items), false) = (value, is_whole(name)) {
            said.value = Value::Array(said.held.new_ones(items));
        }
        self.said.push(said);
        Ok(())
    }
}

impl<'v> Said<'v> {
    /// Joins sets, texts where several make sense, and objects without identifier, which are several however alike. Anything else
    /// must be the same again.
    fn add(&mut self, value: &Value<'v>, single: bool) -> Result<(), &'static str> {
        if is_apart(&self.name) || same(&self.value, value) {
            return Ok(());
        }
        let sets = matches!(self.value, Value::Array(_)) || matches!(value, Value::Array(_));
        let texts = !single && self.value.as_str().is_some() && value.as_str().is_some();
        let unnamed = !single && is_unnamed(&self.value) && is_unnamed(value);
        if !(sets || texts || unnamed) || is_whole(&self.name) {
            return Err("and they say different things of it");
        }
        if !matches!(self.value, Value::Array(_)) {
            self.value = Value::Array(self.held.new_ones(self.value.items()));
        }
        if let Value::Array(known) = &mut self.value {
            known.extend(self.held.new_ones(value.items()));
            self.joined = true;
        }
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
    fn new_ones<'v>(&mut self, items: &[Value<'v>]) -> Vec<Value<'v>> {
        let new = |item: &&Value<'v>| match item {
            Value::Object(object) => {
                object.text("id").is_none_or(|id| self.0.insert(format!("<{id}>")))
            }
            scalar => self.0.insert(scalar.to_serde().to_string()),
        };
        items.iter().filter(new).cloned().collect()
    }
}

/// What a value takes in memory besides its text, about.
const VALUE_BYTES: usize = 128;

/// Writes the document anew, every node whole.
struct Tree<'n, 'v> {
    nodes: &'n HashMap<String, Node<'v>>,
    /// Nodes that are being written: inside themselves they are only named.
    open: Vec<String>,
    /// Nodes that name each other in a row make a deep document of a flat one.
    depth: usize,
    left: usize,
}

impl<'v> Tree<'_, 'v> {
    fn object(&mut self, object: &Object<'v>) -> Result<Object<'v>, Finding> {
        let nodes = self.nodes;
        let id = object.text("id").unwrap_or_default();
        let Some(node) = nodes.get(id) else {
            return self.members(object.members().map(|(name, value)| (name.to_owned(), value)));
        };
        if self.open.iter().any(|open| open == id) {
            let named = Value::String(Cow::Owned(id.to_owned()));
            return Ok(Object::of(vec![(Cow::Borrowed("id"), named)]));
        }
        self.open.push(id.to_owned());
        let members = node.said.iter().map(|said| (said.name.clone(), &said.value));
        let whole = self.members(members);
        self.open.pop();
        whole
    }

    fn members<'m>(
        &mut self,
        members: impl Iterator<Item = (String, &'m Value<'v>)>,
    ) -> Result<Object<'v>, Finding>
    where
        'v: 'm,
    {
        let written = members.map(|(name, value)| {
            self.spend(name.len())?;
            let value = if is_apart(&name) { value.clone() } else { self.value(value)? };
            Ok((Cow::Owned(name), value))
        });
        Ok(Object::of(written.collect::<Result<_, Finding>>()?))
    }

    /// A small document could otherwise name its nodes so often that the whole of it is huge.
    fn spend(&mut self, bytes: usize) -> Result<(), Finding> {
        self.left = self.left.checked_sub(bytes).ok_or_else(|| {
            let detail = "The document names its nodes too often to be read whole.";
            Finding::refused(Code::Limit, detail)
        })?;
        Ok(())
    }

    fn value(&mut self, value: &Value<'v>) -> Result<Value<'v>, Finding> {
        self.spend(VALUE_BYTES + value.as_str().map_or(0, str::len))?;
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
            other => Ok(other.clone()),
        };
        self.depth -= 1;
        whole
    }
}
