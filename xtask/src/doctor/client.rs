//! The hooks of Claude Code that would really run, were it started in this folder.

use std::path::{Path, PathBuf};

use super::Entry;
use super::git::Git;
use super::launcher;
use super::settings::{self, Content, Handler, Layer};
use crate::surroundings::Env;

const AREA: &str = "hooks of claude code";
const PROJECT: &str = ".claude/settings.json";
/// The settings as they are handed out, which name the events that are meant.
const MEANT: &str = include_str!("../../../ci/claude-code/settings.json");

pub(super) fn examine(root: &Path, here: &Path, git: Option<&Git>, env: Env<'_>) -> Vec<Entry> {
    let layers = settings::layers(here, env);
    let mut entries: Vec<Entry> = layers.iter().filter_map(of_content).collect();
    entries.extend(layers.iter().filter(|layer| layer.disables_all()).map(|layer| {
        let said = "`disableAllHooks` switches every hook off, those of the other files included";
        let mend = format!("take the line `\"disableAllHooks\": true` out of {}", layer.file.display());
        Entry::mend(AREA, shown(layer, here), said, mend)
    }));
    let handlers: Vec<Handler> = layers.iter().flat_map(Layer::handlers).collect();
    let ours: Vec<&Handler> = handlers.iter().filter(|handler| handler.is_ours()).collect();
    if ours.is_empty() {
        entries.push(none(root, here, git));
        return entries;
    }
    if layers.iter().any(Layer::disables_all) {
        let said = format!(
            "{} hooks of Gatefold are wired, and none of them runs while all are switched off",
            ours.len()
        );
        entries.push(Entry::not_needed(AREA, "events", said));
        return entries;
    }
    entries.push(events(&ours, super::init(root, git)));
    entries.extend(
        layers.iter().filter(|layer| layer.whose == "project").flat_map(|layer| committed(layer, git)),
    );
    entries.extend(layers.iter().filter_map(|layer| odd_kinds(layer, here)));
    let mut commands: Vec<&str> = ours.iter().map(|handler| handler.command.as_str()).collect();
    commands.sort_unstable();
    commands.dedup();
    for command in commands {
        entries.extend(launcher::examine(command, root, here, git, env));
    }
    entries
}

/// What is wrong with a file as such.
fn of_content(layer: &Layer) -> Option<Entry> {
    let file = layer.file.display().to_string();
    match &layer.content {
        Content::Missing | Content::Settings(_) => None,
        Content::Broken(why, edits) => Some(Entry::mend(
            AREA,
            file.clone(),
            format!("it is not strict JSON ({why}), so the client passes over all of it without a word"),
            settings::correct(&file, edits.as_deref()),
        )),
        Content::Unreadable(why) => Some(Entry::unseen(
            AREA,
            file.clone(),
            format!("it cannot be read: {why}"),
            format!("ls -l {file}"),
        )),
    }
}

/// There is no hook of ours in what the client reads from here; perhaps it would from elsewhere.
fn none(root: &Path, here: &Path, git: Option<&Git>) -> Entry {
    let top = git.and_then(|git| git.top().ok()).unwrap_or_else(|| root.to_owned());
    let has_ours = |folder: &&Path| {
        settings::layer("project", folder.join(PROJECT)).handlers().iter().any(Handler::is_ours)
    };
    let above = here.ancestors().skip(1).take_while(|folder| folder.starts_with(&top)).find(has_ours);
    if let Some(folder) = above {
        let said = format!(
            "started here, the client reads no settings of {}: it does not look upward, and no hook runs",
            folder.display()
        );
        return Entry::mend(AREA, "folder", said, format!("cd '{}' && claude", folder.display()));
    }
    if [top.as_path(), root, here].iter().any(|folder| folder.join(".claude").is_dir()) {
        let said =
            "no settings that count here have a hook of Gatefold, so nothing is judged while an agent edits";
        return Entry::mend(AREA, "settings", said, super::init(root, git));
    }
    Entry::not_needed(
        AREA,
        "settings",
        format!(
            "no hooks are installed, so nothing is judged while an agent edits; `{}` installs them",
            super::init(root, git)
        ),
    )
}

/// Which events are asked about, of those that are meant.
fn events(ours: &[&Handler], init: String) -> Entry {
    match settings::compared(ours, MEANT) {
        Ok(events) => Entry::well(AREA, "events", events.join(", ")),
        Err((why, mend)) => Entry::mend(AREA, "events", why, mend.unwrap_or(init)),
    }
}

/// Settings that are not committed are absent in every worktree.
fn committed(layer: &Layer, git: Option<&Git>) -> Option<Entry> {
    let (git, file) = (git?, &layer.file);
    layer.value()?;
    let name = file.display().to_string();
    Some(match (git.mode(file), git.ignores(file)) {
        (Ok(Some(_)), _) => Entry::well(AREA, name, "committed, so that worktrees have it, too"),
        (Ok(None), Ok(true)) => Entry::mend(
            AREA,
            name.clone(),
            "an ignore file keeps it out of commits, so no worktree and nobody else has these hooks",
            format!("git add --force '{name}'"),
        ),
        (Ok(None), Ok(false)) => Entry::mend(
            AREA,
            name.clone(),
            "it is not committed, so no worktree and nobody else has these hooks",
            format!("git add '{name}'"),
        ),
        (Err(why), _) | (_, Err(why)) => Entry::unseen(
            AREA,
            name,
            format!("git was not able to say whether it is committed: {why}"),
            "git status",
        ),
    })
}

/// Handlers of other kinds than `command` cost older clients every hook of the file.
fn odd_kinds(layer: &Layer, here: &Path) -> Option<Entry> {
    const KINDS: [&str; 5] = ["command", "prompt", "agent", "http", "mcp_tool"];
    let handlers = layer.handlers();
    let odd = handlers.iter().find(|handler| !KINDS.contains(&handler.kind.as_str()))?;
    let said = format!(
        "a handler of {} has the type `{}`, which clients do not know; older ones drop every hook of the file for it",
        odd.event, odd.kind
    );
    let mend = format!("take that handler out of {}", layer.file.display());
    Some(Entry::mend(AREA, shown(layer, here), said, mend))
}

fn shown(layer: &Layer, here: &Path) -> String {
    let file: PathBuf = layer.file.strip_prefix(here).map_or_else(|_| layer.file.clone(), Path::to_owned);
    format!("{} ({})", file.display(), layer.whose)
}
