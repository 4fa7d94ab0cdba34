//! Handlers that answer every error with one status.

use findings::{Finding, rule};
use syn::visit::Visit;
use syn::{Block, Expr, ReturnType, Signature};

use crate::calls::identifiers;
use crate::words::words;
use crate::{Check, Lint, Node, Site};

rule! {
    /// A gRPC handler that turns two or more errors, each whatever it is, into the same `Status::internal` or `Status::unknown` with
    /// the error's own text, and knows no other status.
    ///
    /// A handler is a function that gives back a `Result<_, Status>` and is handed a `Request`.
    ///
    /// It is a note: the one hit in 4.7 million lines of published crates was wrong, since what was stored was broken.
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
        level: Note,
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
    let mut found = Statuses { site, errors: Vec::new() };
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
}

impl Visit<'_> for Statuses<'_, '_> {
    fn visit_expr_call(&mut self, call: &syn::ExprCall) {
        if let Expr::Path(function) = &*call.func
            && let Some(last) = function.path.segments.last()
            && let Some(status) = ["internal", "unknown"].into_iter().find(|status| last.ident == status)
            && self.site.resolve(&function.path).is_some_and(|path| path.contains("Status::"))
            && call.args.first().is_some_and(is_text_of_error)
        {
            self.errors.push(status);
        }
        syn::visit::visit_expr_call(self, call);
    }
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
