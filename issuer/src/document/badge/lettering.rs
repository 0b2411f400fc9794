//! Text as outlines: shaped with the real font, so that marks sit where they belong, and drawn as paths, so that a badge
//! looks the same on a machine that has no such font. It breaks no lines.

use harfrust::{Direction, ShapeOptions, ShaperData, UnicodeBuffer};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::Metrics;
use skrifa::outline::{DrawSettings, OutlineGlyphCollection, OutlinePen};
use skrifa::{GlyphId, MetadataProvider as _};

use super::path::{Path, Place, Point};
use crate::document::fonts;

/// The glyph that fonts draw for what they lack: a box (OpenType, "glyf", glyph 0 is `.notdef`).
const MISSING: u32 = 0;

/// A font, ready to shape and to draw.
pub(super) struct Typeface {
    tables: harfrust::FontRef<'static>,
    shaper: ShaperData,
    outlines: OutlineGlyphCollection<'static>,
    /// Length of one em in the units of the font.
    em: f64,
}

/// A shaped text. Lengths are in ems.
#[derive(Clone, Debug)]
pub(super) struct Run {
    glyphs: Vec<Glyph>,
    pub(super) width: f64,
}

#[derive(Clone, Copy, Debug)]
struct Glyph {
    id: GlyphId,
    /// Where its origin lies, from the start of the text on the base line.
    at: Point,
    /// The letter that it belongs to: where it begins and ends. A mark belongs to its base.
    from: f64,
    to: f64,
}

impl Glyph {
    const fn middle(&self) -> f64 {
        f64::midpoint(self.from, self.to)
    }
}

impl Run {
    /// Whether the font has no letter of it.
    pub(super) const fn is_empty(&self) -> bool {
        self.glyphs.is_empty()
    }

    /// The text in parts, divided between letters, none wider than `most` unless one letter is.
    pub(super) fn divided(&self, most: f64) -> Vec<Self> {
        let mut parts = Vec::new();
        let (mut start, mut glyphs) = (0.0, Vec::new());
        let mut end = 0.0;
        for glyph in &self.glyphs {
            if glyph.to - start > most && glyph.from > start && glyph.from >= end {
                parts.push(Self { glyphs: std::mem::take(&mut glyphs), width: glyph.from - start });
                start = glyph.from;
            }
            let at = (glyph.at.0 - start, glyph.at.1);
            glyphs.push(Glyph { at, from: glyph.from - start, to: glyph.to - start, ..*glyph });
            end = glyph.to;
        }
        parts.push(Self { glyphs, width: self.width - start });
        parts
    }
}

/// The fonts of a badge.
pub(super) struct Letters {
    pub(super) regular: Typeface,
    pub(super) bold: Typeface,
}

impl Letters {
    /// `None` if the fonts of this program are no fonts; a test proves that they are.
    pub(super) fn load() -> Option<Self> {
        Some(Self {
            regular: Typeface::parse(fonts::REGULAR)?,
            bold: Typeface::parse(fonts::BOLD)?,
        })
    }
}

impl Typeface {
    fn parse(bytes: &'static [u8]) -> Option<Self> {
        let tables = harfrust::FontRef::new(bytes).ok()?;
        let font = skrifa::FontRef::new(bytes).ok()?;
        let metrics = Metrics::new(&font, Size::unscaled(), LocationRef::default());
        Some(Self {
            shaper: ShaperData::new(&tables),
            outlines: font.outline_glyphs(),
            em: f64::from(metrics.units_per_em),
            tables,
        })
    }

    /// Shapes `text`, always from left to right: what is shown has the languages kk, ru and en. A letter that the font lacks is left out
    /// with its marks, and so is a mark that it lacks: a box says nothing, and the picture's title has the whole text.
    pub(super) fn shape(&self, text: &str) -> Run {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let shaper = self.shaper.shaper(&self.tables).build();
        let shaped = shaper.shape(buffer, ShapeOptions::new());
        let shaped: Vec<_> = shaped.glyph_infos().iter().zip(shaped.glyph_positions()).collect();
        let length = |units: i32| f64::from(units) / self.em;
        let mut glyphs = Vec::with_capacity(shaped.len());
        let mut pen = 0.0;
        // A cluster is a letter with its marks.
        for letter in shaped.chunk_by(|(one, _), (next, _)| one.cluster == next.cluster) {
            if letter.first().is_some_and(|(info, _)| info.glyph_id == MISSING) {
                continue;
            }
            let letter = || letter.iter().filter(|(info, _)| info.glyph_id != MISSING);
            let width: f64 = letter().map(|(_, position)| length(position.x_advance)).sum();
            let (from, to) = (pen, pen + width);
            for (info, position) in letter() {
                let id = GlyphId::new(info.glyph_id);
                let at = (pen + length(position.x_offset), -length(position.y_offset));
                glyphs.push(Glyph { id, at, from, to });
                pen += length(position.x_advance);
            }
        }
        Run { glyphs, width: pen }
    }

    /// Draws `run` on a straight line that begins at `place`, whose scale is the size of the letters.
    pub(super) fn draw(&self, path: &mut Path, run: &Run, place: Place) {
        for glyph in &run.glyphs {
            self.outline(path, glyph.id, |(x, y)| place.point((glyph.at.0 + x, glyph.at.1 + y)));
        }
    }

    /// Draws `run` letter by letter with more room between them.
    pub(super) fn draw_spaced(&self, path: &mut Path, run: &Run, (place, gap): (Place, f64)) {
        let mut before = 0.0;
        let mut last = None;
        for glyph in &run.glyphs {
            if last.is_some_and(|from: f64| from < glyph.from) {
                before += gap;
            }
            last = Some(glyph.from);
            self.outline(path, glyph.id, |(x, y)| {
                place.point((glyph.at.0 + before + x, glyph.at.1 + y))
            });
        }
    }

    /// Draws `run` over the top of a circle, its middle at twelve o'clock; each letter upright on the circle.
    pub(super) fn draw_round(&self, path: &mut Path, run: &Run, (circle, size): (Circle, f64)) {
        for glyph in &run.glyphs {
            let along = (glyph.middle() - run.width / 2.0) * size / circle.radius;
            let place =
                Place::at(circle.centre.0, circle.centre.1).turned(along / std::f64::consts::TAU);
            let offset = (glyph.at.0 - glyph.middle(), glyph.at.1);
            self.outline(path, glyph.id, |(x, y)| {
                place.point(((offset.0 + x) * size, (offset.1 + y) * size - circle.radius))
            });
        }
    }

    fn outline(&self, path: &mut Path, id: GlyphId, place: impl Fn(Point) -> Point) {
        let mut pen = Pen { path, em: self.em, place };
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        if let Some(glyph) = self.outlines.get(id) {
            // It fails on damaged fonts alone; a test draws every letter that we need.
            let _ = glyph.draw(settings, &mut pen);
        }
    }
}

/// A circle of the drawing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Circle {
    pub(super) centre: Point,
    pub(super) radius: f64,
}

/// Takes an outline as fonts have it, y upwards, into a path.
struct Pen<'p, F> {
    path: &'p mut Path,
    em: f64,
    place: F,
}

impl<F: Fn(Point) -> Point> Pen<'_, F> {
    fn point(&self, x: f32, y: f32) -> Point {
        (self.place)((f64::from(x) / self.em, -f64::from(y) / self.em))
    }
}

impl<F: Fn(Point) -> Point> OutlinePen for Pen<'_, F> {
    fn move_to(&mut self, x: f32, y: f32) {
        let point = self.point(x, y);
        self.path.move_to(point);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let point = self.point(x, y);
        self.path.line_to(point);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (control, point) = (self.point(x1, y1), self.point(x, y));
        self.path.quad_to(control, point);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (first, second, point) = (self.point(x1, y1), self.point(x2, y2), self.point(x, y));
        self.path.cubic_to(first, second, point);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
