//! Positive controls: a guard's answer counts once it has found what it plants for itself in memory.
//!
//! A control has a policy of its own, so that no policy switches it off. What a workspace's own rules find is for that
//! workspace's tests to hold: the gate cannot know what to plant for them.

use std::collections::BTreeMap;
use std::panic::catch_unwind;

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

/// The guards whose control failed, and how.
pub(crate) fn failed<'g>(
    guards: impl IntoIterator<Item = &'g &'static str>,
    control: Control,
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
    guards.into_iter().filter_map(|&guard| Some((guard, said(failure(guard)?)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guards::NAMES;

    #[test]
    fn every_guard_of_the_house_finds_what_it_plants() {
        assert_eq!(failed(NAMES, of_the_house), BTreeMap::new());
    }

    #[test]
    fn a_control_fails_where_a_rule_is_blind_and_where_it_cannot_be_asked() {
        let broken: Control = |guard| match guard {
            "lints" => Ok(vec!["untied-sort", "unfinished-code"]),
            "arch" => Err("failed to look".to_owned()),
            "golden" => panic!("a fault"),
            _ => Ok(Vec::new()),
        };
        let failed = failed(NAMES, broken);
        assert_eq!(failed.keys().copied().collect::<Vec<_>>(), ["arch", "golden", "lints"]);
        assert!(failed["lints"].contains("planted for `untied-sort`, `unfinished-code`"), "{failed:?}");
        assert!(failed["arch"].contains("failed to look"), "{failed:?}");
    }
}
