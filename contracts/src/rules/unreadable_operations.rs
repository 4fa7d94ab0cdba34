//! A rule file, a dashboard or an expression that cannot be read.

use findings::{NOT_LOOKED_AT, rule};

rule! {
    /// Finds rule files that are not as Prometheus reads them, dashboards that are no JSON, and expressions that are no PromQL. An
    /// expression that `promtool` reads is right, and only noted.
    ///
    /// ## Why it hurts
    /// What it watches is not held against the code, and Prometheus may refuse the whole file.
    ///
    /// ## Example
    /// ```head bad
    /// # -- services/home/operations/alerts.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down
    ///         expr: rate(up[5m] #~
    ///         annotations: { runbook: runbook.md#down }
    /// # -- services/home/operations/runbook.md --
    /// ## Down
    /// ```
    ///
    /// ## Instead
    /// ```head good
    /// # -- services/home/operations/alerts.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down
    ///         expr: rate(up[5m]) == 0
    ///         annotations: { runbook: runbook.md#down }
    /// # -- services/home/operations/runbook.md --
    /// ## Down
    /// ```
    pub static UNREADABLE_OPERATIONS = {
        id: "unreadable-operations",
        guard: "contracts",
        group: NOT_LOOKED_AT,
        level: Error,
        summary: "finds rule files, dashboards and expressions that cannot be read",
    };
}
