//! An alert, a recording rule or a dashboard over a metric of ours that no code emits.

use findings::rule;

rule! {
    /// Finds an expression of an alert, a recording rule or a dashboard that asks for a metric which looks like one of this
    /// workspace's, by its first word or because a letter or two are wrong, and which no code of it registers.
    ///
    /// Names are read from registrations of the crates `prometheus-client`, `prometheus`, `metrics` and `opentelemetry`, through
    /// constants, and from functions that `contracts.operations.registrations` lists. A counter of OpenMetrics ends in `_total`,
    /// a histogram in `_bucket`, `_sum` and `_count`. Where a name is computed, what may be it is only warned of.
    ///
    /// ## Why it hurts
    /// Prometheus knows no missing metric: the expression has no result, the alert never fires, and whoever is on call sleeps
    /// well until callers ring.
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
    ///         expr: rate(ranking_request_total[5m]) == 0 #~
    ///         annotations: { runbook: runbook.md#down }
    /// # -- services/home/operations/runbook.md --
    /// ## Down
    /// ```
    ///
    /// ## Instead
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
    ///         expr: rate(ranking_requests_total[5m]) == 0
    ///         annotations: { runbook: runbook.md#down }
    /// # -- services/home/operations/runbook.md --
    /// ## Down
    /// ```
    pub static METRIC_NOT_EMITTED = {
        id: "metric-not-emitted",
        guard: "contracts",
        group: "operations",
        level: Error,
        summary: "finds alerts and dashboards over metrics of ours that no code emits",
    };
}
