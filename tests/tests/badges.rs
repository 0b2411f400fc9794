//! Badges with the credential inside, as the real binary makes them: every certificate of the sample as PNG and SVG, read by a
//! reader of our own and by `openbadgeslib`, which is not ours; and what hides a page hides its pictures.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tanu_tests::{Judge, Office, Service, records, repository, skip, text};
use verifier::Verdict;

const NAMESPACE: &str = "https://purl.imsglobal.org/ob/v3p0";

fn demonstrated(test: &str) -> Option<Office> {
    Office::demonstrated().map_err(|why| skip(test, &why)).ok()
}

/// A chunk of a PNG: its type and its content.
type Chunk = ([u8; 4], Vec<u8>);

/// Every chunk of a PNG. Lengths and CRCs are checked on the way (PNG, "Chunk layout").
fn chunks(png: &[u8]) -> Vec<Chunk> {
    let mut rest = png.strip_prefix(b"\x89PNG\r\n\x1a\n".as_slice()).unwrap();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap());
        let (chunk, behind) = rest[4..].split_at(4 + usize::try_from(length).unwrap());
        let mut crc = flate2::Crc::new();
        crc.update(chunk);
        assert_eq!(behind[..4], crc.sum().to_be_bytes(), "a CRC is wrong");
        found.push((chunk[..4].try_into().unwrap(), chunk[4..].to_vec()));
        rest = &behind[4..];
    }
    found
}

/// The one credential of a PNG, and the picture without it.
fn out_of_png(png: &[u8]) -> (String, Vec<Chunk>) {
    let mut chunks = chunks(png);
    let kinds: Vec<[u8; 4]> = chunks.iter().map(|(kind, _)| *kind).collect();
    assert_eq!((kinds.first(), kinds.last()), (Some(b"IHDR"), Some(b"IEND")));
    let texts = ["iTXt", "tEXt", "zTXt"].map(str::as_bytes);
    let texts: Vec<_> = kinds.iter().filter(|kind| texts.contains(&kind.as_slice())).collect();
    assert_eq!(texts, [b"iTXt"], "one text and no other");
    let place = kinds.iter().position(|kind| kind == b"iTXt").unwrap();
    let (_, content) = chunks.remove(place);
    // Keyword, its end, no compression, method 0, no language, no translated keyword.
    let credential = content.strip_prefix(b"openbadgecredential\0\0\0\0\0".as_slice()).unwrap();
    (String::from_utf8(credential.to_vec()).unwrap(), chunks)
}

/// The bytes of the picture itself: what all `IDAT` chunks hold, inflated.
fn pixels(chunks: &[Chunk]) -> Vec<u8> {
    let packed: Vec<u8> = chunks
        .iter()
        .filter(|(kind, _)| kind == b"IDAT")
        .flat_map(|(_, content)| content.clone())
        .collect();
    let mut pixels = Vec::new();
    flate2::read::ZlibDecoder::new(packed.as_slice()).read_to_end(&mut pixels).unwrap();
    pixels
}

/// The one credential of an SVG, and the picture without it.
fn out_of_svg(svg: &str) -> (String, String) {
    let declaration = format!(" xmlns:openbadges=\"{NAMESPACE}\"");
    assert_eq!(svg.matches(NAMESPACE).count(), 1);
    assert_eq!(svg.matches("openbadges:credential").count(), 2, "one element");
    let (before, rest) = svg.split_once("\n<openbadges:credential><![CDATA[").unwrap();
    let (json, behind) = rest.split_once("]]></openbadges:credential>").unwrap();
    assert!(before.starts_with("<svg ") && before.ends_with(&format!("{declaration}>")));
    assert_eq!(before.matches('<').count(), 1, "directly behind the start tag");
    (json.to_owned(), format!("{}{behind}", before.replace(&declaration, "")))
}

/// One edition of the sample as it was released, and the two pictures of it that the service gave out.
struct Badge {
    number: String,
    language: String,
    credential: String,
    png: PathBuf,
    svg: PathBuf,
}

/// Every edition's pictures, fetched from a running service.
fn badges(office: &Office) -> Vec<Badge> {
    let service = Service::start(office);
    let mut badges = Vec::new();
    for certificate in records(&office.list()) {
        let [number, handle] = ["number", "handle"].map(|name| certificate[name].as_str().unwrap());
        for edition in certificate["editions"].as_array().unwrap() {
            let language = edition["language"].as_str().unwrap();
            let fetched = |ending: &str| {
                let (status, bytes) = service.get(&format!("/c/{handle}/{language}.{ending}"));
                assert_eq!(status, 200, "{number} {language}");
                office.file(&format!("{number}.{language}.{ending}"), &bytes)
            };
            let exported = office.dir.join(format!("export/{number}.{language}.json"));
            badges.push(Badge {
                number: number.to_owned(),
                language: language.to_owned(),
                credential: fs::read_to_string(exported).unwrap(),
                png: fetched("png"),
                svg: fetched("svg"),
            });
        }
    }
    badges
}

#[test]
fn every_certificate_of_the_sample_comes_out_of_its_pictures_as_it_was_signed() {
    let test = "every_certificate_of_the_sample_comes_out_of_its_pictures_as_it_was_signed";
    let Some(office) = demonstrated(test) else { return };
    let badges = badges(&office);
    assert_eq!(badges.len(), 204);
    let judge = Judge::of(&office.dir);
    let mut verdicts: BTreeMap<bool, usize> = BTreeMap::new();
    let mut pictures: BTreeMap<(String, String), Vec<u8>> = BTreeMap::new();
    for badge in &badges {
        let (json, rest) = out_of_png(&fs::read(&badge.png).unwrap());
        assert_eq!(json, badge.credential, "{} {}", badge.number, badge.language);
        let (from_svg, _) = out_of_svg(&fs::read_to_string(&badge.svg).unwrap());
        assert_eq!(from_svg, badge.credential, "{} {}", badge.number, badge.language);
        *verdicts.entry(judge.verdict(json.as_bytes()) == Verdict::Valid).or_default() += 1;
        // The picture is the programme's: whoever has the same badge has the same pixels.
        let credential: Value = serde_json::from_str(&json).unwrap();
        let achievement = credential["credentialSubject"]["achievement"]["id"].as_str().unwrap();
        let shown = pictures.entry((achievement.to_owned(), badge.language.clone()));
        assert_eq!(*shown.or_insert_with(|| pixels(&rest)), pixels(&rest));
    }
    // The demonstration revokes one certificate, in three languages.
    assert_eq!(verdicts, BTreeMap::from([(false, 3), (true, 201)]));
    assert_eq!(pictures.len(), 18, "six programmes in three languages");
    assert_eq!(pictures.values().collect::<std::collections::BTreeSet<_>>().len(), 18);
    read_by_openbadgeslib(test, &office, &badges);
}

/// The same pictures, read and verified by an implementation that is not ours.
fn read_by_openbadgeslib(test: &str, office: &Office, badges: &[Badge]) {
    let python = repository().join("tests/peers/.venv/bin/python");
    if !python.exists() {
        return skip(test, "tests/peers/.venv is missing; run tests/run");
    }
    let files = badges.iter().flat_map(|badge| [&badge.png, &badge.svg]);
    let mut command = Command::new(python);
    command.arg(repository().join("tests/peers/unbake.py"));
    command.arg("--documents").arg(documents(office)).args(files);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = records(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(lines.len(), badges.len() * 2);
    let revoked = lines.iter().filter(|line| line["revoked"] == true).count();
    assert_eq!(revoked, 6, "three credentials, two pictures of each");
    for (badge, pair) in badges.iter().zip(lines.chunks(2)) {
        let digest = Sha256::digest(badge.credential.as_bytes());
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        for line in pair {
            assert_eq!(line["sha256"], digest.as_str(), "{line}");
            assert_eq!(line["verified"], true, "{line}");
        }
    }
}

/// The DID document and the status lists in one folder, as they are published now.
fn documents(office: &Office) -> PathBuf {
    let folder = office.scratch.join("published");
    fs::create_dir(&folder).unwrap();
    fs::copy(office.dir.join("did.json"), folder.join("did.json")).unwrap();
    for entry in fs::read_dir(office.dir.join("status")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
        }
    }
    folder
}

fn exported(office: &Office, words: [&str; 3], out: &Path) -> Vec<u8> {
    let [number, language, format] = words;
    let out = text(out);
    let words = ["export", number, "--lang", language, "--format", format, "--out", &out];
    assert_eq!(office.run(&words).ended(0).stdout, "");
    fs::read(out).unwrap()
}

#[test]
fn command_and_service_give_the_same_picture_and_a_hidden_page_none() {
    let test = "command_and_service_give_the_same_picture_and_a_hidden_page_none";
    let Some(office) = demonstrated(test) else { return };
    let certificate = records(&office.list()).swap_remove(3);
    let [number, handle] = ["number", "handle"].map(|name| certificate[name].as_str().unwrap());
    let out = office.scratch.join("picture");
    let alone = exported(&office, [number, "ru", "png"], &out);
    let service = Service::start(&office);
    for format in ["png", "svg"] {
        let (status, served) = service.get(&format!("/c/{handle}/ru.{format}"));
        assert_eq!(status, 200);
        assert_eq!(exported(&office, [number, "ru", format], &out), served, "{format}");
    }
    assert_eq!(service.get(&format!("/c/{handle}/ru.png")).1, alone);
    for wrong in ["ru.gif", "de.png", "RU.png", "ru.png.svg", ".png", "ru."] {
        assert_eq!(service.get(&format!("/c/{handle}/{wrong}")).0, 404, "{wrong}");
    }
    // What the programme shows is the same picture with nothing inside.
    let programme = certificate["programme"].as_str().unwrap();
    let version = certificate["version"].as_str().unwrap();
    let (status, plain) = service.get(&format!("/achievements/{programme}/{version}/ru.png"));
    assert_eq!(status, 200);
    assert_eq!(chunks(&plain), out_of_png(&alone).1);
    let (_, plain) = service.get(&format!("/achievements/{programme}/{version}/ru.svg"));
    let (_, baked) = service.get(&format!("/c/{handle}/ru.svg"));
    assert_eq!(out_of_svg(&String::from_utf8(baked).unwrap()).1, String::from_utf8(plain).unwrap());

    let _ = office.run(&["unpublish", number, "--by", "registrar"]).ended(0);
    for format in ["png", "svg"] {
        assert_eq!(service.get(&format!("/c/{handle}/ru.{format}")).0, 404, "{format}");
    }
    let _ = office.run(&["publish", number, "--by", "registrar"]).ended(0);
    assert_eq!(service.get(&format!("/c/{handle}/ru.png")).1, alone);
}

#[test]
fn a_picture_of_what_is_not_there_is_one_sentence() {
    let Some(office) = demonstrated("a_picture_of_what_is_not_there_is_one_sentence") else {
        return;
    };
    let finished = office.run(&["export", "MC-A-999999-BCDF-0", "--format", "png"]).ended(1);
    assert!(finished.sentence().contains("MC-A-999999-BCDF-0"), "{finished:?}");
}

/// The package for portals, opened by Python's own reader of ZIP.
#[test]
fn the_package_for_portals_holds_what_was_issued() {
    let test = "the_package_for_portals_holds_what_was_issued";
    let Some(office) = demonstrated(test) else { return };
    let certificate = records(&office.list()).swap_remove(3);
    let number = certificate["number"].as_str().unwrap();
    let (out, folder) = (office.scratch.join("package.zip"), office.scratch.join("package"));
    let words = ["export", number, "--format", "enbek", "--out", &text(&out)];
    let _ = office.run(&words).ended(0);
    let first = fs::read(&out).unwrap();
    let _ = office.run(&words).ended(0);
    assert_eq!(fs::read(&out).unwrap(), first, "the same certificate is another package");
    let mut python = Command::new("python3");
    match python.args(["-m", "zipfile", "-e"]).arg(&out).arg(&folder).status() {
        Ok(status) => assert!(status.success(), "{status}"),
        Err(error) => return skip(test, &format!("python3: {error}")),
    }
    let read = |name: String| fs::read(folder.join(&name)).unwrap_or_else(|_| panic!("no {name}"));
    assert!(read(format!("{number}.pdf")).starts_with(b"%PDF-"));
    let handle = certificate["handle"].as_str().unwrap();
    let link = format!("https://credentials.example.org/c/{handle}\n");
    assert_eq!(String::from_utf8(read("link.txt".to_owned())).unwrap(), link);
    for language in ["kk", "ru", "en"] {
        let name = format!("{number}.{language}.json");
        let exported = office.dir.join("export").join(&name);
        assert_eq!(read(name), fs::read(exported).unwrap(), "{language}");
    }
    for language in ["kk", "ru", "en"] {
        let skills = String::from_utf8(read(format!("skills.{language}.txt"))).unwrap();
        let holder = certificate["name"].as_str().unwrap();
        // In English the name stands in brackets, behind the one in Latin script.
        let holder = if language == "en" { format!("({holder})") } else { holder.to_owned() };
        for told in [number, &holder, link.trim_end()] {
            assert!(skills.lines().any(|line| line.ends_with(told)), "{told} in {skills}");
        }
        assert!(skills.lines().filter(|line| line.starts_with("- ")).count() >= 2, "{skills}");
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 8);
}

#[test]
fn a_revoked_certificate_has_no_package() {
    let Some(office) = demonstrated("a_revoked_certificate_has_no_package") else { return };
    let all = records(&office.list());
    let revoked = all.iter().find(|record| record["state"] == "revoked").unwrap();
    let number = revoked["number"].as_str().unwrap();
    let finished = office.run(&["export", number, "--format", "enbek"]).ended(1);
    assert!(finished.sentence().contains("was revoked on"), "{finished:?}");
}
