//! Positive controls: a guard's answer counts once it has found what it plants for itself in memory.
//!
//! A control has a policy of its own, so that no policy switches it off. What a workspace's own rules find is for that
//! workspace's tests to hold: the gate cannot know what to plant for them.

use std::collections::BTreeMap;
use std::panic::catch_unwind;

use source::{Cache, Notes};

/// Asks a guard for its control: the rules that missed what was planted for them, or why it could not be asked.
pub(crate) type Control = fn(&str) -> Result<Vec<&'static str>, String>;

/// The controls of the house.
pub(crate) fn of_the_house(guard: &str) -> Result<Vec<&'static str>, String> {
    match guard {
        "lints" => lints::control().map_err(|error| error.to_string()),
        "arch" => arch::control().map_err(|error| error.to_string()),
        "contracts" => contracts::control().map_err(|error| error.to_string()),
        "golden" => golden::control().map_err(|error| error.to_string()),
        "integrity" => integrity::control().map_err(|error| error.to_string()),
        _ => Err("there is no such guard".to_owned()),
    }
}

/// The guards whose control failed, and how. A control proves the build and nothing else, so that one that passed is kept
/// for that build; one that failed is asked again.
pub(crate) fn failed<'g>(
    guards: impl IntoIterator<Item = &'g &'static str>,
    control: Control,
    cache: &Cache,
) -> BTreeMap<&'static str, String> {
    let failure = |guard: &str| match catch_unwind(|| control(guard)) {
        Ok(Ok(missed)) if missed.is_empty() => None,
        Ok(Ok(missed)) => Some(format!("it does not find what is planted for `{}`", missed.join("`, `"))),
        Ok(Err(error)) => Some(error),
        Err(_) => Some("a rule failed inside".to_owned()),
    };
    let said = |why| {
        format!("its positive control failed: {why}; this build of Gatefold is broken, take another one")
    };
    let passed = cache.notes("controls");
    let mut failed = BTreeMap::new();
    for &guard in guards {
        let key = Notes::key(&[guard.as_bytes()]);
        if passed.get(&key).is_some() {
            continue;
        }
        match failure(guard) {
            None => passed.put(key, Vec::new()),
            Some(why) => _ = failed.insert(guard, said(why)),
        }
    }
    passed.close();
    failed
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::guards::NAMES;

    #[test]
    fn every_guard_of_the_house_finds_what_it_plants() {
        assert_eq!(failed(NAMES, of_the_house, &Cache::off()), BTreeMap::new());
    }

    #[test]
    fn a_control_fails_where_a_rule_is_blind_and_where_it_cannot_be_asked() {
        let broken: Control = |guard| match guard {
            "lints" => Ok(vec!["untied-sort", "unfinished-code"]),
            "arch" => Err("failed to look".to_owned()),
            "golden" => panic!("a fault"),
            _ => Ok(Vec::new()),
        };
        let failed = failed(NAMES, broken, &Cache::off());
        assert_eq!(failed.keys().copied().collect::<Vec<_>>(), ["arch", "golden", "lints"]);
        assert!(failed["lints"].contains("planted for `untied-sort`, `unfinished-code`"), "{failed:?}");
        assert!(failed["arch"].contains("failed to look"), "{failed:?}");
    }

    #[test]
    fn a_control_that_passed_is_kept_for_its_build_and_one_that_failed_is_not() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let control: Control = |guard| {
            ASKED.fetch_add(1, Ordering::Relaxed);
            Ok(if guard == "lints" { vec!["untied-sort"] } else { Vec::new() })
        };
        let folder = tempfile::tempdir().expect("a folder");
        let check = |cache: &Cache, asked: usize| {
            ASKED.store(0, Ordering::Relaxed);
            let failed = failed(NAMES, control, cache);
            assert_eq!(failed.keys().copied().collect::<Vec<_>>(), ["lints"]);
            assert_eq!(ASKED.load(Ordering::Relaxed), asked);
        };
        // Files that have been there for a while stand for programs.
        let [one, other] =
            ["Cargo.toml", "src/lib.rs"].map(|file| Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
        let kept = folder.path().join("cache");
        let cache = |program: &Path| Cache::in_folder(&kept).judged_by(program);
        check(&cache(&one), NAMES.len());
        check(&cache(&one), 1);
        check(&cache(&other), NAMES.len());
        let files = || std::fs::read_dir(&kept).expect("a folder").flatten().map(|entry| entry.path());
        for file in files() {
            std::fs::write(file, "torn").expect("it is written over");
        }
        check(&cache(&one), NAMES.len());
        check(&Cache::in_folder(&kept), NAMES.len());
    }
}
