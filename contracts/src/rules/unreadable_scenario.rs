//! A scenario file that cannot be asked.

use findings::{UNREADABLE, rule};

rule! {
    /// Finds a scenario file that cannot be asked: wrong in shape, naming a method, a field or a value that the protos do not
    /// have, or a service or a dependency that head's policy does not have under `services`.
    ///
    /// ## Why it hurts
    /// What it promises is not held against the service, and nobody is told.
    ///
    /// ## Example
    /// ```scenario bad
    /// contracts: 1
    /// service: example.v1.Ranker
    /// target: ranker
    /// scenarios:
    ///   - name: answers at most as many as asked for
    ///     rpc: Rank
    ///     request:
    ///       limits: 2 #~
    ///     expect: { status: OK }
    /// ```
    ///
    /// ## Instead
    /// ```scenario good
    /// contracts: 1
    /// service: example.v1.Ranker
    /// target: ranker
    /// scenarios:
    ///   - name: answers at most as many as asked for
    ///     rpc: Rank
    ///     request:
    ///       limit: 2
    ///     expect: { status: OK }
    /// ```
    pub static UNREADABLE_SCENARIO = {
        id: "unreadable-scenario",
        guard: "contracts",
        group: UNREADABLE,
        level: Error,
        summary: "finds scenario files that do not fit the protos or the services",
    };
}
