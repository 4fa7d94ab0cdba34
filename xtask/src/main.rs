//! The binary: hands its arguments to the library and ends with its exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(xtask::run(std::env::args_os()))
}
