//! The workspace grows: a crate, a service, a model, an experiment.

use crate::change::{after, declare, rename, rerecord, retrain};
use crate::request::{Request, cheat, honest, lives_on};
use crate::workspace::Workspace;

const COMMON: &str = "protos/ranking/v1/common.proto";
const SEARCH: &str = "services/search/golden/rankings.jsonl";
const SIGNATURE: &str = "models/now_playing.signature.yaml";
const EXPERIMENTS: &str = "services/search/experiments.yaml";
const SESSION: &str = "crates/session/src/lib.rs";

pub(crate) const REQUESTS: &[Request] = &[
    honest("What a session is", |it| {
        let manifest = it.read("crates/telemetry/Cargo.toml");
        let (head, _) = manifest.split_once("[dependencies]").expect("dependencies");
        let head = head.replace("name = \"telemetry\"", "name = \"session\"").replace(
            "Clock, deadline, logs, traces and metrics of the ranking services",
            "What a session is",
        );
        it.write("crates/session/Cargo.toml", format!("{head}[lints]\nworkspace = true\n"));
        it.write(
            SESSION,
            "//! What a session is.\n\n/// How long a session lasts at most, in seconds.\npub const LONGEST: u64 = 6 * 60 * 60;\n",
        );
        it.replace(
            "gatefold.yaml",
            "reward, telemetry]\n      because: each can be read",
            "reward, session, telemetry]\n      because: each can be read",
        );
        it.replace("Cargo.toml", "stages = {", "session = { path = \"crates/session\" }\nstages = {");
        after(it, "crates/stages/Cargo.toml", "pipeline.workspace = true\n", "session.workspace = true\n");
        it.append(
            "crates/stages/src/seen_filter.rs",
            "\n/// For how long a track counts as seen, in seconds.\npub const SEEN_FOR: u64 = session::LONGEST;\n",
        );
        it.replace(
            "Cargo.lock",
            "[[package]]\nname = \"sha2\"",
            "[[package]]\nname = \"session\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"sha2\"",
        );
    }),
    cheat("The session crate has rules of its own", "policy-loosened", |it| {
        it.append(SESSION, "\n/// How long it lasts at least, in seconds.\npub const SHORTEST: u64 = 60;\n");
        it.write("crates/session/gatefold.yaml", "mode: observe\n");
    }),
    lives_on("A model that learned from November", &["expectation-changed", "ranking-changed"], |it| {
        retrain(it, "now_playing");
        it.replace(SIGNATURE, "version: 2026-11-20.1", "version: 2026-11-24.1");
        it.rerecord(|recording| {
            for entry in &mut recording.entries {
                entry.ranking.model = Some("2026-11-24.1".to_owned());
                entry.ranking.items.iter_mut().for_each(|item| item.score *= 0.97);
            }
        });
        declare(it, "model(now_playing@2026-11-24.1)");
    }),
    cheat("A model that learned from December, and a little more", "intent-exceeded", |it| {
        retrain(it, "search");
        rename(it, "services/search/src/stages/text_scorer.rs", "//! ", "//! Scores: ");
        rerecord(it, SEARCH, |recording| {
            for entry in &mut recording.entries {
                entry.ranking.model = entry.ranking.model.as_ref().map(|_| "2026-12-01.1".to_owned());
            }
        });
        declare(it, "model(search@2026-12-01.1)");
    }),
    honest("A service for the night", |it| {
        let ran = it.run(&["new", "service", "night-owl"]);
        assert_eq!(ran.status, 0, "{ran}");
    }),
    cheat("Dependencies in the order of the alphabet", "tool-setting-loosened", |it| {
        it.replace("Cargo.toml", "anstyle = \"1.0.14\"\nasync-trait", "async-trait");
        after(it, "Cargo.toml", "url = \"2.5.8\"\n", "anstyle = \"1.0.14\"\n");
        it.replace("Cargo.toml", "unsafe_code = \"forbid\"", "unsafe_code = \"warn\"");
    }),
    honest("An experiment with fresh results", fresh_results),
    honest("A reason that people asked for", |it| {
        after(
            it,
            COMMON,
            "  REASON_LASTING = 9;\n",
            "  // The viewer played it a lot a year ago.\n  REASON_PLAYED_LAST_YEAR = 10;\n",
        );
    }),
    cheat("A moment for the night", "blocking-in-async", |it| {
        it.append(
            SESSION,
            "\n/// Waits for the night.\npub async fn night() {\n    // gatefold: allow(blocking-in-async) until 2099-12-31: nothing else runs at night\n    std::thread::sleep(std::time::Duration::from_secs(1));\n}\n",
        );
    }),
    honest("The policy in words that people use", |it| {
        rename(
            it,
            "gatefold.yaml",
            "# What was decided about this workspace.",
            "# What we decided about this workspace.",
        );
        it.replace("gatefold.yaml", "  exclude: []", "  exclude: [   ]   # nothing");
    }),
];

/// One more entry behind those that run.
fn fresh_results(it: &Workspace) {
    let running = it.read(EXPERIMENTS);
    let entry = running.split_once("- name: search-popularity").expect("the experiment").1;
    let fresh =
        format!("- name: search-fresh{}", entry.replace("search-popularity-2026-11", "search-fresh-2026-12"));
    it.append(
        EXPERIMENTS,
        &fresh.replace("popular\n", "fresh\n").replace("popularity-weight: 0.6", "freshness-weight: 0.2"),
    );
}
