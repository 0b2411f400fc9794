//! Completions through the office: a file becomes certificates, row by row, and a report of what was refused.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Value, json};
use verifier::Language;

use super::act::{EXIT_NOTHING, EXIT_REFUSED, ImportOptions};
use super::earlier::{Earlier, Ended, Standing};
use super::known::Past;
use super::output::Output;
use super::{Office, OfficeError};
use crate::completion::{
    BrokenRow, Completion, Refusal, RefusalCode, RefusedRow, Row, Table, TableForm, check_row,
    write_report,
};
use crate::issuing::{IssueError, Outcome, Request, kazakhstan};

/// Rows that become durable together: few enough that a killed import has little to repeat, many enough that the disk is
/// not asked for every row.
const BATCH_ROWS: usize = 16;

/// What became of a row so far.
enum Pending {
    Refused(RefusedRow),
    /// The certificate of the row is revoked, and none is in its place.
    Revoked(RefusedRow, Ended),
    /// Without a certificate if an earlier row of a dry run is the same.
    Unchanged {
        line: usize,
        standing: Option<Standing>,
    },
    Request {
        row: Row,
        request: Box<Request>,
    },
}

struct Import<'o> {
    office: &'o Office,
    options: &'o ImportOptions,
    form: &'o TableForm,
    past: Past<'o>,
    /// In a dry run nothing is issued, so rows met before are remembered here.
    rehearsed: HashSet<String>,
    pending: Vec<Pending>,
    refused: Vec<RefusedRow>,
    issued: usize,
    unchanged: usize,
    now: Timestamp,
}

pub(super) fn import(
    office: &Office,
    file: &[u8],
    options: &ImportOptions,
    now: Timestamp,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    let table = match Table::read(file) {
        Ok(table) => table,
        Err(fault) => {
            output.note(&fault.sentence(options.language));
            return Ok(EXIT_REFUSED);
        }
    };
    let mut turn = office.intake.turn();
    let mut import = Import {
        office,
        options,
        form: &table.form,
        past: Past::new(&office.issuance),
        rehearsed: HashSet::new(),
        pending: Vec::new(),
        refused: Vec::new(),
        issued: 0,
        unchanged: 0,
        now,
    };
    let total = table.rows.len();
    if total == 0 {
        output.note(words(options.language).no_rows);
        return Ok(EXIT_NOTHING);
    }
    for (index, row) in table.rows.into_iter().enumerate() {
        import.take(row, output)?;
        if import.pending.len() >= BATCH_ROWS {
            import.settle(output)?;
            output.progress(index + 1, total);
            // Who sends one completion must not wait for a file of thousands.
            turn.serve(&|jobs| office.answer(jobs));
            turn = turn.pass();
        }
    }
    import.settle(output)?;
    output.progress(total, total);
    Ok(import.conclude(output))
}

impl Import<'_> {
    /// Judges one row.
    fn take(
        &mut self,
        row: Result<Row, BrokenRow>,
        output: &mut dyn Output,
    ) -> Result<(), OfficeError> {
        let row = match row {
            Ok(row) => row,
            Err(broken) => {
                self.pending.push(Pending::Refused(RefusedRow::from(broken)));
                return Ok(());
            }
        };
        let mut earlier = self.office.earlier(&row)?;
        if earlier.key().is_some_and(|key| self.is_pending(key)) {
            // The same row stands earlier in this file: once that is settled, this one is unchanged.
            self.settle(output)?;
            earlier = self.office.earlier(&row)?;
        }
        if earlier.key().is_some_and(|key| self.rehearsed.contains(key)) {
            self.pending.push(Pending::Unchanged { line: row.line, standing: None });
            return Ok(());
        }
        self.judge(row, earlier)
    }

    /// Judges a row by what it has and by the rules.
    fn judge(&mut self, row: Row, earlier: Earlier) -> Result<(), OfficeError> {
        if let Earlier::InForce(standing) = earlier {
            self.pending.push(Pending::Unchanged { line: row.line, standing: Some(standing) });
            return Ok(());
        }
        let programmes = self.office.issuance.programmes();
        let today = self.now.to_zoned(kazakhstan()).date();
        let checked = check_row(&row, &programmes, &self.past, today);
        self.past.checked()?;
        let earlier = match (&checked, earlier) {
            (Ok(completion), Earlier::Nothing(key)) => {
                let learner_key = self.past.learner_key(completion);
                self.office.earlier_alike(completion, &learner_key, key)?
            }
            (_, earlier) => earlier,
        };
        let refused = |refusals| RefusedRow::new(&row, self.form, refusals);
        match (checked, earlier) {
            (_, Earlier::InForce(standing)) => {
                self.pending.push(Pending::Unchanged { line: row.line, standing: Some(standing) });
            }
            // What is in force for the same completion, under another row, says more than what is not.
            (Err(refusals), Earlier::Revoked(_)) if is_duplicate(&refusals) => {
                self.pending.push(Pending::Refused(refused(refusals)));
            }
            (_, Earlier::Revoked(ended)) if ended.key.is_none() || !self.options.again => {
                let refusal = ended.refusal(self.options.language);
                self.pending.push(Pending::Revoked(refused(vec![refusal]), ended));
            }
            (Err(refusals), _) => self.pending.push(Pending::Refused(refused(refusals))),
            (Ok(completion), earlier) => {
                let key = earlier.key().map(str::to_owned).unwrap_or_default();
                return self.accept(row, completion, key);
            }
        }
        Ok(())
    }

    fn accept(&mut self, row: Row, completion: Completion, key: String) -> Result<(), OfficeError> {
        let request = self.office.request(completion, &self.past, key)?;
        self.office.expect(&request, &mut self.past);
        if self.options.dry_run {
            self.rehearsed.insert(request.idempotency_key.clone());
        }
        self.pending.push(Pending::Request { row, request: Box::new(request) });
        Ok(())
    }

    fn is_pending(&self, key: &str) -> bool {
        self.pending.iter().any(
            |pending| matches!(pending, Pending::Request { request, .. } if request.idempotency_key == key),
        )
    }

    /// Issues what is pending, then tells of every row, in order: a line is written only after it is durable.
    fn settle(&mut self, output: &mut dyn Output) -> Result<(), OfficeError> {
        let requests: Vec<Request> = self
            .pending
            .iter()
            .filter_map(|pending| match pending {
                Pending::Request { request, .. } => Some((**request).clone()),
                _ => None,
            })
            .collect();
        let outcomes = if self.options.dry_run {
            Vec::new()
        } else {
            self.office.issuance.issue(&requests, self.now)?
        };
        let mut outcomes = outcomes.into_iter();
        for pending in std::mem::take(&mut self.pending) {
            match pending {
                Pending::Refused(row) => self.refuse(row, None, output),
                Pending::Revoked(row, ended) => self.refuse(row, Some(&ended), output),
                Pending::Unchanged { line, standing } => self.leave(line, standing, output),
                Pending::Request { row, .. } if self.options.dry_run => {
                    self.issued += 1;
                    if self.options.json {
                        output.line(
                            &json!({ "line": row.line, "outcome": "acceptable" }).to_string(),
                        );
                    }
                }
                Pending::Request { row, .. } => match outcomes.next() {
                    Some(outcome) => self.tell(&row, outcome, output)?,
                    None => return Ok(()),
                },
            }
        }
        Ok(())
    }

    /// Fails where issuing was stopped meanwhile: the rows that are left were not attempted.
    fn tell(
        &mut self,
        row: &Row,
        outcome: Outcome,
        output: &mut dyn Output,
    ) -> Result<(), OfficeError> {
        match outcome {
            Outcome::Issued(number) => {
                self.issued += 1;
                if self.options.json {
                    let line = json!({ "line": row.line, "outcome": "issued", "number": number });
                    output.line(&line.to_string());
                }
            }
            Outcome::Unchanged(number) => {
                self.leave(row.line, Some(Standing { number, replaces: None }), output);
            }
            Outcome::Conflict(number) | Outcome::Duplicate(number) => {
                self.refuse_for(row, RefusalCode::DuplicateCompletion, number, output);
            }
            Outcome::Stopped(switch) => return Err(IssueError::Stopped(switch).into()),
            Outcome::Refused(reason) => {
                self.refuse_for(row, RefusalCode::NotIssuable, reason, output);
            }
        }
        Ok(())
    }

    fn refuse_for(&mut self, row: &Row, code: RefusalCode, value: String, output: &mut dyn Output) {
        let refusal = Refusal { code, column: None, value, proposal: None };
        self.refuse(RefusedRow::new(row, self.form, vec![refusal]), None, output);
    }

    /// `ended` is the certificate that the row had, if that is why it is refused.
    fn refuse(&mut self, row: RefusedRow, ended: Option<&Ended>, output: &mut dyn Output) {
        let reason = row.reason(self.options.language);
        if self.options.json {
            let codes = row.codes();
            let codes: Vec<&str> = codes.split_whitespace().collect();
            let outcome = if ended.is_some() { "revoked" } else { "refused" };
            let line =
                json!({ "line": row.line, "outcome": outcome, "codes": codes, "reason": reason });
            output.line(&with(line, ended.map(Ended::members)).to_string());
        } else {
            output.line(&format!("{} {}: {reason}", words(self.options.language).line, row.line));
        }
        self.refused.push(row);
    }

    fn leave(&mut self, line: usize, standing: Option<Standing>, output: &mut dyn Output) {
        self.unchanged += 1;
        if self.options.json {
            let line = json!({ "line": line, "outcome": "unchanged" });
            output.line(&with(line, standing.as_ref().map(Standing::members)).to_string());
        }
    }

    fn conclude(self, output: &mut dyn Output) -> u8 {
        let words = words(self.options.language);
        let issued = if self.options.dry_run { words.acceptable } else { words.issued };
        let (unchanged, refused) = (self.unchanged, self.refused.len());
        output.note(&format!(
            "{issued}: {}, {}: {unchanged}, {}: {refused}",
            self.issued, words.unchanged, words.refused
        ));
        // Also when nothing was refused: a report of an earlier import must not stand for this one.
        if self.options.report {
            output.file(&write_report(self.form, &self.refused, self.options.language));
        }
        if self.refused.is_empty() { 0 } else { EXIT_REFUSED }
    }
}

/// Whether another certificate in force certifies the same.
fn is_duplicate(refusals: &[Refusal]) -> bool {
    refusals.iter().any(|refusal| refusal.code == RefusalCode::DuplicateCompletion)
}

/// An object with the members of another one added.
fn with(mut line: Value, more: Option<Value>) -> Value {
    if let (Some(members), Some(Value::Object(more))) = (line.as_object_mut(), more) {
        members.extend(more);
    }
    line
}

impl Office {
    /// Adds a request that is about to be issued to what the rules know.
    pub(super) fn expect(&self, request: &Request, past: &mut Past<'_>) {
        let completion = &request.completion;
        let (from, until) = (completion.period_start, completion.period_end);
        let programmes = self.issuance.programmes();
        let version = programmes
            .accepting(&completion.programme_code, from, until)
            .map(|programme| programme.version.clone())
            .unwrap_or_default();
        past.accept(completion, &request.learner_key, &version);
    }

    pub(super) fn request(
        &self,
        completion: Completion,
        past: &Past<'_>,
        key: String,
    ) -> Result<Request, OfficeError> {
        let seal = self.issuance.identity.keyring.personal_data();
        let sealed_iin = match &completion.learner.iin {
            None => None,
            Some(iin) => Some(seal.seal(iin.expose()).map_err(|error| {
                OfficeError::Request(format!("the identity number cannot be sealed: {error}"))
            })?),
        };
        Ok(Request {
            learner_key: past.learner_key(&completion),
            sealed_iin,
            // A row is its own key: another content is another row.
            request_hash: key.clone(),
            idempotency_key: key,
            completion,
        })
    }
}

/// The words of the summary.
struct Words {
    line: &'static str,
    issued: &'static str,
    acceptable: &'static str,
    unchanged: &'static str,
    refused: &'static str,
    no_rows: &'static str,
}

const fn words(language: Language) -> Words {
    match language {
        Language::Kk => Words {
            line: "жол",
            issued: "берілді",
            acceptable: "беруге болады",
            unchanged: "өзгеріссіз",
            refused: "қабылданбады",
            no_rows: "файлда тақырыптан басқа жол жоқ; ештеңе берілген жоқ",
        },
        Language::Ru => Words {
            line: "строка",
            issued: "выдано",
            acceptable: "можно выдать",
            unchanged: "без изменений",
            refused: "отклонено",
            no_rows: "в файле нет строк, кроме заголовка; ничего не выдано",
        },
        Language::En => Words {
            line: "line",
            issued: "issued",
            acceptable: "acceptable",
            unchanged: "unchanged",
            refused: "refused",
            no_rows: "the file has no rows but its header; nothing was issued",
        },
    }
}
