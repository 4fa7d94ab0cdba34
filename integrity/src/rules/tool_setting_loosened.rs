//! Settings of compiler, clippy and cargo-deny that look less closely.

use findings::{Finding, Rule, rule};

use crate::Scene;
use crate::evidence::{HELP_OTHER, short};
use crate::rules::Check;
use crate::settings::Weight;

rule! {
    /// A level under `[lints]` that fell, by a priority as well, a runtime check that a profile no longer makes, a threshold
    /// in `clippy.toml` that rose, a forbidden name that no longer is, an advisory or a source that `deny.toml` lets pass,
    /// a flag in `.cargo/config.toml` that silences lints or a runner that runs nothing, a compiler out of the repository itself, formatting that is off, and a
    /// `deny.toml` that is gone. Files are compared by what holds: a file beside or above another one, a level that moves
    /// between package and workspace, a new name of a lint and the newer format of cargo-deny are no change.
    ///
    /// ## Why it hurts
    /// One line here silences the tool for all code, now and later, and no line of code shows it.
    ///
    /// ## Example
    /// ```base toml
    /// [workspace.lints.clippy]
    /// unwrap_used = "deny"
    /// ```
    /// ```head toml bad
    /// [workspace.lints.clippy]
    /// unwrap_used = "allow" #~
    /// ```
    ///
    /// ## Instead
    /// Raising a level, adding a lint, another order and comments are silent.
    /// ```base toml
    /// [workspace.lints.clippy]
    /// unwrap_used = "warn"
    /// ```
    /// ```head toml good
    /// # Services must not panic.
    /// [workspace.lints.clippy]
    /// todo = "warn"
    /// unwrap_used = { level = "deny", priority = 1 }
    /// ```
    pub static TOOL_SETTING_LOOSENED = {
        id: "tool-setting-loosened",
        guard: "integrity",
        group: "gate-integrity",
        level: Error,
        summary: "finds settings of compiler, clippy and cargo-deny that let more pass",
    };
}

pub(super) static CHECK: Check = Check { rule: &TOOL_SETTING_LOOSENED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    report(scene, &TOOL_SETTING_LOOSENED, Weight::Loosened, findings);
}

/// The settings of one weight, each as a finding of the rule.
pub(super) fn report(scene: &Scene<'_>, rule: &'static Rule, weight: Weight, findings: &mut Vec<Finding>) {
    for file in scene.settings() {
        for one in file.settings.iter().filter(|one| one.weight == weight) {
            let key = short(&one.key);
            let message = match weight {
                Weight::Loosened => format!("`{key}` lets more pass: it {}", one.how),
                Weight::Eased => format!("`{key}` asks for less: it {}", one.how),
                Weight::Redirected | Weight::Swapped | Weight::Changed => format!("`{key}` {}", one.how),
            };
            let last = one.key.rsplit('.').next().unwrap_or(&one.key);
            let line = |sign: char, value: &str| match value {
                "" => String::new(),
                value => format!("{sign} {last} = {value}\n"),
            };
            let note = line('-', &one.before) + &line('+', &one.after);
            findings.push(
                Finding::new(rule, file.place(&one.key), message)
                    .help(HELP_OTHER)
                    .note(note.trim_end())
                    .fact(&one.key)
                    .fact(&one.how)
                    .judged(&one.before, &one.after),
            );
        }
    }
}
