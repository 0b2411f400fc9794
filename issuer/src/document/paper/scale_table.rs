//! The table of section 6: letters, percents, levels of achievement, and what they mean.

use super::error::PaperError;
use super::flow::{Cell, Flow, ROW_PADDING, columns};
use super::font::Weight;
use super::ink::Ink;
use super::print::Told;
use super::sheet::{NodeId, Role, mm};
use super::text::{Align, Span, Style, set};
use super::transcript::AREA;
use super::words::words;
use crate::completion::{BANDS, Band};
use crate::programme::Text;

const SIZE: f32 = 7.2;
const LETTERS: f32 = mm(28.0);
const PERCENTS: f32 = mm(30.0);
const GUTTER: f32 = mm(1.0);

/// Letters, percents, then level and description in every language.
fn places(languages: usize) -> Vec<(f32, f32)> {
    let left = AREA.left + GUTTER;
    let mut places =
        vec![(left, LETTERS - 2.0 * GUTTER), (left + LETTERS, PERCENTS - 2.0 * GUTTER)];
    let rest = (left + LETTERS + PERCENTS, AREA.right - GUTTER);
    for (left, width) in columns(rest, languages, mm(4.0)) {
        let level = width * 0.32;
        places.push((left, level - mm(2.0)));
        places.push((left + level, width - level));
    }
    places
}

/// How high the table is on one sheet, points.
pub(super) fn height(told: &[Told]) -> Result<f32, PaperError> {
    let places = places(told.len());
    let style = body_style();
    let mut rows = vec![(head_texts(told), head_style())];
    rows.extend(BANDS.iter().map(|band| (texts_of(band, told), style)));
    let mut height = 0.0;
    for (texts, style) in rows {
        let mut tallest = 0.0_f32;
        for (text, (_, width)) in texts.into_iter().zip(&places) {
            tallest = tallest.max(set(&[Span { text, style }], Align::Left, *width)?.height());
        }
        height += tallest + 2.0 * ROW_PADDING;
    }
    Ok(height)
}

/// Writes the table.
pub(super) fn write(flow: &mut Flow, told: &[Told]) -> Result<(), PaperError> {
    let table = flow.draft.node(None, Role::Table, None);
    let head = flow.draft.node(Some(table), Role::TableHead, None);
    let cells = cells(flow, head, told, (&head_texts(told), head_style()))?;
    flow.table_head(vec![cells])?;
    let body = flow.draft.node(Some(table), Role::TableBody, None);
    for band in &BANDS {
        let cells = self::cells(flow, body, told, (&texts_of(band, told), body_style()))?;
        flow.table_row(cells, None)?;
    }
    flow.end_table();
    Ok(())
}

const fn head_style() -> Style {
    Style { weight: Weight::Bold, size: SIZE - 0.8, ink: Ink::Navy }
}

const fn body_style() -> Style {
    Style { weight: Weight::Regular, size: SIZE, ink: Ink::Text }
}

fn head_texts(told: &[Told]) -> Vec<String> {
    let joined =
        |label: fn(&Told) -> &'static str| told.iter().map(label).collect::<Vec<_>>().join(" / ");
    let mut texts = vec![
        joined(|told| words(told.language).letter),
        joined(|told| words(told.language).percent),
    ];
    for told in told {
        let words = words(told.language);
        texts.extend([words.achievement.to_owned(), words.result.to_owned()]);
    }
    texts
}

fn texts_of(band: &Band, told: &[Told]) -> Vec<String> {
    let mut texts =
        vec![band.letters.to_owned(), format!("{}–{}", band.percent_min, band.percent_max)];
    for told in told {
        let text = |text: Text| text.in_language(told.language).unwrap_or(&text.kk).to_owned();
        texts.extend([text(band.level()), text(band.description())]);
    }
    texts
}

fn cells(
    flow: &mut Flow,
    parent: NodeId,
    told: &[Told],
    (texts, style): (&[String], Style),
) -> Result<Vec<Cell>, PaperError> {
    let row = flow.draft.node(Some(parent), Role::Row, None);
    let is_head = style.weight == Weight::Bold;
    let languages = told.iter().flat_map(|told| [Some(told.language); 2]);
    let languages = [None, None].into_iter().chain(languages);
    let mut cells = Vec::new();
    for ((text, (left, width)), language) in texts.iter().zip(places(told.len())).zip(languages) {
        let role = match cells.is_empty() {
            _ if is_head => Role::HeadCell { of_column: true },
            true => Role::HeadCell { of_column: false },
            false => Role::Cell,
        };
        let node = Some(flow.draft.node(Some(row), role, language));
        let block = set(&[Span { text: text.clone(), style }], Align::Left, width)?;
        cells.push(Cell { node, left, width, block });
    }
    Ok(cells)
}
