//! Naming rules of TypeScript, and where each name is declared.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use crate::table::form::{Action, Definition, Enum, Group, Table, Write};

/// Where the types stand that the runtime declares.
pub(super) const CALL: &str = "../call";

/// Where the types of unions stand.
pub(super) const KINDS: &str = "kinds";

/// Names of the runtime, of the platform, and of what stands beside the table.
const TAKEN: [&str; 12] = [
    "BoxApi",
    "BoxCall",
    "BoxClient",
    "BoxContent",
    "BoxList",
    "CallOptions",
    "JsonValue",
    "Kind",
    "NoParams",
    "OpenUnion",
    "OtherKind",
    "Response",
];

/// Words that can't name a parameter: JavaScript's own, and those that are taken where parameters stand.
const WORDS: &str = "arguments await break calls case catch class const continue debugger default delete do else enum \
    eval export extends false finally for function if implements import in instanceof interface let new null options \
    package params private protected public return static super switch this throw true try typeof var void while with \
    yield";

/// The file of each model, union and enum, relative to the generated folder and without extension.
pub(super) struct Homes(BTreeMap<String, String>);

impl Homes {
    /// The homes of a table's names, if no two types have one name.
    pub(super) fn new(table: &Table) -> Result<Self> {
        let mut homes = BTreeMap::new();
        let mut seen: BTreeSet<String> = TAKEN.map(str::to_owned).into();
        let mut add = |name: &str| {
            if !seen.insert(name.to_owned()) {
                bail!("two types of TypeScript would be called {name:?}");
            }
            Ok(())
        };
        for shelf in &table.shelves {
            for definition in &shelf.definitions {
                let name = match definition {
                    Definition::Model(model) => &model.name,
                    Definition::Union(union) => &union.name,
                    Definition::Enum(inner) => &inner.name,
                };
                add(name)?;
                homes.insert(name.clone(), format!("models/{}", shelf.name));
            }
        }
        for group in &table.groups {
            add(&api(group))?;
            for action in &group.actions {
                add(&params(group, action))?;
                check(action)?;
            }
            for inner in &group.enums {
                add(&inline(group, inner))?;
            }
        }
        Ok(Self(homes))
    }

    /// The file that declares a name.
    pub(super) fn find(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// Parameters share one object, so their names at Box must differ.
fn check(action: &Action) -> Result<()> {
    let mut seen = BTreeSet::new();
    let params = action.required.iter().chain(&action.optional);
    for param in params.filter(|param| param.write != Write::Path) {
        if !seen.insert(&param.wire) {
            bail!("{}: two parameters are called {:?} at Box", action.id, param.wire);
        }
    }
    Ok(())
}

/// The interface of a group: `FoldersApi`, because `Folders` may be a page.
pub(super) fn api(group: &Group) -> String {
    format!("{}Api", group.struct_name)
}

/// The interface of an action's parameters: `FoldersListItemsParams`.
pub(super) fn params(group: &Group, action: &Action) -> String {
    format!("{}{}Params", group.struct_name, action.struct_name)
}

/// An enum of an action: `FoldersGetSort`.
pub(super) fn inline(group: &Group, inner: &Enum) -> String {
    format!("{}{}", group.struct_name, inner.name)
}

/// `list_items` of `folders.list_items`.
pub(super) fn action(action: &Action) -> &str {
    action.id.split_once('.').map_or(action.id.as_str(), |(_, name)| name)
}

/// `folders.listItems`, as it is called on a client.
pub(super) fn method(action: &Action) -> String {
    camel(&action.id)
}

/// `list_items` as `listItems`: what follows an underscore is upper case.
pub(super) fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut upper = false;
    for c in name.chars() {
        match c {
            '_' => upper = true,
            c if upper => {
                out.extend(c.to_uppercase());
                upper = false;
            }
            c => out.push(c),
        }
    }
    out
}

/// A parameter of a function: camel case, apart from words that can't be one.
pub(super) fn argument(name: &str) -> String {
    let name = camel(name);
    if WORDS.split(' ').any(|word| word == name) { name + "_" } else { name }
}

/// The name of a member, in quotes where it isn't an identifier.
pub(super) fn member(name: &str) -> String {
    let start = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '$';
    let inside = |c: char| start(c) || c.is_ascii_digit();
    if name.starts_with(start) && name.chars().all(inside) { name.to_owned() } else { format!("{name:?}") }
}

/// A line of an interface.
pub(super) fn slot(name: &str, optional: bool, nullable: bool, ty: &str) -> String {
    let mark = if optional { "?" } else { "" };
    let null = if nullable { " | null" } else { "" };
    format!("  {}{mark}: {ty}{null};\n", member(name))
}
