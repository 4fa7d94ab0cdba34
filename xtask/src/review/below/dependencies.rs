//! New dependencies: those that a manifest names, and those that come with them through `Cargo.lock`.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use source::{Code, Crate, Dependency, DependencyKind, Lock, Tree};

use super::Block;
use crate::gate::Judgement;
use crate::review::wording::things;

/// How new a package is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Nobody of the workspace had it.
    Fresh,
    /// It was there already, in another version, from elsewhere, or for others.
    Other,
    /// It is a crate of the workspace, or what a new crate shares with others.
    Own,
}

/// Manifests and lock files of both sides beside each other.
pub(crate) struct Compared {
    /// In words, the newest first.
    pub(crate) lines: Vec<(News, String)>,
    /// How much was looked at.
    pub(crate) looked: String,
    /// Lock files that could not be read, in words.
    pub(crate) unread: Vec<String>,
    /// The manifests and lock files that were looked at, on either side.
    pub(crate) files: BTreeSet<String>,
}

/// What manifests and lock files have that the base has nowhere, who asked for it, and where it comes from.
pub(super) fn block(judgement: &Judgement) -> Block {
    let (anchor, title) = ("dependencies", "New dependencies");
    let Some(compared) = compared(judgement) else {
        return Block::unseen(anchor, title, "there is no base to compare with");
    };
    let mut looked = compared.looked;
    for told in &compared.unread {
        looked.push_str(&format!("; {told}"));
    }
    Block::of(anchor, title, compared.lines.into_iter().map(|(_, line)| line).collect(), looked)
}

/// Both sides beside each other; `None` without a base.
pub(crate) fn compared(judgement: &Judgement) -> Option<Compared> {
    let scene = &judgement.scene;
    let (base_tree, base, head) = (scene.change.base.as_ref()?, scene.base_code()?, scene.head_code());
    let (before, after) = (Locks::of(base, base_tree), Locks::of(head, &scene.change.head));
    let mut lines = direct(base, head, &after);
    lines.extend(locked(&before, &after, head));
    let looked = format!(
        "{} and {} in lock files",
        things(head.workspace.members().count(), "manifest"),
        things(after.locks.iter().map(|(_, lock)| lock.packages.len()).sum(), "package")
    );
    let of_side = |code: &Code| -> Vec<String> {
        let crates = code.workspace.members();
        crates
            .flat_map(|krate| {
                [krate.manifest.clone(), within(&krate.root, "Cargo.toml"), within(&krate.root, "Cargo.lock")]
            })
            .collect()
    };
    let files = [of_side(base), of_side(head)].concat().into_iter().collect();
    Some(Compared { lines, looked, unread: [after.unread, before.unread].concat(), files })
}

fn within(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
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
            let path = within(root, "Cargo.lock");
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

    /// Where a version of a package comes from; nowhere where no lock file has it.
    fn sources(&self, name: &str, version: &str) -> BTreeSet<Option<&str>> {
        let locks = self.locks.iter().map(|(_, lock)| lock);
        let named = locks.flat_map(|lock| lock.named(name).iter().map(|index| &lock.packages[*index]));
        named.filter(|package| package.version == version).map(|package| package.source.as_deref()).collect()
    }
}

/// Entries of manifests that no crate of this name had at the base.
fn direct(base: &Code, head: &Code, locks: &Locks) -> Vec<(News, String)> {
    let key = |krate: &Crate, dependency: &Dependency| {
        (krate.name.clone(), dependency.package.clone(), dependency.kind, dependency.platform.clone())
    };
    let entries = |code: &Code| -> BTreeSet<_> {
        let crates = code.workspace.members();
        crates.flat_map(|krate| krate.dependencies.iter().map(move |it| key(krate, it))).collect()
    };
    let before = entries(base);
    let known: BTreeSet<&str> = before.iter().map(|(_, package, ..)| package.as_str()).collect();
    let crates: BTreeSet<&str> = base.workspace.members().map(|krate| krate.name.as_str()).collect();
    let mut lines = Vec::new();
    for krate in head.workspace.members() {
        for dependency in &krate.dependencies {
            if before.contains(&key(krate, dependency)) {
                continue;
            }
            let package = dependency.package.as_str();
            let is_member = dependency.member.is_some();
            let (news, newness) = match (is_member, known.contains(package)) {
                (true, _) => (News::Own, ", a crate of this workspace"),
                // A crate that is new itself brings nothing new by what the workspace had.
                (false, true) if !crates.contains(krate.name.as_str()) => {
                    (News::Own, ", which others had already")
                }
                (false, true) => (News::Other, ", which others had already"),
                (false, false) => (News::Fresh, ", new to the workspace"),
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
            lines.push((rank, said, news));
        }
    }
    lines.sort_by(|(one, said, _), (other, told, _)| (one, said).cmp(&(other, told)));
    lines.into_iter().map(|(_, said, news)| (news, said)).collect()
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

/// Packages of lock files that came, and those that are there in another version or from elsewhere.
fn locked(before: &Locks, after: &Locks, head: &Code) -> Vec<(News, String)> {
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
            let sources = before.sources(name, version);
            if !sources.is_empty() && !sources.contains(&package.source.as_deref()) {
                let [from, instead] = [package.source.as_deref(), sources.into_iter().next_back().flatten()];
                let (from, instead) = (origin(from), origin(instead));
                moved.push(format!("`{name}` {version} comes from {from} instead of {instead}"));
                continue;
            }
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
    let of = |news, lines: Vec<String>| lines.into_iter().map(move |line| (news, line));
    of(News::Fresh, came).chain(of(News::Other, [moved, gone].concat())).collect()
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
