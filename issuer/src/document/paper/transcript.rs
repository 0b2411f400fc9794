//! The transcript (6.2.2): what was taught (Appendix Г), the grading system (section 6) and the results, in both languages side by side, over
//! as many sheets as it takes.

use verifier::Language;

use super::content_table;
use super::error::PaperError;
use super::flow::{Cell, Flow, Further, columns, further_head};
use super::font::Weight;
use super::form::signature;
use super::ink::Ink;
use super::ornament;
use super::print::{Paper, Told};
use super::qr::Code;
use super::scale_table;
use super::sheet::{Area, Draft, NodeId, Role, mm};
use super::strip::Strip;
use super::text::{Align, Block, Span, Style, set};
use super::words::{Words, certificate_label, words};
use crate::document::dates;

/// A4, lying.
const SIZE: (f32, f32) = (mm(297.0), mm(210.0));
/// Where rows may stand.
pub(super) const AREA: Area =
    Area { left: mm(15.0), top: mm(24.0), right: mm(282.0), bottom: mm(194.0) };
/// The page number stands under the lower line.
const FOOT: f32 = mm(199.5);
const CREST: (f32, f32) = (mm(148.5), mm(22.0));
const CREST_RADIUS: f32 = mm(4.4);
/// Between the languages.
pub(super) const GAP: f32 = mm(8.0);
pub(super) const BODY: f32 = 8.2;
/// Headings: above them, and their size, points.
const HEADING_BEFORE: f32 = 12.0;
const HEADING_SIZE: f32 = 9.6;
/// Between the seal and the foot, points.
const SEAL_GAP: f32 = mm(4.0);

/// Lays the transcript out.
///
/// # Errors
/// [`PaperError::NoGlyph`], [`PaperError::QrTooLong`]
pub(super) fn draft(paper: &Paper<'_>, parts: &[Vec<Told>]) -> Result<Draft, PaperError> {
    let further = Further { size: SIZE, area: AREA, ornament: ornament::plain, foot: FOOT };
    let mut flow = Flow::new(further);
    let code = Code::new(paper.qr)?;
    for told in parts {
        let number = &paper.certificate.number;
        flow.head = further_head(&format!("Transcript — {} {number}", certificate_label(told)));
        Side { paper, told, code: &code }.write(&mut flow)?;
    }
    flow.finish()
}

/// Languages that stand side by side.
struct Side<'s> {
    paper: &'s Paper<'s>,
    told: &'s [Told],
    code: &'s Code,
}

impl Side<'_> {
    fn write(&self, flow: &mut Flow) -> Result<(), PaperError> {
        let mut ornament = ornament::plain(SIZE);
        ornament.extend(ornament::crest(CREST, CREST_RADIUS));
        flow.begin(SIZE, AREA, ornament);
        flow.y = CREST.1 + CREST_RADIUS * 1.3 + mm(2.0);
        let parts = self.parts(flow);
        self.titles(flow, &parts)?;
        self.facts(flow, &parts)?;
        self.texts(flow, &parts)?;
        self.headings(flow, &parts, |words| words.content)?;
        content_table::write(flow, self.paper.programme, self.told)?;
        // Where the signature has no room below the scale, the scale goes with it: no sheet holds a signature alone.
        let signing = Signing::new(self)?;
        let scale = scale_table::height(self.told)? + HEADING_BEFORE + HEADING_SIZE * 2.0;
        if flow.room() < scale + signing.height() && scale + signing.height() < AREA.height() {
            flow.turn()?;
        }
        self.headings(flow, &parts, |words| words.scale)?;
        scale_table::write(flow, self.told)?;
        signing.write(flow, &parts)
    }

    fn parts(&self, flow: &mut Flow) -> Vec<NodeId> {
        let part = |told: &Told| flow.draft.node(None, Role::Part, Some(told.language));
        self.told.iter().map(part).collect()
    }

    /// One text in each language, side by side.
    fn row(
        &self,
        flow: &mut Flow,
        (before, align, role): (f32, Align, &Role),
        texts: impl Iterator<Item = (NodeId, Vec<Span>)>,
    ) -> Result<(), PaperError> {
        let mut cells = Vec::new();
        for ((part, spans), (left, width)) in texts.zip(self.columns()) {
            let node = Some(flow.draft.node(Some(part), role.clone(), None));
            cells.push(Cell { node, left, width, block: set(&spans, align, width)? });
        }
        flow.row(before, cells)
    }

    fn columns(&self) -> Vec<(f32, f32)> {
        columns((AREA.left, AREA.right), self.told.len(), GAP)
    }

    fn titles(&self, flow: &mut Flow, parts: &[NodeId]) -> Result<(), PaperError> {
        let style = Style { weight: Weight::Bold, size: 13.0, ink: Ink::Navy };
        let told = self.told.first();
        let title = told.map_or("", |told| words(told.language).transcript).to_owned();
        flow.draft.bookmark(&title, flow.y);
        let role = Role::Heading { level: 1, title };
        let titles = self.told.iter().zip(parts).map(|(told, part)| {
            (*part, vec![Span { text: words(told.language).transcript.to_owned(), style }])
        });
        self.row(flow, (0.0, Align::Centre, &role), titles)
    }

    fn headings(
        &self,
        flow: &mut Flow,
        parts: &[NodeId],
        title: fn(&Words) -> &'static str,
    ) -> Result<(), PaperError> {
        let style = Style { weight: Weight::Bold, size: HEADING_SIZE, ink: Ink::Teal };
        let first = self.told.first().map_or("", |told| title(words(told.language)));
        let role = Role::Heading { level: 2, title: first.to_owned() };
        // A heading at the foot of a sheet, and its table on the next one, would be lost.
        if flow.room() < mm(42.0) {
            flow.turn()?;
        }
        let titles = self.told.iter().zip(parts).map(|(told, part)| {
            (*part, vec![Span { text: title(words(told.language)).to_owned(), style }])
        });
        self.row(flow, (HEADING_BEFORE, Align::Left, &role), titles)?;
        flow.y += 3.0;
        Ok(())
    }

    /// Who learnt what, when, and who decided.
    fn facts(&self, flow: &mut Flow, parts: &[NodeId]) -> Result<(), PaperError> {
        let mut facts: Vec<_> = self.told.iter().map(|told| facts(told).into_iter()).collect();
        let mut before = 9.0;
        loop {
            let row: Vec<Vec<Span>> = facts.iter_mut().filter_map(Iterator::next).collect();
            if row.is_empty() {
                return Ok(());
            }
            let texts = parts.iter().copied().zip(row);
            self.row(flow, (before, Align::Left, &Role::Paragraph), texts)?;
            before = 2.2;
        }
    }

    /// The course description (Appendix Г).
    fn texts(&self, flow: &mut Flow, parts: &[NodeId]) -> Result<(), PaperError> {
        let programme = self.paper.programme;
        let texts = self.told.iter().zip(parts).map(|(told, part)| {
            let label = format!("{}: ", words(told.language).description);
            let text = programme.course_description.in_language(told.language);
            let text = text.unwrap_or(&programme.course_description.kk);
            (*part, vec![label_span(&label), plain_span(text)])
        });
        self.row(flow, (6.0, Align::Left, &Role::Paragraph), texts)
    }
}

/// Signature and seal, then the foot with the QR code: together on one sheet.
struct Signing<'s> {
    strip: Strip<'s>,
    /// Above each line, and the line in every language.
    lines: Vec<(f32, Vec<Block>)>,
    columns: Vec<(f32, f32)>,
}

impl<'s> Signing<'s> {
    fn new(side: &Side<'s>) -> Result<Self, PaperError> {
        let address = (side.code, side.paper.qr);
        let strip = Strip::new(side.told, address, (AREA.left, AREA.right), false)?;
        let columns = side.columns();
        let mut told: Vec<_> =
            side.told.iter().map(|told| signature(told, 0.95).into_iter()).collect();
        let mut lines = Vec::new();
        loop {
            let row: Vec<_> = told.iter_mut().filter_map(Iterator::next).collect();
            let Some(first) = row.first() else { break };
            let before = first.before;
            let blocks = row.iter().zip(&columns);
            let blocks = blocks.map(|(line, (_, width))| set(&line.spans, line.align, *width));
            lines.push((before, blocks.collect::<Result<Vec<_>, _>>()?));
        }
        Ok(Self { strip, lines, columns })
    }

    fn height(&self) -> f32 {
        let tallest = |blocks: &[Block]| blocks.iter().map(Block::height).fold(0.0, f32::max);
        let lines = self.lines.iter().map(|(before, blocks)| before + tallest(blocks));
        lines.sum::<f32>() + SEAL_GAP + self.strip.height
    }

    fn write(self, flow: &mut Flow, parts: &[NodeId]) -> Result<(), PaperError> {
        if flow.room() < self.height() {
            flow.turn()?;
        }
        let top = flow.area.bottom - self.strip.height;
        for (before, blocks) in self.lines {
            let mut cells = Vec::new();
            for ((part, block), (left, width)) in parts.iter().zip(blocks).zip(&self.columns) {
                let node = Some(flow.draft.node(Some(*part), Role::Paragraph, None));
                cells.push(Cell { node, left: *left, width: *width, block });
            }
            flow.row(before, cells)?;
        }
        self.strip.write(flow, top, parts);
        Ok(())
    }
}

fn facts(told: &Told) -> Vec<Vec<Span>> {
    let Told { language, stated } = told;
    let (words, language) = (words(*language), *language);
    let or_blank = |text: &Option<String>| text.clone().unwrap_or_else(|| "_____".to_owned());
    let day = |date: Option<jiff::civil::Date>, write: fn(_, Language) -> String| {
        date.map_or_else(|| "_____".to_owned(), |date| write(date, language))
    };
    let (first, last) = (stated.period_start, stated.period_end);
    let volume = format!(
        "{} {}, {} {}",
        or_blank(&stated.hours),
        words.hours,
        or_blank(&stated.credits),
        words.credits_of(&or_blank(&stated.credits))
    );
    let decision = format!(
        "{}, {} {}",
        day(stated.commission_date, dates::day),
        words.protocol,
        or_blank(&stated.commission_protocol)
    );
    let period = format!("{} — {}", day(first, dates::day), day(last, dates::day));
    // One line each; what is short stands with its like.
    let facts = [
        vec![
            (words.to_certificate, or_blank(&stated.number)),
            (words.registration_number, or_blank(&stated.registration_number)),
        ],
        vec![(words.organisation, or_blank(&stated.organisation))],
        vec![(words.learner, or_blank(&stated.whose()))],
        vec![(words.programme, or_blank(&stated.programme))],
        vec![(words.qualification, or_blank(&stated.qualification))],
        vec![(words.volume, volume)],
        vec![
            (words.level, or_blank(&stated.level)),
            (words.study_form, or_blank(&stated.study_form)),
        ],
        vec![(words.period, period)],
        vec![(words.decision, decision)],
        vec![(words.issued, day(stated.issue_date, dates::day))],
    ];
    facts.into_iter().map(fact).collect()
}

/// Labels and what they stand for, on one line.
fn fact(pairs: Vec<(&str, String)>) -> Vec<Span> {
    let mut spans = Vec::new();
    for (place, (label, value)) in pairs.into_iter().enumerate() {
        let between = if place == 0 { "" } else { "; " };
        let after = if label.ends_with('№') || label.ends_with("No.") { " " } else { ": " };
        spans.push(label_span(&format!("{between}{label}{after}")));
        spans.push(filled_span(&value));
    }
    spans
}

fn label_span(text: &str) -> Span {
    let style = Style { weight: Weight::Regular, size: BODY, ink: Ink::Grey };
    Span { text: text.to_owned(), style }
}

fn plain_span(text: &str) -> Span {
    let style = Style { weight: Weight::Regular, size: BODY, ink: Ink::Text };
    Span { text: text.to_owned(), style }
}

fn filled_span(text: &str) -> Span {
    let style = Style { weight: Weight::Bold, size: BODY, ink: Ink::Text };
    Span { text: text.to_owned(), style }
}
