//! Production code that asks whether it is tested.

use std::collections::BTreeMap;

use findings::{Finding, Location, rule};

use crate::Scene;
use crate::evidence::HELP_OTHER;
use crate::facts::Detected;
use crate::rules::Check;
use crate::rust::Side;

rule! {
    /// A function of production code that asks whether it is tested and did not: `cfg!(test)`, `#[cfg(test)]` or
    /// `#[cfg(not(test))]` on a statement, a variable that stands only where tests run (`CI`, `TEST`,
    /// `RUST_TEST_THREADS`, `NEXTEST`). Functions that are there for tests only, and build scripts, are silent, and so is
    /// such a question that moved.
    ///
    /// ## Why it hurts
    /// What is tested is then not what runs. The tests stay green whatever the other branch does.
    ///
    /// ## Example
    /// ```base rust
    /// pub fn score(track: &Track) -> f32 { weigh(track) }
    /// ```
    /// ```head rust bad
    /// pub fn score(track: &Track) -> f32 {
    ///     if cfg!(test) { return 0.5; } //~
    ///     weigh(track)
    /// }
    /// ```
    ///
    /// ## Instead
    /// Hand over what differs, a clock or a source of randomness, and let the test choose it.
    /// ```base rust
    /// pub fn score(track: &Track) -> f32 { if cfg!(test) { 0.5 } else { weigh(track) } }
    /// ```
    /// ```head rust good
    /// pub fn score(track: &Track) -> f32 { weigh(track) }
    /// ```
    pub static TEST_DETECTED = {
        id: "test-detected",
        guard: "integrity",
        group: "test-integrity",
        level: Warning,
        summary: "finds production code that newly asks whether it is tested",
    };
}

pub(super) static CHECK: Check = Check { rule: &TEST_DETECTED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    // What moved within the change was there.
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for detected in scene.rust.files.iter().filter_map(|file| file.base.as_ref()).flat_map(all) {
        *known.entry(&detected.what).or_default() += 1;
    }
    for side in scene.rust.files.iter().filter_map(|file| file.head.as_ref()) {
        for detected in all(side) {
            match known.get_mut(detected.what.as_str()) {
                Some(count) if *count > 0 => *count -= 1,
                _ => findings.push(found(side, detected)),
            }
        }
    }
}

fn all(side: &Side) -> &[Detected] {
    &side.facts.special.detected
}

fn found(side: &Side, detected: &Detected) -> Finding {
    let message = format!("`{}` does something else where `{}` holds", detected.function, detected.what);
    Finding::new(&TEST_DETECTED, Location::at(&side.path, detected.span), message)
        .help(HELP_OTHER)
        .note(format!("+ {}", detected.what))
        .fact(&detected.function)
        .fact(&detected.what)
        .judged("", &detected.what)
}
