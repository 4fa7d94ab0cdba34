//! The names of all metrics. Alerts and dashboards refer to them: renaming one is a breaking change.

/// Answers by RPC and status code.
pub const REQUESTS: &str = "ranking_requests";
/// Seconds from request to answer, by RPC.
pub const REQUEST_SECONDS: &str = "ranking_request_seconds";
/// Requests that are being answered.
pub const IN_FLIGHT: &str = "ranking_requests_in_flight";
/// Seconds that were left of the deadline when the answer was ready, by RPC.
pub const BUDGET_LEFT_SECONDS: &str = "ranking_budget_left_seconds";
/// Calls that one request made, by what it called.
pub const CALLS: &str = "ranking_calls_per_request";
/// Age of the newest record that the last request read: it grows when features are not computed anew.
pub const FEATURES_AGE_SECONDS: &str = "ranking_features_age_seconds";
/// Candidates that a request asked to rank or that were retrieved for it.
pub const CANDIDATES: &str = "ranking_candidates";
/// Candidates that were taken out, by stage.
pub const REMOVED: &str = "ranking_candidates_removed";
/// Seconds that a stage took, by stage.
pub const STAGE_SECONDS: &str = "ranking_stage_seconds";
/// Stages that were done without, by stage and cause.
pub const DEGRADED: &str = "ranking_stages_degraded";
/// Candidates that were dropped because their score was not a finite number.
pub const NON_FINITE: &str = "ranking_scores_non_finite";
/// Exposures that were handed to the log.
pub const EXPOSURES: &str = "ranking_exposures";
/// Exposures that are lost: the log did not take them.
pub const EXPOSURES_DROPPED: &str = "ranking_exposures_dropped";
/// Features, models and experiments that were read anew, by what was read and whether it serves.
pub const RELOADS: &str = "ranking_reloads";

/// All names, as registered; counters gain the suffix `_total` in the text.
pub const ALL: [&str; 14] = [
    REQUESTS,
    REQUEST_SECONDS,
    IN_FLIGHT,
    BUDGET_LEFT_SECONDS,
    CALLS,
    FEATURES_AGE_SECONDS,
    CANDIDATES,
    REMOVED,
    STAGE_SECONDS,
    DEGRADED,
    NON_FINITE,
    EXPOSURES,
    EXPOSURES_DROPPED,
    RELOADS,
];
