//! What people send beyond the corpus: pictures of every kind that other programs write, photographs of QR codes, PDF as another library
//! reads it, and what of a file the report says is not verified.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::io::Cursor;

use flate2::Crc;
use image::{ColorType, DynamicImage, GrayImage, ImageEncoder, ImageFormat, Luma, Rgb, RgbImage};
use qrcode::{Color, EcLevel, QrCode};
use tanu_tests::corpus::{committed, read_cases};
use tanu_tests::{Judge, Random, offer, repository};
use verifier::{Code, Report, Timestamp, Verdict};

/// The world of the corpus.
fn judge() -> Judge {
    let mut judge = Judge::alone();
    judge.now = Timestamp::parse("2026-06-01T00:00:00Z").unwrap().unix_seconds();
    judge
        .trust(&fs::read(repository().join("tests/corpus/trust/university.json")).unwrap())
        .unwrap();
    for (path, bytes) in committed().unwrap() {
        if path.starts_with("documents") {
            offer(&mut judge.documents, bytes).unwrap();
        }
    }
    judge
}

fn input(case: &str, name: &str) -> Vec<u8> {
    fs::read(repository().join("tests/corpus").join(case).join(name)).unwrap()
}

fn warnings(report: &Report) -> Vec<Code> {
    report.warnings().iter().map(|warning| warning.code).collect()
}

/// The picture with a credential behind its header, which takes 33 bytes with the signature.
fn baked(picture: &[u8], credential: &[u8]) -> Vec<u8> {
    let covered = [b"iTXtopenbadgecredential\0\0\0\0\0", credential].concat();
    let mut crc = Crc::new();
    crc.update(&covered);
    let length = u32::try_from(covered.len() - 4).unwrap().to_be_bytes();
    [&picture[..33], &length, &covered, &crc.sum().to_be_bytes(), &picture[33..]].concat()
}

#[test]
fn a_credential_in_any_picture_is_found_again() {
    let judge = judge();
    let credential = input("A00-honest", "input.json");
    let plain = judge.report(&credential);
    assert_eq!(plain.verdict(), Verdict::Valid);
    let mut random = Random::announced("a_credential_in_any_picture_is_found_again");
    let kinds = [
        ColorType::L8,
        ColorType::La8,
        ColorType::Rgb8,
        ColorType::Rgba8,
        ColorType::L16,
        ColorType::Rgb16,
        ColorType::Rgba16,
    ];
    for number in 0..1_000 {
        let kind = kinds[number % kinds.len()];
        let (width, height) = (1 + random.below(24), 1 + random.below(24));
        let bytes = width * height * usize::from(kind.bytes_per_pixel());
        let pixels: Vec<u8> =
            (0..bytes).map(|_| u8::try_from(random.below(256)).unwrap()).collect();
        let mut picture = Vec::new();
        let [width, height] = [width, height].map(|side| u32::try_from(side).unwrap());
        let encoder = image::codecs::png::PngEncoder::new(&mut picture);
        encoder.write_image(&pixels, width, height, kind.into()).unwrap();
        let report = judge.report(&baked(&picture, &credential));
        assert_eq!((report.verdict(), report.view()), (Verdict::Valid, plain.view()), "{kind:?}");
        assert_eq!(warnings(&report), [Code::PictureNotVerified]);
    }
}

const ADDRESS: &str = "https://university.example/c/ABCDEFGHIJKLMNOPQR";

/// A photograph of the code of `text` with modules of about `module` pixels: on grey paper, turned, seen from the side, unevenly lit, a little
/// out of focus, and with noise.
fn photograph(text: &str, module: f64, degrees: f64) -> GrayImage {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
    let modules = code.width();
    let dark = |x: f64, y: f64| {
        let inside = |at: f64| (at >= 0.0).then_some(at.floor());
        let (Some(x), Some(y)) = (inside(x), inside(y)) else { return false };
        // `as` is refused in the product; here a picture is drawn.
        let (x, y) =
            (format!("{x}").parse::<usize>().unwrap(), format!("{y}").parse::<usize>().unwrap());
        x < modules && y < modules && code[(x, y)] == Color::Dark
    };
    let half = f64::from(u32::try_from(modules).unwrap()) / 2.0;
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let mut state = 11_u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 24) / 10.0 - 12.0
    };
    GrayImage::from_fn(1_600, 1_200, |x, y| {
        let (x, y) = (f64::from(x), f64::from(y));
        let shade = 150.0 + x / 20.0 + y / 40.0;
        let mut sum = 0.0;
        // Nine rays for each pixel: the blur of a lens.
        for (dx, dy) in [
            (-1.2, -1.2),
            (0.0, -1.2),
            (1.2, -1.2),
            (-1.2, 0.0),
            (0.0, 0.0),
            (1.2, 0.0),
            (-1.2, 1.2),
            (0.0, 1.2),
            (1.2, 1.2),
        ] {
            let (x, y) = (x + dx - 800.0, y + dy - 600.0);
            let depth = 1.0 + x / 9_000.0 + y / 14_000.0;
            let (x, y) = (x / depth / module, y / depth / module);
            let (x, y) = (x * cosine + y * sine + half, y * cosine - x * sine + half);
            sum += if dark(x, y) { shade * 0.2 } else { shade };
        }
        let value = (sum / 9.0 + noise()).clamp(0.0, 255.0).round();
        Luma([format!("{value}").parse().unwrap()])
    })
}

fn encoded(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let coloured = RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let Luma([grey]) = *picture.get_pixel(x, y);
        Rgb([grey, grey, grey.saturating_sub(12)])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(coloured).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn codes_are_read_from_photographs() {
    let judge = judge();
    let long = format!("{ADDRESS}#{}", "A".repeat(500));
    let mut unread = Vec::new();
    for (text, module, degrees) in [
        (ADDRESS, 6.0, 0.0),
        (ADDRESS, 8.0, 12.0),
        (ADDRESS, 12.0, 45.0),
        (ADDRESS, 9.0, 95.0),
        (ADDRESS, 9.0, 181.0),
        (&long, 6.0, 7.0),
        (&long, 8.0, 7.0),
    ] {
        let picture = photograph(text, module, degrees);
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let bytes = encoded(&picture, format);
            let report = judge.report(&bytes);
            let problem = report.problems().next().unwrap();
            let found = problem.code == Code::ForeignCode && problem.detail.contains(ADDRESS);
            if !found {
                unread.push((format, text.len(), module, degrees));
                continue;
            }
            let line = verifier::report_line(&report, "-");
            let carrier = if format == ImageFormat::Png { "png" } else { "jpeg" };
            assert!(line.contains(&format!("\"carrier\":\"{carrier}\"")), "{line}");
        }
    }
    assert!(unread.is_empty(), "{unread:?}");
}

#[test]
fn a_photograph_of_twelve_million_pixels_is_reduced() {
    let small = photograph(ADDRESS, 10.0, 5.0);
    let large =
        image::imageops::resize(&small, 4_080, 3_060, image::imageops::FilterType::Triangle);
    let report = judge().report(&encoded(&large, ImageFormat::Jpeg));
    let problem = report.problems().next().unwrap();
    assert!(problem.detail.contains(ADDRESS), "{}", problem.detail);
}

/// Every attachment as lopdf finds it.
fn attachments(pdf: &[u8]) -> Vec<Vec<u8>> {
    let document = lopdf::Document::load_mem(pdf).unwrap();
    let files = document.objects.values().filter_map(|object| object.as_stream().ok());
    let files =
        files.filter(|stream| stream.dict.get_type().is_ok_and(|kind| kind == b"EmbeddedFile"));
    let mut files: Vec<_> = files.map(|stream| stream.decompressed_content().unwrap()).collect();
    files.sort();
    files
}

#[test]
fn another_library_finds_the_same_attachments() {
    let judge = judge();
    for case in ["J00-certificate", "J00-packed"] {
        let pdf = input(case, "input.pdf");
        let report = judge.report(&pdf);
        let ids: Vec<_> = report
            .editions()
            .iter()
            .map(|edition| edition.report.subject().id.clone().unwrap())
            .collect();
        assert_eq!(
            ids,
            ["kk", "ru", "en"].map(|tag| format!("https://university.example/c/1/{tag}"))
        );
        let mut found: Vec<String> = attachments(&pdf)
            .iter()
            .map(|text| {
                let document: serde_json::Value = serde_json::from_slice(text).unwrap();
                document["id"].as_str().unwrap().to_owned()
            })
            .collect();
        let mut ids = ids;
        ids.sort();
        found.sort();
        assert_eq!(found, ids, "{case}");
        for (edition, file) in report.editions().iter().zip(["kk", "ru", "en"]) {
            assert_eq!(edition.name, format!("SYN-2020-A-000001.{file}.json"));
        }
    }
}

#[test]
fn what_is_not_verified_is_told() {
    let judge = judge();
    let told = |case: &str, name: &str| warnings(&judge.report(&input(case, name)));
    let pages = Code::PagesNotVerified;
    assert_eq!(told("J00-certificate", "input.pdf"), [pages]);
    assert_eq!(told("J00-other-attachment", "input.pdf"), [pages, Code::AttachmentNotVerified]);
    assert_eq!(told("J00-pinned-note", "input.pdf"), [pages, Code::AttachmentNotVerified]);
    assert_eq!(told("J03-page-changed", "input.pdf"), [pages, Code::BytesAdded]);
    assert_eq!(told("I00-json", "input.svg"), [Code::PictureNotVerified]);
    assert_eq!(told("H06-another-picture", "input.png"), [Code::PictureNotVerified]);
    // What a program for Open Badges 2 would show instead.
    let both = [Code::PictureNotVerified, Code::AttachmentNotVerified];
    for case in ["H08-both-versions", "H08-both-versions-after", "H08-both-versions-in-capitals"] {
        assert_eq!(told(case, "input.png"), both, "{case}");
    }
    assert_eq!(told("I06-both-versions", "input.svg"), both);
    assert_eq!(told("A00-honest", "input.json"), []);

    // The number is that of the bytes, white space at the ends left out.
    let (before, after) =
        (input("J00-certificate", "input.pdf"), input("J03-page-changed", "input.pdf"));
    let report = judge.report(&after);
    let warning =
        report.warnings().iter().find(|warning| warning.code == Code::BytesAdded).unwrap();
    let added =
        format!("{} bytes were added to the PDF after it was made.", after.len() - before.len());
    assert_eq!(warning.detail, added);
    let behind = judge.report(&input("J03-bytes-added", "input.pdf"));
    assert!(
        behind.warnings().iter().any(|warning| warning.detail.starts_with("8 bytes were added"))
    );
}

/// Cut anywhere, no file is valid, and none ends the verifier.
#[test]
fn cut_files_are_never_valid() {
    let judge = judge();
    for case in read_cases().unwrap().iter().filter(|case| {
        ["H00-json", "I00-json", "J00-certificate", "J00-packed", "K07-picture"]
            .contains(&case.id.as_str())
    }) {
        let tanu_tests::corpus::Input::File(_, bytes) = &case.input else { panic!("{}", case.id) };
        let text = bytes.trim_ascii_end().len();
        for end in (0..text).step_by(text / 200 + 1) {
            assert_ne!(judge.verdict(&bytes[..end]), Verdict::Valid, "{}: {end}", case.id);
        }
    }
}
