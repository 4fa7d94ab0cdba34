//! Requests with exactly one fault: every rule, broken alone.

use std::collections::BTreeSet;

use prost_reflect::{DynamicMessage, Kind, Value};

use super::choices::Choices;
use super::draw::{Draw, request, string};
use super::limits::{Fault, Limits, Range};
use super::numbers;
use super::plan::Plan;

/// One way to break one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) slot: usize,
    pub(crate) fault: Fault,
}

/// Every way to break a rule of a plan.
pub(crate) fn violations(plan: &Plan) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (slot, planned) in plan.slots.iter().enumerate() {
        let limits = &planned.limits;
        let mut add = |is_ruled: bool, fault: Fault| {
            if is_ruled {
                violations.push(Violation { slot, fault });
            }
        };
        let value = match planned.field.kind() {
            Kind::Message(entry) if planned.field.is_map() => entry.map_entry_value_field().kind(),
            kind => kind,
        };
        add(limits.required, Fault::Missing);
        add(limits.size.min.is_some_and(|min| min > 0), Fault::TooFew);
        add(limits.size.max.is_some_and(|max| max < 10_000), Fault::TooMany);
        add(limits.unique || limits.unique_by.is_some(), Fault::Twice);
        add(numbers::beyond(&value, limits, false).is_some(), Fault::TooSmall);
        add(numbers::beyond(&value, limits, true).is_some(), Fault::TooLarge);
        let is_real = matches!(value, Kind::Double | Kind::Float);
        add(is_real && (limits.finite || !limits.real.is_open()), Fault::NotANumber);
        add(is_real && (limits.finite || !limits.real.holds(f64::INFINITY)), Fault::Infinite);
        add(limits.length.min.or(limits.bytes.min).is_some_and(|min| min > 0), Fault::TooShort);
        add(limits.length.max.or(limits.bytes.max).is_some_and(|max| max < 1 << 16), Fault::TooLong);
        add(limits.letters.as_ref().is_some_and(|letters| letters.foreign().is_some()), Fault::Letter);
        add(!limits.patterns.is_empty(), Fault::Pattern);
        add(limits.one_of.is_some(), Fault::Unlisted);
        add(!limits.none_of.is_empty(), Fault::Excluded);
        add(limits.defined, Fault::Undefined);
    }
    violations
}

/// Draws a request that has this fault and no other; `None` where these choices come to no such request.
pub(crate) fn violate(plan: &Plan, violation: Violation, choices: &mut Choices) -> Option<DynamicMessage> {
    let way = plan.way_to(violation.slot);
    let wanted: BTreeSet<usize> = way.iter().copied().collect();
    let mut message = request(plan, choices, &wanted)?;
    break_rule(plan, &way, &mut message, violation.fault, choices)?;
    let faults = plan.faults(&message);
    // Several faults of one field are one: what is too long may not match its pattern either.
    let is_alone = !faults.is_empty() && faults.iter().all(|(slot, _)| *slot == violation.slot);
    (is_alone && faults.iter().any(|(_, fault)| *fault == violation.fault)).then_some(message)
}

/// Goes down to the field, through items that are chosen on the way, and breaks the rule there.
fn break_rule(
    plan: &Plan,
    way: &[usize],
    message: &mut DynamicMessage,
    fault: Fault,
    choices: &mut Choices,
) -> Option<()> {
    let (first, rest) = way.split_first()?;
    let field = plan.slots[*first].field.clone();
    if rest.is_empty() {
        return break_field(plan, *first, message, fault, choices);
    }
    match message.get_field_mut(&field) {
        Value::Message(inner) => break_rule(plan, rest, inner, fault, choices),
        Value::List(items) => {
            let which = choices.one_of(items.len());
            let Value::Message(inner) = items.get_mut(which)? else { return None };
            break_rule(plan, rest, inner, fault, choices)
        }
        Value::Map(entries) => {
            let Value::Message(inner) = entries.values_mut().next()? else { return None };
            break_rule(plan, rest, inner, fault, choices)
        }
        _ => None,
    }
}

fn break_field(
    plan: &Plan,
    index: usize,
    message: &mut DynamicMessage,
    fault: Fault,
    choices: &mut Choices,
) -> Option<()> {
    let slot = &plan.slots[index];
    let limits = &slot.limits;
    let none = BTreeSet::new();
    let mut draw = Draw::of(plan, choices, &none);
    let exactly = |size: u64| Some(Range { min: Some(size), max: Some(size) });
    match fault {
        Fault::Missing => message.clear_field(&slot.field),
        Fault::TooFew => {
            let value = draw.field(index, exactly(limits.size.min?.checked_sub(1)?))?;
            message.set_field(&slot.field, value);
        }
        Fault::TooMany => {
            let value = draw.field(index, exactly(limits.size.max?.checked_add(1)?))?;
            message.set_field(&slot.field, value);
        }
        Fault::Twice => {
            let Value::List(items) = message.get_field_mut(&slot.field) else { return None };
            let which = draw.choices.one_of(items.len());
            let twice = items.get(which)?.clone();
            items.push(twice);
        }
        fault => {
            let is_text = slot.field.kind() == Kind::String;
            let replace = |value: &mut Value, choices: &mut Choices| -> Option<()> {
                *value = wrong(limits, value, fault, is_text, choices)?;
                Some(())
            };
            match message.get_field_mut(&slot.field) {
                Value::List(items) => {
                    let which = choices.one_of(items.len());
                    replace(items.get_mut(which)?, choices)?;
                }
                Value::Map(entries) => replace(entries.values_mut().next()?, choices)?,
                value => replace(value, choices)?,
            }
        }
    }
    Some(())
}

/// A value with a fault, in the place of one that has none.
fn wrong(
    limits: &Limits,
    value: &Value,
    fault: Fault,
    is_text: bool,
    choices: &mut Choices,
) -> Option<Value> {
    let kind = match value {
        Value::I32(_) => Kind::Int32,
        Value::I64(_) => Kind::Int64,
        Value::U32(_) => Kind::Uint32,
        Value::U64(_) => Kind::Uint64,
        Value::F32(_) => Kind::Float,
        Value::F64(_) => Kind::Double,
        _ => Kind::String,
    };
    let real = |number: f64| match kind {
        #[expect(clippy::cast_possible_truncation, reason = "infinity and NaN are what they are")]
        Kind::Float => Value::F32(number as f32),
        _ => Value::F64(number),
    };
    let of_length = |length: u64, choices: &mut Choices| {
        let length = Range { min: Some(length), max: Some(length) };
        if is_text {
            // A pattern would have its own idea of the length.
            let limits = Limits { patterns: Vec::new(), bytes: Range::default(), ..limits.clone() };
            Value::String(string(&limits, length, choices))
        } else {
            Value::Bytes(vec![0; usize::try_from(length.min.unwrap_or(0)).unwrap_or(0)].into())
        }
    };
    match fault {
        Fault::TooSmall => numbers::beyond(&kind, limits, false),
        Fault::TooLarge => numbers::beyond(&kind, limits, true),
        Fault::NotANumber => Some(real(f64::NAN)),
        Fault::Infinite => Some(real(if choices.one_of(2) == 0 { f64::INFINITY } else { f64::NEG_INFINITY })),
        Fault::TooShort => Some(of_length(limits.length.min.or(limits.bytes.min)?.checked_sub(1)?, choices)),
        Fault::TooLong => {
            let longest = limits.length.max.into_iter().chain(limits.bytes.max).min()?;
            Some(of_length(longest + 1, choices))
        }
        Fault::Letter => {
            let foreign = limits.letters.as_ref()?.foreign()?;
            let mut letters: Vec<char> = value.as_str()?.chars().collect();
            let which = choices.one_of(letters.len());
            match letters.get_mut(which) {
                Some(letter) => *letter = foreign,
                None => letters.push(foreign),
            }
            Some(Value::String(letters.into_iter().collect()))
        }
        Fault::Pattern => {
            let text = value.as_str()?;
            let changed = ["!", " ", "\u{7}", "é", "a", "0"].iter().flat_map(|letter| {
                let cut: String = text.chars().skip(1).collect();
                [format!("{letter}{cut}"), format!("{text}{letter}"), format!("{letter}{text}")]
            });
            let mut changed = changed.chain(["   ".to_owned(), String::new()]);
            changed
                .find(|text| limits.patterns.iter().any(|pattern| !pattern.matches(text)))
                .map(Value::String)
        }
        Fault::Excluded => {
            let which = choices.one_of(limits.none_of.len());
            limits.none_of.get(which).cloned()
        }
        Fault::Unlisted => unlisted(limits, value),
        Fault::Undefined => Some(Value::EnumNumber(i32::MAX)),
        Fault::Missing | Fault::TooFew | Fault::TooMany | Fault::Twice => None,
    }
}

/// A value that is none of those that are listed.
fn unlisted(limits: &Limits, value: &Value) -> Option<Value> {
    let listed = limits.one_of.as_ref()?;
    let others = match value {
        Value::Bool(value) => vec![Value::Bool(!value)],
        Value::I32(_) => vec![Value::I32(0), Value::I32(1), Value::I32(i32::MAX)],
        Value::I64(_) => vec![Value::I64(0), Value::I64(1), Value::I64(i64::MAX)],
        Value::U32(_) => vec![Value::U32(0), Value::U32(1), Value::U32(u32::MAX)],
        Value::U64(_) => vec![Value::U64(0), Value::U64(1), Value::U64(u64::MAX)],
        Value::F32(_) => vec![Value::F32(0.5), Value::F32(-1.0)],
        Value::F64(_) => vec![Value::F64(0.5), Value::F64(-1.0)],
        Value::EnumNumber(_) => (0..64).map(Value::EnumNumber).collect(),
        Value::String(text) => vec![Value::String(format!("{text}x")), Value::String("x".to_owned())],
        Value::Bytes(bytes) => vec![Value::Bytes([bytes, &[0_u8][..]].concat().into())],
        _ => Vec::new(),
    };
    others.into_iter().find(|other| !listed.contains(other))
}
