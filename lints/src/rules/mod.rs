//! The registry of rules, one file each.

mod ambient_clock;
mod ambient_environment;
mod async_guard_across_rpc;
mod blind_house_rule;
mod blocking_behind_call;
mod blocking_in_async;
mod cached_error_result;
mod client_built_per_request;
mod detached_task;
mod duplicate_helper;
mod duplicate_purpose_dependency;
mod expired_flag;
mod fail_open_safety_fallback;
mod feature_default_in_scorer;
mod flag_default_conflict;
mod grpc_channel_without_timeout;
mod hidden_stage_state;
mod hidden_unicode;
mod high_cardinality_label;
mod http_client_without_timeout;
mod interpolated_query;
mod interpolated_shell_command;
mod parallel_float_reduction;
mod partial_order_sort;
mod pii_in_telemetry;
mod placeholder_comment;
mod prod_branches_on_test;
mod retry_without_bound;
mod rpc_in_loop;
mod silent_candidate_drop;
mod sleep_in_test;
mod stage_missing_convention;
mod status_code_collapse;
mod swallowed_await_error;
mod tautological_assertion;
mod test_without_assertion;
mod tls_verification_disabled;
mod truncate_before_filter;
mod unaligned_zip;
mod unbounded_channel;
mod unbounded_fanout;
mod unbounded_message_size;
mod unchecked_model_score;
mod unfinished_code;
mod unordered_iteration;
mod unordered_output;
mod unread_source;
mod unregistered_flag_key;
mod unseeded_randomness;
mod unstable_bucketing_hash;
mod untied_sort;
mod untied_stable_sort;

use findings::Rule;

use crate::Lint;
use crate::handed::Ambient;

pub(crate) use grpc_channel_without_timeout::{GRPC_CHANNEL_WITHOUT_TIMEOUT, is_bounded_by_calls};
pub(crate) use high_cardinality_label::{HIGH_CARDINALITY_LABEL, needs_of_labels};
pub(crate) use http_client_without_timeout::HTTP_CLIENT_WITHOUT_TIMEOUT;
pub(crate) use interpolated_shell_command::{INTERPOLATED_SHELL_COMMAND, needs_of_command};
pub(crate) use partial_order_sort::{keeps_nan_out, partial_comparisons};
pub(crate) use untied_sort::UNTIED_SORT;
pub(crate) use untied_stable_sort::UNTIED_STABLE_SORT;

/// What code that ranks must not read, behind helpers either.
pub(crate) static AMBIENT: [&Ambient; 3] =
    [&ambient_clock::BEHIND, &unseeded_randomness::BEHIND, &ambient_environment::BEHIND];

/// Lists what the modules of rules hold.
macro_rules! registry {
    ($($rule:ident)*) => {
        /// Every rule with its check, in the order of their ids.
        pub static LINTS: &[&Lint] = &[$(&$rule::LINT),*];

        /// Every rule.
        pub static RULES: &[&Rule] = &[$($rule::LINT.rule),*];
    };
}

registry! {
    ambient_clock
    ambient_environment
    async_guard_across_rpc
    blind_house_rule
    blocking_behind_call
    blocking_in_async
    cached_error_result
    client_built_per_request
    detached_task
    duplicate_helper
    duplicate_purpose_dependency
    expired_flag
    fail_open_safety_fallback
    feature_default_in_scorer
    flag_default_conflict
    grpc_channel_without_timeout
    hidden_stage_state
    hidden_unicode
    high_cardinality_label
    http_client_without_timeout
    interpolated_query
    interpolated_shell_command
    parallel_float_reduction
    partial_order_sort
    pii_in_telemetry
    placeholder_comment
    prod_branches_on_test
    retry_without_bound
    rpc_in_loop
    silent_candidate_drop
    sleep_in_test
    stage_missing_convention
    status_code_collapse
    swallowed_await_error
    tautological_assertion
    test_without_assertion
    tls_verification_disabled
    truncate_before_filter
    unaligned_zip
    unbounded_channel
    unbounded_fanout
    unchecked_model_score
    unbounded_message_size
    unfinished_code
    unordered_iteration
    unordered_output
    unread_source
    unregistered_flag_key
    unseeded_randomness
    unstable_bucketing_hash
    untied_sort
    untied_stable_sort
}
