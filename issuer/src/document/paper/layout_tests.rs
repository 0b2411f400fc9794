//! What stands on the sheets, of every sample learner and of names that nobody would think of: all of it within the margins, and no two
//! things on one another.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::date;
use verifier::{Language, open_statement};

use super::print::{Paper, Told};
use super::sheet::{Area, Content, Draft, Placed, mm};
use super::signed_texts::{longest_text, signed_text};
use super::text::Align;
use super::{certificate, transcript};
use crate::completion::{Completion, Roster, Table, band, check_row, letter};
use crate::document::Stated;
use crate::document::stated::Graded;
use crate::programme::{Programme, ProgrammeFile, Programmes};
use crate::register::Certificate;

const QR: &str = "https://credentials.example.org/c/ABCDEFGHIJKLMNOP";
/// Nothing that is read stands nearer to the edge of the sheet.
const MARGIN: f32 = mm(6.0);

static PROGRAMMES: LazyLock<Programmes> = LazyLock::new(|| {
    let file = include_bytes!("../../../sample/programmes.json");
    ProgrammeFile::parse(file).unwrap().programmes.into_iter().collect()
});

fn completions() -> Vec<Completion> {
    let table = Table::read(include_bytes!("../../../sample/completions.csv")).unwrap();
    let roster = Roster::new(|iin| iin.expose().to_owned());
    let rows = table.rows.into_iter().filter_map(Result::ok);
    let check = |row| check_row(&row, &PROGRAMMES, &roster, date(2026, 11, 23)).ok();
    rows.filter_map(check).collect()
}

/// What the credential of a completion states.
fn stated(completion: &Completion, programme: &Programme, language: Language) -> Stated {
    let text = |text: &crate::programme::Text| text.in_language(language).map(str::to_owned);
    let percent = completion.score_percent;
    let graded = |name: &str, grade: &str| Graded { name: name.into(), grade: grade.into() };
    let scores = programme.outcomes.iter().zip(&completion.outcome_scores);
    let level = text(&band(percent).level()).unwrap();
    Stated {
        id: Some(format!("{QR}/{}", language.tag())),
        organisation: Some("«Қ.И. Сәтбаев атындағы ҚазҰТЗУ» КЕАҚ (СЫНАҚ)".to_owned()),
        head: Some("Қ. Қалыпов (SYN)".to_owned()),
        number: Some("MC-A-000004-TDCQ-5".to_owned()),
        registration_number: Some("2026-A-000004".to_owned()),
        holder: Some(completion.learner.name.to_string()),
        period_start: Some(completion.period_start),
        period_end: Some(completion.period_end),
        programme: text(&programme.title),
        qualification: text(&programme.qualification_name),
        hours: Some(programme.hours.to_string()),
        credits: Some(programme.credits.to_string()),
        level: text(&programme.nqf_label),
        study_form: Some("қашықтықтан".to_owned()),
        commission_date: Some(completion.commission_date),
        commission_protocol: Some(completion.commission_protocol.clone()),
        issue_date: Some(completion.issue_date),
        competences: scores
            .map(|(outcome, (_, score))| {
                graded(&text(&outcome.name).unwrap(), &format!("{score} %"))
            })
            .collect(),
        finals: vec![
            graded("%", &percent.to_string()),
            graded("", letter(percent)),
            graded("", &level),
        ],
        ..Stated::default()
    }
}

fn certificate_of(completion: &Completion) -> Certificate {
    Certificate {
        number: "MC-A-000004-TDCQ-5".to_owned(),
        registration_number: "2026-A-000004".to_owned(),
        handle: "ABCDEFGHIJKLMNOP".to_owned(),
        learner_key: String::new(),
        sealed_iin: None,
        idempotency_key: String::new(),
        request_hash: String::new(),
        completion: completion.clone(),
        programme_version: "1.0".to_owned(),
        issued_at: Timestamp::UNIX_EPOCH,
        statement: None,
        editions: Vec::new(),
    }
}

/// Lays both papers out in three languages, each edition changed by `change`, and looks at them.
fn check(completion: &Completion, qr: &str, change: impl Fn(&mut Stated)) -> (Draft, Draft) {
    let programme = PROGRAMMES.latest(&completion.programme_code).unwrap();
    check_under(programme, completion, qr, change)
}

fn check_under(
    programme: &Programme,
    completion: &Completion,
    qr: &str,
    change: impl Fn(&mut Stated),
) -> (Draft, Draft) {
    let told = |language| {
        let mut stated = stated(completion, programme, language);
        change(&mut stated);
        Told { language, stated }
    };
    let parts = vec![vec![told(Language::Kk), told(Language::Ru)], vec![told(Language::En)]];
    let certificate = certificate_of(completion);
    let paper = Paper { certificate: &certificate, programme, proof: None, qr, english: true };
    let drafts =
        (certificate::draft(&paper, &parts).unwrap(), transcript::draft(&paper, &parts).unwrap());
    for draft in [&drafts.0, &drafts.1] {
        look(draft);
        for told in parts.iter().flatten() {
            is_said(draft, &told.stated);
        }
        speaks_english_alone(draft);
    }
    sums_stand_under_rows(&drafts.1);
    is_signed_under_the_scale(&drafts.1);
    drafts
}

/// No sheet of the English edition has a head in another language.
fn speaks_english_alone(draft: &Draft) {
    let first = draft.bookmarks.last().unwrap().sheet;
    let english: Vec<_> = draft.sheets.iter().skip(first).flat_map(|sheet| &sheet.items).collect();
    let said: Vec<String> = english.into_iter().flat_map(things).map(|(_, text)| text).collect();
    assert!(said.iter().any(|text| text.contains("Certificate No.")), "{said:?}");
    assert!(!said.iter().any(|text| text.contains("Сертификат №")), "{said:?}");
}

/// No sheet of a transcript holds the signature alone.
fn is_signed_under_the_scale(draft: &Draft) {
    let texts = |sheet: &super::sheet::Sheet| -> Vec<String> {
        sheet.items.iter().flat_map(things).map(|(_, text)| text).collect()
    };
    for texts in draft.sheets.iter().map(texts) {
        let has = |wanted: &str| texts.iter().any(|text| text.contains(wanted));
        if has("(қолы)") || has("(signature)") {
            assert!(has("90–100") && has("0–49"), "a signature alone: {texts:?}");
        }
    }
}

/// The sum of the hours stands on one sheet with the last of the rows that it sums up.
fn sums_stand_under_rows(draft: &Draft) {
    let mut sums = 0;
    for sheet in &draft.sheets {
        let things: Vec<(Area, String)> = sheet.items.iter().flat_map(things).collect();
        let Some((sum, _)) = things.iter().find(|(_, text)| text == "Σ") else { continue };
        sums += 1;
        let middle = |area: &Area| f32::midpoint(area.left, area.right);
        let is_row = |(area, text): &&(Area, String)| {
            text.parse::<u16>().is_ok()
                && area.bottom <= sum.top
                && (middle(area) - middle(sum)).abs() < 1.0
        };
        assert!(things.iter().any(|thing| is_row(&thing)), "a sum alone: {things:?}");
    }
    assert_eq!(sums, draft.bookmarks.len());
}

/// Every line and drawing within the margins, and on nothing else.
fn look(draft: &Draft) {
    for sheet in &draft.sheets {
        let things: Vec<(Area, String)> = sheet.items.iter().flat_map(things).collect();
        let (width, height) = sheet.size;
        let page = Area { left: 0.0, top: 0.0, right: width, bottom: height }.inset(MARGIN);
        for (index, (area, text)) in things.iter().enumerate() {
            let within = area.left >= page.left - 0.1
                && area.right <= page.right + 0.1
                && area.top >= page.top
                && area.bottom <= page.bottom;
            assert!(within, "{text} at {area:?} leaves {page:?}");
            for (other, beside) in things.iter().skip(index + 1) {
                assert!(!touch(area, other), "{text} at {area:?} lies on {beside} at {other:?}");
            }
        }
    }
}

fn touch(one: &Area, other: &Area) -> bool {
    let slack = 0.05;
    one.left + slack < other.right
        && other.left + slack < one.right
        && one.top + slack < other.bottom
        && other.top + slack < one.bottom
}

fn things(item: &Placed) -> Vec<(Area, String)> {
    let Content::Text(block) = &item.content else {
        return vec![(item.area, "a drawing".to_owned())];
    };
    let mut top = item.area.top;
    let mut things = Vec::new();
    for line in &block.lines {
        let spare = item.area.width() - line.width;
        let left = item.area.left
            + match block.align {
                Align::Left => 0.0,
                Align::Centre => spare / 2.0,
                Align::Right => spare,
            };
        let bottom = top + line.height();
        let text = line.pieces.iter().map(|piece| piece.text.as_str()).collect();
        things.push((Area { left, top, right: left + line.width, bottom }, text));
        top = bottom + block.leading;
    }
    things
}

/// Nothing is left out: what is stated stands there, whole, in the order in which it is read.
fn is_said(draft: &Draft, stated: &Stated) {
    let mut said: Vec<String> = draft.nodes.iter().map(|_| String::new()).collect();
    for item in draft.sheets.iter().flat_map(|sheet| &sheet.items) {
        let (Some(node), Content::Text(block)) = (item.node, &item.content) else { continue };
        for piece in block.lines.iter().flat_map(|line| &line.pieces) {
            said[node.index()].push_str(&piece.text);
        }
    }
    let texts = [
        &stated.organisation,
        &stated.holder,
        &stated.programme,
        &stated.qualification,
        &stated.head,
        &stated.level,
        &stated.registration_number,
        &stated.id,
    ];
    for text in texts.into_iter().flatten() {
        assert!(said.iter().any(|said| said.contains(text.as_str())), "{text} is not said");
    }
    for graded in &stated.competences {
        assert!(said.contains(&graded.grade), "{} is not said", graded.grade);
    }
}

fn first() -> Completion {
    completions().swap_remove(3)
}

#[test]
fn every_sample_learner_fits_on_one_sheet() {
    let completions = completions();
    assert_eq!(completions.len(), 68);
    for completion in &completions {
        let (certificate, _) = check(completion, QR, |_| {});
        assert_eq!(certificate.sheets.len(), 2, "kk and ru on one, en on the other");
    }
}

#[test]
fn a_statement_in_the_qr_code_fits() {
    let longest = {
        let completion = first();
        longest_text(&completion, PROGRAMMES.latest(&completion.programme_code).unwrap())
    };
    for completion in completions().iter().take(8) {
        let programme = PROGRAMMES.latest(&completion.programme_code).unwrap();
        let own = signed_text(completion, programme);
        let opened = open_statement(&own).unwrap();
        assert_eq!(opened.statement.holder, completion.learner.name.to_string());
        for text in [&own, &longest] {
            let (certificate, _) = check(completion, text, |_| {});
            assert_eq!(certificate.sheets.len(), 2);
        }
    }
}

#[test]
fn names_of_any_length() {
    let names = [
        "Ы".to_owned(),
        "Ұ Ө".to_owned(),
        "Қалыпов Асан".to_owned(),
        "Ш".repeat(500),
        "Сынақ-".repeat(83),
        "Үлгібаев ".repeat(55).trim().to_owned(),
        "Ә\u{301}\u{302}\u{303}\u{304}\u{323}\u{331} Й\u{308}\u{30B}".repeat(20),
        "Жұмағұл О'Тестов-Мысалиев фон дер Үлгі".to_owned(),
    ];
    for name in names {
        check(&first(), QR, |stated| stated.holder = Some(name.clone()));
    }
}

#[test]
fn a_long_name_is_broken_at_its_hyphens() {
    let name = "Сынақбаева-Үлгібекова Айгерім-Жансая Мұхаммедқожахметсұлтанқызы-Үлгіқызы";
    let (certificate, _) = check(&first(), QR, |stated| stated.holder = Some(name.to_owned()));
    let things = certificate.sheets[0].items.iter().flat_map(things);
    let lines: Vec<String> = things.map(|(_, text)| text).collect();
    assert!(
        lines.iter().any(|line| line.ends_with("қызы-") || line.ends_with("қызы-Үлгіқызы")),
        "{lines:?}"
    );
    assert!(!lines.iter().any(|line| line.starts_with('-')), "{lines:?}");
}

#[test]
fn many_competences_and_long_titles_go_over_the_page() {
    let competence = "Өнеркәсіптік жүйенің қауіп-қатер моделін құрады және оны негіздейді. ";
    let mut programme = PROGRAMMES.latest("MK-PM-04").unwrap().clone();
    let mut outcome = programme.outcomes[0].clone();
    outcome.criteria.kk = competence.repeat(9);
    programme.outcomes = vec![outcome; 20];
    let (certificate, _) = check_under(&programme, &first(), QR, |stated| {
        stated.competences = (50..70)
            .map(|grade| Graded { name: competence.repeat(4), grade: format!("{grade} %") })
            .collect();
    });
    assert!(certificate.sheets.len() >= 5, "a further sheet for the competences");
    for length in [60, 300, 1_000, 4_000] {
        let long: String = "Инженерлік топтарда жобаларды басқару ".repeat(110);
        let long: String = long.chars().take(length).collect();
        check(&first(), QR, |stated| {
            stated.programme = Some(long.clone());
            stated.qualification = Some(long.clone());
            stated.organisation = Some(long.chars().take(600).collect());
            stated.head = Some(long.chars().take(200).collect());
        });
    }
}

#[test]
fn nothing_that_is_missing_breaks_the_form() {
    let completion = first();
    let programme = PROGRAMMES.latest(&completion.programme_code).unwrap();
    let told = |language| Told { language, stated: Stated::default() };
    let parts = vec![vec![told(Language::Kk), told(Language::Ru)]];
    let certificate = certificate_of(&completion);
    let paper = Paper { certificate: &certificate, programme, proof: None, qr: QR, english: false };
    look(&certificate::draft(&paper, &parts).unwrap());
    look(&transcript::draft(&paper, &parts).unwrap());
}
