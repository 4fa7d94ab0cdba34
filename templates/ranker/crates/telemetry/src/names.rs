//! The names of all metrics. Alerts and dashboards refer to them: renaming one is a breaking change.

/// Answers by RPC and status code.
pub const REQUESTS: &str = "ranking_requests";
/// Seconds from request to answer, by RPC.
pub const REQUEST_SECONDS: &str = "ranking_request_seconds";
/// Requests that are being answered.
pub const IN_FLIGHT: &str = "ranking_requests_in_flight";
/// Seconds that were left of the deadline when the answer was ready, by RPC.
pub const BUDGET_LEFT_SECONDS: &str = "ranking_budget_left_seconds";
/// Candidates that a request asked to rank or that were retrieved for it.
pub const CANDIDATES: &str = "ranking_candidates";
/// Candidates that were taken out, by stage.
pub const REMOVED: &str = "ranking_candidates_removed";
/// Stages that were done without, by stage and cause.
pub const DEGRADED: &str = "ranking_stages_degraded";
/// Candidates that were dropped because their score was not a finite number.
pub const NON_FINITE: &str = "ranking_scores_non_finite";
/// Exposures that were handed to the log.
pub const EXPOSURES: &str = "ranking_exposures";

/// All names, as registered; counters gain the suffix `_total` in the text.
pub const ALL: [&str; 9] = [
    REQUESTS,
    REQUEST_SECONDS,
    IN_FLIGHT,
    BUDGET_LEFT_SECONDS,
    CANDIDATES,
    REMOVED,
    DEGRADED,
    NON_FINITE,
    EXPOSURES,
];
