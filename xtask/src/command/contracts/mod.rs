//! The guard `contracts`: its verdict, and its actions beside that, one file each.

mod against;
mod endpoint;
mod lock;
mod record;
mod search;

use std::path::Path;

use findings::Exit;

use crate::cli::{ContractsAction, ContractsArgs};
use crate::command::{gate, scene};
use crate::failure::Failure;
use crate::surroundings::Env;

/// Gives the guard's verdict alone, or does what else is asked.
pub(crate) fn run(root: &Path, args: &ContractsArgs, env: Env<'_>) -> Result<Exit, Failure> {
    if let Some(endpoint) = &args.endpoint {
        return endpoint::run(root, endpoint, env);
    }
    match &args.action {
        None => {
            let mut ask = gate::asked(root, &["contracts".to_owned()], &args.run, env)?;
            ask.against = args.against.as_deref().map(against::read).transpose()?;
            gate::run_asked(ask, &args.run, env)
        }
        Some(ContractsAction::Lock(args)) => lock::run(root, args, env),
        Some(ContractsAction::Search(args)) => search::run(root, args, env),
        Some(ContractsAction::Record(args)) => record::run(root, args, env),
    }
}
