//! Requests that are allowed, drawn from choices.

use std::collections::{BTreeSet, HashMap};

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value};

use super::choices::{Chance, Choices};
use super::limits::{Limits, Range};
use super::plan::{Inner, Plan};
use super::text::ANY;
use super::{numbers, text};

/// How many items a list has at most for which nothing says how many.
const ITEMS: u64 = 64;
/// How many letters a text has at most for which nothing says how many.
const LENGTH: u64 = 32;
/// How many items all lists of a request have at most, unless one has to have more.
const ALL_ITEMS: usize = 1_000;
/// How many values and letters a request has at most: what asks for more is refused as impossible.
const EFFORT: usize = 1 << 18;
/// How often a value is drawn anew that is not allowed after all.
const TRIES: usize = 8;

/// Draws a request. It need not be allowed: what two rules say together may be out of reach. `None` where it would be
/// larger than any that is made.
pub(crate) fn request(
    plan: &Plan,
    choices: &mut Choices,
    wanted: &BTreeSet<usize>,
) -> Option<DynamicMessage> {
    let mut draw = Draw { items_left: ALL_ITEMS, ..Draw::of(plan, choices, wanted) };
    let message = draw.message(&plan.message, &plan.top);
    (draw.effort_left > 0).then_some(message)
}

/// Requests in the making.
pub(super) struct Draw<'a> {
    pub(super) plan: &'a Plan,
    pub(super) choices: &'a mut Choices,
    /// Slots that must be there.
    pub(super) wanted: &'a BTreeSet<usize>,
    /// Values that were drawn before, by slot.
    pub(super) earlier: HashMap<usize, Vec<Value>>,
    pub(super) items_left: usize,
    effort_left: usize,
}

impl<'a> Draw<'a> {
    /// For parts of a request: lists have no more items than they must.
    pub(super) fn of(plan: &'a Plan, choices: &'a mut Choices, wanted: &'a BTreeSet<usize>) -> Draw<'a> {
        Draw { plan, choices, wanted, earlier: HashMap::new(), items_left: 0, effort_left: EFFORT }
    }

    fn message(&mut self, descriptor: &MessageDescriptor, slots: &[usize]) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor.clone());
        let mut decided: HashMap<String, Option<FieldDescriptor>> = HashMap::new();
        for index in slots {
            let slot = &self.plan.slots[*index];
            if let Some(oneof) = slot.field.containing_oneof().filter(|oneof| !oneof.is_synthetic()) {
                let chosen = match decided.get(oneof.full_name()) {
                    Some(chosen) => chosen.clone(),
                    None => {
                        let rivals = slots.iter().filter(|index| {
                            self.plan.slots[**index].field.containing_oneof().as_ref() == Some(&oneof)
                        });
                        let rivals: Vec<usize> = rivals.copied().collect();
                        let is_required = self.plan.required_oneofs.contains(oneof.full_name());
                        let chosen = self.rival(&rivals, is_required);
                        decided.insert(oneof.full_name().to_owned(), chosen.clone());
                        chosen
                    }
                };
                if chosen.as_ref() != Some(&slot.field) {
                    continue;
                }
            } else if !self.is_set(*index) {
                continue;
            }
            if let Some(value) = self.field(*index, None) {
                message.set_field(&slot.field, value);
            }
        }
        message
    }

    /// Which field of a oneof is set.
    fn rival(&mut self, rivals: &[usize], is_required: bool) -> Option<FieldDescriptor> {
        let field = |index: &usize| self.plan.slots[*index].field.clone();
        if let Some(wanted) = rivals.iter().find(|index| self.wanted.contains(index)) {
            return Some(field(wanted));
        }
        let none = usize::from(!is_required);
        let chosen = self.choices.one_of(rivals.len() + none);
        chosen.checked_sub(none).and_then(|chosen| rivals.get(chosen)).map(field)
    }

    /// Whether a field that may be left out is there.
    fn is_set(&mut self, index: usize) -> bool {
        let slot = &self.plan.slots[index];
        if !slot.field.supports_presence() || slot.limits.required || self.wanted.contains(&index) {
            return true;
        }
        // Nothing to fill it with is no reason to leave it out where it is needed, and one where it is not.
        let is_empty = matches!(slot.inner, Inner::Nothing) && slot.limits.examples.is_empty();
        !is_empty && self.choices.is(if slot.field.kind().as_message().is_some() { 75 } else { 50 })
    }

    /// A field as a whole. `size` takes the place of how many items are allowed.
    pub(super) fn field(&mut self, index: usize, size: Option<Range<u64>>) -> Option<Value> {
        let plan = self.plan;
        let slot = &plan.slots[index];
        if !slot.field.is_list() && !slot.field.is_map() {
            return self.value(index);
        }
        let limits = size.unwrap_or(slot.limits.size);
        let least = u64::from(self.wanted.contains(&index)).max(limits.min.unwrap_or(0));
        let least = usize::try_from(least).unwrap_or(usize::MAX);
        let most =
            usize::try_from(limits.max.unwrap_or_else(|| ITEMS.max(least as u64))).unwrap_or(usize::MAX);
        let most = if size.is_some() { most } else { most.min(least.max(self.items_left)) };
        let aim = self.choices.chance().map(|chance| aim(least, most, chance));
        let mut list = Vec::new();
        let mut map = HashMap::new();
        let mut misses = 0;
        while list.len().max(map.len()) < most && misses < 32 {
            let count = list.len().max(map.len());
            let began = self.choices.begin();
            if count >= least {
                let goes_on = aim.map(|aim| u64::from(count < aim));
                if self.choices.number(1, |_| goes_on.unwrap_or(0)) == 0 {
                    break;
                }
            }
            let key = slot.field.is_map().then(|| self.key(index)).flatten();
            let item = self.value(index)?;
            self.choices.end(began);
            let is_new = match key {
                Some(key) => map.insert(key, item).is_none(),
                None => {
                    list.push(item);
                    let repeats = slot.limits.repeats(&list);
                    if repeats {
                        list.pop();
                    }
                    !repeats
                }
            };
            if is_new {
                self.items_left = self.items_left.saturating_sub(1);
            } else {
                misses += 1;
            }
        }
        Some(if slot.field.is_map() { Value::Map(map) } else { Value::List(list) })
    }

    fn key(&mut self, index: usize) -> Option<MapKey> {
        let slot = &self.plan.slots[index];
        let kind = slot.field.kind();
        let kind = kind.as_message()?.map_entry_key_field().kind();
        let limits = slot.limits.keys.as_deref().cloned().unwrap_or_default();
        fresh(&kind, &limits, self.choices)?.into_map_key()
    }

    /// One value: of a list an item, of a map what stands at a key.
    pub(super) fn value(&mut self, index: usize) -> Option<Value> {
        let plan = self.plan;
        let slot = &plan.slots[index];
        self.effort_left = self.effort_left.checked_sub(1)?;
        let examples = &slot.limits.examples;
        let inner = match &slot.inner {
            Inner::Message(inner) => Some(inner),
            _ => None,
        };
        if inner.is_none() || !examples.is_empty() {
            // An example, a value of its own, or one from before; the first of them is the simplest.
            let chosen = self.choices.number(2, |chance| match (examples.is_empty(), chance.up_to(9)) {
                (false, 0..=5) => 0,
                (_, 6 | 7) => 2,
                _ => 1,
            });
            let earlier = self.earlier.get(&index).map_or(&[][..], Vec::as_slice);
            let from = match chosen {
                0 => examples.as_slice(),
                2 => earlier,
                _ => &[],
            };
            if !from.is_empty() {
                let which = self.choices.one_of(from.len());
                return from.get(which).cloned();
            }
        }
        if let (Some(inner), Some(message)) = (inner, message_of(&slot.field)) {
            return Some(Value::Message(self.message(&message, inner)));
        }
        let value = match &slot.inner {
            Inner::Time(first, last) => self.time(&slot.field, *first, *last),
            Inner::Nothing => {
                message_of(&slot.field).map(|message| Value::Message(DynamicMessage::new(message)))
            }
            _ => fresh(&kind_of(&slot.field), &slot.limits, self.choices),
        }?;
        let letters = value.as_str().map_or(0, str::len) + value.as_bytes().map_or(0, |bytes| bytes.len());
        self.effort_left = self.effort_left.saturating_sub(letters);
        self.earlier.entry(index).or_default().push(value.clone());
        Some(value)
    }

    fn time(&mut self, field: &FieldDescriptor, first: i64, last: i64) -> Option<Value> {
        let whole = |min: i64, max: i64| Limits {
            whole: Range { min: Some(i128::from(min)), max: Some(i128::from(max)) },
            ..Limits::default()
        };
        let mut message = DynamicMessage::new(message_of(field)?);
        let seconds = numbers::whole(&Kind::Int64, &whole(first, last), self.choices)?;
        let nanos = numbers::whole(&Kind::Int32, &whole(0, 999_999_999), self.choices)?;
        // Both parts of a span of time have the same sign, and the last second has no parts.
        let number = seconds.as_i64().unwrap_or(0);
        let is_span = first == -last;
        let nanos = match nanos {
            Value::I32(_) if is_span && (number == last || number == first) => Value::I32(0),
            Value::I32(nanos) if is_span && number < 0 => Value::I32(-nanos),
            nanos => nanos,
        };
        message.set_field_by_name("seconds", seconds);
        message.set_field_by_name("nanos", nanos);
        Some(Value::Message(message))
    }
}

/// How many items a list is to have: mostly few, at times as few or as many as are allowed.
fn aim(least: usize, most: usize, chance: &mut Chance) -> usize {
    let up_to = |chance: &mut Chance, more: usize| usize::try_from(chance.up_to(more as u64)).unwrap_or(0);
    match chance.up_to(39) {
        0 | 1 => most,
        2 | 3 => least + up_to(chance, most.saturating_sub(least)),
        4..=7 => least,
        _ => (least + up_to(chance, 8)).min(most),
    }
}

fn message_of(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    kind_of(field).as_message().cloned()
}

/// The kind of one value: of a map what stands at a key.
fn kind_of(field: &FieldDescriptor) -> Kind {
    match field.kind() {
        Kind::Message(entry) if field.is_map() => entry.map_entry_value_field().kind(),
        kind => kind,
    }
}

/// A value that is no message and no example.
pub(super) fn fresh(kind: &Kind, limits: &Limits, choices: &mut Choices) -> Option<Value> {
    let mut value = None;
    for _ in 0..TRIES {
        value = once(kind, limits, choices);
        if value.as_ref().is_some_and(|value| limits.of_value(kind, value).is_empty()) {
            break;
        }
    }
    value
}

fn once(kind: &Kind, limits: &Limits, choices: &mut Choices) -> Option<Value> {
    if let Some(listed) = &limits.one_of {
        let which = choices.one_of(listed.len());
        return listed.get(which).cloned();
    }
    match kind {
        Kind::Bool => Some(Value::Bool(choices.one_of(2) == 1)),
        Kind::String => Some(Value::String(string(limits, limits.length, choices))),
        Kind::Bytes => {
            let (range, usual) = lengths(limits, limits.length);
            let letters = choices.letters(range, 256, |chance| length(range, usual, chance));
            let bytes: Vec<u8> = letters.into_iter().filter_map(|letter| u8::try_from(letter).ok()).collect();
            Some(Value::Bytes(bytes.into()))
        }
        Kind::Enum(names) => {
            let numbers: Vec<i32> = names.values().map(|value| value.number()).collect();
            let which = choices.one_of(numbers.len());
            numbers.get(which).copied().map(Value::EnumNumber)
        }
        Kind::Message(_) => None,
        kind => numbers::whole(kind, limits, choices).or_else(|| numbers::real(kind, limits, choices)),
    }
}

/// A text of so many letters.
pub(super) fn string(limits: &Limits, letters: Range<u64>, choices: &mut Choices) -> String {
    if let Some(pattern) = limits.patterns.first().filter(|_| limits.letters.is_none()) {
        return pattern.draw(choices);
    }
    let set = limits.letters.as_ref().map_or(ANY, text::Letters::as_slice);
    // Where bytes are counted, letters have one.
    let set: Vec<char> = if limits.bytes.is_open() {
        set.to_vec()
    } else {
        set.iter().copied().filter(char::is_ascii).collect()
    };
    let (range, usual) = lengths(limits, letters);
    let count = u32::try_from(set.len()).unwrap_or(u32::MAX);
    let letters = choices.letters(range, count, |chance| length(range, usual, chance));
    letters.into_iter().filter_map(|letter| set.get(usize::try_from(letter).ok()?)).collect()
}

/// The shortest and the longest that is allowed, and the longest that is usual.
fn lengths(limits: &Limits, length: Range<u64>) -> ((usize, usize), usize) {
    let min = length.min.unwrap_or(0).max(limits.bytes.min.unwrap_or(0));
    let max =
        length.max.into_iter().chain(limits.bytes.max).min().unwrap_or_else(|| min.saturating_add(LENGTH));
    let usual = max.min(min.saturating_add(12));
    let size = |length: u64| usize::try_from(length.min(1 << 20)).unwrap_or(1 << 20);
    ((size(min), size(max.max(min))), size(usual.max(min)))
}

fn length((min, max): (usize, usize), usual: usize, chance: &mut Chance) -> usize {
    match chance.up_to(19) {
        0 => max,
        1 => min,
        _ => min + usize::try_from(chance.up_to(usual.saturating_sub(min) as u64)).unwrap_or(0),
    }
}
