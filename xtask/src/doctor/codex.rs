//! The hooks of Codex CLI: whether its file asks for the gate, and what it needs for that.

use std::path::Path;

use super::Entry;
use super::git::Git;
use super::launcher;
use super::settings::{self, Content, Handler};

const AREA: &str = "hooks of codex";
const FILE: &str = ".codex/hooks.json";
/// The hooks as they are handed out, which name the events that are meant.
const MEANT: &str = include_str!("../../../ci/codex/hooks.json");
const MERGE: &str = "merge ci/codex/hooks.json of Gatefold into .codex/hooks.json";

/// Nothing is said where there is no such file: most people use another client.
pub(super) fn examine(root: &Path, git: Option<&Git>) -> Vec<Entry> {
    let top = git.and_then(|git| git.top().ok()).unwrap_or_else(|| root.to_owned());
    let layer = settings::layer("project", top.join(FILE));
    match &layer.content {
        Content::Missing => return Vec::new(),
        Content::Settings(_) => {}
        Content::Broken(why, edits) => {
            let said = format!("it is not strict JSON ({why}), so Codex runs none of its hooks");
            return vec![Entry::mend(AREA, FILE, said, settings::correct(FILE, edits.as_deref()))];
        }
        Content::Unreadable(why) => {
            return vec![Entry::unseen(
                AREA,
                FILE,
                format!("it cannot be read: {why}"),
                format!("ls -l {FILE}"),
            )];
        }
    }
    let handlers = layer.handlers();
    let ours: Vec<&Handler> = handlers.iter().filter(|handler| handler.is_ours()).collect();
    let Some(first) = ours.first() else {
        return vec![Entry::mend(
            AREA,
            FILE,
            "it has no hook of Gatefold, so nothing is judged while Codex edits",
            MERGE,
        )];
    };
    let mut entries = vec![match settings::compared(&ours, MEANT) {
        Ok(events) => Entry::well(
            AREA,
            "events",
            format!("{}, once they are trusted: `/hooks` in Codex shows it", events.join(", ")),
        ),
        Err((why, mend)) => Entry::mend(AREA, "events", why, mend.unwrap_or_else(|| MERGE.to_owned())),
    }];
    let command = first.command.replace("$(git rev-parse --show-toplevel)", &top.to_string_lossy());
    let file = launcher::program(&command, &top);
    let name = file.display().to_string();
    entries.push(match (file.is_file(), launcher::is_executable(&file)) {
        (true, true) => Entry::well(AREA, name, "the launcher that they start"),
        (true, false) => Entry::mend(
            AREA,
            name.clone(),
            "it is not executable, so no hook runs",
            format!("chmod +x '{name}'"),
        ),
        (false, _) => {
            Entry::mend(AREA, name, "the launcher that they start is not there", "cargo xtask init --apply")
        }
    });
    entries
}
