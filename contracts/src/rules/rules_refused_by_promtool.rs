//! Rule files that Prometheus would not load.

use findings::rule;

rule! {
    /// Finds what `promtool check rules` refuses, where it is installed: unknown keys, types that do not fit, templates that
    /// name what is not there. `contracts.operations.promtool` says whether it has to be.
    ///
    /// ## Why it hurts
    /// Prometheus keeps the rules that it had, and says so in a log that nobody reads. A new alert is not there, nor is any
    /// other of its file.
    ///
    /// ## Example
    /// ```said
    /// 0.yaml: yaml: unmarshal errors:
    ///   line 7: field lables not found in type rulefmt.RuleNode
    /// ```
    /// ```head bad
    /// # -- services/home/operations/alerts.yaml --
    /// groups:
    ///   - name: home
    ///     rules:
    ///       - alert: Down
    ///         expr: up == 0
    ///         lables: { severity: page } #~
    ///         annotations: { runbook: runbook.md#down }
    /// # -- services/home/operations/runbook.md --
    /// ## Down
    /// ```
    ///
    /// ## Instead
    /// ```said
    /// SUCCESS: 1 rules found
    /// ```
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
    pub static RULES_REFUSED_BY_PROMTOOL = {
        id: "rules-refused-by-promtool",
        guard: "contracts",
        group: "operations",
        level: Error,
        summary: "finds rule files that `promtool check rules` refuses",
    };
}
