//! Shell scripts, read as far as it takes to say which commands run and whose failure counts.
//!
//! Nothing is expanded and nothing is refused: a fragment of a workflow or a recipe is no whole script, and a reader
//! that gives up on what it does not know would let it pass. Reading is linear, and its depth is bounded. A parser of
//! bash overflows the stack on a few thousand nested conditions, which ends the process and not only the file.

mod meaning;
mod simple;
mod tree;
mod walk;
mod words;

#[cfg(test)]
mod tests;

pub(super) use walk::{Shell, commands};
