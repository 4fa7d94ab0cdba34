//! The registry of rules, one file each.

use findings::Rule;

use crate::Lint;

/// Declares the modules of rules and lists what they hold.
macro_rules! registry {
    ($($rule:ident)*) => {
        $(mod $rule;)*

        /// Every rule with its check, in the order of their ids.
        pub static LINTS: &[&Lint] = &[$(&$rule::LINT),*];

        /// Every rule.
        pub static RULES: &[&Rule] = &[$($rule::LINT.rule),*];
    };
}

registry! {
    ambient_clock
    async_guard_across_rpc
    blocking_in_async
    cached_error_result
    client_built_per_request
    duplicate_helper
    duplicate_purpose_dependency
    fail_open_safety_fallback
    grpc_channel_without_timeout
    hidden_stage_state
    hidden_unicode
    high_cardinality_label
    http_client_without_timeout
    interpolated_query
    interpolated_shell_command
    partial_order_sort
    prod_branches_on_test
    retry_without_bound
    rpc_in_loop
    silent_candidate_drop
    sleep_in_test
    status_code_collapse
    swallowed_await_error
    tautological_assertion
    test_without_assertion
    tls_verification_disabled
    truncate_before_filter
    unaligned_zip
    unbounded_channel
    unfinished_code
    unordered_iteration
    unread_source
    unseeded_randomness
    unstable_bucketing_hash
    untied_sort
}
