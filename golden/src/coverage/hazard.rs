//! One hazard as policy names it, and those that the guard computes itself.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;

use crate::policy::Corpus;
use crate::recording::Entry;
use crate::requests::Case;
use crate::tolerance::Near;

/// How it is known which requests hold a hazard: by exactly one of `is`, `when`, `listed`; or why none can.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hazard {
    /// The guard computes it.
    #[serde(default)]
    pub is: Option<Kind>,
    /// An expression tells, see [`NAMES`](super::NAMES).
    #[serde(default)]
    pub when: Option<String>,
    /// A manifest says, under this name.
    #[serde(default)]
    pub listed: Option<String>,
    /// Why no request can hold it.
    #[serde(default)]
    pub not_applicable: Option<String>,
    /// The fewest requests that must hold it.
    #[serde(default = "one")]
    pub minimum: u64,
}

fn one() -> u64 {
    1
}

/// What the guard computes from a request and its recorded ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Two neighbours of the recorded ranking have the same score.
    Ties,
    /// The scores of two neighbours differ, by no more than the corpus's tolerance.
    NearTies,
    /// An identifier stands twice among the request's candidates.
    Duplicates,
    /// The request has more different candidates than it asks for.
    MoreThanK,
}

impl Kind {
    pub(super) fn holds(self, corpus: &Corpus, case: &Case, recorded: Option<&Entry>) -> bool {
        let neighbours = || recorded.into_iter().flat_map(|entry| entry.ranking.items.windows(2));
        let candidates = || corpus.candidates.as_deref().map(|path| identifiers(&case.request, path));
        match self {
            Kind::Ties => neighbours().any(|pair| pair[0].score == pair[1].score),
            Kind::NearTies => recorded.is_some_and(|entry| {
                let near = Near::of(&entry.ranking, &entry.ranking, &corpus.tolerance);
                neighbours()
                    .any(|pair| pair[0].score != pair[1].score && near.same(pair[0].score, pair[1].score))
            }),
            Kind::Duplicates => candidates().is_some_and(|ids| {
                let mut seen = HashSet::new();
                ids.iter().any(|id| !seen.insert(id))
            }),
            Kind::MoreThanK => {
                let limit = corpus.limit.as_deref().and_then(|path| case.number(path));
                let different = candidates().map(|ids| ids.iter().collect::<HashSet<_>>().len() as u64);
                limit.zip(different).is_some_and(|(limit, different)| different > limit)
            }
        }
    }

    /// The keys of the corpus that it needs.
    pub(crate) fn needs(self) -> &'static [&'static str] {
        match self {
            Kind::Ties | Kind::NearTies => &[],
            Kind::Duplicates => &["candidates"],
            Kind::MoreThanK => &["candidates", "limit"],
        }
    }
}

/// The identifiers at a path of the request. Lists on the way stand for each of their items; both spellings that proto
/// JSON allows are read.
fn identifiers(request: &Value, path: &str) -> Vec<String> {
    let mut values = vec![request];
    for name in path.split('.') {
        let fields =
            values.into_iter().filter_map(|value| value.get(name).or_else(|| value.get(camel_case(name))));
        values = fields
            .flat_map(|value| value.as_array().map_or_else(|| vec![value], |list| list.iter().collect()))
            .collect();
    }
    let scalar = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    values.into_iter().filter_map(scalar).collect()
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        name + &initial.to_ascii_uppercase() + rest
    })
}
