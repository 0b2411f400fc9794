//! The configuration file, `tanu.toml`. A member that it does not know stops the start: a typing error must not pass
//! as a default.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use ureq::http::Uri;
use verifier::log::VerifierKey;

use super::directory::DataDirectory;
use super::error::OfficeError;
use crate::issuing::Witnesses;
use crate::profile::PublicUrl;
use crate::register::Anchor;

/// How the service is set up.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Format of this file: 1.
    pub version: u32,
    /// A demonstration: keys protect nothing, and every page says so.
    #[serde(default)]
    pub demo: bool,
    /// Public address of the service: what every identifier starts with, for good.
    pub public_url: String,
    /// Where `serve` listens unless it is told otherwise.
    #[serde(default = "default_listen")]
    pub listen: String,
    /// Prefix of this instance's numbers: upper-case letters.
    #[serde(default = "default_prefix")]
    pub prefix: String,
    /// File outside the data directory, or address, that has the last checkpoint: a directory older than it signs nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// Keys of those who cosign checkpoints, as vkeys (C2SP signed-note).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub witnesses: Vec<String>,
    /// How many of them must have cosigned before the log's time counts as more than the university's word.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub quorum: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

fn default_listen() -> String {
    "127.0.0.1:8080".to_owned()
}

fn default_prefix() -> String {
    "A".to_owned()
}

impl Configuration {
    /// A configuration for this public address, with every default.
    #[must_use]
    pub fn new(public_url: &str, demo: bool) -> Self {
        Self {
            version: 1,
            demo,
            public_url: public_url.to_owned(),
            listen: default_listen(),
            prefix: default_prefix(),
            anchor: None,
            witnesses: Vec::new(),
            quorum: 0,
        }
    }

    pub(super) fn read(directory: &DataDirectory) -> Result<Self, OfficeError> {
        let path = directory.configuration();
        let bytes = directory
            .read_optional(&path)?
            .ok_or_else(|| OfficeError::NotInitialized(directory.path().to_owned()))?;
        Self::parse(path, bytes)
    }

    /// The configuration in a file of another name.
    pub(crate) fn read_from(path: &Path) -> Result<Self, OfficeError> {
        let bytes = std::fs::read(path);
        let bytes = bytes.map_err(|source| OfficeError::Read { path: path.into(), source })?;
        Self::parse(path.to_owned(), bytes)
    }

    fn parse(path: PathBuf, bytes: Vec<u8>) -> Result<Self, OfficeError> {
        let fault = |reason: String| OfficeError::Configuration { path: path.clone(), reason };
        let text =
            String::from_utf8(bytes).map_err(|_| fault("it is not UTF-8 text".to_owned()))?;
        let configuration: Self =
            toml::from_str(&text).map_err(|error| fault(error.to_string().trim().to_owned()))?;
        if configuration.version != 1 {
            let reason =
                format!("its version is {}, this program reads version 1", configuration.version);
            return Err(fault(reason));
        }
        let letters = configuration.prefix.chars().all(|letter| letter.is_ascii_uppercase());
        if configuration.prefix.is_empty() || !letters {
            return Err(fault("`prefix` must be upper-case letters A to Z".to_owned()));
        }
        if configuration.quorum > configuration.witnesses.len() {
            return Err(fault("`quorum` is more than there are `witnesses`".to_owned()));
        }
        configuration.check_anchor().map_err(fault)?;
        Ok(configuration)
    }

    /// An anchor must be somebody else's, and nobody on the way may put an older checkpoint in its place.
    fn check_anchor(&self) -> Result<(), String> {
        let Some(Anchor::Url(url)) = &self.anchor else { return Ok(()) };
        let wrong = || "`anchor` must be a file or an address with https".to_owned();
        let (uri, own) = (url.parse::<Uri>(), self.public_url.parse::<Uri>());
        let uri = uri.map_err(|_| wrong())?;
        if own.is_ok_and(|own| place(&own) == place(&uri)) {
            return Err("`anchor` must not be an address of this service".to_owned());
        }
        let (host, _) = place(&uri);
        match uri.scheme_str() {
            Some("https") if !host.is_empty() => Ok(()),
            Some("http") if host == "127.0.0.1" || host == "[::1]" => Ok(()),
            _ => Err(wrong()),
        }
    }

    /// Those who cosign the log.
    pub(super) fn checked_witnesses(&self) -> Result<Witnesses, OfficeError> {
        let keys = self.witnesses.iter().map(|vkey| VerifierKey::parse(vkey));
        Ok(Witnesses { keys: keys.collect::<Result<_, _>>()?, quorum: self.quorum })
    }

    pub(super) fn checked_public_url(&self) -> Result<PublicUrl, OfficeError> {
        Ok(PublicUrl::parse(&self.public_url)?)
    }

    pub(crate) fn to_toml(&self) -> String {
        // Plain values always have a TOML form.
        toml::to_string(self).unwrap_or_default()
    }
}

/// Host and port: two spellings of a host are one place.
fn place(uri: &Uri) -> (String, u16) {
    let default = if uri.scheme_str() == Some("http") { 80 } else { 443 };
    let host = uri.host().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    (host, uri.port_u16().unwrap_or(default))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Configuration, String> {
        let directory = tempfile::tempdir().unwrap();
        let directory = DataDirectory::new(directory.path());
        std::fs::create_dir_all(directory.path()).unwrap();
        std::fs::write(directory.configuration(), text).unwrap();
        Configuration::read(&directory).map_err(|error| error.to_string())
    }

    #[test]
    fn round_trip() {
        let configuration = Configuration::new("https://credentials.example.org", true);
        assert_eq!(read(&configuration.to_toml()), Ok(configuration));
    }

    #[test]
    fn a_typing_error_stops_the_start() {
        let good = "version = 1\npublic_url = \"https://a.example\"\n";
        assert!(read(good).is_ok());
        assert!(read(&format!("{good}pubic_url = \"x\"\n")).unwrap_err().contains("pubic_url"));
        assert!(read("version = 2\npublic_url = \"https://a.example\"\n").is_err());
        assert!(read(&format!("{good}prefix = \"a1\"\n")).is_err());
        assert!(read("version = ").is_err());
    }

    #[test]
    fn an_anchor_is_a_file_or_a_safe_address_of_another() {
        let with = |anchor: &str| {
            read(&format!(
                "version = 1\npublic_url = \"https://a.example\"\nanchor = \"{anchor}\"\n"
            ))
        };
        for good in [
            "/mnt/other/anchor",
            "https://b.example/log/checkpoint",
            "https://a.example.kz/checkpoint",
            "https://a.example:8443/checkpoint",
            "http://127.0.0.1:80/x",
            "http://[::1]:8080/x",
        ] {
            let configuration = with(good).unwrap();
            assert_eq!(configuration.anchor.as_ref().unwrap().to_string(), good);
            assert_eq!(read(&configuration.to_toml()), Ok(configuration));
        }
        for bad in [
            "http://b.example/x",
            "http://127.0.0.1.b.example/x",
            "http://127.0.0.1@b.example/x",
            "https:///x",
            "https://a.example/log/checkpoint",
            "https://A.Example.:443/log/checkpoint",
            "https://somebody@a.example/log/checkpoint",
        ] {
            assert!(with(bad).unwrap_err().contains("`anchor` must"), "{bad}");
        }
    }
}
