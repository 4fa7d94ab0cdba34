//! Tests that are gone with the dead code that they tested.

use findings::{Finding, Location, rule};

use crate::Scene;
use crate::compare::Kind;
use crate::departed::Departed;
use crate::evidence;
use crate::rules::Check;

rule! {
    /// A test of the base that head does not have, of functions, types and constants that head does not have either, where the
    /// test named nothing else of the repository, and nothing but they themselves and tests that are gone named them. Whoever
    /// reviews the change should know that they were unused; nobody has to approve it. The same holds for a method of a type that
    /// stays, where each assertion of the test was about it, and for an assertion about such code in a test that stays. What
    /// something else used or that is public in a package which may be published, a method of a trait, what an attribute hands to
    /// somebody, and a test of more than that are for `test-deleted` and `assertion-removed`.
    ///
    /// ## Why it hurts
    /// It does not, if it was meant: a function may be unused because somebody forgot to use it.
    ///
    /// ## Example
    /// ```base rust
    /// pub fn best(scores: &[u32]) -> Option<u32> {
    ///     scores.iter().copied().max()
    /// }
    ///
    /// fn doubled(score: u32) -> u32 {
    ///     score * 2
    /// }
    ///
    /// #[test]
    /// fn two_is_doubled() { //~
    ///     assert_eq!(doubled(2), 4);
    /// }
    /// ```
    /// ```head rust bad
    /// pub fn best(scores: &[u32]) -> Option<u32> {
    ///     scores.iter().copied().max()
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```base rust
    /// pub fn doubled(score: u32) -> u32 {
    ///     score * 2
    /// }
    ///
    /// #[test]
    /// fn two_is_doubled() {
    ///     assert_eq!(doubled(2), 4);
    /// }
    /// ```
    /// ```head rust good
    /// pub fn twice(score: u32) -> u32 {
    ///     score * 2
    /// }
    ///
    /// #[test]
    /// fn two_is_doubled() {
    ///     assert_eq!(twice(2), 4);
    /// }
    /// ```
    pub static TEST_GONE_WITH_CODE = {
        id: "test-gone-with-code",
        guard: "integrity",
        group: "test-integrity",
        level: Note,
        summary: "finds tests that are gone with the dead code that they tested",
    };
}

pub(super) static CHECK: Check = Check { rule: &TEST_GONE_WITH_CODE, check };

const HELP: &str = "check that it was to go, and not to be used";

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let first = findings.len();
    scene.report(&TEST_GONE_WITH_CODE, Kind::Departed, findings);
    findings[first..].iter_mut().for_each(|finding| finding.help = Some(HELP.to_owned()));
    if scene.tests.lost.is_empty() {
        return;
    }
    let departed = Departed::of(scene);
    for at in &scene.tests.lost {
        let Some(names) = departed.tested_by(*at) else { continue };
        let heads =
            |file: &&crate::rust::RustFile| file.base.as_ref().is_some_and(|base| base.path == at.side.path);
        let head = scene.rust.files.iter().find(heads).and_then(|file| file.head.as_ref());
        let name = evidence::short(&at.function.name);
        let message =
            format!("test `{name}` is gone with `{}`, which nothing else used", names.join("` and `"));
        let place = Location::file(head.map_or(&*at.side.path, |head| head.path.as_str()));
        findings.push(
            Finding::new(&TEST_GONE_WITH_CODE, place, message)
                .help(HELP)
                .note_at_base(at.location(), evidence::gone(&at.function.text))
                .fact(at.function.title())
                .judged(&at.function.text, ""),
        );
    }
}
