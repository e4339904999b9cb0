//! The intermediate form: everything is decided, so that a writer only prints.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::error::Position;

/// The whole table.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// Groups of actions by name.
    pub(crate) groups: Vec<Group>,
    /// Files of models by name.
    pub(crate) shelves: Vec<Shelf>,
    /// Every model by name.
    pub(crate) models: BTreeMap<String, Rc<Model>>,
    /// Every union by name.
    pub(crate) unions: BTreeMap<String, Rc<Union>>,
}

/// The actions of one file.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) struct_name: String,
    /// The feature that its code stands behind; none for what every client needs.
    pub(crate) family: Option<String>,
    pub(crate) sentence: String,
    pub(crate) actions: Vec<Action>,
    /// Inline enums of its actions.
    pub(crate) enums: Vec<Rc<Enum>>,
}

/// The models of one file, in order.
#[derive(Debug)]
pub(crate) struct Shelf {
    pub(crate) name: String,
    pub(crate) families: Families,
    pub(crate) definitions: Vec<Definition>,
}

/// The families of groups that need something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Families {
    /// Groups without a family do, so it is always there.
    All,
    Some(BTreeSet<String>),
}

impl Families {
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Some(names) if names.is_empty())
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Some(own), Self::Some(more)) => own.extend(more.iter().cloned()),
            (_, Self::All) => *self = Self::All,
            (Self::All, Self::Some(_)) => {}
        }
    }
}

/// What a file of models defines.
#[derive(Clone, Debug)]
pub(crate) enum Definition {
    Model(Rc<Model>),
    Union(Rc<Union>),
    Enum(Rc<Enum>),
}

/// One row.
#[derive(Debug)]
pub(crate) struct Action {
    /// `folders.get`.
    pub(crate) id: String,
    /// `get`, as a Rust method.
    pub(crate) method_name: String,
    /// `Get`.
    pub(crate) struct_name: String,
    /// `FOLDERS_GET`.
    pub(crate) static_name: String,
    pub(crate) sentence: String,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) host: Host,
    pub(crate) version: Option<String>,
    pub(crate) body: BodyKind,
    pub(crate) reply: Reply,
    pub(crate) page: Option<Page>,
    pub(crate) writes: bool,
    pub(crate) retry: Retry,
    pub(crate) rate: Rate,
    pub(crate) poll: bool,
    pub(crate) exact: bool,
    /// The largest offset, where Box takes more than usual.
    pub(crate) max_offset: Option<u32>,
    /// Box's name for the part of the API that it belongs to.
    pub(crate) tag: String,
    pub(crate) doc: Option<String>,
    /// Arguments, in order.
    pub(crate) required: Vec<Param>,
    /// Setters; among them those that may be null.
    pub(crate) optional: Vec<Param>,
    /// Place, wire name and value.
    pub(crate) constants: Vec<(Write, String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    Api,
    Upload,
    Session,
    OAuth,
    Account,
    Download,
}

impl Host {
    /// What its calls count towards, unless the row says another.
    pub(crate) fn rate(self) -> Rate {
        match self {
            Self::Api => Rate::Api,
            Self::Upload | Self::Session => Rate::Upload,
            Self::OAuth | Self::Account | Self::Download => Rate::None,
        }
    }
}

/// The limit of rate that a call counts towards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rate {
    None,
    Api,
    Upload,
    Search,
    Sign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyKind {
    None,
    Json,
    JsonPatch,
    Form,
    Multipart,
    Octets,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Model(String),
    /// A model, or nothing.
    Maybe(String),
    Nothing,
    Bytes,
    Redirect,
}

/// How an action is paged, and what its pages tell.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) kind: PageKind,
    pub(crate) item: Type,
    /// Fields of the page that hold facts: fact and field.
    pub(crate) facts: Vec<(&'static str, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageKind {
    Marker,
    Offset,
    Both,
    BodyMarker,
    Stream,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    Safe,
    Idempotent,
    Conditional,
    Never,
    Reread(Probe),
}

/// The read that tells whether a write was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Probe {
    pub(crate) operation: String,
    /// The parameter, or `conflict`.
    pub(crate) by: String,
    pub(crate) expect: Expect,
    /// Its path, in which the item stands last.
    pub(crate) path: String,
    /// Where it is named.
    pub(crate) at: Position,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    Present,
    Absent,
    Changed,
}

impl Expect {
    /// As the table writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
            Self::Changed => "changed",
        }
    }
}

/// A parameter of an action.
#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) write: Write,
    /// Name at Box.
    pub(crate) wire: String,
    /// Name in Rust.
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) optional: bool,
    pub(crate) nullable: bool,
    pub(crate) sentence: Option<String>,
}

/// How a parameter is written; each is a method of `RequestWriter`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    Path,
    Query,
    QueryEach,
    QueryJson,
    Header,
    Form,
    Body,
    BodyWhole,
    BodyOctets,
    PartJson,
    PartContent,
}

/// A type.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    Scalar(Scalar),
    List(Box<Type>),
    Csv(Box<Type>),
    Repeat(Box<Type>),
    Map(Box<Type>),
    Enum(Rc<Enum>),
    Model(String),
    Union(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    String,
    ItemName,
    Bool,
    Int,
    Float,
    Date,
    DateTime,
    Binary,
    Secret,
    Json,
}

/// How a value of a type is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handing {
    /// As it is.
    Plain,
    /// As anything that turns into it.
    Into,
    /// As an iterator over what turns into its elements.
    List,
}

impl Type {
    /// How a value is handed over.
    pub(crate) fn handing(&self) -> Handing {
        match self {
            Self::Scalar(Scalar::Bool | Scalar::Int | Scalar::Float | Scalar::Date | Scalar::DateTime) => {
                Handing::Plain
            }
            Self::List(_) | Self::Csv(_) | Self::Repeat(_) => Handing::List,
            _ => Handing::Into,
        }
    }

    /// The element of a list.
    pub(crate) fn element(&self) -> &Self {
        match self {
            Self::List(element) | Self::Csv(element) | Self::Repeat(element) => element,
            other => other,
        }
    }
}

/// An open enum.
#[derive(Debug)]
pub(crate) struct Enum {
    pub(crate) name: String,
    pub(crate) sentence: Option<String>,
    /// Rust name and value.
    pub(crate) variants: Vec<(String, String)>,
    /// Whether it lives among the models.
    pub(crate) is_model: bool,
}

/// An open union of models.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) name: String,
    pub(crate) sentence: String,
    pub(crate) tag: String,
    pub(crate) variants: Vec<Variant>,
    pub(crate) uses: Uses,
}

/// A model of a union.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// Name in Rust.
    pub(crate) name: String,
    pub(crate) told: Told,
    pub(crate) model: String,
}

/// How a model of a union is told from the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// By this value of the tag.
    Value(String),
    /// By having this member.
    Has(String),
}

impl Told {
    /// The value or the member.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Value(text) | Self::Has(text) => text,
        }
    }
}

/// Where a model or union occurs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    pub(crate) request: bool,
    pub(crate) reply: bool,
    /// It is a whole reply.
    pub(crate) whole_reply: bool,
}

/// A model.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) name: String,
    pub(crate) sentence: String,
    pub(crate) fields: Vec<Field>,
    /// Members with a constant value.
    pub(crate) tags: Vec<(String, String)>,
    /// Type of the members under names of their own.
    pub(crate) rest: Option<Type>,
    pub(crate) uses: Uses,
    /// Whether its one required field is a string.
    pub(crate) from_string: bool,
}

/// A field of a model.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) sentence: Option<String>,
    /// Whether every value at Box has it; replies may still be trimmed.
    pub(crate) required: bool,
    /// Whether it must be given to make one.
    pub(crate) given: bool,
    pub(crate) nullable: bool,
    pub(crate) shape: Shape,
    /// Whether it is boxed, because the model would hold itself.
    pub(crate) boxed: bool,
}

/// What a field is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Plain,
    Option,
    /// Written even if it is `None`, as null.
    OptionOrNull,
    Nullable,
}
