//! What a proto reserves or leaves to extensions, and may not: the parser looks at single numbers only.
//!
//! Source of what is refused: "Reserved Fields" and "Reserved Values" of the language guides of protobuf, and what buf's
//! compiler says of them.

use std::collections::BTreeSet;

use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

/// Field numbers in the descriptors of protobuf, for paths into source positions.
mod part {
    pub(super) const FILE_MESSAGE: i32 = 4;
    pub(super) const FILE_ENUM: i32 = 5;
    pub(super) const MESSAGE_NESTED: i32 = 3;
    pub(super) const MESSAGE_ENUM: i32 = 4;
    pub(super) const EXTENSION_RANGE: i32 = 5;
    pub(super) const MESSAGE_RESERVED_RANGE: i32 = 9;
    pub(super) const ENUM_RESERVED_RANGE: i32 = 4;
}

/// The first thing that is wrong, with its line and column from 1, where they are known.
pub(crate) fn check(file: &FileDescriptorProto) -> Result<(), (Option<(u32, u32)>, String)> {
    let mut path = Vec::new();
    let in_messages = file.message_type.iter().zip(0..).try_for_each(|(message, index)| {
        at(&mut path, [part::FILE_MESSAGE, index], |path| of_message(message, path))
    });
    let in_all = in_messages.and_then(|()| {
        let mut enums = file.enum_type.iter().zip(0..);
        enums.try_for_each(|(it, index)| at(&mut path, [part::FILE_ENUM, index], |path| of_enum(it, path)))
    });
    in_all.map_err(|wrong| (place(file, &wrong.path), wrong.message))
}

/// What is wrong, and where in the descriptor of the file.
struct Wrong {
    path: Vec<i32>,
    message: String,
}

/// Messages of a text are as deep as its reader lets them be, which is not deep.
fn of_message(message: &DescriptorProto, path: &mut Vec<i32>) -> Result<(), Wrong> {
    // Ends of ranges of fields are exclusive.
    let reserved = message.reserved_range.iter().zip(0..).map(|(it, index)| Range {
        start: i64::from(it.start()),
        end: i64::from(it.end()) - 1,
        place: [part::MESSAGE_RESERVED_RANGE, index],
    });
    let extensions = message.extension_range.iter().zip(0..).map(|(it, index)| Range {
        start: i64::from(it.start()),
        end: i64::from(it.end()) - 1,
        place: [part::EXTENSION_RANGE, index],
    });
    check_ranges(reserved.chain(extensions).collect(), path)?;
    let fields = message.field.iter().map(prost_types::FieldDescriptorProto::name);
    check_names(&message.reserved_name, fields, path)?;
    for (nested, index) in message.nested_type.iter().zip(0..) {
        at(path, [part::MESSAGE_NESTED, index], |path| of_message(nested, path))?;
    }
    for (enumeration, index) in message.enum_type.iter().zip(0..) {
        at(path, [part::MESSAGE_ENUM, index], |path| of_enum(enumeration, path))?;
    }
    Ok(())
}

fn of_enum(enumeration: &EnumDescriptorProto, path: &[i32]) -> Result<(), Wrong> {
    let reserved = enumeration.reserved_range.iter().zip(0..).map(|(it, index)| Range {
        start: i64::from(it.start()),
        end: i64::from(it.end()),
        place: [part::ENUM_RESERVED_RANGE, index],
    });
    check_ranges(reserved.collect(), path)?;
    let values = enumeration.value.iter().map(prost_types::EnumValueDescriptorProto::name);
    check_names(&enumeration.reserved_name, values, path)
}

/// A range of numbers, both ends included.
struct Range {
    start: i64,
    end: i64,
    place: [i32; 2],
}

impl Range {
    fn shown(&self) -> String {
        match (self.start, self.end) {
            (start, end) if start == end => start.to_string(),
            (start, end) => format!("{start} to {end}"),
        }
    }
}

fn check_ranges(mut ranges: Vec<Range>, path: &[i32]) -> Result<(), Wrong> {
    let wrong = |range: &Range, message: String| {
        Err(Wrong { path: path.iter().chain(&range.place).copied().collect(), message })
    };
    for range in &ranges {
        if range.end < range.start {
            return wrong(range, format!("the range `{}` ends before it begins", range.shown()));
        }
    }
    ranges.sort_by_key(|range| (range.start, range.place));
    for pair in ranges.windows(2) {
        if let [before, range] = pair
            && range.start <= before.end
        {
            // The one that is written later is the one that is wrong.
            let (first, later) = if before.place < range.place { (before, range) } else { (range, before) };
            let message = format!("the range `{}` overlaps with `{}`", later.shown(), first.shown());
            return wrong(later, message);
        }
    }
    Ok(())
}

fn check_names<'a>(
    reserved: &[String],
    mut declared: impl Iterator<Item = &'a str>,
    path: &[i32],
) -> Result<(), Wrong> {
    if reserved.is_empty() {
        return Ok(());
    }
    let wrong = |message: String| Err(Wrong { path: path.to_vec(), message });
    let mut seen = BTreeSet::new();
    if let Some(twice) = reserved.iter().find(|name| !seen.insert(name.as_str())) {
        return wrong(format!("the name `{twice}` is reserved more than once"));
    }
    match declared.find(|name| seen.contains(name)) {
        Some(name) => wrong(format!("the name `{name}` is reserved")),
        None => Ok(()),
    }
}

/// Goes one step down for a while.
fn at<R>(path: &mut Vec<i32>, step: [i32; 2], look: impl FnOnce(&mut Vec<i32>) -> R) -> R {
    path.extend(step);
    let result = look(path);
    path.truncate(path.len() - step.len());
    result
}

fn place(file: &FileDescriptorProto, path: &[i32]) -> Option<(u32, u32)> {
    let location = file.source_code_info.as_ref()?.location.iter().find(|location| location.path == path)?;
    let [line, column, ..] = location.span[..] else { return None };
    Some((u32::try_from(line).ok()? + 1, u32::try_from(column).ok()? + 1))
}
