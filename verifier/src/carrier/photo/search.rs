//! What rqrr finds in one picture. What it would take for a hostile one has no bound of its own: hours in a picture full of finder patterns,
//! hundreds of megabytes for their combinations and for areas of fine stripes. So every pixel that it looks at or paints is counted here.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use image::{GenericImage, GenericImageView, GrayImage, Luma};
use rqrr::PreparedImage;

use super::{Picture, malformed, over};
use crate::limits;
use crate::report::Finding;

/// Pixels that may still be looked at or painted, in all pictures that are made of one.
pub(super) struct Work(Cell<u64>);

impl Work {
    pub(super) const fn new() -> Self {
        Self(Cell::new(limits::PHOTO_WORK_MAX))
    }
}

/// Why a search was left. It has no other way out; nothing of it is used afterwards.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Left {
    /// It takes too much: the picture is made for that.
    TooMuch,
    /// The picture is too fine for any code to be read in it.
    TooFine,
}

/// The different texts of all codes that can be read, at most two: more than one are refused anyway.
pub(super) fn search(picture: Picture, work: &Work) -> Result<Vec<String>, Finding> {
    let size = [picture.width, picture.height].map(u32::try_from);
    let [Ok(width), Ok(height)] = size else { return Err(damaged()) };
    let picture = GrayImage::from_raw(width, height, picture.pixels).ok_or_else(damaged)?;
    let watch = Rc::new(Watch::new(picture.as_raw().len(), work));
    let counted = Counted { picture, watch: Rc::clone(&watch) };
    let searched = catch_unwind(AssertUnwindSafe(|| texts(counted)));
    work.0.set(watch.left.get());
    match searched.map_err(|left| left.downcast_ref().copied()) {
        Ok(texts) => Ok(texts),
        Err(Some(Left::TooMuch)) => Err(over(
            "shapes like those of QR codes; photograph one code alone, and so that it is large",
            "the usual number of",
        )),
        // rqrr has sums and assertions that an odd picture breaks: then it found nothing.
        Err(Some(Left::TooFine) | None) => Ok(Vec::new()),
    }
}

fn texts(picture: Counted) -> Vec<String> {
    let mut texts = Vec::new();
    let mut prepared = PreparedImage::prepare(picture);
    for grid in prepared.detect_grids() {
        let read = grid.decode().ok().map(|(_, text)| text);
        texts.extend(read.filter(|text| !texts.contains(text)));
        if texts.len() == 2 {
            break;
        }
    }
    texts
}

fn damaged() -> Finding {
    malformed("The picture is damaged or of a kind that is not read.")
}

/// What rqrr paints: a dark pixel, before it has looked for anything; and one of a corner of a code that it found.
const DARK: u8 = 1;
const CORNER: u8 = 2;

/// What is known of one search.
struct Watch {
    /// Of the work: every pixel counts it down, so it lies here while the search goes on.
    left: Cell<u64>,
    /// Pixels that are painted before the search begins: each once, row by row.
    to_prepare: Cell<usize>,
    /// Dark pixels beside each other, as stretches. Those that touch wait to be painted all at once, 16 bytes each.
    runs: Cell<usize>,
    corners: Cell<usize>,
    /// Column and value of the pixel that was painted last.
    last: Cell<(u32, u8)>,
    /// Whether the size was asked last, and no pixel: so a search goes on outside of the picture.
    lost: Cell<bool>,
}

impl Watch {
    fn new(pixels: usize, work: &Work) -> Self {
        Self {
            left: Cell::new(work.0.get()),
            to_prepare: Cell::new(pixels),
            runs: Cell::new(0),
            corners: Cell::new(0),
            last: Cell::new((0, 0)),
            lost: Cell::new(false),
        }
    }

    #[inline]
    fn count(&self, touches: u64) {
        match self.left.get().checked_sub(touches) {
            Some(left) => self.left.set(left),
            None => leave(Left::TooMuch),
        }
    }

    #[inline]
    fn look(&self) {
        self.lost.set(false);
        self.count(1);
    }

    fn ask_size(&self) {
        if self.lost.replace(true) {
            self.count(1);
        }
    }

    #[inline]
    fn paint(&self, x: u32, value: u8) {
        self.look();
        let (column, before) = self.last.replace((x, value));
        let preparing = self.to_prepare.get();
        if preparing > 0 {
            self.to_prepare.set(preparing - 1);
            if value == DARK && (before != DARK || x <= column) {
                bounded(&self.runs, limits::PHOTO_RUNS_MAX, Left::TooFine);
            }
        } else if value == CORNER && before != CORNER {
            bounded(&self.corners, limits::PHOTO_CORNERS_MAX, Left::TooMuch);
        }
    }
}

fn bounded(count: &Cell<usize>, most: usize, left: Left) {
    count.set(count.get() + 1);
    if count.get() > most {
        leave(left);
    }
}

#[cold]
fn leave(left: Left) {
    // No message is printed: this is no fault.
    resume_unwind(Box::new(left))
}

/// A picture whose every touch is counted.
struct Counted {
    picture: GrayImage,
    watch: Rc<Watch>,
}

impl Clone for Counted {
    /// Copying is quicker than looking.
    fn clone(&self) -> Self {
        let pixels = u64::try_from(self.picture.as_raw().len()).unwrap_or(u64::MAX);
        self.watch.count(pixels / 16);
        Self { picture: self.picture.clone(), watch: Rc::clone(&self.watch) }
    }
}

impl GenericImageView for Counted {
    type Pixel = Luma<u8>;

    fn dimensions(&self) -> (u32, u32) {
        self.watch.ask_size();
        self.picture.dimensions()
    }

    fn get_pixel(&self, x: u32, y: u32) -> Luma<u8> {
        self.watch.look();
        self.picture.get_pixel_checked(x, y).copied().unwrap_or(Luma([0]))
    }
}

impl GenericImage for Counted {
    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        self.watch.look();
        self.picture.get_pixel_mut(x, y)
    }

    fn put_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        let Luma([value]) = pixel;
        self.watch.paint(x, value);
        if let Some(place) = self.picture.get_pixel_mut_checked(x, y) {
            *place = pixel;
        }
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.put_pixel(x, y, pixel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of `side` by `side` pixels, dark where `dark` says so.
    fn picture(side: usize, dark: impl Fn(usize, usize) -> bool) -> Picture {
        let pixel = |at: usize| if dark(at % side, at / side) { 0 } else { 255 };
        Picture { width: side, height: side, pixels: (0..side * side).map(pixel).collect() }
    }

    /// Corners of codes every ten modules of three pixels, in as many rows and columns.
    fn corners(many: usize) -> Picture {
        let module = |at: usize| (at / 3) % 10;
        picture(30 * many, |x, y| {
            let (x, y) = (module(x), module(y));
            let ring =
                |near: usize, far: usize| (near..=far).contains(&x) && (near..=far).contains(&y);
            ring(1, 7) && (!ring(2, 6) || ring(3, 5))
        })
    }

    #[test]
    fn corners_are_counted_as_they_are_found() {
        for many in [1, 2, 5] {
            let found = corners(many);
            let [width, height] = [found.width, found.height].map(|it| u32::try_from(it).unwrap());
            let work = Work::new();
            let watch = Rc::new(Watch::new(found.pixels.len(), &work));
            let picture = GrayImage::from_raw(width, height, found.pixels).unwrap();
            drop(texts(Counted { picture, watch: Rc::clone(&watch) }));
            assert_eq!(watch.corners.get(), many * many);
        }
        let side = (1..).find(|side| side * side > limits::PHOTO_CORNERS_MAX).unwrap();
        assert!(search(corners(side - 1), &Work::new()).is_ok());
        assert!(search(corners(side), &Work::new()).is_err());
    }

    #[test]
    fn a_picture_of_fine_stripes_is_left_before_it_is_searched() {
        let work = Work::new();
        let stripes = picture(1_600, |x, y| x % 2 == 0 || y % 2 == 0);
        assert_eq!(search(stripes, &work).unwrap(), [""; 0]);
        // It was not even prepared to its end: four touches for a pixel.
        assert!(limits::PHOTO_WORK_MAX - work.0.get() < 4 * 1_600 * 1_600);
    }

    #[test]
    fn whoever_asks_for_nothing_but_the_size_works_too() {
        let work = Work::new();
        let watch = Watch::new(0, &work);
        let spent = || limits::PHOTO_WORK_MAX - watch.left.get();
        (0..100).for_each(|_| watch.ask_size());
        assert_eq!(spent(), 99);
        watch.look();
        watch.ask_size();
        assert_eq!(spent(), 100);
    }
}
