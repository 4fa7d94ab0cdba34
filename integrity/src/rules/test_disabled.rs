//! Tests that are still there and no longer run.

use std::collections::BTreeSet;

use findings::{Finding, Location, Rule, Span, rule};
use serde_json::Value;

use crate::Scene;
use crate::evidence;
use crate::facts::{Function, Gate, feature};
use crate::rules::Check;
use crate::rust::At;
use crate::settings;
use crate::targets;

rule! {
    /// A test that head has and does not run: `#[ignore]`, a condition that never holds (`cfg(any())`, `cfg(not(test))`,
    /// a feature that nothing switches on), a `return` before the assertions, a target with `test = false` or
    /// `harness = false`, a package taken out of the workspace.
    ///
    /// ## Why it hurts
    /// The run is green and shorter. Nobody counts tests, so nobody sees it.
    ///
    /// ## Example
    /// ```base rust
    /// #[test]
    /// fn ties_stand_in_candidate_order() {
    ///     assert_eq!(rank(&ties()), [7, 3]);
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// #[ignore = "flaky"]
    /// fn ties_stand_in_candidate_order() { //~
    ///     assert_eq!(rank(&ties()), [7, 3]);
    /// }
    /// ```
    /// In a manifest:
    /// ```base toml
    /// [package]
    /// name = "ranking"
    ///
    /// [lib]
    /// name = "ranking"
    /// ```
    /// ```head toml bad
    /// [package]
    /// name = "ranking"
    ///
    /// [lib]
    /// name = "ranking"
    /// test = false #~
    /// ```
    ///
    /// ## Instead
    /// Repair what fails. A test that was ignored and runs again is silent.
    /// ```base rust
    /// #[test]
    /// #[ignore = "needs the store"]
    /// fn the_store_answers() {
    ///     assert_eq!(store().get(7), Some(3));
    /// }
    /// ```
    /// ```head rust good
    /// #[test]
    /// fn the_store_answers() {
    ///     assert_eq!(store().get(7), Some(3));
    /// }
    /// ```
    pub static TEST_DISABLED = {
        id: "test-disabled",
        guard: "integrity",
        group: "test-integrity",
        level: Error,
        summary: "finds tests that head has and no longer runs",
    };
}

pub(super) static CHECK: Check = Check { rule: &TEST_DISABLED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    in_code(scene, &TEST_DISABLED, true, findings);
    targets::in_manifests(scene, &TEST_DISABLED, findings);
    targets::out_of_workspace(scene, &TEST_DISABLED, findings);
}

/// What keeps the tests of the change from running: never at all, or only under some conditions.
pub(super) fn in_code(scene: &Scene<'_>, rule: &'static Rule, never: bool, findings: &mut Vec<Finding>) {
    let mut told: BTreeSet<(String, Span)> = BTreeSet::new();
    for (base, head) in &scene.tests.pairs {
        for Obstacle { what, span, is_never } in obstacles(scene, *base, *head) {
            let shared = span != head.function.span;
            if is_never != never || shared && !told.insert((head.side.path.clone(), span)) {
                continue;
            }
            let name = evidence::short(&head.function.name);
            let finding =
                Finding::new(rule, Location::at(&head.side.path, span), format!("test `{name}` {what}"))
                    .help(evidence::HELP)
                    .note_at_base(
                        base.location(),
                        evidence::side_by_side(&base.function.text, &head.function.text),
                    )
                    .fact(head.function.title())
                    .fact(&what);
            findings.push(finding.judged(&base.function.text, &head.function.text));
        }
    }
    for (side, module, what, is_never) in modules(scene) {
        if is_never == never {
            let finding = Finding::new(
                rule,
                Location::at(&side.path, module.span),
                format!("module `{}` {what}", module.name),
            )
            .help(evidence::HELP)
            .fact(&module.name)
            .fact(&what);
            findings.push(finding);
        }
    }
}

struct Obstacle {
    what: String,
    span: Span,
    is_never: bool,
}

fn obstacles(scene: &Scene<'_>, base: At<'_>, head: At<'_>) -> Vec<Obstacle> {
    let (one, other) = (base.function, head.function);
    let mut found = Vec::new();
    let mut add = |what: String, span: Span, is_never: bool| found.push(Obstacle { what, span, is_never });
    match (&one.ignored, &other.ignored) {
        (before, Some(None)) if *before != Some(None) => add("is ignored".to_owned(), other.span, true),
        (None, Some(Some(when))) => {
            add(format!("is ignored where `{}`", evidence::short(when)), other.span, false)
        }
        _ => {}
    }
    for gate in
        other.gates.iter().filter(|gate| !one.gates.iter().any(|before| before.predicate == gate.predicate))
    {
        let never = is_never(scene, head, gate);
        let what = if never { "is never compiled" } else { "is compiled only" };
        add(format!("{what}: `cfg({})`", evidence::short(&gate.predicate)), gate.span, never);
    }
    let leaves =
        |function: &Function| function.leaves.iter().map(|leave| leave.condition.clone()).collect::<Vec<_>>();
    let before = leaves(one);
    for leave in other.leaves.iter().filter(|leave| !before.contains(&leave.condition)) {
        match &leave.condition {
            None => add("returns before its end".to_owned(), leave.span, true),
            Some(condition) => {
                let platform = ["cfg !", "target_", "miri", "windows", "unix"]
                    .iter()
                    .any(|word| condition.contains(word));
                add(format!("returns early if `{}`", evidence::short(condition)), leave.span, !platform);
            }
        }
    }
    found
}

/// Whether a condition keeps a test from ever running: it cannot hold, or asks for a feature that nothing had at the
/// base and that no code but tests depends on.
fn is_never(scene: &Scene<'_>, head: At<'_>, gate: &Gate) -> bool {
    if ["any ( )", "false", "FALSE", "not ( test )", "not ( all ( ) )", "never", "disabled"]
        .contains(&gate.predicate.as_str())
    {
        return true;
    }
    let Some(name) = feature(&gate.predicate) else { return false };
    if scene
        .rust
        .files
        .iter()
        .filter_map(|file| file.head.as_ref())
        .any(|side| side.facts.features.contains(&name))
    {
        return false;
    }
    !declares_feature(scene, head, &name)
}

/// Whether the manifest above the file declared the feature at base, or makes it a default at head.
fn declares_feature(scene: &Scene<'_>, head: At<'_>, name: &str) -> bool {
    let mut dir = head.side.path.as_str();
    loop {
        dir = dir.rsplit_once('/').map_or("", |(dir, _)| dir);
        let path = crate::rust::join(dir, "Cargo.toml");
        if let Ok(text) = scene.change.head.text(&path) {
            let manifest = |text: &str| settings::read(text).unwrap_or(Value::Null);
            let base = scene
                .base
                .text(scene.change.base_path(&path))
                .map(|text| manifest(&text))
                .unwrap_or_default();
            let declared = |side: &Value| {
                let optional = |table: &str| {
                    side.pointer(&format!("/{table}/{name}/optional")) == Some(&Value::Bool(true))
                };
                side.pointer("/features").and_then(|features| features.get(name)).is_some()
                    || optional("dependencies")
            };
            let default = manifest(&text)
                .pointer("/features/default")
                .is_some_and(|list| list.to_string().contains(&format!("\"{name}\"")));
            return declared(&base) || default;
        }
        if dir.is_empty() {
            // Without a manifest nothing is known of features.
            return true;
        }
    }
}

type Gated<'a> = (&'a crate::rust::Side, &'a crate::facts::Module, String, bool);

/// Module declarations that got a condition.
fn modules<'a>(scene: &'a Scene<'_>) -> Vec<Gated<'a>> {
    let mut found = Vec::new();
    for file in &scene.rust.files {
        let (Some(base), Some(head)) = (&file.base, &file.head) else { continue };
        for module in &head.facts.modules {
            let Some(before) = base.facts.modules.iter().find(|before| before.name == module.name) else {
                continue;
            };
            for gate in module
                .gates
                .iter()
                .filter(|gate| !before.gates.iter().any(|was| was.predicate == gate.predicate))
            {
                let never = ["any ( )", "false", "not ( test )"].contains(&gate.predicate.as_str());
                if never {
                    found.push((
                        head,
                        module,
                        format!("is never compiled: `cfg({})`", evidence::short(&gate.predicate)),
                        true,
                    ));
                }
            }
        }
    }
    found
}
