//! No more than were asked for.
use pipeline::{Scored, Selector, Split};

/// Keeps the best, as many as the query asks for.
#[derive(Debug)]
pub struct TopK<Q> {
    limit: fn(&Q) -> usize,
}

impl<Q> TopK<Q> {
    /// Keeps `limit` candidates.
    pub fn new(limit: fn(&Q) -> usize) -> Self {
        Self { limit }
    }
}

impl<Q, C> Selector<Q, C> for TopK<Q> {
    fn name(&self) -> &'static str {
        "top-k"
    }

    fn select(&self, query: &Q, mut ranked: Vec<Scored<C>>) -> Split<Scored<C>> {
        let limit = (self.limit)(query).min(ranked.len());
        let removed = ranked.split_off(limit);
        Split { kept: ranked, removed }
    }
}

#[cfg(test)]
mod tests {
    use pipeline::{Scored, Selector};

    use super::TopK;

    fn sizes(limit: usize, candidates: u32) -> (usize, usize) {
        let ranked = (0..candidates).map(Scored::new).collect();
        let split = TopK::<usize>::new(|query| *query).select(&limit, ranked);
        assert!(split.kept.iter().zip(0..).all(|(scored, place)| scored.candidate == place), "the best stay");
        (split.kept.len(), split.removed.len())
    }

    #[test]
    fn no_more_than_were_asked_for_stay() {
        assert_eq!(sizes(3, 10), (3, 7));
        assert_eq!(sizes(0, 10), (0, 10));
    }

    #[test]
    fn fewer_than_were_asked_for_all_stay() {
        assert_eq!(sizes(10, 3), (3, 0));
        assert_eq!(sizes(3, 3), (3, 0));
    }
}
