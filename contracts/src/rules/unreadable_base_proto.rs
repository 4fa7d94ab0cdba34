//! A proto of the base that does not compile, so that nothing could be compared with it.

use findings::rule;

rule! {
    /// Finds a proto that compiles now and did not before, so that this change of it was compared with nothing. It advises
    /// only: the change is what repairs it, and from now on it is compared.
    ///
    /// ## Why it hurts
    /// A field that was renumbered together with the repair goes unseen.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Candidate {
    ///   Track track = 1;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3"; //~
    /// message Track { string track_id = 1; }
    /// message Candidate {
    ///   Track track = 1;
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// message Track { string track_id = 1; }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// message Track { string track_id = 1; }
    /// message Candidate {
    ///   Track track = 1;
    /// }
    /// ```
    pub static UNREADABLE_BASE_PROTO = {
        id: "unreadable-base-proto",
        guard: "contracts",
        group: "protos",
        level: Warning,
        summary: "finds protos that could not be compared because the base's version does not compile",
    };
}
