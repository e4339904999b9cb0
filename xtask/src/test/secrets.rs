//! The part `secrets`: nothing that is told holds a secret, and nobody goes where nobody was sent.

use std::process::Command;

use anyhow::Result;

use super::{npm, run::Run, sessions, sources, unit, workspace::Workspace, workspace::on_path};

/// Runs the part.
pub(super) fn run(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    run.tests("secrets, with all libraries at their loudest", &mut loud(workspace))?;
    run.tests("hostile values, endpoints and redirects", &mut unit::tests(workspace, "--test hostile"))?;
    alone(run)?;
    if npm::install(run)? {
        npm::stories(run, &["egress", "secrets"])?;
    }
    Ok(())
}

/// The tour with what hyper and tokio tell only if they are compiled to, in a folder of its own.
fn loud(workspace: &Workspace) -> Command {
    let features = "--features hyper/tracing,tokio/tracing";
    let mut test = workspace.cargo(&format!("test -p box-native --test secrets {features}"));
    test.env("RUSTFLAGS", "--cfg hyper_unstable_tracing --cfg tokio_unstable");
    test.env("CARGO_TARGET_DIR", workspace.target().join("loud"));
    test.env("CARGO_PROFILE_DEV_DEBUG", "0").env("TEST_LOUD", "1");
    test
}

/// The tests of the native client where there is no outside. What would go there is counted, even if its test takes that
/// for an error like any other.
fn alone(run: &mut Run<'_>) -> Result<()> {
    let workspace = run.workspace;
    let step = "tests of box-native without an outside";
    if let Some(reason) = why_not(run)? {
        run.skip(step, &reason);
        return Ok(());
    }
    let options = sources::tests_of(workspace, "box-native", &sessions::OWN)?;
    // What is to be fetched is fetched before.
    let mut build = workspace.cargo(&format!("test --no-run {options}"));
    if run.command("build the tests", &mut build)?.is_none() {
        return Ok(());
    }
    let mut tests = within(workspace, &unit::tests(workspace, &options));
    let (_, output) = run.counted(step, tests.env("CARGO_NET_OFFLINE", "true"))?;
    run.check("contacts to the outside", |_| {
        let told = output.lines().rev().find_map(|line| line.strip_prefix(CONTACTS));
        Ok(match told {
            Some("0") => Vec::new(),
            Some(count) => vec![format!("{count} packets had no way out")],
            None => vec!["nobody counted them".to_owned()],
        })
    })
}

/// Why there can't be a network without an outside.
fn why_not(run: &mut Run<'_>) -> Result<Option<String>> {
    if !cfg!(target_os = "linux") {
        return Ok(Some("networks of one's own are a matter of Linux".to_owned()));
    }
    let missing = ["unshare", "bash", "ip", "awk"].into_iter().find(|program| !on_path(program));
    if let Some(program) = missing {
        return Ok(Some(format!("the program `{program}` is missing")));
    }
    let workspace = run.workspace;
    let (able, output) =
        run.execute("a network without an outside", &mut within(workspace, &workspace.command("true")))?;
    Ok((!able).then(|| format!("this machine gives no network without an outside: {}", output.trim())))
}

/// A command in a network that has nothing but its loopback, by which whoever looks for more is counted.
fn within(workspace: &Workspace, command: &Command) -> Command {
    let mut within = workspace.command("unshare");
    within.args(["--map-root-user", "--net", "bash", "-c", ALONE, "alone"]);
    within.arg(command.get_program()).args(command.get_args());
    within
}

/// First it looks whether counting works: by an address that is nobody's (RFC 5737).
const ALONE: &str = r#"
ip link set lo up || exit 1
count() {
    awk '/^Ip:/ && !n { for (i = 1; i <= NF; i++) if ($i == "OutNoRoutes") n = i; next }
         /^Ip:/ { sum += $n } /^Ip6OutNoRoutes/ { sum += $2 } END { print sum + 0 }' /proc/net/snmp /proc/net/snmp6
}
(: <>/dev/tcp/192.0.2.1/9) 2>/dev/null && { echo "there is an outside"; exit 1; }
before=$(count)
[ "$before" -gt 0 ] || { echo "what goes out is not counted"; exit 1; }
"$@"
status=$?
echo "contacts to the outside: $(($(count) - before))"
exit $status
"#;

const CONTACTS: &str = "contacts to the outside: ";
