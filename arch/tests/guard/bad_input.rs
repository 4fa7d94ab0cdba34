//! Broken workspaces: each is told with its place and what to do, and the rest is judged.

use findings::testing::check_message;

use crate::notation::Held;

/// Two crates that break the layers, so that it is seen whether the rest is judged.
const REST: &str = "arch:
  layers:
    - { name: top, members: [home], because: b }
    - { name: low, members: [rank], because: b }

crate home
crate rank -> home
";
const BROKEN_LAYER: &str = "`rank` depends on `home`, but layer `low` lies below layer `top`";

/// The findings as `file:line rule: message (help)`, without the broken layer, which must be among them.
#[track_caller]
fn said(more: &str) -> Vec<String> {
    let findings = Held::read(&format!("{REST}{more}")).check().findings;
    let mut shown = Vec::new();
    let mut judged = false;
    for finding in &findings {
        check_message(finding);
        let place = finding.location.as_ref().expect("a place");
        let line = place.span.map_or(0, |span| span.line);
        if finding.rule.id == "layer-broken" {
            judged = true;
        } else if finding.rule.id != "unplaced-crate" {
            let help = finding.help.as_deref().expect("what to do");
            shown.push(format!("{}:{line} {}: {} ({help})", place.file, finding.rule.id, finding.message));
        }
    }
    assert!(judged, "the rest is judged, {BROKEN_LAYER}: {findings:#?}");
    shown
}

const MEMBERS: &str = "Cargo.toml | [workspace]\nCargo.toml | members = [\"home\", \"rank\", \"bad\"]\n";

/// What is said of a workspace with another member `bad`, without what every such finding says in front.
#[track_caller]
fn said_of(bad: &str) -> Vec<String> {
    let said = said(&format!("{MEMBERS}{bad}"));
    said.into_iter()
        .map(|line| line.replace("unread-manifest: the crate graph is not complete: ", ""))
        .collect()
}

const ADD: &str = "(add what is named, or take the name out; list a workspace of its own under `exclude`)";
const MEND: &str = "(mend the manifest: `cargo metadata --no-deps` says what it expects)";
const MOVE: &str =
    "(move it below the root, or start with `--root` at the folder that holds the workspace and it)";

#[test]
fn a_broken_manifest() {
    assert_eq!(
        said_of("bad/Cargo.toml | [package]\nbad/Cargo.toml | name = \"bad\nbad/src/lib.rs |\n"),
        [format!("bad/Cargo.toml:2 invalid basic string, expected `\"` {MEND}")]
    );
    assert_eq!(
        said_of("bad/Cargo.toml | <<<<<<< HEAD\nbad/src/lib.rs |\n"),
        [format!("bad/Cargo.toml:1 key with no value, expected `=` {MEND}")]
    );
    assert_eq!(
        said_of("bad/Cargo.toml | [package]\nbad/Cargo.toml | name = \"bad\"\n"),
        [format!(
            "bad/Cargo.toml:1 the package builds nothing: it has neither a library nor a binary {MEND}"
        )]
    );
}

#[test]
fn a_member_that_does_not_exist() {
    assert_eq!(said_of(""), [format!("Cargo.toml:2 there is no `bad/Cargo.toml` {ADD}")]);
    let globs = "Cargo.toml | [workspace]\nCargo.toml | members = [\"*\", \"crates/*\"]\n";
    assert_eq!(
        said(globs),
        [format!(
            "Cargo.toml:2 unread-manifest: the crate graph is not complete: no package matches the member `crates/*` {ADD}"
        )]
    );
}

#[test]
fn a_member_or_a_target_outside_of_the_root() {
    let members = MEMBERS.replace("\"bad\"", "\"../bad\"");
    assert_eq!(
        said(&members),
        [format!(
            "Cargo.toml:2 unread-manifest: the crate graph is not complete: the member `../bad` leads out of the root {MOVE}"
        )]
    );
    assert_eq!(
        said_of(
            "bad/Cargo.toml | [package]\nbad/Cargo.toml | name = \"bad\"\nbad/Cargo.toml | [lib]\n\
             bad/Cargo.toml | path = \"../../lib.rs\"\nbad/src/main.rs |\n"
        ),
        [format!("bad/Cargo.toml:3 the path `../../lib.rs` leads out of the root {MOVE}")]
    );
}

#[test]
fn a_path_dependency_outside_of_the_root_is_a_package_from_elsewhere() {
    let bad = "bad/Cargo.toml | [package]\nbad/Cargo.toml | name = \"bad\"\nbad/Cargo.toml | [dependencies]\n\
               bad/Cargo.toml | shared = { path = \"../../shared\" }\nbad/src/lib.rs |\n";
    assert_eq!(said_of(bad), [""; 0]);
    assert_eq!(said_of(&bad.replace("../../shared", "/usr/share/shared")), [""; 0]);
}

#[test]
fn path_dependencies_in_a_circle() {
    let found = said("crate one -> other\ncrate other -> third\ncrate third -> one\n");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].starts_with("one/Cargo.toml:6 dependency-cycle: crates use each other in a circle: `one` -> `other` -> `third`"),
        "{found:?}"
    );
}

#[test]
fn a_workspace_within_the_workspace() {
    let bad = "bad/Cargo.toml | [workspace]\nbad/Cargo.toml | [package]\nbad/Cargo.toml | name = \"bad\"\nbad/src/lib.rs |\n";
    assert_eq!(
        said_of(bad),
        [format!("Cargo.toml:2 `bad/Cargo.toml` is the root of another workspace {ADD}")]
    );
    let excluded = format!("{}Cargo.toml | exclude = [\"bad\"]\n{bad}", MEMBERS.replace(", \"bad\"", ""));
    assert_eq!(said(&excluded), [""; 0]);
}

#[test]
fn two_crates_of_one_name_and_two_with_one_library_name() {
    let twin = "bad/Cargo.toml | [package]\nbad/Cargo.toml | name = \"home\"\nbad/src/lib.rs |\n";
    assert_eq!(
        said_of(twin),
        ["home/Cargo.toml:1 `bad/Cargo.toml` has the name `home` too (rename one of the two packages)"]
    );
    let library = "bad/Cargo.toml | [package]\nbad/Cargo.toml | name = \"bad\"\nbad/Cargo.toml | [lib]\n\
                   bad/Cargo.toml | name = \"home\"\nbad/src/lib.rs |\nhome/src/lib.rs |\n";
    assert_eq!(
        said_of(library),
        [
            "home/Cargo.toml:2 twin-library: the libraries of `bad` and `home` are both called `home` (give one of them \
          another `name` under `[lib]`)"
        ]
    );
}

#[test]
fn a_dependency_on_itself_is_no_reason_to_stop() {
    let bad = "bad/Cargo.toml | [package]\nbad/Cargo.toml | name = \"bad\"\nbad/Cargo.toml | [dependencies]\n\
               bad/Cargo.toml | bad = { path = \".\" }\nbad/src/lib.rs |\n";
    assert_eq!(said_of(bad), [format!("bad/Cargo.toml:4 the package depends on itself {MEND}")]);
    assert_eq!(said_of(&bad.replace("[dependencies]", "[dev-dependencies]")), [""; 0]);
}
