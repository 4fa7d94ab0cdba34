//! Which packages belong to a workspace: members by globs, what is excluded, path dependencies.

use std::collections::{BTreeMap, HashSet, VecDeque};

use globset::{Glob, GlobBuilder, GlobSet};

use super::dependencies;
use super::manifest::{Manifest, text};
use super::paths::{self, Paths};
use crate::code::{Problem, ProblemKind};
use crate::tree::Tree;

/// More patterns than any workspace has. Each is held against every manifest.
const MAX_PATTERNS: usize = 1_000;

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
        let dir = root.dir().to_owned();
        waiting.push_back(Candidate { dir, from: root.path.clone(), line: 1, by_path: false });
    }
    problems.extend(root.problems_of_lists("workspace", &["members", "exclude", "default-members"]));
    let rules = Rules::of(root);
    named_members(tree, paths, root, &mut waiting, problems);
    // Path dependencies are members too; a cycle of them ends at what is a member already.
    while let Some(candidate) = waiting.pop_front() {
        if members.contains_key(&candidate.dir) || rules.excludes(&candidate.dir) {
            continue;
        }
        let path = manifest_path(&candidate.dir);
        let outside = candidate.by_path && !paths::is_below(&candidate.dir, root.dir());
        if !paths.contains(&path) {
            // Another repository's package, or a link's, is a dependency from elsewhere, and no member that is missing.
            let elsewhere = elsewhere(tree, &candidate.dir);
            if !candidate.by_path || elsewhere.is_none() {
                let message = format!("there is no `{path}`{}", elsewhere.unwrap_or_default());
                problems.push(candidate.problem(message));
            }
            continue;
        }
        let manifest = match Manifest::read(tree, &path) {
            Ok(manifest) => manifest,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        if outside && !says_it_is_a_member(&manifest, root) {
            continue;
        }
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
            // What is wrong with them is told when they are read as dependencies.
            let local = dependencies::entries(&manifest, root, &mut Vec::new());
            waiting.extend(local.into_iter().filter_map(|entry| {
                let dir = entry.dependency.path?;
                Some(Candidate { dir, from: path.clone(), line: entry.dependency.line, by_path: true })
            }));
        }
        members.insert(candidate.dir, manifest);
    }
    members
}

/// Whether a package that lies outside of the workspace's folder names the workspace as its own.
fn says_it_is_a_member(manifest: &Manifest, root: &Manifest) -> bool {
    let named = manifest.package().and_then(|package| text(package, "workspace"));
    named.and_then(|path| paths::join(manifest.dir(), path)).is_some_and(|dir| dir == root.dir())
}

/// Why a folder is not part of the tree although it may be on the disk.
fn elsewhere(tree: &Tree, dir: &str) -> Option<String> {
    let repositories = tree.nested_repositories();
    if let Some(repository) = repositories.iter().find(|repository| paths::is_below(dir, repository)) {
        return Some(format!(": `{repository}` is a repository of its own, as a submodule is"));
    }
    let mut above = paths::above(dir);
    above.find(|above| tree.is_link(above)).map(|link| format!(": `{link}` is a link, which is not followed"))
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
    /// Whether it is a path dependency, and not named as a member.
    by_path: bool,
}

impl Candidate {
    fn problem(&self, message: String) -> Problem {
        let problem = Problem::of_file(&self.from, ProblemKind::Member, message);
        Problem { line: Some(self.line), ..problem }
    }
}

/// The folders that the entries of `members` name.
fn named_members(
    tree: &Tree,
    paths: &Paths,
    root: &Manifest,
    waiting: &mut VecDeque<Candidate>,
    problems: &mut Vec<Problem>,
) {
    let mut patterns: Vec<(String, u32)> = Vec::new();
    let mut globs = Vec::new();
    for (pattern, line) in root.texts(&["workspace", "members"]) {
        let Some(joined) = paths::join(root.dir(), &pattern) else {
            problems.push(root.problem_of(
                ProblemKind::Outside,
                line,
                format!("the member `{pattern}` leads out of the root"),
            ));
            continue;
        };
        if !joined.contains(['*', '?', '[']) {
            waiting.push_back(Candidate { dir: joined, from: root.path.clone(), line, by_path: false });
            continue;
        }
        match glob(&joined) {
            Some(glob) => {
                globs.push(glob);
                patterns.push((pattern, line));
            }
            None => problems.push(root.problem(line, format!("`{pattern}` is not a pattern"))),
        }
    }
    let set = match globs.get(..MAX_PATTERNS) {
        Some(_) => Err(format!("there are more than {MAX_PATTERNS} patterns of members")),
        None => GlobSet::new(globs).map_err(|error| format!("the patterns of members are too much: {error}")),
    };
    let set = match set {
        Ok(set) => set,
        Err(message) => return problems.push(root.problem(patterns.first().map_or(1, |it| it.1), message)),
    };
    let mut matched = vec![false; patterns.len()];
    // A folder without a manifest is passed by. No pattern stands for the root.
    let manifests = paths.all().iter().filter(|path| is_manifest(path));
    for dir in manifests.map(|path| paths::folder(path)).filter(|dir| *dir != root.dir()) {
        let hits = set.matches(dir);
        let Some(first) = hits.first() else { continue };
        let line = patterns[*first].1;
        hits.iter().for_each(|hit| matched[*hit] = true);
        let dir = dir.to_owned();
        waiting.push_back(Candidate { dir, from: root.path.clone(), line, by_path: false });
    }
    let repositories = tree.nested_repositories().iter().map(String::as_str);
    let links =
        paths.all().iter().copied().filter(|path| set.is_match(path) && leads_to_a_folder(tree, path));
    for dir in repositories.filter(|dir| set.is_match(dir)).chain(links) {
        let Some(first) = set.matches(dir).first().copied() else { continue };
        matched[first] = true;
        let line = patterns[first].1;
        waiting.push_back(Candidate { dir: dir.to_owned(), from: root.path.clone(), line, by_path: false });
    }
    for name in tree.unreadable_names().iter().filter(|name| is_manifest(name)) {
        if let Some(first) = set.matches(paths::folder(name)).first() {
            matched[*first] = true;
            let message = format!("`{name}` cannot be read: its name is not valid UTF-8, or it is no file");
            problems.push(root.problem_of(ProblemKind::Member, patterns[*first].1, message));
        }
    }
    for ((pattern, line), _) in patterns.iter().zip(matched).filter(|(_, matched)| !matched) {
        problems.push(root.problem_of(
            ProblemKind::Member,
            *line,
            format!("no package matches the member `{pattern}`"),
        ));
    }
}

fn leads_to_a_folder(tree: &Tree, path: &str) -> bool {
    tree.is_link(path) && tree.read(path).is_err()
}

/// Whether a path is that of a manifest.
pub(super) fn is_manifest(path: &str) -> bool {
    path == "Cargo.toml" || path.ends_with("/Cargo.toml")
}

/// `*` stays within one folder, and braces are letters, as in cargo.
fn glob(pattern: &str) -> Option<Glob> {
    let escaped: String = pattern
        .chars()
        .map(|letter| match letter {
            '{' | '}' => format!("[{letter}]"),
            letter => letter.to_string(),
        })
        .collect();
    GlobBuilder::new(&escaped).literal_separator(true).backslash_escape(false).build().ok()
}

/// What `exclude` leaves out, unless `members` names it.
struct Rules {
    excluded: HashSet<String>,
    named: HashSet<String>,
}

impl Rules {
    fn of(root: &Manifest) -> Self {
        // What lies out of the root is no member anyway.
        let folders = |list: &str| {
            let texts = root.texts(&["workspace", list]);
            texts.iter().filter_map(|(path, _)| paths::join(root.dir(), path)).collect()
        };
        Rules { excluded: folders("exclude"), named: folders("members") }
    }

    fn excludes(&self, dir: &str) -> bool {
        let below = |folders: &HashSet<String>| {
            folders.contains("") || paths::above(dir).any(|above| folders.contains(above))
        };
        below(&self.excluded) && !below(&self.named)
    }
}
