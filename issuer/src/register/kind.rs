//! The kinds of entries and their numbers in format 1, fixed for good; it knows nothing of their content.

use super::Event;

/// What an entry records. Its number is in every head, its name in every leaf.
///
/// Reserved for later events, never to be used for anything else: 7 `certificate-corrected`,
/// 8 `certificate-recognised`, 11 `edition-added`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A process took its prefix of journal numbers.
    InstanceRegistered,
    /// A programme entered the register of programmes.
    ProgrammeRegistered,
    /// A certificate was issued.
    CertificateIssued,
    /// A certificate was revoked.
    CertificateRevoked,
    /// Numbers were given and not used.
    NumbersVoided,
    /// A public key came into use.
    KeyAdded,
    /// The page of a certificate was hidden.
    PageUnpublished,
    /// Payloads were erased.
    PayloadErased,
    /// A certificate was signed anew.
    EditionAdded,
    /// The page of a certificate was shown again.
    PagePublished,
    /// A public key is not used any more.
    KeyRetired,
    /// A public key is believed no more.
    KeyCompromised,
    /// Issuing was stopped.
    IssuingStopped,
    /// Issuing was taken up again.
    IssuingResumed,
    /// The register goes on from a backup.
    RegisterRestored,
    /// A transcript was issued.
    TranscriptIssued,
}

/// The one table: kind, number in the head, name in the leaf and in the payload.
const TABLE: &[(Kind, u16, &str)] = &[
    (Kind::InstanceRegistered, 1, "instance-registered"),
    (Kind::ProgrammeRegistered, 2, "programme-registered"),
    (Kind::CertificateIssued, 3, "certificate-issued"),
    (Kind::CertificateRevoked, 4, "certificate-revoked"),
    (Kind::NumbersVoided, 5, "numbers-voided"),
    (Kind::KeyAdded, 6, "key-added"),
    (Kind::PageUnpublished, 9, "page-unpublished"),
    (Kind::PayloadErased, 10, "payload-erased"),
    (Kind::EditionAdded, 11, "edition-added"),
    (Kind::PagePublished, 12, "page-published"),
    (Kind::KeyRetired, 13, "key-retired"),
    (Kind::KeyCompromised, 14, "key-compromised"),
    (Kind::IssuingStopped, 15, "issuing-stopped"),
    (Kind::IssuingResumed, 16, "issuing-resumed"),
    (Kind::RegisterRestored, 17, "register-restored"),
    (Kind::TranscriptIssued, 18, "transcript-issued"),
];

impl Kind {
    /// The number that heads carry.
    #[must_use]
    pub fn number(self) -> u16 {
        self.row().1
    }

    /// The name that leaves carry: lower-case words joined by hyphens.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().2
    }

    /// The kind with this number. `None` if this version knows none, reserved numbers included.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == number).map(|row| row.0)
    }

    /// Must this be recorded even when the disk is full? What ends or corrects something must; what begins something
    /// can wait for room.
    #[must_use]
    pub fn is_urgent(self) -> bool {
        !matches!(
            self,
            Self::InstanceRegistered
                | Self::ProgrammeRegistered
                | Self::CertificateIssued
                | Self::TranscriptIssued
        )
    }

    fn row(self) -> (Self, u16, &'static str) {
        // A test holds that every kind is in the table, so the fallback is never taken.
        TABLE.iter().copied().find(|row| row.0 == self).unwrap_or((self, 0, ""))
    }
}

impl Event {
    /// The kind of this event.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::InstanceRegistered { .. } => Kind::InstanceRegistered,
            Self::ProgrammeRegistered { .. } => Kind::ProgrammeRegistered,
            Self::CertificateIssued(_) => Kind::CertificateIssued,
            Self::CertificateRevoked(_) => Kind::CertificateRevoked,
            Self::NumbersVoided(_) => Kind::NumbersVoided,
            Self::KeyAdded(_) => Kind::KeyAdded,
            Self::PageUnpublished(_) => Kind::PageUnpublished,
            Self::PayloadErased(_) => Kind::PayloadErased,
            Self::EditionAdded(_) => Kind::EditionAdded,
            Self::PagePublished(_) => Kind::PagePublished,
            Self::KeyRetired(_) => Kind::KeyRetired,
            Self::KeyCompromised(_) => Kind::KeyCompromised,
            Self::IssuingStopped(_) => Kind::IssuingStopped,
            Self::IssuingResumed(_) => Kind::IssuingResumed,
            Self::RegisterRestored(_) => Kind::RegisterRestored,
            Self::TranscriptIssued(_) => Kind::TranscriptIssued,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_fixed() {
        let written: Vec<_> = (0..100)
            .filter_map(Kind::from_number)
            .map(|kind| (kind.number(), kind.name()))
            .collect();
        assert_eq!(
            written,
            [
                (1, "instance-registered"),
                (2, "programme-registered"),
                (3, "certificate-issued"),
                (4, "certificate-revoked"),
                (5, "numbers-voided"),
                (6, "key-added"),
                (9, "page-unpublished"),
                (10, "payload-erased"),
                (11, "edition-added"),
                (12, "page-published"),
                (13, "key-retired"),
                (14, "key-compromised"),
                (15, "issuing-stopped"),
                (16, "issuing-resumed"),
                (17, "register-restored"),
                (18, "transcript-issued"),
            ]
        );
    }

    #[test]
    fn the_name_is_the_tag_of_the_payload() {
        let event = Event::InstanceRegistered { prefix: "A".into() };
        let payload = serde_json::to_value(&event).unwrap();
        assert_eq!(payload["kind"], event.kind().name());
    }
}
