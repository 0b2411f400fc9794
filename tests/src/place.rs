//! Every place of a JSON document, and the document with that place changed. It knows nothing of credentials.

use std::fmt;

use serde_json::{Map, Value};

/// One step down.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
    /// Into an object, to this member.
    Member(String),
    /// Into an array, to this item.
    Item(usize),
}

/// Where a value stands.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Place(pub Vec<Step>);

/// Every place of `document`, the top first.
#[must_use]
pub fn places(document: &Value) -> Vec<Place> {
    let mut found = Vec::new();
    walk(document, &Place::default(), &mut found);
    found
}

fn walk(value: &Value, at: &Place, found: &mut Vec<Place>) {
    found.push(at.clone());
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| walk(value, &at.member(name), found));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| walk(item, &at.item(index), found));
        }
        _ => {}
    }
}

impl Place {
    /// A member of the object that stands here.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        self.down(Step::Member(name.to_owned()))
    }

    /// An item of the array that stands here.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        self.down(Step::Item(index))
    }

    fn down(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// Where the array or object stands that holds this place; `None` at the top.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        Some(Self(above.to_vec()))
    }

    /// The name of the member that stands here, if it is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self.0.last()? {
            Step::Member(name) => Some(name),
            Step::Item(_) => None,
        }
    }

    /// The value here.
    ///
    /// # Panics
    ///
    /// If the document has no such place.
    #[must_use]
    pub fn of<'d>(&self, document: &'d Value) -> &'d Value {
        self.0.iter().fold(document, |value, step| match step {
            Step::Member(name) => &value[name.as_str()],
            Step::Item(index) => &value[*index],
        })
    }

    /// The same for changing it.
    ///
    /// # Panics
    ///
    /// If the document has no such place.
    #[must_use]
    pub fn of_mut<'d>(&self, document: &'d mut Value) -> &'d mut Value {
        self.0.iter().fold(document, |value, step| match step {
            Step::Member(name) => &mut value[name.as_str()],
            Step::Item(index) => &mut value[*index],
        })
    }

    /// The object here.
    #[must_use]
    pub fn object<'d>(&self, document: &'d Value) -> Option<&'d Map<String, Value>> {
        self.of(document).as_object()
    }

    /// The document with another value here.
    #[must_use]
    pub fn replaced(&self, document: &Value, value: Value) -> Value {
        let mut changed = document.clone();
        *self.of_mut(&mut changed) = value;
        changed
    }

    /// The document without what stands here.
    #[must_use]
    pub fn removed(&self, document: &Value) -> Value {
        let mut changed = document.clone();
        let Some(parent) = self.parent() else { return Value::Null };
        match (self.0.last(), parent.of_mut(&mut changed)) {
            (Some(Step::Member(name)), Value::Object(members)) => {
                members.shift_remove(name);
            }
            (Some(Step::Item(index)), Value::Array(items)) => {
                items.remove(*index);
            }
            _ => {}
        }
        changed
    }

    /// The document with one more member in the object here, or another value for it.
    #[must_use]
    pub fn with_member(&self, document: &Value, name: &str, value: Value) -> Value {
        let mut changed = document.clone();
        if let Value::Object(members) = self.of_mut(&mut changed) {
            members.insert(name.to_owned(), value);
        }
        changed
    }

    /// The document in which the member here is called `name`.
    #[must_use]
    pub fn renamed(&self, document: &Value, name: &str) -> Value {
        let value = self.of(document).clone();
        match self.parent() {
            Some(parent) => parent.with_member(&self.removed(document), name, value),
            None => document.clone(),
        }
    }
}

impl fmt::Display for Place {
    /// As a JSON Pointer (RFC 6901).
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| match step {
            Step::Member(name) => {
                write!(formatter, "/{}", name.replace('~', "~0").replace('/', "~1"))
            }
            Step::Item(index) => write!(formatter, "/{index}"),
        })
    }
}
