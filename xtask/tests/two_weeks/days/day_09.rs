//! Going back, cleaning up, and cheats that come with honest work.

use crate::change::{add_test, after, remove, rename, revert_merge, without};
use crate::request::{Request, cheat, emergency, honest, needs_approval, refused, revert};

const TESTS: &str = ".github/workflows/tests.yml";
const TOP_K: &str = "crates/stages/src/selectors/top_k.rs";

pub(crate) const REQUESTS: &[Request] = &[
    revert("An empty name was never seen", |it| revert_merge(it, "A candidate that was seen is never kept")),
    cheat("Clippy is slow", "ci-step-weakened", |it| {
        without(
            it,
            TESTS,
            "      - name: Clippy\n        run: cd \"$GATED\" && cargo clippy --locked --workspace --all-targets -- -D warnings\n",
        );
    }),
    honest("Clippy has a job of its own", |it| {
        let step = "      - name: Clippy\n        run: cd \"$GATED\" && cargo clippy --locked --workspace --all-targets -- -D warnings\n";
        without(it, TESTS, step);
        let text = it.read(TESTS);
        let checkout = text
            .split_once("    steps:\n")
            .expect("steps")
            .1
            .split_once("      - name: Keep")
            .expect("a cache")
            .0
            .to_owned();
        it.append(TESTS, &format!("\n  clippy:\n    runs-on: ubuntu-latest\n    timeout-minutes: 30\n    steps:\n{checkout}{step}"));
    }),
    cheat("Snapshots take care of themselves", "expectation-forced", |it| {
        after(it, TESTS, "  CARGO_TERM_COLOR: never\n", "  INSTA_UPDATE: always\n");
    }),
    honest("Approvals of last month are in the history", |it| {
        let approvals = it.git(&["ls-files", "approvals/*-*"]);
        approvals.lines().take(4).for_each(|file| remove(it, file));
    }),
    cheat("Scores in a new order, with a faster cut", "test-disabled", |it| {
        rename(it, "crates/pipeline/src/scored.rs", "let (ours, theirs)", "let (one, other_one)");
        rename(it, "crates/pipeline/src/scored.rs", "theirs.total_cmp(&ours)", "other_one.total_cmp(&one)");
        it.replace(
            "crates/pipeline/src/scored.rs",
            "    #[test]\n    fn negative_zero",
            "    #[test]\n    #[ignore]\n    fn negative_zero",
        );
    }),
    honest("The order of two, in words", |it| {
        rename(it, "crates/pipeline/src/scored.rs", "let (ours, theirs)", "let (one, other_one)");
        rename(it, "crates/pipeline/src/scored.rs", "theirs.total_cmp(&ours)", "other_one.total_cmp(&one)");
    }),
    needs_approval("Formats are checked before the push", &["ci-step-weakened"], |it| {
        without(it, TESTS, "      - name: Format\n        run: cd \"$GATED\" && cargo fmt --all --check\n");
    }),
    honest("Trees stand with trees", |it| {
        it.git(&["mv", "crates/models/tests/lightgbm", "crates/models/tests/trees"]);
        let files = it.git(&["grep", "--name-only", "tests/lightgbm"]);
        files.lines().for_each(|file| rename(it, file, "tests/lightgbm", "tests/trees"));
    }),
    emergency("Search is down, its scenarios can wait", &["expectation-changed", "uncovered-field"], |it| {
        remove(it, "services/search/contracts/search-tracks.yaml");
    }),
    honest("Actions of this month", |it| {
        rename(
            it,
            TESTS,
            "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
            "08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v7.1.0",
        );
    }),
    refused("Whatever checkout is newest", "action-unpinned", |it| {
        rename(it, TESTS, "08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v7.1.0", "v5");
    }),
    honest("As many as there are", |it| {
        add_test(
            it,
            TOP_K,
            "    #[test]\n    fn as_many_as_there_are_all_stay() {\n        assert_eq!(sizes(7, 7), (7, 0));\n    }\n",
        );
    }),
];
