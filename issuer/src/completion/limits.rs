//! Every limit of a file of completions, with its reason.

/// Largest file, bytes. A row takes about 300; this holds the most rows with room for long names.
pub(super) const FILE_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Most lines after the header. A university issues thousands a year; more is a wrong file.
pub(super) const ROWS_MAX: usize = 50_000;
/// Most fields of one line: far above the 22 columns, far below what would fill the memory.
pub(super) const FIELDS_MAX: usize = 256;
/// Longest name, characters: it must fit on the line of Appendix Б.
pub(super) const NAME_CHARACTERS_MAX: usize = 100;
/// Longest other text, characters: an employer's full legal name is shorter.
pub(super) const TEXT_CHARACTERS_MAX: usize = 300;
/// Longest value that a refusal repeats, characters: enough to find the cell again.
pub(super) const SHOWN_CHARACTERS_MAX: usize = 60;
