//! A field, a metric, a key: what features are made of. The first ranking that somebody means to change.

use golden::Requests;

use crate::change::{after, move_file, without};
use crate::keys::{self, SIGNERS};
use crate::request::{Request, cheat, honest, lives_on, needs_approval};
use crate::workspace::RANKINGS;

const PROTO: &str = "protos/ranking/v1/now_playing.proto";
const NAMES: &str = "crates/telemetry/src/names.rs";
const TOP_K: &str = "crates/stages/src/top_k.rs";
const REQUESTS_FILE: &str = "services/now-playing/golden/requests.jsonl";

pub(crate) const REQUESTS: &[Request] = &[
    honest("Which player asks", |it| {
        after(
            it,
            PROTO,
            "  bool explain = 7;\n",
            "  // Which player asks, for logs.\n  string player = 8;\n",
        );
    }),
    lives_on("What is new stands further up", &["ranking-changed"], |it| {
        it.replace("services/now-playing/src/reasons.rs", "NEW_DAYS: f64 = 30.0", "NEW_DAYS: f64 = 45.0");
        it.swap_best(3);
    }),
    honest("Count requests that are turned away", |it| {
        after(
            it,
            NAMES,
            "pub const RELOADS: &str = \"ranking_reloads\";\n",
            "/// Requests that were turned away because too many were in flight.\npub const TURNED_AWAY: &str = \"ranking_requests_turned_away\";\n",
        );
        it.replace(NAMES, "[&str; 14]", "[&str; 15]");
        after(it, NAMES, "    RELOADS,\n", "    TURNED_AWAY,\n");
    }),
    cheat("The same ranking, a little better", "ranking-changed", |it| it.swap_best(9)),
    cheat("Tidy up the protos", "field-renumbered", |it| {
        it.replace(PROTO, "uint32 limit = 5;", "uint32 limit = 6;");
        it.replace(PROTO, "repeated SessionTrack session = 6;", "repeated SessionTrack session = 5;");
        it.replace(
            PROTO,
            "// What is playing, for whom, and what may follow.",
            "// What plays, for whom, and what may follow.",
        );
    }),
    honest("How many tracks where nobody says", |it| {
        it.append(
            "services/now-playing/config.yaml",
            "# How many tracks an answer has where the request does not say.\nlimit: 20\n",
        );
        after(
            it,
            "crates/serving/src/config.rs",
            "    pub seed: u64,\n",
            "    /// How many tracks an answer has where the request does not say.\n    #[serde(default)]\n    pub limit: u32,\n",
        );
    }),
    honest("A listener of classical music among the golden requests", |it| {
        let last =
            it.read(REQUESTS_FILE).lines().last().expect("a request").replace("heavy/029", "heavy/030");
        it.append(REQUESTS_FILE, &format!("{last}\n"));
        let requests = Requests::parse(&it.read(REQUESTS_FILE)).expect("requests").digest();
        it.rerecord(|recording| {
            let mut entry = recording.get("heavy/029").expect("it is recorded").clone();
            entry.id = "heavy/030".to_owned();
            let at = recording.entries.partition_point(|other| other.id < entry.id);
            recording.entries.insert(at, entry);
            recording.requests = requests;
        });
    }),
    cheat("Fewer golden requests, a faster gate", "request-removed", |it| {
        let kept: String = it.read(REQUESTS_FILE).lines().take(104).map(|line| format!("{line}\n")).collect();
        it.write(REQUESTS_FILE, kept);
        let requests = Requests::parse(&it.read(REQUESTS_FILE)).expect("requests");
        let digest = requests.digest();
        let text = it.read(REQUESTS_FILE);
        it.rerecord(|recording| {
            recording.entries.retain(|entry| text.contains(&format!("\"{}\"", entry.id)));
            recording.requests = digest;
        });
        assert!(it.read(RANKINGS).lines().count() == 105);
    }),
    cheat("My own key, my own approval", "policy-loosened", |it| {
        it.append(SIGNERS, &keys::trust(it, "somebody@example"));
        it.swap_best(9);
        it.commit("Another order");
        keys::approve(it, &["ranking-changed"], "somebody@example", &[]);
    }),
    honest("Stages that choose have a folder", |it| {
        move_file(it, TOP_K, "crates/stages/src/selectors/top_k.rs");
        it.write("crates/stages/src/selectors/mod.rs", "//! Stages that choose.\npub(crate) mod top_k;\n");
        it.replace("crates/stages/src/lib.rs", "mod top_k;", "mod selectors;");
        it.replace("crates/stages/src/lib.rs", "top_k::TopK", "selectors::top_k::TopK");
    }),
    needs_approval("The best stay, and that is never in doubt", &["test-made-vacuous"], |it| {
        let looked =
            "split.kept.iter().zip(0..).all(|(scored, place)| scored.candidate == place), \"the best stay\"";
        without(it, "crates/stages/src/selectors/top_k.rs", &format!("        assert!({looked});\n"));
    }),
];
