//! A paper before it is a file: sheets with everything that stands on them and where, and the order in which it is read.
//! It draws nothing; a test can ask it what touches what.

use krilla::geom::{Path, PathBuilder, Point, Rect};
use verifier::Language;

use super::ink::Ink;
use super::text::Block;

/// Points in a millimetre.
const POINTS: f32 = 72.0 / 25.4;

/// Millimetres as points.
pub(super) const fn mm(length: f32) -> f32 {
    length * POINTS
}

/// A rectangle, points from the upper left corner of the sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

impl Area {
    pub(super) const fn width(&self) -> f32 {
        self.right - self.left
    }

    pub(super) const fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// The same with its sides moved inwards.
    pub(super) const fn inset(&self, by: f32) -> Self {
        Self {
            left: self.left + by,
            top: self.top + by,
            right: self.right - by,
            bottom: self.bottom - by,
        }
    }

    /// Its outline; `None` if it is empty.
    pub(super) fn path(&self) -> Option<Path> {
        let mut path = PathBuilder::new();
        let [left, top] = [self.left, self.top].map(rounded);
        path.push_rect(Rect::from_ltrb(left, top, rounded(self.right), rounded(self.bottom))?);
        path.finish()
    }
}

/// Draws a path, to the hundredth of a point: no printer shows more, and every further digit makes the file larger.
pub(super) struct Pen(PathBuilder);

impl Pen {
    pub(super) fn new() -> Self {
        Self(PathBuilder::new())
    }

    pub(super) fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(rounded(x), rounded(y));
    }

    pub(super) fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(rounded(x), rounded(y));
    }

    /// Two points that bend the curve, and its end.
    pub(super) fn curve_to(&mut self, one: (f32, f32), two: (f32, f32), end: (f32, f32)) {
        let [(x1, y1), (x2, y2), (x, y)] = [one, two, end].map(|(x, y)| (rounded(x), rounded(y)));
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    pub(super) fn close(&mut self) {
        self.0.close();
    }

    pub(super) fn finish(self) -> Option<Path> {
        self.0.finish()
    }
}

/// To the hundredth of a point.
pub(super) fn rounded(length: f32) -> f32 {
    (length * 100.0).round() / 100.0
}

/// A drawn shape.
pub(super) struct Shape {
    pub(super) path: Path,
    pub(super) fill: Option<Ink>,
    /// Colour and width in points.
    pub(super) stroke: Option<(Ink, f32)>,
}

/// What a part of the document is to whoever has it read aloud (PDF/UA-1, 7.1).
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
    /// One language's part.
    Part,
    Heading {
        level: u16,
        title: String,
    },
    Paragraph,
    Table,
    TableHead,
    TableBody,
    Row,
    /// A cell that names its column, or its row.
    HeadCell {
        of_column: bool,
    },
    Cell,
    Figure {
        alt: String,
    },
}

/// A place in the reading order.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct NodeId(usize);

impl NodeId {
    pub(super) const fn index(self) -> usize {
        self.0
    }
}

/// A node of the reading order.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) parent: Option<NodeId>,
    pub(super) role: Role,
    pub(super) language: Option<Language>,
}

/// What stands on a sheet.
pub(super) enum Content {
    Text(Block),
    Drawing(Vec<Shape>),
}

/// Something in its place.
pub(super) struct Placed {
    /// `None`: not read aloud, since it is said elsewhere.
    pub(super) node: Option<NodeId>,
    pub(super) area: Area,
    pub(super) content: Content,
}

/// One page.
pub(super) struct Sheet {
    /// Width and height, points.
    pub(super) size: (f32, f32),
    /// What lies behind everything and says nothing.
    pub(super) ornament: Vec<Shape>,
    pub(super) items: Vec<Placed>,
}

impl Sheet {
    pub(super) const fn new(size: (f32, f32), ornament: Vec<Shape>) -> Self {
        Self { size, ornament, items: Vec::new() }
    }
}

/// An entry of the table of contents that readers show beside the page.
#[derive(Clone, Debug)]
pub(super) struct Bookmark {
    pub(super) title: String,
    pub(super) sheet: usize,
    pub(super) place: Point,
}

/// A whole paper.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) sheets: Vec<Sheet>,
    /// In the order in which they are read.
    pub(super) nodes: Vec<Node>,
    pub(super) bookmarks: Vec<Bookmark>,
}

impl Draft {
    /// Adds what is read next inside of `parent`.
    pub(super) fn node(
        &mut self,
        parent: Option<NodeId>,
        role: Role,
        language: Option<Language>,
    ) -> NodeId {
        self.nodes.push(Node { parent, role, language });
        NodeId(self.nodes.len() - 1)
    }

    /// Puts something on the last sheet.
    pub(super) fn place(&mut self, node: Option<NodeId>, area: Area, content: Content) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.items.push(Placed { node, area, content });
        }
    }

    /// Puts a text on the last sheet, and returns where it ends, points from the top.
    pub(super) fn text(
        &mut self,
        node: Option<NodeId>,
        (left, top): (f32, f32),
        (width, block): (f32, Block),
    ) -> f32 {
        let bottom = top + block.height();
        let area = Area { left, top, right: left + width, bottom };
        self.place(node, area, Content::Text(block));
        bottom
    }

    /// Draws on the last sheet what says nothing.
    pub(super) fn ornament(&mut self, shapes: impl IntoIterator<Item = Shape>) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.ornament.extend(shapes);
        }
    }

    /// A thin line across.
    pub(super) fn rule(&mut self, (left, right): (f32, f32), y: f32, (ink, width): (Ink, f32)) {
        let mut path = Pen::new();
        path.move_to(left, y);
        path.line_to(right, y);
        let shape = |path| Shape { path, fill: None, stroke: Some((ink, width)) };
        self.ornament(path.finish().map(shape));
    }

    /// Lets readers jump to this height of the last sheet.
    pub(super) fn bookmark(&mut self, title: &str, y: f32) {
        let sheet = self.sheets.len().saturating_sub(1);
        let place = Point::from_xy(0.0, y);
        self.bookmarks.push(Bookmark { title: title.to_owned(), sheet, place });
    }
}
