//! The labels of the report for people. One row per label, one column per language; it must not decide anything.

use crate::language::Language;

/// A label of the human report.
#[derive(Clone, Copy, Debug)]
pub(super) enum Label {
    Input,
    SignatureRight,
    KeyOfIssuer,
    IssuerTrusted,
    Yes,
    No,
    NotKnown,
    Holder,
    Title,
    Issuer,
    IssuerOwnName,
    Number,
    Awarded,
    ValidFrom,
    ValidUntil,
    Credits,
    Results,
    Inside,
    Endorsement,
    Credential,
    Checks,
    Warnings,
    DocumentsMissing,
    CheckedAt,
    PackAsOf,
    ListAsOf,
    OldestListAsOf,
    ListUntil,
    HoursOld,
    Editions,
    NothingShown,
    HiddenCharacters,
    More,
}

impl Label {
    /// The label in `language`.
    pub(super) const fn text(self, language: Language) -> &'static str {
        let [kk, ru, en] = label(self);
        match language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
    }
}

#[rustfmt::skip]
const fn label(label: Label) -> [&'static str; 3] {
    match label {
        Label::Input => ["Файл", "Файл", "Input"],
        Label::SignatureRight => ["Қолтаңба дұрыс", "Подпись верна", "The signature is right"],
        Label::KeyOfIssuer => ["Кілт берушінікі", "Ключ принадлежит издателю", "The key is the issuer's"],
        Label::IssuerTrusted => ["Беруші сенім тізімінде", "Издатель в списке доверия", "The issuer is trusted"],
        Label::Yes => ["иә", "да", "yes"],
        Label::No => ["жоқ", "нет", "no"],
        Label::NotKnown => ["белгісіз", "неизвестно", "not known"],
        Label::Holder => ["Иесі", "Владелец", "Holder"],
        Label::Title => ["Атауы", "Название", "Title"],
        Label::Issuer => ["Беруші", "Издатель", "Issuer"],
        Label::IssuerOwnName => ["Берушінің өз атауы", "Как издатель называет себя", "Issuer's own name for itself"],
        Label::Number => ["Сертификат №", "Сертификат №", "Certificate No."],
        Label::Awarded => ["Шешім күні", "Дата решения", "Awarded"],
        Label::ValidFrom => ["Берілген күні", "Дата выдачи", "Valid from"],
        Label::ValidUntil => ["Жарамдылық мерзімінің соңы", "Действует до", "Valid until"],
        Label::Credits => ["Академиялық кредит", "Академических кредитов", "Credits earned"],
        Label::Results => ["Нәтижелер", "Результаты", "Results"],
        Label::Inside => ["Ішіндегі құжаттар, әрқайсысы бөлек тексерілген", "Документы внутри, каждый проверен отдельно", "Documents inside, each checked on its own"],
        Label::Endorsement => ["Қолдау хаты", "Подтверждение", "Endorsement"],
        Label::Credential => ["Құжат", "Документ", "Credential"],
        Label::Checks => ["Тексерулер", "Проверки", "Checks"],
        Label::Warnings => ["Ескертулер", "Предупреждения", "Warnings"],
        Label::DocumentsMissing => ["Жетіспейтін құжаттар", "Недостающие документы", "Documents missing"],
        Label::CheckedAt => ["Тексерілген уақыты", "Время проверки", "Checked at"],
        Label::PackAsOf => ["Офлайн жинақтың күні", "Офлайн-пакет по состоянию на", "Offline pack as of"],
        Label::ListAsOf => ["Мәртебе тізімінің күні", "Список статусов на", "Status list as of"],
        Label::OldestListAsOf => ["Ең ескі мәртебе тізімінің күні", "Самый старый список статусов на", "Oldest status list as of"],
        Label::ListUntil => ["жарамды мерзімі:", "годен до:", "good until:"],
        Label::HoursOld => ["өткен сағат:", "прошло часов:", "age in hours:"],
        Label::Editions => ["Ішіндегі тілдік нұсқалар, әрқайсысы бөлек тексерілген", "Языковые версии внутри, каждая проверена отдельно", "Editions inside, each checked on its own"],
        Label::NothingShown => [
            "Құжаттың мазмұны расталмағандықтан көрсетілмейді.",
            "Содержание документа не подтверждено и поэтому не показано.",
            "The content of the document is not verified, and therefore not shown.",
        ],
        Label::HiddenCharacters => [
            "Мәтінде жасырын таңбалар бар; олар [U+…] түрінде көрсетілген.",
            "В тексте есть скрытые символы; они показаны в виде [U+…].",
            "The text contains hidden characters; they are shown as [U+…].",
        ],
        Label::More => ["тағы", "ещё", "more"],
    }
}
