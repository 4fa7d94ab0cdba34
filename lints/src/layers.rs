//! Which code ranks: layers that must give one answer to one request, whenever and wherever they are asked.

use globset::GlobSet;
use source::SourceFile;

use crate::words::words;

/// The files that the policy names, beside those that are named for what they do.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    named: GlobSet,
}

impl Layers {
    /// Layers with the files that these globs match.
    pub(crate) fn new(named: GlobSet) -> Self {
        Layers { named }
    }

    /// Whether the policy names a file.
    pub(crate) fn name(&self, path: &str) -> bool {
        self.named.is_match(path)
    }

    /// Whether a file is of such a layer, by the policy or by its name.
    pub(crate) fn hold(&self, file: &SourceFile) -> bool {
        self.name(&file.path)
            || parts(&file.path).iter().any(|part| ranks(part, || speaks_of_candidates(&file.text)))
    }
}

/// Words of what is there to rank and for nothing else.
const RANKING: &[&str] = &[
    "scorer",
    "scorers",
    "scoring",
    "ranker",
    "rankers",
    "ranking",
    "rerank",
    "reranker",
    "rerankers",
    "reranking",
    "hydrator",
    "hydrators",
];

/// Words that a stage of a ranking shares with logs, queries and proxies.
const SHARED: &[&str] = &["filter", "filters", "selector", "selectors"];

/// Words by which a selector chooses between servers.
const ROUTING: &[&str] =
    &["agent", "peer", "peers", "server", "node", "endpoint", "connection", "power", "replica", "host"];

/// Whether a file speaks of candidates or their scores.
pub(crate) fn speaks_of_candidates(text: &str) -> bool {
    text.contains("andidate") || text.contains(".score")
}

/// Whether what is called this ranks. A filter or selector does where the file speaks of candidates.
pub(crate) fn ranks(name: &str, of_candidates: impl FnOnce() -> bool) -> bool {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(RANKING) || (has(SHARED) && !has(ROUTING) && of_candidates())
}

/// The parts of a path that say what the file does: those below `src`, else the last two.
fn parts(path: &str) -> Vec<&str> {
    let mut all: Vec<&str> = path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part)).collect();
    let from = match all.iter().rposition(|part| *part == "src") {
        Some(at) => at + 1,
        None => all.len().saturating_sub(2),
    };
    all.split_off(from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expected: bool) {
        let file = source::parse(path, text).expect("it parses");
        assert_eq!(Layers::default().hold(&file), expected, "{path}");
    }

    #[test]
    fn a_file_ranks_by_the_words_of_its_name() {
        check("crates/stages/src/model_scorer.rs", "", true);
        check("services/home/src/stages/belief_hydrator.rs", "", true);
        check("src/candidate_hydrators/quote.rs", "", true);
        check("home-mixer/scorers/weighted.rs", "", true);
        check("crates/ranker/src/main.rs", "", false);
        check("src/scoreboard.rs", "", false);
    }

    #[test]
    fn a_filter_ranks_where_the_file_speaks_of_candidates() {
        check("src/seen_filter.rs", "struct SeenFilter;", false);
        check("src/seen_filter.rs", "fn keep(candidate: &Candidate) {}", true);
        check("src/env_filter.rs", "fn level() {}", false);
    }
}
