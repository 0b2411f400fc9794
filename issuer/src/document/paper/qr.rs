//! The QR code as it is printed: at most 40 mm wide, drawn as lines of modules, with the quiet zone that scanners ask for.

use qrcode::{Color, EcLevel};

use super::super::code::Coded;
use super::error::PaperError;
use super::ink::Ink;
use super::sheet::{Area, Pen, Shape, mm};

/// The side of the printed code without its quiet zone: as wide as a form has room for.
const SIDE_MAX: f32 = mm(40.0);
/// The largest module: a short address does not become a poster.
const MODULE_MAX: f32 = mm(0.8);
/// The most modules in a row. 40 mm hold 113 of them (version 24) at 0.35 mm, which telephones still read.
const MODULES_MAX: u16 = 113;
/// Up to here a code is given more redundancy, since its modules stay wider than half a millimetre.
const MODULES_OF_LEVEL_Q: u16 = 73;
/// The empty margin in modules (ISO/IEC 18004, "Quiet zone").
const QUIET: u16 = 4;

/// A code, ready to be put somewhere.
pub(super) struct Code {
    modules: u16,
    dark: Vec<bool>,
}

impl Code {
    /// The code of a text, as small as it can be.
    ///
    /// # Errors
    /// [`PaperError::QrTooLong`]
    pub(super) fn new(text: &str) -> Result<Self, PaperError> {
        let at = |level| {
            let coded = Coded::smallest(text, level)?;
            let modules = u16::try_from(coded.modules()).ok()?;
            Some((modules, coded))
        };
        let found = at(EcLevel::Q).filter(|(modules, _)| *modules <= MODULES_OF_LEVEL_Q);
        let found = found.or_else(|| at(EcLevel::M));
        let found = found.filter(|(modules, _)| *modules <= MODULES_MAX);
        let found = found.and_then(|(modules, coded)| Some((modules, coded.draw()?)));
        let (modules, code) = found.ok_or(PaperError::QrTooLong { length: text.len() })?;
        let dark = code.into_colors().into_iter().map(|module| module == Color::Dark).collect();
        Ok(Self { modules, dark })
    }

    fn module(&self) -> f32 {
        MODULE_MAX.min(SIDE_MAX / f32::from(self.modules))
    }

    /// Its side with the quiet zone, points.
    pub(super) fn side(&self) -> f32 {
        self.module() * f32::from(self.modules + 2 * QUIET)
    }

    /// The code with its upper left corner here, and the area that must stay empty but for it.
    pub(super) fn draw(&self, (left, top): (f32, f32)) -> (Area, Vec<Shape>) {
        let side = self.side();
        let area = Area { left, top, right: left + side, bottom: top + side };
        let (module, quiet) = (self.module(), self.module() * f32::from(QUIET));
        let mut path = Pen::new();
        for (row, modules) in (0_u16..).zip(self.dark.chunks(usize::from(self.modules))) {
            // Neighbouring dark modules of a row are one line, as thick as a module.
            let y = top + quiet + (f32::from(row) + 0.5) * module;
            let mut column = 0_u16;
            for run in modules.chunk_by(|a, b| a == b) {
                let end = column + u16::try_from(run.len()).unwrap_or_default();
                if run.first() == Some(&true) {
                    path.move_to(left + quiet + f32::from(column) * module, y);
                    path.line_to(left + quiet + f32::from(end) * module, y);
                }
                column = end;
            }
        }
        let white = area.path().map(|path| Shape { path, fill: Some(Ink::White), stroke: None });
        // A hair thicker, so that no screen shows light between two rows.
        let stroke = Some((Ink::Black, module + 0.02));
        let code = path.finish().map(|path| Shape { path, fill: None, stroke });
        (area, white.into_iter().chain(code).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As long as a statement of three competences, in its alphabet.
    fn long() -> String {
        let address = "https://credentials.example.org/c/ABCDEFGHIJKLMNOP#";
        address.to_owned() + &"TANU7Q2$Z*".repeat(98)
    }

    #[test]
    fn a_code_of_any_length_is_at_most_40_mm_wide() {
        let short = Code::new("https://credentials.example.org/c/ABCDEFGHIJKLMNOP").unwrap();
        let long = Code::new(&long()).unwrap();
        assert!(short.modules <= 41 && short.module() > mm(0.75), "{}", short.modules);
        assert_eq!(long.modules, 105, "version 22");
        for code in [short, long] {
            assert!(code.module() * f32::from(code.modules) <= SIDE_MAX + 0.01);
            assert!(code.side() < mm(44.0));
        }
    }

    #[test]
    fn a_text_that_no_telephone_could_read_is_refused() {
        let refused = Code::new(&"x".repeat(2_000)).err();
        assert_eq!(refused, Some(PaperError::QrTooLong { length: 2_000 }));
    }
}
