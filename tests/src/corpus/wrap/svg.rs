//! SVG with a baked credential.

/// The picture around a credential and whatever else.
pub(crate) fn svg(more: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\" viewBox=\"0 0 9 9\">{more}<circle cx=\"4\" cy=\"4\" r=\"4\"/>{SVG_END}"
    )
}

/// The end of each.
pub(crate) const SVG_END: &str = "</svg>";

/// The element with JSON in it.
pub(crate) fn element(json: &str) -> String {
    format!("<openbadges:credential><![CDATA[{json}]]></openbadges:credential>")
}

/// An honest baked picture.
pub(crate) fn baked(json: &str) -> Vec<u8> {
    svg(&element(json)).into_bytes()
}
