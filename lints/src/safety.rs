//! Checks of safety by the words of their names, and what lets everything pass in place of their answer.

use quote::ToTokens;
use syn::Expr;

use crate::calls::identifiers;
use crate::fallback::{Fallback, Instead};
use crate::flow;
use crate::site::Site;
use crate::words::words;

/// Words of what is kept away from somebody.
const DENIED: &[&str] = &[
    "blocked",
    "blocklist",
    "blocklists",
    "blocklisted",
    "muted",
    "mutes",
    "nsfw",
    "spam",
    "spammy",
    "spammer",
    "banned",
    "bans",
    "denylist",
    "blacklist",
    "blacklisted",
    "suspended",
    "abusive",
    "abuse",
    "adult",
    "sensitive",
    "explicit",
    "moderate",
    "moderation",
    "moderated",
    "safety",
    "unsafe",
    "harmful",
    "shadowbanned",
    "restricted",
    "takedown",
    "takedowns",
];

/// Words of what is let through.
const ALLOWED: &[&str] =
    &["allowed", "permitted", "visible", "safe", "passes", "pass", "authorized", "eligible", "allowlisted"];

/// Words by which a call speaks of something else.
const OTHERWISE: &[&str] = &[
    "rate",
    "server",
    "servers",
    "connection",
    "transaction",
    "limit",
    "limiter",
    "quota",
    "throttle",
    "thread",
    "threads",
    "cache",
    "lock",
    "task",
    "tasks",
    "io",
    "memory",
    "port",
    "ports",
    "process",
    "processes",
    "socket",
    "sockets",
    "type",
];

/// Words of what is counted, compared and looked at, and lets nobody pass.
const COUNTED: &[&str] =
    &["count", "counts", "dashboard", "shadow", "stats", "statistics", "suggestions", "total", "totals"];

/// First words of calls that write.
const WRITES: &[&str] = &[
    "add", "create", "delete", "emit", "insert", "log", "notify", "publish", "put", "record", "remove",
    "report", "save", "send", "set", "store", "update", "write", "unblock", "mark",
];

/// Whether a result is held under a name that says that it is only looked at: `let shadow = ..`.
pub(crate) fn is_counted(expr: &Expr, site: &Site<'_>) -> bool {
    matches!(flow::fate(expr, site), flow::Fate::Held(name, _) if speaks(&[words(&name.to_string())], COUNTED))
}

/// Whether the value that stands in for the result lets pass what the call would have kept away.
pub(crate) fn lets_pass(found: &Fallback<'_>, site: &Site<'_>) -> bool {
    let called = names_of(&found.awaited);
    let is_write = |words: &Vec<String>| words.first().is_some_and(|first| WRITES.contains(&first.as_str()));
    if called.first().is_some_and(is_write) || speaks(&called, OTHERWISE) {
        return false;
    }
    let around = names_around(site);
    if speaks(&called, COUNTED) || speaks(&around, COUNTED) {
        return false;
    }
    // What the call itself is named for weighs more than what stands around it.
    for names in [&called, &around] {
        // A score of safety is low where nothing is safe.
        if speaks(names, ALLOWED) || speaks(names, &["safety"]) && speaks(names, &["score", "scores"]) {
            return matches!(found.instead, Instead::True | Instead::Given | Instead::Passing);
        }
        if speaks(names, DENIED) {
            return found.instead != Instead::True;
        }
    }
    false
}

fn speaks(names: &[Vec<String>], list: &[&str]) -> bool {
    names.iter().flatten().any(|word| list.contains(&word.as_str()))
}

/// The words of the names that an awaited call is made of: methods, fields, variables; not those of its arguments.
fn names_of(awaited: &Expr) -> Vec<Vec<String>> {
    let mut names = Vec::new();
    let mut expr = awaited;
    loop {
        expr = match expr {
            Expr::MethodCall(call) => {
                names.push(words(&call.method.to_string()));
                &call.receiver
            }
            Expr::Field(field) => {
                names.push(words(&field.member.to_token_stream().to_string()));
                &field.base
            }
            Expr::Call(call) => {
                let called = identifiers(&call.func);
                let waits = called.last().is_some_and(|name| name == "timeout" || name == "timeout_at");
                if let (true, Some(inner)) = (waits, call.args.last()) {
                    inner
                } else {
                    names.extend(called.iter().map(|name| words(&name.to_string())));
                    return names;
                }
            }
            Expr::Paren(inner) => &inner.expr,
            Expr::Reference(inner) => &inner.expr,
            Expr::Try(inner) => &inner.expr,
            Expr::Await(inner) => &inner.base,
            other => {
                names.extend(crate::calls::variable(other).map(|name| words(&name.to_string())));
                return names;
            }
        };
    }
}

/// The words of the function, the type and the trait around.
fn names_around(site: &Site<'_>) -> Vec<Vec<String>> {
    let item = site.item();
    item.split(|letter: char| !letter.is_alphanumeric() && letter != '_').map(words).collect()
}
