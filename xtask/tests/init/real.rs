//! Workspaces that nobody wrote for this: what this checkout and every machine that builds it has.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::repository::{Repository, found};

/// Packages whose sources lie on every machine that builds this workspace, each with something of its own: features,
/// build scripts, proto files, procedural macros, hundreds of modules.
const PACKAGES: [&str; 10] = [
    "anstream",
    "clap_builder",
    "globset",
    "insta",
    "prost",
    "protox",
    "serde",
    "tempfile",
    "toml_edit",
    "walkdir",
];

/// Put in: the plan first, then for good, then once more; judged; taken out.
fn check(what: &str, repository: &Repository, arguments: &[&str]) {
    let before = repository.contents();
    let plan = repository.init(arguments);
    assert_eq!(repository.contents(), before, "{what}: a plan writes nothing: {plan:?}");
    assert!(plan.stdout.contains("+mode: observe"), "{what}: {}", plan.stdout);

    repository.init(&[&["--apply"], arguments].concat());
    let installed = repository.contents();
    let again = repository.plan(&[&["--apply"], arguments].concat());
    assert_eq!(again["steps"], Value::Array(Vec::new()), "{what}");
    assert_eq!(repository.contents(), installed, "{what}: a second time there is nothing to do");

    repository.git(&["switch", "--quiet", "--create", "adoption"]);
    repository.commit("Put Gatefold in");
    let (status, report) = repository.gate(&["--bootstrap"]);
    assert_eq!((status, &report["verdict"]), (0, &Value::from("pass")), "{what}: {report:#}");
    assert_eq!(found(&report, "arch"), [] as [&str; 0], "{what}");
    // Observing passes without a person's word, too, and says that the policy judges itself.
    let (status, report) = repository.gate(&["--only", "arch"]);
    assert_eq!(status, 0, "{what}: {report:#}");
    assert_eq!(
        found(&report, "policy").iter().filter(|it| it.contains("policy-adopted")).count(),
        1,
        "{what}"
    );
    let (_, audit) = repository.gate(&["--base", "none", "--only", "arch"]);
    let layers =
        found(&audit, "arch").into_iter().filter(|it| OF_LAYERS.iter().any(|rule| it.contains(rule)));
    assert_eq!(layers.collect::<Vec<_>>(), [] as [&str; 0], "{what}: a full audit");

    repository.init(&["--remove", "--apply"]);
    assert_eq!(repository.contents(), before, "{what}: taken out to the byte");
    let nothing = repository.init(&["--remove"]);
    assert!(nothing.stdout.contains("nothing to do"), "{what}: {nothing:?}");
}

/// What a proposal could be at fault for. What else `arch` finds, a workspace has without one.
const OF_LAYERS: [&str; 7] = [
    "layer-broken",
    "unplaced-crate",
    "sibling-used",
    "unproved-rule",
    "vacuous-rule",
    "contradictory-rule",
    "stale-exception",
];

fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("this checkout")
}

#[test]
fn packages_of_others_take_it_in_and_give_it_back() {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1"])
        .current_dir(checkout())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&metadata.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&metadata.stderr)));
    let packages = metadata["packages"].as_array().expect("packages");
    for name in PACKAGES {
        let package =
            packages.iter().find(|package| package["name"] == name && package["source"].is_string());
        let manifest =
            package.and_then(|package| package["manifest_path"].as_str()).unwrap_or_else(|| panic!("{name}"));
        let folder = Path::new(manifest).parent().expect("a folder");
        check(name, &Repository::copy_of(folder, &["target", ".cargo-ok"]), &[]);
    }
}

#[test]
fn the_reference_workspace_takes_it_in_and_gives_it_back() {
    // Without what `new` and people have put in already.
    let ranker = checkout().join("templates/ranker");
    let repository =
        Repository::copy_of(&ranker, &["target", "var", "gatefold.yaml", "approvals", ".claude", ".github"]);
    let judge = format!("our/gatefold@{}", "a".repeat(40));
    repository.git(&["remote", "add", "origin", "https://github.com/our/ranker.git"]);
    check("ranker", &repository, &["--owner", "@our/rankers", "--judge", &judge]);
}

#[test]
fn gatefold_itself_takes_it_in_and_gives_it_back() {
    let left_out = ["target", ".git", "gatefold.yaml", "templates", "tests", "benches"];
    check("gatefold", &Repository::copy_of(&checkout(), &left_out), &["--owner", "mira@example.com"]);
}
