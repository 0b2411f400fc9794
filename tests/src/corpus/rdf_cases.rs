//! Section C: JSON-LD constructs that reshape a signed document, and graphs that are costly to canonicalize.

#![expect(clippy::too_many_lines, reason = "a table of cases is as long as it is")]

use serde_json::{Value, json};
use verifier::Check::{Context, Proof, Read, Shape};
use verifier::Code;

use super::badge::{OB_3, VC_2, changed, microcertificate_changed, signed};
use super::case::{Case, case, generated_case};
use super::edit::{add, push, remove, set};

pub(super) fn cases() -> Vec<Case> {
    [lost(), contexts(), keywords(), nodes(), vanishing(), graphs()].concat()
}

/// C01, C11, C15, C16: what expansion would drop, and nobody would have signed.
fn lost() -> Vec<Case> {
    let lost = |id, says, pointer: &str, name: &str, value: Value| {
        let document = changed(|badge| add(badge, pointer, name, value));
        case(id, says, &document).invalid(Context, Code::DataLoss)
    };
    let retyped = |id, more: &str| {
        case(
            id,
            "A type is added that means nothing.",
            &changed(|badge| {
                push(badge, "/type", json!(more));
            }),
        )
        .invalid(Context, Code::DataLoss)
    };
    let relative = |id, pointer: &str, value: &str| {
        case(
            id,
            "A relative reference, which is dropped without a base.",
            &changed(|badge| set(badge, pointer, json!(value))),
        )
        .invalid(Context, Code::DataLoss)
    };
    vec![
        lost("C01-unknown-term", "A member that no context defines.", "", "honours", json!(true)),
        lost(
            "C01-typing-error",
            "A known term with a wrong letter.",
            "/credentialSubject/achievement",
            "criteria ",
            json!("x"),
        ),
        lost(
            "C01-in-the-subject",
            "An unknown member of the subject.",
            "/credentialSubject",
            "grade",
            json!("A+"),
        ),
        lost(
            "C01-in-the-evidence",
            "An unknown member in an array.",
            "/evidence/0",
            "verified",
            json!(true),
        ),
        lost(
            "C01-term-of-another-class",
            "A term of one class in another: no context defines it there.",
            "",
            "creditsEarned",
            json!(90),
        ),
        relative("C11-credential", "/id", "credentials/1"),
        relative("C11-achievement", "/credentialSubject/achievement/id", "achievements/1"),
        relative("C11-empty", "/evidence/0/id", ""),
        retyped("C15-relative-type", "EvilRole"),
        retyped("C15-no-scheme", "evil/role"),
        case(
            "C15-foreign-type",
            "A type with an IRI of its own is added.",
            &changed(|badge| {
                push(badge, "/type", json!("https://evil.example/Role"));
            }),
        )
        .invalid(Proof, Code::Signature),
        case(
            "C15-class-by-address",
            "A class of the standard is named by its address, and signed so.",
            &signed(|badge| {
                let class = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential";
                push(badge, "/type", json!(class));
            }),
        )
        .invalid(Shape, Code::ForbiddenConstruct),
        case(
            "C16-date-in-words",
            "A date that is none.",
            &signed(|badge| badge["awardedDate"] = json!("last summer")),
        )
        .invalid(Shape, Code::MalformedValue),
        case(
            "C16-impossible-date",
            "A day that no calendar has.",
            &signed(|badge| badge["awardedDate"] = json!("2020-02-30T00:00:00Z")),
        )
        .invalid(Shape, Code::MalformedValue),
        case(
            "C16-date-without-offset",
            "A time of no place.",
            &signed(|badge| badge["validFrom"] = json!("2020-01-15T09:00:00")),
        )
        .invalid(Shape, Code::MalformedValue),
        case(
            "C16-date-as-number",
            "A date in seconds.",
            &changed(|badge| badge["validFrom"] = json!(1_579_078_800)),
        )
        .invalid(Shape, Code::MalformedValue),
    ]
}

/// C02 to C07, C12, C20: contexts that are not the two of an Open Badge.
fn contexts() -> Vec<Case> {
    let with = |id, context: Value| {
        case(
            id,
            "The list of contexts is another one.",
            &changed(|badge| badge["@context"] = context),
        )
        .invalid(Context, Code::ContextNotAllowed)
    };
    let own = "https://evil.example/context";
    let nested = |id, pointer: &str, context: Value| {
        let document = changed(|badge| add(badge, pointer, "@context", context));
        case(id, "An object brings a context of its own.", &document)
            .invalid(Shape, Code::ForbiddenConstruct)
    };
    let swapped = changed(|badge| {
        badge["@context"] = json!([VC_2, OB_3, { "name": "https://schema.org/description", "description": "https://schema.org/name" }]);
        let achievement = &mut badge["credentialSubject"]["achievement"];
        let (name, description) = (achievement["name"].take(), achievement["description"].take());
        achievement["name"] = description;
        achievement["description"] = name;
    });
    vec![
        case(
            "C02-terms-swapped",
            "An inline context gives two terms each other's meaning: the same quads.",
            &swapped,
        )
        .invalid(Context, Code::ContextNotAllowed),
        with("C03-appended", json!([VC_2, OB_3, own])),
        with("C03-inserted", json!([VC_2, own, OB_3])),
        with("C03-turned", json!([OB_3, VC_2])),
        with("C03-fragment", json!([VC_2, format!("{OB_3}#x")])),
        with("C03-slash", json!([format!("{VC_2}/"), OB_3])),
        with("C03-http", json!([VC_2.replace("https", "http"), OB_3])),
        with("C03-upper-case-host", json!([VC_2, OB_3.replace("purl", "PURL")])),
        with("C03-older-version", json!([VC_2, OB_3.replace("3.0.3", "3.0.1")])),
        with("C03-string", json!(VC_2)),
        with("C03-twice", json!([VC_2, OB_3, OB_3])),
        nested(
            "C04-in-the-subject",
            "/credentialSubject",
            json!({ "name": "https://schema.org/description" }),
        ),
        nested("C04-in-the-achievement", "/credentialSubject/achievement", json!([VC_2, OB_3])),
        nested("C04-null", "/credentialSubject", json!(null)),
        nested("C04-no-propagation", "/evidence/0", json!({ "@propagate": false })),
        with("C06-vocab", json!([VC_2, OB_3, { "@vocab": "https://evil.example/" }])),
        with("C06-blank-vocab", json!([VC_2, OB_3, { "@vocab": "_:b" }])),
        with("C06-blank-property", json!([VC_2, OB_3, { "honours": "_:honours" }])),
        with("C07-unknown-host", json!([VC_2, "https://evil.example/ob.json"])),
        with("C07-metadata-address", json!([VC_2, "http://169.254.169.254/latest/meta-data"])),
        with("C07-file", json!([VC_2, "file:///etc/passwd"])),
        with("C12-base", json!([VC_2, OB_3, { "@base": "https://evil.example/" }])),
        with("C12-language", json!([VC_2, OB_3, { "@language": "kk" }])),
        with("C12-direction", json!([VC_2, OB_3, { "@direction": "rtl" }])),
        with("C20-import", json!([VC_2, OB_3, { "@import": OB_3 }])),
        with("C20-nested-lists", json!([[VC_2, OB_3]])),
    ]
}

/// C09: JSON-LD keywords.
fn keywords() -> Vec<Case> {
    let reshaped = |id, says, change: fn(&mut Value)| {
        case(id, says, &changed(change)).invalid(Shape, Code::ForbiddenConstruct)
    };
    vec![
        reshaped("C09-graph", "A member stands in a graph.", |badge| {
            badge["@graph"] = json!([{ "name": badge["name"] }]);
        }),
        reshaped("C09-included", "A node is included beside the subject.", |badge| {
            badge["@included"] = json!([{ "id": "did:example:learner", "name": "Doctor" }]);
        }),
        reshaped("C09-reverse", "A statement stands the other way round.", |badge| {
            badge["credentialSubject"]["@reverse"] =
                json!({ "credentialSubject": { "id": "urn:x:1" } });
        }),
        reshaped("C09-nest", "Members stand under @nest.", |badge| {
            badge["@nest"] = json!({ "name": "Doctor" });
        }),
        reshaped("C09-set", "A value stands in a set.", |badge| {
            badge["name"] = json!({ "@set": ["Spectroscopy"] })
        }),
        reshaped("C09-list", "A value stands in a list.", |badge| {
            badge["name"] = json!({ "@list": ["Spectroscopy"] })
        }),
        reshaped("C09-value", "A string stands in a value object.", |badge| {
            badge["name"] = json!({ "@value": "Spectroscopy" })
        }),
        reshaped("C09-value-with-language", "A string gets a language.", |badge| {
            badge["name"] = json!({ "@value": "Spectroscopy", "@language": "en" });
        }),
        reshaped("C09-id-keyword", "The identifier stands under @id.", |badge| {
            badge["@id"] = badge["id"].take();
            remove(badge, "/id");
        }),
        reshaped("C09-type-keyword", "The type stands under @type.", |badge| {
            badge["@type"] = badge["type"].clone();
        }),
        reshaped("C09-index", "An index is added, which nothing signs.", |badge| {
            badge["evidence"][0]["@index"] = json!("1")
        }),
        reshaped("C09-absolute-term", "A term is written as its IRI.", |badge| {
            badge["https://schema.org/name"] = json!("Doctor");
        }),
        reshaped("C09-compact-term", "A term is written with a prefix.", |badge| {
            badge["cred:issuer"] = json!("did:web:evil.example")
        }),
        reshaped("C09-class-as-term", "The name of a class stands as a term.", |badge| {
            badge["Achievement"] = json!("x")
        }),
        reshaped("C09-keyword-lookalike", "A name that looks like a keyword.", |badge| {
            badge["@unheard"] = json!("x")
        }),
    ]
}

/// C10: one node in several objects.
fn nodes() -> Vec<Case> {
    let merged = |id, says, change: fn(&mut Value)| {
        case(id, says, &changed(change)).indeterminate(Shape, Code::RepeatedIdentifier)
    };
    let strict = |id, says, change: fn(&mut Value)| {
        case(id, says, &microcertificate_changed(change)).invalid(Shape, Code::RepeatedIdentifier)
    };
    let second_subject = |badge: &mut Value| {
        let more = json!({ "id": "did:example:learner", "type": ["Evidence"], "name": "Doctor of Science" });
        push(badge, "/evidence", more);
    };
    let split = |badge: &mut Value| {
        let name = badge["credentialSubject"]["achievement"]["name"].take();
        badge["evidence"][0] = json!({ "id": "https://university.example/achievements/1", "type": ["Evidence"], "name": name });
        badge["credentialSubject"]["achievement"]["name"] = json!("Moved");
    };
    let creator = |badge: &mut Value| {
        badge["credentialSubject"]["achievement"]["creator"] = badge["issuer"].clone();
    };
    vec![
        merged(
            "C10-second-subject",
            "A second object elsewhere is the subject too.",
            second_subject,
        ),
        merged("C10-member-moved", "A member moves to another object of one identifier.", split),
        strict("C10-strict-second-subject", "The same with a microcertificate.", second_subject),
        strict("C10-strict-member-moved", "The same with a microcertificate.", split),
        strict("C10-strict-copy", "The same object stands twice in a microcertificate.", creator),
        case("C10-copy", "The issuer stands as creator too, word for word.", &signed(creator)),
        case(
            "C10-blank-label",
            "A node has the label of a blank node.",
            &changed(|badge| badge["evidence"][0]["id"] = json!("_:b0")),
        )
        .invalid(Shape, Code::ForbiddenConstruct),
        case(
            "C10-blank-reference",
            "A reference is the label of a blank node.",
            &changed(|badge| {
                badge["credentialStatus"] = super::badge::status_entry("clean", 7);
                badge["credentialStatus"]["statusListCredential"] = json!("_:b0");
            }),
        )
        .invalid(Context, Code::DataLoss),
        case(
            "C10-subject-is-the-issuer",
            "The subject has the issuer's identifier.",
            &signed(|badge| {
                badge["credentialSubject"]["id"] = badge["issuer"]["id"].clone();
            }),
        )
        .indeterminate(Shape, Code::RepeatedIdentifier),
        case(
            "C22-value-twice",
            "A member of a set stands twice.",
            &microcertificate_changed(|badge| {
                badge["evidence"] = json!([badge["evidence"][0], badge["evidence"][0]]);
            }),
        )
        .invalid(Shape, Code::RepeatedIdentifier),
        case(
            "C22-array-of-one",
            "An array of one becomes its item.",
            &microcertificate_changed(|badge| {
                badge["evidence"] = badge["evidence"][0].clone();
            }),
        )
        .invalid(Shape, Code::MalformedValue),
    ]
}

/// C14: what vanishes.
fn vanishing() -> Vec<Case> {
    let vanishes = |id, change: fn(&mut Value)| {
        case(id, "Something is added that vanishes from the quads.", &changed(change))
            .invalid(Shape, Code::EmptyValue)
    };
    vec![
        vanishes("C14-null", |badge| badge["description"] = json!(null)),
        vanishes("C14-empty-array", |badge| badge["description"] = json!([])),
        vanishes("C14-empty-object", |badge| badge["credentialSubject"]["source"] = json!({})),
        vanishes("C14-array-of-null", |badge| {
            badge["evidence"] = json!([badge["evidence"][0], null])
        }),
        vanishes("C14-name-emptied", |badge| badge["name"] = json!([])),
        vanishes("C14-unknown-null", |badge| badge["honours"] = json!(null)),
        vanishes("C14-empty-evidence", |badge| badge["evidence"] = json!([])),
    ]
}

/// C18, C19: costly graphs.
fn graphs() -> Vec<Case> {
    let clique = |count: usize| {
        generated_case(
            &format!("C18-clique-{count}"),
            "Blank nodes that all name each other.",
            &format!("clique-{count}"),
        )
        .invalid(Shape, Code::ForbiddenConstruct)
    };
    let costly = |id, says, generator| generated_case(id, says, generator);
    (7..=12)
        .map(clique)
        .chain([
            costly(
                "C18-twins",
                "Five hundred nodes without names that are all alike.",
                "twins-500",
            )
            .invalid(Proof, Code::Signature),
            costly("C18-tree-of-twins", "Alike nodes above alike nodes, four deep.", "tree-4")
                .refused(Context, Code::Poison),
            costly(
                "C18-twelve-orders",
                "Alike nodes that hold twelve alike nodes, in any order.",
                "orders-12",
            )
            .refused(Context, Code::Poison),
            costly(
                "C19-forty-thousand-nodes",
                "Forty thousand nodes without names.",
                "evidence-40000",
            )
            .refused(Context, Code::Limit),
            costly(
                "C19-hundred-thousand-nodes",
                "A hundred thousand nodes without names.",
                "evidence-100000",
            )
            .refused(Read, Code::Limit),
            costly(
                "C18-pairs",
                "Two alike nodes that hold two thousand alike pairs.",
                "pairs-2000",
            )
            .refused(Context, Code::Poison),
            costly(
                "C19-row-of-nodes",
                "Thirty-three thousand nodes, each of which names the next.",
                "links-33000",
            )
            .refused(Shape, Code::Limit),
            costly(
                "C19-short-row-of-nodes",
                "A hundred nodes, each of which names the next.",
                "links-100",
            )
            .refused(Shape, Code::Limit),
            costly(
                "C19-same-identifier",
                "Twenty thousand objects of one identifier.",
                "one-id-20000",
            )
            .refused(Context, Code::Limit),
            costly("C15-thousand-types", "A thousand types.", "types-1000")
                .invalid(Shape, Code::MalformedValue),
        ])
        .collect()
}
