//! Which packages belong to a workspace: members by globs, what is excluded, path dependencies.

use std::collections::{BTreeMap, VecDeque};

use globset::{GlobBuilder, GlobMatcher};

use super::dependencies;
use super::manifest::Manifest;
use super::paths::{self, Paths};
use crate::code::Problem;
use crate::tree::Tree;

/// The manifests of all members of one workspace, by folder.
pub(super) fn find(
    tree: &Tree,
    paths: &Paths,
    root: &Manifest,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, Manifest> {
    let mut members = BTreeMap::new();
    let mut waiting = VecDeque::new();
    if root.package().is_some() {
        waiting.push_back(Candidate { dir: root.dir().to_owned(), from: root.path.clone(), line: 1 });
    }
    let rules = Rules::of(root, problems);
    for (pattern, line) in root.texts(&["workspace", "members"]) {
        named_members(tree, paths, root, &pattern, line, &mut waiting, problems);
    }
    // Path dependencies are members too; a cycle of them ends at what is a member already.
    while let Some(candidate) = waiting.pop_front() {
        if members.contains_key(&candidate.dir) || rules.excludes(&candidate.dir) {
            continue;
        }
        let path = manifest_path(&candidate.dir);
        if !paths.contains(&path) {
            let message = format!("there is no `{path}`");
            problems.push(candidate.problem(message));
            continue;
        }
        let manifest = match Manifest::read(tree, &path) {
            Ok(manifest) => manifest,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        if manifest.path != root.path && manifest.is_workspace_root() {
            let message = format!("`{path}` is the root of another workspace");
            problems.push(candidate.problem(message));
            continue;
        }
        if manifest.package().is_none() {
            problems.push(manifest.problem(1, "there is no `[package]`"));
            continue;
        }
        if root.is_workspace_root() {
            let local = dependencies::paths(&manifest, root, problems);
            waiting.extend(local.into_iter().map(|(dir, line)| Candidate { dir, from: path.clone(), line }));
        }
        members.insert(candidate.dir, manifest);
    }
    members
}

/// The path of the manifest in a folder.
pub(super) fn manifest_path(dir: &str) -> String {
    if dir.is_empty() { "Cargo.toml".to_owned() } else { format!("{dir}/Cargo.toml") }
}

/// A folder that something calls a member, and where.
struct Candidate {
    dir: String,
    from: String,
    line: u32,
}

impl Candidate {
    fn problem(&self, message: String) -> Problem {
        let problem = Problem::of_file(&self.from, crate::code::ProblemKind::Manifest, message);
        Problem { line: Some(self.line), ..problem }
    }
}

/// The folders that one entry of `members` names.
fn named_members(
    tree: &Tree,
    paths: &Paths,
    root: &Manifest,
    pattern: &str,
    line: u32,
    waiting: &mut VecDeque<Candidate>,
    problems: &mut Vec<Problem>,
) {
    let Some(joined) = paths::join(root.dir(), pattern) else {
        problems.push(root.problem(line, format!("the member `{pattern}` leads out of the root")));
        return;
    };
    if !joined.contains(['*', '?', '[']) {
        waiting.push_back(Candidate { dir: joined, from: root.path.clone(), line });
        return;
    }
    let Some(glob) = glob(&joined) else {
        problems.push(root.problem(line, format!("`{pattern}` is not a pattern")));
        return;
    };
    // A folder without a manifest, or the root of a workspace of its own, is passed by.
    let manifests = paths.all().iter().filter(|path| is_manifest(path));
    for dir in manifests.map(|path| paths::folder(path)).filter(|dir| glob.is_match(dir)) {
        let other = dir != root.dir()
            && Manifest::read(tree, &manifest_path(dir)).is_ok_and(|manifest| manifest.is_workspace_root());
        if !other {
            waiting.push_back(Candidate { dir: dir.to_owned(), from: root.path.clone(), line });
        }
    }
}

/// Whether a path is that of a manifest.
pub(super) fn is_manifest(path: &str) -> bool {
    path == "Cargo.toml" || path.ends_with("/Cargo.toml")
}

/// `*` stays within one folder, as in cargo.
fn glob(pattern: &str) -> Option<GlobMatcher> {
    GlobBuilder::new(pattern).literal_separator(true).build().ok().map(|glob| glob.compile_matcher())
}

/// What `exclude` leaves out, unless `members` names it.
struct Rules {
    excluded: Vec<String>,
    named: Vec<String>,
}

impl Rules {
    fn of(root: &Manifest, problems: &mut Vec<Problem>) -> Self {
        let mut excluded = Vec::new();
        for (path, line) in root.texts(&["workspace", "exclude"]) {
            match paths::join(root.dir(), &path) {
                Some(dir) => excluded.push(dir),
                None => problems.push(root.problem(line, format!("`{path}` leads out of the root"))),
            }
        }
        let named = root.texts(&["workspace", "members"]);
        let named = named.iter().filter_map(|(path, _)| paths::join(root.dir(), path)).collect();
        Rules { excluded, named }
    }

    fn excludes(&self, dir: &str) -> bool {
        let below = |folders: &[String]| folders.iter().any(|folder| paths::is_below(dir, folder));
        below(&self.excluded) && !below(&self.named)
    }
}
