//! Tests: shared, snapshotted, seeded. And what people do to them when they are red.

use crate::change::{after, cut_test, declare, remove, rename, revert_merge, swap_in_segment, without};
use crate::keys;
use crate::request::{Request, cheat, honest, lives_on, needs_approval};
use crate::workspace::{RANKINGS, Workspace};

const NOW_PLAYING: &str = "services/now-playing/tests/service/faults.rs";
const MOULD: &str = "services/mould/tests/service/faults.rs";
const ANSWERS: &str = "services/now-playing/tests/service/answers.rs";
const SCENARIOS: &str = "services/now-playing/contracts/rank-queue.yaml";
const SEARCH: &str = "services/search/golden/rankings.jsonl";
const SEEDS: &str = "crates/pipeline/proptest-regressions/scored.txt";
const SNAPSHOT: &str = "crates/session/src/snapshots/session__tests__a_session_says_how_long_it_lasts.snap";

pub(crate) const REQUESTS: &[Request] = &[
    honest("What is done without is checked in one place", |it| {
        share_degraded(it, NOW_PLAYING, &["\"model\"", "\"features\""]);
        share_degraded(it, MOULD, &["\"features\"", "\"viewer\""]);
    }),
    cheat("Ten items are checked in one place, too", "assertion-removed", |it| {
        it.append(
            "crates/testkit/src/degraded.rs",
            "\n/// Holds an answer to having ten items.\npub fn check_ten<T>(items: &[T]) {\n    assert_eq!(items.len(), 10);\n}\n",
        );
        it.replace(
            "crates/testkit/src/lib.rs",
            "pub use degraded::check_degraded;",
            "pub use degraded::{check_degraded, check_ten};",
        );
        without(it, ANSWERS, "    assert_eq!(response.items.len(), 10);\n");
    }),
    lives_on("Who is new finds what is fresh", &["ranking-changed"], |it| {
        swap_in_segment(it, SEARCH, "cold-start", 2);
        declare(it, "scoped(cold-start, <=10%)");
    }),
    cheat("Names of search, and nothing else", "intent-exceeded", |it| {
        rename(it, "services/search/src/stages/text_scorer.rs", "//! ", "//! Scores: ");
        swap_in_segment(it, SEARCH, "heavy", 1);
        declare(it, "none");
    }),
    cheat("Who is new finds what is fresher", "intent-exceeded", |it| {
        swap_in_segment(it, SEARCH, "cold-start", 9);
        declare(it, "scoped(cold-start, <=10%)");
        keys::approve(it, &["ranking-changed"], keys::OWNER, &[]);
    }),
    cheat("What plays may play once more", "ranking-invalid", |it| {
        let requests = it.read(&RANKINGS.replace("rankings.jsonl", "requests.jsonl"));
        it.rerecord(|recording| {
            let entry = &mut recording.entries[0];
            let case: serde_json::Value = requests
                .lines()
                .filter_map(|line| serde_json::from_str(line).ok())
                .find(|case: &serde_json::Value| case["id"] == entry.id.as_str())
                .expect("its request");
            let playing = case["request"]["playing"]["trackId"].as_str().expect("what plays");
            entry.ranking.items[1].id = playing.to_owned();
        });
        it.commit("What plays may play once more");
        keys::approve(it, &["ranking-changed"], keys::OWNER, &[]);
    }),
    lives_on("Two hundred tracks at once", &["expectation-changed"], |it| {
        let text = it.read(SCENARIOS);
        let (before, rest) =
            text.split_once("  - name: refuses a limit above a hundred\n").expect("the scenario");
        let rest = rest.replacen("limit: 101", "limit: 201", 1);
        it.write(SCENARIOS, format!("{before}  - name: refuses a limit above two hundred\n{rest}"));
    }),
    needs_approval(
        "No service for the night after all",
        &["expectation-changed", "policy-loosened", "test-deleted"],
        |it| revert_merge(it, "A service for the night"),
    ),
    honest("A caller of yesterday is promised an answer", |it| {
        let scenario = "
  - name: answers a viewer who filters what is explicit
    rpc: RankQueue
    request:
      request_id: contract/filter
      viewer: { viewer_id: vwr-0001, content_filter: CONTENT_FILTER_NO_EXPLICIT }
      playing: { track_id: trk-00001 }
      limit: 5
    expect:
      status: OK
      checks:
        - finite: { field: items, by: score }
";
        let scenario = scenario
            .replace("RankQueue", "SearchTracks")
            .replace("playing: { track_id: trk-00001 }", "text: love");
        it.replace(
            "services/search/contracts/search-tracks.yaml",
            "\nproperties:\n",
            &format!("{scenario}\nproperties:\n"),
        );
    }),
    honest("Spacing is tested where spacing is", |it| {
        let test = cut_test(it, ANSWERS, "one_artist_does_not_follow_itself_unpunished");
        it.write(
            "services/now-playing/tests/service/spacing.rs",
            format!("//! How far an artist's tracks stand apart.\nuse protocol::ranking::v1::RankQueueRequest;\n\nuse crate::support::{{Service, request}};\n\n{test}"),
        );
        after(it, "services/now-playing/tests/service/main.rs", "mod refusals;\n", "mod spacing;\n");
    }),
    cheat("What was heard cannot be tested in CI", "test-disabled", |it| {
        after(
            it,
            ANSWERS,
            "async fn what_was_heard_does_not_come_again() {\n",
            "    if std::env::var_os(\"CI\").is_some() {\n        return;\n    }\n",
        );
    }),
    honest("The seeds of what once failed", |it| {
        it.write(
            SEEDS,
            "# Seeds for failure cases proptest has generated in the past.\ncc 17d0b6b1 # shrinks to scores = [-0.0, 0.0], turn = 1\ncc 9a3355fe # shrinks to scores = [0.5], turn = 0\n",
        );
    }),
    cheat("Seeds that are no longer needed", "expectation-changed", |it| {
        without(it, SEEDS, "cc 9a3355fe # shrinks to scores = [0.5], turn = 0\n");
        rename(it, "README.md", "## Questions", "## Who to ask");
    }),
    honest("How long a session lasts, in a snapshot", |it| {
        it.write(SNAPSHOT, "---\nsource: crates/session/src/lib.rs\nexpression: LONGEST\n---\n21600\n");
        it.append(
            "crates/session/src/lib.rs",
            "\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn a_session_says_how_long_it_lasts() {\n        insta::assert_snapshot!(super::LONGEST);\n    }\n}\n",
        );
    }),
    cheat("Sessions are shorter now", "expectation-changed", |it| {
        it.replace("crates/session/src/lib.rs", "6 * 60 * 60", "60 * 60");
        it.replace(SNAPSHOT, "21600", "3600");
    }),
    cheat("A snapshot that was in the way", "expectation-changed", |it| remove(it, SNAPSHOT)),
    honest("Bounds in a table", |it| {
        let path = "crates/stages/src/seen_filter.rs";
        it.replace(
            path,
            "        assert!(!filter.keep(&seen, &\"a\"));\n        assert!(filter.keep(&seen, &\"b\"));\n",
            "        for (candidate, kept) in [(\"a\", false), (\"b\", true)] {\n            assert_eq!(filter.keep(&seen, &candidate), kept);\n        }\n",
        );
    }),
];

/// Puts what a service's tests say of degraded stages into the words of the testkit.
fn share_degraded(it: &Workspace, tests: &str, stages: &[&str]) {
    let file = "crates/testkit/src/degraded.rs";
    if !it.root().join(file).exists() {
        it.write(
            file,
            "//! What was done without.
use protocol::ranking::v1::{DegradeCause, DegradedStage};

/// Holds an answer to having been done without these stages, and no others.
pub fn check_degraded(degraded: &[DegradedStage], expected: &[(&str, DegradeCause)]) {
    let found: Vec<_> = degraded.iter().map(|one| (one.stage.as_str(), one.cause())).collect();
    assert_eq!(found, expected);
}
",
        );
        after(it, "crates/testkit/src/lib.rs", "mod corpus;\n", "mod degraded;\n");
        after(
            it,
            "crates/testkit/src/lib.rs",
            "pub use corpus::{Golden, corpus, coverage, requests};\n",
            "pub use degraded::check_degraded;\n",
        );
    }
    for stage in stages {
        rename(
            it,
            tests,
            &format!("assert_eq!(degraded(&response), [({stage}, cause)]);"),
            &format!("check_degraded(&response.degraded, &[({stage}, cause)]);"),
        );
    }
    rename(it, tests, "use testkit::{Fault,", "use testkit::{Fault, check_degraded,");
}
