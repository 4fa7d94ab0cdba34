//! Whatever records and files hold, checks come to an end with numbers that can be compared.
use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, SystemTime};

use features::{Entity, Feature, Key, Record, Schema, Value};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use quality::{CHECKS, Profile, Standard, inspect};

const NUMBER: Feature<f64> = Feature::new("number").within(0.0, 1.0).fresh_for(Duration::from_secs(60));
const WORD: Feature<String> = Feature::new("word");
const WEIGHTS: Feature<BTreeMap<String, f64>> = Feature::new("weights").within(0.0, 1.0);

/// All that can be expected.
const EVERYTHING: &str = "
entities:
  track:
    records: [1, 5]
    change: {warn: 0.1}
    duplicates: {warn: 0.1}
    age: {warn: 1}
    future: {refuse: 0}
    features:
      number: {missing: {refuse: 0}, ordinary: {low: 0.4, high: 0.6, outside: {warn: 0}}, stale: {warn: 0}, drift: {warn: 0.1}}
      word: {missing: {warn: 0}, vocabulary: {ids_of: track, unknown: {refuse: 0}}, drift: {refuse: 0.1}}
      weights: {missing: {warn: 0}, vocabulary: {words: [a], unknown: {refuse: 0}}, drift: {refuse: 0.1}}
";

fn schemas() -> Vec<Schema> {
    let features = vec![NUMBER.declare(), WORD.declare(), WEIGHTS.declare()];
    vec![Schema { entity: Entity::Track, features }]
}

fn standard(quality: &[u8], profile: Option<&[u8]>) -> Option<Standard> {
    let folder = tempfile::tempdir().expect("a folder is made");
    let path = folder.path().join("quality.yaml");
    let reference = if profile.is_some() { "reference: profile.yaml\n" } else { "" };
    fs::write(&path, [reference.as_bytes(), quality].concat()).expect("the file is written");
    fs::write(folder.path().join("profile.yaml"), profile.unwrap_or_default()).expect("the file is written");
    Standard::read(&path, schemas()).ok()
}

fn records() -> impl Strategy<Value = BTreeMap<Key, Record>> {
    let value = prop_oneof![
        any::<bool>().prop_map(Value::Flag),
        any::<f64>().prop_map(Value::Number),
        "[a-c]".prop_map(Value::Text),
        vec("[a-c]", 0..3).prop_map(Value::Texts),
        btree_map("[a-c]", any::<f64>(), 0..3).prop_map(Value::Weights),
    ];
    let name = prop_oneof!["number", "word", "weights", "other"];
    let record = (any::<u64>(), btree_map(name.clone(), value, 0..4), btree_map(name, any::<u64>(), 0..3))
        .prop_map(|(at, values, times)| Record { at, values, times });
    btree_map("[a-f]".prop_map(Key::track), record, 0..9)
}

proptest! {
    #[test]
    fn any_records_are_measured_against_any_others(now in records(), before in records(), second: u32) {
        let mut standard = standard(EVERYTHING.as_bytes(), None).expect("the expectations are right");
        standard.reference = Some(Profile::of(&before, &standard.schemas, &standard.expectations));
        let report = inspect(&now, &standard, SystemTime::UNIX_EPOCH + Duration::from_secs(second.into()));
        prop_assert_eq!(report.records, now.len());
        for measure in &report.measures {
            prop_assert!(measure.value.is_finite() && measure.value >= 0.0, "{}", measure);
        }
        prop_assert!(report.measures.is_sorted_by(|one, other| one.level >= other.level));
        prop_assert!(CHECKS.iter().any(|check| report.measures.iter().any(|measure| measure.check == check.name)));
    }

    #[test]
    fn what_was_profiled_can_be_read_again(before in records()) {
        let standard_now = standard(EVERYTHING.as_bytes(), None).expect("the expectations are right");
        let profile = Profile::of(&before, &standard_now.schemas, &standard_now.expectations);
        let text = serde_yaml::to_string(&profile).expect("a profile is YAML");
        let read = standard(EVERYTHING.as_bytes(), Some(text.as_bytes())).expect("a profile can be read");
        prop_assert_eq!(read.reference, Some(profile));
    }

    #[test]
    fn any_bytes_are_expectations_or_refused(bytes in vec(any::<u8>(), 0..256)) {
        let _read = standard(&bytes, Some(&bytes));
    }

    #[test]
    fn any_bytes_are_a_reference_or_refused(changes in vec((0..200_usize, any::<u8>()), 1..5)) {
        let mut profile = b"entities: {track: {records: 3, features: {number: {edges: [0.1, 0.5], counts: [1, 1, 1]}, \
            word: {words: {a: 2, b: 3}, other: 4}}}}".to_vec();
        for (index, byte) in changes {
            let index = index % profile.len();
            profile[index] = byte;
        }
        if let Some(standard) = standard(EVERYTHING.as_bytes(), Some(&profile)) {
            let record = Record::new(0, [("number".to_owned(), Value::Number(0.5))]);
            let report = inspect(&[(Key::track("a"), record)].into(), &standard, SystemTime::UNIX_EPOCH);
            prop_assert!(report.measures.iter().all(|measure| measure.value.is_finite()));
        }
    }
}
