//! Why a file or folder cannot be read, in the reader's language. What the operating system says otherwise is told as it says it.

use std::io::{self, ErrorKind};
use std::path::Path;

use verifier::{Language, plain_text};

/// Why something named on the command line has no bytes to check.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// The file or folder cannot be read.
    Io(io::Error),
    /// There is no such file, and it is written like the number of a certificate.
    Number,
}

impl Unreadable {
    /// What kept `input` from being read.
    pub(super) fn of(input: &Path, error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::NotFound if is_number(input) => Self::Number,
            _ => Self::Io(error),
        }
    }

    /// What follows the name of the input: that it cannot be read, why, and what to do. Plain text.
    pub(super) fn sentence(&self, language: Language) -> String {
        let cannot = pick(CANNOT, language);
        let why = match self {
            Self::Io(error) => why(error, language),
            Self::Number => pick(NUMBER, language).to_owned(),
        };
        plain_text(&format!("{cannot}: {why}"))
    }
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Why a file cannot be read, without a full stop.
pub(super) fn why(error: &io::Error, language: Language) -> String {
    let known = match error.kind() {
        ErrorKind::NotFound => ABSENT,
        ErrorKind::PermissionDenied => FORBIDDEN,
        ErrorKind::IsADirectory => FOLDER,
        ErrorKind::NotADirectory => FILE,
        _ => return error.to_string(),
    };
    pick(known, language).to_owned()
}

/// Letters, digits and hyphens, a digit and a hyphen among them: as numbers of certificates are written, and hardly a file is named.
fn is_number(input: &Path) -> bool {
    let Some(text) = input.to_str() else { return false };
    let has = |wanted: fn(&char) -> bool| text.chars().any(|character| wanted(&character));
    text.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
        && has(char::is_ascii_digit)
        && has(|character| *character == '-')
}

/// Kazakh, Russian, English.
type Words = [&'static str; 3];

const CANNOT: Words = ["оқылмады", "не удаётся прочитать", "cannot be read"];
const ABSENT: Words = ["мұндай файл жоқ", "такого файла нет", "there is no such file"];
const FORBIDDEN: Words =
    ["оқуға рұқсат жоқ", "нет права на чтение", "you are not allowed to read it"];
const FOLDER: Words =
    ["бұл бума, ал файл керек", "это папка, а нужен файл", "it is a folder, and a file is wanted"];
const FILE: Words =
    ["бұл файл, ал бума керек", "это файл, а нужна папка", "it is a file, and a folder is wanted"];
const NUMBER: Words = [
    "мұндай файл жоқ, ал сертификаттың нөмірі өздігінен ештеңені дәлелдемейді; сертификаттың файлын немесе QR-кодының мәтінін беріңіз",
    "такого файла нет, а номер сертификата сам по себе ничего не доказывает; дайте файл сертификата или текст его QR-кода",
    "there is no such file, and the number of a certificate proves nothing by itself; give the file of the certificate, or the text of its QR code",
];

pub(super) const fn pick(words: Words, language: Language) -> &'static str {
    let [kk, ru, en] = words;
    match language {
        Language::Kk => kk,
        Language::Ru => ru,
        Language::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_told_in_every_language() {
        for kind in [
            ErrorKind::NotFound,
            ErrorKind::PermissionDenied,
            ErrorKind::IsADirectory,
            ErrorKind::NotADirectory,
        ] {
            let told = Language::ALL.map(|language| why(&io::Error::from(kind), language));
            assert!(told[0] != told[1] && told[1] != told[2], "{told:?}");
            assert!(!told[0].is_ascii() && !told[1].is_ascii() && told[2].is_ascii(), "{told:?}");
        }
        let other = io::Error::other("the disk is on fire");
        assert_eq!(why(&other, Language::Ru), "the disk is on fire");
    }

    #[test]
    fn the_number_of_a_certificate_is_told_from_a_file() {
        let missing = || io::Error::from(ErrorKind::NotFound);
        for text in ["MC-A-000001-KRTB-T", "2026-A-000004", "mc-a-000001-krtb-t"] {
            let told = Unreadable::of(Path::new(text), missing());
            assert!(matches!(told, Unreadable::Number), "{text}");
            assert!(told.sentence(Language::Ru).contains("номер сертификата"));
        }
        for text in ["a.json", "2026", "my-certificate", "./2026-A-000004", "2026-A-000004.pdf", ""]
        {
            let told = Unreadable::of(Path::new(text), missing());
            assert!(matches!(told, Unreadable::Io(_)), "{text}");
        }
    }
}
