//! When the client's settings change: what would lose the hooks of this session is refused.
//!
//! Hooks are lost when the file cannot be read any more, and by what the integrity guard calls so at the end of a turn: all
//! are switched off, an entry that calls Gatefold is gone or does less, permissions are bypassed, or variables lead the
//! launcher elsewhere. What was there is known from the session's start and from the base.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::answer::{Answer, Verdict};
use super::event::Event;
use super::memory::Memory;
use super::root;

/// The settings of a project, from its folder.
const FILES: [&str; 2] = [".claude/settings.json", ".claude/settings.local.json"];

/// The most bytes that are read of settings.
const MAX_BYTES: u64 = 1024 * 1024;

/// Refuses, or is silent.
pub(crate) fn answer(event: &Event, file: Option<&Path>) -> Answer {
    let Some(root) = root::around(&event.folder) else { return Answer::nothing() };
    let files: Vec<PathBuf> = match file {
        Some(file) => vec![event.folder.join(file)],
        None => FILES.iter().map(|file| root.join(file)).collect(),
    };
    let memory = Memory::recall(event);
    let lost = files.iter().find_map(|file| {
        let known = memory.settings.get(file.to_string_lossy().as_ref()).cloned();
        let lost = lost(file, &known.unwrap_or_else(|| at_base(file)))?;
        Some(format!(
            "gatefold: the new `{}` does not take effect in this session: {lost}. Who wants it starts a new session; CI \
             judges what is committed.",
            file.strip_prefix(&root).unwrap_or(file).display()
        ))
    });
    lost.map_or_else(Answer::nothing, |reason| Verdict::Refuse(reason).into())
}

/// The settings of a project that can be read, by file.
pub(crate) fn around(root: &Path) -> BTreeMap<String, String> {
    let read = |file: &&str| {
        let file = root.join(file);
        let settings = text(&file).filter(|text| parsed(text).is_ok())?;
        Some((file.to_string_lossy().into_owned(), settings))
    };
    FILES.iter().filter_map(read).collect()
}

/// How a file loses the hooks that it had, if it does.
fn lost(file: &Path, had: &str) -> Option<String> {
    let had = parsed(had).unwrap_or_default();
    let is_ours = |command: &str| command.contains("gatefold") || command.contains("xtask");
    let lost = |now: &Value| integrity::hooks_lost(&had, now, is_ours).into_iter().next();
    let Some(text) = text(file) else {
        return lost(&Value::Null).map(|_| "it is gone, and the hooks with it".to_owned());
    };
    let settings = match parsed(&text) {
        Ok(settings) => settings,
        Err(error) => return Some(format!("it is not JSON ({error}), so that all hooks would be gone")),
    };
    if settings.get("disableAllHooks").is_some_and(|off| *off != Value::Bool(false)) {
        return Some("it switches all hooks off (`disableAllHooks`)".to_owned());
    }
    lost(&settings)
}

/// A byte order mark is let through by the client.
fn parsed(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(text.trim_start_matches('\u{feff}'))
}

/// What the base has in a file of this session's repository.
fn at_base(file: &Path) -> String {
    let read = || {
        let folder = file.parent()?.parent()?.canonicalize().ok()?;
        let root = root::around(&folder)?;
        let change =
            source::open(&root, &source::BaseRequest::Default, &source::Surroundings::default()).ok()?;
        let path = folder.join(".claude").join(file.file_name()?);
        let (base, top) = match &change.repository {
            Some(wider) => {
                (wider.base.as_ref(), root.ancestors().nth(Path::new(&wider.prefix).components().count())?)
            }
            None => (change.base.as_ref(), root.as_path()),
        };
        Some(base?.text(path.strip_prefix(top).ok()?.to_str()?).ok()?.to_string())
    };
    read().unwrap_or_default()
}

fn text(file: &Path) -> Option<String> {
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES { None } else { std::fs::read_to_string(file).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOOK: &str =
        r#""hooks":{"Stop":[{"hooks":[{"type":"command","command":".claude/gatefold-hook"}]}]}"#;

    fn check(before: &str, after: &str, expected: Option<&str>) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("settings.json");
        std::fs::write(&file, after).expect("a file");
        let lost = lost(&file, before);
        assert_eq!(lost.is_some(), expected.is_some(), "{after}: {lost:?}");
        assert!(lost.is_none_or(|lost| lost.contains(expected.unwrap_or_default())), "{after}");
    }

    #[test]
    fn settings_that_lose_the_hooks_are_refused() {
        let with = &format!("{{{HOOK}}}");
        check(with, with, None);
        check("", "{}", None);
        check(with, &format!("{{\"model\":\"x\",{HOOK}}}"), None);
        check(with, &format!("\u{feff}{{{HOOK}}}"), None);
        check(with, &format!("{{\"disableAllHooks\":false,{HOOK}}}"), None);
        check(with, &format!("{{\"disableAllHooks\":true,{HOOK}}}"), Some("disableAllHooks"));
        check("", "{\"disableAllHooks\":true}", Some("disableAllHooks"));
        check(with, "{}", Some("hook `Stop` no longer runs"));
        check(with, &with.replace("gatefold-hook", "other"), Some("hook `Stop` runs something else"));
        check(with, &with.replace("Stop", "Sop"), Some("hook `Stop` no longer runs"));
        let with_handler = |said: &str| with.replace("\"command\",", &format!("\"command\",{said},"));
        check(with, &with_handler("\"timeout\":60"), None);
        check(with, &with_handler("\"timeout\":1"), Some("hook `Stop` has 1 seconds instead of 60"));
        check(with, &with_handler("\"async\":true"), Some("hook `Stop` has `\"async\": true`"));
        check(&with_handler("\"timeout\":1"), &with_handler("\"timeout\":1"), None);
        check(with, &format!("// mine\n{with}"), Some("not JSON"));
        check(with, "", Some("not JSON"));
        for name in ["GATEFOLD_BIN", "CLAUDE_PROJECT_DIR", "GIT_DIR"] {
            check(with, &format!("{{\"env\":{{\"{name}\":\"/bin/true\"}},{HOOK}}}"), Some(name));
        }
        let bypassed = "\"permissions\":{\"defaultMode\":\"bypassPermissions\"}";
        check(with, &format!("{{{bypassed},{HOOK}}}"), Some("permissions are bypassed"));
        check(&format!("{{{bypassed},{HOOK}}}"), &format!("{{{bypassed},{HOOK}}}"), None);
        // The person's own.
        let own = HOOK.replace("}]}]", "},{\"type\":\"command\",\"command\":\"say\"}]}]");
        check(&format!("{{{own}}}"), with, None);
        check(with, &format!("{{\"env\":{{\"RUST_LOG\":\"debug\"}},{HOOK}}}"), None);
    }

    #[test]
    fn a_file_that_is_gone_loses_what_it_had() {
        let gone = Path::new("/nonexistent/.claude/settings.json");
        assert!(lost(gone, &format!("{{{HOOK}}}")).is_some());
        assert!(lost(gone, "{}").is_none());
    }
}
