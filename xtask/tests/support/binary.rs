//! Which binary is tested.

/// The one that was built for tests, unless whoever runs them names another build of the same sources: `cargo xtask ci` has
/// an optimised one, which answers several times as fast.
pub(crate) fn binary() -> String {
    std::env::var("GATEFOLD_TESTED_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_gatefold").to_owned())
}
