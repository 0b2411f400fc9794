//! Texts as lines of a width: spans of one size and weight, broken at spaces, and inside a word only where it is wider than a line.
//! It knows no page.

use std::ops::Range;

use krilla::text::KrillaGlyph;

use super::error::PaperError;
use super::font::{Weight, shape};
use super::ink::Ink;

/// Ascent and descent of a line in ems: the letters of the three languages with one mark keep within them.
const ASCENT: f32 = 0.95;
const DESCENT: f32 = 0.26;
/// Where the top of a mark lies that is not raised, and the depth of one that is not lowered, in ems (Noto Sans).
const MARK_TOP: f32 = 0.79;
const MARK_DEPTH: f32 = 0.26;

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) weight: Weight,
    /// Points.
    pub(super) size: f32,
    pub(super) ink: Ink,
}

/// A text of one style.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) style: Style,
}

/// Where lines stand in their column.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// The glyphs of one span on one line.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// From the left end of the line, points.
    pub(super) x: f32,
    pub(super) style: Style,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
}

/// One line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) pieces: Vec<Piece>,
    /// Without the spaces at its end, points.
    pub(super) width: f32,
    /// Above the baseline, points.
    pub(super) ascent: f32,
    /// Below the baseline, points.
    pub(super) descent: f32,
}

impl Line {
    pub(super) fn height(&self) -> f32 {
        self.ascent + self.descent
    }
}

/// Lines under one another.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) lines: Vec<Line>,
    pub(super) align: Align,
    /// Between the lines, points.
    pub(super) leading: f32,
}

impl Block {
    pub(super) fn height(&self) -> f32 {
        let between = self.lines.iter().skip(1).map(|_| self.leading).sum::<f32>();
        self.lines.iter().map(Line::height).sum::<f32>() + between
    }
}

/// A letter with its marks, or a ligature.
struct Cluster {
    span: usize,
    glyphs: Range<usize>,
    /// Points.
    advance: f32,
    is_space: bool,
    breaks_after: bool,
}

/// The spans, one behind the other, as lines of at most `width` points.
///
/// # Errors
/// [`PaperError::NoGlyph`]
pub(super) fn set(spans: &[Span], align: Align, width: f32) -> Result<Block, PaperError> {
    let shaped = spans.iter().map(|span| shape(&span.text, span.style.weight));
    let shaped = shaped.collect::<Result<Vec<_>, _>>()?;
    let clusters = clusters(spans, &shaped);
    let breaks = match align {
        Align::Centre => balanced(&clusters, width),
        Align::Left | Align::Right => wrapped(&clusters, width),
    };
    let size = spans.iter().map(|span| span.style.size).fold(0.0, f32::max);
    let lines = breaks.into_iter();
    let lines = lines.map(|range| line(spans, &shaped, clusters.get(range).unwrap_or_default()));
    Ok(Block { lines: lines.collect(), align, leading: size * 0.06 })
}

/// The widest part of a text that no line may end within, points.
///
/// # Errors
/// [`PaperError::NoGlyph`]
pub(super) fn widest_part(span: &Span) -> Result<f32, PaperError> {
    let shaped = [shape(&span.text, span.style.weight)?];
    let clusters = clusters(std::slice::from_ref(span), &shaped);
    let parts = clusters.split_inclusive(|cluster| cluster.breaks_after);
    let width = |part: &[Cluster]| {
        let inked = part.iter().filter(|cluster| !cluster.is_space);
        inked.map(|cluster| cluster.advance).sum::<f32>()
    };
    Ok(parts.map(width).fold(0.0, f32::max))
}

fn clusters(spans: &[Span], shaped: &[Vec<KrillaGlyph>]) -> Vec<Cluster> {
    let mut clusters: Vec<Cluster> = Vec::new();
    let mut word = Vec::new();
    for (span, (Span { text, style }, glyphs)) in spans.iter().zip(shaped).enumerate() {
        let mut place = 0;
        for group in glyphs.chunk_by(|a, b| a.text_range.start == b.text_range.start) {
            let advance = group.iter().map(|glyph| glyph.x_advance * style.size).sum();
            let range = group.first().map(|glyph| glyph.text_range.clone()).unwrap_or_default();
            let letters = text.get(range).unwrap_or_default();
            let is_space = letters == " ";
            clusters.push(Cluster {
                span,
                glyphs: place..place + group.len(),
                advance,
                is_space,
                breaks_after: may_break(letters, &word),
            });
            place += group.len();
            if is_space {
                word.clear()
            } else {
                word.extend(letters.chars())
            }
            let is_query = letters == "?" && is_address(&word);
            let before = clusters.len().checked_sub(2).and_then(|before| clusters.get_mut(before));
            if let Some(before) = before.filter(|_| is_query) {
                before.breaks_after = true;
            }
        }
    }
    clusters
}

/// Whether the word so far is an address behind its scheme.
fn is_address(word: &[char]) -> bool {
    word.windows(3).any(|part| part == [':', '/', '/'])
}

/// Lines end at spaces, hyphens and strokes; a number, a sign for "number" and a word of one letter stay with what follows. The strokes of
/// an address's scheme end none.
fn may_break(letters: &str, word: &[char]) -> bool {
    match letters {
        "/" if matches!(word, [.., ':'] | [.., ':', '/']) => false,
        " " => match word {
            [only] => !only.is_alphanumeric() && !matches!(only, '№' | '/' | '—' | '·'),
            _ => !word.iter().all(|letter| letter.is_ascii_digit() || matches!(letter, '«' | '»')),
        },
        "-" | "/" | "—" | "–" => word.len() > 2,
        _ => false,
    }
}

/// As many as fit on every line.
fn wrapped(clusters: &[Cluster], width: f32) -> Vec<Range<usize>> {
    let (mut lines, mut start, mut filled, mut last) = (Vec::new(), 0, 0.0, None);
    for (place, cluster) in clusters.iter().enumerate() {
        // What stands in the fonts as a whole may differ from the sum of its parts by rounding.
        while !cluster.is_space && place > start && filled + cluster.advance > width + 0.01 {
            let end = last.filter(|end| *end > start).unwrap_or(place);
            lines.push(start..end);
            start = end;
            last = None;
            let rest = clusters.get(start..place).unwrap_or_default();
            filled = rest.iter().map(|cluster| cluster.advance).sum();
        }
        filled += cluster.advance;
        if cluster.breaks_after {
            last = Some(place + 1);
        }
    }
    if start < clusters.len() {
        lines.push(start..clusters.len());
    }
    lines
}

/// The same number of lines, as even as they get.
fn balanced(clusters: &[Cluster], width: f32) -> Vec<Range<usize>> {
    let widest = wrapped(clusters, width);
    if widest.len() < 2 || breaks_a_word(clusters, &widest) {
        return widest;
    }
    let (mut narrow, mut wide) = (width / 2.0, width);
    let mut best = widest;
    for _ in 0..9 {
        let middle = f32::midpoint(narrow, wide);
        let tried = wrapped(clusters, middle);
        if tried.len() == best.len() && !breaks_a_word(clusters, &tried) {
            best = tried;
            wide = middle;
        } else {
            narrow = middle;
        }
    }
    best
}

fn breaks_a_word(clusters: &[Cluster], lines: &[Range<usize>]) -> bool {
    let ends = lines.iter().take(lines.len().saturating_sub(1)).map(|line| line.end);
    let last = |end: usize| end.checked_sub(1).and_then(|last| clusters.get(last));
    ends.filter_map(last).any(|cluster| !cluster.breaks_after)
}

fn line(spans: &[Span], shaped: &[Vec<KrillaGlyph>], clusters: &[Cluster]) -> Line {
    let mut line = Line { pieces: Vec::new(), width: 0.0, ascent: 0.0, descent: 0.0 };
    let mut x = 0.0;
    for part in clusters.chunk_by(|a, b| a.span == b.span) {
        let (Some(first), Some(last)) = (part.first(), part.last()) else { continue };
        let Some(span) = spans.get(first.span) else { continue };
        let glyphs =
            shaped.get(first.span).and_then(|all| all.get(first.glyphs.start..last.glyphs.end));
        let piece = piece(span, glyphs.unwrap_or_default(), x);
        let (ascent, descent) = extent(&piece);
        line.ascent = line.ascent.max(ascent);
        line.descent = line.descent.max(descent);
        line.pieces.push(piece);
        x += part.iter().map(|cluster| cluster.advance).sum::<f32>();
    }
    let spaces = clusters.iter().rev().take_while(|cluster| cluster.is_space);
    line.width = x - spaces.map(|cluster| cluster.advance).sum::<f32>();
    line
}

/// The glyphs with a text of their own.
fn piece(span: &Span, glyphs: &[KrillaGlyph], x: f32) -> Piece {
    let start = glyphs.first().map_or(0, |glyph| glyph.text_range.start);
    let end = glyphs.last().map_or(start, |glyph| glyph.text_range.end);
    let moved = glyphs.iter().cloned().map(|mut glyph| {
        let range = glyph.text_range.clone();
        glyph.text_range = range.start.saturating_sub(start)..range.end.saturating_sub(start);
        glyph
    });
    let text = span.text.get(start..end).unwrap_or_default().to_owned();
    Piece { x, style: span.style, text, glyphs: moved.collect() }
}

/// How far the piece reaches above and below its baseline, points: marks that stand on marks reach further.
fn extent(piece: &Piece) -> (f32, f32) {
    let (mut ascent, mut descent) = (ASCENT, DESCENT);
    for glyph in &piece.glyphs {
        if glyph.y_offset > 0.0 {
            ascent = ascent.max(MARK_TOP + glyph.y_offset);
        } else if glyph.y_offset < 0.0 {
            descent = descent.max(MARK_DEPTH - glyph.y_offset);
        }
    }
    (ascent * piece.style.size, descent * piece.style.size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, align: Align, width: f32) -> Vec<String> {
        let style = Style { weight: Weight::Regular, size: 10.0, ink: Ink::Text };
        let block = set(&[Span { text: text.to_owned(), style }], align, width).unwrap();
        for line in &block.lines {
            assert!(line.width <= width + 0.02, "{text}: {} > {width}", line.width);
        }
        let text = |line: Line| line.pieces.into_iter().map(|piece| piece.text).collect();
        block.lines.into_iter().map(text).collect()
    }

    #[test]
    fn lines_end_at_spaces_and_keep_every_character() {
        let text = "Біліктілік комиссиясының шешімімен оған микробіліктілік берілді";
        for width in [10.0, 40.0, 90.0, 200.0, 900.0] {
            for align in [Align::Left, Align::Centre, Align::Right] {
                assert_eq!(lines(text, align, width).concat(), text);
            }
        }
        let broken = lines(text, Align::Left, 160.0);
        assert!(broken.iter().rev().skip(1).all(|line| line.ends_with(' ')), "{broken:?}");
    }

    #[test]
    fn what_belongs_together_stays_together() {
        assert_eq!(
            lines("обучение с «06» апреля", Align::Left, 75.0),
            ["обучение ", "с «06» апреля"]
        );
        assert_eq!(lines("Сертификат № SYN", Align::Left, 75.0), ["Сертификат ", "№ SYN"]);
    }

    #[test]
    fn an_address_is_broken_at_its_strokes_and_before_its_question() {
        let address = "https://credentials.example.org/programmes/MK-PM-04?lang=kk";
        for width in 60..400 {
            let width = f32::from(i16::try_from(width).unwrap());
            for align in [Align::Left, Align::Centre] {
                let broken = lines(&format!("QR: {address}"), align, width);
                assert_eq!(broken.concat(), format!("QR: {address}"));
                for line in broken.iter().filter(|_| width > 200.0) {
                    assert!(!line.ends_with(":/") && !line.ends_with("://"), "{broken:?}");
                    let whole =
                        ["QR: ", "/", "-", "MK-PM-04"].iter().any(|end| line.ends_with(end));
                    assert!(whole || line.ends_with("lang=kk"), "{width}: {broken:?}");
                }
            }
        }
    }

    #[test]
    fn a_word_wider_than_the_line_is_broken_between_letters() {
        let word = "Ә\u{301}".repeat(200);
        let broken = lines(&word, Align::Centre, 100.0);
        assert_eq!(broken.concat(), word);
        assert!(broken.iter().all(|line| line.starts_with('Ә')));
        assert_eq!(lines("W", Align::Left, 1.0_f32.max(10.0)), ["W"]);
    }

    #[test]
    fn marks_on_marks_make_a_line_higher() {
        let height = |text: &str| {
            let style = Style { weight: Weight::Bold, size: 10.0, ink: Ink::Text };
            set(&[Span { text: text.to_owned(), style }], Align::Left, 100.0).unwrap().height()
        };
        assert!(height("А\u{301}\u{302}\u{303}\u{304}") > height("Й") + 5.0);
        assert!(height("А\u{323}\u{331}\u{32D}") > height("Й"));
    }
}
