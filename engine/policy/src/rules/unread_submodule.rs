//! `unread-submodule`: finds submodules that a change adds or moves on.

use findings::{Finding, Location, rule};
use source::Change;

rule! {
    /// A submodule, or another repository committed into this one, that the change adds or sets to another commit. Its
    /// content is no part of this repository and nothing in it was looked at.
    ///
    /// ## Why it hurts
    /// Code, protos and tests can move to where no guard sees them, and the change shows one line. It advises only:
    /// protos that many repositories share often come that way. The example lists what the change touches.
    ///
    /// ## Example
    /// ```bad
    /// submodule vendored/scoring //~
    /// ```
    ///
    /// ## Instead
    /// Gate that repository too, or take its files in.
    /// ```good
    /// file vendored/scoring/src/lib.rs
    /// ```
    pub static UNREAD_SUBMODULE = {
        id: "unread-submodule",
        guard: "policy",
        group: "submodules",
        level: Warning,
        summary: "finds submodules that a change adds or moves on, whose content nobody looked at",
    };
}

/// The submodules that the change touches. What is only cloned somewhere below the root and not committed is none.
pub fn find(change: &Change) -> impl Iterator<Item = Finding> {
    let committed = change.head.nested_repositories().iter().filter(|path| change.touched(path));
    committed.map(|path| finding(path))
}

/// The finding for one submodule.
pub fn finding(path: &str) -> Finding {
    let message = "not looked at: it is a repository of its own";
    Finding::new(&UNREAD_SUBMODULE, Location::file(path), message)
        .help("see what its commits change; gate that repository too, or take its files in")
        .fact(path)
}
