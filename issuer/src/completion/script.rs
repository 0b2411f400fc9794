//! Scripts of letters, and the Latin and Cyrillic letters that look alike.

/// The scripts a name may be written in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Script {
    /// Latin.
    Latin,
    /// Cyrillic, with the Kazakh letters.
    Cyrillic,
}

/// Latin letters and the Cyrillic ones that are drawn alike (Unicode TR 39, "Confusable Detection"), as people mistype them in Kazakh and Russian names.
/// Latin `h` is the Kazakh һ, Latin `H` the Cyrillic Н: each is what the eye sees.
const ALIKE: [(char, char); 33] = [
    ('A', 'А'),
    ('B', 'В'),
    ('C', 'С'),
    ('E', 'Е'),
    ('H', 'Н'),
    ('I', 'І'),
    ('K', 'К'),
    ('M', 'М'),
    ('O', 'О'),
    ('P', 'Р'),
    ('T', 'Т'),
    ('X', 'Х'),
    ('Y', 'Ү'),
    ('Ə', 'Ә'),
    ('Ɵ', 'Ө'),
    ('Ë', 'Ё'),
    ('Ï', 'Ї'),
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('h', 'һ'),
    ('i', 'і'),
    ('k', 'к'),
    ('m', 'м'),
    ('o', 'о'),
    ('p', 'р'),
    ('t', 'т'),
    ('x', 'х'),
    ('y', 'у'),
    ('ə', 'ә'),
    ('ɵ', 'ө'),
    ('ë', 'ё'),
    ('ï', 'ї'),
];

/// The script of a letter; `None` for every other character and script.
pub(super) const fn script_of(character: char) -> Option<Script> {
    match character {
        'A'..='Z'
        | 'a'..='z'
        | '\u{00C0}'..='\u{00D6}'
        | '\u{00D8}'..='\u{00F6}'
        | '\u{00F8}'..='\u{024F}'
        | '\u{0259}'
        | '\u{0275}'
        | '\u{1E00}'..='\u{1EFF}' => Some(Script::Latin),
        '\u{0400}'..='\u{0481}' | '\u{048A}'..='\u{052F}' => Some(Script::Cyrillic),
        _ => None,
    }
}

/// The text with every letter in this script; `None` if a letter has no counterpart there.
pub(super) fn respell(text: &str, script: Script) -> Option<String> {
    text.chars()
        .map(|letter| match script_of(letter) {
            Some(found) if found != script => counterpart(letter, script),
            _ => Some(letter),
        })
        .collect()
}

fn counterpart(letter: char, script: Script) -> Option<char> {
    ALIKE.into_iter().find_map(|(latin, cyrillic)| match script {
        Script::Cyrillic => (latin == letter).then_some(cyrillic),
        Script::Latin => (cyrillic == letter).then_some(latin),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_change_script() {
        assert!(ALIKE.iter().all(|(latin, cyrillic)| {
            script_of(*latin) == Some(Script::Latin)
                && script_of(*cyrillic) == Some(Script::Cyrillic)
        }));
        assert_eq!(respell("Əceм", Script::Cyrillic).as_deref(), Some("Әсем"));
        assert_eq!(respell("Д", Script::Latin), None);
        assert_eq!(script_of('Ω'), None);
    }
}
