//! What the table says, in the terms of the documents.

use crate::table::form::{Action, BodyKind, Host, Model, PageKind, Param, Scalar, Type, Write};

/// A member of a model or body, or a parameter.
pub(super) struct Member<'t> {
    pub(super) name: &'t str,
    pub(super) want: Want<'t>,
    pub(super) optional: bool,
    pub(super) nullable: bool,
}

/// What a member holds.
#[derive(Clone, Copy)]
pub(super) enum Want<'t> {
    Type(&'t Type),
    Constant(&'t str),
}

/// Method and address of a row.
pub(super) fn address(action: &Action) -> String {
    format!("{} {}{}", action.method, server(action.host), action.path)
}

fn server(host: Host) -> &'static str {
    match host {
        Host::Api => "https://api.box.com/2.0",
        Host::Upload => "https://upload.box.com/api/2.0",
        Host::Session => "https://{box-upload-server}/api/2.0",
        Host::OAuth => "https://api.box.com/oauth2",
        Host::Account => "https://account.box.com/api/oauth2",
        Host::Download => "https://dl.boxcloud.com/2.0",
    }
}

/// The media type of a row's body.
pub(super) fn media_type(kind: BodyKind) -> Option<&'static str> {
    match kind {
        BodyKind::None => None,
        BodyKind::Json => Some("application/json"),
        BodyKind::JsonPatch => Some("application/json-patch+json"),
        BodyKind::Form => Some("application/x-www-form-urlencoded"),
        BodyKind::Multipart => Some("multipart/form-data"),
        BodyKind::Octets => Some("application/octet-stream"),
    }
}

/// How a row is paged.
pub(super) fn page(action: &Action) -> &'static str {
    match action.page.as_ref().map(|page| page.kind) {
        None => "none",
        Some(PageKind::Marker) => "marker",
        Some(PageKind::Offset) => "offset",
        Some(PageKind::Both) => "both",
        Some(PageKind::BodyMarker) => "body-marker",
        Some(PageKind::Stream) => "stream",
    }
}

/// The whole body, if it isn't told by its members.
pub(super) fn whole_body(action: &Action) -> Option<&Type> {
    let is_whole = |param: &&Param| matches!(param.write, Write::BodyWhole | Write::BodyOctets);
    params(action).find(is_whole).map(|param| &param.ty)
}

/// Members at one place: `path`, `query`, `header`, or `body`, which includes parts.
pub(super) fn members<'t>(action: &'t Action, at: &str) -> Vec<Member<'t>> {
    let named = params(action).filter(|param| place(param.write) == at).map(|param| Member {
        name: &param.wire,
        want: Want::Type(&param.ty),
        optional: param.optional,
        nullable: param.nullable,
    });
    let constants = action.constants.iter().filter(|(write, ..)| place(*write) == at);
    let constants = constants.map(|(_, name, value)| Member::constant(name, value));
    named.chain(constants).collect()
}

/// Members of a model.
pub(super) fn fields(model: &Model) -> Vec<Member<'_>> {
    let fields = model.fields.iter().map(|field| Member {
        name: &field.wire,
        want: Want::Type(&field.ty),
        optional: !field.required,
        nullable: field.nullable,
    });
    let constants = model.tags.iter().map(|(name, value)| Member::constant(name, value));
    fields.chain(constants).collect()
}

fn params(action: &Action) -> impl Iterator<Item = &Param> {
    action.required.iter().chain(&action.optional)
}

fn place(write: Write) -> &'static str {
    match write {
        Write::Path => "path",
        Write::Query | Write::QueryEach | Write::QueryJson => "query",
        Write::Header => "header",
        Write::Form | Write::Body | Write::PartJson | Write::PartContent => "body",
        Write::BodyWhole | Write::BodyOctets => "whole",
    }
}

impl<'t> Member<'t> {
    fn constant(name: &'t str, value: &'t str) -> Self {
        Self { name, want: Want::Constant(value), optional: false, nullable: false }
    }

    /// Its notation in the table.
    pub(super) fn text(&self) -> String {
        match self.want {
            Want::Type(_) => slot(&self.want.text(), self.optional, self.nullable),
            Want::Constant(_) => self.want.text(),
        }
    }
}

impl Want<'_> {
    /// Its notation in the table.
    pub(super) fn text(self) -> String {
        match self {
            Self::Type(ty) => text(ty),
            Self::Constant(value) => format!("{value:?}"),
        }
    }
}

/// How the elements of a parameter are written.
pub(super) fn listing(want: Want<'_>) -> &'static str {
    match want {
        Want::Type(Type::Csv(_)) => "csv",
        Want::Type(Type::Repeat(_)) => "repeat",
        Want::Type(Type::List(_)) => "list",
        _ => "",
    }
}

/// A type that may be absent or null.
pub(super) fn slot(ty: &str, optional: bool, nullable: bool) -> String {
    let optional = if optional { "?" } else { "" };
    let nullable = if nullable { " | null" } else { "" };
    format!("{ty}{optional}{nullable}")
}

/// A type, but that inline enums name their values.
pub(super) fn text(ty: &Type) -> String {
    match ty {
        Type::Scalar(scalar) => self::scalar(*scalar).to_owned(),
        Type::List(element) => format!("list<{}>", text(element)),
        Type::Csv(element) => format!("csv<{}>", text(element)),
        Type::Repeat(element) => format!("repeat<{}>", text(element)),
        Type::Map(element) => format!("map<{}>", text(element)),
        Type::Enum(found) => {
            let values: Vec<_> = found.variants.iter().map(|(_, value)| value.as_str()).collect();
            format!("enum({})", values.join(", "))
        }
        Type::Model(name) | Type::Union(name) => name.clone(),
    }
}

fn scalar(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::String => "string",
        Scalar::ItemName => "item-name",
        Scalar::Bool => "bool",
        Scalar::Int => "int64",
        Scalar::Float => "float",
        Scalar::Date => "date",
        Scalar::DateTime => "date-time",
        Scalar::Binary => "binary",
        Scalar::Secret => "secret",
        Scalar::Json => "json",
    }
}
