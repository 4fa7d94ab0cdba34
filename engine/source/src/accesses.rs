//! Which members of given types the code reads, sets and calls: plain data, found without a type checker.

mod bind;
mod calls;
mod items;
mod local;
mod walk;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::code::Code;
use crate::names::{GENERATED, Names, Reference};
use walk::Walk;

/// Types that the code uses and does not declare, such as those that a build script writes, by canonical path.
#[derive(Clone, Debug, Default)]
pub struct Types {
    members: HashMap<String, HashMap<String, Member>>,
}

/// Something that a type has under a name in code: a field, a variant, or a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What an access is called: the field that a setter sets, say.
    pub name: String,
    /// What naming it does to it. A field is read where it is named and not set.
    pub how: AccessKind,
    /// Canonical path of the type of its value, of its items, or of what calling it gives, if that is one of these types.
    pub gives: Option<String>,
    /// Whether it is a method, which is there only where it is called.
    pub is_method: bool,
}

/// One place in the code that names a member.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    /// Canonical path of the type.
    pub of: String,
    /// Name of the member.
    pub member: String,
    /// What is done with it.
    pub how: AccessKind,
    /// Path of the file.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
    /// Its column in characters, from 1.
    pub column: u32,
    /// Index into the workspace's crates.
    pub krate: usize,
}

/// What is done with a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccessKind {
    /// Its value is used.
    Reads,
    /// It is given a value.
    Sets,
    /// It is called.
    Calls,
}

impl Types {
    /// Adds a type, if it is not there, and a member of it under a name in code. A field and a method may share a name.
    pub fn add(&mut self, path: &str, name: &str, member: Member) {
        let key = if member.is_method { format!("{name}()") } else { name.to_owned() };
        self.members.entry(path.to_owned()).or_default().insert(key, member);
    }

    /// Adds a type, if it is not there.
    pub fn add_type(&mut self, path: &str) {
        self.members.entry(path.to_owned()).or_default();
    }

    /// Whether a path is one of the types or leads into one.
    fn is_above(&self, mut path: &str) -> bool {
        loop {
            if self.has(path) {
                return true;
            }
            match path.rsplit_once("::") {
                Some((outer, _)) => path = outer,
                None => return false,
            }
        }
    }

    fn has(&self, path: &str) -> bool {
        self.members.contains_key(path)
    }

    fn field(&self, path: &str, name: &str) -> Option<&Member> {
        self.members.get(path)?.get(name)
    }

    fn method(&self, path: &str, name: &str) -> Option<&Member> {
        self.members.get(path)?.get(&format!("{name}()"))
    }
}

/// The modules that take in what a build script writes: a path into one means what it takes in, but nothing of it is
/// declared there.
struct Outputs {
    packages: Vec<(Arc<str>, Arc<str>)>,
}

impl Outputs {
    fn of(names: &Names) -> Self {
        let prefix = format!("{GENERATED}::");
        let taken_in = |reference: &&Reference| {
            reference.canonical.starts_with(&prefix) && reference.written == reference.canonical
        };
        let packages = names.references().iter().filter(taken_in).map(|reference| {
            (names.modules()[reference.from].canonical.clone(), reference.canonical.clone())
        });
        Outputs { packages: packages.collect() }
    }

    /// The path by the package, where it leads through a module that takes one in.
    fn canonical(&self, path: String) -> String {
        let rest = |module: &str| path.strip_prefix(module).filter(|rest| rest.starts_with("::"));
        let through = self.packages.iter().find_map(|(module, package)| Some((package, rest(module)?)));
        through.map(|(package, rest)| format!("{package}{rest}")).unwrap_or(path)
    }
}

impl Code {
    /// Where the code names members of the given types, in the order of files and lines. What is there for tests is left
    /// out.
    ///
    /// A value is followed through what a file says of it: annotations, literals, patterns, fields of structs and results
    /// of functions of the same file, members, closures that are handed to its methods, and whatever keeps it (`Option`,
    /// `Vec`, references, `tonic::Response`). What another file makes of it is not followed, nor a file that names none of
    /// the types.
    pub fn accesses(&self, types: &Types) -> Vec<Access> {
        let outputs = Outputs::of(self.names());
        let opened: BTreeSet<&str> =
            types.members.keys().filter_map(|path| Some(path.rsplit_once("::")?.0)).collect();
        let names_one = |reference: &&Reference| {
            let path = outputs.canonical(reference.canonical.to_string());
            // A glob brings names of types along that nobody sees.
            opened.contains(path.as_str()) || types.is_above(&path)
        };
        let references = self.names().references().iter().filter(|reference| !reference.in_test);
        let files: BTreeSet<&str> = references.filter(names_one).map(|reference| &*reference.file).collect();
        let read = self.each_file(
            &|info| !info.is_test() && !info.generated && files.contains(info.path.as_str()),
            &|file| Walk::over(file, self.names(), &outputs, types),
        );
        read.into_iter().flat_map(|(_, accesses)| accesses).collect()
    }
}
