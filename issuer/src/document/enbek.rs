//! The package that a person uploads to a personnel portal such as Enbek.kz (regulation 6.1): the certificate to be read, its
//! skills as plain text, its link, and the signed credentials, in one ZIP. The portal takes files from people, not from us.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use jiff::civil::Date;
use verifier::Language;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::badge::visible;
use super::dates;
use crate::completion::{band, letter};
use crate::issuing::kazakhstan;
use crate::programme::{Programme, Text};
use crate::register::Certificate;

/// Largest certificate of a package, bytes. The portal publishes no limit for attached documents; 5 MB is what such portals
/// take at the least, and ours has a twentieth of it.
const PDF_BYTES_MAX: usize = 5_000_000;

/// What a package is made from.
#[derive(Clone, Copy, Debug)]
pub struct Package<'p> {
    /// The certificate.
    pub certificate: &'p Certificate,
    /// Its programme in the version that was certified.
    pub programme: &'p Programme,
    /// Name of the university.
    pub university: &'p Text,
    /// Where the certificate is shown and checked.
    pub link: &'p str,
    /// The certificate as PDF, to be read by people.
    pub pdf: &'p [u8],
}

/// Why there is no package.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnbekError {
    /// The portal would refuse the PDF.
    #[error(
        "the certificate as PDF has {bytes} bytes, and portals take {most}; give them the link instead"
    )]
    TooLarge {
        /// Of the PDF.
        bytes: usize,
        /// That are taken.
        most: usize,
    },
    /// The ZIP cannot be made.
    #[error("the package cannot be written as ZIP: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// Not enough memory.
    #[error("the package cannot be written: {0}")]
    Write(#[from] std::io::Error),
}

/// The package as a ZIP. The same certificate gives the same bytes: every time in it is the time of signing.
///
/// # Errors
/// [`EnbekError`].
pub fn enbek_package(package: &Package<'_>) -> Result<Vec<u8>, EnbekError> {
    let (certificate, bytes) = (package.certificate, package.pdf.len());
    if bytes > PDF_BYTES_MAX {
        return Err(EnbekError::TooLarge { bytes, most: PDF_BYTES_MAX });
    }
    let number = &certificate.number;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(signed_at(certificate))
        .unix_permissions(0o644);
    let mut put = |name: String, content: &[u8]| -> Result<(), EnbekError> {
        zip.start_file(name, options)?;
        Ok(zip.write_all(content)?)
    };
    put(format!("{number}.pdf"), package.pdf)?;
    put("skills.kk.txt".to_owned(), skills(package, Language::Kk, &KK).as_bytes())?;
    put("skills.ru.txt".to_owned(), skills(package, Language::Ru, &RU).as_bytes())?;
    let in_english = certificate.editions.iter().any(|edition| edition.language == Language::En);
    if in_english {
        put("skills.en.txt".to_owned(), skills(package, Language::En, &EN).as_bytes())?;
    }
    put("link.txt".to_owned(), format!("{}\n", package.link).as_bytes())?;
    for edition in &certificate.editions {
        put(format!("{number}.{}.json", edition.language.tag()), edition.credential.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// When the certificate was signed, in Kazakhstan's time: a ZIP knows no other.
fn signed_at(certificate: &Certificate) -> DateTime {
    let time = certificate.issued_at.to_zoned(kazakhstan());
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    let year = u16::try_from(time.year()).unwrap_or_default();
    let (month, day) = (small(time.month()), small(time.day()));
    let (hour, minute, second) = (small(time.hour()), small(time.minute()), small(time.second()));
    // A ZIP has no time before 1980; then it has the first that it knows.
    DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default()
}

/// The words of the text.
struct Words {
    title: &'static str,
    qualification: &'static str,
    programme: &'static str,
    level: &'static str,
    volume: &'static str,
    hours: &'static str,
    credits: &'static str,
    result: &'static str,
    skills: &'static str,
    holder: &'static str,
    university: &'static str,
    period: &'static str,
    issued: &'static str,
    number: &'static str,
    check: &'static str,
}

const KK: Words = Words {
    title: "МИКРОСЕРТИФИКАТ",
    qualification: "Берілген микробіліктілік",
    programme: "Микробіліктілік бағдарламасы",
    level: "Білім деңгейі (ҰБШ бойынша)",
    volume: "Көлемі",
    hours: "академиялық сағат",
    credits: "академиялық кредит",
    result: "Қорытынды баға",
    skills: "Игерілген құзыреттер",
    holder: "Иесі",
    university: "Берген ұйым",
    period: "Оқу кезеңі",
    issued: "Берілген күні",
    number: "Сертификат №",
    check: "Түпнұсқалығын тексеру",
};

const RU: Words = Words {
    title: "МИКРОСЕРТИФИКАТ",
    qualification: "Присвоена микроквалификация",
    programme: "Программа микроквалификации",
    level: "Уровень образования (по НРК)",
    volume: "Объём",
    hours: "академических часов",
    credits: "академических кредитов",
    result: "Итоговая оценка",
    skills: "Освоенные компетенции",
    holder: "Владелец",
    university: "Выдан",
    period: "Период обучения",
    issued: "Дата выдачи",
    number: "Сертификат №",
    check: "Проверка подлинности",
};

const EN: Words = Words {
    title: "MICROCERTIFICATE",
    qualification: "Micro-qualification awarded",
    programme: "Micro-qualification programme",
    level: "Level of education (NQF)",
    volume: "Volume",
    hours: "academic hours",
    credits: "academic credits",
    result: "Final grade",
    skills: "Competences mastered",
    holder: "Holder",
    university: "Issued by",
    period: "Period of study",
    issued: "Date of issue",
    number: "Certificate No.",
    check: "Authenticity check",
};

/// The certificate as plain text, its skills one a line.
fn skills(package: &Package<'_>, language: Language, words: &Words) -> String {
    let (certificate, programme) = (package.certificate, package.programme);
    let completion = &certificate.completion;
    // Kazakh and Russian are demanded of every text, English where there is an English edition; the name of the university may lack it.
    let said = |text: &Text| visible(text.in_language(language).unwrap_or(&text.kk));
    let percent = completion.score_percent;
    let mut text = format!("{}\n\n", words.title);
    let mut line = |name: &str, value: &str| {
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(text, "{name}: {value}");
    };
    line(words.qualification, &said(&programme.qualification_name));
    line(words.programme, &format!("{} ({})", said(&programme.title), programme.code));
    line(words.level, &said(&programme.nqf_label));
    let (hours, credits) = (programme.hours, programme.credits);
    // A number behind its noun asks for no other form of it.
    line(words.volume, &format!("{} — {hours}, {} — {credits}", words.hours, words.credits));
    let level = said(&band(percent).level());
    line(words.result, &format!("{percent} % ({}), {level}", letter(percent)));
    let _ = writeln!(text, "\n{}:", words.skills);
    for (id, percent) in &completion.outcome_scores {
        let outcome = programme.outcomes.iter().find(|outcome| outcome.short_id == *id);
        let name = outcome.map_or_else(|| visible(id), |outcome| said(&outcome.name));
        let _ = writeln!(text, "- {name}: {percent} % ({})", letter(*percent));
    }
    text.push('\n');
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name}: {value}");
    };
    line(words.holder, &holder(certificate, language));
    line(words.university, &said(package.university));
    let (first, last) =
        (day(completion.period_start, language), day(completion.period_end, language));
    line(words.period, &format!("{first} – {last}"));
    line(words.issued, &day(completion.issue_date, language));
    line(words.number, &certificate.number);
    line(words.check, package.link);
    text
}

/// The name; in English in Latin script too, as its holder spells it.
fn holder(certificate: &Certificate, language: Language) -> String {
    let learner = &certificate.completion.learner;
    let name = visible(&learner.name.to_string());
    let latin = learner.name_latin.as_deref().map(visible).filter(|_| language == Language::En);
    match latin.filter(|latin| *latin != name) {
        Some(latin) => format!("{latin} ({name})"),
        None => name,
    }
}

/// `15.05.2026`, as Kazakhstan writes dates in figures; in English `15 May 2026`: there the figures would be read in either order.
fn day(date: Date, language: Language) -> String {
    if language == Language::En {
        return dates::day(date, language);
    }
    format!("{:02}.{:02}.{}", date.day(), date.month(), date.year())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use zip::ZipArchive;

    use super::*;
    use crate::programme::ProgrammeFile;
    use crate::register::samples;

    const LINK: &str = "https://credentials.example.org/c/HANDLE0000000007";

    fn programme() -> Programme {
        let file = include_bytes!("../../sample/programmes.json");
        let mut programmes = ProgrammeFile::parse(file).unwrap().programmes;
        programmes.retain(|programme| programme.code == "MK-DL-01");
        programmes.remove(0)
    }

    fn university() -> Text {
        Text {
            kk: "Үлгі\tуниверситеті".into(), ru: "Образец\nFAKE: 100 %".into(), en: None
        }
    }

    fn packed(certificate: &Certificate, pdf: &[u8]) -> Result<Vec<u8>, EnbekError> {
        let (programme, university) = (&programme(), &university());
        enbek_package(&Package { certificate, programme, university, link: LINK, pdf })
    }

    /// Every file of the package, in order: name, content, time.
    fn unpacked(package: Vec<u8>) -> Vec<(String, Vec<u8>, String)> {
        let mut archive = ZipArchive::new(Cursor::new(package)).unwrap();
        let files = (0..archive.len()).map(|index| {
            let mut file = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().to_owned(), content, file.last_modified().unwrap().to_string())
        });
        files.collect()
    }

    #[test]
    fn a_package_holds_what_a_portal_asks_for_and_is_the_same_every_time() {
        let certificate = samples::certificate(7, 1);
        let package = packed(&certificate, b"%PDF-1.7 synthetic").unwrap();
        assert_eq!(packed(&certificate, b"%PDF-1.7 synthetic").unwrap(), package);
        let files = unpacked(package);
        let names: Vec<&str> = files.iter().map(|(name, ..)| name.as_str()).collect();
        let number = "T-000007-K";
        let expected = [
            &format!("{number}.pdf"),
            "skills.kk.txt",
            "skills.ru.txt",
            "link.txt",
            &format!("{number}.kk.json"),
            &format!("{number}.ru.json"),
        ];
        assert_eq!(names, expected);
        assert!(names.iter().all(|name| name.is_ascii()));
        assert_eq!(files[0].1, b"%PDF-1.7 synthetic");
        assert_eq!(files[3].1, format!("{LINK}\n").as_bytes());
        assert_eq!(files[4].1, certificate.editions[0].credential.as_bytes());
        // 1,778,800,001 is 14 May 2026, 23:06:41 UTC: in Kazakhstan it is the 15th. A ZIP counts every second second.
        let times: Vec<&str> = files.iter().map(|(.., time)| time.as_str()).collect();
        assert_eq!(times, ["2026-05-15 04:06:40"; 6]);
    }

    #[test]
    fn the_text_says_what_the_certificate_says() {
        let files = unpacked(packed(&samples::certificate(7, 1), b"%PDF").unwrap());
        let text = |index: usize| String::from_utf8(files[index].1.clone()).unwrap();
        let kk = text(1);
        for line in [
            "Берілген микробіліктілік: Цифрлық құралдарды кәсіби қолдану",
            "Микробіліктілік бағдарламасы: Инженерлік қызметтегі цифрлық сауаттылық (MK-DL-01)",
            "Көлемі: академиялық сағат — 30, академиялық кредит — 1",
            "Қорытынды баға: 91 % (A-), өте жақсы",
            "Иесі: Үлгіқызы Сынақ1",
            "Берген ұйым: Үлгі университеті",
            "Берілген күні: 15.05.2026",
            "Сертификат №: T-000007-K",
            &format!("Түпнұсқалығын тексеру: {LINK}"),
        ] {
            assert!(kk.lines().any(|found| found == line), "{line}\n{kk}");
        }
        let ru = text(2);
        let skills: Vec<&str> = ru.lines().filter(|line| line.starts_with("- ")).collect();
        assert_eq!(skills.len(), 2);
        assert!(skills[0].ends_with(": 90 % (A-)") && skills[1].ends_with(": 92 % (A-)"), "{ru}");
        // A line break in a name must not begin a line of its own.
        assert!(ru.lines().any(|line| line == "Выдан: Образец FAKE: 100 %"), "{ru}");
        for text in [kk, ru] {
            assert!(text.chars().all(|character| character == '\n' || !character.is_control()));
        }
    }

    #[test]
    fn an_english_edition_brings_its_skills_along() {
        let mut certificate = samples::certificate(7, 1);
        certificate.completion.learner.name_latin = Some("ULGIKYZY SYNAK".into());
        let mut english = certificate.editions[0].clone();
        english.language = Language::En;
        certificate.editions.push(english);
        let files = unpacked(packed(&certificate, b"%PDF").unwrap());
        let found = files.iter().find(|(name, ..)| name == "skills.en.txt").unwrap();
        let text = String::from_utf8(found.1.clone()).unwrap();
        for line in [
            "MICROCERTIFICATE",
            "Volume: academic hours — 30, academic credits — 1",
            "Holder: ULGIKYZY SYNAK (Үлгіқызы Сынақ1)",
            "Date of issue: 15 May 2026",
            "Certificate No.: T-000007-K",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        let skills = text.lines().filter(|line| line.starts_with("- "));
        assert_eq!(skills.filter(|line| line.ends_with(" % (A-)")).count(), 2, "{text}");
    }

    #[test]
    fn a_pdf_that_portals_refuse_makes_no_package() {
        let certificate = samples::certificate(7, 1);
        assert!(packed(&certificate, &vec![b' '; PDF_BYTES_MAX]).is_ok());
        let refused = packed(&certificate, &vec![b' '; PDF_BYTES_MAX + 1]).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the certificate as PDF has 5000001 bytes, and portals take 5000000; give them the link instead"
        );
    }
}
