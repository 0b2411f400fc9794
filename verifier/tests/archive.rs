//! Archives: what other programs pack is read, and what unpacks differently in two programs is not.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up its case shall stop")]

use std::io::{Cursor, Write as _};

use verifier::limits::CARRIER_BYTES_MAX;
use verifier::{Archive, Check, Outcome, Unpackable, Verdict};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn pack(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    writer.add_directory("folder/", options).unwrap();
    for (name, bytes) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A name, and the content or the reason why it was not unpacked.
type Unpacked = (String, Result<Vec<u8>, String>);

fn unpack(bytes: &[u8]) -> Result<Vec<Unpacked>, String> {
    let told = |error: Unpackable| error.to_string();
    let mut archive = Archive::open(Cursor::new(bytes)).map_err(told)?;
    let mut files = Vec::new();
    while let Some(entry) = archive.read_next().map_err(told)? {
        files.push((entry.name, entry.bytes.map_err(told)));
    }
    Ok(files)
}

#[test]
fn what_another_program_packs_is_read() {
    let long = "{\"a\":1}".repeat(1_000);
    let files: [(&str, &[u8]); 3] =
        [("a.json", b"{}"), ("папка/ә.json", long.as_bytes()), ("../../etc/passwd", b"")];
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let read = unpack(&pack(&files, method)).unwrap();
        let expected = files.map(|(name, bytes)| (name.to_owned(), Ok(bytes.to_vec())));
        assert_eq!(read, expected);
    }
}

/// The archive with these bytes at `from`, counted from where `signature` stands.
fn changed(archive: &[u8], signature: &[u8], from: usize, bytes: &[u8]) -> Vec<u8> {
    let at =
        archive.windows(signature.len()).position(|window| window == signature).unwrap() + from;
    let mut archive = archive.to_vec();
    archive[at..at + bytes.len()].copy_from_slice(bytes);
    archive
}

#[test]
fn what_two_programs_unpack_differently_is_not_read() {
    let archive = pack(&[("a.json", b"{\"a\":1}")], CompressionMethod::Deflated);
    // The file stands behind the folder, whose entries come first.
    let folder_less = {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("a.json", SimpleFileOptions::default()).unwrap();
        writer.write_all(b"{\"a\":1}").unwrap();
        writer.finish().unwrap().into_inner()
    };
    let (local, listed) = (b"PK\x03\x04", b"PK\x01\x02");
    for (what, bytes) in [
        ("another name in the file's own header", changed(&folder_less, local, 30, b"b.json")),
        ("another name in the list", changed(&folder_less, listed, 46, b"b.json")),
        ("another checksum", changed(&folder_less, listed, 16, &[1, 2, 3, 4])),
        ("another length", changed(&folder_less, listed, 24, &[6, 0, 0, 0])),
        ("a longer one", changed(&folder_less, listed, 24, &[8, 0, 0, 0])),
        ("encrypted", changed(&folder_less, listed, 8, &[1, 0])),
        ("another form", changed(&folder_less, listed, 10, &[12, 0])),
        ("elsewhere", changed(&folder_less, listed, 42, &[1, 0, 0, 0])),
        ("far away", changed(&folder_less, listed, 42, &[0xff, 0xff, 0xff, 0x7f])),
    ] {
        let files = unpack(&bytes).unwrap();
        assert!(matches!(&files[..], [(_, Err(_))]), "{what}: {files:?}");
    }
    let end = b"PK\x05\x06";
    for (what, bytes) in [
        ("no end", archive[..archive.len() - 22].to_vec()),
        ("cut short", archive[..archive.len() - 1].to_vec()),
        ("something behind the end", [&archive[..], b"x"].concat()),
        ("in parts", changed(&archive, end, 4, &[1, 0])),
        ("two counts", changed(&archive, end, 8, &[1, 0])),
        ("a list that is too long", changed(&archive, end, 12, &[0xff, 0xff, 0xff, 0])),
        ("a huge list", changed(&archive, end, 12, &[0xff, 0xff, 0xff, 0x7f])),
        ("a list elsewhere", changed(&archive, end, 16, &[1, 0, 0, 0])),
        ("nothing", Vec::new()),
        ("a gap behind the list", {
            let at = archive.len() - 22;
            [&archive[..at], b"gap", &archive[at..]].concat()
        }),
        ("more files than are counted", {
            let counted = changed(&archive, end, 8, &[1, 0]);
            changed(&counted, end, 10, &[1, 0])
        }),
    ] {
        assert!(unpack(&bytes).is_err(), "{what}");
    }
}

#[test]
fn bombs_are_not_inflated() {
    let zeros = vec![0; CARRIER_BYTES_MAX + 1];
    let files = unpack(&pack(
        &[("large", &zeros), ("packed", &zeros[..1 << 20]), ("a", b"{}")],
        CompressionMethod::Deflated,
    ))
    .unwrap();
    assert!(files[0].1.as_ref().is_err_and(|why| why.contains("8388608")), "{:?}", files[0].1);
    assert!(files[1].1.as_ref().is_err_and(|why| why.contains("200")), "{:?}", files[1].1);
    assert_eq!(files[2], ("a".to_owned(), Ok(b"{}".to_vec())));

    let report = Unpackable::Malformed("its end is missing").report(7);
    assert_eq!((report.verdict(), report.checked_at()), (Verdict::Refused, 7));
    assert!(matches!(report.outcome(Check::Read), Outcome::Refused(problem)
        if problem.detail == "The archive is damaged: its end is missing."));
}

#[test]
fn texts_that_only_accompany_credentials_are_passed_over() {
    let files: [(&str, &[u8]); 4] = [
        ("skills.kk.TXT", "Құзыреттер".as_bytes()),
        ("link.txt", b"https://credentials.example.org/c/X"),
        ("json.txt", b" {}"),
        ("a.json", b"no JSON"),
    ];
    let read = unpack(&pack(&files, CompressionMethod::Stored)).unwrap();
    let names: Vec<_> = read.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["json.txt", "a.json"], "what may be meant as a credential is judged");
}
