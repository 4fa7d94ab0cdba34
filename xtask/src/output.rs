//! Reports as text, for standard output and for files.

use std::io::Write;
use std::path::Path;

use findings::Report;
use findings::render::{self, HumanOptions};

use crate::cli::{Format, RunArgs};
use crate::console;
use crate::failure::{Failure, why_not_written};
use crate::gate::Judgement;
use crate::review;
use crate::surroundings::{self, Env};

/// Prints the report and writes the files that were asked for. It is printed also where a file cannot be written.
pub(crate) fn show(judgement: &Judgement, args: &RunArgs, env: Env<'_>) -> Result<(), Failure> {
    let written = files(judgement, args);
    let color = surroundings::colour(env, &std::io::stdout());
    let options = HumanOptions {
        color,
        width: surroundings::width(env),
        all: args.all,
        times: !args.no_times,
        program: &judgement.scene.called(),
    };
    console::print(&text(judgement, args.format, options));
    written
}

/// Writes the files that were asked for.
pub(crate) fn files(judgement: &Judgement, args: &RunArgs) -> Result<(), Failure> {
    for output in &args.output {
        let program = &judgement.scene.called();
        let options =
            HumanOptions { all: args.all, times: !args.no_times, program, ..HumanOptions::default() };
        write(&output.file, &text(judgement, output.format, options))?;
    }
    Ok(())
}

fn text(judgement: &Judgement, format: Format, options: HumanOptions<'_>) -> String {
    let report: &Report = &judgement.report;
    match format {
        Format::Human => render::human(report, &|file| judgement.scene.change.head.text(file).ok(), &options),
        Format::Json => render::json(report, options.times),
        Format::Sarif => render::sarif(report, judgement.scene.prefix(), options.program),
        Format::Github => render::github_below(report, judgement.scene.prefix()),
        Format::Gitlab => render::gitlab(report, judgement.scene.prefix()),
        Format::Junit => render::junit(report, judgement.scene.prefix(), options.times),
        Format::Markdown => {
            let picture = review::summary(judgement);
            let room = render::MARKDOWN_LIMIT.saturating_sub(picture.len());
            format!("{}{picture}", render::markdown_within(report, room))
        }
    }
}

/// Writes a file of the tree by its path from the root, and makes the folders above it.
pub(crate) fn save(root: &Path, path: &str, text: &str) -> Result<(), Failure> {
    let file = root.join(path);
    if let Some(above) = file.parent() {
        std::fs::create_dir_all(above).map_err(|error| {
            Failure::could_not_run(format_args!("failed to make the folder `{}`: {error}", above.display()))
        })?;
    }
    write(&file, text)
}

/// Writes a file that the user named. A stream such as GitHub's step summary is appended to.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        Failure::could_not_run(format_args!(
            "failed to write `{}`: {}",
            file.display(),
            why_not_written(&error)
        ))
    };
    let mut open = std::fs::OpenOptions::new();
    let summary = std::env::var_os("GITHUB_STEP_SUMMARY").is_some_and(|summary| summary == file.as_os_str());
    let open = if summary { open.append(true) } else { open.write(true).truncate(true) };
    open.create(true).open(file).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)
}
