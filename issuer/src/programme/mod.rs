//! Programmes: the passport, its rules, the register of programmes (regulation §4, §9).
//! It says what a programme is and whether it may be issued under; it must not issue.
