use std::collections::BTreeMap;

use anyhow::Result;

use super::{actions, models, names, names::Homes, rows};
use crate::table::{self, form::Table};

const MODELS: &str = "\
model Thing
  A thing.
  type  \"thing\"
  id  string

model Untyped
  One without a type.
  size  int64?

model Things
  A page of things.
  entries  list<Thing>?

enum Colour
  A colour.
  red blue
";

fn read(actions: &str, models: &str) -> Table {
    let actions = format!("group things\n  Things.\n{actions}");
    let actions = BTreeMap::from([("api/things.api".to_owned(), actions)]);
    let models = [("other", MODELS), ("things", models)];
    let models = models.map(|(name, text)| (format!("api/models/{name}.api"), text.to_owned()));
    table::parse(&actions, &models.into()).unwrap()
}

/// An action with lines behind its sentence.
fn action(header: &str, lines: &str) -> String {
    let lines: String = lines.lines().map(|line| format!("  {line}\n")).collect();
    format!("{header}\n  A sentence.\n{lines}")
}

#[track_caller]
fn has(text: &str, expected: &str) {
    let found = text.lines().any(|line| line.trim() == expected);
    assert!(found, "no line {expected:?} in:\n{text}");
}

#[test]
fn a_row_says_what_deviates_and_what_is_written() {
    #[track_caller]
    fn check(header: &str, lines: &str, expected: &str) {
        let table = read(&action(header, lines), "");
        assert_eq!(rows::row(&table.groups[0].actions[0]).unwrap(), expected);
    }
    let get = "get GET /things/{thing_id} -> Thing";
    let list = "list GET /all -> Things";
    let make = "make POST /all -> Thing";

    check(get, "", "get GET /things/{thing_id}");
    check("make_new POST /all/{a}/{b} -> Thing", "", "make_new POST /all/{a}/{b}");
    check(get, "path thing_id int64", "get GET /things/{thing_id}");
    check(get, "host: upload", "get GET upload:/things/{thing_id}");
    check(get, "host: session", "get GET session:/things/{thing_id}");
    check(get, "host: oauth", "get GET oauth:/things/{thing_id}");
    check("delete DELETE /all -> ()", "", "delete DELETE /all =nothing");
    check("download GET /all -> bytes", "", "download GET /all =bytes");
    check("find GET /all -> redirect", "", "find GET /all =redirect");
    check(get, "version: 2025.0", "get GET /things/{thing_id} version:2025.0");
    check(get, "accepted: poll", "get GET /things/{thing_id} poll");
    check(get, "limit: search", "get GET /things/{thing_id} limit:search");
    check(get, "limit: api", "get GET /things/{thing_id}");
    check(get, "exact: yes", "get GET /things/{thing_id} exact");

    check(list, "page: marker", "list GET /all page:marker q:marker q:limit");
    check(list, "page: marker-only", "list GET /all page:marker q:marker");
    check(list, "page: offset\nquery limit float", "list GET /all page:offset q!:limit q:offset");
    check(list, "page: both", "list GET /all page:both q:usemarker q:marker q:offset q:limit");
    check(list, "page: stream", "list GET /all page:stream q:stream_position q:limit");
    check(
        "query POST /all -> Things",
        "page: body-marker\neffect: read",
        "query POST /all page:body-marker effect:read b:marker b:limit",
    );

    check(
        "get GET /a -> ()",
        "effect: write\nretry: never -- so",
        "get GET /a =nothing effect:write retry:never",
    );
    check("get HEAD /a -> ()", "effect: read\nretry: safe -- so", "get HEAD /a =nothing");
    check("set PUT /a -> ()", "retry: idempotent -- so", "set PUT /a =nothing");
    check("set PUT /a -> ()", "retry: conditional -- so", "set PUT /a =nothing retry:conditional");
    check("a POST /a -> ()", "effect: write\nretry: never -- so", "a POST /a =nothing");
    check("a POST /a -> ()", "retry: safe -- so", "a POST /a =nothing retry:safe");
    let reread = "retry: reread things.get by conflict expect present -- so";
    let row = "get GET /things/{id} =nothing retry:things.get:conflict:present:/things/{id}";
    check("get GET /things/{id} -> ()", reread, row);

    check(make, "query a string\nquery b csv<int64>?", "make POST /all q!:a q:b");
    check(make, "query a repeat<string>\nquery b repeat<int64>?", "make POST /all m!:a m:b");
    check(make, "query a list<string>\nquery b json?", "make POST /all j!:a j:b");
    check(make, "header if-match string?\nheader a-b bool", "make POST /all h!:a-b h:if-match");
    check(make, "body: form\nbody a secret\nbody b string?", "make POST /all f!:a f:b");
    check(make, "body a Thing | null\nbody b string? | null", "make POST /all b!:a b:b");
    check(make, "body a item-name\nbody b item-name?", "make POST /all n!:a n:b");
    check(make, "body * Thing", "make POST /all w!:*");
    check(make, "body: json-patch\nbody * list<Thing>", "make POST /all patch w!:*");
    check(make, "body: octets\nbody * binary", "make POST /all o!:*");
    check(make, "part a Thing\npart b binary\npart c binary?", "make POST /all p!:a c!:b c:c");
    check(make, "body: json", "make POST /all body:json");
    check(make, "body: octets", "make POST /all body:octets");
    check(make, "query a string?\nbody b string?\nquery c string", "make POST /all q!:c b:b q:a");

    check(make, "body: form\nbody a string\nbody b \"x=y\"", "make POST /all f=b=x=y f!:a");
    check(make, "query a \"1\"\nheader b \"2\"\nbody c \"\"", "make POST /all q=a=1 h=b=2 b=c=");
    check(make, "part a \"1\"\npart b binary", "make POST /all p=a=1 c!:b");
}

#[test]
fn rows_stand_in_files_of_their_families_and_names_in_one() {
    let action = |name: &str, lines: &str| action(&format!("{name} GET /{name} -> Things"), lines);
    let a = [action("get_one", ""), action("list", "page: marker-only")].concat();
    let b = action("list", "page: stream\nexact: yes");
    let groups =
        [("aa", "    family: both", a), ("bb", "    family: both", b), ("cc", "", action("get", ""))];
    let groups = groups.map(|(name, family, rows)| {
        (format!("api/{name}.api"), format!("group {name}{family}\n  A group.\n{rows}"))
    });
    let models = BTreeMap::from([("api/models/other.api".to_owned(), MODELS.to_owned())]);
    let table = table::parse(&groups.into(), &models).unwrap();
    let files: BTreeMap<_, _> = rows::files(&table).unwrap().into_iter().collect();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["both", "cc", "index"]);
    has(&files["index"], "() => import(\"./both.js\"),");
    assert!(files["index"].ends_with("export const names = `aa get_one list*\nbb list*\n\ncc get`;\n"));
    has(&files["both"], "aa: `get_one GET /get_one");
    has(&files["both"], "bb: `list GET /list page:stream exact q:stream_position q:limit`,");
    has(&files["both"], "export { parse } from \"../../exact.js\";");
    assert!(!files["cc"].contains("exact"), "{}", files["cc"]);
}

#[test]
fn a_row_holds_no_space() {
    let table = read(&action("get GET /a -> ()", "query q \"two words\""), "");
    let error = rows::row(&table.groups[0].actions[0]).unwrap_err();
    assert_eq!(error.to_string(), r#"things.get: "q=q=two words" has a space, which a row can't hold"#);
}

#[test]
fn types_become_typescript() {
    #[track_caller]
    fn check(ty: &str, model: &str, param: &str) {
        let row = action("send POST /all -> Held", &format!("body a-b {ty}"));
        let table = read(&row, &format!("model Held\n  Held.\n  c  {ty}\n"));
        let homes = Homes::new(&table).unwrap();
        // `Held` is an answer too, and those may be trimmed.
        let model = format!("c?: {}", model.trim_start_matches(['?', ':', ' ']));
        has(&models::file(&table, &table.shelves[1], &homes), &format!("{model};"));
        has(&actions::file(&table.groups[0], &homes), &format!("\"a-b\"{param};"));
    }
    for text in ["string", "secret", "date", "date-time", "item-name"] {
        check(text, ": string", ": string");
    }
    check("bool", ": boolean", ": boolean");
    check("int64", ": number", ": number");
    check("float", ": number", ": number");
    check("json", ": JsonValue", ": JsonValue");
    check("string?", "?: string", "?: string");
    check("string | null", ": string | null", ": string | null");
    check("string? | null", "?: string | null", "?: string | null");
    check("list<string>", ": string[]", ": readonly string[]");
    check("list<list<int64>>?", "?: number[][]", "?: readonly (readonly number[])[]");
    check("map<json>", ": { [key: string]: JsonValue }", ": { [key: string]: JsonValue }");
    check("map<list<bool>>", ": { [key: string]: boolean[] }", ": { [key: string]: readonly boolean[] }");
    check("Thing", ": Thing", ": Thing");
    check("Colour?", "?: Colour", "?: Colour");
    check("enum(a, b)", ": HeldC", ": ThingsSendAB");
    check("list<enum(a, b)>", ": HeldC[]", ": readonly ThingsSendAB[]");
}

#[test]
fn methods_have_a_signature() {
    #[track_caller]
    fn check(header: &str, lines: &str, expected: &str) {
        let table = read(&action(header, lines), "");
        let homes = Homes::new(&table).unwrap();
        has(&actions::file(&table.groups[0], &homes), expected);
    }
    let rest = "params?: NoParams, options?: CallOptions): BoxCall";
    check("get_now GET /a -> Thing", "", &format!("getNow({rest}<Thing>;"));
    check("delete DELETE /a -> ()", "", &format!("delete({rest}<void>;"));
    check("download GET /a -> bytes", "", &format!("download({rest}<Response>;"));
    check("find GET /a -> redirect", "", &format!("find({rest}<string>;"));
    check(
        "get_at GET /{in}/{day_of} -> ()",
        "path day_of date",
        &format!("getAt(in_: string, dayOf: string, {rest}<void>;"),
    );
    check("get_in_a GET /{b} -> ()", "path b enum(x, y)", &format!("getInA(b: ThingsGetInAB, {rest}<void>;"));
    check(
        "list GET /a -> Things",
        "page: marker",
        "list(params?: ThingsListParams, options?: CallOptions): BoxList<Things, Thing>;",
    );
    check(
        "make POST /a -> ()",
        "body a string?\nquery b string",
        "make(params: ThingsMakeParams, options?: CallOptions): BoxCall<void>;",
    );
    check("set PUT /a -> ()", "body: octets\nbody * binary", "body: BoxContent;");
    check("set PUT /a -> ()", "body * list<Thing>", "body: readonly Thing[];");
    check("set PUT /a -> ()", "query b csv<string>?", "b?: readonly string[];");
    check("get GET /{b} -> ()", "path b string    What it is.", "* @param b What it is.");
    check("get GET /b -> ()", "doc: get-b", "* @see https://developer.box.com/reference/get-b");
    check("get GET /b -> ()", "query c enum(x, y)?", "/** `c` of `things.get`. */");
    check("get GET /b -> ()", "query c string?    Ends */ here.", "/** Ends *\\/ here. */");
    check(
        "get GET /b -> ()",
        "query c enum(x, y)?",
        "export type ThingsGetC = \"x\" | \"y\" | (string & {});",
    );
}

#[test]
fn unions_are_told_apart_by_their_tag() {
    #[track_caller]
    fn check(row: &str, variants: &str, expected: &str) {
        let table = read(row, &format!("union Any by type\n  Any.\n{variants}"));
        let homes = Homes::new(&table).unwrap();
        let expected = format!("export type Any = OpenUnion<{expected}, \"type\">;");
        has(&models::file(&table, &table.shelves[1], &homes), &expected);
    }
    let answered = "get GET /a -> Any\n  A sentence.\n";
    let sent = "set PUT /a -> ()\n  A sentence.\n  body * Any\n";
    check(answered, "  thing Thing\n", "Thing");
    check(answered, "  thing Thing\n  untyped Untyped\n", "Thing | Kind<Untyped, \"type\", \"untyped\">");
    check(answered, "  thing Thing\n  same Thing\n", "Thing | Kind<Thing, \"type\", \"same\">");
    check(sent, "  thing Thing\n  untyped Untyped\n", "Thing | Untyped");
    check(sent, "  thing Thing\n  same Thing\n", "Thing");
}

#[test]
fn names_do_not_clash() {
    #[track_caller]
    fn check(row: &str, models: &str, expected: &str) {
        let result: Result<_> = Homes::new(&read(row, models)).map(|_| ());
        assert_eq!(result.map_err(|error| error.to_string()), Err(expected.to_owned()));
    }
    let get = "get GET /a -> ()\n  A sentence.\n  query a enum(x)?\n  query b string?\n";
    let twice = |name| format!("two types of TypeScript would be called {name:?}");
    check("", "model Response\n  One.\n", &twice("Response"));
    check("", "union ThingsApi by type\n  One.\n  thing Thing\n", &twice("ThingsApi"));
    check(get, "enum ThingsGetA\n  One.\n  a b\n", &twice("ThingsGetA"));
    check(get, "model ThingsGetParams\n  One.\n", &twice("ThingsGetParams"));
    let stream = "a POST /a -> ()\n  A sentence.\n  query stream string\n  body stream string?\n";
    check(stream, "", r#"things.a: two parameters are called "stream" at Box"#);
}

#[test]
fn names_become_javascript() {
    let cases = [
        // name, argument, member
        ("folder_id", "folderId", "folder_id"),
        ("get_2fa", "get2fa", "get_2fa"),
        ("default", "default_", "default"),
        ("params", "params_", "params"),
        ("$odd", "$odd", "$odd"),
        ("if-match", "if-match", "\"if-match\""),
        ("3d", "3d", "\"3d\""),
        ("", "", "\"\""),
    ];
    for (name, argument, member) in cases {
        assert_eq!((&*names::argument(name), &*names::member(name)), (argument, member), "{name}");
    }
}
