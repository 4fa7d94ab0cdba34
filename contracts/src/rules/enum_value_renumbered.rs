//! An enum value that kept its name and changed its number.

use findings::rule;

rule! {
    /// Finds an enum value whose name stands at another number than before. Everything that follows from it is part of this
    /// one finding, each with buf's id.
    ///
    /// ## Why it hurts
    /// Bytes carry the number. Whoever was built against the old one says something else than it means, or something that
    /// nobody knows.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// enum Origin {
    ///   ORIGIN_UNSPECIFIED = 0;
    ///   ORIGIN_VIEWER = 1;
    ///   ORIGIN_AUTOPLAY = 2;
    /// }
    /// ```
    /// ```new bad
    /// syntax = "proto3";
    /// enum Origin {
    ///   ORIGIN_UNSPECIFIED = 0;
    ///   ORIGIN_VIEWER = 2; //~
    ///   ORIGIN_AUTOPLAY = 1; //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```old
    /// syntax = "proto3";
    /// enum Origin {
    ///   ORIGIN_UNSPECIFIED = 0;
    ///   ORIGIN_VIEWER = 1;
    /// }
    /// ```
    /// ```new good
    /// syntax = "proto3";
    /// enum Origin {
    ///   ORIGIN_UNSPECIFIED = 0;
    ///   ORIGIN_AUTOPLAY = 2;
    ///   ORIGIN_VIEWER = 1;
    /// }
    /// ```
    pub static ENUM_VALUE_RENUMBERED = {
        id: "enum-value-renumbered",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds enum values that kept their name and changed their number",
    };
}
