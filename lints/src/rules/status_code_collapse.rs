//! Handlers that answer every error with one status.

use std::collections::HashMap;

use findings::{Finding, rule};
use syn::visit::Visit;
use syn::{Block, Expr, Pat, ReturnType, Signature, Stmt};

use crate::calls::{identifiers, peel, variable};
use crate::words::words;
use crate::{Check, Lint, Node, Site};

rule! {
    /// A gRPC handler that turns two or more errors, each whatever it is, into the same `Status::internal` or `Status::unknown` with
    /// the error's own text, and knows no other status.
    ///
    /// A handler is a function that gives back a `Result<_, Status>` and is handed a `Request`.
    ///
    /// ## Why it hurts
    /// Callers retry by the code: what is `internal` is tried again, on another replica too, though the request was
    /// wrong from the start; and the dashboards show faults of the service where clients ask nonsense. The text tells
    /// strangers about tables and hosts.
    ///
    /// ## Example
    /// ```bad
    /// use tonic::{Code, Request, Response, Status};
    /// use tonic::Status as Answer;
    ///
    /// impl Ranker for Home {
    ///     async fn rank(&self, request: Request<RankRequest>) -> Result<Response<RankReply>, Status> { //~
    ///         let query = parse(request.into_inner()).map_err(|error| Status::internal(error.to_string()))?;
    ///         let ranked = self.rank(query).await.map_err(|error| Status::internal(format!("failed: {error}")))?;
    ///         Ok(Response::new(ranked))
    ///     }
    ///
    ///     async fn known(&self, request: Request<Known>) -> Result<Response<()>, Status> { //~
    ///         let known = read(request).map_err(|error| Status::new(Code::Internal, error.to_string()))?;
    ///         self.store(known).await.map_err(|error| Status::new(tonic::Code::Internal, format!("{error}")))?;
    ///         Ok(Response::new(()))
    ///     }
    ///
    ///     async fn asked(&self, request: Request<Asked>) -> Result<Response<()>, Status> { //~
    ///         let asked = read(request).map_err(broken)?;
    ///         self.store(asked).await.map_err(broken)?;
    ///         Ok(Response::new(()))
    ///     }
    ///
    ///     async fn seen(&self, request: tonic::Request<Seen>) -> Result<tonic::Response<()>, Answer> { //~
    ///         let seen = match read(request) {
    ///             Ok(seen) => seen,
    ///             Err(error) => return Err(tonic::Status::unknown(error.to_string())),
    ///         };
    ///         let unknown = |error: Error| Answer::unknown(format!("{error:?}"));
    ///         self.store(seen).await.map_err(unknown)?;
    ///         Ok(tonic::Response::new(()))
    ///     }
    /// }
    ///
    /// fn broken(error: Error) -> Status {
    ///     Status::internal(error.to_string())
    /// }
    /// ```
    ///
    /// ## Instead
    /// Say which errors are the caller's (`invalid_argument`, `not_found`), which pass (`unavailable`), and which are
    /// ours: one `From<Error> for Status` for the whole service does it.
    ///
    /// ```good
    /// use tonic::{Request, Response, Status};
    ///
    /// impl Ranker for Home {
    ///     async fn rank(&self, request: Request<RankRequest>) -> Result<Response<RankReply>, Status> {
    ///         let query = parse(request.into_inner()).map_err(|error| Status::invalid_argument(error.to_string()))?;
    ///         let ranked = self.rank(query).await.map_err(|error| Status::internal(error.to_string()))?;
    ///         let encoded = encode(ranked).map_err(|error| Status::internal(error.to_string()))?;
    ///         Ok(Response::new(encoded))
    ///     }
    ///
    ///     async fn seen(&self, request: Request<Seen>) -> Result<Response<()>, Status> {
    ///         self.store(request.into_inner()).await.map_err(|error| Status::internal(error.to_string()))?;
    ///         Ok(Response::new(()))
    ///     }
    /// }
    ///
    /// impl From<Error> for Status {
    ///     fn from(error: Error) -> Self {
    ///         Status::internal(error.to_string())
    ///     }
    /// }
    /// ```
    pub static STATUS_CODE_COLLAPSE = {
        id: "status-code-collapse",
        guard: "lints",
        group: "errors",
        level: Warning,
        summary: "finds gRPC handlers that answer every error with one status",
    };
}

pub(super) static LINT: Lint = Lint { rule: &STATUS_CODE_COLLAPSE, check: Check::Syntax(check) };

/// Names of `tonic`'s statuses, as its constructors and its codes write them.
const STATUSES: &[&str] = &[
    "cancelled",
    "unknown",
    "invalid_argument",
    "deadline_exceeded",
    "not_found",
    "already_exists",
    "permission_denied",
    "resource_exhausted",
    "failed_precondition",
    "aborted",
    "out_of_range",
    "unimplemented",
    "internal",
    "unavailable",
    "data_loss",
    "unauthenticated",
];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Function(signature, block) = node else { return };
    if !answers_status(signature, site) || !takes_request(signature, site) {
        return;
    }
    let Some((status, times)) = collapsed(block, site) else { return };
    let message = format!("`{}` answers {times} different errors with `Status::{status}`", signature.ident);
    findings.push(
        site.finding(&STATUS_CODE_COLLAPSE, *signature, message)
            .help("give errors of the caller a status of their own, such as `Status::invalid_argument`"),
    );
}

fn answers_status(signature: &Signature, site: &Site<'_>) -> bool {
    let ReturnType::Type(_, ty) = &signature.output else { return false };
    let syn::Type::Path(path) = &**ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
    match arguments.args.last() {
        Some(syn::GenericArgument::Type(error)) => crate::types::head(error, site)
            .is_some_and(|path| path == "tonic::Status" || path == "tonic::status::Status"),
        _ => false,
    }
}

fn takes_request(signature: &Signature, site: &Site<'_>) -> bool {
    signature.inputs.iter().any(|input| match input {
        syn::FnArg::Typed(typed) => crate::types::head(&typed.ty, site)
            .is_some_and(|path| path == "tonic::Request" || path == "tonic::request::Request"),
        syn::FnArg::Receiver(_) => false,
    })
}

/// The one status that errors are turned into, and how often, where nothing in the function knows another one.
fn collapsed(block: &Block, site: &Site<'_>) -> Option<(&'static str, usize)> {
    let mut found = Statuses { site, errors: Vec::new(), held: HashMap::new() };
    found.visit_block(block);
    let status = *found.errors.first()?;
    if found.errors.len() < 2 || found.errors.iter().any(|other| *other != status) {
        return None;
    }
    let said = identifiers(block);
    let knows_another = said.iter().any(|word| {
        let word = words(&word.to_string()).join("_");
        word != status && STATUSES.contains(&word.as_str())
    });
    (!knows_another).then_some((status, found.errors.len()))
}

struct Statuses<'s, 'a> {
    site: &'s Site<'a>,
    errors: Vec<&'static str>,
    /// Closures that make a status of an error, by the variable that holds them: they count where they are used.
    held: HashMap<String, &'static str>,
}

impl Statuses<'_, '_> {
    /// The status that a call makes of an error's own text.
    fn made(&self, call: &Expr) -> Option<&'static str> {
        let Expr::Call(call) = peel(call) else { return None };
        let Expr::Path(function) = &*call.func else { return None };
        let status = made(function, call)?;
        let is_status = self.site.resolve(&function.path).is_some_and(|path| path.contains("Status::"));
        (is_status && call.args.last().is_some_and(is_text_of_error)).then_some(status)
    }

    /// The status that a closure or a function of the file makes of every error.
    fn made_by(&self, name: &str) -> Option<&'static str> {
        let of_function = || match self.site.local_function(name)?.1.stmts.as_slice() {
            [Stmt::Expr(tail, None)] => self.made(tail),
            _ => None,
        };
        self.held.get(name).copied().or_else(of_function)
    }
}

impl<'f> Visit<'f> for Statuses<'_, '_> {
    fn visit_local(&mut self, local: &'f syn::Local) {
        if let (Pat::Ident(name), Some(init)) = (&local.pat, &local.init)
            && let Expr::Closure(closure) = &*init.expr
            && let Some(status) = self.made(&closure.body)
        {
            self.held.insert(name.ident.to_string(), status);
            return;
        }
        syn::visit::visit_local(self, local);
    }

    fn visit_expr_method_call(&mut self, call: &'f syn::ExprMethodCall) {
        let name = call.args.first().filter(|_| call.method == "map_err").and_then(variable);
        self.errors.extend(name.and_then(|name| self.made_by(&name.to_string())));
        syn::visit::visit_expr_method_call(self, call);
    }

    fn visit_expr(&mut self, expr: &'f Expr) {
        if let Expr::Call(_) = expr {
            self.errors.extend(self.made(expr));
        }
        syn::visit::visit_expr(self, expr);
    }
}

/// The status of `Status::internal(text)` and of `Status::new(Code::Internal, text)`, where it says nothing.
fn made(function: &syn::ExprPath, call: &syn::ExprCall) -> Option<&'static str> {
    let last = &function.path.segments.last()?.ident;
    let code = match call.args.first() {
        Some(Expr::Path(code)) if last == "new" => &code.path.segments.last()?.ident,
        _ => last,
    };
    ["internal", "unknown"].into_iter().find(|status| words(&code.to_string()).join("_") == *status)
}

/// `error.to_string()`, `format!("..{error}")`.
fn is_text_of_error(text: &Expr) -> bool {
    let names = |words: &[syn::Ident]| {
        words.iter().any(|word| {
            let word = word.to_string();
            matches!(word.as_str(), "e" | "err" | "error" | "cause" | "source")
        })
    };
    match text {
        Expr::MethodCall(call) => call.method == "to_string" && names(&identifiers(&call.receiver)),
        Expr::Macro(mac) => {
            let values: Vec<Expr> =
                crate::texts::of_format(&mac.mac).into_iter().map(|hole| hole.value).collect();
            values.iter().any(|value| names(&identifiers(value)))
        }
        _ => false,
    }
}
