//! What `buf lint` finds.

use findings::rule;

rule! {
    /// Finds what `buf lint` finds in the protos, under buf's own names, where it is installed and a `buf.yaml` says what it
    /// looks for. The base's `buf.yaml` is the one that counts. `contracts.lint.buf` says whether it has to be there.
    ///
    /// ## Why it hurts
    /// Names of protos are names in the code of every caller, in any language. A name that is wrong when it is served stays,
    /// since to rename it breaks them.
    ///
    /// ## Example
    /// ```linted
    /// {"path":"protos/a.proto","start_line":4,"start_column":9,"end_line":4,"end_column":16,"type":"FIELD_LOWER_SNAKE_CASE","message":"Field name \"trackId\" should be lower_snake_case, such as \"track_id\"."}
    /// ```
    /// ```head bad
    /// // -- protos/a.proto --
    /// syntax = "proto3";
    /// message Track {
    ///   string trackId = 1; //~
    /// }
    /// // -- buf.yaml --
    /// version: v2
    /// ```
    ///
    /// ## Instead
    /// ```linted
    /// nothing
    /// ```
    /// ```head good
    /// // -- protos/a.proto --
    /// syntax = "proto3";
    /// message Track {
    ///   string track_id = 1;
    /// }
    /// // -- buf.yaml --
    /// version: v2
    /// ```
    pub static BUF_LINT = {
        id: "buf-lint",
        guard: "contracts",
        group: "proto-lint",
        level: Warning,
        summary: "finds what `buf lint` finds",
    };
}
