//! The findings of a report, counted.

use crate::{Level, Report, Status};

/// How many findings there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// New ones that block, or would block were the run not in observe mode.
    pub errors: usize,
    /// New ones that advise.
    pub warnings: usize,
    /// New ones that inform.
    pub notes: usize,
    /// Those that the base already has.
    pub known: usize,
    /// Those that an exception in the code covers.
    pub excepted: usize,
    /// Those that an approval covers.
    pub approved: usize,
}

impl Tally {
    /// The counts of a report.
    pub fn of(report: &Report) -> Self {
        let mut tally = Tally::default();
        for judged in &report.findings {
            *match (judged.status, judged.finding.level) {
                (Status::New, Level::Error) => &mut tally.errors,
                (Status::New, Level::Warning) => &mut tally.warnings,
                (Status::New, Level::Note) => &mut tally.notes,
                (Status::Known, _) => &mut tally.known,
                (Status::Excepted, _) => &mut tally.excepted,
                (Status::Approved, _) => &mut tally.approved,
            } += 1;
        }
        tally
    }

    /// The new findings in words, such as `2 errors, 1 warning`; `nothing new` where there are none.
    pub fn fresh(&self) -> String {
        let counts = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        let words: Vec<_> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, noun)| plural(count, noun))
            .collect();
        if words.is_empty() { "nothing new".to_owned() } else { words.join(", ") }
    }

    /// The findings that weigh nothing in words, such as `3 known, 1 approved`; empty where there are none.
    pub fn settled(&self) -> String {
        let counts = [(self.known, "known"), (self.excepted, "excepted"), (self.approved, "approved")];
        let words =
            counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
        words.collect::<Vec<_>>().join(", ")
    }
}

/// A count with its noun.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
