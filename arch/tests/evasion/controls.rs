//! Innocent code that looks like a way in.

use super::Verdict::Innocent;
use super::Way;
use super::worlds::World::{self, Bans, Crates, Modules};

const fn control(name: &'static str, world: World, text: &'static str) -> Way {
    Way { name, world, text, verdict: Innocent }
}

pub(crate) const CONTROLS: &[Way] = &[
    control("path in a comment", Modules, "app/src/domain.rs | // crate::infra::Db"),
    control(
        "path in a string",
        Modules,
        "app/src/domain.rs | pub fn f() -> &'static str { \"crate::infra::connect()\" }",
    ),
    control(
        "path in the documentation",
        Modules,
        "app/src/domain.rs | /// See [`crate::infra::Db`].\napp/src/domain.rs | #[doc = \"crate::infra::Db\"] pub struct S;",
    ),
    control(
        "path in the text of an attribute",
        Modules,
        "app/src/domain.rs | #[deprecated(note = \"crate::infra::Db\")] pub struct S;\napp/src/domain.rs | #[serde(rename = \"crate::infra::Db\")] pub struct T;",
    ),
    control(
        "own module of the same name",
        Modules,
        "app/src/domain.rs | pub mod infra { pub struct Db; }\napp/src/domain.rs | pub fn f(_: infra::Db) {}",
    ),
    control(
        "own type of the same name",
        Modules,
        "app/src/domain.rs | use log::info; pub struct Db; pub fn f(_: Db) {}",
    ),
    control("module of the same name in another crate", Modules, "app/src/domain.rs | use log::infra::Db;"),
    control(
        "own name that hides a glob's",
        Modules,
        "app/src/domain.rs | use crate::shared::*; pub struct Store; pub fn f(_: Store) {}",
    ),
    control(
        "`use` in tests",
        Modules,
        "app/src/domain.rs | #[cfg(test)] mod tests { use crate::infra::Db; }",
    ),
    control(
        "`cfg(test)` on one `use`, field, argument and statement",
        Modules,
        "app/src/domain.rs | #[cfg(test)] use crate::infra::Db;\napp/src/domain.rs | pub struct S { #[cfg(test)] db: crate::infra::Db }\napp/src/domain.rs | pub fn f(#[cfg(test)] _: crate::infra::Db) { #[cfg(test)] crate::infra::connect(); }",
    ),
    control(
        "`use` in an integration test",
        Modules,
        "app/src/domain.rs |\napp/tests/it.rs | use app::infra::Db;",
    ),
    control(
        "feature that allows what is allowed",
        Modules,
        "app/src/domain.rs | #[cfg(feature = \"x\")] use crate::shared::Plain;",
    ),
    control(
        "use in the other direction",
        Modules,
        "app/src/domain.rs | pub struct Order;\napp/src/infra.rs | use crate::domain::Order;",
    ),
    control(
        "neighbour that uses it itself",
        Modules,
        "app/src/domain.rs | pub fn f() { crate::helper::make() }",
    ),
    control(
        "macro of the same name",
        Modules,
        "app/src/domain.rs | macro_rules! db { () => { crate::shared::Plain } } pub fn f() { db!(); }",
    ),
    control(
        "file that the library and a binary have",
        Modules,
        "app/src/domain.rs |\napp/src/main.rs | mod shared; fn main() {}",
    ),
    control(
        "files that tests, examples and the build script take in",
        Modules,
        "app/src/domain.rs |\napp/tests/one.rs | mod common;\napp/tests/two.rs | mod common;\napp/tests/common/mod.rs | pub fn f() {}\napp/examples/show.rs | #[path = \"../src/shared.rs\"] mod shared;\napp/build.rs | #[path = \"src/shared.rs\"] mod shared;",
    ),
    control(
        "module with one file of several",
        Modules,
        "app/src/domain.rs | #[cfg(unix)] #[path = \"sys/unix.rs\"] mod imp;\napp/src/domain.rs | #[cfg(windows)] #[path = \"sys/windows.rs\"] mod imp;\napp/src/sys/unix.rs |\napp/src/sys/windows.rs |",
    ),
    control(
        "data that two functions include",
        Modules,
        "app/src/domain.rs | pub const A: [u8; 2] = include!(\"parts/table.in\");\napp/src/shared.rs | pub const A: [u8; 2] = include!(\"parts/table.in\");\napp/src/parts/table.in | [1, 2]",
    ),
    control(
        "crate for tests only",
        Crates,
        "crate domain -> infra (dev)\ndomain/tests/it.rs | use infra::Db;",
    ),
    control(
        "third crate without the forbidden name",
        Crates,
        "crate domain -> shared\ndomain/src/lib.rs | pub fn f(_: shared::Plain) {}",
    ),
    control(
        "variable with the name of an item of a glob",
        Bans,
        "crate domain\ndomain/src/lib.rs | use std::process::*;\ndomain/src/lib.rs | pub fn f() -> u8 { let exit = 1; exit }",
    ),
    control(
        "own module with the name of a forbidden crate",
        Bans,
        "crate domain\ndomain/src/lib.rs | pub mod redb { pub struct Database; }\ndomain/src/lib.rs | pub fn f(_: redb::Database) {}",
    ),
    control(
        "own function with the name of a forbidden one",
        Bans,
        "crate domain\ndomain/src/lib.rs | pub fn exit() {} pub fn f() { exit() }",
    ),
];
