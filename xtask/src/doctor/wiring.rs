//! Whether CI asks the gate, and whether anything does: hooks are early, CI decides.

use std::path::{Path, PathBuf};

use policy::POLICY_FILE;

use super::git::Git;
use super::{Entry, State};
use crate::stamp;

const AREA: &str = "ci";
/// Folders and files in which forges look for what CI runs.
const FOLDERS: [&str; 4] = [".github/workflows", GITLAB_FOLDER, ".circleci", ".buildkite"];
const GITLAB_FOLDER: &str = ".gitlab";
const FILES: [&str; 4] = [".gitlab-ci.yml", "Jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml"];
/// Larger files are no wiring. In bytes.
const LARGEST: u64 = 1024 * 1024;

/// What CI of the repository asks.
pub(super) fn examine(root: &Path, git: Option<&Git>) -> Vec<Entry> {
    let top = git.and_then(|git| git.top().ok()).unwrap_or_else(|| root.to_owned());
    let files = files(&top);
    let names: Vec<String> = files.iter().map(|(file, _)| below(file, &top)).collect();
    let is_asking =
        |(file, text): &&(PathBuf, String)| asks(text, &names) && is_run(&below(file, &top), &files);
    let asking: Vec<&(PathBuf, String)> = files.iter().filter(is_asking).collect();
    if asking.is_empty() {
        return vec![nobody(&files, root, git)];
    }
    let own =
        root.strip_prefix(&top).ok().and_then(Path::to_str).filter(|own| !own.is_empty()).unwrap_or(".");
    let others: Vec<String> = asking.iter().filter_map(|(_, text)| stamp::gated(text)).collect();
    // Wiring of another kind may judge anything.
    if others.len() == asking.len() && !others.iter().any(|other| other == own) {
        return vec![Entry::mend(
            AREA,
            "wiring",
            format!("it asks the gate about `{}`, and not about `{own}`", others.join("`, `")),
            init(root, git),
        )];
    }
    asking
        .iter()
        .map(|(file, text)| {
            let name = below(file, &top);
            // As the wiring is handed out to those who call it from elsewhere, and ends every run of its own.
            let unset = |key: &str| text.lines().any(|line| line.trim() == format!("{key}: \"\""));
            match unset("JUDGE_REPOSITORY") || unset("JUDGE_COMMIT") {
                true => Entry::mend(
                    AREA,
                    name.clone(),
                    "it asks the gate, and does not say who judges, so that every run ends red",
                    format!("set JUDGE_REPOSITORY and JUDGE_COMMIT in {name}"),
                ),
                false => Entry::well(AREA, name, "it asks the gate"),
            }
        })
        .collect()
}

/// What writes the wiring of a folder.
fn init(root: &Path, git: Option<&Git>) -> String {
    format!("{} --judge OWNER/NAME@COMMIT", super::init(root, git))
}

/// That no CI asks, which is to be mended where the repository has one, or lies on a forge that has.
fn nobody(files: &[(PathBuf, String)], root: &Path, git: Option<&Git>) -> Entry {
    let is_gated = root.join(POLICY_FILE).is_file();
    let on_forge = || {
        let remotes = git.and_then(|git| git.remotes().ok()).unwrap_or_default();
        ["github.", "gitlab."].iter().any(|forge| remotes.contains(forge))
    };
    match is_gated && (!files.is_empty() || on_forge()) {
        true => Entry::mend(
            AREA,
            "wiring",
            "there is CI, and it does not ask the gate, so that nothing holds a change that no hook saw",
            init(root, git),
        ),
        false => Entry::not_needed(
            AREA,
            "wiring",
            format!("none is known from here; `{}` writes it", init(root, git)),
        ),
    }
}

/// That a policy is there and nothing asks it, where all the rest says so.
pub(super) fn idle(root: &Path, git: Option<&Git>, entries: &[Entry]) -> Option<Entry> {
    let is_asked = entries.iter().any(|entry| {
        let is_wired = entry.area.starts_with("hooks of") || entry.area == "git hooks" || entry.area == AREA;
        is_wired && entry.state != State::NotNeeded
    });
    let said = "there is a policy, and nothing asks it: no hook of a client, none of git, no CI";
    (!is_asked && root.join(POLICY_FILE).is_file())
        .then(|| Entry::mend("wiring", POLICY_FILE, said, init(root, git)))
}

/// The files of CI with what they say.
fn files(top: &Path) -> Vec<(PathBuf, String)> {
    let listed = |folder: &&str| {
        let entries = std::fs::read_dir(top.join(folder)).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|it| it == "yml" || it == "yaml"));
        files.sort();
        files
    };
    let all = FOLDERS.iter().flat_map(listed).chain(FILES.iter().map(|file| top.join(file)));
    let is_short = |file: &PathBuf| file.metadata().is_ok_and(|data| data.is_file() && data.len() < LARGEST);
    all.filter(is_short)
        .filter_map(|file| {
            let text = source::read_regular_text(&file).ok()?;
            Some((file, text))
        })
        .collect()
}

fn below(file: &Path, top: &Path) -> String {
    file.strip_prefix(top).unwrap_or(file).display().to_string()
}

/// Whether a forge looks at a file by itself, or another file has it do so: GitLab knows no folder.
fn is_run(name: &str, files: &[(PathBuf, String)]) -> bool {
    let includes = |line: &str| line.contains(name) || line.contains(GITLAB_FOLDER) && line.contains('*');
    !name.starts_with(GITLAB_FOLDER) || files.iter().any(|(_, text)| lines(text).any(includes))
}

/// Whether a line that is no comment runs the gate, calls it or includes it. What another file of CI does, which is looked
/// at itself, counts there; what starts when another workflow has ended holds nothing.
fn asks(text: &str, files: &[String]) -> bool {
    let words = ["gatefold", "xtask gate", "xtask ci"];
    let includes = |line: &str| line.contains("local:") && files.iter().any(|file| line.contains(file));
    let mut own = lines(text).filter(|line| !includes(line));
    let comes_after = text.lines().any(|line| line.trim_start().starts_with("workflow_run:"));
    !comes_after && own.any(|line| words.iter().any(|word| line.contains(word)))
}

/// The lines that are no comment.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_asks_nothing() {
        let check = |text: &str, expected: bool| assert_eq!(asks(text, &[]), expected, "{text}");
        check("jobs: { test: { steps: [{ run: cargo test }] } }\n", false);
        check("# gatefold is not wired yet\njobs: {}\n", false);
        check("      - run: cargo xtask gate --format github\n", true);
        check("    uses: our/gatefold/.github/workflows/gatefold.yml@0123\n", true);
        let included = "include:\n  - local: .gitlab/gatefold.yml\n";
        check(included, true);
        assert!(!asks(included, &[".gitlab/gatefold.yml".to_owned()]));
        check("on:\n  workflow_run:\n    workflows: [gatefold]\n", false);
    }
}
