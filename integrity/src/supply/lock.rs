//! Lock files, of all four formats: which package in which version, from where, with which checksum.

use std::collections::BTreeMap;

use serde_json::Value;

use super::manifest::plain_url;
use crate::manifest;

/// A lock file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lock {
    pub(crate) packages: Vec<Package>,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// `None` for what lies in the workspace, or beside it.
    pub(crate) source: Option<String>,
    pub(crate) checksum: Option<String>,
}

/// What no honest resolution does to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Swap {
    pub(crate) package: Package,
    /// A fragment.
    pub(crate) what: &'static str,
    pub(crate) before: String,
    pub(crate) after: String,
    /// The address that the package newly comes from: a manifest may say so.
    pub(crate) moved_to: Option<Option<String>>,
}

impl Lock {
    /// `None` for what is no TOML, which another rule tells.
    pub(crate) fn read(text: &str) -> Option<Lock> {
        let value = manifest::read(text).ok()?;
        let Some(Value::Array(list)) = value.get("package") else { return Some(Lock::default()) };
        // The first format has all checksums in a table at the end.
        let table = value.get("metadata");
        let packages = list.iter().filter_map(|package| {
            let text = |key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
            let (name, version, source) = (text("name")?, text("version")?, text("source"));
            let key = format!("checksum {name} {version} ({})", source.as_deref().unwrap_or_default());
            let old = || table?.get(&key)?.as_str().map(str::to_owned);
            let checksum = text("checksum").or_else(old).filter(|sum| sum != "<none>");
            Some(Package { name, version, source, checksum })
        });
        Some(Lock { packages: packages.collect() })
    }

    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(move |package| package.name == name)
    }

    fn by_version(&self) -> BTreeMap<(&str, &str), Vec<&Package>> {
        let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for package in &self.packages {
            all.entry((package.name.as_str(), package.version.as_str())).or_default().push(package);
        }
        all
    }
}

/// Entries that are another package under the same name and version.
pub(crate) fn swapped(base: &Lock, head: &Lock) -> Vec<Swap> {
    let before = base.by_version();
    let mut swaps = Vec::new();
    for (key, packages) in head.by_version() {
        let old = before.get(&key).map(Vec::as_slice).unwrap_or_default();
        for package in packages {
            let twin = old.iter().find(|old| same_source(old.source.as_deref(), package.source.as_deref()));
            let swap = match (twin, old.first()) {
                (Some(old), _) => same_place(old, package),
                (None, Some(old)) => Some(moved(old, package)),
                (None, None) => None,
            };
            swaps.extend(swap.or_else(|| if twin.is_none() { unheld(package, base) } else { None }));
        }
    }
    swaps
}

/// From the same source, in the same version: nothing may differ.
fn same_place(old: &Package, new: &Package) -> Option<Swap> {
    let swap = |what, before: &str, after: &str| {
        let (before, after) = (before.to_owned(), after.to_owned());
        Some(Swap { package: new.clone(), what, before, after, moved_to: None })
    };
    match (&old.checksum, &new.checksum) {
        (Some(before), Some(after)) if before != after => {
            swap("has another checksum in the same version, and a registry never changes one", before, after)
        }
        (Some(before), None) => swap("has no checksum any more", before, "no checksum"),
        _ => match (git(old.source.as_deref()?), git(new.source.as_deref()?)) {
            (Some(before), Some(after)) if before.commit != after.commit && before.is_pinned() => {
                swap("is another commit under the same tag or revision", before.commit, after.commit)
            }
            _ => None,
        },
    }
}

fn moved(old: &Package, new: &Package) -> Swap {
    let place =
        |source: &Option<String>| source.clone().unwrap_or_else(|| "a folder of the workspace".to_owned());
    Swap {
        package: new.clone(),
        what: "comes from elsewhere, and no manifest says so",
        before: place(&old.source),
        after: place(&new.source),
        moved_to: Some(new.source.clone()),
    }
}

/// A new entry that nothing holds to what it names.
fn unheld(new: &Package, base: &Lock) -> Option<Swap> {
    let source = new.source.as_deref()?;
    let swap = |what, before: &str, after: &str| {
        let (before, after) = (before.to_owned(), after.to_owned());
        Some(Swap { package: new.clone(), what, before, after, moved_to: None })
    };
    if let Some(git) = git(source) {
        let revision = git.pins.split('&').find_map(|pin| pin.strip_prefix("rev="))?;
        let is_hash = revision.len() >= 7 && revision.chars().all(|letter| letter.is_ascii_hexdigit());
        return match is_hash && !git.commit.is_empty() && !git.commit.starts_with(revision) {
            true => swap("is another commit than the revision that it names", revision, git.commit),
            false => None,
        };
    }
    let others_have = base.packages.iter().any(|package| package.checksum.is_some());
    match is_registry(source) && new.checksum.is_none() && others_have {
        true => swap("is of a registry and has no checksum", "a checksum", "no checksum"),
        false => None,
    }
}

struct Git<'s> {
    url: &'s str,
    pins: &'s str,
    commit: &'s str,
}

impl Git<'_> {
    /// Whether what is asked for says which commit it is; a branch may move.
    fn is_pinned(&self) -> bool {
        self.pins.split('&').any(|pin| pin.starts_with("rev=") || pin.starts_with("tag="))
    }
}

fn git(source: &str) -> Option<Git<'_>> {
    let (place, commit) = source.strip_prefix("git+")?.split_once('#').unwrap_or((&source[4..], ""));
    let (url, pins) = place.split_once('?').unwrap_or((place, ""));
    Some(Git { url, pins, commit })
}

fn is_registry(source: &str) -> bool {
    source.starts_with("registry+") || source.starts_with("sparse+")
}

/// The address of a repository that a source names.
pub(crate) fn repository(source: &str) -> Option<String> {
    git(source).map(|git| plain_url(git.url))
}

/// Whether two sources name one place. crates.io has two addresses.
fn same_source(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => match (git(one), git(other)) {
            (Some(one), Some(other)) => plain_url(one.url) == plain_url(other.url) && one.pins == other.pins,
            (None, None) => one == other || CRATES_IO.contains(&one) && CRATES_IO.contains(&other),
            _ => false,
        },
        (one, other) => one == other,
    }
}

const CRATES_IO: [&str; 2] =
    ["registry+https://github.com/rust-lang/crates.io-index", "sparse+https://index.crates.io/"];

/// Packages of which there is one version on each side, and head's is older.
pub(crate) fn downgraded(base: &Lock, head: &Lock) -> Vec<(String, String, String)> {
    let single = |lock: &Lock| {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for package in lock.packages.iter().filter(|package| package.source.is_some()) {
            all.entry(package.name.clone()).or_default().push(package.version.clone());
        }
        all.retain(|_, versions| versions.len() == 1);
        all
    };
    let after = single(head);
    let older = |(name, before): (String, Vec<String>)| {
        let (before, after) = (before.first()?, after.get(&name)?.first()?);
        let version = |text: &str| semver::Version::parse(text).ok();
        (version(after)? < version(before)?).then(|| (name.clone(), before.clone(), after.clone()))
    };
    single(base).into_iter().filter_map(older).collect()
}
