//! The launcher that a hook names, the binary that it finds, and a real event through both.

use std::path::{Path, PathBuf};

use super::Entry;
use super::git::Git;
use super::trip::{self, Answered};
use crate::hook::binary::{self, State};
use crate::surroundings::Env;

const AREA: &str = "hooks of claude code";
/// The launcher as it is handed out.
const CARRIED: &[u8] = include_bytes!("../../../ci/claude-code/gatefold-hook");
const INSTALL: &str = "cargo xtask hook install";

pub(super) fn examine(
    command: &str,
    root: &Path,
    here: &Path,
    git: Option<&Git>,
    env: Env<'_>,
) -> Vec<Entry> {
    let file = program(command, here);
    let name = file.display().to_string();
    let init = super::init(root, git);
    let text = match source::read_regular(&file) {
        Ok(text) => text,
        Err(error) => {
            let said =
                format!("the hook's launcher cannot be read ({error}), and the client carries on in silence");
            return vec![Entry::mend(AREA, name, said, init)];
        }
    };
    let mut entries: Vec<Entry> = permission(&file, git).into_iter().collect();
    let is_runnable = entries.is_empty();
    if text != CARRIED {
        let said = "it is not the launcher that this binary carries, so it was not run";
        let shown = name.clone();
        entries.push(Entry::mend(
            AREA,
            name,
            said,
            format!(
                "rm '{shown}' && {init}   (git keeps what it says now; it decides whether anything judges)"
            ),
        ));
        return entries;
    }
    entries.push(Entry::well(AREA, name, "the launcher that this binary carries"));
    entries.push(judge(root));
    if is_runnable {
        entries.push(round_trip(&file, root, here, env));
    }
    entries
}

/// The file that a command starts: its first word, in which the client puts the project's folder.
pub(super) fn program(command: &str, here: &Path) -> PathBuf {
    let mut word = String::new();
    let mut quote = None;
    for c in command.trim_start().chars() {
        match (c, quote) {
            ('"' | '\'', None) => quote = Some(c),
            (c, Some(open)) if c == open => quote = None,
            (c, None) if c.is_whitespace() => break,
            (c, _) => word.push(c),
        }
    }
    for variable in ["${CLAUDE_PROJECT_DIR:-.}", "${CLAUDE_PROJECT_DIR}", "$CLAUDE_PROJECT_DIR"] {
        word = word.replace(variable, &here.to_string_lossy());
    }
    here.join(word)
}

/// Whether it can be started here, and in a fresh checkout.
fn permission(file: &Path, git: Option<&Git>) -> Option<Entry> {
    let name = file.display().to_string();
    let executable = format!("chmod +x '{name}' && git add --chmod=+x '{name}'");
    if !is_executable(file) {
        return Some(Entry::mend(AREA, name, "it is not executable, so no hook runs", executable));
    }
    match git?.mode(file) {
        Ok(Some(mode)) if mode == "100755" => None,
        Ok(Some(mode)) => {
            let said = format!("it is committed as {mode}, so it is not executable in a fresh checkout");
            Some(Entry::mend(AREA, name, said, executable))
        }
        Ok(None) => {
            let said =
                "it is not committed, so the hooks of worktrees and of everybody else find no launcher";
            Some(Entry::mend(AREA, name.clone(), said, format!("git add --force --chmod=+x '{name}'")))
        }
        Err(why) => {
            let said = format!("git was not able to say whether it is committed: {why}");
            Some(Entry::unseen(AREA, name, said, "git status"))
        }
    }
}

#[cfg(unix)]
pub(super) fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|data| data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
pub(super) fn is_executable(_: &Path) -> bool {
    true
}

/// Which binary answers, beside the one that the base asks for.
fn judge(root: &Path) -> Entry {
    const WHAT: &str = "binary";
    match binary::state(root) {
        Ok(State::Fresh(installed)) => {
            Entry::well(AREA, WHAT, format!("{}, as the base asks for", installed.path.display()))
        }
        Ok(State::Stale { judging, wanted }) => {
            let said = format!(
                "{} answers, and the base asks for {}, which is not installed",
                judging.path.display(),
                wanted.as_str()
            );
            Entry::mend(AREA, WHAT, said, INSTALL)
        }
        Ok(State::Missing { wanted }) => {
            let said = format!(
                "none is installed for this repository ({} is asked for); at most a `gatefold` of the search path answers",
                wanted.as_str()
            );
            Entry::mend(AREA, WHAT, said, INSTALL)
        }
        Err(failure) => Entry::unseen(AREA, WHAT, failure.message, INSTALL),
    }
}

fn round_trip(launcher: &Path, root: &Path, here: &Path, env: Env<'_>) -> Entry {
    const WHAT: &str = "round trip";
    match trip::send(launcher, root, here, env) {
        Answered::Denied(milliseconds) => {
            let said = format!(
                "a commit that skips its checks was denied in {milliseconds} ms, through the launcher"
            );
            Entry::well(AREA, WHAT, said)
        }
        Answered::Said(message) => {
            let said = format!("nothing judged the event; the launcher says: {message}");
            Entry::mend(AREA, WHAT, said, INSTALL)
        }
        Answered::Silence => {
            let said =
                "the launcher answered nothing to a commit that skips its checks, so nothing judges here";
            Entry::mend(AREA, WHAT, said, INSTALL)
        }
        Answered::NotSent(why) => Entry::unseen(AREA, WHAT, why, "cargo xtask doctor"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_a_command_is_its_first_word_with_the_projects_folder_in_it() {
        let check = |command: &str, expect: &str| {
            assert_eq!(program(command, Path::new("/a b")), Path::new(expect), "{command}")
        };
        check("\"${CLAUDE_PROJECT_DIR:-.}\"/.claude/gatefold-hook", "/a b/.claude/gatefold-hook");
        check("$CLAUDE_PROJECT_DIR/.claude/gatefold-hook stop", "/a b/.claude/gatefold-hook");
        check("  '${CLAUDE_PROJECT_DIR}/x y/gatefold' z", "/a b/x y/gatefold");
        check(".claude/gatefold-hook", "/a b/.claude/gatefold-hook");
        check("/opt/gatefold hook claude-code", "/opt/gatefold");
        check("", "/a b/");
    }
}
