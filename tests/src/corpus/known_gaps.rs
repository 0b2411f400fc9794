//! Cases whose right answer the verifier does not give yet. A gap that is closed fails the test, so that its entry goes.

/// A case that is answered wrongly.
#[derive(Debug)]
pub struct KnownGap {
    /// The case.
    pub id: &'static str,
    /// What is missing, and in which file.
    pub reason: &'static str,
}

/// Every gap.
pub const KNOWN_GAPS: &[KnownGap] = &[];
