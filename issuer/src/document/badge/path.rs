//! Path data of SVG, small: whole numbers of twentieths, each relative to the one before. It knows nothing of what is drawn.

use std::f64::consts::TAU;
use std::fmt::Write as _;

/// Steps of one unit of the drawing, which is 1/512 of its width: a twentieth is a pixel of a badge that is 10,000 pixels wide.
pub(super) const STEPS: f64 = 20.0;

/// A point of the drawing: to the right, and down.
pub(super) type Point = (f64, f64);

/// Where a figure goes: turned about its own origin, made larger, then moved.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) origin: Point,
    pub(super) scale: f64,
    /// Clockwise, in turns.
    pub(super) turn: f64,
}

impl Place {
    /// Upright and of its own size.
    pub(super) const fn at(x: f64, y: f64) -> Self {
        Self { origin: (x, y), scale: 1.0, turn: 0.0 }
    }

    pub(super) const fn scaled(self, scale: f64) -> Self {
        Self { scale, ..self }
    }

    pub(super) const fn turned(self, turn: f64) -> Self {
        Self { turn, ..self }
    }

    /// Where a point of the figure lies in the drawing.
    pub(super) fn point(&self, (x, y): Point) -> Point {
        let (sine, cosine) = (self.turn * TAU).sin_cos();
        let (x, y) = (x * self.scale, y * self.scale);
        (self.origin.0 + x * cosine - y * sine, self.origin.1 + x * sine + y * cosine)
    }
}

/// The `d` of a path.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Path {
    text: String,
    command: char,
    /// In steps.
    at: Point,
    start: Point,
}

impl Path {
    pub(super) fn move_to(&mut self, point: Point) {
        self.step('m', &[point]);
        self.start = self.at;
        // Pairs after a move would be lines.
        self.command = ' ';
    }

    pub(super) fn line_to(&mut self, point: Point) {
        self.step('l', &[point]);
    }

    pub(super) fn quad_to(&mut self, control: Point, point: Point) {
        self.step('q', &[control, point]);
    }

    pub(super) fn cubic_to(&mut self, first: Point, second: Point, point: Point) {
        self.step('c', &[first, second, point]);
    }

    pub(super) fn close(&mut self) {
        self.text.push('z');
        self.command = 'z';
        self.at = self.start;
    }

    /// A closed figure with straight edges.
    pub(super) fn polygon(&mut self, points: &[Point]) {
        let Some((first, others)) = points.split_first() else { return };
        self.move_to(*first);
        others.iter().for_each(|point| self.line_to(*point));
        self.close();
    }

    pub(super) fn data(&self) -> &str {
        &self.text
    }

    /// One command. All its points are relative to where the pen is; it ends at the last.
    fn step(&mut self, command: char, points: &[Point]) {
        if self.command != command {
            self.text.push(command);
            self.command = command;
        } else if let Some(first) = points.first().map(|point| self.relative(*point).0)
            && !first.is_sign_negative()
        {
            self.text.push(' ');
        }
        for (index, point) in points.iter().enumerate() {
            let (x, y) = self.relative(*point);
            let gap = if index > 0 && !x.is_sign_negative() { " " } else { "" };
            let between = if y.is_sign_negative() { "" } else { " " };
            // Writing to a String cannot fail.
            let _ = write!(self.text, "{gap}{x}{between}{y}");
        }
        if let Some(last) = points.last() {
            self.at = steps(*last);
        }
    }

    fn relative(&self, point: Point) -> Point {
        let (x, y) = steps(point);
        // Plus zero: no minus zero is written.
        (x - self.at.0 + 0.0, y - self.at.1 + 0.0)
    }
}

fn steps((x, y): Point) -> Point {
    ((x * STEPS).round() + 0.0, (y * STEPS).round() + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_relative_and_have_no_needless_space() {
        let mut path = Path::default();
        path.move_to((1.0, 1.0));
        path.line_to((2.0, 0.0));
        path.line_to((3.0, 0.0));
        path.line_to((0.0, -0.001));
        path.close();
        path.move_to((1.0, 1.0));
        path.quad_to((2.0, 2.0), (0.0, 3.0));
        assert_eq!(path.data(), "m20 20l20-20 20 0-60 0zm0 0q20 20-20 40");
    }

    #[test]
    fn a_place_turns_then_moves() {
        let place = Place::at(10.0, 20.0).scaled(2.0).turned(0.25);
        let (x, y) = place.point((1.0, 0.0));
        assert!((x - 10.0).abs() < 1e-9 && (y - 22.0).abs() < 1e-9, "{x} {y}");
    }
}
