//! The registry: one file a rule.

pub(crate) mod alert_without_runbook;
pub(crate) mod buf_lint;
pub(crate) mod buf_yaml_loosened;
pub(crate) mod cost_not_compared;
pub(crate) mod cost_untold;
pub(crate) mod deadline_ignored;
pub(crate) mod enum_no_delete;
pub(crate) mod enum_same_type;
pub(crate) mod enum_value_no_delete;
pub(crate) mod enum_value_renumbered;
pub(crate) mod enum_value_same_name;
pub(crate) mod experiment_buckets_overlap;
pub(crate) mod experiment_metric_unknown;
pub(crate) mod experiment_out_of_range;
pub(crate) mod experiment_past_its_end;
pub(crate) mod experiment_rerandomised;
pub(crate) mod experiment_salt_shared;
pub(crate) mod experiment_without_end;
pub(crate) mod experiment_without_exposure;
pub(crate) mod experiment_without_guardrail;
pub(crate) mod experiment_without_kill_switch;
pub(crate) mod extension_no_delete;
pub(crate) mod extension_range_no_delete;
pub(crate) mod feature_extra;
pub(crate) mod feature_lossy_type;
pub(crate) mod feature_missing;
pub(crate) mod feature_missing_value;
pub(crate) mod feature_out_of_range;
pub(crate) mod feature_renamed;
pub(crate) mod feature_reordered;
pub(crate) mod feature_vocabulary;
pub(crate) mod field_no_delete;
pub(crate) mod field_renumbered;
pub(crate) mod field_same_cardinality;
pub(crate) mod field_same_default;
pub(crate) mod field_same_generated_type;
pub(crate) mod field_same_json_name;
pub(crate) mod field_same_name;
pub(crate) mod field_same_oneof;
pub(crate) mod field_same_type;
pub(crate) mod field_same_utf8_validation;
pub(crate) mod file_no_delete;
pub(crate) mod file_same_option;
pub(crate) mod file_same_package;
pub(crate) mod file_same_syntax;
pub(crate) mod label_not_emitted;
pub(crate) mod larger_answer;
pub(crate) mod lossy_change;
pub(crate) mod message_no_delete;
pub(crate) mod message_no_remove_accessor;
pub(crate) mod message_same_required_fields;
pub(crate) mod metric_not_emitted;
pub(crate) mod metric_of_unknown_origin;
pub(crate) mod metric_vanished;
pub(crate) mod missing_features_lock;
pub(crate) mod model_digest_mismatch;
pub(crate) mod model_features_changed;
pub(crate) mod model_signature_mismatch;
pub(crate) mod more_allocation;
pub(crate) mod more_calls;
pub(crate) mod more_keys;
pub(crate) mod more_round_trips;
pub(crate) mod oneof_no_delete;
pub(crate) mod package_no_delete;
pub(crate) mod property_failed;
pub(crate) mod ranking_without_deadline;
pub(crate) mod ranking_without_order;
pub(crate) mod removed_while_consumed;
pub(crate) mod replay_differs;
pub(crate) mod replay_shortened;
pub(crate) mod reserved_enum_no_delete;
pub(crate) mod reserved_message_no_delete;
pub(crate) mod robustness_failed;
pub(crate) mod rpc_no_delete;
pub(crate) mod rpc_same_client_streaming;
pub(crate) mod rpc_same_idempotency_level;
pub(crate) mod rpc_same_request_type;
pub(crate) mod rpc_same_response_type;
pub(crate) mod rpc_same_server_streaming;
pub(crate) mod rules_refused_by_promtool;
pub(crate) mod same_json_format;
pub(crate) mod scenario_failed;
pub(crate) mod served_schema_differs;
pub(crate) mod service_no_delete;
pub(crate) mod slower_answer;
pub(crate) mod stale_features_lock;
pub(crate) mod stale_replay;
pub(crate) mod uncovered_field;
pub(crate) mod uncovered_rpc;
pub(crate) mod unknown_consumed_field;
pub(crate) mod unreadable_base_proto;
pub(crate) mod unreadable_buf_yaml;
pub(crate) mod unreadable_consumer;
pub(crate) mod unreadable_experiments;
pub(crate) mod unreadable_features;
pub(crate) mod unreadable_model;
pub(crate) mod unreadable_operations;
pub(crate) mod unreadable_proto;
pub(crate) mod unreadable_scenario;
pub(crate) mod unverified_features_lock;
pub(crate) mod watched_by_nobody;

use findings::Rule;

use crate::breach::Check;

/// Every rule of the guard.
pub static RULES: &[&Rule] = &[
    &field_renumbered::FIELD_RENUMBERED,
    &field_no_delete::FIELD_NO_DELETE,
    &field_same_type::FIELD_SAME_TYPE,
    &lossy_change::LOSSY_CHANGE,
    &field_same_cardinality::FIELD_SAME_CARDINALITY,
    &field_same_oneof::FIELD_SAME_ONEOF,
    &field_same_name::FIELD_SAME_NAME,
    &field_same_json_name::FIELD_SAME_JSON_NAME,
    &field_same_default::FIELD_SAME_DEFAULT,
    &field_same_generated_type::FIELD_SAME_GENERATED_TYPE,
    &field_same_utf8_validation::FIELD_SAME_UTF8_VALIDATION,
    &message_same_required_fields::MESSAGE_SAME_REQUIRED_FIELDS,
    &oneof_no_delete::ONEOF_NO_DELETE,
    &enum_value_renumbered::ENUM_VALUE_RENUMBERED,
    &enum_value_no_delete::ENUM_VALUE_NO_DELETE,
    &enum_value_same_name::ENUM_VALUE_SAME_NAME,
    &enum_same_type::ENUM_SAME_TYPE,
    &rpc_no_delete::RPC_NO_DELETE,
    &rpc_same_request_type::RPC_SAME_REQUEST_TYPE,
    &rpc_same_response_type::RPC_SAME_RESPONSE_TYPE,
    &rpc_same_client_streaming::RPC_SAME_CLIENT_STREAMING,
    &rpc_same_server_streaming::RPC_SAME_SERVER_STREAMING,
    &rpc_same_idempotency_level::RPC_SAME_IDEMPOTENCY_LEVEL,
    &message_no_delete::MESSAGE_NO_DELETE,
    &enum_no_delete::ENUM_NO_DELETE,
    &service_no_delete::SERVICE_NO_DELETE,
    &extension_no_delete::EXTENSION_NO_DELETE,
    &extension_range_no_delete::EXTENSION_RANGE_NO_DELETE,
    &same_json_format::SAME_JSON_FORMAT,
    &message_no_remove_accessor::MESSAGE_NO_REMOVE_ACCESSOR,
    &file_same_package::FILE_SAME_PACKAGE,
    &file_no_delete::FILE_NO_DELETE,
    &file_same_syntax::FILE_SAME_SYNTAX,
    &file_same_option::FILE_SAME_OPTION,
    &package_no_delete::PACKAGE_NO_DELETE,
    &reserved_message_no_delete::RESERVED_MESSAGE_NO_DELETE,
    &reserved_enum_no_delete::RESERVED_ENUM_NO_DELETE,
    &buf_yaml_loosened::BUF_YAML_LOOSENED,
    &removed_while_consumed::REMOVED_WHILE_CONSUMED,
    &unknown_consumed_field::UNKNOWN_CONSUMED_FIELD,
    &unreadable_consumer::UNREADABLE_CONSUMER,
    &buf_lint::BUF_LINT,
    &ranking_without_deadline::RANKING_WITHOUT_DEADLINE,
    &ranking_without_order::RANKING_WITHOUT_ORDER,
    &unreadable_proto::UNREADABLE_PROTO,
    &unreadable_buf_yaml::UNREADABLE_BUF_YAML,
    &unreadable_base_proto::UNREADABLE_BASE_PROTO,
    &scenario_failed::SCENARIO_FAILED,
    &property_failed::PROPERTY_FAILED,
    &deadline_ignored::DEADLINE_IGNORED,
    &robustness_failed::ROBUSTNESS_FAILED,
    &served_schema_differs::SERVED_SCHEMA_DIFFERS,
    &unreadable_scenario::UNREADABLE_SCENARIO,
    &uncovered_rpc::UNCOVERED_RPC,
    &uncovered_field::UNCOVERED_FIELD,
    &more_calls::MORE_CALLS,
    &more_round_trips::MORE_ROUND_TRIPS,
    &cost_untold::COST_UNTOLD,
    &cost_not_compared::COST_NOT_COMPARED,
    &more_keys::MORE_KEYS,
    &more_allocation::MORE_ALLOCATION,
    &larger_answer::LARGER_ANSWER,
    &slower_answer::SLOWER_ANSWER,
    &feature_reordered::FEATURE_REORDERED,
    &feature_renamed::FEATURE_RENAMED,
    &feature_missing::FEATURE_MISSING,
    &feature_extra::FEATURE_EXTRA,
    &feature_lossy_type::FEATURE_LOSSY_TYPE,
    &feature_missing_value::FEATURE_MISSING_VALUE,
    &feature_vocabulary::FEATURE_VOCABULARY,
    &feature_out_of_range::FEATURE_OUT_OF_RANGE,
    &replay_differs::REPLAY_DIFFERS,
    &replay_shortened::REPLAY_SHORTENED,
    &stale_replay::STALE_REPLAY,
    &model_digest_mismatch::MODEL_DIGEST_MISMATCH,
    &model_signature_mismatch::MODEL_SIGNATURE_MISMATCH,
    &stale_features_lock::STALE_FEATURES_LOCK,
    &missing_features_lock::MISSING_FEATURES_LOCK,
    &unverified_features_lock::UNVERIFIED_FEATURES_LOCK,
    &model_features_changed::MODEL_FEATURES_CHANGED,
    &unreadable_features::UNREADABLE_FEATURES,
    &unreadable_model::UNREADABLE_MODEL,
    &metric_vanished::METRIC_VANISHED,
    &metric_not_emitted::METRIC_NOT_EMITTED,
    &metric_of_unknown_origin::METRIC_OF_UNKNOWN_ORIGIN,
    &label_not_emitted::LABEL_NOT_EMITTED,
    &alert_without_runbook::ALERT_WITHOUT_RUNBOOK,
    &rules_refused_by_promtool::RULES_REFUSED_BY_PROMTOOL,
    &watched_by_nobody::WATCHED_BY_NOBODY,
    &unreadable_operations::UNREADABLE_OPERATIONS,
    &experiment_rerandomised::EXPERIMENT_RERANDOMISED,
    &experiment_salt_shared::EXPERIMENT_SALT_SHARED,
    &experiment_buckets_overlap::EXPERIMENT_BUCKETS_OVERLAP,
    &experiment_out_of_range::EXPERIMENT_OUT_OF_RANGE,
    &experiment_without_end::EXPERIMENT_WITHOUT_END,
    &experiment_past_its_end::EXPERIMENT_PAST_ITS_END,
    &experiment_without_kill_switch::EXPERIMENT_WITHOUT_KILL_SWITCH,
    &experiment_without_guardrail::EXPERIMENT_WITHOUT_GUARDRAIL,
    &experiment_metric_unknown::EXPERIMENT_METRIC_UNKNOWN,
    &experiment_without_exposure::EXPERIMENT_WITHOUT_EXPOSURE,
    &unreadable_experiments::UNREADABLE_EXPERIMENTS,
];

/// The rules that compare two descriptors. Where several fire for one cause, the first is the finding and the others
/// are its notes.
pub(crate) static CHECKS: &[&Check] = &[
    &file_same_package::CHECK,
    &package_no_delete::CHECK,
    &file_no_delete::CHECK,
    &file_same_syntax::CHECK,
    &service_no_delete::CHECK,
    &rpc_no_delete::CHECK,
    &rpc_same_request_type::CHECK,
    &rpc_same_response_type::CHECK,
    &rpc_same_client_streaming::CHECK,
    &rpc_same_server_streaming::CHECK,
    &rpc_same_idempotency_level::CHECK,
    &message_no_delete::CHECK,
    &enum_no_delete::CHECK,
    &extension_no_delete::CHECK,
    &oneof_no_delete::CHECK,
    &field_no_delete::CHECK,
    &field_same_type::CHECK,
    &field_same_cardinality::CHECK,
    &field_same_oneof::CHECK,
    &field_same_name::CHECK,
    &field_same_json_name::CHECK,
    &field_same_default::CHECK,
    &message_same_required_fields::CHECK,
    &field_same_generated_type::CHECK,
    &field_same_utf8_validation::CHECK,
    &enum_value_no_delete::CHECK,
    &enum_value_same_name::CHECK,
    &reserved_message_no_delete::CHECK,
    &reserved_enum_no_delete::CHECK,
    &extension_range_no_delete::CHECK,
    &enum_same_type::CHECK,
    &same_json_format::CHECK,
    &message_no_remove_accessor::CHECK,
    &file_same_option::CHECK,
];
