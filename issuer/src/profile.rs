//! Who issues: the university's profile and its place on the web.
//! It tells names and addresses; it holds no key.

use serde::{Deserialize, Serialize};

use crate::programme::Text;

/// The issuer as it stands in every credential (Open Badges 3.0, "Profile"), in the file format of `issuer.json`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct IssuerProfile {
    /// Its DID. Must be the `did:web` of the public address.
    pub id: String,
    /// Its home page.
    pub url: String,
    /// Name in each language.
    pub name: Text,
    /// Business identification number, if it is shown.
    pub bin: Option<String>,
    /// The head, who signs the form (Appendix Б).
    pub official: Option<String>,
    /// Where to ask.
    pub email: Option<String>,
    /// Postal address.
    pub address: Option<Address>,
}

/// Postal address (Open Badges 3.0, "Address").
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// Country by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_country: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_country_code: Option<String>,
    /// Town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_locality: Option<String>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street_address: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
}

/// The public address of the service: what every identifier starts with. No slash at its end.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicUrl(String);

/// Why a text is no public address.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "`{0}` is not a public address: write https:// and the host name, nothing after it but a port"
)]
pub struct NotAPublicUrl(String);

impl PublicUrl {
    /// Takes `https://host` or `https://host:port` (`http` for loopback only).
    ///
    /// # Errors
    /// [`NotAPublicUrl`]: the address of credentials outlives the machine, so it is not guessed at.
    pub fn parse(text: &str) -> Result<Self, NotAPublicUrl> {
        let refused = || NotAPublicUrl(text.to_owned());
        let trimmed = text.strip_suffix('/').unwrap_or(text);
        let (scheme, host) = trimmed.split_once("://").ok_or_else(refused)?;
        let name = host.split_once(':').map_or(host, |(name, _)| name);
        let port = host.split_once(':').map(|(_, port)| port);
        let plain = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
        let named = !name.is_empty() && name.chars().all(|c| plain(c) || c == '-' || c == '.');
        let numbered = port.is_none_or(|port| port.parse::<u16>().is_ok());
        let secure =
            scheme == "https" || scheme == "http" && matches!(name, "localhost" | "127.0.0.1");
        if named && numbered && secure { Ok(Self(trimmed.to_owned())) } else { Err(refused()) }
    }

    /// The address itself, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The DID whose document stands at `/.well-known/did.json` of this address (did:web Method Specification).
    #[must_use]
    pub fn did(&self) -> String {
        let host = self.0.split_once("://").map_or(self.0.as_str(), |(_, host)| host);
        format!("did:web:{}", host.replace(':', "%3A"))
    }

    /// The page of the certificate of `handle`.
    #[must_use]
    pub fn certificate(&self, handle: &str) -> String {
        format!("{}/c/{handle}", self.0)
    }

    /// The credential of `handle` in a language.
    #[must_use]
    pub fn credential(&self, handle: &str, language: &str) -> String {
        format!("{}/c/{handle}/{language}", self.0)
    }

    /// The transcript of `handle`.
    #[must_use]
    pub fn transcript(&self, handle: &str) -> String {
        format!("{}/clr/{handle}", self.0)
    }

    /// The status list of this number.
    #[must_use]
    pub fn status_list(&self, number: u32) -> String {
        format!("{}/status/{number}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_did_follows_from_the_address() {
        let did = |text: &str| PublicUrl::parse(text).map(|url| url.did());
        assert_eq!(
            did("https://credentials.example.org/").unwrap(),
            "did:web:credentials.example.org"
        );
        assert_eq!(did("http://localhost:8080").unwrap(), "did:web:localhost%3A8080");
        for text in [
            "",
            "example.org",
            "http://example.org",
            "https://",
            "https://a/b",
            "https://A.org",
            "https://a:b",
            "https://u@a",
        ] {
            assert!(did(text).is_err(), "{text}");
        }
    }
}
