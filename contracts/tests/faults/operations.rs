//! Faults between what is watched and what the code emits: nobody notices before the night on which the alert is needed.

use crate::plant::Edit::{Move, Replace};
use crate::plant::{Fault, fault};

const ALERTS: &str = "services/now-playing/operations/alerts.yaml";
const NAMES: &str = "crates/telemetry/src/names.rs";
const RUNBOOK: &str = "services/now-playing/operations/runbook.md";

pub(crate) static FAULTS: &[Fault] = &[
    fault(
        "a metric is renamed that alerts watch",
        &[Replace(NAMES, "\"ranking_stages_degraded\"", "\"ranking_degraded_stages\"")],
        &["metric-vanished"],
    ),
    fault(
        "an alert watches a metric that there is not",
        &[Replace(ALERTS, "ranking_exposures_dropped_total", "ranking_exposures_lost_total")],
        &["metric-not-emitted"],
    ),
    fault(
        "an alert groups by a label that the metric has not",
        &[Replace(
            ALERTS,
            "sum by (part) (increase(ranking_reloads_total",
            "sum by (kind) (increase(ranking_reloads_total",
        )],
        &["label-not-emitted"],
    ),
    fault(
        "an alert links no runbook",
        &[Replace(ALERTS, "          runbook: services/now-playing/operations/runbook.md#loadshed\n", "")],
        &["alert-without-runbook"],
    ),
    fault(
        "an alert links a section that the runbook has not",
        &[Replace(RUNBOOK, "## LoadShed", "## Load")],
        &["alert-without-runbook"],
    ),
    fault(
        "the alerts move to where nobody looks",
        &[Move(ALERTS, "monitoring/now-playing.yaml")],
        &["watched-by-nobody"],
    ),
    fault("an expression is none", &[Replace(ALERTS, "> 0.001", "> > 0.001")], &["unreadable-operations"]),
];
