//! Where people run it: subfolders, several workspaces, other languages, links, folders without git.

use std::fs;

use serde_json::Value;

use crate::repository::{Repository, found};

const PROTO: &str = "syntax = \"proto3\";\npackage shop.v1;\nmessage Order {\n  string id = 1;\n}\n";

fn package(name: &str, dependencies: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}"
    )
}

/// What is refused, with the status 2, and that nothing is written.
fn refused(repository: &Repository, arguments: &[&str], says: &str) {
    let before = repository.contents();
    let ran = repository.run(&[&["init", "--apply"], arguments].concat());
    assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{ran:?}");
    assert!(ran.stderr.contains(says), "{}", ran.stderr);
    assert_eq!(repository.contents(), before);
}

#[test]
fn a_java_service_is_judged_by_what_knows_no_language() {
    let repository = Repository::with(&[
        ("pom.xml", "<project/>\n"),
        ("src/main/proto/shop/v1/order.proto", PROTO),
        ("src/main/java/shop/Main.java", "class Main {}\n"),
    ]);
    let before = repository.contents();
    repository.init(&["--apply"]);
    assert!(!repository.read("gatefold.yaml").contains("arch:"), "{}", repository.read("gatefold.yaml"));
    repository.commit("Put Gatefold in");
    let (status, report) = repository.gate(&["--bootstrap"]);
    assert_eq!(status, 0, "{report:#}");
    // From then on a broken promise is told.
    repository.write("src/main/proto/shop/v1/order.proto", PROTO.replace("= 1;", "= 2;"));
    let (status, report) = repository.gate(&[]);
    assert_eq!(status, 0, "{report:#}");
    assert!(found(&report, "contracts").iter().any(|it| it.contains("field-renumbered")), "{report:#}");
    repository.git(&["checkout", "--quiet", "."]);
    repository.init(&["--remove", "--apply"]);
    assert_eq!(repository.contents(), before);
}

#[test]
fn a_workspace_in_a_subfolder_has_its_policy_there_and_its_hooks_at_the_top() {
    let repository = Repository::with(&[
        ("backend/Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\n"),
        ("backend/a/Cargo.toml", &package("a", "b = { path = \"../b\" }\n")),
        ("backend/a/src/lib.rs", "//! A.\n"),
        ("backend/b/Cargo.toml", &package("b", "")),
        ("backend/b/src/lib.rs", "//! B.\n"),
        (".github/CODEOWNERS", "* @all\n"),
    ]);
    let before = repository.contents();
    let judge = format!("our/gatefold@{}", "c".repeat(40));
    let said = repository.init(&["backend", "--apply", "--owner", "@us", "--judge", &judge]).stdout;
    assert!(said.contains("gatefold gate --root backend --bootstrap"), "{said}");
    assert!(said.contains("hooks lie at the repository's root"), "{said}");
    assert!(
        repository.read("backend/gatefold.yaml").contains("members: [a]"),
        "{}",
        repository.read("backend/gatefold.yaml")
    );
    assert!(repository.read(".github/CODEOWNERS").ends_with("/backend/approvals/ @us\n"));
    assert!(repository.read(".claude/settings.json").contains("Edit(/backend/approvals/allowed_signers)"));
    assert!(repository.read(".github/workflows/gatefold.yml").contains("backend"));
    let (status, report) = repository.gate(&["--root", "backend", "--bootstrap"]);
    assert_eq!(status, 0, "{report:#}");
    refused(&repository, &["backend/a"], "is part of");
    repository.init(&["backend", "--remove", "--apply"]);
    assert_eq!(repository.contents(), before);
}

#[test]
fn several_workspaces_have_one_policy_or_one_each() {
    let files = [
        ("one/Cargo.toml", package("one", "")),
        ("one/src/lib.rs", "//! One.\n".to_owned()),
        ("two/Cargo.toml", package("two", "")),
        ("two/src/main.rs", "fn main() {}\n".to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let repository = Repository::with(&files);
    let plan = repository.plan(&[]).to_string();
    assert!(plan.contains("members: [one]") && plan.contains("members: [two]"), "{plan}");
    let told = "holds together what are workspaces of their own: `one`, `two`; for a policy beside each, `gatefold init one`";
    assert!(plan.contains(told), "{plan}");
    assert!(!repository.plan(&["--root", "one"]).to_string().contains("workspaces of their own"));
    // One each; what serves both stays while one of them is there.
    let before = repository.contents();
    repository.init(&["one", "--apply"]);
    repository.init(&["two", "--apply"]);
    repository.commit("both");
    let said = repository.init(&["one", "--remove", "--apply"]).stdout;
    assert!(said.contains("`.claude/settings.json` is kept: `two/gatefold.yaml`"), "{said}");
    assert!(!repository.root().join("one/gatefold.yaml").exists());
    assert!(repository.read(".claude/settings.json").contains("gatefold-hook"));
    assert!(before.keys().all(|path| repository.root().join(path).exists()));
}

#[test]
fn a_policy_inside_a_gated_folder_must_be_listed_first() {
    let repository =
        Repository::with(&[("gatefold.yaml", "\n"), ("inner/Cargo.toml", &package("inner", ""))]);
    refused(&repository, &["inner"], "list `inner` under its `workspaces`");
    repository.write("gatefold.yaml", "workspaces: [inner]\n");
    repository.init(&["inner", "--apply"]);
}

#[test]
fn what_is_no_place_for_it_is_told_what_to_do() {
    let folder = Repository::empty();
    folder.write("Cargo.toml", "[workspace]\n");
    refused(&folder, &[], "run `git init");
    let repository = Repository::with(&[("README.md", "# Nothing\n")]);
    refused(&repository, &["nowhere"], "there is no folder `nowhere`");
    refused(&repository, &["README.md"], "is no folder");
    refused(&repository, &["--owner", "nobody"], "@user, @group/team");
    refused(&repository, &["--judge", "our/gatefold@main"], "40 hex digits");
    refused(&repository, &["--remove", "--xtask"], "cannot be used with");
    let before = repository.contents();
    let ran = repository.init(&["--remove"]);
    assert!(ran.stdout.contains("nothing was put in here"), "{ran:?}");
    assert_eq!(repository.contents(), before);
}

#[test]
#[cfg(unix)]
fn links_are_followed_inside_and_refused_outside() {
    use std::os::unix::fs::symlink;
    let repository =
        Repository::with(&[("Cargo.toml", &package("small", "")), ("src/lib.rs", "//! Small.\n")]);
    repository.write("config/claude.json", "{\n  \"model\": \"opus\"\n}\n");
    fs::create_dir(repository.root().join(".claude")).expect("a folder");
    symlink("../config/claude.json", repository.root().join(".claude/settings.json")).expect("a link");
    let before = repository.contents();
    repository.init(&["--apply"]);
    assert!(repository.read("config/claude.json").contains("gatefold-hook"));
    assert!(
        fs::symlink_metadata(repository.root().join(".claude/settings.json")).is_ok_and(|it| it.is_symlink())
    );
    repository.init(&["--remove", "--apply"]);
    assert_eq!(repository.contents(), before);

    let outside = repository.outside().join("settings.json");
    fs::write(&outside, "{}\n").expect("a file");
    fs::remove_file(repository.root().join(".claude/settings.json")).expect("a link");
    symlink(&outside, repository.root().join(".claude/settings.json")).expect("a link");
    refused(&repository, &[], "leads out of the repository");
    assert_eq!(fs::read_to_string(&outside).expect("a file"), "{}\n");
    fs::remove_file(&outside).expect("a file");
    refused(&repository, &[], "leads nowhere");
    fs::remove_dir_all(repository.root().join(".claude")).expect("a folder");
    symlink(repository.outside(), repository.root().join(".claude")).expect("a link");
    refused(&repository, &[], "leads out of the repository");
    assert_eq!(fs::read_dir(repository.outside()).expect("a folder").count(), 0);
}

#[test]
fn what_is_in_the_way_is_refused_before_anything_is_written() {
    let repository = Repository::with(&[("README.md", "# Docs\n")]);
    repository.write(".claude", "a file\n");
    refused(&repository, &[], "`.claude` is no folder");
    fs::remove_file(repository.root().join(".claude")).expect("a file");
    fs::create_dir_all(repository.root().join(".claude/settings.json")).expect("a folder");
    refused(&repository, &[], "`.claude/settings.json` is no file");
    fs::remove_dir(repository.root().join(".claude/settings.json")).expect("a folder");
    repository.write(".claude/settings.json", "{}\n");
    let file = repository.root().join(".claude/settings.json");
    let mut permissions = fs::metadata(&file).expect("a file").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).expect("a file");
    refused(&repository, &[], "read-only; run `chmod u+w");
}

#[test]
fn what_worktrees_would_lose_and_what_runs_no_hooks_is_said() {
    let repository = Repository::with(&[("README.md", "# Docs\n"), (".gitignore", ".claude/\n")]);
    repository.write(".claude/settings.local.json", "{\"disableAllHooks\": true}");
    repository.write("other.txt", "not committed\n");
    let notes = repository.plan(&[])["notes"].to_string();
    for said in [
        "git ignores `.claude/settings.json`",
        "`disableAllHooks`",
        "not committed",
        "nobody owns `/approvals/`",
    ] {
        assert!(notes.contains(said), "{said}: {notes}");
    }
}

#[test]
fn the_plan_for_programs_has_every_file_and_why() {
    let repository =
        Repository::with(&[("Cargo.toml", &package("small", "")), ("src/lib.rs", "//! Small.\n")]);
    let plan = repository.plan(&[]);
    assert_eq!((&plan["schema"], &plan["applied"]), (&Value::from("gatefold.init/1"), &Value::from(false)));
    let steps = plan["steps"].as_array().expect("steps");
    let paths: Vec<&str> = steps.iter().filter_map(|step| step["path"].as_str()).collect();
    let expected = [
        "gatefold.yaml",
        ".claude/gatefold-hook",
        ".claude/settings.json",
        "CODEOWNERS",
        ".gatefold/installed.json",
    ];
    assert_eq!(paths, expected);
    for step in steps {
        assert!(
            step["diff"].as_str().is_some_and(|diff| diff.starts_with("--- /dev/null\n+++ b/")),
            "{step}"
        );
        assert!(step["why"].as_str().is_some_and(|why| !why.is_empty() && !why.contains('\n')), "{step}");
    }
}

#[test]
fn hooks_of_git_are_put_in_where_nobody_has_them() {
    let repository = Repository::with(&[("README.md", "# Docs\n")]);
    let hooks = repository.root().join(".git/hooks");
    fs::create_dir_all(&hooks).expect("a folder");
    fs::write(hooks.join("pre-push"), "#!/bin/sh\n# ours\n").expect("a file");
    let said = repository.init(&["--apply", "--git-hooks"]).stdout;
    assert!(said.contains("`.git/hooks/pre-push` is there already and is kept"), "{said}");
    assert!(fs::read_to_string(hooks.join("pre-commit")).expect("a hook").contains("gatefold-hook"));
    assert_eq!(repository.plan(&["--git-hooks"])["steps"], Value::Array(Vec::new()));
    repository.init(&["--remove", "--apply"]);
    assert!(!hooks.join("pre-commit").exists() && hooks.join("pre-push").exists());
    repository.write("lefthook.yml", "pre-commit: {}\n");
    let notes = repository.plan(&["--git-hooks"])["notes"].to_string();
    assert!(notes.contains("`lefthook.yml` manages git's hooks here"), "{notes}");
}

#[test]
fn what_is_committed_already_is_not_to_be_committed_again() {
    let repository = Repository::with(&[("Cargo.toml", &package("a", "")), ("src/lib.rs", "//! A.\n")]);
    let first = repository.init(&["--apply"]).stdout;
    assert!(first.contains("git commit -m 'Put Gatefold in'") && first.contains("--bootstrap"), "{first}");
    repository.commit("Put Gatefold in");
    let hooks = repository.init(&["--apply", "--git-hooks"]).stdout;
    assert!(hooks.contains("2 files in git's folder, which no commit has"), "{hooks}");
    assert!(hooks.contains("gatefold hook install") && !hooks.contains("git commit"), "{hooks}");
    let owner = repository.init(&["--apply", "--git-hooks", "--owner", "@us"]).stdout;
    assert!(owner.contains("Gatefold is up to date") && !owner.contains("--bootstrap"), "{owner}");
    let own = Repository::with(&[("gatefold.yaml", "mode: observe\n"), ("src/lib.rs", "//! A.\n")]);
    let first = own.init(&["--apply"]).stdout;
    assert!(first.contains("Gatefold is in, under the policy that was there"), "{first}");
    assert!(first.contains("'Put Gatefold in'") && !first.contains("--bootstrap"), "{first}");
    let again = repository.init(&["--apply", "--git-hooks", "--owner", "@us"]).stdout;
    assert!(again.contains("nothing to do") && !again.contains("git commit"), "{again}");
}
