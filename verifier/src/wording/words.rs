//! What verdicts, checks, outcomes and labels are called in Kazakh, Russian and English.
//! One row per thing, one column per language; it must not decide anything.

use crate::language::Language;
use crate::report::{Check, Outcome, Verdict};

/// What something is called, and one sentence about it, in one language.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Phrase {
    /// A word or a few, to stand in a table.
    pub name: &'static str,
    /// One plain sentence.
    pub sentence: &'static str,
}

/// The same name and sentence in Kazakh, Russian and English, in this order.
pub(super) type Row = [(&'static str, &'static str); 3];

/// The column of `language`.
pub(super) const fn pick(row: Row, language: Language) -> Phrase {
    let [kk, ru, en] = row;
    let (name, sentence) = match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    };
    Phrase { name, sentence }
}

impl Verdict {
    /// The verdict in `language`.
    #[must_use]
    pub const fn phrase(self, language: Language) -> Phrase {
        pick(verdict(self), language)
    }
}

impl Check {
    /// The check in `language`; the sentence says what holds when it passes.
    #[must_use]
    pub const fn phrase(self, language: Language) -> Phrase {
        pick(check(self), language)
    }
}

impl Outcome {
    /// The outcome in `language`.
    #[must_use]
    pub const fn phrase(&self, language: Language) -> Phrase {
        pick(outcome(self), language)
    }

    /// The name in the JSON form: `pass`, `absent`, `fail`, `unknown`, `unlisted`, `refused` or `not-run`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Absent => "absent",
            Self::Fail(_) => "fail",
            Self::Unknown(_) => "unknown",
            Self::Unlisted(_) => "unlisted",
            Self::Refused(_) => "refused",
            Self::NotRun => "not-run",
        }
    }
}

pub(super) const fn verdict(verdict: Verdict) -> Row {
    match verdict {
        Verdict::Valid => [
            (
                "ЖАРАМДЫ",
                "Микросертификат түпнұсқа және күшінде, оны берген тарап сенім тізіміңізде бар.",
            ),
            (
                "ДЕЙСТВИТЕЛЕН",
                "Микросертификат подлинный и действует, издатель есть в вашем списке доверия.",
            ),
            (
                "VALID",
                "The credential is genuine and in force, and its issuer is in your trust list.",
            ),
        ],
        Verdict::Invalid => [
            (
                "ЖАРАМСЫЗ",
                "Кемінде бір тексеру сәтсіз аяқталды: бұл микросертификатқа сүйенуге болмайды.",
            ),
            (
                "НЕДЕЙСТВИТЕЛЕН",
                "Хотя бы одна проверка не пройдена: на этот микросертификат полагаться нельзя.",
            ),
            ("INVALID", "At least one check failed: do not rely on this credential."),
        ],
        Verdict::Untrusted => [
            (
                "БЕРУШІ СЕНІМ ТІЗІМІНДЕ ЖОҚ",
                "Барлық тексеру сәтті өтті, бірақ сенім тізіміңіз бұл берушіні растамайды.",
            ),
            (
                "ИЗДАТЕЛЬ НЕ В СПИСКЕ ДОВЕРИЯ",
                "Все проверки пройдены, но ваш список доверия не подтверждает этого издателя.",
            ),
            ("UNTRUSTED", "Everything holds, but your trust list does not vouch for this issuer."),
        ],
        Verdict::Indeterminate => [
            (
                "АНЫҚТАЛМАДЫ",
                "Қажетті мәліметтің бір бөлігін алу мүмкін болмады, сондықтан қорытынды жасалмады.",
            ),
            (
                "НЕ ОПРЕДЕЛЕНО",
                "Часть нужных сведений получить не удалось, поэтому вывод не сделан.",
            ),
            ("INDETERMINATE", "Something could not be found out, so there is no conclusion."),
        ],
        Verdict::Refused => [
            ("ҚАБЫЛДАНБАДЫ", "Ұсынылған файлды белгіленген шектер аясында оқу мүмкін емес."),
            ("НЕ ПРИНЯТ", "Представленный файл невозможно прочитать в установленных пределах."),
            ("REFUSED", "The input is not readable within the limits."),
        ],
    }
}

pub(super) const fn check(check: Check) -> Row {
    match check {
        Check::Read => [
            ("оқу", "Файл белгіленген шектер аясында оқылады."),
            ("чтение", "Файл читается в установленных пределах."),
            ("read", "The input is readable within the limits."),
        ],
        Check::Shape => [
            ("құрылым", "Құжаттың құрылымы Open Badges 3.0 микросертификатына сәйкес келеді."),
            ("структура", "Документ имеет структуру микросертификата Open Badges 3.0."),
            ("shape", "The document has the shape of an Open Badges 3.0 credential."),
        ],
        Check::Context => [
            ("контекст", "Құжаттағы әрбір термин танымал контексте анықталған."),
            ("контекст", "Каждый термин документа определён в известном контексте."),
            ("context", "Every term of the document is defined by a known context."),
        ],
        Check::Key => [
            ("кілт", "Қол қою кілтіне берушінің өзі өкілеттік берген."),
            ("ключ", "Ключ подписи уполномочен самим издателем."),
            ("key", "The issuer authorizes the key of the signature."),
        ],
        Check::Proof => [
            ("қолтаңба", "Қолтаңба дәл осы құжатқа сәйкес келеді."),
            ("подпись", "Подпись соответствует именно этому документу."),
            ("proof", "The signature matches this very document."),
        ],
        Check::Validity => [
            ("мерзім", "Тексеру сәті микросертификаттың қолданылу мерзіміне кіреді."),
            ("срок", "Момент проверки входит в срок действия микросертификата."),
            ("validity", "The time of the check lies within the period of validity."),
        ],
        Check::Status => [
            ("мәртебе", "Микросертификат кері қайтарып алынбаған және тоқтатыла тұрмаған."),
            ("статус", "Микросертификат не отозван и не приостановлен."),
            ("status", "The credential is neither revoked nor suspended."),
        ],
        Check::Inclusion => [
            ("тізілім", "Микросертификат берушінің тізіліміне енгізілген."),
            ("реестр", "Микросертификат внесён в реестр издателя."),
            ("inclusion", "The issuer's register holds the credential."),
        ],
        Check::Trust => [
            ("сенім", "Беруші сенім тізіміңізде бар."),
            ("доверие", "Издатель есть в вашем списке доверия."),
            ("trust", "The issuer is in your trust list."),
        ],
    }
}

pub(super) const fn outcome(outcome: &Outcome) -> Row {
    match outcome {
        Outcome::Pass => [
            ("өтті", "Тексеру сәтті өтті."),
            ("пройдена", "Проверка пройдена."),
            ("passed", "The check passed."),
        ],
        Outcome::Absent => [
            (
                "қолданылмаған",
                "Микросертификатта бұл мүмкіндік қолданылмаған, тексеретін нәрсе жоқ.",
            ),
            ("не используется", "Микросертификат этого не использует, проверять нечего."),
            ("not used", "The credential does not use this, so there was nothing to check."),
        ],
        Outcome::Fail(_) => [
            ("өтпеді", "Тексеру сәтсіз аяқталды."),
            ("не пройдена", "Проверка не пройдена."),
            ("failed", "The check failed."),
        ],
        Outcome::Unknown(_) => [
            ("анықталмады", "Анықтау мүмкін болмады."),
            ("не выяснено", "Выяснить не удалось."),
            ("not found out", "It could not be found out."),
        ],
        Outcome::Unlisted(_) => [
            ("тізімде жоқ", "Сенім тізімі берушіні растамайды."),
            ("нет в списке", "Список доверия не подтверждает издателя."),
            ("not listed", "The trust list does not vouch for the issuer."),
        ],
        Outcome::Refused(_) => [
            ("қабылданбады", "Файлды белгіленген шектер аясында оқу мүмкін емес."),
            ("не принято", "Файл невозможно прочитать в установленных пределах."),
            ("refused", "The input is not readable within the limits."),
        ],
        Outcome::NotRun => [
            ("жүргізілмеді", "Алдыңғы қажетті тексеру сәтті өтпеді."),
            ("не проводилась", "Не пройдена проверка, от которой зависит эта."),
            ("not run", "A check that this one depends on did not pass."),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::codes;
    use super::*;
    use crate::problem::{Code, Problem};

    // A new kind does not compile until `codes::row` has words for it; here it is read through once more.
    const CODES: &[Code] = &[
        Code::Parsing,
        Code::DuplicateMember,
        Code::CarrierMalformed,
        Code::CarrierNotRead,
        Code::NoCredential,
        Code::SeveralCredentials,
        Code::CarrierContradiction,
        Code::ForeignCode,
        Code::OtherDocument,
        Code::PictureNotVerified,
        Code::PagesNotVerified,
        Code::BytesAdded,
        Code::AttachmentNotVerified,
        Code::NumberRange,
        Code::Limit,
        Code::NotInTime,
        Code::Poison,
        Code::MalformedValue,
        Code::MissingValue,
        Code::ContradictoryDates,
        Code::ForbiddenConstruct,
        Code::RepeatedIdentifier,
        Code::RepeatedValue,
        Code::EmptyValue,
        Code::ContextNotAllowed,
        Code::DataLoss,
        Code::NoProof,
        Code::ProofMalformed,
        Code::UnsupportedSuite,
        Code::Signature,
        Code::ProofExpired,
        Code::VerificationMethodUrl,
        Code::KeyNotOfIssuer,
        Code::VerificationMethod,
        Code::Relationship,
        Code::ControllerDocument,
        Code::WeakKey,
        Code::KeyExpired,
        Code::DocumentMissing,
        Code::NotYetValid,
        Code::Expired,
        Code::Revoked,
        Code::Suspended,
        Code::UnsupportedStatus,
        Code::StatusRetrieval,
        Code::StatusVerification,
        Code::StatusListLength,
        Code::StatusRange,
        Code::StatusStale,
        Code::NoTrustList,
        Code::IssuerNotListed,
        Code::KeyNotPinned,
        Code::TokenMalformed,
        Code::TokenType,
        Code::Algorithm,
        Code::TwoKeys,
        Code::ClaimContradiction,
        Code::NotFetched,
        Code::AddressNotAllowed,
        Code::AnswerNotAcceptable,
        Code::EndorsesAnother,
        Code::OtherSubject,
        Code::InclusionMissing,
        Code::LogNotListed,
        Code::InclusionMalformed,
        Code::InclusionMismatch,
        Code::InclusionProof,
        Code::CheckpointSignature,
        Code::CheckpointContradicted,
        Code::RegisteredLate,
        Code::WitnessQuorum,
        Code::TimeNotWitnessed,
    ];

    fn rows() -> Vec<Row> {
        let problem = || Problem::new(Code::Expired, "x");
        let outcomes = [
            Outcome::Pass,
            Outcome::Absent,
            Outcome::Fail(problem()),
            Outcome::Unknown(problem()),
            Outcome::Unlisted(problem()),
            Outcome::Refused(problem()),
            Outcome::NotRun,
        ];
        let verdicts = [
            Verdict::Valid,
            Verdict::Invalid,
            Verdict::Untrusted,
            Verdict::Indeterminate,
            Verdict::Refused,
        ];
        let mut rows: Vec<_> = CODES.iter().map(|code| codes::row(*code)).collect();
        rows.extend(verdicts.map(verdict));
        rows.extend(Check::ALL.map(check));
        rows.extend(outcomes.iter().map(outcome));
        rows
    }

    #[test]
    fn everything_has_a_name_and_a_sentence_in_three_languages() {
        for [kk, ru, en] in rows() {
            for (name, sentence) in [kk, ru, en] {
                assert!(!name.trim().is_empty(), "{en:?}");
                assert!(sentence.ends_with('.') && sentence.len() > 10, "{sentence}");
            }
            assert!(kk.1 != ru.1 && ru.1 != en.1, "{en:?}");
            assert!([kk, ru].iter().all(|words| !words.0.is_ascii()), "not translated: {en:?}");
            assert!(en.0.is_ascii() && en.1.is_ascii(), "{en:?}");
        }
    }

    #[test]
    fn the_column_is_the_language() {
        assert_eq!(Verdict::Valid.phrase(Language::Kk).name, "ЖАРАМДЫ");
        assert_eq!(Code::Revoked.phrase(Language::Ru).name, "Отозван");
        assert_eq!(Code::Revoked.phrase(Language::En).name, Code::Revoked.title());
        assert_eq!(Outcome::NotRun.phrase(Language::En).name, "not run");
        assert_eq!(Check::Read.phrase(Language::En).name, Check::Read.name());
    }
}
