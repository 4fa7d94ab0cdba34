//! Toolchain files that name another kind of compiler, or less of it.

use findings::{Finding, rule};

use crate::Scene;
use crate::rules::{Check, tool_setting_loosened};
use crate::settings::Weight;

rule! {
    /// A toolchain file that names an older release, a nightly or one of one's own where it did not, a file that is gone, and
    /// components or targets that it no longer asks for. Newer releases flow. It warns.
    ///
    /// ## Why it hurts
    /// The compiler and clippy are judges as well: an older or a home-made one does not find what the old one found.
    ///
    /// ## Example
    /// ```base toml rust-toolchain.toml
    /// [toolchain]
    /// channel = "1.95.0"
    /// components = ["clippy", "rustfmt"]
    /// profile = "minimal"
    /// ```
    /// ```head toml rust-toolchain.toml bad
    /// [toolchain]
    /// channel = "1.90.0" #~
    /// components = ["clippy", "rustfmt"]
    /// profile = "minimal"
    /// ```
    ///
    /// ## Instead
    /// ```base toml rust-toolchain.toml
    /// [toolchain]
    /// channel = "1.95.0"
    /// ```
    /// ```head toml rust-toolchain.toml good
    /// # With the lints of this year.
    /// [toolchain]
    /// channel = "1.96.1"
    /// components = ["rustfmt", "clippy"]
    /// ```
    pub static TOOLCHAIN_SWAPPED = {
        id: "toolchain-swapped",
        guard: "integrity",
        group: "gate-integrity",
        level: Warning,
        summary: "finds toolchain files that name an older or another toolchain",
    };
}

pub(super) static CHECK: Check = Check { rule: &TOOLCHAIN_SWAPPED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    tool_setting_loosened::report(scene, &TOOLCHAIN_SWAPPED, Weight::Swapped, findings);
}
