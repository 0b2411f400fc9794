//! The certificate: Appendix Б in Kazakh on the left and in Russian on the right, below them the competences with their grades (6.2.1),
//! at the foot the QR code and what the digital badge is. One sheet, unless names or competences need another.

use super::error::PaperError;
use super::flow::{Cell, Flow, Further, ROW_PADDING, columns, further_head};
use super::font::Weight;
use super::form::{FormLine, form};
use super::ink::Ink;
use super::ornament;
use super::print::{Paper, Told};
use super::qr::Code;
use super::sheet::{Area, Draft, NodeId, Role, mm};
use super::strip::Strip;
use super::text::{Align, Block, Span, Style, set};
use super::words::{certificate_label, words};

/// A4, upright.
const SIZE: (f32, f32) = (mm(210.0), mm(297.0));
/// Where text may stand on the first sheet, and on a further one.
const AREA: Area = Area { left: mm(18.0), top: mm(35.0), right: mm(192.0), bottom: mm(276.5) };
const FURTHER: Area = Area { left: mm(18.0), top: mm(24.0), right: mm(192.0), bottom: mm(276.5) };
/// The page number stands between the corners of the frame.
const FOOT: f32 = mm(279.5);
const CREST: (f32, f32) = (mm(105.0), mm(24.6));
const CREST_RADIUS: f32 = mm(6.2);
/// Between the columns of the form.
const GAP: f32 = mm(10.0);
/// Column of the grades.
const GRADE: f32 = mm(23.0);
/// Above the table and above the strip.
const SECTION_GAP: f32 = mm(4.0);
/// The sizes of a form that are tried, from the best on; smaller ones would be hard to read.
const SCALES: [f32; 4] = [1.0, 0.95, 0.9, 0.86];
/// The most that is added above a line where the sheet has room to spare, points.
const SPARE_MAX: f32 = 13.0;

/// Lays the certificate out.
///
/// # Errors
/// [`PaperError::NoGlyph`], [`PaperError::QrTooLong`]
pub(super) fn draft(paper: &Paper<'_>, parts: &[Vec<Told>]) -> Result<Draft, PaperError> {
    let further = Further { size: SIZE, area: FURTHER, ornament: ornament::plain, foot: FOOT };
    let mut flow = Flow::new(further);
    let code = Code::new(paper.qr)?;
    for told in parts {
        let number = &paper.certificate.number;
        flow.head = further_head(&format!("{} {number}", certificate_label(told)));
        Side { told, code: &code, address: paper.qr }.write(&mut flow)?;
    }
    flow.finish()
}

/// Languages that stand side by side.
struct Side<'s> {
    told: &'s [Told],
    code: &'s Code,
    address: &'s str,
}

/// A line of the form in all its languages.
struct Row {
    before: f32,
    is_heading: bool,
    blocks: Vec<Block>,
}

impl Row {
    fn height(&self) -> f32 {
        self.before + self.blocks.iter().map(Block::height).fold(0.0, f32::max)
    }
}

/// The competences in the languages of a side.
struct Table {
    head: Vec<Block>,
    rows: Vec<Vec<Block>>,
}

impl Table {
    fn height(&self) -> f32 {
        let rows = self.rows.iter().chain([&self.head]);
        rows.map(|row| row.iter().map(Block::height).fold(0.0, f32::max) + 2.0 * ROW_PADDING).sum()
    }
}

/// How the first sheet is filled.
struct Plan {
    rows: Vec<Row>,
    /// Added above the lines of the form.
    spare: f32,
    table_fits: bool,
}

impl Side<'_> {
    fn write(&self, flow: &mut Flow) -> Result<(), PaperError> {
        let mut ornament = ornament::certificate(SIZE);
        ornament.extend(ornament::crest(CREST, CREST_RADIUS));
        flow.begin(SIZE, AREA, ornament);
        let (table, whole) = (self.table()?, self.strip(false)?);
        let plan = match self.plan(&table, &whole)? {
            Some(plan) => plan,
            None => self.plan_without_table()?,
        };
        let strip = if plan.table_fits { whole } else { self.strip(true)? };
        let parts = self.write_form(flow, &plan)?;
        // A form that went on over the page leaves the strip where there is room for it.
        let top = flow.area.bottom - strip.height;
        if flow.y + SECTION_GAP > top {
            flow.turn()?;
        }
        let top = flow.area.bottom - strip.height;
        if plan.table_fits {
            flow.y = top - SECTION_GAP - table.height();
            self.write_table(flow, &table)?;
        }
        strip.write(flow, top, &parts);
        if !plan.table_fits {
            flow.turn()?;
            self.write_table(flow, &table)?;
        }
        Ok(())
    }

    /// Everything on one sheet, at the largest size at which it fits.
    fn plan(&self, table: &Table, strip: &Strip<'_>) -> Result<Option<Plan>, PaperError> {
        let room = AREA.height() - strip.height - table.height() - 2.0 * SECTION_GAP;
        for scale in SCALES {
            let rows = self.rows(scale)?;
            if let Some(spare) = spare(&rows, room) {
                return Ok(Some(Plan { rows, spare, table_fits: true }));
            }
        }
        Ok(None)
    }

    /// The table on the next sheet; a form that still does not fit goes on there too.
    fn plan_without_table(&self) -> Result<Plan, PaperError> {
        let room = AREA.height() - self.strip(true)?.height - SECTION_GAP;
        for scale in SCALES {
            let rows = self.rows(scale)?;
            if let Some(spare) = spare(&rows, room) {
                return Ok(Plan { rows, spare, table_fits: false });
            }
        }
        let rows = self.rows(SCALES.last().copied().unwrap_or(1.0))?;
        Ok(Plan { rows, spare: 0.0, table_fits: false })
    }

    fn strip(&self, names_the_next_sheet: bool) -> Result<Strip<'_>, PaperError> {
        let sides = (AREA.left, AREA.right);
        Strip::new(self.told, (self.code, self.address), sides, names_the_next_sheet)
    }

    fn columns(&self) -> Vec<(f32, f32)> {
        columns((AREA.left, AREA.right), self.told.len(), GAP)
    }

    fn rows(&self, scale: f32) -> Result<Vec<Row>, PaperError> {
        let forms = self.told.iter().zip(self.columns());
        let forms = forms.map(|(told, (_, width))| Ok(form(told, (scale, width))?.into_iter()));
        let mut forms = forms.collect::<Result<Vec<_>, PaperError>>()?;
        let mut rows = Vec::new();
        loop {
            let lines: Vec<FormLine> = forms.iter_mut().filter_map(Iterator::next).collect();
            let Some(first) = lines.first() else { return Ok(rows) };
            let (before, is_heading) = (first.before, first.is_heading);
            let blocks = lines.iter().zip(self.columns());
            let blocks = blocks.map(|(line, (_, width))| set(&line.spans, line.align, width));
            rows.push(Row { before, is_heading, blocks: blocks.collect::<Result<_, _>>()? });
        }
    }

    /// Writes the form, and returns each language's part.
    fn write_form(&self, flow: &mut Flow, plan: &Plan) -> Result<Vec<NodeId>, PaperError> {
        let mut nodes = Vec::new();
        let mut parts = Vec::new();
        for told in self.told {
            let title = words(told.language).certificate;
            flow.draft.bookmark(title, flow.y);
            let part = flow.draft.node(None, Role::Part, Some(told.language));
            parts.push(part);
            let roles = plan.rows.iter().map(|row| match row.is_heading {
                true => Role::Heading { level: 1, title: title.to_owned() },
                false => Role::Paragraph,
            });
            nodes.push(
                roles.map(|role| flow.draft.node(Some(part), role, None)).collect::<Vec<_>>(),
            );
        }
        for (index, row) in plan.rows.iter().enumerate() {
            let cells = row.blocks.iter().zip(self.columns()).zip(&nodes);
            let cells = cells.map(|((block, (left, width)), nodes)| Cell {
                node: nodes.get(index).copied(),
                left,
                width,
                block: block.clone(),
            });
            let spare = if row.before > 3.5 { plan.spare } else { 0.0 };
            flow.row(row.before + spare, cells.collect())?;
        }
        Ok(parts)
    }

    fn table(&self) -> Result<Table, PaperError> {
        let grades: Vec<&str> = self.told.iter().map(|told| words(told.language).grade).collect();
        let head = self.table_row(
            |told| words(told.language).competences.to_owned(),
            (&grades.join(" / "), Weight::Bold, Ink::Navy),
        )?;
        let mut rows = Vec::new();
        let [first, ..] = self.told else { return Ok(Table { head, rows }) };
        for (index, graded) in first.stated.competences.iter().enumerate() {
            let name = |told: &Told| {
                let graded = told.stated.competences.get(index);
                graded.map(|graded| graded.name.clone()).unwrap_or_default()
            };
            rows.push(self.table_row(name, (&graded.grade, Weight::Regular, Ink::Text))?);
        }
        let Some((_, percent)) = first.final_result() else { return Ok(Table { head, rows }) };
        let total = |told: &Told| told.final_result().unwrap_or_default().0;
        rows.push(self.table_row(total, (&percent, Weight::Bold, Ink::Text))?);
        Ok(Table { head, rows })
    }

    fn table_row(
        &self,
        name: impl Fn(&Told) -> String,
        (grade, weight, ink): (&str, Weight, Ink),
    ) -> Result<Vec<Block>, PaperError> {
        let style = Style { weight, size: 7.8, ink };
        let widths = self.table_columns();
        let mut blocks = Vec::new();
        for (told, (_, width)) in self.told.iter().zip(&widths) {
            let span = Span { text: name(told), style };
            blocks.push(set(&[span], Align::Left, *width)?);
        }
        let (_, width) = widths.last().copied().unwrap_or((0.0, GRADE));
        let span = Span { text: grade.to_owned(), style };
        blocks.push(set(&[span], Align::Right, width)?);
        Ok(blocks)
    }

    /// A column for each language, then that of the grades.
    fn table_columns(&self) -> Vec<(f32, f32)> {
        let inset = mm(1.2);
        let grades = AREA.right - GRADE;
        let names = (AREA.left + inset, grades - mm(4.0));
        let mut columns = columns(names, self.told.len(), mm(5.0));
        columns.push((grades, GRADE - inset));
        columns
    }

    fn write_table(&self, flow: &mut Flow, table: &Table) -> Result<(), PaperError> {
        let parent = flow.draft.node(None, Role::Table, None);
        let head = flow.draft.node(Some(parent), Role::TableHead, None);
        let cells = self.cells(flow, head, &table.head);
        flow.table_head(vec![cells])?;
        let body = flow.draft.node(Some(parent), Role::TableBody, None);
        for row in &table.rows {
            let cells = self.cells(flow, body, row);
            flow.table_row(cells, None)?;
        }
        flow.end_table();
        Ok(())
    }

    fn cells(&self, flow: &mut Flow, parent: NodeId, blocks: &[Block]) -> Vec<Cell> {
        let row = flow.draft.node(Some(parent), Role::Row, None);
        let is_head =
            flow.draft.nodes.get(parent.index()).is_some_and(|node| node.role == Role::TableHead);
        let languages = self.told.iter().map(|told| Some(told.language)).chain([None]);
        let mut cells = Vec::new();
        for ((block, (left, width)), language) in
            blocks.iter().zip(self.table_columns()).zip(languages)
        {
            let role = match language {
                _ if is_head => Role::HeadCell { of_column: true },
                Some(_) if cells.is_empty() => Role::HeadCell { of_column: false },
                _ => Role::Cell,
            };
            let node = Some(flow.draft.node(Some(row), role, language));
            cells.push(Cell { node, left, width, block: block.clone() });
        }
        cells
    }
}

/// What can be added above the lines so that they fill the room; `None` if they do not fit into it.
fn spare(rows: &[Row], room: f32) -> Option<f32> {
    let left = room - rows.iter().map(Row::height).sum::<f32>();
    let stretched = rows.iter().filter(|row| row.before > 3.5).map(|_| 1.0).sum::<f32>();
    (left >= 0.0).then(|| (left / stretched.max(1.0)).min(SPARE_MAX))
}
