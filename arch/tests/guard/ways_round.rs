//! Ways round "the inner layer must not use the outer one" and "nobody else names this": each is caught, and innocent code
//! beside them is not. The evasion suite has more of both.

use crate::notation::check;

/// One crate, placed module by module; `domain` must not use `infra`.
const MODULES: &str = "\
arch:
  layers:
    - { name: outer, members: [app::self, app::infra], because: it may use everything, siblings: free }
    - { name: inner, members: [app::domain, app::shared], because: it is pure, siblings: free }

crate app -> log
app/src/lib.rs | pub mod domain; pub mod infra; pub mod shared;
app/src/infra.rs | pub struct Db; pub fn connect() {} pub mod deep { pub struct Pool; } pub enum Kind { A } pub trait Port {}
app/src/infra.rs | pub const LIMIT: usize = 3;
app/src/shared.rs | pub struct Plain;
";

/// Several crates; `domain` must not use `infra`, and only `infra` may name `redb`.
const CRATES: &str = "\
arch:
  layers:
    - { name: outer, members: [infra, facade], because: it may use everything, siblings: free }
    - { name: inner, members: [domain, shared], because: it is pure, siblings: free }
  forbidden:
    engine: { paths: [redb, \"std::process::exit\"], only_in: [infra], because: stores are behind a trait }

crate infra -> redb, domain, shared
crate facade -> infra
crate shared
infra/src/lib.rs | pub struct Db; pub fn connect() {} pub use redb::Database;
facade/src/lib.rs | pub use infra::Db; pub use infra::*; pub mod kinds { pub use infra::Db as Store; }
shared/src/lib.rs | pub struct Plain;
";

#[test]
fn every_way_to_name_a_module_of_a_higher_layer_is_caught() {
    for way in [
        "use crate::infra::Db; //~",
        "use crate::{shared::Plain, infra::Db}; //~",
        "use crate::infra::Db as Plain; //~",
        "use crate::infra; //~",
        "use crate::infra::*; //~",
        "use super::infra::Db; //~",
        "pub use crate::infra::Db; //~",
        "pub fn f() { crate::infra::connect() } //~",
        "pub fn f(_: &crate::infra::Db) {} //~",
        "pub fn f() -> Option<crate::infra::deep::Pool> { None } //~",
        "pub struct S { db: Box<super::infra::Db> } //~",
        "pub fn f<T>() where T: crate::infra::Port {} //~",
        "pub fn f() { use crate::infra::Db; } //~",
        "pub fn f() -> String { format!(\"{:?}\", crate::infra::connect()) } //~",
        "pub fn f() { vec![crate::infra::connect()]; } //~",
        "pub struct T; impl crate::infra::Port for T {} //~",
        "impl From<crate::infra::Db> for super::shared::Plain { fn from(_: crate::infra::Db) -> Self { todo!() } } //~",
        "#[cfg(feature = \"x\")] use crate::infra::Db; //~",
        "pub const N: [u8; crate::infra::LIMIT] = [0; 3]; //~",
        "pub fn f(kind: u8) { match kind { _ => { let crate::infra::Kind::A = todo!(); } } } //~",
        "pub type Alias = crate::infra::Db; //~",
        "pub mod nested { pub fn f() { super::super::infra::connect() } } //~",
        "macro_rules! db { () => { $crate::infra::connect() }; } //~",
        "#[derive(Clone)] pub struct Wrapped(pub crate::r#infra::Db); //~",
        "use crate::infra::Kind::*; //~",
        "pub fn f() { <crate::infra::Db as Clone>::clone(todo!()); } //~",
        "pub fn f(_: &dyn crate::infra::Port) {} //~",
        "pub static F: fn() = crate::infra::connect; //~",
        "cfg_rt! { pub fn f() { crate::infra::connect() } } //~",
        "make!(crate :: infra :: Db); //~",
    ] {
        check(MODULES, &format!("app/src/domain.rs | {way}"), "layer-broken");
    }
}

#[test]
fn a_name_counts_where_it_is_defined_whatever_it_is_written_through() {
    for way in [
        "app/src/shared.rs | pub use crate::infra::Db; //~\napp/src/domain.rs | use crate::shared::Db; //~",
        "app/src/lib.rs | pub use infra::Db;\napp/src/domain.rs | use crate::Db; //~",
        "app/src/lib.rs | pub use infra::*;\napp/src/domain.rs | pub fn f(_: crate::Db) {} //~",
        "app/src/lib.rs | pub mod prelude { pub use crate::infra::Db as Store; }\napp/src/domain.rs | use crate::prelude::Store; //~",
        "app/src/lib.rs | extern crate self as me;\napp/src/domain.rs | use me::infra::Db; //~",
        "app/src/shared.rs | pub type Alias = crate::infra::Db; //~\napp/src/domain.rs | use crate::shared::Alias; //~",
        "app/src/shared.rs | pub type Alias = crate::infra::Db; //~\napp/src/domain.rs | pub fn f(_: crate::shared::Alias) {} //~",
        "app/src/domain.rs | cfg_rt! { pub mod inner; }\napp/src/domain/inner.rs | use crate::infra::Db; //~",
        "app/src/domain.rs | include!(\"parts/inner.rs\");\napp/src/parts/inner.rs | pub fn f() { crate::infra::connect() } //~",
        "app/src/domain.rs | #[derive(crate::infra::Thing)] pub struct S; //~",
        "app/src/domain.rs | #[serde(with = \"crate::infra::deep\")] pub struct S; //~",
        "app/src/domain.rs | use crate::infra as i; //~\napp/src/domain.rs | pub fn f() { i::connect() }",
    ] {
        let policy = MODULES.replace("app::self,", "app::self, app::prelude,");
        let base = if way.contains("prelude") { policy.as_str() } else { MODULES };
        check(base, way, "layer-broken");
    }
}

#[test]
fn a_crate_of_a_higher_layer_is_caught_in_the_code_and_else_in_the_manifest() {
    for way in [
        "crate domain -> infra //~",
        "crate domain -> infra (build) //~",
        "crate domain -> infra\ndomain/src/lib.rs | use infra::Db; //~",
        "crate domain -> infra\ndomain/src/lib.rs | pub fn f() { infra::connect() } //~",
        "crate domain -> infra as store\ndomain/src/lib.rs | pub fn f() { store::connect() } //~",
        "crate domain -> infra as store\ndomain/src/lib.rs | use ::store as s; //~\ndomain/src/lib.rs | pub fn f() { s::connect() }",
        "crate domain -> infra\ndomain/src/lib.rs | extern crate infra as i; //~",
        "crate domain -> facade\ndomain/src/lib.rs | use facade::kinds::Store; //~",
        "crate domain -> facade\ndomain/src/lib.rs | pub fn f(_: facade::Db) {} //~",
    ] {
        check(CRATES, way, "layer-broken");
    }
}

#[test]
fn every_way_to_name_a_forbidden_path_is_caught() {
    for way in [
        "crate domain -> redb //~",
        "crate domain -> redb (build) //~",
        "crate domain -> redb as db //~",
        "crate domain -> redb\ndomain/src/lib.rs | use redb::Database; //~",
        "crate domain -> redb as db\ndomain/src/lib.rs | pub fn f(_: db::Database) {} //~",
        "crate domain -> redb\ndomain/src/lib.rs | use redb as db; //~",
        "crate domain -> redb\ndomain/src/lib.rs | pub fn f() { dbg!(redb::Database::open()); } //~",
        "crate domain -> infra\ndomain/src/lib.rs | pub fn f(_: infra::Database) {} //~",
        "crate domain\ndomain/src/lib.rs | pub fn f() { std::process::exit(1) } //~",
        "crate domain\ndomain/src/lib.rs | use std::process;\ndomain/src/lib.rs | pub fn f() { process::exit(1) } //~",
        "crate domain\ndomain/src/lib.rs | use std::process::{self as p, Command};\ndomain/src/lib.rs | pub fn f() { p::exit(1) } //~",
        "crate domain\ndomain/src/lib.rs | use std::process::exit as stop; //~",
        "crate domain\ndomain/src/lib.rs | pub fn f() { let stop = ::std::process::exit; stop(1) } //~",
    ] {
        check(CRATES, way, "forbidden-path");
    }
}

#[test]
fn innocent_code_is_left_alone() {
    for innocent in [
        "app/src/domain.rs | // crate::infra::Db",
        "app/src/domain.rs | pub fn f() -> &'static str { \"crate::infra::connect()\" }",
        "app/src/domain.rs | /// See [`crate::infra::Db`].\napp/src/domain.rs | pub struct S;",
        "app/src/domain.rs | pub mod infra { pub struct Db; }\napp/src/domain.rs | pub fn f(_: infra::Db) {}",
        "app/src/domain.rs | use crate::shared::Plain;",
        "app/src/infra.rs | use crate::domain;",
        "app/src/domain.rs | #[cfg(test)] mod tests { use crate::infra::Db; }",
        "app/src/domain.rs | #[cfg(test)] fn f(_: crate::infra::Db) {}",
        "app/tests/domain.rs | use app::infra::Db;",
        "app/src/domain.rs | pub fn infra() {} pub fn f() { infra() }",
        "app/src/lib.rs | pub fn start() { infra::connect(); }",
        "app/src/domain.rs | use log::info; pub struct Db;",
    ] {
        check(
            MODULES,
            &format!(
                "{}{innocent}",
                if innocent.contains("src/domain") { "" } else { "app/src/domain.rs | \n" }
            ),
            "layer-broken",
        );
    }
    for innocent in [
        "crate domain -> shared\ndomain/src/lib.rs | use shared::Plain;",
        "crate domain -> infra (dev)\ndomain/tests/it.rs | use infra::Db;",
        "crate domain -> redb (dev)\ndomain/src/lib.rs | #[cfg(test)] mod tests { use redb::Database; }",
        "crate domain\ndomain/src/lib.rs | pub fn exit() {} pub fn f() { exit() }",
        "crate domain\ndomain/src/lib.rs | pub mod redb { pub struct Database; }\ndomain/src/lib.rs | pub fn f(_: redb::Database) {}",
        "crate domain\ninfra/src/lib.rs | pub fn f(_: domain::S) {}\ndomain/src/lib.rs | pub struct S;",
    ] {
        check(CRATES, innocent, "layer-broken");
        check(CRATES, innocent, "forbidden-path");
    }
}
