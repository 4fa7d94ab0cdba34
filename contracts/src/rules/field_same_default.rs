//! A field whose default value is another one.

use findings::rule;
use prost_reflect::{Kind, Value};

use crate::breach::{Breach, Check, Sides};
use crate::category::Category;
use crate::slot::Slot;
use crate::surface::part;

rule! {
    /// Finds a field that means another value than before when it was not sent. In `proto2` that is written as
    /// `[default = ..]`; without it, and in `proto3`, it is zero, nothing, or the first value of the enum.
    ///
    /// ## Why it hurts
    /// The value is never sent. A sender that leaves the field out means the default that it was built with, and the reader
    /// takes its own.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto2";
    /// message Query {
    ///   optional int32 limit = 1 [default = 20];
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto2";
    /// message Query {
    ///   optional int32 limit = 1 [default = 50]; //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto2";
    /// message Query {
    ///   optional int32 limit = 1 [default = 20];
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto2";
    /// message Query {
    ///   optional int32 limit = 1 [default = 20];
    ///   optional int32 page_size = 2 [default = 50];
    /// }
    /// ```
    pub static FIELD_SAME_DEFAULT = {
        id: "field-same-default",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds fields whose default value is another one",
    };
}

pub(crate) static CHECK: Check = Check { ids, find };

fn ids(category: Category) -> Vec<&'static str> {
    category.one(true, "FIELD_SAME_DEFAULT")
}

fn find(sides: &Sides, id: &'static str) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (old, new) in sides.slots().filter(|(old, new)| may_have_default(old) && may_have_default(new)) {
        let (was, is) = (old.default_value(), new.default_value());
        if !same(&was, &is) {
            breaches.push(Breach {
                rule: &FIELD_SAME_DEFAULT,
                id,
                at: sides.new.slot_place(&new, &[part::DEFAULT]).or_else(|| sides.new.slot_place(&new, &[])),
                element: new.element(),
                message: format!(
                    "{} changed its default value from `{}` to `{}`",
                    new.shown(),
                    written(&old, &was),
                    written(&new, &is)
                ),
                help: format!("write `[default = {}]`", written(&old, &was)),
            });
        }
    }
    breaches
}

fn may_have_default(slot: &Slot) -> bool {
    !slot.is_list() && !slot.is_map() && !matches!(slot.kind(), Kind::Message(_))
}

/// Whether two values mean the same, whatever their types: a change of type is another rule's.
fn same(was: &Value, is: &Value) -> bool {
    match (was, is) {
        (Value::String(was), Value::String(is)) => was == is,
        (Value::Bytes(was), Value::Bytes(is)) => was == is,
        (Value::String(text), Value::Bytes(bytes)) | (Value::Bytes(bytes), Value::String(text)) => {
            text.as_bytes() == bytes
        }
        // A float holds less than a double, and means the nearest.
        (Value::F32(single), Value::F64(double)) | (Value::F64(double), Value::F32(single)) => {
            equal(f64::from(*single), f64::from(*double as f32))
        }
        _ => match (number(was), number(is)) {
            (Some(Number::Whole(was)), Some(Number::Whole(is))) => was == is,
            (Some(Number::Real(was)), Some(Number::Real(is))) => equal(was, is),
            (Some(Number::Whole(whole)), Some(Number::Real(real)))
            | (Some(Number::Real(real)), Some(Number::Whole(whole))) => {
                real.fract() == 0.0 && real.abs() < 1e30 && real as i128 == whole
            }
            _ => is_zero(was) && is_zero(is),
        },
    }
}

enum Number {
    Whole(i128),
    Real(f64),
}

fn number(value: &Value) -> Option<Number> {
    Some(match *value {
        Value::Bool(value) => Number::Whole(value.into()),
        Value::I32(value) | Value::EnumNumber(value) => Number::Whole(value.into()),
        Value::I64(value) => Number::Whole(value.into()),
        Value::U32(value) => Number::Whole(value.into()),
        Value::U64(value) => Number::Whole(value.into()),
        Value::F32(value) => Number::Real(value.into()),
        Value::F64(value) => Number::Real(value),
        _ => return None,
    })
}

fn equal(was: f64, is: f64) -> bool {
    was == is || (was.is_nan() && is.is_nan())
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        _ => match number(value) {
            Some(Number::Whole(whole)) => whole == 0,
            Some(Number::Real(real)) => real == 0.0,
            None => false,
        },
    }
}

/// A value as the proto writes it.
fn written(slot: &Slot, value: &Value) -> String {
    let of_enum = |number: i32| match slot.kind() {
        Kind::Enum(enumeration) => enumeration.get_value(number).map(|value| value.name().to_owned()),
        _ => None,
    };
    match value {
        Value::EnumNumber(number) => of_enum(*number).unwrap_or_else(|| number.to_string()),
        Value::String(text) => format!("{text:?}"),
        Value::Bytes(bytes) => format!("\"{}\"", bytes.escape_ascii()),
        Value::Bool(value) => value.to_string(),
        Value::I32(value) => value.to_string(),
        Value::I64(value) => value.to_string(),
        Value::U32(value) => value.to_string(),
        Value::U64(value) => value.to_string(),
        Value::F32(value) => value.to_string(),
        Value::F64(value) => value.to_string(),
        _ => String::new(),
    }
}
