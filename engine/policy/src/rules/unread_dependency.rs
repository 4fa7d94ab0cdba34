//! `unread-dependency`: finds path dependencies that lead out of the root.

use findings::rule;

rule! {
    /// A path dependency that leads out of the root. Its package is built with the workspace, and no guard looks at it: like
    /// a package of a registry, it is one from elsewhere.
    ///
    /// ## Why it hurts
    /// Code and tests can move to where no guard sees them, and the layers end at the edge of the root. It advises only: in
    /// a repository of many workspaces a package that several share stands beside them.
    ///
    /// ## Example
    /// ```bad
    /// [package]
    /// name = "home"
    ///
    /// [dependencies]
    /// ranking = { path = "../ranking" } //~
    /// ```
    ///
    /// ## Instead
    /// Gate that package where it is, or start with `--root` at the folder that holds both.
    /// ```good
    /// [package]
    /// name = "home"
    ///
    /// [dependencies]
    /// ranking = "1"
    /// ```
    pub static UNREAD_DEPENDENCY = {
        id: "unread-dependency",
        guard: "policy",
        group: "dependencies",
        level: Warning,
        summary: "finds path dependencies that lead out of the root, where nobody looks at them",
    };
}
