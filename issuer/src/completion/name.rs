//! Names of persons: what a registrar may have typed, and what stands on the certificate.
//!
//! Decided where the texts are silent: composed form (NFC) and the apostrophe U+0027 are written without asking, because
//! nobody can see the difference and equal names must compare equal; everything a reader could see is only proposed.
//! Surnames in -ұлы and -қызы stay as they are; nothing is transliterated, reordered or split.

use unicode_normalization::UnicodeNormalization;

use super::column::Column;
use super::limits::NAME_CHARACTERS_MAX;
use super::refusal::{Findings, RefusalCode};
use super::request::PersonName;
use super::script::{Script, respell, script_of};
use super::table::Row;
use super::text::is_deceptive;

/// Words that stand in small letters inside names of several peoples.
const SMALL_WORDS: [&str; 22] = [
    "оглы", "оғлы", "улы", "ұлы", "кызы", "қызы", "гызы", "де", "ди", "да", "ван", "фон", "бин",
    "ибн", "аль", "эль", "de", "da", "di", "van", "von", "bin",
];

/// Surname, given name and patronymic of a row.
pub(super) fn person(row: &Row, findings: &mut Findings) -> Option<PersonName> {
    let family = part(row, Column::FamilyName, findings);
    let given = part(row, Column::GivenName, findings);
    let patronymic = part(row, Column::Patronymic, findings);
    if family.is_empty() {
        findings.refuse(RefusalCode::FamilyNameMissing, Column::FamilyName, "");
    }
    if given.is_empty() {
        findings.refuse(RefusalCode::GivenNameMissing, Column::GivenName, "");
        if family.contains(' ') {
            findings.refuse(RefusalCode::NameInOneColumn, Column::FamilyName, &family);
        }
    }
    if family.is_empty() || given.is_empty() {
        return None;
    }
    let name =
        PersonName { family, given, patronymic: Some(patronymic).filter(|part| !part.is_empty()) };
    check_one_script(&name, findings);
    Some(name)
}

/// The name in Latin script, letter case and spelling as the holder's passport has them.
pub(super) fn latin(row: &Row, findings: &mut Findings) -> Option<String> {
    let name = spaced(row, Column::NameLatin, findings);
    if name.is_empty() {
        return None;
    }
    if is_too_long(&name) {
        return Some(name);
    }
    let column = Column::NameLatin;
    if has_lost_letters(&name) {
        findings.refuse(RefusalCode::NameEncodingLoss, column, &name);
    } else if name.chars().any(|letter| script_of(letter) == Some(Script::Cyrillic)) {
        findings.propose(
            RefusalCode::NameMixedScript,
            column,
            &name,
            respell(&name, Script::Latin),
        );
    } else if !name.chars().all(|character| is_name_character(character) || character == '.') {
        findings.refuse(RefusalCode::NameCharacters, column, &name);
    }
    Some(name)
}

fn part(row: &Row, column: Column, findings: &mut Findings) -> String {
    let name = spaced(row, column, findings);
    if name.is_empty() || is_too_long(&name) {
        return name;
    }
    if has_lost_letters(&name) {
        findings.refuse(RefusalCode::NameEncodingLoss, column, row.field(column));
        return name;
    }
    if !name.chars().all(is_name_character) || !name.chars().any(char::is_alphabetic) {
        findings.propose(RefusalCode::NameCharacters, column, &name, without_strangers(&name));
        return name;
    }
    let respelt = one_script(&name);
    if let Some(proposal) = &respelt {
        findings.propose(RefusalCode::NameMixedScript, column, &name, proposal.clone());
    }
    let cased = cased(&name);
    if cased != name {
        let proposal = respelt.flatten().map_or(cased, |respelt| self::cased(&respelt));
        findings.propose(RefusalCode::NameCase, column, &name, Some(proposal));
    }
    name
}

/// NFC, one kind of apostrophe and hyphen; needless spaces are refused with the whole corrected name.
fn spaced(row: &Row, column: Column, findings: &mut Findings) -> String {
    let raw: String = row.field(column).nfc().map(plain_mark).collect();
    let name = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    if is_too_long(&name) {
        findings.refuse(RefusalCode::TextTooLong, column, &name);
        return name;
    }
    if name != raw && !raw.trim().is_empty() {
        let corrected = if column == Column::NameLatin { name.clone() } else { cased(&name) };
        findings.propose(RefusalCode::NameWhitespace, column, &raw, Some(corrected));
    }
    name
}

fn is_too_long(name: &str) -> bool {
    name.chars().count() > NAME_CHARACTERS_MAX
}

/// Apostrophes and hyphens that differ only in their code point.
const fn plain_mark(character: char) -> char {
    match character {
        '\u{2018}' | '\u{2019}' | '\u{02BC}' | '\u{02BB}' | '\u{02B9}' | '\u{2032}' | '`'
        | '\u{00B4}' => '\'',
        '\u{2010}' | '\u{2011}' => '-',
        other => other,
    }
}

/// `?` is what a windows-1251 export leaves of ә ғ қ ң ө ұ ү һ; U+FFFD is what a decoder leaves of wrong bytes.
fn has_lost_letters(name: &str) -> bool {
    name.contains(['?', '\u{FFFD}'])
}

fn is_name_character(character: char) -> bool {
    script_of(character).is_some() || matches!(character, ' ' | '-' | '\'')
}

/// The name without what no name has; dashes become hyphens. `None` if nothing sensible is left.
fn without_strangers(name: &str) -> Option<String> {
    let hyphens = name.replace(['\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}'], "-");
    let kept: String = hyphens.chars().filter(|character| !is_deceptive(*character)).collect();
    let sensible = kept.chars().all(is_name_character) && kept.chars().any(char::is_alphabetic);
    sensible.then_some(kept)
}

/// `None`: every word keeps to one script. `Some`: it does not, with the Cyrillic spelling if there is one.
fn one_script(name: &str) -> Option<Option<String>> {
    let is_mixed = |word: &str| {
        let has = |script| word.chars().any(|letter| script_of(letter) == Some(script));
        has(Script::Latin) && has(Script::Cyrillic)
    };
    name.split([' ', '-', '\'']).any(is_mixed).then(|| respell(name, Script::Cyrillic))
}

/// A given name in Latin look-alikes beside a Cyrillic surname is a typing slip that no eye can see.
fn check_one_script(name: &PersonName, findings: &mut Findings) {
    let only = |part: &str, script| {
        let mut found = part.chars().filter_map(script_of).peekable();
        found.peek().is_some() && found.all(|found| found == script)
    };
    let parts = [
        (Column::FamilyName, name.family.as_str()),
        (Column::GivenName, name.given.as_str()),
        (Column::Patronymic, name.patronymic.as_deref().unwrap_or_default()),
    ];
    if !parts.iter().any(|(_, part)| only(part, Script::Cyrillic)) {
        return;
    }
    for (column, part) in parts.into_iter().filter(|(_, part)| only(part, Script::Latin)) {
        findings.propose(
            RefusalCode::NameMixedScript,
            column,
            part,
            respell(part, Script::Cyrillic),
        );
    }
}

/// Each word with one capital, unless its capitals already look deliberate (МакДональд, де, оглы).
fn cased(name: &str) -> String {
    name.split(' ')
        .map(
            |word| if SMALL_WORDS.contains(&word) { word.to_owned() } else { cased_compound(word) },
        )
        .collect::<Vec<_>>()
        .join(" ")
}

fn cased_compound(word: &str) -> String {
    word.split('-')
        .enumerate()
        .map(|(index, part)| {
            if index > 0 && SMALL_WORDS.contains(&part) {
                part.to_owned()
            } else {
                cased_word(part)
            }
        })
        .collect::<Vec<_>>()
        .join("-")
}

fn cased_word(word: &str) -> String {
    let letters = word.chars().filter(|character| character.is_alphabetic()).count();
    let is_shouted = letters > 1 && !word.chars().any(char::is_lowercase);
    let is_small = word.chars().next().is_some_and(char::is_lowercase);
    if !is_shouted && !is_small {
        return word.to_owned();
    }
    let lower = if is_shouted { word.to_lowercase() } else { word.to_owned() };
    // О'Тестов has a second capital; Мар'яна has not: it depends on how much stands before the apostrophe.
    match lower.split_once('\'') {
        Some((prefix, rest)) if prefix.chars().count() == 1 => {
            format!("{}'{}", capitalized(prefix), capitalized(rest))
        }
        _ => capitalized(&lower),
    }
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn check(family: &str) -> (Option<PersonName>, Vec<(&'static str, Option<String>)>) {
        let row = Row::from_columns(2, [(Column::FamilyName, family), (Column::GivenName, "Асан")]);
        let mut findings = Findings::default();
        let name = person(&row, &mut findings);
        let refusals = findings.into_refusals();
        (name, refusals.into_iter().map(|found| (found.code.name(), found.proposal)).collect())
    }

    #[test]
    fn the_cases_of_the_domain_file() {
        let file = include_str!("../../sample/kk_normalisation_cases.json");
        let file: Value = serde_json::from_str(file).unwrap();
        for case in file["cases"].as_array().unwrap() {
            let (input, output) = (case["in"].as_str().unwrap(), case["out"].as_str().unwrap());
            let (name, refusals) = check(input);
            if case["why"].as_str().unwrap().contains("after confirmation") {
                let proposals: Vec<_> =
                    refusals.into_iter().map(|(_, proposal)| proposal).collect();
                assert_eq!(proposals, [Some(output.to_owned())], "{input}");
            } else {
                assert_eq!(refusals, [], "{input}");
                assert_eq!(name.unwrap().family, output);
            }
        }
    }

    #[test]
    fn what_is_left_alone() {
        for name in [
            "Мысалұлы",
            "Сынаққызы",
            "Тестова-Мысалиева",
            "МакТестов",
            "Тест оглы",
            "Ён Су",
            "О'Тестов",
            "Testov",
            "Müller",
            "I",
        ] {
            let row = Row::from_columns(2, [(Column::FamilyName, name), (Column::GivenName, name)]);
            let mut findings = Findings::default();
            person(&row, &mut findings);
            assert!(findings.is_empty(), "{name}: {:?}", findings.into_refusals());
        }
    }

    #[test]
    fn what_is_refused() {
        let cases = [
            ("Тестoв", "NAME_MIXED_SCRIPT", Some("Тестов")),
            ("Те\u{200B}ст", "NAME_CHARACTERS", Some("Тест")),
            ("Тест\u{202E}ов", "NAME_CHARACTERS", Some("Тестов")),
            ("Тестов1", "NAME_CHARACTERS", None),
            ("Тестов, Асан", "NAME_CHARACTERS", None),
            ("-", "NAME_CHARACTERS", None),
            ("=Тестов", "NAME_CHARACTERS", None),
            ("Тест\u{FFFD}в", "NAME_ENCODING_LOSS", None),
            ("ТЕСТОВ-МЫСАЛИЕВ", "NAME_CASE", Some("Тестов-Мысалиев")),
            ("О’ТЕСТОВ", "NAME_CASE", Some("О'Тестов")),
            ("Тестов  Асан", "NAME_WHITESPACE", Some("Тестов Асан")),
            ("Testov", "NAME_MIXED_SCRIPT", None),
            ("Атe", "NAME_MIXED_SCRIPT", Some("Ате")),
        ];
        for (name, code, proposal) in cases {
            let (_, refusals) = check(name);
            assert_eq!(refusals, [(code, proposal.map(str::to_owned))], "{name}");
        }
        assert_eq!(check(&"ы".repeat(101)).1[0].0, "TEXT_TOO_LONG");
    }
}
