//! An action is a few lines of the table: nothing else has to be written for it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Four made-up actions, each of less than five lines.
const ACTIONS: &str = "
get_stamp   GET /folders/{folder_id}/stamp -> Folder
  Made up: a plain action.
  query colour  enum(red, blue)?

list_watchers  GET /folders/{folder_id}/watchers -> Users    page: marker
  Made up: a list that is paged by marker.

engrave     POST /folders/{folder_id}/engravings -> Files    host: upload
  Made up: a body of several parts.
  part attributes  UploadAttributes
  part picture  binary

find_way    GET /folders/{folder_id}/way -> redirect
  Made up: the target of a redirect.
";

/// Every construct of the grammar that the table may have no use for yet.
const CONSTRUCTS: &str = "
group constructs
  Made up: whatever the grammar knows.

set         PUT /constructs/{type}/{day} -> Base    version: 2025.0    exact: yes    effect: read
  Made up: keywords, a version, and a path of other types.
  retry: conditional -- it can be
  path day  date
  query on  date?
  query at  date-time
  query ratio  float?
  query kinds  csv<enum(a, other, 1)>?
  query numbers  list<int64>?
  query any  map<json>?
  query stream  string?
  header x-kind  enum(a, b)
  body kind  \"made-up\"
  body whole  Everything
  body gone  string | null
  body lost  list<string>? | null
  body when  date? | null
  body sent  list<OnlySent>

update      PUT /constructs/{construct_id} -> AnyConstruct    body: json-patch
  Made up: a JSON patch.
  body * list<Everything>

query       POST /constructs/search -> Page    page: body-marker    effect: read
  Made up: paged in the body.
  query limit  int64?

list        GET /constructs/events -> Stream    page: stream    exact: yes
  Made up: paged by stream position.

parts       POST /constructs/parts -> bytes
  Made up: parts, some of them optional.
  part first  list<int64>
  part second  Everything?
  part third  binary?
";

const CONSTRUCT_MODELS: &str = "
model Base
  Made up: a base.
  type  \"base\"
  id  string
  size  float?
  day  date?
  tags  list<string>?
  up  box<Base>?
  by_name  map<Base>?
  $odd-name  json?

model Everything extends Base
  Made up: more of it.
  type  \"everything\"
  base  Base
  count  int64
  at  date-time
  kinds  list<enum(x, y)>
  note  string | null
  secret  secret? | null
  inner  AnyConstruct?
  inners  list<AnyConstruct>?
  self  box<Everything>?

model Small
  Made up: something that only requests hold.
  name  string | null
  flag  bool
  numbers  list<int64>
  when  date-time? | null

union AnyConstruct by type
  Made up: a union.
  base  Base
  everything  Everything
  same  Base

union OnlySent by type
  Made up: a union that only requests hold.
  small  Small

model Page
  Made up: a page.
  entries  list<AnyConstruct>?
  next_marker  string? | null

model Stream
  Made up: a page of events.
  entries  list<json>?
  next_stream_position  int64?
";

/// Calls them as any platform's client would.
const CALLS: &str = r#"//! The new actions have methods.
use box_core::{action::Execute, actions::Api, models, reply::Location, request::Payload};

pub async fn calls<X: Execute>(client: X) -> Result<(), box_core::error::Error> {
    let folder: models::Folder = client.folders().get_stamp("1").colour("red").await?;
    let _: X::Stream<models::User> = client.folders().list_watchers(folder.id).limit(2).items();
    let attributes = models::UploadAttributes::new("name", "0");
    let picture = Payload::from("picture");
    let _: models::Files = client.folders().engrave("1", attributes, picture).await?;
    let way: Location = client.folders().find_way("1").await?;
    let _ = way.url();
    Ok(())
}
"#;

#[test]
fn an_action_needs_less_than_five_lines() {
    let tree = Tree::copy("new_actions");
    for action in ACTIONS.trim().split("\n\n") {
        assert!(action.lines().count() < 5, "{action}");
    }
    let table = tree.read("box-core/api/folders.api");
    tree.write("box-core/api/folders.api", &(table + ACTIONS));
    tree.write("box-core/tests/new_actions.rs", CALLS);
    tree.write("box-core/api/constructs.api", CONSTRUCTS);
    tree.write("box-core/api/models/constructs.api", CONSTRUCT_MODELS);

    let output = tree.codegen(&[]);
    assert!(output.status.success(), "{output:?}");
    let methods = tree.read("box-core/api/METHODS.md");
    let ids = tree.read("tests/emulator/src/generated/operation_ids.rs");
    for name in ["get_stamp", "list_watchers", "engrave", "find_way"] {
        assert!(methods.contains(&format!("client.folders().{name}(")), "{methods}");
        assert!(ids.contains(&format!("\"folders.{name}\"")), "{ids}");
    }
    tree.cargo(&["check", "--lib", "--test", "new_actions", "--target", "wasm32-unknown-unknown"]);
    tree.cargo(&["test", "--test", "new_actions", "--test", "golden_requests"]);
}

#[test]
fn check_names_what_is_stale() {
    let tree = Tree::copy("check");
    assert!(tree.codegen(&[]).status.success());
    let clean = tree.codegen(&["--check"]);
    assert!(clean.status.success() && clean.stdout.is_empty(), "{clean:?}");

    let models = "box-core/src/generated/models/files.rs";
    let stale = tree.read(models).replacen("model", "modal", 1);
    tree.write(models, &stale);
    tree.write("box-core/src/generated/models/extra.rs", "");
    fs::remove_file(tree.0.join("box-core/api/METHODS.md")).unwrap();
    let output = tree.codegen(&["--check"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let expected = "\
box-core/api/METHODS.md: missing
box-core/src/generated/models/extra.rs: superfluous
box-core/src/generated/models/files.rs: stale
run `cargo xtask codegen`
";
    assert_eq!(text, expected);
    assert_eq!(tree.read(models), stale, "`--check` writes nothing");
}

#[test]
fn errors_are_printed_with_their_place() {
    let tree = Tree::copy("errors");
    tree.write("box-core/api/users.api", "group users\n  Users.\nme GET /me -> Usr\n  One.\n");
    let output = tree.codegen(&[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text, "error: box-core/api/users.api:3:15: unknown model \"Usr\"\n");
}

/// A copy of what the code generator and box-core need of the workspace.
struct Tree(PathBuf);

impl Tree {
    /// The copy has a fixed place, so that what was compiled there is found again.
    fn copy(name: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let tree = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        match fs::remove_dir_all(&tree) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{error}"),
            _ => {}
        }
        for path in ["Cargo.lock", "Cargo.toml", "box-core", "tests/emulator/src/generated"] {
            copy(&root.join(path), &tree.join(path));
        }
        let tree = Self(tree);
        let manifest = tree.read("Cargo.toml");
        tree.write("Cargo.toml", &only_core(&manifest));
        tree
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.0.join(path), text).unwrap();
    }

    fn codegen(&self, options: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(["codegen", "--root"]).arg(&self.0).args(options);
        command.output().unwrap()
    }

    /// Cargo on box-core.
    fn cargo(&self, options: &[&str]) {
        let mut command = Command::new(env!("CARGO"));
        command.args(options);
        command.args(["--quiet", "--offline", "--package", "box-core"]);
        command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("target"));
        let output = command.current_dir(&self.0).output().unwrap();
        let log = [output.stdout, output.stderr].concat();
        let log = String::from_utf8_lossy(&log);
        assert!(output.status.success(), "{options:?}\n{log}");
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

/// The workspace's manifest with box-core as its only member.
fn only_core(manifest: &str) -> String {
    let (head, rest) = manifest.split_once("\nmembers = [").unwrap();
    let (_, rest) = rest.split_once(']').unwrap();
    let (middle, rest) = rest.split_once("\ndefault-members = [").unwrap();
    let (_, rest) = rest.split_once(']').unwrap();
    format!("{head}\nmembers = [\"box-core\"]{middle}{rest}")
}
