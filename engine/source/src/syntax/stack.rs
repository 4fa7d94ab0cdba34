//! Threads whose stack is large enough for every tree that the scan lets through.

/// Bytes of stack that a thread gets which parses, visits and drops syntax trees. Address space, not memory:
/// only what is touched becomes memory.
pub const STACK_BYTES: usize = 128 * 1024 * 1024;

/// Runs something on a thread with [`STACK_BYTES`] of stack and waits for it. A panic goes on in the caller.
pub fn with_stack<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let spawned = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run);
        let thread = spawned.unwrap_or_else(|error| {
            panic!("failed to start a thread with {STACK_BYTES} bytes of stack: {error}")
        });
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
