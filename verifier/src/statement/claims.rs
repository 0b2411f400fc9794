//! What a statement says: the claims of a CBOR Web Token (RFC 8392) and those of our own, as Rust and as CBOR
//! (`docs/qr.md`, "Claims"). It must not decide whether anybody believes it.

use super::cbor::Value;

/// One certificate in the fewest words: what the code on its paper says without a network. Texts are Kazakh.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Statement {
    /// DID of the issuer, the `did:web` of its public address.
    pub issuer: String,
    /// The secret part of the certificate's address, as bytes; in the address they are 16 characters of base32.
    pub handle: [u8; 10],
    /// Certificate number.
    pub number: String,
    /// Registration number: the line in the journal of issue.
    pub registration_number: String,
    /// The holder's name as the form prints it.
    pub holder: String,
    /// What was studied.
    pub programme: StatedProgramme,
    /// First and last day of study, as days after 1970-01-01.
    pub period: [u32; 2],
    /// Day of the commission's decision.
    pub commission_day: u32,
    /// Day of issue.
    pub issue_day: u32,
    /// Final result, 0 to 100.
    pub percent: u8,
    /// Result for each competence, 0 to 100, in the order of the programme.
    pub scores: Vec<u8>,
    /// The competences in the same order; empty where there was no room for them.
    pub competences: Vec<String>,
    /// Number of the status list, and the place in it.
    pub status: [u32; 2],
    /// [`editions_digest`](super::editions_digest) of the certificate's editions.
    pub editions: [u8; 32],
}

/// The programme of a statement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StatedProgramme {
    /// Its registration number.
    pub registration_number: String,
    /// Its version.
    pub version: String,
    /// First 16 bytes of the SHA-256 of its achievement in Kazakh, in canonical form (RFC 8785): whoever has the achievement from elsewhere
    /// can tell that it is the one.
    pub digest: [u8; 16],
    /// Its name.
    pub title: String,
    /// The microqualification that it awards.
    pub qualification: String,
    /// Level of the national qualifications framework, 1 to 8.
    pub level: u8,
    /// Academic hours.
    pub hours: u16,
    /// Academic credits.
    pub credits: u8,
    /// Form of study: 0 full-time, 1 distance, 2 blended, 3 dual (regulation 5.3).
    pub study_form: u8,
}

// RFC 8392, "Registered Claims"; -65537 is the first number for private use ("CBOR Web Token (CWT) Claims Registry").
const ISSUER: i64 = 1;
const NOT_BEFORE: i64 = 5;
const CWT_ID: i64 = 7;
const OWN: i64 = -65_537;

/// 9999-12-31, the last day that dates can name.
const DAY_MAX: u32 = 2_932_896;
/// Kazakhstan keeps one time zone, UTC+5: a day begins five hours before it does in UTC.
const EAST_SECONDS: i64 = 18_000;
const DAY_SECONDS: i64 = 86_400;

/// What a claims set lacks or has wrong.
pub(super) type Fault = String;

impl Statement {
    /// Seconds after 1970-01-01T00:00:00Z at which the day of issue begins in Kazakhstan.
    pub(crate) fn not_before(&self) -> i64 {
        midnight(self.issue_day)
    }

    /// The claims, in deterministic encoding.
    pub(super) fn encode(&self) -> Vec<u8> {
        Value::Map(vec![
            (ISSUER, Value::text(&self.issuer)),
            (NOT_BEFORE, Value::Number(self.not_before())),
            (CWT_ID, Value::bytes(&self.handle)),
            (OWN, Value::Map(self.own())),
        ])
        .encode()
    }

    fn own(&self) -> Vec<(i64, Value<'_>)> {
        let number = |number: u32| Value::Number(i64::from(number));
        let pair = |[first, second]: [u32; 2]| Value::Array(vec![number(first), number(second)]);
        let programme = &self.programme;
        let identified = vec![
            Value::text(&programme.registration_number),
            Value::text(&programme.version),
            Value::bytes(&programme.digest),
        ];
        let scores = self.scores.iter().map(|score| number(u32::from(*score))).collect();
        let mut own = vec![
            (1, Value::text(&self.number)),
            (2, Value::text(&self.registration_number)),
            (3, Value::text(&self.holder)),
            (4, Value::Array(identified)),
            (5, Value::text(&programme.title)),
            (6, Value::text(&programme.qualification)),
            (7, number(u32::from(programme.level))),
            (8, number(u32::from(programme.hours))),
            (9, number(u32::from(programme.credits))),
            (10, number(u32::from(programme.study_form))),
            (11, pair(self.period)),
            (12, number(self.commission_day)),
            (13, number(u32::from(self.percent))),
            (14, Value::Array(scores)),
        ];
        if !self.competences.is_empty() {
            let names = self.competences.iter().map(|name| Value::text(name));
            own.push((15, Value::Array(names.collect())));
        }
        own.extend([(16, pair(self.status)), (17, Value::bytes(&self.editions))]);
        own
    }

    /// Reads a claims set. Every claim must be there, of its type and within its bounds, and no other one.
    pub(super) fn read(claims: Value<'_>) -> Result<Self, Fault> {
        let mut claims = Claims::of(claims, "claim")?;
        let issuer = claims.text(ISSUER)?;
        let issue_day = day_of(claims.number(NOT_BEFORE)?)?;
        let handle = claims.bytes(CWT_ID)?;
        let mut own = Claims::of(claims.take(OWN)?, "own claim")?;
        claims.finish()?;
        let (number, registration_number, holder) = (own.text(1)?, own.text(2)?, own.text(3)?);
        let mut programme = StatedProgramme::identified(own.take(4)?)?;
        (programme.title, programme.qualification) = (own.text(5)?, own.text(6)?);
        programme.level = own.bounded(7, 1, 8)?;
        programme.hours = own.bounded(8, 1, u16::MAX)?;
        programme.credits = own.bounded(9, 1, u8::MAX)?;
        programme.study_form = own.bounded(10, 0, 3)?;
        let read = Self {
            issuer,
            handle,
            number,
            registration_number,
            holder,
            programme,
            period: own.pair(11)?,
            commission_day: own.bounded(12, 0, DAY_MAX)?,
            issue_day,
            percent: own.bounded(13, 0, 100)?,
            scores: scores(own.take(14)?)?,
            competences: own.find(15).map_or_else(|| Ok(Vec::new()), texts)?,
            status: own.pair(16)?,
            editions: own.bytes(17)?,
        };
        own.finish()?;
        read.check()
    }

    /// What two claims say together.
    fn check(self) -> Result<Self, Fault> {
        let [first, last] = self.period;
        if first > last || last > DAY_MAX {
            return Err("The period of study ends before it begins.".to_owned());
        }
        if self.status.first() == Some(&0) {
            return Err("The status list has the number 0.".to_owned());
        }
        if !self.competences.is_empty() && self.competences.len() != self.scores.len() {
            return Err("There are more or fewer competences than results for them.".to_owned());
        }
        Ok(self)
    }
}

impl StatedProgramme {
    /// Own claim 4; what the later claims add stays empty.
    fn identified(value: Value<'_>) -> Result<Self, Fault> {
        let fault = || wrong("own claim", 4);
        let Value::Array(items) = value else { return Err(fault()) };
        let Ok([Value::Text(number), Value::Text(version), Value::Bytes(digest)]) =
            <[Value<'_>; 3]>::try_from(items)
        else {
            return Err(fault());
        };
        if number.is_empty() || version.is_empty() {
            return Err(fault());
        }
        Ok(Self {
            registration_number: number.into_owned(),
            version: version.into_owned(),
            digest: digest.as_ref().try_into().map_err(|_| fault())?,
            title: String::new(),
            qualification: String::new(),
            level: 0,
            hours: 0,
            credits: 0,
            study_form: 0,
        })
    }
}

/// A map of claims from which each is taken once.
struct Claims<'v> {
    members: std::iter::Peekable<std::vec::IntoIter<(i64, Value<'v>)>>,
    kind: &'static str,
}

impl<'v> Claims<'v> {
    fn of(value: Value<'v>, kind: &'static str) -> Result<Self, Fault> {
        let Value::Map(members) = value else { return Err(format!("The {kind}s are no map.")) };
        Ok(Self { members: members.into_iter().peekable(), kind })
    }

    /// The next claim, if it is this one. They come in one order, so what is passed over is noticed later.
    fn find(&mut self, key: i64) -> Option<Value<'v>> {
        self.members.next_if(|(found, _)| *found == key).map(|(_, value)| value)
    }

    fn take(&mut self, key: i64) -> Result<Value<'v>, Fault> {
        let Some(value) = self.find(key) else {
            return Err(match self.members.peek() {
                Some((other, _)) => {
                    format!("Where the {} {key} must stand there is {other}.", self.kind)
                }
                None => format!("The {} {key} is missing.", self.kind),
            });
        };
        Ok(value)
    }

    fn text(&mut self, key: i64) -> Result<String, Fault> {
        match self.take(key)? {
            Value::Text(text) if !text.is_empty() => Ok(text.into_owned()),
            _ => Err(wrong(self.kind, key)),
        }
    }

    fn bytes<const LENGTH: usize>(&mut self, key: i64) -> Result<[u8; LENGTH], Fault> {
        let value = self.take(key)?;
        let Value::Bytes(bytes) = value else { return Err(wrong(self.kind, key)) };
        bytes.as_ref().try_into().map_err(|_| wrong(self.kind, key))
    }

    fn number(&mut self, key: i64) -> Result<i64, Fault> {
        match self.take(key)? {
            Value::Number(number) => Ok(number),
            _ => Err(wrong(self.kind, key)),
        }
    }

    fn bounded<N: TryFrom<i64> + PartialOrd>(
        &mut self,
        key: i64,
        least: N,
        most: N,
    ) -> Result<N, Fault> {
        let number = N::try_from(self.number(key)?).ok();
        let number = number.filter(|number| *number >= least && *number <= most);
        number.ok_or_else(|| wrong(self.kind, key))
    }

    fn pair(&mut self, key: i64) -> Result<[u32; 2], Fault> {
        let Value::Array(items) = self.take(key)? else { return Err(wrong(self.kind, key)) };
        let [Value::Number(first), Value::Number(second)] = items.as_slice() else {
            return Err(wrong(self.kind, key));
        };
        let narrow = |number: i64| u32::try_from(number).map_err(|_| wrong(self.kind, key));
        Ok([narrow(*first)?, narrow(*second)?])
    }

    fn finish(mut self) -> Result<(), Fault> {
        match self.members.next() {
            None => Ok(()),
            Some((key, _)) => {
                Err(format!("The {} {key} is one that statements do not have.", self.kind))
            }
        }
    }
}

fn wrong(kind: &str, key: i64) -> Fault {
    format!("The {kind} {key} has another type or value than it may have.")
}

fn scores(value: Value<'_>) -> Result<Vec<u8>, Fault> {
    let Value::Array(items) = value else { return Err(wrong("own claim", 14)) };
    let score = |item: &Value<'_>| match item {
        Value::Number(score @ 0..=100) => u8::try_from(*score).ok(),
        _ => None,
    };
    items.iter().map(score).collect::<Option<_>>().ok_or_else(|| wrong("own claim", 14))
}

fn texts(value: Value<'_>) -> Result<Vec<String>, Fault> {
    let Value::Array(items) = value else { return Err(wrong("own claim", 15)) };
    let text = |item| match item {
        Value::Text(text) if !text.is_empty() => Some(std::borrow::Cow::into_owned(text)),
        _ => None,
    };
    let texts: Option<Vec<String>> = items.into_iter().map(text).collect();
    texts.filter(|texts| !texts.is_empty()).ok_or_else(|| wrong("own claim", 15))
}

fn midnight(day: u32) -> i64 {
    i64::from(day) * DAY_SECONDS - EAST_SECONDS
}

fn day_of(not_before: i64) -> Result<u32, Fault> {
    let local = not_before.checked_add(EAST_SECONDS).filter(|local| local % DAY_SECONDS == 0);
    let day = local.and_then(|local| u32::try_from(local / DAY_SECONDS).ok());
    day.filter(|day| *day <= DAY_MAX).ok_or_else(|| wrong("claim", NOT_BEFORE))
}
