//! The Rust code of both sides of a change, which is read when somebody first asks for it.

use source::Code;

/// The Rust code of a change. Most changes are judged without it, so that nothing is read before it is asked for.
#[derive(Clone, Copy)]
pub struct Codes<'a> {
    /// Head's code.
    pub head: &'a dyn Fn() -> &'a Code,
    /// The base's code; none where there is no base.
    pub base: &'a dyn Fn() -> Option<&'a Code>,
}
