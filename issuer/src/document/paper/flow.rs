//! Rows of texts down the sheets: what does not fit goes on over the page, with the head of its table repeated. It never clips.

use super::error::PaperError;
use super::font::Weight;
use super::ink::Ink;
use super::sheet::{Area, Content, Draft, NodeId, Placed, Shape, Sheet, mm};
use super::text::{Align, Block, Span, Style, set};

/// A text in its column.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) node: Option<NodeId>,
    /// From the left edge of the sheet, points.
    pub(super) left: f32,
    pub(super) width: f32,
    pub(super) block: Block,
}

/// The sheet on which a text goes on.
pub(super) struct Further {
    pub(super) size: (f32, f32),
    /// Where rows may stand.
    pub(super) area: Area,
    pub(super) ornament: fn((f32, f32)) -> Vec<Shape>,
    /// The top of the page number, points from the top of the sheet.
    pub(super) foot: f32,
}

/// What a further sheet says at its head.
pub(super) fn further_head(text: &str) -> Span {
    let style = Style { weight: Weight::Regular, size: 7.0, ink: Ink::Grey };
    Span { text: text.to_owned(), style }
}

/// Above and below the text of a table's row.
pub(super) const ROW_PADDING: f32 = 2.4;
/// Between the texts of one cell.
const STACK_GAP: f32 = 1.6;
/// Less room than this is not begun to be filled, points.
const ROOM_MIN: f32 = 60.0;

/// The place where writing goes on.
pub(super) struct Flow {
    pub(super) draft: Draft,
    pub(super) area: Area,
    pub(super) y: f32,
    /// Said at the head of every further sheet, to bind it to the first one of its side.
    pub(super) head: Span,
    further: Further,
    /// The head of the table that is being written, for every further sheet.
    table_head: Option<Vec<Vec<Cell>>>,
}

impl Flow {
    /// Begins on a first sheet.
    pub(super) fn new(further: Further) -> Self {
        let area = further.area;
        let head = further_head("");
        Self { draft: Draft::default(), area, y: area.top, head, further, table_head: None }
    }

    /// Begins a sheet of another kind, with this area to write in.
    pub(super) fn begin(&mut self, size: (f32, f32), area: Area, ornament: Vec<Shape>) {
        self.draft.sheets.push(Sheet::new(size, ornament));
        self.area = area;
        self.y = area.top;
    }

    /// What is left of the sheet, points.
    pub(super) fn room(&self) -> f32 {
        self.area.bottom - self.y
    }

    /// Goes on over the page.
    pub(super) fn turn(&mut self) -> Result<(), PaperError> {
        let Further { size, area, ornament, .. } = self.further;
        self.begin(size, area, ornament(size));
        let head = set(std::slice::from_ref(&self.head), Align::Left, area.width())?;
        let top = area.top - head.height() - mm(1.8);
        self.draft.text(None, (area.left, top), (area.width(), head));
        if let Some(head) = self.table_head.take() {
            let unread = |cell: &Cell| Cell { node: None, ..cell.clone() };
            let again = head.iter().map(|cells| cells.iter().map(unread).collect()).collect();
            self.table_stack(again, Some(Ink::Wash))?;
            self.table_head = Some(head);
        }
        Ok(())
    }

    /// Writes texts side by side, this far under what stands above.
    pub(super) fn row(&mut self, before: f32, cells: Vec<Cell>) -> Result<(), PaperError> {
        let height = tallest(&cells);
        // What is higher than a sheet begins where it is, if that is worth it.
        let goes_over = height <= self.further.area.height() || self.room() < ROOM_MIN;
        if before + height > self.room() && goes_over {
            self.turn()?;
        } else {
            self.y += before;
        }
        let mut rest = cells;
        loop {
            let room = self.room();
            let (now, later): (Vec<Cell>, Vec<Cell>) =
                rest.into_iter().map(|cell| split(cell, room)).unzip();
            let bottom = self.y + tallest(&now);
            for Cell { node, left, width, block } in now {
                if !block.lines.is_empty() {
                    self.draft.text(node, (left, self.y), (width, block));
                }
            }
            self.y = bottom;
            if later.iter().all(|cell| cell.block.lines.is_empty()) {
                return Ok(());
            }
            self.turn()?;
            rest = later;
        }
    }

    /// A row of a table: room above and below, a colour behind it or a thin line under it.
    pub(super) fn table_row(
        &mut self,
        cells: Vec<Cell>,
        behind: Option<Ink>,
    ) -> Result<(), PaperError> {
        self.table_stack(vec![cells], behind)
    }

    /// Goes on over the page unless these rows of a table have room together: a sum that stands alone belongs to nothing.
    pub(super) fn keep_together(&mut self, stacks: &[&[Vec<Cell>]]) -> Result<(), PaperError> {
        let height = stacks.iter().map(|stack| stack_height(stack)).sum::<f32>();
        if height > self.room() && height <= self.further.area.height() && !self.is_fresh() {
            self.turn()?;
        }
        Ok(())
    }

    /// A row of a table whose cells hold several texts under one another, those of one language on one height.
    pub(super) fn table_stack(
        &mut self,
        stack: Vec<Vec<Cell>>,
        behind: Option<Ink>,
    ) -> Result<(), PaperError> {
        if stack_height(&stack) > self.room() && !self.is_fresh() {
            self.turn()?;
        }
        let (left, right) = (self.area.left, self.area.right);
        let (sheet, top) = (self.draft.sheets.len(), self.y);
        for (place, cells) in stack.into_iter().enumerate() {
            self.row(if place == 0 { ROW_PADDING } else { STACK_GAP }, cells)?;
        }
        self.y += ROW_PADDING;
        let is_whole = self.draft.sheets.len() == sheet;
        let area = Area { left, top, right, bottom: self.y };
        match behind.filter(|_| is_whole) {
            Some(ink) => {
                let fill = |path| Shape { path, fill: Some(ink), stroke: None };
                self.draft.ornament(area.path().map(fill));
            }
            None => self.draft.rule((left, right), self.y, (Ink::Hair, 0.5)),
        }
        Ok(())
    }

    /// Whether nothing but the head of a table stands on the sheet.
    fn is_fresh(&self) -> bool {
        let head = self.table_head.as_deref().map_or(0.0, stack_height);
        self.y <= self.area.top + head + 0.01
    }

    /// Writes the head of a table, and again on every further sheet until [`Flow::end_table`].
    pub(super) fn table_head(&mut self, stack: Vec<Vec<Cell>>) -> Result<(), PaperError> {
        self.table_stack(stack.clone(), Some(Ink::Wash))?;
        self.table_head = Some(stack);
        Ok(())
    }

    pub(super) fn end_table(&mut self) {
        self.table_head = None;
    }

    /// Numbers the sheets if there are several.
    pub(super) fn finish(mut self) -> Result<Draft, PaperError> {
        let count = self.draft.sheets.len();
        if count > 1 {
            for (index, sheet) in self.draft.sheets.iter_mut().enumerate() {
                let style = Style { weight: Weight::Regular, size: 7.0, ink: Ink::Grey };
                let span = Span { text: format!("{} / {count}", index + 1), style };
                let block = set(&[span], Align::Centre, mm(30.0))?;
                let (width, _) = sheet.size;
                let top = self.further.foot;
                let left = (width - mm(30.0)) / 2.0;
                let (right, bottom) = (left + mm(30.0), top + block.height());
                let area = Area { left, top, right, bottom };
                let content = Content::Text(block);
                sheet.items.push(Placed { node: None, area, content });
            }
        }
        Ok(self.draft)
    }
}

/// The height of a row of a table, with the room above and below.
pub(super) fn stack_height(stack: &[Vec<Cell>]) -> f32 {
    let between = stack.iter().skip(1).map(|_| STACK_GAP).sum::<f32>();
    stack.iter().map(|cells| tallest(cells)).sum::<f32>() + between + 2.0 * ROW_PADDING
}

/// So many columns of one width, each as its left edge and its width.
pub(super) fn columns((left, right): (f32, f32), count: usize, gap: f32) -> Vec<(f32, f32)> {
    let count = u8::try_from(count).unwrap_or(1).max(1);
    let width = (right - left - gap * f32::from(count - 1)) / f32::from(count);
    (0..count).map(|column| (left + f32::from(column) * (width + gap), width)).collect()
}

pub(super) fn tallest(cells: &[Cell]) -> f32 {
    cells.iter().map(|cell| cell.block.height()).fold(0.0, f32::max)
}

/// The lines that fit into so many points, and the others. At least one line fits everywhere.
fn split(cell: Cell, room: f32) -> (Cell, Cell) {
    let Block { lines, align, leading } = cell.block.clone();
    let (mut count, mut filled) = (0, 0.0);
    for line in &lines {
        filled += line.height();
        if count > 0 && filled > room + 0.01 {
            break;
        }
        filled += leading;
        count += 1;
    }
    let mut now = lines;
    let later = now.split_off(count.min(now.len()));
    let with = |lines| Cell { block: Block { lines, align, leading }, ..cell.clone() };
    (with(now), with(later))
}
