//! How strict the comparison of protos is: buf's categories, and the one that holds unless policy says otherwise.

use serde::{Deserialize, Serialize};

/// Which promises a change of protos must keep. FILE, PACKAGE, CSR, WIRE_JSON and WIRE are buf's categories and find
/// what buf finds; CALLERS is the default.
///
/// CALLERS asks what somebody notices who was built against the old protos and is still running: bytes, proto JSON
/// and the names of methods. It differs from buf's categories where those stop an honest change or let a harmful one
/// pass:
///
/// - A field or enum value may go once its number *and* its name are reserved, as in WIRE_JSON. That is how the
///   documentation of protobuf says to remove one, and nobody can take the number again.
/// - Types, names, JSON names and oneofs stay exactly as they are, as in FILE. The wire categories let `int64` become
///   `int32`, which turns 5000000000 into 705032704.
/// - Services and methods stay, as in FILE and PACKAGE. The wire categories let them go.
/// - A message or enum may move between the files of its package. It may go if something referred to it, because then
///   the field or method that did is judged instead; a message that nothing referred to is the payload of something
///   outside the protos and must stay.
/// - A plain field may become `optional`: whatever was sent still arrives. Not the other way round: a zero that was
///   sent can no longer be told from nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Category {
    /// What running callers notice. The default.
    #[default]
    Callers,
    /// Generated code keeps compiling, file by file.
    File,
    /// Generated code keeps compiling, package by package.
    Package,
    /// What a schema registry of Confluent's kind keeps: messages and enums file by file, but not services.
    Csr,
    /// Bytes and proto JSON can still be read.
    WireJson,
    /// Bytes can still be read.
    Wire,
}

impl Category {
    /// Those of buf.
    pub(crate) const OF_BUF: [Category; 5] =
        [Category::File, Category::Package, Category::Csr, Category::WireJson, Category::Wire];

    /// As policies and `buf.yaml` write it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Category::Callers => "CALLERS",
            Category::File => "FILE",
            Category::Package => "PACKAGE",
            Category::Csr => "CSR",
            Category::WireJson => "WIRE_JSON",
            Category::Wire => "WIRE",
        }
    }

    /// Whether only the encodings count.
    pub(crate) fn is_wire(self) -> bool {
        matches!(self, Category::WireJson | Category::Wire)
    }

    /// Whether generated code counts, and not only what is sent.
    pub(crate) fn is_source(self) -> bool {
        matches!(self, Category::File | Category::Package)
    }

    /// Whether proto JSON counts.
    pub(crate) fn has_json(self) -> bool {
        self != Category::Wire
    }

    /// One id for the categories that have buf's rule, none for the others.
    pub(crate) fn one(self, has_it: bool, id: &'static str) -> Vec<&'static str> {
        if has_it { vec![id] } else { Vec::new() }
    }
}
