//! How items and users look in answers.

mod file;
mod folder;
mod user;

use serde_json::{Map, Value, json};

pub(crate) use self::user::{mini as user_mini, user};
use crate::{
    FieldsStyle,
    dates::timestamp,
    world::{Node, World},
};

/// An item with its standard members, or with the mini members and the named ones.
pub(crate) fn item(world: &World, node: &Node, fields: Option<&[&str]>, style: FieldsStyle) -> Value {
    let (standard, mini) = match node.is_folder() {
        true => (folder::STANDARD, folder::MINI),
        false => (file::STANDARD, file::MINI),
    };
    let mut object = Map::new();
    match (fields, style) {
        (None, _) => fill(world, node, standard, &mut object),
        (Some(names), style) => {
            let base = if style == FieldsStyle::Mini { mini } else { BASE };
            fill(world, node, base, &mut object);
            fill(world, node, names, &mut object);
        }
    }
    Value::Object(object)
}

pub(crate) fn mini(world: &World, node: &Node) -> Value {
    item(world, node, Some(&[]), FieldsStyle::Mini)
}

/// One entry of a listing, which is mini unless `fields` asks for more.
pub(crate) fn entry(world: &World, node: &Node, fields: Option<&[&str]>, style: FieldsStyle) -> Value {
    match fields {
        None => mini(world, node),
        some => item(world, node, some, style),
    }
}

const BASE: &[&str] = &["type", "id", "etag"];

fn fill(world: &World, node: &Node, names: &[&str], object: &mut Map<String, Value>) {
    for name in names {
        let specific = match node.is_folder() {
            true => folder::member(world, node, name),
            false => file::member(world, node, name),
        };
        if let Some(value) = specific.or_else(|| member(world, node, name)) {
            object.insert((*name).to_owned(), value);
        }
    }
}

/// Members that files and folders have in common.
fn member(world: &World, node: &Node, name: &str) -> Option<Value> {
    let root = node.parent.is_none();
    let date = |millis: u64| {
        if root { Value::Null } else { timestamp(millis).into() }
    };
    let person = |id| {
        if root { json!({ "type": "user", "id": "", "name": "", "login": "" }) } else { user_mini(world, id) }
    };
    let value = match name {
        "id" => node.wire_id().into(),
        "etag" | "sequence_id" if root => Value::Null,
        "etag" | "sequence_id" => node.etag.to_string().into(),
        "name" => node.name.clone().into(),
        "description" => node.description.clone().into(),
        "size" => world.tree.size(node).into(),
        "tags" => node.tags.clone().into(),
        "created_at" => date(node.created_at),
        "modified_at" => date(node.modified_at),
        "content_created_at" => date(node.content_created_at),
        "content_modified_at" => date(node.content_modified_at),
        "trashed_at" => node.trashed_at.map(timestamp).into(),
        "purged_at" => Value::Null,
        "shared_link" => node.shared_link.as_ref().map_or(Value::Null, |link| link.show(node)),
        "created_by" => {
            let mut by = person(node.owner);
            if let (Some(author), Some(name)) = (&node.author, by.get_mut("name")) {
                *name = author.clone().into();
            }
            by
        }
        "modified_by" => person(node.modified_by),
        "owned_by" => user_mini(world, node.owner),
        "item_status" if world.tree.is_trashed(node.id) => "trashed".into(),
        "item_status" => "active".into(),
        "parent" => {
            node.parent.and_then(|id| world.tree.node(id)).map_or(Value::Null, |parent| mini(world, parent))
        }
        "path_collection" => {
            let path = path(world, node);
            json!({ "total_count": path.len(), "entries": path })
        }
        "collections" => json!([]),
        "has_collaborations" | "is_externally_owned" => false.into(),
        _ => return None,
    };
    Some(value)
}

/// The folders from the root down to a node. What was deleted hangs below the trash instead.
fn path(world: &World, node: &Node) -> Vec<Value> {
    let mut path = Vec::new();
    let mut reached = Some(node);
    while let Some(node) = reached {
        if node.trashed_at.is_some() {
            let trash =
                json!({ "type": "folder", "id": "1", "sequence_id": null, "etag": null, "name": "Trash" });
            path.push(trash);
            break;
        }
        reached = node.parent.and_then(|id| world.tree.node(id));
        path.extend(reached.map(|folder| mini(world, folder)));
    }
    path.reverse();
    path
}
