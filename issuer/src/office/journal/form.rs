//! The journal as text, table, page or JSON. What stands in a line is decided elsewhere.

use std::collections::HashMap;

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use verifier::{Language, plain_text};

use super::Period;
use super::lines::{Content, Issued, Line};
use super::words::{COLUMNS, Words, reason, words};
use crate::completion::write_line;
use crate::issuing::kazakhstan;
use crate::office::Office;
use crate::programme::Programme;

/// UTF-8 is told from other encodings by it where Excel opens the file.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// A journal in one language, ready to be written in any form.
#[derive(Template)]
#[template(path = "journal.html")]
pub(super) struct Journal {
    language: Language,
    words: &'static Words,
    university: String,
    demo: bool,
    period: String,
    rows: Vec<Row>,
    totals: String,
    programmes: HashMap<(String, String), Volume>,
}

/// A line as it is printed.
struct Row {
    cells: [String; COLUMNS],
    /// Class of the style sheet.
    class: &'static str,
}

/// What a programme of the register says of its size.
struct Volume {
    title: String,
    hours: u16,
    credits: u8,
}

impl Journal {
    pub(super) fn new(office: &Office, period: Period, lines: &[Line], language: Language) -> Self {
        let name = &office.issuance.identity.profile.name;
        let words = words(language);
        let programmes = office.issuance.programmes();
        let volumes = programmes.all().map(|programme| volume(programme, language)).collect();
        let mut journal = Self {
            language,
            words,
            university: name.in_language(language).unwrap_or(&name.kk).to_owned(),
            demo: office.configuration.demo,
            period: tell_period(period, words),
            rows: Vec::new(),
            totals: tell_totals(lines, words),
            programmes: volumes,
        };
        let numbered = lines.iter().zip(1_u64..);
        journal.rows = numbered.map(|(line, place)| journal.row(line, place)).collect();
        journal
    }

    fn row(&self, line: &Line, place: u64) -> Row {
        let (class, [learner, programme, hours, credits, decision, remark]) = match &line.content {
            Content::Issued(issued) => self.certificate(issued),
            Content::Voided { reason } => {
                ("void", self.remark(format!("{}: {reason}", self.words.voided)))
            }
            Content::Erased { erased_at } => {
                let erased = format!("{} {}", self.words.erased, day(*erased_at));
                ("erased", self.remark(erased))
            }
        };
        let cells = [
            place.to_string(),
            line.registration_number.clone(),
            line.number.clone(),
            line.date.to_string(),
            learner,
            programme,
            hours,
            credits,
            decision,
            remark,
        ];
        Row { cells: cells.map(|cell| plain_text(&cell)), class }
    }

    /// The cells of a line that has nothing but a remark.
    fn remark(&self, remark: String) -> [String; 6] {
        let dash = || "—".to_owned();
        [dash(), dash(), dash(), dash(), dash(), remark]
    }

    fn certificate(&self, issued: &Issued) -> (&'static str, [String; 6]) {
        let volume = self.volume(issued);
        let (class, remark) = match &issued.revocation {
            None => ("", String::new()),
            Some(_) => ("revoked", self.tell_revocation(issued)),
        };
        let decision = format!(
            "{}, {} {}",
            issued.commission_date, self.words.protocol, issued.commission_protocol
        );
        let programme = match volume {
            Some(volume) => format!("{} {}", issued.programme_code, volume.title),
            None => issued.programme_code.clone(),
        };
        let hours = volume.map_or_else(String::new, |volume| volume.hours.to_string());
        let credits = volume.map_or_else(String::new, |volume| volume.credits.to_string());
        (class, [issued.learner.clone(), programme, hours, credits, decision, remark])
    }

    fn tell_revocation(&self, issued: &Issued) -> String {
        let Some(revocation) = &issued.revocation else { return String::new() };
        let words = self.words;
        let why = reason(revocation.reason, self.language);
        let mut text = format!("{} {}: {why}", words.revoked, day(revocation.revoked_at));
        if let Some(new) = &revocation.superseded_by {
            text.push_str(&format!("; {} {new}", words.replaced_by));
        }
        text.push_str(&format!("; {} {}", words.proposed_by, revocation.by));
        if let Some(second) = &revocation.confirmed_by {
            text.push_str(&format!(", {} {second}", words.confirmed_by));
        }
        text
    }

    fn volume(&self, issued: &Issued) -> Option<&Volume> {
        self.programmes.get(&(issued.programme_code.clone(), issued.programme_version.clone()))
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!("{} — {}\n", self.words.title, self.university);
        text.push_str(&format!("{}: {}\n\n", self.words.period, self.period));
        for row in &self.rows {
            let cells = row.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty());
            text.push_str(&cells.collect::<Vec<_>>().join("  "));
            text.push('\n');
        }
        text.push_str(&format!("\n{}\n", self.totals));
        text
    }

    pub(super) fn csv(&self) -> String {
        let mut text = BYTE_ORDER_MARK.to_owned();
        let header = self.words.columns.map(str::to_owned);
        write_line(&mut text, header.iter(), ',', "\r\n");
        for row in &self.rows {
            write_line(&mut text, row.cells.iter(), ',', "\r\n");
        }
        text
    }

    /// A page that needs nothing beside itself, and holds no script.
    pub(super) fn html(&self) -> String {
        // The template is part of the program and its values are text: rendering does not fail.
        self.render().unwrap_or_default()
    }

    pub(super) fn json(&self, lines: &[Line]) -> String {
        let mut text = String::new();
        for line in lines {
            text.push_str(&self.object(line).to_string());
            text.push('\n');
        }
        text
    }

    fn object(&self, line: &Line) -> Value {
        let mut object = json!({
            "registration_number": line.registration_number,
            "number": line.number,
            "date": line.date.to_string(),
        });
        let more = match &line.content {
            Content::Issued(issued) => {
                let volume = self.volume(issued);
                json!({
                    "entry": "issued",
                    "name": issued.learner,
                    "programme": issued.programme_code,
                    "version": issued.programme_version,
                    "hours": volume.map(|volume| volume.hours),
                    "credits": volume.map(|volume| volume.credits),
                    "commission_date": issued.commission_date.to_string(),
                    "commission_protocol": issued.commission_protocol,
                    "revocation": issued.revocation,
                })
            }
            Content::Voided { reason } => json!({ "entry": "voided", "reason": reason }),
            Content::Erased { erased_at } => {
                json!({ "entry": "erased", "erased_at": erased_at.to_string() })
            }
        };
        if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
            object.extend(more);
        }
        object
    }
}

fn volume(programme: &Programme, language: Language) -> ((String, String), Volume) {
    let title = programme.title.in_language(language).unwrap_or(&programme.title.kk).to_owned();
    let volume = Volume { title, hours: programme.hours, credits: programme.credits };
    ((programme.code.clone(), programme.version.clone()), volume)
}

fn day(time: Timestamp) -> Date {
    time.to_zoned(kazakhstan()).date()
}

fn tell_period(period: Period, words: &Words) -> String {
    let from = period.from.map_or_else(|| words.whole.to_owned(), |day| day.to_string());
    match period.to {
        Some(to) => format!("{from} — {to}"),
        None => from,
    }
}

fn tell_totals(lines: &[Line], words: &Words) -> String {
    let count = |is: fn(&Content) -> bool| lines.iter().filter(|line| is(&line.content)).count();
    // What was erased was issued all the same.
    let issued = count(|content| matches!(content, Content::Issued(_) | Content::Erased { .. }));
    let revoked = count(|content| match content {
        Content::Issued(issued) => issued.revocation.is_some(),
        // No erasure without a revocation: its line says so too.
        Content::Erased { .. } => true,
        Content::Voided { .. } => false,
    });
    let mut text = format!(
        "{}: {} — {issued}, {} — {revoked}",
        words.total, words.issued_count, words.revoked_count
    );
    let rest = [
        (words.voided_count, count(|content| matches!(content, Content::Voided { .. }))),
        (words.erased_count, count(|content| matches!(content, Content::Erased { .. }))),
    ];
    for (word, number) in rest.into_iter().filter(|(_, number)| *number > 0) {
        text.push_str(&format!(", {word} — {number}"));
    }
    text
}
