//! Channels without a bound.

use findings::{Finding, rule};
use syn::{Expr, Pat};

use crate::words::has_word;
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// An unbounded channel of `tokio`, `futures`, `crossbeam`, `flume`, `async-channel`, `kanal` or `async-std`.
    ///
    /// `std::sync::mpsc::channel` is left to `blocking-in-async`: it is unbounded too, but nearly all of its uses are
    /// threads that report their result once, and those are right. A channel of `()`, or one that is named for
    /// shutting down, carries a signal and is left alone, as is what `main` sets up.
    ///
    /// It advises and does not block: of 74 in 6.8 million lines of published crates nearly all can grow without limit,
    /// but in about half of them something else sets one, such as the number of connections or a semaphore elsewhere. A
    /// semaphore in the same function is seen.
    ///
    /// ## Why it hurts
    /// When the consumer falls behind, which is what overload means, nothing slows the producer down: memory grows
    /// until the process is killed, and takes all requests in flight with it. A bound turns that into back pressure
    /// or into a refusal that can be counted.
    ///
    /// ## Example
    /// ```bad
    /// use flume as queue;
    /// use futures::channel::mpsc as fmpsc;
    /// use tokio::sync::mpsc::{self, unbounded_channel as wide};
    ///
    /// fn channels() -> Channels {
    ///     let (events, inbox) = mpsc::unbounded_channel(); //~
    ///     let (more, _) = wide::<Event>(); //~
    ///     let pair = fmpsc::unbounded(); //~
    ///     let make = tokio::sync::mpsc::unbounded_channel;
    ///     let (late, _) = make(); //~
    ///     let all = vec![
    ///         crossbeam_channel::unbounded::<Event>(), //~
    ///         queue::unbounded(), //~
    ///     ];
    ///     let third = || async_channel::unbounded(); //~
    ///     Channels { events, inbox, more, pair, late, all, third: third() }
    /// }
    /// ```
    ///
    /// ## Instead
    /// A bound, and a decision about what happens when it is reached.
    ///
    /// ```good
    /// use tokio::sync::mpsc;
    ///
    /// fn channels() -> Channels {
    ///     let (events, inbox) = mpsc::channel(1024);
    ///     let (shutdown, stopped) = mpsc::unbounded_channel();
    ///     let (wake, woken) = mpsc::unbounded_channel::<()>();
    ///     let own = self::unbounded_channel();
    ///     let (done, result) = std::sync::mpsc::channel();
    ///     Channels { events, inbox, shutdown, stopped, wake, woken, own, done, result }
    /// }
    ///
    /// fn buffered(permits: usize) -> Buffer {
    ///     let (jobs, inbox) = mpsc::unbounded_channel();
    ///     Buffer { jobs, inbox, permits: Semaphore::new(permits) }
    /// }
    ///
    /// fn unbounded_channel() -> Own {
    ///     Own
    /// }
    /// ```
    pub static UNBOUNDED_CHANNEL = {
        id: "unbounded-channel",
        guard: "lints",
        group: "async-latency",
        level: Warning,
        summary: "finds channels without a bound, which grow without limit under overload",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNBOUNDED_CHANNEL, check: Check::Syntax(check) };

const CONSTRUCTORS: &[&str] = &[
    "tokio::sync::mpsc::unbounded_channel",
    "tokio::sync::mpsc::unbounded::unbounded_channel",
    "futures::channel::mpsc::unbounded",
    "futures_channel::mpsc::unbounded",
    "crossbeam_channel::unbounded",
    "crossbeam::channel::unbounded",
    "flume::unbounded",
    "async_channel::unbounded",
    "async_std::channel::unbounded",
    "smol::channel::unbounded",
    "kanal::unbounded",
    "kanal::unbounded_async",
];

/// Words that name a signal rather than a stream of work.
const SIGNALS: &[&str] =
    &["shutdown", "stop", "stopped", "cancel", "quit", "exit", "close", "kill", "signal", "signals", "drain"];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    if !call.is_one_of(CONSTRUCTORS) || is_bounded_otherwise(call.expr, site) {
        return;
    }
    let path = call.path.as_deref().unwrap_or_default();
    findings.push(
        site.finding(
            &UNBOUNDED_CHANNEL,
            call.expr,
            format!("`{path}` makes a channel that grows without limit"),
        )
        .help("give the channel a bound, and decide what happens when it is full"),
    );
}

/// Whether it carries a signal, is set up once, or has its bound beside it.
fn is_bounded_otherwise(call: &Expr, site: &Site<'_>) -> bool {
    let Expr::Call(call) = call else { return false };
    let has_semaphore = site.flow().mentions("Semaphore");
    let in_main = site.function().is_some_and(|(signature, _)| signature.ident == "main");
    let carries_nothing = match &*call.func {
        Expr::Path(function) => function.path.segments.last().is_some_and(|last| match &last.arguments {
            syn::PathArguments::AngleBracketed(arguments) => matches!(
                arguments.args.first(),
                Some(syn::GenericArgument::Type(syn::Type::Tuple(tuple))) if tuple.elems.is_empty()
            ),
            _ => false,
        }),
        _ => false,
    };
    let named = match site.steps.last() {
        Some(Step::Let(local)) => names(&local.pat).iter().any(|name| has_word(name, SIGNALS)),
        _ => false,
    };
    has_semaphore || in_main || carries_nothing || named
}

fn names(pat: &Pat) -> Vec<String> {
    crate::calls::identifiers(pat).iter().map(ToString::to_string).collect()
}
