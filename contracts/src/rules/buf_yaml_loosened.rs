//! A `buf.yaml` that no longer asks for what it asked for.

use findings::rule;

rule! {
    /// Finds a module of `buf.yaml` whose `breaking` asks for less than the base's: a rule that is no longer used or is
    /// excepted, a path that is ignored, packages that may change as they like, a module that is gone. The base's file
    /// judges the change all the same. Where the policy names a category, that holds, and `buf.yaml` does not matter.
    ///
    /// ## Why it hurts
    /// A change that breaks a promise can take out the rule that would have found the next one.
    ///
    /// ## Example
    /// ```old
    /// // -- /buf.yaml --
    /// version: v2
    /// modules: [{ path: protos }]
    /// breaking: { use: [FILE] }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// ```
    /// ```new bad
    /// // -- /buf.yaml -- //~
    /// version: v2
    /// modules: [{ path: protos }]
    /// breaking: { use: [WIRE] }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// // -- /buf.yaml --
    /// version: v2
    /// modules: [{ path: protos }]
    /// breaking: { use: [WIRE] }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// ```
    /// ```new good
    /// // -- /buf.yaml --
    /// version: v2
    /// modules: [{ path: protos }]
    /// breaking: { use: [WIRE_JSON, FILE_SAME_SYNTAX] }
    /// // -- test.proto --
    /// syntax = "proto3";
    /// ```
    pub static BUF_YAML_LOOSENED = {
        id: "buf-yaml-loosened",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds a `buf.yaml` that no longer asks for what it asked for",
    };
}
