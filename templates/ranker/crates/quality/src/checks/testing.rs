//! Small batches that checks are tested on.
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use features::{Entity, Feature, Key, Record, Schema, Value};

use super::Check;
use crate::expectations::{EntityExpectations, Expectations};
use crate::level::Level;
use crate::profile::Profile;
use crate::report::inspect;
use crate::standard::Standard;

/// When batches are checked, in seconds since 1970.
pub(crate) const NOW: u64 = 1_795_176_000;
/// How long `energy` is fresh, in seconds.
pub(crate) const FRESH_FOR: u64 = 60;

const ENERGY: Feature<f64> =
    Feature::new("energy").within(0.0, 1.0).fresh_for(Duration::from_secs(FRESH_FOR));
const EXPLICIT: Feature<bool> = Feature::new("explicit");
const GENRE: Feature<String> = Feature::new("genre");
const GENRES: Feature<BTreeMap<String, f64>> = Feature::new("genres").within(0.0, 1.0);
const SIMILAR: Feature<Vec<String>> = Feature::new("similar");

pub(crate) fn schemas() -> Vec<Schema> {
    let features =
        vec![ENERGY.declare(), EXPLICIT.declare(), GENRE.declare(), GENRES.declare(), SIMILAR.declare()];
    vec![Schema { entity: Entity::Track, features }]
}

/// The worst level that one check finds in tracks of which this is expected, in YAML.
pub(crate) fn check(check: &Check, records: &[Record], expected: &str, level: Level) {
    check_against(check, records, &[], expected, level);
}

/// The same, with what the tracks used to be.
pub(crate) fn check_against(
    check: &Check,
    records: &[Record],
    before: &[Record],
    expected: &str,
    level: Level,
) {
    let expected: EntityExpectations = serde_yaml::from_str(expected).expect("the expectations are right");
    let expectations = Expectations { reference: None, entities: [("track".to_owned(), expected)].into() };
    assert_eq!(expectations.stray(&schemas()), None);
    let reference = Some(Profile::of(&keyed(before), &schemas(), &expectations));
    let standard = Standard { schemas: schemas(), expectations, reference };
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    let report = inspect(&keyed(records), &standard, now);
    let of_check: Vec<_> = report.measures.iter().filter(|measure| measure.check == check.name).collect();
    let worst = of_check.iter().map(|measure| measure.level).max().unwrap_or(Level::Fine);
    assert_eq!(worst, level, "{of_check:#?}");
}

pub(crate) fn numbers(numbers: &[f64]) -> Vec<Record> {
    numbers.iter().map(|number| record("energy", Value::Number(*number))).collect()
}

pub(crate) fn texts(words: &[&str]) -> Vec<Record> {
    words.iter().map(|word| record("genre", Value::Text((*word).to_owned()))).collect()
}

pub(crate) fn flags(yes: usize, no: usize) -> Vec<Record> {
    [vec![true; yes], vec![false; no]]
        .concat()
        .into_iter()
        .map(|flag| record("explicit", Value::Flag(flag)))
        .collect()
}

/// One record with the same weight for each of some words.
pub(crate) fn weights(words: &[&str], weight: f64) -> Vec<Record> {
    vec![record("genres", Value::Weights(words.iter().map(|word| ((*word).to_owned(), weight)).collect()))]
}

fn record(name: &str, value: Value) -> Record {
    Record::new(NOW, [(name.to_owned(), value)])
}

fn keyed(records: &[Record]) -> BTreeMap<Key, Record> {
    records.iter().enumerate().map(|(id, record)| (Key::track(id.to_string()), record.clone())).collect()
}
