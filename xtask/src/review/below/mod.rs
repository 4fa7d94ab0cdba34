//! What stands below the first screen: facts about the change that nobody has to approve, each block from an analysis of
//! its own.

mod changed;
mod dependencies;
mod duplicates;
mod landed;
mod places;
mod public;
mod topics;
mod untested;

use crate::gate::Judgement;
use changed::{Changed, Sides};
pub(crate) use dependencies::{Compared, News, compared};
pub(crate) use untested::UNREACHED;

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
    /// Whether nobody looked: then there may be something.
    pub(crate) unseen: bool,
    /// What was looked at, or why nothing was.
    pub(crate) looked: String,
}

/// What can be said of a change besides what was found against it.
pub(crate) fn below(judgement: &Judgement) -> Below {
    let scene = &judgement.scene;
    let sides = Sides::of(&scene.change, scene.base_code(), scene.head_code());
    let changed = Changed::of(&scene.change, &sides);
    let reached = untested::reached(scene.head_code(), &changed);
    let blocks = [
        landed::block(judgement),
        Some(places::block(judgement, &changed, &reached)),
        Some(untested::block(&changed, &reached)),
        Some(public::block(judgement, &sides)),
        Some(dependencies::block(judgement)),
        Some(duplicates::block(scene.head_code(), &changed)),
    ];
    Below { blocks: blocks.into_iter().flatten().collect() }
}

impl Block {
    /// A block of these lines, of which it keeps the first.
    fn of(anchor: &'static str, title: &'static str, mut lines: Vec<String>, looked: String) -> Block {
        let rest = lines.len().saturating_sub(LINES);
        lines.truncate(LINES);
        Block { anchor, title, silent: lines.is_empty(), unseen: false, lines, rest, looked }
    }

    /// A block about what nobody looked at, and why.
    fn unseen(anchor: &'static str, title: &'static str, why: impl Into<String>) -> Block {
        Block { unseen: true, ..Block::of(anchor, title, Vec::new(), why.into()) }
    }
}
