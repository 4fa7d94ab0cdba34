//! Faults in what is said of services: by consumers, and in scenario files.

use crate::plant::Edit::{Add, Replace};
use crate::plant::{Fault, fault};

const PLAYER: &str = "contracts/consumers/player.yaml";
const DEADLINES: &str = "services/now-playing/contracts/deadlines.yaml";
const RANK: &str = "services/mould/contracts/rank.yaml";

pub(crate) static FAULTS: &[Fault] = &[
    fault(
        "a consumer reads a field that there is not",
        &[Replace(PLAYER, "- items.reasons", "- items.reason")],
        &["unknown-consumed-field"],
    ),
    fault(
        "a consumer calls a method that there is not",
        &[Replace(PLAYER, "RankQueue:", "RankQueues:")],
        &["unknown-consumed-field"],
    ),
    fault(
        "a consumer's file has an unknown key",
        &[Replace(PLAYER, "    reads:", "    read:")],
        &["unreadable-consumer"],
    ),
    fault(
        "two files are of one consumer",
        &[Add(
            "contracts/consumers/second.yaml",
            "contracts: 1\nconsumer: player\nuses: { ranking.v1.Mould/Rank: {} }\n",
        )],
        &["unreadable-consumer"],
    ),
    fault(
        "a scenario sends a field that there is not",
        &[Replace(RANK, "relevance: 1.5", "relevanze: 1.5")],
        &["unreadable-scenario"],
    ),
    fault(
        "a scenario expects a status that there is not",
        &[Replace(RANK, "status: INVALID_ARGUMENT", "status: INVALID")],
        &["unreadable-scenario"],
    ),
    fault(
        "a scenario file asks a service that the policy has not",
        &[Replace(RANK, "target: mould", "target: mold")],
        &["unreadable-scenario"],
    ),
    fault(
        "a deadline waits for a dependency that the service has not",
        &[Replace(DEADLINES, "dependency: inference,", "dependency: interference,")],
        &["unreadable-scenario"],
    ),
    fault(
        "a scenario has an unknown key",
        &[Replace(RANK, "    request: {", "    requests: {")],
        &["unreadable-scenario"],
    ),
];
