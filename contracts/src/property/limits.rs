//! What values of one field are allowed, from whatever says so: `buf.validate` in the protos, or the scenario file.

use prost_reflect::{FieldDescriptor, Kind, Value};

use super::text::{Letters, Pattern};

/// From where to where, both ends allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range<T> {
    pub(crate) min: Option<T>,
    pub(crate) max: Option<T>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Range { min: None, max: None }
    }
}

impl<T: PartialOrd + Copy> Range<T> {
    pub(crate) fn holds(&self, value: T) -> bool {
        // Written so that NaN lies in no range that has an end.
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
}

/// What is allowed of a field. What speaks of values speaks of the items of a list and the values of a map.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    /// It must be set; of a list, it must not be empty.
    pub(crate) required: bool,
    /// How many items a list or a map has.
    pub(crate) size: Range<u64>,
    /// Whether no two items are equal.
    pub(crate) unique: bool,
    /// The field of the items in which no two are equal.
    pub(crate) unique_by: Option<FieldDescriptor>,
    /// Whole numbers.
    pub(crate) whole: Range<i128>,
    /// Real numbers. NaN lies in no range that has an end.
    pub(crate) real: Range<f64>,
    /// Whether real numbers are neither infinite nor NaN.
    pub(crate) finite: bool,
    /// How many characters a text has, or bytes.
    pub(crate) length: Range<u64>,
    /// How many bytes a text has.
    pub(crate) bytes: Range<u64>,
    /// The only letters.
    pub(crate) letters: Option<Letters>,
    /// What matches.
    pub(crate) patterns: Vec<Pattern>,
    /// The only values.
    pub(crate) one_of: Option<Vec<Value>>,
    /// Values that are not allowed.
    pub(crate) none_of: Vec<Value>,
    /// Whether numbers of an enum have names.
    pub(crate) defined: bool,
    /// Whether nothing is said of the default.
    pub(crate) default_is_free: bool,
    /// Values that are taken more often than others.
    pub(crate) examples: Vec<Value>,
    /// What is allowed of a map's keys.
    pub(crate) keys: Option<Box<Limits>>,
}

/// One way in which a value can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    Missing,
    TooFew,
    TooMany,
    Twice,
    TooSmall,
    TooLarge,
    NotANumber,
    Infinite,
    TooShort,
    TooLong,
    Letter,
    Pattern,
    Unlisted,
    Excluded,
    Undefined,
}

impl Fault {
    /// In words that follow "whose field ..".
    pub(crate) fn words(self) -> &'static str {
        match self {
            Fault::Missing => "is missing",
            Fault::TooFew => "has too few items",
            Fault::TooMany => "has too many items",
            Fault::Twice => "has an item twice",
            Fault::TooSmall => "is too small",
            Fault::TooLarge => "is too large",
            Fault::NotANumber => "is not a number",
            Fault::Infinite => "is infinite",
            Fault::TooShort => "is too short",
            Fault::TooLong => "is too long",
            Fault::Letter => "has a letter that is not allowed",
            Fault::Pattern => "does not match its pattern",
            Fault::Unlisted => "is none of the listed values",
            Fault::Excluded => "is an excluded value",
            Fault::Undefined => "is an undefined value of its enum",
        }
    }
}

impl Limits {
    /// The faults of a field's value as it stands in a message, `None` where it is not set.
    pub(crate) fn faults(&self, field: &FieldDescriptor, value: Option<&Value>) -> Vec<Fault> {
        let mut faults = Vec::new();
        let Some(value) = value else {
            if self.required {
                faults.push(Fault::Missing);
            }
            // A list that is not there is an empty one.
            if self.size.min.is_some_and(|min| min > 0) {
                faults.push(Fault::TooFew);
            }
            if !field.supports_presence() && !field.is_list() && !field.is_map() {
                faults.extend(self.of_value(&field.kind(), &Value::default_value(&field.kind())));
            }
            return faults;
        };
        match value {
            Value::List(items) => {
                faults.extend(self.of_size(items.len()));
                if self.repeats(items) {
                    faults.push(Fault::Twice);
                }
                faults.extend(items.iter().flat_map(|item| self.of_value(&field.kind(), item)));
            }
            Value::Map(entries) => {
                faults.extend(self.of_size(entries.len()));
                if let Kind::Message(entry) = field.kind() {
                    let (key, item) =
                        (entry.map_entry_key_field().kind(), entry.map_entry_value_field().kind());
                    for (found, value) in entries {
                        faults.extend(self.of_value(&item, value));
                        let keys = self.keys.as_ref();
                        faults.extend(
                            keys.into_iter().flat_map(|keys| keys.of_value(&key, &found.clone().into())),
                        );
                    }
                }
            }
            value => faults.extend(self.of_value(&field.kind(), value)),
        }
        faults.sort_unstable();
        faults.dedup();
        faults
    }

    fn of_size(&self, size: usize) -> Option<Fault> {
        let size = size as u64;
        match (self.size.min, self.size.max) {
            (Some(min), _) if size < min => Some(Fault::TooFew),
            (_, Some(max)) if size > max => Some(Fault::TooMany),
            _ => None,
        }
    }

    /// Whether two items are equal that must not be.
    pub(crate) fn repeats(&self, items: &[Value]) -> bool {
        match &self.unique_by {
            Some(by) => {
                let keys: Vec<Value> = items.iter().filter_map(|item| key_of(by, item)).collect();
                repeats(&keys)
            }
            None => self.unique && repeats(items),
        }
    }

    /// The faults of one value.
    pub(super) fn of_value(&self, kind: &Kind, value: &Value) -> Vec<Fault> {
        if self.default_is_free && value.is_default(kind) {
            return Vec::new();
        }
        let mut faults = Vec::new();
        let mut is = |wrong: bool, fault: Fault| {
            if wrong {
                faults.push(fault);
            }
        };
        if let Some(number) = whole(value) {
            is(self.whole.min.is_some_and(|min| number < min), Fault::TooSmall);
            is(self.whole.max.is_some_and(|max| number > max), Fault::TooLarge);
        }
        if let Some(number) = real(value) {
            let bounded = self.finite || !self.real.is_open();
            is(number.is_nan() && bounded, Fault::NotANumber);
            is(number.is_infinite() && (self.finite || !self.real.holds(number)), Fault::Infinite);
            is(number.is_finite() && self.real.min.is_some_and(|min| number < min), Fault::TooSmall);
            is(number.is_finite() && self.real.max.is_some_and(|max| number > max), Fault::TooLarge);
        }
        if let Some((characters, bytes)) = lengths(value) {
            let short = |range: &Range<u64>, length| range.min.is_some_and(|min| length < min);
            let long = |range: &Range<u64>, length| range.max.is_some_and(|max| length > max);
            is(short(&self.length, characters) || short(&self.bytes, bytes), Fault::TooShort);
            is(long(&self.length, characters) || long(&self.bytes, bytes), Fault::TooLong);
        }
        if let Some(text) = value.as_str() {
            is(self.letters.as_ref().is_some_and(|letters| !letters.holds(text)), Fault::Letter);
            is(self.patterns.iter().any(|pattern| !pattern.matches(text)), Fault::Pattern);
        }
        if let (Value::EnumNumber(number), Kind::Enum(names)) = (value, kind) {
            is(self.defined && names.get_value(*number).is_none(), Fault::Undefined);
        }
        is(self.one_of.as_ref().is_some_and(|listed| !listed.contains(value)), Fault::Unlisted);
        is(self.none_of.contains(value), Fault::Excluded);
        faults
    }
}

/// Whether two values are equal. Texts and numbers, which most are, are compared by their order.
fn repeats(values: &[Value]) -> bool {
    let mut seen = std::collections::HashSet::new();
    let keys: Option<Vec<_>> = values.iter().map(|value| value.clone().into_map_key()).collect();
    match keys {
        Some(keys) => keys.into_iter().any(|key| !seen.insert(key)),
        None => (1..values.len()).any(|at| values[..at].contains(&values[at])),
    }
}

/// The value of an item by which it must be the only one.
pub(crate) fn key_of(by: &FieldDescriptor, item: &Value) -> Option<Value> {
    Some(item.as_message()?.get_field(by).into_owned())
}

fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::I32(number) => Some(i128::from(*number)),
        Value::I64(number) => Some(i128::from(*number)),
        Value::U32(number) => Some(i128::from(*number)),
        Value::U64(number) => Some(i128::from(*number)),
        _ => None,
    }
}

fn real(value: &Value) -> Option<f64> {
    match value {
        Value::F32(number) => Some(f64::from(*number)),
        Value::F64(number) => Some(*number),
        _ => None,
    }
}

fn lengths(value: &Value) -> Option<(u64, u64)> {
    match value {
        Value::String(text) => Some((text.chars().count() as u64, text.len() as u64)),
        Value::Bytes(bytes) => Some((bytes.len() as u64, bytes.len() as u64)),
        _ => None,
    }
}
