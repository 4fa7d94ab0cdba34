//! A proto that cannot be compiled, so that its change was not looked at.

use findings::{NOT_LOOKED_AT, rule};

rule! {
    /// Finds a proto that does not compile: a syntax error, a type that is not there, an import that is missing or goes in
    /// a circle, brackets nested too deeply, or an edition whose set of descriptors says something else. The note names the
    /// files that need it and were not looked at either.
    ///
    /// ## Why it hurts
    /// What cannot be read cannot be compared: any break may hide in it.
    ///
    /// ## Example
    /// ```new bad
    /// syntax = "proto3";
    /// message Candidate {
    ///   Track track = 1; //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```new good
    /// syntax = "proto3";
    /// message Track { string track_id = 1; }
    /// message Candidate {
    ///   Track track = 1;
    /// }
    /// ```
    pub static UNREADABLE_PROTO = {
        id: "unreadable-proto",
        guard: "contracts",
        group: NOT_LOOKED_AT,
        level: Error,
        summary: "finds protos that cannot be compiled",
    };
}
