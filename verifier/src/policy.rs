//! What the caller asks for: whom it trusts, which contexts it reads, how fresh a status must be.
//! It holds choices; it must not make findings.

use crate::trust::TrustList;

/// The caller's choices.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Whom the caller believes.
    pub trust: TrustList,
    /// Clock difference tolerated for `validFrom`, seconds; at most five minutes are used.
    pub skew_seconds: i64,
}

impl Policy {
    /// The policy of every user-facing path: Open Badges from pinned contexts, judged by `trust`.
    #[must_use]
    pub const fn badge(trust: TrustList) -> Self {
        Self { trust, skew_seconds: 0 }
    }
}
