//! What other tools find, in the live tier: the real clippy over small crates, and programs of our own in its place where
//! it has to fail.

mod deny;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::workspace::{Ran, Verdict, Workspace, run};

const HELD: &str = "\n/// Waits.\npub async fn wait(it: &std::sync::Mutex<u32>) {\n    let Ok(held) = it.lock() else { return };\n    \
                    std::future::ready(()).await;\n    drop(held);\n}\n";
const UNWRAP: &str =
    "\n/// The worst.\npub fn worst(scores: &[u32]) -> u32 {\n    *scores.iter().min().unwrap()\n}\n";
/// What clippy writes where it has nothing to say.
const DONE: &str = r#"{"reason":"build-finished","success":true}"#;

/// A small crate on its branch; the lints of its manifest would hide nothing.
fn small() -> Workspace {
    let it = Workspace::small();
    it.replace(
        "gatefold.yaml",
        "levels: { untied-sort: error }\n",
        "lints: { delegate: { clippy: required } }\n",
    );
    it.write(".gitignore", "target\n");
    merged(&it, "a policy");
    it
}

/// Commits what is written, and has it on the default branch too.
fn merged(it: &Workspace, message: &str) {
    it.commit(message);
    it.git(&["switch", "--quiet", "main"]);
    it.git(&["merge", "--quiet", "work"]);
    it.git(&["switch", "--quiet", "work"]);
}

/// The gate in the live tier, with the toolchain of whoever runs the tests.
fn gate(it: &Workspace) -> Command {
    gate_in(it, "live")
}

fn gate_in(it: &Workspace, tier: &str) -> Command {
    let mut command =
        it.gatefold(&["gate", "--tier", tier, "--only", "lints", "--format", "json", "--no-times"]);
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    for (name, folder) in [("RUSTUP_HOME", ".rustup"), ("CARGO_HOME", ".cargo")] {
        command.env(name, std::env::var_os(name).unwrap_or_else(|| home.join(folder).into()));
    }
    command
}

fn verdict(it: &Workspace) -> Verdict {
    Verdict::of(run(&mut gate(it)))
}

/// The findings of clippy, each as `status level rule file:line`.
fn told(verdict: &Verdict) -> Vec<String> {
    let mut all = Vec::new();
    for status in ["new", "known", "excepted"] {
        let found = verdict.findings(status).into_iter();
        all.extend(
            found.map(|(level, text)| format!("{status} {level} {}", text.trim_start_matches("lints "))),
        );
    }
    all
}

/// A folder whose program of this name runs a script. Beside it, the search path holds what scripts need.
fn program(it: &Workspace, name: &str, script: &str) -> String {
    let folder = it.outside().join(format!("bin-{name}"));
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join(name);
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("a script");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("it is ours");
    format!("{}:/usr/bin:/bin", folder.display())
}

/// A clippy that finds what is planted for it, and does this elsewhere.
fn clippy(it: &Workspace, elsewhere: &str) -> Ran {
    let real = std::env::var("PATH").expect("a search path");
    let path = program(
        it,
        "cargo-clippy",
        &format!(
            "case \"$1$PWD\" in --version*) echo clippy 1; exit;; *gatefold-clippy-*) PATH='{real}' exec cargo-clippy \"$@\";; esac\n{elsewhere}"
        ),
    );
    run(gate(it).env("PATH", path))
}

fn refused(ran: &Ran, part: &str) {
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran}"));
    let guard = &report["guards"][0];
    let reason = guard["reason"].as_str().unwrap_or_default();
    assert!(ran.status == 3 && guard["outcome"] == "could-not-run" && reason.contains(part), "{part}: {ran}");
}

#[test]
fn a_fault_is_told_under_its_name_with_place_level_and_what_clippy_suggests() {
    let it = small();
    it.append("src/lib.rs", HELD);
    it.append("src/lib.rs", UNWRAP);
    // What the change says of its own lints silences nothing that blocks.
    it.replace(
        "src/lib.rs",
        "//! Ranks.\n",
        "//! Ranks.\n#![allow(clippy::await_holding_lock, clippy::all)]\n",
    );
    let verdict = verdict(&it);
    let expected =
        ["new error clippy::await_holding_lock src/lib.rs:26", "new note clippy::unwrap_used src/lib.rs:33"];
    assert_eq!(told(&verdict), expected, "{}", verdict.ran);
    assert_eq!(verdict.ran.status, 1);
    let finding = &verdict.report["findings"][0];
    assert_eq!((finding["column"].as_u64(), finding["end_column"].as_u64()), (Some(12), Some(16)));
    assert_eq!(finding["message"], "this `MutexGuard` is held across an await point");
    let help = "consider using an async-aware `Mutex` type or ensuring the `MutexGuard` is dropped before calling `await`";
    assert_eq!(finding["help"], help);
    let notes = finding["notes"].to_string();
    assert!(
        notes.contains("\"line\":27")
            && notes.contains("rust-clippy/")
            && notes.contains("#await_holding_lock"),
        "{notes}"
    );
}

#[test]
fn what_the_base_has_is_known_and_a_second_run_asks_nobody() {
    let it = small();
    // Else the first build would write one, and the second tree be another.
    it.write("Cargo.lock", "version = 4\n\n[[package]]\nname = \"small\"\nversion = \"0.1.0\"\n");
    it.append("src/lib.rs", HELD);
    merged(&it, "held");
    it.replace("src/lib.rs", "//! Ranks.\n", "//! Ranks well.\n//! And fast.\n");
    let first = verdict(&it);
    assert_eq!(told(&first), ["known error clippy::await_holding_lock src/lib.rs:26"], "{}", first.ran);
    assert_eq!(first.ran.status, 0);
    // Both answers are kept: a clippy that fails is not asked.
    let ran = clippy(&it, "exit 7");
    refused(&ran, "status 7");
    let real = std::env::var("PATH").expect("a search path");
    let script =
        format!("case \"$1\" in --version) PATH='{real}' exec cargo-clippy --version;; esac\nexit 7");
    let path = program(&it, "cargo-clippy", &script);
    let again = Verdict::of(run(gate(&it).env("PATH", path)));
    assert_eq!(again.report["findings"], first.report["findings"], "{}", again.ran);
}

#[test]
fn what_the_base_has_is_known_in_a_package_of_another_name() {
    let it = small();
    it.append("src/lib.rs", HELD);
    merged(&it, "held");
    it.replace("Cargo.toml", "name = \"small\"", "name = \"tiny\"");
    let verdict = verdict(&it);
    assert_eq!(told(&verdict), ["known error clippy::await_holding_lock src/lib.rs:25"], "{}", verdict.ran);
}

#[test]
fn the_base_is_built_only_where_head_has_findings() {
    let it = small();
    it.append("src/lib.rs", "\n/// None.\npub fn none() {}\n");
    let bases = |it: &Workspace| it.outside().join("../cache/gatefold/bases").exists();
    assert_eq!(told(&verdict(&it)), [""; 0]);
    assert!(!bases(&it));
    it.append("src/lib.rs", HELD);
    assert_eq!(told(&verdict(&it)).len(), 1);
    assert!(bases(&it));
}

#[test]
fn tests_may_unwrap_and_must_not_assert_constants() {
    let it = small();
    it.append(
        "src/lib.rs",
        "\n#[cfg(test)]\nmod more {\n    #[test]\n    fn the_worst_is_first() {\n        assert!(true);\n        \
         assert_eq!([1].first().unwrap(), &1);\n    }\n}\n",
    );
    it.write(
        "tests/all.rs",
        "#[test]\nfn all() {\n    let it: Option<u32> = std::env::args().count().try_into().ok();\n    \
         println!(\"{}\", it.unwrap());\n}\n",
    );
    it.write("build.rs", "fn main() {\n    println!(\"cargo::rerun-if-changed=build.rs\");\n}\n");
    let verdict = verdict(&it);
    assert_eq!(
        told(&verdict),
        ["new warning clippy::assertions_on_constants src/lib.rs:27"],
        "{}",
        verdict.ran
    );
}

#[test]
fn notes_are_told_of_added_lines_and_attributes_with_a_reason_take_them_away() {
    let it = small();
    it.append("src/lib.rs", UNWRAP);
    merged(&it, "unwrap");
    it.append(
        "src/lib.rs",
        &UNWRAP
            .replace("worst", "least")
            .replace("pub fn", "#[expect(clippy::unwrap_used, reason = \"never empty\")]\npub fn"),
    );
    it.append("src/lib.rs", &UNWRAP.replace("worst", "last"));
    let verdict = verdict(&it);
    assert_eq!(told(&verdict), ["new note clippy::unwrap_used src/lib.rs:36"], "{}", verdict.ran);
}

#[test]
fn the_bases_configuration_judges_and_spans_are_looked_for_by_themselves() {
    let it = small();
    it.write("Cargo.toml", "[workspace]\nmembers = [\"rank\", \"tracing\", \"aside\"]\nresolver = \"3\"\n");
    for (name, rest) in
        [("rank", "[dependencies]\ntracing = { path = \"../tracing\" }\n"), ("tracing", ""), ("aside", "")]
    {
        it.write(
            &format!("{name}/Cargo.toml"),
            format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}"),
        );
        it.write(&format!("{name}/src/lib.rs"), "//! Empty.\n");
    }
    it.write(
        "tracing/src/lib.rs",
        "//! Spans.\n/// Spans.\npub mod span {\n    /// One.\n    pub struct Entered;\n}\n",
    );
    it.git(&["rm", "--quiet", "-r", "src"]);
    merged(&it, "a workspace");
    let waits = "\n/// Waits.\npub async fn wait() {\n    let held = tracing::span::Entered;\n    std::future::ready(()).await;\n    drop(held);\n}\n";
    it.append("rank/src/lib.rs", waits);
    let first = verdict(&it);
    let expected = ["new error clippy::await_holding_invalid_type rank/src/lib.rs:5"];
    assert_eq!(
        (told(&first).as_slice(), first.ran.status),
        (&expected.map(str::to_owned)[..], 1),
        "{}",
        first.ran
    );
    // Of three packages, the one that the change concerns.
    assert_eq!(first.report["guards"][0]["checked"]["packages by clippy"], 1);
    // Head's own configuration silences nothing.
    it.write("clippy.toml", "await-holding-invalid-types = []\n");
    let eased = verdict(&it);
    assert_eq!(told(&eased), expected);
    assert_eq!(eased.report["guards"][0]["checked"]["packages by clippy"], 3);
}

#[test]
fn a_package_that_does_not_compile_could_not_be_looked_at() {
    let it = small();
    it.append("src/lib.rs", "\n/// Wrong.\npub fn wrong() -> u32 {\n    \"no number\"\n}\n");
    refused(&run(&mut gate(&it)), "clippy: it does not compile: src/lib.rs:25:5: mismatched types (E0308)");
    // A base that does not compile keeps nobody from repairing it.
    merged(&it, "wrong");
    it.replace("src/lib.rs", "    \"no number\"\n", "    1\n");
    assert_eq!(verdict(&it).ran.status, 0);
    it.append("src/lib.rs", HELD);
    let verdict = verdict(&it);
    assert_eq!(verdict.ran.status, 1);
    let remarks = verdict.report["remarks"].to_string();
    assert!(remarks.contains("clippy could not look at the base"), "{}", verdict.ran);
}

#[test]
fn what_the_rules_find_is_told_although_a_tool_could_not_look() {
    let it = small();
    it.append(
        "src/lib.rs",
        "\n/// Wrong.\npub fn wrong() -> u32 {\n    let _: u32 = todo!();\n    \"no number\"\n}\n",
    );
    let all = Verdict::of(run(&mut gate_in(&it, "all")));
    assert_eq!(told(&all), ["new error unfinished-code src/lib.rs:25"], "{}", all.ran);
    refused(&all.ran, "clippy: it does not compile: src/lib.rs:26:5: mismatched types (E0308)");
}

#[test]
fn a_clippy_that_is_not_there_is_told_as_the_policy_says() {
    let it = small();
    it.append("src/lib.rs", HELD);
    let empty = program(&it, "nothing", "");
    let without = |it: &Workspace, tier| run(gate_in(it, tier).env("PATH", &empty));
    refused(
        &without(&it, "live"),
        "clippy: the policy requires it, and it is not installed; install it with `rustup component add clippy`",
    );
    it.replace("gatefold.yaml", "clippy: required", "clippy: where-installed");
    merged(&it, "a policy");
    it.append("src/lib.rs", &format!("// gatefold: allow(clippy::unwrap_used): it is never empty{UNWRAP}"));
    for tier in ["live", "all"] {
        let ran = without(&it, tier);
        let said = "`cargo-clippy` was not asked for its 17 rules: it is not installed";
        assert!(ran.status == 0 && ran.stdout.contains(said), "{tier}: {ran}");
        // Nor is an exception unused of which nobody could know.
        assert!(!ran.stdout.contains("unused-exception"), "{tier}: {ran}");
    }
    let ran = run(&mut gate_in(&it, "static"));
    assert!(!ran.stdout.contains("cargo-clippy") && !ran.stdout.contains("unused-exception"), "{ran}");
}

#[test]
fn a_clippy_that_fails_or_says_what_nobody_understands_is_an_error() {
    let it = small();
    it.append("src/lib.rs", HELD);
    for (script, part) in [
        ("kill -SEGV $$", "it ended before it was done, with a signal"),
        ("echo error: no such lint >&2; exit 101", "with status 101: error: no such lint"),
        ("echo hello; exit 0", "it ended before it was done, with status 0"),
        ("echo '{\"reason\":'; exit 0", "line 1 of what it writes is not understood"),
        ("echo '[1'; echo '{}'; exit 0", "line 2 of what it writes is not understood"),
        (&format!("echo '{DONE}'; exit 3"), "it says that it was done, and ended with status 3"),
        (
            "while :; do echo a line that says nothing at all, again and again and again; done",
            "more than 67108864 bytes of output",
        ),
    ] {
        refused(&clippy(&it, script), part);
    }
    it.replace("gatefold.yaml", "clippy: required", "clippy: required, within: 2s");
    refused(&clippy(&it, "sleep 600"), "2s");
    // One that finds nothing at all is none.
    let path = program(&it, "cargo-clippy", &format!("echo '{DONE}'"));
    refused(
        &run(gate(&it).env("PATH", path)),
        "does not find what is planted for `clippy::await_holding_lock`",
    );
}

#[test]
fn an_alias_or_a_wrapper_of_the_judged_tree_is_not_asked_in_its_place() {
    let it = small();
    it.append("src/lib.rs", HELD);
    it.write(".cargo/config.toml", "[alias]\nclippy = \"version\"\ncheck = \"version\"\n");
    assert_eq!(told(&verdict(&it)), ["new error clippy::await_holding_lock src/lib.rs:25"]);
}

/// The examples of a rule of one kind.
fn examples(docs: &str, kind: &str) -> Vec<String> {
    let fence = format!("```{kind}");
    let blocks = docs.split("```").collect::<Vec<_>>();
    let inside = blocks.iter().skip(1).step_by(2);
    let of_kind = inside.filter_map(|block| format!("```{block}").strip_prefix(&fence).map(str::to_owned));
    of_kind.collect()
}

#[test]
fn clippy_finds_what_the_documentation_marks_and_nothing_in_what_it_recommends() {
    let it = small();
    let (mut text, mut expected, mut of_line) = ("//! Examples.\n".to_owned(), Vec::new(), vec![None, None]);
    for (index, rule) in lints::delegated::CLIPPY.iter().enumerate() {
        for (kind, only) in [("bad", Some(rule.id)), ("good", None)] {
            for example in examples(rule.docs, kind) {
                let module = format!("/// One.\n#[allow(unused)]\npub mod {kind}_{index} {{{example}}}\n");
                for line in module.lines() {
                    if line.ends_with("//~") {
                        expected.push((rule.id.to_owned(), of_line.len() as u64));
                    }
                    of_line.push(only);
                }
                text.push_str(&module);
            }
        }
    }
    assert_eq!(expected.len(), lints::delegated::planted().count());
    it.write("src/lib.rs", &text);
    let verdict = verdict(&it);
    let findings = verdict.report["findings"].as_array().expect("findings").iter();
    let mut found: Vec<(String, u64)> = findings
        .filter_map(|it| Some((it["rule"].as_str()?.to_owned(), it["line"].as_u64()?)))
        .filter(|(rule, line)| of_line[*line as usize].is_none_or(|only| only == rule))
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "{}", verdict.ran);
}
