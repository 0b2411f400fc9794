//! Frame and signs of the papers, drawn by this program: a woven border, ram's horns (қошқар мүйіз) in its corners, the crown of a yurt
//! (шаңырақ) above the text, and a pale weave behind it. They say nothing, and are told to nobody who has the page read aloud.

use std::f32::consts::{PI, TAU};

use krilla::geom::{Path, PathBuilder, Rect};

use super::ink::Ink;
use super::sheet::{Area, Shape, mm};

/// From the edge of the sheet to the frame.
pub(super) const FRAME: f32 = mm(8.0);
/// Width of the woven border.
const BORDER: f32 = mm(3.4);
/// One wave of the border.
const WAVE: f32 = mm(5.2);
/// Side of a corner.
const CORNER: f32 = mm(10.5);

type Place = (f32, f32);

/// The frame of a certificate: border, corners, the weave behind the text.
pub(super) fn certificate(size: Place) -> Vec<Shape> {
    let outer = frame_area(size);
    let inner = outer.inset(BORDER);
    let mut shapes = rosette((size.0 / 2.0, size.1 * 0.47), size.0 * 0.40);
    for phase in [0.0, PI] {
        let ink = if phase == 0.0 { Ink::Teal } else { Ink::Gold };
        shapes.extend(stroke(border(&outer, phase), ink, 0.55));
    }
    shapes.extend(outer.path().and_then(|path| stroke(Some(path), Ink::Navy, 1.2)));
    shapes.extend(inner.path().and_then(|path| stroke(Some(path), Ink::Navy, 0.5)));
    let hair = inner.inset(mm(1.0));
    shapes.extend(hair.path().and_then(|path| stroke(Some(path), Ink::Gold, 0.35)));
    for right in [false, true] {
        for lower in [false, true] {
            corner(&mut shapes, &outer, (right, lower));
        }
    }
    shapes
}

/// The quiet frame of a further sheet: a line above and a line below.
pub(super) fn plain(size: Place) -> Vec<Shape> {
    let area = frame_area(size).inset(mm(4.0));
    let line = |y| {
        let mut path = PathBuilder::new();
        path.move_to(area.left, y);
        path.line_to(area.right, y);
        path.finish()
    };
    let top = stroke(line(area.top), Ink::Navy, 1.2);
    let under = stroke(line(area.top + 2.4), Ink::Gold, 0.5);
    [top, under, stroke(line(area.bottom), Ink::Gold, 0.5)].into_iter().flatten().collect()
}

fn frame_area((width, height): Place) -> Area {
    Area { left: FRAME, top: FRAME, right: width - FRAME, bottom: height - FRAME }
}

/// The crown of a yurt between two pairs of horns, its centre here.
pub(super) fn crest(centre: Place, radius: f32) -> Vec<Shape> {
    let mut shapes = Vec::new();
    shapes.extend(stroke(rays(centre, radius), Ink::Gold, 0.8));
    shapes.extend(stroke(circle(centre, radius), Ink::Teal, 1.3));
    shapes.extend(stroke(circle(centre, radius * 0.84), Ink::Gold, 0.5));
    shapes.extend(stroke(bars(centre, radius * 0.84), Ink::Teal, 0.9));
    for side in [-1.0, 1.0] {
        let near = (centre.0 + side * radius * 1.9, centre.1);
        shapes.extend(stroke(horns(near, (side * radius * 0.62, 0.0)), Ink::Teal, 1.1));
        let mut line = PathBuilder::new();
        line.move_to(centre.0 + side * radius * 3.6, centre.1);
        line.line_to(centre.0 + side * radius * 8.6, centre.1);
        shapes.extend(stroke(line.finish(), Ink::Gold, 0.6));
        let end = (centre.0 + side * radius * 8.6, centre.1);
        let diamond = diamond(end, radius * 0.16);
        shapes.extend(diamond.map(|path| Shape { path, fill: Some(Ink::Gold), stroke: None }));
    }
    shapes
}

fn stroke(path: Option<Path>, ink: Ink, width: f32) -> Option<Shape> {
    path.map(|path| Shape { path, fill: None, stroke: Some((ink, width)) })
}

fn diamond((x, y): Place, half: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.move_to(x - half * 1.6, y);
    path.line_to(x, y - half);
    path.line_to(x + half * 1.6, y);
    path.line_to(x, y + half);
    path.close();
    path.finish()
}

/// Two waves of this phase along every side of the frame, from corner to corner.
fn border(outer: &Area, phase: f32) -> Option<Path> {
    let middle = outer.inset(BORDER / 2.0);
    let mut path = PathBuilder::new();
    let (left, right) = (outer.left + CORNER, outer.right - CORNER);
    let (top, bottom) = (outer.top + CORNER, outer.bottom - CORNER);
    let swing = BORDER * 0.32;
    let sign = if phase == 0.0 { 1.0 } else { -1.0 };
    for y in [middle.top, middle.bottom] {
        waves(&mut path, (left, right), |along, across| (along, y + across * sign * swing));
    }
    for x in [middle.left, middle.right] {
        waves(&mut path, (top, bottom), |along, across| (x + across * sign * swing, along));
    }
    path.finish()
}

/// Half waves from `from` to `to`; each cubic leaves and meets the axis as a sine does, and its crest is at 1.
fn waves(path: &mut PathBuilder, (from, to): Place, place: impl Fn(f32, f32) -> Place) {
    let halves = count((to - from) / WAVE).saturating_mul(2).max(2);
    let step = (to - from) / f32::from(halves);
    let (x, y) = place(from, 0.0);
    path.move_to(x, y);
    for half in 0..halves {
        let start = from + f32::from(half) * step;
        let crest = if half % 2 == 0 { 4.0 / 3.0 } else { -4.0 / 3.0 };
        let (x1, y1) = place(start + step * 0.3642, crest);
        let (x2, y2) = place(start + step * 0.6358, crest);
        let (x, y) = place(start + step, 0.0);
        path.cubic_to(x1, y1, x2, y2, x, y);
    }
}

/// A small whole number of something measured.
fn count(measured: f32) -> u16 {
    (1..400).take_while(|number| f32::from(*number) <= measured).last().unwrap_or(1)
}

/// Horns that grow out of a corner towards the middle of the sheet.
fn corner(shapes: &mut Vec<Shape>, outer: &Area, (right, lower): (bool, bool)) {
    let x = if right { outer.right } else { outer.left };
    let y = if lower { outer.bottom } else { outer.top };
    let (dx, dy) = (if right { -1.0 } else { 1.0 }, if lower { -1.0 } else { 1.0 });
    let (x2, y2) = (x + dx * CORNER, y + dy * CORNER);
    let area = Rect::from_ltrb(x.min(x2), y.min(y2), x.max(x2), y.max(y2));
    let square = area.and_then(|area| {
        let mut path = PathBuilder::new();
        path.push_rect(area);
        path.finish()
    });
    let square =
        square.map(|path| Shape { path, fill: Some(Ink::White), stroke: Some((Ink::Navy, 0.9)) });
    shapes.extend(square);
    let base = (x + dx * CORNER * 0.30, y + dy * CORNER * 0.30);
    let reach = CORNER * 0.165;
    shapes.extend(stroke(horns(base, (dx * reach, dy * reach)), Ink::Teal, 1.0));
    let heart = diamond((x + dx * CORNER * 0.2, y + dy * CORNER * 0.2), CORNER * 0.055);
    shapes.extend(heart.map(|path| Shape { path, fill: Some(Ink::Gold), stroke: None }));
}

/// A pair of horns: two spirals from one root, mirrored at the axis `towards`, which is as long as the radius of a spiral.
fn horns((x, y): Place, (ax, ay): Place) -> Option<Path> {
    let mut path = PathBuilder::new();
    for side in [-1.0, 1.0] {
        // Along the axis and across it.
        let place = |along: f32, across: f32| {
            (x + ax * along - ay * across * side, y + ay * along + ax * across * side)
        };
        let (start_x, start_y) = place(-0.35, 0.0);
        path.move_to(start_x, start_y);
        let (x1, y1) = place(0.5, 0.0);
        let (x2, y2) = place(1.9, 0.1);
        let (end_x, end_y) = place(1.9, 1.05);
        path.cubic_to(x1, y1, x2, y2, end_x, end_y);
        // From there inwards, one turn and a half, as chains of quarter turns.
        let mut radius = 0.86;
        let mut centre = (1.9 - radius, 1.05);
        let turns = [(0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 0.0), (0.0, 1.0)];
        let mut from = (1.0, 0.0);
        for to in turns {
            let arc = 0.5523 * radius;
            let begin = (centre.0 + from.0 * radius, centre.1 + from.1 * radius);
            let end = (centre.0 + to.0 * radius, centre.1 + to.1 * radius);
            let (x1, y1) = place(begin.0 + to.0 * arc, begin.1 + to.1 * arc);
            let (x2, y2) = place(end.0 + from.0 * arc, end.1 + from.1 * arc);
            let (x3, y3) = place(end.0, end.1);
            path.cubic_to(x1, y1, x2, y2, x3, y3);
            let smaller = radius * 0.74;
            centre = (centre.0 + to.0 * (radius - smaller), centre.1 + to.1 * (radius - smaller));
            radius = smaller;
            from = to;
        }
    }
    path.finish()
}

fn circle((x, y): Place, radius: f32) -> Option<Path> {
    let arc = radius * 0.5523;
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.cubic_to(x + radius, y + arc, x + arc, y + radius, x, y + radius);
    path.cubic_to(x - arc, y + radius, x - radius, y + arc, x - radius, y);
    path.cubic_to(x - radius, y - arc, x - arc, y - radius, x, y - radius);
    path.cubic_to(x + arc, y - radius, x + radius, y - arc, x + radius, y);
    path.close();
    path.finish()
}

/// The ends of the roof poles around the crown.
fn rays((x, y): Place, radius: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    for ray in 0_u16..32 {
        let angle = f32::from(ray) * TAU / 32.0;
        let (sine, cosine) = angle.sin_cos();
        path.move_to(x + cosine * radius * 1.13, y + sine * radius * 1.13);
        path.line_to(x + cosine * radius * 1.30, y + sine * radius * 1.30);
    }
    path.finish()
}

/// Three bent bars across the crown, and three across those.
fn bars((x, y): Place, radius: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    for turn in [PI / 4.0, -PI / 4.0] {
        let (sine, cosine) = turn.sin_cos();
        let place = |along: f32, across: f32| {
            (x + along * cosine - across * sine, y + along * sine + across * cosine)
        };
        for offset in [-0.30_f32, 0.0, 0.30] {
            let across = offset * radius;
            let half = (radius * radius - across * across).sqrt();
            let (start_x, start_y) = place(-half, across);
            let (bend_x, bend_y) = place(0.0, across * 1.9);
            let (end_x, end_y) = place(half, across);
            path.move_to(start_x, start_y);
            path.quad_to(bend_x, bend_y, end_x, end_y);
        }
    }
    path.finish()
}

/// Closed curves around one centre, pale enough to write on.
fn rosette((x, y): Place, radius: f32) -> Vec<Shape> {
    let curve = |petals: f32, depth: f32, shift: f32| {
        let mut path = PathBuilder::new();
        let points = 240_u16;
        for point in 0..points {
            let angle = f32::from(point) * TAU / f32::from(points);
            let reach = radius * (1.0 - depth * (0.5 + 0.5 * (petals * angle + shift).cos()));
            let (sine, cosine) = angle.sin_cos();
            let (at_x, at_y) = (x + reach * cosine, y + reach * sine);
            if point == 0 { path.move_to(at_x, at_y) } else { path.line_to(at_x, at_y) }
        }
        path.close();
        path.finish()
    };
    let mut shapes = Vec::new();
    for ring in 0_u16..6 {
        let shift = f32::from(ring) * TAU / 6.0;
        shapes.extend(stroke(curve(12.0, 0.42, shift), Ink::PaleTeal, 0.6));
        shapes.extend(stroke(curve(9.0, 0.72, shift), Ink::PaleGold, 0.6));
    }
    shapes
}
