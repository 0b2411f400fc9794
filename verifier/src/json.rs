//! Strict JSON: what two readers could take differently is not read at all.
//! It knows values and places; it must not know what a credential is.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};

use crate::limits;
use crate::problem::{Code, Problem};

/// A JSON value that borrows its strings from the input where they need no unescaping.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    Number(Number),
    String(Cow<'a, str>),
    Array(Vec<Self>),
    Object(Object<'a>),
}

/// A number that every reader keeps exactly: an integer of at most 53 bits, or a finite double.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Integer(i64),
    Double(f64),
}

/// An object: members in the order written, no name twice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Object<'a> {
    members: Vec<(Cow<'a, str>, Value<'a>)>,
}

/// Reads one JSON object.
///
/// # Errors
///
/// A problem when the bytes exceed a limit, are not UTF-8 JSON (RFC 8259), name a member twice at
/// any depth (also when one spelling is escaped), hold a lone surrogate or a number outside the
/// range that all readers share, or are not an object.
pub(crate) fn parse(bytes: &[u8]) -> Result<Object<'_>, Problem> {
    parse_within(bytes, limits::INPUT_BYTES_MAX)
}

/// As [`parse`], of at most `bytes_max` bytes.
fn parse_within(bytes: &[u8], bytes_max: usize) -> Result<Object<'_>, Problem> {
    if bytes.len() > bytes_max {
        let detail = format!("The input is larger than {bytes_max} bytes.");
        return Err(Problem::new(Code::Limit, detail));
    }
    if bytes.trim_ascii().is_empty() {
        return Err(Problem::new(Code::Parsing, "The input is empty."));
    }
    let reading = Reading::default();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let parsed = Slot { reading: &reading, depth: 0 }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    match parsed {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Problem::new(Code::Parsing, "The input is JSON, but not one JSON object.")),
        Err(error) => Err(reading.explain(&error)),
    }
}

/// Reads `bytes` as a `T`, refusing what [`parse`] refuses.
pub(crate) fn deserialize<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    deserialize_within(bytes, limits::INPUT_BYTES_MAX)
}

/// As [`deserialize`], of at most `bytes_max` bytes.
pub(crate) fn deserialize_within<T: DeserializeOwned>(
    bytes: &[u8],
    bytes_max: usize,
) -> Result<T, Problem> {
    parse_within(bytes, bytes_max)?;
    serde_json::from_slice(bytes).map_err(|error| Problem::new(Code::Parsing, error.to_string()))
}

impl<'a> Value<'a> {
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) const fn as_object(&self) -> Option<&Object<'a>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The items of an array, or the value itself as the only item: JSON-LD does not tell them apart.
    pub(crate) const fn items(&self) -> &[Self] {
        match self {
            Self::Array(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        }
    }

    /// What kind of value it is, for sentences.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// An owned copy in the form that other crates read.
    pub(crate) fn to_serde(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Number(Number::Integer(value)) => (*value).into(),
            Self::Number(Number::Double(value)) => (*value).into(),
            Self::String(text) => text.as_ref().into(),
            Self::Array(items) => items.iter().map(Self::to_serde).collect(),
            Self::Object(object) => object.to_serde(),
        }
    }
}

impl<'a> Object<'a> {
    /// An object of these members; no name may stand twice.
    pub(crate) const fn of(members: Vec<(Cow<'a, str>, Value<'a>)>) -> Self {
        Self { members }
    }

    /// An object of strings.
    pub(crate) fn of_texts(members: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let members = members
            .into_iter()
            .map(|(name, text)| (Cow::Borrowed(name), Value::String(Cow::Borrowed(text))));
        Self { members: members.collect() }
    }

    /// The value of the member `name`.
    pub(crate) fn find(&self, name: &str) -> Option<&Value<'a>> {
        self.members.iter().find_map(|(member, value)| (member == name).then_some(value))
    }

    /// The member `name` if it is a string.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.find(name).and_then(Value::as_str)
    }

    /// Every member, in the order written.
    pub(crate) fn members<'s>(
        &'s self,
    ) -> impl Iterator<Item = (&'s str, &'s Value<'a>)> + use<'s, 'a> {
        self.members.iter().map(|(name, value)| (name.as_ref(), value))
    }

    pub(crate) const fn len(&self) -> usize {
        self.members.len()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// A copy without the member `name`.
    pub(crate) fn without(&self, name: &str) -> Self {
        let kept = self.members.iter().filter(|(member, _)| member != name);
        Self { members: kept.cloned().collect() }
    }

    /// A copy without the members of these names.
    pub(crate) fn without_any(&self, names: &[&str]) -> Self {
        let kept = self.members.iter().filter(|(member, _)| !names.contains(&member.as_ref()));
        Self { members: kept.cloned().collect() }
    }

    /// A copy in which the member `name` is `value`.
    pub(crate) fn with(&self, name: &'a str, value: Value<'a>) -> Self {
        let mut copy = self.without(name);
        copy.members.push((Cow::Borrowed(name), value));
        copy
    }

    pub(crate) fn to_serde(&self) -> serde_json::Value {
        self.members().map(|(name, value)| (name.to_owned(), value.to_serde())).collect()
    }
}

/// A place in a document: a JSON Pointer (RFC 6901) that is written only when somebody asks for it. Writing one for every value
/// would cost the product of a document's size and the length of its names.
#[derive(Clone, Copy, Debug)]
pub(crate) enum At<'p> {
    /// The whole document.
    Root,
    Member(&'p Self, &'p str),
    Item(&'p Self, usize),
}

impl fmt::Display for At<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(parent, name) => {
                write!(formatter, "{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
            }
            Self::Item(parent, index) => write!(formatter, "{parent}/{index}"),
        }
    }
}

/// What went on while reading: the count against the limit, and the reason for a stop that serde's
/// own error could only put into words.
#[derive(Default)]
struct Reading {
    values: Cell<usize>,
    stopped_by: Cell<Option<Code>>,
}

impl Reading {
    fn stop<E: de::Error>(&self, code: Code, why: impl fmt::Display) -> E {
        self.stopped_by.set(Some(code));
        E::custom(why)
    }

    fn explain(&self, error: &serde_json::Error) -> Problem {
        let code = self.stopped_by.get().unwrap_or(Code::Parsing);
        let what = match code {
            Code::Parsing => "The input is not readable JSON",
            _ => "The input is not accepted",
        };
        Problem::new(code, format!("{what}: {error}."))
    }
}

/// The place of one value: counts it, watches the depth, and reads it.
#[derive(Clone, Copy)]
struct Slot<'r> {
    reading: &'r Reading,
    depth: usize,
}

impl Slot<'_> {
    fn inner<E: de::Error>(self) -> Result<Self, E> {
        if self.depth >= limits::JSON_DEPTH_MAX {
            let why = format_args!("values nest deeper than {} levels", limits::JSON_DEPTH_MAX);
            return Err(self.reading.stop(Code::Limit, why));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Slot<'_> {
    type Value = Value<'de>;

    fn deserialize<D: de::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Value<'de>, D::Error> {
        let count = self.reading.values.get() + 1;
        self.reading.values.set(count);
        if count > limits::JSON_VALUES_MAX {
            let why = format_args!("it holds more than {} values", limits::JSON_VALUES_MAX);
            return Err(self.reading.stop(Code::Limit, why));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Slot<'_> {
    type Value = Value<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value<'de>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value<'de>, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value<'de>, E> {
        if value.unsigned_abs() > limits::INTEGER_MAX {
            return Err(self.reading.stop(Code::NumberRange, "an integer exceeds 53 bits"));
        }
        Ok(Value::Number(Number::Integer(value)))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value<'de>, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => Err(self.reading.stop(Code::NumberRange, "an integer exceeds 53 bits")),
        }
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value<'de>, E> {
        // Beyond 2^53 not every integer has a double of its own, so two numbers would read as one.
        if !value.is_finite() || value.abs() >= 9_007_199_254_740_992.0 {
            return Err(self.reading.stop(Code::NumberRange, "a number exceeds 53 bits"));
        }
        Ok(Value::Number(Number::Double(value)))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::String(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::String(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value<'de>, A::Error> {
        let inner = self.inner()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value<'de>, A::Error> {
        let inner = self.inner()?;
        let mut members: Vec<(Cow<'de, str>, Value<'de>)> = Vec::new();
        let mut names = Names::default();
        while let Some(name) = entries.next_key_seed(Name)? {
            if name.len() > limits::NAME_BYTES_MAX {
                let why =
                    format_args!("a member name is longer than {} bytes", limits::NAME_BYTES_MAX);
                return Err(self.reading.stop(Code::Limit, why));
            }
            if !names.admit(&members, &name) {
                let why = format_args!("the member `{}` is named twice", name.escape_debug());
                return Err(self.reading.stop(Code::DuplicateMember, why));
            }
            members.push((name, entries.next_value_seed(inner)?));
        }
        Ok(Value::Object(Object { members }))
    }
}

/// Which names an object has used: scanned while few, hashed once many.
#[derive(Default)]
struct Names<'de>(HashSet<Cow<'de, str>>);

impl<'de> Names<'de> {
    /// Objects of credentials have under 20 members; scanning those is faster than hashing.
    const SCANNED_MAX: usize = 24;

    #[expect(clippy::ptr_arg, reason = "the set keeps the borrowed form")]
    fn admit(&mut self, members: &[(Cow<'de, str>, Value<'de>)], name: &Cow<'de, str>) -> bool {
        if members.len() < Self::SCANNED_MAX {
            return members.iter().all(|(known, _)| known != name);
        }
        if self.0.is_empty() {
            self.0.extend(members.iter().map(|(known, _)| known.clone()));
        }
        self.0.insert(name.clone())
    }
}

/// A member name, borrowed where it needs no unescaping.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: de::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a member name")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &[u8]) -> Code {
        parse(text).map_or_else(|problem| problem.code, |object| panic!("{object:?} was accepted"))
    }

    #[test]
    fn reads_an_object_in_order() {
        let object = parse(br#" {"b":1,"a":[true,null,"x\n"],"c":-0.5} "#).unwrap();
        assert_eq!(object.members().map(|(name, _)| name).collect::<String>(), "bac");
        assert_eq!(object.to_serde().to_string(), r#"{"b":1,"a":[true,null,"x\n"],"c":-0.5}"#);
    }

    #[test]
    fn refuses_duplicate_members_at_any_depth() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"x":[{"y":{"a":1,"b":2,"a":3}}]}"#,
            r#"{"name":1,"n\u0061me":2}"#,
        ] {
            assert_eq!(code(text.as_bytes()), Code::DuplicateMember, "{text}");
        }
        let many = (0..100).map(|n| format!("\"m{n}\":0,")).collect::<String>();
        assert_eq!(code(format!("{{{many}\"m7\":1}}").as_bytes()), Code::DuplicateMember);
        assert!(parse(format!("{{{many}\"m\":1}}").as_bytes()).is_ok());
    }

    #[test]
    fn refuses_what_readers_disagree_on() {
        for text in ["{\"a\":9007199254740993}", "{\"a\":1e21}", "{\"a\":18446744073709551616}"] {
            assert_eq!(code(text.as_bytes()), Code::NumberRange, "{text}");
        }
        for text in [
            &b"{\"a\":\"\\ud800\"}"[..],
            b"{\"a\":1e400}",
            b"\xEF\xBB\xBF{}",
            b"{\"a\":\"\xFF\"}",
            b"{} {}",
            b"{\"a\":01}",
            b"{a:1}",
            b"[{}]",
            b"\"x\"",
            b"",
            b"{\"a\":NaN}",
        ] {
            assert_eq!(code(text), Code::Parsing, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn refuses_what_exceeds_a_limit() {
        let deep =
            |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(deep(limits::JSON_DEPTH_MAX - 1).as_bytes()).is_ok());
        assert_eq!(code(deep(limits::JSON_DEPTH_MAX).as_bytes()), Code::Limit);
        assert_eq!(code(format!("{{\"a\":{}", "[".repeat(1_000_000)).as_bytes()), Code::Limit);
        let named = |length| format!("{{\"{}\":0}}", "n".repeat(length));
        assert!(parse(named(limits::NAME_BYTES_MAX).as_bytes()).is_ok());
        assert_eq!(code(named(limits::NAME_BYTES_MAX + 1).as_bytes()), Code::Limit);
        let many = format!("{{\"a\":[{}0]}}", "0,".repeat(limits::JSON_VALUES_MAX));
        assert_eq!(code(many.as_bytes()), Code::Limit);
        assert_eq!(code(&vec![b' '; limits::INPUT_BYTES_MAX + 1]), Code::Limit);
    }

    #[test]
    fn places_are_json_pointers() {
        let (a, b) = (At::Member(&At::Root, "a"), "b/c~d");
        assert_eq!(At::Root.to_string(), "");
        assert_eq!(At::Item(&At::Member(&a, b), 7).to_string(), "/a/b~1c~0d/7");
    }
}
