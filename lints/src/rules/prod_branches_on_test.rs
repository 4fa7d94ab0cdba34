//! Code that does something else where it is tested.

use findings::{Finding, Level, rule};
use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Expr, Lit, Macro, Stmt};

use crate::calls::{Call, identifiers, peel};
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// Code that is no test and does something else under test: by `cfg!(test)`, by a function or a statement under
    /// `cfg(not(test))`, or by asking the environment for a variable that test runners set.
    ///
    /// Where only a number or another plain value differs, it is noted and no more.
    ///
    /// Left alone: conditions that are also met by debug builds (`debug_assertions`) or by a feature, for which somebody can
    /// test the same code as is shipped; functions that only a program without `std` has, such as a panic handler; and what
    /// is there under `cfg(test)` beside the code that is shipped, which hardly ever changes what that does: of 150 such
    /// places in finished services nearly all count or record something for a test.
    ///
    /// ## Why it hurts
    /// The tests are green for code that nobody ships, and what is shipped was never tested.
    ///
    /// ## Example
    /// ```bad
    /// use std::cfg as built_for;
    /// use std::env::var as setting;
    ///
    /// fn rank(scores: &[f32]) -> Vec<usize> {
    ///     if cfg!(test) { //~
    ///         return vec![0, 1];
    ///     }
    ///     let limit = if cfg!(not(test)) { 500 } else { 10 }; //~
    ///     #[cfg(not(test))] //~
    ///     audit(scores);
    ///     let by_model = || built_for!(test) && ready(); //~
    ///     assert!(dbg!(core::cfg!(all(test, unix)))); //~
    ///     order(scores, limit)
    /// }
    ///
    /// #[cfg(not(test))] //~
    /// fn audit(scores: &[f32]) {
    ///     send(scores);
    /// }
    ///
    /// mod model {
    ///     fn ready() -> bool {
    ///         let mut ready = false;
    ///         let by_model = {
    ///             #[cfg(not(test))] //~
    ///             if !ready {
    ///                 ready = ask();
    ///             }
    ///         };
    ///         ready || std::env::var("NEXTEST").is_ok() || crate::setting("RUST_TEST_THREADS").is_ok() //~
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Hand in what differs: a clock, a client, a limit.
    ///
    /// ```good
    /// fn rank(scores: &[f32], limit: usize) -> Vec<usize> {
    ///     #[cfg(test)]
    ///     tests::RANKED.fetch_add(1, Relaxed);
    ///     #[cfg(not(test))]
    ///     static RANKED: AtomicU64 = AtomicU64::new(0);
    ///     if cfg!(debug_assertions) || cfg!(any(test, feature = "slow-checks")) {
    ///         check(scores);
    ///     }
    ///     if std::env::var("CI_ENDPOINT").is_ok() && cfg!(feature = "test") {
    ///         upload(scores);
    ///     }
    ///     order(scores, limit)
    /// }
    ///
    /// #[cfg(all(test, not(miri)))]
    /// fn slow() {}
    ///
    /// #[cfg(not(test))]
    /// #[panic_handler]
    /// fn panic(info: &core::panic::PanicInfo) -> ! {
    ///     loop {}
    /// }
    ///
    /// #[cfg(test)]
    /// mod tests {
    ///     use super::*;
    ///
    ///     #[test]
    ///     fn the_best_comes_first() {
    ///         assert_eq!(rank(&[0.1, 0.2], 2), [1, 0]);
    ///         assert!(cfg!(test));
    ///     }
    /// }
    /// ```
    pub static PROD_BRANCHES_ON_TEST = {
        id: "prod-branches-on-test",
        guard: "lints",
        group: "test-integrity",
        level: Warning,
        summary: "finds code that does something else where it is tested",
    };
}

pub(super) static LINT: Lint = Lint { rule: &PROD_BRANCHES_ON_TEST, check: Check::Syntax(check) };

const HELP: &str = "hand in what differs, so that what is tested is what is shipped";

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let found = match node {
        Node::Macro(mac, _) => of_macro(mac, site),
        Node::Attribute(attribute) => of_attribute(attribute, site),
        Node::Call(call) => of_call(call, site),
        _ => None,
    };
    findings.extend(found.map(|found| found.help(HELP)));
}

/// `cfg!(test)`
fn of_macro(mac: &Macro, site: &Site<'_>) -> Option<Finding> {
    let name = mac.path.segments.last()?;
    let is_cfg = name.ident == "cfg"
        || mac.path.get_ident().is_some()
            && site.resolve_macro(&mac.path).is_some_and(|path| path == "std::cfg");
    if !is_cfg || !is_about_tests(&mac.tokens) {
        return None;
    }
    let mut finding =
        site.finding(&PROD_BRANCHES_ON_TEST, mac, "this code does something else where it is tested");
    if is_tuning(site) {
        finding.level = Level::Note;
    }
    Some(finding)
}

/// Whether a condition hangs on tests alone: neither on a feature nor on debug builds.
fn is_about_tests(condition: &TokenStream) -> bool {
    let words = identifiers(condition);
    let has = |name: &str| words.iter().any(|word| word == name);
    has("test") && !has("feature") && !has("debug_assertions")
}

/// Whether it only chooses between two plain values.
fn is_tuning(site: &Site<'_>) -> bool {
    let choice = site.steps.iter().rev().find_map(|step| match step {
        Step::Expr(Expr::If(choice)) => Some(choice),
        _ => None,
    });
    let Some(choice) = choice else { return false };
    let Some((_, other)) = &choice.else_branch else { return false };
    let is_value = |statements: &[Stmt]| matches!(statements, [Stmt::Expr(value, None)] if is_plain(value));
    is_value(&choice.then_branch.stmts)
        && matches!(peel(other), Expr::Block(block) if is_value(&block.block.stmts))
}

/// A literal, a constant, and what is made of them: `Duration::from_secs(3)`.
fn is_plain(value: &Expr) -> bool {
    match peel(value) {
        Expr::Lit(_) => true,
        Expr::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase)),
        Expr::Call(call) => call.args.iter().all(is_plain),
        Expr::Binary(binary) => is_plain(&binary.left) && is_plain(&binary.right),
        Expr::Unary(unary) => is_plain(&unary.expr),
        Expr::Cast(cast) => is_plain(&cast.expr),
        _ => false,
    }
}

/// `#[cfg(not(test))]` on a function or on what is in one.
fn of_attribute(attribute: &Attribute, site: &Site<'_>) -> Option<Finding> {
    if !attribute.path().is_ident("cfg") {
        return None;
    }
    let condition = attribute.meta.require_list().ok()?;
    if !leaves_tests_out(&condition.tokens) || !is_about_tests(&condition.tokens) {
        return None;
    }
    let message = match site.steps.last() {
        Some(Step::Attributes(attributes)) if attributes.iter().any(is_of_a_bare_program) => return None,
        Some(Step::Attributes(_)) => "this function is not the one that is tested",
        _ if site.function().is_none() || is_on_item(attribute, site) => return None,
        _ => "this runs everywhere but in tests",
    };
    Some(site.finding(&PROD_BRANCHES_ON_TEST, attribute, message))
}

/// `not(test)`, also within `all(…)`.
fn leaves_tests_out(condition: &TokenStream) -> bool {
    let mut is_not = false;
    condition.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => {
            is_not = word == "not";
            false
        }
        TokenTree::Group(group) => {
            let inner = group.stream();
            let has_test = is_not && identifiers(&inner).iter().any(|word| word == "test");
            has_test || leaves_tests_out(&inner)
        }
        _ => false,
    })
}

/// Whether the attribute stands on an item within the function, such as an import for its tests.
fn is_on_item(attribute: &Attribute, site: &Site<'_>) -> bool {
    let around = site.steps.iter().rev().find(|step| !matches!(step, Step::Constant(_)));
    let Some(Step::Statements(statements, at)) = around else { return false };
    match statements.get(*at) {
        Some(Stmt::Item(item)) => {
            !matches!(item, syn::Item::Fn(function) if function.attrs.iter().any(|it| std::ptr::eq(it, attribute)))
        }
        _ => false,
    }
}

/// Attributes of functions that a program without `std` must have, and a test must not.
fn is_of_a_bare_program(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| {
        ["panic_handler", "alloc_error_handler", "no_mangle", "unsafe", "entry", "global_allocator", "start"]
            .iter()
            .any(|name| last.ident == name)
    })
}

/// Variables that test runners set.
const VARIABLES: &[&str] =
    &["NEXTEST", "NEXTEST_RUN_ID", "RUST_TEST_THREADS", "RUST_TEST_NOCAPTURE", "IS_TEST", "TEST", "TESTING"];

/// `std::env::var("NEXTEST")`
fn of_call(call: &Call<'_>, site: &Site<'_>) -> Option<Finding> {
    if !call.is_one_of(&["std::env::var", "std::env::var_os"]) {
        return None;
    }
    let Expr::Call(read) = call.expr else { return None };
    let Expr::Lit(literal) = peel(read.args.first()?) else { return None };
    let Lit::Str(name) = &literal.lit else { return None };
    let name = name.value();
    VARIABLES.contains(&name.as_str()).then(|| {
        let message = format!("this code asks by `{name}` whether it is tested");
        site.finding(&PROD_BRANCHES_ON_TEST, call.expr, message)
    })
}
