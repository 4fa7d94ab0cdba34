//! What a status carries besides its message: messages of the package `google.rpc`, or of whoever serves.

use std::sync::OnceLock;

use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, Value};

/// The public protocol of error details: names and numbers of google/rpc/status.proto and error_details.proto.
const PROTO: &str = r#"
syntax = "proto3";
package google.rpc;
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
message Status { int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3; }
message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
message RetryInfo { google.protobuf.Duration retry_delay = 1; }
message DebugInfo { repeated string stack_entries = 1; string detail = 2; }
message QuotaFailure {
  message Violation {
    string subject = 1;
    string description = 2;
    string api_service = 3;
    string quota_metric = 4;
    string quota_id = 5;
    map<string, string> quota_dimensions = 6;
    int64 quota_value = 7;
    optional int64 future_quota_value = 8;
  }
  repeated Violation violations = 1;
}
message PreconditionFailure {
  message Violation { string type = 1; string subject = 2; string description = 3; }
  repeated Violation violations = 1;
}
message BadRequest {
  message FieldViolation {
    string field = 1;
    string description = 2;
    string reason = 3;
    LocalizedMessage localized_message = 4;
  }
  repeated FieldViolation field_violations = 1;
}
message RequestInfo { string request_id = 1; string serving_data = 2; }
message ResourceInfo { string resource_type = 1; string resource_name = 2; string owner = 3; string description = 4; }
message Help {
  message Link { string description = 1; string url = 2; }
  repeated Link links = 1;
}
message LocalizedMessage { string locale = 1; string message = 2; }
"#;

/// One message of a status.
#[derive(Clone, Debug)]
pub struct Detail {
    /// Its full name, as in `google.rpc.BadRequest`.
    pub name: String,
    /// The message; `None` where neither the protos nor `google.rpc` have its type.
    pub message: Option<DynamicMessage>,
}

/// The type of a detail by its full name: one of the protos, or else one of `google.rpc`.
pub fn detail_type(pool: &DescriptorPool, name: &str) -> Option<MessageDescriptor> {
    pool.get_message_by_name(name).or_else(|| standard().get_message_by_name(name))
}

/// Reads the details of a status, which are a `google.rpc.Status` in bytes.
///
/// # Errors
/// Where the bytes are none, or a detail is no message of the type that it names.
pub fn details(pool: &DescriptorPool, bytes: &[u8]) -> Result<Vec<Detail>, String> {
    let failed = |error: &dyn std::fmt::Display| format!("the details are no `google.rpc.Status`: {error}");
    let status =
        standard().get_message_by_name("google.rpc.Status").ok_or_else(|| failed(&"it is not known"))?;
    let status = DynamicMessage::decode(status, bytes).map_err(|error| failed(&error))?;
    let listed = status.get_field_by_name("details");
    let listed = listed.as_deref().and_then(Value::as_list).unwrap_or_default();
    let anys = listed.iter().filter_map(Value::as_message);
    anys.map(|any| {
        let url = any.get_field_by_name("type_url");
        let url = url.as_deref().and_then(Value::as_str).unwrap_or_default();
        let name = url.rsplit('/').next().unwrap_or_default().to_owned();
        let value = any.get_field_by_name("value");
        let value = value.as_deref().and_then(Value::as_bytes).cloned().unwrap_or_default();
        let read = detail_type(pool, &name).map(|found| DynamicMessage::decode(found, value)).transpose();
        let message = read.map_err(|error| format!("a detail is no `{name}`: {error}"))?;
        Ok(Detail { name, message })
    })
    .collect()
}

fn standard() -> &'static DescriptorPool {
    static POOL: OnceLock<DescriptorPool> = OnceLock::new();
    POOL.get_or_init(|| {
        let tree = source::Tree::from_memory([("google/rpc/details.proto", PROTO)]);
        crate::pool(&tree, &[String::new()]).expect("the proto above compiles")
    })
}

#[cfg(test)]
mod tests {
    use prost_reflect::ReflectMessage;
    use prost_reflect::prost::Message;
    use serde_json::json;

    use super::*;

    fn bytes(details: serde_json::Value) -> Vec<u8> {
        let status = standard().get_message_by_name("google.rpc.Status").expect("it is there");
        let json = json!({ "code": 3, "message": "limit is 0", "details": details });
        DynamicMessage::deserialize(status, json).expect("it fits").encode_to_vec()
    }

    #[test]
    fn details_are_read_by_their_types() {
        let violation = json!({ "field": "limit", "description": "is 0" });
        let bytes = bytes(json!([
            { "@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation] },
            { "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "LIMIT" },
        ]));
        let found = details(&DescriptorPool::new(), &bytes).expect("they are read");
        let names: Vec<&str> = found.iter().map(|detail| detail.name.as_str()).collect();
        assert_eq!(names, ["google.rpc.BadRequest", "google.rpc.ErrorInfo"]);
        let request =
            crate::to_json(found[0].message.as_ref().expect("its type is known")).expect("it is JSON");
        assert_eq!(request["field_violations"][0]["field"], "limit");
        let descriptor = found[1].message.as_ref().map(|message| message.descriptor().full_name().to_owned());
        assert_eq!(descriptor.as_deref(), Some("google.rpc.ErrorInfo"));
    }

    #[test]
    fn what_is_no_detail_is_told() {
        let pool = DescriptorPool::new();
        assert!(details(&pool, b"").expect("nothing is no fault").is_empty());
        let error = details(&pool, &[0xff, 0xff]).expect_err("it is garbage");
        assert!(error.starts_with("the details are no `google.rpc.Status`: "), "{error}");
        let mut any = Vec::new();
        prost_types::Any { type_url: "type.googleapis.com/p.v1.Own".to_owned(), value: vec![1] }
            .encode(&mut any)
            .expect("there is room");
        let status = [vec![0x1a, u8::try_from(any.len()).expect("it is short")], any].concat();
        let found = details(&pool, &status).expect("an unknown type is no fault");
        assert!(found[0].name == "p.v1.Own" && found[0].message.is_none());
    }
}
