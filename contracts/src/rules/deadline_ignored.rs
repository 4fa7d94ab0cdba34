//! A call whose time is up and that is not ended.

use findings::rule;

rule! {
    /// Finds a call with a deadline that the service built from head does not end as its scenario file says: too late,
    /// with another status, without passing on to what it depends on how much time is left, or waiting for that after
    /// it has answered.
    ///
    /// The deadline is sent by a client that has no clock of its own, so that what is seen is the service's doing. A
    /// failure counts if it comes back three times. Where nothing `stalls` and no `status_in` says otherwise, an answer in
    /// time is right as well.
    ///
    /// ## Why it hurts
    /// A caller with a deadline has gone when it is over. A service that goes on works for nobody, and does so when
    /// there is least room for it: one slow dependency then fills every queue before it.
    ///
    /// ## Example
    /// ```answer
    /// { "status": "UNKNOWN" }
    /// ```
    /// ```scenario bad
    /// contracts: 1
    /// service: example.v1.Ranker
    /// target: ranker
    /// deadlines:
    ///   - name: ends in time #~
    ///     rpc: Rank
    ///     request: { limit: 2 }
    ///     timeout: 20ms
    /// ```
    ///
    /// ## Instead
    /// Read `grpc-timeout`, give every stage what is left of it, and hand the rest on with every call.
    ///
    /// ```answer
    /// { "status": "DEADLINE_EXCEEDED" }
    /// ```
    /// ```scenario good
    /// contracts: 1
    /// service: example.v1.Ranker
    /// target: ranker
    /// deadlines:
    ///   - name: ends in time
    ///     rpc: Rank
    ///     request: { limit: 2 }
    ///     timeout: 20ms
    ///     expect: { status_in: [DEADLINE_EXCEEDED], within: 2s }
    /// ```
    pub static DEADLINE_IGNORED = {
        id: "deadline-ignored",
        guard: "contracts",
        group: "scenarios",
        level: Error,
        summary: "finds calls whose deadline the service does not keep",
    };
}
