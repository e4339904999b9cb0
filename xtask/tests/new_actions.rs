//! An action is a few lines of the table: nothing else has to be written for it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Four made-up actions, each of less than five lines.
const ACTIONS: &str = "
stamp       GET /folders/{folder_id}/stamp -> Folder
  Made up: a plain action.
  query colour  enum(red, blue)?

watchers    GET /folders/{folder_id}/watchers -> Users    page: marker
  Made up: a list that is paged by marker.

engrave     POST /folders/{folder_id}/engravings -> Files    host: upload
  Made up: a body of several parts.
  part attributes  UploadAttributes
  part picture  binary

way         GET /folders/{folder_id}/way -> redirect
  Made up: the target of a redirect.
";

/// Calls them as any platform's client would.
const CALLS: &str = r#"//! The new actions have methods.
use box_core::{action::Execute, actions::Api, models, reply::Location, request::Payload};

pub async fn calls<X: Execute>(client: X) -> Result<(), box_core::error::Error> {
    let folder: models::Folder = client.folders().stamp("1").colour("red").await?;
    let _: X::Stream<models::User> = client.folders().watchers(folder.id).limit(2).items();
    let attributes = models::UploadAttributes::new("name", "0");
    let picture = Payload::from("picture");
    let _: models::Files = client.folders().engrave("1", attributes, picture).await?;
    let way: Location = client.folders().way("1").await?;
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

    let output = tree.codegen(&[]);
    assert!(output.status.success(), "{output:?}");
    let methods = tree.read("box-core/api/METHODS.md");
    let ids = tree.read("tests/emulator/src/generated/operation_ids.rs");
    for name in ["stamp", "watchers", "engrave", "way"] {
        assert!(
            methods.contains(&format!("client.folders().{name}(")),
            "{methods}"
        );
        assert!(ids.contains(&format!("\"folders.{name}\"")), "{ids}");
    }
    tree.check(&[]);
    tree.check(&["--target", "wasm32-unknown-unknown"]);
}

#[test]
fn check_names_what_is_stale() {
    let tree = Tree::copy("check");
    assert!(tree.codegen(&[]).status.success());
    let clean = tree.codegen(&["--check"]);
    assert!(
        clean.status.success() && clean.stdout.is_empty(),
        "{clean:?}"
    );

    let models = "box-core/src/generated/models/files.rs";
    let stale = tree.read(models).replacen("pub", "pud", 1);
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
    tree.write(
        "box-core/api/users.api",
        "group users\n  Users.\nme GET /me -> Usr\n  One.\n",
    );
    let output = tree.codegen(&[]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        text,
        "error: box-core/api/users.api:3:15: unknown model \"Usr\"\n"
    );
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
        for path in [
            "Cargo.lock",
            "Cargo.toml",
            "box-core",
            "tests/emulator/src/generated",
        ] {
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
        command
            .args(["codegen", "--root"])
            .arg(&self.0)
            .args(options);
        command.output().unwrap()
    }

    /// `cargo check` of box-core with the calls.
    fn check(&self, options: &[&str]) {
        let mut command = Command::new(env!("CARGO"));
        command.args([
            "check",
            "--quiet",
            "--offline",
            "--package",
            "box-core",
            "--lib",
        ]);
        command.args(["--test", "new_actions"]).args(options);
        command.env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("target"),
        );
        let output = command.current_dir(&self.0).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{options:?}\n{errors}");
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
