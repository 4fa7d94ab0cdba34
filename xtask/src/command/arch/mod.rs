//! The guard `arch`: its verdict, and its actions beside that, one file each.

mod graph;
mod preset;
mod self_test;

use std::path::Path;

use findings::Exit;

use crate::cli::{ArchAction, ArchArgs};
use crate::command::gate;
use crate::failure::Failure;
use crate::surroundings::Env;

/// Gives the guard's verdict alone, or does what else is asked.
pub(crate) fn run(root: &Path, args: &ArchArgs, env: Env<'_>) -> Result<Exit, Failure> {
    if let Some(ArchAction::Graph(args)) = &args.action {
        return graph::run(root, args, env);
    }
    if (args.self_test || args.preset.is_some()) && !args.run.output.is_empty() {
        return Err(Failure::usage(
            "`--output` writes the verdict, and there is none here; redirect what is printed",
        ));
    }
    if args.self_test {
        return self_test::run(root, &args.run, env);
    }
    if let Some(preset) = args.preset {
        return preset::run(root, preset.into(), &args.run, env);
    }
    gate::run(root, &["arch".to_owned()], &args.run, env)
}
