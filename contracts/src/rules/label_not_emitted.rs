//! An alert, a recording rule or a dashboard over a label, or a value of one, that a metric never has.

use findings::rule;

rule! {
    /// Finds an expression that matches or groups by a label which the metric does not have, or matches a value which the label
    /// never takes. Labels are read from the type of a `Family`, or from the list beside the name; values are known where they
    /// are those of an `enum`. Labels that scraping adds are listed under `contracts.operations.target_labels`.
    ///
    /// ## Why it hurts
    /// A matcher that nothing meets has no result: the alert over `code="Unavailible"` never fires, and a share of errors is
    /// zero whatever fails.
    ///
    /// ## Example
    /// ```head bad
    /// // -- Cargo.toml --
    /// [package]
    /// name = "telemetry"
    /// [dependencies]
    /// prometheus-client = "0.24"
    /// // -- src/lib.rs --
    /// use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
    /// use prometheus_client::metrics::{counter::Counter, family::Family};
    /// use prometheus_client::registry::Registry;
    /// #[derive(EncodeLabelValue)]
    /// pub enum Code { Ok, Unavailable }
    /// #[derive(EncodeLabelSet)]
    /// pub struct OfCode { code: Code }
    /// pub struct Metrics { requests: Family<OfCode, Counter> }
    /// impl Metrics {
    ///     fn register(&self, registry: &mut Registry) {
    ///         registry.register("ranking_requests", "Answers", self.requests.clone());
    ///     }
    /// }
    /// # -- services/home/operations/alerts.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down
    ///         expr: rate(ranking_requests_total{code="Unavailible"}[5m]) > 1 #~
    ///         annotations: { runbook: runbook.md#down }
    /// # -- services/home/operations/runbook.md --
    /// ## Down
    /// ```
    /// ```head bad
    /// // -- Cargo.toml --
    /// [package]
    /// name = "telemetry"
    /// [dependencies]
    /// prometheus-client = "0.24"
    /// // -- src/lib.rs --
    /// use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
    /// use prometheus_client::metrics::{counter::Counter, family::Family};
    /// use prometheus_client::registry::Registry;
    /// #[derive(EncodeLabelValue)]
    /// pub enum Code { Ok, Unavailable }
    /// #[derive(EncodeLabelSet)]
    /// pub struct OfCode { code: Code }
    /// pub struct Metrics { requests: Family<OfCode, Counter> }
    /// impl Metrics {
    ///     fn register(&self, registry: &mut Registry) {
    ///         registry.register("ranking_requests", "Answers", self.requests.clone());
    ///     }
    /// }
    /// # -- services/home/operations/alerts.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down
    ///         expr: sum by (rpc) (rate(ranking_requests_total[5m])) > 1 #~
    ///         annotations: { runbook: runbook.md#down }
    /// # -- services/home/operations/runbook.md --
    /// ## Down
    /// ```
    ///
    /// ## Instead
    /// ```head good
    /// // -- Cargo.toml --
    /// [package]
    /// name = "telemetry"
    /// [dependencies]
    /// prometheus-client = "0.24"
    /// // -- src/lib.rs --
    /// use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
    /// use prometheus_client::metrics::{counter::Counter, family::Family};
    /// use prometheus_client::registry::Registry;
    /// #[derive(EncodeLabelValue)]
    /// pub enum Code { Ok, Unavailable }
    /// #[derive(EncodeLabelSet)]
    /// pub struct OfCode { code: Code }
    /// pub struct Metrics { requests: Family<OfCode, Counter> }
    /// impl Metrics {
    ///     fn register(&self, registry: &mut Registry) {
    ///         registry.register("ranking_requests", "Answers", self.requests.clone());
    ///     }
    /// }
    /// # -- services/home/operations/alerts.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down
    ///         expr: sum by (code, job) (rate(ranking_requests_total{code=~"Unavailable|Ok"}[5m])) > 1
    ///         annotations: { runbook: runbook.md#down }
    /// # -- services/home/operations/runbook.md --
    /// ## Down
    /// ```
    pub static LABEL_NOT_EMITTED = {
        id: "label-not-emitted",
        guard: "contracts",
        group: "operations",
        level: Error,
        summary: "finds alerts and dashboards over labels that a metric never has",
    };
}
