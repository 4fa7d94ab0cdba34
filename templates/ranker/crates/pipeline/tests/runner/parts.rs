//! The stages, queries and candidates that the tests of the runner rank with.
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use pipeline::{
    Effect, Filter, Hydrator, Merge, OnFailure, QueryHydrator, Scored, Scorer, Selector, Served, Source,
    Split, StageError,
};

/// A query: what the sources fetch, and what a query hydrator added.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    pub(crate) fetch: Vec<u32>,
    pub(crate) bonus: f64,
}

/// A candidate: its number, and what a hydrator added. Ordered by number alone.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) number: u32,
    pub(crate) weight: Option<f64>,
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}
impl Eq for Item {}
impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Item {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.number.cmp(&other.number)
    }
}

/// A stage of any fallible kind that does what a test asks for.
pub(crate) struct Stage {
    name: &'static str,
    on_failure: OnFailure,
    behaviour: Behaviour,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Behaviour {
    Works,
    Breaks,
    ForgetsOne,
}

pub(crate) fn stage(name: &'static str, on_failure: OnFailure, behaviour: Behaviour) -> Stage {
    Stage { name, on_failure, behaviour }
}

pub(crate) fn works(name: &'static str) -> Stage {
    stage(name, OnFailure::Fail, Behaviour::Works)
}

impl Stage {
    fn answer<T>(&self, mut all: Vec<T>) -> Result<Vec<T>, StageError> {
        match self.behaviour {
            Behaviour::Works => Ok(all),
            Behaviour::Breaks => Err(StageError::dependency("down")),
            Behaviour::ForgetsOne => {
                all.pop();
                Ok(all)
            }
        }
    }
}

#[async_trait]
impl QueryHydrator<Query> for Stage {
    type Hydration = f64;
    fn name(&self) -> &'static str {
        self.name
    }
    fn on_failure(&self) -> OnFailure {
        self.on_failure
    }
    async fn hydrate(&self, _: &Query, _: Duration) -> Result<f64, StageError> {
        Ok(self.answer(vec![100.0])?[0])
    }
    fn apply(&self, query: &mut Query, bonus: f64) {
        query.bonus += bonus;
    }
}

#[async_trait]
impl Source<Query, Item> for Stage {
    fn name(&self) -> &'static str {
        self.name
    }
    fn on_failure(&self) -> OnFailure {
        self.on_failure
    }
    async fn fetch(&self, query: &Query, _: Duration) -> Result<Vec<Item>, StageError> {
        self.answer(query.fetch.iter().map(|&number| Item { number, weight: None }).collect())
    }
}

#[async_trait]
impl Hydrator<Query, Item> for Stage {
    type Hydration = f64;
    fn name(&self) -> &'static str {
        self.name
    }
    fn on_failure(&self) -> OnFailure {
        self.on_failure
    }
    async fn hydrate(&self, _: &Query, items: &[Item], _: Duration) -> Result<Vec<f64>, StageError> {
        self.answer(items.iter().map(|item| f64::from(item.number % 3)).collect())
    }
    fn apply(&self, item: &mut Item, weight: f64) {
        item.weight = Some(weight);
    }
}

#[async_trait]
impl Scorer<Query, Item> for Stage {
    fn name(&self) -> &'static str {
        self.name
    }
    fn on_failure(&self) -> OnFailure {
        self.on_failure
    }
    async fn score(&self, query: &Query, items: &[Item], _: Duration) -> Result<Vec<f64>, StageError> {
        self.answer(items.iter().map(|item| query.bonus + item.weight.unwrap_or(f64::NAN)).collect())
    }
}

#[async_trait]
impl Effect<Query, Item> for Stage {
    fn name(&self) -> &'static str {
        self.name
    }
    fn on_failure(&self) -> OnFailure {
        self.on_failure
    }
    async fn run(&self, _: &Served<'_, Query, Item>, _: Duration) -> Result<(), StageError> {
        self.answer(vec![()]).map(drop)
    }
}

pub(crate) struct Unique;
impl Merge<Query, Item> for Unique {
    fn name(&self) -> &'static str {
        "unique"
    }
    fn merge(&self, _: &Query, mut fetched: Vec<Item>) -> Split<Item> {
        fetched.sort();
        let mut split = Split::all(Vec::new());
        for item in fetched {
            let list = if split.kept.last() == Some(&item) { &mut split.removed } else { &mut split.kept };
            list.push(item);
        }
        split
    }
}

pub(crate) struct NoSevens;
impl Filter<Query, Item> for NoSevens {
    fn name(&self) -> &'static str {
        "no-sevens"
    }
    fn keep(&self, _: &Query, item: &Item) -> bool {
        item.number != 7
    }
}

pub(crate) struct First(pub(crate) usize);
impl Selector<Query, Item> for First {
    fn name(&self) -> &'static str {
        "first"
    }
    fn select(&self, _: &Query, mut ranked: Vec<Scored<Item>>) -> Split<Scored<Item>> {
        let removed = ranked.split_off(ranked.len().min(self.0));
        Split { kept: ranked, removed }
    }
}

#[derive(Default)]
pub(crate) struct Witness(pub(crate) Arc<Mutex<Vec<Vec<u32>>>>);
#[async_trait]
impl Effect<Query, Item> for Witness {
    fn name(&self) -> &'static str {
        "witness"
    }
    fn on_failure(&self) -> OnFailure {
        OnFailure::Degrade
    }
    async fn run(&self, served: &Served<'_, Query, Item>, _: Duration) -> Result<(), StageError> {
        let numbers = served.ranked.iter().map(|scored| scored.candidate.number).collect();
        self.0.lock().expect("no test panics while it holds the list").push(numbers);
        Ok(())
    }
}
