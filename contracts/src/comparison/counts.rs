//! What a service says that an answer cost: numbers in the metadata of the answer.
//!
//! | metadata | what it counts |
//! |---|---|
//! | `x-cost-calls-NAME` | calls of the dependency `NAME` |
//! | `x-cost-keys-NAME` | keys, rows or records that these calls asked for, in all |
//! | `x-cost-batch-NAME` | the same in the largest of these calls |
//! | `x-cost-round-trips` | calls in the longest row of calls, each of which began after the one before it had ended |
//! | `x-cost-allocated-bytes` | bytes that were allocated, freed ones included |

use std::collections::BTreeMap;
use std::time::Duration;

/// How the names of all counts begin.
const PREFIX: &str = "x-cost-";
/// The most counts of an answer that are read.
const MAX_COUNTS: usize = 64;

/// What one answer cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// What the service says, by name without the prefix.
    pub(crate) counts: BTreeMap<String, u64>,
    /// Bytes of the response as a message.
    pub(crate) payload: u64,
    /// How long the answer took, as the caller sees it.
    pub(crate) time: Duration,
}

/// A kind of counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Calls,
    Keys,
    Batch,
    RoundTrips,
    Allocated,
}

impl Kind {
    pub(crate) const ALL: [Kind; 5] =
        [Kind::Calls, Kind::Keys, Kind::Batch, Kind::RoundTrips, Kind::Allocated];

    /// Whether a count is of this kind.
    pub(crate) fn has(self, name: &str) -> bool {
        match self {
            Kind::RoundTrips | Kind::Allocated => name == self.word(),
            _ => self.dependency(name).is_some(),
        }
    }

    /// The dependency that a count of this kind is about.
    pub(crate) fn dependency(self, name: &str) -> Option<&str> {
        name.strip_prefix(self.word()).filter(|dependency| !dependency.is_empty())
    }

    /// What the names of its counts are or begin with.
    fn word(self) -> &'static str {
        match self {
            Kind::Calls => "calls-",
            Kind::Keys => "keys-",
            Kind::Batch => "batch-",
            Kind::RoundTrips => "round-trips",
            Kind::Allocated => "allocated-bytes",
        }
    }

    /// Its counts in the metadata, for people.
    pub(crate) fn shown(self) -> String {
        match self {
            Kind::RoundTrips | Kind::Allocated => format!("{PREFIX}{}", self.word()),
            _ => format!("{PREFIX}{}NAME", self.word()),
        }
    }
}

impl Cost {
    /// Reads the counts out of the metadata of an answer. What is no number is not told.
    pub(crate) fn told(metadata: &[(String, String)]) -> BTreeMap<String, u64> {
        let told = metadata.iter().filter_map(|(name, value)| {
            Some((name.strip_prefix(PREFIX)?.to_owned(), value.trim().parse().ok()?))
        });
        told.take(MAX_COUNTS).collect()
    }

    /// Whether a count of a kind is told.
    pub(crate) fn tells(&self, kind: Kind) -> bool {
        self.counts.keys().any(|name| kind.has(name))
    }

    /// A count; zero where it is not told.
    pub(crate) fn count(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or_default()
    }

    /// The lowest of what two answers to one request cost.
    pub(crate) fn lower(mut self, other: Cost) -> Cost {
        for (name, count) in other.counts {
            self.counts.entry(name).and_modify(|lowest| *lowest = count.min(*lowest)).or_insert(count);
        }
        Cost {
            counts: self.counts,
            payload: self.payload.min(other.payload),
            time: self.time.min(other.time),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_by_name_and_what_is_no_number_is_not_told() {
        let metadata = [
            ("x-cost-calls-store", "2"),
            ("x-cost-round-trips", " 3 "),
            ("x-cost-keys-store", "many"),
            ("x-cost-batch-store", "-1"),
            ("x-model", "7"),
        ];
        let metadata = metadata.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let told = Cost::told(&metadata);
        assert_eq!(told, BTreeMap::from([("calls-store".to_owned(), 2), ("round-trips".to_owned(), 3)]));
    }

    #[test]
    fn a_service_that_tells_no_end_of_counts_is_not_listened_to_for_ever() {
        let metadata: Vec<_> = (0..10_000).map(|n| (format!("x-cost-calls-d{n}"), "1".to_owned())).collect();
        assert_eq!(Cost::told(&metadata).len(), MAX_COUNTS);
    }

    #[test]
    fn a_count_is_of_one_kind_and_about_one_dependency() {
        for (name, kind, dependency) in [
            ("calls-store", Some(Kind::Calls), Some("store")),
            ("keys-user-store", Some(Kind::Keys), Some("user-store")),
            ("batch-model", Some(Kind::Batch), Some("model")),
            ("round-trips", Some(Kind::RoundTrips), None),
            ("allocated-bytes", Some(Kind::Allocated), None),
            ("calls-", None, None),
            ("round-trips-store", None, None),
        ] {
            let found = Kind::ALL.into_iter().find(|kind| kind.has(name));
            assert_eq!(found, kind, "{name}");
            let about = found.filter(|_| dependency.is_some()).and_then(|kind| kind.dependency(name));
            assert_eq!(about, dependency, "{name}");
        }
    }

    #[test]
    fn the_lowest_of_several_answers_counts() {
        let cost = |calls, payload, time| Cost {
            counts: BTreeMap::from([("calls-store".to_owned(), calls)]),
            payload,
            time: Duration::from_millis(time),
        };
        assert_eq!(cost(3, 10, 5).lower(cost(2, 12, 7)), cost(2, 10, 5));
    }
}
