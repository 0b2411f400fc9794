//! One case: an input, the world around it, and the only right answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use verifier::{Check, Code, Verdict};

/// When the cases are verified. Their dates lie so far off that the answer is the same today and in many years.
const AT: &str = "2026-06-01T00:00:00Z";

/// One case of the corpus.
#[derive(Clone, Debug)]
pub struct Case {
    /// Row of the catalogue and a few words: the folder's name.
    pub id: String,
    /// What is verified.
    pub input: Input,
    /// The world around it.
    pub environment: Environment,
    /// The answer.
    pub expect: Expect,
}

/// What is verified.
#[derive(Clone, Debug)]
pub enum Input {
    /// Bytes that lie in the folder under this name.
    File(&'static str, Vec<u8>),
    /// Bytes too many to keep: a generator makes them.
    Generated(String),
}

/// `env.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// What the case tries, in one sentence.
    pub says: String,
    /// The input's file in the folder of the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// The generator that makes the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generated: Option<String>,
    /// When it is verified, RFC 3339.
    pub at: String,
    /// Whether only this moment gives the answer: then HTTP, whose clock is the real one, is left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fixed_time: bool,
    /// The trust list: a file of `tests/corpus/trust` without its ending.
    pub trust: String,
    /// `shared` for the folder `tests/corpus/documents`, or `none`.
    pub documents: String,
    /// No connection is opened.
    pub offline: bool,
    /// The register must be proven to hold the credential.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub require_inclusion: bool,
    /// Documents that somebody found under a URL which is not their own: only the library can be told so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Found>,
}

/// A document and where it was found.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// Under this URL or DID …
    pub url: String,
    /// … this text was found; without one, fetching failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When, Unix seconds, if it was fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retrieved_at: Option<i64>,
}

/// `expect.json`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// `valid`, `invalid`, `untrusted`, `indeterminate` or `refused`.
    pub verdict: String,
    /// Every problem of the report, and no other.
    pub problems: Vec<ExpectedProblem>,
}

/// A problem of a report.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedProblem {
    /// The check that has it.
    pub check: String,
    /// Its `type`.
    #[serde(rename = "type")]
    pub kind: String,
}

impl ExpectedProblem {
    /// The problem that this check reports as this code.
    #[must_use]
    pub fn new(check: Check, code: Code) -> Self {
        let kind = format!("{}{}", code.namespace(), code.name());
        Self { check: check.name().to_owned(), kind }
    }
}

/// A case whose input is this document. It is `valid` until something else is said.
pub(crate) fn case(id: &str, says: &str, document: &Value) -> Case {
    bytes_case(id, says, document.to_string().into_bytes())
}

/// A case whose input is these bytes.
pub(crate) fn bytes_case(id: &str, says: &str, bytes: Vec<u8>) -> Case {
    Case::new(id, says, Input::File("input.json", bytes))
}

/// A case whose input this generator makes.
pub(crate) fn generated_case(id: &str, says: &str, generator: &str) -> Case {
    Case::new(id, says, Input::Generated(generator.to_owned()))
}

impl Case {
    fn new(id: &str, says: &str, input: Input) -> Self {
        let (file, generated) = match &input {
            Input::File(name, _) => (Some((*name).to_owned()), None),
            Input::Generated(name) => (None, Some(name.clone())),
        };
        let environment = Environment {
            says: says.to_owned(),
            input: file,
            generated,
            at: AT.to_owned(),
            fixed_time: false,
            trust: "university".to_owned(),
            documents: "shared".to_owned(),
            offline: true,
            require_inclusion: false,
            found: Vec::new(),
        };
        let expect = Expect { verdict: Verdict::Valid.name().to_owned(), problems: Vec::new() };
        Self { id: id.to_owned(), input, environment, expect }
    }

    fn answered(mut self, verdict: Verdict, check: Check, code: Code) -> Self {
        verdict.name().clone_into(&mut self.expect.verdict);
        self.expect.problems.push(ExpectedProblem::new(check, code));
        self
    }

    /// The credential is at fault, and this check says so.
    pub(crate) fn invalid(self, check: Check, code: Code) -> Self {
        self.answered(Verdict::Invalid, check, code)
    }

    /// This check could not find out.
    pub(crate) fn indeterminate(self, check: Check, code: Code) -> Self {
        self.answered(Verdict::Indeterminate, check, code)
    }

    /// The trust list does not vouch.
    pub(crate) fn untrusted(self, code: Code) -> Self {
        self.answered(Verdict::Untrusted, Check::Trust, code)
    }

    /// The input is not readable within the limits.
    pub(crate) fn refused(self, check: Check, code: Code) -> Self {
        self.answered(Verdict::Refused, check, code)
    }

    /// A token is failed before its payload is read.
    pub(crate) fn malformed_token(self, code: Code) -> Self {
        self.invalid(Check::Read, code)
    }

    /// Nothing is wrong with the document itself, but with one inside.
    pub(crate) fn inside(mut self, verdict: &str) -> Self {
        verdict.clone_into(&mut self.expect.verdict);
        self
    }

    /// The input under another name.
    pub(crate) fn named(mut self, name: &'static str) -> Self {
        if let Input::File(file, _) = &mut self.input {
            *file = name;
            self.environment.input = Some(name.to_owned());
        }
        self
    }

    /// Verified with this trust list.
    pub(crate) fn trusting(mut self, list: &str) -> Self {
        list.clone_into(&mut self.environment.trust);
        self
    }

    /// Verified by somebody who asks for proof that the register holds it.
    pub(crate) fn requiring_inclusion(mut self) -> Self {
        self.environment.require_inclusion = true;
        self
    }

    /// Verified without any document.
    pub(crate) fn alone(mut self) -> Self {
        "none".clone_into(&mut self.environment.documents);
        self
    }

    /// Verified at this moment, and right only then.
    pub(crate) fn at(mut self, time: &str) -> Self {
        time.clone_into(&mut self.environment.at);
        self.environment.fixed_time = true;
        self
    }

    /// With this text found at this URL.
    pub(crate) fn found(mut self, url: &str, text: &str) -> Self {
        let found = Found { url: url.to_owned(), text: Some(text.to_owned()), retrieved_at: None };
        self.environment.found.push(found);
        self
    }
}
