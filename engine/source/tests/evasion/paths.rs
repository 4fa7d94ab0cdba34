//! Imports, paths and aliases.

use crate::{MANIFEST, check, code};

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
fn what_can_only_be_a_crate_is_one_whatever_the_manifest_has() {
    check("extern crate rustc_driver;\nuse rustc_driver::Callbacks;", "rustc_driver", &[1, 2]);
    check("fn f() { ::webpki::verify(); }", "webpki::verify", &[1]);
    let code = code(&format!("{MANIFEST}\n== app/src/domain.rs\nextern crate a;\nuse a::b;\nuse c::d;"));
    assert_eq!(code.names().unresolved(), 1);
}

#[test]
fn the_own_crate_under_another_name_is_still_the_own_crate() {
    check("use me::infra::Db;", "app::infra::Db", &[1]);
    check("fn f() { me::infra::open(); }", "app::infra::open", &[1]);
}

#[test]
fn everything_that_a_type_alias_mentions_is_named_by_whoever_uses_it() {
    check("fn f(_: crate::facade::Boxed) {}", "app::infra::Db", &[1]);
    check("use crate::facade::Boxed as B;", "app::infra::Db", &[1]);
    check("fn f(_: crate::facade::Result<u8>) {}", "app::infra::Db", &[1]);
    check("fn f(_: crate::facade::Chain) {}", "app::infra::Db", &[1]);
    check("fn f(_: crate::facade::Pair) {}", "app::infra::inner::Deep", &[1]);
    check("fn f(_: crate::facade::Far) {}", "infra_crate::db::Db", &[1]);
    check("type T = Box<crate::infra::Db>;", "app::infra::Db", &[1]);
}

#[test]
fn self_and_a_type_in_brackets_are_what_they_stand_for() {
    check(
        "use crate::infra::Db as D;\nimpl T for D {\nfn f() { Self::open() }\n}",
        "app::infra::Db::open",
        &[3],
    );
    check("fn f() { <crate::infra::Db>::open() }", "app::infra::Db::open", &[1]);
    check("impl<T> Trait for T { fn f() { Self::open() } }", "app", &[]);
    check("struct S;\nimpl S { fn f() { Self::open() } }", "app", &[]);
}

#[test]
fn names_of_globs_that_nobody_can_open_are_those_of_the_crate() {
    check("use std::process::*;\nfn f() { exit(1) }", "std::process::exit", &[2]);
    check("use std::process::*;\nuse std::time::*;\nfn f() { exit(1) }", "std::process::exit", &[3]);
    check("use std::process::*;\nfn f() { let id = 1; g(id) }", "std::process::id", &[]);
    check("use crate::facade::process::*;\nfn f() { exit(1) }", "std::process::exit", &[2]);
    check("fn f() { crate::facade::process::exit(1) }", "std::process::exit", &[1]);
}
