//! Expanded JSON-LD as JSON ("Expanded Document Form").
//! It writes what expansion found and decides nothing.

use json_ld::object::value::Literal;
use json_ld::syntax::Print;
use json_ld::{BlankIdBuf, ExpandedDocument, Indexed, IriBuf, LangString, Node, Object, Value};
use serde_json::{Map, Value as Json};

use super::JsonLdError;

type Members = Map<String, Json>;

/// The whole document: an array.
pub(super) fn to_json(document: &ExpandedDocument) -> Result<Json, JsonLdError> {
    document.iter().map(object).collect()
}

fn object(indexed: &Indexed<Object<IriBuf, BlankIdBuf>>) -> Result<Json, JsonLdError> {
    let mut members = match indexed.inner() {
        Object::Value(value) => value_members(value)?,
        Object::Node(node) => node_members(node)?,
        Object::List(list) => {
            let items = list.iter().map(object).collect::<Result<Json, _>>()?;
            Members::from_iter([("@list".to_owned(), items)])
        }
    };
    add_index(&mut members, indexed.index());
    Ok(Json::Object(members))
}

fn indexed_node(indexed: &Indexed<Node>) -> Result<Json, JsonLdError> {
    let mut members = node_members(indexed.inner())?;
    add_index(&mut members, indexed.index());
    Ok(Json::Object(members))
}

fn add_index(members: &mut Members, index: Option<&str>) {
    if let Some(index) = index {
        members.insert("@index".to_owned(), index.into());
    }
}

fn node_members(node: &Node) -> Result<Members, JsonLdError> {
    let mut members = Members::new();
    if let Some(id) = &node.id {
        members.insert("@id".to_owned(), id.as_str().into());
    }
    if let Some(types) = &node.types {
        members.insert("@type".to_owned(), types.iter().map(json_ld::Id::as_str).collect());
    }
    if let Some(graph) = &node.graph {
        members.insert("@graph".to_owned(), graph.iter().map(object).collect::<Result<_, _>>()?);
    }
    if let Some(included) = &node.included {
        let included = included.iter().map(indexed_node).collect::<Result<_, _>>()?;
        members.insert("@included".to_owned(), included);
    }
    for (property, objects) in &node.properties {
        let objects = objects.iter().map(object).collect::<Result<_, _>>()?;
        members.insert(property.as_str().to_owned(), objects);
    }
    if let Some(reverse) = &node.reverse_properties {
        let mut inverse = Members::new();
        for (property, nodes) in reverse {
            let nodes = nodes.iter().map(indexed_node).collect::<Result<_, _>>()?;
            inverse.insert(property.as_str().to_owned(), nodes);
        }
        members.insert("@reverse".to_owned(), Json::Object(inverse));
    }
    Ok(members)
}

fn value_members(value: &Value) -> Result<Members, JsonLdError> {
    let mut members = Members::new();
    match value {
        Value::Literal(literal, datatype) => {
            members.insert("@value".to_owned(), literal_json(literal)?);
            if let Some(datatype) = datatype {
                members.insert("@type".to_owned(), datatype.as_str().into());
            }
        }
        Value::LangString(text) => add_text(&mut members, text),
        Value::Json(json) => {
            members.insert("@value".to_owned(), read(&json.compact_print().to_string())?);
            members.insert("@type".to_owned(), "@json".into());
        }
    }
    Ok(members)
}

fn add_text(members: &mut Members, text: &LangString) {
    members.insert("@value".to_owned(), text.as_str().into());
    if let Some(language) = text.language() {
        members.insert("@language".to_owned(), language.as_str().into());
    }
    if let Some(direction) = text.direction() {
        members.insert("@direction".to_owned(), direction.as_str().into());
    }
}

fn literal_json(literal: &Literal) -> Result<Json, JsonLdError> {
    match literal {
        Literal::Null => Ok(Json::Null),
        Literal::Boolean(value) => Ok((*value).into()),
        Literal::String(text) => Ok(text.as_str().into()),
        Literal::Number(number) => read(number.as_str()),
    }
}

fn read(text: &str) -> Result<Json, JsonLdError> {
    serde_json::from_str(text).map_err(|error| JsonLdError::Unreadable(error.to_string()))
}
