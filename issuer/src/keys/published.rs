//! Public keys whose secrets everybody can read: those of `keys-example/`. The service refuses them outside the demonstration.

/// The key files of `keys-example/`, as they are published.
const FILES: [&str; 2] = [
    include_str!("../../../keys-example/credentials-1.json"),
    include_str!("../../../keys-example/status-1.json"),
];

/// Whether `multibase` is one of them.
pub(super) fn contains(multibase: &str) -> bool {
    FILES.iter().any(|file| file.contains(&format!("\"{multibase}\"")))
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::super::file::{KeyFile, Passphrase};

    /// The seeds of `keys-example/` are hashes of labels.
    fn seed(label: &str) -> [u8; 32] {
        Sha256::digest(label).into()
    }

    #[test]
    fn the_example_keys_are_known() {
        for (file, label) in super::FILES.iter().zip(["tanu example key 1", "tanu example key 2"]) {
            let file: serde_json::Value = serde_json::from_str(file).unwrap();
            let hex: String = seed(label).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(file["secretSeedHex"], hex);
            let file = KeyFile::from_seeds([seed(label), [1; 32], [2; 32], [3; 32]]);
            assert!(file.into_keyring().is_published());
        }
        let file = KeyFile::from_seeds([[3; 32], [1; 32], [2; 32], [4; 32]]);
        assert!(!file.into_keyring().is_published());
    }

    #[test]
    fn the_example_key_file_opens_and_is_published() {
        let file = include_bytes!("../../../keys-example/keys.age");
        let passphrase = Passphrase::new(include_str!("../../../keys-example/passphrase"));
        let keyring = KeyFile::open(file, &passphrase).unwrap().into_keyring();
        assert!(keyring.is_published());
    }
}
