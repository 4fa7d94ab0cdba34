//! Limits in files that humans set, and that let more pass.

use findings::{Finding, Rule, rule};

use crate::Scene;
use crate::budgets::{Entry, Loosened};
use crate::evidence::{HELP_OTHER, short};
use crate::rules::Check;

rule! {
    /// A limit that moved to the loose side, or that is gone: those that `integrity.budgets` names with the way in which
    /// each loosens, and the alert rules of Prometheus, which are known without it. YAML, JSON and TOML are compared as
    /// data, entries of lists by their names, numbers with their units. An alert is weaker where it is gone, fires later
    /// (`for`), at a bound that is further away, under one more condition, or with a lower severity.
    ///
    /// ## Why it hurts
    /// Whoever cannot keep a deadline can raise it, and whoever is woken by an alert can silence it. The numbers look like
    /// any other number of a configuration; on-call learns of it when nothing fires.
    ///
    /// ## Example
    /// ```base yaml services/home/operations/alerts.yaml
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: RequestsFail
    ///         expr: rate(failed[5m]) / rate(requests[5m]) > 0.02
    ///         for: 5m
    /// ```
    /// ```head yaml services/home/operations/alerts.yaml bad
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: RequestsFail
    ///         expr: rate(failed[5m]) / rate(requests[5m]) > 0.2 #~
    ///         for: 5m
    /// ```
    ///
    /// ## Instead
    /// Tightening, new entries, another order and comments are silent.
    /// ```base yaml services/home/operations/alerts.yaml
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - { alert: RequestsFail, expr: rate(failed[5m]) > 2 }
    /// ```
    /// ```head yaml services/home/operations/alerts.yaml good
    /// groups:
    ///   - name: home
    ///     rules:
    ///       # Fires once they are many.
    ///       - { alert: LoadShed, expr: rate(shed[5m]) > 1, for: 10m }
    ///       - { alert: RequestsFail, expr: (rate(failed[5m]) > 1.5) }
    /// ```
    pub static BUDGET_LOOSENED = {
        id: "budget-loosened",
        guard: "integrity",
        group: "gate-integrity",
        level: Error,
        summary: "finds budgets, thresholds, objectives and alerts that let more pass",
    };
}

pub(super) static CHECK: Check = Check { rule: &BUDGET_LOOSENED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let sure = |loosened: &Loosened, entry: &Entry| loosened.budget.is_some() || !entry.open;
    findings.extend(scene.loosened.iter().filter_map(|loosened| found(&BUDGET_LOOSENED, loosened, &sure)));
}

/// The entries of one file that a rule speaks of, in one finding.
pub(super) fn found(
    rule: &'static Rule,
    loosened: &Loosened,
    told: &dyn Fn(&Loosened, &Entry) -> bool,
) -> Option<Finding> {
    let entries: Vec<&Entry> = loosened.entries.iter().filter(|entry| told(loosened, entry)).collect();
    let first = entries.first()?;
    let said = match &first.after {
        Some(after) if after.len().max(first.before.len()) <= LONGEST_VALUE => {
            format!(
                "`{}` is `{}` and was `{}`: {}",
                short(&first.path),
                short(after),
                short(&first.before),
                first.what
            )
        }
        Some(_) => format!("`{}` changed: {}", short(&first.path), first.what),
        None => format!("`{}` {}", short(&first.path), first.what),
    };
    let more =
        if entries.len() > 1 { format!("; {} more like it", entries.len() - 1) } else { String::new() };
    let budget = loosened.budget.as_ref().map(|name| format!(" (budget `{name}`)")).unwrap_or_default();
    let mut finding =
        Finding::new(rule, first.place.clone(), format!("{said}{more}{budget}")).help(HELP_OTHER);
    for entry in entries.iter().take(MOST_NOTES) {
        let line = |sign: char, value: &str| format!("{sign} {}: {}", entry.path, cut(value));
        let now = entry.after.as_ref().map(|after| format!("\n{}", line('+', after))).unwrap_or_default();
        let text = format!("{}{now}", line('-', &entry.before));
        finding = finding.note_at_base(entry.place_at_base.clone(), text);
    }
    if !loosened.because.is_empty() {
        finding = finding.note(format!("the budget is there because {}", loosened.because));
    }
    let side = |text: &dyn Fn(&Entry) -> String| {
        entries.iter().map(|entry| text(entry)).collect::<Vec<_>>().join("\n")
    };
    let (before, after) = (
        side(&|entry| format!("{}: {}", entry.path, entry.before)),
        side(&|entry| format!("{}: {:?}", entry.path, entry.after)),
    );
    Some(finding.fact(&loosened.from).fact(&before).fact(&after).judged(before, after))
}

/// A value, short enough for a note.
fn cut(value: &str) -> String {
    const MOST: usize = 400;
    match value.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} ..", &value[..end]),
        None => value.to_owned(),
    }
}

/// The longest value that the message itself shows.
const LONGEST_VALUE: usize = 60;

/// How many limits a finding shows; the rest is counted.
const MOST_NOTES: usize = 12;
