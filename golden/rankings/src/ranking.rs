//! A ranking as a service answered it: the items in their order with their scores, and what must hold for any.

use std::collections::HashSet;

/// The most items that a ranking may have.
pub const MAX_ITEMS: usize = 5_000;

/// The most stages that the scores of a ranking may be broken down to.
pub const MAX_STAGES: usize = 64;

/// One item at its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Identifier of the item, for instance of a track.
    pub id: String,
    /// Its score; higher is better.
    pub score: f64,
    /// What each stage gave to the score, where the service says so. They explain a ranking and are no part of it: no
    /// digest has them, and no comparison looks at them.
    pub parts: Vec<Part>,
}

/// What a stage gave to the score of an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Name of the stage, once an item.
    pub stage: String,
    /// What it added, a finite number; negative where it pushed the item down.
    pub score: f64,
}

impl Item {
    /// An item whose score nothing explains.
    pub fn new(id: impl Into<String>, score: f64) -> Self {
        Item { id: id.into(), score, parts: Vec::new() }
    }

    /// Whether nobody who sees the ranking can tell the two apart: the same item with the same score.
    pub(crate) fn looks_like(&self, other: &Item) -> bool {
        self.id == other.id && self.score == other.score
    }
}

/// The answer to one request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// Name of the gRPC status, for instance `OK` or `INVALID_ARGUMENT`.
    pub status: String,
    /// Best first: the order is the one in which the service answered, never one made from the scores.
    pub items: Vec<Item>,
    /// Version of the model that scored, where the service says so.
    pub model: Option<String>,
    /// Stages that failed and were done without, where the service says so.
    pub degraded: Vec<String>,
}

impl Ranking {
    /// An answer with these items, best first.
    pub fn of(items: Vec<Item>) -> Self {
        Ranking { status: "OK".to_owned(), items, ..Ranking::default() }
    }

    /// An answer without items, with the name of a gRPC status such as `NOT_FOUND`.
    pub fn refused(status: impl Into<String>) -> Self {
        Ranking { status: status.into(), ..Ranking::default() }
    }

    /// The digest of everything in it but what explains the scores, 32 hex digits: what an approval of a changed
    /// ranking binds.
    pub fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut text = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        text(&self.status);
        text(self.model.as_deref().unwrap_or_default());
        text(&self.degraded.join("\n"));
        for item in &self.items {
            text(&item.id);
            // Adding zero makes one number of the two zeros, which no ranking can tell apart.
            text(&(item.score + 0.0).to_bits().to_string());
        }
        hasher.finalize().to_hex()[..32].to_owned()
    }

    /// What is wrong with it whatever it is compared with, as fragments of a sentence; empty where nothing is.
    ///
    /// `limit` is the number of items that the request asked for at most. `descending` says whether scores must
    /// never increase down the list; a service whose last stage reorders without changing scores sets it to false.
    pub fn faults(&self, limit: Option<u64>, descending: bool) -> Vec<String> {
        let mut faults = Vec::new();
        let mut seen = HashSet::with_capacity(self.items.len());
        if let Some(item) = self.items.iter().find(|item| !seen.insert(item.id.as_str())) {
            faults.push(format!("`{}` stands in it more than once", item.id));
        }
        if let Some(item) = self.items.iter().find(|item| !item.score.is_finite()) {
            faults.push(format!("the score of `{}` is not a finite number", item.id));
        }
        if descending && let Some(pair) = self.items.windows(2).find(|pair| pair[1].score > pair[0].score) {
            faults.push(format!("`{}` stands below `{}`, which scores less", pair[1].id, pair[0].id));
        }
        if let Some(limit) = limit.filter(|limit| self.items.len() as u64 > *limit) {
            faults.push(format!("it has {} items where {limit} were asked for", self.items.len()));
        }
        faults
    }
}

#[cfg(test)]
pub(crate) fn ranking(notation: &str) -> Ranking {
    let item = |word: &str| {
        let (id, score) = word.split_once('=').expect("an item is `id=score`");
        Item::new(id, score.parse().expect("a score is a number"))
    };
    let items = notation.split_whitespace().map(item).collect();
    Ranking { status: "OK".to_owned(), items, ..Ranking::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(notation: &str, expected: &[&str]) {
        assert_eq!(ranking(notation).faults(Some(3), true), expected, "{notation}");
    }

    #[test]
    fn a_ranking_has_no_duplicates_no_infinite_scores_no_increase_and_no_surplus() {
        check("", &[]);
        check("a=3 b=2 c=2", &[]);
        check("a=3 b=2 a=1", &["`a` stands in it more than once"]);
        check("a=inf b=2", &["the score of `a` is not a finite number"]);
        check("a=NaN b=2", &["the score of `a` is not a finite number"]);
        check("a=1 b=2", &["`b` stands below `a`, which scores less"]);
        check("a=4 b=3 c=2 d=1", &["it has 4 items where 3 were asked for"]);
    }

    #[test]
    fn a_service_may_reorder_without_changing_scores_where_policy_says_so() {
        assert_eq!(ranking("a=1 b=2").faults(None, false), Vec::<String>::new());
    }

    #[test]
    fn the_digest_tells_apart_whatever_a_caller_can_see() {
        let digest = |notation: &str| ranking(notation).digest();
        assert_eq!(digest("a=0 b=-1"), digest("a=-0 b=-1"));
        let all = ["", "a=1 b=1", "b=1 a=1", "a=1", "a=1.0000000000000002 b=1", "ab=1"].map(digest);
        assert_eq!(HashSet::from(all.clone()).len(), all.len());
        let degraded = Ranking { degraded: vec!["plays".to_owned()], ..ranking("a=1") };
        let scored_by = |model: &str| Ranking { model: Some(model.to_owned()), ..ranking("a=1") }.digest();
        let others = [degraded.digest(), digest("a=1"), scored_by("3"), scored_by("4")];
        assert_eq!(HashSet::from(others).len(), 4);
    }

    #[test]
    fn what_explains_a_score_is_no_part_of_the_ranking() {
        let mut explained = ranking("a=1");
        explained.items[0].parts.push(Part { stage: "score".to_owned(), score: 1.0 });
        assert_eq!(explained.digest(), ranking("a=1").digest());
        let comparison = crate::compare(&ranking("a=1"), &explained, &crate::Tolerance::default());
        assert_eq!(comparison.class, crate::compare::Class::Identical);
    }
}
