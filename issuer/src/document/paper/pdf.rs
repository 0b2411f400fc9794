//! From a draft to a file: PDF/A-3a and PDF/UA-1 in one, checked by the library that writes it. The same draft and attachments are the
//! same bytes: every date and identifier in the file comes from the certificate.

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use jiff::Timestamp;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata, PageLayout};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node as TagNode, TableHeaderScope, Tag,
    TagGroup, TagKind, TagTree,
};
use krilla::{Document, SerializeSettings};
use verifier::Language;

use super::error::PaperError;
use super::font::font;
use super::ink::Ink;
use super::sheet::{Content, Draft, Node, NodeId, Placed, Role, Shape, Sheet, rounded};
use super::text::{Align, Block, Line};

/// A file inside the file.
pub(super) struct Attachment {
    /// Its name, ASCII.
    pub(super) name: String,
    /// Its media type.
    pub(super) media_type: &'static str,
    /// What it is, in one sentence.
    pub(super) description: String,
    /// Its bytes, kept as they are.
    pub(super) bytes: Vec<u8>,
}

/// What a file says of itself.
pub(super) struct About {
    pub(super) title: String,
    pub(super) subject: String,
    /// What the file is found by: certificate number, registration number.
    pub(super) identifiers: Vec<String>,
    pub(super) author: String,
    pub(super) language: Language,
    /// The only date of the file.
    pub(super) issued_at: Timestamp,
}

/// Writes the file.
///
/// # Errors
/// [`PaperError::Standard`] if it would break PDF/A-3a or PDF/UA-1.
pub(super) fn write(
    draft: &Draft,
    about: &About,
    attachments: &[Attachment],
) -> Result<Vec<u8>, PaperError> {
    // `/Suspects false` is written, as PDF/UA-1 asks (7.1): poppler 22 complains of its type, and reads it rightly all the same.
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PaperError::Standard(format!("{error:?}")))?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let date = date(about.issued_at);
    document.set_metadata(metadata(about, date));
    let mut read = BTreeMap::new();
    for sheet in &draft.sheets {
        draw_sheet(&mut document, sheet, &mut read)?;
    }
    document.set_tag_tree(tag_tree(&draft.nodes, &read));
    document.set_outline(outline(draft));
    for attachment in attachments {
        let file = embedded(attachment, date)?;
        let twice = || PaperError::Standard(format!("{} is attached twice", attachment.name));
        document.embed_file(file).ok_or_else(twice)?;
    }
    document.finish().map_err(|error| PaperError::Standard(format!("{error:?}")))
}

fn metadata(about: &About, date: DateTime) -> Metadata {
    let program = concat!("Tanu ", env!("CARGO_PKG_VERSION"));
    Metadata::new()
        .title(about.title.clone())
        .description(about.subject.clone())
        .keywords(about.identifiers.clone())
        .authors(vec![about.author.clone()])
        .creator(program.to_owned())
        .producer(program.to_owned())
        .language(about.language.tag().to_owned())
        .document_id(about.identifiers.join(" "))
        .creation_date(date)
        .page_layout(PageLayout::SinglePage)
}

/// The moment in UTC, to the second.
fn date(time: Timestamp) -> DateTime {
    let time = time.to_zoned(jiff::tz::TimeZone::UTC);
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    DateTime::new(u16::try_from(time.year()).unwrap_or_default())
        .month(small(time.month()))
        .day(small(time.day()))
        .hour(small(time.hour()))
        .minute(small(time.minute()))
        .second(small(time.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

/// Associated with the whole document as the source that it was made from (ISO 19005-3, 6.8).
fn embedded(attachment: &Attachment, date: DateTime) -> Result<EmbeddedFile, PaperError> {
    let unknown = || PaperError::Standard(format!("{} is no media type", attachment.media_type));
    Ok(EmbeddedFile {
        path: attachment.name.clone(),
        mime_type: Some(MimeType::new(attachment.media_type).ok_or_else(unknown)?),
        description: Some(attachment.description.clone()),
        association_kind: AssociationKind::Source,
        data: attachment.bytes.clone().into(),
        modification_date: Some(date),
        compress: Some(true),
        location: None,
    })
}

type ReadAs = BTreeMap<NodeId, Vec<Identifier>>;

fn draw_sheet(document: &mut Document, sheet: &Sheet, read: &mut ReadAs) -> Result<(), PaperError> {
    let (width, height) = sheet.size;
    let settings = PageSettings::from_wh(width, height)
        .ok_or_else(|| PaperError::Standard("a page has no size".to_owned()))?;
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    if !sheet.ornament.is_empty() {
        surface.start_tagged(artifact(ArtifactType::Layout));
        sheet.ornament.iter().for_each(|shape| draw_shape(&mut surface, shape));
        surface.end_tagged();
    }
    // The file holds the text in the order in which it is read, for whoever copies it out.
    let mut items: Vec<&Placed> = sheet.items.iter().collect();
    items.sort_by_key(|item| (item.node.is_none(), item.node));
    for item in items {
        let identifier = surface.start_tagged(match item.node {
            Some(_) => ContentTag::Other,
            None => artifact(ArtifactType::PaginationOther),
        });
        match &item.content {
            Content::Text(block) => draw_text(&mut surface, item, block)?,
            Content::Drawing(shapes) => {
                shapes.iter().for_each(|shape| draw_shape(&mut surface, shape));
            }
        }
        surface.end_tagged();
        if let Some(node) = item.node {
            read.entry(node).or_default().push(identifier);
        }
    }
    Ok(())
}

const fn artifact(kind: ArtifactType) -> ContentTag<'static> {
    ContentTag::Artifact(Artifact { kind, bbox: None })
}

fn draw_shape(surface: &mut Surface<'_>, shape: &Shape) {
    surface.set_fill(shape.fill.map(fill));
    surface.set_stroke(shape.stroke.map(|(ink, width)| Stroke {
        paint: ink.colour().into(),
        width,
        ..Stroke::default()
    }));
    surface.draw_path(&shape.path);
}

fn fill(ink: Ink) -> Fill {
    Fill { paint: ink.colour().into(), ..Fill::default() }
}

fn draw_text(surface: &mut Surface<'_>, item: &Placed, block: &Block) -> Result<(), PaperError> {
    let mut top = item.area.top;
    for line in &block.lines {
        let spare = item.area.width() - line.width;
        let left = item.area.left
            + match block.align {
                Align::Left => 0.0,
                Align::Centre => spare / 2.0,
                Align::Right => spare,
            };
        draw_line(surface, line, (left, top + line.ascent))?;
        top += line.height() + block.leading;
    }
    Ok(())
}

fn draw_line(surface: &mut Surface<'_>, line: &Line, (x, y): (f32, f32)) -> Result<(), PaperError> {
    surface.set_stroke(None);
    for piece in &line.pieces {
        surface.set_fill(Some(fill(piece.style.ink)));
        let place = Point::from_xy(rounded(x + piece.x), rounded(y));
        let (font, size) = (font(piece.style.weight)?, piece.style.size);
        surface.draw_glyphs(place, &piece.glyphs, font, &piece.text, size, false);
    }
    Ok(())
}

fn tag_tree(nodes: &[Node], read: &ReadAs) -> TagTree {
    let mut groups: Vec<TagGroup> = nodes.iter().map(|node| TagGroup::new(tag(node))).collect();
    for (node, identifiers) in read {
        if let Some(group) = groups.get_mut(node.index()) {
            group.children.extend(identifiers.iter().copied().map(TagNode::from));
        }
    }
    let mut inner: Vec<Vec<TagGroup>> = nodes.iter().map(|_| Vec::new()).collect();
    let mut roots = Vec::new();
    // Parents come before their children, so from the last to the first every group is whole when it is put into its parent.
    for (node, mut group) in nodes.iter().zip(groups).rev() {
        let own = inner.pop().unwrap_or_default();
        group.children.extend(own.into_iter().rev().map(TagNode::from));
        match node.parent.and_then(|parent| inner.get_mut(parent.index())) {
            Some(siblings) => siblings.push(group),
            None => roots.push(group),
        }
    }
    let mut tree = TagTree::new();
    roots.into_iter().rev().for_each(|group| tree.push(group));
    tree
}

fn tag(node: &Node) -> TagKind {
    let language = node.language.map(|language| language.tag().to_owned());
    match &node.role {
        Role::Part => Tag::Part.with_lang(language).into(),
        Role::Heading { level, title } => {
            let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(title.clone())).with_lang(language).into()
        }
        Role::Paragraph => Tag::P.with_lang(language).into(),
        Role::Table => Tag::Table.with_lang(language).into(),
        Role::TableHead => Tag::THead.into(),
        Role::TableBody => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::HeadCell { of_column } => {
            let scope = if *of_column { TableHeaderScope::Column } else { TableHeaderScope::Row };
            Tag::TH(scope).with_lang(language).into()
        }
        Role::Cell => Tag::TD.with_lang(language).into(),
        Role::Figure { alt } => Tag::Figure(Some(alt.clone())).with_lang(language).into(),
    }
}

fn outline(draft: &Draft) -> Outline {
    let mut outline = Outline::new();
    for bookmark in &draft.bookmarks {
        let destination = XyzDestination::new(bookmark.sheet, bookmark.place);
        outline.push_child(OutlineNode::new(bookmark.title.clone(), destination));
    }
    outline
}
