//! What a badge costs: baking, which is done for every certificate and every request, apart from drawing and rasterising,
//! which is done once for each programme and language. The unit is one raw Ed25519 signature of the same process.

#![expect(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

use std::hint::black_box;
use std::time::Instant;

use ed25519_dalek::{Signer as _, SigningKey};
use issuer::document::{Face, Picture, Signed, bake_png, bake_svg};
use issuer::programme::ProgrammeFile;
use verifier::Language;

/// Bytes of a credential of the sample; see `docs/formats.md`, "The credential".
const CREDENTIAL_BYTES: usize = 9_700;

/// Pairs of batches; an odd number has a median.
const PAIRS: usize = 101;

fn main() {
    let file = include_bytes!("../sample/programmes.json");
    let programmes = ProgrammeFile::parse(file).unwrap().programmes;
    let university = "«Қ.И. Сәтбаев атындағы ҚазҰТЗУ» КЕАҚ (СЫНАҚ)";
    let face = Face::of(&programmes[1], university, Language::Kk).unwrap();
    let picture = Picture::of(&face).unwrap();
    let credential = format!("{{\"name\":\"{}\"}}", "ү".repeat(CREDENTIAL_BYTES / 2));
    let credential = Signed::Json(&credential);
    let (png, svg) = (picture.png.len(), picture.svg.len());
    println!("a badge of the sample: PNG {png} bytes, SVG {svg} bytes, before baking");
    println!("{:32} {:>12} {:>12}", "", "fastest, ms", "signatures");
    row("bake PNG", || drop(black_box(bake_png(&picture.png, credential).unwrap())));
    row("bake SVG", || drop(black_box(bake_svg(&picture.svg, credential).unwrap())));
    row("draw and rasterise, once", || drop(black_box(Picture::of(&face).unwrap())));
}

/// Measures `operation` and a raw signature in turn; prints the fastest time and the median of the ratios.
fn row(name: &str, operation: impl Fn()) {
    let key = SigningKey::from_bytes(&[7; 32]);
    let raw = || {
        black_box(key.sign(black_box(&[9; 64])));
    };
    let times = |operation: &dyn Fn(), count: u32| {
        let began = Instant::now();
        (0..count).for_each(|_| operation());
        began.elapsed().as_secs_f64() * 1e3 / f64::from(count)
    };
    let once = times(&operation, 3);
    let count = if once > 1.0 { 1 } else { 20 };
    let pairs = (0..PAIRS).map(|_| (times(&raw, 50), times(&operation, count)));
    let pairs: Vec<(f64, f64)> = pairs.collect();
    let fastest = pairs.iter().map(|(_, ms)| *ms).fold(f64::INFINITY, f64::min);
    let mut ratios: Vec<f64> = pairs.iter().map(|(raw, ms)| ms / raw).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    println!("{name:32} {fastest:>12.3} {:>12.1}", ratios[PAIRS / 2]);
}
