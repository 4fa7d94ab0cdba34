//! Ways to use `infra` from `domain` without a plain `use`: each is a reference, or is said to be out of reach.

mod common;

use common::read;
use gatefold_source::{Cache, Code};

const MANIFEST: &str = "== Cargo.toml
    [workspace]
    members = [\"app\", \"infra-crate\"]
    == infra-crate/Cargo.toml
    [package]
    name = \"infra-crate\"
    edition = \"2021\"
    == infra-crate/src/lib.rs
    pub mod db { pub struct Db; pub fn open() {} }
    == app/Cargo.toml
    [package]
    name = \"app\"
    edition = \"2021\"
    [dependencies]
    infra-crate = { path = \"../infra-crate\" }
    renamed = { package = \"infra-crate\", path = \"../infra-crate\" }
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
";

fn code(text: &str) -> Code {
    read(text, &Cache::off())
}

/// Whether `domain`, as written, refers to something whose canonical path begins with `wanted`.
fn check(domain: &str, wanted: &str, lines: &[u32]) {
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

#[test]
fn imports_of_every_form_are_references() {
    check("use crate::infra::Db;", "app::infra::Db", &[1]);
    check("use crate::{infra::{Db, open}};", "app::infra::", &[1, 1]);
    check("use crate::infra as i;\nfn f() { i::open(); }", "app::infra", &[1, 2]);
    check("use crate::infra::{self};", "app::infra", &[1]);
    check("use super::infra::*;\nfn f(_: Db) {}", "app::infra", &[1, 2]);
    check("mod a { mod b { use super::super::super::infra::Db; } }", "app::infra::Db", &[1]);
    check("use crate::infra::Db as _;", "app::infra::Db", &[1]);
}

#[test]
fn paths_without_imports_are_references() {
    check("fn f() {\ncrate::infra::open();\n}", "app::infra::open", &[2]);
    check("fn f(_: crate::infra::Db) {}", "app::infra::Db", &[1]);
    check("fn f() -> impl Into<crate::infra::Db> { todo!() }", "app::infra::Db", &[1]);
    check("struct A<T: Into<crate::infra::Db>>(T);", "app::infra::Db", &[1]);
    check("trait Port {}\nimpl Port for crate::infra::Db {}", "app::infra::Db", &[2]);
    check("fn f() { let crate::infra::Db = x; }", "app::infra::Db", &[1]);
    check("fn f() { <crate::infra::Db as Default>::default(); }", "app::infra::Db", &[1]);
}

#[test]
fn re_exports_and_aliases_are_seen_through() {
    check("use crate::facade::Store;", "app::infra::Db", &[1]);
    check("use crate::facade::*;\nfn f(_: Store) {}", "app::infra::Db", &[2]);
    check("fn f() { crate::facade::open(); }", "app::infra::open", &[1]);
    check("use crate::facade::inner::Deep;", "app::infra::inner::Deep", &[1]);
    check("fn f(_: crate::facade::Alias) {}", "app::infra::Db", &[1]);
}

#[test]
fn whoever_writes_an_alias_refers_to_the_module_that_has_it_too() {
    check("use crate::facade::Alias;", "app::facade::Alias", &[1]);
    check("fn f(_: crate::facade::Plain) {}", "app::facade::Plain", &[1]);
    check("use crate::again::Plain;", "app::facade::Plain", &[1]);
    check("use crate::again::Plain;", "std::boxed::Box", &[1]);
    check("use crate::facade::*;\nfn f(_: Plain) {}", "app::facade::Plain", &[2]);
    check("type Own = u8;\nfn f(_: Own) {}", "app::domain::Own", &[]);
}

#[test]
fn of_modules_that_a_cfg_decides_between_the_one_with_the_name_is_meant() {
    let code = code(&format!(
        "{MANIFEST}
        == app/src/domain.rs
        #[cfg(windows)] #[path = \"windows.rs\"] mod imp;
        #[cfg(unix)] #[path = \"unix.rs\"] mod imp;
        use self::imp::inner::Deep;
        use self::imp::Both;
        == app/src/windows.rs
        pub struct Both;
        == app/src/unix.rs
        pub struct Both;
        pub mod inner {{ pub struct Deep; }}"
    ));
    assert_eq!(code.problems, []);
    let names = code.names();
    let to = |written: &str| -> Vec<&str> {
        let named = names.references().iter().filter(|reference| &*reference.written == written);
        named
            .map(|reference| &*names.modules()[reference.to.expect("it is in the workspace")].canonical)
            .collect()
    };
    assert_eq!(to("self::imp::inner::Deep"), ["app::domain::imp::inner"]);
    assert_eq!(to("self::imp::Both"), ["app::domain::imp"]);
}

#[test]
fn paths_in_macro_arguments_are_references() {
    check("fn f() {\nformat!(\"{}\",\ncrate::infra::open());\n}", "app::infra::open", &[3]);
    check("thread_local! { static A: crate::infra::Db = x(); }", "app::infra::Db", &[1]);
}

#[test]
fn imports_in_bodies_are_references() {
    check("fn f() {\nuse crate::infra::Db;\nDb;\n}", "app::infra::Db", &[2]);
    check("fn f() {\nuse crate::infra as i;\ni::open();\n}", "app::infra", &[2, 3]);
}

#[test]
fn other_crates_of_the_workspace_are_known_by_every_name() {
    check("use infra_crate::db::Db;", "infra_crate::db::Db", &[1]);
    check("fn f() { infra_crate::db::open(); }", "infra_crate::db::open", &[1]);
    check("fn f() { ::infra_crate::db::open(); }", "infra_crate::db::open", &[1]);
    check("use renamed::db::Db;", "infra_crate::db::Db", &[1]);
    check("use renamed as r;\nfn f(_: r::db::Db) {}", "infra_crate", &[1, 2]);
}

#[test]
fn the_own_crate_under_another_name_is_still_the_own_crate() {
    check("use me::infra::Db;", "app::infra::Db", &[1]);
    check("fn f() { me::infra::open(); }", "app::infra::open", &[1]);
}

#[test]
fn what_is_compiled_sometimes_is_a_reference() {
    check("#[cfg(feature = \"extra\")]\nuse crate::infra::Db;", "app::infra::Db", &[2]);
    check("#[cfg(test)]\nmod tests {\nuse crate::infra::Db;\n}", "app::infra::Db", &[3]);
    check("cfg_extra! {\nuse crate::infra::Db;\n}", "app::infra::Db", &[2]);
    check(
        "cfg_if! { if #[cfg(a)] {\nuse crate::infra::Db;\n} else {\nuse crate::infra::open;\n} }",
        "app::infra",
        &[2, 4],
    );
}

#[test]
fn a_macro_definition_refers_where_it_is_written_and_not_where_it_is_called() {
    // Out of reach: expanding `make!` in `domain`. The definition's own reference is there.
    check("fn f() { crate::make!(); }", "app::infra", &[]);
    let code = code(&format!("{MANIFEST}\n== app/src/domain.rs\n"));
    let reference =
        code.names().references().iter().find(|reference| &*reference.file == "app/src/macros.rs");
    assert_eq!(&*reference.expect("the definition's reference").canonical, "app::infra::Db");
}

#[test]
fn a_file_that_is_two_modules_is_there_for_each() {
    let code = code(&format!("{MANIFEST}\n== app/src/domain.rs\n#[path = \"infra.rs\"]\nmod mine;\n"));
    let modules: Vec<&str> = code
        .names()
        .modules()
        .iter()
        .filter(|module| &*module.file == "app/src/infra.rs" && module.line == 1)
        .map(|module| &*module.canonical)
        .collect();
    assert_eq!(modules, ["app::infra", "app::domain::mine"]);
}

#[test]
fn an_included_file_is_part_of_the_module() {
    let domain = "include!(\"part.in\");\n== app/src/part.in\nuse crate::infra::Db;\n";
    let code = code(&format!("{MANIFEST}\n== app/src/domain.rs\n{domain}"));
    let reference = code.names().references().iter().find(|reference| &*reference.file == "app/src/part.in");
    let reference = reference.expect("a reference in the included file");
    assert_eq!((&*reference.canonical, &*reference.module), ("app::infra::Db", &["domain".to_owned()][..]));
}
