//! A field that kept its name and changed its number.

use findings::rule;

rule! {
    /// Finds a field whose name stands at another number than before. Everything that follows from it (the old number is gone
    /// or carries another field) is part of this one finding, each with buf's id.
    ///
    /// ## Why it hurts
    /// Bytes carry numbers, not names. Whoever was built against the old number sends a field that is no longer read, or
    /// is read as another one, and everything still compiles: this is how a reader of messages in a log or a cache goes
    /// wrong without an error.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Candidate {
    ///   string track_id = 1;
    ///   double boost = 2;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// message Candidate {
    ///   string track_id = 1;
    ///   double boost = 3; //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Leave numbers alone, whatever the order of the lines.
    ///
    /// ```old
    /// syntax = "proto3";
    /// message Candidate {
    ///   string track_id = 1;
    ///   double boost = 2;
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// message Candidate {
    ///   string origin = 3;
    ///   double boost = 2;
    ///   string track_id = 1;
    /// }
    /// ```
    pub static FIELD_RENUMBERED = {
        id: "field-renumbered",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds fields that kept their name and changed their number",
    };
}
