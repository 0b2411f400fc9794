//! Every limit of the verifier, with its reason. Nothing else may hold a bound.

/// Bytes of one input. The largest honest carrier is a portfolio of a few hundred badges of 10 kB.
pub const INPUT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Depth of nested JSON. An Open Badge nests about ten deep; recursion must end before the stack does.
pub const JSON_DEPTH_MAX: usize = 64;

/// Members and items of one JSON document, counted together.
pub const JSON_VALUES_MAX: usize = 200_000;

/// Bytes of a document in which every node is written whole: several times the largest honest one.
pub const MERGED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Nodes with an identifier in a document that tells one of them in several objects. The largest honest badges have a few
/// hundred; each takes a kilobyte while they are read together.
pub const MERGED_NODES_MAX: usize = 10_000;

/// Embedded credentials that are verified with a document: endorsements of a badge.
pub const ENDORSEMENTS_MAX: usize = 16;

/// Credentials in one transcript: some years of study. Each is verified whole.
pub const CLR_CREDENTIALS_MAX: usize = 256;

/// Bytes of a member name. The longest term of any pinned context has 28; names are repeated in every finding.
pub const NAME_BYTES_MAX: usize = 256;

/// Bytes of a problem's sentence or pointer. Values of the input are quoted in it.
pub const PROBLEM_BYTES_MAX: usize = 600;

/// Warnings of one report. More say nothing new, and a report must stay smaller than what it reports on.
pub const WARNINGS_MAX: usize = 16;

/// Types of one node object. Open Badges have one or two; each can bring a context of its own.
pub const NODE_TYPES_MAX: usize = 8;

/// Types beyond the first, over all node objects of a document.
pub const EXTRA_TYPES_MAX: usize = 512;

/// Quads of one proof configuration: five, and some for members that a signer may add.
pub const PROOF_QUADS_MAX: usize = 64;

/// Keys of an issuer's document among which one that came with a token is looked for: every rotation adds one.
pub const ASSERTION_METHODS_MAX: usize = 64;

/// Largest integer that every JSON reader keeps exactly (RFC 8259, "Numbers"; I-JSON).
pub const INTEGER_MAX: u64 = 9_007_199_254_740_991;

/// Proofs of one credential. Two are usual; each costs a canonicalization.
pub const PROOFS_MAX: usize = 8;

/// Characters of a `proofValue`. An Ed25519 signature takes at most 89.
pub const PROOF_VALUE_CHARS_MAX: usize = 256;

/// Quads of one credential. A demo credential has about 240.
pub const QUADS_MAX: usize = 50_000;

/// Calls of RDFC-1.0 "Hash N-Degree Quads" for one dataset. The largest case of the W3C suite that
/// must succeed needs under 3,000; the poison cases need more than any machine can do.
pub const N_DEGREE_CALLS_MAX: u32 = 4_000;

/// Nodes that all those calls together look at: a call looks at a handful in the W3C suite, but at thousands where they hang on one.
pub const N_DEGREE_VISITS_MAX: usize = 400_000;

/// Bytes of all statements of one input, as lines, however often its documents and proofs make them. Sixteen times the largest
/// input, since every line repeats its subject, and what stands inside a transcript is stated twice.
pub const STATEMENT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Bytes of one status list, inflated: sixteen times the smallest list of the specification.
pub const STATUS_LIST_BYTES_MAX: usize = 256 * 1024;

/// Entries that the smallest status list has (Bitstring Status List, "Validate Algorithm", step 8).
pub const STATUS_LIST_ENTRIES_MIN: u64 = 131_072;

/// Status entries of one credential.
pub const STATUS_ENTRIES_MAX: usize = 8;

/// How long a fetched list without `ttl` is used, seconds.
pub const STATUS_TTL_SECONDS_DEFAULT: i64 = 300;

/// Bounds that a list's own `ttl` is clamped to, seconds.
pub const STATUS_TTL_SECONDS_MIN: i64 = 60;
/// Upper bound of the same.
pub const STATUS_TTL_SECONDS_MAX: i64 = 86_400;

/// Bytes of a `did:web` identifier that is resolved. Its host has at most 253.
pub const DID_BYTES_MAX: usize = 1_024;

/// Clock difference tolerated for `validFrom`, seconds, at most.
pub const SKEW_SECONDS_MAX: i64 = 300;

/// Bits of an RSA modulus, at least: RFC 7518, "Digital Signature with RSASSA-PKCS1-v1_5".
pub const RSA_MODULUS_BITS_MIN: usize = 2_048;
/// Bits of an RSA modulus, at most: beyond, verifying is slow and nobody has such keys.
pub const RSA_MODULUS_BITS_MAX: usize = 8_192;

/// Smallest RSA exponent: with smaller ones, faults in other people's padding become forgeries (NIST SP 800-56B).
pub const RSA_EXPONENT_MIN: u64 = 65_537;
/// Largest RSA exponent, 33 bits: a larger one makes verifying as slow as its owner likes.
pub const RSA_EXPONENT_MAX: u64 = 8_589_934_591;

/// Characters of one member of a JWK: the modulus of the largest RSA key takes 1,366.
pub const JWK_MEMBER_CHARS_MAX: usize = 1_400;

/// Characters of a token's header. The largest holds the JWK of an RSA key of 8192 bits, encoded twice: about 2,000.
pub const TOKEN_HEADER_CHARS_MAX: usize = 4_096;

/// Bytes of an inclusion proof: 63 hashes, a leaf of some commitments and a note take a tenth of it.
pub const INCLUSION_PROOF_BYTES_MAX: usize = 64 * 1024;

/// Characters of a statement with its URL: the largest QR code holds 4,296 of its alphabet (ISO/IEC 18004, version 40 at level L).
pub const QR_TEXT_CHARS_MAX: usize = 4_296;

/// Bytes of a statement's claims, inflated. An honest one has under 1,000; a code of 3 kB could hold 3 MB.
pub const QR_CLAIMS_BYTES_MAX: usize = 16 * 1024;

/// Characters of the name of a key in a statement: `qr-1`.
pub const KEY_NAME_CHARS_MAX: usize = 32;

/// Proofs of one entry that are tried, each to another checkpoint: one from each time somebody asked for one, and whatever others
/// lay beside them, which must not hide an honest one. Each costs the hashes of its path and, where these hold, one signature.
pub const PROOFS_OF_ENTRY_MAX: usize = 1_000;

/// Hashes of an inclusion or consistency proof. The largest tree that is read has so many levels (C2SP tlog-witness, "add-checkpoint").
pub const PROOF_HASHES_MAX: usize = 63;

/// Leaves of a tree: 2^63 - 1, which other readers of checkpoints keep in a signed integer.
pub const TREE_SIZE_MAX: u64 = 9_223_372_036_854_775_807;

/// Bytes of a leaf, as in the register's format.
pub const LEAF_BYTES_MAX: usize = 65_536;

/// Bytes of a signed note: sixteen signatures must be read, and the longest that C2SP knows take seven kilobytes as text.
pub const NOTE_BYTES_MAX: usize = 128 * 1024;

/// Signatures of a note. Sixteen must be read (C2SP signed-note, "Format"); a log and all its witnesses have fewer than this.
pub const NOTE_SIGNATURES_MAX: usize = 64;

/// Bytes of the name of a log or a witness. Names are host names with a path.
pub const NOTE_KEY_NAME_BYTES_MAX: usize = 255;

/// Witnesses of one log in a trust list. Witness networks have about ten; sixteen cosignatures is what every reader of notes takes.
pub const WITNESSES_MAX: usize = 16;

/// Logs that the register of one issuer had before the one in use. Each restore from a backup ends one.
pub const EARLIER_LOGS_MAX: usize = 64;

/// Bytes of an offline pack. A list takes some 25 kB: the packs of a whole country have a few hundred issuers with a few dozen lists each.
pub const PACK_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Documents of an offline pack.
pub const PACK_DOCUMENTS_MAX: usize = 16_384;

/// How old the answers of an offline pack may be unless the caller says otherwise, seconds: seven days, as long as a status list is
/// valid.
pub const PACK_AGE_SECONDS_DEFAULT: i64 = 7 * 86_400;

/// Bytes of a file that carries a credential: a PDF, a picture. A photograph of twelve million pixels takes five million.
pub const CARRIER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Chunks of a PNG. Encoders cut the picture into pieces of 8 kB.
pub const PNG_CHUNKS_MAX: usize = 65_536;

/// Nodes of an SVG. Drawings of badges have a few hundred; each takes a hundred bytes while it is read.
pub const SVG_NODES_MAX: u32 = 100_000;

/// Attributes of one element of an SVG: readers of XML compare each with every other one.
pub const SVG_ATTRIBUTES_MAX: usize = 256;

/// Attributes of all elements of an SVG: two for each of the largest number of nodes. Each takes a hundred bytes while it is read.
pub const SVG_ATTRIBUTES_ALL_MAX: usize = 200_000;

/// Elements of an SVG inside one another. Drawings nest a dozen deep.
pub const SVG_DEPTH_MAX: usize = 256;

/// Namespaces that an SVG declares, each of which every element below it may have. Drawing programs declare a dozen.
pub const SVG_NAMESPACES_MAX: usize = 256;

/// Objects inside one another in a PDF. Honest ones nest a handful deep; recursion must end before the stack does (RUSTSEC-2026-0187).
pub const PDF_DEPTH_MAX: usize = 32;

/// Values that are read of one PDF, arrays and dictionaries counted with what they hold. Only what leads to the attachments is read.
pub const PDF_VALUES_MAX: usize = 200_000;

/// Bytes that are read of one PDF, objects that several others refer to counted each time, streams as they lie in the file: twice the largest
/// file. What is not referred to is not read.
pub const PDF_READ_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Pages and groups of pages of a PDF, to each of which a file can be pinned. A thesis has a few hundred.
pub const PDF_PAGES_MAX: usize = 2_048;

/// Entries of all cross-reference sections of a PDF, those of one object counted each time: one with a thousand pages has ten thousand.
pub const PDF_ENTRIES_MAX: usize = 200_000;

/// Cross-reference sections of a PDF: one for each time that it was changed.
pub const PDF_SECTIONS_MAX: usize = 32;

/// Bytes that all streams of a PDF inflate to that are read on the way to its attachments, and these.
pub const PDF_INFLATED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Blocks of a deflated stream, beyond those that its content explains. Programs begin one after some ten thousand bytes, or where they were
/// told to write out what they have.
pub const DEFLATE_BLOCKS_MAX: usize = 2_048;

/// Bytes of content that explain one block more.
pub const DEFLATE_BLOCK_BYTES_MIN: usize = 512;

/// Attachments of a PDF. Ours have three credentials and a proof.
pub const PDF_ATTACHMENTS_MAX: usize = 64;

/// Credentials in one PDF: the editions of a certificate, one for each language.
pub const EDITIONS_MAX: usize = 8;

/// Pixels of a picture in which a QR code is looked for: what telephones take, 4080 by 3072.
pub const PHOTO_PIXELS_MAX: usize = 12_600_000;

/// Bytes of the compressed pixels of a PNG in which a QR code is looked for without counting their blocks first: these take a tenth of a
/// second at the worst.
pub const PHOTO_STREAM_BYTES_MAX: usize = 1024 * 1024;

/// Bytes that larger ones inflate to: the largest picture in four colours.
pub const PHOTO_BYTES_MAX: usize = 4 * PHOTO_PIXELS_MAX + 64 * 1024;

/// Pixels of a progressive JPEG, whose coefficients stay in memory until the end: what messengers make of a photograph.
pub const PROGRESSIVE_PIXELS_MAX: usize = 4_000_000;

/// Bytes of one row of a PNG in which a QR code is looked for: the longest side of [`PHOTO_PIXELS_MAX`] in 16 bits and four colours.
pub const PHOTO_ROW_BYTES_MAX: usize = 128 * 1024;

/// Longest side of the picture that is searched for QR codes, pixels: a larger one is made smaller first. Four pixels for each module of the
/// densest code that fills half of it.
pub const PHOTO_SIDE_MAX: usize = 1_600;

/// Pixels that are looked at or painted while QR codes are searched for. A photograph takes a tenth of it; a picture full of finder
/// patterns would take hours.
pub const PHOTO_WORK_MAX: u64 = 60_000_000;

/// Corners of QR codes in one picture; a code has three. Everything is tried that three of them could mean together.
pub const PHOTO_CORNERS_MAX: usize = 128;

/// Stretches of dark pixels in one picture that is searched. A code that fills it has a third of this, noise a quarter more; each may wait in
/// memory for its turn twice, 16 bytes each time.
pub const PHOTO_RUNS_MAX: usize = 500_000;

/// Characters of the text of a QR code: version 40 holds 4,296.
pub const CODE_CHARS_MAX: usize = 4_296;

/// Bytes of the list of files of an archive: 65,534 names of two hundred bytes.
pub const ARCHIVE_LIST_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Bytes that an archive may inflate to, all files together.
pub const ARCHIVE_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// How many times as large as the archive all its files together may be, beyond one file of the largest size: credentials shrink to a fifth, and
/// what one file of an archive says does not make the next one smaller.
pub const ARCHIVE_WHOLE_RATIO_MAX: u64 = 20;

/// How many times as large as in the archive a file of it may be. JSON shrinks to a fifth; repeated text to a hundredth.
pub const ARCHIVE_RATIO_MAX: u64 = 200;
