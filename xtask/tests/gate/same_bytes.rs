//! One change, one report: whoever asks, from wherever, for the first time or the second.

use std::path::Path;

use crate::workspace::{Workspace, run};

const FORMATS: [&str; 4] = ["human", "json", "github", "markdown"];

/// A change with something to say in each of four guards.
fn change(workspace: &Workspace) {
    let scored = "crates/pipeline/src/scored.rs";
    workspace.append(scored, "\n/// Waits.\npub async fn wait() {\n    std::thread::sleep(std::time::Duration::from_secs(1));\n}\n");
    workspace.replace(
        scored,
        "        assert_eq!(ranked(vec![scored(2, 0.0), scored(1, -0.0)]), [1, 2]);\n",
        "",
    );
    workspace.replace("protos/ranking/v1/now_playing.proto", "uint32 limit = 5;", "uint64 limit = 5;");
    workspace.swap_best(3);
    workspace.commit("a change");
}

/// The report in every format, as it is printed and as it is written to files.
fn told(workspace: &Workspace, folder: &Path, more: &[&str]) -> Vec<String> {
    let files = FORMATS.map(|format| workspace.outside().join(format));
    let outputs: Vec<String> = FORMATS
        .iter()
        .zip(&files)
        .map(|(format, file)| format!("--output={format}={}", file.display()))
        .collect();
    let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
    let gate = ["gate", "--no-times", "--all"];
    let ran = run(workspace.gatefold(&[&gate, &outputs[..], more].concat()).current_dir(folder));
    assert_eq!((ran.status, ran.stderr.as_str()), (1, ""), "{ran}");
    let written = files.iter().map(|file| std::fs::read_to_string(file).expect("it was written"));
    std::iter::once(ran.stdout).chain(written).collect()
}

#[test]
fn the_second_run_says_what_the_first_said() {
    let workspace = Workspace::new();
    change(&workspace);
    let cold = told(&workspace, workspace.root(), &[]);
    assert!(cold[0].contains("4 errors"), "{}", cold[0]);
    // The folder did not exist before, and now holds facts.
    let cache = workspace.root().join("../cache/gatefold");
    assert!(cache.read_dir().expect("a cache").next().is_some());
    assert_eq!(told(&workspace, workspace.root(), &[]), cold);
    let elsewhere = workspace.outside().join("facts");
    let given = ["--cache-dir", elsewhere.to_str().expect("a path")];
    assert_eq!(told(&workspace, workspace.root(), &given), cold);
    assert_eq!(told(&workspace, workspace.root(), &given), cold);
}

#[test]
fn every_folder_below_the_root_is_as_good_as_the_root() {
    let workspace = Workspace::in_folder("repository", "templates/ranker");
    change(&workspace);
    let at_root = told(&workspace, workspace.root(), &[]);
    for folder in ["crates/pipeline/src", "protos", "services/now-playing/golden"] {
        assert_eq!(told(&workspace, &workspace.root().join(folder), &[]), at_root, "{folder}");
    }
    // Commands that are advised name the root where another would be found, and nothing else differs.
    let named = " --root templates/ranker";
    let told = |folder: &Path, root: &str| -> Vec<String> {
        let told = told(&workspace, folder, &["--root", root]);
        assert!(told.iter().any(|report| report.contains(named)), "{}", told[0]);
        told.into_iter().map(|report| report.replace(named, "")).collect()
    };
    for root in ["templates/ranker", "./templates/../templates/ranker/"] {
        assert_eq!(told(workspace.repository(), root), at_root, "{root}");
    }
    let root = workspace.root().to_str().expect("a path").to_owned();
    assert_eq!(told(&workspace.outside(), &root), at_root);
}

#[test]
fn a_path_with_spaces_and_letters_of_any_script_is_as_good_as_any() {
    let plain = Workspace::in_folder("repository", "ranker");
    change(&plain);
    let odd = Workspace::in_folder("Über uns/ранг 順位 'n' \"q\" $HOME %2e", "ranker");
    change(&odd);
    let without_commits = |reports: Vec<String>, workspace: &Workspace| -> Vec<String> {
        let commits = ["HEAD", "main"].map(|name| workspace.git(&["rev-parse", name]).trim().to_owned());
        let strip = |text: String| {
            commits.iter().fold(text, |text, id| text.replace(id.as_str(), "id").replace(&id[..12], "id"))
        };
        reports.into_iter().map(strip).collect()
    };
    let expected = without_commits(told(&plain, plain.root(), &[]), &plain);
    assert_eq!(without_commits(told(&odd, odd.root(), &[]), &odd), expected);
}

#[test]
fn a_worktree_is_as_good_as_the_clone() {
    let workspace = Workspace::new();
    change(&workspace);
    let expected = told(&workspace, workspace.root(), &[]);
    let worktree = workspace.outside().join("tree");
    let name = worktree.to_str().expect("a path");
    workspace.git(&["worktree", "add", "--quiet", "--detach", name, "work"]);
    assert_eq!(told(&workspace, &worktree, &[]), expected);
    assert_eq!(told(&workspace, &worktree.join("crates"), &[]), expected);
}

#[test]
fn what_is_not_committed_is_judged_like_what_is() {
    let workspace = Workspace::new();
    change(&workspace);
    let committed = workspace.gate().blocking();
    workspace.git(&["reset", "--quiet", "--soft", "main"]);
    assert_eq!(workspace.gate().blocking(), committed, "staged");
    workspace.git(&["reset", "--quiet"]);
    assert_eq!(workspace.gate().blocking(), committed, "not staged");
}
