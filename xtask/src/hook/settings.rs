//! When the client's settings change: what would lose the hooks of this session is refused.
//!
//! Hooks are lost when all are switched off, when the file cannot be read any more, when an entry that calls Gatefold is
//! gone, or when variables lead the launcher elsewhere. What was there is known from the session's start and from the base.

use std::collections::{BTreeMap, BTreeSet};
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
        let known = memory.hooks.get(file.to_string_lossy().as_ref()).cloned();
        let lost = lost(file, &known.unwrap_or_else(|| at_base(file)))?;
        Some(format!(
            "gatefold: the new `{}` does not take effect in this session: {lost}. Who wants it starts a new session; CI \
             judges what is committed.",
            file.strip_prefix(&root).unwrap_or(file).display()
        ))
    });
    lost.map_or_else(Answer::nothing, |reason| Verdict::Refuse(reason).into())
}

/// The hooks of a project's settings, by file.
pub(crate) fn hooks_around(root: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let read = |file: &&str| {
        let file = root.join(file);
        let settings = serde_json::from_str(&text(&file)?).ok()?;
        Some((file.to_string_lossy().into_owned(), hooks(&settings)))
    };
    FILES.iter().filter_map(read).collect()
}

/// How a file loses the hooks that it had, if it does.
fn lost(file: &Path, had: &BTreeSet<String>) -> Option<String> {
    let Some(text) = text(file) else {
        return (!had.is_empty()).then(|| "it is gone, and the hooks with it".to_owned());
    };
    // A byte order mark is let through by the client.
    let settings: Value = match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(settings) => settings,
        Err(error) => return Some(format!("it is not JSON ({error}), so that all hooks would be gone")),
    };
    if settings.get("disableAllHooks").is_some_and(|off| *off != Value::Bool(false)) {
        return Some("it switches all hooks off (`disableAllHooks`)".to_owned());
    }
    let now = hooks(&settings);
    if let Some(gone) = had.difference(&now).find(|hook| !hook.starts_with(VARIABLE)) {
        return Some(format!("it loses the hook `{gone}`"));
    }
    let led = now.difference(had).find(|hook| hook.starts_with(VARIABLE))?;
    Some(format!("it leads the hooks elsewhere (`{}`)", led.trim_start_matches(VARIABLE)))
}

const VARIABLE: &str = "env ";

/// The entries that call Gatefold, and the variables that say which one.
fn hooks(settings: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let text =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    for (event, groups) in settings.get("hooks").and_then(Value::as_object).into_iter().flatten() {
        for group in groups.as_array().into_iter().flatten() {
            for hook in group.get("hooks").and_then(Value::as_array).into_iter().flatten() {
                let arguments = hook.get("args").map(ToString::to_string).unwrap_or_default();
                let command = format!("{} {arguments}", text(hook, "command"));
                if command.contains("gatefold") || command.contains("xtask") {
                    found.insert(format!("{event} {} {}", text(group, "matcher"), command.trim_end()));
                }
            }
        }
    }
    for (name, value) in settings.get("env").and_then(Value::as_object).into_iter().flatten() {
        if name.starts_with("GATEFOLD_") || name == "PATH" {
            found.insert(format!("{VARIABLE}{name}={value}"));
        }
    }
    found
}

/// What the base has in a file of this session's repository.
fn at_base(file: &Path) -> BTreeSet<String> {
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
        let text = base?.text(path.strip_prefix(top).ok()?.to_str()?).ok()?;
        Some(hooks(&serde_json::from_str(&text).ok()?))
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
        let had = serde_json::from_str(before).map(|settings| hooks(&settings)).unwrap_or_default();
        let lost = lost(&file, &had);
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
        check(with, "{}", Some("loses the hook `Stop"));
        check(with, &with.replace("gatefold-hook", "other"), Some("loses the hook"));
        check(with, &with.replace("Stop", "Sop"), Some("loses the hook"));
        check(with, &format!("// mine\n{with}"), Some("not JSON"));
        check(with, "", Some("not JSON"));
        check(with, &format!("{{\"env\":{{\"GATEFOLD_BIN\":\"/bin/true\"}},{HOOK}}}"), Some("GATEFOLD_BIN"));
        check(with, &format!("{{\"env\":{{\"RUST_LOG\":\"debug\"}},{HOOK}}}"), None);
    }

    #[test]
    fn a_file_that_is_gone_loses_what_it_had() {
        let gone = Path::new("/nonexistent/.claude/settings.json");
        assert!(lost(gone, &BTreeSet::from(["Stop".to_owned()])).is_some());
        assert!(lost(gone, &BTreeSet::new()).is_none());
    }
}
