//! Files that an agent leaves alone: those that judge its change, and those that say who may approve it.

use std::path::Path;

use golden::Recorded;
use policy::approvals::{FOLDER, REVOKED_FILE, SIGNERS_FILE, is_approval};
use policy::{Document, POLICY_FILE, Settings, Vouching};

use crate::house;
use crate::surroundings::program;

/// What is behind a file that judges, by where it lies: parts of paths, where a part that ends with `/` is a folder.
const JUDGES: [(&[&str], &str); 3] = [
    (
        &[
            ".github/workflows/",
            ".github/actions/",
            ".gitlab-ci.yml",
            ".gitlab/ci/",
            ".circleci/",
            ".buildkite/",
            "Jenkinsfile",
            "azure-pipelines.yml",
            "bitbucket-pipelines.yml",
        ],
        "is CI, which judges the change",
    ),
    (
        &["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"],
        "says who must look at a change",
    ),
    (
        &[
            ".git/hooks/",
            ".git/config",
            ".git/gatefold/",
            ".githooks/",
            ".husky/",
            "lefthook.yml",
            "lefthook.yaml",
            "lefthook-local.yml",
            ".pre-commit-config.yaml",
        ],
        "says which hooks git runs",
    ),
];

const INSTEAD: &str = "Only a person changes it: describe the change that you need in your last message.";

/// Why a path below a root must be left alone whatever is written there, if so.
pub(super) fn why_not(root: &Path, path: &str) -> Option<String> {
    // Where a disk knows no case, every spelling is the same file.
    let lower = path.to_ascii_lowercase();
    let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let says = |what: &str| Some(format!("`{path}` {what}. {INSTEAD}"));
    let is_signature = folder == FOLDER && name.ends_with(".sig");
    if lower == SIGNERS_FILE || lower == REVOKED_FILE || is_signature {
        return says("says who may approve");
    }
    if folder == ".gitlab" && name.starts_with("gatefold") && name.ends_with(".yml") {
        return says("is CI, which judges the change");
    }
    let in_claude = folder == ".claude" || folder.ends_with("/.claude");
    if in_claude && name == "gatefold-hook" {
        return says("is what the hooks of this session run");
    }
    if name == "installed.json" && (folder == ".gatefold" || folder.ends_with("/.gatefold")) {
        return says("says what `init --remove` takes out");
    }
    let in_codex = folder == ".codex" || folder.ends_with("/.codex");
    let is_settings = in_claude && name.starts_with("settings") && name.ends_with(".json")
        || in_codex && matches!(name, "hooks.json" | "config.toml");
    if is_settings {
        return says("holds the hooks that judge this session");
    }
    let judges = JUDGES
        .iter()
        .find(|(places, _)| places.iter().any(|place| lies_at(&lower, &place.to_ascii_lowercase())));
    if let Some((_, what)) = judges {
        return says(what);
    }
    if lies_at(&lower, "xtask/") && is_judge(root) {
        return says("belongs to the crate that runs the gate");
    }
    if name.ends_with(".snap") && source::is_committed(&root.join(path)) {
        return Some(format!(
            "`{path}` is a snapshot that was accepted. Mend the code; or, if what it shows was meant to change, describe \
             that in your last message: a person reads it first. New snapshots may be written."
        ));
    }
    of_policy(root, path)
}

/// What a folder holds that must not go with it.
const HELD: [&str; 12] = [
    ".claude/gatefold-hook",
    ".claude/settings.json",
    ".codex/hooks.json",
    ".git/config",
    ".git/gatefold/bin",
    ".github/CODEOWNERS",
    ".github/workflows",
    ".gitlab-ci.yml",
    ".gitlab/gatefold.yml",
    "CODEOWNERS",
    "approvals/allowed_signers",
    POLICY_FILE,
];

/// Why a path must not be taken away with all that lies there, if so. Where git puts there what a revision has, only what
/// differs is taken away.
pub(super) fn why_not_take_away(root: &Path, path: &str, revision: Option<&str>) -> Option<String> {
    if path == ".git" && revision.is_none() && root.join(path).symlink_metadata().is_ok() {
        return Some(WITHOUT_GIT.to_owned());
    }
    let folder = if path.is_empty() { String::new() } else { format!("{path}/") };
    let put_back = revision.map(|revision| source::Range::open(root, revision, "HEAD"));
    // A revision that is none yet may be one when the command gets there.
    let is_same = |held: &str| match &put_back {
        Some(_) if held.starts_with(".git/") => true,
        Some(Ok(range)) => stands_as_in(range, root, held),
        Some(Err(_)) | None => false,
    };
    let is_held = |held: &&&str| held.starts_with(&folder) && root.join(held).exists() && !is_same(held);
    let held = HELD.iter().find(is_held)?;
    match *held == POLICY_FILE {
        true => Some(without_policy()),
        false => why_not(root, held),
    }
}

pub(super) const WITHOUT_GIT: &str = "without `.git` nobody knows what the change is: its base and all that was remembered of this session \
                           would be gone. Leave it where it is. If git cannot work with it, describe that in your last \
                           message; where only the index is damaged, `rm .git/index && git reset` builds it anew.";

/// Why the policy is not taken away.
pub(super) fn without_policy() -> String {
    format!("`{POLICY_FILE}`, the policy that judges the change, would be gone. {INSTEAD}")
}

/// Whether a file, or each in a folder, has the text that the beginning of a range has.
fn stands_as_in(range: &source::Range, root: &Path, held: &str) -> bool {
    let file = root.join(held);
    if !file.is_dir() {
        let text = source::read_regular_text(&file).ok();
        return text.is_some() && range.text(&range.base, held, false) == text;
    }
    let names = std::fs::read_dir(file).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.into_iter().all(|name| stands_as_in(range, root, &format!("{held}/{}", name.to_string_lossy())))
}

/// What the policy of the tree protects.
fn of_policy(root: &Path, path: &str) -> Option<String> {
    // What the sections' own checks say of it is for the gate: an edit does not wait for every expression.
    let text = source::read_regular_text(&root.join(POLICY_FILE)).ok()?;
    let (document, _) = Document::parse_base(POLICY_FILE, &text, &house::SCHEMA).ok()?;
    let recorded: Recorded = document.section("golden").unwrap_or_default();
    if recorded.at(path) {
        return Some(format!(
            "`{path}` is recorded, never written by hand. If a ranking was meant to change, run \
             `{} golden accept`; a person then approves what moved.",
            program(root)
        ));
    }
    let settings = Settings::read(&document).ok()?;
    // Where a signature vouches, the file alone is only a request.
    if settings.approvals == Some(Vouching::Owners) && is_approval(&path.to_ascii_lowercase()) {
        return Some(format!(
            "`{path}` is an approval, and with `approvals: owners` it needs no signature: a person writes it. Describe in \
             your last message what needs one and why; the gate's report carries the file."
        ));
    }
    settings
        .protected_files()
        .is_match(path)
        .then(|| format!("`{path}` is protected by the policy (`protected` in {POLICY_FILE}). {INSTEAD}"))
}

/// Whether a path is that place or lies in that folder.
fn lies_at(path: &str, place: &str) -> bool {
    path == place.trim_end_matches('/') || place.ends_with('/') && path.starts_with(place)
}

/// Whether the workspace's own `xtask` calls Gatefold; any other is code like all the rest.
fn is_judge(root: &Path) -> bool {
    let manifest = source::read_regular_text(&root.join("xtask/Cargo.toml"));
    manifest.is_ok_and(|manifest| manifest.contains("gatefold"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_judges_is_left_alone_and_what_looks_like_it_is_not() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let check = |path: &str, expected: bool| {
            assert_eq!(why_not(folder.path(), path).is_some(), expected, "{path}");
        };
        for path in [
            "approvals/allowed_signers",
            "approvals/a.yaml.sig",
            ".gatefold/installed.json",
            "services/.gatefold/installed.json",
            ".claude/settings.json",
            "services/.claude/settings.local.json",
            ".claude/gatefold-hook",
            ".codex/hooks.json",
            ".github/workflows/ci.yml",
            ".gitlab-ci.yml",
            ".gitlab/gatefold.yml",
            ".gitlab/gatefold-services-home.yml",
            "CODEOWNERS",
            ".git/hooks/pre-commit",
            ".git/config",
            ".git/gatefold/sessions/a.json",
            "lefthook.yml",
            "a/.codex/config.toml",
            ".git/hooks",
            "CodeOwners",
            ".Claude/Settings.json",
            ".github/Workflows/ci.yml",
            "Approvals/Allowed_Signers",
            "jenkinsfile",
        ] {
            check(path, true);
        }
        for path in [
            "approvals/ranking-changed-1.yaml",
            "src/approvals/a.sig",
            ".claude/skills/x.md",
            "docs/settings.json",
            "docs/installed.json",
            ".github/ISSUE_TEMPLATE/bug.md",
            ".gitlab/merge_request_templates/gatefold.md",
            ".git/index.lock",
            "ci.yml",
            "xtask/src/main.rs",
            "src/snapshots/new.snap",
        ] {
            check(path, false);
        }
        std::fs::create_dir(folder.path().join("xtask")).expect("a folder");
        std::fs::write(folder.path().join("xtask/Cargo.toml"), "[dependencies]\ngatefold-xtask = \"1\"\n")
            .expect("a manifest");
        check("xtask/src/main.rs", true);
    }
}
