//! What the tests of every guard share: the examples in the documentation of a rule are the tests of that rule.

mod conventions;
#[cfg(test)]
mod tests;

use crate::Rule;
use crate::docs::{self, Block};

pub use conventions::{check_message, check_registry};

/// A fenced block in the documentation of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The first word of the fence: `bad`, `good`, or the name of an input such as `old`, `new`, `base`, `head`.
    pub kind: String,
    /// What stands behind that word on the line of the fence, for instance a language, or `bad` on the second
    /// fence of a pair.
    pub attributes: String,
    /// The block without its markers, each line ended by a line feed.
    pub text: String,
    /// The lines of `text` that must fire, counting from 1, in order.
    pub marked: Vec<u32>,
    /// The line of the documentation that opens the fence, counting from 1.
    pub line: u32,
}

impl Example {
    /// Whether the fence carries this word, as its kind or among its attributes.
    pub fn is(&self, word: &str) -> bool {
        self.kind == word || self.attributes.split_whitespace().any(|attribute| attribute == word)
    }
}

/// Every fenced block in the documentation of a rule that has a kind, in order.
pub fn examples(rule: &Rule) -> Vec<Example> {
    let fences = docs::blocks(rule).into_iter().filter_map(|block| match block {
        Block::Fence(fence) if !fence.kind.is_empty() => Some(fence),
        _ => None,
    });
    fences
        .map(|fence| {
            let (text, marked) = docs::unmarked(fence.lines.iter().copied());
            Example {
                kind: fence.kind.to_owned(),
                attributes: fence.attributes.to_owned(),
                text,
                marked,
                line: fence.line,
            }
        })
        .collect()
}

/// Fails unless the rule fired on the marked lines of the example and on no other. How often it fired on a line
/// does not matter.
///
/// # Panics
/// With the example, and beside each line that differs whether it was missed or fired unmarked.
#[track_caller]
pub fn assert_fires(example: &Example, fired_lines: impl IntoIterator<Item = u32>) {
    let mut fired: Vec<u32> = fired_lines.into_iter().collect();
    fired.sort_unstable();
    fired.dedup();
    if fired == example.marked {
        return;
    }
    let mut shown = String::new();
    for (number, line) in (1u32..).zip(example.text.lines()) {
        let word = match (example.marked.contains(&number), fired.contains(&number)) {
            (true, false) => "MISSED",
            (false, true) => "UNMARKED",
            (true, true) => "fired",
            (false, false) => "",
        };
        shown.push_str(&format!("{word:>9} {number:>3} | {line}\n"));
    }
    let outside: Vec<_> =
        fired.iter().filter(|&&line| line == 0 || line as usize > example.text.lines().count()).collect();
    if !outside.is_empty() {
        shown.push_str(&format!("          fired on lines that do not exist: {outside:?}\n"));
    }
    panic!(
        "the `{}` example on line {} of the documentation must fire on lines {:?} and fired on {fired:?}:\n{shown}",
        example.kind, example.line, example.marked,
    );
}
