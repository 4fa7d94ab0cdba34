//! Ways that the study did not have, each of which a rule finds.

use super::Verdict::Caught;
use super::Way;
use super::worlds::World::{self, Bans, Crates, Modules};

const EDGE: &str = "forbidden-edge";
const PATH: &str = "forbidden-path";
const FILE: &str = "doubly-mounted-file";

const fn way(name: &'static str, world: World, rule: &'static str, text: &'static str) -> Way {
    Way { name, world, text, verdict: Caught(rule) }
}

pub(crate) const WAYS: &[Way] = &[
    // Imports and paths.
    way("`use … as _`", Modules, EDGE, "app/src/domain.rs | use crate::infra::Port as _; //~"),
    way("raw name", Modules, EDGE, "app/src/domain.rs | pub struct S(crate::r#infra::Db); //~"),
    way(
        "`use` in a constant without a name",
        Modules,
        EDGE,
        "app/src/domain.rs | const _: () = { use crate::infra::connect; }; //~",
    ),
    way(
        "chain of aliases in one module",
        Modules,
        EDGE,
        "app/src/domain.rs | use crate as a; use a::infra as b; use b as c; //~\napp/src/domain.rs | pub fn f() { c::connect() }",
    ),
    way("variants by a glob", Modules, EDGE, "app/src/domain.rs | use crate::infra::Kind::*; //~"),
    way(
        "bound of a generic parameter",
        Modules,
        EDGE,
        "app/src/domain.rs | pub fn f<T>() where T: crate::infra::Port {} //~",
    ),
    way(
        "re-export of a third crate",
        Crates,
        EDGE,
        "crate domain -> facade\ndomain/src/lib.rs | pub fn f(_: facade::kinds::Store) {} //~",
    ),
    way(
        "`extern crate … as`",
        Crates,
        EDGE,
        "crate domain -> infra\ndomain/src/lib.rs | extern crate infra as tools; //~\ndomain/src/lib.rs | pub fn f() { tools::connect() }",
    ),
    way("dependency that no code names yet", Crates, EDGE, "crate domain -> infra //~"),
    way("dependency of the build script", Crates, EDGE, "crate domain -> infra (build) //~"),
    way(
        "re-export that only some targets have",
        Modules,
        EDGE,
        "app/src/shared.rs | #[cfg(windows)] pub use self::plain::Db; #[cfg(unix)] pub use crate::infra::Db; mod plain { pub struct Db; }\napp/src/domain.rs | use crate::shared::Db; //~",
    ),
    // Types that stand for others.
    way(
        "generic type alias of a third module",
        Modules,
        EDGE,
        "app/src/domain.rs | pub fn f() -> crate::helper::Outcome<u8> { todo!() } //~",
    ),
    way(
        "alias of an alias",
        Modules,
        EDGE,
        "app/src/domain.rs | pub struct S { x: crate::helper::Chain } //~",
    ),
    way(
        "alias of a third crate, behind a pointer",
        Crates,
        EDGE,
        "crate domain -> facade\ndomain/src/lib.rs | pub fn f(_: facade::Handle) {} //~",
    ),
    way("`<T>::method`", Modules, EDGE, "app/src/domain.rs | pub fn f() { <crate::infra::Db>::open() } //~"),
    way(
        "`<T as Trait>::method`",
        Modules,
        EDGE,
        "app/src/domain.rs | pub fn f<T>() { <T as crate::infra::Port>::go() } //~",
    ),
    way(
        "`Self::` in an implementation for the type",
        Bans,
        PATH,
        "crate domain\ndomain/src/lib.rs | use std::process::Command as Any; pub trait Run { fn run(); }\ndomain/src/lib.rs | impl Run for Any { fn run() { Self::new(\"sh\"); } } //~",
    ),
    // Macros.
    way(
        "macro of another crate",
        Bans,
        PATH,
        "crate domain -> infra\ndomain/src/lib.rs | pub fn f() { infra::stop!() } //~",
    ),
    way(
        "macro by a re-export with another name",
        Crates,
        EDGE,
        "crate domain -> facade\ndomain/src/lib.rs | pub fn f() { facade::start!() } //~",
    ),
    way(
        "macro that calls the macro",
        Modules,
        EDGE,
        "app/src/shared.rs | #[macro_export] macro_rules! outer { () => { $crate::db!() } }\napp/src/domain.rs | pub fn f() { crate::outer!() } //~",
    ),
    way(
        "macro of `#[macro_use]`",
        Modules,
        EDGE,
        "app/src/lib.rs | #[macro_use] mod words { macro_rules! go { () => { crate::infra::connect() } } }\napp/src/domain.rs | pub fn f() { go!() } //~",
    ),
    way(
        "macro in the arguments of a macro",
        Modules,
        EDGE,
        "app/src/domain.rs | pub fn f() { vec![crate::db!()]; } //~",
    ),
    way(
        "macro whose body imports",
        Modules,
        EDGE,
        "app/src/shared.rs | #[macro_export] macro_rules! bring { () => { use $crate::{infra::{Db, connect}}; } }\napp/src/domain.rs | bring!(); //~",
    ),
    way(
        "path as an argument of an own macro",
        Modules,
        EDGE,
        "app/src/domain.rs | macro_rules! call { ($f:path) => { $f() } } pub fn f() { call!(crate::infra::connect) } //~",
    ),
    way(
        "`use` with a group in the arguments of a macro",
        Modules,
        EDGE,
        "app/src/domain.rs | pub fn f() { block!({ use crate::{infra::connect}; connect() }) } //~",
    ),
    way(
        "items in a macro",
        Modules,
        EDGE,
        "app/src/domain.rs | cfg_rt! { pub fn f() { crate::infra::connect() } } //~",
    ),
    way(
        "module that a macro declares",
        Modules,
        EDGE,
        "app/src/domain.rs | cfg_if::cfg_if! { if #[cfg(unix)] { mod inner; } }\napp/src/domain/inner.rs | use crate::infra::Db; //~",
    ),
    // Attributes.
    way(
        "derive by its path",
        Modules,
        EDGE,
        "app/src/domain.rs | #[derive(Clone, crate::infra::Stored)] pub struct S; //~",
    ),
    way(
        "attribute macro by its path",
        Modules,
        EDGE,
        "app/src/domain.rs | #[crate::infra::stored] pub struct S; //~",
    ),
    way(
        "path in the string of an attribute",
        Modules,
        EDGE,
        "app/src/domain.rs | #[serde(with = \"crate::infra::deep\")] pub struct S; //~",
    ),
    way(
        "derive behind `cfg_attr`",
        Modules,
        EDGE,
        "app/src/domain.rs | #[cfg_attr(feature = \"x\", derive(crate::infra::Stored))] pub struct S; //~",
    ),
    // Globs of what nobody can open.
    way(
        "item by the glob of another crate",
        Bans,
        PATH,
        "crate domain\ndomain/src/lib.rs | use std::process::*;\ndomain/src/lib.rs | pub fn f() { exit(1) } //~",
    ),
    way(
        "item by one of several globs",
        Bans,
        PATH,
        "crate domain\ndomain/src/lib.rs | use std::process::*; use std::time::*;\ndomain/src/lib.rs | pub fn f() { exit(1) } //~",
    ),
    way(
        "item by a module that opens another crate",
        Bans,
        PATH,
        "crate domain -> infra\ndomain/src/lib.rs | pub fn f() { infra::process::exit(1) } //~",
    ),
    way(
        "type of a crate by a module that opens it",
        Bans,
        PATH,
        "crate domain -> infra\ndomain/src/lib.rs | pub fn f(_: infra::tables::Table) {} //~",
    ),
    way(
        "type of a crate by an alias",
        Bans,
        PATH,
        "crate domain -> infra\ndomain/src/lib.rs | pub fn f(_: infra::Handle) {} //~",
    ),
    // Files.
    way(
        "file of another package by `#[path]`",
        Crates,
        FILE,
        "crate domain\ndomain/src/lib.rs | #[path = \"../../infra/src/store.rs\"]\ndomain/src/lib.rs | mod store; //~",
    ),
    way(
        "root of another package as the own library",
        Crates,
        FILE,
        "crate domain\ndomain/Cargo.toml | [package] //~\ndomain/Cargo.toml | name = \"domain\"\ndomain/Cargo.toml | [lib]\ndomain/Cargo.toml | path = \"../infra/src/lib.rs\"",
    ),
    way(
        "`#[path]` behind `cfg_attr`",
        Modules,
        FILE,
        "app/src/domain.rs | #[cfg_attr(all(), path = \"infra.rs\")]\napp/src/domain.rs | mod copy; //~",
    ),
    way(
        "`include!` by another name",
        Modules,
        FILE,
        "app/src/domain.rs | use std::include as take;\napp/src/domain.rs | take!(\"infra.rs\"); //~",
    ),
    way(
        "`include!` within a macro of another name",
        Modules,
        FILE,
        "app/src/domain.rs | wrap!(\"infra.rs\"); //~",
    ),
    way(
        "`include!` of a path put together",
        Modules,
        FILE,
        "app/src/domain.rs | include!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src\", \"/infra.rs\")); //~",
    ),
    way(
        "`include!` in an expression",
        Modules,
        EDGE,
        "app/src/domain.rs | pub fn f() { include!(\"parts/body.in\") }\napp/src/parts/body.in | let x = 1; crate::infra::connect() //~",
    ),
    way(
        "file that is a module for tests and, once more, for the product",
        Modules,
        EDGE,
        "app/src/domain.rs | #[cfg(test)] mod h; #[cfg(not(test))] mod h;\napp/src/domain/h.rs | use crate::infra::Db; //~",
    ),
    way(
        "module beside one of its name for tests",
        Modules,
        EDGE,
        "app/src/domain.rs | #[cfg(test)] mod h {} #[cfg(not(test))] mod h { use crate::infra::Db; } //~",
    ),
    way(
        "forbidden path in a file that tests have, too",
        Bans,
        PATH,
        "crate domain\ndomain/src/deep.rs | #[cfg(test)] mod h; #[cfg(not(test))] mod h;\ndomain/src/deep/h.rs | pub fn f() { std::process::exit(1) } //~",
    ),
    way(
        "member in place of a package, by cargo's configuration",
        Crates,
        EDGE,
        "crate domain\n.cargo/config.toml | [patch.crates-io]\n.cargo/config.toml | infra = { path = \"infra\" }\ndomain/Cargo.toml | [package]\ndomain/Cargo.toml | name = \"domain\"\ndomain/Cargo.toml | [dependencies]\ndomain/Cargo.toml | infra = \"0.1\" //~",
    ),
    // What build scripts write.
    way(
        "generated types of another crate",
        Bans,
        PATH,
        "crate domain -> infra\ndomain/src/lib.rs | pub fn f(_: infra::pb::Request) {} //~",
    ),
    way(
        "package taken in once more by `include_proto!`",
        Bans,
        PATH,
        "crate domain -> tonic\ndomain/src/lib.rs | mod pb { tonic::include_proto!(\"home.v1\"); } //~",
    ),
    way(
        "package taken in from `OUT_DIR`",
        Bans,
        PATH,
        "crate domain\ndomain/src/lib.rs | mod pb { include!(concat!(env!(\"OUT_DIR\"), \"/home.v1.rs\")); } //~",
    ),
    // Packages that are no members.
    way(
        "package that `exclude` leaves out, by a call",
        Bans,
        PATH,
        "Cargo.toml | [workspace]\nCargo.toml | members = [\"domain\", \"infra\"]\nCargo.toml | exclude = [\"side\"]\ndomain/Cargo.toml | [package]\ndomain/Cargo.toml | name = \"domain\"\ndomain/Cargo.toml | [dependencies]\ndomain/Cargo.toml | side = { path = \"../side\" }\ndomain/src/lib.rs | pub fn f() { side::quit() }\nside/Cargo.toml | [package]\nside/Cargo.toml | name = \"side\"\nside/src/lib.rs | pub fn quit() { std::process::exit(1) } //~",
    ),
    way(
        "package that `exclude` leaves out, by a re-export",
        Bans,
        PATH,
        "Cargo.toml | [workspace]\nCargo.toml | members = [\"domain\", \"infra\"]\nCargo.toml | exclude = [\"side\"]\ndomain/Cargo.toml | [package]\ndomain/Cargo.toml | name = \"domain\"\ndomain/Cargo.toml | [dependencies]\ndomain/Cargo.toml | side = { path = \"../side\" }\ndomain/src/lib.rs | pub fn f(_: side::Db) {} //~\nside/Cargo.toml | [package]\nside/Cargo.toml | name = \"side\"\nside/Cargo.toml | [dependencies]\nside/Cargo.toml | infra = { path = \"../infra\" }\nside/src/lib.rs | pub use infra::Database as Db; //~",
    ),
];
