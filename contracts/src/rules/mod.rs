//! The registry: one file a rule.

pub(crate) mod buf_yaml_loosened;
pub(crate) mod enum_no_delete;
pub(crate) mod enum_same_type;
pub(crate) mod enum_value_no_delete;
pub(crate) mod enum_value_renumbered;
pub(crate) mod enum_value_same_name;
pub(crate) mod extension_no_delete;
pub(crate) mod extension_range_no_delete;
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
pub(crate) mod message_no_delete;
pub(crate) mod message_no_remove_accessor;
pub(crate) mod message_same_required_fields;
pub(crate) mod oneof_no_delete;
pub(crate) mod package_no_delete;
pub(crate) mod reserved_enum_no_delete;
pub(crate) mod reserved_message_no_delete;
pub(crate) mod rpc_no_delete;
pub(crate) mod rpc_same_client_streaming;
pub(crate) mod rpc_same_idempotency_level;
pub(crate) mod rpc_same_request_type;
pub(crate) mod rpc_same_response_type;
pub(crate) mod rpc_same_server_streaming;
pub(crate) mod same_json_format;
pub(crate) mod scenario_failed;
pub(crate) mod service_no_delete;
pub(crate) mod unreadable_base_proto;
pub(crate) mod unreadable_buf_yaml;
pub(crate) mod unreadable_proto;
pub(crate) mod unreadable_scenario;

use findings::Rule;

use crate::breach::Check;

/// Every rule of the guard.
pub static RULES: &[&Rule] = &[
    &field_renumbered::FIELD_RENUMBERED,
    &field_no_delete::FIELD_NO_DELETE,
    &field_same_type::FIELD_SAME_TYPE,
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
    &unreadable_proto::UNREADABLE_PROTO,
    &unreadable_buf_yaml::UNREADABLE_BUF_YAML,
    &unreadable_base_proto::UNREADABLE_BASE_PROTO,
    &scenario_failed::SCENARIO_FAILED,
    &unreadable_scenario::UNREADABLE_SCENARIO,
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
