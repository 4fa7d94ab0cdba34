//! A `buf.yaml` that cannot be read, so that nobody knows what it asks for.

use findings::{NOT_LOOKED_AT, rule};

rule! {
    /// Finds a `buf.yaml` or `buf.work.yaml` that is no YAML, is of a version that nobody knows, leads out of the root, or
    /// asks for a rule that buf does not have.
    ///
    /// ## Why it hurts
    /// Which folders are modules and what must not break stands there. What cannot be read is not kept.
    ///
    /// ## Example
    /// ```old
    /// // -- test.proto --
    /// syntax = "proto3";
    /// ```
    /// ```new bad
    /// // -- /buf.yaml -- //~
    /// version: v2
    /// breaking: { use: [FILES] }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// // -- test.proto --
    /// syntax = "proto3";
    /// ```
    /// ```new good
    /// // -- /buf.yaml --
    /// version: v2
    /// modules: [{ path: protos }]
    /// breaking: { use: [FILE] }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// ```
    pub static UNREADABLE_BUF_YAML = {
        id: "unreadable-buf-yaml",
        guard: "contracts",
        group: NOT_LOOKED_AT,
        level: Error,
        summary: "finds a `buf.yaml` that cannot be read",
    };
}
