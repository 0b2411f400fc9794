//! Credentials in a PDF: its attachments, and nothing else of it. What the pages show is never read, and never verified.
//!
//! An own small reader, since libraries for PDF read whole files: every object, every stream, repaired where it is damaged. Here only
//! what leads from the end of the file to the attachments is read, within limits, and what is damaged is refused.

mod attached;
mod budget;
mod editions;
mod file;
mod metadata;
mod object;
mod sections;

use self::attached::{Kind, attached};
use self::file::File;
use self::metadata::identifiers;
use super::{Attachments, Contents, Parcel, absent, malformed, over};
use crate::limits;
use crate::problem::{Code, Problem};
use crate::report::Finding;
use crate::wording::plain_text;

pub(crate) use editions::check_editions;

/// Takes the credentials and proofs out of a PDF.
pub(super) fn unpack(input: &[u8]) -> Result<Parcel<'static>, Finding> {
    let file = File::open(input)?;
    let root = file.value(file.trailer.find(b"Root"))?;
    let root =
        root.dictionary().ok_or_else(|| malformed("The PDF is damaged: it has no contents."))?;
    let mut attachments =
        Attachments { identifiers: identifiers(&file, root), ..Attachments::default() };
    let mut warnings = vec![Problem::new(
        Code::PagesNotVerified,
        "The visible text of the PDF is not verified: compare it with what is shown here.",
    )];
    let added = sections::added_bytes(&file);
    if added > 0 {
        let detail = format!("{added} bytes were added to the PDF after it was made.");
        warnings.push(Problem::new(Code::BytesAdded, detail));
    }
    for attached in attached(&file, root)? {
        match attached.kind() {
            Kind::Credential => attachments.credentials.push((attached.name(), attached.bytes)),
            Kind::Proof => attachments.proofs.push(attached.bytes),
            Kind::Other => {
                let detail =
                    format!("The attachment {} is not verified.", plain_text(&attached.name()));
                warnings.push(Problem::new(Code::AttachmentNotVerified, detail));
            }
        }
    }
    if attachments.credentials.is_empty() {
        return Err(absent(
            "The PDF carries no credential. A printed or scanned copy has none: ask for the original file, or check the QR code on it.",
        ));
    }
    if attachments.credentials.len() > limits::EDITIONS_MAX {
        return Err(over("credentials", limits::EDITIONS_MAX));
    }
    Ok(Parcel { contents: Contents::Attachments(attachments), warnings })
}
