//! A rule's documentation, taken apart into prose and fenced examples.

use crate::Rule;

/// What the word of a fence says about its text: the language that it is in unless the fence names another.
const ROLES: &[(&str, &str)] = &[
    ("bad", "rust"),
    ("good", "rust"),
    ("base", "rust"),
    ("head", "rust"),
    ("old", "proto"),
    ("new", "proto"),
    ("approved", "text"),
    ("now", "text"),
];

/// Languages that a fence can name behind its role.
const LANGUAGES: &[&str] =
    &["rust", "proto", "yaml", "toml", "json", "text", "diff", "sh", "java", "promql", "markdown"];

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

/// A text without the marks of the lines that must fire, each line ended by a line feed, and the numbers of these lines,
/// counting from 1. The mark is `//~`, or `#~` where comments begin with `#`, at the end of a line.
pub fn unmarked<'t>(lines: impl IntoIterator<Item = &'t str>) -> (String, Vec<u32>) {
    let (mut text, mut marked) = (String::new(), Vec::new());
    for (number, line) in (1u32..).zip(lines) {
        let plain = line.strip_suffix("//~").or_else(|| line.strip_suffix("#~"));
        text.push_str(plain.map_or(line, str::trim_end));
        text.push('\n');
        marked.extend(plain.map(|_| number));
    }
    (text, marked)
}

/// The number of back-ticks that a fence line begins with, and what stands behind them.
fn opening(line: &str) -> Option<(usize, &str)> {
    let info = line.trim_start_matches('`');
    let ticks = line.len() - info.len();
    (ticks >= 3 && !info.contains('`')).then_some((ticks, info.trim()))
}

/// The documentation as Markdown for a page of its own, with the fences as [`fenced`] has them.
pub(crate) fn page(rule: &Rule) -> String {
    let mut out = String::new();
    for block in blocks(rule) {
        match block {
            Block::Prose(line) => out.push_str(&format!("{line}\n")),
            Block::Fence(fence) => out.push_str(&fenced(&fence)),
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// A fence as a page shows it: with the name of a language where the rule has a role.
pub(crate) fn fenced(fence: &Fence) -> String {
    let inner = fence.lines.iter().map(|line| line.len() - line.trim_start_matches('`').len()).max();
    let ticks = "`".repeat(inner.unwrap_or(0).max(2) + 1);
    let caption = caption(fence).map(|caption| format!("{caption}\n\n")).unwrap_or_default();
    let body: String = fence.lines.iter().map(|line| format!("{line}\n")).collect();
    format!("{caption}{ticks}{}\n{body}{ticks}\n", language(fence))
}

fn language<'a>(fence: &Fence<'a>) -> &'a str {
    let named = fence.attributes.split_whitespace().find(|word| LANGUAGES.contains(word));
    let role = ROLES.iter().find(|(role, _)| *role == fence.kind);
    named.or(role.map(|(_, language)| *language)).unwrap_or(fence.kind)
}

/// What tells the two texts of a pair apart. A text of its own needs none: its section says what it is.
pub(crate) fn caption(fence: &Fence) -> Option<String> {
    let is_pair = !["bad", "good"].contains(&fence.kind) && ROLES.iter().any(|(role, _)| *role == fence.kind);
    let verdict = fence.attributes.split_whitespace().find_map(|word| match word {
        "bad" => Some(", caught"),
        "good" => Some(", let through"),
        _ => None,
    });
    is_pair.then(|| format!("{}{}:", fence.kind, verdict.unwrap_or_default()))
}
