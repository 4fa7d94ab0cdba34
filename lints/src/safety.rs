//! Checks of safety by the words of their names, and what lets everything pass in place of their answer.

use quote::ToTokens;
use syn::Expr;

use crate::calls::identifiers;
use crate::fallback::{Fallback, Instead};
use crate::flow;
use crate::site::Site;
use crate::words::{has_word, words};

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
    "toxic",
    "toxicity",
];

/// Words of who blocks others; chains and disks are made of blocks, too.
const PEOPLE: &[&str] =
    &["user", "users", "viewer", "viewers", "member", "members", "author", "authors", "profile", "follower"];

/// Words by which a name says that something was looked at and is fine: `moderation_cleared`, `without_spam`.
const CLEARED: &[&str] = &["clean", "cleared", "free", "non", "not", "passed", "without"];

/// Words by which a name asks whether somebody may see, or wants to: `may_see_nsfw`.
const SEES: &[&str] = &["allow", "allows", "see", "show", "shows", "view", "wants"];

/// Words of what may be seen by whoever asks for it.
const ASKED_FOR: &[&str] = &["adult", "explicit", "nsfw", "sensitive"];

/// Last words of names of texts and settings, which keep nothing away.
const TEXTS: &[&str] = &[
    "description",
    "feature",
    "features",
    "guidelines",
    "help",
    "hint",
    "hints",
    "text",
    "texts",
    "tip",
    "tips",
    "title",
    "url",
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
    // What gives candidates back takes some out: `remove_spam(&posts).await.unwrap_or(posts)`.
    let writes = found.instead != Instead::Given && called.first().is_some_and(is_write);
    if writes || speaks(&called, OTHERWISE) || called.first().is_some_and(|own| is_of_text(own)) {
        return false;
    }
    let around = names_around(site);
    if speaks(&called, COUNTED) || speaks(&around, COUNTED) {
        return false;
    }
    let lets_through = || matches!(found.instead, Instead::True | Instead::Given | Instead::Passing);
    if called.first().is_some_and(|own| blocks_people(own, &found.awaited)) {
        return found.instead != Instead::True;
    }
    // What the call itself is named for weighs more than what stands around it.
    for names in [&called, &around] {
        let is_own = |list| names.first().is_some_and(|own| has(own, list));
        // A score of safety is low where nothing is safe.
        if speaks(names, ALLOWED) || speaks(names, &["safety"]) && speaks(names, &["score", "scores"]) {
            let is_turned = is_own(&["not"]) && is_own(ALLOWED);
            return if is_turned { found.instead != Instead::True } else { lets_through() };
        }
        if speaks(names, DENIED) {
            let is_fine = is_own(CLEARED) || names.first().is_some_and(|own| is_asked_for(own));
            return if is_fine { lets_through() } else { found.instead != Instead::True };
        }
    }
    false
}

/// Whether a name asks who may see something, or wants to: `sensitive_opt_in`, `can_view_blocked_content`.
fn is_asked_for(own: &[String]) -> bool {
    let opts_in = || own.windows(2).any(|pair| pair[0].starts_with("opt") && pair[1] == "in");
    let is_on = || own.last().is_some_and(|last| last == "enabled") && !has(own, &["filter", "filtering"]);
    has(own, SEES) || has(own, ASKED_FOR) && (opts_in() || is_on())
}

/// Whether a name is that of a text, a setting or a complaint.
fn is_of_text(own: &[String]) -> bool {
    own.last().is_some_and(|last| TEXTS.contains(&last.as_str())) || has(own, &["appeal", "appeals"])
}

/// Whether a call is about whom somebody has blocked or muted: `get_blocks(viewer)`, `mute_list`.
fn blocks_people(own: &[String], awaited: &Expr) -> bool {
    let lists = |what: &str| {
        own.windows(2).any(|pair| pair[0] == what && matches!(pair[1].as_str(), "list" | "lists"))
    };
    let is_of_people = || identifiers(awaited).iter().any(|name| has_word(&name.to_string(), PEOPLE));
    let is_list = has(own, &["blocks"]) || lists("block");
    lists("mute") || is_list && is_of_people()
}

fn has(own: &[String], list: &[&str]) -> bool {
    own.iter().any(|word| list.contains(&word.as_str()))
}

fn speaks(names: &[Vec<String>], list: &[&str]) -> bool {
    names.iter().any(|name| has(name, list))
}

/// The words of the names that an awaited call is made of, its own first: methods, fields, variables; not those of its
/// arguments.
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
                    names.extend(called.iter().rev().map(|name| words(&name.to_string())));
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

/// The words of the function, the type and the trait around, in this order.
fn names_around(site: &Site<'_>) -> Vec<Vec<String>> {
    let item = site.item();
    let names = item.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_');
    names.filter(|name| !name.is_empty()).map(words).collect()
}
