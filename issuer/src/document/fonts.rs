//! The letters of all documents: Noto Sans, which draws every Kazakh, Russian and English letter. Where the files come from
//! stands in `issuer/fonts/PROVENANCE.md`.

/// Upright, weight 400.
pub(super) const REGULAR: &[u8] = include_bytes!("../../fonts/NotoSans-Regular.ttf");

/// Upright, weight 700.
pub(super) const BOLD: &[u8] = include_bytes!("../../fonts/NotoSans-Bold.ttf");
