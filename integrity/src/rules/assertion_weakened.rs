//! Assertions that exclude less than they did.

use findings::{Finding, rule};

use crate::Scene;
use crate::compare::Kind;
use crate::rules::Check;

rule! {
    /// An assertion of a test, or of a helper that tests call, that lets more results pass than at the base: equality
    /// turned into a condition, a wider tolerance, bound or range, a broader pattern, two values of which only the lengths are
    /// compared, a value that is compared with itself under another name, a loop that takes the first rows of a table only
    /// (`.take(1)`, a `break` at its end), a dropped `expected` of `#[should_panic]`, another expected literal while neither code nor dependencies nor data changed; a redaction or a
    /// filter of `insta` that stands for all of a snapshot (`".**" => "[..]"`, `add_filter(".*", "..")`), while one of a field is silent.
    ///
    /// ## Why it hurts
    /// It is the smallest edit that turns a red test green. The engineer who reads the green run believes in a promise
    /// that nobody keeps any more.
    ///
    /// ## Example
    /// ```base rust
    /// #[test]
    /// fn the_score_is_the_weighted_sum() {
    ///     let score = score(&features());
    ///     assert_eq!(score.map(|s| s.rank), Ok(3));
    ///     assert!((score.unwrap().value - 0.75).abs() < 1e-6);
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn the_score_is_the_weighted_sum() {
    ///     let score = score(&features());
    ///     assert!(score.map(|s| s.rank).is_ok()); //~
    ///     assert!((score.unwrap().value - 0.75).abs() < 0.5);
    /// }
    /// ```
    /// A literal that changed alone:
    /// ```base rust
    /// #[test]
    /// fn the_limit_is_kept() {
    ///     assert_eq!(rank(&request()).len(), 10);
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn the_limit_is_kept() {
    ///     assert_eq!(rank(&request()).len(), 9); //~
    /// }
    /// ```
    /// A snapshot of which nothing is left:
    /// ```base rust
    /// #[test]
    /// fn the_page_is_kept() {
    ///     insta::assert_yaml_snapshot!(page());
    /// }
    /// ```
    /// ```head rust bad
    /// #[test]
    /// fn the_page_is_kept() { //~
    ///     insta::assert_yaml_snapshot!(page(), { ".**" => "[page]" });
    /// }
    /// ```
    ///
    /// ## Instead
    /// Repair the code. An assertion that says as much or more in other words is silent.
    /// ```base rust
    /// #[test]
    /// fn nothing_is_left() {
    ///     assert_eq!(queue().len(), 0);
    ///     assert!((mean() - 2.0).abs() < 0.1);
    ///     assert!(first() == Some(3));
    /// }
    /// ```
    /// ```head rust good
    /// #[test]
    /// fn nothing_is_left() {
    ///     assert!(queue().is_empty(), "the queue holds {:?}", queue());
    ///     assert!((mean() - 2.0).abs() < 0.01);
    ///     assert_eq!(first(), Some(3));
    /// }
    /// ```
    pub static ASSERTION_WEAKENED = {
        id: "assertion-weakened",
        guard: "integrity",
        group: "test-integrity",
        level: Error,
        summary: "finds assertions that let more pass than they did",
    };
}

pub(super) static CHECK: Check = Check { rule: &ASSERTION_WEAKENED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    scene.report(&ASSERTION_WEAKENED, Kind::Weaker, findings);
}
