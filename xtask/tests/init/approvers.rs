//! Who approves and what CI runs, said when Gatefold is put in, or later.

use std::fs;

use serde_json::Value;

use crate::repository::{Repository, found};

const CRATE: (&str, &str) =
    ("Cargo.toml", "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
const LIBRARY: (&str, &str) = ("src/lib.rs", "//! Small.\n");
const SIGNERS: &str = "approvals/allowed_signers";
const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIIXugwjsjrMnuNIEAhg3pU+fvkeEDmuxmV7joRoPwZy";

fn small() -> Repository {
    Repository::with(&[CRATE, LIBRARY])
}

/// The file of a public key beside a repository.
fn key(repository: &Repository) -> String {
    let file = repository.outside().join("key.pub");
    fs::write(&file, format!("{KEY} mira@laptop\n")).expect("a file");
    file.display().to_string()
}

fn judge() -> String {
    format!("our/gatefold@{}", "c".repeat(40))
}

#[test]
fn a_key_comes_with_the_policy_and_goes_with_it() {
    let repository = small();
    let before = repository.contents();
    let (file, mira) = (key(&repository), "mira@example.com");
    let said = repository.init(&["--apply", "--signer", mira, &file]).stdout;
    assert_eq!(repository.read(SIGNERS), format!("{mira} {KEY}\n"));
    // Where keys vouch, nobody is asked by name of the folder.
    assert!(!said.contains("CODEOWNERS") && !repository.root().join("CODEOWNERS").exists(), "{said}");
    assert!(!said.contains("comes after the policy") && !said.contains("nobody may approve"), "{said}");
    assert_eq!(repository.plan(&["--signer", mira, &file])["steps"], Value::Array(Vec::new()));
    repository.commit("Put Gatefold in");
    let (status, report) = repository.gate(&["--bootstrap"]);
    assert_eq!((status, found(&report, "integrity")), (0, Vec::<String>::new()), "{report:#}");
    // One who comes later is told what it takes.
    let said = repository.init(&["--apply", "--signer", "noor@example.com", &file]).stdout;
    assert!(said.contains("the key comes after the policy"), "{said}");
    assert_eq!(repository.read(SIGNERS), format!("{mira} {KEY}\nnoor@example.com {KEY}\n"));
    repository.init(&["--remove", "--apply"]);
    assert_eq!(repository.contents(), before);
}

#[test]
fn an_owner_who_comes_later_vouches_too() {
    let repository = small();
    let said = repository.init(&["--apply"]).stdout;
    assert!(said.contains("nobody may approve: give `--owner @TEAM`, or `--signer NAME KEYFILE`"), "{said}");
    assert!(!repository.read("gatefold.yaml").contains("approvals: owners"));
    let said = repository.init(&["--apply", "--owner", "@us"]).stdout;
    assert!(said.contains("change gatefold.yaml: the policy: code owners vouch for approvals"), "{said}");
    assert!(repository.read("gatefold.yaml").contains("\napprovals: owners\n"));
    assert!(repository.read("CODEOWNERS").ends_with("/approvals/ @us\n"));
    assert_eq!(repository.plan(&["--owner", "@us"])["steps"], Value::Array(Vec::new()));
    repository.init(&["--remove", "--apply"]);
    assert!(!repository.root().join("gatefold.yaml").exists());

    // What a person wrote into the policy is theirs: the line is theirs to add.
    repository.init(&["--apply"]);
    repository.write("gatefold.yaml", repository.read("gatefold.yaml") + "# Ours.\n");
    repository.commit("Put Gatefold in");
    let said = repository.init(&["--apply", "--owner", "@us"]).stdout;
    assert!(said.contains("`gatefold.yaml` does not say `approvals: owners`"), "{said}");
    assert!(said.contains("that code owners vouch comes after the policy"), "{said}");
    assert!(!repository.read("gatefold.yaml").contains("approvals: owners"));
}

#[test]
fn an_owner_who_is_passed_over_is_told_and_a_key_that_is_trusted_is_enough() {
    let repository = small();
    repository.write("CODEOWNERS", "* @all\n/approvals/ @them\n");
    let said = repository.init(&["--owner", "@us"]).stdout;
    let passed_over = "CODEOWNERS has owners of `/approvals/` already, and is kept as it is: a person adds those of `--owner`";
    assert!(said.contains(passed_over), "{said}");
    assert!(!said.contains("change CODEOWNERS"), "{said}");
    let said = repository.init(&["--owner", "@them"]).stdout;
    assert!(!said.contains("has owners of"), "{said}");

    let repository = small();
    let nobody = "nobody owns `/approvals/` in CODEOWNERS, and nobody may approve";
    for (list, trusted) in [("# Nobody yet.\n", false), (&format!("mira@example.com {KEY}\n"), true)] {
        repository.write(SIGNERS, list);
        let said = repository.init(&[]).stdout;
        assert_eq!(said.contains(nobody), !trusted, "{list}: {said}");
    }
}

#[test]
fn a_key_beside_an_owner_is_told_what_it_is_for() {
    let repository = small();
    let (file, told) =
        (key(&repository), "the policy says `approvals: owners`: a code owner's review in the forge");
    let said = repository.init(&["--owner", "@us", "--signer", "mira@example.com", &file]).stdout;
    assert!(said.contains(told) && said.contains("sign emergencies"), "{said}");
    let said = repository.init(&["--signer", "mira@example.com", &file]).stdout;
    assert!(!said.contains(told), "{said}");
    // The owner came before.
    repository.init(&["--apply", "--owner", "@us"]);
    let said = repository.init(&["--signer", "mira@example.com", &file]).stdout;
    assert!(said.contains(told), "{said}");
}

#[test]
fn a_forge_that_nothing_here_names_is_named() {
    let repository = small();
    let said = repository.init(&["--judge", &judge()]).stdout;
    assert!(said.contains("`--judge` is written nowhere: no forge is known from here"), "{said}");
    assert!(said.contains("`--forge github`"), "{said}");
    let before = repository.contents();
    for (forge, files, owners) in [
        (
            "github",
            &[".github/workflows/gatefold.yml", ".github/workflows/gatefold-comment.yml"][..],
            ".github/CODEOWNERS",
        ),
        ("gitlab", &[".gitlab/gatefold.yml", ".gitlab-ci.yml"], ".gitlab/CODEOWNERS"),
        ("none", &[], "CODEOWNERS"),
    ] {
        repository.init(&["--apply", "--judge", &judge(), "--forge", forge]);
        for file in files {
            let text = repository.read(file);
            assert!(!text.contains("Copy "), "{file}: {text}");
        }
        assert!(repository.root().join(owners).is_file(), "{forge}");
        assert_eq!(repository.root().join(".github/workflows").exists(), forge == "github");
        repository.init(&["--remove", "--apply"]);
        assert_eq!(repository.contents(), before, "{forge}");
    }
}

#[test]
fn owners_stand_where_the_forge_looks_for_them() {
    let repository =
        Repository::with(&[CRATE, LIBRARY, (".github/ISSUE_TEMPLATE/bug.md", "What happened?\n")]);
    repository.git(&["remote", "add", "origin", "git@gitlab.example.com:our/radio.git"]);
    repository.init(&["--apply", "--judge", &judge(), "--owner", "@our/ranking"]);
    assert!(repository.read(".gitlab/CODEOWNERS").contains("/approvals/ @our/ranking"));
    for elsewhere in [".github/CODEOWNERS", ".github/workflows"] {
        assert!(!repository.root().join(elsewhere).exists(), "{elsewhere}");
    }
}

#[test]
fn a_folder_that_code_owners_cannot_name_is_told_and_owners_of_it_are_refused() {
    for folder in ["our [own]", "our\town", "our\nown", "our#own"] {
        let (manifest, library) = (format!("{folder}/Cargo.toml"), format!("{folder}/src/lib.rs"));
        let repository = Repository::with(&[(&manifest, CRATE.1), (&library, LIBRARY.1)]);
        let before = repository.contents();
        let refused = repository.run(&["init", folder, "--apply", "--owner", "@us"]);
        let says = format!("no line of CODEOWNERS can name `{}/approvals/`", folder.escape_debug());
        assert!(refused.status == 2 && refused.stderr.contains(&says), "{folder}: {}", refused.stderr);
        assert_eq!(repository.contents(), before, "{folder}");
        let said = repository.init(&[folder, "--apply"]).stdout;
        assert!(said.contains(&says) && said.contains("give `--signer NAME KEYFILE`"), "{folder}: {said}");
        assert!(!repository.root().join("CODEOWNERS").exists(), "{folder}");
        let said = repository.init(&[folder, "--apply", "--signer", "mira", &key(&repository)]).stdout;
        assert!(!said.contains("CODEOWNERS"), "{folder}: {said}");
    }
}

#[test]
fn the_plan_lists_the_files_before_their_contents() {
    let repository = small();
    let said = repository.init(&["--owner", "@us"]).stdout;
    let list = "  create gatefold.yaml: the policy";
    assert!(said.starts_with(list), "{said}");
    let (files, diffs) = said.split_once("\n\n").expect("a list, then the diffs");
    assert_eq!(files.lines().count(), 5, "{files}");
    assert!(files.lines().all(|line| line.starts_with("  create ")), "{files}");
    assert!(files.contains(".claude/gatefold-hook, executable: "), "{files}");
    assert!(diffs.starts_with("create gatefold.yaml\n--- /dev/null\n"), "{diffs}");
}

#[test]
fn rankings_are_denied_only_where_there_are_some() {
    let denied =
        |repository: &Repository| repository.read(".claude/settings.json").contains("rankings.jsonl");
    let repository = small();
    repository.init(&["--apply"]);
    assert!(!denied(&repository));
    let recorded = [CRATE, LIBRARY, ("services/home/golden/rankings.jsonl", "{}\n")];
    let repository = Repository::with(&recorded);
    repository.init(&["--apply"]);
    assert!(denied(&repository));
}

#[test]
fn adoption_that_enforces_is_told_how_ci_takes_it() {
    let repository = small();
    repository.init(&["--apply"]);
    let policy = repository.read("gatefold.yaml");
    assert!(policy.contains("CI lets the one that brings this file pass only while it observes"), "{policy}");
    // Nothing blocks, so nobody is sent for an approval.
    let ran = repository.run(&["gate"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stdout.contains("1 finding would block, and the policy says `mode: observe`"), "{ran:?}");
    assert!(!ran.stdout.contains("nobody yet") && !ran.stdout.contains("needs the approval"), "{ran:?}");
    repository.write("gatefold.yaml", policy.replace("\nmode: observe\n", "\n"));
    let ran = repository.run(&["gate"]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stdout.contains("bring the policy with `mode: observe`"), "{ran:?}");
    assert!(ran.stdout.contains("  by nobody yet: the base has no"), "{ran:?}");
}

#[test]
fn what_hooks_keep_in_gits_folder_is_named_when_all_is_taken_out() {
    let repository = small();
    repository.init(&["--apply"]);
    let kept = repository.root().join(".git/gatefold");
    fs::create_dir_all(kept.join("bin")).expect("a folder");
    let said = repository.init(&["--remove", "--apply"]).stdout;
    assert!(said.contains(&format!("`rm -r {}` takes it out of this clone", kept.display())), "{said}");
}
