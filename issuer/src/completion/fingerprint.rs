//! The canonical bytes of a row: the same content gives the same bytes, however the file was written.

use unicode_normalization::UnicodeNormalization;

use super::column::Column;
use super::table::Row;

/// Says what the bytes are, so that they can never be taken for something else that is hashed under the same key.
const LABEL: &[u8] = b"tanu completion row, version 1\n";

/// The canonical bytes of a row's content, for a keyed hash: the label, then for each of the 22 columns in canonical
/// order the length of its text (8 bytes, big-endian) and the text (trimmed, NFC, UTF-8).
///
/// Delimiter, header language, column order, byte order mark, line endings and line number do not change them.
/// The bytes hold personal data: hash them under a key, never store or log them.
#[must_use]
pub fn fingerprint(row: &Row) -> Vec<u8> {
    let mut bytes = LABEL.to_vec();
    for column in Column::ALL {
        let text: String = row.field(column).trim().nfc().collect();
        // A length never exceeds 64 bits; the fallback only keeps the conversion free of panics.
        bytes.extend(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_columns_do_not_run_together() {
        let first = Row::from_columns(2, [(Column::FamilyName, "аб"), (Column::GivenName, "в")]);
        let second = Row::from_columns(2, [(Column::FamilyName, "а"), (Column::GivenName, "бв")]);
        assert_ne!(fingerprint(&first), fingerprint(&second));
    }

    #[test]
    fn spaces_around_and_composition_do_not_matter() {
        let first = Row::from_columns(2, [(Column::FamilyName, " Үлгіби\u{306} ")]);
        let second = Row::from_columns(9, [(Column::FamilyName, "Үлгібй")]);
        assert_eq!(fingerprint(&first), fingerprint(&second));
    }
}
