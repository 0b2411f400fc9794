//! The rows of the catalogue of attacks that concern a verifier, and why some of them have no case.

/// Every row of the sections A to K, and those of P that a verifier meets.
#[must_use]
pub fn rows() -> Vec<String> {
    let section = |letter: char, numbers: &[u8]| {
        numbers.iter().map(|number| format!("{letter}{number:02}")).collect::<Vec<_>>()
    };
    [
        section(
            'A',
            &[
                1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19, 20, 21, 22, 23, 25, 26, 27,
                28, 29, 30, 31,
            ],
        ),
        section('B', &[1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15]),
        section('C', &[1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 18, 19, 20, 22, 23]),
        section('D', &[1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17]),
        section('E', &[1, 2, 3, 4, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 18, 19, 20]),
        section('F', &[1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14, 15, 16, 18, 19, 20, 22, 23]),
        section('G', &[1, 3, 4, 5, 6, 7, 8, 9]),
        section('H', &[1, 2, 3, 5, 6, 7, 9]),
        section('I', &[1, 2, 4, 5, 6, 8, 9]),
        section('J', &[1, 3, 4, 5, 7, 8, 9]),
        section('K', &[1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14, 15]),
        // Of the register what concerns a verifier; the rest is kept by whoever has the register.
        section('P', &[2, 4, 6, 7, 8, 9, 13]),
        // Transcripts have no row of their own: the merge trap of Comprehensive Learner Records.
        section('G', &[10]),
    ]
    .concat()
}

/// Rows without a case, and where they are kept instead.
pub const ABSENT: &[(&str, &str)] = &[
    (
        "A22",
        "the vectors are a table of their own: tests/vectors/ed25519, run by verifier/src/key/edge_cases.rs",
    ),
    ("A28", "a mutation of the code, not of an input: this corpus is what kills it"),
    (
        "A29",
        "presentations are no input of the badge policy: A31-presentation; conformance has its own suite",
    ),
    ("B14", "content encodings are a matter of HTTP: verifier/src/cli/serve/tests.rs"),
    (
        "C08",
        "the contexts are compiled in, with their digests checked at build and test: schemas/SHA256SUMS",
    ),
    ("E03", "redirects need a network: the tests of fetching"),
    ("E12", "TLS needs a network: the tests of fetching"),
    ("E19", "budgets of fetching: the tests of fetching"),
    ("F18", "staleness between two lists: tests/service.rs of the issuer, which serves them"),
    ("F19", "the issuer's matter: tests/import.rs and the issuer's own tests"),
    ("F20", "the issuer's matter"),
    ("F22", "the issuer's matter"),
    ("F23", "the issuer's matter"),
    ("H09", "a thousand pictures of every kind: tests/tests/carriers.rs"),
    (
        "I09",
        "a matter of the page: it shows no picture that was sent, and the verdict stands outside everything foreign",
    ),
    ("J05", "the issuer's matter: no templates are taken from outside"),
    ("J07", "the issuer's matter: the writer of PDF runs no language of its own"),
    ("J08", "the issuer's matter: what it writes is checked there"),
    ("K02", "a matter of the page of the issuer, which asks to compare"),
    ("K03", "a matter of the pages: the issuer's tests of HTTP"),
    ("K04", "a matter of the pages: the issuer's tests of HTTP"),
    ("K05", "a matter of the pages: the issuer's tests of HTTP"),
    ("K10", "a matter of the pages: the issuer's tests of HTTP"),
    ("K11", "a matter of the pages: the issuer's tests of HTTP"),
    ("K12", "a matter of the pages: the issuer's tests of HTTP"),
    ("K14", "nothing is fetched from an address that somebody sends: K07-address"),
    ("K15", "a matter of the pages: the issuer's tests of HTTP"),
];
