//! Fixes, applied to real files by the real binary.

use crate::workspace::{Ran, Workspace};

const NEW: &str = "pub fn order(scores: &mut Vec<f32>) {\n    \
                   scores.sort_by(|a, b| a.partial_cmp(b).unwrap());\n}\n";

const OLD: &str = "pub fn before(scores: &mut Vec<f32>) {\n    \
                   scores.sort_by(|a, b| b.partial_cmp(a).unwrap());\n}\n";

/// A change that brings one fault that has a fix, to a crate that has another.
fn changed() -> Workspace {
    let workspace = Workspace::small();
    workspace.append("src/lib.rs", &format!("\nmod old;\n\n{NEW}"));
    workspace.write("src/old.rs", OLD);
    workspace.git(&["switch", "--quiet", "main"]);
    workspace.git(&["add", "src/old.rs"]);
    workspace.git(&["commit", "--quiet", "--no-verify", "--message", "old"]);
    workspace.git(&["switch", "--quiet", "--create", "later"]);
    workspace
}

fn fix(workspace: &Workspace, more: &[&str]) -> Ran {
    let mut arguments = vec!["fix"];
    arguments.extend(more);
    workspace.run(&arguments)
}

#[test]
fn what_the_change_brings_is_fixed_and_what_the_base_has_is_not() {
    let workspace = changed();
    let ran = fix(&workspace, &["--base", "main"]);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(ran.stderr.contains("src/lib.rs: 1 fixed"), "{ran}");
    let text = workspace.read("src/lib.rs");
    assert!(text.contains("scores.sort_by(|a, b| a.total_cmp(b));"), "{text}");
    assert_eq!(workspace.read("src/old.rs"), OLD);

    let ran = fix(&workspace, &["--base", "main"]);
    assert!(ran.status == 0 && ran.stderr.contains("there is nothing that a fix is known for"), "{ran}");
    let ran = fix(&workspace, &["--base", "none"]);
    assert!(ran.stderr.contains("src/old.rs: 1 fixed"), "{ran}");
}

#[test]
fn a_dry_run_shows_a_difference_and_writes_nothing() {
    let workspace = changed();
    let before = workspace.read("src/lib.rs");
    let ran = fix(&workspace, &["--base", "main", "--dry-run"]);
    assert_eq!(ran.status, 0, "{ran}");
    assert!(ran.stdout.contains("-    scores.sort_by(|a, b| a.partial_cmp(b).unwrap());\n"), "{ran}");
    assert!(ran.stdout.contains("+    scores.sort_by(|a, b| a.total_cmp(b));\n"), "{ran}");
    assert_eq!(workspace.read("src/lib.rs"), before);
}

#[test]
fn what_an_exception_covers_is_left_alone() {
    let workspace = Workspace::small();
    let excepted = NEW.replace(
        "    scores",
        "    // gatefold: allow(partial-order-sort) until 2100-01-01: the scores come without NaN\n    scores",
    );
    workspace.write("gatefold.yaml", "self_exceptable: [partial-order-sort]\n");
    workspace.append("src/lib.rs", &format!("\n{excepted}"));
    workspace.commit("a sort");
    let before = workspace.read("src/lib.rs");
    let ran = fix(&workspace, &["--base", "none"]);
    assert_eq!(ran.status, 0, "{ran}");
    assert_eq!(workspace.read("src/lib.rs"), before, "{ran}");
}

#[test]
fn what_a_fix_cannot_heed_is_refused() {
    let workspace = changed();
    let before = workspace.read("src/lib.rs");
    for option in ["--format=json", "--output=json=report.json", "--tier=live", "--all", "--no-times"] {
        let ran = fix(&workspace, &["--base", "main", option]);
        let name = option.split('=').next().expect("a name");
        assert!(ran.status == 2 && ran.stderr.contains(&format!("unexpected argument '{name}'")), "{ran}");
    }
    assert_eq!(workspace.read("src/lib.rs"), before);
}
