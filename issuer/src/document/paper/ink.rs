//! The colours of the papers: few, dark enough for text, and the same on screen and paper.

use krilla::color::rgb;

/// A colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Ink {
    /// Text.
    Text,
    /// Headings, names.
    Navy,
    /// Hints under a line; still 5.7 : 1 on white.
    Grey,
    /// Frames and signs.
    Teal,
    /// Frames and signs.
    Gold,
    /// Lines between rows.
    Hair,
    /// The weave behind the text.
    PaleTeal,
    /// The weave behind the text.
    PaleGold,
    /// The head of a table.
    Wash,
    /// Under a QR code: nothing may shine through.
    White,
    /// QR codes: nothing but black reads as well.
    Black,
}

impl Ink {
    pub(super) fn colour(self) -> rgb::Color {
        match self {
            Self::Text => rgb::Color::new(31, 36, 44),
            Self::Navy => rgb::Color::new(16, 47, 92),
            Self::Grey => rgb::Color::new(92, 99, 110),
            Self::Teal => rgb::Color::new(0, 116, 138),
            Self::Gold => rgb::Color::new(176, 137, 54),
            Self::Hair => rgb::Color::new(196, 206, 214),
            Self::PaleTeal => rgb::Color::new(226, 241, 244),
            Self::PaleGold => rgb::Color::new(247, 240, 223),
            Self::Wash => rgb::Color::new(234, 243, 246),
            Self::White => rgb::Color::white(),
            Self::Black => rgb::Color::black(),
        }
    }
}
