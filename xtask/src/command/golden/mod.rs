//! The actions of the guard `golden` beside its verdict, one file each.

mod accept;
mod report;

use std::path::Path;

use findings::Exit;

use crate::cli::GoldenAction;
use crate::failure::Failure;
use crate::surroundings::Env;

pub(crate) fn run(root: &Path, action: &GoldenAction, env: Env<'_>) -> Result<Exit, Failure> {
    match action {
        GoldenAction::Accept(args) => accept::run(root, args, env),
        GoldenAction::Report(args) => report::run(root, args, env),
    }
}
