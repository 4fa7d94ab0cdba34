//! `stats`: what each rule and each agent brought, over saved reports.

use findings::Exit;

use crate::cli::{StatsArgs, StatsFormat};
use crate::console;
use crate::failure::Failure;
use crate::stats::{self, Stats, files, let_go};

/// Counts one report after the other, and keeps none.
pub(crate) fn run(args: &StatsArgs) -> Result<Exit, Failure> {
    let files = files::named(&args.reports)?;
    let mut stats = Stats::default();
    for (at, meant) in files.iter().enumerate() {
        if at % 100 == 0 {
            console::progress(format_args!("{at} of {} reports", files.len()));
        }
        stats.take(meant);
    }
    console::end_progress();
    for file in let_go::files(&args.let_go)? {
        stats.take_let_go(&file);
    }
    let counted = stats.finish();
    if counted.reports == 0 && counted.broken.is_empty() {
        let found = counted.others;
        return Err(Failure::usage(format_args!(
            "no report is among the {found} files found; `--output json=FILE` of `gate` writes one"
        )));
    }
    for broken in &counted.broken {
        console::say(format_args!("warning: not counted: {}: {}", broken.file, broken.why));
    }
    console::print(&match args.format {
        StatsFormat::Human => stats::human(&counted, args.by),
        StatsFormat::Json => stats::json(&counted, args.by),
        StatsFormat::Csv => stats::csv(&counted, args.by),
    });
    Ok(if counted.broken.is_empty() { Exit::Clean } else { Exit::CouldNotRun })
}
