//! Changes that nobody has to answer for.

use crate::plant::Edit::{self, Add, Move, Replace};

pub(crate) static CHANGES: &[(&str, &[Edit])] = &[
    ("nothing changes", &[]),
    (
        "a field, a value of an enum, a method and a message are new",
        &[
            Replace(
                "protos/ranking/v1/mould.proto",
                "  double relevance = 2;\n",
                "  double relevance = 2;\n  // Whose choice.\n  string origin = 3;\n",
            ),
            Replace(
                "protos/ranking/v1/common.proto",
                "  REASON_LASTING = 9;\n",
                "  REASON_LASTING = 9;\n  // Friends play it.\n  REASON_FRIENDS = 10;\n",
            ),
            Replace(
                "protos/inference/open_inference_grpc.proto",
                "service GRPCInferenceService {",
                "message Unload {}\nservice GRPCInferenceService {\n  rpc ModelUnload(Unload) returns (Unload);",
            ),
        ],
    ),
    (
        "a field that no consumer reads goes, its number and name reserved",
        &[Replace(
            "protos/inference/open_inference_grpc.proto",
            "  repeated string extensions = 3;",
            "  reserved 3; reserved \"extensions\";",
        )],
    ),
    (
        "a plain field becomes optional",
        &[Replace(
            "protos/ranking/v1/mould.proto",
            "  double relevance = 2;",
            "  optional double relevance = 2;",
        )],
    ),
    (
        "comments and the order of fields change",
        &[Replace(
            "protos/ranking/v1/now_playing.proto",
            "  // What the viewer heard in this session before the playing track, oldest first, at most 200.\n  repeated SessionTrack session = 6;\n",
            "  // What was heard.\n  repeated SessionTrack session = 6;\n",
        )],
    ),
    (
        "a message moves to another file of its package",
        &[
            Replace(
                "protos/ranking/v1/search.proto",
                "// One feature of a found track.\nmessage TrackFeature {\n  // Name, as in the model's signature.\n  string name = 1;\n  // Value; absent if it is missing, which the model takes as its signature says.\n  optional double value = 2;\n}\n",
                "",
            ),
            Replace(
                "protos/ranking/v1/common.proto",
                "// The arm of an experiment",
                "message TrackFeature {\n  string name = 1;\n  optional double value = 2;\n}\n\n// The arm of an experiment",
            ),
        ],
    ),
    (
        "a service is new, with its promises and a consumer",
        &[
            Add(
                "protos/ranking/v1/radio.proto",
                "syntax = \"proto3\";\npackage ranking.v1;\nmessage TuneRequest { string seed = 1; }\nmessage TuneResponse { repeated string track_ids = 1; }\nservice Radio { rpc Tune(TuneRequest) returns (TuneResponse); }\n",
            ),
            Add(
                "services/radio/contracts/tune.yaml",
                "contracts: 1\nservice: ranking.v1.Radio\ntarget: radio\nscenarios:\n  - name: tunes\n    rpc: Tune\n    request: { seed: jazz }\n    expect: { status: OK }\n",
            ),
            Replace(
                "gatefold.yaml",
                "services:\n  home:\n",
                "services:\n  radio:\n    run: [target/debug/radio, --listen, \"{listen}\"]\n  home:\n",
            ),
            Add(
                "contracts/consumers/car.yaml",
                "contracts: 1\nconsumer: car\nuses: { ranking.v1.Radio/Tune: { sends: [seed], reads: [track_ids] } }\n",
            ),
        ],
    ),
    (
        "a consumer reads more, and another one is new",
        &[
            Replace(
                "contracts/consumers/player.yaml",
                "      - items.reasons\n",
                "      - items.reasons\n      - items.score\n",
            ),
            Add(
                "contracts/consumers/watch.yaml",
                "contracts: 1\nconsumer: watch\nuses: { ranking.v1.NowPlaying/RankQueue: { reads: [items.track_id] } }\n",
            ),
        ],
    ),
    (
        "how a feature is computed changes, and its place does not",
        &[Replace(
            "services/now-playing/src/inputs.rs",
            "|_, c| c.track.skips)",
            "|_, c| c.track.skips.map(|skips| skips.min(1.0)))",
        )],
    ),
    (
        "an experiment is stopped",
        &[Replace("services/now-playing/experiments.yaml", "state: running", "state: stopped")],
    ),
    (
        "what deals units is written otherwise, and says the same",
        &[
            Replace("crates/experiments/src/experiment.rs", "BUCKETS: u32 = 1000", "BUCKETS: u32 = 1_000"),
            Replace(
                "crates/experiments/src/assignments.rs",
                "pub fn bucket(salt: &str, unit: &str) -> u32 {",
                "#[inline]\npub fn bucket(\n    salt: &str,\n    unit: &str,\n) -> u32 {\n    // As ever.",
            ),
        ],
    ),
    (
        "alerts move to another file that is looked at",
        &[Move("services/now-playing/operations/alerts.yaml", "services/now-playing/operations/pages.yaml")],
    ),
    (
        "an alert is new, over a metric that is emitted, with a section of the runbook",
        &[
            Replace(
                "services/now-playing/operations/alerts.yaml",
                "      - alert: ReloadRefused\n",
                "      - alert: NoCandidates\n        expr: sum(rate(ranking_candidates_sum{job=\"now-playing\"}[5m])) == \
                 0\n        for: 10m\n        labels: {severity: ticket, service: now-playing}\n        annotations:\n          \
                 summary: nothing is ranked\n          runbook: \
                 services/now-playing/operations/runbook.md#nocandidates\n\n      - alert: ReloadRefused\n",
            ),
            Replace(
                "services/now-playing/operations/runbook.md",
                "## LoadShed\n",
                "## NoCandidates\n\nLook at the catalogue.\n\n## LoadShed\n",
            ),
        ],
    ),
];
