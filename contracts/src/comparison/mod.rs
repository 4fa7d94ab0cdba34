//! What every request of a corpus cost on both sides of a change.

mod counts;
mod grown;

use std::collections::BTreeSet;

use findings::Location;
use serde_json::Value;

use crate::Cost as Limits;

pub(crate) use counts::{Cost, Kind};
pub(crate) use grown::grown;

/// Requests that are asked of a service.
#[derive(Clone, Debug)]
pub struct Workload {
    /// What the policy calls them.
    pub corpus: String,
    /// The service, as `services` names it.
    pub service: String,
    /// The file at head in which they stand.
    pub file: String,
    /// In the order in which they are asked.
    pub requests: Vec<Request>,
}

/// One request.
#[derive(Clone, Debug)]
pub struct Request {
    /// What the corpus calls it.
    pub id: String,
    /// Its line in the file, where head has it.
    pub line: Option<u32>,
    /// The message as proto JSON.
    pub message: Value,
}

/// What every request cost on both sides.
pub(crate) struct Comparison<'a> {
    pub(crate) workload: &'a Workload,
    pub(crate) limits: &'a Limits,
    /// Requests that both sides answered with the same status.
    pub(crate) rows: Vec<Row<'a>>,
}

/// What one request cost on both sides.
pub(crate) struct Row<'a> {
    pub(crate) request: &'a Request,
    pub(crate) base: Cost,
    pub(crate) head: Cost,
}

impl Comparison<'_> {
    /// The names of the counts of a kind, of either side.
    pub(crate) fn names(&self, kind: Kind) -> BTreeSet<&str> {
        let counts = self.rows.iter().flat_map(|row| row.base.counts.keys().chain(row.head.counts.keys()));
        counts.map(String::as_str).filter(|name| kind.has(name)).collect()
    }

    /// Whether any answer of the base tells a count of a kind.
    pub(crate) fn base_tells(&self, kind: Kind) -> bool {
        self.rows.iter().any(|row| row.base.tells(kind))
    }

    /// Whether any answer of head does.
    pub(crate) fn head_tells(&self, kind: Kind) -> bool {
        self.rows.iter().any(|row| row.head.tells(kind))
    }

    /// The request for which a cost grew most; the first of several.
    pub(crate) fn worst(&self, of: impl Fn(&Cost) -> u64) -> Option<&Request> {
        let growth = |row: &&Row<'_>| of(&row.head).saturating_sub(of(&row.base));
        // Of equals `max_by_key` gives the last.
        Some(self.rows.iter().rev().max_by_key(growth)?.request)
    }

    /// What all requests together cost on either side.
    pub(crate) fn sums(&self, of: impl Fn(&Cost) -> u64) -> (u64, u64) {
        self.rows.iter().fold((0, 0), |(base, head): (u64, u64), row| {
            (base.saturating_add(of(&row.base)), head.saturating_add(of(&row.head)))
        })
    }

    /// Whether a sum grew beyond a limit, and by more than what is nothing for a request.
    pub(crate) fn exceeds(&self, (base, head): (u64, u64), limit: f64, nothing: u64) -> bool {
        let nothing = nothing.saturating_mul(self.rows.len() as u64);
        head.saturating_sub(base) > nothing && head as f64 > base as f64 * limit
    }

    /// A sum as the amount of one request.
    pub(crate) fn each(&self, sum: u64) -> f64 {
        sum as f64 / self.rows.len().max(1) as f64
    }
}

impl Workload {
    /// Where a request stands; the file as a whole where head does not have it any more.
    pub(crate) fn place(&self, request: Option<&Request>) -> Location {
        let line = request.and_then(|request| request.line);
        line.map_or_else(|| Location::file(&self.file), |line| Location::point(&self.file, line, 1))
    }
}

impl Row<'_> {
    /// A count on both sides; one that a side does not tell, where it tells others, is zero.
    pub(crate) fn counts(&self, name: &str) -> (u64, u64) {
        (self.base.count(name), self.head.count(name))
    }
}
