//! `drill`: known faults, planted in a temporary copy, each caught or not.

use std::io::IsTerminal;
use std::path::Path;

use findings::Exit;

use crate::cli::DrillArgs;
use crate::command::gate::cache;
use crate::console;
use crate::drill::{Drill, drill, table, workspace_around};
use crate::failure::Failure;
use crate::surroundings::Env;

/// Plants the faults and prints what became of them. Ends with 1 if one slipped through or a guard spoke that had
/// nothing to say, with 3 if a fault could not be planted.
pub(crate) fn run(root: &Path, args: &DrillArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let workspace = workspace_around(root)?;
    let terminal = std::io::stderr().is_terminal();
    let outcome = drill(&Drill {
        workspace: &workspace,
        tier: args.tier.into(),
        keep: args.keep,
        cache: &|folder| cache(None, folder, env),
        progress: &|next| {
            if terminal {
                console::say(format_args!("{next} .."));
            }
        },
    })?;
    console::print(&table(&outcome));
    Ok(if outcome.is_good() { Exit::Clean } else { Exit::Blocked })
}
