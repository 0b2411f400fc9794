//! Texts of a row: trimmed, NFC, without characters that hide or reorder what is read.

use unicode_normalization::UnicodeNormalization;

use super::column::Column;
use super::limits::TEXT_CHARACTERS_MAX;
use super::refusal::{Findings, RefusalCode};
use super::table::Row;

/// The text of this column, trimmed and NFC; empty if there is none.
pub(super) fn text(row: &Row, column: Column, findings: &mut Findings) -> String {
    let text: String = row.field(column).trim().nfc().collect();
    if text.chars().count() > TEXT_CHARACTERS_MAX {
        findings.refuse(RefusalCode::TextTooLong, column, &text);
    } else if text.chars().any(is_deceptive) {
        let visible = text.chars().filter(|character| !is_deceptive(*character)).collect();
        findings.propose(RefusalCode::TextCharacters, column, &text, Some(visible));
    }
    text
}

/// The text of this column, if there is any.
pub(super) fn optional(row: &Row, column: Column, findings: &mut Findings) -> Option<String> {
    Some(text(row, column, findings)).filter(|text| !text.is_empty())
}

/// A text that must be there; its absence has a code of its own.
pub(super) fn required(
    row: &Row,
    column: Column,
    missing: RefusalCode,
    findings: &mut Findings,
) -> Option<String> {
    let text = optional(row, column, findings);
    if text.is_none() {
        findings.refuse(missing, column, "");
    }
    text
}

/// Controls, the replacement character, and the invisible characters that join, hide or reorder others
/// (Unicode, "Bidirectional Algorithm" and "Default Ignorable Code Points"): two names that look alike would differ.
pub(super) fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00AD}'
                | '\u{034F}'
                | '\u{061C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFF0}'..='\u{FFFD}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}
