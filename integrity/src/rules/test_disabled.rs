//! Tests that are still there and no longer run.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, Location, Rule, Span, rule};

use crate::Scene;
use crate::conditions::Conditions;
use crate::evidence;
use crate::examples;
use crate::obstacles::{self, Obstacle, Place};
use crate::rules::Check;
use crate::rust::At;
use crate::targets;

rule! {
    /// A test that head has and does not run: `#[ignore]`; a condition on it, on its module or on a file above that no
    /// build meets (`cfg(any())`, `cfg(all(unix, windows))`, a feature or flag that nothing switches on, or that the change no
    /// longer has among the default features, in `rustflags` or in what a build script tells cargo: what it writes elsewhere, in a
    /// function that nobody calls or where a variable is that CI does not know, cargo never hears); a macro that
    /// makes nothing of its module; a `return` before the assertions; a target with `test = false` or `harness = false`, or
    /// of which nothing is built any more; a package taken out of the workspace or of its `default-members`; an example
    /// in the documentation that is marked `ignore` or `text`.
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
    targets::out_of_default(scene, &TEST_DISABLED, findings);
}

/// What keeps the tests of the change from running: never at all, or only under some conditions.
pub(super) fn in_code(scene: &Scene<'_>, rule: &'static Rule, never: bool, findings: &mut Vec<Finding>) {
    let conditions = Conditions::of(scene);
    let help = if never { evidence::HELP } else { evidence::HELP_CONDITION };
    let mut told: BTreeSet<(String, Span)> = BTreeSet::new();
    let mut shared: BTreeMap<(String, u32, String), Vec<(At<'_>, At<'_>)>> = BTreeMap::new();
    for (base, head) in &scene.tests.pairs {
        for Obstacle { what, place, is_never } in obstacles::of(&conditions, *base, *head) {
            if is_never != never {
                continue;
            }
            let span = match place {
                Place::Here(span) => span,
                Place::Way { file, line } => {
                    shared.entry((file, line, what)).or_default().push((*base, *head));
                    continue;
                }
            };
            if span != head.function.span && !told.insert((head.side.path.clone(), span)) {
                continue;
            }
            let name = evidence::short(&head.function.name);
            let finding =
                Finding::new(rule, Location::at(&head.side.path, span), format!("test `{name}` {what}"))
                    .help(help)
                    .note_at_base(
                        base.location(),
                        evidence::side_by_side(&base.function.text, &head.function.text),
                    )
                    .fact(head.function.title())
                    .fact(&what);
            findings.push(finding.judged(&base.function.text, &head.function.text));
        }
    }
    for ((file, line, what), tests) in shared {
        findings.push(on_the_way(scene, rule, Location::point(&file, line, 1), &what, &tests).help(help));
    }
    examples::silenced(scene, rule, never, findings);
}

/// A condition that stands on a module or a file, in one finding with all tests below it.
fn on_the_way(
    scene: &Scene<'_>,
    rule: &'static Rule,
    place: Location,
    what: &str,
    tests: &[(At<'_>, At<'_>)],
) -> Finding {
    let titles: Vec<String> = tests.iter().map(|(_, head)| head.function.title()).collect();
    let count = if titles.len() == 1 { "1 test".to_owned() } else { format!("{} tests", titles.len()) };
    let below: String = tests.iter().map(|(base, _)| base.function.text.as_str()).collect();
    let head = scene.change.head.text(&place.file).unwrap_or_default();
    Finding::new(rule, place, format!("{what}, with {count}"))
        .note_at_base(tests[0].0.location(), evidence::names(&titles))
        .fact(what)
        .judged(below, &*head)
}
