//! Ways to use `infra` from `domain` without a plain `use`: each is a reference, or is said to be out of reach.

#[path = "../common/mod.rs"]
mod common;
mod files;
mod macros;
mod paths;

use common::read;
use gatefold_source::{Cache, Code};

pub(crate) const MANIFEST: &str = "== Cargo.toml
    [workspace]
    members = [\"app\", \"infra-crate\"]
    == infra-crate/Cargo.toml
    [package]
    name = \"infra-crate\"
    edition = \"2021\"
    == infra-crate/src/lib.rs
    pub mod db { pub struct Db; pub fn open() {} }
    #[macro_export]
    macro_rules! connect { () => { $crate::db::open() } }
    == app/Cargo.toml
    [package]
    name = \"app\"
    edition = \"2021\"
    [dependencies]
    infra-crate = { path = \"../infra-crate\" }
    renamed = { package = \"infra-crate\", path = \"../infra-crate\" }
    tonic = \"1\"
    [features]
    extra = []
    == app/src/infra.rs
    pub struct Db;
    pub fn open() {}
    pub mod inner { pub struct Deep; }
    == app/src/facade.rs
    pub use crate::infra::Db as Store;
    pub use crate::infra::*;
    pub type Alias = crate::infra::Db;
    pub type Plain = Box<u8>;
    pub type Boxed = Box<crate::infra::Db>;
    pub type Result<T> = std::result::Result<T, crate::infra::Db>;
    pub type Chain = Option<crate::macros::Again>;
    pub type Pair = (u8, &'static [crate::infra::inner::Deep]);
    pub type Far = std::sync::Arc<infra_crate::db::Db>;
    pub use infra_crate::connect as again;
    pub mod process { pub use std::process::*; }
    == app/src/again.rs
    pub use crate::facade::Plain;
    == app/src/lib.rs
    extern crate self as me;
    mod again;
    pub mod domain;
    pub mod facade;
    pub mod infra;
    mod macros;
    == app/src/macros.rs
    #[macro_export]
    macro_rules! make { () => { $crate::infra::Db } }
    #[macro_export]
    macro_rules! outer { () => { $crate::make!() } }
    #[macro_export]
    macro_rules! imports { () => { use $crate::infra::{self, Db as _}; } }
    macro_rules! local { () => { $crate::infra::Db } }
    pub type Again = crate::facade::Boxed;
";

pub(crate) fn code(text: &str) -> Code {
    read(text, &Cache::off())
}

/// Whether `domain`, as written, refers to something whose canonical path begins with `wanted`.
#[track_caller]
pub(crate) fn check(domain: &str, wanted: &str, lines: &[u32]) {
    let code = code(&format!("{MANIFEST}\n== app/src/domain.rs\n{domain}"));
    assert_eq!(code.problems, [], "{domain}");
    let found: Vec<u32> = code
        .names()
        .references()
        .iter()
        .filter(|reference| &*reference.file == "app/src/domain.rs")
        .filter(|reference| reference.canonical.starts_with(wanted))
        .map(|reference| reference.line)
        .collect();
    assert_eq!(found, lines, "{domain}\n{:#?}", code.names().references());
}
