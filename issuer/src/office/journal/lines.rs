//! The lines of the journal, gathered from the entries of the register in order. It knows no words and no form.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use jiff::civil::Date;

use super::Period;
use crate::issuing::kazakhstan;
use crate::register::{
    Certificate, Entry, Event, Payload, Register, RegisterError, Revocation, Void,
};

/// Entries read at once: about ten megabytes of memory.
const BATCH_ENTRIES: usize = 256;

/// One line of the journal.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Line {
    pub(super) registration_number: String,
    pub(super) number: String,
    /// Date of issue; of a number that was never used, the day on which that was written down.
    pub(super) date: Date,
    pub(super) content: Content,
}

/// What a line says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Content {
    /// A certificate.
    Issued(Box<Issued>),
    /// Numbers that were given and not used: the gap is explained.
    Voided {
        /// One sentence.
        reason: String,
    },
    /// A certificate whose personal data were erased.
    Erased {
        /// When.
        erased_at: Timestamp,
    },
}

/// What the journal tells of a certificate: not its credentials, which would fill the memory.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Issued {
    pub(super) learner: String,
    pub(super) programme_code: String,
    pub(super) programme_version: String,
    pub(super) commission_date: Date,
    pub(super) commission_protocol: String,
    pub(super) revocation: Option<Revocation>,
}

/// The lines of a period by date of issue, in the order of the register.
pub(super) fn read(register: &dyn Register, period: Period) -> Result<Vec<Line>, RegisterError> {
    let mut reading = Reading { period, lines: BTreeMap::new(), places: HashMap::new() };
    let mut next = match period.from {
        Some(from) => first_from(register, from)?,
        None => 0,
    };
    loop {
        let entries = register.read(next, BATCH_ENTRIES)?;
        let Some(last) = entries.last() else { break };
        next = last.index.saturating_add(1);
        entries.into_iter().for_each(|entry| reading.take(entry));
    }
    Ok(reading.lines.into_values().collect())
}

/// The first entry of the day `from` or later. No certificate is issued before its date, so its entry is not before this one.
fn first_from(register: &dyn Register, from: Date) -> Result<u64, RegisterError> {
    let (mut low, mut high) = (0, register.size());
    while low < high {
        let middle = low + (high - low) / 2;
        let entry = register.read(middle, 1)?.pop();
        if entry.is_some_and(|entry| day(entry.time) < from) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn day(time: Timestamp) -> Date {
    time.to_zoned(kazakhstan()).date()
}

struct Reading {
    period: Period,
    lines: BTreeMap<u64, Line>,
    /// Where the line of a certificate is.
    places: HashMap<String, u64>,
}

impl Reading {
    fn take(&mut self, entry: Entry) {
        let (index, time) = (entry.index, entry.time);
        // What a payload said is gone with it; the licence to erase it says what is left.
        let Payload::Present(event) = entry.payload else { return };
        match event {
            Event::CertificateIssued(certificate) => self.issued(index, &certificate),
            Event::CertificateRevoked(revocation) => self.revoked(revocation),
            Event::NumbersVoided(void) => self.voided(index, day(time), void),
            Event::PayloadErased(erasure) => {
                for left in erasure.certificates {
                    let line = Line {
                        registration_number: left.registration_number,
                        number: left.number,
                        date: left.issue_date,
                        content: Content::Erased { erased_at: erasure.erased_at },
                    };
                    self.put(left.index, line);
                }
            }
            _ => {}
        }
    }

    fn put(&mut self, index: u64, line: Line) {
        if self.period.contains(line.date) {
            self.lines.insert(index, line);
        }
    }

    fn issued(&mut self, index: u64, certificate: &Certificate) {
        let completion = &certificate.completion;
        let content = Content::Issued(Box::new(Issued {
            learner: completion.learner.name.to_string(),
            programme_code: completion.programme_code.clone(),
            programme_version: certificate.programme_version.clone(),
            commission_date: completion.commission_date,
            commission_protocol: completion.commission_protocol.clone(),
            revocation: None,
        }));
        self.places.insert(certificate.number.clone(), index);
        let line = Line {
            registration_number: certificate.registration_number.clone(),
            number: certificate.number.clone(),
            date: completion.issue_date,
            content,
        };
        self.put(index, line);
    }

    fn revoked(&mut self, revocation: Revocation) {
        let place = self.places.get(&revocation.number);
        let line = place.and_then(|index| self.lines.get_mut(index));
        if let Some(Line { content: Content::Issued(issued), .. }) = line {
            issued.revocation = Some(revocation);
        }
    }

    fn voided(&mut self, index: u64, date: Date, void: Void) {
        let line = Line {
            registration_number: void.registration_number,
            number: void.number,
            date,
            content: Content::Voided { reason: void.reason },
        };
        self.put(index, line);
    }
}
