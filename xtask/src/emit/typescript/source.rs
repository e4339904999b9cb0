//! A file of types: its declarations, and the imports that they need.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{
    WIDTH,
    names::{self, CALL, Homes, KINDS},
    width,
};
use crate::table::form::{Enum, Group, Scalar, Type};

/// A file in a folder of the generated one.
pub(super) struct Source<'a> {
    homes: &'a Homes,
    /// Its path, relative to the generated folder and without extension.
    path: String,
    /// The group whose inline enums it declares.
    group: Option<&'a Group>,
    imports: BTreeMap<String, BTreeSet<String>>,
    body: String,
}

/// What becomes of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lists {
    /// It comes from Box.
    Mutable,
    /// It is handed over.
    Readonly,
}

impl<'a> Source<'a> {
    /// A file of actions.
    pub(super) fn actions(group: &'a Group, homes: &'a Homes) -> Self {
        Self::new(format!("actions/{}", group.name), Some(group), homes)
    }

    /// A file of models.
    pub(super) fn models(shelf: &str, homes: &'a Homes) -> Self {
        Self::new(format!("models/{shelf}"), None, homes)
    }

    fn new(path: String, group: Option<&'a Group>, homes: &'a Homes) -> Self {
        Self { homes, path, group, imports: BTreeMap::new(), body: String::new() }
    }

    /// Adds a declaration.
    pub(super) fn push(&mut self, text: &str) {
        if !self.body.is_empty() {
            self.body.push('\n');
        }
        self.body.push_str(text);
    }

    /// A name of the runtime.
    pub(super) fn call(&mut self, name: &str) -> String {
        self.import(CALL, name)
    }

    /// A type of unions.
    pub(super) fn kind(&mut self, name: &str) -> String {
        self.import(KINDS, name)
    }

    /// A model, union or enum of the table.
    pub(super) fn model(&mut self, name: &str) -> String {
        match self.homes.find(name) {
            Some(home) if home != self.path => self.import(home, name),
            _ => name.to_owned(),
        }
    }

    /// A type in TypeScript.
    pub(super) fn ty(&mut self, ty: &Type, lists: Lists) -> String {
        match ty {
            Type::Scalar(Scalar::Json) => self.call("JsonValue"),
            Type::Scalar(Scalar::Binary) => self.call("BoxContent"),
            Type::Scalar(Scalar::Bool) => "boolean".to_owned(),
            Type::Scalar(Scalar::Int | Scalar::Float) => "number".to_owned(),
            Type::Scalar(
                Scalar::String | Scalar::ItemName | Scalar::Secret | Scalar::Date | Scalar::DateTime,
            ) => "string".to_owned(),
            Type::List(element) => self.list(element, lists),
            Type::Csv(element) | Type::Repeat(element) => self.list(element, Lists::Readonly),
            Type::Map(element) => format!("{{ [key: string]: {} }}", self.ty(element, lists)),
            Type::Enum(inner) => self.open_enum(inner),
            Type::Model(name) | Type::Union(name) => self.model(name),
        }
    }

    fn list(&mut self, element: &Type, lists: Lists) -> String {
        let element = self.ty(element, lists);
        let element = if element.starts_with("readonly ") { format!("({element})") } else { element };
        match lists {
            Lists::Mutable => format!("{element}[]"),
            Lists::Readonly => format!("readonly {element}[]"),
        }
    }

    fn open_enum(&mut self, inner: &Enum) -> String {
        match self.group {
            Some(group) if !inner.is_model => names::inline(group, inner),
            _ => self.model(&inner.name),
        }
    }

    /// Adds an import. Both files lie in a folder of the generated one, or `home` lies in it or above.
    fn import(&mut self, home: &str, name: &str) -> String {
        let folder = self.path.split_once('/').map_or("", |(folder, _)| folder);
        let from = match home.split_once('/') {
            Some((other, file)) if other == folder => format!("./{file}.js"),
            _ => format!("../{home}.js"),
        };
        self.imports.entry(from).or_default().insert(name.to_owned());
        name.to_owned()
    }

    /// The text of the file.
    pub(super) fn finish(self) -> String {
        let mut out = String::new();
        for (from, names) in &self.imports {
            let names: Vec<_> = names.iter().map(String::as_str).collect();
            let line = format!("import type {{ {} }} from \"{from}\";\n", names.join(", "));
            if width(&line) <= WIDTH {
                out += &line;
            } else {
                _ = writeln!(out, "import type {{\n  {},\n}} from \"{from}\";", names.join(",\n  "));
            }
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out + &self.body
    }
}
