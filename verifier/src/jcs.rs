//! The JSON Canonicalization Scheme (RFC 8785): one sequence of bytes for every way of writing the same JSON.
//! It writes values that [`crate::json`] has read; it must not know what is signed with them.

use sha2::{Digest, Sha256};

use crate::json::{Number, Object, Value};

/// Where canonical text goes: into memory, or straight into a hash so that no copy of the document is made.
pub(crate) trait Sink {
    fn push(&mut self, text: &str);
}

impl Sink for String {
    fn push(&mut self, text: &str) {
        self.push_str(text);
    }
}

impl Sink for Sha256 {
    fn push(&mut self, text: &str) {
        Digest::update(self, text);
    }
}

/// The SHA-256 of the canonical form of `object`.
pub(crate) fn digest(object: &Object<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    canonical(object, &mut hash);
    hash.finalize().into()
}

/// Writes the canonical form of `object`: no white space, members sorted, one spelling for each number and text.
pub(crate) fn canonical(object: &Object<'_>, out: &mut impl Sink) {
    let mut members: Vec<_> = object.members().collect();
    // RFC 8785, "Sorting of Object Properties": by UTF-16 code units, which differs from the order of
    // UTF-8 bytes as soon as a name holds a character beyond U+FFFF.
    members.sort_unstable_by(|(left, _), (right, _)| {
        if left.is_ascii() && right.is_ascii() {
            left.cmp(right)
        } else {
            left.encode_utf16().cmp(right.encode_utf16())
        }
    });
    let mut opening = "{";
    for (name, value) in members {
        out.push(opening);
        string(name, out);
        out.push(":");
        write(value, out);
        opening = ",";
    }
    out.push(if object.is_empty() { "{}" } else { "}" });
}

/// The depth of the recursion is bounded by that of the reader.
fn write(value: &Value<'_>, out: &mut impl Sink) {
    match value {
        Value::Null => out.push("null"),
        Value::Bool(true) => out.push("true"),
        Value::Bool(false) => out.push("false"),
        Value::Number(number) => write_number(*number, out),
        Value::String(text) => string(text, out),
        Value::Array(items) => array(items, out),
        Value::Object(object) => canonical(object, out),
    }
}

fn array(items: &[Value<'_>], out: &mut impl Sink) {
    let mut opening = "[";
    for item in items {
        out.push(opening);
        write(item, out);
        opening = ",";
    }
    out.push(if items.is_empty() { "[]" } else { "]" });
}

/// RFC 8785, "Serialization of Strings": only what JSON forces to be escaped is escaped, in its shortest form.
fn string(text: &str, out: &mut impl Sink) {
    out.push("\"");
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte < 0x20 || byte == b'"' || byte == b'\\')
    {
        // The byte found is ASCII, so both cuts fall between characters.
        let (plain, tail) = rest.split_at(at);
        let (special, tail) = tail.split_at(1);
        out.push(plain);
        escape(special, out);
        rest = tail;
    }
    out.push(rest);
    out.push("\"");
}

fn escape(special: &str, out: &mut impl Sink) {
    out.push(match special {
        "\"" => "\\\"",
        "\\" => "\\\\",
        "\u{8}" => "\\b",
        "\t" => "\\t",
        "\n" => "\\n",
        "\u{c}" => "\\f",
        "\r" => "\\r",
        control => {
            let number = control.bytes().next().unwrap_or_default();
            return out.push(&format!("\\u{number:04x}"));
        }
    });
}

fn write_number(number: Number, out: &mut impl Sink) {
    match number {
        // At most 53 bits: below 10^21, where ECMAScript would begin to write an exponent.
        Number::Integer(value) => out.push(&value.to_string()),
        // ECMAScript, "Number::toString", with its note for ties, which the standard library's digits do not follow.
        Number::Double(value) => out.push(ryu_js::Buffer::new().format_finite(value)),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use proptest::prelude::*;

    use super::*;
    use crate::json;
    use crate::linked_data::hex;

    fn canonical_text(text: &str) -> String {
        let mut out = String::new();
        canonical(&json::parse(text.as_bytes()).unwrap(), &mut out);
        out
    }

    fn number_text(value: f64) -> String {
        let mut out = String::new();
        write_number(Number::Double(value), &mut out);
        out
    }

    /// RFC 8785, appendix "Number Serialization Samples".
    #[test]
    fn numbers_are_those_of_the_rfc() {
        for (bits, expected) in [
            (0x0000_0000_0000_0000, "0"),
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] {
            assert_eq!(number_text(f64::from_bits(bits)), expected, "{bits:016x}");
        }
        assert_eq!(number_text(1e30), "1e+30");
    }

    #[test]
    fn one_number_has_one_spelling() {
        assert_eq!(
            canonical_text(r#"{"n":[-0,0.0,-0.0,1.0,1e0,10E-1,100,4.50,2e-3,9007199254740991]}"#),
            r#"{"n":[0,0,0,1,1,1,100,4.5,0.002,9007199254740991]}"#
        );
    }

    /// RFC 8785, "Creation of Canonicalized JSON": the three examples, without the number beyond what we read.
    #[test]
    fn examples_of_the_rfc() {
        assert_eq!(
            canonical_text(
                "{\"numbers\": [333333333.33333329, 4.50, 2e-3, 0.000000000000000000000000001],\n\
                 \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\",\n\
                 \"literals\": [null, true, false]}"
            ),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,4.5,0.002,1e-27],\
             \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
        let sorted = canonical_text(
            r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
            "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#,
        );
        let order = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"];
        let places = order.map(|word| sorted.find(word).unwrap());
        assert!(places.is_sorted(), "{sorted}");
        assert_eq!(canonical_text("{}"), "{}");
        assert_eq!(
            canonical_text(r#"{"b":{},"a":[[],[{}]],"aa":"","":1}"#),
            r#"{"":1,"a":[[],[{}]],"aa":"","b":{}}"#
        );
    }

    /// W3C vc-di-eddsa, `eddsa-jcs-2022`: the canonical document and proof configuration, and their hashes.
    #[test]
    fn w3c_vectors() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/vc-di-eddsa");
        let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        for (input, canon, hash) in [
            ("unsigned.json", "canonDocJCS.txt", "docHashJCS.txt"),
            ("eddsa-jcs-2022/proofConfigJCS.json", "proofCanonJCS.txt", "proofHashJCS.txt"),
        ] {
            let published = |name: &str| text(&format!("eddsa-jcs-2022/{name}"));
            let input = text(input);
            assert_eq!(canonical_text(&input), published(canon));
            let digest = digest(&json::parse(input.as_bytes()).unwrap());
            assert_eq!(hex(&digest), published(hash).trim());
        }
    }

    /// Values of every kind that both readers take.
    fn values() -> impl Strategy<Value = serde_json::Value> {
        let number = prop_oneof![
            (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(serde_json::Value::from),
            (-1e15..1e15_f64).prop_map(serde_json::Value::from),
            (-1.0..1.0_f64).prop_map(serde_json::Value::from),
        ];
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            number,
            any::<String>().prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
                prop::collection::hash_map(any::<String>(), inner, 0..6)
                    .prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    /// How many digits the number needs.
    fn digits(text: &str) -> usize {
        let mantissa = text.split('e').next().unwrap().replace(['-', '.'], "");
        mantissa.trim_start_matches('0').trim_end_matches('0').len()
    }

    fn oracle(value: &serde_json::Value) -> String {
        serde_json_canonicalizer::to_string(value).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn every_double_as_the_oracle(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            let text = number_text(value);
            prop_assert_eq!(&text, &oracle(&serde_json::json!(value)));
            // The standard library knows another way to the shortest digits that read back.
            prop_assert_eq!(text.parse::<f64>().unwrap(), value);
            prop_assert_eq!(digits(&text), digits(&format!("{value:e}")));
        }

        #[test]
        fn everyday_numbers_as_the_oracle(whole in -10_000_000..10_000_000_i32, scale in 0..25_i32) {
            let value = f64::from(whole) / 10_f64.powi(scale);
            prop_assert_eq!(number_text(value), oracle(&serde_json::json!(value)));
        }

        #[test]
        fn every_text_as_the_oracle(text in any::<String>(), controls in "[\\x00-\\x22\\\\\u{7f}\u{2028}]{0,8}") {
            let text = format!("{text}{controls}{text}");
            let mut ours = String::new();
            string(&text, &mut ours);
            prop_assert_eq!(ours, oracle(&serde_json::json!(text)));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_document_as_the_oracle(value in values()) {
            let document = serde_json::json!({ "value": value });
            let canonical = canonical_text(&document.to_string());
            prop_assert_eq!(&canonical, &oracle(&document));
            // What is canonical stays as it is.
            prop_assert_eq!(canonical_text(&canonical), canonical);
        }
    }
}
