//! Functions that block, called in async code.

use findings::{Finding, rule};
use syn::visit::Visit;
use syn::{Block, Expr, ExprCall, Signature};

use crate::asyncness::runs_async;
use crate::blocking::{instead_of, is_before_serving, is_brief, knows_better};
use crate::calls::{Call, variable};
use crate::facts::type_name;
use crate::{Check, Lint, Node, Site};

rule! {
    /// What `blocking-in-async` finds, one call away: a sync function or method of the same file that sleeps, reads or
    /// writes a file, connects or waits for a child process, called in async code.
    ///
    /// Only what the function itself calls is looked at, and what it hands to another thread is not. What runs before
    /// anything is served is left alone, as `blocking-in-async` leaves it. A function of another file is not looked into.
    ///
    /// ## Why it hurts
    /// The async runtime has about one thread a core, and each carries thousands of requests. That the call stands in a
    /// helper hides it from whoever reads the handler, and not from the thread.
    ///
    /// ## Example
    /// ```bad
    /// use std::fs::read as load;
    ///
    /// struct Store {
    ///     folder: PathBuf,
    /// }
    ///
    /// impl Store {
    ///     fn limits(&self) -> Vec<u8> {
    ///         load(self.folder.join("limits")).unwrap_or_default()
    ///     }
    ///
    ///     async fn rank(&self, request: Request) -> Reply {
    ///         let limits = self.limits(); //~
    ///         let more = Self::limits(self); //~
    ///         let all: Vec<_> = request.models.iter().map(|name| model(name)).collect(); //~
    ///         tokio::join!(async { pause() }); //~
    ///         reply(limits, more, all)
    ///     }
    /// }
    ///
    /// fn model(name: &str) -> Model {
    ///     Model::of(std::fs::File::open(name))
    /// }
    ///
    /// fn pause() {
    ///     std::thread::sleep(BACKOFF);
    /// }
    /// ```
    ///
    /// ## Instead
    /// Call it in `spawn_blocking`, or make it async.
    ///
    /// ```good
    /// impl Store {
    ///     fn limits(&self) -> Vec<u8> {
    ///         std::fs::read(self.folder.join("limits")).unwrap_or_default()
    ///     }
    ///
    ///     async fn rank(self: Arc<Self>, request: Request) -> Reply {
    ///         let limits = tokio::task::spawn_blocking(move || self.limits()).await;
    ///         watch(request);
    ///         reply(limits, self.found.limits())
    ///     }
    ///
    ///     async fn start(&self) -> Vec<u8> {
    ///         self.limits()
    ///     }
    /// }
    ///
    /// fn watch(request: Request) {
    ///     std::thread::spawn(move || std::fs::write("seen", request.id));
    /// }
    /// ```
    pub static BLOCKING_BEHIND_CALL = {
        id: "blocking-behind-call",
        guard: "lints",
        group: "async-latency",
        level: Warning,
        summary: "finds functions that block the thread, called in async code",
    };
}

pub(super) static LINT: Lint = Lint { rule: &BLOCKING_BEHIND_CALL, check: Check::Syntax(check) };

/// Bytes of a function that is looked into.
const LONGEST: usize = 8192;

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    if call.awaited || !runs_async(site) {
        return;
    }
    let Some((signature, block)) = called(call, site) else { return };
    if signature.asyncness.is_some() || block.brace_token.span.join().byte_range().len() > LONGEST {
        return;
    }
    let mut blocking = Blocking { site, path: None };
    blocking.visit_block(block);
    let Some(path) = blocking.path.filter(|_| !knows_better(site) && !is_before_serving(false, site)) else {
        return;
    };
    let message = format!("`{}` calls `{path}`, which blocks the thread in async code", signature.ident);
    findings.push(
        site.finding(&BLOCKING_BEHIND_CALL, call.expr, message)
            .help("call it in `tokio::task::spawn_blocking(..).await`, or make it async"),
    );
}

/// The function of the same file that is called: `f()`, `self.f()`, `Self::f()`.
fn called<'a>(call: &Call<'_>, site: &Site<'a>) -> Option<(&'a Signature, &'a Block)> {
    let name = call.name.to_string();
    let owner = || type_name(&site.impl_block()?.self_ty);
    match call.expr {
        Expr::MethodCall(written) if variable(&written.receiver)? == "self" => {
            site.facts.method_with_body(&owner()?, &name)
        }
        Expr::Call(written) => {
            let Expr::Path(function) = &*written.func else { return None };
            let segments = &function.path.segments;
            match segments.len() {
                1 => site.local_function(&name),
                2 if segments[0].ident == "Self" => site.facts.method_with_body(&owner()?, &name),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The first call in a function that blocks, what it hands on in closures and inner functions left out.
struct Blocking<'s, 'a> {
    site: &'s Site<'a>,
    path: Option<String>,
}

impl<'f> Visit<'f> for Blocking<'_, '_> {
    fn visit_expr_call(&mut self, call: &'f ExprCall) {
        if let (None, Expr::Path(function)) = (&self.path, &*call.func) {
            let path = self.site.resolve(&function.path);
            self.path = path.filter(|path| instead_of(path).is_some() && !is_brief(path));
        }
        syn::visit::visit_expr_call(self, call);
    }

    fn visit_expr_closure(&mut self, _: &'f syn::ExprClosure) {}
    fn visit_expr_async(&mut self, _: &'f syn::ExprAsync) {}
    fn visit_item(&mut self, _: &'f syn::Item) {}
}
