//! `ambient-clock`: finds clocks that code which ranks reads by itself.

use findings::{Finding, rule};
use syn::{Expr, FnArg, Type};

use crate::blocking::is_of_constructor;
use crate::calls::{Call, identifiers, method};
use crate::facts::type_name;
use crate::handed::Ambient;
use crate::rpc::handler;
use crate::types::{head, type_of};
use crate::words::{has_word, words};
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// The time of day, read in code that ranks: `SystemTime::now`, and `now` of `chrono`, `time` and `jiff`; and
    /// `Instant::now`, unless the function only measures how long something takes: it gives an `Instant`, compares it, counts from it,
    /// keeps it in a field of its own, or is named for a budget, a timer, a cache or their like; and `elapsed()` of a `SystemTime`. The
    /// implementation of a clock (`impl Clock for ..`, `impl SystemClock`) is left alone, and so is what a log is told, and what answers a request, where the time is
    /// taken: what is handed a request of a framework, and an async method of a service that is handed its `request`. A helper hides no time of day, in whatever
    /// file of the workspace it stands: a sync function, called by its path or of `self`, that gives something back, and up to
    /// four of them in a row. Helpers that log, measure, keep or connect by their name or that of their file are left alone, as is
    /// what a constructor calls.
    ///
    /// What ranks is told by the words of files, modules, types and traits (scorer, ranker, ranking, rerank, hydrator;
    /// filter and selector where the file speaks of candidates), and by `lints.pure` of `gatefold.yaml`.
    ///
    /// It blocks: 3.5 million lines of published crates have none, and all of eighteen that were written into the reference
    /// workspace are found, six of them behind helpers.
    ///
    /// ## Why it hurts
    /// A ranking that reads the clock cannot be replayed: yesterday's request gives another page today, approved
    /// rankings drift without a change, and a fault that a viewer saw cannot be reproduced. Within one request, two
    /// stages see two times, and a candidate that is fresh for the filter is stale for the scorer.
    ///
    /// ## Example
    /// ```bad
    /// use chrono as calendar;
    /// use std::time::{SystemTime as Wall, UNIX_EPOCH};
    ///
    /// impl Scorer for Recency {
    ///     fn score(&self, post: &Post) -> f32 {
    ///         let now = Wall::now(); //~
    ///         let age = now.duration_since(post.created);
    ///         let today = || calendar::Utc::now().date_naive(); //~
    ///         debug_assert!(post.created <= <Wall>::now()); //~
    ///         decay(age, today())
    ///     }
    /// }
    ///
    /// mod hydrator {
    ///     pub fn stamp(post: &mut Post) {
    ///         fn now() -> u64 {
    ///             std::time::SystemTime::now().duration_since(super::UNIX_EPOCH).map_or(0, |time| time.as_secs()) //~
    ///         }
    ///         post.seen = now();
    ///         post.local = time::OffsetDateTime::now_utc(); //~
    ///         post.zoned = jiff::Timestamp::now(); //~
    ///     }
    ///
    ///     pub fn window(post: &mut Post) {
    ///         post.window = std::time::Instant::now(); //~
    ///     }
    ///
    ///     pub fn age(created: std::time::SystemTime) -> Duration {
    ///         let age = created.elapsed(); //~
    ///         age.or_else(|_| super::UNIX_EPOCH.elapsed()).unwrap_or_default() //~
    ///     }
    /// }
    /// ```
    ///
    /// A helper may stand in another module:
    ///
    /// ```bad
    /// mod text {
    ///     use std::time::SystemTime as Wall;
    ///
    ///     pub struct Age;
    ///
    ///     impl Age {
    ///         pub fn of(post: &Post) -> Duration {
    ///             let read = || hours();
    ///             read() - post.created
    ///         }
    ///     }
    ///
    ///     fn hours() -> Duration {
    ///         fn now() -> Wall {
    ///             Wall::now()
    ///         }
    ///         now().duration_since(START).unwrap_or_default()
    ///     }
    /// }
    ///
    /// mod scorer {
    ///     use super::text::{self, Age as Old};
    ///
    ///     pub fn score(post: &Post) -> f32 {
    ///         let youngest = [post].map(|post| text::Age::of(post)); //~
    ///         post.points / Old::of(post).as_secs_f32() //~
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Take the time from the request, once, or from a clock that is handed in.
    ///
    /// ```good
    /// use std::time::{Instant, SystemTime};
    ///
    /// impl Scorer for Recency {
    ///     fn score(&self, query: &Query, post: &Post) -> f32 {
    ///         let started = Instant::now();
    ///         let score = decay(query.now.duration_since(post.created), self.clock.now());
    ///         self.seconds.observe(started.elapsed().as_secs_f64());
    ///         score
    ///     }
    /// }
    ///
    /// impl Clock for ScorerClock {
    ///     fn now(&self) -> SystemTime {
    ///         SystemTime::now()
    ///     }
    /// }
    ///
    /// impl SystemClock {
    ///     fn now(&self) -> SystemTime {
    ///         SystemTime::now()
    ///     }
    /// }
    ///
    /// mod feature_hydrator {
    ///     use std::time::{Duration, Instant, SystemTime};
    ///
    ///     pub fn until(limit: Duration) -> Instant {
    ///         Instant::now() + limit
    ///     }
    ///
    ///     impl Budget {
    ///         pub fn left(&self) -> Duration {
    ///             self.until.max(Instant::now()) - self.until
    ///         }
    ///     }
    ///
    ///     impl Breaker {
    ///         pub fn failed(&mut self) {
    ///             self.open_until = Some(Instant::now() + self.pause);
    ///         }
    ///     }
    ///
    ///     impl Rows {
    ///         pub fn touch(&mut self) {
    ///             self.at = Instant::now();
    ///         }
    ///
    ///         pub fn is_open(&self) -> bool {
    ///             tracing::info!(at = ?SystemTime::now(), "asked");
    ///             Instant::now() >= self.open_until
    ///         }
    ///     }
    ///
    ///     pub fn timed() -> Guard {
    ///         Guard(Instant::now())
    ///     }
    /// }
    ///
    /// impl Ranker for RankerService {
    ///     async fn rank(&self, request: tonic::Request<RankRequest>) -> Result<Page, Status> {
    ///         self.pipeline.rank(Query { now: SystemTime::now(), request: request.into_inner() }).await
    ///     }
    /// }
    ///
    /// impl Handler for Home {
    ///     fn query(&self, request: Request) -> Query {
    ///         Query { now: SystemTime::now(), request }
    ///     }
    /// }
    ///
    /// impl RankerService {
    ///     async fn handle(&self, request: Rank) -> Page {
    ///         self.rank(Query { now: SystemTime::now(), request }).await
    ///     }
    /// }
    ///
    /// mod text {
    ///     pub fn told(post: &Post) {
    ///         publish(post, std::time::SystemTime::now());
    ///     }
    ///
    ///     pub fn log_line(post: &Post) -> Line {
    ///         Line { at: std::time::SystemTime::now(), id: post.id }
    ///     }
    ///
    ///     pub async fn fetched(post: &Post) -> Page {
    ///         page(post, std::time::SystemTime::now()).await
    ///     }
    ///
    ///     impl Clock for System {
    ///         fn now(&self) -> SystemTime {
    ///             std::time::SystemTime::now()
    ///         }
    ///     }
    /// }
    ///
    /// mod scorer {
    ///     pub async fn score(post: &Post, clock: &System) -> f32 {
    ///         super::text::told(post);
    ///         super::text::log_line(post).write();
    ///         decay(clock.now(), super::text::fetched(post).await)
    ///     }
    /// }
    /// ```
    pub static AMBIENT_CLOCK = {
        id: "ambient-clock",
        guard: "lints",
        group: "determinism",
        level: Error,
        summary: "finds clocks that code which ranks reads by itself",
    };
}

pub(super) static BEHIND: Ambient = Ambient {
    rule: &AMBIENT_CLOCK,
    is_read: |call| call.is_one_of(CLOCKS),
    may: answers,
    effect: "makes this ranking depend on when it is asked",
    help: HELP,
};

pub(super) static LINT: Lint = Lint { rule: &AMBIENT_CLOCK, check: Check::Syntax(check) };

const HELP: &str = "take the time from the request, or from a clock that is handed in";

/// Functions that tell the time of day.
const CLOCKS: &[&str] = &[
    "std::time::SystemTime::now",
    "chrono::Utc::now",
    "chrono::offset::Utc::now",
    "chrono::Local::now",
    "chrono::offset::Local::now",
    "time::OffsetDateTime::now_utc",
    "time::OffsetDateTime::now_local",
    "time::UtcDateTime::now",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "coarsetime::Clock::now_since_epoch",
];

/// Functions that tell a time to measure by.
const STOPWATCHES: &[&str] = &[
    "std::time::Instant::now",
    "tokio::time::Instant::now",
    "quanta::Instant::now",
    "coarsetime::Instant::now",
];

/// What a function speaks of that only measures, or that keeps to a deadline.
const MEASURES: &[&str] = &[
    "elapsed",
    "duration_since",
    "saturating_duration_since",
    "checked_duration_since",
    "deadline",
    "timeout",
    "timeout_at",
    "sleep_until",
];

/// Words of functions and types that measure, or that forget after a while.
const MEASURING: &[&str] =
    &["breaker", "budget", "cache", "deadline", "hedge", "limiter", "stopwatch", "timed", "timer", "ttl"];

/// Macros that log.
const LOGS: &[&str] = &["trace", "debug", "info", "warn", "error", "event", "log"];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let (Node::Call(call) | Node::Handed(call)) = node else { return };
    let age = || age(call, site);
    let reads_time =
        call.is_one_of(CLOCKS) || (call.is_one_of(STOPWATCHES) && !measures(site)) || age().is_some();
    if !reads_time || !site.ranks() || is_clock(site) || answers(site) || is_logged(site) {
        return;
    }
    let path = call.path.as_deref().or_else(age).unwrap_or_default();
    findings.push(
        site.finding(
            &AMBIENT_CLOCK,
            call.expr,
            format!("`{path}` makes this ranking depend on when it is asked"),
        )
        .help(HELP),
    );
}

/// How old a time of day is by now: `post.created.elapsed()`.
fn age(call: &Call<'_>, site: &Site<'_>) -> Option<&'static str> {
    const ELAPSED: &str = "std::time::SystemTime::elapsed";
    if call.path.as_deref() == Some(ELAPSED) {
        return Some(ELAPSED);
    }
    let aged = method(call.expr).filter(|aged| aged.name == "elapsed" && aged.args.is_empty())?;
    let of_day = match aged.receiver {
        Expr::Path(path) => site.resolve(&path.path).is_some_and(|path| path == "std::time::UNIX_EPOCH"),
        _ => false,
    };
    let is_time =
        || head(&type_of(aged.receiver, site)?, site).filter(|path| path == "std::time::SystemTime");
    (of_day || is_time().is_some()).then_some(ELAPSED)
}

/// Whether the code answers a request, which is where the time is taken for all that is called from there: a request of a
/// framework, or what a service calls one.
fn answers(site: &Site<'_>) -> bool {
    const SERVICES: &[&str] = &["api", "endpoint", "handler", "server", "service"];
    let is_request = |input: &FnArg| match input {
        FnArg::Typed(input) => {
            let name = identifiers(&input.pat);
            let is_named = name.iter().any(|name| name == "request" || name == "req");
            is_named && !matches!(*input.ty, Type::Reference(_))
        }
        FnArg::Receiver(_) => false,
    };
    let owner = site.impl_block().and_then(|item| type_name(&item.self_ty)).unwrap_or_default();
    let is_service = words(&owner).last().is_some_and(|last| SERVICES.contains(&last.as_str()));
    let takes = |(signature, _): (&syn::Signature, _)| {
        signature.asyncness.is_some() && signature.inputs.iter().any(is_request)
    };
    handler(site).is_some() || is_service && site.function().is_some_and(takes)
}

/// Whether the code is of a clock that is handed in: `impl Clock for SystemClock`, or what a `SystemClock` has by itself.
fn is_clock(site: &Site<'_>) -> bool {
    const CLOCK: &[&str] = &["clock", "time"];
    let Some(item) = site.impl_block() else { return false };
    match &item.trait_ {
        Some((of, _)) => of.segments.last().is_some_and(|of| has_word(&of.ident.to_string(), CLOCK)),
        None => {
            type_name(&item.self_ty).is_some_and(|own| words(&own).last().is_some_and(|last| last == "clock"))
        }
    }
}

/// Whether a stopwatch only measures, or keeps to a deadline: by what the function speaks of or gives, by what it and its type are
/// named for, or since the time is compared, counted from, or kept in a field of its own.
fn measures(site: &Site<'_>) -> bool {
    let speaks = || MEASURES.iter().any(|name| site.flow().mentions(name)) || is_of_constructor(site);
    let gives = |(signature, _): (&syn::Signature, _)| {
        identifiers(&signature.output).iter().any(|name| name == "Instant")
    };
    let is_named = || site.item().split("::").any(|name| has_word(name, MEASURING));
    let next = || match site.steps.last() {
        Some(Step::Expr(Expr::Binary(_))) => true,
        Some(Step::Expr(Expr::Assign(kept))) => {
            identifiers(&kept.left).first().is_some_and(|first| first == "self")
        }
        _ => false,
    };
    next() || site.function().is_some_and(gives) || is_named() || speaks()
}

/// Whether the time is only told to a log.
fn is_logged(site: &Site<'_>) -> bool {
    let logs = |mac: &syn::Macro| {
        mac.path.segments.last().is_some_and(|last| LOGS.iter().any(|log| last.ident == log))
    };
    site.steps.iter().any(|step| matches!(step, Step::Macro(mac) if logs(mac)))
}
