//! The workspaces that ways are added to, each with its policy. In each, `domain` must not use `infra`.

/// A workspace with a policy.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum World {
    /// One crate, placed module by module.
    Modules,
    /// The same, with code for tests held to the rules.
    Judged,
    /// Several crates.
    Crates,
    /// Paths that only some may name.
    Bans,
}

impl World {
    pub(crate) fn text(self) -> &'static str {
        match self {
            World::Modules => MODULES,
            World::Judged => JUDGED,
            World::Crates => CRATES,
            World::Bans => BANS,
        }
    }

    /// What the documentation calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            World::Modules => "modules",
            World::Judged => "modules, tests judged",
            World::Crates => "crates",
            World::Bans => "forbidden paths",
        }
    }
}

const MODULES: &str = "\
arch:
  edges:
    pure: { from: [app::domain], to: [app::infra], because: what is ranked is known without a store }

crate app -> log
app/src/lib.rs | pub mod domain; pub mod helper; pub mod infra; pub mod shared;
app/src/helper.rs | pub use crate::infra::Db as Store; pub type Handle = crate::infra::Db;
app/src/helper.rs | pub type Outcome<T> = Result<T, crate::infra::Db>; pub type Chain = Option<Handle>;
app/src/helper.rs | #[macro_export] macro_rules! db { () => { $crate::infra::connect() } }
app/src/infra.rs | pub struct Db; pub fn connect() {} pub mod deep { pub struct Pool; } pub trait Port {} pub enum Kind { A }
app/src/shared.rs | pub struct Plain;
";

const JUDGED: &str = "\
arch:
  tests: judged
  edges:
    pure: { from: [app::domain], to: [app::infra], because: what is ranked is known without a store }

crate app
app/src/lib.rs | pub mod domain; pub mod infra;
app/src/infra.rs | pub struct Db;
";

const CRATES: &str = "\
arch:
  edges:
    pure: { from: [domain], to: [infra], because: what is ranked is known without a store }

crate infra
crate facade -> infra
crate shared
infra/src/lib.rs | pub mod store; pub struct Db; pub fn connect() {}
infra/src/lib.rs | #[macro_export] macro_rules! open { () => { $crate::connect() } }
infra/src/store.rs | pub struct Store;
facade/src/lib.rs | pub use infra::Db; pub use infra::open as start; pub mod kinds { pub use infra::Db as Store; }
facade/src/lib.rs | pub type Handle = std::sync::Arc<infra::Db>;
shared/src/lib.rs | pub struct Plain;
";

const BANS: &str = "\
arch:
  forbidden:
    engine: { paths: [redb], only_in: [infra], because: stores are behind a trait }
    exits: { paths: [\"std::process::exit\", \"std::process::Command::new\"], only_in: [infra], because: shut down in order }
    words: { paths: [\"generated::home::v1\"], only_in: [infra], because: only infra speaks the protocol }

crate infra -> redb, tonic
infra/src/lib.rs | pub use redb::Database; pub mod tables { pub use redb::*; }
infra/src/lib.rs | pub type Handle = std::sync::Arc<redb::Database>; pub mod process { pub use std::process::*; }
infra/src/lib.rs | #[macro_export] macro_rules! stop { () => { std::process::exit(1) } }
infra/src/lib.rs | pub mod pb { tonic::include_proto!(\"home.v1\"); }
";
