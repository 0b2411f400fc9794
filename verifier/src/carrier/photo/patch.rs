//! Where in a picture a QR code lies: the largest patch that is about as dark as light and changes often, down as well as across.
//! It reads nothing; a page of text or a frame around it only costs an attempt.

use super::Picture;

/// Blocks along the longer side of a picture: a code that fills a tenth of it covers several.
const BLOCKS: usize = 96;

/// Pixels of a block, at least: a few modules of the finest code that can be read.
const BLOCK_MIN: usize = 12;

/// How many times as large a patch is made, at most: the decoder wants a dozen pixels for each module, scanners give four.
const ENLARGED_MAX: usize = 4;

/// Brightest less darkest pixel of a block with modules in it, at least.
const CONTRAST_MIN: u8 = 50;

/// First and last column, first and last row, in blocks.
struct Bounds {
    columns: [usize; 2],
    rows: [usize; 2],
    blocks: usize,
}

impl Picture {
    /// The patch that looks most like a code, enlarged to a longest side of about `side`; `None` if nothing looks like one.
    pub(super) fn patch(&self, side: usize) -> Option<Self> {
        let block = (self.width.max(self.height) / BLOCKS).max(BLOCK_MIN);
        let (columns, rows) = (self.width / block, self.height / block);
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let dense = places.map(|place| self.is_dense(place, block)).collect();
        let Bounds { columns: [left, right], rows: [top, bottom], .. } = largest(dense, columns)?;
        // A block more on each side: the quiet zone, and what the blocks cut off.
        let from = |first: usize| first.saturating_sub(1) * block;
        let to = |last: usize, end: usize| ((last + 2) * block).min(end);
        let cut =
            self.cut([from(left), to(right, self.width)], [from(top), to(bottom, self.height)])?;
        // Nearly the whole picture was searched already.
        if 4 * cut.width > 3 * self.width && 4 * cut.height > 3 * self.height {
            return None;
        }
        let times = (side / cut.width.max(cut.height).max(1)).clamp(1, ENLARGED_MAX);
        Some(cut.enlarged(times))
    }

    /// Whether a block is a third to two thirds dark and changes at least every thirty pixels, across and down.
    fn is_dense(&self, (column, row): (usize, usize), block: usize) -> bool {
        let rows = (row * block..(row + 1) * block).filter_map(|y| {
            let start = y * self.width + column * block;
            self.pixels.get(start..start + block)
        });
        let rows: Vec<&[u8]> = rows.collect();
        let pixels = || rows.iter().copied().flatten();
        let (Some(darkest), Some(brightest)) = (pixels().min(), pixels().max()) else {
            return false;
        };
        if brightest.saturating_sub(*darkest) < CONTRAST_MIN {
            return false;
        }
        let middle = darkest.midpoint(*brightest);
        let dark = pixels().filter(|pixel| **pixel < middle).count();
        let differ = |one: &u8, other: &u8| (*one < middle) != (*other < middle);
        let across: usize = rows
            .iter()
            .map(|row| row.iter().zip(row.iter().skip(1)).filter(|(a, b)| differ(a, b)).count())
            .sum();
        let down: usize = rows
            .iter()
            .zip(rows.iter().skip(1))
            .map(|(above, below)| above.iter().zip(*below).filter(|(a, b)| differ(a, b)).count())
            .sum();
        let all = block * block;
        (all..=2 * all).contains(&(3 * dark)) && across.min(down) * 30 >= all
    }

    fn cut(&self, [left, right]: [usize; 2], [top, bottom]: [usize; 2]) -> Option<Self> {
        let mut pixels = Vec::with_capacity((right - left) * (bottom - top));
        for y in top..bottom {
            pixels
                .extend_from_slice(self.pixels.get(y * self.width + left..y * self.width + right)?);
        }
        Some(Self { width: right - left, height: bottom - top, pixels })
    }

    /// So many times as wide and as high, each new pixel between its neighbours.
    fn enlarged(&self, times: usize) -> Self {
        if times < 2 || self.width == 0 {
            return self.clone();
        }
        let wide: Vec<Vec<u8>> =
            self.pixels.chunks_exact(self.width).map(|row| between(row, times)).collect();
        let mut pixels = Vec::with_capacity(self.pixels.len() * times * times);
        for (number, row) in wide.iter().enumerate() {
            let next = wide.get(number + 1).unwrap_or(row);
            for step in 0..times {
                pixels.extend(
                    row.iter().zip(next).map(|(a, b)| mixed([*a, *b], [times - step, step])),
                );
            }
        }
        Self { width: self.width * times, height: self.height * times, pixels }
    }
}

/// A row so many times as long.
fn between(row: &[u8], times: usize) -> Vec<u8> {
    let next = row.iter().skip(1).chain(row.last());
    let pairs = row.iter().zip(next);
    pairs
        .flat_map(|(a, b)| (0..times).map(move |step| mixed([*a, *b], [times - step, step])))
        .collect()
}

/// The mean of two pixels by weight.
fn mixed([one, other]: [u8; 2], [weight, other_weight]: [usize; 2]) -> u8 {
    let sum = usize::from(one) * weight + usize::from(other) * other_weight;
    u8::try_from(sum / (weight + other_weight).max(1)).unwrap_or(u8::MAX)
}

/// The largest group of dense blocks that touch one another.
fn largest(mut dense: Vec<bool>, columns: usize) -> Option<Bounds> {
    let mut best: Option<Bounds> = None;
    for start in 0..dense.len() {
        let found = group(&mut dense, columns, start);
        if found.blocks > best.as_ref().map_or(0, |best| best.blocks) {
            best = Some(found);
        }
    }
    best
}

/// The group that `start` belongs to, taken out of `dense`; none of no blocks if it is in none.
fn group(dense: &mut [bool], columns: usize, start: usize) -> Bounds {
    let mut bounds = Bounds { columns: [usize::MAX, 0], rows: [usize::MAX, 0], blocks: 0 };
    let mut waiting = vec![start];
    while let Some(place) = waiting.pop() {
        let Some(is_dense) = dense.get_mut(place).filter(|is_dense| **is_dense) else { continue };
        *is_dense = false;
        let (column, row) = (place % columns, place / columns);
        let stretch = |[first, last]: [usize; 2], at: usize| [first.min(at), last.max(at)];
        bounds.columns = stretch(bounds.columns, column);
        bounds.rows = stretch(bounds.rows, row);
        bounds.blocks += 1;
        waiting.extend([place + columns, place.saturating_sub(columns)]);
        if column > 0 {
            waiting.push(place - 1);
        }
        if column + 1 < columns {
            waiting.push(place + 1);
        }
    }
    bounds
}
