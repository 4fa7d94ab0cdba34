//! The binary: hands its arguments to the library and ends with its exit status.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Syntax trees are many small allocations, made and dropped on several threads.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(xtask::run(std::env::args_os()))
}
