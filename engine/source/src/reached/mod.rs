//! Which functions tests lead to, over what they name: plain data, read on demand.

mod graph;
mod mentions;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use crate::code::{Code, FileInfo};
use crate::workspace::TargetKind;
use graph::Graph;

/// What tests lead to.
#[derive(Debug, Default)]
pub struct Reached {
    found: HashMap<(Arc<str>, u32, u32), Reach>,
    /// Functions that are there for tests: where it begins.
    pub tests: usize,
    /// Functions that were looked at, those for tests left out.
    pub functions: usize,
}

/// Whether a test leads to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Over paths that name the functions on the way, or over methods that only one type has.
    Surely,
    /// Only over the name of a method that several types have, or over what stands in no function: types of values are
    /// not known.
    Perhaps,
    /// Nobody has to name it: `main`, and what implements a trait from elsewhere or one that is generated.
    Untold,
    /// No test does, over anything that names it.
    Never,
}

impl Reached {
    /// Whether a test leads to the function whose name stands there; `None` where no function was seen.
    pub fn of(&self, file: &str, line: u32, column: u32) -> Option<Reach> {
        self.found.get(&(Arc::from(file), line, column)).copied()
    }
}

impl Code {
    /// Which functions tests lead to. Reads every file of every target again, but for benchmarks and examples.
    ///
    /// A path is followed to what it means, a method by its name to every type that has one of that name, a macro to
    /// what its body names. What a macro makes out of parts of names, what another process calls and tests in
    /// documentation are not seen.
    pub fn reached(&self) -> Reached {
        let graph = Graph::of(self);
        let wanted = |info: &FileInfo| {
            let target = info.place.as_ref().map(|place| place.target);
            target.is_some_and(|target| !matches!(target, TargetKind::Bench | TargetKind::Example))
        };
        let read = self.each_file(&wanted, &|file| mentions::read(self.names(), file, &graph.known));
        graph.walk(read)
    }
}
