//! `fail-open-safety-fallback`: finds checks of safety that let everything pass when they fail.

use findings::{Finding, rule};
use quote::ToTokens;
use syn::Expr;

use crate::calls::identifiers;
use crate::fallback::{
    Fallback, Instead, fallback, fallback_of_if, fallback_of_match, gives_back, is_fallback_method,
    is_taken_apart_later, only_keeps,
};
use crate::flow;
use crate::words::words;
use crate::{Check, Lint, Node, Site};

rule! {
    /// An awaited call about blocks, mutes, spam, moderation or other safety, whose error becomes the value that lets
    /// everything pass: an empty list of who is blocked, `false` for "is it spam", `true` for "is it allowed", and the
    /// candidates as they came in.
    ///
    /// Seen are `unwrap_or_default`, `unwrap_or`, `unwrap_or_else`, `map_or`, `ok`, `is_ok_and`, an arm `Err(_)` or `_`,
    /// `if let Ok(..)`, and `let Ok(..) = .. else` that returns a parameter of the function, also where the awaited result
    /// is bound by a `let` first, or by one that joins several (`join!`). A verdict lets pass by its name (`Verdict::Allow`). What it is about is told by the words of the call, of the function and of the type around.
    /// That the error is logged changes nothing: the post is shown all the same. Calls that write (`report_spam`) are left
    /// alone, and so are limits of rates, which are let through on purpose.
    ///
    /// It blocks: 3.5 million lines of published crates have none, and all of twelve that were written into the reference
    /// workspace are found.
    ///
    /// ## Why it hurts
    /// When the block list is down, which is when the whole site limps, everybody sees posts of the people whom they have
    /// blocked, and no error says so. For the person who blocked a stalker that is the worst fault a feed can have, and
    /// nobody on call sees more than a line in a log.
    ///
    /// ## Example
    /// ```bad
    /// impl Hydrator for Quotes {
    ///     async fn hydrate(&self, viewer: u64, ids: Vec<u64>) -> Vec<u64> {
    ///         let blocked = self.store.get_blocked_by(viewer).await.unwrap_or_default(); //~
    ///         let muted = self.graph.muted(viewer).await;
    ///         let muted = muted.map(|list| list.ids).unwrap_or_else(|error| { //~
    ///             tracing::warn!(%error, "no mutes");
    ///             Vec::new()
    ///         });
    ///         let spam = match self.classifier.is_spam(&ids).await { //~
    ///             Ok(spam) => spam,
    ///             Err(_) => false,
    ///         };
    ///         if let Ok(nsfw) = timeout(LIMIT, self.classifier.nsfw(&ids)).await { //~
    ///             return nsfw;
    ///         }
    ///         ids
    ///     }
    ///
    ///     async fn keep(&self, post: &Post) -> bool {
    ///         let visible = Client::is_visible_to(&self.client, post).await.unwrap_or(true); //~
    ///         let banned = async { self.users.banned(post.author).await.is_ok_and(|banned| banned) }; //~
    ///         visible && !banned.await
    ///     }
    /// }
    ///
    /// async fn visible(client: &Client, viewer: u64, posts: Vec<Post>) -> Vec<Post> {
    ///     let Ok(muted) = client.muted(viewer).await else { return posts }; //~
    ///     match client.blocked_by(viewer).await { //~
    ///         Ok(blocked) => posts.into_iter().filter(|post| !hides(post, &blocked, &muted)).collect(),
    ///         Err(error) => {
    ///             tracing::warn!(%error, "no blocks");
    ///             posts
    ///         }
    ///     }
    /// }
    ///
    /// async fn other_ways(client: &Client, viewer: u64) -> Result<Vec<u64>> {
    ///     let is_shown = client.is_spam(viewer).await.map(|spam| !spam).unwrap_or(true); //~
    ///     let is_kept = client.banned(viewer).await.map_or(true, |banned| !banned); //~
    ///     let is_fine = match client.is_spam(viewer).await { //~
    ///         Ok(true) => false,
    ///         _ => true,
    ///     };
    ///     let muted = client.muted(viewer);
    ///     let muted = muted.await.unwrap_or_default(); //~
    ///     let banned = async { client.banned_by(viewer).await }.await.unwrap_or_default(); //~
    ///     seen(is_shown, is_kept, is_fine, muted, banned);
    ///     client.blocked_by(viewer).await.or(Ok(Vec::new())) //~
    /// }
    ///
    /// async fn joined(client: &Client, post: Post) -> Option<Post> {
    ///     let (blocked, verdict) = tokio::join!(client.blocked_by(post.author), client.moderate(&post));
    ///     let blocked = blocked.unwrap_or_default(); //~
    ///     let verdict = match verdict { //~
    ///         Ok(verdict) => verdict,
    ///         Err(_) => Verdict::Allow,
    ///     };
    ///     tracing::debug!(?blocked, ?verdict);
    ///     match client.is_spam(&post).await { //~
    ///         Ok(true) => None,
    ///         _ => Some(post),
    ///     }
    /// }
    ///
    /// async fn passes_moderation(client: &Client, post: &Post) -> bool {
    ///     tracing::debug!("{:?}", client.spam_labels(post).await.ok()); //~
    ///     Result::unwrap_or(client.check(post).await, true) //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Fail closed, or hand the error on, so that whoever builds the page decides: a page without the doubtful candidates,
    /// the last known list, or an honest error.
    ///
    /// ```good
    /// async fn visible(client: &Client, viewer: u64, posts: Vec<Post>) -> Result<Vec<Post>, Status> {
    ///     let blocked = client.blocked_by(viewer).await?.unwrap_or_default();
    ///     let is_safe = client.is_safe(&posts).await.unwrap_or(false);
    ///     let spam = client.is_spam(&posts).await.unwrap_or(true);
    ///     let allowed = client.allowed_ids(viewer).await.unwrap_or_default();
    ///     let muted = match client.muted(viewer).await {
    ///         Ok(muted) => muted,
    ///         Err(error) => return Err(Status::unavailable(error.to_string())),
    ///     };
    ///     client.report_spam(&posts).await.ok();
    ///     let fits = client.is_allowed_by_rate_limit(viewer).await.unwrap_or(true);
    ///     let title = client.title(viewer).await.unwrap_or_default();
    ///     let block = client.latest_block().await.unwrap_or_default();
    ///     let score = client.spam_score(viewer).await.unwrap_or(1.0) - client.safety_score(viewer).await.unwrap_or(0.0);
    ///     let banned_here = client.is_banned(viewer).await.is_ok_and(|banned| !banned);
    ///     let is_hidden = client.is_spam(&posts).await.map(|spam| !spam).unwrap_or(false);
    ///     let banned = client.banned_count(viewer).await.unwrap_or(0);
    ///     Ok(shown(posts, blocked, muted, allowed, is_safe && !spam && fits, title, block, is_hidden, banned, score, banned_here))
    /// }
    ///
    /// async fn blocked(client: &Client, viewer: u64, last_known: Vec<u64>) -> Vec<u64> {
    ///     match client.blocked_by(viewer).await {
    ///         Ok(blocked) => blocked,
    ///         Err(_) => last_known,
    ///     }
    /// }
    ///
    /// async fn closed(client: &Client, viewer: u64, posts: Vec<Post>, kept: &mut Vec<Post>) -> Result<Vec<Post>, Status> {
    ///     let Some(muted) = client.muted(viewer).await.ok() else { return Ok(Vec::new()) };
    ///     let posts = match client.banned_by(viewer).await {
    ///         Ok(banned) => posts.into_iter().filter(|post| !banned.contains(&post.author)).collect(),
    ///         Err(_) => Vec::new(),
    ///     };
    ///     let page = client.blocked_by(viewer).await.map(|blocked| shown(posts, &blocked, &muted)).unwrap_or_default();
    ///     metrics::gauge!("muted").set(client.muted(viewer).await.map(|muted| muted.len()).unwrap_or_default());
    ///     if let Ok(false) = client.is_spam(&page).await {
    ///         kept.extend(page);
    ///     }
    ///     if let Ok(blocked) = client.blocked_by(viewer).await {
    ///         return Ok(without(kept, &blocked));
    ///     }
    ///     Err(Status::unavailable("no blocks"))
    /// }
    ///
    /// async fn known(client: &Client, viewer: u64, last: &Last) -> Result<Vec<u64>, Status> {
    ///     if let Ok(blocked) = client.blocked_by(viewer).await {
    ///         last.put(viewer, blocked.clone());
    ///         return Ok(blocked);
    ///     }
    ///     last.get(viewer).ok_or_else(|| Status::unavailable("no blocks"))
    /// }
    ///
    /// async fn warm(client: &Client, viewer: u64, cache: &Cache) {
    ///     if let Ok(blocked) = client.blocked_by(viewer).await {
    ///         cache.put(viewer, blocked);
    ///     }
    /// }
    ///
    /// async fn judged(client: &Client, post: Post) -> Option<Post> {
    ///     let verdict = client.moderate(&post).await.unwrap_or(Verdict::Hide);
    ///     let shadow = client.is_spam(&post).await.ok();
    ///     if verdict == Verdict::Hide { None } else { told(post, shadow, client.shadow_is_spam(&post).await.ok()) }
    /// }
    ///
    /// async fn none(client: &Client, viewer: u64, posts: Vec<Post>) -> Vec<Post> {
    ///     let Ok(blocked) = client.blocked_by(viewer).await else { return vec![] };
    ///     without(posts, &blocked)
    /// }
    /// ```
    pub static FAIL_OPEN_SAFETY_FALLBACK = {
        id: "fail-open-safety-fallback",
        guard: "lints",
        group: "ranking-correctness",
        level: Error,
        summary: "finds checks of safety that let everything pass when they fail",
    };
}

pub(super) static LINT: Lint = Lint { rule: &FAIL_OPEN_SAFETY_FALLBACK, check: Check::Syntax(check) };

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
    "cache",
    "lock",
    "task",
    "io",
    "memory",
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

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let found = match node {
        Node::Call(call) if is_fallback_method(call.name) => fallback(call.expr, site)
            .filter(|_| !is_taken_apart_later(call.expr, site) && !is_counted(call.expr, site)),
        Node::Match(arms) => fallback_of_match(arms, site).or_else(|| gives_back(node, site)),
        Node::If(branches) => fallback_of_if(branches, site).filter(|_| !only_keeps(branches, site)),
        Node::Let(_) => gives_back(node, site),
        _ => return,
    };
    if !found.is_some_and(|found| lets_pass(&found, site)) {
        return;
    }
    // Of a `match` or an `if`, its head is what is shown.
    let shown = match node {
        Node::Call(call) => call.expr.to_token_stream(),
        Node::Match(arms) => arms.expr.to_token_stream(),
        Node::If(branches) => branches.cond.to_token_stream(),
        Node::Let(local) => local.to_token_stream(),
        _ => return,
    };
    findings.push(
        site.finding(&FAIL_OPEN_SAFETY_FALLBACK, &shown, "when this call fails, everything passes")
            .help("fail closed, or hand the error on, so that the page is built without what is doubtful"),
    );
}

/// Whether a result is held under a name that says that it is only looked at: `let shadow = ..`.
fn is_counted(expr: &Expr, site: &Site<'_>) -> bool {
    matches!(flow::fate(expr, site), flow::Fate::Held(name, _) if speaks(&[words(&name.to_string())], COUNTED))
}

/// Whether the value that stands in for the result lets pass what the call would have kept away.
fn lets_pass(found: &Fallback<'_>, site: &Site<'_>) -> bool {
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
