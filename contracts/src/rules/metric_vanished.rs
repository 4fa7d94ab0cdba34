//! A metric that somebody watches and that the code no longer emits.

use findings::rule;

rule! {
    /// Finds a metric that the base emits, that the base's alerts, recording rules or dashboards ask for, and that head does
    /// not emit under that name; and the same of a label, and of a value of one. That head's alerts were changed along with it makes no difference: while the release rolls out,
    /// both names are there, and dashboards and alerts outside of this tree know nothing of it.
    ///
    /// ## Why it hurts
    /// The alert is silent from the moment on at which the first instance is replaced.
    ///
    /// ## Example
    /// ```base
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
    /// ```head bad
    /// // -- src/metrics.rs -- //~
    /// use prometheus_client::metrics::counter::Counter;
    /// use prometheus_client::registry::Registry;
    /// pub fn register(registry: &mut Registry, requests: Counter) {
    ///     let requests = Counter::default();
    ///     registry.register("ranking_answers", "Answers", requests.clone());
    /// }
    /// # -- services/home/operations/alerts.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down
    ///         expr: rate(ranking_answers_total[5m]) == 0
    ///         annotations: { runbook: runbook.md#down }
    /// # -- services/home/operations/runbook.md --
    /// ## Down
    /// ```
    ///
    /// ## Instead
    /// Emit both names until nobody asks for the old one, then take it away in a change of its own.
    ///
    /// ```base
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
    /// ```head good
    /// // -- src/metrics.rs --
    /// use prometheus_client::metrics::counter::Counter;
    /// use prometheus_client::registry::Registry;
    /// pub fn register(registry: &mut Registry, requests: Counter) {
    ///     let requests = Counter::default();
    ///     registry.register("ranking_answers", "Answers", requests.clone());
    ///     registry.register("ranking_requests", "Answers", requests.clone());
    /// }
    /// # -- services/home/operations/alerts.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down
    ///         expr: rate(ranking_answers_total[5m]) == 0
    ///         annotations: { runbook: runbook.md#down }
    /// # -- services/home/operations/runbook.md --
    /// ## Down
    /// ```
    pub static METRIC_VANISHED = {
        id: "metric-vanished",
        guard: "contracts",
        group: "operations",
        level: Error,
        summary: "finds metrics that are watched and no longer emitted",
    };
}
