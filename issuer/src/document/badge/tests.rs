//! The drawing, with honest and hostile programmes: it is XML, it says what it should, nothing leaves the badge.

use std::sync::Arc;

use resvg::tiny_skia::Pixmap;
use resvg::usvg::roxmltree::Document;
use verifier::Language;

use super::pictures::PICTURES_MAX;
use super::*;

fn face(title: &str) -> Face {
    Face {
        language: Language::Kk,
        title: visible(title),
        nqf_level: 6,
        credits: 5,
        hours: 150,
        university: "«Қ.И. Сәтбаев атындағы ҚазҰТЗУ» КЕАҚ (СЫНАҚ)".to_owned(),
    }
}

/// A title of the longest honest kind: some 300 characters.
fn long() -> String {
    let mut title = "Өнеркәсіптік кәсіпорындардың цифрлық инфрақұрылымын басқару ".repeat(5);
    title.truncate(title.char_indices().nth(300).map_or(title.len(), |(at, _)| at));
    title
}

fn titles() -> Vec<String> {
    let mut titles: Vec<String> = [
        "AI",
        "Жоба үйлестірушісі",
        "Разработчик прикладных моделей искусственного интеллекта",
        "<script>alert(1)</script>",
        "A & B ]]> \" onload='x' <!-- --> &amp; <![CDATA[",
        "e\u{301}\u{302}\u{303}\u{304}\u{323} и\u{306} ё\u{301}",
        "\u{301}\u{302}",
        "日本語 🎓 العربية",
        "",
    ]
    .map(str::to_owned)
    .to_vec();
    titles.extend([long(), "Ж".repeat(60), "W".repeat(4_000), "a ".repeat(2_000)]);
    titles
}

#[test]
fn what_the_font_lacks_is_left_out_and_never_a_box() {
    let drawn = |title: &str| {
        let svg = drawing::draw(&face(title)).unwrap();
        let shapes = svg.lines().filter(|line| !line.contains("<title") && !line.contains("<desc"));
        shapes.collect::<Vec<_>>().join("\n")
    };
    for (title, as_if) in [
        ("日本語 Жоба 🎓", "Жоба"),
        ("Жо日ба", "Жоба"),
        ("Жоба\u{5B0}", "Жоба"),
        ("日\u{301}本", ""),
    ] {
        assert_eq!(drawn(title), drawn(as_if), "{title}");
    }
    assert_ne!(drawn("Жоба"), drawn("Жоба A"));
}

#[test]
fn every_title_is_told_as_text_and_none_as_markup() {
    for title in titles() {
        let face = face(&title);
        let svg = drawing::draw(&face).unwrap();
        let document = Document::parse(&svg).unwrap();
        let root = document.root_element();
        assert_eq!(root.attribute("viewBox"), Some("0 0 512 512"));
        assert_eq!(root.attribute("role"), Some("img"));
        let text = |name| {
            let mut found = root
                .children()
                .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name)));
            found.next().and_then(|node| node.text()).unwrap_or_default().to_owned()
        };
        assert_eq!(text("title"), face.title);
        assert!(
            text("desc").contains(&face.title) && text("desc").contains("академиялық кредит: 5")
        );
        let kinds = ["svg", "title", "desc", "circle", "path"];
        for node in root.descendants().filter(|node| node.is_element()) {
            assert!(kinds.contains(&node.tag_name().name()), "{:?} in {title}", node.tag_name());
            let known = [
                "xmlns",
                "viewBox",
                "width",
                "height",
                "role",
                "aria-labelledby",
                "lang",
                "id",
                "cx",
                "cy",
                "r",
                "fill",
                "stroke",
                "stroke-width",
                "stroke-linecap",
                "transform",
                "d",
            ];
            assert!(
                node.attributes().all(|attribute| known.contains(&attribute.name())),
                "{title}"
            );
        }
    }
}

#[test]
fn the_same_face_is_the_same_bytes_and_another_is_not() {
    let first = Picture::of(&face("Жоба үйлестірушісі")).unwrap();
    assert_eq!(Picture::of(&face("Жоба үйлестірушісі")).unwrap(), first);
    let others = [
        Face { language: Language::Ru, ..face("Жоба үйлестірушісі") },
        Face { nqf_level: 7, ..face("Жоба үйлестірушісі") },
        Face { credits: 4, ..face("Жоба үйлестірушісі") },
        Face { hours: 120, ..face("Жоба үйлестірушісі") },
        Face { university: "Үлгі".to_owned(), ..face("Жоба үйлестірушісі") },
        face("Жоба үйлестірушілері"),
    ];
    for other in others {
        let other = Picture::of(&other).unwrap();
        assert!(other.svg != first.svg && other.png != first.png);
    }
}

#[test]
fn a_title_of_usual_length_stays_small() {
    let svg = drawing::draw(&face("Қолданбалы жасанды интеллект модельдерін әзірлеуші")).unwrap();
    assert!(svg.len() < 60_000, "{} bytes", svg.len());
}

#[test]
fn no_title_leaves_its_room() {
    let letters = lettering::Letters::load().unwrap();
    let room = setting::Room {
        top: -143.0,
        bottom: 34.0,
        brim: -100.0,
        radius_above: 154.0,
        radius_below: 184.0,
    };
    for title in titles().into_iter().map(|title| visible(&title)) {
        let set = setting::set(&title, &letters.bold, room);
        let words: usize = set.lines.iter().map(|line| line.words.len()).sum();
        let has_letters = |word: &&str| !letters.bold.shape(word).is_empty();
        let wanted = title.split_whitespace().filter(has_letters).count();
        assert!(words >= wanted, "words of {title} are lost");
        // The font lacks the letters of one of these titles alone.
        assert!(wanted == title.split_whitespace().count() || title.starts_with('日'), "{title}");
        for line in &set.lines {
            // A capital letter is 0.71 ems high, what hangs below the line counts with 0.1.
            let (high, low) = (line.base - 0.71 * set.size, line.base + 0.1 * set.size);
            assert!(high >= room.top && low <= room.bottom, "{title}");
            let half = |y: f64| {
                let radius = if y < room.brim { room.radius_above } else { room.radius_below };
                (radius.powi(2) - y.powi(2)).sqrt()
            };
            let (width, room) = (line.width * set.size, 2.0 * half(high).min(half(low)));
            assert!(width <= room + 0.5, "{width} of {room} in {title}");
        }
    }
}

/// The letters are drawn: with its title the disc has more ink than without, and every mark of a letter adds to it.
#[test]
fn letters_and_their_marks_are_drawn() {
    let ink = |title: &str| {
        let picture = Picture::of(&face(title)).unwrap();
        let pixels = Pixmap::decode_png(&picture.png).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (1_024, 1_024));
        assert_eq!(pixels.pixel(0, 0).unwrap().alpha(), 0, "the corners are transparent");
        pixels.pixels().iter().filter(|pixel| pixel.alpha() == 255 && pixel.red() < 100).count()
    };
    let [none, plain, marked] = ["", "ооооо", "ӧӧӧӧӧ"].map(ink);
    assert!(none < plain && plain < marked, "{none} {plain} {marked}");
    // A mark that is a character of its own sits on its letter, not behind it.
    let letters = lettering::Letters::load().unwrap();
    let width = |text: &str| letters.bold.shape(text).width;
    assert!((width("и\u{306}и\u{306}") - width("ии")).abs() < 1e-9);
}

#[test]
fn a_long_word_is_divided_between_letters_and_keeps_them_all() {
    let letters = lettering::Letters::load().unwrap();
    let run = letters.bold.shape(&"Жё\u{301}".repeat(30));
    let parts = run.divided(5.0);
    assert!(parts.len() > 5);
    assert!(parts.iter().all(|part| part.width <= 5.0));
    let sum: f64 = parts.iter().map(|part| part.width).sum();
    assert!((sum - run.width).abs() < 1e-6);
}

#[test]
fn pictures_are_drawn_once_and_the_oldest_is_forgotten() {
    let pictures = Pictures::default();
    let first = pictures.of(face("Жоба")).unwrap();
    assert!(Arc::ptr_eq(&first, &pictures.of(face("Жоба")).unwrap()));
    let numbered = |hours| Face { hours, ..face("Жоба") };
    let last = u16::try_from(PICTURES_MAX).unwrap();
    for hours in 1..last {
        pictures.keep(numbered(hours), Arc::clone(&first));
        // Kept twice, it takes one place.
        pictures.keep(numbered(hours), Arc::clone(&first));
    }
    assert!(pictures.known(&face("Жоба")).is_some() && pictures.known(&numbered(1)).is_some());
    pictures.keep(numbered(last), Arc::clone(&first));
    assert!(pictures.known(&face("Жоба")).is_none() && pictures.known(&numbered(1)).is_some());
    pictures.keep(face("Жоба"), first);
    assert!(pictures.known(&numbered(1)).is_none() && pictures.known(&numbered(last)).is_some());
}
