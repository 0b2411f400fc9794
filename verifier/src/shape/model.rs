//! The Open Badges 3.0 data model as tables (Open Badges 3.0, "Open Badges Data Model").
//! It says what there is; it must not judge.

/// A class of the data model.
pub(super) struct Class {
    pub(super) name: &'static str,
    /// How its `type` is written.
    pub(super) typed: Typed,
    /// No members but these.
    pub(super) closed: bool,
    pub(super) members: &'static [Member],
}

pub(super) enum Typed {
    /// A set that holds the class name.
    Set,
    /// The class name, alone or as the only one of a set.
    Only,
    /// The class name itself.
    Word,
    /// Anything, or nothing.
    Free,
}

pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) many: bool,
    pub(super) required: bool,
}

pub(super) enum Kind {
    Text,
    Number,
    Boolean,
    DateTime,
    /// A date and time; the specification's own contexts say date, so foreign badges may hold one.
    Day,
    Object(&'static Class),
    /// An object that other checks look into.
    Open,
    /// Anything; another room looks at it.
    Other,
}

const fn one(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, many: false, required: false }
}

const fn need(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, many: false, required: true }
}

const fn many(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, many: true, required: false }
}

use Kind::{Boolean, DateTime, Day, Number, Open, Other, Text};

/// The dates of any credential in VC Data Model 2.0, and its members that are nodes: a mere text in place of one would be the same
/// node to the signature, and none to whoever reads the JSON.
pub(super) static DATES: Class = Class {
    name: "credential",
    typed: Typed::Free,
    closed: false,
    members: &[
        need("validFrom", DateTime),
        one("validUntil", DateTime),
        many("relatedResource", Open),
        many("confidenceMethod", Open),
        many("renderMethod", Open),
    ],
};

/// Those of VC Data Model 1.1. Its context knows the second pair too.
pub(super) static DATES_1: Class = Class {
    name: "credential",
    typed: Typed::Free,
    closed: false,
    members: &[
        need("issuanceDate", DateTime),
        one("expirationDate", DateTime),
        one("validFrom", DateTime),
        one("validUntil", DateTime),
    ],
};

/// `AchievementCredential`, also named `OpenBadgeCredential`.
pub(super) static BADGE: Class = Class {
    name: "OpenBadgeCredential",
    typed: Typed::Free,
    closed: false,
    members: &[
        need("id", Text),
        one("name", Text),
        one("description", Text),
        one("image", Kind::Object(&IMAGE)),
        one("awardedDate", DateTime),
        need("issuer", Kind::Object(&PROFILE)),
        need("credentialSubject", Kind::Object(&SUBJECT)),
        many("evidence", Kind::Object(&EVIDENCE)),
        many("endorsement", Open),
        many("endorsementJwt", Text),
        many("credentialSchema", Open),
        many("termsOfUse", Open),
        one("refreshService", Open),
        // The dates have tables, the others rooms of their own.
        one("validFrom", Other),
        one("validUntil", Other),
        one("@context", Other),
        one("credentialStatus", Other),
        one("proof", Other),
    ],
};

/// `ClrCredential` (Comprehensive Learner Record 2.0).
pub(super) static CLR: Class = Class {
    name: "ClrCredential",
    typed: Typed::Free,
    closed: false,
    members: &[
        need("id", Text),
        need("name", Text),
        need("issuer", Kind::Object(&PROFILE)),
        need("credentialSubject", Kind::Object(&CLR_SUBJECT)),
        one("description", Text),
        one("image", Kind::Object(&IMAGE)),
        one("partial", Boolean),
        one("awardedDate", DateTime),
        many("evidence", Kind::Object(&EVIDENCE)),
        many("endorsement", Open),
        many("endorsementJwt", Text),
        many("credentialSchema", Open),
        many("termsOfUse", Open),
        one("refreshService", Open),
        one("credentialStatus", Other),
    ],
};

static CLR_SUBJECT: Class = Class {
    name: "ClrSubject",
    typed: Typed::Only,
    closed: true,
    members: &[
        one("id", Text),
        many("identifier", Kind::Object(&IDENTITY_OBJECT)),
        many("achievement", Kind::Object(&ACHIEVEMENT)),
        Member { name: "verifiableCredential", kind: Open, many: true, required: true },
        many("association", Kind::Object(&ASSOCIATION)),
    ],
};

static ASSOCIATION: Class = Class {
    name: "Association",
    typed: Typed::Word,
    closed: true,
    members: &[need("associationType", Text), need("sourceId", Text), need("targetId", Text)],
};

/// `EndorsementCredential`.
pub(super) static ENDORSEMENT: Class = Class {
    name: "EndorsementCredential",
    typed: Typed::Free,
    closed: false,
    members: &[
        need("id", Text),
        need("name", Text),
        need("issuer", Kind::Object(&PROFILE)),
        need("credentialSubject", Kind::Object(&ENDORSEMENT_SUBJECT)),
        one("description", Text),
        one("awardedDate", DateTime),
        many("evidence", Kind::Object(&EVIDENCE)),
        many("credentialSchema", Open),
        many("termsOfUse", Open),
        one("refreshService", Open),
        one("credentialStatus", Other),
    ],
};

static ENDORSEMENT_SUBJECT: Class = Class {
    name: "EndorsementSubject",
    typed: Typed::Set,
    closed: false,
    members: &[need("id", Text), one("endorsementComment", Text)],
};

/// The status entry of our own profile (Bitstring Status List, "BitstringStatusListEntry").
pub(super) static STATUS: Class = Class {
    name: "BitstringStatusListEntry",
    typed: Typed::Word,
    closed: true,
    members: &[
        need("id", Text),
        need("statusPurpose", Text),
        need("statusListIndex", Text),
        need("statusListCredential", Text),
    ],
};

static SUBJECT: Class = Class {
    name: "AchievementSubject",
    typed: Typed::Set,
    closed: false,
    members: &[
        one("id", Text),
        need("achievement", Kind::Object(&ACHIEVEMENT)),
        one("activityStartDate", Day),
        one("activityEndDate", Day),
        one("creditsEarned", Number),
        many("identifier", Kind::Object(&IDENTITY_OBJECT)),
        one("image", Kind::Object(&IMAGE)),
        one("licenseNumber", Text),
        one("narrative", Text),
        many("result", Kind::Object(&RESULT)),
        one("role", Text),
        one("source", Kind::Object(&PROFILE)),
        one("term", Text),
    ],
};

static ACHIEVEMENT: Class = Class {
    name: "Achievement",
    typed: Typed::Set,
    closed: false,
    members: &[
        need("id", Text),
        need("name", Text),
        need("description", Text),
        need("criteria", Kind::Object(&CRITERIA)),
        many("alignment", Kind::Object(&ALIGNMENT)),
        one("achievementType", Text),
        one("creator", Kind::Object(&PROFILE)),
        one("creditsAvailable", Number),
        many("endorsement", Open),
        many("endorsementJwt", Text),
        one("fieldOfStudy", Text),
        one("humanCode", Text),
        one("image", Kind::Object(&IMAGE)),
        one("inLanguage", Text),
        many("otherIdentifier", Kind::Object(&IDENTIFIER_ENTRY)),
        many("related", Kind::Object(&RELATED)),
        many("resultDescription", Kind::Object(&RESULT_DESCRIPTION)),
        one("specialization", Text),
        many("tag", Text),
        one("version", Text),
    ],
};

static PROFILE: Class = Class {
    name: "Profile",
    typed: Typed::Set,
    closed: false,
    members: &[
        need("id", Text),
        one("name", Text),
        one("url", Text),
        one("phone", Text),
        one("description", Text),
        many("endorsement", Open),
        many("endorsementJwt", Text),
        one("image", Kind::Object(&IMAGE)),
        one("email", Text),
        one("address", Kind::Object(&ADDRESS)),
        many("otherIdentifier", Kind::Object(&IDENTIFIER_ENTRY)),
        one("official", Text),
        one("parentOrg", Kind::Object(&PROFILE)),
        one("familyName", Text),
        one("givenName", Text),
        one("additionalName", Text),
        one("patronymicName", Text),
        one("honorificPrefix", Text),
        one("honorificSuffix", Text),
        one("familyNamePrefix", Text),
        one("dateOfBirth", Text),
    ],
};

static CRITERIA: Class = Class {
    name: "Criteria",
    typed: Typed::Free,
    closed: false,
    members: &[one("id", Text), one("narrative", Text)],
};

static ALIGNMENT: Class = Class {
    name: "Alignment",
    typed: Typed::Set,
    closed: false,
    members: &[
        need("targetName", Text),
        need("targetUrl", Text),
        one("targetCode", Text),
        one("targetDescription", Text),
        one("targetFramework", Text),
        one("targetType", Text),
    ],
};

static EVIDENCE: Class = Class {
    name: "Evidence",
    typed: Typed::Set,
    closed: false,
    members: &[
        one("id", Text),
        one("narrative", Text),
        one("name", Text),
        one("description", Text),
        one("genre", Text),
        one("audience", Text),
    ],
};

static IMAGE: Class = Class {
    name: "Image",
    typed: Typed::Word,
    closed: true,
    members: &[need("id", Text), one("caption", Text)],
};

static IDENTITY_OBJECT: Class = Class {
    name: "IdentityObject",
    typed: Typed::Word,
    closed: true,
    members: &[
        need("hashed", Boolean),
        need("identityHash", Text),
        need("identityType", Text),
        one("salt", Text),
    ],
};

static IDENTIFIER_ENTRY: Class = Class {
    name: "IdentifierEntry",
    typed: Typed::Word,
    closed: true,
    members: &[need("identifier", Text), need("identifierType", Text)],
};

static ADDRESS: Class = Class {
    name: "Address",
    typed: Typed::Set,
    closed: false,
    members: &[
        one("addressCountry", Text),
        one("addressCountryCode", Text),
        one("addressRegion", Text),
        one("addressLocality", Text),
        one("streetAddress", Text),
        one("postOfficeBoxNumber", Text),
        one("postalCode", Text),
        one("geo", Kind::Object(&GEO_COORDINATES)),
    ],
};

static GEO_COORDINATES: Class = Class {
    name: "GeoCoordinates",
    typed: Typed::Word,
    closed: false,
    members: &[need("latitude", Number), need("longitude", Number)],
};

static RELATED: Class = Class {
    name: "Related",
    typed: Typed::Set,
    closed: false,
    members: &[need("id", Text), one("inLanguage", Text), one("version", Text)],
};

static RESULT: Class = Class {
    name: "Result",
    typed: Typed::Set,
    closed: false,
    members: &[
        one("achievedLevel", Text),
        many("alignment", Kind::Object(&ALIGNMENT)),
        one("resultDescription", Text),
        one("status", Text),
        one("value", Text),
    ],
};

static RESULT_DESCRIPTION: Class = Class {
    name: "ResultDescription",
    typed: Typed::Set,
    closed: false,
    members: &[
        need("id", Text),
        need("name", Text),
        need("resultType", Text),
        many("alignment", Kind::Object(&ALIGNMENT)),
        many("allowedValue", Text),
        one("requiredLevel", Text),
        one("requiredValue", Text),
        many("rubricCriterionLevel", Kind::Object(&RUBRIC_CRITERION_LEVEL)),
        one("valueMax", Text),
        one("valueMin", Text),
    ],
};

static RUBRIC_CRITERION_LEVEL: Class = Class {
    name: "RubricCriterionLevel",
    typed: Typed::Set,
    closed: false,
    members: &[
        need("id", Text),
        need("name", Text),
        many("alignment", Kind::Object(&ALIGNMENT)),
        one("description", Text),
        one("level", Text),
        one("points", Text),
    ],
};
