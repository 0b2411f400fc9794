//! The codes of certificates outside our own code: on paper and in a telephone, in a second decoder, on the command line.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod photograph;

use std::fs;
use std::path::Path;
use std::process::Command;

use image::GrayImage;
use photograph::{Pose, photograph, print};
use qrcode::{EcLevel, QrCode, Version};
use serde_json::Value;
use tanu_tests::corpus::qr_vectors;
use tanu_tests::{Office, binary, repository, run, skip};
use verifier::{StatedProgramme, Statement, open_statement};

/// The statement of the sample's programme with the longest texts, signed by nobody: as large as codes get.
fn largest_text() -> String {
    let file = fs::read(repository().join("issuer/sample/programmes.json")).unwrap();
    let file: Value = serde_json::from_slice(&file).unwrap();
    let rows = |programme: &Value| {
        let rows = &programme["appendix_G_explanatory_note"]["content"]["rows"];
        let names = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["learning_outcome"]["kk"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let texts = file["programmes"].as_array().unwrap().iter().map(|programme| {
        let said = |pointer: &str| programme.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let competences = rows(programme);
        let statement = Statement {
            issuer: "did:web:credentials.example.org".to_owned(),
            handle: [0xa7, 0x3c, 0x91, 0x5e, 0x02, 0xd8, 0x6b, 0xf4, 0x19, 0x80],
            number: "MC-A-000013-KRTB-O".to_owned(),
            registration_number: "2026-A-000013".to_owned(),
            holder: "Мысалбайұлы-Үлгібаева Айгерім Деректіқызы".to_owned(),
            programme: StatedProgramme {
                registration_number: said("/register/registration_number"),
                version: said("/register/version"),
                digest: [
                    0x5a, 0xc3, 0x17, 0x88, 0xe1, 0x04, 0x9d, 0x6f, 0x21, 0xb0, 0x73, 0xfe, 0x45,
                    0x1c, 0xd2, 0x96,
                ],
                title: said("/register/title/kk"),
                qualification: said("/badge/qualification_name/kk"),
                level: 6,
                hours: 120,
                credits: 4,
                study_form: 2,
            },
            period: [20_549, 20_581],
            commission_day: 20_586,
            issue_day: 20_588,
            percent: 95,
            scores: competences.iter().map(|_| 95).collect(),
            competences,
            status: [1, 104_729],
            editions: std::array::from_fn(|at| u8::try_from(at * 37 % 251).unwrap()),
        };
        let signature = std::array::from_fn(|at| u8::try_from(at * 91 % 253).unwrap());
        let fragment = statement.prepare("qr-1").fragment(&signature);
        format!("https://credentials.example.org/c/U46JCXQC3BV7IGMA{fragment}")
    });
    texts.max_by_key(String::len).unwrap()
}

const POSES: [Pose; 6] = [
    // A scanner: straight, one pixel for a dot.
    Pose { turned: 0.0, tilted: [0.0, 0.0], scale: 1.0, blur: 0.4, light: 1.0, noise: 4 },
    Pose { turned: 0.0, tilted: [0.0, 0.0], scale: 2.0, blur: 1.2, light: 0.7, noise: 10 },
    Pose { turned: 7.0, tilted: [0.02, 0.01], scale: 2.0, blur: 1.0, light: 0.6, noise: 12 },
    Pose { turned: -14.0, tilted: [-0.02, 0.03], scale: 2.4, blur: 1.3, light: 0.55, noise: 12 },
    Pose { turned: 93.0, tilted: [0.02, -0.02], scale: 2.2, blur: 1.1, light: 0.65, noise: 14 },
    Pose { turned: 45.0, tilted: [0.01, 0.02], scale: 2.0, blur: 1.2, light: 0.6, noise: 12 },
];

/// A reader looks at a picture in several sizes, as a telephone looks at one frame after the other: hundredths of the full one.
const SIZES: [u32; 9] = [75, 100, 50, 66, 90, 82, 58, 45, 40];

#[test]
fn the_largest_code_is_read_from_a_print_of_300_dots_per_inch() {
    let text = largest_text();
    assert!(open_statement(&text).is_ok());
    let code = QrCode::with_error_correction_level(&text, EcLevel::M).unwrap();
    let Version::Normal(version) = code.version() else { panic!("a micro code") };
    println!("{} characters, version {version}", text.len());
    assert!((21..=22).contains(&version), "{version}");
    let print = print(&code, 40.0);
    let zbar = Command::new("zbarimg").arg("--version").output().is_ok();
    if !zbar {
        skip(
            "the_largest_code_is_read_from_a_print_of_300_dots_per_inch",
            "zbarimg is not installed (Debian: apt-get install zbar-tools), so only rqrr reads the prints",
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let mut failed = Vec::new();
    for (number, pose) in POSES.into_iter().enumerate() {
        let picture = photograph(&print, pose);
        let path = folder.path().join(format!("{number}.png"));
        picture.save(&path).unwrap();
        if let Some(keep) = std::env::var_os("TANU_PICTURES") {
            fs::copy(&path, Path::new(&keep).join(format!("{number}.png"))).unwrap();
        }
        let sizes = || SIZES.into_iter().map(|size| resized(&picture, size));
        if !sizes().any(|picture| by_rqrr(&picture).as_deref() == Some(&text)) {
            failed.push(format!("rqrr does not read picture {number}: {pose:?}"));
        }
        if zbar && !sizes().any(|picture| by_zbar(&picture, &path).as_deref() == Some(&text)) {
            failed.push(format!("zbar does not read picture {number}: {pose:?}"));
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

fn by_rqrr(picture: &GrayImage) -> Option<String> {
    let size = [picture.width(), picture.height()].map(|side| usize::try_from(side).unwrap());
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(size[0], size[1], |x, y| {
        picture.as_raw()[y * size[0] + x]
    });
    let grids = prepared.detect_grids();
    grids.iter().find_map(|grid| grid.decode().ok()).map(|(_, text)| text)
}

fn resized(picture: &GrayImage, size: u32) -> GrayImage {
    let [width, height] = [picture.width(), picture.height()].map(|side| side * size / 100);
    image::imageops::resize(picture, width, height, image::imageops::FilterType::Triangle)
}

fn by_zbar(picture: &GrayImage, path: &Path) -> Option<String> {
    picture.save(path).ok()?;
    let found = Command::new("zbarimg").args(["--quiet", "--raw"]).arg(path).output().ok()?;
    Some(String::from_utf8(found.stdout).ok()?.trim_end().to_owned())
}

#[test]
fn the_vectors_are_those_of_their_maker() {
    let path = repository().join("tests/vectors/qr/vectors.json");
    let made = serde_json::to_string_pretty(&qr_vectors()).unwrap() + "\n";
    if std::env::var_os("TANU_FREEZE").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap();
    assert!(made == kept, "TANU_FREEZE=1 writes {} anew", path.display());
    // What ciborium and a codec by hand wrote is what we write.
    let genuine = qr_vectors()["vectors"][0].clone();
    let text = genuine["text"].as_str().unwrap();
    let opened = open_statement(text).unwrap();
    let again = opened.statement.prepare("qr-1");
    assert_eq!(again.signing_input(), opened.signing_input);
    assert_eq!(
        text.split_once('#').unwrap().1,
        again.fragment(&opened.signature).trim_start_matches('#')
    );
}

#[test]
fn a_decoder_written_from_the_text_reads_every_vector() {
    let python = Command::new("python3").arg("--version").output();
    if !python.is_ok_and(|python| python.status.success()) {
        skip(
            "a_decoder_written_from_the_text_reads_every_vector",
            "python3 is not installed (Debian: apt-get install python3)",
        );
        return;
    }
    let mut command = Command::new("python3");
    command.arg(repository().join("tests/qr/decode.py"));
    command.arg(repository().join("tests/vectors/qr/vectors.json"));
    let finished = run(&mut command).ended(0);
    assert!(finished.stdout.contains("vectors are read as they should be"), "{finished:?}");
}

/// One certificate of the sample from `issuer import` to `verifier check`, with nothing but what the directory publishes.
#[test]
fn a_scanned_text_is_checked_on_the_command_line() {
    let test = "a_scanned_text_is_checked_on_the_command_line";
    let Some(office) = Office::ready().map_err(|why| skip(test, &why)).ok() else { return };
    let Some(verifier) = binary("verifier") else {
        skip(test, "the binary `verifier` is missing; build it with `cargo build --release`");
        return;
    };
    let completions =
        fs::read_to_string(repository().join("issuer/sample/completions.csv")).unwrap();
    let first: Vec<&str> = completions.lines().take(2).collect();
    let file = office.scratch.join("one.csv");
    fs::write(&file, format!("{}\n", first.join("\n"))).unwrap();
    let issued = office.run(&["import", file.to_str().unwrap(), "--json"]).ended(0).records();
    let number = issued[0]["number"].as_str().unwrap();
    let drawing = office.scratch.join("code.svg");
    let _ = office
        .run(&["export", number, "--format", "qr", "--out", drawing.to_str().unwrap()])
        .ended(0);
    let shown = office.run(&["show", number, "--json"]).ended(0).records();
    let code = read_drawing(&fs::read_to_string(&drawing).unwrap());
    assert!(
        code.starts_with("https://credentials.example.org/c/") && code.contains("#T1"),
        "{code}"
    );
    assert!(code.contains(shown[0]["handle"].as_str().unwrap()), "{code}");

    let mut check = Command::new(verifier);
    check.args(["check", "--offline", "--json", "--trust"]).arg(office.dir.join("trust.json"));
    let documents = office.scratch.join("documents");
    fs::create_dir(&documents).unwrap();
    fs::copy(office.dir.join("did.json"), documents.join("did.json")).unwrap();
    for list in fs::read_dir(office.dir.join("status")).unwrap() {
        let list = list.unwrap();
        fs::copy(
            list.path(),
            documents.join(format!("status-{}.json", list.file_name().display())),
        )
        .unwrap();
    }
    check.arg("--documents").arg(&documents).arg(&code);
    let report = run(&mut check).ended(0).records();
    assert_eq!(report[0]["verdict"], "valid", "{report:?}");
    assert_eq!(report[0]["input"], *code);
    let changed = code.replacen("#T1", "#T10", 1);
    check.arg(&changed);
    let _ = run(&mut check).ended(4);
}

/// The text of a drawn code, read as a scanner reads it: the SVG has one square for each dark module.
fn read_drawing(svg: &str) -> String {
    let view = svg.split("viewBox=\"0 0 ").nth(1).unwrap();
    let side: u32 = view.split(' ').next().unwrap().parse().unwrap();
    let mut picture = GrayImage::from_pixel(side, side, image::Luma([255]));
    let path = svg.rsplit(" d=\"").next().unwrap().split('"').next().unwrap();
    for rectangle in path.split('M').skip(1) {
        let numbers: Vec<u32> = rectangle
            .split(|character: char| !character.is_ascii_digit())
            .filter(|number| !number.is_empty())
            .map(|number| number.parse().unwrap())
            .collect();
        let [x, y, width, height, ..] = numbers[..] else { panic!("{rectangle}") };
        for (x, y) in (x..x + width).flat_map(|x| (y..y + height).map(move |y| (x, y))) {
            picture.put_pixel(x, y, image::Luma([0]));
        }
    }
    by_rqrr(&picture).unwrap()
}
