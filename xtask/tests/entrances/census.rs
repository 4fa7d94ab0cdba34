//! The census of one planted crate, which lies where cargo would have unpacked it. No test asks a registry.

use crate::workspace::{Ran, Workspace, run};

const UNPACKED: &str = "home/registry/src/planted-0123/ranker-1.0.0";

/// A checkout with one pinned crate, in which two faults lie, and of which one file is no Rust.
fn checkout() -> Workspace {
    let workspace = Workspace::empty("checkout");
    workspace.write("gatefold.yaml", "");
    workspace.write("engine/policy/Cargo.toml", "");
    workspace.write("lints/census/crates.tsv", "# crate\tversion\nranker\t1.0.0\n");
    workspace.write(format!("{UNPACKED}/.cargo-ok").as_str(), "{\"v\":1}");
    let manifest = "[package]\nname = \"ranker\"\nversion = \"1.0.0\"\nedition = \"2024\"\n";
    workspace.write(format!("{UNPACKED}/Cargo.toml").as_str(), manifest);
    let code = "fn rank() {\n    todo!()\n}\n\nfn load() {\n    unimplemented!()\n}\n";
    workspace.write(format!("{UNPACKED}/src/lib.rs").as_str(), code);
    workspace.write(format!("{UNPACKED}/templates/page.rs").as_str(), "fn {{name}}( {\n");
    workspace
}

fn census(workspace: &Workspace, more: &[&str]) -> Ran {
    let mut command = workspace.gatefold(&["census"]);
    command.args(more).env("CARGO_HOME", workspace.root().join("home")).env("CARGO", "false");
    run(&mut command)
}

#[test]
fn a_change_of_what_is_found_is_shown_until_it_is_accepted() {
    let workspace = checkout();
    workspace.write("lints/census/unread.tsv", "ranker\t1.0.0\ttemplates/\ta template\n");
    let ran = census(&workspace, &[]);
    assert_eq!(ran.status, 1, "{ran}");
    assert!(ran.stdout.contains("1 sources, 2 files, 8 lines"), "{ran}");
    assert!(ran.stdout.contains("unfinished-code: 2 more, 0 fewer than committed"), "{ran}");
    assert!(ran.stdout.contains("  + ranker-1.0.0/src/lib.rs:2 rank\n"), "{ran}");
    assert!(ran.stdout.contains(" s of processor time") || !cfg!(target_os = "linux"), "{ran}");

    let ran = census(&workspace, &["--accept"]);
    assert_eq!(ran.status, 0, "{ran}");
    let hits = workspace.read("lints/census/hits/unfinished-code.tsv");
    assert!(hits.ends_with("ranker\t1.0.0\tsrc/lib.rs\trank\t2\n"), "{hits}");
    assert_eq!(workspace.read("lints/census/sizes.tsv").lines().last(), Some("ranker\t1.0.0\t2\t8\t77"));
    let ran = census(&workspace, &[]);
    assert!(ran.status == 0 && !ran.stdout.contains("than committed"), "{ran}");

    let code = format!("{UNPACKED}/src/lib.rs");
    workspace.replace(&code, "todo!()", "done()");
    let ran = census(&workspace, &["--rule", "unfinished-code"]);
    assert_eq!(ran.status, 1, "{ran}");
    assert!(ran.stdout.contains("  - ranker-1.0.0/src/lib.rs:2 rank\n"), "{ran}");
    assert!(!ran.stdout.contains("hidden-unicode"), "{ran}");
}

#[test]
fn a_parse_failure_that_nobody_explained_fails() {
    let workspace = checkout();
    let ran = census(&workspace, &["--accept"]);
    assert_eq!(ran.status, 1, "{ran}");
    assert!(ran.stdout.contains("unread.tsv does not say why: ranker-1.0.0/templates/page.rs"), "{ran}");
    workspace.write("lints/census/unread.tsv", "ranker\t1.0.0\ttemplates/page.rs\ta template\n");
    assert_eq!(census(&workspace, &[]).status, 0);
    workspace
        .write("lints/census/unread.tsv", "ranker\t1.0.0\ttemplates/\ta\nranker\t1.0.0\tsrc/lib.rs\tb\n");
    let ran = census(&workspace, &[]);
    assert_eq!(ran.status, 1, "{ran}");
    assert!(ran.stdout.contains("explains ranker-1.0.0/src/lib.rs, which is read"), "{ran}");
}

#[test]
fn what_cannot_be_had_or_read_is_no_census() {
    let workspace = checkout();
    workspace.write("lints/census/crates.tsv", "ranker\t1.0.0\nabsent\t2.0.0\n");
    let ran = census(&workspace, &[]);
    assert!(ran.status == 3 && ran.stderr.contains("cargo did not unpack `absent-2.0.0`"), "{ran}");
    workspace.write("lints/census/crates.tsv", "ranker 1.0.0\n");
    let ran = census(&workspace, &[]);
    assert!(ran.status == 2 && ran.stderr.contains("crates.tsv:1: 2 columns are needed"), "{ran}");
    let ran = census(&workspace, &["--rule", "no-such-rule"]);
    assert!(ran.status == 2 && ran.stderr.contains("has no rule `no-such-rule`"), "{ran}");
}
