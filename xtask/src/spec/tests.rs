//! Small documents against small tables.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{compare, document::Document, retries, shape::Shape};
use crate::table;

/// A document of these schemas, with an operation `get_things_id` that answers the schema `Thing`.
fn document(schemas: &Value) -> Value {
    let reply =
        json!({ "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } });
    json!({
        "openapi": "3.0.2",
        "info": { "version": "2024.0" },
        "servers": [{ "url": "https://api.box.com/2.0" }],
        "paths": { "/things/{id}": { "get": {
            "operationId": "get_things_id",
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "responses": { "200": reply, "default": {} },
        } } },
        "components": { "schemas": schemas },
    })
}

const GET: &str = "get  GET /things/{id} -> Thing    doc: get-things-id\n  Gets.\n";

/// The differences between a document and a table of these actions and models.
fn differences(document: &Value, actions: &str, models: &str) -> Vec<String> {
    let document = Document::read("a.json", &document.to_string()).unwrap();
    let file = |path: &str, text: String| BTreeMap::from([(path.to_owned(), text)]);
    let actions = file("api/things.api", format!("group things\n  Things.\n\n{actions}"));
    let table = table::parse(&actions, &file("api/models/things.api", models.to_owned())).unwrap();
    compare(&table, &[document]).differences.iter().map(ToString::to_string).collect()
}

fn check(schemas: &Value, models: &str, expected: &[&str]) {
    assert_eq!(differences(&document(schemas), GET, models), expected, "{schemas}\n{models}");
}

/// A document with an operation of these facts at `POST /things`.
fn operation(facts: &Value) -> Value {
    let mut document = document(&json!({ "Thing": { "type": "object" } }));
    document["paths"] = json!({ "/things": { "post": facts } });
    document["paths"]["/things"]["post"]["operationId"] = json!("post_things");
    document
}

fn check_action(facts: &Value, action: &str, expected: &[&str]) {
    let actions = format!("make  POST /things -> ()    {action}\n");
    assert_eq!(differences(&operation(facts), &actions, ""), expected, "{action}");
}

#[test]
fn schemas_have_a_normal_form() {
    let text = |schema: Value| {
        let item = json!({ "type": "object", "properties": { "id": { "type": "string" } } });
        let schemas =
            json!({ "Thing": schema, "Item": item, "Kind": { "type": "string", "enum": ["a", "b"] } });
        let document = Document::read("a.json", &document(&schemas).to_string()).unwrap();
        let root = document.root();
        let shape =
            Shape::read(&root.inner(root.value.pointer("/components/schemas/Thing").unwrap(), "Thing"));
        format!("{}{}", shape.text(), if shape.nullable { " | null" } else { "" })
    };
    let item = || json!({ "$ref": "#/components/schemas/Item" });
    for (schema, expected) in [
        (json!({}), "json"),
        (json!({ "type": "string", "nullable": true }), "string | null"),
        (json!({ "type": "string", "format": "date-time" }), "date-time"),
        (json!({ "type": "string", "format": "binary" }), "binary"),
        (json!({ "type": "number", "format": "int32" }), "int64"),
        (json!({ "type": "number" }), "float"),
        (json!({ "type": "string", "enum": ["b", "a", null] }), "enum(a, b) | null"),
        (json!({ "type": "array", "items": item() }), "list<Item>"),
        (json!({ "type": "object" }), "map<json>"),
        (json!({ "type": "object", "additionalProperties": { "type": "boolean" } }), "map<bool>"),
        (json!({ "type": "object", "properties": { "a": {} } }), "Thing"),
        (item(), "Item"),
        (json!({ "allOf": [item(), { "description": "An item." }], "nullable": true }), "Item | null"),
        (json!({ "allOf": [item(), { "nullable": true }] }), "Item | null"),
        (json!({ "allOf": [item(), { "properties": { "b": {} } }] }), "Thing"),
        (json!({ "allOf": [{ "$ref": "#/components/schemas/Kind" }, { "default": "a" }] }), "enum(a, b)"),
        (json!({ "oneOf": [item(), { "type": "object" }] }), "Item"),
        (
            json!({ "oneOf": [item(), { "type": "object", "nullable": true, "additionalProperties": false }] }),
            "Item | null",
        ),
        (json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] }), "string or int64"),
        (json!({ "oneOf": [{ "type": "string" }, { "enum": ["none"] }] }), "string"),
        (json!({ "anyOf": [{ "enum": ["a"] }, { "type": "string", "pattern": ".^" }] }), "enum(a)"),
    ] {
        assert_eq!(text(schema.clone()), expected, "{schema}");
    }
}

#[test]
fn documents_that_lead_nowhere_are_refused() {
    let check = |text: &str, expected: &str| {
        let error = Document::read("a.json", text).err().unwrap();
        assert!(format!("{error:#}").contains(expected), "{error:#}");
    };
    check("{", "reading a.json");
    check(r#"{ "swagger": "2.0" }"#, "a.json: expected a document of OpenAPI 3.0");
    check(r#"{ "openapi": "3.0.2" }"#, "a.json: expected a version at /info/version");
    let lost = document(&json!({ "Other": {} })).to_string();
    check(&lost, r##"/content/application/json/schema: "#/components/schemas/Thing" leads nowhere"##);
}

#[test]
fn a_model_stands_for_all_schemas_at_its_places() {
    let node = |more: Value| json!({ "type": "object", "required": ["id"], "properties": more });
    let schemas = json!({
        "Thing": node(json!({
            "id": { "type": "string" },
            "type": { "type": "string", "enum": ["thing"] },
            "up": { "allOf": [{ "$ref": "#/components/schemas/Thing--Mini" }, { "nullable": true }] },
            "kind": { "type": "string", "enum": ["a", "b"] },
        })),
        "Thing--Mini": node(json!({
            "id": { "type": "string" },
            "type": { "type": "string", "enum": ["thing"] },
            "size": { "type": "integer", "nullable": true },
            "kind": { "type": "string", "enum": ["c"] },
        })),
    });
    let head = "model Thing\n  A thing.\n  id  string\n";
    let rest = "  type  \"thing\"\n  up  box<Thing>? | null\n  size  int64? | null\n  kind  enum(a, b, c)?\n";
    check(&schemas, &format!("{head}{rest}"), &[]);
    let wrong =
        "  type  \"other\"\n  up  box<Thing>?\n  size  string?\n  kind  enum(a, b, d)\n  more  bool?\n";
    check(
        &schemas,
        &format!("{head}{wrong}"),
        &[
            "extra  model Thing  more: bool?",
            "different  model Thing  kind: enum(..., d) in the table, enum(..., c)? in Thing of 2024.0, Thing--Mini of 2024.0",
            "different  model Thing  size: string? in the table, int64? | null in Thing--Mini of 2024.0",
            "different  model Thing  type: \"other\" in the table, enum(thing) in Thing of 2024.0, Thing--Mini of 2024.0",
            "different  model Thing  up: Thing? in the table, Thing? | null in Thing of 2024.0",
        ],
    );
    let fewer = "  type  \"thing\"\n  up  box<Thing>? | null\n  kind  enum(a, b, c)?\n";
    let missing = "missing  model Thing  size: int64? | null in Thing--Mini of 2024.0";
    check(&schemas, &format!("{head}{fewer}"), &[missing]);
}

#[test]
fn further_members_are_compared() {
    let more = json!({ "type": "integer" });
    let schemas = json!({ "Thing": {
        "type": "object", "properties": { "id": { "type": "string" } }, "additionalProperties": more,
    } });
    let model = |rest| format!("model Thing\n  A thing.\n  id  string?\n{rest}");
    check(&schemas, &model("  *  map<int64>\n"), &[]);
    check(&schemas, &model(""), &["missing  model Thing  *: map<int64> in Thing of 2024.0"]);
    let different = "different  model Thing  *: map<string> in the table, map<int64> in Thing of 2024.0";
    check(&schemas, &model("  *  map<string>\n"), &[different]);
}

#[test]
fn unions_are_sets_of_tags_and_models() {
    let variant = |tag: &str, member: &str| {
        json!({ "type": "object", "properties": {
            "type": { "type": "string", "enum": [tag] }, member: { "type": "string" },
        } })
    };
    let schemas = json!({
        "Thing": { "type": "object", "properties": { "of": { "oneOf": [
            { "$ref": "#/components/schemas/A" },
            { "$ref": "#/components/schemas/B" },
            { "$ref": "#/components/schemas/C" },
            { "type": "object" },
        ] } } },
        "A": variant("a", "x"),
        "B": { "type": "object", "properties": {
            "type": { "type": "string", "example": "b" }, "y": { "type": "string" },
        } },
        "C": { "type": "object", "properties": { "z": { "type": "string" } } },
    });
    let models = |variants: &str| {
        format!(
            "model Thing\n  A thing.\n  of  Any?\n\nmodel A\n  One.\n  type  \"a\"\n  x  string?\n\n\
            model B\n  Two.\n  type  string?\n  y  string?\n\nmodel C\n  Three.\n  z  string?\n\n\
            union Any by type\n  Any of them.\n{variants}"
        )
    };
    check(&schemas, &models("  a  A\n  b  B\n  has z  C\n"), &[]);
    check(
        &schemas,
        &models("  a  A\n  d  B\n  has y  C\n"),
        &[
            "missing  union Any  variant: b in B of 2024.0",
            "missing  union Any  variant: without \"type\" in C of 2024.0",
            "extra  union Any  variant: d B",
            "extra  union Any  variant: y C",
        ],
    );
}

#[test]
fn actions_are_compared() {
    let query = |name: &str, more: Value| {
        let mut param = json!({ "name": name, "in": "query" });
        param.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        param
    };
    let list = json!({ "type": "array", "items": { "type": "string" } });
    let version = json!({ "type": "string", "enum": ["2025.0"] });
    let facts = || {
        json!({
            "parameters": [
                query("fields", json!({ "schema": list, "explode": false })),
                query("users", json!({ "schema": list })),
                query("size", json!({ "schema": { "type": "integer" }, "required": true })),
                { "name": "box-version", "in": "header", "required": true, "schema": version },
                { "name": "if-match", "in": "header", "schema": { "type": "string" } },
            ],
            "responses": { "204": {} },
        })
    };
    let right = "doc: post-things    version: 2025.0\n  Makes.\n  query fields  csv<string>?\n  \
        query users  repeat<string>?\n  query size  int64\n  header if-match  string?";
    check_action(&facts(), right, &[]);
    let wrong = "doc: post-thing\n  Makes.\n  query fields  repeat<string>?\n  query user  repeat<string>?\n  \
        query size  int64?\n  query if-match  string?";
    check_action(
        &facts(),
        wrong,
        &[
            "missing  POST /things  header if-match: string? in 2024.0",
            "missing  POST /things  query users: repeat<string>? in 2024.0",
            "extra  POST /things  query if-match: string?",
            "extra  POST /things  query user: repeat<string>?",
            "different  POST /things  doc: post-thing in the table, post-things in 2024.0",
            "different  POST /things  header box-version: none in the table, 2025.0 in 2024.0",
            "different  POST /things  query fields: repeat<string>? in the table, csv<string>? in 2024.0",
            "different  POST /things  query size: int64? in the table, int64 in 2024.0",
        ],
    );
}

#[test]
fn bodies_are_compared() {
    let facts = |kind: &str| {
        let schema = json!({
            "type": "object", "required": ["name"],
            "properties": {
                "name": { "type": "string" },
                "size": { "oneOf": [{ "type": "string" }, { "type": "integer" }], "nullable": true },
            },
        });
        json!({ "requestBody": { "content": { kind: { "schema": schema } } }, "responses": { "201": {} } })
    };
    let right = "doc: post-things\n  Makes.\n  body name  item-name\n  body size  string? | null";
    check_action(&facts("application/json"), right, &[]);
    let form = "different  POST /things  body: application/json in the table, \
        application/x-www-form-urlencoded in 2024.0";
    check_action(&facts("application/x-www-form-urlencoded"), right, &[form]);
    check_action(
        &facts("application/json"),
        "doc: post-things\n  Makes.\n  body name  int64?",
        &[
            "missing  POST /things  body size: string or int64? | null in POST /things body of 2024.0",
            "different  POST /things  body name: int64? in the table, string in POST /things body of 2024.0",
        ],
    );
    let none = "missing  POST /things  body: application/json, POST /things body in 2024.0";
    check_action(&facts("application/json"), "doc: post-things\n  Makes.", &[none]);
}

#[test]
fn rows_are_paired_by_address_then_by_their_page() {
    let schemas = json!({ "Thing": { "type": "object", "properties": { "id": { "type": "string" } } } });
    let models = "model Thing\n  A thing.\n  id  string?\n";
    let mut document = document(&schemas);
    let second = document["paths"]["/things/{id}"].clone();
    document["paths"]["/things/{id}#second"] = second;
    document["paths"]["/things/{id}#second"]["get"]["operationId"] = json!("get_things_id#second");
    let row =
        |name: &str, path: &str, doc: &str| format!("{name}  GET {path} -> Thing    doc: {doc}\n  Gets.\n\n");
    let check = |rows: &[String], expected: &[&str]| {
        assert_eq!(differences(&document, &rows.concat(), models), expected);
    };
    let first = row("get", "/things/{id}", "get-things-id");
    check(&[row("get_other", "/things/{id}", "get-things-id--second"), first.clone()], &[]);
    let missing = "missing  GET /things/{id}#second  operation: get_things_id#second in 2024.0";
    check(std::slice::from_ref(&first), &[missing]);
    let extra = "extra  GET /more  row: things.find";
    check(&[first.clone(), row("find", "/more", "get-more")], &[extra, missing]);
    let moved = "different  GET /things/{id}#second  address: GET https://api.box.com/2.0/thing/{id} in the table, \
        GET https://api.box.com/2.0/things/{id} in 2024.0";
    check(&[first, row("get_other", "/thing/{id}", "get-things-id--second")], &[moved]);
}

#[test]
fn deviations_from_the_retry_class_are_listed() {
    let rows = "get  GET /things -> ()\n  Gets.\n\nmake  POST /things -> ()\n  Makes.\n  retry: safe -- it only reads\n";
    let file = |path: &str, text: String| BTreeMap::from([(path.to_owned(), text)]);
    let actions = file("api/things.api", format!("group things\n  Things.\n\n{rows}"));
    let table = table::parse(&actions, &BTreeMap::new()).unwrap();
    let lines: Vec<_> = retries::deviations(&table).iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["retry  things.make  safe, where never is the default"]);
}
