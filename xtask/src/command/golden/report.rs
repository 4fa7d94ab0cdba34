//! `golden report`: what became of the rankings, for people.

use std::path::{Path, PathBuf};

use findings::{Exit, JudgedFinding, Status, Tier, Verdict as Judged};
use golden::partial::{Partial, merge};
use golden::report::{self, Report, Verdict};

use crate::cli::{ReportArgs, ReportFormat};
use crate::command::gate::{base_request, cache};
use crate::console;
use crate::failure::Failure;
use crate::gate::{Judgement, judge};
use crate::output;
use crate::review::{facts, witness};
use crate::scene::Ask;
use crate::surroundings::{self, Env};

/// Writes the report to the files that were asked for, and prints it. A report informs: what blocks is the gate's to
/// say, and only what could not be looked at is a failure here.
pub(crate) fn run(root: &Path, args: &ReportArgs, env: Env<'_>) -> Result<Exit, Failure> {
    let judgement = judge(Ask {
        root: root.to_owned(),
        base: base_request(args.base.as_deref()),
        surroundings: surroundings::of(env),
        tier: Tier::Static,
        intent: None,
        only: vec!["golden".to_owned()],
        files: None,
        bootstrap: true,
        cache: cache(None, root, env)?,
        today: surroundings::today(),
    })?;
    let report = match args.partials.as_slice() {
        [] => of_recorded(&judgement)?,
        files => of_partials(&judgement, files)?,
    };
    if let Some(file) = &args.html {
        output::write(file, &report::html(&report))?;
    }
    if let Some(file) = &args.markdown {
        output::write(file, &report::markdown(&report))?;
    }
    match args.format {
        ReportFormat::Human => {
            let color = surroundings::colour(env, &std::io::stdout());
            console::print(&report::human(&report, color, surroundings::width(env)));
        }
        ReportFormat::Json => console::print(&report.json()),
    }
    let is_unread = report.corpora.iter().any(|corpus| corpus.unread.is_some());
    let failed =
        judgement.report.verdict() == Judged::Error || is_unread && judgement.report.base.commit.is_some();
    Ok(if failed { Exit::CouldNotRun } else { Exit::Clean })
}

/// Base against head, as they are recorded.
fn of_recorded(judgement: &Judgement) -> Result<Report, Failure> {
    let change = &judgement.scene.change;
    let policy: golden::Policy = judgement.scene.effective.section("golden")?;
    let mut facts = facts(&judgement.report, change.files.len());
    facts.insert(1, "rankings as they are recorded".to_owned());
    let verdicts = judgement.report.findings.iter().filter_map(verdict).collect();
    Ok(Report::new(facts, verdicts, report::recorded(change, &policy)))
}

/// What the services answered, asked in shards.
fn of_partials(judgement: &Judgement, files: &[PathBuf]) -> Result<Report, Failure> {
    let policy: golden::Policy = judgement.scene.effective.section("golden")?;
    let mut partials = Vec::with_capacity(files.len());
    for file in files {
        let failed = |reason: String| {
            Failure::could_not_run(format_args!("failed to read `{}`: {reason}", file.display()))
        };
        let size = std::fs::metadata(file).map_err(|error| failed(error.to_string()))?.len();
        if size > golden::partial::MAX_BYTES {
            return Err(failed(format!(
                "it has {size} bytes, more than the {} that are read",
                golden::partial::MAX_BYTES
            )));
        }
        let text = std::fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
        partials.push((file.display().to_string(), Partial::parse(&text).map_err(failed)?));
    }
    let whole = merge(partials).map_err(Failure::could_not_run)?;
    let facts = vec![
        format!("answers of services built from {}", whole.partial.head),
        format!("{} shards", whole.shards),
        format!("Gatefold {}", whole.partial.tool),
    ];
    Ok(Report::new(facts, Vec::new(), report::of_whole(&whole, &policy)))
}

fn verdict(judged: &JudgedFinding) -> Option<Verdict> {
    let finding = &judged.finding;
    let status = match judged.status {
        Status::New if judged.blocks() => "blocks",
        Status::New => "advises",
        Status::Approved => "approved",
        Status::Excepted | Status::Known => return None,
    };
    // The worst request stands among the witnesses.
    let message = witness(finding).map_or(finding.message.as_str(), |(count, _)| count);
    Some(Verdict { rule: finding.rule.id.to_owned(), status, message: message.to_owned() })
}
