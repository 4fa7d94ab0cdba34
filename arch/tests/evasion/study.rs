//! The 21 ways of the study, with what it saw other tools find: rust_arkitect 0.3.7, arch-lint 0.11.0, cargo-modules
//! 0.27.0, archunit 0.0.2 and the study's own prototype.

use super::Verdict::Studied;
use super::Way;
use super::worlds::World::{Crates, Judged, Modules};

const Y: bool = true;
const N: bool = false;
const EDGE: &str = "forbidden-edge";

pub(crate) const WAYS: &[Way] = &[
    Way {
        name: "`use`",
        world: Modules,
        text: "app/src/domain.rs | use crate::infra::Db; //~",
        verdict: Studied(EDGE, [Y, Y, Y, Y, Y]),
    },
    Way {
        name: "`use` in a group",
        world: Modules,
        text: "app/src/domain.rs | use crate::{shared::Plain, infra::{Db, connect}}; //~",
        verdict: Studied(EDGE, [Y, Y, Y, Y, Y]),
    },
    Way {
        name: "`use` with an alias",
        world: Modules,
        text: "app/src/domain.rs | use crate::infra as i; //~\napp/src/domain.rs | pub fn f() { i::connect() }",
        verdict: Studied(EDGE, [Y, Y, Y, Y, Y]),
    },
    Way {
        name: "`super::super`",
        world: Modules,
        text: "app/src/domain.rs | pub mod a { pub fn f() { super::super::infra::connect() } } //~",
        verdict: Studied(EDGE, [N, Y, Y, Y, Y]),
    },
    Way {
        name: "path in a body",
        world: Modules,
        text: "app/src/domain.rs | pub fn f() { crate::infra::connect() } //~",
        verdict: Studied(EDGE, [N, Y, N, Y, Y]),
    },
    Way {
        name: "path in a signature",
        world: Modules,
        text: "app/src/domain.rs | pub fn f(_: &crate::infra::Db) {} //~",
        verdict: Studied(EDGE, [N, Y, Y, Y, Y]),
    },
    Way {
        name: "re-export",
        world: Modules,
        text: "app/src/lib.rs | pub use infra::Db;\napp/src/domain.rs | use crate::Db; //~",
        verdict: Studied(EDGE, [N, N, Y, N, Y]),
    },
    Way {
        name: "glob of a re-export",
        world: Modules,
        text: "app/src/lib.rs | pub use infra::*;\napp/src/domain.rs | use crate::*;\napp/src/domain.rs | pub fn f(_: Db) {} //~",
        verdict: Studied(EDGE, [N, N, Y, N, Y]),
    },
    Way {
        name: "path in `format!`",
        world: Modules,
        text: "app/src/domain.rs | pub fn f() -> String { format!(\"{:?}\", crate::infra::connect()) } //~",
        verdict: Studied(EDGE, [N, N, N, N, Y]),
    },
    Way {
        name: "`$crate` in a macro of another module",
        world: Modules,
        text: "app/src/domain.rs | pub fn f() { db!() } //~",
        verdict: Studied(EDGE, [N, N, N, N, N]),
    },
    Way {
        name: "`use` in a function",
        world: Modules,
        text: "app/src/domain.rs | pub fn f() { use crate::infra::connect; connect() } //~",
        verdict: Studied(EDGE, [N, Y, N, Y, Y]),
    },
    Way {
        name: "`use` of another crate",
        world: Crates,
        text: "crate domain -> infra\ndomain/src/lib.rs | use infra::Db; //~",
        verdict: Studied(EDGE, [Y, Y, Y, Y, Y]),
    },
    Way {
        name: "path of another crate in a body",
        world: Crates,
        text: "crate domain -> infra\ndomain/src/lib.rs | pub fn f() { infra::connect() } //~",
        verdict: Studied(EDGE, [N, Y, N, Y, Y]),
    },
    Way {
        name: "renamed dependency",
        world: Crates,
        text: "crate domain -> infra as tools\ndomain/src/lib.rs | pub fn f() { tools::connect() } //~",
        verdict: Studied(EDGE, [N, N, N, Y, Y]),
    },
    Way {
        name: "`#[path]` to the file of the module",
        world: Modules,
        text: "app/src/domain.rs | #[path = \"infra.rs\"] pub mod copy; //~\napp/src/domain.rs | pub fn f(_: copy::Db) {}",
        verdict: Studied("doubly-mounted-file", [N, N, N, Y, N]),
    },
    Way {
        name: "type alias in a third module",
        world: Modules,
        text: "app/src/domain.rs | pub fn f(_: crate::helper::Handle) {} //~",
        verdict: Studied(EDGE, [N, N, Y, N, N]),
    },
    Way {
        name: "`include!` of the file of the module",
        world: Modules,
        text: "app/src/domain.rs | include!(\"infra.rs\"); //~",
        verdict: Studied("doubly-mounted-file", [N, N, N, N, N]),
    },
    Way {
        name: "behind a feature",
        world: Modules,
        text: "app/src/domain.rs | #[cfg(feature = \"x\")] use crate::infra::Db; //~",
        verdict: Studied(EDGE, [Y, Y, N, Y, Y]),
    },
    Way {
        name: "`extern crate self as`",
        world: Modules,
        text: "app/src/lib.rs | extern crate self as me;\napp/src/domain.rs | use me::infra::Db; //~",
        verdict: Studied(EDGE, [N, N, Y, N, N]),
    },
    Way {
        name: "implementation of an own trait for the type",
        world: Modules,
        text: "app/src/domain.rs | pub trait Port {} impl Port for crate::infra::Db {} //~",
        verdict: Studied(EDGE, [N, Y, N, Y, Y]),
    },
    Way {
        name: "in code for tests, where that is judged",
        world: Judged,
        text: "app/src/domain.rs | #[cfg(test)] mod tests { use crate::infra::Db; } //~",
        verdict: Studied(EDGE, [Y, Y, Y, Y, Y]),
    },
];
