//! What a request is made of: every field that is filled, with what is allowed of it.

use std::collections::{BTreeMap, HashSet};

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};

use super::fields::FieldLimits;
use super::limits::{Fault, Limits};
use super::rules_of_buf::{is_required, limits_of, unread_of_message};

/// How many fields a plan has at most. What lies deeper than that many are not set.
const FIELDS: usize = 2_000;
/// How often a type may stand within itself.
const NESTED: usize = 2;

/// A request type as it is filled.
pub(crate) struct Plan {
    /// The request type.
    pub(crate) message: MessageDescriptor,
    /// Every field that is filled, at every place.
    pub(crate) slots: Vec<Slot>,
    /// Those of the request itself.
    pub(crate) top: Vec<usize>,
    /// Full names of the oneofs of which one field must be set.
    pub(crate) required_oneofs: HashSet<String>,
}

/// A field at its place.
pub(crate) struct Slot {
    pub(crate) field: FieldDescriptor,
    /// Names of fields from the request on, joined by dots.
    pub(crate) path: String,
    pub(crate) limits: Limits,
    /// The slots of the messages that stand here.
    pub(crate) inner: Inner,
}

/// What messages at a place consist of.
pub(crate) enum Inner {
    /// There are none.
    Value,
    /// Their fields.
    Message(Vec<usize>),
    /// Seconds from the first to the last that is allowed, and nanoseconds.
    Time(i64, i64),
    /// Not filled, unless there are examples.
    Nothing,
}

impl Plan {
    /// Plans requests of a type. The error is a path within `fields`, and what does not fit there.
    pub(crate) fn of(
        message: &MessageDescriptor,
        fields: &BTreeMap<String, FieldLimits>,
    ) -> Result<Plan, (String, String)> {
        let mut plan = Plan {
            message: message.clone(),
            slots: Vec::new(),
            top: Vec::new(),
            required_oneofs: HashSet::new(),
        };
        let mut used = HashSet::new();
        let unread = |path: &str, rule: String| {
            let of = if path.is_empty() { message.full_name() } else { path };
            (
                String::new(),
                format!("the rule `{rule}` of `{of}` is not read; say in `fields` what is allowed"),
            )
        };
        // Outer fields first, so that what is left out lies deep.
        let mut waiting = std::collections::VecDeque::from([(None, message.clone(), vec![message.clone()])]);
        while let Some((parent, message, within)) = waiting.pop_front() {
            let prefix: String =
                parent.map_or_else(String::new, |slot: usize| format!("{}.", plan.slots[slot].path));
            let said_below = |path: &str| fields.keys().any(|key| key.starts_with(path));
            if let Some(rule) = unread_of_message(&message).into_iter().next()
                && !said_below(&prefix)
            {
                return Err(unread(prefix.trim_end_matches('.'), rule));
            }
            plan.required_oneofs
                .extend(message.oneofs().filter(is_required).map(|oneof| oneof.full_name().to_owned()));
            let mut own = Vec::new();
            for field in message.fields() {
                let path = format!("{prefix}{}", field.name());
                let (mut limits, rules) = limits_of(&field);
                if let Some(said) = fields.get(&path) {
                    used.insert(path.clone());
                    said.put_over(&mut limits, &field)
                        .map_err(|(key, fault)| (format!("[\"{path}\"].{key}"), fault))?;
                } else if let Some(rule) = rules.into_iter().next() {
                    return Err(unread(&path, rule));
                }
                let held = held(&field);
                let inner = match &held {
                    None => Inner::Value,
                    Some(held) => special(held),
                };
                let slot = plan.slots.len();
                own.push(slot);
                let is_filled = matches!(inner, Inner::Message(_));
                plan.slots.push(Slot { field, path, limits, inner });
                if let Some(held) = held.filter(|_| is_filled) {
                    let times = within.iter().filter(|outer| **outer == held).count();
                    if times > NESTED || plan.slots.len() + waiting.len() > FIELDS {
                        plan.slots[slot].inner = Inner::Nothing;
                    } else {
                        let within = within.iter().cloned().chain([held.clone()]).collect();
                        waiting.push_back((Some(slot), held, within));
                    }
                }
            }
            match parent {
                Some(slot) => plan.slots[slot].inner = Inner::Message(own),
                None => plan.top = own,
            }
        }
        match fields.keys().find(|path| !used.contains(*path)) {
            Some(path) => {
                let nowhere = || format!("`{}` has no field at `{path}`", message.full_name());
                let fault = service::field(message, path).err().unwrap_or_else(nowhere);
                Err((format!("[\"{path}\"]"), fault))
            }
            None => Ok(plan),
        }
    }

    /// Everything that is wrong with a request, by the slot where it is.
    pub(crate) fn faults(&self, request: &DynamicMessage) -> Vec<(usize, Fault)> {
        let mut faults = Vec::new();
        self.add_faults(&self.top, request, &mut faults);
        faults.sort_unstable();
        faults.dedup();
        faults
    }

    fn add_faults(&self, slots: &[usize], message: &DynamicMessage, faults: &mut Vec<(usize, Fault)>) {
        for index in slots {
            let slot = &self.slots[*index];
            let is_set = message.has_field(&slot.field);
            let value = is_set.then(|| message.get_field(&slot.field));
            let value = value.as_deref();
            // A field of a oneof that is not the chosen one is missing as it should be.
            let is_rival =
                slot.field.containing_oneof().is_some_and(|oneof| !oneof.is_synthetic()) && !is_set;
            if !is_rival {
                faults
                    .extend(slot.limits.faults(&slot.field, value).into_iter().map(|fault| (*index, fault)));
            }
            let Inner::Message(inner) = &slot.inner else { continue };
            let mut look = |value: &Value| {
                if let Some(message) = value.as_message() {
                    self.add_faults(inner, message, faults);
                }
            };
            match value {
                Some(Value::List(items)) => items.iter().for_each(look),
                Some(Value::Map(entries)) => entries.values().for_each(look),
                Some(value) => look(value),
                None => {}
            }
        }
    }

    /// The slots from the request to a slot, which is the last.
    pub(crate) fn way_to(&self, slot: usize) -> Vec<usize> {
        let path = &self.slots[slot].path;
        let is_on_the_way = |index: &usize| {
            let on = &self.slots[*index].path;
            path == on || path.strip_prefix(on.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        (0..self.slots.len()).filter(is_on_the_way).collect()
    }
}

/// The message that a field holds, of a map its values.
fn held(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    match field.kind() {
        Kind::Message(entry) if field.is_map() => entry.map_entry_value_field().kind().as_message().cloned(),
        kind => kind.as_message().cloned(),
    }
}

/// Types whose fields are bound to each other. Source: the comments of `google/protobuf/timestamp.proto` and
/// `google/protobuf/duration.proto`.
fn special(message: &MessageDescriptor) -> Inner {
    match message.full_name() {
        "google.protobuf.Timestamp" => Inner::Time(-62_135_596_800, 253_402_300_799),
        "google.protobuf.Duration" => Inner::Time(-315_576_000_000, 315_576_000_000),
        "google.protobuf.Any"
        | "google.protobuf.FieldMask"
        | "google.protobuf.Struct"
        | "google.protobuf.Value"
        | "google.protobuf.ListValue" => Inner::Nothing,
        _ => Inner::Message(Vec::new()),
    }
}
