//! Ways that no path shows. Between crates, whoever has no dependency cannot go them.

use super::Verdict::OutOfReach;
use super::Way;
use super::worlds::World::Modules;

const fn way(name: &'static str, why: &'static str, text: &'static str) -> Way {
    Way { name, world: Modules, text, verdict: OutOfReach(why) }
}

pub(crate) const WAYS: &[Way] = &[
    way(
        "method of a value",
        "its type is inferred and never written",
        "app/src/domain.rs | pub fn f() { crate::helper::make().open() }",
    ),
    way(
        "associated type of another's implementation",
        "which implementation is meant is for the type checker to say",
        "app/src/shared.rs | pub trait Has { type Db; } pub struct P;\napp/src/helper.rs | impl crate::shared::Has for crate::shared::P { type Db = crate::infra::Db; }\napp/src/domain.rs | pub fn f(_: <crate::shared::P as crate::shared::Has>::Db) {}",
    ),
    way(
        "function in a value of a third module",
        "a call through a value has no path",
        "app/src/helper.rs | pub static OPEN: fn() = crate::infra::connect;\napp/src/domain.rs | pub fn f() { (crate::helper::OPEN)() }",
    ),
    way(
        "type behind a field of a third module",
        "the path ends at the struct",
        "app/src/helper.rs | pub struct Parts { pub db: crate::infra::Db }\napp/src/domain.rs | pub fn f(parts: crate::helper::Parts) { parts.db.open() }",
    ),
    way(
        "path with a gap in a macro",
        "only the expansion has it; the gap is counted as unresolved",
        "app/src/shared.rs | #[macro_export] macro_rules! reach { ($m:ident) => { $crate::$m::connect() } }\napp/src/domain.rs | pub fn f() { crate::reach!(infra) }",
    ),
    way(
        "import that a macro brings to where it is called",
        "only the expansion has it; the call is counted as unresolved",
        "app/src/shared.rs | macro_rules! hide { () => { pub use crate::infra as hidden; } } hide!();\napp/src/domain.rs | pub fn f() { crate::shared::hidden::connect() }",
    ),
    way(
        "name pasted together by a procedural macro",
        "only the expansion has it; the gap is counted as unresolved",
        "app/src/domain.rs | pub fn f() { paste::paste! { crate::[<in fra>]::connect() } }",
    ),
    way(
        "what a procedural macro writes",
        "it is code that runs, and this guard runs none",
        "app/src/domain.rs | #[derive(log::Stored)] pub struct S;",
    ),
    way(
        "what a build script writes",
        "the file is not there before it ran; the package that it is for is known",
        "app/src/domain.rs | mod made { include!(concat!(env!(\"OUT_DIR\"), \"/made.rs\")); }",
    ),
    way(
        "function by its symbol",
        "the linker resolves it, not the language",
        "app/src/domain.rs | unsafe extern \"C\" { fn app_infra_connect(); }",
    ),
    way(
        "attribute that is called `test` and is none",
        "the function is taken to be a test, and tests are free here",
        "app/src/domain.rs | #[log::test] pub fn f() { crate::infra::connect() }",
    ),
    way(
        "copied code",
        "it is the module's own, word by word",
        "app/src/domain.rs | pub struct Db; pub fn connect() {} pub mod deep { pub struct Pool; }",
    ),
];
