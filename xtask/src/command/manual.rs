//! `completions` and `man`: what a shell and a reader of manuals need, made from the command line itself.

use findings::Exit;

use crate::cli::{Called, CompletionsArgs, ManArgs, command_line};
use crate::console;
use crate::failure::Failure;

const NAME: &str = "gatefold";

/// Prints what a shell reads to complete `gatefold`.
pub(crate) fn completions(args: &CompletionsArgs) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command_line(Called::Installed), NAME, &mut script);
    console::print(&String::from_utf8_lossy(&script));
    Exit::Clean
}

/// Prints the manual page, or writes one a command.
pub(crate) fn man(args: &ManArgs) -> Result<Exit, Failure> {
    let Some(folder) = &args.dir else {
        let mut page = Vec::new();
        let rendered = clap_mangen::Man::new(command_line(Called::Installed)).render(&mut page);
        rendered
            .map_err(|error| Failure::could_not_run(format_args!("failed to write the page: {error}")))?;
        console::print(&String::from_utf8_lossy(&page));
        return Ok(Exit::Clean);
    };
    let failed = |error: std::io::Error| {
        Failure::could_not_run(format_args!("failed to write pages into `{}`: {error}", folder.display()))
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(command_line(Called::Installed), folder).map_err(failed)?;
    console::say(format_args!("wrote the pages into {}", folder.display()));
    Ok(Exit::Clean)
}
