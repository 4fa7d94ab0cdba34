//! The guard `arch`: its verdict, and its actions beside that, one file each.

use std::path::Path;

use findings::Exit;

use crate::cli::ArchArgs;
use crate::command::gate;
use crate::failure::Failure;
use crate::surroundings::Env;

/// Gives the guard's verdict alone.
pub(crate) fn run(root: &Path, args: &ArchArgs, env: Env<'_>) -> Result<Exit, Failure> {
    gate::run(root, &["arch".to_owned()], &args.run, env)
}
