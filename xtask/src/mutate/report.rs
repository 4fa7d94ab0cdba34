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
}

/// A survivor that nobody explains, with its diff; nothing of any other mutant.
pub(crate) fn survivor(tried: &Tried, excused: &Excused, sources: &[Source]) -> String {
    let Tried { mutant, outcome } = tried;
    if *outcome != Outcome::Unseen || excused.is_equivalent(mutant) || excused.is_known(mutant) {
        return String::new();
    }
    let Mutant { id, operator, file, line, .. } = mutant;
    let mut text = format!("not seen: {id} {operator} at {file}:{line}\n");
    for line in mutant.diff(text_of(mutant, sources)).lines() {
        let _ = writeln!(text, "    {line}");
    }
    text
}

fn text_of<'a>(mutant: &Mutant, sources: &'a [Source]) -> &'a str {
    sources.iter().find(|source| source.path == mutant.file).map_or("", |source| &source.text)
}

/// What is wrong with the excuses, and the counts. The survivors were shown when they were found.
pub(crate) fn human(report: &Report) -> String {
    let mut text = String::new();
    for fault in &report.faults {
        let _ = writeln!(text, "mutants.yaml: {fault}");
    }
    let summary = report.summary();
    let share = summary.share() * 100.0;
    let _ = writeln!(
        text,
        "{}: {share:.1} % seen: {} of {} (of them {} broke the service); {} not seen, {} not seen for a reason, {} \
         equivalent, {} do not build, {} timed out",
        report.service,
        summary.seen,
        summary.seen + summary.unseen + summary.known,
        summary.broke,
        summary.unseen,
        summary.known,
        summary.equivalent,
        summary.unbuildable,
        summary.timed_out,
    );
    text
}

/// All services with every mutant.
pub(crate) fn json(reports: &[Report], minimum: u8) -> Value {
    let services: Vec<Value> = reports.iter().map(|report| service(report, minimum)).collect();
    json!({"schema": "gatefold.mutants/1", "minimum": minimum, "services": services})
}

fn service(report: &Report, minimum: u8) -> Value {
    let mut value = counted(report, minimum);
    let outcomes = report.tried.iter().map(|tried| outcome(tried, &report.excused, &report.sources));
    value["mutants"] = outcomes.collect();
    value
}

/// One service without its mutants.
pub(crate) fn counted(report: &Report, minimum: u8) -> Value {
    json!({
        "service": report.service,
        "good": report.is_good(minimum),
        "share": report.summary().share(),
        "counts": report.summary(),
        "faults": report.faults,
    })
}

/// One mutant and what became of it.
pub(crate) fn outcome(tried: &Tried, excused: &Excused, sources: &[Source]) -> Value {
    let mut value = described(&tried.mutant);
    let (outcome, more) = match &tried.outcome {
        Outcome::Seen { changed, of, worst } => {
            ("seen", json!({"changed": changed, "of": of, "worst": worst.name()}))
        }
        Outcome::Broke(reason) => ("broke", json!({"reason": reason})),
        Outcome::Unseen if excused.is_equivalent(&tried.mutant) => ("equivalent", json!({})),
        Outcome::Unseen if excused.is_known(&tried.mutant) => ("known", json!({})),
        Outcome::Unseen => ("unseen", json!({"diff": tried.mutant.diff(text_of(&tried.mutant, sources))})),
        Outcome::Unbuildable => ("unbuildable", json!({})),
        Outcome::TimedOut => ("timed-out", json!({})),
    };
    value["outcome"] = Value::from(outcome);
    if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
        value.extend(more);
    }
    value
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

#[cfg(test)]
mod tests {
    use golden::mutants::catalogue;

    use super::*;

    fn report(excused: &str) -> Report {
        let text = "fn rank() {\n    a == b;\n    c + d;\n}\n".to_owned();
        let sources = vec![Source { path: "src/lib.rs".to_owned(), text }];
        let mutants = catalogue(&sources).expect("it parses");
        let outcomes =
            [Outcome::Seen { changed: 3, of: 9, worst: golden::compare::Class::Order }, Outcome::Unseen];
        let tried = mutants.into_iter().zip(outcomes).map(|(mutant, outcome)| Tried { mutant, outcome });
        let tried: Vec<Tried> = tried.collect();
        let excused = excused.replace("ID", &tried[1].mutant.id);
        let excused = Excused::parse("mutants.yaml", &excused).expect("it parses");
        Report { service: "queue".to_owned(), sources, tried, excused, faults: Vec::new() }
    }

    fn shown(report: &Report, index: usize) -> String {
        survivor(&report.tried[index], &report.excused, &report.sources)
    }

    const NONE: &str = "unseen: []";

    #[test]
    fn a_survivor_is_shown_with_its_diff_and_is_not_good() {
        let report = report(NONE);
        let [seen, unseen] = [0, 1].map(|index| shown(&report, index));
        assert_eq!(seen, "");
        assert!(
            unseen.ends_with("arithmetic-changed at src/lib.rs:3\n    -    c + d;\n    +    c - d;\n"),
            "{unseen}"
        );
        let text = human(&report);
        assert!(text.contains("queue: 50.0 % seen: 1 of 2 (of them 0 broke the service); 1 not seen"));
        assert!(!report.is_good(0));
    }

    #[test]
    fn an_excused_survivor_is_good_as_far_as_the_share_goes() {
        let entry = "- id: ID\n  edit: e\n  reason: nothing adds up here\n";
        let known = report(&format!("unseen:\n{entry}"));
        assert!(known.is_good(50) && !known.is_good(51));
        assert_eq!(shown(&known, 1), "");
        let equivalent = report(&format!("equivalent:\n{entry}"));
        assert!(equivalent.is_good(100));
        let mut stale = equivalent;
        stale.faults.push("`0` is no mutant".to_owned());
        assert!(!stale.is_good(0) && human(&stale).contains("mutants.yaml: `0` is no mutant"));
    }

    #[test]
    fn programs_read_every_mutant() {
        let value = json(&[report(NONE)], 90);
        assert_eq!(value["schema"], "gatefold.mutants/1");
        let service = &value["services"][0];
        assert_eq!((&service["share"], &service["good"]), (&Value::from(0.5), &Value::from(false)));
        assert_eq!(service["counts"]["seen"], 1);
        let [seen, unseen] = [&service["mutants"][0], &service["mutants"][1]];
        assert_eq!(
            (&seen["outcome"], &seen["changed"], &seen["worst"]),
            (&"seen".into(), &3.into(), &"order".into())
        );
        assert_eq!((&unseen["outcome"], &unseen["line"]), (&"unseen".into(), &3.into()));
        assert_eq!(unseen["diff"], "-    c + d;\n+    c - d;\n");
        assert_eq!(counted(&report(NONE), 90)["counts"], service["counts"]);
    }
}
