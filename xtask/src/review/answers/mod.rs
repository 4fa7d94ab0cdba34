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

/// The answers, in the order in which they are read.
pub(crate) fn answers(seen: &Seen<'_>, below: &Below) -> [Answer; 5] {
    let [weakened, listeners, callers] =
        [weakened::answer(seen), listeners::answer(seen), callers::answer(seen)];
    let unchecked = unchecked::answer(seen, below, [&weakened, &listeners, &callers]);
    [merge::answer(seen, &unchecked), weakened, listeners, callers, unchecked]
}
