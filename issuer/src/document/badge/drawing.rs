//! The badge as SVG: texts as outlines, so that it needs no font and cannot be misread by another one. The same face gives
//! the same bytes. Nothing of what it says goes in as markup.

use std::fmt::Write as _;

use super::face::Face;
use super::lettering::{Circle, Letters, Run, Typeface};
use super::ornament;
use super::path::{Path, Place, STEPS};
use super::setting::{self, Room};

/// Width and height of the drawing, units.
pub(super) const SIZE: u16 = 512;

const MIDDLE: f64 = 256.0;
const DEEP: &str = "#0b3a5e";
const GOLD: &str = "#e0b347";
const SHADE: &str = "#b58522";
const FOLD: &str = "#7d5a12";
const IVORY: &str = "#fffdf7";
const QUIET: &str = "#3f5f7a";

/// The disc that is written on, inside the ring of ornament.
const DISC: Circle = Circle { centre: (MIDDLE, MIDDLE), radius: 200.0 };

/// The name of the university runs along this circle.
const NAME: Circle = Circle { centre: (MIDDLE, MIDDLE), radius: 167.0 };

/// Room for the title, from the middle of the disc, if the name had no end.
const TITLE: Room =
    Room { top: -143.0, bottom: 34.0, brim: 0.0, radius_above: 154.0, radius_below: 184.0 };

/// Draws `face`.
///
/// `None` if the fonts of this program cannot be read.
pub(super) fn draw(face: &Face) -> Option<String> {
    let letters = Letters::load()?;
    let mut sheet = Sheet::new(face);
    ground(&mut sheet);
    let brim = name(&mut sheet, &letters, &face.university);
    title(&mut sheet, &letters.bold, (&face.title, brim));
    numbers(&mut sheet, &letters, face);
    ribbon(&mut sheet, &letters.bold, face.words().ribbon);
    medallions(&mut sheet, &letters.bold, face.words().mark);
    Some(sheet.finish())
}

/// The disc and its ring of ornament.
fn ground(sheet: &mut Sheet) {
    sheet.circle((MIDDLE, MIDDLE), 253.0, &format!("fill=\"{DEEP}\""));
    sheet.circle(
        (MIDDLE, MIDDLE),
        246.5,
        &format!("fill=\"none\" stroke=\"{GOLD}\" stroke-width=\"2\""),
    );
    let ring = Circle { centre: (MIDDLE, MIDDLE), radius: 223.0 };
    let (horns, leaves) = ornament::ring(ring, 28, 1.06);
    sheet.stroke(&horns, GOLD, 2.3);
    sheet.fill(&leaves, GOLD);
    let rim = format!("fill=\"{IVORY}\" stroke=\"{GOLD}\" stroke-width=\"4\"");
    sheet.circle(DISC.centre, DISC.radius, &rim);
}

/// The university's name along the upper edge of the disc, as large as two fifths of the circle allow. Returns how far down
/// it reaches, from the middle of the disc.
fn name(sheet: &mut Sheet, letters: &Letters, name: &str) -> f64 {
    let run = letters.regular.shape(name);
    let size = (NAME.radius * 2.5 / run.width.max(1.0)).min(16.0);
    let mut path = Path::default();
    letters.regular.draw_round(&mut path, &run, (NAME, size));
    sheet.fill(&path, QUIET);
    let half = run.width * size / 2.0 / NAME.radius;
    -(NAME.radius - size) * half.cos() + size
}

fn title(sheet: &mut Sheet, typeface: &Typeface, (title, brim): (&str, f64)) {
    let set = setting::set(title, typeface, Room { brim, ..TITLE });
    for line in &set.lines {
        let mut path = Path::default();
        let left = MIDDLE - line.width * set.size / 2.0;
        for (word, start) in &line.words {
            let place = Place::at(left + start * set.size, MIDDLE + line.base).scaled(set.size);
            typeface.draw(&mut path, word, place);
        }
        sheet.fill(&path, DEEP);
    }
}

/// Level, credits and hours, each above its word.
fn numbers(sheet: &mut Sheet, letters: &Letters, face: &Face) {
    let words = face.words();
    let columns = [
        (-88.0, face.nqf_level.to_string(), words.level),
        (0.0, face.credits.to_string(), words.credits),
        (88.0, face.hours.to_string(), words.hours),
    ];
    for (x, number, word) in columns {
        let mut path = Path::default();
        let number = letters.bold.shape(&number);
        centred(&mut path, (&letters.bold, &number), (MIDDLE + x, 390.0, 32.0));
        sheet.fill(&path, DEEP);
        let mut path = Path::default();
        let word = letters.regular.shape(word);
        centred(&mut path, (&letters.regular, &word), (MIDDLE + x, 407.0, 11.8));
        sheet.fill(&path, QUIET);
    }
    for x in [-46.0, 46.0] {
        let mut rule = Path::default();
        rule.move_to((MIDDLE + x, 367.0));
        rule.line_to((MIDDLE + x, 408.0));
        sheet.stroke(&rule, GOLD, 1.5);
    }
}

fn ribbon(sheet: &mut Sheet, typeface: &Typeface, word: &str) {
    let ribbon = ornament::ribbon(MIDDLE, (295.0, 342.0), (212.0, 254.0));
    sheet.fill(&ribbon.ends, SHADE);
    sheet.fill(&ribbon.folds, FOLD);
    sheet.fill(&ribbon.front, GOLD);
    let run = typeface.shape(word);
    let (size, gap) = (26.0, 0.11);
    let gaps = f64::from(u32::try_from(word.chars().count()).unwrap_or(1).saturating_sub(1));
    let width = (run.width + gap * gaps) * size;
    let place = Place::at(MIDDLE - width / 2.0, 327.8).scaled(size);
    let mut path = Path::default();
    typeface.draw_spaced(&mut path, &run, (place, gap));
    sheet.fill(&path, DEEP);
}

/// The crown of the yurt at the top of the ring, the language at its foot.
fn medallions(sheet: &mut Sheet, typeface: &Typeface, mark: &str) {
    let seal = format!("fill=\"{GOLD}\" stroke=\"{DEEP}\" stroke-width=\"4\"");
    let top = (MIDDLE, 34.0);
    sheet.circle(top, 32.0, &seal);
    let (bars, poles) = ornament::crown(Place::at(top.0, top.1).scaled(19.5));
    sheet.circle(top, 19.5, &format!("fill=\"none\" stroke=\"{DEEP}\" stroke-width=\"3.5\""));
    sheet.stroke(&bars, DEEP, 2.4);
    sheet.stroke(&poles, DEEP, 2.0);
    let foot = (MIDDLE, 479.0);
    sheet.circle(foot, 31.0, &seal);
    let mut path = Path::default();
    let run = typeface.shape(mark);
    centred(&mut path, (typeface, &run), (foot.0, foot.1 + 6.2, 17.5));
    sheet.fill(&path, DEEP);
}

/// Draws a short text about the point where its base line has its middle.
fn centred(path: &mut Path, (typeface, run): (&Typeface, &Run), (x, y, size): (f64, f64, f64)) {
    typeface.draw(path, run, Place::at(x - run.width * size / 2.0, y).scaled(size));
}

/// The SVG while it is written.
struct Sheet(String);

impl Sheet {
    fn new(face: &Face) -> Self {
        let language = face.language.tag();
        let mut sheet = String::with_capacity(64 * 1024);
        // Writing to a String cannot fail, here and below.
        let _ = write!(
            sheet,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SIZE} {SIZE}\" width=\"{SIZE}\" height=\"{SIZE}\" role=\"img\" \
             aria-labelledby=\"t d\" xml:lang=\"{language}\">\n<title id=\"t\">{}</title>\n<desc id=\"d\">{}</desc>\n",
            escaped(&face.title),
            escaped(&face.description()),
        );
        Self(sheet)
    }

    fn circle(&mut self, (x, y): (f64, f64), radius: f64, paint: &str) {
        let _ = writeln!(self.0, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {paint}/>");
    }

    fn fill(&mut self, path: &Path, colour: &str) {
        let scale = 1.0 / STEPS;
        let data = path.data();
        let _ =
            writeln!(self.0, "<path fill=\"{colour}\" transform=\"scale({scale})\" d=\"{data}\"/>");
    }

    fn stroke(&mut self, path: &Path, colour: &str, width: f64) {
        let (scale, width) = (1.0 / STEPS, width * STEPS);
        let data = path.data();
        let _ = writeln!(
            self.0,
            "<path fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linecap=\"round\" \
             transform=\"scale({scale})\" d=\"{data}\"/>"
        );
    }

    fn finish(mut self) -> String {
        self.0.push_str("</svg>\n");
        self.0
    }
}

/// Text as XML content: no character of it is markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
