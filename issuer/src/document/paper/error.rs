//! Why a paper was not made.

/// Why a paper was not made: nothing of it is given out then.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PaperError {
    /// A text has a character that the fonts of the papers lack.
    #[error(
        "the font of the papers has no character U+{:04X}, which stands in \u{201c}{text}\u{201d}; no paper can be printed with it",
        u32::from(*.character)
    )]
    NoGlyph {
        /// The character.
        character: char,
        /// Where it stands.
        text: String,
    },
    /// The text for the QR code is too long to be read from a code of the printed size.
    #[error("{length} characters are too many for a QR code that is printed 40 mm wide")]
    QrTooLong {
        /// Its length, bytes.
        length: usize,
    },
    /// A credential is none of ours.
    #[error("a credential of {number} cannot be read back: {reason}")]
    Credential {
        /// The certificate.
        number: String,
        /// What the reader says.
        reason: String,
    },
    /// It was not issued in a language that the paper needs.
    #[error("{number} was not issued in the language {language}")]
    NoEdition {
        /// The certificate.
        number: String,
        /// The tag of the language.
        language: &'static str,
    },
    /// The fonts of this program cannot be read.
    #[error("the fonts of this program cannot be read")]
    Font,
    /// The file would break PDF/A-3 or PDF/UA.
    #[error("the PDF would break its standard: {0}")]
    Standard(String),
}
