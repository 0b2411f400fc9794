//! The two fonts of every paper, and where the glyphs of a text stand. It measures; it draws nothing.

use std::sync::LazyLock;

use harfrust::{Direction, FontRef, ShapeOptions, ShapePlan, ShaperData, UnicodeBuffer, script};
use krilla::text::{Font, GlyphId, KrillaGlyph};

use super::super::fonts::{BOLD, REGULAR};
use super::error::PaperError;

/// Units of the fonts in an em.
const UNITS_PER_EM: f32 = 1000.0;

/// The weight of a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// A font, read once.
struct Face {
    font: Font,
    tables: FontRef<'static>,
    shaper: ShaperData,
    /// What the font does to a text of these scripts, found out once.
    cyrillic: ShapePlan,
    latin: ShapePlan,
}

impl Face {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let tables = FontRef::from_index(bytes, 0).ok()?;
        let shaper = ShaperData::new(&tables);
        let plan = |script| {
            let shaper = shaper.shaper(&tables).build();
            ShapePlan::new(&shaper, Direction::LeftToRight, Some(script), None, &[])
        };
        let (cyrillic, latin) = (plan(script::CYRILLIC), plan(script::LATIN));
        Some(Self { font: Font::new(bytes.into(), 0)?, tables, shaper, cyrillic, latin })
    }

    /// The plan of the buffer's script; digits and signs alone are set as Latin.
    fn plan(&self, buffer: &mut UnicodeBuffer) -> Option<&ShapePlan> {
        match buffer.script() {
            script::CYRILLIC => Some(&self.cyrillic),
            script::LATIN => Some(&self.latin),
            script::UNKNOWN | script::COMMON | script::INHERITED => {
                buffer.set_script(script::LATIN);
                Some(&self.latin)
            }
            _ => None,
        }
    }
}

static FACES: LazyLock<[Option<Face>; 2]> =
    LazyLock::new(|| [Face::read(REGULAR), Face::read(BOLD)]);

fn face(weight: Weight) -> Result<&'static Face, PaperError> {
    let [regular, bold] = &*FACES;
    let face = match weight {
        Weight::Regular => regular,
        Weight::Bold => bold,
    };
    face.as_ref().ok_or(PaperError::Font)
}

/// The font to draw with.
pub(super) fn font(weight: Weight) -> Result<Font, PaperError> {
    Ok(face(weight)?.font.clone())
}

/// The glyphs of a text, left to right, in ems. Marks stand where the font puts them on their letters.
///
/// # Errors
/// [`PaperError::NoGlyph`] with the first character that the font lacks: an empty box in a name would be another name.
pub(super) fn shape(text: &str, weight: Weight) -> Result<Vec<KrillaGlyph>, PaperError> {
    let face = face(weight)?;
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.set_direction(Direction::LeftToRight);
    buffer.guess_segment_properties();
    let plan = face.plan(&mut buffer);
    let shaper = face.shaper.shaper(&face.tables).build();
    let shaped = shaper.shape(buffer, ShapeOptions::new().plan(plan));
    let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
    let starts: Vec<usize> = infos.iter().map(|info| index(info.cluster)).collect();
    let mut glyphs = Vec::with_capacity(infos.len());
    for (place, (info, position)) in infos.iter().zip(positions).enumerate() {
        let start = starts.get(place).copied().unwrap_or_default();
        let later = starts.iter().skip(place).find(|next| **next > start);
        let range = start..later.copied().unwrap_or(text.len());
        if info.glyph_id == 0 {
            return Err(no_glyph(text.get(range).unwrap_or(text), text));
        }
        glyphs.push(KrillaGlyph::new(
            GlyphId::new(info.glyph_id),
            ems(position.x_advance),
            ems(position.x_offset),
            ems(position.y_offset),
            ems(position.y_advance),
            range,
            None,
        ));
    }
    Ok(glyphs)
}

fn no_glyph(cluster: &str, text: &str) -> PaperError {
    let character = cluster.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
    PaperError::NoGlyph { character, text: text.to_owned() }
}

fn index(cluster: u32) -> usize {
    usize::try_from(cluster).unwrap_or(usize::MAX)
}

/// Units of the font as ems. No glyph of it is 32 ems wide.
fn ems(units: i32) -> f32 {
    f32::from(i16::try_from(units).unwrap_or_default()) / UNITS_PER_EM
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_fonts_are_those_that_their_provenance_names() {
        let provenance = include_str!("../../../fonts/PROVENANCE.md");
        for (name, bytes) in [("NotoSans-Regular.ttf", REGULAR), ("NotoSans-Bold.ttf", BOLD)] {
            let sum: String =
                Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(
                provenance.lines().any(|line| line.contains(&format!("`{name}`"))
                    && line.contains(&format!("`{sum}`"))),
                "{name}: {sum}"
            );
        }
    }

    #[test]
    fn every_letter_of_the_three_languages_is_there() {
        let text =
            "ӘәҒғҚқҢңӨөҰұҮүҺһІіЁёЙй АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ ₸ № « » „ “ — – … % A- B+ ' O’";
        for weight in [Weight::Regular, Weight::Bold] {
            assert!(shape(text, weight).is_ok());
        }
    }

    #[test]
    fn marks_belong_to_their_letters() {
        // Й as a letter and a breve, Ә with an acute, a letter with two marks: one cluster each.
        for text in ["И\u{306}", "Ә\u{301}", "е\u{308}\u{301}"] {
            let glyphs = shape(text, Weight::Bold).unwrap();
            assert!(glyphs.iter().all(|glyph| glyph.text_range == (0..text.len())), "{text}");
        }
    }

    #[test]
    fn a_character_without_a_glyph_is_told() {
        let refused = shape("Асан 漢", Weight::Regular);
        assert!(matches!(refused, Err(PaperError::NoGlyph { character: '漢', .. })), "{refused:?}");
    }
}
