//! Badges of certificates: the picture of the programme with the signed credential inside.
//! Pictures are drawn once; the credential goes in as it was released.

use std::sync::Arc;

use serde::Deserialize;
use verifier::Language;

use super::{Office, OfficeError};
use crate::document::{Face, Picture, Signed, bake_png, bake_svg};
use crate::programme::{Programme, Programmes};
use crate::register::{Certificate, Edition};

/// What a picture takes from the credential itself: the profile may have changed since, the picture must say what was signed.
#[derive(Deserialize)]
struct Issued {
    issuer: Issuer,
}

#[derive(Deserialize)]
struct Issuer {
    name: String,
}

impl Office {
    /// The badge of one edition as PNG, its credential inside. The first badge of a programme takes tens of milliseconds.
    ///
    /// # Errors
    /// If the programme is not registered, or the picture cannot be drawn.
    pub fn baked_png(
        &self,
        certificate: &Certificate,
        edition: &Edition,
    ) -> Result<Vec<u8>, OfficeError> {
        let picture = self.picture_of_edition(certificate, edition)?;
        Ok(bake_png(&picture.png, Signed::Json(&edition.credential))?)
    }

    /// The same as SVG.
    ///
    /// # Errors
    /// As [`Office::baked_png`].
    pub fn baked_svg(
        &self,
        certificate: &Certificate,
        edition: &Edition,
    ) -> Result<String, OfficeError> {
        let picture = self.picture_of_edition(certificate, edition)?;
        Ok(bake_svg(&picture.svg, Signed::Json(&edition.credential))?)
    }

    /// The picture of a programme's badge as it would be issued today, without any credential.
    ///
    /// # Errors
    /// If the programme has no name in this language, or the picture cannot be drawn.
    pub fn picture(
        &self,
        programme: &Programme,
        language: Language,
    ) -> Result<Arc<Picture>, OfficeError> {
        let name = &self.issuance.identity.profile.name;
        let university = name.in_language(language).unwrap_or(&name.kk);
        self.drawn(programme, university, language)
    }

    fn picture_of_edition(
        &self,
        certificate: &Certificate,
        edition: &Edition,
    ) -> Result<Arc<Picture>, OfficeError> {
        let programmes = self.issuance.programmes();
        let programme = certified(&programmes, certificate)?;
        let issued: Issued = serde_json::from_str(&edition.credential).map_err(|error| {
            let number = &certificate.number;
            OfficeError::Request(format!("the credential of {number} cannot be read: {error}"))
        })?;
        self.drawn(programme, &issued.issuer.name, edition.language)
    }

    fn drawn(
        &self,
        programme: &Programme,
        university: &str,
        language: Language,
    ) -> Result<Arc<Picture>, OfficeError> {
        let face = Face::of(programme, university, language).ok_or_else(|| {
            let (code, tag) = (&programme.code, language.tag());
            OfficeError::Request(format!("{code} has no name in the language {tag}"))
        })?;
        Ok(self.pictures.of(face)?)
    }
}

/// The programme in the version under which a certificate was issued.
pub(super) fn certified<'p>(
    programmes: &'p Programmes,
    certificate: &Certificate,
) -> Result<&'p Programme, OfficeError> {
    let (code, version) = (&certificate.completion.programme_code, &certificate.programme_version);
    programmes.version(code, version).ok_or_else(|| {
        OfficeError::Request(format!(
            "version {version} of the programme {code} is not in the register of programmes"
        ))
    })
}
