//! Foreign text made safe to show: no control, no invisible and no direction-changing characters.
//! It must not touch what is signed or compared, only what a person sees.

use std::fmt::Write as _;

/// Characters shown of one text. The longest honest name of a programme has about 150.
const TEXT_CHARS_MAX: usize = 300;

/// `text` on one line: line breaks become spaces, every other control, bidirectional, zero-width or
/// otherwise invisible character becomes `[U+202E]`, and a long text ends in `…`.
#[must_use]
pub fn plain_text(text: &str) -> String {
    neutral(text, is_hidden)
}

/// Like [`plain_text`] for identifiers, which are ASCII: any other character is spelt out too, so that
/// no look-alike passes for a known address.
pub(super) fn plain_identifier(text: &str) -> String {
    neutral(text, |character| !character.is_ascii() || is_hidden(character))
}

/// Whether [`plain_text`] would have to spell a character out.
pub(super) fn hides(text: &str) -> bool {
    text.chars().any(|character| !is_break(character) && is_hidden(character))
}

/// One line of JSON with every hidden character escaped: the same value, safe to print.
pub(super) fn plain_json(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    for character in json.chars() {
        if is_hidden(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(line, "\\u{unit:04x}");
            }
        } else {
            line.push(character);
        }
    }
    line
}

fn neutral(text: &str, spelt_out: impl Fn(char) -> bool) -> String {
    let mut shown = String::new();
    let mut spaced = false;
    for (position, character) in text.chars().enumerate() {
        if position == TEXT_CHARS_MAX {
            shown.push('…');
            break;
        }
        // A run of spaces could push the rest to where the next row of the report stands.
        let space = is_break(character) || character.is_whitespace();
        if space && !spaced {
            shown.push(' ');
        } else if !space && spelt_out(character) {
            let _ = write!(shown, "[U+{:04X}]", u32::from(character));
        } else if !space {
            shown.push(character);
        }
        spaced = space;
    }
    isolated(shown)
}

/// Letters that run from right to left would carry what stands beside them along: they are kept apart (UAX #9, FSI and PDI).
fn isolated(text: String) -> String {
    let leftwards = |character| {
        matches!(character, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
            | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
    };
    if text.contains(leftwards) { format!("\u{2068}{text}\u{2069}") } else { text }
}

const fn is_break(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Unicode's Cc and Cf, and letters and marks that draw nothing.
fn is_hidden(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control();
    }
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_spelt_out_and_breaks_become_spaces() {
        assert_eq!(
            plain_text("Айгерім\u{202e}A\u{200b}\u{1b}[31m"),
            "Айгерім[U+202E]A[U+200B][U+001B][31m"
        );
        assert_eq!(plain_text("a\nVALID\r\n\u{2028}\u{a0} \u{3000}b"), "a VALID b");
        assert_eq!(plain_text("אב 1"), "\u{2068}אב 1\u{2069}");
        assert_eq!(plain_text("Қ.И. Сәтбаев — «ёж»"), "Қ.И. Сәтбаев — «ёж»");
        assert!(hides("a\u{2066}b") && !hides("a\nb"));
    }

    #[test]
    fn a_look_alike_letter_in_an_identifier_is_spelt_out() {
        assert_eq!(
            plain_identifier("did:web:ехаmple.kz"),
            "did:web:[U+0435][U+0445][U+0430]mple.kz"
        );
    }

    #[test]
    fn a_long_text_is_shortened() {
        let shown = plain_text(&"ә".repeat(5_000));
        assert_eq!(shown.chars().count(), TEXT_CHARS_MAX + 1);
        assert!(shown.ends_with('…'));
        assert_eq!(plain_text(&"ә".repeat(TEXT_CHARS_MAX)).chars().count(), TEXT_CHARS_MAX);
    }

    #[test]
    fn json_stays_the_same_value() {
        let text = "a\u{9b}\u{202e}\u{e0041}\n\"";
        let json = serde_json::to_string(text).unwrap();
        let plain = plain_json(&json);
        assert!(plain.contains("\\u009b\\u202e\\udb40\\udc41"), "{plain}");
        assert_eq!(serde_json::from_str::<String>(&plain).unwrap(), text);
    }
}
