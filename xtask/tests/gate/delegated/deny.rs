//! What cargo-deny finds, told by programs of our own that write what it writes.

use std::fs;

use super::{gate, merged, program, refused, small, told};
use crate::workspace::{Ran, Verdict, Workspace, run};

/// A workspace whose change touches dependencies, with a `deny.toml`.
fn denied() -> Workspace {
    let it = small();
    it.replace("gatefold.yaml", "clippy: required", "clippy: \"off\", deny: required");
    it.write("deny.toml", "[advisories]\n");
    it.write("Cargo.lock", "version = 4\n\n[[package]]\nname = \"small\"\nversion = \"0.1.0\"\n");
    merged(&it, "dependencies are looked at");
    it.append("Cargo.lock", "\n[[package]]\nname = \"ammonia\"\nversion = \"0.7.0\"\n");
    it
}

/// What cargo-deny writes of a crate, on standard error.
const ADVISORY: &str = r#"{"type":"diagnostic","fields":{"code":"vulnerability","severity":"error","message":"Uncontrolled recursion","graphs":[{"Krate":{"name":"ammonia","version":"0.7.0"}}],"advisory":{"id":"RUSTSEC-2019-0001"},"notes":["Solution: Upgrade to >=2.1.0"]}}"#;
const SUMMARY: &str = r#"{"type":"summary","fields":{}}"#;

/// The gate with a cargo-deny that does this once it is asked.
fn deny(it: &Workspace, script: &str) -> Ran {
    let path = program(
        it,
        "cargo-deny",
        &format!("[ \"$1\" = --version ] && echo cargo-deny 0.18.9 && exit\n{script}"),
    );
    run(gate(it).env("PATH", path))
}

#[test]
fn what_cargo_deny_finds_is_told_in_the_lock_file_and_known_where_the_base_has_it() {
    let it = denied();
    let replay = format!("cat >&2 <<'END'\n{ADVISORY}\n{SUMMARY}\nEND\nexit 1");
    let asked = it.outside().join("asked");
    // It finds the same wherever it looks: then the base has it.
    let known = Verdict::of(deny(&it, &format!("echo \"$PWD $*\" >> '{}'\n{replay}", asked.display())));
    assert_eq!(told(&known), ["known error cargo-deny::advisories Cargo.lock:7"], "{}", known.ran);
    let asked = fs::read_to_string(asked).expect("it was asked");
    assert_eq!(asked.lines().count(), 2, "{asked}");
    assert!(asked.lines().all(|line| line.contains("--format json") && line.contains("--locked")), "{asked}");
    // Here it finds it at head alone.
    let at_head = format!("case \"$PWD\" in */repository) {replay}\nesac\necho '{SUMMARY}' >&2");
    let at_head = at_head.replace("exit 1\nesac", "exit 1;;\nesac");
    let new = Verdict::of(deny(&it, &at_head));
    assert_eq!(told(&new), ["new error cargo-deny::advisories Cargo.lock:7"], "{}", new.ran);
    assert_eq!(
        (new.ran.status, new.report["findings"][0]["message"].as_str()),
        (1, Some("`ammonia` 0.7.0: Uncontrolled recursion"))
    );
    // Later versions take the configuration before the command.
    let later = format!(
        "case \"$*\" in *check\\ --config*) echo \"error: unexpected argument '--config' found\" >&2; exit 2;; esac\n{replay}"
    );
    assert_eq!(told(&Verdict::of(deny(&it, &later))).len(), 1);
}

#[test]
fn a_cargo_deny_that_cannot_look_is_an_error_and_one_that_is_not_there_is_told() {
    let it = denied();
    let log = r#"{"type":"log","fields":{"level":"ERROR","message":"failed to fetch advisory database"}}"#;
    refused(
        &deny(&it, &format!("echo '{log}' >&2; exit 1")),
        "cargo-deny: it ended before it was done: failed to fetch advisory database",
    );
    refused(&deny(&it, "echo 'thread main panicked' >&2; exit 101"), "thread main panicked");
    let empty = program(&it, "nothing", "");
    let without = || run(gate(&it).env("PATH", &empty));
    refused(
        &without(),
        "cargo-deny: the policy requires it, and it is not installed; install it with `cargo install --locked cargo-deny`",
    );
    it.replace("gatefold.yaml", "deny: required", "deny: where-installed");
    merged(&it, "a policy");
    it.append("Cargo.lock", "\n");
    let ran = without();
    assert!(ran.status == 0 && ran.stdout.contains("`cargo-deny` was not asked for its 4 rules"), "{ran}");
}
