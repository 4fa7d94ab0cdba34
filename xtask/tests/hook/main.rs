//! The hooks, asked as clients and git ask them: the real binary over real workspaces.

mod after;
mod before;
mod below;
mod branches;
mod client;
mod codex;
mod commands;
mod contract;
mod emptied;
mod excepted;
mod git_folder;
mod git_hooks;
mod gone;
mod inside;
mod installed;
mod launcher;
mod loop_guard;
mod observe;
#[cfg(unix)]
mod pipes;
mod replay;
mod settings;
mod start;
mod stop;
mod taken;
mod there_before;
#[cfg(unix)]
mod unseen;
#[allow(dead_code, reason = "other targets use the rest")]
#[path = "../support/workspace.rs"]
mod workspace;
