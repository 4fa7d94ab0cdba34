//! A rule's documentation, taken apart into prose and fenced examples.

use crate::Rule;

/// A piece of a rule's documentation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Block<'a> {
    /// One line outside every fence.
    Prose(&'a str),
    /// A fenced block.
    Fence(Fence<'a>),
}

/// A fenced block of a rule's documentation.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fence<'a> {
    /// The first word behind the back-ticks: `bad`, `good`, `old`, `rust`; empty where there is none.
    pub(crate) kind: &'a str,
    /// The rest of that line.
    pub(crate) attributes: &'a str,
    /// What stands inside, with its markers.
    pub(crate) lines: Vec<&'a str>,
    /// The line of the documentation that opens it, counting from 1.
    pub(crate) line: u32,
    /// Whether it is closed; one that is not reaches to the end of the documentation.
    pub(crate) closed: bool,
}

/// The documentation as Markdown: each line without the one space that a doc comment puts behind its slashes.
pub(crate) fn markdown(rule: &Rule) -> impl Iterator<Item = &'static str> {
    rule.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
}

/// Prose and fences in their order.
pub(crate) fn blocks(rule: &Rule) -> Vec<Block<'static>> {
    let mut blocks = Vec::new();
    let mut lines = (1u32..).zip(markdown(rule));
    while let Some((number, line)) = lines.next() {
        let Some((ticks, info)) = opening(line) else {
            blocks.push(Block::Prose(line));
            continue;
        };
        let (kind, attributes) = info.split_once(char::is_whitespace).unwrap_or((info, ""));
        let mut fence =
            Fence { kind, attributes: attributes.trim(), lines: Vec::new(), line: number, closed: false };
        for (_, line) in lines.by_ref() {
            if opening(line).is_some_and(|(closing, info)| closing >= ticks && info.is_empty()) {
                fence.closed = true;
                break;
            }
            fence.lines.push(line);
        }
        blocks.push(Block::Fence(fence));
    }
    blocks
}

/// The number of back-ticks that a fence line begins with, and what stands behind them.
fn opening(line: &str) -> Option<(usize, &str)> {
    let info = line.trim_start_matches('`');
    let ticks = line.len() - info.len();
    (ticks >= 3 && !info.contains('`')).then_some((ticks, info.trim()))
}
