//! Alerts that were written anew, so that nothing shows whether they fire as often.

use findings::{Finding, rule};

use crate::Scene;
use crate::budgets::{Entry, Loosened};
use crate::rules::{Check, budget_loosened};

rule! {
    /// The expression or the severity of an alert that changed in a way of which it cannot be shown that the alert still
    /// fires wherever it did: another metric, another window, another label. Where `integrity.budgets` declares the
    /// alert, this is found by `budget-loosened`.
    ///
    /// ## Why it hurts
    /// An alert on a metric that nobody writes never fires, and looks like a service that is well.
    ///
    /// ## Example
    /// ```base yaml alerts.yaml
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - { alert: RequestsFail, expr: "rate(failed[5m]) > 2" }
    /// ```
    /// ```head yaml alerts.yaml bad
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - { alert: RequestsFail, expr: "rate(failures[5m]) > 2" } #~
    /// ```
    ///
    /// ## Instead
    /// Cases for `promtool test rules` show that the alert fires as it did.
    /// ```base yaml alerts.yaml
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - { alert: RequestsFail, expr: "rate(failed[5m]) > 2" }
    /// ```
    /// ```head yaml alerts.yaml good
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - { alert: RequestsFail, expr: "rate(failed[5m]) > 2 or rate(failures[5m]) > 2" }
    /// ```
    pub static BUDGET_REWRITTEN = {
        id: "budget-rewritten",
        guard: "integrity",
        group: "gate-integrity",
        level: Warning,
        summary: "finds alerts that changed so that nothing shows whether they fire as often",
    };
}

pub(super) static CHECK: Check = Check { rule: &BUDGET_REWRITTEN, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let open = |loosened: &Loosened, entry: &Entry| loosened.budget.is_none() && entry.open;
    let found = |loosened| budget_loosened::found(&BUDGET_REWRITTEN, loosened, &open);
    findings.extend(scene.loosened.iter().filter_map(found));
}
