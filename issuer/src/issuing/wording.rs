//! The words of a credential that come from the form and the scale, in the three languages.

use verifier::Language;

use crate::programme::StudyForm;

/// The three words for one thing: kk, ru, en.
pub(crate) type Words = [&'static str; 3];

pub(crate) const FINAL_PERCENT: Words =
    ["Қорытынды баға, %", "Итоговая оценка, %", "Final result, %"];
pub(crate) const FINAL_LETTER: Words =
    ["Қорытынды баға (әріптік)", "Итоговая оценка (буквенная)", "Final grade (letter)"];
pub(crate) const LEVEL_OF_ACHIEVEMENT: Words =
    ["Қол жеткізу деңгейі", "Уровень достижения", "Level of achievement"];
pub(crate) const ACADEMIC_HOURS: Words =
    ["Академиялық сағат", "Академические часы", "Academic hours"];
pub(crate) const NQF: Words = [
    "Қазақстан Республикасының Ұлттық біліктілік шеңбері (ҰБШ)",
    "Национальная рамка квалификаций Республики Казахстан (НРК)",
    "National Qualifications Framework of the Republic of Kazakhstan",
];
pub(crate) const PROFESSIONAL_STANDARDS: Words = [
    "Кәсіптік стандарттар тізілімі",
    "Реестр профессиональных стандартов",
    "Register of professional standards",
];
pub(crate) const STUDY_FORMS: Words = ["Оқыту формасы", "Форма обучения", "Form of study"];
pub(crate) const LANGUAGE_OF_STUDY: Words = ["Оқыту тілі", "Язык обучения", "Language of study"];
pub(crate) const ACCREDITATION: Words = ["Аккредиттеу", "Аккредитация", "Accreditation"];
pub(crate) const PREREQUISITES: Words = ["Пререквизиттер", "Пререквизиты", "Prerequisites"];
pub(crate) const ASSESSMENT: Words =
    ["Нәтижелерді бағалау", "Оценка результатов", "Type of assessment"];

pub(crate) const TRANSCRIPT: Words = [
    "Микросертификаттар транскрипті",
    "Транскрипт микросертификатов",
    "Transcript of microcertificates",
];

/// The word of this language.
pub(crate) const fn word(words: Words, language: Language) -> &'static str {
    let [kk, ru, en] = words;
    match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    }
}

/// The form of study (regulation 5.3), and the name under which its page stands.
pub(crate) const fn study_form(form: StudyForm) -> (Words, &'static str) {
    match form {
        StudyForm::FullTime => (["күндізгі", "очная", "full-time (in class)"], "full-time"),
        StudyForm::Distance => (["қашықтықтан", "дистанционная", "distance"], "distance"),
        StudyForm::Blended => (["аралас", "смешанная", "blended"], "blended"),
        StudyForm::Dual => (["дуалды", "дуальная", "dual"], "dual"),
    }
}

/// Forms of assessment (regulation 11.2.3); a form that the table lacks stands as the programme wrote it.
pub(crate) fn assessment_form(form: &str, language: Language) -> &str {
    let words: Words = match form {
        "testing" => ["тестілеу", "тестирование", "testing"],
        "mini_project_defence" => {
            ["шағын жобаны қорғау", "защита мини-проекта", "defence of a mini-project"]
        }
        "skills_demonstration" => {
            ["дағдыларды көрсету", "демонстрация навыков", "demonstration of skills"]
        }
        other => return other,
    };
    word(words, language)
}

/// A language of study: its name, and its code in the European Union's authority table of languages.
pub(crate) fn language_of_study(tag: &str) -> Option<(Words, &'static str)> {
    match tag {
        "kk" => Some((["қазақ тілі", "казахский язык", "Kazakh"], "KAZ")),
        "ru" => Some((["орыс тілі", "русский язык", "Russian"], "RUS")),
        "en" => Some((["ағылшын тілі", "английский язык", "English"], "ENG")),
        _ => None,
    }
}
