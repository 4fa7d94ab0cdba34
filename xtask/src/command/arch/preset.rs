//! `arch --preset NAME`: the rules that a preset takes over, as a policy.

use std::path::Path;

use arch::Preset;
use findings::Exit;
use source::{BaseRequest, Code};

use crate::cli::{Format, RunArgs};
use crate::command::gate;
use crate::console;
use crate::failure::Failure;
use crate::surroundings::{self, Env};

/// Prints a preset with the packages of the working tree where it speaks of folders.
pub(crate) fn run(root: &Path, preset: Preset, args: &RunArgs, env: Env<'_>) -> Result<Exit, Failure> {
    if args.format != Format::Human {
        return Err(Failure::usage("`--preset` prints YAML for gatefold.yaml; leave `--format` out"));
    }
    let head = source::open(root, &BaseRequest::None, &surroundings::of(env))?.head;
    let code = Code::read(&head, &gate::cache(args.against.cache_dir.as_deref(), root, env)?);
    console::print(&preset.text_for(&code.workspace));
    Ok(Exit::Clean)
}
