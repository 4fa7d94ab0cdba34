//! `doctor`: what is installed, which hooks would run from here, which guards could not, and what mends each.

use std::path::PathBuf;

use findings::Exit;

use crate::cli::{DoctorArgs, DoctorFormat};
use crate::command::gate;
use crate::console;
use crate::doctor::{self, Examined};
use crate::failure::Failure;
use crate::surroundings::{self, Env};

pub(crate) fn run(roots: &[PathBuf], args: &DoctorArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let here = std::env::current_dir().map_err(|error| {
        Failure::could_not_run(format_args!("failed to find the current folder: {error}"))
    })?;
    let examine = |root: &PathBuf| Ok(Examined::of(root, &here, gate::cache(None, root, env)?, env));
    let examined = Examined::together(roots.iter().map(examine).collect::<Result<_, Failure>>()?);
    console::print(&match args.format {
        DoctorFormat::Human => doctor::human(&examined, surroundings::colour(env, &std::io::stdout())),
        DoctorFormat::Json => doctor::json(&examined),
    });
    Ok(examined.exit())
}
