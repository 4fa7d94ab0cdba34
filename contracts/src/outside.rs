//! What lies outside the two trees: installed programs, the day, and protos to compare with. The caller looks for them,
//! since a library reads no environment.

use policy::Today;
use service::{DescriptorSet, Services, Tool};
use source::Tree;

/// What the static tier may use that is no part of the judged tree.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// The program `buf`, where it is installed.
    pub buf: Option<Tool>,
    /// The program `promtool`, where it is installed.
    pub promtool: Option<Tool>,
    /// The day on which is judged; without it nothing is over.
    pub today: Option<Today>,
    /// What head's protos are compared with in the place of the base's.
    pub against: Option<Against>,
    /// The services that the live tier can start, which scenario files name; none where they are not known.
    pub services: Services,
}

/// Protos that head's are compared with: what is deployed, say, or what was released.
#[derive(Clone)]
pub struct Against {
    /// The files of a folder; none where there is a set of descriptors.
    pub(crate) tree: Tree,
    pub(crate) set: Option<DescriptorSet>,
    name: String,
}

impl Against {
    /// The protos of a folder, found as those of a workspace are.
    pub fn folder(tree: Tree) -> Against {
        Against { tree, set: None, name: String::new() }
    }

    /// Those of a set of descriptors, as `buf build -o` or `protoc --include_imports --descriptor_set_out` writes it.
    ///
    /// # Errors
    /// The bytes are no such set, in words.
    pub fn set(bytes: &[u8]) -> Result<Against, String> {
        let set = DescriptorSet::read(bytes)?;
        Ok(Against { tree: Tree::from_memory::<String, Vec<u8>>([]), set: Some(set), name: String::new() })
    }

    /// What the caller calls it: the path of the folder or of the set.
    #[must_use]
    pub fn called(self, name: impl Into<String>) -> Against {
        Against { name: name.into(), ..self }
    }

    /// What it is, for the report.
    pub fn shown(&self) -> String {
        let what = if self.set.is_some() { "the set of descriptors" } else { "the folder" };
        format!("{what} `{}`", self.name)
    }
}

impl std::fmt::Debug for Against {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.set.is_some() { "a set of descriptors" } else { "a folder" })
    }
}
