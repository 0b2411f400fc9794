//! The foot of a paper: the QR code, the identifiers, and what the digital badge is, in every language of the side.

use super::error::PaperError;
use super::flow::{Flow, columns};
use super::font::Weight;
use super::ink::Ink;
use super::print::Told;
use super::qr::Code;
use super::sheet::{Content, NodeId, Role, mm};
use super::text::{Align, Block, Span, Style, set};
use super::words::words;

/// Between the code and the texts, and between these.
const GAP: f32 = mm(5.0);
/// Between texts under one another, points.
const LEADING: f32 = 2.6;
/// Above it stands a line, this far, points.
const RULE_ABOVE: f32 = mm(2.0);
const SIZE: f32 = 6.5;

/// The foot, ready to be written.
pub(super) struct Strip<'s> {
    told: &'s [Told],
    code: &'s Code,
    /// What the code says.
    address: &'s str,
    sides: (f32, f32),
    texts: Vec<Vec<Block>>,
    pub(super) height: f32,
}

impl<'s> Strip<'s> {
    /// Sets its texts between these sides of the sheet.
    pub(super) fn new(
        told: &'s [Told],
        (code, address): (&'s Code, &'s str),
        sides: (f32, f32),
        names_the_next_sheet: bool,
    ) -> Result<Self, PaperError> {
        let places = places(code, sides, told.len());
        let texts = told.iter().zip(places);
        let texts = texts.map(|(told, (_, width))| texts_of(told, width, names_the_next_sheet));
        let texts = texts.collect::<Result<Vec<_>, _>>()?;
        let height = texts.iter().map(|blocks| stacked(blocks)).fold(code.side(), f32::max);
        Ok(Self { told, code, address, sides, texts, height })
    }

    /// Writes it with its upper edge here, each text as a part of its language.
    pub(super) fn write(&self, flow: &mut Flow, top: f32, parts: &[NodeId]) {
        flow.draft.rule(self.sides, top - RULE_ABOVE, (Ink::Gold, 0.6));
        let tallest = self.texts.iter().map(|blocks| stacked(blocks)).fold(0.0, f32::max);
        let places = places(self.code, self.sides, self.told.len());
        for ((blocks, (left, width)), (told, part)) in
            self.texts.iter().zip(places).zip(self.told.iter().zip(parts))
        {
            let mut y = top + (self.height - tallest) / 2.0;
            for block in blocks {
                let node = flow.draft.node(Some(*part), Role::Paragraph, Some(told.language));
                y = flow.draft.text(Some(node), (left, y), (width, block.clone())) + LEADING;
            }
        }
        self.write_code(flow, top);
    }

    fn write_code(&self, flow: &mut Flow, top: f32) {
        let language = self.told.first().map(|told| told.language);
        let caption = language.map_or("", |language| words(language).qr);
        // A statement behind the address is for programs: read aloud it would be noise.
        let address = self.address.split('#').next().unwrap_or_default();
        let alt = format!("{caption}: {address}");
        let node = flow.draft.node(None, Role::Figure { alt }, language);
        let (left, _) = self.sides;
        let (area, shapes) = self.code.draw((left, top + (self.height - self.code.side()) / 2.0));
        flow.draft.place(Some(node), area, Content::Drawing(shapes));
    }
}

fn places(code: &Code, (left, right): (f32, f32), count: usize) -> Vec<(f32, f32)> {
    columns((left + code.side() + GAP, right), count, GAP)
}

fn texts_of(told: &Told, width: f32, names_the_next_sheet: bool) -> Result<Vec<Block>, PaperError> {
    let words = words(told.language);
    let span = |text: &str, weight, ink| Span {
        text: text.to_owned(),
        style: Style { weight, size: SIZE, ink },
    };
    let id = told.stated.id.as_deref().unwrap_or_default();
    let overleaf =
        names_the_next_sheet.then(|| vec![span(words.overleaf, Weight::Bold, Ink::Teal)]);
    let rest = [
        vec![span(words.qr, Weight::Bold, Ink::Navy)],
        vec![
            span(words.identifier, Weight::Regular, Ink::Grey),
            span(": ", Weight::Regular, Ink::Grey),
            span(id, Weight::Regular, Ink::Text),
        ],
        vec![span(words.badge, Weight::Regular, Ink::Text)],
    ];
    overleaf.into_iter().chain(rest).map(|spans| set(&spans, Align::Left, width)).collect()
}

fn stacked(blocks: &[Block]) -> f32 {
    let between = blocks.iter().skip(1).map(|_| LEADING).sum::<f32>();
    blocks.iter().map(Block::height).sum::<f32>() + between
}
