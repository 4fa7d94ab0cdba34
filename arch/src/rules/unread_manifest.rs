//! Manifests that could not be understood.

use findings::{Finding, Location, NOT_LOOKED_AT, rule};
use source::{Code, ProblemKind};

rule! {
    /// Manifests that do not parse, members that are not there or lead out of the root, and packages of one name. This
    /// is what the guard says where it runs by itself, as a library. `cargo xtask gate` and `cargo xtask arch` say of each
    /// file once what nobody could look at, and of a manifest they say it as `broken-manifest`.
    ///
    /// ## Why it hurts
    /// A crate whose manifest could not be read is missing from the graph, and with it every edge that the architecture
    /// forbids. The rules would be green because they saw nothing.
    ///
    /// ## Example
    /// ```bad
    /// Cargo.toml | [workspace]
    /// Cargo.toml | members = ["domain"] //~
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// Cargo.toml | [workspace]
    /// Cargo.toml | members = ["domain"]
    /// crate domain
    /// ```
    pub static UNREAD_MANIFEST = {
        id: "unread-manifest",
        guard: "arch",
        group: NOT_LOOKED_AT,
        level: Error,
        summary: "finds manifests that could not be read, so that crates are missing from the graph",
    };
}

pub(crate) fn find(code: &Code) -> Vec<Finding> {
    code.workspace
        .problems
        .iter()
        // A package from elsewhere is missing from the graph like any of a registry.
        .filter(|problem| problem.kind != ProblemKind::Elsewhere)
        .map(|problem| {
            let location = match problem.line {
                Some(line) => Location::point(&problem.path, line, problem.column.unwrap_or(1)),
                None => Location::file(&problem.path),
            };
            let message = format!("the crate graph is not complete: {}", problem.message);
            Finding::new(&UNREAD_MANIFEST, location, message).help(problem.kind.mend()).fact(&problem.message)
        })
        .collect()
}
