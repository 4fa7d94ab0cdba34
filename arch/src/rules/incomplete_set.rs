//! Things of a kind that lack what every one of the kind has.

use findings::{Finding, Location, rule};

use crate::evidence::reasoned;
use crate::policy::Entry;
use crate::sets::{Lacks, Missing, Set};

rule! {
    /// What is found by the glob of a rule under `complete` and lacks a file, something in it, or a line that the rule asks
    /// for. What a capture stands for is looked for as it is and with `_` for `-`, since the proto of `now-playing` is
    /// called `now_playing.proto`.
    ///
    /// ## Why it hurts
    /// A service without a runbook is found at night. Nobody forgets it on purpose: the tenth service is copied from the
    /// ninth, and what the ninth lacks, nobody looks for.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   complete:
    ///     services:
    ///       each: services/{service}/Cargo.toml
    ///       has: ["protos/**/{service}.proto", "services/{service}/operations/runbook.md"]
    ///       lines: [{ file: CODEOWNERS, says: "/services/{service}/ @*" }]
    ///       because: what serves is watched, and somebody is called
    ///
    /// services/home/Cargo.toml | # the package
    /// services/home/operations/runbook.md | # Runbook of home
    /// services/now-playing/Cargo.toml | # the package //~
    /// protos/ranking/v1/home.proto | syntax = "proto3";
    /// protos/ranking/v1/now_playing.proto | syntax = "proto3";
    /// CODEOWNERS | /services/home/ @ranking
    /// CODEOWNERS | /services/now-playing/ @ranking
    /// ```
    ///
    /// ## Instead
    /// Write what is missing; `cargo xtask new service` stamps it all. What one of the kind need not have is said under
    /// `except`, with the reason.
    /// ```good
    /// arch:
    ///   complete:
    ///     services:
    ///       each: services/{service}/Cargo.toml
    ///       has: ["protos/**/{service}.proto", "services/{service}/operations/runbook.md"]
    ///       except: [{ of: probe, lacks: "protos/**/{service}.proto", because: it only calls others }]
    ///       because: what serves is watched, and somebody is called
    ///
    /// services/home/Cargo.toml | # the package
    /// services/home/operations/runbook.md | # Runbook of home
    /// services/probe/Cargo.toml | # the package
    /// services/probe/operations/runbook.md | # Runbook of probe
    /// protos/ranking/v1/home.proto | syntax = "proto3";
    /// ```
    pub static INCOMPLETE_SET = {
        id: "incomplete-set",
        guard: "arch",
        group: "sets",
        level: Error,
        summary: "finds services and other things that lack what all of their kind have",
    };
}

pub(crate) fn find(sets: &[Set<'_>]) -> Vec<Finding> {
    sets.iter().flat_map(|set| set.missing.iter().map(|missing| told(set, missing))).collect()
}

fn told(set: &Set<'_>, missing: &Missing<'_>) -> Finding {
    let thing = &missing.thing;
    let (message, help) = match &missing.lacks {
        Lacks::File(path) => (format!("`{thing}` has no `{path}`"), format!("write `{path}`")),
        Lacks::Content(path) => {
            (format!("`{path}` of `{thing}` has nothing in it"), format!("write `{path}`"))
        }
        Lacks::Line { file, says } => (
            format!("no line of `{file}` says `{says}`"),
            format!("add a line to `{file}` for `{thing}`: `{says}`"),
        ),
    };
    // What the thing is found by shows where it belongs.
    let place = set.things.get(thing).map_or_else(|| thing.clone(), |thing| thing.file.clone());
    let mut finding = Finding::new(&INCOMPLETE_SET, Location::file(place), message);
    if let Some((other, file)) = &missing.like {
        finding = finding.note(format!("`{other}` has `{file}`"));
    }
    let rule = set.rule;
    reasoned(finding, &Entry::named("complete", set.name, rule), help)
        .note(format!("it is asked of every `{}`", rule.each))
        .fact(set.name)
        .fact(thing)
        .fact(missing.asked)
}
