//! The lints of clippy that the gate asks for in the live tier, under the names that clippy has for them.
//!
//! Left out of those that would fit: `todo` and `unimplemented`, which `unfinished-code` finds without a build;
//! `allow_attributes_without_reason`, which `suppression-added` tells of what a change adds; and
//! `wildcard_dependencies`, which cargo-deny has as `bans.wildcards`.

mod async_latency;
mod correctness;
mod errors;
mod observability;

use findings::Rule;

/// Begins the id of every rule that is a lint of clippy.
pub(super) const PREFIX: &str = "clippy::";

/// Every lint that is asked for.
pub static CLIPPY: &[&Rule] = &[
    &async_latency::AWAIT_HOLDING_LOCK,
    &async_latency::AWAIT_HOLDING_REFCELL_REF,
    &async_latency::AWAIT_HOLDING_INVALID_TYPE,
    &correctness::CAST_POSSIBLE_TRUNCATION,
    &correctness::CAST_PRECISION_LOSS,
    &correctness::ASSERTIONS_ON_CONSTANTS,
    &correctness::EQ_OP,
    &correctness::UNDOCUMENTED_UNSAFE_BLOCKS,
    &errors::MAP_ERR_IGNORE,
    &errors::UNWRAP_USED,
    &errors::EXPECT_USED,
    &errors::INDEXING_SLICING,
    &errors::PANIC,
    &errors::UNREACHABLE,
    &observability::PRINT_STDOUT,
    &observability::PRINT_STDERR,
    &observability::DBG_MACRO,
];

/// Whether a lint says something of tests, too.
pub(super) fn looks_at_tests(rule: &Rule) -> bool {
    [&correctness::ASSERTIONS_ON_CONSTANTS, &correctness::EQ_OP].contains(&rule)
}

/// What clippy is called with behind `--`, given whether a lint is asked for and whether it blocks. Nothing that the code
/// says of its own lints ends a build (`--cap-lints`). A lint that blocks is told whatever attributes say of it: they
/// are head's, and what lets a finding pass is an exception or an approval. Of the others, attributes hold.
pub fn arguments(asked: &dyn Fn(&Rule) -> Option<bool>) -> Vec<String> {
    let mut arguments: Vec<String> = ["--cap-lints", "warn", "-A", "clippy::all"].map(str::to_owned).into();
    for rule in CLIPPY {
        if let Some(blocks) = asked(rule) {
            arguments.extend([if blocks { "--force-warn" } else { "-W" }.to_owned(), rule.id.to_owned()]);
        }
    }
    arguments
}

/// One breach of every lint whose breach needs nothing but `std`: what a clippy that works finds all of.
pub const PLANT: &str = "\
pub async fn lock(it: &std::sync::Mutex<u32>) { if let Ok(held) = it.lock() { std::future::ready(()).await; drop(held); } }
pub async fn cell(it: &std::cell::RefCell<u32>) { let held = it.borrow_mut(); std::future::ready(()).await; drop(held); }
pub fn cut(it: f64) -> i32 { it as i32 }
pub fn lose(it: u64) -> f32 { it as f32 }
pub fn always() { assert!(true); }
pub fn same(it: u32) -> bool { it == it }
pub fn first(it: &[u32]) -> u32 { unsafe { *it.get_unchecked(0) } }
pub fn ignore(it: &str) -> Result<u32, ()> { it.parse().map_err(|_| ()) }
pub fn unwrap(it: Option<u32>) -> u32 { it.unwrap() }
pub fn expect(it: Option<u32>) -> u32 { it.expect(\"one\") }
pub fn index(it: &[u32]) -> u32 { it[0] }
pub fn panic() { panic!(\"no\"); }
pub fn unreachable() { unreachable!(); }
pub fn out() { println!(\"out\"); }
pub fn err() { eprintln!(\"err\"); }
pub fn debug(it: u32) -> u32 { dbg!(it) }
";

/// The lints that [`PLANT`] breaks.
pub fn planted() -> impl Iterator<Item = &'static str> {
    CLIPPY.iter().filter(|rule| ***rule != async_latency::AWAIT_HOLDING_INVALID_TYPE).map(|rule| rule.id)
}
