//! The launcher of the hooks, in every shell that is installed.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::client::{ask, payload, sends_back, stop};
use crate::workspace::{Ran, Workspace, run_with};

pub(crate) const LAUNCHER: &str = ".claude/gatefold-hook";
const SHELLS: [&[&str]; 5] =
    [&["sh"], &["dash"], &["bash"], &["busybox", "ash"], &["zsh", "--emulate", "sh"]];
const EVENT: &[u8] = b"{\"session_id\": \"ab-1\", \"hook_event_name\": \"Stop\"}";

/// Answers like the gate: who it is and what it was asked, with the status that its argument asks for.
pub(crate) const STAND_IN: &str =
    "#!/bin/sh\n[ \"$1\" = --version ] && exit 0\ncat >/dev/null\necho \"{\\\"args\\\":\\\"$*\\\"}\"\n";

/// Another process writes it: a program that is open for writing cannot be started, and what this process has open is
/// open as well in every child that another test starts meanwhile.
fn executable(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let draft = path.with_extension("draft");
    fs::write(&draft, text).expect("a file");
    let copied = Command::new("cp").args([&draft, path]).status().expect("cp runs");
    assert!(copied.success(), "{} is written", path.display());
    fs::remove_file(&draft).expect("it is ours");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

fn shipped() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ci/claude-code/gatefold-hook");
    fs::read_to_string(file).expect("the launcher")
}

/// A small repository in a folder whose name no shell should take apart, with the launcher committed.
pub(crate) fn with_launcher() -> Workspace {
    let workspace = Workspace::empty("it's a \"q\" $(b) `c`");
    workspace.write("gatefold.yaml", "");
    executable(&workspace.root().join(LAUNCHER), shipped());
    workspace.make_repository();
    workspace.commit("base");
    workspace.git(&["switch", "--quiet", "--create", "work"]);
    workspace
}

/// Puts a stand-in into the store, as an installation would.
pub(crate) fn put(git: &Path, text: impl AsRef<[u8]>) -> PathBuf {
    let store = git.join("gatefold/bin");
    let binary = store.join("v9.9.9/gatefold");
    executable(&binary, text);
    let _ = fs::remove_file(store.join("current"));
    symlink("v9.9.9", store.join("current")).expect("a link");
    binary
}

#[test]
fn who_takes_from_the_launcher_that_it_can_be_run_is_sent_back() {
    const SETTINGS: &str =
        r#"{"hooks":{"Stop":[{"hooks":[{"type":"command","command":".claude/gatefold-hook"}]}]}}"#;
    let check = |before: u32, after: u32, then: &[&str], sent: bool| {
        let workspace = Workspace::small();
        executable(&workspace.root().join(LAUNCHER), shipped());
        workspace.write(".claude/settings.json", SETTINGS);
        workspace.commit("settings");
        workspace.git(&["branch", "--quiet", "--force", "main"]);
        let turned = |mode| {
            let file = workspace.root().join(LAUNCHER);
            fs::set_permissions(file, fs::Permissions::from_mode(mode)).expect("it is ours");
        };
        turned(before);
        ask(&workspace, &payload(&workspace, "SessionStart", "s"));
        turned(after);
        if !then.is_empty() {
            workspace.git(then);
        }
        let answer = stop(&workspace, "s", None);
        assert_eq!(sends_back(answer.as_ref()), sent, "{before:o} {after:o} {then:?}: {answer:?}");
    };
    check(0o755, 0o644, &[], true);
    check(0o755, 0o644, &["commit", "--quiet", "--all", "--message", "mode"], true);
    check(0o755, 0o755, &[], false);
    // Whoever did it before has heard of it.
    check(0o644, 0o644, &[], false);
}

fn shells() -> Vec<&'static [&'static str]> {
    let is_there = |shell: &&[&str]| {
        let mut command = Command::new(shell[0]);
        let command = command.args(&shell[1..]).args(["-c", ":"]).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let found: Vec<_> = SHELLS.into_iter().filter(is_there).collect();
    assert!(!found.is_empty());
    found
}

pub(crate) fn command(workspace: &Workspace, shell: &[&str], launcher: &Path, arguments: &[&str]) -> Command {
    let mut command = workspace.command(shell[0]);
    command.env("PATH", "/usr/bin:/bin").current_dir(workspace.outside());
    command.args(&shell[1..]).arg(launcher).args(arguments);
    command
}

#[test]
fn it_finds_the_installed_binary_from_wherever_it_is_started() {
    let workspace = with_launcher();
    put(&workspace.repository().join(".git"), STAND_IN);
    let worktree = workspace.outside().join("linked tree");
    workspace.git(&["worktree", "add", "--quiet", "--detach", worktree.to_str().expect("UTF-8")]);
    // A submodule has a git folder of its own, which worktrees of the repository around it do not share.
    let inner = workspace.root().join("inner");
    executable(&inner.join(LAUNCHER), shipped());
    fs::write(inner.join(".git"), "gitdir: ../.git/modules/inner\n").expect("a file");
    put(&workspace.root().join(".git/modules/inner"), STAND_IN.replace("args", "inner"));
    let linked = workspace.outside().join("link to it");
    symlink(workspace.root().join(LAUNCHER), &linked).expect("a link");
    let mut folders = vec![
        (workspace.root().join(LAUNCHER), "args"),
        (workspace.root().join("./.claude/../.claude/gatefold-hook"), "args"),
        (worktree.join(LAUNCHER), "args"),
        (inner.join(LAUNCHER), "inner"),
    ];
    let through = workspace.outside().join("folder");
    symlink(workspace.root().join(".claude"), &through).expect("a link");
    folders.push((through.join("gatefold-hook"), "args"));
    for shell in shells() {
        for (launcher, name) in &folders {
            for (arguments, said) in [(&[][..], "hook claude-code"), (&["codex"][..], "hook codex")] {
                let mut command = command(&workspace, shell, launcher, arguments);
                command.envs([
                    ("GIT_DIR", "/nonexistent"),
                    ("GATEFOLD_BIN", "/bin/false"),
                    ("CDPATH", "/:/usr"),
                ]);
                let ran = run_with(&mut command, EVENT);
                let expected = format!("{{\"{name}\":\"{said}\"}}\n");
                assert_eq!(
                    (ran.status, &*ran.stdout, &*ran.stderr),
                    (0, &*expected, ""),
                    "{shell:?} {launcher:?}"
                );
            }
        }
        let decoy = workspace.outside().join("decoy");
        fs::create_dir_all(decoy.join(".claude")).expect("a folder");
        let mut from_here = command(&workspace, shell, Path::new(LAUNCHER), &[]);
        let ran = run_with(from_here.current_dir(workspace.root()).env("CDPATH", &decoy), EVENT);
        assert_eq!(ran.stdout, "{\"args\":\"hook claude-code\"}\n", "{shell:?}: {ran}");
    }
}

#[test]
fn it_complains_of_nothing_where_nobody_listens() {
    let workspace = with_launcher();
    put(&workspace.repository().join(".git"), STAND_IN);
    for shell in shells() {
        let mut closed = workspace.command("/bin/sh");
        closed.args(["-c", "exec \"$@\" >&-", "sh"]).args(shell).arg(workspace.root().join(LAUNCHER));
        let ran = run_with(closed.env("PATH", "/usr/bin:/bin"), EVENT);
        assert_eq!((ran.status, &*ran.stderr), (0, ""), "{shell:?}");
    }
}

#[test]
fn a_worktree_of_a_bare_repository_has_its_binary_there() {
    let workspace = with_launcher();
    let (bare, tree) = (workspace.outside().join("all.git"), workspace.outside().join("tree"));
    let [bare_name, tree_name] = [&bare, &tree].map(|path| path.to_str().expect("UTF-8"));
    workspace.git(&["clone", "--quiet", "--bare", ".", bare_name]);
    workspace.git_in(&bare, &["worktree", "add", "--quiet", "--detach", tree_name, "main"]);
    put(&bare, STAND_IN);
    let ran = run_with(&mut command(&workspace, &["sh"], &tree.join(LAUNCHER), &[]), EVENT);
    assert_eq!(ran.stdout, "{\"args\":\"hook claude-code\"}\n", "{ran}");
}

#[test]
fn only_a_missing_binary_lets_the_tool_run_and_that_is_said_once_a_session() {
    for shell in shells() {
        let workspace = with_launcher();
        let launcher = workspace.root().join(LAUNCHER);
        let ask = |event: &[u8]| {
            let ran = run_with(&mut command(&workspace, shell, &launcher, &[]), event);
            assert_eq!(ran.status, 0, "{shell:?}: {ran}");
            ran
        };
        let other = b"{\"cwd\":\"/\",\"session_id\":\"cd_2\"}";
        for (event, is_said) in [(EVENT, true), (EVENT, false), (other, true), (EVENT, false), (other, false)]
        {
            let ran = ask(event);
            let said: Option<serde_json::Value> = serde_json::from_str(&ran.stdout).ok();
            assert_eq!(said.is_some(), is_said, "{shell:?}: {ran}");
            assert!(said.is_none_or(|said| {
                said["systemMessage"].as_str().is_some_and(|text| text.contains("no binary"))
            }));
        }
        let large = [b"{\"session_id\": \"large\", \"x\": \"".as_slice(), &vec![b'x'; 1_000_000]].concat();
        assert!(ask(&large).stdout.contains("systemMessage"), "{shell:?}");
        for garbage in [b"".as_slice(), b"\0\xff", b"{\"session_id\":\"../../x\"}", b"{\"session_id\":7}"] {
            let ran = ask(garbage);
            assert_eq!((&*ran.stdout, ran.stderr.lines().count()), ("", 1), "{shell:?} {garbage:?}: {ran}");
        }
        let ran = run_with(&mut command(&workspace, shell, &launcher, &["git", "pre-commit"]), b"");
        assert!(
            ran.status == 0 && ran.stdout.is_empty() && ran.stderr.contains("no binary is installed"),
            "{ran}"
        );
    }
    let nowhere = Workspace::empty("nowhere");
    executable(&nowhere.root().join(LAUNCHER), shipped());
    // Nobody can remember what was said there.
    let other = b"{\"session_id\": \"ab-1\", \"hook_event_name\": \"PreToolUse\"}";
    for (event, is_said) in [(EVENT, true), (other, false), (EVENT, true)] {
        let ran = run_with(&mut command(&nowhere, &["sh"], &nowhere.root().join(LAUNCHER), &[]), event);
        assert!(ran.status == 0 && ran.stdout.contains("no git folder") == is_said, "{ran}");
        assert!(is_said || ran.stdout.is_empty(), "{ran}");
    }
}

#[test]
fn a_kept_binary_that_is_an_empty_file_is_passed_over() {
    let workspace = with_launcher();
    put(&workspace.repository().join(".git"), "");
    let installed = workspace.outside().join("bin");
    for shell in shells() {
        let launcher = workspace.root().join(LAUNCHER);
        let none = run_with(&mut command(&workspace, shell, &launcher, &["git", "pre-push"]), b"");
        assert!(none.status == 0 && none.stderr.contains("no binary is installed"), "{shell:?}: {none}");
        executable(&installed.join("gatefold"), STAND_IN);
        let mut other = command(&workspace, shell, &launcher, &[]);
        let ran = run_with(other.env("PATH", format!("{}:/usr/bin:/bin", installed.display())), EVENT);
        assert_eq!(ran.stdout, "{\"args\":\"hook claude-code\"}\n", "{shell:?}: {ran}");
    }
}

#[test]
fn a_status_that_nobody_meant_blocks_nothing() {
    let clean = |ran: &Ran| serde_json::from_str::<serde_json::Value>(&ran.stdout).is_ok();
    for shell in shells() {
        for (arguments, status, expected) in [
            (&["claude-code"][..], 0, 0),
            (&["claude-code"], 1, 0),
            (&["claude-code"], 2, 2),
            (&["claude-code"], 20, 0),
            (&["claude-code"], 101, 0),
            (&["codex"], 255, 0),
            (&["git", "pre-commit"], 1, 1),
            (&["git", "pre-commit"], 2, 0),
            (&["git", "pre-push"], 101, 0),
        ] {
            let workspace = with_launcher();
            put(&workspace.repository().join(".git"), format!("{STAND_IN}exit {status}\n"));
            let mut command = command(&workspace, shell, &workspace.root().join(LAUNCHER), arguments);
            let ran = run_with(command.env("CLAUDE_CODE_SESSION_ID", "s"), EVENT);
            assert_eq!(ran.status, expected, "{shell:?} {arguments:?} {status}: {ran}");
            let is_client = arguments[0] != "git";
            assert!(!is_client || expected == 2 || clean(&ran), "{shell:?} {arguments:?} {status}: {ran}");
            assert!(expected != 2 || ran.stdout.is_empty(), "{shell:?}: {ran}");
        }
        // What no system runs, a shell may take for a script: nothing of it counts.
        for broken in [b"".as_slice(), b"(\n", b"exit 2\n", b"\x7fELF\x02\x01\x01(\n", b"#!/nonexistent\n"] {
            let workspace = with_launcher();
            put(&workspace.repository().join(".git"), broken);
            for arguments in [&["claude-code"][..], &["git", "pre-commit"]] {
                let ran = run_with(
                    &mut command(&workspace, shell, &workspace.root().join(LAUNCHER), arguments),
                    EVENT,
                );
                assert_eq!(ran.status, 0, "{shell:?} {broken:?}: {ran}");
                assert!(ran.stdout.is_empty() || clean(&ran), "{shell:?} {broken:?}: {ran}");
            }
        }
    }
}

#[test]
fn the_search_path_is_asked_last_and_never_into_the_checkout() {
    let workspace = with_launcher();
    let (own, other) = (workspace.root().join("bin"), workspace.outside().join("bin"));
    executable(&own.join("gatefold"), STAND_IN);
    executable(&other.join("gatefold"), STAND_IN.replace("args", "other"));
    for shell in shells() {
        let ask = |path: String| {
            let mut command = command(&workspace, shell, &workspace.root().join(LAUNCHER), &[]);
            run_with(
                command.env("PATH", format!("{path}:/usr/bin:/bin")).current_dir(workspace.root()),
                EVENT,
            )
            .stdout
        };
        assert!(!ask(own.display().to_string()).contains("args"), "{shell:?}");
        assert!(!ask("bin".to_owned()).contains("args"), "{shell:?}");
        assert_eq!(ask(other.display().to_string()), "{\"other\":\"hook claude-code\"}\n", "{shell:?}");
        put(&workspace.repository().join(".git"), STAND_IN);
        assert_eq!(ask(other.display().to_string()), "{\"args\":\"hook claude-code\"}\n", "{shell:?}");
        fs::remove_dir_all(workspace.repository().join(".git/gatefold")).expect("it is ours");
    }
}

#[test]
fn every_copy_of_the_launcher_is_the_same() {
    let copy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/ranker").join(LAUNCHER);
    assert_eq!(fs::read_to_string(&copy).expect("the copy"), shipped());
    assert_eq!(fs::metadata(copy).expect("the copy").permissions().mode() & 0o111, 0o111);
}

#[test]
fn a_worktree_whose_repository_was_moved_says_so_when_it_matters() {
    let workspace = with_launcher();
    let worktree = workspace.outside().join("linked");
    workspace.git(&["worktree", "add", "--quiet", "--detach", worktree.to_str().expect("UTF-8")]);
    fs::rename(workspace.repository().join(".git"), workspace.outside().join("moved.git"))
        .expect("it is ours");
    for shell in shells() {
        for (event, is_told) in
            [("SessionStart", true), ("PreToolUse", false), ("PostToolBatch", false), ("Stop", true)]
        {
            let event = format!("{{\"session_id\":\"s\",\"hook_event_name\":\"{event}\"}}");
            let mut command = command(&workspace, shell, &worktree.join(LAUNCHER), &[]);
            let ran = run_with(&mut command, event.as_bytes());
            assert_eq!((ran.status, &*ran.stderr), (0, ""), "{shell:?} {event}");
            assert_eq!(
                ran.stdout.contains("git folder of this checkout is gone"),
                is_told,
                "{shell:?}: {ran}"
            );
        }
    }
}
