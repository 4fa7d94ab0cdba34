//! The doctor over repositories that have each of the faults that were met in real ones.

mod approvers;
mod below;
mod launched;
mod mended;
mod owner;
mod wired;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::workspace::{Ran, Workspace, run};

const SETTINGS: &str = ".claude/settings.json";
const LAUNCHER: &str = ".claude/gatefold-hook";
const HANDED_OUT: &str = include_str!("../../../ci/claude-code/settings.json");

/// A small crate that brings a key for approvals, so that nobody is missed who could approve.
fn small() -> Workspace {
    let workspace = Workspace::small();
    workspace.write(
        "approvals/allowed_signers",
        "mira@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIIXugwjsjrMnuNIEAhg3pU+fvkeEDmuxmV7joRoPwZy\n",
    );
    workspace.commit("who approves");
    workspace
}

/// A small crate with the hooks as they are handed out, committed, and the binary on the search path.
fn hooked() -> Workspace {
    let workspace = small();
    workspace.write(SETTINGS, HANDED_OUT);
    workspace.write(LAUNCHER, include_str!("../../../ci/claude-code/gatefold-hook"));
    make_executable(&workspace.root().join(LAUNCHER));
    workspace.commit("hooks");
    // As `hook install` leaves it, but for a link in the place of a copy of a large file.
    let store = workspace.root().join(".git/gatefold/bin");
    let folder = store.join(concat!("v", env!("CARGO_PKG_VERSION")));
    fs::create_dir_all(&folder).expect("a folder");
    symlink(env!("CARGO_BIN_EXE_gatefold"), folder.join("gatefold")).expect("a link");
    symlink(folder.file_name().expect("a name"), store.join("current")).expect("a link");
    workspace
}

fn make_executable(file: &Path) {
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

/// The doctor, asked in a folder of the repository.
fn doctor(workspace: &Workspace, folder: &str, arguments: &[&str]) -> Command {
    let mut command = workspace.gatefold(&["doctor"]);
    command.args(arguments).current_dir(workspace.root().join(folder));
    // The home is another one, and toolchains are found by way of it.
    let home = std::env::var_os("RUSTUP_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".rustup")));
    command.envs(home.map(|home| ("RUSTUP_HOME", home)));
    command
}

fn examined(workspace: &Workspace, folder: &str) -> (Ran, Value) {
    let ran = run(&mut doctor(workspace, folder, &["--format", "json"]));
    let document = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
    (ran, document)
}

/// The entries in a state, each as `what: said | mend`.
fn entries(document: &Value, state: &str) -> Vec<String> {
    let all = document["entries"].as_array().expect("entries");
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    all.iter()
        .filter(|entry| entry["state"] == state)
        .map(|entry| format!("{}: {} | {}", text(entry, "what"), text(entry, "said"), text(entry, "mend")))
        .collect()
}

/// A fault leaves exactly one entry to mend that has both texts, or several of which one has.
#[track_caller]
fn check(workspace: &Workspace, folder: &str, said: &str, mend: &str) {
    let (ran, document) = examined(workspace, folder);
    let found = entries(&document, "mend");
    let is_it = |entry: &&String| {
        entry.split_once(" | ").is_some_and(|(told, step)| told.contains(said) && step.contains(mend))
    };
    assert_eq!(found.iter().filter(is_it).count(), 1, "{said:?}, {mend:?}: {found:#?}");
    assert_eq!(ran.status, 1, "{ran}");
}

#[test]
fn all_is_well_where_the_hooks_are_as_they_are_handed_out() {
    let workspace = hooked();
    let (ran, document) = examined(&workspace, "");
    assert_eq!((ran.status, &document["verdict"]), (0, &"well".into()), "{ran}");
    assert_eq!(document["schema"], "gatefold.doctor/1");
    let well = entries(&document, "well");
    let has = |text: &str| well.iter().any(|entry| entry.contains(text));
    assert!(
        has("git: git version ") && has("lints: it looks: ") && has("integrity: it looks: "),
        "{well:#?}"
    );
    assert!(has("round trip: a commit that skips its checks was denied in "), "{well:#?}");
    assert!(has("gatefold, as the base asks for"), "{well:#?}");
    assert!(has("committed, so that worktrees have it, too"), "{well:#?}");
    let human = run(&mut doctor(&workspace, "", &[]));
    assert!(human.stdout.ends_with("\nall is well\n") && !human.stdout.contains('\u{1b}'), "{human}");
}

#[test]
fn a_repository_without_hooks_needs_none_and_that_there_are_none_is_said() {
    let workspace = small();
    let (ran, document) = examined(&workspace, "");
    assert_eq!(ran.status, 0, "{ran}");
    let aside = entries(&document, "not-needed");
    let told = |entry: &String| {
        entry.starts_with("settings: no hooks are installed") && entry.contains("init --apply` installs them")
    };
    assert!(aside.iter().any(told), "{aside:#?}");
    let human = run(&mut doctor(&workspace, "", &[]));
    assert!(human.stdout.ends_with("no hooks of an agent's client are installed\n"), "{human}");
    workspace.write(".claude/agents/one.md", "An agent.\n");
    check(&workspace, "", "no settings that count here have a hook of Gatefold", "gatefold init --apply");
}

#[test]
fn a_large_folder_that_is_no_repository_is_not_judged_and_that_is_said() {
    let workspace = Workspace::empty("home");
    workspace.write("a/b/lib.rs", "pub fn one() {}\n");
    let (ran, document) = examined(&workspace, "");
    assert!(entries(&document, "well").iter().any(|entry| entry.starts_with("lints: it looks")), "{ran}");
    let sparse = fs::File::create(workspace.root().join("a/b/disk.img")).expect("a file");
    sparse.set_len(1 << 40).expect("a file without content");
    let (ran, document) = examined(&workspace, "");
    let unseen = entries(&document, "unseen");
    let [one] = unseen.as_slice() else { panic!("{unseen:#?}") };
    assert_eq!((ran.status, &document["verdict"]), (3, &"could-not-look".into()), "{ran}");
    assert!(one.starts_with("lints, arch, contracts, golden, integrity: none was asked"), "{one}");
    assert!(one.contains("more than 10000 files or 128 MiB"), "{one}");
    assert!(one.contains("| gatefold doctor --root REPOSITORY"), "{one}");
    // A repository has git say what belongs to it, however much lies around.
    workspace.make_repository();
    workspace.write(".gitignore", "*.img\n");
    workspace.commit("all");
    let (ran, document) = examined(&workspace, "");
    assert_eq!(entries(&document, "unseen"), Vec::<String>::new(), "{ran}");
}

#[test]
fn a_client_in_a_subfolder_runs_no_hook() {
    let workspace = hooked();
    let top = workspace.root().display().to_string();
    check(&workspace, "src", "it does not look upward", &format!("cd '{top}' && claude"));
}

#[test]
fn settings_that_switch_hooks_off_are_named_whosever_they_are() {
    let off = "{ \"disableAllHooks\": true }";
    let workspace = hooked();
    workspace.write(".claude/settings.local.json", off);
    check(&workspace, "", ".claude/settings.local.json (local): `disableAllHooks`", "settings.local.json");

    let workspace = hooked();
    let home = workspace.outside().parent().expect("a folder").join("home/.claude");
    fs::create_dir_all(&home).expect("a folder");
    fs::write(home.join("settings.json"), off).expect("a file");
    check(&workspace, "", "(user): `disableAllHooks`", "home/.claude/settings.json");

    let workspace = hooked();
    workspace.write(SETTINGS, HANDED_OUT.replacen('{', "{ \"disableAllHooks\": true,", 1));
    check(&workspace, "", "(project): `disableAllHooks`", SETTINGS);
}

#[test]
fn settings_that_the_client_passes_over_are_named_with_the_place() {
    for (text, mend) in [
        (HANDED_OUT.replacen('{', "{ // ours\n", 1), "settings.json: line 1 `// ours`"),
        (HANDED_OUT.trim_end().replace("\n}", ",\n}"), "settings.json: line "),
        (String::new(), "git checkout -- '"),
        ("[]".to_owned(), "git checkout -- '"),
    ] {
        let workspace = hooked();
        workspace.write(SETTINGS, text);
        check(&workspace, "", "it is not strict JSON (", mend);
    }
    let workspace = hooked();
    workspace.write(SETTINGS, format!("\u{feff}{HANDED_OUT}"));
    assert_eq!(examined(&workspace, "").0.status, 0);
}

#[test]
fn settings_that_are_not_committed_are_absent_in_worktrees() {
    let workspace = hooked();
    workspace.git(&["rm", "--quiet", "--cached", SETTINGS]);
    check(&workspace, "", "it is not committed", "git add '");
    workspace.write(".gitignore", ".claude/\n");
    check(&workspace, "", "an ignore file keeps it out of commits", "git add --force '");
}

#[test]
fn a_linked_worktree_is_looked_at_as_it_is() {
    let workspace = hooked();
    let other = workspace.outside().join("worktree");
    workspace.git(&["worktree", "add", "--quiet", "-b", "other", other.to_str().expect("UTF-8")]);
    let look = || run(doctor(&workspace, "", &["--format", "json"]).current_dir(&other));
    let ran = look();
    assert_eq!(ran.status, 0, "{ran}");
    assert!(ran.stdout.contains("was denied in "), "{ran}");
    fs::remove_file(other.join(SETTINGS)).expect("it is there");
    let ran = look();
    assert_eq!(ran.status, 1, "{ran}");
    assert!(ran.stdout.contains("no settings that count here have a hook of Gatefold"), "{ran}");
}

#[test]
fn nothing_of_the_judged_tree_is_executed() {
    let workspace = hooked();
    let mark = workspace.outside().join("ran");
    let script = format!("#!/bin/sh\ntouch '{}'\n", mark.display());
    for program in ["git", "cargo", "cargo-clippy", "cargo-deny", "buf", "promtool", "chromium", "gatefold"] {
        workspace.write(&format!("bin/{program}"), &script);
        make_executable(&workspace.root().join("bin").join(program));
    }
    workspace.write("target/gate/gatefold", &script);
    make_executable(&workspace.root().join("target/gate/gatefold"));
    workspace.write("rust-toolchain.toml", "[toolchain]\nchannel = \"no-such\"\n");
    workspace.write(".cargo/config.toml", "[alias]\nclippy = \"!touch ran\"\n");
    workspace.git(&["config", "core.fsmonitor", workspace.root().join("bin/git").to_str().expect("UTF-8")]);
    let mut command = doctor(&workspace, "", &["--format", "json"]);
    let path = std::env::var("PATH").unwrap_or_default();
    let installed = workspace.outside().join("bin");
    command.env(
        "PATH",
        format!("{}:bin:{}:{path}", workspace.root().join("bin").display(), installed.display()),
    );
    let ran = run(&mut command);
    assert!(ran.stdout.contains("was denied in "), "{ran}");
    assert!(!mark.exists(), "{ran}");
}

#[test]
fn events_without_a_hook_are_counted_up() {
    let workspace = hooked();
    let mut settings: Value = serde_json::from_str(HANDED_OUT).expect("JSON");
    settings["hooks"].as_object_mut().expect("hooks").remove("Stop");
    workspace.write(SETTINGS, settings.to_string());
    check(&workspace, "", "events: no hook of Gatefold for Stop", "init --apply");
    settings["hooks"]["Stop"] =
        serde_json::json!([{ "hooks": [{ "type": "telepathy", "command": "gatefold" }] }]);
    workspace.write(SETTINGS, settings.to_string());
    check(&workspace, "", "has the type `telepathy`", "take that handler out of");
}

#[test]
fn hooks_of_git_that_another_folder_hides_are_found() {
    let workspace = small();
    workspace.write(".git/hooks/pre-commit", "#!/bin/sh\nexec gatefold hook git pre-commit\n");
    check(&workspace, "", "it is not executable, so git passes over it", "chmod +x");
    make_executable(&workspace.root().join(".git/hooks/pre-commit"));
    assert_eq!(examined(&workspace, "").0.status, 0);
    workspace.git(&["config", "core.hooksPath", ".husky"]);
    check(&workspace, "", "`core.hooksPath` is `.husky`", "git config --unset core.hooksPath");
    workspace.git(&["config", "--unset", "core.hooksPath"]);
    fs::remove_file(workspace.root().join(".git/hooks/pre-commit")).expect("it is there");
    workspace.write("lefthook.yml", "pre-commit:\n  commands:\n    gatefold:\n      run: gatefold gate\n");
    check(&workspace, "", "`lefthook.yml` asks for Gatefold", "lefthook install");
}

#[test]
fn approvals_that_the_forge_asks_nobody_about_are_mended_by_a_line() {
    let workspace = small();
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.append("gatefold.yaml", "approvals: owners\n");
    workspace.commit("owners");
    workspace.git(&["switch", "--quiet", "--create", "later"]);
    workspace.append("README.md", "More.\n");
    workspace.commit("more");
    check(&workspace, "", "no line of CODEOWNERS at the base names an owner", "/approvals/ @OWNER");
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.write(".github/CODEOWNERS", "/approvals/ @mira\n");
    workspace.commit("owned");
    workspace.git(&["switch", "--quiet", "--create", "owned"]);
    workspace.append("README.md", "More.\n");
    workspace.commit("more");
    assert_eq!(examined(&workspace, "").0.status, 0);
}

#[test]
fn a_policy_or_a_base_that_judges_nothing_is_said_with_its_reason() {
    let workspace = small();
    workspace.append("gatefold.yaml", "nonsense: 1\n");
    check(&workspace, "", "no guard looks, since gatefold.yaml:", "at that place");
    let workspace = small();
    workspace.write("gatefold.yaml", "required: [golden]\n");
    workspace.commit("required");
    check(&workspace, "", "golden: it could not run: ", "gatefold gate --only golden");
}

#[test]
fn where_there_is_nothing_to_judge_a_repository_is_what_mends_it() {
    let workspace = Workspace::empty("nothing");
    check(&workspace, "", "there is nothing to judge", "git init && git add --all && git commit");
}

#[test]
fn what_cannot_be_looked_at_is_status_3() {
    let workspace = hooked();
    fs::remove_file(workspace.root().join(SETTINGS)).expect("it is there");
    fs::create_dir(workspace.root().join(SETTINGS)).expect("a folder");
    let (ran, document) = examined(&workspace, "");
    assert_eq!((ran.status, &document["verdict"]), (3, &"could-not-look".into()), "{ran}");
    let unseen = entries(&document, "unseen");
    assert!(unseen.iter().any(|entry| entry.contains("it cannot be read: it is no file")), "{unseen:#?}");
}

#[test]
fn what_git_would_wait_for_is_named_and_nobody_waits() {
    let pipe = |workspace: &Workspace, path: &str| {
        let file = workspace.root().join(path);
        assert!(Command::new("mkfifo").arg(&file).status().expect("mkfifo runs").success());
        let (ran, document) = examined(workspace, "");
        assert_eq!(ran.status, 3, "{ran}");
        let unseen = entries(&document, "unseen");
        let name = file.file_name().expect("a name").to_string_lossy();
        let is_told =
            |entry: &String| entry.contains(&*name) && entry.contains("is a pipe") && entry.contains("mv '");
        assert!(unseen.iter().any(is_told), "{path}: {unseen:#?}");
    };
    pipe(&hooked(), ".gitattributes");
    let workspace = hooked();
    workspace.git(&["config", "include.path", "../../outside/included"]);
    pipe(&workspace, "../outside/included");
}

#[test]
fn a_tool_that_the_policy_requires_is_missed_and_one_that_is_off_is_not() {
    let workspace = small();
    workspace.write("clippy.toml", "");
    let told = |delegate: &str| {
        workspace.write("gatefold.yaml", format!("lints: {{ delegate: {{ {delegate} }} }}\n"));
        let mut command = doctor(&workspace, "", &["--format", "json"]);
        let ran = run(command.env("PATH", workspace.outside()));
        let document = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
        let of_tools = |entry: &String| entry.starts_with("cargo-") || entry.starts_with("deny.toml");
        entries(&document, "mend").into_iter().filter(of_tools).collect::<Vec<_>>()
    };
    let check = |delegate: &str, expected: &[&str]| {
        let found = told(delegate);
        assert_eq!(found.len(), expected.len(), "{delegate}: {found:#?}");
        for (entry, mend) in found.iter().zip(expected) {
            assert!(entry.ends_with(mend), "{delegate}: {entry}");
        }
    };
    let clippy = "| rustup component add clippy";
    let deny = "and required there | cargo install --locked cargo-deny";
    let configured = "| cargo deny init   (then commit it: the base's counts)";
    check("", &[clippy]);
    check("clippy: off", &[]);
    check("clippy: required, deny: required", &[clippy, deny, configured]);
    workspace.write("deny.toml", "");
    check("clippy: required, deny: required", &[clippy, deny]);
    check("clippy: off, deny: off", &[]);
}
