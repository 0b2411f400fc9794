//! The final result and the results per learning outcome: whole percents.

use std::collections::BTreeMap;

use super::column::Column;
use super::refusal::{Findings, RefusalCode};
use super::scale;
use super::table::Row;
use crate::programme::Programme;

const PERCENT_MAX: u8 = 100;

/// The final result of a row, 0 to 100.
pub(super) fn final_score(row: &Row, findings: &mut Findings) -> Option<u8> {
    let text = row.field(Column::ScorePercent).trim();
    if text.is_empty() {
        findings.refuse(RefusalCode::ScoreMissing, Column::ScorePercent, "");
        return None;
    }
    percent(text, Column::ScorePercent, findings)
}

/// Results of the learning outcomes, in the programme's order; `None` if one is missing or wrong.
pub(super) fn outcome_scores(
    row: &Row,
    programme: &Programme,
    findings: &mut Findings,
) -> Option<Vec<(String, u8)>> {
    let column = Column::LoScores;
    let mut given: BTreeMap<String, Option<u8>> = BTreeMap::new();
    for part in row.field(column).split('|').map(str::trim) {
        if part.is_empty() && row.field(column).trim().is_empty() {
            break;
        }
        let Some((id, score)) = part.split_once(':') else {
            findings.refuse(RefusalCode::LoScoresFormat, column, part);
            continue;
        };
        let id = id.trim();
        if !programme.outcomes.iter().any(|outcome| outcome.short_id == id) {
            findings.refuse(RefusalCode::LoUnknown, column, id);
        }
        let score = percent(score.trim(), column, findings);
        if given.insert(id.to_owned(), score).is_some() {
            findings.refuse(RefusalCode::LoTwice, column, id);
        }
    }
    in_order(programme, &given, findings)
}

fn in_order(
    programme: &Programme,
    given: &BTreeMap<String, Option<u8>>,
    findings: &mut Findings,
) -> Option<Vec<(String, u8)>> {
    let ids = || programme.outcomes.iter().map(|outcome| outcome.short_id.as_str());
    let missing: Vec<&str> = ids().filter(|id| !given.contains_key(*id)).collect();
    if !missing.is_empty() {
        findings.refuse(RefusalCode::LoScoresIncomplete, Column::LoScores, &missing.join(", "));
        return None;
    }
    ids().map(|id| given.get(id).copied().flatten().map(|score| (id.to_owned(), score))).collect()
}

/// One percent: `0` to `100`, no sign, no leading zero, no fraction.
fn percent(text: &str, column: Column, findings: &mut Findings) -> Option<u8> {
    if is_whole(text) {
        let score = text.parse().ok().filter(|score| *score <= PERCENT_MAX);
        if score.is_none() {
            findings.refuse(RefusalCode::ScoreOutOfRange, column, text);
        }
        return score;
    }
    let (whole, fraction) = text.split_once([',', '.']).unwrap_or((text, ""));
    let has_fraction = fraction.bytes().any(|digit| digit != b'0');
    let bare = whole.trim_end_matches('%').trim_end().trim_start_matches('0');
    let bare = if bare.is_empty() && whole.contains('0') { "0" } else { bare };
    let sound = is_whole(bare) && bare.parse().is_ok_and(|score: u8| score <= PERCENT_MAX);
    findings.propose(
        RefusalCode::ScoreFormat,
        column,
        text,
        (sound && !has_fraction).then(|| bare.to_owned()),
    );
    if has_fraction
        && fraction.bytes().all(|digit| digit.is_ascii_digit())
        && is_between_bands(whole)
    {
        findings.refuse(RefusalCode::ScoreFractionBetweenBands, column, text);
    }
    None
}

fn is_whole(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.is_empty()
        && (text == "0" || !text.starts_with('0'))
}

/// 89.5 lies above the band 75–89 and below the band 90–100: no rule of the regulation places it.
fn is_between_bands(whole: &str) -> bool {
    let floor: Option<u8> = whole.parse().ok().filter(|floor| *floor < PERCENT_MAX);
    floor.is_some_and(|floor| scale::band(floor) != scale::band(floor + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> (Option<u8>, Vec<(&'static str, Option<String>)>) {
        let mut findings = Findings::default();
        let row = Row::from_columns(2, [(Column::ScorePercent, text)]);
        let score = final_score(&row, &mut findings);
        let refusals = findings.into_refusals();
        (score, refusals.into_iter().map(|found| (found.code.name(), found.proposal)).collect())
    }

    #[test]
    fn whole_percents_only() {
        assert_eq!(check("100"), (Some(100), vec![]));
        assert_eq!(check(" 0 "), (Some(0), vec![]));
        assert_eq!(check("").1, [("SCORE_MISSING", None)]);
        assert_eq!(check("101").1, [("SCORE_OUT_OF_RANGE", None)]);
        assert_eq!(check("99999").1, [("SCORE_OUT_OF_RANGE", None)]);
        assert_eq!(check("85%").1, [("SCORE_FORMAT", Some("85".to_owned()))]);
        assert_eq!(check("085").1, [("SCORE_FORMAT", Some("85".to_owned()))]);
        assert_eq!(check("90,0").1, [("SCORE_FORMAT", Some("90".to_owned()))]);
        assert_eq!(check("80.5").1, [("SCORE_FORMAT", None)]);
        assert_eq!(check("-5").1, [("SCORE_FORMAT", None)]);
        assert_eq!(check("A-").1, [("SCORE_FORMAT", None)]);
        for text in ["89,5", "89.5", "74,5", "59,5", "49,5"] {
            assert_eq!(
                check(text).1,
                [("SCORE_FORMAT", None), ("SCORE_FRACTION_BETWEEN_BANDS", None)]
            );
        }
    }
}
