//! `fail-open-safety-fallback`: finds checks of safety that let everything pass when they fail.

use findings::{Finding, rule};
use quote::ToTokens;

use crate::fallback::{
    fallback, fallback_of_if, fallback_of_match, gives_back, is_fallback_method, is_passed_on,
    is_taken_apart_later, only_keeps, taken_for_answer,
};
use crate::safety::{is_counted, lets_pass};
use crate::{Check, Lint, Node, Site};

rule! {
    /// An awaited call about blocks, mutes, spam, moderation or other safety, whose error becomes the value that lets
    /// everything pass: an empty list of who is blocked, `false` for "is it spam", `true` for "is it allowed", and the
    /// candidates as they came in.
    ///
    /// Seen are `unwrap_or_default`, `unwrap_or`, `unwrap_or_else`, `map_or`, `ok`, `is_ok_and`, an arm `Err(_)` or `_`,
    /// `if let Ok(..)`, and `let Ok(..) = .. else` that returns a parameter of the function; a method that gives back what the call was handed; also where the awaited result
    /// is bound by a `let` first, or by one that joins several (`join!`); and code that asks for one answer alone, such as
    /// `matches!(.., Ok(true))`. What becomes an `Option` that the function gives back is its caller's to decide. A verdict lets pass by its name (`Verdict::Allow`). What it is about is told by the words of the call, of the function and of the type around; a name that
    /// says that all is fine (`passed_moderation`, `is_spam_free`), or who may see what (`sensitive_opt_in`), is read as it says.
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
    /// async fn filtered(client: &Client, viewer: u64, posts: Vec<Post>) -> Vec<Post> {
    ///     let mut kept = Vec::new();
    ///     for post in posts {
    ///         match client.is_spam(&post).await { //~
    ///             Ok(true) => {}
    ///             Ok(false) | Err(_) => kept.push(post),
    ///         }
    ///     }
    ///     kept
    /// }
    ///
    /// async fn unfiltered(client: &Client, viewer: u64, posts: Vec<Post>) -> Result<Vec<Post>> {
    ///     if let Ok(blocked) = client.blocked_by(viewer).await { //~
    ///         Ok(without(posts, &blocked))
    ///     } else {
    ///         tracing::warn!("no blocks");
    ///         Ok(posts)
    ///     }
    /// }
    ///
    /// async fn is_kept(client: &Client, post: &Post) -> bool {
    ///     if let Ok(true) = client.is_abusive(post).await { //~
    ///         return false;
    ///     }
    ///     !matches!(client.is_spam(post).await, Ok(true)) //~
    /// }
    ///
    /// async fn passes_moderation(client: &Client, post: &Post) -> bool {
    ///     tracing::debug!("{:?}", client.spam_labels(post).await.ok()); //~
    ///     Result::unwrap_or(client.check(post).await, true) //~
    /// }
    ///
    /// async fn listed(client: &Client, viewer: u64) -> Page {
    ///     let blocks = client.get_blocks(viewer).await.unwrap_or_default(); //~
    ///     let list = client.fetch_block_list(viewer).await.unwrap_or_default(); //~
    ///     let own = client.viewer_blocks(1).await.unwrap_or_default(); //~
    ///     page(blocks, list, own, client.mute_list(1).await.unwrap_or_default()) //~
    /// }
    ///
    /// async fn returned(client: &Client, posts: Vec<Post>) -> Vec<Post> {
    ///     let posts = client.filter_spam(&posts).await.unwrap_or(posts); //~
    ///     let posts = client.remove_spam(&posts).await.unwrap_or_else(|_| posts.clone()); //~
    ///     match client.without_blocked(&posts).await { //~
    ///         Ok(kept) => kept,
    ///         Err(_) => posts.to_vec(),
    ///     }
    /// }
    ///
    /// async fn mild(client: &Client, post: &Post) -> bool {
    ///     let not_safe = client.is_not_safe(post).await.unwrap_or(false); //~
    ///     let free = client.is_spam_free(post).await.unwrap_or(true); //~
    ///     let is_filtered = client.nsfw_filter_enabled(post).await.unwrap_or(false); //~
    ///     !not_safe && free && is_filtered
    /// }
    ///
    /// async fn calm(client: &Client, post: &Post) -> bool {
    ///     match client.toxicity(post).await { //~
    ///         Ok(toxicity) => toxicity < LIMIT,
    ///         Err(_) => true,
    ///     }
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
    /// async fn decided_by_callers(client: &Client, viewer: u64) -> Option<Vec<u64>> {
    ///     let Some(muted) = (if let Ok(muted) = client.muted(viewer).await { Some(muted) } else { None }) else {
    ///         return None;
    ///     };
    ///     match client.blocked_by(viewer).await {
    ///         Ok(blocked) => Some(blocked),
    ///         Err(_) => None,
    ///     }
    /// }
    ///
    /// async fn answered(client: &Client, posts: Vec<Post>, scanner: &Scanner) -> Result<Vec<Post>> {
    ///     let mut kept = Vec::new();
    ///     for post in posts {
    ///         match client.is_spam(&post).await {
    ///             Ok(true) | Err(_) => {}
    ///             Ok(false) => kept.push(post),
    ///         }
    ///     }
    ///     let ports = scanner.blocked_ports().await.unwrap_or_default();
    ///     if matches!(client.is_abusive(&kept).await, Ok(false)) && matches!(client.is_safe(&ports).await, Ok(true)) {
    ///         return Ok(kept);
    ///     }
    ///     Err(Error::Doubtful)
    /// }
    ///
    /// async fn wanted(client: &Client, viewer: u64, post: &Post) -> bool {
    ///     client.passed_moderation(post).await.unwrap_or(false)
    ///         && client.moderation_cleared(post).await.unwrap_or(false)
    ///         && client.is_spam_free(post).await.unwrap_or(false)
    ///         && client.not_spam(post).await.unwrap_or(false)
    ///         && client.sensitive_opt_in(viewer).await.unwrap_or(false)
    ///         && client.nsfw_enabled(viewer).await.unwrap_or(false)
    ///         && client.wants_nsfw(viewer).await.unwrap_or(false)
    ///         && client.may_see_nsfw(viewer).await.unwrap_or(false)
    ///         && client.allow_nsfw(viewer).await.unwrap_or_default()
    ///         && client.has_muted_words_feature(viewer).await.unwrap_or(false)
    ///         && client.spam_appeal_open(viewer).await.unwrap_or(false)
    ///         && client.is_not_allowed(viewer).await.unwrap_or(true)
    /// }
    ///
    /// async fn told_about(client: &Client, viewer: u64) -> Told {
    ///     let tips = client.safety_tips(viewer).await.unwrap_or_default();
    ///     let text = client.blocked_message_text(viewer).await.unwrap_or_default();
    ///     Told { tips, text, of_disk: client.get_blocks(0).await.unwrap_or_default() }
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

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let found = match node {
        Node::Call(call) if is_fallback_method(call.name) => fallback(call.expr, site)
            .or_else(|| gives_back(node, site))
            .filter(|_| !is_taken_apart_later(call.expr, site) && !is_counted(call.expr, site)),
        Node::Match(_) | Node::If(_) if is_passed_on(node, site) => return,
        Node::Match(arms) => fallback_of_match(arms, site)
            .or_else(|| gives_back(node, site))
            .or_else(|| taken_for_answer(node, site)),
        Node::If(branches) => fallback_of_if(branches, site)
            .filter(|_| !only_keeps(branches, site))
            .or_else(|| gives_back(node, site))
            .or_else(|| taken_for_answer(node, site)),
        Node::Let(_) => gives_back(node, site),
        Node::Macro(..) => taken_for_answer(node, site),
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
        Node::Macro(mac, _) => mac.to_token_stream(),
        _ => return,
    };
    findings.push(
        site.finding(&FAIL_OPEN_SAFETY_FALLBACK, &shown, "when this call fails, everything passes")
            .help("fail closed, or hand the error on, so that the page is built without what is doubtful"),
    );
}
