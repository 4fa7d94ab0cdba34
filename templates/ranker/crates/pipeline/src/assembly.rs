//! Putting a pipeline together, and reading what it consists of.
use crate::describe::{Row, table};
use crate::effect::Effect;
use crate::filter::Filter;
use crate::hydrator::Hydrator;
use crate::merge::Merge;
use crate::query_hydrator::QueryHydrator;
use crate::runner::Pipeline;
use crate::scorer::Scorer;
use crate::selector::Selector;
use crate::source::Source;
use crate::watch::Watched;

impl<Q: Send + Sync + 'static, C: Send + Sync + 'static> Pipeline<Q, C> {
    /// Adds a stage that adds to the query.
    #[must_use]
    pub fn query_hydrator(mut self, stage: impl QueryHydrator<Q> + 'static) -> Self {
        self.query_hydrators.push(Box::new(stage));
        self
    }

    /// Adds a stage that fetches candidates.
    #[must_use]
    pub fn source(mut self, stage: impl Source<Q, C> + 'static) -> Self {
        self.sources.push(Box::new(stage));
        self
    }

    /// Adds a stage that makes one list of what was fetched.
    #[must_use]
    pub fn merge_by(mut self, stage: impl Merge<Q, C> + 'static) -> Self {
        self.merges.push(Box::new(stage));
        self
    }

    /// Adds a stage that adds to the candidates.
    #[must_use]
    pub fn hydrator(mut self, stage: impl Hydrator<Q, C> + 'static) -> Self {
        self.hydrators.push(Box::new(stage));
        self
    }

    /// Adds a stage that takes candidates out.
    #[must_use]
    pub fn filter_by(mut self, stage: impl Filter<Q, C> + 'static) -> Self {
        self.filters.push(Box::new(stage));
        self
    }

    /// Adds a stage that scores candidates.
    #[must_use]
    pub fn scorer(mut self, stage: impl Scorer<Q, C> + 'static) -> Self {
        self.scorers.push(Box::new(stage));
        self
    }

    /// Adds a stage that chooses from the ranked list what is scored again: the first phase of a ranking is cheap and
    /// for all, the second is dear and for what the cuts leave.
    #[must_use]
    pub fn cut(mut self, stage: impl Selector<Q, C> + 'static) -> Self {
        self.cuts.push(Box::new(stage));
        self
    }

    /// Adds a stage that scores again what the cuts left. Should it fail, the order of the first phase stands.
    #[must_use]
    pub fn rescorer(mut self, stage: impl Scorer<Q, C> + 'static) -> Self {
        self.rescorers.push(Box::new(stage));
        self
    }

    /// Adds a stage that chooses from the ranked list.
    #[must_use]
    pub fn selector(mut self, stage: impl Selector<Q, C> + 'static) -> Self {
        self.selectors.push(Box::new(stage));
        self
    }

    /// Adds a stage that acts on what is served.
    #[must_use]
    pub fn effect(mut self, stage: impl Effect<Q, C> + 'static) -> Self {
        self.effects.push(Box::new(stage));
        self
    }

    /// Has every stage watched: `watch` is called before a stage begins, and what it gives is dropped as the stage ends.
    #[must_use]
    pub fn watched_by<W: Watched + 'static>(
        mut self,
        watch: impl Fn(&'static str) -> W + Send + Sync + 'static,
    ) -> Self {
        self.watch.begin = Some(Box::new(move |stage| Box::new(watch(stage))));
        self
    }

    /// The stages in the order in which they run, one a line: kind, name, what a failure means, condition.
    pub fn describe(&self) -> String {
        let fallible =
            |kind, name, on_failure, condition| Row { kind, name, on_failure: Some(on_failure), condition };
        let sure = |kind, name| Row { kind, name, on_failure: None, condition: None };
        let mut rows = Vec::new();
        rows.extend(self.query_hydrators.iter().map(|s| fallible("query", s.name(), s.on_failure(), None)));
        rows.extend(self.sources.iter().map(|s| fallible("source", s.name(), s.on_failure(), s.condition())));
        rows.extend(self.merges.iter().map(|s| sure("merge", s.name())));
        rows.extend(self.hydrators.iter().map(|s| fallible("hydrator", s.name(), s.on_failure(), None)));
        rows.extend(self.filters.iter().map(|s| sure("filter", s.name())));
        rows.extend(self.scorers.iter().map(|s| fallible("scorer", s.name(), s.on_failure(), None)));
        rows.extend(self.cuts.iter().map(|s| sure("cut", s.name())));
        rows.extend(self.rescorers.iter().map(|s| fallible("rescorer", s.name(), s.on_failure(), None)));
        rows.extend(self.selectors.iter().map(|s| sure("selector", s.name())));
        rows.extend(self.effects.iter().map(|s| fallible("effect", s.name(), s.on_failure(), None)));
        table(&rows)
    }
}
