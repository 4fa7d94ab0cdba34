//! Libraries of one name.

use std::collections::BTreeMap;

use findings::{Finding, rule};
use source::Tree;

use crate::evidence::of_package;
use crate::map::Map;

rule! {
    /// Members whose libraries have one name in code, although the packages have not.
    ///
    /// ## Why it hurts
    /// A path that begins with the name means one library in this crate and another in that one, and so does a pattern of
    /// the policy that is written with it. A crate that needs both cannot say which it means without renaming one. Cargo
    /// builds both into one file name.
    ///
    /// ## Example
    /// ```bad
    /// crate store
    /// store/src/lib.rs |
    /// store-next/Cargo.toml | [package]
    /// store-next/Cargo.toml | name = "store-next" #~
    /// store-next/Cargo.toml | [lib]
    /// store-next/Cargo.toml | name = "store"
    /// crate store-next
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// crate store
    /// crate store-next
    /// ```
    pub static TWIN_LIBRARY = {
        id: "twin-library",
        guard: "arch",
        group: "graph",
        level: Warning,
        summary: "finds members whose libraries have one name in code",
    };
}

pub(crate) fn find(map: &Map<'_>, tree: &Tree) -> Vec<Finding> {
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut findings = Vec::new();
    for (index, krate) in map.workspace.crates.iter().enumerate() {
        let Some(library) = &krate.lib_name else { continue };
        let twin = *first.entry((&krate.root, library)).or_insert(index);
        let twin = &map.workspace.crates[twin];
        // Packages of one name are told as such.
        if twin.name == krate.name {
            continue;
        }
        let message =
            format!("the libraries of `{}` and `{}` are both called `{library}`", twin.name, krate.name);
        findings.push(
            Finding::new(&TWIN_LIBRARY, of_package(&krate.manifest, tree), message)
                .note_at(of_package(&twin.manifest, tree), format!("`{}` is here", twin.name))
                .help("give one of them another `name` under `[lib]`")
                .fact(library)
                .fact(&twin.name)
                .fact(&krate.name),
        );
    }
    findings
}
