//! What a paper is made of, and the two papers that are made of it.

use verifier::Language;

use super::attachments::attachments;
use super::error::PaperError;
use super::pdf::{About, write};
use super::sheet::Draft;
use super::words::words;
use super::{certificate, transcript};
use crate::document::Stated;
use crate::programme::Programme;
use crate::register::{Certificate, Edition};

/// The results of one certificate; a programme has at most 180 outcomes, and there are four further results.
const RESULTS_MAX: usize = 256;

/// What a paper is made of.
#[derive(Clone, Copy, Debug)]
pub struct Paper<'p> {
    /// The certificate.
    pub certificate: &'p Certificate,
    /// The version of the programme that it was issued under.
    pub programme: &'p Programme,
    /// The proof that it is in the register, as it is attached; `None` while no checkpoint covers it.
    pub proof: Option<&'p str>,
    /// What the QR code says.
    pub qr: &'p str,
    /// Whether the English edition is added.
    pub english: bool,
}

/// One language of a certificate.
pub(super) struct Told {
    pub(super) language: Language,
    pub(super) stated: Stated,
}

impl Told {
    /// The final result: in words with its letter, and in percent; `None` if the credential has none.
    pub(super) fn final_result(&self) -> Option<(String, String)> {
        let [percent, rest @ ..] = self.stated.finals.as_slice() else { return None };
        let mut text = words(self.language).final_result.to_owned();
        for (place, graded) in rest.iter().enumerate() {
            text.push_str(&match place {
                0 => format!(": {}", graded.grade),
                _ => format!(" ({})", graded.grade),
            });
        }
        Some((text, format!("{} %", percent.grade)))
    }
}

impl Paper<'_> {
    /// The certificate (Appendix Б and 6.2.1) as a PDF file.
    ///
    /// # Errors
    /// [`PaperError`]: then there is no file.
    pub fn certificate(&self) -> Result<Vec<u8>, PaperError> {
        let parts = self.parts()?;
        let draft = certificate::draft(self, &parts)?;
        let title = |language| words(language).certificate;
        self.write(&draft, &parts, title)
    }

    /// The transcript (6.2.2) as a PDF file.
    ///
    /// # Errors
    /// [`PaperError`]: then there is no file.
    pub fn transcript(&self) -> Result<Vec<u8>, PaperError> {
        let parts = self.parts()?;
        let draft = transcript::draft(self, &parts)?;
        let title = |language| words(language).transcript;
        self.write(&draft, &parts, title)
    }

    /// What stands side by side: Kazakh and Russian, then, if it is wanted, English.
    pub(super) fn parts(&self) -> Result<Vec<Vec<Told>>, PaperError> {
        let mut parts = vec![vec![self.told(Language::Kk)?, self.told(Language::Ru)?]];
        if self.english {
            parts.push(vec![self.told(Language::En)?]);
        }
        Ok(parts)
    }

    fn told(&self, language: Language) -> Result<Told, PaperError> {
        let certificate = self.certificate;
        let edition = certificate.editions.iter().find(|edition| edition.language == language);
        let edition = edition.ok_or_else(|| PaperError::NoEdition {
            number: certificate.number.clone(),
            language: language.tag(),
        })?;
        Ok(Told { language, stated: self.stated(edition)? })
    }

    fn stated(&self, edition: &Edition) -> Result<Stated, PaperError> {
        let view = serde_json::from_str(&edition.credential);
        let view = view.map_err(|error| PaperError::Credential {
            number: self.certificate.number.clone(),
            reason: error.to_string(),
        })?;
        Ok(Stated::of(&view, RESULTS_MAX))
    }

    fn write(
        &self,
        draft: &Draft,
        parts: &[Vec<Told>],
        title: impl Fn(Language) -> &'static str,
    ) -> Result<Vec<u8>, PaperError> {
        let certificate = self.certificate;
        let told: Vec<&Told> = parts.iter().flatten().collect();
        let titles: Vec<&str> = told.iter().map(|told| title(told.language)).collect();
        let subjects =
            told.iter().filter_map(|told| told.stated.qualification.clone()).collect::<Vec<_>>();
        let organisation = told.first().and_then(|told| told.stated.organisation.clone());
        let about = About {
            title: format!("№ {} — {}", certificate.number, titles.join(" / ")),
            subject: subjects.join(" / "),
            identifiers: vec![certificate.number.clone(), certificate.registration_number.clone()],
            author: organisation.unwrap_or_default(),
            language: Language::Kk,
            issued_at: certificate.issued_at,
        };
        write(draft, &about, &attachments(certificate, self.proof))
    }
}
