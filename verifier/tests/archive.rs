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

/// An archive written byte by byte: its local files, and the names, lengths and places that its list has.
fn written(locals: &[u8], listed: &[(&str, &[u8], usize)]) -> Vec<u8> {
    let number = |length: usize| u32::try_from(length).unwrap().to_le_bytes();
    let mut list = Vec::new();
    for (name, packed, at) in listed {
        list.extend([b"PK\x01\x02\x14\0", &common(name, packed)[..], &[0; 10]].concat());
        list.extend([&number(*at)[..], name.as_bytes()].concat());
    }
    let count = [u16::try_from(listed.len()).unwrap().to_le_bytes(); 2].concat();
    let end = [b"PK\x05\x06\0\0\0\0", &count[..], &number(list.len()), &number(locals.len())];
    [locals, &list, &end.concat(), &[0, 0]].concat()
}

/// What both headers of a stored file say.
fn common(name: &str, bytes: &[u8]) -> Vec<u8> {
    let size = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let name = u16::try_from(name.len()).unwrap().to_le_bytes();
    let crc = crc32fast::hash(bytes).to_le_bytes();
    [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &crc, &size, &size, &name, &[0, 0]].concat()
}

fn local(name: &str, bytes: &[u8]) -> Vec<u8> {
    [b"PK\x03\x04", &common(name, bytes)[..], name.as_bytes(), bytes].concat()
}

#[test]
fn files_of_an_archive_share_no_bytes() {
    // A file whose content is the next file: each is whole by itself.
    let inner = local("b.json", b"{}");
    let outer = local("a.json", &inner);
    let begin = outer.len() - inner.len();
    let apart = [&outer[..], &local("b.json", b"{}")].concat();
    let listed = |at| [("a.json", &inner[..], 0), ("b.json", &b"{}"[..], at)];
    assert_eq!(unpack(&written(&apart, &listed(outer.len()))).unwrap().len(), 2);
    let told = unpack(&written(&apart, &listed(begin))).unwrap_err();
    assert!(told.contains("overlap"), "{told}");
    let twice = [("a.json", &inner[..], 0), ("b.json", &inner[..], 0)];
    assert!(unpack(&written(&apart, &twice)).unwrap_err().contains("overlap"));

    // A file that reaches into the list, behind a header that is longer than the list knows.
    let mut long = local("a.json", b"{}");
    long[28] = 2;
    let files = unpack(&written(&long, &[("a.json", b"{}", 0)])).unwrap();
    assert!(files[0].1.as_ref().is_err_and(|why| why.contains("overlap")), "{files:?}");
}

#[test]
fn nothing_stands_between_the_files_of_an_archive() {
    let [one, hidden, two] = [("a.json", &b"{}"[..]), ("b.json", b"[]"), ("c.json", b"{}")]
        .map(|(name, bytes)| local(name, bytes));
    let read = |locals: &[&[u8]], at: usize, other: usize| {
        let listed = [("a.json", &b"{}"[..], at), ("c.json", &b"{}"[..], other)];
        unpack(&written(&locals.concat(), &listed)).unwrap()
    };
    let whole = |files: &[Unpacked]| files.iter().filter(|(_, bytes)| bytes.is_ok()).count();
    let size = one.len();
    assert_eq!(whole(&read(&[&one, &two], 0, size)), 2);
    // Programs that go from file to file find `b.json` before, between or behind the others.
    assert_eq!(whole(&read(&[&hidden, &one, &two], size, 2 * size)), 1);
    assert_eq!(whole(&read(&[&one, &hidden, &two], 0, 2 * size)), 1);
    assert_eq!(whole(&read(&[&one, &two, &hidden], 0, size)), 1);

    // What a program writes that cannot go back: checksum and lengths behind the bytes, in both headers said so.
    let mut streamed = written(&[&one[..], &[0; 16]].concat(), &[("a.json", b"{}", 0)]);
    assert_eq!(whole(&unpack(&streamed).unwrap()), 0);
    let list = streamed.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    (streamed[6], streamed[list + 8]) = (8, 8);
    assert_eq!(whole(&unpack(&streamed).unwrap()), 1);
}

#[test]
fn files_of_an_archive_have_different_names_everywhere() {
    let archive = |one: &str, other: &str| {
        let locals = [local(one, b"{}"), local(other, b"[]")];
        let at = locals[0].len();
        unpack(&written(&locals.concat(), &[(one, b"{}", 0), (other, b"[]", at)]))
    };
    assert_eq!(archive("a.json", "b.json").unwrap().len(), 2);
    assert_eq!(archive("x/a.json", "a.json").unwrap().len(), 2);
    for (one, other) in [
        ("a.json", "a.json"),
        ("a.json", "A.JSON"),
        ("x/a.json", "x\\a.json"),
        ("a.json", "./a.json"),
        ("x/a.json", "x//a.json"),
        ("Әсем.json", "әсем.json"),
        ("й.json", "и\u{306}.json"),
    ] {
        assert!(archive(one, other).unwrap_err().contains("one name"), "{one} {other}");
    }
}

#[test]
fn an_archive_unpacks_to_no_more_than_twenty_times_its_size() {
    // Each file is within the limits of one: some sixty times as large as in the archive.
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_le_bytes()[3]
    };
    let mut text: Vec<u8> = (0..8_192).map(|_| noise()).collect();
    text.resize(512 * 1_024, b' ');
    let names: Vec<String> = (0..40).map(|number| format!("{number}.json")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &text[..])).collect();
    let archive = pack(&files, CompressionMethod::Deflated);
    let read = unpack(&archive).unwrap();
    let whole = read.iter().filter(|(_, bytes)| bytes.is_ok()).count();
    let most = (archive.len() * 20 + CARRIER_BYTES_MAX) / text.len();
    assert_eq!((read.len(), whole), (40, most), "{}", archive.len());
    assert!(
        most < 40 && read[39].1.as_ref().is_err_and(|why| why.contains("20 times")),
        "{:?}",
        read[39].1
    );
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
    assert_eq!(read.len(), 4, "each is told by its name");
    let mut archive = Archive::open(Cursor::new(pack(&files, CompressionMethod::Stored))).unwrap();
    let mut judged = Vec::new();
    while let Some(entry) = archive.read_next().unwrap() {
        judged.extend((!entry.is_companion()).then_some(entry.name));
    }
    assert_eq!(judged, ["json.txt", "a.json"], "what may be meant as a credential is judged");
}
