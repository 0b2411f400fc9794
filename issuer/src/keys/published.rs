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
    use super::super::keyring::Keyring;

    #[test]
    fn the_example_keys_are_known() {
        let seed = |file: &str| -> [u8; 32] {
            let file: serde_json::Value = serde_json::from_str(file).unwrap();
            let hex = file["secretSeedHex"].as_str().unwrap();
            let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
            (0..32).map(|n| byte(2 * n)).collect::<Vec<_>>().try_into().unwrap()
        };
        for file in super::FILES {
            let keyring = Keyring::from_seeds(&[seed(file), [1; 32], [2; 32]]);
            assert!(keyring.is_published());
        }
        assert!(!Keyring::from_seeds(&[[3; 32], [1; 32], [2; 32]]).is_published());
    }
}
