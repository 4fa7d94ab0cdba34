//! The hooks, asked as clients and git ask them.

mod codex;
mod git_hooks;
mod launcher;
#[allow(dead_code, reason = "other targets use the rest")]
#[path = "../support/workspace.rs"]
mod workspace;
