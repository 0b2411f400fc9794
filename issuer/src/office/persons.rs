//! Who acts: names that stand in the register for good, and the rule of the second person. It knows of no act.

use super::OfficeError;

/// Characters of the name of a person who acts; it stands in the register for good.
const NAME_CHARACTERS_MAX: usize = 200;

/// Characters of a reason, which stands there too: one sentence.
const REASON_CHARACTERS_MAX: usize = 500;

/// Checks who proposes an act and who confirms it, if anybody: two names, and not of the same person.
pub(super) fn check(by: &str, confirmed_by: Option<&str>) -> Result<(), OfficeError> {
    for name in [Some(by), confirmed_by].into_iter().flatten() {
        let readable = !name.trim().is_empty() && !name.chars().any(char::is_control);
        if !readable || name.chars().count() > NAME_CHARACTERS_MAX {
            let sentence = "say who acts, and who confirms, in at most 200 characters each";
            return Err(OfficeError::Request(sentence.to_owned()));
        }
    }
    let folded = |name: &str| name.trim().to_lowercase();
    if confirmed_by.is_some_and(|second| folded(second) == folded(by)) {
        return Err(OfficeError::Request(
            "a second person must confirm, not the same one".to_owned(),
        ));
    }
    Ok(())
}

/// Checks a reason in words.
pub(super) fn check_reason(reason: &str) -> Result<(), OfficeError> {
    let readable = !reason.trim().is_empty() && !reason.chars().any(char::is_control);
    if readable && reason.chars().count() <= REASON_CHARACTERS_MAX {
        return Ok(());
    }
    let sentence = "give the reason in one sentence of at most 500 characters";
    Err(OfficeError::Request(sentence.to_owned()))
}
