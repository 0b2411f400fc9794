//! A small writer of PDF with attachments: numbered objects, a table of where they are, a trailer.

use super::png::deflated;

/// A PDF in the making: its objects from number 1 on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pdf {
    objects: Vec<Vec<u8>>,
    /// File specifications of the name tree.
    named: Vec<(String, usize)>,
    /// More for the catalog, for the page, and for the trailer.
    pub(crate) catalog: String,
    pub(crate) page: String,
    pub(crate) trailer: String,
}

/// Numbers of the catalog and the page.
const CATALOG: usize = 1;
const PAGE: usize = 3;

impl Pdf {
    /// One page that shows this text.
    pub(crate) fn showing(text: &str) -> Self {
        let mut pdf = Self { objects: vec![Vec::new()], ..Self::default() };
        pdf.object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        pdf.object("");
        pdf.stream("", format!("BT /F 12 Tf 72 720 Td ({text}) Tj ET").as_bytes());
        pdf.object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
        pdf
    }

    /// Adds an object and says its number.
    pub(crate) fn object(&mut self, text: &str) -> usize {
        self.objects.push(text.as_bytes().to_vec());
        self.objects.len()
    }

    /// Adds a stream.
    pub(crate) fn stream(&mut self, dictionary: &str, bytes: &[u8]) -> usize {
        let head = format!("<< {dictionary} /Length {} >>\nstream\n", bytes.len());
        self.objects.push([head.as_bytes(), bytes, b"\nendstream"].concat());
        self.objects.len()
    }

    /// Adds an attachment, compressed, and says the number of its file specification.
    pub(crate) fn attach(&mut self, name: &str, bytes: &[u8]) -> usize {
        let kind = match name.rsplit('.').next() {
            Some("csv") => "text#2Fcsv",
            Some("tlog-proof" | "txt") => "text#2Fplain",
            _ => "application#2Fvc+ld+json",
        };
        let dictionary = format!("/Type /EmbeddedFile /Subtype /{kind} /Filter /FlateDecode");
        let stream = self.stream(&dictionary, &deflated(bytes));
        self.specify(name, &format!("/F {stream} 0 R /UF {stream} 0 R"))
    }

    /// Adds a file specification that embeds these streams.
    pub(crate) fn specify(&mut self, name: &str, embedded: &str) -> usize {
        self.specify_as(&format!("/F ({name}) /UF ({name})"), embedded, name)
    }

    /// The same under several names, of which the tree of names has the last.
    pub(crate) fn specify_as(&mut self, names: &str, embedded: &str, listed: &str) -> usize {
        let number = self.object(&format!(
            "<< /Type /Filespec {names} /AFRelationship /Source /EF << {embedded} >> >>"
        ));
        self.named.push((listed.to_owned(), number));
        number
    }

    /// Takes the last attachment out of the name tree.
    pub(crate) fn unname(&mut self) {
        self.named.pop();
    }

    /// XMP with this identifier.
    pub(crate) fn identify(&mut self, identifier: &str) {
        let xmp = xmp("", &format!("<dc:identifier>{identifier}</dc:identifier>"));
        let number = self.stream("/Type /Metadata /Subtype /XML", xmp.as_bytes());
        self.catalog += &format!(" /Metadata {number} 0 R");
    }

    /// XMP, compressed, with these elements, and these attributes around them.
    pub(crate) fn describe(&mut self, attributes: &str, elements: &str) {
        let dictionary = "/Type /Metadata /Subtype /XML /Filter /FlateDecode";
        let number = self.stream(dictionary, &deflated(xmp(attributes, elements).as_bytes()));
        self.catalog += &format!(" /Metadata {number} 0 R");
    }

    fn with_catalog(&self) -> Vec<Vec<u8>> {
        let names: String =
            self.named.iter().map(|(name, number)| format!("({name}) {number} 0 R ")).collect();
        let tree = match self.named.is_empty() || self.catalog.contains("/Names") {
            true => String::new(),
            false => format!(" /Names << /EmbeddedFiles << /Names [{names}] >> >>"),
        };
        let mut objects = self.objects.clone();
        let catalog = format!("<< /Type /Catalog /Pages 2 0 R{tree}{} >>", self.catalog);
        objects[CATALOG - 1] = catalog.into_bytes();
        objects[PAGE - 1] = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >>{} >>",
            self.page
        )
        .into_bytes();
        objects
    }

    /// The file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let objects = self.with_catalog();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for (index, object) in objects.iter().enumerate() {
            table += &format!("{:010} 00000 n \n", file.len());
            file.extend(format!("{} 0 obj\n", index + 1).into_bytes());
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        let at = file.len();
        let trailer = format!(
            "{table}trailer\n<< /Size {} /Root {CATALOG} 0 R {} >>\nstartxref\n{at}\n%%EOF\n",
            objects.len() + 1,
            self.trailer
        );
        file.extend(trailer.into_bytes());
        file
    }

    /// The file as a later version of it, in which object `number` is another one.
    pub(crate) fn updated(&self, number: usize, object: &[u8]) -> Vec<u8> {
        let mut file = self.bytes();
        let text = String::from_utf8_lossy(&file).into_owned();
        let before = text.rsplit("startxref\n").next().and_then(|rest| rest.lines().next());
        let before = before.unwrap_or_default().to_owned();
        let at = file.len();
        file.extend(format!("{number} 0 obj\n").into_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
        let table_at = file.len();
        let trailer = format!(
            "xref\n{number} 1\n{at:010} 00000 n \ntrailer\n<< /Size {} /Root {CATALOG} 0 R /Prev {before} >>\nstartxref\n{table_at}\n%%EOF\n",
            self.objects.len() + 1,
        );
        file.extend(trailer.into_bytes());
        file
    }
}

fn xmp(attributes: &str, elements: &str) -> String {
    format!(
        "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"{attributes}>{elements}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>"
    )
}

/// The same file as PDF 1.5 can write it: objects without streams packed into one stream, and a table that is a stream, its rows
/// predicted from the ones above.
pub(crate) fn packed(pdf: &Pdf) -> Vec<u8> {
    packed_with(pdf, |_| {})
}

/// The same, its rows changed before they are written: type, four bytes of a place or a stream, generation or index.
pub(crate) fn packed_with(pdf: &Pdf, change: impl Fn(&mut Vec<[u8; 6]>)) -> Vec<u8> {
    let objects = pdf.with_catalog();
    let is_stream = |object: &[u8]| object.ends_with(b"endstream");
    let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let pack = objects.len() + 1;
    let mut rows = vec![[0_u8, 0, 0, 0, 0, 0]];
    let (mut heads, mut bodies, mut count) = (String::new(), Vec::new(), 0_u8);
    let row = |kind: u8, middle: usize, last: u8| {
        let [.., a, b, c, d] = middle.to_be_bytes();
        [kind, a, b, c, d, last]
    };
    for (index, object) in objects.iter().enumerate() {
        if is_stream(object) {
            rows.push(row(1, file.len(), 0));
            file.extend(format!("{} 0 obj\n", index + 1).into_bytes());
            file.extend(object);
            file.extend(b"\nendobj\n");
        } else {
            heads += &format!("{} {} ", index + 1, bodies.len());
            bodies.extend(object);
            bodies.push(b'\n');
            rows.push(row(2, pack, count));
            count += 1;
        }
    }
    rows.push(row(1, file.len(), 0));
    let stream = deflated(&[heads.as_bytes(), &bodies].concat());
    let head = format!(
        "{pack} 0 obj\n<< /Type /ObjStm /N {count} /First {} /Filter /FlateDecode /Length {} >>\nstream\n",
        heads.len(),
        stream.len()
    );
    file.extend([head.as_bytes(), &stream, b"\nendstream\nendobj\n"].concat());
    let at = file.len();
    rows.push(row(1, at, 0));
    change(&mut rows);
    // Predictor 12: each byte less the one above it.
    let mut above = [0_u8; 6];
    let mut predicted = Vec::new();
    for row in &rows {
        predicted.push(2);
        predicted.extend(row.iter().zip(above).map(|(byte, up)| byte.wrapping_sub(up)));
        above = *row;
    }
    let stream = deflated(&predicted);
    let head = format!(
        "{} 0 obj\n<< /Type /XRef /W [1 4 1] /Size {} /Root {CATALOG} 0 R /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 6 >> /Length {} >>\nstream\n",
        pack + 1,
        rows.len(),
        stream.len()
    );
    file.extend([head.as_bytes(), &stream, b"\nendstream\nendobj\n"].concat());
    file.extend(format!("startxref\n{at}\n%%EOF\n").into_bytes());
    file
}

/// A file whose table is a stream that says nothing but where the first object stands, `rows` times in all, and always something else.
pub(crate) fn repeating(rows: usize) -> Vec<u8> {
    const EACH: usize = 100_000;
    let ranges = format!("0 {EACH} ").repeat(rows / EACH);
    let stream = deflated(&vec![0; rows]);
    let mut file = b"%PDF-1.7\n".to_vec();
    let at = file.len();
    let head = format!(
        "1 0 obj\n<< /Type /XRef /W [0 1 0] /Size {EACH} /Index [{ranges}] /Root 1 0 R /Filter /FlateDecode /Length {} >>\nstream\n",
        stream.len()
    );
    file.extend([head.as_bytes(), &stream, b"\nendstream\nendobj\n"].concat());
    file.extend(format!("startxref\n{at}\n%%EOF\n").into_bytes());
    file
}
