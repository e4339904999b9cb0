//! Compares a row with its operation.

use super::{
    difference::Found,
    gather::Gathered,
    objects::{self, Side},
    operation::{Operation, Parameter, Reply},
    row::{self, Want},
    shape::Shape,
    types,
};
use crate::table::form::{self, Action};

/// A row and its operation.
pub(super) struct Comparison<'c, 't, 'd> {
    pub(super) row: &'t Action,
    pub(super) operation: &'c Operation<'d>,
    pub(super) found: Found<'c>,
    pub(super) gathered: &'c mut Gathered<'t, 'd>,
}

impl<'t, 'd> Comparison<'_, 't, 'd> {
    /// Compares all that a row says.
    pub(super) fn run(&mut self) {
        let (row, operation) = (self.row, self.operation);
        self.same("address", &row::address(row), &operation.address());
        self.same("doc", row.doc.as_deref().unwrap_or("none"), &operation.slug());
        let version = |version: Option<&str>| version.unwrap_or("none").to_owned();
        self.same("header box-version", &version(row.version.as_deref()), &version(operation.version()));
        for place in ["path", "query", "header"] {
            self.params(place);
        }
        self.body();
        self.reply();
        self.paging();
    }

    fn same(&mut self, what: &str, table: &str, document: &str) {
        if table != document {
            self.found.different(what, table, document, &self.operation.document.label);
        }
    }

    fn params(&mut self, place: &str) {
        let label = &self.operation.document.label;
        let params = self.operation.params.iter();
        let params: Vec<_> = params.filter(|param| param.place == place && !param.is_version()).collect();
        let members = row::members(self.row, place);
        for param in &params {
            let what = format!("{place} {}", param.name);
            let side = side(param);
            let Some(member) = members.iter().find(|member| member.name == param.name) else {
                self.found.missing(&what, &text(param, &side), label);
                continue;
            };
            if let Want::Type(ty) = member.want {
                self.gathered.meet(ty, &side.shape);
            }
            let differs = side.differs(member).or_else(|| {
                let same = listing(param, &side.shape) == row::listing(member.want);
                (!same).then(|| (member.text(), text(param, &side)))
            });
            if let Some((table, document)) = differs {
                self.found.different(&what, &table, &document, label);
            }
        }
        for member in members {
            if !params.iter().any(|param| param.name == member.name) {
                self.found.extra(&format!("{place} {}", member.name), &member.text());
            }
        }
    }

    fn body(&mut self) {
        let label = &self.operation.document.label;
        let kind = row::media_type(self.row.body);
        let Some((document, schema)) = &self.operation.body else {
            if let Some(kind) = kind {
                self.found.extra("body", kind);
            }
            return;
        };
        let shape = Shape::read(schema);
        let Some(kind) = kind else {
            return self.found.missing("body", &format!("{document}, {}", shape.text()), label);
        };
        self.same("body", kind, document);
        if let Some(ty) = row::whole_body(self.row) {
            self.gathered.meet(ty, &shape);
            if let Some((table, document)) = types::compare(Want::Type(ty), &shape) {
                self.found.different("body *", &table, &document, label);
            }
            return;
        }
        let members = row::members(self.row, "body");
        if shape.objects.is_empty() {
            return self.found.different("body", "members", &shape.text(), label);
        }
        for object in &shape.objects {
            self.gathered.meet_members(&members, object);
        }
        objects::compare(&mut self.found, "body ", &members, &shape.objects);
    }

    fn reply(&mut self) {
        let table = match &self.row.reply {
            form::Reply::Model(name) => name.clone(),
            form::Reply::Maybe(name) => row::slot(name, true, false),
            form::Reply::Nothing => "()".to_owned(),
            form::Reply::Bytes => "bytes".to_owned(),
            form::Reply::Redirect => "redirect".to_owned(),
        };
        let document = match &self.operation.reply {
            Reply::Nothing => "()".to_owned(),
            Reply::Bytes => "bytes".to_owned(),
            Reply::Json { schema, may_be_empty } => {
                let shape = Shape::read(schema);
                let text = match &self.row.reply {
                    form::Reply::Model(name) | form::Reply::Maybe(name) if shape.is_objects() => {
                        self.gathered.meet_objects(name, &shape);
                        name.clone()
                    }
                    _ => shape.text(),
                };
                row::slot(&text, *may_be_empty, false)
            }
        };
        self.same("reply", &table, &document);
    }

    /// How pages follow each other is told by the parameters.
    fn paging(&mut self) {
        let Operation { params, body, reply, .. } = self.operation;
        let has = |name: &str| params.iter().any(|param| param.name == name);
        let entries = match reply {
            Reply::Json { schema, .. } => {
                Shape::read(schema).objects.iter().any(|object| object.has("entries"))
            }
            _ => false,
        };
        let in_body = |name| {
            let shape = body.as_ref().map(|(_, schema)| Shape::read(schema)).unwrap_or_default();
            shape.objects.iter().any(|object| object.has(name))
        };
        let document = match () {
            () if !entries => "none",
            () if has("stream_position") => "stream",
            () if has("usemarker") => "both",
            () if has("marker") => "marker",
            () if has("offset") => "offset",
            () if in_body("marker") => "body-marker",
            () => "none",
        };
        self.same("page", row::page(self.row), document);
    }
}

/// What a document says of a parameter. Null has no notation outside of JSON.
fn side<'d>(param: &Parameter<'d>) -> Side<'d> {
    Side {
        shape: Shape { nullable: false, ..Shape::read(&param.schema) },
        required: param.required,
        everywhere: true,
    }
}

/// How the elements of a parameter are written.
fn listing(param: &Parameter<'_>, shape: &Shape<'_>) -> &'static str {
    let hold_objects = || !Shape::of(&shape.lists).objects.is_empty();
    match param.exploded {
        _ if shape.lists.is_empty() => "",
        false => "csv",
        true if hold_objects() => "list",
        true => "repeat",
    }
}

fn text(param: &Parameter<'_>, side: &Side<'_>) -> String {
    let text = side.text();
    let elements = text.strip_prefix("list");
    elements.map(|elements| format!("{}{elements}", listing(param, &side.shape))).unwrap_or(text.clone())
}
