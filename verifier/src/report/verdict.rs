//! The five conclusions, and which of several weighs more.

use serde::Serialize;

/// The conclusion that the outcomes imply. Only [`Verdict::Valid`] may be shown green.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every check passes, the status is fresh, the issuer is in the caller's trust list.
    Valid,
    /// A check failed.
    Invalid,
    /// Everything holds, but nobody vouches for this issuer.
    Untrusted,
    /// Something could not be found out.
    Indeterminate,
    /// The input is not readable within the limits.
    Refused,
}

impl Verdict {
    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid => "invalid",
            Self::Untrusted => "untrusted",
            Self::Indeterminate => "indeterminate",
            Self::Refused => "refused",
        }
    }

    /// The one that weighs more, in the order refused, invalid, indeterminate, untrusted, valid.
    #[must_use]
    pub const fn worse(self, other: Self) -> Self {
        if other.weight() > self.weight() { other } else { self }
    }

    pub(super) const fn weight(self) -> u8 {
        match self {
            Self::Refused => 4,
            Self::Invalid => 3,
            Self::Indeterminate => 2,
            Self::Untrusted => 1,
            Self::Valid => 0,
        }
    }

    /// The exit code of `verifier check` for one input of this verdict.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Untrusted => 2,
            Self::Indeterminate => 3,
            Self::Refused => 4,
        }
    }
}
