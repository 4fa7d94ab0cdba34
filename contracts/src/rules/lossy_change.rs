//! A change that the wire format lets pass and that values do not survive.

use findings::rule;

rule! {
    /// Finds a field whose new type the encoding can hold and its values do not survive: for some value, what one side
    /// writes means something else to the other, or cannot be read. It is looked for where the categories WIRE or WIRE_JSON
    /// are asked for, which let such changes pass; the others find every change of a type. The note shows the value.
    /// `contracts.breaking.lossy` says whether it is looked for.
    ///
    /// ## Why it hurts
    /// Nothing fails. 5000000000 plays are 705032704 from one deployment to the next, -1 becomes 4294967295, and the ranking
    /// is learned from it.
    ///
    /// ## Example
    /// ```old
    /// syntax = "proto3";
    /// message Answer {
    ///   int32 change = 1;
    /// }
    /// ```
    /// ```new bad category=WIRE_JSON
    /// syntax = "proto3";
    /// message Answer {
    ///   uint32 change = 1; //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Give the new type a field of its own and reserve the old one once nobody sends it.
    ///
    /// ```old
    /// syntax = "proto3";
    /// message Answer {
    ///   int32 change = 1;
    /// }
    /// ```
    /// ```new good category=WIRE_JSON
    /// syntax = "proto3";
    /// message Answer {
    ///   int32 change = 1;
    ///   uint32 plays = 2;
    /// }
    /// ```
    pub static LOSSY_CHANGE = {
        id: "lossy-change",
        guard: "contracts",
        group: "protos",
        level: Error,
        summary: "finds changes of a type that the wire format lets pass and values do not survive",
    };
}
