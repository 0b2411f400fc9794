//! The ornament, from our own geometry: `қошқар мүйіз`, the ram's horns of Kazakh felt, in a ring; a `шаңырақ`, the crown
//! of the yurt; a ribbon. It knows no text.

use super::lettering::Circle;
use super::path::{Path, Place, Point};

/// Half of one motif, drawn about its own stem: a horn that curls outwards and in again, in three curves. The motif is 40 wide and 30 high.
const HORN: [[Point; 3]; 3] = [
    [(1.0, 2.0), (2.0, -13.0), (10.0, -13.0)],
    [(17.0, -13.0), (19.0, -3.5), (13.0, -2.0)],
    [(8.8, -1.0), (7.2, -6.6), (11.2, -7.2)],
];

/// A leaf between two motifs, pointed at both ends.
const LEAF: [Point; 4] = [(0.0, -7.0), (3.2, 0.0), (0.0, 7.0), (-3.2, 0.0)];

/// So many pairs of horns in a ring about `circle`, with a leaf between each two: lines, and filled figures.
pub(super) fn ring(circle: Circle, count: u32, scale: f64) -> (Path, Path) {
    let (mut lines, mut figures) = (Path::default(), Path::default());
    for index in 0..count {
        let turn = f64::from(index) / f64::from(count);
        let half = 0.5 / f64::from(count);
        horns(&mut lines, on(circle, turn).scaled(scale));
        let leaf = on(circle, turn + half).scaled(scale);
        figures.polygon(&LEAF.map(|point| leaf.point(point)));
    }
    (lines, figures)
}

/// A place on the circle, upright for who stands on it: zero turns are at the top.
fn on(circle: Circle, turn: f64) -> Place {
    let (x, y) =
        Place::at(circle.centre.0, circle.centre.1).turned(turn).point((0.0, -circle.radius));
    Place::at(x, y).turned(turn)
}

/// One pair of horns on its stem.
fn horns(path: &mut Path, place: Place) {
    for side in [1.0, -1.0] {
        let point = |(x, y): Point| place.point((x * side, y));
        path.move_to(point((0.0, 12.0)));
        for [first, second, end] in HORN {
            path.cubic_to(point(first), point(second), point(end));
        }
    }
}

/// The crown of a yurt seen from below: the bars that cross in it, and the poles around it. Its ring is of radius 1.
pub(super) fn crown(place: Place) -> (Path, Path) {
    let mut bars = Path::default();
    for turn in [0.125, 0.375] {
        let place = place.turned(turn);
        for bend in [-0.42, 0.0, 0.42] {
            let reach: f64 = 1.0 - bend * bend;
            let reach = reach.sqrt();
            bars.move_to(place.point((-reach, bend)));
            let control = (0.0, bend * 1.5);
            bars.quad_to(place.point(control), place.point((reach, bend)));
        }
    }
    let mut poles = Path::default();
    for index in 0..24_u32 {
        let pole = place.turned((f64::from(index) + 0.5) / 24.0);
        poles.move_to(pole.point((0.0, -1.16)));
        poles.line_to(pole.point((0.0, -1.38)));
    }
    (bars, poles)
}

/// A ribbon across the badge: its front, the folds behind it, its two ends.
pub(super) struct Ribbon {
    pub(super) front: Path,
    pub(super) folds: Path,
    pub(super) ends: Path,
}

/// A ribbon about a vertical middle line.
pub(super) fn ribbon(middle: f64, (top, bottom): (f64, f64), (half, end): (f64, f64)) -> Ribbon {
    let mut ribbon =
        Ribbon { front: Path::default(), folds: Path::default(), ends: Path::default() };
    let corners = [(-half, top), (half, top), (half, bottom), (-half, bottom)];
    ribbon.front.polygon(&corners.map(|(x, y)| (middle + x, y)));
    let drop = 13.0;
    for side in [-1.0, 1.0] {
        let at = |x: f64, y: f64| (middle + side * x, y);
        let fold = 30.0;
        ribbon.folds.polygon(&[
            at(half, bottom),
            at(half - fold, bottom),
            at(half - fold, bottom + drop),
        ]);
        let waist = f64::midpoint(top, bottom) + drop;
        ribbon.ends.polygon(&[
            at(half - fold, top + drop),
            at(end, top + drop),
            at(end - 15.0, waist),
            at(end, bottom + drop),
            at(half - fold, bottom + drop),
        ]);
    }
    ribbon
}
