//! What became of mutants, for people and for programs.

use std::fmt::Write as _;

use golden::mutants::{Excused, Mutant, Outcome, Source, Summary, Tried};
use serde_json::{Value, json};

/// The mutants of one service and what became of them.
pub(crate) struct Report {
    pub(crate) service: String,
    pub(crate) sources: Vec<Source>,
    pub(crate) tried: Vec<Tried>,
    pub(crate) excused: Excused,
    /// What is wrong with the file of excused mutants.
    pub(crate) faults: Vec<String>,
}

impl Report {
    pub(crate) fn summary(&self) -> Summary {
        Summary::of(&self.tried, &self.excused)
    }

    /// Whether nothing is left to explain, and at least this share in percent is seen.
    pub(crate) fn is_good(&self, minimum: u8) -> bool {
        let summary = self.summary();
        summary.unseen == 0 && self.faults.is_empty() && summary.share() * 100.0 >= f64::from(minimum)
    }

    fn survivors(&self) -> impl Iterator<Item = &Mutant> {
        let unexplained =
            |mutant: &&Mutant| !self.excused.is_equivalent(mutant) && !self.excused.is_known(mutant);
        let unseen = self.tried.iter().filter(|tried| tried.outcome == Outcome::Unseen);
        unseen.map(|tried| &tried.mutant).filter(unexplained)
    }

    fn text(&self, mutant: &Mutant) -> &str {
        self.sources.iter().find(|source| source.path == mutant.file).map_or("", |source| &source.text)
    }
}

/// Survivors with their diffs, what is wrong with the excuses, and the counts.
pub(crate) fn human(report: &Report) -> String {
    let mut text = String::new();
    for mutant in report.survivors() {
        let _ =
            writeln!(text, "not seen: {} {} at {}:{}", mutant.id, mutant.operator, mutant.file, mutant.line);
        for line in mutant.diff(report.text(mutant)).lines() {
            let _ = writeln!(text, "    {line}");
        }
    }
    for fault in &report.faults {
        let _ = writeln!(text, "mutants.yaml: {fault}");
    }
    let summary = report.summary();
    let share = summary.share() * 100.0;
    let _ = writeln!(
        text,
        "{}: {share:.1} % seen: {} of {} (of them {} broke the service and {} timed out); {} not seen, {} not seen for a \
         reason, {} equivalent, {} do not build",
        report.service,
        summary.seen,
        summary.seen + summary.unseen + summary.known,
        summary.broke,
        summary.timed_out,
        summary.unseen,
        summary.known,
        summary.equivalent,
        summary.unbuildable,
    );
    text
}

/// All services with every mutant.
pub(crate) fn json(reports: &[Report], minimum: u8) -> Value {
    let services: Vec<Value> = reports.iter().map(|report| service(report, minimum)).collect();
    json!({"schema": "gatefold.mutants/1", "minimum": minimum, "services": services})
}

fn service(report: &Report, minimum: u8) -> Value {
    let mutants = report.tried.iter().map(|tried| {
        let mut value = described(&tried.mutant);
        let (outcome, more) = match &tried.outcome {
            Outcome::Seen { changed, of, worst } => {
                ("seen", json!({"changed": changed, "of": of, "worst": worst.name()}))
            }
            Outcome::Broke(reason) => ("broke", json!({"reason": reason})),
            Outcome::Unseen if report.excused.is_equivalent(&tried.mutant) => ("equivalent", json!({})),
            Outcome::Unseen if report.excused.is_known(&tried.mutant) => ("known", json!({})),
            Outcome::Unseen => ("unseen", json!({"diff": tried.mutant.diff(report.text(&tried.mutant))})),
            Outcome::Unbuildable => ("unbuildable", json!({})),
            Outcome::TimedOut => ("timed-out", json!({})),
        };
        value["outcome"] = Value::from(outcome);
        if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
            value.extend(more);
        }
        value
    });
    json!({
        "service": report.service,
        "good": report.is_good(minimum),
        "share": report.summary().share(),
        "counts": report.summary(),
        "faults": report.faults,
        "mutants": mutants.collect::<Vec<_>>(),
    })
}

fn described(mutant: &Mutant) -> Value {
    json!({
        "id": mutant.id,
        "operator": mutant.operator,
        "file": mutant.file,
        "line": mutant.line,
        "item": mutant.item,
        "edit": mutant.edit(),
    })
}

/// The mutants that there are, one a line.
pub(crate) fn listed(mutants: &[Mutant]) -> String {
    let line =
        |mutant: &Mutant| format!("{} {} :{} {}\n", mutant.id, mutant.operator, mutant.line, mutant.edit());
    mutants.iter().map(line).collect()
}
