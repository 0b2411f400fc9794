//! What can be carried in a picture, and why it could not be put there.

/// A signed credential in one of its two written forms, exactly as it was released.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Signed<'c> {
    /// JSON with embedded proofs.
    Json(&'c str),
    /// A compact JWS.
    Token(&'c str),
}

/// Why nothing was baked.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BakeError {
    /// A picture carries one credential.
    #[error("the picture carries a credential already; take the one without")]
    AlreadyBaked,
    /// No PNG, or a damaged one.
    #[error("this is not a whole PNG picture")]
    NotPng,
    /// No SVG whose start can be read.
    #[error("this is not an SVG picture that begins with its own element")]
    NotSvg,
    /// Neither a JSON object nor a compact JWS, or larger than a chunk of PNG can be.
    #[error("this is not a signed credential, so it is put into no picture")]
    NotACredential,
}

impl<'c> Signed<'c> {
    /// The text of the credential, if it can be one: an object of JSON without raw control characters, or three parts of base64url.
    ///
    /// # Errors
    /// [`BakeError::NotACredential`].
    pub(super) fn checked(self) -> Result<&'c str, BakeError> {
        let right = match self {
            Self::Json(text) => {
                let control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
                text.starts_with('{')
                    && text.trim_end().ends_with('}')
                    && !text.bytes().any(control)
            }
            Self::Token(text) => {
                let plain =
                    |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
                text.bytes().all(plain)
                    && text.split('.').filter(|part| !part.is_empty()).count() == 3
            }
        };
        let (Self::Json(text) | Self::Token(text)) = self;
        if right { Ok(text) } else { Err(BakeError::NotACredential) }
    }
}
