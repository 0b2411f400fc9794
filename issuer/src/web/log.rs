//! The log as files (C2SP tlog-tiles, "APIs"): checkpoint, tiles and entry bundles; and the inclusion proofs of certificates.
//! It serves what lies in the log's directory under names of the specification, and nothing else.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::answer::{Failure, Named, with};
use super::certificate::{edition, record};
use super::desk::{Desk, Queue};
use super::documents::exact_language;
use crate::office::DataDirectory;
use crate::register::is_tile_path;

const TEXT: &str = "text/plain; charset=utf-8";
/// A tile never changes.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// A checkpoint is replaced a second after the next entry.
const SECONDS: &str = "public, max-age=2";

/// `GET /log/checkpoint`: the last checkpoint, signed.
pub(super) async fn checkpoint(State(desk): State<Arc<Desk>>) -> Result<Response, Failure> {
    let log = Arc::clone(&desk);
    let note = desk.lists.run(move || Ok(log.office.issuance.log().checkpoint()?)).await?;
    checkpoint_response(note)
}

pub(super) fn checkpoint_response(note: Option<String>) -> Result<Response, Failure> {
    let note = note.ok_or(Failure::NotFound)?;
    Ok(with(([(CONTENT_TYPE, TEXT)], note).into_response(), CACHE_CONTROL, SECONDS))
}

/// `GET /log/tile/{path}`: a tile of hashes, or an entry bundle.
pub(super) async fn tile(
    State(desk): State<Arc<Desk>>,
    Named(path): Named<String>,
) -> Result<Response, Failure> {
    read_tile(&desk.lists, &desk.office.directory, path).await
}

/// The tile at this path below `/log/tile/`, from the directory's files.
pub(super) async fn read_tile(
    queue: &Queue,
    directory: &DataDirectory,
    path: String,
) -> Result<Response, Failure> {
    if !is_tile_path(&path) {
        return Err(Failure::NotFound);
    }
    let file: PathBuf = directory.log().join("tile").join(path);
    let read = move || match fs::read(&file) {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Failure::NotFound),
        Err(error) => {
            eprintln!("web: {}: {error}", file.display());
            Err(Failure::Broken)
        }
    };
    let bytes = queue.run(read).await?;
    let response = ([(CONTENT_TYPE, "application/octet-stream")], bytes).into_response();
    Ok(with(response, CACHE_CONTROL, FOR_GOOD))
}

/// `GET /c/{handle}/{lang}.tlog-proof`: that the certificate is in the register (C2SP tlog-proof). `GET /c/{handle}/{key}.tlog-proof`: the same of
/// the statement in its QR code, by the name of its key. `GET /c/{handle}/{lang}.{commitment}.tlog-proof`: of this signature of the credential, also
/// after it was signed anew. Not found while no checkpoint covers it.
pub(super) async fn proof(desk: Arc<Desk>, handle: String, tag: &str) -> Result<Response, Failure> {
    let (name, commitment) = tag.split_once('.').map_or((tag, None), |(n, c)| (n, Some(c)));
    let commitment = commitment.map(|text| read_commitment(text).ok_or(Failure::NotFound));
    let (language, commitment) = (exact_language(name), commitment.transpose()?);
    let key = tag.to_owned();
    let work = {
        let desk = Arc::clone(&desk);
        move || {
            let record = record(&desk, &handle)?;
            let issuance = &desk.office.issuance;
            let proof = match language {
                Some(language) => {
                    edition(&record, language).ok_or(Failure::NotFound)?;
                    match commitment {
                        Some(commitment) => issuance.prove_signature(&record, &commitment)?,
                        None => issuance.prove(&record)?,
                    }
                }
                None => issuance.prove_statement(&record, &key)?,
            };
            Ok(proof.ok_or(Failure::NotFound)?.to_string())
        }
    };
    let proof = desk.pages.run(work).await?;
    Ok(([(CONTENT_TYPE, TEXT)], proof).into_response())
}

/// 32 bytes, from base64url without padding.
fn read_commitment(text: &str) -> Option<[u8; 32]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
