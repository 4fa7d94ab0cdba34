//! The settings of git that are a person's own, and count in every repository of theirs.

use std::path::{Path, PathBuf};

use super::shell::Simple;
use crate::surroundings::process_env;

const HOOKS: &str = "that says which hooks git runs, in every repository of this person. Mend what the hooks find; what else must be said \
                     there, say in your last message.";

/// Why a text must not be written into a file, if so.
pub(super) fn why_not(file: &Path, text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let leads_hooks = text.contains("hookspath") || text.contains("[include");
    (leads_hooks && settings().iter().any(|settings| settings == file)).then(|| HOOKS.to_owned())
}

/// The same of a command that writes there, by all that it is given.
pub(super) fn why_not_by(file: &Path, command: &Simple) -> Option<String> {
    let given: Vec<&str> = command.words.iter().chain(&command.input).map(String::as_str).collect();
    why_not(file, &given.join(" "))
}

/// Where git looks for them.
fn settings() -> Vec<PathBuf> {
    let home = process_env("HOME").map(PathBuf::from);
    let config = process_env("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = config.or_else(|| Some(home.as_ref()?.join(".config")));
    let own = home.map(|home| home.join(".gitconfig"));
    own.into_iter().chain(config.map(|config| config.join("git/config"))).collect()
}
