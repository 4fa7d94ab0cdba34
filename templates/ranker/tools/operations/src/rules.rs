//! The rules that follow from objectives: how fast each burns its budget of errors, and when that is an alert.
//!
//! Windows and factors are those of "The Site Reliability Workbook", chapter 5, "Multiwindow, Multi-Burn-Rate Alerts": a
//! page if 2 % of the budget of 30 days burns within an hour or 5 % within six, a ticket if 10 % burns within a day or
//! three. Of two windows the long one says that it matters, the short one that it still goes on.
use crate::objectives::{Objective, Objectives};

const WINDOWS: [&str; 7] = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

/// An alert of an objective: how it ends, whom it wakes, and at which multiples of the allowed error ratio over a long
/// and a short window.
struct Alert {
    suffix: &'static str,
    severity: &'static str,
    burns: [(&'static str, &'static str, &'static str); 2],
}

const ALERTS: [Alert; 2] = [
    Alert { suffix: "BurnsFast", severity: "page", burns: [("14.4", "1h", "5m"), ("6", "6h", "30m")] },
    Alert { suffix: "BurnsSlowly", severity: "ticket", burns: [("3", "1d", "2h"), ("1", "3d", "6h")] },
];

/// The file of rules that follows from a service's objectives.
pub fn rules(objectives: &Objectives) -> String {
    let Objectives { service, days, objectives } = objectives;
    let mut text =
        String::from("# Written by `cargo run -p operations` from slo.yaml. Edit that instead.\ngroups:\n");
    for objective in objectives {
        text.push_str(&format!("  - name: {service}-slo-{}\n    rules:\n", objective.name));
        text.extend(WINDOWS.map(|window| ratio(service, objective, window)));
        text.extend(ALERTS.map(|alert| burn(service, *days, objective, &alert)));
    }
    text
}

fn ratio(service: &str, objective: &Objective, window: &str) -> String {
    let Objective { name, good, total, .. } = objective;
    let over = |promql: &str| promql.replace("WINDOW", window);
    let (good, total) = (over(good), over(total));
    format!(
        r#"      - record: slo:bad_ratio:rate{window}
        expr: |-
          1 - (
            {good}
          ) / (
            {total}
          )
        labels: {{service: "{service}", slo: "{name}"}}
"#
    )
}

fn burn(service: &str, days: u32, objective: &Objective, alert: &Alert) -> String {
    let Objective { name, percent, .. } = objective;
    let Alert { suffix, severity, burns } = alert;
    let bad = |window: &str| format!(r#"slo:bad_ratio:rate{window}{{service="{service}",slo="{name}"}}"#);
    let over = |(factor, long, short): (&str, &str, &str)| {
        let limit = format!("{factor} * (1 - {percent} / 100)");
        format!("({} > {limit} and {} > {limit})", bad(long), bad(short))
    };
    let id = format!("{}{suffix}", capital(name));
    let anchor = id.to_lowercase();
    format!(
        r#"      - alert: {id}
        expr: |-
          {}
          or
          {}
        labels: {{severity: {severity}, service: "{service}", slo: "{name}"}}
        annotations:
          summary: "{service} burns its {name} budget {}: {{{{ $value | humanizePercentage }}}} bad, where {percent}% have to be good over {days} days"
          runbook: services/{service}/operations/runbook.md#{anchor}
"#,
        over(burns[0]),
        over(burns[1]),
        suffix.trim_start_matches("Burns").to_lowercase(),
    )
}

/// A word in the casing of alerts: `latency` as `Latency`.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_objective_has_its_ratios_and_two_alerts() {
        let objective = Objective {
            name: "speed".to_owned(),
            percent: 99.5,
            because: "people wait".to_owned(),
            good: "rate(a[WINDOW])".to_owned(),
            total: "rate(b[WINDOW])".to_owned(),
        };
        let text = rules(&Objectives { service: "home".to_owned(), days: 30, objectives: vec![objective] });
        assert_eq!(text.matches("- record: ").count(), WINDOWS.len());
        for part in [
            "            rate(a[3d])\n          ) / (\n            rate(b[3d])\n",
            "- alert: SpeedBurnsFast",
            r#"slo:bad_ratio:rate1h{service="home",slo="speed"} > 14.4 * (1 - 99.5 / 100)"#,
            "runbook.md#speedburnsslowly",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
