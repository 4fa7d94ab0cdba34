//! Sets of descriptors, as `buf build` and `protoc --descriptor_set_out` write them.

use std::collections::BTreeMap;

use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, Value};
use prost_types::FileDescriptorProto;

use crate::editions::{Features, is_of_edition, lower, text};
use crate::protos::{Protos, one_line};
use crate::skeleton;

/// The field of buf's images that says of a file whether it only came along as an import: `buf_extension.is_import`.
const BUF_EXTENSION: u32 = 8042;

/// The files of a set, ready for a pool: those of editions are turned into a syntax that the pool can hold.
#[derive(Clone, Debug, Default)]
pub struct DescriptorSet {
    pub(crate) files: BTreeMap<String, Described>,
}

/// One file of a set.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    /// As the set has it, for its imports.
    pub(crate) said: FileDescriptorProto,
    /// As the set has it, with what only newer descriptors know.
    pub(crate) original: DynamicMessage,
    /// As the pool takes it: with custom options, without positions.
    pub(crate) bytes: Vec<u8>,
    /// What its edition says and no syntax does, or why its edition cannot be read.
    pub(crate) features: Result<Features, String>,
    /// Whether the set has it only because others import it.
    pub(crate) is_import: bool,
}

impl DescriptorSet {
    /// Reads a set.
    ///
    /// # Errors
    /// The bytes are no set of descriptors, or one without files, in words.
    pub fn read(bytes: &[u8]) -> Result<DescriptorSet, String> {
        let global = DescriptorPool::global();
        let descriptor = global
            .get_message_by_name("google.protobuf.FileDescriptorSet")
            .ok_or("the description of descriptors is missing")?;
        let set = DynamicMessage::decode(descriptor, bytes)
            .map_err(|error| format!("it is no set of descriptors: {error}"))?;
        let list = set.get_field_by_name("file");
        let mut files = BTreeMap::new();
        for file in list.iter().filter_map(|list| list.as_list()).flatten() {
            let Value::Message(file) = file else { continue };
            let described = Described::of(file.clone())?;
            if described.said.name().is_empty() {
                return Err("it is no set of descriptors: a file has no name".to_owned());
            }
            files.insert(described.said.name().to_owned(), described);
        }
        if files.is_empty() {
            return Err("it is a set of descriptors without a file".to_owned());
        }
        Ok(DescriptorSet { files })
    }

    /// A file by the name that imports use.
    pub(crate) fn file(&self, name: &str) -> Option<&Described> {
        self.files.get(name)
    }

    /// Whether the set says what the text of a file says: a set that was made of an older text must not speak for it.
    ///
    /// # Errors
    /// The first difference, or why they cannot be compared, in words.
    pub fn agrees(&self, name: &str, text: &str) -> Result<(), String> {
        let described = self.file(name).ok_or("the set does not have it")?;
        skeleton::agrees(&described.original, name, text)
    }
}

impl Described {
    fn of(mut file: DynamicMessage) -> Result<Described, String> {
        let is_import = file.unknown_fields().any(|field| {
            let mut bytes = Vec::new();
            field.encode(&mut bytes);
            // Behind the field's number and the length, the message begins with its field 1 set to `true`.
            field.number() == BUF_EXTENSION && bytes.get(4..6) == Some(&[0x08, 0x01])
        });
        let said = FileDescriptorProto::decode(file.encode_to_vec().as_slice())
            .map_err(|error| format!("it is no set of descriptors: {error}"))?;
        let original = file.clone();
        let features = match is_of_edition(&file) {
            true => lower(&mut file).map_err(|reason| format!("{}: {reason}", text(&file, "name"))),
            false => Ok(Features::default()),
        };
        file.clear_field_by_name("source_code_info");
        Ok(Described { said, original, bytes: file.encode_to_vec(), features, is_import })
    }

    /// Adds the file, unless it is one of the well-known ones that are there, to the pool of protos that have all its imports; an error has no place, since a set has no text.
    pub(crate) fn add_to(&self, protos: &mut Protos) -> Result<(), (Option<(u32, u32)>, String)> {
        if protos.pool.get_file_by_name(self.said.name()).is_some() {
            return Ok(());
        }
        let features = self.features.clone().map_err(|reason| (None, reason))?;
        let added = protos.pool.decode_file_descriptor_proto(self.bytes.as_slice());
        added.map_err(|error| (None, one_line(&error.to_string())))?;
        protos.features.extend(features);
        Ok(())
    }
}
