//! What stands at a path of field names in messages of a type, before any of them was seen.

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

/// Types that proto JSON writes as something else than their fields, and of which a path may lead anywhere.
const OPEN: &[&str] =
    &["google.protobuf.Any", "google.protobuf.ListValue", "google.protobuf.Struct", "google.protobuf.Value"];

/// What stands at a path, as proto JSON writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// What one value is.
    pub shape: Shape,
    /// Whether it is a list.
    pub is_list: bool,
    /// Whether a list, or more than one, stands on the way.
    pub is_in_list: bool,
}

/// What a value is, as proto JSON writes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A message with fields.
    Message(MessageDescriptor),
    /// A number, also one that is written in quotes.
    Number,
    /// A text: a string, the name of an enum's value, a point in time.
    Text,
    /// True or false.
    Flag,
    /// Bytes in base64.
    Bytes,
    /// What the type does not say: a map, or a message that may hold anything.
    Open,
}

/// Follows a path of proto field names from a message. An error names the message and the field that it lacks, as a
/// fragment of a sentence.
pub fn field(message: &MessageDescriptor, path: &str) -> Result<Field, String> {
    let mut at = Field { shape: Shape::Message(message.clone()), is_list: false, is_in_list: false };
    for name in path.split('.') {
        let message = match &at.shape {
            Shape::Message(message) => message,
            Shape::Open => return Ok(Field { shape: Shape::Open, ..at }),
            _ => return Err(format!("nothing stands below a value, so there is no `{name}`")),
        };
        let field = message.get_field_by_name(name).ok_or_else(|| no_field(message, name))?;
        at =
            Field { shape: shape(&field), is_list: field.is_list(), is_in_list: at.is_in_list || at.is_list };
    }
    Ok(at)
}

/// That a message has no field of a name, as a fragment of a sentence, and which one is nearly called so: names of proto
/// JSON (`requestId`) are not those of the proto (`request_id`).
pub fn no_field(message: &MessageDescriptor, name: &str) -> String {
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    let near = message.fields().find(|field| plain(field.name()) == plain(name));
    let near = near.map_or_else(String::new, |field| format!(": write `{}`", field.name()));
    format!("`{}` has no field `{name}`{near}", message.full_name())
}

fn shape(field: &FieldDescriptor) -> Shape {
    if field.is_map() {
        return Shape::Open;
    }
    match field.kind() {
        Kind::Message(message) => of_message(message),
        Kind::String | Kind::Enum(_) => Shape::Text,
        Kind::Bool => Shape::Flag,
        Kind::Bytes => Shape::Bytes,
        _ => Shape::Number,
    }
}

fn of_message(message: MessageDescriptor) -> Shape {
    match message.full_name() {
        name if OPEN.contains(&name) => Shape::Open,
        "google.protobuf.Timestamp"
        | "google.protobuf.Duration"
        | "google.protobuf.FieldMask"
        | "google.protobuf.StringValue" => Shape::Text,
        "google.protobuf.BoolValue" => Shape::Flag,
        "google.protobuf.BytesValue" => Shape::Bytes,
        "google.protobuf.DoubleValue"
        | "google.protobuf.FloatValue"
        | "google.protobuf.Int32Value"
        | "google.protobuf.Int64Value"
        | "google.protobuf.UInt32Value"
        | "google.protobuf.UInt64Value" => Shape::Number,
        _ => Shape::Message(message),
    }
}

#[cfg(test)]
mod tests {
    use source::Tree;

    use super::*;

    const PROTO: &str = r#"
syntax = "proto3";
package t.v1;
import "google/protobuf/struct.proto";
import "google/protobuf/wrappers.proto";
message Item { string id = 1; google.protobuf.DoubleValue score = 2; bytes raw = 3; bool seen = 4; Kind kind = 5; }
enum Kind { KIND_UNSPECIFIED = 0; }
message Shelf { repeated Item items = 1; map<string, Item> by_name = 2; google.protobuf.Struct more = 3; }
message Page { repeated Shelf shelves = 1; Shelf first = 2; repeated string words = 3; }
"#;

    fn check(path: &str, expected: Result<(&str, bool, bool), &str>) {
        let pool = crate::pool(&Tree::from_memory([("protos/t.proto", PROTO)]), &[]).expect("it compiles");
        let page = pool.get_message_by_name("t.v1.Page").expect("it is there");
        let found = field(&page, path).map(|field| {
            let shape = match field.shape {
                Shape::Message(message) => message.name().to_owned(),
                shape => format!("{shape:?}"),
            };
            (shape, field.is_list, field.is_in_list)
        });
        let expected = expected.map(|(shape, list, within)| (shape.to_owned(), list, within));
        assert_eq!(found, expected.map_err(str::to_owned), "{path}");
    }

    #[test]
    fn a_path_is_followed_through_lists_and_says_what_it_leads_to() {
        check("shelves", Ok(("Shelf", true, false)));
        check("shelves.items", Ok(("Item", true, true)));
        check("shelves.items.id", Ok(("Text", false, true)));
        check("first.items.score", Ok(("Number", false, true)));
        check("first", Ok(("Shelf", false, false)));
        check("words", Ok(("Text", true, false)));
        check("shelves.items.raw", Ok(("Bytes", false, true)));
        check("shelves.items.seen", Ok(("Flag", false, true)));
        check("shelves.items.kind", Ok(("Text", false, true)));
    }

    #[test]
    fn below_what_may_hold_anything_every_path_leads_somewhere() {
        check("first.by_name.jazz.id", Ok(("Open", false, false)));
        check("first.more.a.b", Ok(("Open", false, false)));
    }

    #[test]
    fn a_path_that_leads_nowhere_is_told_where_it_ends() {
        check("shelfs", Err("`t.v1.Page` has no field `shelfs`"));
        check("Shelves.items", Err("`t.v1.Page` has no field `Shelves`: write `shelves`"));
        check("shelves.items.scores", Err("`t.v1.Item` has no field `scores`"));
        check("first.items.id.x", Err("nothing stands below a value, so there is no `x`"));
        check("", Err("`t.v1.Page` has no field ``"));
    }
}
