//! Source positions of protos, kept apart from the pool of descriptors.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, MessageDescriptor};
use prost_types::source_code_info::Location;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, SourceCodeInfo,
    UninterpretedOption,
};

/// The number of `uninterpreted_option` in all options.
const UNINTERPRETED: i32 = 999;

/// Where everything stands in its file, and what is written above it. Kept as bytes, since few files are ever asked for.
#[derive(Clone, Debug, Default)]
pub struct Positions {
    files: Arc<BTreeMap<String, Vec<u8>>>,
}

/// The positions of one file, taken out of it.
pub(crate) struct Taken(Vec<u8>);

impl Taken {
    /// Takes the positions out of a file, if it has some.
    pub(crate) fn out_of(file: &mut FileDescriptorProto) -> Option<Taken> {
        let mut info = file.source_code_info.take()?;
        name_options(file, &mut info);
        Some(Taken(info.encode_to_vec()))
    }
}

impl Positions {
    /// Keeps the positions of a file.
    pub(crate) fn keep(&mut self, name: &str, taken: Option<Taken>) {
        if let Some(Taken(bytes)) = taken {
            Arc::make_mut(&mut self.files).insert(name.to_owned(), bytes);
        }
    }

    /// The positions in a file, by its import name; columns count characters. None of a file that is not there.
    pub fn of(&self, name: &str) -> Vec<Location> {
        let info = self.files.get(name).map(|bytes| SourceCodeInfo::decode(bytes.as_slice()));
        info.and_then(Result::ok).unwrap_or_default().location
    }
}

/// Gives options, which stand at their index in `uninterpreted_option`, the numbers that they have in the options'
/// message. Custom options, which only a pool knows, keep their index.
fn name_options(file: &FileDescriptorProto, info: &mut SourceCodeInfo) {
    let written = |location: &Location| location.path.contains(&UNINTERPRETED);
    if !info.location.iter().any(written) {
        return;
    }
    let mut options = Options::default();
    options.file(file);
    for location in &mut info.location {
        let Some(at) = location.path.iter().position(|number| *number == UNINTERPRETED) else { continue };
        let Some(named) = location.path.get(..at + 2).and_then(|path| options.paths.get(path)) else {
            continue;
        };
        location.path.splice(..at + 2, named.iter().copied());
    }
}

/// The path of every option of a file by the path that its text has.
#[derive(Default)]
struct Options {
    paths: HashMap<Vec<i32>, Vec<i32>>,
}

impl Options {
    fn add(&mut self, path: &[i32], options: Option<(&str, &[UninterpretedOption])>) {
        let Some((kind, written)) = options.filter(|(_, written)| !written.is_empty()) else { return };
        let Some(kind) = DescriptorPool::global().get_message_by_name(&format!("google.protobuf.{kind}"))
        else {
            return;
        };
        let mut seen: HashMap<Vec<i32>, i32> = HashMap::new();
        for (index, option) in (0..).zip(written) {
            let Some((numbers, is_list)) = numbers(&kind, option) else { continue };
            let mut named: Vec<i32> = path.iter().chain(&numbers).copied().collect();
            if is_list {
                let before = seen.entry(numbers).or_default();
                named.push(*before);
                *before += 1;
            }
            self.paths.insert(join(path, &[UNINTERPRETED, index]), named);
        }
    }

    fn file(&mut self, file: &FileDescriptorProto) {
        let options = file.options.as_ref();
        self.add(&[8], options.map(|options| ("FileOptions", &*options.uninterpreted_option)));
        self.each(&[4], &file.message_type, Options::message);
        self.each(&[5], &file.enum_type, Options::enumeration);
        self.each(&[7], &file.extension, Options::field);
        self.each(&[6], &file.service, |all, path, service| {
            let options = service.options.as_ref();
            all.add(
                &join(path, &[3]),
                options.map(|options| ("ServiceOptions", &*options.uninterpreted_option)),
            );
            all.each(&join(path, &[2]), &service.method, |all, path, method| {
                let options = method.options.as_ref();
                all.add(
                    &join(path, &[4]),
                    options.map(|options| ("MethodOptions", &*options.uninterpreted_option)),
                );
            });
        });
    }

    /// Messages of a text are as deep as its reader lets them be, which is not deep.
    fn message(&mut self, path: &[i32], message: &DescriptorProto) {
        let options = message.options.as_ref();
        self.add(
            &join(path, &[7]),
            options.map(|options| ("MessageOptions", &*options.uninterpreted_option)),
        );
        self.each(&join(path, &[2]), &message.field, Options::field);
        self.each(&join(path, &[6]), &message.extension, Options::field);
        self.each(&join(path, &[3]), &message.nested_type, Options::message);
        self.each(&join(path, &[4]), &message.enum_type, Options::enumeration);
        self.each(&join(path, &[5]), &message.extension_range, |all, path, range| {
            let options = range.options.as_ref();
            all.add(
                &join(path, &[3]),
                options.map(|options| ("ExtensionRangeOptions", &*options.uninterpreted_option)),
            );
        });
        self.each(&join(path, &[8]), &message.oneof_decl, |all, path, oneof| {
            let options = oneof.options.as_ref();
            all.add(
                &join(path, &[2]),
                options.map(|options| ("OneofOptions", &*options.uninterpreted_option)),
            );
        });
    }

    fn field(&mut self, path: &[i32], field: &FieldDescriptorProto) {
        let options = field.options.as_ref();
        self.add(&join(path, &[8]), options.map(|options| ("FieldOptions", &*options.uninterpreted_option)));
    }

    fn enumeration(&mut self, path: &[i32], enumeration: &EnumDescriptorProto) {
        let options = enumeration.options.as_ref();
        self.add(&join(path, &[3]), options.map(|options| ("EnumOptions", &*options.uninterpreted_option)));
        self.each(&join(path, &[2]), &enumeration.value, |all, path, value| {
            let options = value.options.as_ref();
            all.add(
                &join(path, &[3]),
                options.map(|options| ("EnumValueOptions", &*options.uninterpreted_option)),
            );
        });
    }

    fn each<T>(&mut self, path: &[i32], items: &[T], visit: impl Fn(&mut Options, &[i32], &T)) {
        for (index, item) in (0..).zip(items) {
            visit(self, &join(path, &[index]), item);
        }
    }
}

/// The numbers that an option's name stands for, and whether the last is a list's. `None` for what only a pool knows.
fn numbers(kind: &MessageDescriptor, option: &UninterpretedOption) -> Option<(Vec<i32>, bool)> {
    let mut message = Some(kind.clone());
    let mut numbers = Vec::new();
    let mut is_list = false;
    for part in &option.name {
        let field = match part.is_extension {
            true => return None,
            false => message.take()?.get_field_by_name(&part.name_part)?,
        };
        numbers.push(i32::try_from(field.number()).ok()?);
        is_list = field.is_list();
        message = field.kind().as_message().cloned();
    }
    Some((numbers, is_list))
}

fn join(path: &[i32], more: &[i32]) -> Vec<i32> {
    [path, more].concat()
}

/// Moves the positions of default values and JSON names, which are those of the value alone, to where `default = ..` and
/// `json_name = ..` begin: there buf has them.
pub(crate) fn begin_values_at_their_names(file: &mut FileDescriptorProto, text: &str) {
    let mut lines: Option<Vec<&str>> = None;
    for location in file.source_code_info.iter_mut().flat_map(|info| &mut info.location) {
        // A field of a message (2) or an extension in one (6), at any depth, or an extension of the file (7); and of it
        // the default value (7) or the JSON name (10).
        let name = match location.path.as_slice() {
            [4, .., 2 | 6, _, 7] | [7, _, 7] => "default",
            [4, .., 2 | 6, _, 10] | [7, _, 10] => "json_name",
            _ => continue,
        };
        let [line, column, ..] = location.span.as_mut_slice() else { continue };
        let lines = lines.get_or_insert_with(|| text.split('\n').collect());
        let before = || {
            let line = lines.get(usize::try_from(*line).ok()?)?.get(..usize::try_from(*column).ok()?)?;
            line.trim_end().strip_suffix('=')?.trim_end().strip_suffix(name)
        };
        if let Some(before) = before() {
            *column = i32::try_from(before.len()).unwrap_or(i32::MAX);
        }
    }
}

/// Turns the columns of source positions, which count bytes, into characters.
pub(crate) fn count_characters(file: &mut FileDescriptorProto, text: &str) {
    if text.is_ascii() {
        return;
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let in_characters = |line: i32, column: &mut i32| {
        let line = usize::try_from(line).ok().and_then(|line| lines.get(line)).copied().unwrap_or_default();
        let before =
            usize::try_from(*column).ok().map(|bytes| line.floor_char_boundary(bytes.min(line.len())));
        if let Some(characters) = before.map(|bytes| line[..bytes].chars().count()) {
            *column = i32::try_from(characters).unwrap_or(i32::MAX);
        }
    };
    for location in file.source_code_info.iter_mut().flat_map(|info| &mut info.location) {
        match location.span.as_mut_slice() {
            [line, column, end] => {
                in_characters(*line, column);
                in_characters(*line, end);
            }
            [line, column, end_line, end] => {
                in_characters(*line, column);
                in_characters(*end_line, end);
            }
            _ => {}
        }
    }
}
