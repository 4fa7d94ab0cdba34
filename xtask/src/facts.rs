//! Where facts about files are kept between runs.

use std::path::Path;

use source::Cache;

use crate::failure::Failure;
use crate::surroundings::{self, Env};

/// The cache, which must not lie where judged code could write it.
pub(crate) fn cache(given: Option<&Path>, root: &Path, env: Env<'_>) -> Result<Cache, Failure> {
    let Some(folder) = surroundings::cache_folder(env, given) else { return Ok(Cache::off()) };
    let absolute = std::path::absolute(&folder).unwrap_or_else(|_| folder.clone());
    let judged = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    // The folder itself may not be there yet, and a link on the way to it may lead back into the tree.
    let lies_there = absolute.starts_with(root)
        || absolute.ancestors().any(|above| above.canonicalize().is_ok_and(|real| real.starts_with(&judged)));
    match (lies_there, given) {
        (true, Some(_)) => Err(Failure::usage(format_args!(
            "the cache `{}` lies in the judged tree, where the change could write it",
            folder.display()
        ))),
        (true, None) => Ok(Cache::off()),
        (false, _) => Ok(of_this_build(Cache::in_folder(&absolute))),
    }
}

/// What guards find out is kept for this build alone. Where the program cannot be told, none of it is.
fn of_this_build(cache: Cache) -> Cache {
    match std::env::current_exe() {
        Ok(program) => cache.judged_by(&program),
        Err(_) => cache,
    }
}
