//! Every sentence of this room in Kazakh, Russian and English, as tables that a translator can read.
//! It only words what others found; the Kazakh was not written by a native speaker and needs one's check.

use verifier::Language;

use super::refusal::{Refusal, RefusalCode as Code};

/// Code, Kazakh, Russian, English: the rule that a row breaks and what to do.
const RULES: &[(Code, &str, &str, &str)] = &[
    (
        Code::RowFieldCount,
        "жолдағы өрістер саны тақырыптағыдай емес (жолда / тақырыпта); айырғыштарды тексеріңіз",
        "число полей в строке не такое, как в заголовке (в строке / в заголовке); проверьте разделители",
        "the line has another number of fields than the header (line / header); check the delimiters",
    ),
    (
        Code::RowUnclosedQuote,
        "жолдағы тырнақшалар жұпталмаған; тырнақшаны жабыңыз немесе алып тастаңыз",
        "кавычки в строке не парные; закройте или уберите кавычку",
        "the quotation marks of the line do not match; close or remove the quotation mark",
    ),
    (
        Code::LearnerUnidentified,
        "білім алушы белгісіз: шифр де, ЖСН де жоқ",
        "обучающийся не определён: нет ни шифра, ни ИИН",
        "the learner is not identified: neither a reference nor an identity number is given",
    ),
    (
        Code::ReferenceMissing,
        "білім алушының шифры жоқ",
        "нет шифра обучающегося",
        "the learner's reference is missing",
    ),
    (
        Code::ReferenceBelongsToAnother,
        "бұл шифр басқа білім алушыға тиесілі",
        "этот шифр принадлежит другому обучающемуся",
        "this reference belongs to another learner",
    ),
    (Code::FamilyNameMissing, "тегі жоқ", "нет фамилии", "the surname is missing"),
    (Code::GivenNameMissing, "аты жоқ", "нет имени", "the given name is missing"),
    (
        Code::NameInOneColumn,
        "аты-жөні толығымен бір бағанда тұр; тегін, атын, әкесінің атын бөліп жазыңыз",
        "всё имя стоит в одном столбце; разнесите фамилию, имя и отчество",
        "the whole name stands in one column; put surname, given name and patronymic into theirs",
    ),
    (
        Code::NameWhitespace,
        "аты-жөнінде артық немесе әдеттен тыс бос орындар бар",
        "в имени лишние или необычные пробелы",
        "the name has needless or unusual spaces",
    ),
    (
        Code::NameCase,
        "аты-жөні тек бас әріптермен немесе кіші әріппен жазылған",
        "имя написано одними прописными или со строчной буквы",
        "the name is written in capitals only or begins with a small letter",
    ),
    (
        Code::NameMixedScript,
        "аты-жөнінде латын және кирилл әріптері араласқан",
        "в имени смешаны латинские и кириллические буквы",
        "the name mixes Latin and Cyrillic letters",
    ),
    (
        Code::NameEncodingLoss,
        "аты-жөніндегі әріптер жоғалған; файлды UTF-8 түрінде қайта сақтаңыз",
        "буквы имени потеряны; сохраните файл заново в UTF-8",
        "letters of the name were lost; export the file again as UTF-8",
    ),
    (
        Code::NameCharacters,
        "аты-жөнінде болмайтын таңбалар бар",
        "в имени есть недопустимые знаки",
        "the name has characters that no name has",
    ),
    (
        Code::IinFormat,
        "ЖСН тек цифрлардан тұрады; бағанды мәтін ретінде сақтаңыз",
        "ИИН состоит только из цифр; сохраните столбец как текст",
        "an identity number has digits only; keep the column as text",
    ),
    (
        Code::IinLength,
        "ЖСН он екі цифрдан тұрады; кесте алдыңғы нөлдерді жоғалтуы мүмкін",
        "в ИИН двенадцать цифр; таблица могла потерять нули в начале",
        "an identity number has twelve digits; a spreadsheet may have dropped leading zeros",
    ),
    (
        Code::IinCheckDigit,
        "ЖСН бақылау цифры сәйкес емес; құжаттан тексеріңіз",
        "контрольная цифра ИИН не сходится; сверьте с документом",
        "the check digit of the identity number does not hold; compare it with the document",
    ),
    (
        Code::IinBelongsToAnother,
        "бұл ЖСН басқа адамның атында",
        "этот ИИН записан за другим человеком",
        "this identity number belongs to a person of another name",
    ),
    (
        Code::EmailInvalid,
        "бұл электрондық пошта мекенжайы емес",
        "это не адрес электронной почты",
        "this is not an e-mail address",
    ),
    (
        Code::EmailNotUnique,
        "бұл мекенжай басқа білім алушыға тиесілі",
        "этот адрес принадлежит другому обучающемуся",
        "this address belongs to another learner",
    ),
    (
        Code::CategoryMissing,
        "білім алушы санаты жоқ",
        "нет категории обучающегося",
        "the group of the learner is missing",
    ),
    (
        Code::CategoryUnknown,
        "мұндай санат жоқ (ереже 5.2): student, employee, free_listener",
        "такой категории нет (положение 5.2): student, employee, free_listener",
        "there is no such group (regulation 5.2): student, employee, free_listener",
    ),
    (
        Code::EmployerMissing,
        "қызметкердің ұйымы көрсетілмеген",
        "у работника не указана организация",
        "the employer of an employee is missing",
    ),
    (
        Code::ProgrammeMissing,
        "бағдарлама коды жоқ",
        "нет кода программы",
        "the code of the programme is missing",
    ),
    (
        Code::ProgrammeUnknown,
        "тізілімде мұндай бағдарлама жоқ",
        "такой программы нет в реестре",
        "the register has no such programme",
    ),
    (
        Code::ProgrammeNotActive,
        "бағдарлама қолданыста емес",
        "программа не действует",
        "the programme is not active",
    ),
    (
        Code::ProgrammeNotValidOnDate,
        "бағдарлама осы оқу кезеңінде жарамды болмаған (ереже 4.13)",
        "программа не действовала в этот период обучения (положение 4.13)",
        "the programme was not valid in this period of study (regulation 4.13)",
    ),
    (
        Code::StudyFormMissing,
        "оқыту нысаны жоқ",
        "нет формы обучения",
        "the form of study is missing",
    ),
    (
        Code::StudyFormUnknown,
        "мұндай оқыту нысаны жоқ (ереже 5.3): full_time, distance, blended, dual",
        "такой формы обучения нет (положение 5.3): full_time, distance, blended, dual",
        "there is no such form of study (regulation 5.3): full_time, distance, blended, dual",
    ),
    (
        Code::StudyFormMismatch,
        "оқыту нысаны бағдарламадағыдай емес",
        "форма обучения не такая, как в программе",
        "this is not the programme's form of study",
    ),
    (
        Code::LanguageMissing,
        "оқыту тілі жоқ",
        "нет языка обучения",
        "the language of study is missing",
    ),
    (
        Code::LanguageNotOffered,
        "бағдарлама бұл тілде оқытылмайды",
        "программа не ведётся на этом языке",
        "the programme is not taught in this language",
    ),
    (Code::DateMissing, "күні жоқ", "нет даты", "the date is missing"),
    (
        Code::DateFormat,
        "күнді жыл-ай-күн түрінде жазыңыз (мысалы, 2026-05-31)",
        "дату пишите как год-месяц-день (например, 2026-05-31)",
        "write a date as year-month-day (for example 2026-05-31)",
    ),
    (
        Code::DateImpossible,
        "күнтізбеде мұндай күн жоқ",
        "такого дня нет в календаре",
        "there is no such day in the calendar",
    ),
    (
        Code::DateInFuture,
        "бұл күн әлі келген жоқ",
        "эта дата ещё не наступила",
        "this date has not come yet",
    ),
    (
        Code::PeriodOrder,
        "оқу басталғанға дейін аяқталған",
        "обучение окончено раньше, чем начато",
        "the study ends before it begins",
    ),
    (
        Code::CommissionBeforeEnd,
        "комиссия шешімі оқу аяқталғанға дейін қабылданған",
        "решение комиссии раньше окончания обучения",
        "the commission decided before the study ended",
    ),
    (
        Code::IssueBeforeCommission,
        "сертификат комиссия шешіміне дейін берілген",
        "сертификат выдан раньше решения комиссии",
        "the certificate is issued before the commission decided",
    ),
    (
        Code::ScoreMissing,
        "қорытынды баға жоқ",
        "нет итоговой оценки",
        "the final result is missing",
    ),
    (
        Code::ScoreFormat,
        "баға бүтін пайызбен жазылады (мысалы, 85)",
        "оценка пишется целым числом процентов (например, 85)",
        "a result is a whole percent (for example 85)",
    ),
    (
        Code::ScoreOutOfRange,
        "баға 0-ден 100-ге дейін болады",
        "оценка бывает от 0 до 100",
        "a result lies between 0 and 100",
    ),
    (
        Code::ScoreFractionBetweenBands,
        "бұл баға шкаланың екі аралығының арасында (6-бөлім); бүтін пайызды комиссия шешеді",
        "эта оценка лежит между двумя интервалами шкалы (раздел 6); целый процент определяет комиссия",
        "this result lies between two bands of the scale (section 6); the commission decides the whole percent",
    ),
    (
        Code::ScoreBelowPass,
        "50-ден төмен: сертификат берілмейді (6-бөлім)",
        "ниже 50: сертификат не выдаётся (раздел 6)",
        "below 50: no certificate is issued (section 6)",
    ),
    (
        Code::CertificateForFail,
        "баға 50-ден төмен, ал берілген күні көрсетілген",
        "оценка ниже 50, а дата выдачи указана",
        "the result is below 50, yet a day of issue is given",
    ),
    (
        Code::LoScoresFormat,
        "оқу нәтижелерінің бағалары былай жазылады (мысалы, LO1:90|LO2:85)",
        "оценки по результатам обучения пишутся так (например, LO1:90|LO2:85)",
        "results of learning outcomes are written like LO1:90|LO2:85",
    ),
    (
        Code::LoScoresIncomplete,
        "осы оқу нәтижелерінің бағасы жоқ",
        "для этих результатов обучения нет оценки",
        "these learning outcomes have no result",
    ),
    (
        Code::LoUnknown,
        "бағдарламада мұндай оқу нәтижесі жоқ",
        "в программе нет такого результата обучения",
        "the programme has no such learning outcome",
    ),
    (
        Code::LoTwice,
        "осы оқу нәтижесіне екі баға берілген",
        "для этого результата обучения две оценки",
        "this learning outcome has two results",
    ),
    (
        Code::ProtocolMissing,
        "комиссия хаттамасының нөмірі жоқ",
        "нет номера протокола комиссии",
        "the number of the commission's protocol is missing",
    ),
    (
        Code::ConsentMissing,
        "дербес деректерді өңдеуге келісім жоқ (94-V заңы)",
        "нет согласия на обработку персональных данных (закон 94-V)",
        "there is no consent to the processing of personal data (law 94-V)",
    ),
    (Code::DidInvalid, "бұл DID емес", "это не DID", "this is not a DID"),
    (
        Code::TextCharacters,
        "мәтінде көрінбейтін немесе басқарушы таңбалар бар",
        "в тексте есть невидимые или управляющие знаки",
        "the text has invisible or control characters",
    ),
    (Code::TextTooLong, "мәтін тым ұзын", "текст слишком длинный", "the text is too long"),
    (
        Code::DuplicateCompletion,
        "осы білім алушыға осы бағдарлама мен кезең үшін сертификат берілген немесе файлда бұрын тұр",
        "этому обучающемуся за эту программу и период сертификат уже выдан или строка уже была в файле",
        "this learner has a certificate of this programme and period already, or an earlier row of the file",
    ),
    (
        Code::CertificateRevoked,
        "осы жолдың сертификаты кері қайтарылған; оны әдейі қайта беру үшін жолды --again параметрімен импорттаңыз",
        "сертификат этой строки отозван; чтобы намеренно выдать его снова, импортируйте строку с параметром --again",
        "the certificate of this row is revoked; to issue it again on purpose, import the row with --again",
    ),
    (
        Code::CorrectionRevoked,
        "осы жолдың сертификаты түзетілген, ал түзетілгені кері қайтарылған; түзетілген жолды импорттаңыз",
        "сертификат этой строки был исправлен, а исправленный отозван; импортируйте исправленную строку",
        "the certificate of this row was corrected, and the corrected one is revoked; import the corrected row",
    ),
    (
        Code::NotIssuable,
        "сертификат тексеруден өтпес еді, сондықтан берілген жоқ",
        "сертификат не прошёл бы проверку, поэтому не выдан",
        "the credential would not verify, so nothing was issued",
    ),
];

/// Words around a rule: column, quotes, proposal.
struct Frame {
    column: &'static str,
    open: char,
    close: char,
    proposal: &'static str,
}

const fn frame(language: Language) -> Frame {
    match language {
        Language::Kk => {
            Frame { column: "Баған", open: '«', close: '»', proposal: "Ұсыныс" }
        }
        Language::Ru => {
            Frame {
                column: "Столбец", open: '«', close: '»', proposal: "Предлагается"
            }
        }
        Language::En => Frame { column: "Column", open: '“', close: '”', proposal: "Proposed" },
    }
}

/// Column, value, rule, proposal, as one sentence or two.
pub(super) fn refusal(refusal: &Refusal, language: Language) -> String {
    let Frame { column, open, close, proposal } = frame(language);
    let place =
        refusal.column.map(|place| format!("{column} {open}{}{close}", place.header(language)));
    let value = Some(&refusal.value).filter(|value| !value.is_empty());
    let value = value.map(|value| format!("{open}{value}{close}"));
    let place: Vec<String> = place.into_iter().chain(value).collect();
    let rule = rule(refusal.code, language);
    let mut sentence = match place.join(", ") {
        place if place.is_empty() => format!("{rule}."),
        place => format!("{place}: {rule}."),
    };
    if let Some(proposed) = &refusal.proposal {
        sentence.push_str(&format!(" {proposal}: {open}{proposed}{close}."));
    }
    sentence
}

fn rule(code: Code, language: Language) -> &'static str {
    let words = RULES.iter().find(|words| words.0 == code);
    // A test holds that every code has its words; the stable name is the sentence of last resort.
    words.map_or_else(|| code.name(), |(_, kk, ru, en)| pick(language, [kk, ru, en]))
}

pub(super) const fn pick(language: Language, [kk, ru, en]: [&str; 3]) -> &str {
    match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::completion::Column;

    #[test]
    fn every_code_has_its_words_once() {
        for code in Code::ALL {
            let words: Vec<_> = RULES.iter().filter(|words| words.0 == *code).collect();
            assert_eq!(words.len(), 1, "{}", code.name());
        }
        assert_eq!(RULES.len(), Code::ALL.len());
    }

    #[test]
    fn a_sentence_names_column_value_rule_and_proposal() {
        let found = Refusal {
            code: Code::NameMixedScript,
            column: Some(Column::FamilyName),
            value: "Тестoв".into(),
            proposal: Some("Тестов".into()),
        };
        assert_eq!(
            found.sentence(Language::En),
            "Column “family_name”, “Тестoв”: the name mixes Latin and Cyrillic letters. Proposed: “Тестов”."
        );
        assert_eq!(
            found.sentence(Language::Ru),
            "Столбец «Фамилия», «Тестoв»: в имени смешаны латинские и кириллические буквы. Предлагается: «Тестов»."
        );
        assert!(found.sentence(Language::Kk).starts_with("Баған «Тегі», «Тестoв»: "));
    }
}
