//! Issuer.
fn main() {}
