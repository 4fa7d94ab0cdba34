//! An alert, a recording rule or a dashboard over a metric of which nobody says where it comes from.

use findings::rule;

rule! {
    /// Finds an expression of an alert, a recording rule or a dashboard that asks for a metric which no code of the workspace
    /// registers (the workspace may register none at all) and which `contracts.operations.elsewhere` does not list.
    ///
    /// ## Why it hurts
    /// What another program emits can be watched, but nobody can tell a metric that is there from one that never was.
    ///
    /// ## Example
    /// ```head bad
    /// // -- src/metrics.rs --
    /// use prometheus_client::metrics::counter::Counter;
    /// use prometheus_client::registry::Registry;
    /// pub fn register(registry: &mut Registry, requests: Counter) {
    ///     let requests = Counter::default();
    ///     registry.register("ranking_requests", "Answers", requests.clone());
    /// }
    /// # -- services/home/operations/alerts.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down
    ///         expr: node_load1 > 8 #~
    ///         annotations: { runbook: runbook.md#down }
    /// # -- services/home/operations/runbook.md --
    /// ## Down
    /// ```
    ///
    /// ## Instead
    /// List what comes from elsewhere, such as `node_*`, in the policy.
    ///
    /// ```head good
    /// // -- src/metrics.rs --
    /// use prometheus_client::metrics::counter::Counter;
    /// use prometheus_client::registry::Registry;
    /// pub fn register(registry: &mut Registry, requests: Counter) {
    ///     let requests = Counter::default();
    ///     registry.register("ranking_requests", "Answers", requests.clone());
    /// }
    /// # -- services/home/operations/alerts.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down
    ///         expr: up == 0 or rate(ranking_requests_total[5m]) == 0
    ///         annotations: { runbook: runbook.md#down }
    /// # -- services/home/operations/runbook.md --
    /// ## Down
    /// ```
    pub static METRIC_OF_UNKNOWN_ORIGIN = {
        id: "metric-of-unknown-origin",
        guard: "contracts",
        group: "operations",
        level: Warning,
        summary: "finds alerts and dashboards over metrics that nobody is known to emit",
    };
}
