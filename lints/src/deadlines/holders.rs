//! What makes or holds a client: what stands around it, and what it is handed to from there.

use std::collections::HashSet;

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Stmt};

use super::own::{self, Paths};
use crate::calls::{Call, chain, identifiers, peel, variable};
use crate::site::{Site, Step};
use crate::timeouts::is_verb;
use crate::types::{head, type_of};
use crate::words::has_word;

/// How often a function is read for what is handed on there.
const ROUNDS: usize = 4;

/// What makes or holds what an expression makes. Where it is not followed, that is what stands around.
pub(super) fn of(made: &Expr, is_followed: bool, site: &Site<'_>) -> Vec<String> {
    let mut found = own::around(site);
    if !is_followed {
        return found;
    }
    let mut handed = Handed { made, site, variables: HashSet::new(), holds: false, found: Vec::new() };
    // What stands in a macro is no part of the tree around that.
    handed.variables.extend(site.steps.iter().flat_map(|step| match step {
        Step::Let(local) => bindings(&local.pat),
        _ => Vec::new(),
    }));
    let mut paths = Paths::new(site);
    match site.function() {
        Some((signature, block)) => {
            paths.visit_return_type(&signature.output);
            for _ in 0..ROUNDS {
                let known = handed.variables.len();
                handed.found.clear();
                handed.visit_block(block);
                if handed.variables.len() == known {
                    break;
                }
            }
        }
        None => {
            let outermost = site.steps.iter().find_map(|step| match step {
                Step::Expr(expr) => Some(*expr),
                _ => None,
            });
            handed.visit_expr(outermost.unwrap_or(made));
        }
    }
    found.extend(paths.found);
    found.extend(handed.found);
    // Everybody names the errors of a crate.
    found.retain(|path| !path.split("::").any(|name| name == "Result" || name.ends_with("Error")));
    found
}

/// Finds what a client is handed to, in a function.
struct Handed<'s, 'a> {
    made: &'s Expr,
    site: &'s Site<'a>,
    /// Those that hold it, or something that holds it.
    variables: HashSet<String>,
    /// Whether what is being read has it within.
    holds: bool,
    found: Vec<String>,
}

impl Handed<'_, '_> {
    /// What holds something that has it within.
    fn note(&mut self, expr: &Expr) {
        match expr {
            Expr::Call(call) => {
                if let Expr::Path(function) = &*call.func {
                    self.found.extend(self.site.resolve_function(function));
                }
                self.functions(call.args.iter());
            }
            Expr::MethodCall(call) => {
                self.functions(call.args.iter());
                let (methods, root) = chain(expr);
                if let Expr::Call(begins) = root
                    && let Expr::Path(function) = &*begins.func
                {
                    self.found.extend(self.site.resolve_function(function));
                }
                let layers = methods.iter().filter(|method| has_word(&method.name.to_string(), LAYERS));
                for argument in layers.flat_map(|layer| &layer.args) {
                    self.paths(argument);
                }
                let own = type_of(&call.receiver, self.site).and_then(|ty| head(&ty, self.site));
                self.found.extend(own);
            }
            Expr::Struct(literal) => self.found.extend(self.site.resolve(&literal.path)),
            _ => {}
        }
        if let Expr::Call(call) = expr
            && identifiers(&call.func).iter().any(|name| has_word(&name.to_string(), LAYERS))
        {
            call.args.iter().for_each(|argument| self.paths(argument));
        }
    }

    /// Whether something is a request or an answer, which holds no client any more.
    fn is_answer(&self, expr: &Expr) -> bool {
        let call = match expr {
            Expr::MethodCall(call) if is_verb(&call.method) => call,
            Expr::Await(awaited) => match peel(&awaited.base) {
                base @ Expr::MethodCall(call) if !std::ptr::eq(base, self.made) => call,
                _ => return false,
            },
            _ => return false,
        };
        !self.mentions(&call.args)
    }

    fn is_known(&self, name: &syn::Ident) -> bool {
        self.variables.contains(&name.to_string())
    }

    fn mentions(&self, tokens: &impl ToTokens) -> bool {
        identifiers(tokens).iter().any(|name| self.is_known(name))
    }

    /// Functions that are handed over beside it, such as interceptors.
    fn functions<'e>(&mut self, arguments: impl Iterator<Item = &'e Expr>) {
        for argument in arguments {
            if let Expr::Path(path) = argument
                && variable(argument).is_none_or(|name| !self.is_known(name))
            {
                self.found.extend(self.site.resolve_function(path));
            }
        }
    }

    fn paths(&mut self, expr: &Expr) {
        let mut paths = Paths::new(self.site);
        paths.visit_expr(expr);
        self.found.extend(paths.found);
    }
}

/// Words of what puts something around a client.
const LAYERS: &[&str] = &["layer", "interceptor", "intercepted"];

impl Visit<'_> for Handed<'_, '_> {
    fn visit_expr(&mut self, expr: &Expr) {
        let around = std::mem::replace(&mut self.holds, false);
        visit::visit_expr(self, expr);
        self.holds &= !self.is_answer(expr);
        self.holds |= std::ptr::eq(expr, self.made)
            || matches!(expr, Expr::Path(_)) && variable(expr).is_some_and(|name| self.is_known(name))
            || matches!(expr, Expr::Macro(mac) if self.mentions(&mac.mac.tokens));
        if self.holds && !std::ptr::eq(expr, self.made) {
            self.note(expr);
        }
        self.holds |= around;
    }

    fn visit_local(&mut self, local: &syn::Local) {
        visit::visit_local(self, local);
        if self.holds {
            self.variables.extend(bindings(&local.pat));
        }
    }

    /// A block is what its last expression is.
    fn visit_block(&mut self, block: &syn::Block) {
        let around = self.holds;
        for statement in &block.stmts {
            self.holds = false;
            self.visit_stmt(statement);
        }
        let has_end = matches!(block.stmts.last(), Some(Stmt::Expr(_, None)));
        self.holds = around || self.holds && has_end;
    }
}

/// The names that a pattern binds.
fn bindings(pat: &Pat) -> Vec<String> {
    struct Names(Vec<String>);
    impl Visit<'_> for Names {
        fn visit_pat_ident(&mut self, pat: &syn::PatIdent) {
            self.0.push(pat.ident.to_string());
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pat);
    names.0
}

/// Whether a function may give a client, by its name or that of what has it.
pub(super) fn may_give_client(path: &str) -> bool {
    const WORDS: &[&str] = &[
        "channel",
        "channels",
        "client",
        "clients",
        "connect",
        "connection",
        "endpoint",
        "grpc",
        "http",
        "https",
        "rpc",
        "stub",
        "transport",
    ];
    has_word(&path.replace("::", "_"), WORDS)
}

/// Whether a function of the workspace gives a client.
pub(super) fn gives_client(call: &Call<'_>, site: &Site<'_>) -> bool {
    let given = match call.expr {
        Expr::Path(_) => call.path.as_ref().and_then(|path| site.value_elsewhere(path)),
        expr => type_of(expr, site),
    };
    given.and_then(|ty| head(&ty, site)).is_some_and(|path| {
        let name = path.rsplit("::").next().unwrap_or_default();
        name.ends_with("Client") || name == "Channel"
    })
}
