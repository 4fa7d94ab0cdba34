//! An alert that does not say what to do.

use findings::rule;

rule! {
    /// Finds an alert without an annotation that links its runbook, or whose link leads to a file or a section that is not there.
    /// Which annotations count is `contracts.operations.runbook_annotations`. Of a URL only the form is looked at, unless it ends in
    /// the path of a file of this tree.
    ///
    /// ## Why it hurts
    /// Whoever is woken by it did not write the service.
    ///
    /// ## Example
    /// ```head bad
    /// # -- services/home/operations/alerts.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down #~
    ///         expr: up == 0
    ///         annotations: { summary: it is down }
    ///       - alert: Slow #~
    ///         expr: up == 2
    ///         annotations: { runbook: runbook.md#slow }
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
    ///         expr: up == 0
    ///         annotations: { runbook: runbook.md#down }
    /// # -- services/home/operations/runbook.md --
    /// ## Down
    /// ```
    pub static ALERT_WITHOUT_RUNBOOK = {
        id: "alert-without-runbook",
        guard: "contracts",
        group: "operations",
        level: Error,
        summary: "finds alerts that link no runbook",
    };
}
