//! What a session was already told, and how often it was sent back, between two events.
//!
//! It lies in the common git folder, where it serves every worktree and no commit sees it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::event::Speaker;
use findings::digest;
use serde::{Deserialize, Serialize};

/// One session's memory.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Memory {
    /// Fingerprints of findings that the agent was told.
    pub(crate) told: BTreeSet<String>,
    /// Fingerprints that it was last sent back for.
    pub(crate) blocked: BTreeSet<String>,
    /// How often it was sent back for these.
    pub(crate) tries: u32,
    /// How often it was sent back at all.
    pub(crate) blocks: u32,
}

impl Memory {
    /// What is remembered; nothing, where nothing can be read.
    pub(crate) fn recall(root: &Path, speaker: &Speaker) -> Memory {
        let text = file(root, speaker).and_then(|file| std::fs::read_to_string(file).ok());
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// Keeps it, replacing the file as a whole. Failing to is no reason to fail the event.
    pub(crate) fn keep(&self, root: &Path, speaker: &Speaker) {
        let Some(file) = file(root, speaker) else { return };
        let Ok(text) = serde_json::to_string(self) else { return };
        let fresh = file.with_extension(format!("{}.new", std::process::id()));
        let made = file.parent().is_some_and(|folder| std::fs::create_dir_all(folder).is_ok());
        if made && std::fs::write(&fresh, text).is_ok() {
            let _ = std::fs::rename(&fresh, &file);
        }
    }
}

fn file(root: &Path, speaker: &Speaker) -> Option<PathBuf> {
    let folder = source::common_git_folder(root)?;
    // A digest, since the session's name is the client's to choose.
    Some(folder.join("gatefold/sessions").join(format!(
        "{}.json",
        digest(format!("{}.{}", speaker.session, speaker.agent.as_deref().unwrap_or_default()).as_bytes())
    )))
}
