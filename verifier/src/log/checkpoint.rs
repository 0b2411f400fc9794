//! Checkpoints: what a log says of its tree (C2SP tlog-checkpoint).
//! It reads and writes the text of a note; who signed that text is none of its business.

use std::fmt;

use super::LogError;
use super::merkle::TreeHead;
use super::text;
use crate::limits;

/// The text of a checkpoint: whose tree, how large, and its root.
///
/// ```text
/// example.com/behind-the-sofa
/// 20852163
/// CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checkpoint {
    /// The name of the log.
    pub origin: String,
    /// Its tree.
    pub head: TreeHead,
}

impl Checkpoint {
    /// Reads the text of a note.
    ///
    /// # Errors
    ///
    /// [`LogError::Malformed`] unless there are exactly three lines: an origin without spaces, plus or control characters, a size
    /// without leading zeros from 1 to 2^63 - 1, a root. A tree without leaves proves nothing, and lines beyond the third are not
    /// what witnesses vouch for.
    pub fn parse(note_text: &str) -> Result<Self, LogError> {
        let malformed = |fault| LogError::Malformed { what: "checkpoint", fault };
        let text =
            note_text.strip_suffix('\n').ok_or_else(|| malformed("its last line does not end"))?;
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(malformed("it has not exactly three lines"));
        };
        if !is_origin(origin) {
            return Err(malformed("its origin is empty, too long, or has a space or a plus"));
        }
        let size = text::decimal(size)
            .filter(|size| (1..=limits::TREE_SIZE_MAX).contains(size))
            .ok_or_else(|| malformed("its size is zero, too large, or no plain decimal number"))?;
        let root =
            text::hash(root).ok_or_else(|| malformed("its root is not 32 bytes in base64"))?;
        Ok(Self { origin: origin.to_owned(), head: TreeHead { size, root } })
    }
}

/// Whether `text` is a name for a log that this verifier reads: not empty, no space, plus or control character.
pub(crate) fn is_origin(text: &str) -> bool {
    let forbidden = |letter: char| letter == '+' || letter.is_whitespace() || letter.is_control();
    !text.is_empty() && text.len() <= limits::NOTE_KEY_NAME_BYTES_MAX && !text.contains(forbidden)
}

impl fmt::Display for Checkpoint {
    /// The text of the note, with its final line feed.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = text::to_base64(&self.head.root);
        writeln!(formatter, "{}\n{}\n{root}", self.origin, self.head.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of tlog-checkpoint.
    const EXAMPLE: &str =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn the_example_of_the_specification_is_read_and_written() {
        let checkpoint = Checkpoint::parse(EXAMPLE).unwrap();
        assert_eq!(checkpoint.origin, "example.com/behind-the-sofa");
        assert_eq!(checkpoint.head.size, 20_852_163);
        assert_eq!(checkpoint.head.root[..3], [0x0a, 0xc5, 0x18]);
        assert_eq!(checkpoint.to_string(), EXAMPLE);
    }

    #[test]
    fn every_other_spelling_is_refused() {
        for (from, to) in [
            ("20852163", "020852163"),
            ("20852163", "0"),
            ("20852163", ""),
            ("20852163", "+20852163"),
            ("20852163", "20852163 "),
            ("20852163", "-1"),
            ("20852163", "2e7"),
            ("20852163", "9223372036854775808"),
            ("20852163", "99999999999999999999999"),
            ("20852163", "٢٠"),
            ("\n", "\r\n"),
            ("q2I=\n", "q2I=\nextension\n"),
            ("q2I=\n", "q2I=\n\n"),
            ("q2I=\n", "q2I="),
            ("q2I=", "q2I"),
            ("q2I=", "q2J="),
            ("CsUYapGG", "CsUY"),
            ("CsUY", " CsUY"),
            ("/X", "_X"),
            ("example.com/behind-the-sofa", ""),
            ("behind-the", "behind the"),
            ("behind-the", "behind\u{a0}the"),
            ("behind-the", "behind+the"),
            ("behind-the", "behind\tthe"),
            ("example.com/behind-the-sofa\n", ""),
        ] {
            let text = EXAMPLE.replace(from, to);
            assert_ne!(text, EXAMPLE, "{from}");
            assert!(Checkpoint::parse(&text).is_err(), "{text:?}");
        }
        assert!(Checkpoint::parse("").is_err());
    }
}
