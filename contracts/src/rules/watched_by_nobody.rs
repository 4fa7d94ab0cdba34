//! Alerts, dashboards and experiments that stand where nobody looks at them any more.

use findings::rule;

rule! {
    /// Finds an alert or a recording rule, a dashboard, and an experiment that begins later, that the base has in a file
    /// which `contracts.operations.rules`, `contracts.operations.dashboards` or `contracts.experiments.files` names, and head
    /// in a file which none of them names. Who takes one out altogether is not found here, nor who names the new place.
    ///
    /// ## Why it hurts
    /// Nobody holds it against the code again: its metric may go, its runbook may go, and on the night on which it is needed
    /// it watches nothing.
    ///
    /// ## Example
    /// ```base
    /// # -- services/home/operations/alerts.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down
    ///         expr: up == 0
    ///         annotations: { runbook: "https://wiki.example.com/down" }
    /// ```
    /// ```head bad
    /// # -- monitoring/home.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down #~
    ///         expr: up == 0
    ///         annotations: { runbook: "https://wiki.example.com/down" }
    /// ```
    ///
    /// ## Instead
    /// Name the new place in the policy along with the move, or leave it where it is seen.
    /// ```base
    /// # -- services/home/operations/alerts.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down
    ///         expr: up == 0
    ///         annotations: { runbook: "https://wiki.example.com/down" }
    /// ```
    /// ```head good
    /// # -- services/home/operations/availability.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down
    ///         expr: up == 0
    ///         annotations: { runbook: "https://wiki.example.com/down" }
    /// ```
    pub static WATCHED_BY_NOBODY = {
        id: "watched-by-nobody",
        guard: "contracts",
        group: "operations",
        level: Error,
        summary: "finds alerts, dashboards and experiments that moved to where nobody looks",
    };
}
