//! What differs between two answers, in a sentence for people who know the product and not the code.

use crate::compare::{Class, Comparison};

/// How many differences a sentence names before it counts the rest.
const NAMED: usize = 3;

/// One request and what became of its ranking, for instance
/// ``cold-start/003: `t0042` fell from 2 to 9; `t0077` entered at 3``.
///
/// Differences stand in the order of the best rank that they touch, because that is what people see first.
pub fn sentence(request: &str, comparison: &Comparison) -> String {
    let mut clauses = clauses(comparison);
    clauses.sort();
    let more = clauses.len().saturating_sub(NAMED);
    let mut named: Vec<String> = clauses.into_iter().take(NAMED).map(|(_, _, clause)| clause).collect();
    if named.is_empty() {
        named.push(format!("nothing but {}", comparison.class.name()));
    }
    if more > 0 {
        named.push(format!("and {more} more"));
    }
    format!("{request}: {}", named.join("; "))
}

/// Each difference with the best rank it touches and, below that, how much it weighs (less is more).
fn clauses(comparison: &Comparison) -> Vec<(usize, u8, String)> {
    let mut clauses = Vec::new();
    if let Some((before, after)) = &comparison.answer {
        clauses.push((0, 0, format!("answered {after} instead of {before}")));
    }
    for moved in &comparison.moved {
        let (id, from, to) = (&moved.id, moved.from, moved.to);
        let clause = match from.cmp(&to) {
            std::cmp::Ordering::Less => format!("`{id}` fell from {from} to {to}"),
            std::cmp::Ordering::Greater => format!("`{id}` rose from {from} to {to}"),
            std::cmp::Ordering::Equal => format!("`{id}` kept place {to} while others passed it"),
        };
        clauses.push((from.min(to), 0, clause));
    }
    for place in &comparison.left {
        clauses.push((place.rank, 1, format!("`{}` left from {}", place.id, place.rank)));
    }
    for place in &comparison.entered {
        clauses.push((place.rank, 2, format!("`{}` entered at {}", place.id, place.rank)));
    }
    for swap in &comparison.swapped {
        let clause = format!(
            "`{}` now stands above `{}` at {}, with the same score",
            swap.above, swap.below, swap.rank
        );
        clauses.push((swap.rank, 3, clause));
    }
    // Where items moved, their scores are how and not what.
    let drifted = comparison.drifted.iter().filter(|_| comparison.class == Class::Scores);
    for drift in drifted {
        let (from, to) = shortly(drift.from, drift.to);
        let clause = format!("`{}` at {} scores {to} instead of {from}", drift.id, drift.rank);
        clauses.push((drift.rank, 4, clause));
    }
    clauses
}

/// Two scores with four decimals, or with all they have where those do not tell them apart.
fn shortly(from: f64, to: f64) -> (String, String) {
    let short = |score: f64| (score * 1e4).round() / 1e4;
    if short(from) == short(to) || short(from) == 0.0 || short(to) == 0.0 {
        (from.to_string(), to.to_string())
    } else {
        (short(from).to_string(), short(to).to_string())
    }
}
