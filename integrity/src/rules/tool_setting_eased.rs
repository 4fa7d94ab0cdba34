//! Settings of tools that ask for less, as honest work needs it now and then.

use findings::{Finding, rule};

use crate::Scene;
use crate::rules::{Check, tool_setting_loosened};
use crate::settings::Weight;

rule! {
    /// A lint that the manifest newly allows, a second version of a dependency or a permissive licence that `deny.toml` lets
    /// pass, a check of clippy that spares tests, a folder that is not formatted, `panic = "abort"` where code goes on after
    /// a panic. It warns.
    ///
    /// ## Why it hurts
    /// Most such lines are needed, and some are the quick way round a finding. Whoever reviews can tell them apart in a
    /// moment, if they see them.
    ///
    /// ## Example
    /// ```base toml deny.toml
    /// [bans]
    /// skip = []
    /// ```
    /// ```head toml deny.toml bad
    /// [bans]
    /// skip = ["rand"] #~
    /// ```
    ///
    /// ## Instead
    /// Say in the change why it is needed. Another order, a reason and another version are silent.
    /// ```base toml deny.toml
    /// [bans]
    /// skip = ["rand@0.8", "syn"]
    /// ```
    /// ```head toml deny.toml good
    /// [bans]
    /// skip = [
    ///     "syn",
    ///     { crate = "rand@0.9", reason = "the store depends on the old one" },
    /// ]
    /// ```
    pub static TOOL_SETTING_EASED = {
        id: "tool-setting-eased",
        guard: "integrity",
        group: "gate-integrity",
        level: Warning,
        summary: "finds settings of tools that ask for a little less",
    };
}

pub(super) static CHECK: Check = Check { rule: &TOOL_SETTING_EASED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    tool_setting_loosened::report(scene, &TOOL_SETTING_EASED, Weight::Eased, findings);
}
