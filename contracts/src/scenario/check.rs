//! What must hold of a response beyond single values: how many items, in what order, none twice, all finite.

use std::cmp::Ordering;

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use serde::Deserialize;
use serde_json::Value;

/// One check, over a repeated field of the response.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Check {
    /// How many items there are.
    Count(Count),
    /// The items are in order. Equal neighbours are in order.
    Sorted(Sorted),
    /// No two items have the same value.
    Unique(By),
    /// Every value is a finite number.
    Finite(By),
}

/// How many items a field has.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Count {
    field: String,
    min: Option<usize>,
    max: Option<usize>,
    equals: Option<usize>,
}

/// In what order the items of a field are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sorted {
    field: String,
    by: Option<String>,
    order: Order,
}

/// The items of a field, or a value within each.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct By {
    field: String,
    by: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    Ascending,
    Descending,
}

impl Check {
    /// The key by which the file names it.
    pub(crate) fn key(&self) -> &'static str {
        match self {
            Check::Count(_) => "count",
            Check::Sorted(_) => "sorted",
            Check::Unique(_) => "unique",
            Check::Finite(_) => "finite",
        }
    }

    /// The repeated field that it looks at, and the value within each item.
    pub(crate) fn path(&self) -> (&str, Option<&str>) {
        match self {
            Check::Count(count) => (&count.field, None),
            Check::Sorted(sorted) => (&sorted.field, sorted.by.as_deref()),
            Check::Unique(by) | Check::Finite(by) => (&by.field, by.by.as_deref()),
        }
    }

    /// What is wrong with it for responses of a type, and with which of its keys.
    pub(crate) fn fault(&self, response: &MessageDescriptor) -> Option<(&'static str, String)> {
        let (path, by) = match self {
            Check::Count(count) => {
                if count.min.or(count.max).or(count.equals).is_none() {
                    return Some(("field", "one of `min`, `max` and `equals` is needed".to_owned()));
                }
                (&count.field, &None)
            }
            Check::Sorted(sorted) => (&sorted.field, &sorted.by),
            Check::Unique(by) | Check::Finite(by) => (&by.field, &by.by),
        };
        let list = match field_at(response, path) {
            Ok(field) if field.is_list() => field,
            Ok(_) => return Some(("field", format!("`{path}` is not a repeated field"))),
            Err(fault) => return Some(("field", fault)),
        };
        if matches!(self, Check::Count(_)) {
            return None;
        }
        let value = match (list.kind(), by) {
            (Kind::Message(item), Some(by)) => match field_at(&item, by) {
                Ok(field) if field.is_list() || field.is_map() => {
                    return Some(("by", format!("`{by}` is not a single value")));
                }
                Ok(field) => field.kind(),
                Err(fault) => return Some(("by", fault)),
            },
            (Kind::Message(_), None) => {
                return Some(("field", "`by` must say which value of an item".to_owned()));
            }
            (_, Some(_)) => return Some(("by", format!("the items of `{path}` are no messages"))),
            (kind, None) => kind,
        };
        let fits = match self {
            Check::Finite(_) => matches!(value, Kind::Double | Kind::Float),
            Check::Sorted(_) => !matches!(value, Kind::Message(_) | Kind::Enum(_) | Kind::Bool | Kind::Bytes),
            _ => !matches!(value, Kind::Message(_)),
        };
        (!fits).then(|| ("field", format!("`{}` says nothing of values of this type", self.key())))
    }

    /// What does not hold of a response.
    pub(crate) fn failure(&self, response: &Value) -> Option<String> {
        match self {
            Check::Count(count) => count.failure(response),
            Check::Sorted(sorted) => sorted.failure(response),
            Check::Unique(by) => {
                let values = by.values(response);
                let second = (1..values.len()).find(|index| values[..*index].contains(&values[*index]))?;
                Some(format!("expected {} to be unique, got {} twice", by.shown(), values[second]))
            }
            Check::Finite(by) => {
                let values = by.values(response);
                let index = values.iter().position(|value| !value.as_f64().is_some_and(f64::is_finite))?;
                Some(format!("expected {} to be finite, got {} at index {index}", by.shown(), values[index]))
            }
        }
    }
}

impl Count {
    fn failure(&self, response: &Value) -> Option<String> {
        let count = list_at(response, &self.field).len();
        let fits = self.min.is_none_or(|min| count >= min)
            && self.max.is_none_or(|max| count <= max)
            && self.equals.is_none_or(|equals| count == equals);
        let wanted = [("at least", self.min), ("at most", self.max), ("exactly", self.equals)]
            .into_iter()
            .filter_map(|(word, number)| Some(format!("{word} {}", number?)))
            .collect::<Vec<_>>()
            .join(" and ");
        (!fits).then(|| format!("expected {wanted} items in `{}`, got {count}", self.field))
    }
}

impl Sorted {
    fn failure(&self, response: &Value) -> Option<String> {
        let by = By { field: self.field.clone(), by: self.by.clone() };
        let values = by.values(response);
        let in_order = |pair: &[Value]| match (compare(&pair[0], &pair[1]), self.order) {
            (Some(Ordering::Equal), _) => true,
            (Some(ordering), Order::Ascending) => ordering == Ordering::Less,
            (Some(ordering), Order::Descending) => ordering == Ordering::Greater,
            // Nothing is in order with NaN.
            (None, _) => false,
        };
        let index = values.windows(2).position(|pair| !in_order(pair))?;
        let order = if self.order == Order::Ascending { "ascend" } else { "descend" };
        Some(format!(
            "expected {} to {order}, got {} before {} at index {index}",
            by.shown(),
            values[index],
            values[index + 1]
        ))
    }
}

impl By {
    fn values(&self, response: &Value) -> Vec<Value> {
        let items = list_at(response, &self.field);
        match &self.by {
            Some(by) => items.iter().map(|item| value_at(item, by).clone()).collect(),
            None => items.to_vec(),
        }
    }

    fn shown(&self) -> String {
        match &self.by {
            Some(by) => format!("`{}[].{by}`", self.field),
            None => format!("`{}`", self.field),
        }
    }
}

/// The field at a path of single messages, as in `debug.stages`.
fn field_at(message: &MessageDescriptor, path: &str) -> Result<FieldDescriptor, String> {
    let (mut message, mut rest) = (message.clone(), path);
    loop {
        let (name, below) = rest.split_once('.').map_or((rest, None), |(name, below)| (name, Some(below)));
        let field = message.get_field_by_name(name).ok_or_else(|| service::no_field(&message, name))?;
        match (below, field.kind()) {
            (None, _) => return Ok(field),
            (Some(below), Kind::Message(inner)) if !field.is_list() && !field.is_map() => {
                (message, rest) = (inner, below);
            }
            _ => return Err(format!("`{name}` is not a single message")),
        }
    }
}

/// The value at a path of a response; null where a message on the way is not set.
pub(crate) fn value_at<'a>(response: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(response, |value, name| value.get(name).unwrap_or(&Value::Null))
}

pub(crate) fn list_at<'a>(response: &'a Value, path: &str) -> &'a [Value] {
    value_at(response, path).as_array().map_or(&[], Vec::as_slice)
}

/// The order of two values. Proto JSON writes 64-bit integers, infinities and NaN as texts.
fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
        },
        (Value::String(one), Value::String(other)) => match (one.parse::<i128>(), other.parse::<i128>()) {
            (Ok(a), Ok(b)) => Some(a.cmp(&b)),
            _ => match (infinity(a), infinity(b)) {
                (Some(a), Some(b)) => a.partial_cmp(&b),
                _ => Some(one.cmp(other)),
            },
        },
        _ => infinity(a)?.partial_cmp(&infinity(b)?),
    }
}

fn infinity(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => match text.as_str() {
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            "NaN" => Some(f64::NAN),
            _ => None,
        },
        value => value.as_f64(),
    }
}
