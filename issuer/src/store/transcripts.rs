//! Transcripts in the store: where in the register each is. The document itself stays there alone, for it repeats what the records
//! of its certificates hold.

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::key;
use super::lookup::json_of;
use super::open::Store;
use super::projection::{Projection, integer, json};
use crate::register::{Event, IssuedTranscript, Payload};

/// The ways that lead to a transcript.
#[derive(Deserialize, Serialize)]
struct Ways {
    handle: String,
    numbers: Vec<String>,
}

impl Projection<'_> {
    pub(super) fn add_transcript(
        &mut self,
        index: u64,
        transcript: &IssuedTranscript,
    ) -> Result<(), StoreError> {
        let place = index.to_be_bytes();
        self.put(key::transcript(&transcript.handle), place.to_vec());
        for number in &transcript.numbers {
            let way = key::join(&key::transcripts_of(number), &place);
            self.put(way, place.to_vec());
        }
        let (handle, numbers) = (transcript.handle.clone(), transcript.numbers.clone());
        self.put(key::transcript_ways(index), json(index, &Ways { handle, numbers })?);
        Ok(())
    }

    /// Forgets the transcript of the entry `index`; a store that never saw it becomes the same.
    pub(super) fn forget_transcript(&mut self, index: u64) -> Result<(), StoreError> {
        let ways = key::transcript_ways(index);
        if let Some(known) = self.value(&ways)?.and_then(|bytes| json_of::<Ways>(&bytes)) {
            self.remove(key::transcript(&known.handle));
            for number in &known.numbers {
                self.remove(key::join(&key::transcripts_of(number), &index.to_be_bytes()));
            }
        }
        self.remove(ways);
        self.put(key::erased_transcript(index), json(index, &index)?);
        Ok(())
    }
}

impl Store {
    /// The transcript whose address carries this handle, upper or lower case, and the index of its entry.
    ///
    /// # Errors
    /// If the store or the register cannot be read.
    pub fn transcript_by_handle(
        &self,
        handle: &str,
    ) -> Result<Option<(u64, IssuedTranscript)>, StoreError> {
        let key = key::transcript(handle);
        let Some(place) = self.value(&key)? else { return Ok(None) };
        let index = integer(&place).ok_or_else(|| self.damaged(&key))?;
        let found = self.transcript_at(index)?.ok_or_else(|| self.damaged(&key))?;
        Ok(Some((index, found)))
    }

    /// Indices of the entries whose transcripts hold the certificate with this number, the oldest first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn transcripts_holding(&self, number: &str) -> Result<Vec<u64>, StoreError> {
        let mut indices = Vec::new();
        for (key, place) in self.pairs_below(&key::transcripts_of(number))? {
            indices.push(integer(&place).ok_or_else(|| self.damaged(&key))?);
        }
        Ok(indices)
    }

    /// The transcript that the entry `index` of the register holds; `None` if it holds none, or none any more.
    ///
    /// # Errors
    /// If the register cannot be read.
    pub fn transcript_at(&self, index: u64) -> Result<Option<IssuedTranscript>, StoreError> {
        Ok(match self.payload_at(index)? {
            Some(Payload::Present(Event::TranscriptIssued(transcript))) => Some(*transcript),
            _ => None,
        })
    }
}
