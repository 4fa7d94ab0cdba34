//! Git's own hooks: whether those of Gatefold would run, or others stand in their place.

use std::path::Path;

use super::Entry;
use super::git::Git;

const AREA: &str = "git hooks";
const NAMES: [&str; 2] = ["pre-commit", "pre-push"];
/// Files of programs that write hooks themselves.
const MANAGERS: [&str; 6] = [
    "lefthook.yml",
    "lefthook.yaml",
    ".lefthook.yml",
    ".lefthook.yaml",
    ".pre-commit-config.yaml",
    ".pre-commit-config.yml",
];

pub(super) fn examine(root: &Path, git: Option<&Git>) -> Vec<Entry> {
    let Some(git) = git else {
        let said = "without git nobody can say which hooks it would run";
        return vec![Entry::unseen(AREA, "git", said, "sudo apt-get install git   (or: brew install git)")];
    };
    if git.top().is_err() {
        return vec![Entry::not_needed(AREA, "repository", "this is none, so git runs no hook")];
    }
    match look(root, git) {
        Ok(entries) => entries,
        Err(why) => {
            vec![Entry::unseen(AREA, "git", format!("git did not say it: {why}"), "git config --list")]
        }
    }
}

fn look(root: &Path, git: &Git) -> Result<Vec<Entry>, String> {
    let (folder, elsewhere, top) = (git.hooks_folder()?, git.hooks_path()?, git.top()?);
    let ours: Vec<&str> = NAMES.into_iter().filter(|name| mentions_us(&folder.join(name))).collect();
    let usual = source::common_git_folder(root).map(|common| common.join("hooks"));
    let passed_over = |usual: &Path| NAMES.iter().any(|name| mentions_us(&usual.join(name)));
    if let Some(path) = elsewhere.filter(|_| ours.is_empty())
        && usual.as_deref().is_some_and(passed_over)
    {
        let said =
            format!("`core.hooksPath` is `{path}`, so the hooks of Gatefold in the git folder do not run");
        return Ok(vec![Entry::mend(AREA, "core.hooksPath", said, "git config --unset core.hooksPath")]);
    }
    let manager = MANAGERS.iter().find(|file| mentions_us(&top.join(file)));
    Ok(match (ours.is_empty(), manager) {
        (true, None) => {
            vec![Entry::not_needed(
                AREA,
                "pre-commit, pre-push",
                "none of Gatefold; CI judges what is pushed",
            )]
        }
        (true, Some(file)) => {
            let program = if file.contains("lefthook") {
                "lefthook install"
            } else {
                "pre-commit install --install-hooks"
            };
            let said = format!("`{file}` asks for Gatefold, and {} has no hook of it", folder.display());
            vec![Entry::mend(AREA, *file, said, program)]
        }
        (false, _) => ours.into_iter().map(|name| of_hook(&folder.join(name), name)).collect(),
    })
}

fn of_hook(file: &Path, name: &str) -> Entry {
    if super::launcher::is_executable(file) {
        return Entry::well(AREA, name, format!("{}", file.display()));
    }
    let said = "it is not executable, so git passes over it";
    Entry::mend(AREA, name, said, format!("chmod +x '{}'", file.display()))
}

/// Whether a short file speaks of Gatefold, or of lefthook or pre-commit, which then look into their own.
fn mentions_us(file: &Path) -> bool {
    let is_short = file.metadata().is_ok_and(|data| data.is_file() && data.len() < 1024 * 1024);
    is_short && std::fs::read(file).is_ok_and(|text| String::from_utf8_lossy(&text).contains("gatefold"))
}
