//! Whether a guard looked: "nothing" is said of what was looked at, and of nothing else.

use findings::render::words;
use findings::{GuardRun, Outcome, Report};

/// Whether a guard looked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Looked {
    /// At how much.
    At(String),
    /// It did not; says why as a clause, and whether it should have.
    Not { why: String, failed: bool },
}

impl Looked {
    /// Whether a run looked at anything at all.
    pub(crate) fn of(run: Option<&GuardRun>) -> Looked {
        let Some(run) = run else { return Looked::not("not asked") };
        match run.outcome {
            Outcome::Clean | Outcome::Findings if run.checked.values().all(|count| *count == 0) => {
                Looked::not("there was nothing for it to look at")
            }
            Outcome::Clean | Outcome::Findings => Looked::At(words::looked_at(run)),
            outcome => {
                let why = run.reason.clone().unwrap_or_else(|| words::outcome(outcome).to_owned());
                Looked::Not { why, failed: outcome == Outcome::CouldNotRun }
            }
        }
    }

    /// Whether a guard looked at any of what it counts under these names.
    pub(crate) fn at_any(report: &Report, guard: &str, counts: &[&str]) -> Looked {
        let run = report.guards.iter().find(|run| run.guard == guard);
        match (Looked::of(run), run) {
            (Looked::At(_), Some(run)) => {
                let told: Vec<String> =
                    counts.iter().filter_map(|name| Some((*name, count(run, name)?))).map(told).collect();
                match told.is_empty() {
                    true => Looked::not(&format!("it looked at no {}", or(counts))),
                    false => Looked::At(told.join(", ")),
                }
            }
            (looked, _) => looked,
        }
    }

    fn not(why: &str) -> Looked {
        Looked::Not { why: why.to_owned(), failed: false }
    }
}

/// How much a guard counted under a name, where that is anything.
fn count(run: &GuardRun, name: &str) -> Option<u64> {
    run.checked.get(name).copied().filter(|count| *count > 0)
}

/// The same by the guard's name.
pub(crate) fn counted(report: &Report, guard: &str, name: &str) -> u64 {
    report.guards.iter().find(|run| run.guard == guard).and_then(|run| count(run, name)).unwrap_or(0)
}

fn told((name, count): (&str, u64)) -> String {
    format!("{count} {}", if count == 1 { name.strip_suffix('s').unwrap_or(name) } else { name })
}

fn or(names: &[&str]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and no {last}", first.join(", no ")),
        names => names.concat(),
    }
}
