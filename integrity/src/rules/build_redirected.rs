//! Programs, aliases and sources that cargo takes instead of what it took.

use findings::{Finding, rule};

use crate::Scene;
use crate::rules::{Check, tool_setting_loosened};
use crate::settings::Weight;

rule! {
    /// A setting in `.cargo/config.toml` by which cargo runs another compiler or wrapper, runs tests by another program or in other
    /// numbers, understands an alias as another command, or takes dependencies from elsewhere. Caches such as `sccache` are
    /// silent. It warns.
    ///
    /// ## Why it hurts
    /// Whatever stands there is run in place of the compiler or around every test, on every machine that checks the change.
    ///
    /// ## Example
    /// ```base toml .cargo/config.toml
    /// [build]
    /// jobs = 4
    /// ```
    /// ```head toml .cargo/config.toml bad
    /// [build]
    /// jobs = 4
    /// rustc-wrapper = "quiet-rustc" #~
    /// ```
    ///
    /// ## Instead
    /// ```base toml .cargo/config.toml
    /// [alias]
    /// lint = "clippy --workspace"
    /// ```
    /// ```head toml .cargo/config.toml good
    /// [alias]
    /// lint = "clippy --workspace --all-targets"
    ///
    /// [build]
    /// rustc-wrapper = "sccache"
    /// ```
    pub static BUILD_REDIRECTED = {
        id: "build-redirected",
        guard: "integrity",
        group: "gate-integrity",
        level: Warning,
        summary: "finds settings by which cargo runs or reads something else",
    };
}

pub(super) static CHECK: Check = Check { rule: &BUILD_REDIRECTED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    tool_setting_loosened::report(scene, &BUILD_REDIRECTED, Weight::Redirected, findings);
}
