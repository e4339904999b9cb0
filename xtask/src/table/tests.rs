use std::collections::BTreeMap;

use super::{
    TableError,
    form::{Table, Type},
};

const MODELS: &str = "\
model Thing
  A thing.
  id  string
  name  string?

model Things
  A page of things.
  entries  list<Thing>?
  next_marker  string?
";

fn read(actions: &str, models: &str) -> Result<Table, TableError> {
    let actions = BTreeMap::from([("api/things.api".to_owned(), actions.to_owned())]);
    let models = BTreeMap::from([("api/models/things.api".to_owned(), models.to_owned())]);
    super::parse(&actions, &models)
}

/// One action: lines behind its sentence.
fn with_action(header: &str, lines: &str) -> Result<Table, TableError> {
    let lines: String = lines.lines().map(|line| format!("  {line}\n")).collect();
    let text = format!("group things\n  Things.\n{header}\n  A sentence.\n{lines}");
    read(&text, MODELS)
}

#[track_caller]
fn check(header: &str, lines: &str, expected: &str) {
    let error = with_action(header, lines).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), format!("api/things.api:{expected}"));
}

#[track_caller]
fn check_model(text: &str, expected: &str) {
    let error = read("group things\n  Things.\n", text).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), format!("api/models/things.api:{expected}"));
}

#[test]
fn errors_say_where_and_what() {
    let get = "get GET /things/{thing_id} -> Thing";
    let post = "make POST /things -> Thing";
    let list = "list GET /things -> Things";

    check("Get GET /things -> Thing", "", r#"3:1: expected a name in snake_case, found "Get""#);
    check("get FETCH /things -> Thing", "", r#"3:5: expected an HTTP method, found "FETCH""#);
    check("get GET things -> Thing", "", r#"3:9: expected a path, found "things""#);
    check("get GET /things", "", "3:16: expected `->`, found the end of the line");
    check("get GET /things -> Thng", "", r#"3:20: unknown model "Thng""#);
    check(
        "get GET /things -> byte",
        "",
        r#"3:20: expected a model, `()`, `bytes` or `redirect`, found "byte""#,
    );
    check("get_thing GET /things -> Thing", "", r#"3:1: "get_thing" repeats its group "things""#);
    check("get GET /things/{ -> Thing", "", "3:9: expected a closing `}` in the path");
    check("get GET /{a}/{a} -> Thing", "", r#"3:9: expected a new name in snake_case, found "a""#);

    check(get, "query limit strng", r#"5:15: expected a type, found "strng""#);
    check(get, "query limit", "5:14: expected a space and a type, found the end of the line");
    check(get, "query limit Thng", r#"5:15: unknown model "Thng""#);
    check(get, "query limit list<strng>", r#"5:20: expected a type, found "strng>""#);
    check(get, "query limit list<string", "5:26: expected `>`, found the end of the line");
    check(get, "query limit enum(a, a)", r#"5:23: duplicate value "a""#);
    check(get, "query limit enum(a b)", r#"5:22: expected `,`, found "b)""#);
    check(get, r#"query limit "a"#, "5:16: expected a closing quote, found \"a\"");
    check(
        get,
        "query limit string Most.",
        r#"5:22: expected the end of the line, or two spaces and a sentence, found "Most.""#,
    );
    check(get, "query limit string | null", "5:15: only a member of a JSON body can be null");
    check(get, "query limit binary", "5:15: `binary` is for bodies and parts");
    check(get, "header if-match list<string>", "5:19: expected a type that is text");
    check(get, "path other string", r#"5:8: "other" is not in the path"#);
    check(get, "path thing_id string?", "5:17: a parameter of the path can't be absent");
    check(get, "path thing_id json", "5:17: expected a type of one word of text");
    check(get, "query thing_id string", r#"5:3: duplicate parameter "thing_id""#);
    check(get, "cookie a string", r#"5:3: expected an attribute or a parameter, found "cookie""#);
    check(
        get,
        "query a string\nhost: api",
        r#"6:3: expected a parameter; attributes stand before them, found "host:""#,
    );

    check(get, "hots: upload", r#"5:3: expected an attribute, such as `host:`, found "hots:""#);
    check(get, "host: upload\nhost: api", "6:3: duplicate attribute `host:`");
    check(get, "host:", "5:8: expected a value of `host:`, found the end of the line");
    check(
        get,
        "host: upland",
        r#"5:9: expected `api`, `upload`, `session`, `oauth`, `account`, `download`, found "upland""#,
    );
    check(get, "version: new", r#"5:12: expected a version such as `2025.0`, found "new""#);
    check(get, "limit: 100", r#"5:10: expected `api`, `upload`, `search`, `sign`, `none`, found "100""#);
    check(get, "doc: a b", r#"5:8: expected the slug of a reference page, found "a b""#);
    check(get, "retry: never", "5:10: expected a reason behind ` -- `, as this deviates from the default");
    check(
        get,
        "retry: often -- why",
        r#"5:10: expected `safe`, `idempotent`, `conditional`, `never`, found "often""#,
    );
    check(
        get,
        "retry: reread things.see by id expect present -- why",
        r#"5:10: unknown operation "things.see""#,
    );
    check(
        get,
        "retry: reread things.get -- why",
        r#"5:10: expected `reread <operation> by <key> expect <state>`, found "reread things.get""#,
    );
    check(
        get,
        "retry: reread things.get by id expect 404 -- why",
        r#"5:10: expected `present`, `absent`, `changed`, found "404""#,
    );
    check(get, "page: marker", "3:1: what answers pages is called find, list, query");
    let one = "list GET /things/{thing_id} -> Thing";
    check(one, "page: marker", "3:32: a paged action answers a model with a list of `entries`");
    check(
        "list DELETE /a -> ()",
        "",
        "3:1: \"list\" is no verb for DELETE: it is one of abort, delete, purge, remove",
    );
    check("delete POST /a -> ()", "", "3:1: \"delete\" is no verb for POST");
    check(
        "make_it_all_now_please POST /a -> ()",
        "",
        "3:1: \"make_it_all_now_please\" has more than 4 words",
    );

    check(post, "body * string\nbody a string", "3:1: `body *` is the whole body; it has no members");
    check(post, "part a string\nbody b string", r#"6:3: "b" doesn't fit the kind of the body"#);
    check(post, "part a string?\npart b string", "6:3: a required part stands before the optional ones");
    check(post, "body: octets\nbody * string", "6:10: expected `binary`");
    check(post, "body: form\nbody a json", "6:10: expected a type that is text");
    check(post, "body a csv<string>", "5:10: `csv` and `repeat` are for queries; expected `list`");
    check(
        list,
        "page: pages",
        r#"5:9: expected `marker`, `marker-only`, `offset`, `both`, `body-marker`, `stream`, found "pages""#,
    );
}

#[test]
fn entries_need_a_sentence() {
    let cases = [
        ("", "1:1: expected `group` and its name"),
        ("groups things", "1:1: expected `group` and its name"),
        ("group thing", r#"1:7: expected "things", as the file is called"#),
        ("group things", "2:1: expected a sentence about the group"),
        ("group things\n  Things", "3:1: expected a full stop behind the sentence about the group"),
        ("group things\n  things.", r#"2:3: expected a sentence about the group, found "things.""#),
        ("group things\n  Things.\n\nget GET / -> ()\n", "5:1: expected a sentence about the action"),
        (
            "group things\n  Things.\nget GET / -> ()\n  query a string",
            r#"4:3: expected a sentence about the action, found "query""#,
        ),
        (
            "group things\n  Things.\nget GET / -> ()\n  One\n  query a string",
            r#"5:3: expected a full stop behind the sentence above, found "query""#,
        ),
        (
            "group things\n  Things.\nget GET / -> ()\n  One.\nget GET /a -> ()\n  One.",
            r#"5:1: duplicate action "get""#,
        ),
    ];
    for (text, expected) in cases {
        let error = read(text, MODELS).map(|_| ()).unwrap_err();
        assert_eq!(error.to_string(), format!("api/things.api:{expected}"), "{text}");
    }
}

#[test]
fn models_are_checked() {
    check_model("modl Thing", r#"1:1: expected `model`, `union` or `enum`, found "modl""#);
    check_model("model thing", r#"1:7: expected a name in PascalCase, found "thing""#);
    check_model("model String", r#"1:7: "String" is a type of Rust or of box-core"#);
    check_model("model A\n  A.\nmodel A\n  A.", r#"3:7: duplicate model "A""#);
    check_model("model A\n  A.\n  a  string\n  a  bool", r#"4:3: duplicate field "a""#);
    check_model("model A\n  A.\n  a-b  string\n  a_b  bool", r#"4:3: a second field would be "a_b""#);
    check_model("model A\n  A.\n  a  B?", r#"3:6: unknown model "B""#);
    check_model(
        "model A\n  A.\n  a  csv<string>",
        "3:6: `csv` and `repeat` are for queries; expected `list`",
    );
    check_model("model A extends B\n  A.", r#"1:17: unknown model "B""#);
    check_model("model A extends A\n  A.", r#"1:17: "A" would extend itself"#);
    check_model("union A\n  A.", "1:8: expected `by `, found the end of the line");
    check_model("union A by type\n  A.", "1:7: expected the models of the union");
    check_model("union A by type\n  A.\n  a  A", r#"3:6: expected a model, found "A""#);
    check_model("enum A\n  A.", "3:1: expected the values of the enum");
    check_model("enum A\n  A.\n  a b a", r#"3:7: duplicate value "a""#);
    check_model(
        "enum AB\n  A.\n  a\nmodel A\n  A.\n  b  enum(x)",
        r#"6:6: this enum would be a second "AB""#,
    );
    check_model("  model A", r#"1:3: expected an entry at the margin, found "model""#);
}

#[test]
fn what_is_not_written_follows() {
    let table = with_action(
        "list GET /things/{a}/{b}/things -> Things    page: both    doc: get-things",
        "# a comment\nquery limit float?    Own limit. # another\nheader a-b string\nquery c string",
    )
    .unwrap();
    let action = &table.groups[0].actions[0];
    let names = |params: &[super::form::Param]| {
        let names = params.iter().map(|param| param.name.clone());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names(&action.required), ["a", "b", "c", "a_b"]);
    let optional = names(&action.optional);
    assert_eq!(optional, ["limit", "usemarker", "marker", "offset"]);
    assert_eq!(action.optional[0].sentence.as_deref(), Some("Own limit."));
    assert_eq!(action.id, "things.list");
    assert!(!action.writes);
}

#[test]
fn models_inherit_and_hold_themselves_in_boxes() {
    let models = "\
model Base
  A base.
  type  \"thing\"
  id  string
  size  int64?
model Node extends Base
  A node.
  size  float?
  up  box<Node>?
  down  list<Node>?
  side  box<Other>?
model Other
  Another one.
  node  Node?
";
    let unboxed = models.replace("box<Other>", "Other");
    let error = read("group things\n  Things.\n", &unboxed).unwrap_err().to_string();
    assert_eq!(
        error,
        "api/models/things.api:11:9: \"Node\" would hold itself: write `box<..>` around this model"
    );
    let table = read("group things\n  Things.\n", models).unwrap();
    let node = &table.models["Node"];
    let fields: Vec<_> = node.fields.iter().map(|f| (f.name.as_str(), f.boxed)).collect();
    let expected = [("id", false), ("size", false), ("up", true), ("down", false), ("side", true)];
    assert_eq!(fields, expected);
    assert!(matches!(node.fields[1].ty, Type::Scalar(super::form::Scalar::Float)));
    assert_eq!(node.tags, [("type".to_owned(), "thing".to_owned())]);
}
