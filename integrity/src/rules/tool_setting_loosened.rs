//! Settings of compiler, clippy and cargo-deny that look less closely.

use findings::{Finding, Location, rule};
use serde_json::Value;
use source::ChangeKind;

use crate::Scene;
use crate::evidence::{HELP_OTHER, line_of, short};
use crate::rules::Check;
use crate::scene::base_path;
use crate::settings::{self, Loosened};

rule! {
    /// A level under `[lints]` that fell, a runtime check that a profile no longer makes, a threshold in `clippy.toml` that
    /// rose, an entry in `deny.toml` that lets something pass, a flag in `.cargo/config.toml` that silences lints, and the
    /// file of such a tool that is gone.
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

type Compare = fn(&Value, &Value) -> Vec<Loosened>;

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let around = scene.around();
    for file in
        around.files.iter().filter(|file| file.kind != ChangeKind::Added || creates_config(&file.path))
    {
        let Some(compare) = tool(base_path(file)) else { continue };
        let texts = around.texts(file);
        let shown = around.shown(&file.path);
        let text = |side: Option<Result<std::sync::Arc<str>, _>>| side.and_then(Result::ok);
        let (before, after) = (text(texts.base), text(texts.head));
        if file.kind == ChangeKind::Removed {
            if !file.path.ends_with("Cargo.toml") && !creates_config(&file.path) {
                let message = format!("`{}` is gone: the tool falls back to its defaults", short(&file.path));
                findings.push(
                    Finding::new(&TOOL_SETTING_LOOSENED, Location::file(shown), message)
                        .help(HELP_OTHER)
                        .fact("gone")
                        .judged(&*before.unwrap_or_default(), ""),
                );
            }
            continue;
        }
        let read =
            |text: &Option<std::sync::Arc<str>>| text.as_deref().map_or(Ok(Value::Null), settings::read);
        let (Ok(base), Ok(head)) = (read(&before), read(&after)) else { continue };
        for Loosened { key, before, after: now } in compare(&base, &head) {
            let last = key.rsplit('.').next().unwrap_or(&key);
            let line = after.as_deref().and_then(|text| line_of(text, last));
            let place = line.map_or(Location::file(&shown), |line| Location::point(&shown, line, 1));
            let message = format!(
                "`{}` lets more pass: it is `{}` and was `{}`",
                short(&key),
                short(&now),
                short(&before)
            );
            findings.push(
                Finding::new(&TOOL_SETTING_LOOSENED, place, message)
                    .help(HELP_OTHER)
                    .note(format!("- {last} = {before}\n+ {last} = {now}"))
                    .fact(&key)
                    .fact(&now)
                    .judged(before, now),
            );
        }
    }
}

fn tool(path: &str) -> Option<Compare> {
    let name = path.rsplit('/').next().unwrap_or(path);
    Some(match name {
        "Cargo.toml" => settings::lowered,
        "clippy.toml" | ".clippy.toml" => settings::clippy,
        "deny.toml" | ".deny.toml" => settings::deny,
        "config.toml" | "config" if creates_config(path) => settings::cargo_config,
        _ => return None,
    })
}

fn creates_config(path: &str) -> bool {
    path.starts_with(".cargo/config") || path.contains("/.cargo/config")
}
