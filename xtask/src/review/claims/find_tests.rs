//! What is a claim, and what only looks like one.

use super::find::{Kind, find};

#[track_caller]
fn check(kind: Kind, claims: &[&str], none: &[&str]) {
    for text in claims {
        assert!(
            find(text).iter().any(|found| found.kind == kind),
            "{kind:?} is in {text:?}: {:?}",
            find(text)
        );
    }
    for text in none {
        assert!(
            find(text).iter().all(|found| found.kind != kind),
            "no {kind:?} is in {text:?}: {:?}",
            find(text)
        );
    }
}

#[test]
fn that_nothing_behaves_otherwise_is_said_in_many_ways() {
    check(
        Kind::NoBehaviour,
        &[
            "no behaviour change",
            "No behavior changes.",
            "Tidy up the ranker (no functional change)",
            "Tidy up [NFC]",
            "This should not change any behaviour.",
            "It doesn't change existing behavior",
            "There should be no functional changes here",
            "Behaviour is unchanged.",
            "The behaviour of the service stays the same",
            "without changing the behaviour",
            "Tidied, no change in behaviour intended",
            "a behaviour-preserving clean-up",
            "**No** _behaviour_ change",
            "- [x] no behaviour change",
            "Rename things\n\nNo behaviour\nchange.",
            "I had little time, but there is no behaviour change",
            "purely internal; external behaviour is preserved",
            "a refactor with no functional impact",
            "There are no user-facing changes",
            "There is nothing here that changes behaviour",
            "a no-op refactor",
        ],
        &[
            "This is not a no behaviour change",
            "No, behaviour changes here",
            "Is there no behaviour change?",
            "If there is no behaviour change we can merge",
            "I cannot promise that there is no behaviour change",
            "- [ ] no behaviour change",
            "`no behaviour change`",
            "> no behaviour change",
            "He wrote \"no behaviour change\"",
            "the last commit claimed no behaviour change",
            "<!-- no behaviour change -->",
            "```\nno behaviour change\n```",
            "Changes the behaviour",
            "no new behaviour was asked for; changes follow",
            "Near-field nfc reader",
        ],
    );
}

#[test]
fn new_tests_are_claimed_and_wishes_are_not() {
    check(
        Kind::AddsTests,
        &[
            "Adds tests",
            "add unit tests for the ranker",
            "Added two new integration tests.",
            "Tests were added for ties",
            "fix the tie, with regression tests",
            "New tests cover the tie",
            "The tie is covered by new unit tests",
            "Fix ties and add a regression test",
        ],
        &[
            "changes no tests",
            "Adds no tests",
            "no new tests",
            "does not add tests",
            "without new tests",
            "TODO: add tests",
            "Tests will be added later",
            "we should add tests",
            "will add tests in a follow-up",
            "- [ ] I have added tests",
            "needs new tests",
            "removes tests",
            "Can you add tests?",
            "adds a test helper",
            "adding tests is out of scope",
            "a report counts new tests",
            "No tests added since this is a refactor",
        ],
    );
}

#[test]
fn that_no_caller_breaks_is_said_and_that_one_does_is_no_claim() {
    check(
        Kind::NoBreaking,
        &[
            "no breaking changes",
            "This is a non-breaking change",
            "fully backwards compatible",
            "It does not break any caller",
            "This doesn't introduce a breaking change.",
            "Does this break anything? No breaking changes",
            "## Breaking changes\n\nNone",
            "Breaking change: no",
            "| Breaking change | no |",
            "Does this introduce a breaking change? No.",
            "Breaking changes: n/a",
            "stays wire-compatible",
            "- [x] Bug fix (non-breaking change which fixes an issue)",
            "no API changes",
            "Callers are unaffected",
        ],
        &[
            "This is a breaking change",
            "BREAKING CHANGE: the field is gone",
            "not backwards compatible",
            "no longer backwards compatible",
            "could be backwards compatible",
            "Is it backwards compatible?",
            "## Breaking changes\n\nThe field moved",
            "- [ ] no breaking changes",
            "backwards incompatible",
        ],
    );
}

#[test]
fn only_is_only_where_nothing_takes_it_back() {
    check(
        Kind::OnlyRefactoring,
        &[
            "only refactoring",
            "Just a refactor",
            "pure refactoring",
            "refactor: tidy",
            "refactor(ranker): tidy",
            "Refactoring only.",
            "a purely mechanical refactoring",
        ],
        &[
            "this is not a refactoring",
            "this is not only refactoring",
            "not just a refactor",
            "refactors the ranker and fixes a tie",
            "fix: refactor",
            "Is this just a refactoring?",
        ],
    );
    check(
        Kind::OnlyDocs,
        &[
            "docs only",
            "Only docs",
            "documentation-only change",
            "docs: say more",
            "Only touches documentation",
            "just comments",
        ],
        &["not only docs", "the docs follow", "adds docs", "fix: the docs"],
    );
    check(Kind::OnlyTests, &["test-only change", "only adds tests"], &["not only tests"]);
    check(
        Kind::NoRanking,
        &["no ranking changes", "Rankings stay the same", "Rankings are not affected"],
        &["rankings change"],
    );
    check(
        Kind::NoDependencies,
        &["no new dependencies", "doesn't add any dependency"],
        &["new dependencies"],
    );
    check(
        Kind::TestsPass,
        &["All tests pass", "tested locally", "the tests are green"],
        &["tests do not pass"],
    );
    check(Kind::NotSlower, &["no performance impact", "improves latency"], &["may improve latency"]);
}

#[test]
fn what_a_claim_leaves_out_is_seen() {
    let excepts = |text: &str| find(text).iter().any(|found| found.excepts);
    assert!(excepts("no behaviour change except for ties"));
    assert!(excepts("No behaviour change, apart from the order of ties"));
    assert!(!excepts("no behaviour change for anybody"));
}

#[test]
fn a_claim_is_shown_as_its_sentence_says_it() {
    let found = find("Tidy the ranker\n\nIt is faster. There is no behaviour change in `rank`, we think.");
    let sentences: Vec<&str> = found.iter().map(|found| found.sentence.as_str()).collect();
    assert_eq!(sentences, ["There is no behaviour change in …, we think."]);
}
