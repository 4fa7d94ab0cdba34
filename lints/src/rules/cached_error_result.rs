//! `cached-error-result`: finds failures that are cached as if they were answers.

use findings::{Finding, rule};
use quote::ToTokens;
use syn::Expr;

use crate::calls::{chain, identifiers, method};
use crate::fallback::comes_from;
use crate::words::has_word;
use crate::{Check, Lint, Node, Site};

rule! {
    /// A value that stands in for an awaited call that failed, put into a cache: what `unwrap_or_default`, `unwrap_or`,
    /// `ok` or an arm `Err(_)` gives is handed to `insert`, `set` or `put` of something that is called a cache.
    ///
    /// The value is followed over `let`s, and through `Arc::new(..)` and what is called on it.
    ///
    /// ## Why it hurts
    /// A fault of a second becomes a fault of as long as the cache keeps it: the backend is well again, and viewers go on
    /// getting the empty list that was written down while it was not. Restarting everything is the only way out, and
    /// nobody finds the cause, because no error is left.
    ///
    /// ## Example
    /// ```bad
    /// async fn quotes(&self, id: u64) -> Vec<u64> {
    ///     let found = self.client.quotes(id).await.unwrap_or_default();
    ///     self.cache.insert(id, found.clone()).await; //~
    ///     found
    /// }
    ///
    /// async fn author(&self, id: u64) -> Option<Author> {
    ///     let author = match self.client.author(id).await {
    ///         Ok(author) => Some(author),
    ///         Err(_) => None,
    ///     };
    ///     let shared = std::sync::Arc::new(author);
    ///     Cache::insert(&self.authors_cache, id, shared.clone()); //~
    ///     tracing::trace!("{:?}", self.cached_titles.put(id, self.client.title(id).await.ok())); //~
    ///     let keep = || self.memo_cache.lock().unwrap().set(id, shared); //~
    ///     keep();
    ///     let titles = self.client.titles(id).await.unwrap_or(Vec::new());
    ///     self.title_cache.entry(id).or_insert(titles); //~
    ///     author
    /// }
    /// ```
    ///
    /// ## Instead
    /// Cache what was answered, "not found" included, and hand the error on.
    ///
    /// ```good
    /// async fn quotes(&self, id: u64) -> Result<Vec<u64>, Error> {
    ///     let found = self.client.quotes(id).await?;
    ///     self.cache.insert(id, found.clone()).await;
    ///     Ok(found)
    /// }
    ///
    /// async fn titles(&self, id: u64) -> Vec<u64> {
    ///     let titles = self.client.titles(id).await.unwrap_or_default();
    ///     let answered = self.seen.insert(id, titles.clone());
    ///     if let Ok(author) = self.client.author(id).await {
    ///         self.cache.insert(id, author);
    ///     }
    ///     titles
    /// }
    /// ```
    pub static CACHED_ERROR_RESULT = {
        id: "cached-error-result",
        guard: "lints",
        group: "ranking-correctness",
        level: Warning,
        summary: "finds failures that are cached as if they were answers",
    };
}

pub(super) static LINT: Lint = Lint { rule: &CACHED_ERROR_RESULT, check: Check::Syntax(check) };

/// Methods that put something into a cache.
const WRITES: &[&str] =
    &["insert", "set", "put", "insert_with_ttl", "set_ex", "push", "store", "set_with_ttl", "or_insert"];

/// Words by which a cache is called.
const CACHES: &[&str] = &["cache", "caches", "cached", "memo", "memoized", "lru"];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    if !WRITES.iter().any(|name| call.name == name) {
        return;
    }
    let Some(write) = method(call.expr).filter(|write| is_cache(write.receiver)) else { return };
    let failed = write.args.iter().any(|value| comes_from(value, site).is_some());
    if !failed {
        return;
    }
    let cache = write.receiver.to_token_stream().to_string().replace(' ', "");
    findings.push(
        site.finding(
            &CACHED_ERROR_RESULT,
            call.expr,
            format!("a failure is kept in `{}` like an answer", short(&cache)),
        )
        .help("put only what was answered into the cache, and hand the error on"),
    );
}

/// Whether a receiver is called a cache, as a variable, a field or the method that gives it.
fn is_cache(receiver: &Expr) -> bool {
    let (methods, root) = chain(receiver);
    methods.iter().any(|method| has_word(&method.name.to_string(), CACHES))
        || identifiers(root).iter().any(|name| has_word(&name.to_string(), CACHES))
}

/// The first words of what a long receiver is written as.
fn short(receiver: &str) -> &str {
    receiver.split(['(', '\n']).next().unwrap_or_default().trim_start_matches('&')
}
