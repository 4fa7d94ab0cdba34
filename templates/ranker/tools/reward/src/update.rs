//! From logs of outcomes to a file of beliefs.
use std::fs;
use std::path::{Path, PathBuf};

use reward::Filter;

use crate::beliefs::{WriteError, text, write};
use crate::ledger::Ledger;
use crate::read::{Count, ReadError, read};

/// What to compute beliefs from, and where to write them.
#[derive(Debug, Clone)]
pub struct Update {
    /// The logs of outcomes.
    pub outcomes: Vec<PathBuf>,
    /// The file of beliefs.
    pub beliefs: PathBuf,
    /// The time, in seconds since 1970; what is told to have happened later is garbage.
    pub now: u64,
    /// The largest share of lines that may be garbage, 0 to 1.
    pub garbage: f64,
    /// The most outcomes that are taken.
    pub room: usize,
}

/// What came of an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What was read.
    pub count: Count,
    /// The tracks about which something is believed.
    pub tracks: usize,
    /// Whether the file is another than before.
    pub changed: bool,
}

/// An update that was not done. The file of beliefs is what it was.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The beliefs would take the place of a log.
    #[error("{} is a log of outcomes, so beliefs cannot be written there", .0.display())]
    Log(PathBuf),
    /// A log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Too many lines are no outcomes.
    #[error("{garbage} of {lines} lines are no outcomes, more than a share of {share}{}", first(.shown))]
    Garbage {
        /// How many.
        garbage: usize,
        /// Of how many.
        lines: usize,
        /// The largest share that is taken.
        share: f64,
        /// The first of them, in words.
        shown: Vec<String>,
    },
    /// There is no outcome, which looks more like a lost log than like a day without listeners.
    #[error("there is no outcome to learn from")]
    Nothing,
    /// A belief has no JSON form.
    #[error("failed to encode a belief")]
    Encode(#[from] serde_json::Error),
    /// The file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Computes beliefs from all outcomes, and writes them.
///
/// # Errors
/// An [`UpdateError`] if that was not done.
pub fn update(update: &Update) -> Result<Summary, UpdateError> {
    if let Some(log) = update.outcomes.iter().find(|log| are_one(log, &update.beliefs)) {
        return Err(UpdateError::Log(log.clone()));
    }
    let mut ledger = Ledger::with_room(update.room);
    let mut count = Count::default();
    for path in &update.outcomes {
        read(path, update.now, &mut ledger, &mut count)?;
    }
    if count.garbage as f64 > update.garbage * count.lines as f64 {
        let words = |garbage: &crate::read::Garbage| {
            format!("{}:{}: {}", garbage.path.display(), garbage.line, garbage.problem)
        };
        return Err(UpdateError::Garbage {
            garbage: count.garbage,
            lines: count.lines,
            share: update.garbage,
            shown: count.shown.iter().map(words).collect(),
        });
    }
    let beliefs = ledger.beliefs(&Filter::default());
    if beliefs.is_empty() {
        return Err(UpdateError::Nothing);
    }
    let changed = write(&update.beliefs, &text(&beliefs)?)?;
    Ok(Summary { count, tracks: beliefs.len(), changed })
}

/// Whether two paths lead to one file; not, where one of them leads to none.
fn are_one(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

fn first(shown: &[String]) -> String {
    shown.first().map(|first| format!("; the first is {first}")).unwrap_or_default()
}
