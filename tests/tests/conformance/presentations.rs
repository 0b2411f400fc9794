//! Presentations that must verify, and such that must not.

use serde_json::{Value, json};
use tanu_tests::Conformance;

use crate::cases::Case;
use crate::holder::{CHALLENGE, DOMAIN, Holder};
use crate::{VC_2, changed, credential, filled};

pub(crate) fn cases(server: &Conformance) -> Vec<Case> {
    let stage = Stage {
        holder: Holder::new(9),
        stranger: Holder::new(8),
        issued: server.issued("rdfc", &credential()),
    };
    let mut cases = stage.good();
    cases.extend(stage.by_others());
    cases.extend(stage.malformed());
    cases.extend(stage.of_bad_credentials());
    cases.extend(stage.asked_otherwise());
    cases
}

/// Who presents, who else could, and a good credential.
struct Stage {
    holder: Holder,
    stranger: Holder,
    issued: Value,
}

fn bare() -> Value {
    json!({ "@context": [VC_2], "type": ["VerifiablePresentation"] })
}

fn held(holder: &Value, credentials: Value) -> Value {
    let presentation = changed(&bare(), "/holder", Some(holder.clone()));
    changed(&presentation, "/verifiableCredential", Some(credentials))
}

impl Stage {
    fn did(&self) -> Value {
        self.holder.did().into()
    }

    /// The holder's own word: a credential that nobody has signed.
    fn own(&self) -> Value {
        filled(&credential(), &self.holder.did())
    }

    fn full(&self) -> Value {
        self.holder.presents(&held(&self.did(), json!([self.issued])))
    }

    fn good(&self) -> Vec<Case> {
        let Self { holder, issued, .. } = self;
        let presented = |presentation: &Value| holder.presents(presentation);
        let as_object = held(&json!({ "id": self.did() }), json!([issued]));
        vec![
            Case::presentation("nothing presented", &presented(&bare()), true),
            Case::presentation("one credential", &self.full(), true),
            Case::presentation("a holder as object", &presented(&as_object), true),
            Case::presentation(
                "two credentials",
                &presented(&held(&self.did(), json!([issued, issued]))),
                true,
            ),
            Case::presentation(
                "the holder's own word",
                &presented(&held(&self.did(), json!([self.own()]))),
                true,
            ),
        ]
    }

    fn by_others(&self) -> Vec<Case> {
        let Self { holder, stranger, issued } = self;
        let theirs = held(&stranger.did().into(), json!([self.own()]));
        let nobodys = changed(&bare(), "/verifiableCredential", Some(json!([self.own()])));
        let full = held(&self.did(), json!([issued]));
        let assertion = json!({ "proofPurpose": "assertionMethod" });
        vec![
            Case::presentation("somebody else's word, unsigned", &holder.presents(&theirs), false),
            Case::presentation(
                "an unsigned word without holder",
                &holder.presents(&nobodys),
                false,
            ),
            Case::presentation("signed by a stranger", &stranger.presents(&full), false),
            Case::presentation("no proof", &full, false),
            Case::presentation("made for everybody", &holder.signed(&full, &assertion), false),
        ]
    }

    /// The signature holds in each: only the form is wrong.
    fn malformed(&self) -> Vec<Case> {
        let full = held(&self.did(), json!([self.issued]));
        [
            ("/verifiableCredential", json!(["urn:x"])),
            ("/holder", json!({ "name": "Acme" })),
            ("/type", json!(["Other"])),
            ("/@context", json!(["https://www.w3.org/ns/credentials/undefined"])),
            ("/id", json!("relative")),
        ]
        .into_iter()
        .map(|(pointer, value)| {
            let signed = self.holder.presents(&full);
            let name = format!("{pointer} is {value}");
            Case::presentation(&name, &changed(&signed, pointer, Some(value)), false)
        })
        .collect()
    }

    /// The presentation itself is genuine: only the credential in it is not.
    fn of_bad_credentials(&self) -> Vec<Case> {
        let other = json!({ "id": "did:example:other" });
        [
            ("changed", changed(&self.issued, "/credentialSubject", Some(other))),
            ("of no type", changed(&self.issued, "/type", Some(json!([])))),
        ]
        .into_iter()
        .map(|(name, inner)| {
            let presentation = held(&self.did(), json!([inner]));
            let name = format!("a credential {name}");
            Case::presentation(&name, &self.holder.presents(&presentation), false)
        })
        .collect()
    }

    fn asked_otherwise(&self) -> Vec<Case> {
        let purpose = json!({
            "domain": DOMAIN, "challenge": CHALLENGE, "expectedProofPurpose": "assertionMethod"
        });
        [
            ("another challenge", json!({ "domain": DOMAIN, "challenge": "x" })),
            ("another domain", json!({ "domain": "other.example", "challenge": CHALLENGE })),
            ("no challenge", json!({ "domain": DOMAIN })),
            ("another purpose", purpose),
        ]
        .into_iter()
        .map(|(name, options)| {
            let mut case = Case::presentation(name, &self.full(), false);
            case.request["options"] = options;
            case
        })
        .collect()
    }
}
