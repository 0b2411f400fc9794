//! Every rule for one row (regulation §6, requirements 13.1): a row becomes a completion, or all its refusals.

use jiff::civil::Date;

use super::column::Column;
use super::known::Known;
use super::refusal::{Findings, Refusal, RefusalCode};
use super::request::{Completion, Iin, Learner, LearnerCategory, PersonName};
use super::scale::PASS_PERCENT;
use super::script::{Script, respell};
use super::table::Row;
use super::{date, did, email, identity, iin, name, score, text};
use crate::programme::StudyForm;
use crate::programme::{Programme, Programmes};

/// Checks one row against the form, the programmes and what is known.
///
/// `today` is the day of the import where the university is: a date after it has not come.
///
/// # Errors
/// Every refusal of the row, never none. Nothing is repaired by itself: what could be is proposed.
pub fn check_row(
    row: &Row,
    programmes: &Programmes,
    known: &dyn Known,
    today: Date,
) -> Result<Completion, Vec<Refusal>> {
    let mut findings = Findings::default();
    let learner = learner(row, &mut findings);
    let dates = Dates::read(row, today, &mut findings);
    let programme = programme(row, programmes, &dates, &mut findings);
    let study = study(row, programme, &mut findings);
    let result = result(row, &mut findings);
    let outcome_scores =
        programme.and_then(|programme| score::outcome_scores(row, programme, &mut findings));
    let protocol = text::required(
        row,
        Column::CommissionProtocol,
        RefusalCode::ProtocolMissing,
        &mut findings,
    );
    let issue_date = issue_date(row, result, today, &mut findings);
    dates.check_order(issue_date, row, &mut findings);
    let consent_date = consent_date(row, today, &mut findings);

    let keys = learner.as_ref().and_then(|learner| identity::keys(learner, known, &mut findings));
    if let (Some(keys), Some(programme), Some(period)) = (keys, programme, dates.period()) {
        identity::check_duplicate(&keys, programme, period, (known, &mut findings));
    }
    let completion = (|| {
        Some(Completion {
            learner: learner?,
            programme_code: programme?.code.clone(),
            study_form: study.form?,
            language: study.language?,
            period_start: dates.start?,
            period_end: dates.end?,
            score_percent: result?,
            outcome_scores: outcome_scores?,
            commission_date: dates.commission?,
            commission_protocol: protocol?,
            issue_date: issue_date?,
            consent_date: consent_date?,
        })
    })();
    match completion {
        Some(completion) if findings.is_empty() => Ok(completion),
        _ => Err(findings.into_refusals()),
    }
}

/// The learner of a row; `None` if it cannot be told who it is.
fn learner(row: &Row, findings: &mut Findings) -> Option<Learner> {
    let reference = text::optional(row, Column::LearnerRef, findings);
    if reference.is_none() {
        let is_unidentified = row.field(Column::Iin).trim().is_empty();
        let code = if is_unidentified {
            RefusalCode::LearnerUnidentified
        } else {
            RefusalCode::ReferenceMissing
        };
        findings.refuse(code, Column::LearnerRef, "");
    }
    let name: Option<PersonName> = name::person(row, findings);
    let name_latin = name::latin(row, findings);
    let iin: Option<Iin> = iin::iin(row, findings);
    let email = email::email(row, findings);
    let category = category(row, findings);
    let employer = text::optional(row, Column::Employer, findings);
    if category == Some(LearnerCategory::Employee) && employer.is_none() {
        findings.refuse(RefusalCode::EmployerMissing, Column::Employer, "");
    }
    let did = did::did(row, findings);
    Some(Learner {
        reference: reference?,
        name: name?,
        name_latin,
        iin,
        email,
        category: category?,
        employer,
        did,
    })
}

fn category(row: &Row, findings: &mut Findings) -> Option<LearnerCategory> {
    let column = Column::LearnerCategory;
    let word = text::required(row, column, RefusalCode::CategoryMissing, findings)?;
    let category = match word.to_lowercase().as_str() {
        "student" | "обучающийся" | "студент" | "білім алушы" => {
            LearnerCategory::Student
        }
        "employee" | "работник" | "сотрудник" | "қызметкер" => {
            LearnerCategory::Employee
        }
        "free_listener" | "вольнослушатель" | "еркін тыңдаушы" => {
            LearnerCategory::FreeListener
        }
        _ => {
            findings.refuse(RefusalCode::CategoryUnknown, column, &word);
            return None;
        }
    };
    Some(category)
}

/// The dates of study and decision.
struct Dates {
    start: Option<Date>,
    end: Option<Date>,
    commission: Option<Date>,
}

impl Dates {
    fn read(row: &Row, today: Date, findings: &mut Findings) -> Self {
        Self {
            start: date::required(row, Column::PeriodStart, today, findings),
            end: date::required(row, Column::PeriodEnd, today, findings),
            commission: date::required(row, Column::CommissionDate, today, findings),
        }
    }

    fn period(&self) -> Option<(Date, Date)> {
        self.start.zip(self.end)
    }

    /// Study, decision, issue: each no earlier than the one before. The consent has no place in this order.
    fn check_order(&self, issue: Option<Date>, row: &Row, findings: &mut Findings) {
        let steps = [
            (self.start, self.end, Column::PeriodEnd, RefusalCode::PeriodOrder),
            (self.end, self.commission, Column::CommissionDate, RefusalCode::CommissionBeforeEnd),
            (self.commission, issue, Column::IssueDate, RefusalCode::IssueBeforeCommission),
        ];
        for (earlier, later, column, code) in steps {
            if earlier.zip(later).is_some_and(|(earlier, later)| later < earlier) {
                findings.refuse(code, column, row.field(column));
            }
        }
    }
}

/// The programme of a row, in the version of the period; also one that may not be certified, to check the rest by.
fn programme<'a>(
    row: &Row,
    programmes: &'a Programmes,
    dates: &Dates,
    findings: &mut Findings,
) -> Option<&'a Programme> {
    let column = Column::ProgrammeCode;
    let code = text::required(row, column, RefusalCode::ProgrammeMissing, findings)?;
    let Some(latest) = programmes.latest(&code) else {
        let proposal = look_alike(&code, programmes);
        findings.propose(RefusalCode::ProgrammeUnknown, column, &code, proposal);
        return None;
    };
    let period = dates.period();
    let accepting = period.and_then(|(start, end)| programmes.accepting(&code, start, end));
    let programme = accepting.unwrap_or(latest);
    if !programme.is_active() {
        findings.refuse(RefusalCode::ProgrammeNotActive, column, &code);
    }
    if let Some((start, end)) = period.filter(|(start, end)| !programme.is_valid_for(*start, *end))
    {
        let value = format!("{start} – {end}");
        findings.refuse(RefusalCode::ProgrammeNotValidOnDate, column, &value);
    }
    Some(programme)
}

/// The only code that looks like this one: Cyrillic letters for Latin, O for 0, small for capital.
fn look_alike(code: &str, programmes: &Programmes) -> Option<String> {
    let drawn = |code: &str| {
        let latin = respell(code, Script::Latin).unwrap_or_else(|| code.to_owned());
        latin.to_uppercase().replace('O', "0").replace('I', "1").replace(' ', "")
    };
    let mut alike = programmes.codes().filter(|known| drawn(known) == drawn(code));
    alike.next().filter(|_| alike.next().is_none()).map(str::to_owned)
}

/// How and in which language was studied.
struct Study {
    form: Option<StudyForm>,
    language: Option<String>,
}

fn study(row: &Row, programme: Option<&Programme>, findings: &mut Findings) -> Study {
    Study {
        form: study_form(row, programme, findings),
        language: language(row, programme, findings),
    }
}

fn study_form(
    row: &Row,
    programme: Option<&Programme>,
    findings: &mut Findings,
) -> Option<StudyForm> {
    let column = Column::StudyForm;
    let word = text::required(row, column, RefusalCode::StudyFormMissing, findings)?;
    let form = match word.to_lowercase().as_str() {
        "full_time" | "очная" | "күндізгі" => Some(StudyForm::FullTime),
        "distance" | "дистанционная" | "қашықтықтан" => {
            Some(StudyForm::Distance)
        }
        "blended" | "смешанная" | "аралас" => Some(StudyForm::Blended),
        "dual" | "дуальная" | "дуалды" => Some(StudyForm::Dual),
        _ => None,
    };
    match programme {
        Some(programme) if form != Some(programme.study_form) => {
            findings.refuse(RefusalCode::StudyFormMismatch, column, &word);
        }
        None if form.is_none() => findings.refuse(RefusalCode::StudyFormUnknown, column, &word),
        _ => {}
    }
    form
}

fn language(row: &Row, programme: Option<&Programme>, findings: &mut Findings) -> Option<String> {
    let column = Column::Language;
    let word = text::required(row, column, RefusalCode::LanguageMissing, findings)?;
    let language = match word.to_lowercase().as_str() {
        "казахский" | "қазақ" | "қазақша" | "қазақ тілі" => {
            "kk".to_owned()
        }
        "русский" | "орыс" | "орысша" | "орыс тілі" => "ru".to_owned(),
        "английский" | "ағылшын" | "ағылшынша" | "ағылшын тілі" => {
            "en".to_owned()
        }
        tag => tag.to_owned(),
    };
    if programme.is_some_and(|programme| !programme.languages_of_study.contains(&language)) {
        findings.refuse(RefusalCode::LanguageNotOffered, column, &word);
    }
    Some(language)
}

/// The final result. Below the pass mark there is no certificate, and a day of issue beside it is a contradiction.
fn result(row: &Row, findings: &mut Findings) -> Option<u8> {
    let score = score::final_score(row, findings)?;
    if score < PASS_PERCENT {
        let is_issued = !row.field(Column::IssueDate).trim().is_empty();
        let code =
            if is_issued { RefusalCode::CertificateForFail } else { RefusalCode::ScoreBelowPass };
        findings.refuse(code, Column::ScorePercent, row.field(Column::ScorePercent));
    }
    Some(score)
}

/// The day of issue: a passed row must have one.
fn issue_date(row: &Row, score: Option<u8>, today: Date, findings: &mut Findings) -> Option<Date> {
    if score.is_some_and(|score| score >= PASS_PERCENT) {
        date::required(row, Column::IssueDate, today, findings)
    } else {
        date::optional(row, Column::IssueDate, today, findings)
    }
}

/// The day of consent (law 94-V). It may lie after the day of issue: consent can be asked for late, but not be missing.
fn consent_date(row: &Row, today: Date, findings: &mut Findings) -> Option<Date> {
    let column = Column::ConsentPersonalData;
    let word = text::text(row, column, findings);
    if !matches!(word.to_lowercase().as_str(), "yes" | "иә" | "ия" | "да" | "true" | "1") {
        findings.refuse(RefusalCode::ConsentMissing, column, &word);
        // A date beside a missing consent is still read, so that its own faults are told in the same round.
        return date::optional(row, Column::ConsentDate, today, findings);
    }
    date::required(row, Column::ConsentDate, today, findings)
}
