//! What a deadline may be for.

use syn::visit::{self, Visit};
use syn::{Expr, ExprCall};

use super::own::{self, Paths};
use crate::bound::bound;
use crate::calls::{identifiers, peel, variable};
use crate::facts::type_name;
use crate::site::Site;
use crate::types::{head, type_of};

/// How many variables are followed to what they hold.
const FUEL: u32 = 8;

/// What a deadline of a request or a layer may be for: all that its function names.
pub(super) fn of_function(site: &Site<'_>) -> Vec<String> {
    let mut paths = Paths::new(site);
    if let Some((signature, block)) = site.function() {
        paths.visit_signature(signature);
        paths.visit_block(block);
    }
    paths.found.extend(own::around(site));
    paths.found
}

/// What a `timeout` around a future is for: what makes the future.
pub(super) fn within(around: &ExprCall, site: &Site<'_>) -> Vec<String> {
    makers(&futures(around, site), site)
}

/// What makes futures.
pub(super) fn makers(futures: &[&Expr], site: &Site<'_>) -> Vec<String> {
    let mut found = Futures { site, found: Vec::new(), fuel: FUEL };
    futures.iter().for_each(|future| found.visit_expr(future));
    found.found
}

/// What a `timeout` stands around. A deadline that is read from somewhere is for nothing of what it is read from.
pub(super) fn futures<'e>(around: &'e ExprCall, site: &Site<'_>) -> Vec<&'e Expr> {
    let is_plain = |argument: &Expr| matches!(peel(argument), Expr::Path(_) | Expr::Field(_) | Expr::Lit(_));
    let is_limit = |argument: &Expr| {
        let names = identifiers(argument);
        names.iter().any(|name| name == "Duration" || name == "Instant")
    };
    let is_of_tokio = || match &*around.func {
        Expr::Path(function) => {
            site.resolve_function(function).is_some_and(|path| path.starts_with("tokio::time::"))
        }
        _ => false,
    };
    let mut arguments: Vec<&Expr> = around.args.iter().collect();
    if let [first, second, ..] = arguments[..] {
        match is_plain(first) || is_limit(first) || !is_plain(second) || is_of_tokio() {
            true => _ = arguments.remove(0),
            false => arguments.truncate(1),
        }
    }
    arguments
}

/// Whether a variable holds what was waited for already.
fn is_done(name: &syn::Ident, site: &Site<'_>) -> bool {
    let mut held = bound(name, site).flatten();
    while let Some(Expr::Try(tried)) = held {
        held = Some(&tried.expr);
    }
    matches!(held, Some(Expr::Await(_)))
}

fn is_of_library(path: &str) -> bool {
    path.starts_with("reqwest::") || path.starts_with("tonic::")
}

struct Futures<'s, 'a> {
    site: &'s Site<'a>,
    found: Vec<String>,
    fuel: u32,
}

impl Futures<'_, '_> {
    /// What something is of that a method is called on: the nearest type of the workspace on the way to its root.
    fn receiver(&mut self, receiver: &Expr) {
        let receiver = peel(receiver);
        let own = type_of(receiver, self.site)
            .and_then(|ty| head(&ty, self.site))
            .filter(|path| self.site.names.is_own(path));
        if let Some(path) = own {
            return self.found.push(path);
        }
        match receiver {
            Expr::MethodCall(call) => {
                call.args.iter().for_each(|argument| self.visit_expr(argument));
                self.receiver(&call.receiver);
            }
            Expr::Field(field) => self.receiver(&field.base),
            Expr::Path(_) => match variable(receiver) {
                Some(name) => self.variable(name),
                None => self.visit_expr(receiver),
            },
            _ => self.visit_expr(receiver),
        }
    }

    fn variable(&mut self, name: &syn::Ident) {
        match bound(name, self.site) {
            Some(Some(init)) if self.fuel > 0 => {
                self.fuel -= 1;
                self.visit_expr(init);
            }
            Some(_) => self.found.extend(own::function(self.site)),
            None if name == "self" => self.found.extend(self.own_type()),
            None => self.found.extend(self.site.resolve(&name.clone().into())),
        }
    }

    fn own_type(&self) -> Option<String> {
        let item = self.site.impl_block()?;
        type_name(&item.self_ty)?;
        head(&item.self_ty, self.site)
    }
}

impl Visit<'_> for Futures<'_, '_> {
    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::MethodCall(call) => {
                call.args.iter().for_each(|argument| self.visit_expr(argument));
                self.receiver(&call.receiver);
            }
            Expr::Field(_) => self.receiver(expr),
            Expr::Path(path) => match variable(expr) {
                Some(name) if is_done(name, self.site) => {}
                Some(name) => self.variable(name),
                None => self.found.extend(self.site.resolve_function(path)),
            },
            Expr::Call(call) => {
                if let Expr::Path(path) = &*call.func {
                    let function = self.site.resolve_function(path);
                    // What makes a client is made by the function around.
                    if function.as_ref().is_some_and(|path| is_of_library(path)) {
                        self.found.extend(own::function(self.site));
                    }
                    self.found.extend(function);
                }
                if let Some(Expr::Path(path)) = Some(&*call.func)
                    && path.path.segments.first().is_some_and(|first| first.ident == "Self")
                {
                    self.found.extend(self.own_type());
                }
                call.args.iter().for_each(|argument| self.visit_expr(argument));
            }
            _ => visit::visit_expr(self, expr),
        }
    }
}
