//! The registry: one file a rule.

pub(crate) mod enum_no_delete;
pub(crate) mod enum_value_no_delete;
pub(crate) mod enum_value_renumbered;
pub(crate) mod enum_value_same_name;
pub(crate) mod field_no_delete;
pub(crate) mod field_renumbered;
pub(crate) mod field_same_cardinality;
pub(crate) mod field_same_json_name;
pub(crate) mod field_same_name;
pub(crate) mod field_same_oneof;
pub(crate) mod field_same_type;
pub(crate) mod file_no_delete;
pub(crate) mod file_same_package;
pub(crate) mod message_no_delete;
pub(crate) mod package_no_delete;
pub(crate) mod reserved_enum_no_delete;
pub(crate) mod reserved_message_no_delete;
pub(crate) mod rpc_no_delete;
pub(crate) mod rpc_same_client_streaming;
pub(crate) mod rpc_same_request_type;
pub(crate) mod rpc_same_response_type;
pub(crate) mod rpc_same_server_streaming;
pub(crate) mod scenario_failed;
pub(crate) mod service_no_delete;
pub(crate) mod unreadable_base_proto;
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
    &enum_value_renumbered::ENUM_VALUE_RENUMBERED,
    &enum_value_no_delete::ENUM_VALUE_NO_DELETE,
    &enum_value_same_name::ENUM_VALUE_SAME_NAME,
    &rpc_no_delete::RPC_NO_DELETE,
    &rpc_same_request_type::RPC_SAME_REQUEST_TYPE,
    &rpc_same_response_type::RPC_SAME_RESPONSE_TYPE,
    &rpc_same_client_streaming::RPC_SAME_CLIENT_STREAMING,
    &rpc_same_server_streaming::RPC_SAME_SERVER_STREAMING,
    &message_no_delete::MESSAGE_NO_DELETE,
    &enum_no_delete::ENUM_NO_DELETE,
    &service_no_delete::SERVICE_NO_DELETE,
    &file_same_package::FILE_SAME_PACKAGE,
    &file_no_delete::FILE_NO_DELETE,
    &package_no_delete::PACKAGE_NO_DELETE,
    &reserved_message_no_delete::RESERVED_MESSAGE_NO_DELETE,
    &reserved_enum_no_delete::RESERVED_ENUM_NO_DELETE,
    &unreadable_proto::UNREADABLE_PROTO,
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
    &service_no_delete::CHECK,
    &rpc_no_delete::CHECK,
    &rpc_same_request_type::CHECK,
    &rpc_same_response_type::CHECK,
    &rpc_same_client_streaming::CHECK,
    &rpc_same_server_streaming::CHECK,
    &message_no_delete::CHECK,
    &enum_no_delete::CHECK,
    &field_no_delete::CHECK,
    &field_same_type::CHECK,
    &field_same_cardinality::CHECK,
    &field_same_oneof::CHECK,
    &field_same_name::CHECK,
    &field_same_json_name::CHECK,
    &enum_value_no_delete::CHECK,
    &enum_value_same_name::CHECK,
    &reserved_message_no_delete::CHECK,
    &reserved_enum_no_delete::CHECK,
];
