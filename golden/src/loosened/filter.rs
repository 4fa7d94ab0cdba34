//! Whether a filter of insta would rewrite what a corpus has recorded.

use regex_lite::Regex;

use super::fields::Fields;
use crate::Recording;

/// The longest pattern that is tried, in bytes.
const MAX_PATTERN: usize = 1_000;

/// How many items it is tried on, from the top of the first rankings.
const TRIED: usize = 50;

/// Whether the pattern matches an id or a score of the recording as snapshots show them; `None` where the pattern
/// cannot be tried.
pub(super) fn rewrites(pattern: &str, recording: &Recording, fields: &Fields) -> Option<bool> {
    if pattern.len() > MAX_PATTERN {
        return None;
    }
    let pattern = Regex::new(pattern).ok()?;
    let items = recording.entries.iter().flat_map(|entry| entry.ranking.items.iter().take(5)).take(TRIED);
    let (id, score) = fields.shown();
    Some(items.into_iter().any(|item| {
        let number = format!("{:?}", item.score);
        // As JSON, as YAML, and as Rust prints a value.
        [format!("\"{id}\": \""), format!("{id}: "), format!("{id}: \"")].iter().any(|before| {
            let between = format!("\",\n  \"{score}\": ");
            let text = format!("{before}{}{between}{number},\n", item.id);
            let ids = before.len()..before.len() + item.id.len();
            let scores = ids.end + between.len()..ids.end + between.len() + number.len();
            pattern.find_iter(&text).any(|found| {
                let found = found.range();
                let meets = |part: &std::ops::Range<usize>| found.start < part.end && part.start < found.end;
                meets(&ids) || meets(&scores)
            })
        })
    }))
}
