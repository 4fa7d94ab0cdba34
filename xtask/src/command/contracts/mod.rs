//! The guard `contracts`: its verdict, and its actions beside that, one file each.

use std::path::Path;

use findings::Exit;

use crate::cli::ContractsArgs;
use crate::command::gate;
use crate::failure::Failure;
use crate::surroundings::Env;

/// Gives the guard's verdict alone, or does what else is asked.
pub(crate) fn run(root: &Path, args: &ContractsArgs, env: Env<'_>) -> Result<Exit, Failure> {
    gate::run(root, &["contracts".to_owned()], &args.run, env)
}
