//! The actions of the guard `golden` beside its verdict, one file each.

mod accept;
mod measure;
mod merge;
mod mutate;
mod noise;
#[cfg(feature = "parquet")]
mod parquet;
mod replay;
mod report;
mod store;

use std::path::Path;

use findings::Exit;

use crate::cli::GoldenAction;
use crate::command::scene;
use crate::failure::Failure;
use crate::surroundings::Env;

pub(crate) fn run(root: &Path, action: &GoldenAction, env: Env<'_>) -> Result<Exit, Failure> {
    match action {
        GoldenAction::Accept(args) => accept::run(root, args, env),
        GoldenAction::Mutate(args) => mutate::run(root, args, env),
        GoldenAction::Noise(args) => noise::run(root, args, env),
        GoldenAction::Report(args) => report::run(root, args, env),
        GoldenAction::Store(args) => store::run(root, args, env),
        GoldenAction::Replay(args) => replay::run(root, args, env),
        GoldenAction::Merge(args) => merge::run(args, env),
        #[cfg(feature = "parquet")]
        GoldenAction::Export(args) => parquet::export(root, args, env),
        #[cfg(feature = "parquet")]
        GoldenAction::Import(args) => parquet::import(root, args, env),
        GoldenAction::Measure(args) => measure::run(args),
    }
}
