//! Tests that wait for the clock.

use findings::{Finding, rule};
use syn::{Expr, Lit};

use crate::calls::peel;
use crate::test_code::is_called;
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// A `sleep` of 10 milliseconds to 30 seconds that a test does between two of its steps, where the clock is not paused.
    ///
    /// Left alone: a sleep in a loop, which asks again until something holds; one in a closure or a task that the test starts,
    /// or in a method that it declares, which plays something slow; one whose length is not written there; and tests of
    /// `tokio` with `start_paused` or `time::pause()`, where it takes no time.
    ///
    /// ## Why it hurts
    /// It is long enough on the machine of who wrote it. On a busy one the test fails now and then, until somebody makes the
    /// sleep longer or the assertion weaker; meanwhile everybody waits for it, at every change.
    ///
    /// ## Example
    /// ```bad
    /// use tokio::time::sleep as pause_for;
    ///
    /// #[tokio::test]
    /// async fn the_cache_is_filled() {
    ///     let cache = start();
    ///     tokio::time::sleep(std::time::Duration::from_millis(200)).await; //~
    ///     assert!(cache.is_warm());
    ///     pause_for(Duration::from_secs(1)).await; //~
    ///     let long = std::time::Duration::from_secs_f32(0.5);
    ///     std::thread::sleep(long); //~
    ///     assert!(dbg!({ std::thread::sleep(Duration::from_millis(10 * 5)); cache.is_warm() })); //~
    /// }
    ///
    /// #[cfg(test)]
    /// mod tests {
    ///     use std::thread;
    ///
    ///     #[test]
    ///     fn a_helper_waits() {
    ///         fn wait() {
    ///             thread::sleep(std::time::Duration::new(1, 0)); //~
    ///         }
    ///         wait();
    ///         tokio::runtime::Runtime::new().unwrap().block_on(async {
    ///             tokio::time::sleep(core::time::Duration::from_millis(50)).await; //~
    ///         });
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Wait for what happens: a channel, a notification, a condition that is asked again until a deadline. Where time itself is
    /// tested, pause the clock or hand one in.
    ///
    /// ```good
    /// #[tokio::test]
    /// async fn the_cache_is_filled() {
    ///     let cache = start();
    ///     while !cache.is_warm() {
    ///         tokio::time::sleep(Duration::from_millis(10)).await;
    ///     }
    ///     let slow = async {
    ///         tokio::time::sleep(Duration::from_secs(5)).await;
    ///         1
    ///     };
    ///     assert!(tokio::time::timeout(Duration::from_secs(1), slow).await.is_err());
    ///     impl Model for Slow {
    ///         async fn score(&self) -> f32 {
    ///             tokio::time::sleep(Duration::from_secs(5)).await;
    ///             1.0
    ///         }
    ///     }
    ///     std::thread::sleep(Duration::from_millis(1));
    /// }
    ///
    /// #[test]
    /// fn hangs_until_it_is_killed() {
    ///     std::thread::sleep(Duration::from_secs(60));
    ///     panic!("nobody ended it");
    /// }
    ///
    /// #[tokio::test(start_paused = true)]
    /// async fn entries_expire() {
    ///     let cache = start();
    ///     tokio::time::sleep(Duration::from_secs(3600)).await;
    ///     assert!(cache.is_empty());
    /// }
    ///
    /// fn nap() {
    ///     std::thread::sleep(std::time::Duration::from_secs(1));
    /// }
    /// ```
    pub static SLEEP_IN_TEST = {
        id: "sleep-in-test",
        guard: "lints",
        group: "test-integrity",
        level: Warning,
        summary: "finds tests that wait for the clock",
    };
}

pub(super) static LINT: Lint = Lint { rule: &SLEEP_IN_TEST, check: Check::Tests(check) };

/// Shorter ones are there to let another thread run, longer ones for a process that somebody ends.
const WAITED_MS: std::ops::Range<f64> = 10.0..30e3;

const BLOCKING: &[&str] = &["std::thread::sleep"];

const AWAITED: &[&str] = &["tokio::time::sleep", "async_std::task::sleep", "futures_timer::Delay::new"];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    if !(call.is_one_of(BLOCKING) || call.awaited && call.is_one_of(AWAITED)) {
        return;
    }
    let Expr::Call(sleep) = call.expr else { return };
    let Some(length) = sleep.args.first().and_then(|length| milliseconds(length, site)) else { return };
    if WAITED_MS.contains(&length) && is_a_step(site) && !is_paused(site) {
        let message = format!("this test sleeps for {} and hopes that it is enough", shown(length));
        findings.push(
            site.finding(&SLEEP_IN_TEST, call.expr, message)
                .help("wait for what has to happen, or pause the clock"),
        );
    }
}

fn shown(milliseconds: f64) -> String {
    match milliseconds >= 1000.0 {
        true => format!("{} s", milliseconds / 1000.0),
        false => format!("{milliseconds} ms"),
    }
}

/// Whether the sleep is one of the steps of a test or of a helper, neither in a loop nor in what runs beside it.
fn is_a_step(site: &Site<'_>) -> bool {
    for (at, step) in site.steps.iter().enumerate().rev() {
        match step {
            Step::Expr(Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_) | Expr::Closure(_)) => return false,
            Step::Expr(Expr::Async(_)) => {
                let around = at.checked_sub(1).map(|at| &site.steps[at]);
                let is_run = matches!(around, Some(Step::Expr(Expr::MethodCall(call))) if call.method == "block_on")
                    || matches!(around, Some(Step::Expr(Expr::Call(call))) if is_block_on(&call.func));
                if !is_run {
                    return false;
                }
            }
            // A method within a test is that of a double.
            Step::Function(..) => return site.impl_block().is_none() && is_of_a_test(site),
            _ => {}
        }
    }
    false
}

fn is_block_on(function: &Expr) -> bool {
    matches!(function, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "block_on"))
}

/// Whether one of the functions around is a test: a double that is slow by design is none.
fn is_of_a_test(site: &Site<'_>) -> bool {
    site.attributes().any(|attribute| is_called(attribute, &["test", "rstest", "test_case"]))
}

/// Whether the clock of `tokio` stands still.
fn is_paused(site: &Site<'_>) -> bool {
    let is_asked = |attribute: &syn::Attribute| {
        crate::calls::identifiers(&attribute.meta).iter().any(|it| it == "start_paused")
    };
    site.attributes().any(is_asked) || site.flow().mentions("pause")
}

/// How long a duration is, where the code says so.
fn milliseconds(duration: &Expr, site: &Site<'_>) -> Option<f64> {
    match peel(duration) {
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else { return None };
            let mut parts = call.args.iter().map(number);
            let first = parts.next()??;
            Some(match function.path.segments.last()?.ident.to_string().as_str() {
                "from_millis" | "from_millis_f32" | "from_millis_f64" => first,
                "from_secs" | "from_secs_f32" | "from_secs_f64" => first * 1e3,
                "from_micros" => first / 1e3,
                "from_mins" => first * 60e3,
                "new" => first * 1e3 + parts.next()?? / 1e6,
                _ => return None,
            })
        }
        Expr::Path(path) => {
            let name = path.path.get_ident()?;
            let local = site.lets().find(|local| crate::bound::binds(&local.pat, name))?;
            match peel(&local.init.as_ref()?.expr) {
                length @ Expr::Call(_) => milliseconds(length, site),
                _ => None,
            }
        }
        _ => None,
    }
}

fn number(expr: &Expr) -> Option<f64> {
    match peel(expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            Lit::Float(number) => number.base10_parse().ok(),
            _ => None,
        },
        Expr::Binary(product) if matches!(product.op, syn::BinOp::Mul(_)) => {
            Some(number(&product.left)? * number(&product.right)?)
        }
        _ => None,
    }
}
