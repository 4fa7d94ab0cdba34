//! What stands below the first screen: facts about the change that nobody has to approve, each block from an analysis of
//! its own.

mod dependencies;

use crate::gate::Judgement;

/// Lines that a block shows; the rest is counted.
const LINES: usize = 12;

/// The blocks, in the order of reading.
pub(crate) struct Below {
    pub(crate) blocks: Vec<Block>,
}

/// One block.
pub(crate) struct Block {
    /// A word that links may use.
    pub(crate) anchor: &'static str,
    pub(crate) title: &'static str,
    /// Prose, with code between backticks.
    pub(crate) lines: Vec<String>,
    /// How many lines were left out.
    pub(crate) rest: usize,
    /// Whether there is nothing to say.
    pub(crate) silent: bool,
    /// What was looked at, or why nothing was.
    pub(crate) looked: String,
}

/// What can be said of a change besides what was found against it.
pub(crate) fn below(judgement: &Judgement) -> Below {
    Below { blocks: vec![dependencies::block(judgement)] }
}

impl Block {
    /// A block of these lines, of which it keeps the first.
    fn of(anchor: &'static str, title: &'static str, mut lines: Vec<String>, looked: String) -> Block {
        let rest = lines.len().saturating_sub(LINES);
        lines.truncate(LINES);
        Block { anchor, title, silent: lines.is_empty(), lines, rest, looked }
    }
}

/// `1 file`, `2 files`.
fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
