//! The settings of Claude Code that count in a folder, read as the client reads them.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::strict;
use crate::surroundings::Env;

/// Larger settings are nobody's. In bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// One file of settings.
pub(super) struct Layer {
    /// Whose they are: `managed`, `user`, `project`, `local`.
    pub(super) whose: &'static str,
    pub(super) file: PathBuf,
    pub(super) content: Content,
}

/// What a file of settings holds.
pub(super) enum Content {
    Missing,
    Settings(Value),
    /// It does not parse: the client passes over the whole file without a word. With the edits that mend it, if those are
    /// known.
    Broken(String, Option<String>),
    Unreadable(String),
}

/// One handler of an event.
pub(super) struct Handler {
    pub(super) event: String,
    /// `command`, or one of the other kinds.
    pub(super) kind: String,
    pub(super) command: String,
    /// All that it says.
    pub(super) whole: Value,
}

impl Handler {
    /// Whether it is one of ours: whatever the launcher is called, it is called after us.
    pub(super) fn is_ours(&self) -> bool {
        self.command.contains("gatefold")
    }
}

/// The events that are meant, where the hooks of Gatefold are as they are handed out; else how they are not, and what mends
/// that, if anything does but putting them in.
pub(super) fn compared(ours: &[&Handler], meant: &str) -> Result<Vec<String>, (String, Option<String>)> {
    let value = serde_json::from_str(meant).unwrap_or_default();
    let meant = Layer { whose: "meant", file: PathBuf::new(), content: Content::Settings(value) }.handlers();
    let hears = |event: &str| ours.iter().any(|handler| handler.event == event);
    let missing: Vec<&str> =
        meant.iter().map(|meant| meant.event.as_str()).filter(|event| !hears(event)).collect();
    if !missing.is_empty() {
        return Err((format!("no hook of Gatefold for {}", missing.join(", ")), None));
    }
    for meant in &meant {
        let heard_by = ours.iter().filter(|handler| handler.event == meant.event);
        let how: Vec<_> = heard_by.map(|handler| integrity::lessened(&meant.whole, &handler.whole)).collect();
        if let Some(Some(how)) = how.first().filter(|_| !how.contains(&None)) {
            let mend = format!("write the hook for {} as it is handed out: {}", meant.event, meant.whole);
            return Err((format!("the hook of Gatefold for {} {how}", meant.event), Some(mend)));
        }
    }
    Ok(meant.into_iter().map(|meant| meant.event).collect())
}

/// Every layer that a client reads that is started in `here`. It does not look upward for the project's.
pub(super) fn layers(here: &Path, env: Env<'_>) -> Vec<Layer> {
    let mut layers = vec![layer("managed", PathBuf::from(managed()))];
    let user = env("CLAUDE_CONFIG_DIR")
        .map(PathBuf::from)
        .or_else(|| env("HOME").map(|home| PathBuf::from(home).join(".claude")));
    layers.extend(user.map(|folder| layer("user", folder.join("settings.json"))));
    layers.push(layer("project", here.join(".claude/settings.json")));
    layers.push(layer("local", here.join(".claude/settings.local.json")));
    layers
}

fn managed() -> &'static str {
    if cfg!(target_os = "macos") {
        "/Library/Application Support/ClaudeCode/managed-settings.json"
    } else {
        "/etc/claude-code/managed-settings.json"
    }
}

pub(super) fn layer(whose: &'static str, file: PathBuf) -> Layer {
    let content = match read(&file) {
        Ok(bytes) => parse(&bytes),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Content::Missing
        }
        Err(error) => Content::Unreadable(error.to_string()),
    };
    Layer { whose, file, content }
}

fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    // A pipe in the place of settings would never end.
    if !std::fs::metadata(file)?.is_file() {
        return Err(std::io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn parse(bytes: &[u8]) -> Content {
    if bytes.len() as u64 > LARGEST {
        return Content::Broken("it is larger than 4 MiB".to_owned(), None);
    }
    // The client tolerates a mark of the byte order, and nothing else that is not strict JSON.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match serde_json::from_slice::<Value>(text) {
        Ok(value) if value.is_object() => Content::Settings(value),
        Ok(_) => Content::Broken("it is no object".to_owned(), None),
        Err(error) => {
            let edits = std::str::from_utf8(text).ok().and_then(strict::edits);
            Content::Broken(error.to_string(), edits)
        }
    }
}

/// What makes strict JSON of a file: these edits, or what was committed.
pub(super) fn correct(file: &str, edits: Option<&str>) -> String {
    match edits {
        Some(edits) => format!("take out of {file}: {edits}"),
        None => format!("git checkout -- '{file}', or correct it there"),
    }
}

impl Layer {
    pub(super) fn value(&self) -> Option<&Value> {
        match &self.content {
            Content::Settings(value) => Some(value),
            Content::Missing | Content::Broken(..) | Content::Unreadable(_) => None,
        }
    }

    /// Whether it switches every hook off, those of the other layers included.
    pub(super) fn disables_all(&self) -> bool {
        self.value().is_some_and(|value| value["disableAllHooks"] == true)
    }

    /// Every handler in the order of the file. What has another form than the client's is passed over, as the client does.
    pub(super) fn handlers(&self) -> Vec<Handler> {
        let mut found = Vec::new();
        let events = self.value().and_then(|value| value["hooks"].as_object());
        for (event, groups) in events.into_iter().flatten() {
            let groups = groups.as_array().into_iter().flatten();
            for handler in groups.flat_map(|group| group["hooks"].as_array().into_iter().flatten()) {
                let text = |key: &str| handler[key].as_str().unwrap_or_default().to_owned();
                let arguments = handler["args"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let command = std::iter::once(text("command")).chain(arguments.map(str::to_owned));
                let command = command.collect::<Vec<_>>().join(" ");
                let (event, whole) = (event.clone(), handler.clone());
                found.push(Handler { event, kind: text("type"), command, whole });
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<&[&str]>) {
        let content = parse(text.as_bytes());
        let layer = Layer { whose: "project", file: PathBuf::new(), content };
        let handlers = layer.value().map(|_| layer.handlers());
        let told = handlers.as_ref().map(|handlers| {
            handlers
                .iter()
                .map(|one| format!("{} {} {}", one.event, one.kind, one.command))
                .collect::<Vec<_>>()
        });
        assert_eq!(
            told.as_deref(),
            expect.map(|lines| lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>()).as_deref(),
            "{text}"
        );
    }

    #[test]
    fn settings_are_strict_json_and_everything_odd_in_them_is_passed_over() {
        check("", None);
        check("[]", None);
        check("{} // no", None);
        check("{\"a\": 1,}", None);
        check("\u{feff}{}", Some(&[]));
        check(r#"{"hooks": 3}"#, Some(&[]));
        check(r#"{"hooks": {"Stop": {"hooks": []}, "Other": [1, {"hooks": [2]}]}}"#, Some(&["Other  "]));
        check(
            r#"{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "gatefold", "args": ["hook"]}]}]}}"#,
            Some(&["Stop command gatefold hook"]),
        );
    }
}
