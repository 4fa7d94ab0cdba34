//! Faults of experiments: units that change their arm, and experiments that nobody can judge or end.

use crate::plant::Edit::{Move, Replace};
use crate::plant::{Fault, advice, fault};

const FILE: &str = "services/now-playing/experiments.yaml";
const ASSIGNMENTS: &str = "crates/experiments/src/assignments.rs";
const BUCKETS: &str = "crates/experiments/src/experiment.rs";

pub(crate) static FAULTS: &[Fault] = &[
    fault(
        "the salt of a running experiment changes",
        &[Replace(FILE, "salt: artist-spacing-2026-11", "salt: artist-spacing-2026-12")],
        &["experiment-rerandomised"],
    ),
    fault(
        "the buckets of a running experiment move",
        &[Replace(FILE, "to: 500\n", "to: 400\n"), Replace(FILE, "from: 500\n", "from: 400\n")],
        &["experiment-rerandomised"],
    ),
    fault(
        "the hash deals units otherwise while experiments run",
        &[Replace(ASSIGNMENTS, "chain_update([0])", "chain_update([1])")],
        &["experiment-rerandomised"],
    ),
    fault(
        "there are more buckets while experiments run",
        &[Replace(BUCKETS, "BUCKETS: u32 = 1000", "BUCKETS: u32 = 10_000")],
        &["experiment-rerandomised"],
    ),
    fault(
        "what deals units goes under another name, and nobody would see it change",
        &[
            Replace(ASSIGNMENTS, "bucket(", "bucket_of("),
            Replace("crates/experiments/src/lib.rs", "Assignments, bucket}", "Assignments, bucket_of}"),
        ],
        &["unreadable-experiments"],
    ),
    fault(
        "arms share buckets",
        &[Replace(FILE, "from: 500\n", "from: 450\n")],
        &["experiment-buckets-overlap"],
    ),
    fault(
        "an arm has buckets that there are not",
        &[Replace(FILE, "to: 1000\n", "to: 1100\n")],
        &["experiment-out-of-range"],
    ),
    fault(
        "the state of an experiment is misspelt",
        &[Replace(FILE, "state: running", "state: runing")],
        &["unreadable-experiments"],
    ),
    fault(
        "an experiment has no end",
        &[Replace(FILE, "  ends: 2026-12-14\n", "")],
        &["experiment-without-end"],
    ),
    advice(
        "an experiment has nothing that must not become worse",
        &[Replace(
            FILE,
            "  guardrails:\n    - name: minutes-played\n      kind: mean\n      bad: decrease\n      margin:\n        relative: 0.03\n    - name: complained\n      kind: proportion\n      bad: increase\n      margin:\n        absolute: 0.01\n",
            "",
        )],
        &["experiment-without-guardrail"],
    ),
    fault(
        "an experiment has no word that stops it",
        &[Replace(FILE, "  state: running\n", "")],
        &["experiment-without-kill-switch"],
    ),
    fault(
        "experiments move to where nobody looks",
        &[Move(FILE, "services/now-playing/trials.yaml")],
        &["experiment-rerandomised"],
    ),
    fault(
        "two experiments share a salt",
        &[Replace("services/home/experiments.yaml", "salt: ", "salt: artist-spacing-2026-11 #")],
        &["experiment-rerandomised", "experiment-salt-shared"],
    ),
];
