//! The first screen: five questions, each always there, in one order.

mod callers;
mod listeners;
mod merge;
#[cfg(test)]
mod tests;
mod unchecked;
mod weakened;

use super::answer::Answer;
use super::below::Below;
use super::seen::Seen;

#[cfg(test)]
pub(crate) use tests::judged;

/// The answers that tell what a change does, by which claims are measured.
pub(crate) struct Measured {
    pub(crate) weakened: Answer,
    pub(crate) listeners: Answer,
    pub(crate) callers: Answer,
}

/// What a change does.
pub(crate) fn measured(seen: &Seen<'_>) -> Measured {
    Measured {
        weakened: weakened::answer(seen),
        listeners: listeners::answer(seen),
        callers: callers::answer(seen),
    }
}

/// All five answers, in the order in which they are read.
pub(crate) fn answers(seen: &Seen<'_>, below: &Below, measured: Measured) -> [Answer; 5] {
    let Measured { weakened, listeners, callers } = measured;
    let unchecked = unchecked::answer(seen, below, [&weakened, &listeners, &callers]);
    let answers = [merge::answer(seen, &unchecked), weakened, listeners, callers, unchecked];
    match seen.judgement.report.observe {
        true => answers.map(Answer::observed),
        false => answers,
    }
}
