//! Worktrees may stand on different bases, and the launcher knows one binary: that one hands the event over to the binary
//! that the base of the judged tree asks for, if it is installed, and says so if it is not.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use findings::digest;
use serde_json::Value;
use source::Origin;

use super::{Installed, Wanted, in_folder, installed, store};
use crate::surroundings::process_env;

/// Set for a binary that an event was handed to, which hands it no further.
const HANDED: &str = "GATEFOLD_HANDED";

/// The running binary, if the launcher took it from a store, and that store.
fn running() -> Option<(Installed, PathBuf)> {
    let running = std::env::current_exe().ok()?.canonicalize().ok()?;
    let folder = running.parent()?;
    let own = in_folder(folder).filter(|own| own.path == running)?;
    Some((own, folder.parent()?.to_owned()))
}

/// Hands an event over where another installed binary is asked for: its status, or the event to be answered here. Where
/// only one is installed, nothing is read for it.
pub(crate) fn hand_over(client: &str, mut input: impl Read, limit: u64) -> Result<u8, Vec<u8>> {
    let mut bytes = Vec::new();
    // What cannot be read is told by whoever answers.
    let _ = input.by_ref().take(limit).read_to_end(&mut bytes);
    match instead_in_time(&bytes).and_then(|binary| ask(&binary, client, &bytes)) {
        Some(status) => Ok(status),
        None => Err(bytes),
    }
}

/// How long it may take to find out who is asked for. Who answers here finds out himself what git waits for.
const LONGEST: Duration = Duration::from_secs(1);

/// Who is asked for. On a thread of its own, since git may wait without end for what somebody put into its folder.
fn instead_in_time(event: &[u8]) -> Option<PathBuf> {
    let (own, folder) = running().filter(|_| process_env(HANDED).is_none())?;
    let others: Vec<Installed> = installed(&folder).into_iter().filter(|other| *other != own).collect();
    if others.is_empty() {
        return None;
    }
    let event: Value = serde_json::from_slice(event).ok()?;
    let stands_in = PathBuf::from(event.get("cwd")?.as_str()?);
    let (send, receive) = mpsc::channel();
    std::thread::Builder::new().spawn(move || send.send(asked_for(&stands_in, &folder, others))).ok()?;
    receive.recv_timeout(LONGEST).ok()?
}

/// The binary that the base of a tree asks for, of those in this store.
fn asked_for(tree: &Path, folder: &Path, others: Vec<Installed>) -> Option<PathBuf> {
    let origin = source::origin(tree).ok()??;
    let is_of_this_repository = store(&origin).canonicalize().is_ok_and(|store| store == folder);
    let wanted = Wanted::at(&origin).key;
    others.into_iter().find(|other| is_of_this_repository && other.key == wanted).map(|other| other.path)
}

/// What the other binary ends with; `None` where it cannot be asked.
fn ask(binary: &Path, client: &str, event: &[u8]) -> Option<u8> {
    let mut command = Command::new(binary);
    command.args(["hook", client]).env(HANDED, "1").stdin(Stdio::piped());
    let mut child = command.spawn().ok()?;
    let mut input = child.stdin.take()?;
    // It may end before it has read all.
    let _ = input.write_all(event);
    drop(input);
    child.wait().ok()?.code().and_then(|status| u8::try_from(status).ok())
}

/// What a person should know of who judges the tree around a folder, once a session: that the rules are edited and the
/// base's binary goes on judging, or that the binary is not the one that the base asks for.
pub(crate) fn remark(folder: &Path, session: &str) -> Option<String> {
    let (own, _) = running()?;
    let origin = source::origin(folder).ok()??;
    let text = judged_by(&own, &origin)?;
    // Where it cannot be remembered it is said again.
    let told = origin.shared().join("gatefold/told");
    let this = told.join(digest(format!("{session} {text}").as_bytes()));
    let is_new = std::fs::create_dir_all(&told).is_err() || !std::fs::create_dir(this).is_err_and(is_there);
    is_new.then(|| format!("gatefold: {text}"))
}

fn is_there(error: std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::AlreadyExists
}

fn judged_by(own: &Installed, origin: &Origin) -> Option<String> {
    let wanted = Wanted::at(origin);
    if own.key != wanted.key {
        return Some(format!(
            "the hooks are answered by the binary `{}`, and the base asks for `{}`; run `{}` in a checkout of the base",
            own.key.as_str(),
            wanted.key.as_str(),
            if wanted.is_built_here() { "cargo xtask hook install" } else { "gatefold hook install" }
        ));
    }
    // Without a folder to ask for, every edit would be one of the rules.
    let edited = wanted.is_built_here().then(|| origin.edited(wanted.folders())).flatten()?;
    Some(format!(
        "`{edited}` is part of what judges and differs from the base's; the base's binary goes on judging"
    ))
}
