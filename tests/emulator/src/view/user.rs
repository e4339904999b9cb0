use serde_json::{Map, Value, json};

use crate::{
    FieldsStyle,
    dates::timestamp,
    world::{User, UserId, World},
};

const MINI: &[&str] = &["type", "id", "name", "login"];

const STANDARD: &[&str] = &[
    "type",
    "id",
    "name",
    "login",
    "created_at",
    "modified_at",
    "language",
    "timezone",
    "space_amount",
    "space_used",
    "max_upload_size",
    "status",
    "job_title",
    "phone",
    "address",
    "avatar_url",
    "notification_email",
];

pub(crate) fn mini(world: &World, id: UserId) -> Value {
    match world.users.by_id(id) {
        Some(found) => pick(world, found, &[MINI]),
        None => Value::Null,
    }
}

pub(crate) fn user(world: &World, user: &User, fields: Option<&[&str]>, style: FieldsStyle) -> Value {
    match (fields, style) {
        (None, _) => pick(world, user, &[STANDARD]),
        (Some(names), FieldsStyle::Mini) => pick(world, user, &[MINI, names]),
        (Some(names), FieldsStyle::Base) => pick(world, user, &[&["type", "id"], names]),
    }
}

fn pick(world: &World, user: &User, lists: &[&[&str]]) -> Value {
    let names = lists.iter().copied().flatten();
    let members = names.filter_map(|name| Some(((*name).to_owned(), member(world, user, name)?)));
    Value::Object(members.collect::<Map<_, _>>())
}

fn member(world: &World, user: &User, name: &str) -> Option<Value> {
    let value = match name {
        "type" => "user".into(),
        "id" => user.id.to_string().into(),
        "name" => user.name.clone().into(),
        "login" => user.login.clone().into(),
        "created_at" | "modified_at" => timestamp(user.created_at).into(),
        "language" => "en".into(),
        "timezone" => "America/Los_Angeles".into(),
        "space_amount" => 10_737_418_240_u64.into(),
        "space_used" => world.tree.node(user.id).map(|root| world.tree.size(root)).into(),
        "max_upload_size" => 5_368_709_120_u64.into(),
        "status" => "active".into(),
        "job_title" | "phone" | "address" => "".into(),
        "avatar_url" => format!("https://app.box.com/api/avatar/large/{}", user.id).into(),
        "notification_email" => Value::Null,
        "role" if user.service => "user".into(),
        "role" => "admin".into(),
        "is_platform_access_only" => user.service.into(),
        "enterprise" => {
            json!({ "type": "enterprise", "id": world.users.enterprise(), "name": "Emulated Enterprise" })
        }
        "hostname" => "https://app.box.com/".into(),
        _ => return None,
    };
    Some(value)
}
