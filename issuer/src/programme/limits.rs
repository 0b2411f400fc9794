//! Every limit of a programme, with its reason.

/// Smallest course, academic credits (regulation 4.6).
pub(super) const CREDITS_MIN: u32 = 1;
/// Largest course, academic credits (regulation 4.6; the roadmap's 9 is not taken).
pub(super) const CREDITS_MAX: u32 = 6;
/// Academic hours of one academic credit (4.15 and the national rule on credit technology).
pub(super) const HOURS_PER_CREDIT: u32 = 30;
/// Shortest and longest validity of a programme, years (regulation 4.13).
pub(super) const VALIDITY_YEARS: std::ops::RangeInclusive<i32> = 1..=3;
/// Levels of the national qualifications framework.
pub(super) const NQF_LEVELS: std::ops::RangeInclusive<u32> = 1..=8;
/// Most rows of Appendix Г: 6 credits are 180 hours, and a row has at least one hour.
pub(super) const OUTCOMES_MAX: usize = 180;
/// Longest text of a passport, characters: a page or two; it is copied into every credential.
pub(super) const TEXT_CHARACTERS_MAX: usize = 4_000;
/// Longest code, number or name, characters: it is printed on one line.
pub(super) const LINE_CHARACTERS_MAX: usize = 300;
/// Largest file of programmes, bytes: the sample's six programmes take 100 kB.
pub(super) const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;
