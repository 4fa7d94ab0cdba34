//! `scenarios`, `clock` and `seed`: what services are asked, and under which circumstances.

use ::policy::{Direction, Document, Key, PolicyError};

use super::Policy;

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "scenarios",
        "list of globs",
        "[services/*/contracts/*.yaml, services/*/contracts/*.yml]",
        Direction::MoreTightens,
        "Scenario files: requests to a service of `services` and what must come back.",
    ),
    Key::new(
        "clock",
        "time of RFC 3339",
        "none",
        Direction::AnyChangeLoosens,
        "The time at which scenarios are asked: what `{clock}` stands for in `services.NAME.run`.",
    ),
    Key::new(
        "seed",
        "number",
        "none",
        Direction::AnyChangeLoosens,
        "The seed under which scenarios are asked: what `{seed}` stands for in `services.NAME.run`.",
    ),
];

pub(super) fn check(document: &Document, policy: &Policy) -> Result<(), PolicyError> {
    for (index, glob) in policy.scenarios.iter().enumerate() {
        if let Err(error) = globset::Glob::new(glob) {
            return Err(document.error_at(&format!("contracts.scenarios[{index}]"), error));
        }
    }
    Ok(())
}
