//! API tokens: who may send what, kept in `tokens.json` as hashes. A token itself is shown once and kept nowhere.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use verifier::Language;
use zeroize::Zeroizing;

use super::output::Output;
use super::{DataDirectory, Office, OfficeError};
use crate::issuing::{kazakhstan, moment};

/// What a token begins with: who finds one in a file knows what it is, and scanners of leaked secrets can too.
const TOKEN_PREFIX: &str = "tanu_";

/// Tokens of one directory, revoked ones included: a client needs one or two.
const TOKENS_MAX: usize = 1_000;

/// Characters of a name.
const NAME_CHARACTERS_MAX: usize = 64;

/// What a token opens.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Scope {
    /// Issuing certificates.
    Issue,
    /// Revoking them.
    Revoke,
    /// Reading them.
    Read,
}

/// An act on tokens.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "token", rename_all = "lowercase")]
#[non_exhaustive]
pub enum TokenAct {
    /// Makes one, and shows it once.
    Create {
        /// Who will use it. Names are never used again.
        name: String,
        /// What it opens.
        scopes: Vec<Scope>,
        /// Its last day.
        expires: Option<Date>,
        /// Certificates that it may ask for in an hour.
        per_hour: u32,
        /// As a JSON object.
        json: bool,
    },
    /// Lists all.
    List {
        /// One JSON object a line.
        json: bool,
    },
    /// Ends one at once.
    Revoke {
        /// Its name.
        name: String,
        /// As a JSON object.
        json: bool,
    },
}

/// A token as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Who uses it.
    pub name: String,
    /// SHA-256 of the token, base64url without padding. It needs no salt and no slow hash: a token has 256 random bits.
    sha256: String,
    /// What it opens.
    pub scopes: Vec<Scope>,
    /// Certificates that it may ask for in an hour.
    pub per_hour: u32,
    created_at: Timestamp,
    /// Its last day, in the time of Kazakhstan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked_at: Option<Timestamp>,
}

/// The file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenFile {
    version: u32,
    tokens: Vec<Token>,
}

impl Office {
    /// The token whose secret this is, if it is in force. The file is read each time: what was revoked is revoked.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn token(&self, secret: &str, now: Timestamp) -> Result<Option<Token>, OfficeError> {
        let given = hash(secret);
        let tokens = read(&self.directory)?.tokens;
        // Every hash is compared to its end, whether or not one fits.
        let matching = tokens.into_iter().fold(None, |found, token| {
            if same(token.sha256.as_bytes(), given.as_bytes()) { Some(token) } else { found }
        });
        let today = now.to_zoned(kazakhstan()).date();
        Ok(matching.filter(|token| {
            token.revoked_at.is_none() && token.expires.is_none_or(|last| today <= last)
        }))
    }
}

impl DataDirectory {
    /// Ends every token at once, and returns how many were in force: a directory that was restored does not know which were revoked since.
    ///
    /// # Errors
    /// If the file of tokens cannot be read or written.
    pub(crate) fn end_tokens(&self, now: Timestamp) -> Result<usize, OfficeError> {
        let mut file = read(self)?;
        let today = now.to_zoned(kazakhstan()).date();
        let mut in_force = 0;
        for token in file.tokens.iter_mut().filter(|token| token.revoked_at.is_none()) {
            in_force += usize::from(token.expires.is_none_or(|last| today <= last));
            token.revoked_at = Some(now);
        }
        if !file.tokens.is_empty() {
            write(self, &file)?;
        }
        Ok(in_force)
    }
}

pub(super) fn perform(
    office: &Office,
    act: TokenAct,
    now: Timestamp,
    output: &mut dyn Output,
) -> Result<u8, OfficeError> {
    // Two acts at once would each write over the other.
    let _turn = office.intake.turn();
    let mut file = read(&office.directory)?;
    match act {
        TokenAct::Create { name, scopes, expires, per_hour, json } => {
            check_new(&file, &name, &scopes)?;
            if let Some(last) = expires.filter(|last| *last < now.to_zoned(kazakhstan()).date()) {
                return Err(OfficeError::Request(format!(
                    "{last} is over already; give --expires a day to come"
                )));
            }
            let secret = generate()?;
            file.tokens.push(Token {
                name: name.clone(),
                sha256: hash(&secret),
                scopes,
                per_hour,
                created_at: now,
                expires,
                revoked_at: None,
            });
            write(&office.directory, &file)?;
            if json {
                output.line(&json!({ "name": name, "token": *secret }).to_string());
            } else {
                output.line(&secret);
            }
            output.note(&format!(
                "this is the token of {name}; it is shown once and kept nowhere; send it as `Authorization: Bearer …`"
            ));
        }
        TokenAct::List { json } => file.tokens.iter().for_each(|token| list(token, json, output)),
        TokenAct::Revoke { name, json } => {
            let token = file.tokens.iter_mut().find(|token| token.name == name);
            let token = token.ok_or_else(|| {
                OfficeError::Request(format!(
                    "there is no token {name}; `issuer token list` shows all"
                ))
            })?;
            let revoked_at = *token.revoked_at.get_or_insert(now);
            write(&office.directory, &file)?;
            if json {
                let line = json!({ "name": name, "revoked_at": revoked_at });
                output.line(&line.to_string());
            } else {
                let since = moment(revoked_at, Language::En);
                output.line(&format!("{name} opens nothing since {since}"));
            }
        }
    }
    Ok(0)
}

fn list(token: &Token, json: bool, output: &mut dyn Output) {
    if json {
        let line = json!({
            "name": token.name,
            "scopes": token.scopes,
            "per_hour": token.per_hour,
            "created_at": token.created_at,
            "expires": token.expires,
            "revoked_at": token.revoked_at,
        });
        output.line(&line.to_string());
        return;
    }
    let scopes = json!(token.scopes).to_string();
    let since = moment(token.created_at, Language::En);
    let mut line = format!("{:24} {scopes} {}/h, since {since}", token.name, token.per_hour);
    if let Some(last) = token.expires {
        line.push_str(&format!(", until {last}"));
    }
    if let Some(revoked_at) = token.revoked_at {
        line.push_str(&format!(", revoked on {}", moment(revoked_at, Language::En)));
    }
    output.line(&line);
}

fn check_new(file: &TokenFile, name: &str, scopes: &[Scope]) -> Result<(), OfficeError> {
    let refuse = |sentence: String| Err(OfficeError::Request(sentence));
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if name.is_empty() || name.len() > NAME_CHARACTERS_MAX || !name.chars().all(plain) {
        return refuse(
            "name the token with at most 64 letters A to Z, digits, - _ and .".to_owned(),
        );
    }
    if file.tokens.iter().any(|token| token.name == name) {
        // Idempotency keys belong to a name, so another client must not get it.
        return refuse(format!("there is or was a token {name}; take another name"));
    }
    if file.tokens.len() >= TOKENS_MAX {
        return refuse(format!("there are {TOKENS_MAX} tokens; remove old ones from tokens.json"));
    }
    if scopes.is_empty() {
        return refuse("say with --scope what the token opens".to_owned());
    }
    Ok(())
}

/// 256 random bits.
fn generate() -> Result<Zeroizing<String>, OfficeError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice())?;
    Ok(Zeroizing::new(format!("{TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes.as_slice()))))
}

fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

/// Whether two texts are the same, in a time that depends on their lengths alone.
fn same(first: &[u8], second: &[u8]) -> bool {
    let differences = first.iter().zip(second).fold(0, |found, (one, other)| found | (one ^ other));
    first.len() == second.len() && std::hint::black_box(differences) == 0
}

fn read(directory: &DataDirectory) -> Result<TokenFile, OfficeError> {
    let path = directory.tokens();
    let Some(bytes) = directory.read_optional(&path)? else {
        return Ok(TokenFile { version: 1, tokens: Vec::new() });
    };
    let fault = |reason: String| OfficeError::Tokens { path: path.clone(), reason };
    let file: TokenFile =
        serde_json::from_slice(&bytes).map_err(|error| fault(error.to_string()))?;
    if file.version != 1 {
        return Err(fault(format!("its version is {}, this program reads 1", file.version)));
    }
    Ok(file)
}

fn write(directory: &DataDirectory, file: &TokenFile) -> Result<(), OfficeError> {
    // Plain values always have a JSON form.
    let text = serde_json::to_string_pretty(file).unwrap_or_default();
    directory.write_private(&directory.tokens(), text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_random_and_told_from_their_hash() {
        let (one, other) = (generate().unwrap(), generate().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), "tanu_".len() + 43);
        assert!(!hash(&one).contains(one.as_str()) && hash(&one) != hash(&other));
    }

    #[test]
    fn comparison_sees_every_difference() {
        assert!(same(b"abc", b"abc"));
        for other in [b"xbc".as_slice(), b"axc", b"abx", b"ab", b"abcd", b""] {
            assert!(!same(b"abc", other));
        }
    }
}
