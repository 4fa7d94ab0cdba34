//! The guard's positive control: one violation of every rule, planted in memory and judged like any other tree.

mod basics;
mod entries;
mod house;
mod ranking;
mod serving;
mod testing;

use findings::missed;
use policy::Today;
use source::{Cache, Code, Tree};

use crate::{Error, Flags, Policy, check};

/// What a group of rules has planted for it.
struct Group {
    /// The rules that its files break.
    planted: &'static [&'static str],
    /// Files by path. Those right in `src/` are modules of the planted crate.
    files: &'static [(&'static str, &'static str)],
}

static GROUPS: &[&Group] =
    &[&basics::GROUP, &entries::GROUP, &house::GROUP, &ranking::GROUP, &serving::GROUP, &testing::GROUP];

/// The rules that do not find what is planted for them, which is none unless this build of the guard is broken.
///
/// # Errors
/// As [`check`].
pub fn control() -> Result<Vec<&'static str>, Error> {
    let tree = planted();
    let code = Code::read(&tree, &Cache::off());
    let found = check(&code, &tree, &policy(), None)?.findings;
    let of_house = house::RULES.iter().copied();
    Ok(missed(&ids().into_iter().chain(of_house).collect::<Vec<_>>(), &found))
}

fn ids() -> Vec<&'static str> {
    GROUPS.iter().flat_map(|group| group.planted).copied().collect()
}

/// What the planted crate reads flags by, and lists them in.
fn policy() -> Policy {
    let flags = Flags { getters: vec!["flag".to_owned()], registry: vec!["flags.yaml".to_owned()] };
    Policy { flags, today: Today::on("2026-11-21"), ..house::policy() }
}

/// One crate with the files of every group.
fn planted() -> Tree {
    let files = || GROUPS.iter().flat_map(|group| group.files);
    let modules = files().filter_map(|(path, _)| path.strip_prefix("src/")?.strip_suffix(".rs"));
    let root: String =
        modules.filter(|name| !name.contains('/')).map(|name| format!("mod {name};\n")).collect();
    let manifest = [("Cargo.toml", MANIFEST), ("src/lib.rs", root.as_str())];
    Tree::from_memory(manifest.into_iter().chain(files().copied()))
}

const MANIFEST: &str = r#"
[package]
name = "planted"
version = "0.1.0"
edition = "2024"

[dependencies]
futures = "0.3"
rand = "0.9"
regex = "1"
reqwest = "0.13"
sqlx = "0.8"
tokio = "1"
tonic = "0.14"
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_finds_what_is_planted_for_it() {
        assert_eq!(control().expect("the guard looks"), [""; 0]);
    }

    #[test]
    fn something_is_planted_for_every_rule() {
        let unplanted = crate::RULES.iter().map(|rule| rule.id).filter(|id| !ids().contains(id));
        assert_eq!(unplanted.collect::<Vec<_>>(), [""; 0]);
    }
}
