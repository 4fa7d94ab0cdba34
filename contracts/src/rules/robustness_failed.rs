//! A call that no client should make, and that a service does not outlive or does not refuse.

use findings::rule;

rule! {
    /// Finds a service that ends, hangs, answers another status than it must, or answers wrongly afterwards, when it
    /// is sent what no client should send: bytes that are no HTTP/2, messages that are no messages, cut off or too
    /// large, many streams at once, streams that are cancelled.
    ///
    /// Between the cases the service is asked a sound request, which must be answered as the scenario file says.
    ///
    /// ## Why it hurts
    /// Whatever can reach the port can send it: a port scan, a client of another version, a proxy that cuts off. A
    /// service that ends over it ends for every viewer, and one that answers `UNKNOWN` is retried until it does.
    ///
    /// ## Example
    /// ```answer
    /// { "status": "OK", "response": { "items": [] } }
    /// ```
    /// ```scenario bad
    /// contracts: 1
    /// service: example.v1.Ranker
    /// target: ranker
    /// robustness:
    ///   - name: refuses what is no request #~
    ///     sound: { rpc: Rank, expect: { status: OK } }
    ///     cases: [garbage_message]
    /// ```
    ///
    /// ## Instead
    /// Refuse what cannot be read, limit what is taken, and let no request end the process.
    ///
    /// ```answer
    /// { "status": "INTERNAL", "message": "failed to decode" }
    /// ```
    /// ```scenario good
    /// contracts: 1
    /// service: example.v1.Ranker
    /// target: ranker
    /// robustness:
    ///   - name: refuses what is no request
    ///     sound: { rpc: Rank, expect: { status: INTERNAL } }
    ///     cases: [garbage_message]
    /// ```
    pub static ROBUSTNESS_FAILED = {
        id: "robustness-failed",
        guard: "contracts",
        group: "scenarios",
        level: Error,
        summary: "finds services that do not outlive or refuse what is no request",
    };
}
