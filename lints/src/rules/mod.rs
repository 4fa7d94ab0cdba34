//! The registry of rules, one file each.

mod blocking_in_async;
mod grpc_channel_without_timeout;
mod hidden_unicode;
mod partial_order_sort;
mod unbounded_channel;
mod unfinished_code;
mod unordered_iteration;
mod unread_source;
mod untied_sort;

use findings::Rule;

use crate::Lint;

/// Every rule with its check, in the order of their ids.
pub static LINTS: &[&Lint] = &[
    &blocking_in_async::LINT,
    &grpc_channel_without_timeout::LINT,
    &hidden_unicode::LINT,
    &partial_order_sort::LINT,
    &unbounded_channel::LINT,
    &unfinished_code::LINT,
    &unordered_iteration::LINT,
    &unread_source::LINT,
    &untied_sort::LINT,
];

/// Every rule.
pub static RULES: &[&Rule] = &[
    blocking_in_async::LINT.rule,
    grpc_channel_without_timeout::LINT.rule,
    hidden_unicode::LINT.rule,
    partial_order_sort::LINT.rule,
    unbounded_channel::LINT.rule,
    unfinished_code::LINT.rule,
    unordered_iteration::LINT.rule,
    unread_source::LINT.rule,
    untied_sort::LINT.rule,
];
