//! Code that says of itself that it is not finished.

use findings::{Finding, Level, rule};
use proc_macro2::TokenTree;
use syn::{Expr, Macro};

use crate::calls::{Call, identifiers, peel};
use crate::facts::type_name;
use crate::texts::literal;
use crate::words::has_word;
use crate::{Check, Lint, Node, Site, Step};

rule! {
    /// `todo!`, `unimplemented!` without a reason, and panics, errors and `expect` whose message says that something is not
    /// implemented yet.
    ///
    /// A bare `unimplemented!()` advises: some of them are methods of a trait that is never called there. The others
    /// block. Types and modules that say by their name that nothing stands behind them (`NoCli`, `NotImplemented`,
    /// `mock_provider`) are left alone.
    ///
    /// `unimplemented!("lists are not supported")` states a limit of what is finished and is left alone, and so is
    /// gRPC's `Status::unimplemented`. Comments are not read: of 202 that said "for now" or "placeholder" in finished
    /// services, about 30 were right.
    ///
    /// ## Why it hurts
    /// The branch was left for later and compiles. The first request that reaches it panics or fails, in production,
    /// and whoever reviewed the change was told that the feature is done.
    ///
    /// ## Example
    /// ```bad
    /// use std::todo as later;
    ///
    /// fn score(kind: Kind) -> Result<f32> {
    ///     match kind {
    ///         Kind::Track => todo!(), //~
    ///         Kind::Album => std::unimplemented!(), //~
    ///         Kind::Show => panic!("not implemented"), //~
    ///         Kind::Artist => later!("ask the model"), //~
    ///         Kind::Mix => anyhow::bail!("mixes are not yet implemented"), //~
    ///         Kind::List => Err(anyhow!("TODO: lists")), //~
    ///         Kind::User => unreachable!("implement me"), //~
    ///         Kind::Episode => Err("not implemented yet".into()), //~
    ///         Kind::Chapter => none().expect("TODO"), //~
    ///         Kind::Poem => Err(Status::internal("not implemented yet")), //~
    ///         Kind::Book => panic!("{}: {kind:?}", "not implemented"), //~
    ///         Kind::Other => {
    ///             let fill = |_: u32| -> f32 { unimplemented!("TODO") }; //~
    ///             Ok(dbg!(if kind.is_new() { todo!() } else { fill(1) })) //~
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Finish it, or leave the branch out, so that the type or the caller says that there is none.
    ///
    /// ```good
    /// fn score(kind: Kind) -> Result<f32, Status> {
    ///     match kind {
    ///         Kind::Track => Ok(1.0),
    ///         Kind::Album => unimplemented!("albums have no score of their own"),
    ///         Kind::Show => Err(Status::unimplemented("shows are not ranked")),
    ///         Kind::Artist => panic!("the method is not implemented by this server"),
    ///         Kind::Mix => unreachable!(""),
    ///         Kind::List => Err("todo lists are not ranked".into()),
    ///     }
    /// }
    ///
    /// impl Transport for NoTransport {
    ///     fn send(&self, _: Pack) {
    ///         unimplemented!()
    ///     }
    /// }
    ///
    /// mod mock_provider {
    ///     fn connect() {
    ///         todo!()
    ///     }
    /// }
    ///
    /// fn _score_is_send() {
    ///     let score: Score = todo!();
    ///     is_send(score);
    /// }
    ///
    /// #[cfg(test)]
    /// mod tests {
    ///     fn stub() {
    ///         todo!()
    ///     }
    /// }
    /// ```
    pub static UNFINISHED_CODE = {
        id: "unfinished-code",
        guard: "lints",
        group: "errors",
        level: Error,
        summary: "finds code that says of itself that it is not finished",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNFINISHED_CODE, check: Check::Syntax(check) };

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    match node {
        Node::Macro(mac, _) => check_macro(mac, site, findings),
        Node::Call(call) => check_call(call, site, findings),
        _ => {}
    }
}

/// `Err("not implemented yet")`, `.expect("TODO")`.
fn check_call(call: &Call<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let given = match call.expr {
        Expr::Call(written) if call.name == "Err" => written.args.first(),
        Expr::MethodCall(written) if call.name == "expect" => written.args.first(),
        _ => return,
    };
    let says = |expr: &Expr| literal(expr).filter(|text| is_placeholder(text));
    // `Status::internal(..)`; `Status::unimplemented(..)` is an answer.
    let within = |expr: &Expr| match peel(expr) {
        Expr::Call(made) if !identifiers(&made.func).iter().any(|name| name == "unimplemented") => {
            made.args.iter().find_map(says)
        }
        _ => None,
    };
    let Some(message) = given.and_then(|given| says(given).or_else(|| within(given))) else { return };
    if is_hollow(site) || only_types_matter(site) {
        return;
    }
    let told = format!("`{}` with \"{}\" stands for code that is missing", call.name, short(&message));
    findings.push(site.finding(&UNFINISHED_CODE, call.expr, told).help(HELP));
}

const HELP: &str = "finish it, or leave the branch out";

fn check_macro(mac: &Macro, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Some(name) = name(mac, site) else { return };
    let message = message(mac);
    let unfinished = match name.as_str() {
        "todo" => true,
        "unimplemented" => message.as_deref().is_none_or(|text| text.is_empty() || is_placeholder(text)),
        "panic" | "unreachable" | "bail" | "anyhow" | "eyre" | "ensure" => {
            message.as_deref().is_some_and(is_placeholder)
        }
        _ => false,
    };
    if unfinished && !is_hollow(site) && !only_types_matter(site) {
        let told = match &message {
            Some(message) if name != "todo" => {
                format!("`{name}!` with \"{}\" stands for code that is missing", short(message))
            }
            _ => format!("`{name}!` stands for code that is missing"),
        };
        let mut finding = site.finding(&UNFINISHED_CODE, mac, told).help(HELP);
        // The default of a trait's method says it to who implements the trait.
        let is_default = site.steps.iter().any(|step| matches!(step, Step::Trait(_)));
        if name == "unimplemented" && message.is_none() || name != "todo" && is_default {
            finding.level = Level::Warning;
        }
        findings.push(finding);
    }
}

/// Words by which a type or module says that nothing stands behind it.
const HOLLOW: &[&str] =
    &["dummy", "empty", "fake", "mock", "never", "no", "noop", "nop", "not", "null", "unimplemented"];

/// Whether the code is of a type or module that says by its name that nothing stands behind it.
fn is_hollow(site: &Site<'_>) -> bool {
    site.steps.iter().any(|step| match step {
        Step::Module(name) => has_word(&name.to_string(), HOLLOW),
        Step::Impl(item) => type_name(&item.self_ty).is_some_and(|name| has_word(&name, HOLLOW)),
        _ => false,
    })
}

/// Whether the macro stands for a value of which only the type is asked for: in a function that nobody calls, as its name says, to
/// see that something compiles.
fn only_types_matter(site: &Site<'_>) -> bool {
    site.function().is_some_and(|(signature, _)| signature.ident.to_string().starts_with('_'))
        && site.steps.iter().rev().any(|step| matches!(step, Step::Let(_)))
}

/// What the macro is called where it comes from; `None` for one that the crate may define as it likes.
fn name(mac: &Macro, site: &Site<'_>) -> Option<String> {
    let written = mac.path.segments.last()?.ident.to_string();
    let Some(path) = site.resolve_macro(&mac.path) else { return Some(written) };
    let (from, name) = path.rsplit_once("::")?;
    let known = matches!(from, "std" | "anyhow" | "eyre" | "color_eyre");
    known.then(|| name.to_owned())
}

/// The string literal of the call that says that something is missing, else the first.
fn message(mac: &Macro) -> Option<String> {
    let literals = mac.tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Literal(literal) => match syn::Lit::new(literal) {
            syn::Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let mut literals: Vec<String> = literals.collect();
    let says = literals.iter().position(|text| is_placeholder(text)).unwrap_or(0);
    (says < literals.len()).then(|| literals.swap_remove(says))
}

/// Whether a message says that something is still to be written. "is not implemented by this server" states a fact.
fn is_placeholder(message: &str) -> bool {
    let message = message.trim();
    let (first, rest) =
        message.split_at(message.find(|c: char| !c.is_alphanumeric()).unwrap_or(message.len()));
    let text = message.to_lowercase();
    let text = text.trim_end_matches(['.', '!', ':']);
    let is_mark = matches!(first.to_lowercase().as_str(), "todo" | "fixme" | "tbd");
    // A "todo list" is a list of somebody's.
    is_mark && (first.chars().all(char::is_uppercase) || rest.is_empty() || rest.starts_with(':'))
        || matches!(
            text,
            "not implemented" | "unimplemented" | "implement me" | "implement this" | "placeholder" | "stub"
        )
        || ["not yet implemented", "not implemented yet", "isn't implemented yet", "to be implemented"]
            .iter()
            .any(|phrase| text.contains(phrase))
}

fn short(message: &str) -> String {
    let folded = message.split_whitespace().collect::<Vec<_>>().join(" ").replace(['`', '"'], "'");
    match folded.char_indices().nth(60) {
        Some((cut, _)) => format!("{}..", &folded[..cut]),
        None => folded,
    }
}
