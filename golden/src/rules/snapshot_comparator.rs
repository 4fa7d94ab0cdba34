//! Comparators of insta over rankings.

use findings::rule;

rule! {
    /// A test of a service with a corpus that gives insta a comparator of its own: `set_comparator`, or `comparator =>` in
    /// `with_settings!`. Where no test that hands a ranking to insta is reached from it, it is a warning.
    ///
    /// ## Why it hurts
    /// A comparator answers yes or no and says nothing of why. One that always answers yes passes every ranking, and the
    /// test looks as if it had compared.
    ///
    /// ## Example
    /// ```rust bad
    /// #[test]
    /// fn the_queue_is_ranked() {
    ///     let mut settings = insta::Settings::clone_current();
    ///     settings.set_comparator(Box::new(Close)); //~
    ///     settings.bind(|| insta::assert_json_snapshot!(ranked_queue()));
    /// }
    /// ```
    ///
    /// ## Instead
    /// Record the ranking with `assert_rankings!`: what differs by noise alone, as the tolerance of the policy has it, stays
    /// as it is recorded.
    /// ```rust good
    /// #[test]
    /// fn the_queue_is_ranked() {
    ///     let corpus = rankings::InProcess::new("queue", "r.v1.Queue/Rank");
    ///     rankings::assert_rankings!(corpus, || |case: &rankings::Case| answer(case));
    /// }
    /// ```
    pub static SNAPSHOT_COMPARATOR = {
        id: "snapshot-comparator",
        guard: "golden",
        group: "snapshots",
        level: Error,
        summary: "finds comparators of insta that decide about rankings",
    };
}
