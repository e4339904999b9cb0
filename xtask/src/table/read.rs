//! Reads files of the table into entries as they are written.

use std::sync::Arc;

use super::{
    cursor::Cursor,
    error::{Position, TableError},
    form::Told,
    names,
    types::{self, WrittenSlot},
};

type Result<T> = std::result::Result<T, TableError>;

/// A file of actions.
#[derive(Debug)]
pub(crate) struct WrittenGroup {
    pub(crate) name: String,
    pub(crate) family: Option<String>,
    pub(crate) sentence: String,
    pub(crate) actions: Vec<WrittenAction>,
}

#[derive(Debug)]
pub(crate) struct WrittenAction {
    pub(crate) at: Position,
    pub(crate) name: String,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) path_at: Position,
    pub(crate) reply: String,
    /// Whether the reply may be empty.
    pub(crate) reply_optional: bool,
    pub(crate) reply_at: Position,
    pub(crate) sentence: String,
    pub(crate) attributes: Vec<WrittenAttribute>,
    pub(crate) params: Vec<WrittenParam>,
}

#[derive(Debug)]
pub(crate) struct WrittenAttribute {
    pub(crate) at: Position,
    pub(crate) key: &'static str,
    pub(crate) value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Path,
    Body,
    Part,
    Query,
    Header,
}

#[derive(Debug)]
pub(crate) struct WrittenParam {
    pub(crate) at: Position,
    pub(crate) place: Place,
    pub(crate) field: WrittenField,
}

/// A name with a type.
#[derive(Clone, Debug)]
pub(crate) struct WrittenField {
    pub(crate) at: Position,
    pub(crate) name: String,
    pub(crate) slot: WrittenSlot,
    pub(crate) sentence: Option<String>,
}

/// A model, union or enum.
#[derive(Debug)]
pub(crate) struct WrittenDefinition {
    pub(crate) at: Position,
    pub(crate) name: String,
    pub(crate) sentence: String,
    pub(crate) kind: WrittenDefinitionKind,
}

#[derive(Debug)]
pub(crate) enum WrittenDefinitionKind {
    Model { extends: Option<(String, Position)>, fields: Vec<WrittenField> },
    Union { tag: String, variants: Vec<WrittenVariant> },
    Enum(Vec<String>),
}

/// A model of a union.
#[derive(Debug)]
pub(crate) struct WrittenVariant {
    /// Value of the tag, or member that only this model has.
    pub(crate) told: Told,
    pub(crate) model: String,
    pub(crate) at: Position,
}

const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

const ATTRIBUTES: [&str; 12] = [
    "host",
    "version",
    "body",
    "page",
    "max-offset",
    "effect",
    "retry",
    "limit",
    "accepted",
    "exact",
    "tag",
    "doc",
];

const PLACES: [(&str, Place); 5] = [
    ("path", Place::Path),
    ("query", Place::Query),
    ("header", Place::Header),
    ("body", Place::Body),
    ("part", Place::Part),
];

/// Lines that aren't blank, each with its cursor.
struct Lines<'a> {
    lines: Vec<Cursor<'a>>,
    next: usize,
    end: Position,
}

impl<'a> Lines<'a> {
    fn new(file: &Arc<str>, text: &'a str) -> Self {
        let lines = text.lines().enumerate();
        let lines = lines.map(|(i, text)| Cursor::new(Arc::clone(file), i + 1, text));
        let lines: Vec<_> = lines.filter(|line| !line.is_end()).collect();
        let end = Position { file: Arc::clone(file), line: text.lines().count() + 1, column: 1 };
        Self { lines, next: 0, end }
    }

    /// The next line that starts at the margin.
    fn entry(&mut self) -> Result<Option<Cursor<'a>>> {
        let Some(line) = self.lines.get(self.next) else {
            return Ok(None);
        };
        if line.is_indented() {
            let mut line = line.clone();
            line.skip_spaces();
            return line.fail("an entry at the margin");
        }
        self.next += 1;
        Ok(Some(line.clone()))
    }

    /// The next indented line, at its first word.
    fn peek(&self) -> Option<Cursor<'a>> {
        let mut line = self.lines.get(self.next)?.clone();
        let indented = line.is_indented();
        line.skip_spaces();
        indented.then_some(line)
    }

    fn indented(&mut self) -> Option<Cursor<'a>> {
        let line = self.peek()?;
        self.next += 1;
        Some(line)
    }

    /// The sentence of an entry: text up to a line that ends with a full stop.
    fn sentence(&mut self, of: &str) -> Result<String> {
        let mut out = String::new();
        while !out.ends_with('.') {
            let Some(line) = self.peek() else {
                let next = self.lines.get(self.next).map(Cursor::position);
                let at = next.unwrap_or_else(|| self.end.clone());
                return at.fail(if out.is_empty() {
                    format!("expected a sentence about {of}")
                } else {
                    format!("expected a full stop behind the sentence about {of}")
                });
            };
            let rest = line.rest();
            let is_text = |c: char| c.is_uppercase() || c == '`';
            if out.is_empty() && !rest.starts_with(is_text) {
                return line.fail(&format!("a sentence about {of}"));
            }
            if !out.is_empty() {
                if starts_param_or_attribute(&line) {
                    return line.fail("a full stop behind the sentence above");
                }
                out.push(' ');
            }
            out.push_str(rest);
            self.next += 1;
        }
        Ok(out)
    }
}

fn starts_param_or_attribute(line: &Cursor<'_>) -> bool {
    let word = line.peek();
    let key = word.strip_suffix(':');
    PLACES.iter().any(|(place, _)| *place == word) || key.is_some_and(|key| ATTRIBUTES.contains(&key))
}

/// Reads a file of actions. `name` is what the file is called.
pub(crate) fn group(file: &Arc<str>, name: &str, text: &str) -> Result<WrittenGroup> {
    let mut lines = Lines::new(file, text);
    let Some(mut header) = lines.entry()? else {
        return lines.end.fail("expected `group` and its name");
    };
    if header.word("`group`")? != "group" {
        return header_start(&header).fail("expected `group` and its name");
    }
    let at = header.position();
    let group = header.name("the group's name")?;
    let family = family(&mut header)?;
    if group != name {
        return at.fail(format!("expected {name:?}, as the file is called"));
    }
    if !names::is_snake(group) {
        return at.fail(format!("expected a name in snake_case, found {group:?}"));
    }
    let sentence = lines.sentence("the group")?;
    let mut actions = Vec::new();
    while let Some(header) = lines.entry()? {
        actions.push(action(header, &mut lines)?);
    }
    Ok(WrittenGroup { name: name.to_owned(), family, sentence, actions })
}

/// The attribute that a group can have.
fn family(header: &mut Cursor<'_>) -> Result<Option<String>> {
    header.skip_spaces();
    if header.is_end() {
        return Ok(None);
    }
    header.expect("family: ")?;
    header.skip_spaces();
    let at = header.position();
    let family = header.name("a family")?;
    header.end()?;
    if !names::is_snake(family) {
        return at.fail(format!("expected a name in snake_case, found {family:?}"));
    }
    Ok(Some(family.to_owned()))
}

fn header_start(cursor: &Cursor<'_>) -> Position {
    Position { column: 1, ..cursor.position() }
}

fn action<'a>(mut header: Cursor<'a>, lines: &mut Lines<'a>) -> Result<WrittenAction> {
    let at = header.position();
    let name = header.name("an action's name")?.to_owned();
    if !names::is_snake(&name) {
        return at.fail(format!("expected a name in snake_case, found {name:?}"));
    }
    header.skip_spaces();
    let word = header.peek();
    let Some(method) = METHODS.into_iter().find(|method| *method == word) else {
        return header.fail("an HTTP method");
    };
    header.word("an HTTP method")?;
    let path_at = header.position();
    if !header.rest().starts_with('/') {
        return header.fail("a path");
    }
    let path = header.word("a path")?.to_owned();
    header.expect("->")?;
    header.skip_spaces();
    let reply_at = header.position();
    let reply =
        if header.eat("()") { "()" } else { header.name("a reply: a model, `()`, `bytes` or `redirect`")? };
    let reply_optional = header.eat("?");
    let mut attributes = Vec::new();
    read_attributes(&mut header, &mut attributes)?;
    let sentence = lines.sentence("the action")?;
    let mut params = Vec::new();
    while let Some(mut line) = lines.indented() {
        let at = line.position();
        let word = line.peek();
        let place = PLACES.iter().find(|(place, _)| *place == word);
        if let Some((_, place)) = place {
            line.word("a place")?;
            params.push(WrittenParam { at, place: *place, field: field(line)? });
        } else if word.ends_with(':') && params.is_empty() {
            read_attributes(&mut line, &mut attributes)?;
        } else if word.ends_with(':') {
            return line.fail("a parameter; attributes stand before them");
        } else {
            return line.fail("an attribute or a parameter");
        }
    }
    Ok(WrittenAction {
        at,
        name,
        method,
        path,
        path_at,
        reply: reply.to_owned(),
        reply_optional,
        reply_at,
        sentence,
        attributes,
        params,
    })
}

fn read_attributes(line: &mut Cursor<'_>, out: &mut Vec<WrittenAttribute>) -> Result<()> {
    loop {
        line.skip_spaces();
        if line.is_end() {
            return Ok(());
        }
        let at = line.position();
        let start = line.clone();
        let word = line.word("an attribute")?;
        let key = word.strip_suffix(':').unwrap_or_default();
        let Some(key) = ATTRIBUTES.into_iter().find(|known| *known == key) else {
            return start.fail("an attribute, such as `host:`");
        };
        if out.iter().any(|attribute| attribute.key == key) {
            return at.fail(format!("duplicate attribute `{key}:`"));
        }
        let at = line.position();
        let value = line.phrase().to_owned();
        if value.is_empty() {
            return line.fail(&format!("a value of `{key}:`"));
        }
        out.push(WrittenAttribute { at, key, value });
    }
}

fn field(mut line: Cursor<'_>) -> Result<WrittenField> {
    let at = line.position();
    let name = if line.eat("*") { "*" } else { line.name("a name")? };
    if line.skip_spaces() == 0 {
        return line.fail("a space and a type");
    }
    let slot = types::slot(&mut line)?;
    let sentence = line.trailing_sentence()?;
    Ok(WrittenField { at, name: name.to_owned(), slot, sentence })
}

/// Reads a file of models.
pub(crate) fn definitions(file: &Arc<str>, text: &str) -> Result<Vec<WrittenDefinition>> {
    let mut lines = Lines::new(file, text);
    let mut out = Vec::new();
    while let Some(mut header) = lines.entry()? {
        let start = header.clone();
        let keyword = header.word("`model`, `union` or `enum`")?;
        if !["model", "union", "enum"].contains(&keyword) {
            return start.fail("`model`, `union` or `enum`");
        }
        let at = header.position();
        let name = header.name("a name")?.to_owned();
        if !names::is_pascal(&name) {
            return at.fail(format!("expected a name in PascalCase, found {name:?}"));
        }
        if names::TAKEN_TYPES.contains(&name.as_str()) {
            return at.fail(format!("{name:?} is a type of Rust or of box-core"));
        }
        header.skip_spaces();
        let (sentence, kind) = match keyword {
            "model" => model(header, &mut lines)?,
            "union" => union(header, &mut lines)?,
            _ => enumeration(header, &mut lines)?,
        };
        out.push(WrittenDefinition { at, name, sentence, kind });
    }
    Ok(out)
}

type Body = (String, WrittenDefinitionKind);

fn model<'a>(mut header: Cursor<'a>, lines: &mut Lines<'a>) -> Result<Body> {
    let mut extends = None;
    if header.eat("extends ") {
        header.skip_spaces();
        let at = header.position();
        extends = Some((header.name("a model")?.to_owned(), at));
    }
    header.end()?;
    let sentence = lines.sentence("the model")?;
    let mut fields: Vec<WrittenField> = Vec::new();
    while let Some(line) = lines.indented() {
        let field = field(line)?;
        if fields.iter().any(|known| known.name == field.name) {
            return field.at.fail(format!("duplicate field {:?}", field.name));
        }
        fields.push(field);
    }
    Ok((sentence, WrittenDefinitionKind::Model { extends, fields }))
}

fn union<'a>(mut header: Cursor<'a>, lines: &mut Lines<'a>) -> Result<Body> {
    header.expect("by ")?;
    header.skip_spaces();
    let tag = header.name("the member that tells the models apart")?;
    header.end()?;
    let sentence = lines.sentence("the union")?;
    let mut variants: Vec<WrittenVariant> = Vec::new();
    while let Some(mut line) = lines.indented() {
        let at = line.position();
        let told = if line.eat("has ") {
            line.skip_spaces();
            Told::Has(line.name("a member")?.to_owned())
        } else {
            Told::Value(line.name("a value of the tag, or `has` and a member")?.to_owned())
        };
        if variants.iter().any(|known| known.told == told) {
            return at.fail(format!("duplicate value {:?}", told.text()));
        }
        line.skip_spaces();
        let at = line.position();
        let model = line.name("a model")?.to_owned();
        line.end()?;
        variants.push(WrittenVariant { told, model, at });
    }
    let tag = tag.to_owned();
    Ok((sentence, WrittenDefinitionKind::Union { tag, variants }))
}

fn enumeration<'a>(mut header: Cursor<'a>, lines: &mut Lines<'a>) -> Result<Body> {
    header.end()?;
    let sentence = lines.sentence("the enum")?;
    let mut values = Vec::new();
    while let Some(mut line) = lines.indented() {
        while !line.is_end() {
            types::values(&mut line, &mut values)?;
            line.skip_spaces();
        }
    }
    if values.is_empty() {
        let next = lines.lines.get(lines.next).map(Cursor::position);
        let at = next.unwrap_or_else(|| lines.end.clone());
        return at.fail("expected the values of the enum");
    }
    Ok((sentence, WrittenDefinitionKind::Enum(values)))
}
