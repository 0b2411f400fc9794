//! QR codes: their texts, and pictures of them.

#![expect(clippy::too_many_lines, reason = "a table of cases is as long as it is")]

use verifier::Check::Read;
use verifier::Code;

use super::super::case::Case;
use super::super::wrap;
use super::file_case;

/// An address of the university without a statement.
const ADDRESS: &str = "https://university.example/c/ABCDEFGHIJKLMNOPQR";

pub(super) fn cases() -> Vec<Case> {
    let text = |id: &str, says: &str, text: &str| {
        file_case(id, says, "input.txt", text.as_bytes().to_vec()).refused(Read, Code::ForeignCode)
    };
    let picture = |id: &str, says: &str, bytes: Vec<u8>, code: Code| {
        file_case(id, says, "input.png", bytes).refused(Read, code)
    };
    vec![
        text("K06-first-part", "The first of three parts of a code.", "1/3 eyJhbGciOiJFZERTQSJ9"),
        text("K06-later-part", "A later part alone.", "3/3/abc"),
        text("K06-a-million-parts", "One of a million parts.", "1/1000000:AAAA"),
        text(
            "K06-health-card-part",
            "A part of a health card.",
            "shc:/1/3/5676290952432060346029243740446031222959532654603460292540772804336028702864716745222809",
        ),
        file_case(
            "K06-too-long",
            "More than a code holds.",
            "input.txt",
            format!("{ADDRESS}{}", "A".repeat(4_300)).into_bytes(),
        )
        .refused(Read, Code::Limit),
        text("K07-health-card", "A health card.", "shc:/56762909524320603460292437404460"),
        text(
            "K07-offer",
            "An offer for a wallet.",
            "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Funiversity.example%2Foffers%2F1",
        ),
        text("K07-request", "A request of a verifier.", "openid4vp://?client_id=x"),
        text(
            "K07-password",
            "A secret for one-time passwords.",
            "otpauth://totp/Example:aigerim?secret=JBSWY3DPEHPK3PXP",
        ),
        text("K07-network", "The access to a network.", "WIFI:T:WPA;S:guest;P:secret;;"),
        text("K07-address", "An address alone proves nothing.", ADDRESS),
        text(
            "K07-other-host",
            "An address on a look-alike host.",
            "https://university.example.attacker.example/c/ABCDEFGHIJKLMNOPQR",
        ),
        text(
            "K07-capitals",
            "An address in capitals, as codes write it.",
            "HTTPS://UNIVERSITY.EXAMPLE/C/ABCDEFGHIJKLMNOPQR",
        ),
        text("K07-script", "An address that is a script.", "javascript:alert(1)"),
        text(
            "K07-white-space",
            "White space around an address.",
            "\n https://university.example/ \r\n",
        ),
        picture("K07-picture", "A picture of an address.", wrap::code(ADDRESS), Code::ForeignCode),
        picture(
            "K07-picture-of-two-alike",
            "A picture of the same address twice.",
            wrap::side_by_side(ADDRESS, ADDRESS),
            Code::ForeignCode,
        ),
        picture(
            "K07-picture-of-two",
            "A picture of two addresses.",
            wrap::side_by_side(ADDRESS, "https://university.example/c/ABCDEFGHIJKLMNOPQS"),
            Code::SeveralCredentials,
        ),
        file_case(
            "K07-jpeg",
            "The first bytes of a JPEG.",
            "input.jpg",
            vec![0xff, 0xd8, 0xff, 0xe0, 0, 16],
        )
        .refused(Read, Code::CarrierMalformed),
        file_case(
            "K07-heic",
            "A photograph of a kind that is not read.",
            "input.heic",
            b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(),
        )
        .refused(Read, Code::CarrierNotRead),
    ]
}
