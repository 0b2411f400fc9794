//! Frame and signs of the papers, drawn by this program: a woven border, ram's horns (қошқар мүйіз) in its corners, the crown of a yurt
//! (шаңырақ) above the text, and a pale weave behind it. They say nothing, and are told to nobody who has the page read aloud.

use std::f32::consts::{PI, TAU};

use krilla::geom::Path;

use super::ink::Ink;
use super::sheet::{Area, Pen, Shape, mm};

/// From the edge of the sheet to the frame.
pub(super) const FRAME: f32 = mm(8.0);
/// Width of the woven border.
const BORDER: f32 = mm(3.4);
/// One wave of the border.
const WAVE: f32 = mm(6.4);
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
        let mut path = Pen::new();
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
        let mut line = Pen::new();
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
    let mut path = Pen::new();
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
    let mut path = Pen::new();
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
fn waves(path: &mut Pen, (from, to): Place, place: impl Fn(f32, f32) -> Place) {
    let halves = count((to - from) / WAVE).saturating_mul(2).max(2);
    let step = (to - from) / f32::from(halves);
    let (x, y) = place(from, 0.0);
    path.move_to(x, y);
    for half in 0..halves {
        let start = from + f32::from(half) * step;
        let crest = if half % 2 == 0 { 4.0 / 3.0 } else { -4.0 / 3.0 };
        let (one, two) = (place(start + step * 0.3642, crest), place(start + step * 0.6358, crest));
        path.curve_to(one, two, place(start + step, 0.0));
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
    let area = Area { left: x.min(x2), top: y.min(y2), right: x.max(x2), bottom: y.max(y2) };
    let white = |path| Shape { path, fill: Some(Ink::White), stroke: Some((Ink::Navy, 0.9)) };
    shapes.extend(area.path().map(white));
    let base = (x + dx * CORNER * 0.30, y + dy * CORNER * 0.30);
    let reach = CORNER * 0.165;
    shapes.extend(stroke(horns(base, (dx * reach, dy * reach)), Ink::Teal, 1.0));
    let heart = diamond((x + dx * CORNER * 0.2, y + dy * CORNER * 0.2), CORNER * 0.055);
    shapes.extend(heart.map(|path| Shape { path, fill: Some(Ink::Gold), stroke: None }));
}

/// A pair of horns: two spirals from one root, mirrored at the axis `towards`, which is as long as the radius of a spiral.
fn horns((x, y): Place, (ax, ay): Place) -> Option<Path> {
    let mut path = Pen::new();
    for side in [-1.0, 1.0] {
        // Along the axis and across it.
        let place = |along: f32, across: f32| {
            (x + ax * along - ay * across * side, y + ay * along + ax * across * side)
        };
        let (start_x, start_y) = place(-0.35, 0.0);
        path.move_to(start_x, start_y);
        path.curve_to(place(0.5, 0.0), place(1.9, 0.1), place(1.9, 1.05));
        // From there inwards, one turn and a half, as chains of quarter turns.
        let mut radius = 0.86;
        let mut centre = (1.9 - radius, 1.05);
        let turns = [(0.0, 1.0), (-1.0, 0.0), (0.0, -1.0), (1.0, 0.0), (0.0, 1.0)];
        let mut from = (1.0, 0.0);
        for to in turns {
            let arc = 0.5523 * radius;
            let begin = (centre.0 + from.0 * radius, centre.1 + from.1 * radius);
            let end = (centre.0 + to.0 * radius, centre.1 + to.1 * radius);
            let one = place(begin.0 + to.0 * arc, begin.1 + to.1 * arc);
            let two = place(end.0 + from.0 * arc, end.1 + from.1 * arc);
            path.curve_to(one, two, place(end.0, end.1));
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
    let mut path = Pen::new();
    path.move_to(x + radius, y);
    let quarters = [((1.0, 0.0), (0.0, 1.0)), ((0.0, 1.0), (-1.0, 0.0))];
    let others = quarters.map(|((a, b), (c, d))| ((-a, -b), (-c, -d)));
    for ((from_x, from_y), (to_x, to_y)) in quarters.into_iter().chain(others) {
        let at = |along: f32, across: f32| {
            (x + from_x * along + to_x * across, y + from_y * along + to_y * across)
        };
        path.curve_to(at(radius, arc), at(arc, radius), at(0.0, radius));
    }
    path.close();
    path.finish()
}

/// The ends of the roof poles around the crown.
fn rays((x, y): Place, radius: f32) -> Option<Path> {
    let mut path = Pen::new();
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
    let mut path = Pen::new();
    for turn in [PI / 4.0, -PI / 4.0] {
        let (sine, cosine) = turn.sin_cos();
        let place = |along: f32, across: f32| {
            (x + along * cosine - across * sine, y + along * sine + across * cosine)
        };
        for offset in [-0.30_f32, 0.0, 0.30] {
            let across = offset * radius;
            let half = (radius * radius - across * across).sqrt();
            let (start_x, start_y) = place(-half, across);
            path.move_to(start_x, start_y);
            let (one, two) = (place(-half / 3.0, across * 1.6), place(half / 3.0, across * 1.6));
            path.curve_to(one, two, place(half, across));
        }
    }
    path.finish()
}

/// Closed curves around one centre, pale enough to write on.
fn rosette((x, y): Place, radius: f32) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for ring in 0_u16..6 {
        let shift = f32::from(ring) * TAU / 6.0;
        shapes.extend(stroke(petals((x, y), radius, (12, 0.42, shift)), Ink::PaleTeal, 0.6));
        shapes.extend(stroke(petals((x, y), radius, (9, 0.72, shift)), Ink::PaleGold, 0.6));
    }
    shapes
}

/// One closed curve with so many petals, each four cubics that leave and arrive as the curve does.
fn petals((x, y): Place, radius: f32, (petals, depth, shift): (u16, f32, f32)) -> Option<Path> {
    let steps = petals * 4;
    let step = TAU / f32::from(steps);
    // A point of the curve, and how far it moves on in a third of a step.
    let point = |number: u16| {
        let angle = f32::from(number) * step;
        let swing = f32::from(petals) * angle + shift;
        let reach = radius * (1.0 - depth * (0.5 + 0.5 * swing.cos()));
        let growth = radius * depth * 0.5 * f32::from(petals) * swing.sin();
        let (sine, cosine) = angle.sin_cos();
        let along = growth * cosine - reach * sine;
        let across = growth * sine + reach * cosine;
        ((x + reach * cosine, y + reach * sine), (along * step / 3.0, across * step / 3.0))
    };
    let mut path = Pen::new();
    let (mut from, mut leaving) = point(0);
    path.move_to(from.0, from.1);
    for number in 1..=steps {
        let (to, arriving) = point(number);
        let one = (from.0 + leaving.0, from.1 + leaving.1);
        path.curve_to(one, (to.0 - arriving.0, to.1 - arriving.1), to);
        (from, leaving) = (to, arriving);
    }
    path.close();
    path.finish()
}
