//! Rules and metrics.
use std::collections::BTreeSet;
use std::time::Duration;

use telemetry::{buckets, names};

use crate::support::{Folder, all, words};

/// The names under which Prometheus keeps a metric.
fn series() -> BTreeSet<String> {
    let suffixes = ["", "_total", "_bucket", "_count", "_sum"];
    names::ALL.iter().flat_map(|name| suffixes.map(|suffix| format!("{name}{suffix}"))).collect()
}

#[test]
fn every_metric_in_rules_objectives_and_runbooks_exists() {
    let series = series();
    for folder in all() {
        let text = [folder.promql(), folder.text("alerts.test.yaml"), folder.text("runbook.md")].concat();
        for word in words(&text, |word| word.starts_with("ranking_")) {
            assert!(
                series.contains(word),
                "no metric is called `{word}`, as operations of {} say",
                folder.service
            );
        }
    }
}

#[test]
fn counters_are_called_by_the_name_they_have_in_prometheus() {
    for folder in all() {
        for word in words(&folder.promql(), |word| word.starts_with("ranking_")) {
            let gauges = [names::IN_FLIGHT, names::FEATURES_AGE_SECONDS];
            assert!(
                !names::ALL.contains(&word) || gauges.contains(&word),
                "`{word}` has no such series: a counter ends in _total, a histogram in _bucket, _count or _sum"
            );
        }
    }
}

/// The time that a request has where the caller says nothing, by the service's configuration.
fn budget(folder: &Folder) -> Duration {
    let config = folder.yaml("../config.yaml");
    Duration::from_millis(config["deadline"]["default_ms"].as_u64().expect("the configuration has a budget"))
}

#[test]
fn every_latency_that_is_asked_for_is_the_bound_of_a_bucket() {
    for folder in all() {
        let bounds = buckets::seconds(budget(&folder));
        for part in folder.promql().split("le=\"").skip(1) {
            let bound = part.split('"').next().unwrap_or_default();
            let number: f64 = bound.parse().expect("a bound is a number");
            assert!(bounds.contains(&number), "no bucket of {} ends at {bound}", folder.service);
        }
    }
}

#[test]
fn latency_is_held_to_the_budget_of_the_service() {
    for folder in all() {
        let seconds = budget(&folder).as_secs_f64();
        assert!(
            folder.text("slo.yaml").contains(&format!("le=\"{seconds}\"")),
            "objective of {}",
            folder.service
        );
        let alerts = folder.alerts();
        let alert =
            alerts.iter().find(|alert| alert.name == "P99OverBudget").expect("there is such an alert");
        assert!(
            alert.expression.ends_with(&format!("> {seconds}")),
            "{} of {}",
            alert.expression,
            folder.service
        );
    }
}

#[test]
fn every_label_value_that_is_asked_for_is_one() {
    use telemetry::{Code, Metrics, Part, Reload};
    let metrics = Metrics::new(Duration::from_millis(40));
    for code in [
        Code::Ok,
        Code::InvalidArgument,
        Code::NotFound,
        Code::DeadlineExceeded,
        Code::ResourceExhausted,
        Code::Unavailable,
        Code::Cancelled,
        Code::Internal,
    ] {
        metrics.answered("Rank", code, Duration::ZERO, Duration::ZERO);
    }
    metrics.reloaded(Part::Store, Reload::Refused);
    let text = metrics.text().expect("all values have a text form");
    for folder in all() {
        for label in ["code", "outcome"] {
            for value in values(&folder.promql(), label) {
                let there = text.contains(&format!("{label}=\"{value}\""));
                assert!(there, "no {label} is `{value}`, as PromQL of {} says", folder.service);
            }
        }
    }
}

/// The values that PromQL wants or does not want of a label.
fn values(promql: &str, label: &str) -> Vec<String> {
    let wanted = |part: &str| {
        let quoted = part.trim_start_matches(['=', '!', '~']).strip_prefix('"')?;
        quoted.split('"').next().map(|values| values.split('|').map(str::to_owned).collect::<Vec<_>>())
    };
    promql.split(label).skip(1).filter_map(wanted).flatten().collect()
}

#[test]
fn every_alert_says_how_bad_it_is_what_it_is_and_whose() {
    for folder in all() {
        for alert in folder.alerts() {
            assert!(["page", "ticket"].contains(&alert.severity.as_str()), "severity of {}", alert.name);
            assert_eq!(alert.service, folder.service, "service of {}", alert.name);
            assert!(alert.summary.starts_with(&folder.service), "summary of {}", alert.name);
        }
    }
}

#[test]
fn no_two_alerts_have_one_name() {
    for folder in all() {
        let mut names: Vec<_> = folder.alerts().into_iter().map(|alert| alert.name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), folder.alerts().len(), "of {}", folder.service);
    }
}
