//! Members and packages from elsewhere, and which of them need which: by the manifests and by `Cargo.lock`.

use std::collections::{BTreeMap, HashMap};

use findings::Location;
use semver::{Version, VersionReq};
use source::{Crate, Dependency, Lock, Locked, Problem, Tree};

use crate::evidence::of_dependency;
use crate::map::Map;

/// What is needed, as a graph.
pub(crate) struct Packages<'m> {
    /// The members first, by their index.
    pub(crate) nodes: Vec<Node>,
    /// For every node, what it needs.
    pub(crate) links: Vec<Vec<Link<'m>>>,
    /// For every node, who needs it, and as which of the links of that one.
    pub(crate) into: Vec<Vec<(usize, usize)>>,
    /// Lock files that could not be read, with the folder of the workspace.
    pub(crate) unread: Vec<(String, Problem)>,
    /// Dependencies that the lock file does not know, with the crate.
    pub(crate) unlocked: Vec<(usize, &'m Dependency)>,
}

/// A member, or a package from elsewhere.
pub(crate) struct Node {
    pub(crate) name: String,
    /// Its name, with the version where there are several.
    pub(crate) shown: String,
    pub(crate) is_member: bool,
    /// Its line in a lock file.
    pub(crate) locked: Option<(String, u32)>,
}

/// That one package needs another.
pub(crate) struct Link<'m> {
    pub(crate) to: usize,
    /// What a member's manifest says of it.
    pub(crate) dependency: Option<&'m Dependency>,
}

/// The lock file of one workspace, and the nodes of its packages.
struct Read {
    lock: Lock,
    nodes: Vec<usize>,
}

/// The lock file of a workspace, by its folder.
pub(crate) fn lock_file(root: &str) -> String {
    if root.is_empty() { "Cargo.lock".to_owned() } else { format!("{root}/Cargo.lock") }
}

impl<'m> Packages<'m> {
    pub(crate) fn of(map: &Map<'m>, tree: &Tree) -> Packages<'m> {
        let crates = &map.workspace.crates;
        let node = |krate: &Crate| Node {
            name: krate.name.clone(),
            shown: krate.name.clone(),
            is_member: !krate.outside,
            locked: None,
        };
        let mut packages = Packages {
            nodes: crates.iter().map(node).collect(),
            links: Vec::new(),
            into: Vec::new(),
            unread: Vec::new(),
            unlocked: Vec::new(),
        };
        packages.links.resize_with(crates.len(), Vec::new);
        let mut members: BTreeMap<&str, HashMap<&str, usize>> = BTreeMap::new();
        for (index, krate) in crates.iter().enumerate() {
            members.entry(&krate.root).or_default().insert(&krate.name, index);
        }
        for (root, members) in &members {
            let path = lock_file(root);
            let read = match Lock::read(tree, &path) {
                Ok(lock) => Some(packages.add_locked(lock, &path, members)),
                Err(problem) => {
                    packages.unread.push(((*root).to_owned(), problem));
                    None
                }
            };
            packages.add_members(map, members.values().copied(), read.as_ref());
        }
        packages.into.resize_with(packages.nodes.len(), Vec::new);
        for (from, links) in packages.links.iter().enumerate() {
            for (index, link) in links.iter().enumerate() {
                packages.into[link.to].push((from, index));
            }
        }
        packages
    }

    fn add(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.links.push(Vec::new());
        self.nodes.len() - 1
    }

    /// Adds the packages of a lock file and what those from elsewhere need.
    fn add_locked(&mut self, lock: Lock, path: &str, members: &HashMap<&str, usize>) -> Read {
        let mut nodes = Vec::with_capacity(lock.packages.len());
        for package in &lock.packages {
            let member = members.get(package.name.as_str()).filter(|_| package.source.is_none());
            let node = member.copied().unwrap_or_else(|| {
                let shown = match lock.named(&package.name).len() {
                    0 | 1 => package.name.clone(),
                    _ => format!("{} {}", package.name, package.version),
                };
                let locked = Some((path.to_owned(), package.line));
                self.add(Node { name: package.name.clone(), shown, is_member: false, locked })
            });
            nodes.push(node);
        }
        for (package, node) in
            lock.packages.iter().zip(&nodes).filter(|(_, node)| self.nodes[**node].locked.is_some())
        {
            let needs = package.dependencies.iter().map(|to| Link { to: nodes[*to], dependency: None });
            self.links[*node] = needs.collect();
        }
        Read { lock, nodes }
    }

    /// Adds what members need, by their manifests.
    fn add_members(&mut self, map: &Map<'m>, members: impl Iterator<Item = usize>, read: Option<&Read>) {
        let mut unknown: HashMap<&str, usize> = HashMap::new();
        let mut members: Vec<usize> = members.collect();
        members.sort_unstable();
        for member in members {
            let krate = &map.workspace.crates[member];
            let own = read.and_then(|read| {
                let mut named = read.lock.named(&krate.name).iter();
                named.find(|index| read.nodes[**index] == member).map(|index| &read.lock.packages[*index])
            });
            for dependency in &krate.dependencies {
                let found: Vec<usize> = match (dependency.member, read, own) {
                    (Some(member), ..) => vec![member],
                    (None, Some(read), Some(own)) => {
                        chosen(&read.lock, own, dependency).map(|index| read.nodes[index]).collect()
                    }
                    _ => Vec::new(),
                };
                if found.is_empty() {
                    let name = dependency.package.as_str();
                    let node = *unknown.entry(name).or_insert_with(|| {
                        let (name, shown) = (name.to_owned(), name.to_owned());
                        self.add(Node { name, shown, is_member: false, locked: None })
                    });
                    self.links[member].push(Link { to: node, dependency: Some(dependency) });
                    if read.is_some() {
                        self.unlocked.push((member, dependency));
                    }
                }
                let links = found.into_iter().map(|to| Link { to, dependency: Some(dependency) });
                self.links[member].extend(links);
            }
        }
    }

    /// Where a package says that it needs another.
    pub(crate) fn place(&self, from: usize, link: &Link<'_>, map: &Map<'_>, tree: &Tree) -> Option<Location> {
        if let (Some(krate), Some(dependency)) = (map.workspace.crates.get(from), link.dependency) {
            return Some(of_dependency(&krate.manifest, dependency, tree));
        }
        let (path, line) = self.nodes[from].locked.as_ref()?;
        Some(Location::point(path, *line, 1))
    }
}

/// The packages that were chosen for a dependency: of several versions those that it asks for.
fn chosen<'l>(
    lock: &'l Lock,
    own: &'l Locked,
    dependency: &Dependency,
) -> impl Iterator<Item = usize> + use<'l> {
    let package = dependency.package.clone();
    let asked = dependency.requirement.as_ref().and_then(|asked| VersionReq::parse(asked).ok());
    own.dependencies.iter().copied().filter(move |index| {
        let locked = &lock.packages[*index];
        let version = Version::parse(&locked.version).ok();
        // A requirement names pre-releases only where it has one itself; what is given by path or patched may be one.
        let fits = |asked: &VersionReq| {
            version.as_ref().is_none_or(|version| asked.matches(version) || !version.pre.is_empty())
        };
        locked.name == package && asked.as_ref().is_none_or(fits)
    })
}
