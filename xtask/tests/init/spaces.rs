//! A workspace in a folder whose name has a space: put in, judged, approved and taken out.

use std::process::Command;

use serde_json::Value;

use crate::repository::{Ran, Repository};

const FOLDER: &str = "my service";
const POLICY: &str = "my service/gatefold.yaml";
const CODE: &str = "my service/src/lib.rs";

fn with_space(remote: &str) -> Repository {
    let repository = Repository::with(&[
        ("my service/Cargo.toml", "[package]\nname = \"mine\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
        (CODE, "//! Mine.\n"),
    ]);
    repository.git(&["remote", "add", "origin", &format!("git@{remote}.example.com:our/ranker.git")]);
    repository
}

fn put_in(repository: &Repository) -> Ran {
    let judge = format!("our/gatefold@{}", "e".repeat(40));
    repository.init(&[FOLDER, "--apply", "--owner", "@us", "--judge", &judge])
}

/// Runs a command that was advised, as somebody who copies it, at the repository's root.
fn copied(repository: &Repository, command: &str) -> std::process::Output {
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_gatefold")).parent().expect("a folder").display();
    let path = format!("{binary}:{}", std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(repository.root()).env("PATH", path).env_remove("CI");
    shell.output().expect("a shell")
}

#[test]
fn what_is_written_names_the_folder_as_each_reader_takes_it() {
    for (remote, wiring) in [("github", ".github/workflows/gatefold.yml"), ("gitlab", ".gitlab/gatefold.yml")]
    {
        let repository = with_space(remote);
        let before = repository.contents();
        let said = put_in(&repository).stdout;
        assert!(said.contains("gatefold gate --root 'my service' --bootstrap"), "{said}");
        let owners = repository.read(&format!(".{remote}/CODEOWNERS"));
        assert!(owners.ends_with("/my\\ service/approvals/ @us\n"), "{owners}");
        let text = repository.read(wiring);
        assert!(text.contains("\n  GATED: \"my service\"\n"), "{text}");
        let read: Value = policy::yaml(wiring, &text).unwrap_or_else(|error| panic!("{error}"));
        let of = if remote == "github" { "env" } else { "variables" };
        assert_eq!(read[of]["GATED"], FOLDER);

        let applied = repository.contents();
        put_in(&repository);
        assert_eq!(repository.contents(), applied, "{remote}: a second time nothing changes");
        let ran = repository.run(&["doctor", "--root", FOLDER]).stdout;
        assert!(ran.contains(&format!("ok      {wiring}: it asks the gate")), "{ran}");
        repository.init(&[FOLDER, "--remove", "--apply"]);
        assert_eq!(repository.contents(), before, "{remote}");
    }
}

#[test]
fn what_is_advised_can_be_copied_and_an_approval_there_is_the_owners() {
    let repository = with_space("github");
    put_in(&repository);
    repository.write(POLICY, repository.read(POLICY).replace("\nmode: observe\n", "\n"));
    repository.commit("Put Gatefold in");
    repository.git(&["switch", "--quiet", "--create", "work"]);
    repository.write(CODE, "//! Mine.\n\npub fn later() {\n    todo!()\n}\n");
    let ran = repository.run(&["gate"]);
    assert!(ran.status == 2 && ran.stderr.contains("name one, as `--root 'my service'`"), "{ran:?}");
    let ran = repository.run(&["gate", "--root", FOLDER]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.stdout.contains("by a code owner of `approvals/`, in the forge"), "{ran:?}");
    let advised = |said: &str| {
        let command =
            said.lines().map(str::trim).rfind(|line| line.contains(" approve ") && line.contains("--reason"));
        command.unwrap_or_else(|| panic!("{said}")).replace("TEXT", "meant").replace("NAME", "mira")
    };
    let command = advised(&ran.stdout);
    assert!(command.starts_with("gatefold --root 'my service' approve "), "{command}");
    let listed = repository.run(&["approve", "--root", FOLDER]);
    assert_eq!(advised(&listed.stdout), command, "{listed:?}");
    let output = copied(&repository, &command);
    assert!(output.status.success(), "{command}: {output:?}");
    repository.commit("approve it");
    let ran = repository.run(&["gate", "--root", FOLDER]);
    assert_eq!(ran.status, 0, "{ran:?}");
}
