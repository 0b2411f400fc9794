//! The content table of Appendix Г with the results: outcomes, criteria, hours by kind, type of lesson, grade.

use super::error::PaperError;
use super::flow::{Cell, Flow};
use super::font::Weight;
use super::ink::Ink;
use super::print::Told;
use super::sheet::{NodeId, Role, mm};
use super::text::{Align, Span, Style, set};
use super::transcript::AREA;
use super::words::words;
use crate::programme::{ContentRow, Programme, Text};

const SIZE: f32 = 7.2;
const HEAD_SIZE: f32 = 6.0;
/// Between columns.
const GUTTER: f32 = mm(2.0);
/// The column of the lesson's type, and what it keeps clear of the hours before it: those end where it begins.
const LESSON: usize = 9;
const LESSON_GAP: f32 = mm(3.0);
/// Widths of the columns: number, outcomes, criteria, six kinds of hours, type of lesson, result.
const WIDTHS: [f32; 11] = [
    mm(8.0),
    mm(61.0),
    mm(55.0),
    mm(13.5),
    mm(13.0),
    mm(16.5),
    mm(14.5),
    mm(17.0),
    mm(13.5),
    mm(38.0),
    mm(17.0),
];

/// A column: its left edge and its width.
fn places() -> impl Iterator<Item = (f32, f32)> {
    let mut left = AREA.left;
    WIDTHS.into_iter().enumerate().map(move |(column, width)| {
        let gap = if column == LESSON { LESSON_GAP } else { 0.0 };
        let place = (left + GUTTER / 2.0 + gap, width - GUTTER - gap);
        left += width;
        place
    })
}

/// Writes the table.
pub(super) fn write(
    flow: &mut Flow,
    programme: &Programme,
    told: &[Told],
) -> Result<(), PaperError> {
    let table = flow.draft.node(None, Role::Table, None);
    write_head(flow, table, told)?;
    let body = flow.draft.node(Some(table), Role::TableBody, None);
    let rows = rows(flow, body, (programme, told))?;
    let totals = totals(told, &programme.content());
    let row = Writer { told, style: style(SIZE, Weight::Bold, Ink::Text), is_head: false };
    let sum = row.stack(flow, body, &totals)?;
    let last = rows.len();
    for (place, row) in (1..).zip(rows) {
        if place == last {
            flow.keep_together(&[&row, &sum])?;
        }
        flow.table_stack(row, None)?;
    }
    flow.table_stack(sum, Some(Ink::Wash))?;
    flow.end_table();
    Ok(())
}

fn write_head(flow: &mut Flow, table: NodeId, told: &[Told]) -> Result<(), PaperError> {
    let head = flow.draft.node(Some(table), Role::TableHead, None);
    let row = Writer { told, style: style(HEAD_SIZE, Weight::Bold, Ink::Navy), is_head: true };
    let labels = |language| {
        let words = words(language);
        let labels = words.columns.into_iter().chain([words.grade]);
        labels.map(str::to_owned).collect()
    };
    let texts = told.iter().map(|told| labels(told.language)).collect::<Vec<Vec<String>>>();
    let stack = row.stack(flow, head, &texts)?;
    flow.table_head(stack)
}

/// A row for every outcome, in order.
fn rows(
    flow: &mut Flow,
    body: NodeId,
    (programme, told): (&Programme, &[Told]),
) -> Result<Vec<Vec<Vec<Cell>>>, PaperError> {
    let content = programme.content();
    let row = Writer { told, style: style(SIZE, Weight::Regular, Ink::Text), is_head: false };
    let mut rows = Vec::new();
    for (index, outcome) in programme.outcomes.iter().enumerate() {
        let content = content.get(index).cloned().unwrap_or_default();
        let texts = told.iter().map(|told| {
            let grade = told.stated.competences.get(index).map(|graded| graded.grade.as_str());
            let in_language = |text: &Text| in_language(text, told);
            let names = (in_language(&outcome.name), in_language(&outcome.criteria));
            row_texts(index, names, (&content, told), grade.unwrap_or_default())
        });
        let texts: Vec<Vec<String>> = texts.collect();
        rows.push(row.stack(flow, body, &texts)?);
    }
    Ok(rows)
}

fn in_language(text: &Text, told: &Told) -> String {
    text.in_language(told.language).unwrap_or(&text.kk).to_owned()
}

fn row_texts(
    index: usize,
    (outcome, criteria): (String, String),
    (content, told): (&ContentRow, &Told),
    grade: &str,
) -> Vec<String> {
    let lesson = content.lesson_type.as_ref().map(|text| in_language(text, told));
    let mut texts = vec![(index + 1).to_string(), outcome, criteria];
    texts.extend(content.hours.iter().map(ToString::to_string));
    texts.extend([lesson.unwrap_or_default(), grade.to_owned()]);
    texts
}

/// The sums of the hours, and the final result of the programme.
fn totals(told: &[Told], content: &[ContentRow]) -> Vec<Vec<String>> {
    let mut sums = [0_u32; 6];
    for row in content {
        for (sum, hours) in sums.iter_mut().zip(row.hours) {
            *sum += u32::from(hours);
        }
    }
    let told = told.iter().map(|told| {
        let words = words(told.language);
        let Some((result, percent)) = told.final_result() else { return Vec::new() };
        let credits = told.stated.credits.as_deref().unwrap_or_default();
        let credits = format!("{credits} {}", words.credits_of(credits));
        let mut texts = vec!["Σ".to_owned(), words.total.to_owned(), credits];
        texts.extend(sums.iter().map(ToString::to_string));
        texts.extend([result, percent]);
        texts
    });
    told.collect()
}

const fn style(size: f32, weight: Weight, ink: Ink) -> Style {
    Style { weight, size, ink }
}

/// Turns texts into the cells of one row of the table.
struct Writer<'w> {
    told: &'w [Told],
    style: Style,
    is_head: bool,
}

impl Writer<'_> {
    /// The row in every language; what is the same in all of them stands in the first one alone.
    fn stack(
        &self,
        flow: &mut Flow,
        parent: NodeId,
        texts: &[Vec<String>],
    ) -> Result<Vec<Vec<Cell>>, PaperError> {
        let row = flow.draft.node(Some(parent), Role::Row, None);
        let mut stack: Vec<Vec<Cell>> = texts.iter().map(|_| Vec::new()).collect();
        for (column, (left, width)) in places().enumerate() {
            let role = match column {
                _ if self.is_head => Role::HeadCell { of_column: true },
                1 => Role::HeadCell { of_column: false },
                _ => Role::Cell,
            };
            let node = flow.draft.node(Some(row), role, None);
            let align = match column {
                1 | 2 | LESSON => Align::Left,
                0 => Align::Centre,
                _ => Align::Right,
            };
            let mut said: Vec<&str> = Vec::new();
            for ((told, texts), cells) in self.told.iter().zip(texts).zip(&mut stack) {
                let text = texts.get(column).map(String::as_str).unwrap_or_default();
                if text.is_empty() || said.contains(&text) {
                    continue;
                }
                said.push(text);
                let paragraph = flow.draft.node(Some(node), Role::Paragraph, Some(told.language));
                let span = Span { text: text.to_owned(), style: self.style };
                let block = set(&[span], align, width)?;
                cells.push(Cell { node: Some(paragraph), left, width, block });
            }
        }
        Ok(stack)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_keep_clear_of_the_type_of_lesson() {
        let places: Vec<(f32, f32)> = places().collect();
        let (left, width) = places[LESSON - 1];
        assert!(places[LESSON].0 - (left + width) >= mm(4.5));
        let (left, width) = places[WIDTHS.len() - 1];
        assert!(left + width <= AREA.right);
    }
}
