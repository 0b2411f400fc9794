//! The cryptosuites: their names, and which of them read a document as RDF.
//! It must not hash or verify.

use crate::json::{Object, Value};

/// How a document is made into what a proof signs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Cryptosuite {
    /// `eddsa-rdfc-2022`: the RDF dataset, canonicalized (VC Data Integrity EdDSA Cryptosuites, "eddsa-rdfc-2022").
    EddsaRdfc2022,
    /// `eddsa-jcs-2022`: the JSON itself, canonicalized (same document, "eddsa-jcs-2022").
    EddsaJcs2022,
    /// `Ed25519Signature2020`, the form of VC Data Model 1.1 (same document, "Ed25519Signature2020"): the RDF dataset too.
    Ed25519Signature2020,
}

impl Cryptosuite {
    /// The suite that a proof names; `None` if it is not supported.
    pub(super) fn of(proof: &Object<'_>) -> Option<Self> {
        match (proof.text("type")?, proof.find("cryptosuite").map(Value::as_str)) {
            // The second name is that of the suite's drafts, which sign the same bytes.
            ("DataIntegrityProof", Some(Some("eddsa-rdfc-2022" | "eddsa-2022"))) => {
                Some(Self::EddsaRdfc2022)
            }
            ("DataIntegrityProof", Some(Some("eddsa-jcs-2022"))) => Some(Self::EddsaJcs2022),
            ("Ed25519Signature2020", None) => Some(Self::Ed25519Signature2020),
            _ => None,
        }
    }

    /// The members of a proof that name the suite.
    pub(super) const fn names(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::EddsaRdfc2022 => {
                &[("type", "DataIntegrityProof"), ("cryptosuite", "eddsa-rdfc-2022")]
            }
            Self::EddsaJcs2022 => {
                &[("type", "DataIntegrityProof"), ("cryptosuite", "eddsa-jcs-2022")]
            }
            Self::Ed25519Signature2020 => &[("type", "Ed25519Signature2020")],
        }
    }

    /// The name in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::EddsaRdfc2022 => "eddsa-rdfc-2022",
            Self::EddsaJcs2022 => "eddsa-jcs-2022",
            Self::Ed25519Signature2020 => "Ed25519Signature2020",
        }
    }

    /// Whether the signature covers the JSON to the letter, so that nothing can be moved in it.
    pub(crate) const fn fixes_the_text(self) -> bool {
        matches!(self, Self::EddsaJcs2022)
    }
}
