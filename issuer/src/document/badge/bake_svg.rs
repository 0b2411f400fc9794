//! A credential into an SVG (Open Badges 3.0, "Baked Badges", "SVG"). It writes into the start of the picture and leaves the
//! rest as it was; it parses no foreign pictures.

use super::bake::{BakeError, Signed};

const NAMESPACE: &str = "https://purl.imsglobal.org/ob/v3p0";

/// The picture with the credential in one `openbadges:credential` directly behind its start tag: JSON as CDATA, a token as
/// the attribute `verify`. In JSON, what would end the CDATA or is no character of XML is written as an escape of JSON, which changes no value.
///
/// # Errors
/// [`BakeError`], if the picture is no SVG or carries a credential, or if the credential is none.
pub fn bake_svg(svg: &str, credential: Signed<'_>) -> Result<String, BakeError> {
    let text = credential.checked()?;
    let end = start_tag_end(svg).ok_or(BakeError::NotSvg)?;
    let (tag, behind) = svg.split_at_checked(end).ok_or(BakeError::NotSvg)?;
    if tag.contains(NAMESPACE) {
        return Err(BakeError::AlreadyBaked);
    }
    let element = match credential {
        Signed::Json(_) => {
            // `]]>` occurs in JSON in strings alone, where `\u003e` means the same.
            let text = text.replace("]]>", "]]\\u003e");
            let text = text.replace('\u{FFFE}', "\\ufffe").replace('\u{FFFF}', "\\uffff");
            format!("<openbadges:credential><![CDATA[{text}]]></openbadges:credential>")
        }
        Signed::Token(_) => format!("<openbadges:credential verify=\"{text}\"/>"),
    };
    Ok(format!(
        "{tag} xmlns:openbadges=\"{NAMESPACE}\">\n{element}{}",
        behind.get(1..).unwrap_or_default()
    ))
}

/// Where the `>` of the start tag stands, which must not be in a quoted value.
fn start_tag_end(svg: &str) -> Option<usize> {
    let rest = svg.strip_prefix("<svg ")?;
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(svg.len() - rest.len() + at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'<' | b'/') => return None,
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const PICTURE: &str =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" aria-label='a>b'>\n<title>x</title></svg>\n";

    /// What an XML parser finds in the credential elements, wherever they are.
    fn found(svg: &str) -> Vec<(Option<String>, String)> {
        let document = resvg::usvg::roxmltree::Document::parse(svg).unwrap();
        let elements =
            document.descendants().filter(|node| node.has_tag_name((NAMESPACE, "credential")));
        elements
            .map(|node| {
                assert_eq!(node.parent(), Some(document.root_element()));
                assert_eq!(document.root_element().first_element_child(), Some(node));
                let verify = node.attribute("verify").map(str::to_owned);
                (verify, node.text().unwrap_or_default().to_owned())
            })
            .collect()
    }

    #[test]
    fn json_comes_back_byte_for_byte() {
        let credential = r#"{"name":"Үлгі & <script>\u0000]]\u003e\n"}"#;
        let baked = bake_svg(PICTURE, Signed::Json(credential)).unwrap();
        assert_eq!(found(&baked), [(None, credential.to_owned())]);
        let element =
            format!("<openbadges:credential><![CDATA[{credential}]]></openbadges:credential>");
        let declared = format!(" xmlns:openbadges=\"{NAMESPACE}\"");
        assert_eq!(
            baked.replace(&element, "").replace(&declared, "").replace(">\n\n", ">\n"),
            PICTURE
        );
    }

    #[test]
    fn what_would_end_the_element_is_escaped_and_means_the_same() {
        for name in ["]]>", "]]]]>]]>", "\\]]>", "]]><!--", "\u{FFFE}\u{FFFF}"] {
            let value = json!({ "name": name, name: [[[1]]] });
            let baked = bake_svg(PICTURE, Signed::Json(&value.to_string())).unwrap();
            let texts = found(&baked);
            let [(None, text)] = texts.as_slice() else { panic!("{name}") };
            assert_eq!(serde_json::from_str::<Value>(text).unwrap(), value, "{name}");
        }
    }

    #[test]
    fn a_token_is_an_attribute() {
        let baked = bake_svg(PICTURE, Signed::Token("eyJh.eyJi.c2_-")).unwrap();
        assert_eq!(found(&baked), [(Some("eyJh.eyJi.c2_-".to_owned()), String::new())]);
        assert_eq!(bake_svg(PICTURE, Signed::Token("a.b.\"")), Err(BakeError::NotACredential));
    }

    #[test]
    fn a_picture_is_baked_once_and_must_be_one() {
        let baked = bake_svg(PICTURE, Signed::Token("a.b.c")).unwrap();
        assert_eq!(bake_svg(&baked, Signed::Token("a.b.c")), Err(BakeError::AlreadyBaked));
        for text in
            ["", "<svg", "<svg/>", "<svg />", "<?xml?><svg a=\"\">", "<svg a=\">", "<svg a=<>"]
        {
            assert_eq!(bake_svg(text, Signed::Token("a.b.c")), Err(BakeError::NotSvg), "{text}");
        }
    }
}
