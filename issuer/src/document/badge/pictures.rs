//! The pictures of badges, each drawn once: a programme has a handful, its certificates thousands.
//! It keeps pictures without credentials; what is baked is made for the one who asks, and kept by nobody.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::face::Face;
use super::{drawing, pixels};

/// Pictures in memory, about 200 kB each: twenty programmes (the roadmap's 15 to 20 directions) in two versions and three languages.
pub(super) const PICTURES_MAX: usize = 128;

/// The picture of a badge without any credential.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Picture {
    /// The drawing, 512 by 512 units.
    pub svg: String,
    /// The same as PNG, 1024 by 1024 pixels.
    pub png: Vec<u8>,
}

/// The drawing could not be made: the fonts in the program cannot be read, or there is no memory.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the picture of the badge could not be drawn; try again with more memory")]
pub struct NotDrawn;

impl Picture {
    /// Draws the badge. The same face gives the same bytes. Takes tens of milliseconds, nearly all for the pixels.
    ///
    /// # Errors
    /// [`NotDrawn`].
    pub fn of(face: &Face) -> Result<Self, NotDrawn> {
        let svg = drawing::draw(face).ok_or(NotDrawn)?;
        let png = pixels::png(&svg).ok_or(NotDrawn)?;
        Ok(Self { svg, png })
    }
}

/// The pictures that were drawn, the newest last.
#[derive(Debug, Default)]
pub struct Pictures(Mutex<VecDeque<(Face, Arc<Picture>)>>);

impl Pictures {
    /// The picture of this face, drawn at the first time. It computes: not for a thread that serves sockets.
    ///
    /// # Errors
    /// [`NotDrawn`].
    pub fn of(&self, face: Face) -> Result<Arc<Picture>, NotDrawn> {
        if let Some(known) = self.known(&face) {
            return Ok(known);
        }
        // Two who ask at once both draw; that is better than all waiting for one.
        let picture = Arc::new(Picture::of(&face)?);
        self.keep(face, Arc::clone(&picture));
        Ok(picture)
    }

    /// Keeps a picture in the place of the oldest, if all are taken.
    pub(super) fn keep(&self, face: Face, picture: Arc<Picture>) {
        let mut pictures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pictures.iter().all(|(known, _)| *known != face) {
            if pictures.len() >= PICTURES_MAX {
                pictures.pop_front();
            }
            pictures.push_back((face, picture));
        }
    }

    pub(super) fn known(&self, face: &Face) -> Option<Arc<Picture>> {
        let pictures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pictures.iter().find(|(known, _)| known == face).map(|(_, picture)| Arc::clone(picture))
    }
}
