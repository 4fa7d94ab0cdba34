//! What is planted in alerts, dashboards and runbooks, and a metric that goes while it is watched.

use findings::Finding;
use source::{Change, Tree};

use super::Plot;
use crate::{Error, Policy, check_static};

pub(super) static PLOT: Plot = Plot {
    rules: &[
        "metric-vanished",
        "metric-not-emitted",
        "metric-of-unknown-origin",
        "label-not-emitted",
        "alert-without-runbook",
        "watched-by-nobody",
        "unreadable-operations",
    ],
    judge,
};

fn judge() -> Result<Vec<Finding>, Error> {
    let tree = |metrics: &str| {
        let code = format!("use prometheus::register_int_counter_vec;\npub fn register() {{ {metrics} }}\n");
        Tree::from_memory([
            ("src/lib.rs", code.as_str()),
            ("services/planted/operations/alerts.yaml", ALERTS),
        ])
    };
    let kept = r#"register_int_counter_vec!("planted_kept", "Kept", &["code"]);"#;
    let gone = r#"register_int_counter_vec!("planted_gone", "Gone", &["code"]);"#;
    let change = Change::of_trees(Some(tree(&format!("{kept} {gone}"))), tree(kept));
    let mut findings = check_static(&change, &Policy::default())?.findings;
    let at = |path: &str| Tree::from_memory([(path, ALERTS)]);
    let moved =
        Change::of_trees(Some(at("services/planted/operations/alerts.yaml")), at("attic/alerts.yaml"));
    findings.extend(check_static(&moved, &Policy::default())?.findings);
    Ok(findings)
}

const ALERTS: &str = "
groups:
  - name: planted
    rules:
      - { alert: Gone, expr: 'rate(planted_gone[5m]) > 1' }
      - { alert: Never, expr: 'rate(planted_never[5m]) > 1' }
      - { alert: Elsewhere, expr: 'other_metric > 1' }
      - { alert: Label, expr: 'planted_kept{rpc=\"Rank\"} > 1' }
      - { alert: Torn, expr: 'rate(planted_kept[5m' }
";
