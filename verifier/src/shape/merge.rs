//! One node told in several objects, told as one again. A signature over RDF fixes a node's members, not which object they stand in:
//! so a foreign badge is read, and shown, with all members of a node at each of its places. Wherever a holder moves a member,
//! the reading stays the same.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::json::{At, Object, Value};
use crate::limits;
use crate::problem::{Code, Problem};

/// `document` with every node whole.
///
/// # Errors
///
/// A problem if that makes more values than a document may have: nodes that contain each other multiply.
pub(super) fn merged<'a>(document: &Object<'a>) -> Result<Object<'a>, Problem> {
    let mut nodes = HashMap::new();
    collect(document, &mut nodes);
    let mut merge = Merge { nodes, within: Vec::new(), values_left: limits::JSON_VALUES_MAX };
    merge.object(document)
}

type Nodes<'d, 'a> = HashMap<&'d str, Vec<&'d Object<'a>>>;

fn collect<'d, 'a>(object: &'d Object<'a>, nodes: &mut Nodes<'d, 'a>) {
    if let Some(id) = object.text("id") {
        nodes.entry(id).or_default().push(object);
    }
    for (_, value) in object.members().filter(|(name, _)| *name != "proof") {
        for inner in value.items().iter().filter_map(Value::as_object) {
            collect(inner, nodes);
        }
    }
}

struct Merge<'d, 'a> {
    nodes: Nodes<'d, 'a>,
    /// Identifiers of the nodes around: inside itself, a node is only referred to.
    within: Vec<&'d str>,
    values_left: usize,
}

impl<'d, 'a> Merge<'d, 'a> {
    fn object(&mut self, object: &'d Object<'a>) -> Result<Object<'a>, Problem> {
        let Some(id) = object.text("id") else { return self.union(&[object]) };
        if self.within.contains(&id) {
            let reference = (Cow::Borrowed("id"), Value::String(Cow::Owned(id.to_owned())));
            return Ok(Object::from_members(vec![reference]));
        }
        let tellings = self.nodes.get(id).cloned().unwrap_or_else(|| vec![object]);
        self.within.push(id);
        let whole = self.union(&tellings);
        self.within.pop();
        whole
    }

    /// All members of all tellings, in the order in which they come.
    fn union(&mut self, tellings: &[&'d Object<'a>]) -> Result<Object<'a>, Problem> {
        let mut members: Vec<(&'d str, Vec<&'d Value<'a>>)> = Vec::new();
        for (name, value) in tellings.iter().flat_map(|telling| telling.members()) {
            match members.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => members.push((name, vec![value])),
            }
        }
        let whole = members.into_iter().map(|(name, values)| {
            let value = if name == "proof" || name == "@context" {
                values.first().map(|value| (*value).clone())
            } else {
                Some(self.value(&values)?)
            };
            Ok((Cow::Owned(name.to_owned()), value.unwrap_or(Value::Null)))
        });
        Ok(Object::from_members(whole.collect::<Result<_, Problem>>()?))
    }

    /// One value if they agree, else the set of all.
    fn value(&mut self, values: &[&'d Value<'a>]) -> Result<Value<'a>, Problem> {
        let listed = values.iter().any(|value| matches!(value, Value::Array(_)));
        let mut distinct: Vec<&'d Value<'a>> = Vec::new();
        for item in values.iter().flat_map(|value| value.items()) {
            // A set told once keeps what it holds; two tellings of it are compared.
            if values.len() == 1 || !distinct.contains(&item) {
                distinct.push(item);
            }
        }
        let mut items = Vec::with_capacity(distinct.len());
        for item in distinct {
            items.push(self.item(item)?);
        }
        match (listed, <[Value<'a>; 1]>::try_from(items)) {
            (false, Ok([single])) => Ok(single),
            (_, Ok(one)) => Ok(Value::Array(one.into())),
            (_, Err(items)) => Ok(Value::Array(items)),
        }
    }

    fn item(&mut self, item: &'d Value<'a>) -> Result<Value<'a>, Problem> {
        self.values_left = self.values_left.checked_sub(1).ok_or_else(|| {
            let detail =
                "Its nodes contain each other so often that they cannot be told one by one.";
            Problem::new(Code::Limit, detail).at(At::Root)
        })?;
        match item {
            Value::Object(object) => Ok(Value::Object(self.object(object)?)),
            other => Ok(other.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn told(text: &str) -> String {
        let document = json::parse(text.as_bytes()).unwrap();
        merged(&document).unwrap().to_serde().to_string()
    }

    #[test]
    fn a_member_is_found_wherever_it_was_put() {
        let honest = r#"{"id":"c","until":"1","issuer":{"id":"i","name":"U"},"creator":{"id":"i","type":"P"}}"#;
        let moved = r#"{"id":"c","issuer":{"id":"i","type":"P"},"creator":{"id":"i","name":"U"},"x":{"id":"c","until":"1"}}"#;
        let honest: serde_json::Value = serde_json::from_str(&told(honest)).unwrap();
        let moved: serde_json::Value = serde_json::from_str(&told(moved)).unwrap();
        for pointer in ["/until", "/issuer/name", "/issuer/type", "/creator/name", "/creator/type"]
        {
            assert!(honest.pointer(pointer).is_some(), "{pointer}");
            assert_eq!(honest.pointer(pointer), moved.pointer(pointer), "{pointer}");
        }
        // Inside itself a node is only referred to.
        assert_eq!(moved["x"], serde_json::json!({ "id": "c" }));
    }

    #[test]
    fn what_disagrees_stands_side_by_side() {
        let text = r#"{"a":{"id":"n","v":"1"},"b":{"id":"n","v":"2"},"l":["x","x"]}"#;
        let whole = r#"{"id":"n","v":["1","2"]}"#;
        assert_eq!(told(text), format!(r#"{{"a":{whole},"b":{whole},"l":["x","x"]}}"#));
    }

    #[test]
    fn nodes_that_contain_each_other_are_bounded() {
        let node = |n: usize| {
            let inner: Vec<String> = (0..12).map(|m| format!(r#"{{"id":"{m}"}}"#)).collect();
            format!(r#"{{"id":"{n}","x":[{}]}}"#, inner.join(","))
        };
        let all: Vec<String> = (0..12).map(node).collect();
        let text = format!(r#"{{"all":[{}]}}"#, all.join(","));
        let document = json::parse(text.as_bytes()).unwrap();
        assert_eq!(merged(&document).map_err(|problem| problem.code), Err(Code::Limit));
    }
}
