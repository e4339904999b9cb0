//! Types as they are written.

use super::{
    cursor::Cursor,
    error::{Position, TableError},
    form::Scalar,
};

/// A type and whether its value may be absent or null.
#[derive(Clone, Debug)]
pub(crate) struct WrittenSlot {
    pub(crate) ty: WrittenType,
    pub(crate) optional: bool,
    pub(crate) nullable: bool,
}

/// A type with its place.
#[derive(Clone, Debug)]
pub(crate) struct WrittenType {
    pub(crate) at: Position,
    pub(crate) kind: WrittenKind,
}

#[derive(Clone, Debug)]
pub(crate) enum WrittenKind {
    Scalar(Scalar),
    List(Box<WrittenType>),
    Map(Box<WrittenType>),
    Csv(Box<WrittenType>),
    Repeat(Box<WrittenType>),
    /// Held by reference, where a model would hold itself.
    Boxed(Box<WrittenType>),
    Enum(Vec<String>),
    Constant(String),
    Named(String),
}

const SCALARS: [(&str, Scalar); 10] = [
    ("string", Scalar::String),
    ("item-name", Scalar::ItemName),
    ("bool", Scalar::Bool),
    ("int64", Scalar::Int),
    ("float", Scalar::Float),
    ("date", Scalar::Date),
    ("date-time", Scalar::DateTime),
    ("binary", Scalar::Binary),
    ("secret", Scalar::Secret),
    ("json", Scalar::Json),
];

/// Reads a type with its `?` and `| null`.
pub(crate) fn slot(cursor: &mut Cursor<'_>) -> Result<WrittenSlot, TableError> {
    let ty = ty(cursor)?;
    let optional = cursor.eat("?");
    let nullable = cursor.eat(" | null");
    Ok(WrittenSlot { ty, optional, nullable })
}

/// Reads the values of an enum up to `end`, or to the end of the line.
pub(crate) fn values(cursor: &mut Cursor<'_>, out: &mut Vec<String>) -> Result<(), TableError> {
    let at = cursor.position();
    let value = match cursor.quoted()? {
        Some(value) => value,
        None => cursor.name("a value")?,
    };
    if out.iter().any(|known| known == value) {
        return at.fail(format!("duplicate value {value:?}"));
    }
    out.push(value.to_owned());
    Ok(())
}

fn ty(cursor: &mut Cursor<'_>) -> Result<WrittenType, TableError> {
    let at = cursor.position();
    let kind = if let Some(text) = cursor.quoted()? {
        WrittenKind::Constant(text.to_owned())
    } else {
        let start = cursor.clone();
        let name = cursor.name("a type")?;
        if let Some((_, scalar)) = SCALARS.iter().find(|(word, _)| *word == name) {
            WrittenKind::Scalar(*scalar)
        } else {
            match name {
                "list" => WrittenKind::List(element(cursor)?),
                "map" => WrittenKind::Map(element(cursor)?),
                "csv" => WrittenKind::Csv(element(cursor)?),
                "repeat" => WrittenKind::Repeat(element(cursor)?),
                "box" => WrittenKind::Boxed(element(cursor)?),
                "enum" => WrittenKind::Enum(inline_enum(cursor)?),
                _ if name.starts_with(|c: char| c.is_ascii_uppercase()) => {
                    WrittenKind::Named(name.to_owned())
                }
                _ => return start.fail("a type"),
            }
        }
    };
    Ok(WrittenType { at, kind })
}

fn element(cursor: &mut Cursor<'_>) -> Result<Box<WrittenType>, TableError> {
    cursor.expect("<")?;
    let element = ty(cursor)?;
    cursor.expect(">")?;
    Ok(Box::new(element))
}

fn inline_enum(cursor: &mut Cursor<'_>) -> Result<Vec<String>, TableError> {
    let mut out = Vec::new();
    cursor.expect("(")?;
    loop {
        cursor.skip_spaces();
        values(cursor, &mut out)?;
        cursor.skip_spaces();
        if cursor.eat(")") {
            return Ok(out);
        }
        cursor.expect(",")?;
    }
}
