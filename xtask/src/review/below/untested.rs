//! Changed functions that no test reaches.

use source::{Code, Part, Reach, Reached};

use super::Block;
use super::changed::Changed;
use crate::review::wording::things;

/// What its block is called by.
pub(crate) const UNREACHED: &str = "unreached";

/// The most files over which tests are followed.
const MAX_FILES: usize = 20_000;

/// Why it is not known what tests lead to.
pub(super) enum Untold {
    /// No function outside of tests changed.
    None,
    /// Nobody looked; says why.
    Unseen(String),
}

/// What tests lead to, or why that is not known.
pub(super) fn reached(head: &Code, changed: &Changed<'_>) -> Result<Reached, Untold> {
    let files = head.files().iter().filter(|info| info.place.is_some()).count();
    if !changed.parts.iter().any(|(part, _)| counts(part)) {
        return Err(Untold::None);
    }
    if files > MAX_FILES {
        let why = format!("the targets have {files} files, more than the {MAX_FILES} that are followed");
        return Err(Untold::Unseen(why));
    }
    Ok(head.reached())
}

/// Whether it is a function that a test could reach.
pub(super) fn counts(part: &Part) -> bool {
    part.is_function && !part.in_test
}

/// Whether no test leads to a function, as far as can be told.
pub(super) fn is_missed(reached: &Result<Reached, Untold>, part: &Part) -> bool {
    let reach = |reached: &Reached| reached.of(&part.file, part.line, part.column);
    counts(part) && reached.as_ref().is_ok_and(|reached| reach(reached) == Some(Reach::Never))
}

/// The functions, in the order of paths and lines.
pub(super) fn block(changed: &Changed<'_>, reached: &Result<Reached, Untold>) -> Block {
    let (anchor, title) = (UNREACHED, "Changed functions that no test reaches");
    let reached = match reached {
        Ok(reached) => reached,
        Err(Untold::None) => {
            let why = "no Rust function outside of tests changed".to_owned();
            return Block::of(anchor, title, Vec::new(), why);
        }
        Err(Untold::Unseen(why)) => return Block::unseen(anchor, title, why.clone()),
    };
    let (mut lines, mut surely, mut perhaps, mut untold) = (Vec::new(), 0, 0, 0);
    for (part, before) in changed.parts.iter().filter(|(part, _)| counts(part)) {
        match reached.of(&part.file, part.line, part.column) {
            Some(Reach::Surely) => surely += 1,
            Some(Reach::Perhaps) => perhaps += 1,
            Some(Reach::Untold) | None => untold += 1,
            Some(Reach::Never) => {
                let newness = if before.is_some() { "changed" } else { "new" };
                lines.push(format!("`{}` in `{}:{}`, {newness}", part.path, part.file, part.line));
            }
        }
    }
    Block::of(anchor, title, lines, looked(reached, changed, [surely, perhaps, untold]))
}

/// How the question was asked, and what the answer leaves open.
fn looked(reached: &Reached, changed: &Changed<'_>, [surely, perhaps, untold]: [usize; 3]) -> String {
    let mut said = match reached.tests {
        0 => "there are no tests".to_owned(),
        tests => format!("followed from {}", things(tests, "test function")),
    };
    said.push_str(&format!("; {} surely reached", things(surely, "changed function")));
    if perhaps > 0 {
        said.push_str(&format!(", {perhaps} perhaps, by the name of a method that several types have"));
    }
    if untold > 0 {
        said.push_str(&format!(
            ", {untold} that cannot be told, which a foreign trait, a macro or the system calls"
        ));
    }
    if changed.left_out > 0 {
        said.push_str(&format!("; {} not compared", things(changed.left_out, "file")));
    }
    said.push_str(
        "; not seen: what runs as another process, tests in documentation, names that macros put together",
    );
    said
}
