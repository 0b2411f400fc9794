//! A title of any length set into the disc: the largest letters with which every word has room, then lines of even length.
//! Nothing is cut off: what is long becomes small.

use super::lettering::{Run, Typeface};

/// Largest letters, units of the drawing: a title of one word must not shout.
const SIZE_MAX: f64 = 38.0;

/// Below this size a word may be broken between two letters: one long word must not make a short title unreadable.
const SIZE_UNBROKEN: f64 = 17.0;

/// Reached by no text that a passport may hold: 4,000 capital W are set in letters of more than two units.
const SIZE_MIN: f64 = 0.5;

/// Most lines of letters of [`SIZE_TALL`] and more: a column of single words is hard to read.
const LINES_TALL: f64 = 4.0;
const SIZE_TALL: f64 = 21.0;

/// A line is saved where a title has at most so many, and its letters keep so much of their size and are still large.
const SHORT: usize = 4;
const SIZE_SAVING: f64 = 0.87;
const SIZE_GOOD: f64 = 24.0;

/// How much smaller the letters get from try to try.
const SIZE_STEP: f64 = 0.97;

/// Room beyond an even share when a word is divided, ems: a letter and a bit, since letters are not.
const EVEN_SLACK: f64 = 0.9;

/// Distance of base lines, ems.
const LINE: f64 = 1.24;

/// From the middle of a line down to its base line, ems: letters stand evenly about the middle.
const BASE: f64 = 0.33;

/// Room for the lines: a band across a circle about the origin, whose y points down. Above `brim` something else stands at
/// the edge, and the circle is smaller.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) brim: f64,
    pub(super) radius_above: f64,
    pub(super) radius_below: f64,
}

impl Room {
    /// Width of the circle at a height.
    fn chord(&self, y: f64) -> f64 {
        let radius = if y < self.brim { self.radius_above } else { self.radius_below };
        2.0 * (radius.powi(2) - y.powi(2)).max(0.0).sqrt()
    }
}

/// A title in lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Setting {
    /// Size of the letters, units.
    pub(super) size: f64,
    pub(super) lines: Vec<Line>,
}

/// One line, centred.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Each word, and where it begins, ems from the start of the line.
    pub(super) words: Vec<(Run, f64)>,
    /// Ems.
    pub(super) width: f64,
    /// The base line, units.
    pub(super) base: f64,
}

/// What is never divided.
#[derive(Clone)]
struct Piece {
    run: Run,
    /// Whether a space goes before it.
    spaced: bool,
}

/// Sets `text` into `room`: the largest letters, or a little smaller ones that need a line less.
pub(super) fn set(text: &str, typeface: &Typeface, room: Room) -> Setting {
    let setter = Setter { room, space: typeface.shape(" ").width };
    let whole = pieces(text, typeface);
    if whole.is_empty() {
        return Setting::default();
    }
    let mut best: Option<Setting> = None;
    let mut size = SIZE_MAX;
    let mut least = SIZE_MIN;
    while size > least && best.as_ref().is_none_or(Setting::may_be_shorter) {
        let broken;
        let words = if size < SIZE_UNBROKEN {
            broken = setter.broken(&whole, size);
            &broken
        } else {
            &whole
        };
        if let Some(setting) = setter.at(words, size)
            && best.as_ref().is_none_or(|best| setting.lines.len() < best.lines.len())
        {
            least = least.max((size * SIZE_SAVING).max(SIZE_GOOD));
            best = Some(setting);
        }
        size *= SIZE_STEP;
    }
    best.unwrap_or_default()
}

impl Setting {
    /// Whether smaller letters could save a line that matters: a word of two letters alone on a line reads badly.
    fn may_be_shorter(&self) -> bool {
        (2..=SHORT).contains(&self.lines.len())
    }
}

/// The words of which the font has letters; one with hyphens may be divided behind each.
fn pieces(text: &str, typeface: &Typeface) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for word in text.split_whitespace() {
        let mut spaced = true;
        for part in parts(word) {
            let run = typeface.shape(part);
            if !run.is_empty() {
                pieces.push(Piece { run, spaced });
                spaced = false;
            }
        }
    }
    pieces
}

/// The word divided behind its hyphens and strokes, but not within the scheme of an address, and before its question.
fn parts(word: &str) -> Vec<&str> {
    let (scheme, rest) = match word.find("://") {
        Some(at) => word.split_at(at + 3),
        None => ("", word),
    };
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, letter) in rest.char_indices() {
        let end = match letter {
            '-' | '–' | '/' => at + letter.len_utf8(),
            '?' if !scheme.is_empty() => at,
            _ => continue,
        };
        parts.extend(rest.get(start..end).filter(|part| !part.is_empty()));
        start = end;
    }
    parts.extend(rest.get(start..).filter(|part| !part.is_empty()));
    match parts.first_mut() {
        // Both are parts of one word, one behind the other.
        Some(first) => *first = word.get(..scheme.len() + first.len()).unwrap_or(word),
        None => parts.push(word),
    }
    parts
}

struct Setter {
    room: Room,
    space: f64,
}

impl Setter {
    /// The fewest lines of letters of this size, made even; `None` if they have no room.
    fn at(&self, words: &[Piece], size: f64) -> Option<Setting> {
        let height = self.room.bottom - self.room.top;
        let mut lines = 1.0;
        while lines * LINE * size <= height && (size < SIZE_TALL || lines <= LINES_TALL) {
            let widths = self.widths(lines, size);
            if let Some(ends) = self.wrap(words, &widths, 1.0) {
                // The narrowest lines that are no more of them.
                let mut even = ends;
                for part in [0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5] {
                    match self.wrap(words, &widths, part) {
                        Some(narrower) => even = narrower,
                        None => break,
                    }
                }
                return Some(self.setting(words, &even, (lines, size)));
            }
            lines += 1.0;
        }
        None
    }

    /// How wide each of so many lines may be, ems. The block stands in the middle of the room.
    fn widths(&self, lines: f64, size: f64) -> Vec<f64> {
        let step = LINE * size;
        let mut top = f64::midpoint(self.room.top, self.room.bottom) - lines * step / 2.0;
        let last = top + lines * step - step / 2.0;
        let mut widths = Vec::new();
        while top < last {
            // What is above and below the letters may leave the circle.
            let (high, low) = (top + step * 0.15, top + step * 0.9);
            widths.push(self.room.chord(high).min(self.room.chord(low)) / size);
            top += step;
        }
        widths
    }

    /// Fills line after line; the end of each in `words`. `None` if a word has no room.
    fn wrap(&self, words: &[Piece], widths: &[f64], part: f64) -> Option<Vec<usize>> {
        let mut ends = Vec::new();
        let mut rooms = widths.iter().map(|width| width * part);
        let mut room = rooms.next()?;
        let mut used = 0.0;
        for (index, word) in words.iter().enumerate() {
            let gap = if used > 0.0 && word.spaced { self.space } else { 0.0 };
            if used > 0.0 && used + gap + word.run.width > room {
                ends.push(index);
                room = rooms.next()?;
                used = 0.0;
            }
            // A word alone may use what the others gave up for evenness; a narrow line is left empty for none.
            let gap = if used > 0.0 && word.spaced { self.space } else { 0.0 };
            used += gap + word.run.width;
            if used > room {
                return None;
            }
        }
        ends.push(words.len());
        Some(ends)
    }

    /// The lines at the heights that their widths were measured for.
    fn setting(&self, words: &[Piece], ends: &[usize], (lines, size): (f64, f64)) -> Setting {
        let middle = f64::midpoint(self.room.top, self.room.bottom);
        let mut base = middle - LINE * size * (lines - 1.0) / 2.0 + BASE * size;
        let mut lines = Vec::with_capacity(ends.len());
        let mut start = 0;
        for end in ends {
            let mut width = 0.0;
            let mut placed = Vec::new();
            for word in words.get(start..*end).unwrap_or_default() {
                if word.spaced && !placed.is_empty() {
                    width += self.space;
                }
                placed.push((word.run.clone(), width));
                width += word.run.width;
            }
            lines.push(Line { words: placed, width, base });
            base += LINE * size;
            start = *end;
        }
        Setting { size, lines }
    }

    /// The words, the longest broken between letters so that each part has room in a line of this size.
    fn broken(&self, words: &[Piece], size: f64) -> Vec<Piece> {
        let widest = self.widths(1.0, size).first().copied().unwrap_or_default();
        let most = widest * 0.8;
        let mut parts = Vec::with_capacity(words.len());
        for word in words {
            if word.run.width <= most {
                parts.push(word.clone());
                continue;
            }
            let even = word.run.width / (word.run.width / most).ceil() + EVEN_SLACK;
            for (index, run) in word.run.divided(even.min(most)).into_iter().enumerate() {
                parts.push(Piece { run, spaced: word.spaced && index == 0 });
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_divided_at_hyphens_and_an_address_never_in_its_scheme() {
        for (word, divided) in [
            ("Мысалиев-Үлгі", &["Мысалиев-", "Үлгі"][..]),
            ("http://a.kz/b?c=d", &["http://a.kz/", "b", "?c=d"]),
            ("https://", &["https://"]),
            ("а?б", &["а?б"]),
            ("-", &["-"]),
            ("", &[""]),
        ] {
            assert_eq!(parts(word), divided);
        }
    }
}
