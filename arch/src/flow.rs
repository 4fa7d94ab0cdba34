//! Which stages a function puts together: what it names, in the order in which it gets into the value that it gives back.

mod walk;

use std::collections::HashMap;
use std::sync::Arc;

use source::{Body, Code, ItemKind, Piece};

use crate::map::Map;
use crate::path::join;

pub(crate) use walk::{Put, put_together};

/// How many calls within one another are followed.
const MAX_CALLS: usize = 8;

/// A stage that a function names.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Which of the stages it is.
    pub(crate) stage: usize,
    /// Which mention it is: one in a helper that is called twice is two.
    id: u32,
    /// Where the function names it, or calls what does.
    pub(crate) site: Site,
    /// Where what it calls names it.
    pub(crate) within: Option<Site>,
    /// Under which conditions it is there.
    arms: Vec<Arm>,
    /// Whether it may be there several times.
    pub(crate) looped: bool,
    /// Whether it was not seen to get into the value.
    pub(crate) loose: bool,
}

/// A place in the code.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) file: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// One way that a condition takes: the condition's number and the way's.
type Arm = (u32, u32);

/// The ways of a condition.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fork {
    /// Those that go on.
    ways: Vec<u32>,
    /// Whether one of them is surely taken.
    whole: bool,
}

impl Step {
    /// Whether one of two is never there with the other.
    pub(crate) fn excludes(&self, other: &Step) -> bool {
        let other_way =
            |(fork, way): &Arm| self.arms.iter().any(|(mine, taken)| mine == fork && taken != way);
        other.arms.iter().any(other_way)
    }

    /// Whether both are the same mention.
    pub(crate) fn is(&self, other: &Step) -> bool {
        self.id == other.id
    }
}

/// Whether one of the steps is there, whichever way conditions take.
pub(crate) fn is_sure(steps: &[&Step], forks: &[Fork]) -> bool {
    let arms: Vec<Vec<Arm>> = steps.iter().map(|step| step.arms.clone()).collect();
    covers(&arms, forks, 0)
}

fn covers(arms: &[Vec<Arm>], forks: &[Fork], depth: u32) -> bool {
    if arms.iter().any(Vec::is_empty) {
        return true;
    }
    // Conditions within conditions: what is deeper is taken to be unsure.
    if depth > 6 {
        return false;
    }
    let asked = arms.iter().flatten().map(|(fork, _)| *fork);
    let mut asked: Vec<u32> = asked.filter(|fork| forks[*fork as usize].whole).collect();
    asked.sort_unstable();
    asked.dedup();
    asked.iter().any(|fork| {
        forks[*fork as usize].ways.iter().all(|way| {
            let on_way =
                arms.iter().filter(|arms| !arms.iter().any(|(other, taken)| other == fork && taken != way));
            let rest: Vec<Vec<Arm>> = on_way
                .map(|arms| arms.iter().filter(|(other, _)| other != fork).copied().collect())
                .collect();
            covers(&rest, forks, depth + 1)
        })
    })
}

/// A function that somebody may call or the policy may mean.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// With the place of its module in front.
    pub(crate) name: String,
    /// Its canonical path.
    pub(crate) path: String,
    pub(crate) krate: Option<usize>,
    pub(crate) file: Arc<str>,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// Every function, as far as the rules look.
pub(crate) fn functions(map: &Map<'_>) -> Vec<Function> {
    let functions = map.items().filter(|(_, item)| item.kind() == ItemKind::Function);
    let function = functions.map(|(place, item)| {
        let around = item.outer().map(|outer| join(place, outer.name()));
        Function {
            name: join(around.as_deref().unwrap_or(place), item.name()),
            path: item.path(),
            krate: item.module().and_then(|module| map.names.modules()[module].krate),
            file: item.file().clone(),
            line: item.line(),
            column: item.column(),
        }
    });
    function.collect()
}

/// The bodies of some functions and of those of the same crates that they call, by crate and canonical path.
pub(crate) fn bodies(code: &Code, all: &[Function], wanted: &[&Function]) -> HashMap<(usize, String), Body> {
    let mut at: HashMap<(&str, u32, u32), &Function> = HashMap::new();
    let mut by_path: HashMap<(usize, &str), &Function> = HashMap::new();
    for function in all.iter().filter(|function| wanted.iter().any(|wanted| wanted.krate == function.krate)) {
        let Some(krate) = function.krate else { continue };
        at.entry((&*function.file, function.line, function.column)).or_insert(function);
        by_path.entry((krate, &function.path)).or_insert(function);
    }
    let mut found: HashMap<(usize, String), Body> = HashMap::new();
    let mut read: Vec<&str> = Vec::new();
    let mut next: Vec<&str> = wanted.iter().map(|function| &*function.file).collect();
    for _ in 0..=MAX_CALLS {
        next.sort_unstable();
        next.dedup();
        next.retain(|file| !read.contains(file));
        if next.is_empty() {
            break;
        }
        let bodies = code.bodies(&|file| next.binary_search(&file.path.as_str()).is_ok());
        read.append(&mut next);
        for body in bodies {
            let Some(function) = at.get(&(body.file.as_str(), body.line, body.column)) else { continue };
            let Some(krate) = function.krate else { continue };
            let mut called = Vec::new();
            calls(&body.does, &mut called);
            let called = called.into_iter().filter_map(|path| by_path.get(&(krate, path)));
            next.extend(called.map(|function| &*function.file));
            found.insert((krate, function.path.clone()), body);
        }
    }
    found
}

/// The canonical paths of what is called.
fn calls<'p>(piece: &'p Piece, found: &mut Vec<&'p str>) {
    let mut waiting = vec![piece];
    while let Some(piece) = waiting.pop() {
        match piece {
            Piece::Path(path) => {
                found.extend(path.canonical.as_deref().filter(|_| path.called));
                waiting.extend(&path.arguments);
            }
            Piece::Method { receiver, arguments, .. } => {
                waiting.push(receiver);
                waiting.extend(arguments);
            }
            Piece::Group(parts)
            | Piece::Block { statements: parts, .. }
            | Piece::Fork { arms: parts, .. } => {
                waiting.extend(parts);
            }
            Piece::Let { value, .. } | Piece::Assign { value, .. } => waiting.push(value),
            Piece::Loop(inner) | Piece::Closure(inner) | Piece::Return(inner) => waiting.push(inner),
            Piece::Diverge => {}
        }
    }
}
