//! The reference workspace in memory, as far as the guard reads it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use contracts::{Policy, SECTION};
use policy::{Document, Schema, Section};
use service::Services;
use source::{Cache, Code, Tree};

/// Folders that the static tier does not read, and that are large.
const LEFT_OUT: [&str; 5] = ["target", "var", "data", "golden", ".git"];

/// Every file by its path from the root.
pub(crate) fn files() -> &'static BTreeMap<String, Vec<u8>> {
    static FILES: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let root = root();
        let mut files = BTreeMap::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("the folder is there").flatten() {
                let path = entry.path();
                if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let below = path.strip_prefix(&root).expect("it lies below the root");
                let name = below.to_str().expect("its name is text").to_owned();
                files.insert(name, std::fs::read(&path).expect("it can be read"));
            }
        }
        files
    })
}

pub(crate) fn base() -> &'static Tree {
    static BASE: OnceLock<Tree> = OnceLock::new();
    BASE.get_or_init(|| Tree::from_memory(files().iter().map(|(path, text)| (path.clone(), text))))
}

pub(crate) fn base_code() -> &'static Code {
    static CODE: OnceLock<Code> = OnceLock::new();
    CODE.get_or_init(|| Code::read(base(), &Cache::off()))
}

pub(crate) fn policy() -> &'static Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| document(base()).section(SECTION.name).expect("the section can be read"))
}

/// The services of a side's own policy.
pub(crate) fn services(tree: &Tree) -> Services {
    document(tree).section(service::SECTION.name).expect("the section can be read")
}

fn document(tree: &Tree) -> Document {
    static SECTIONS: &[Section] = &[SECTION, service::SECTION];
    let text = tree.text("gatefold.yaml").expect("the workspace has a policy");
    // The other guards' sections are theirs to read.
    let read = Document::parse_base("gatefold.yaml", &text, &Schema { sections: SECTIONS });
    read.expect("the policy can be read").0
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/ranker")
}
