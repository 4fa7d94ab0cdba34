//! What a change can bring along to be run by whoever judges it: none of it runs, and none of it buys a pass.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use serde_json::json;

use crate::workspace::{Ran, Workspace, run};

const CLOCK: &str = "crates/telemetry/src/clock.rs";

/// A workspace with a change that must be found, in which whatever is run leaves a mark outside.
struct Trap {
    workspace: Workspace,
    script: PathBuf,
}

impl Trap {
    fn new() -> Trap {
        let workspace = Workspace::new();
        let script = workspace.outside().join("run-me");
        let mark = workspace.outside().join("mark");
        fs::write(&script, format!("#!/bin/sh\necho \"$0 $*\" >> '{}'\ncat\n", mark.display()))
            .expect("a script");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("it is ours");
        workspace.append(
            CLOCK,
            "\n/// Waits.\npub async fn wait() {\n    std::thread::sleep(std::time::Duration::MAX);\n}\n",
        );
        Trap { workspace, script }
    }

    fn script(&self) -> &str {
        self.script.to_str().expect("a path")
    }

    fn set(&self, key: &str, value: &str) {
        self.workspace.git(&["config", key, value]);
    }

    /// The commands that look at a change find it, and nothing was run.
    #[track_caller]
    fn is_not_sprung(&self) {
        let it = &self.workspace;
        let page = it.outside().join("page.html");
        let page = page.to_str().expect("a path");
        let blocks = |ran: &Ran| {
            assert_eq!(ran.status, 1, "{ran}");
            assert!(ran.stdout.contains("blocking-in-async"), "{ran}");
        };
        blocks(&it.run(&["gate", "--all"]));
        let review = it.run(&["review", "--html", page]);
        assert!(review.status <= 1, "{review}");
        let (root, session) = (it.root(), it.git(&["rev-parse", "HEAD"]));
        let written = json!({ "tool_name": "Write", "tool_input": { "file_path": root.join(CLOCK) } });
        for (event, says) in [
            (json!({ "hook_event_name": "Stop", "session_id": session, "cwd": root }), true),
            (
                json!({ "hook_event_name": "PostToolBatch", "session_id": session, "cwd": root, "tool_calls": [written] }),
                true,
            ),
            (
                json!({ "hook_event_name": "PreToolUse", "cwd": root, "tool_name": "Bash", "tool_input": { "command": "ls" } }),
                false,
            ),
        ] {
            let ran = it.run_with(&["hook", "claude-code"], event.to_string().as_bytes());
            assert_eq!((ran.status, ran.stdout.contains("blocking-in-async")), (0, says), "{ran}");
        }
        let mark = fs::read_to_string(it.outside().join("mark"));
        assert!(mark.is_err(), "it was run: {mark:?}");
    }
}

#[test]
fn the_script_leaves_a_mark_when_it_is_run() {
    let trap = Trap::new();
    assert!(trap.workspace.command(trap.script()).status().expect("it runs").success());
    assert!(trap.workspace.outside().join("mark").exists());
}

#[test]
fn what_cargo_would_run() {
    let trap = Trap::new();
    let script = trap.script();
    trap.workspace.write(
        ".cargo/config.toml",
        format!(
            "[alias]\nxtask = \"run\"\ngate = \"run\"\n[build]\nrustc = '{script}'\nrustc-wrapper = '{script}'\n\
             rustdoc = '{script}'\n[env]\nRUSTC = {{ value = '{script}', force = true }}\nPATH = '/nonexistent'\n\
             [target.'cfg(all())']\nrunner = '{script}'\nlinker = '{script}'\n\
             [credential-alias]\na = ['{script}']\n[registry]\nglobal-credential-providers = ['{script}']\n"
        ),
    );
    trap.workspace.write("rust-toolchain.toml", format!("[toolchain]\npath = '{script}'\n"));
    trap.workspace.write("rust-toolchain", "nightly-1999-01-01\n");
    let build = format!("fn main() {{ std::process::Command::new({script:?}).status().unwrap(); }}\n");
    trap.workspace.write("crates/telemetry/build.rs", build);
    trap.is_not_sprung();
}

#[test]
fn what_git_would_run() {
    let trap = Trap::new();
    let script = trap.script();
    trap.workspace.commit("a change");
    trap.workspace.append(CLOCK, "// More.\n");
    trap.workspace.write(
        ".gitattributes",
        "* filter=evil diff=evil merge=evil text=auto\n*.rs ident working-tree-encoding=UTF-8\n",
    );
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "core.editor",
        "core.pager",
        "core.askPass",
        "core.alternateRefsCommand",
        "gpg.program",
        "gpg.ssh.program",
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "merge.evil.driver",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "credential.helper",
        "uploadpack.packObjectsHook",
    ] {
        trap.set(key, script);
    }
    trap.set("filter.evil.required", "true");
    let hooks = trap.workspace.root().join(".git/hooks");
    fs::create_dir_all(&hooks).expect("a folder");
    for hook in
        ["pre-commit", "post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"]
    {
        symlink(&trap.script, hooks.join(hook)).expect("a link");
    }
    trap.is_not_sprung();
}

#[test]
fn a_policy_in_a_subfolder_judges_nothing() {
    let trap = Trap::new();
    let lax = "levels: {blocking-in-async: off}\nmode: observe\nexclude: [\"**\"]\n";
    trap.workspace.write("crates/gatefold.yaml", lax);
    trap.workspace.write("crates/telemetry/gatefold.yaml", lax);
    trap.is_not_sprung();
    for folder in ["crates/telemetry", "crates/telemetry/src", "crates"] {
        let ran = run(trap.workspace.gatefold(&["gate"]).current_dir(trap.workspace.root().join(folder)));
        assert!(ran.status == 2 && ran.stderr.contains("does not list `crates"), "{ran}");
    }
    let bootstrap = trap.workspace.run(&["gate", "--root", "crates/telemetry", "--bootstrap"]);
    assert_eq!(bootstrap.status, 2, "{bootstrap}");
    // Naming it in the same change does not help: the base's list counts.
    trap.workspace.append("gatefold.yaml", "\nworkspaces: [crates/telemetry]\n");
    let listed = trap.workspace.run(&["gate", "--root", "crates/telemetry", "--bootstrap"]);
    assert_eq!(listed.status, 2, "{listed}");
}

#[test]
fn links_lead_nowhere() {
    let trap = Trap::new();
    let root = trap.workspace.root();
    let secret = trap.workspace.outside().join("secret.rs");
    fs::write(&secret, "fn secret() { todo!(\"the secret\") }\n").expect("it is ours");
    let links = [
        ("crates/telemetry/src/outside.rs", secret.as_path()),
        ("crates/telemetry/src/everything", "/".as_ref()),
        ("crates/telemetry/src/loop_a.rs", "loop_b.rs".as_ref()),
        ("crates/telemetry/src/loop_b.rs", "loop_a.rs".as_ref()),
        ("crates/telemetry/around", "../..".as_ref()),
        ("protos/ranking/v1/outside.proto", "/etc/passwd".as_ref()),
        ("approvals", "/etc".as_ref()),
    ];
    for (link, to) in links {
        symlink(to, root.join(link)).expect("a link");
    }
    trap.workspace.append(
        "crates/telemetry/src/lib.rs",
        "mod loop_a;\nmod outside;\n#[path = \"/etc/passwd\"]\nmod passwords;\n",
    );
    trap.is_not_sprung();
    for format in ["human", "json", "markdown", "github"] {
        let ran = trap.workspace.run(&["gate", "--all", "--format", format]);
        assert!(!ran.stdout.contains("the secret") && !ran.stdout.contains("root:x:0"), "{ran}");
    }
}

#[test]
fn a_policy_behind_a_link_judges_nothing() {
    let trap = Trap::new();
    let lax = trap.workspace.outside().join("lax.yaml");
    fs::write(&lax, "mode: observe\n").expect("it is ours");
    fs::remove_file(trap.workspace.root().join("gatefold.yaml")).expect("it is ours");
    symlink(&lax, trap.workspace.root().join("gatefold.yaml")).expect("a link");
    let ran = trap.workspace.run(&["gate"]);
    assert!(ran.status != 0 && !ran.stdout.contains("pass:"), "{ran}");
}

#[test]
fn names_of_files_are_data() {
    let trap = Trap::new();
    let folder = trap.workspace.root().join("crates/telemetry/src");
    let names: [&[u8]; 6] = [
        b"new\nline.rs",
        b"\x1b[31mred\x1b[0m.rs",
        b"not-utf-8-\xff.rs",
        b"::error file=x::y.rs",
        b"$(touch mark).rs",
        b"--help.rs",
    ];
    for name in names {
        let text = "/// Later.\npub fn later() {\n    todo!()\n}\n";
        fs::write(folder.join(std::ffi::OsStr::from_bytes(name)), text).expect("the file system takes it");
    }
    trap.is_not_sprung();
    trap.workspace.commit("odd names");
    trap.is_not_sprung();
    for format in ["human", "github", "markdown", "json"] {
        let ran = trap.workspace.run(&["gate", "--all", "--format", format]);
        assert_eq!(ran.status, 1, "{ran}");
        assert!(!ran.stdout.contains('\u{1b}'), "{ran}");
        assert!(!ran.stdout.lines().any(|line| line.starts_with("line.rs")), "{ran}");
        assert!(!ran.stdout.lines().any(|line| line.starts_with("::error file=x::")), "{ran}");
    }
    let verdict = trap.workspace.gate();
    let found = |part: &str| verdict.blocking().iter().any(|finding| finding.contains(part));
    for part in ["red", "line.rs", "not-utf-8", "$(touch mark).rs"] {
        assert!(found(part), "{part}: {:?}", verdict.blocking());
    }
}
