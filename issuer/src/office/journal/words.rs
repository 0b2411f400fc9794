//! The words of the journal in Kazakh, Russian and English, and nothing else.

use verifier::Language;

use crate::register::RevocationReason;

/// Cells of a line.
pub(super) const COLUMNS: usize = 10;

/// The words of one language.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) regulation: &'static str,
    pub(super) period: &'static str,
    pub(super) whole: &'static str,
    pub(super) columns: [&'static str; COLUMNS],
    /// The column that is filled in by hand.
    pub(super) received: &'static str,
    pub(super) protocol: &'static str,
    pub(super) revoked: &'static str,
    pub(super) proposed_by: &'static str,
    pub(super) confirmed_by: &'static str,
    pub(super) replaced_by: &'static str,
    pub(super) voided: &'static str,
    pub(super) erased: &'static str,
    pub(super) total: &'static str,
    pub(super) issued_count: &'static str,
    pub(super) revoked_count: &'static str,
    pub(super) voided_count: &'static str,
    pub(super) erased_count: &'static str,
    pub(super) registrar: &'static str,
    pub(super) date: &'static str,
    pub(super) page: &'static str,
}

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::Kk => &KK,
        Language::Ru => &RU,
        Language::En => &EN,
    }
}

/// Why a certificate was revoked.
pub(in crate::office) const fn reason(
    reason: RevocationReason,
    language: Language,
) -> &'static str {
    let [kk, ru, en] = match reason {
        RevocationReason::IssuedInError => ["қате берілген", "выдан ошибочно", "issued in error"],
        RevocationReason::Superseded => ["түзетілген", "исправлен", "corrected"],
        RevocationReason::Misconduct => [
            "академиялық адалдық бұзылған",
            "нарушение академической честности",
            "academic misconduct",
        ],
        RevocationReason::HolderRequest => {
            ["иесінің өтініші бойынша", "по просьбе владельца", "at the holder's request"]
        }
        RevocationReason::NotRecorded => {
            ["себебі сақталмаған", "причина не сохранилась", "the reason was not kept"]
        }
    };
    match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    }
}

static KK: Words = Words {
    title: "Микросертификаттарды беру кітабы",
    regulation: "Микробіліктілік туралы ереже, А қосымшасы, 3-жол",
    period: "Кезең (берілген күні бойынша)",
    whole: "басынан бері",
    columns: [
        "№",
        "Тіркеу нөмірі",
        "Сертификат нөмірі",
        "Берілген күні",
        "Тегі, аты, әкесінің аты",
        "Бағдарлама",
        "Сағат",
        "Кредит",
        "Комиссия шешімі",
        "Ескертпе",
    ],
    received: "Алғаны туралы қолы",
    protocol: "хаттама",
    revoked: "кері қайтарып алынды",
    proposed_by: "ұсынған",
    confirmed_by: "растаған",
    replaced_by: "орнына берілген сертификат",
    voided: "нөмір пайдаланылмады",
    erased: "кері қайтарып алынды, дербес деректер жойылды",
    total: "Барлығы",
    issued_count: "берілгені",
    revoked_count: "кері қайтарып алынғаны",
    voided_count: "пайдаланылмаған нөмірлер",
    erased_count: "деректері жойылғаны",
    registrar: "Тіркеуші",
    date: "Күні",
    page: "бет",
};

static RU: Words = Words {
    title: "Книга выдачи микросертификатов",
    regulation: "Положение о микроквалификациях, приложение А, строка 3",
    period: "Период (по дате выдачи)",
    whole: "с начала",
    columns: [
        "№",
        "Регистрационный номер",
        "Номер сертификата",
        "Дата выдачи",
        "Фамилия, имя, отчество",
        "Программа",
        "Часы",
        "Кредиты",
        "Решение комиссии",
        "Примечание",
    ],
    received: "Подпись о получении",
    protocol: "протокол",
    revoked: "отозван",
    proposed_by: "предложил(а)",
    confirmed_by: "подтвердил(а)",
    replaced_by: "взамен выдан",
    voided: "номер не использован",
    erased: "отозван, персональные данные удалены",
    total: "Всего",
    issued_count: "выдано",
    revoked_count: "из них отозвано",
    voided_count: "номеров не использовано",
    erased_count: "данные удалены",
    registrar: "Регистратор",
    date: "Дата",
    page: "стр.",
};

static EN: Words = Words {
    title: "Journal of issued microcertificates",
    regulation: "Regulation on microqualifications, Appendix А, row 3",
    period: "Period (by date of issue)",
    whole: "from the beginning",
    columns: [
        "No.",
        "Registration No.",
        "Certificate No.",
        "Date of issue",
        "Name",
        "Programme",
        "Hours",
        "Credits",
        "Decision of the commission",
        "Remark",
    ],
    received: "Received (signature)",
    protocol: "protocol",
    revoked: "revoked",
    proposed_by: "proposed by",
    confirmed_by: "confirmed by",
    replaced_by: "replaced by",
    voided: "number not used",
    erased: "revoked, personal data erased",
    total: "Total",
    issued_count: "issued",
    revoked_count: "of them revoked",
    voided_count: "numbers not used",
    erased_count: "data erased",
    registrar: "Registrar",
    date: "Date",
    page: "page",
};
