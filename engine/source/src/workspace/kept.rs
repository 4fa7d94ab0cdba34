//! Packages that an earlier run found, where every manifest is what it was.

use std::time::SystemTime;

use super::paths::Paths;
use super::{Workspace, members};
use crate::cache::{Cache, Key};
use crate::tree::{Stamp, Tree};

/// The packages of a tree of these paths, which `id` stands for. What is wrong in a manifest is found anew each time.
pub(super) fn find(tree: &Tree, paths: &Paths<'_>, id: &Key, cache: &Cache, now: SystemTime) -> Workspace {
    let Some(manifests) = as_they_are(tree, paths, now) else { return Workspace::find(tree) };
    let find = || {
        let found = Workspace::find(tree);
        if found.problems.is_empty() { Ok(found) } else { Err(found) }
    };
    let mut hash = blake3::Hasher::new();
    hash.update(id).update(&manifests);
    cache.answer("workspace", ("", &hash.finalize().to_hex()), find).unwrap_or_else(|found| found)
}

/// The stamps of all manifests. None where one cannot be known by it, or may still change unseen.
fn as_they_are(tree: &Tree, paths: &Paths<'_>, now: SystemTime) -> Option<Vec<u8>> {
    let manifests = paths.all().iter().filter(|path| members::is_manifest(path));
    let stamp = |path: &&str| tree.stamp(path).filter(|stamp| stamp.is_settled(now));
    let stamps: Option<Vec<Stamp>> = manifests.map(stamp).collect();
    postcard::to_stdvec(&stamps?).ok()
}
