//! The form of Appendix Б, line by line, in the words of the regulation; English in ours. A blank that the credential does not fill stays a
//! blank, as on paper.

use jiff::civil::Date;
use verifier::Language;

use super::error::PaperError;
use super::font::Weight;
use super::ink::Ink;
use super::print::Told;
use super::text::{Align, Span, Style, widest_part};
use super::words::words;
use crate::document::{Stated, dates};

/// A line of the form: the same place in it in every language.
pub(super) struct FormLine {
    pub(super) spans: Vec<Span>,
    pub(super) align: Align,
    /// Above it, points at scale 1.
    pub(super) before: f32,
    /// The heading of the certificate, or one of its lines.
    pub(super) is_heading: bool,
}

const BLANK: &str = "_____";
/// The blank that a signature needs.
const SIGNATURE: &str = "_______________";

/// Sizes at scale 1, points.
const TITLE: f32 = 11.0;
const BODY: f32 = 9.2;
const NAME: f32 = 15.0;
const NAME_MIN: f32 = 9.0;
const STRONG: f32 = 10.6;
const HINT: f32 = 6.4;

/// Composes the lines at a scale.
struct Form<'f> {
    language: Language,
    stated: &'f Stated,
    scale: f32,
    lines: Vec<FormLine>,
}

/// The form in one language, at a scale, for a column of this width; every language has as many lines.
///
/// # Errors
/// [`PaperError::NoGlyph`]
pub(super) fn form(told: &Told, (scale, width): (f32, f32)) -> Result<Vec<FormLine>, PaperError> {
    let Told { language, stated } = told;
    let mut form = Form { language: *language, stated, scale, lines: Vec::new() };
    form.head();
    form.person(width)?;
    form.study();
    form.award();
    form.foot();
    Ok(form.lines)
}

/// The lines in which the head signs and seals, of the certificate and of its annex.
pub(super) fn signature(told: &Told, scale: f32) -> Vec<FormLine> {
    let Told { language, stated } = told;
    let mut form = Form { language: *language, stated, scale, lines: Vec::new() };
    form.signature();
    form.seal();
    form.lines
}

impl Form<'_> {
    const fn choose<'w>(&self, words: [&'w str; 3]) -> &'w str {
        let [kk, ru, en] = words;
        match self.language {
            Language::Kk => kk,
            Language::Ru => ru,
            Language::En => en,
        }
    }

    fn span(&self, text: impl Into<String>, (weight, size, ink): (Weight, f32, Ink)) -> Span {
        Span { text: text.into(), style: Style { weight, size: size * self.scale, ink } }
    }

    fn plain(&self, text: impl Into<String>) -> Span {
        self.span(text, (Weight::Regular, BODY, Ink::Text))
    }

    fn filled(&self, text: impl Into<String>) -> Span {
        self.span(text, (Weight::Bold, BODY, Ink::Text))
    }

    fn line(&mut self, before: f32, spans: Vec<Span>) {
        let before = before * self.scale;
        self.lines.push(FormLine { spans, align: Align::Centre, before, is_heading: false });
    }

    fn hint(&mut self, text: &str) {
        let hint = self.span(text, (Weight::Regular, HINT, Ink::Grey));
        self.line(1.0, vec![hint]);
    }

    /// B-00 to B-02.
    fn head(&mut self) {
        let title = words(self.language).certificate;
        let title = self.span(title, (Weight::Bold, TITLE, Ink::Navy));
        self.line(0.0, vec![title]);
        self.lines.iter_mut().for_each(|line| line.is_heading = true);
        let label = self.choose(["Сертификат № ", "Сертификат № ", "Certificate No. "]);
        let number = self.span(or_blank(&self.stated.number), (Weight::Bold, STRONG, Ink::Teal));
        let label = self.span(label, (Weight::Regular, STRONG, Ink::Teal));
        self.line(3.0, vec![label, number]);
        let label = self.choose([
            "Білім беру ұйымының атауы",
            "Наименование организации",
            "Name of the organisation",
        ]);
        self.line(8.0, vec![self.plain(label)]);
        let organisation = self.filled(or_blank(&self.stated.organisation));
        self.line(1.0, vec![organisation]);
    }

    /// B-03 and B-04. A name is broken at a space or a hyphen: it becomes smaller, down to a bound, rather than be broken elsewhere.
    fn person(&mut self, width: f32) -> Result<(), PaperError> {
        let lead =
            self.choose(["Осы арқылы", "Настоящим подтверждает, что", "This is to certify that"]);
        self.line(8.0, vec![self.plain(lead)]);
        let name = self.span(or_blank(&self.stated.whose()), (Weight::Bold, NAME, Ink::Navy));
        let fits = (width / widest_part(&name)?.max(1.0)).clamp(NAME_MIN / NAME, 1.0);
        let style = Style { size: name.style.size * fits, ..name.style };
        self.line(3.0, vec![Span { style, ..name }]);
        self.hint(self.choose([
            "(тегі, аты, әкесінің аты (бар болса))",
            "(фамилия, имя, отчество (при его наличии))",
            "(surname, given name, patronymic (if any))",
        ]));
        Ok(())
    }

    /// B-05 to B-10.
    fn study(&mut self) {
        let first = self.day(self.stated.period_start, dates::first_day);
        let last = self.day(self.stated.period_end, dates::last_day);
        let [before, between, after] = match self.language {
            Language::Kk => ["", " бастап ", " дейін"],
            Language::Ru => ["прошел(ла) обучение с ", " года по ", " год"],
            Language::En => ["studied from ", " to ", ""],
        };
        let period = [
            self.plain(before),
            self.filled(first),
            self.plain(between),
            self.filled(last),
            self.plain(after),
        ];
        self.line(5.0, without_empty(period));
        let label = self.choose([
            "микробіліктілік бағдарламасы бойынша:",
            "по программе микроквалификации:",
            "under the micro-qualification programme:",
        ]);
        self.line(4.0, vec![self.plain(label)]);
        let programme = or_blank(&self.stated.programme);
        let programme = self.span(programme, (Weight::Bold, STRONG, Ink::Navy));
        self.line(1.5, vec![programme]);
        self.volume();
        let label = self.choose(["Білім деңгейі ", "Уровень образования ", "Level of education "]);
        let level = self.filled(or_blank(&self.stated.level));
        self.line(6.0, vec![self.plain(label), level]);
        self.hint(self.choose([
            "(Ұлттық біліктілік шеңбері бойынша санмен және сөзбен көрсетіледі)",
            "(указывается цифрой и словами в соответствии с НРК)",
            "(in figures and words, by the national qualifications framework)",
        ]));
        let label = self.choose(["Оқыту формасы ", "Форма обучения ", "Form of study "]);
        let study_form = self.filled(or_blank(&self.stated.study_form));
        self.line(4.0, vec![self.plain(label), study_form]);
    }

    /// B-07.
    fn volume(&mut self) {
        let credits = or_blank(&self.stated.credits);
        let [before, between, after] = match self.language {
            Language::Kk => [
                "жалпы көлемі ",
                " академиялық сағат ",
                " академиялық кредиттерді оқығандығын растайды.",
            ],
            Language::Ru => ["в объеме ", " академических часов ", " академических кредитов"],
            Language::En if credits == "1" => {
                ["in the volume of ", " academic hours, ", " academic credit"]
            }
            Language::En => ["in the volume of ", " academic hours, ", " academic credits"],
        };
        let spans = vec![
            self.plain(before),
            self.filled(or_blank(&self.stated.hours)),
            self.plain(between),
            self.filled(credits),
            self.plain(after),
        ];
        self.line(4.0, spans);
    }

    /// B-11.
    fn award(&mut self) {
        let day = self.day(self.stated.commission_date, dates::decision_day);
        let [before, after] = match self.language {
            Language::Kk => {
                ["Біліктілік комиссиясының ", " шешімімен оған микробіліктілік берілді:"]
            }
            Language::Ru => [
                "Решением Квалификационной комиссии от ",
                " года ему(ей) присвоена микроквалификация:",
            ],
            Language::En => [
                "By decision of the Qualification Commission of ",
                " the learner was awarded the micro-qualification:",
            ],
        };
        self.line(6.0, vec![self.plain(before), self.filled(day), self.plain(after)]);
        let qualification = or_blank(&self.stated.qualification);
        let style = (Weight::Bold, STRONG * 1.14, Ink::Navy);
        self.line(2.0, vec![self.span(qualification, style)]);
    }

    /// B-12 to B-15.
    fn foot(&mut self) {
        self.signature();
        let label =
            self.choose(["Тіркеу нөмірі № ", "Регистрационный номер № ", "Registration No. "]);
        let number = self.filled(or_blank(&self.stated.registration_number));
        self.line(5.0, vec![self.plain(label), number]);
        let label = self.choose(["Берілген күні: ", "Дата выдачи: ", "Date of issue: "]);
        let day = self.day(self.stated.issue_date, dates::day);
        self.line(2.0, vec![self.plain(label), self.filled(day)]);
        self.seal();
    }

    /// B-12.
    fn signature(&mut self) {
        let label = self.choose(["Жетекші ", "Руководитель ", "Head "]);
        let head = self.stated.head.clone().unwrap_or_else(|| BLANK.to_owned());
        let line = self.span(SIGNATURE, (Weight::Regular, BODY, Ink::Grey));
        let head = self.filled(format!(" / {head} /"));
        self.line(15.0, vec![self.plain(label), line, head]);
        self.hint(self.choose([
            "(қолы) (тегі, аты, әкесінің инициалы)",
            "(подпись) (фамилия, инициалы)",
            "(signature) (surname, initials)",
        ]));
    }

    /// B-15.
    fn seal(&mut self) {
        let seal = self.choose(["М.О.", "М.П.", "Seal"]);
        let seal = self.span(seal, (Weight::Regular, BODY, Ink::Grey));
        self.line(4.0, vec![seal]);
    }

    fn day(&self, date: Option<Date>, write: fn(Date, Language) -> String) -> String {
        date.map_or_else(|| BLANK.to_owned(), |date| write(date, self.language))
    }
}

fn or_blank(text: &Option<String>) -> String {
    text.clone().unwrap_or_else(|| BLANK.to_owned())
}

fn without_empty<const N: usize>(spans: [Span; N]) -> Vec<Span> {
    spans.into_iter().filter(|span| !span.text.is_empty()).collect()
}
