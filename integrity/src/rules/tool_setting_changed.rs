//! Settings of tools that a reviewer should know of.

use findings::{Finding, rule};

use crate::Scene;
use crate::rules::{Check, tool_setting_loosened};
use crate::settings::Weight;

rule! {
    /// Another style of formatting, an older oldest compiler, unstable features of cargo, runtime checks that are off for the code
    /// of somebody else. It informs.
    ///
    /// ## Why it hurts
    /// It seldom does. Another style moves every line, and so hides what else moved.
    ///
    /// ## Example
    /// ```base toml rustfmt.toml
    /// max_width = 100
    /// ```
    /// ```head toml rustfmt.toml bad
    /// max_width = 110 #~
    /// ```
    ///
    /// ## Instead
    /// Change the style in a change of its own.
    /// ```base toml rustfmt.toml
    /// max_width = 100
    /// edition = "2021"
    /// ```
    /// ```head toml rustfmt.toml good
    /// edition = "2024"
    /// max_width = 100
    /// ```
    pub static TOOL_SETTING_CHANGED = {
        id: "tool-setting-changed",
        guard: "integrity",
        group: "gate-integrity",
        level: Note,
        summary: "finds settings of tools that say neither more nor less",
    };
}

pub(super) static CHECK: Check = Check { rule: &TOOL_SETTING_CHANGED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    tool_setting_loosened::report(scene, &TOOL_SETTING_CHANGED, Weight::Changed, findings);
}
