//! Channels without a bound.

use findings::{Finding, rule};
use syn::{Block, Expr, Pat, Stmt};

use crate::facts::type_name;
use crate::rpc::own_steps;
use crate::words::has_word;
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// An unbounded channel of `tokio`, `futures`, `crossbeam`, `flume`, `async-channel`, `kanal` or `async-std`.
    ///
    /// `std::sync::mpsc::channel` is left to `blocking-in-async`: it is unbounded too, but nearly all of its uses are
    /// threads that report their result once, and those are right. A channel of `()`, or one that is named for
    /// shutting down, for errors or for commands, carries few messages whatever the load and is left alone, as is what
    /// `main` sets up.
    ///
    /// What bounds it is seen where it stands beside it: a semaphore in the same function, scoped threads, whose work
    /// ends with the scope, a branch next to it that makes a bounded one, since then the caller chose, and a comment in
    /// the function that says what keeps the channel small or why it must not be bounded. Such a comment is a decision
    /// that a reviewer can judge.
    ///
    /// It advises and does not block: nearly all that it finds can grow without limit, but something out of sight may set
    /// one, such as the number of connections.
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
    /// fn of_size(capacity: usize) -> Pair {
    ///     match capacity {
    ///         0 => async_channel::unbounded(),
    ///         _ => async_channel::bounded(capacity),
    ///     }
    /// }
    ///
    /// fn scored(shards: &[Shard]) -> Vec<f32> {
    ///     let (scores, inbox) = crossbeam_channel::unbounded();
    ///     std::thread::scope(|scope| {
    ///         shards.iter().for_each(|shard| drop(scope.spawn(|| scores.send(shard.score()))));
    ///     });
    ///     drop(scores);
    ///     inbox.iter().collect()
    /// }
    ///
    /// fn watched(connections: usize) -> Watched {
    ///     // Unbounded, because `Drop` sends; there are never more messages than connections.
    ///     let (closed, inbox) = mpsc::unbounded_channel();
    ///     let (error_sender, errors) = mpsc::unbounded_channel();
    ///     let (command_sender, commands) = flume::unbounded();
    ///     Watched { closed, inbox, error_sender, errors, command_sender, commands, connections }
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

/// Words that name what comes rarely, whatever the load: signals, errors and commands rather than a stream of work.
const SIGNALS: &[&str] = &[
    "shutdown", "stop", "stopped", "cancel", "quit", "exit", "close", "kill", "signal", "signals", "drain",
    "error", "errors", "err", "cmd", "command", "commands", "control",
];

/// How many branches are looked at for one that makes a bounded channel.
const BRANCHES: usize = 16;

/// What makes a bounded channel.
const BOUNDED: &[&str] = &["bounded", "bounded_async", "channel"];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let (Node::Call(call) | Node::Handed(call)) = node else { return };
    if !call.is_one_of(CONSTRUCTORS) || is_signal(call.expr, site) || is_bounded_otherwise(site) {
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

/// Whether it carries a signal, by its type, its name or what it is a part of.
fn is_signal(call: &Expr, site: &Site<'_>) -> bool {
    let carries_nothing = match call {
        Expr::Call(call) => match &*call.func {
            Expr::Path(function) => function.path.segments.last().is_some_and(|last| match &last.arguments {
                syn::PathArguments::AngleBracketed(arguments) => matches!(
                    arguments.args.first(),
                    Some(syn::GenericArgument::Type(syn::Type::Tuple(tuple))) if tuple.elems.is_empty()
                ),
                _ => false,
            }),
            _ => false,
        },
        _ => false,
    };
    let named = match site.steps.last() {
        Some(Step::Let(local)) => names(&local.pat).iter().any(|name| has_word(name, SIGNALS)),
        _ => false,
    };
    let of_signal = site.impl_block().and_then(|item| type_name(&item.self_ty));
    carries_nothing || named || of_signal.is_some_and(|name| has_word(&name, SIGNALS))
}

/// Whether it is set up once, or has its bound or the reason for having none beside it.
fn is_bounded_otherwise(site: &Site<'_>) -> bool {
    let in_main = site.function().is_some_and(|(signature, _)| signature.ident == "main");
    let has_bound = ["Semaphore", "Scope", "scope"].iter().any(|name| site.flow().mentions(name));
    in_main || has_bound || is_chosen(site) || is_argued(site)
}

/// Whether a branch beside the call makes a channel with a bound, so that somebody chose to have none.
fn is_chosen(site: &Site<'_>) -> bool {
    let branches = own_steps(site).find_map(|step| match step {
        Step::Expr(Expr::Match(arms)) => {
            Some(arms.arms.iter().take(BRANCHES).map(|arm| value(&arm.body)).collect::<Vec<_>>())
        }
        Step::Expr(Expr::If(branches)) => {
            let other = branches.else_branch.as_ref().and_then(|(_, other)| value(other));
            Some(vec![tail(&branches.then_branch), other])
        }
        _ => None,
    });
    branches.is_some_and(|values| values.into_iter().flatten().any(is_bounded))
}

/// What a branch comes to.
fn value(branch: &Expr) -> Option<&Expr> {
    match branch {
        Expr::Block(block) => tail(&block.block),
        other => Some(other),
    }
}

fn tail(block: &Block) -> Option<&Expr> {
    match block.stmts.last() {
        Some(Stmt::Expr(tail, None)) => Some(tail),
        _ => None,
    }
}

fn is_bounded(value: &Expr) -> bool {
    let Expr::Call(call) = value else { return false };
    let Expr::Path(function) = &*call.func else { return false };
    let name = function.path.segments.last().map(|last| last.ident.to_string());
    name.is_some_and(|name| BOUNDED.contains(&name.as_str()))
}

/// Whether a comment in the function speaks of the bound that the channel has or must not have.
fn is_argued(site: &Site<'_>) -> bool {
    /// Lines with such comments, in order.
    struct Argued(Vec<usize>);
    let Some((_, block)) = site.function() else { return false };
    let argued = site.facts.once(|| {
        let lines = (1..).zip(site.file.text.lines());
        Argued(lines.filter(|(_, line)| argues(line)).map(|(number, _)| number).collect())
    });
    let braces = block.brace_token.span;
    let first = argued.0.partition_point(|line| *line < braces.open().start().line);
    argued.0.get(first).is_some_and(|line| *line <= braces.close().end().line)
}

fn argues(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix("//") else { return false };
    let comment = comment.to_lowercase();
    ["bounded", "backpressure", "back pressure", "back-pressure"].iter().any(|word| comment.contains(word))
}

fn names(pat: &Pat) -> Vec<String> {
    crate::calls::identifiers(pat).iter().map(ToString::to_string).collect()
}
