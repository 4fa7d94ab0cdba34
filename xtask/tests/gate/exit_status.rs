//! Every way to end: 0 nothing blocks, 1 findings block, 2 wrong usage or an invalid policy, 3 could not look.

use std::fs;
use std::process::Stdio;

use crate::workspace::{Ran, Workspace, run};

/// The run ends with this status and says this, on whichever stream.
#[track_caller]
fn check(ran: Ran, status: i32, says: &str) {
    assert_eq!(ran.status, status, "{ran}");
    assert!(format!("{}{}", ran.stdout, ran.stderr).contains(says), "{says}: {ran}");
    assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("RUST_BACKTRACE"), "{ran}");
}

/// A workspace that a change has done something to, committed.
fn after(change: impl FnOnce(&Workspace)) -> Workspace {
    let workspace = Workspace::new();
    change(&workspace);
    workspace.commit("a change");
    workspace
}

#[test]
fn wrong_usage_is_2() {
    let workspace = Workspace::new();
    for (arguments, says) in [
        (&["gate", "--only", "lints,spelling"][..], "there is no guard `spelling`; there are lints, arch"),
        (
            &["gate", "--only", "lint"],
            "there is no guard `lint`; there are lints, arch, contracts, golden, integrity; did you mean `lints`?",
        ),
        (&["gate", "--output", "jsn=x"], "there is no format `jsn`"),
        (&["gate", "--output", "jsn=x"], "; did you mean `json`?"),
        (&["gate", "--colour"], "--colour"),
        (&["gates"], "gates"),
        (&[], "Usage"),
        (&["explain", "untied-sorts"], "there is no rule `untied-sorts`; did you mean `untied-sort`?"),
        (&["gate", "--root", "no/such/folder"], "there is no folder `no/such/folder`"),
        (&["gate", "--root", "gatefold.yaml"], "there is no folder `gatefold.yaml`"),
        (&["gate", "--base", "no-such-branch"], "`no-such-branch` names no commit here"),
        (&["gate", "--format", "xml"], "xml"),
        (&["gate", "--output", "report.json"], "write it as FORMAT=FILE"),
        (&["gate", "--output", "json="], "the file's name is missing"),
        (&["gate", "--cache-dir", "cache"], "lies in the judged tree"),
        (&["approve", "no-such-rule"], "nothing open is called `no-such-rule`"),
        (&["approve", "no-such-rule", "--emergency"], "nothing open is called `no-such-rule`"),
        (&["approve", "no-such-rule", "--until", "soon"], "`soon` is no date"),
        (&["approve", "--reason", "x"], "say what is approved"),
        (
            &["approve", "no-such-rule", "--reason", "x", "--by", "mira"],
            "nothing open is called `no-such-rule`",
        ),
    ] {
        check(workspace.run(arguments), 2, says);
    }
    for arguments in
        [&["--help"][..], &["--version"], &["gate", "--help"], &["explain", "untied-sort"], &["rules"]]
    {
        check(workspace.run(arguments), 0, "");
    }
}

#[test]
fn an_invalid_policy_is_2_with_its_place() {
    let workspace = Workspace::new();
    for (text, says) in [
        ("arch: [\n", "gatefold.yaml:"),
        ("\narchs: {}\n", "gatefold.yaml:2:1: "),
        (
            "lints: {}\nlints: {}\n",
            "gatefold.yaml:2:1: failed to read the file: the key `lints` stands here twice, first in line 1",
        ),
        ("levels:\n  untied-sort: fatal\n", "gatefold.yaml:2:16: failed to read `levels.untied-sort`: "),
        ("levels:\n  untied-sorts: error\n", "gatefold.yaml:2:17: "),
        ("gatefold: \">=9\"\n", "gatefold.yaml:1:"),
        ("arch:\n  layers:\n    - {name: a, members: 7, because: x}\n", "gatefold.yaml:3:"),
        ("a: &a [*a]\n", "gatefold.yaml:1:"),
        ("\u{0}", "gatefold.yaml:"),
    ] {
        workspace.write("gatefold.yaml", text);
        check(workspace.run(&["gate"]), 2, says);
    }
    workspace.write("gatefold.yaml", b"# \xff\n");
    check(workspace.run(&["gate"]), 2, "gatefold.yaml");
}

#[test]
fn the_policy_may_ask_for_another_version() {
    let workspace = after(|it| it.replace("gatefold.yaml", "\">=0.1\"", "\">=9.0\""));
    let ran = workspace.run(&["gate"]);
    assert!(ran.stderr.contains(env!("CARGO_PKG_VERSION")), "{ran}");
    check(ran, 2, "9.0");
}

#[test]
fn ci_without_a_base_is_3() {
    let workspace = Workspace::new();
    workspace.git(&["switch", "--quiet", "main"]);
    let ci = |more: &[(&str, &str)]| {
        run(workspace.gatefold(&["gate"]).env("CI", "true").envs(more.iter().copied()))
    };
    check(ci(&[]), 3, "`fetch-depth: 0`");
    check(ci(&[("GATEFOLD_BASE", "1234567890123456789012345678901234567890")]), 3, "`fetch-depth: 0`");
    check(ci(&[("GATEFOLD_BASE", "HEAD")]), 0, "event base");
}

#[test]
fn a_shallow_clone_is_3() {
    let workspace = after(|it| it.append("README.md", "\nMore.\n"));
    let clone = workspace.outside().join("clone");
    let from = format!("file://{}", workspace.repository().display());
    let to = clone.to_str().expect("a path");
    workspace.git(&["clone", "--quiet", "--depth", "1", "--branch", "work", &from, to]);
    check(run(workspace.gatefold(&["gate"]).current_dir(&clone)), 3, "git fetch --unshallow");
}

#[test]
fn what_cannot_be_read_in_a_touched_file_is_1() {
    let deep = format!("fn f() {{ {}1{}; }}\n", "(".repeat(20_000), ")".repeat(20_000));
    let file = "crates/telemetry/src/clock.rs";
    let cases: [(&[u8], &str); 4] = [
        (b"fn f( {", "unparsable-source"),
        (b"// \xff\xfe\n", "unreadable-file"),
        (deep.as_bytes(), "source-too-deep"),
        (&vec![b'\n'; 9 * 1024 * 1024], "source-too-large"),
    ];
    for (text, rule) in cases {
        let workspace = after(|it| it.write(file, text));
        check(workspace.run(&["gate"]), 1, rule);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_no_pass() {
    use std::os::unix::fs::PermissionsExt;

    let workspace = Workspace::new();
    let file = workspace.root().join("crates/telemetry/src/clock.rs");
    workspace.append("crates/telemetry/src/clock.rs", "\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("it is ours");
    if fs::read(&file).is_ok() {
        return; // Whoever runs this may read everything.
    }
    check(workspace.run(&["gate"]), 1, "unreadable-file");
}

#[test]
fn who_only_observes_is_0() {
    let workspace = Workspace::new();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.append("gatefold.yaml", "\nmode: observe\n");
    workspace.commit("observe");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace.swap_best(0);
    check(workspace.run(&["gate"]), 0, "ranking-changed");
    let github = workspace.run(&["gate", "--format", "github"]);
    assert!(github.stdout.starts_with("::warning "), "{github}");
}

#[test]
fn to_observe_from_now_on_blocks() {
    check(after(|it| it.append("gatefold.yaml", "\nmode: observe\n")).run(&["gate"]), 1, "policy-loosened");
}

#[test]
fn a_policy_that_is_deleted_still_judges() {
    let workspace = after(|it| {
        it.git(&["rm", "--quiet", "gatefold.yaml"]);
        it.swap_best(0);
    });
    let ran = workspace.run(&["gate"]);
    check(ran, 1, "ranking-changed");
    check(workspace.run(&["gate"]), 1, "policy-loosened");
}

/// A workspace whose change brings the policy.
fn adopting() -> Workspace {
    let workspace = Workspace::new();
    workspace.git(&["switch", "--quiet", "main"]);
    let policy = workspace.read("gatefold.yaml");
    workspace.git(&["rm", "--quiet", "gatefold.yaml"]);
    workspace.commit("not yet");
    workspace.git(&["switch", "--quiet", "--force-create", "work"]);
    workspace.write("gatefold.yaml", policy);
    workspace
}

#[test]
fn an_adoption_is_1_until_somebody_means_it() {
    let workspace = adopting();
    workspace.commit("adopt it");
    check(workspace.run(&["gate"]), 1, "policy-adopted");
    check(workspace.run(&["gate", "--bootstrap"]), 0, "judged by head's policy");
}

#[test]
fn an_adoption_that_names_what_is_not_there_is_1() {
    let workspace = adopting();
    workspace.replace("gatefold.yaml", "telemetry]", "telemetry, tellemetry]");
    workspace.commit("adopt it");
    check(workspace.run(&["gate", "--bootstrap"]), 1, "vacuous-rule");
}

#[test]
fn a_required_guard_that_has_nothing_to_look_at_is_3() {
    let workspace = Workspace::new();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write("gatefold.yaml", "required: [golden]\n");
    workspace.commit("no corpora");
    workspace.append("README.md", "\n");
    check(workspace.run(&["gate"]), 3, "the policy requires it");
}

#[test]
fn a_repository_without_commits_is_judged_whole() {
    let workspace = Workspace::uncommitted("repository", "");
    check(workspace.run(&["gate"]), 0, "no commits");
    workspace.append("crates/telemetry/src/clock.rs", "fn later() { todo!() }\n");
    check(workspace.run(&["gate"]), 1, "unfinished-code");
}

#[test]
fn a_folder_without_a_repository_is_judged_whole() {
    let workspace = Workspace::without_repository("folder", "");
    check(workspace.run(&["gate"]), 0, "without a base");
    workspace.append("crates/telemetry/src/clock.rs", "fn later() { todo!() }\n");
    check(workspace.run(&["gate"]), 1, "unfinished-code");
    check(workspace.run(&["gate", "--base", "main"]), 2, "main");
}

#[test]
fn where_there_is_nothing_to_judge_nothing_passes() {
    let nowhere = Workspace::empty("folder");
    for arguments in [
        &["gate"][..],
        &["gate", "--base", "none"],
        &["gate", "--only", "lints,golden"],
        &["lint"],
        &["arch"],
        &["contracts"],
        &["golden"],
        &["integrity"],
        &["review"],
        &["doctor"],
    ] {
        let status = if arguments == ["doctor"] { 1 } else { 3 };
        check(nowhere.run(arguments), status, "it is no repository, has no `gatefold.yaml`");
    }
    nowhere.write("protos/a.proto", "syntax = \"proto3\";\n");
    check(nowhere.run(&["gate"]), 0, "nothing new");
    check(nowhere.run(&["golden"]), 3, "there is nothing to judge");
}

#[test]
fn a_repository_in_which_no_guard_has_work_passes_and_says_so() {
    let says = "no guard that was asked has anything to look at here";
    let java = Workspace::empty("repository");
    java.make_repository();
    check(java.run(&["gate"]), 0, says);
    java.write("src/Main.java", "class Main {}\n");
    java.commit("base");
    for guard in ["arch", "contracts", "golden"] {
        check(java.run(&[guard]), 0, says);
    }
    java.write("src/Main.java", "final class Main {}\n");
    let ran = java.run(&["gate"]);
    assert!(ran.status == 0 && !ran.stdout.contains(says), "{ran}");
}

#[test]
fn a_base_that_only_the_remote_has_is_named() {
    let workspace = Workspace::small();
    workspace.git(&["update-ref", "refs/remotes/origin/trunk", "main"]);
    for command in ["gate", "review"] {
        check(workspace.run(&[command, "--base", "trunk"]), 2, "`origin/trunk` does: give that");
    }
    check(workspace.run(&["gate", "--base", "origin/trunk"]), 0, "");
}

#[test]
fn reports_are_written_where_they_can_be() {
    let workspace = after(|it| it.swap_best(0));
    let (json, page) = (workspace.outside().join("a.json"), workspace.outside().join("a.md"));
    let outputs = [format!("json={}", json.display()), format!("markdown={}", page.display())];
    check(workspace.run(&["gate", "--output", &outputs[0], "--output", &outputs[1]]), 1, "fail: 1 finding");
    let report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(json).expect("a report")).expect("it is JSON");
    assert_eq!(report["verdict"], "fail");
    assert!(fs::read_to_string(page).expect("a page").contains("ranking-changed"));
    let ran = workspace.run(&["gate", "--output", "json=no/such/folder.json"]);
    assert!(ran.stdout.contains("fail: 1 finding"), "what was judged is told: {ran}");
    check(ran, 3, "failed to write `no/such/folder.json`");
}

#[test]
fn a_reader_that_leaves_early_is_no_fault() {
    let workspace = after(|it| it.swap_best(0));
    for format in ["human", "json"] {
        let mut command = workspace.gatefold(&["gate", "--all", "--format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(output.stderr.is_empty(), "{output:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_not_given() {
    let workspace = Workspace::new();
    for arguments in [&["gate"][..], &["gate", "--format", "json"], &["rules"], &["explain", "untied-sort"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a full device");
        let output = workspace.gatefold(arguments).stdout(full).output().expect("it ends");
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said.matches("failed to write to standard output").count(), 1, "{said}");
    }
}

#[test]
fn nothing_is_coloured_that_is_not_a_terminal() {
    let workspace = after(|it| it.swap_best(0));
    for (name, value) in [("TERM", "xterm-256color"), ("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")] {
        let ran = run(workspace.gatefold(&["gate"]).env(name, value));
        assert!(!ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'), "{name}: {ran}");
    }
}
