//! New dependencies: those that a manifest names, and those that come with them through `Cargo.lock`.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use source::{Code, Crate, Dependency, DependencyKind, Lock, Tree};

use super::Block;
use crate::gate::Judgement;
use crate::review::wording::things;

/// What manifests and lock files have that the base has nowhere, who asked for it, and where it comes from.
pub(super) fn block(judgement: &Judgement) -> Block {
    let scene = &judgement.scene;
    let (anchor, title) = ("dependencies", "New dependencies");
    let (Some(base_tree), Some(base)) = (&scene.change.base, scene.base_code()) else {
        return Block::of(anchor, title, Vec::new(), "there is no base to compare with".to_owned());
    };
    let head = scene.head_code();
    let (before, after) = (Locks::of(base, base_tree), Locks::of(head, &scene.change.head));
    let mut lines = direct(base, head, &after);
    lines.extend(locked(&before, &after, head));
    let mut looked = format!(
        "{} and {} in lock files",
        things(head.workspace.members().count(), "manifest"),
        things(after.locks.iter().map(|(_, lock)| lock.packages.len()).sum(), "package")
    );
    for told in after.unread.iter().chain(&before.unread) {
        looked.push_str(&format!("; {told}"));
    }
    Block::of(anchor, title, lines, looked)
}

/// The lock files of a side, by the folder of their workspace.
struct Locks {
    locks: Vec<(String, Lock)>,
    /// Those that are there and cannot be read, in words.
    unread: Vec<String>,
}

impl Locks {
    fn of(code: &Code, tree: &Tree) -> Locks {
        let roots: BTreeSet<&str> = code.workspace.crates.iter().map(|krate| krate.root.as_str()).collect();
        let mut locks = Locks { locks: Vec::new(), unread: Vec::new() };
        for root in roots {
            let path = if root.is_empty() { "Cargo.lock".to_owned() } else { format!("{root}/Cargo.lock") };
            match Lock::read(tree, &path) {
                Ok(lock) => locks.locks.push((root.to_owned(), lock)),
                Err(_) if !tree.contains(&path) => {}
                Err(problem) => locks.unread.push(format!("`{path}` could not be read: {}", problem.message)),
            }
        }
        locks
    }

    /// Every package that comes from elsewhere, with its versions.
    fn versions(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut all: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for package in self.locks.iter().flat_map(|(_, lock)| &lock.packages) {
            if package.source.is_some() {
                all.entry(&package.name).or_default().insert(&package.version);
            }
        }
        all
    }
}

/// Entries of manifests that no crate of this name had at the base.
fn direct(base: &Code, head: &Code, locks: &Locks) -> Vec<String> {
    let key = |krate: &Crate, dependency: &Dependency| {
        (krate.name.clone(), dependency.package.clone(), dependency.kind, dependency.platform.clone())
    };
    let entries = |code: &Code| -> BTreeSet<_> {
        let crates = code.workspace.members();
        crates.flat_map(|krate| krate.dependencies.iter().map(move |it| key(krate, it))).collect()
    };
    let before = entries(base);
    let known: BTreeSet<&str> = before.iter().map(|(_, package, ..)| package.as_str()).collect();
    let mut lines = Vec::new();
    for krate in head.workspace.members() {
        for dependency in &krate.dependencies {
            if before.contains(&key(krate, dependency)) {
                continue;
            }
            let package = dependency.package.as_str();
            let is_member = dependency.member.is_some();
            let newness = match (is_member, known.contains(package)) {
                (true, _) => ", a crate of this workspace",
                (false, true) => ", which others had already",
                (false, false) => ", new to the workspace",
            };
            let version = match is_member {
                true => String::new(),
                false => format!(" {}", version(package, &krate.root, locks, dependency)),
            };
            let of_kind = match dependency.kind {
                DependencyKind::Normal => "",
                DependencyKind::Dev => " for its tests",
                DependencyKind::Build => " for its build script",
            };
            let (name, manifest, line) = (&krate.name, &krate.manifest, dependency.line);
            let rank = (is_member, known.contains(package), name.clone(), line);
            let said =
                format!("`{name}` asks for `{package}`{version}{of_kind}{newness} (`{manifest}:{line}`)");
            lines.push((rank, said));
        }
    }
    lines.sort();
    lines.into_iter().map(|(_, said)| said).collect()
}

/// The version that was chosen and where it comes from; what is asked for where no lock file says more.
fn version(package: &str, root: &str, locks: &Locks, dependency: &Dependency) -> String {
    let lock = locks.locks.iter().find(|(of, _)| of == root).map(|(_, lock)| lock);
    let found: Vec<&source::Locked> = lock
        .into_iter()
        .flat_map(|lock| lock.named(package).iter().map(|index| &lock.packages[*index]))
        .collect();
    match (&found[..], &dependency.path, &dependency.requirement) {
        ([one], ..) => format!("{} from {}", one.version, origin(one.source.as_deref())),
        ([], Some(path), _) => format!("from the folder `{path}`"),
        (_, _, Some(asked)) => format!("`{asked}`, which no single entry of a lock file answers"),
        _ => "in no version that is known".to_owned(),
    }
}

/// Packages of lock files that came, and those that are there in another version.
fn locked(before: &Locks, after: &Locks, head: &Code) -> Vec<String> {
    let (was, is) = (before.versions(), after.versions());
    let asked: BTreeSet<&str> = head
        .workspace
        .members()
        .flat_map(|krate| krate.dependencies.iter().map(|dependency| dependency.package.as_str()))
        .collect();
    let (mut came, mut moved) = (Vec::new(), Vec::new());
    for (root, lock) in &after.locks {
        let above = Above::of(lock);
        for (index, package) in lock.packages.iter().enumerate() {
            let (name, version) = (package.name.as_str(), package.version.as_str());
            let old = was.get(name);
            if package.source.is_none() || old.is_some_and(|old| old.contains(version)) {
                continue;
            }
            let from = origin(package.source.as_deref());
            match old {
                None if asked.contains(name) => {}
                None => {
                    let through = above.chain(lock, index, head, root);
                    came.push(format!("`{name}` {version} from {from} comes through {through}"));
                }
                Some(old) => {
                    let gone: Vec<&str> = old
                        .iter()
                        .copied()
                        .filter(|old| !is.get(name).is_some_and(|is| is.contains(old)))
                        .collect();
                    let change = match gone.is_empty() {
                        true => format!("`{name}` {version} is there beside {}", listed(old)),
                        false => format!("`{name}` {} became {version}", gone.join(" and ")),
                    };
                    moved.push(format!("{change}, from {from}"));
                }
            }
        }
    }
    let gone = was.iter().filter(|(name, _)| !is.contains_key(*name));
    let gone: Vec<String> =
        gone.map(|(name, versions)| format!("`{name}` {} went", listed(versions))).collect();
    [came, moved, gone].into_iter().flatten().collect()
}

/// Who needs each package of a lock file.
struct Above {
    of: HashMap<usize, Vec<usize>>,
}

impl Above {
    fn of(lock: &Lock) -> Above {
        let mut of: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, package) in lock.packages.iter().enumerate() {
            for needed in &package.dependencies {
                of.entry(*needed).or_default().push(index);
            }
        }
        Above { of }
    }

    /// The shortest way from a crate of the workspace, as names from the crate on.
    fn chain(&self, lock: &Lock, package: usize, head: &Code, root: &str) -> String {
        let is_member = |index: usize| {
            let locked = &lock.packages[index];
            let mut members = head.workspace.crates.iter().filter(|krate| krate.root == root);
            locked.source.is_none() && members.any(|krate| krate.name == locked.name)
        };
        let mut below: HashMap<usize, usize> = HashMap::from([(package, package)]);
        let mut waiting = VecDeque::from([package]);
        while let Some(index) = waiting.pop_front() {
            if is_member(index) {
                let mut names = vec![format!("`{}`", lock.packages[index].name)];
                let mut at = below[&index];
                while at != package {
                    names.push(format!("`{}`", lock.packages[at].name));
                    at = below[&at];
                }
                return names.join(", ");
            }
            for above in self.of.get(&index).into_iter().flatten() {
                if !below.contains_key(above) {
                    below.insert(*above, index);
                    waiting.push_back(*above);
                }
            }
        }
        "nobody of this workspace".to_owned()
    }
}

fn listed(versions: &BTreeSet<&str>) -> String {
    versions.iter().copied().collect::<Vec<_>>().join(" and ")
}

/// Where a package comes from, in words.
fn origin(source: Option<&str>) -> String {
    const CRATES_IO: [&str; 2] =
        ["registry+https://github.com/rust-lang/crates.io-index", "sparse+https://index.crates.io/"];
    match source {
        None => "a folder".to_owned(),
        Some(source) if CRATES_IO.contains(&source) => "crates.io".to_owned(),
        Some(source) => match source.split_once('+') {
            Some(("git", place)) => format!("the repository `{place}`"),
            Some((_, place)) => format!("the registry `{place}`"),
            None => format!("`{source}`"),
        },
    }
}
