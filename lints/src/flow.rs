//! What becomes of a value within its function: a little flow, by names.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Block, Expr, FnArg, Ident, Pat, Signature, Stmt, Type};

use crate::bound::binds;
use crate::calls::{chain, ends, identifiers, peel, variable};
use crate::site::{Site, Step, is_told};
use crate::words::{has_word, words};

/// Where a value goes.
pub enum Fate<'a> {
    /// Out of the function, whose return type is this.
    Returned(Option<Type>),
    /// Into a variable, with the type that its `let` declares.
    Held(&'a Ident, Option<Type>),
    /// Somewhere else.
    Elsewhere,
}

/// Where the value of the node at this site goes.
pub fn fate<'a>(node: &Expr, site: &Site<'a>) -> Fate<'a> {
    let mut inner = node;
    for (at, step) in site.steps.iter().enumerate().rev() {
        match step {
            Step::Expr(outer) => match outer {
                Expr::Paren(_) | Expr::Try(_) | Expr::Return(_) | Expr::Block(_) => inner = outer,
                // `Ok(..)`, `Some(..)`, and the branches of what is returned.
                Expr::Call(call) if wraps(call) => inner = outer,
                Expr::If(_) | Expr::Match(_) if !is_scrutinee(outer, inner) => inner = outer,
                _ => return Fate::Elsewhere,
            },
            Step::Arm(_) => {}
            Step::Let(local) => {
                return match &local.pat {
                    Pat::Ident(name) => Fate::Held(&name.ident, None),
                    Pat::Type(typed) => match &*typed.pat {
                        Pat::Ident(name) => Fate::Held(&name.ident, Some((*typed.ty).clone())),
                        _ => Fate::Elsewhere,
                    },
                    _ => Fate::Elsewhere,
                };
            }
            Step::Statements(statements, _) => {
                let is_tail =
                    matches!(statements.last(), Some(Stmt::Expr(tail, None)) if std::ptr::eq(tail, inner));
                if !is_tail && !matches!(inner, Expr::Return(_)) {
                    return Fate::Elsewhere;
                }
                if let Some(Step::Function(signature, _)) = at.checked_sub(1).map(|at| &site.steps[at]) {
                    return Fate::Returned(match &signature.output {
                        syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
                        syn::ReturnType::Default => None,
                    });
                }
            }
            _ => return Fate::Elsewhere,
        }
    }
    Fate::Elsewhere
}

/// What happens to the variables of one function, by their names: made once a function, however many questions are
/// asked about it.
#[derive(Default)]
pub struct Flow {
    sorted: HashSet<String>,
    shown: HashSet<String>,
    called: HashSet<String>,
    assigned: HashMap<String, HashSet<String>>,
    mentioned: HashMap<String, Span>,
    /// How often a list or an iterator is cut off.
    cuts: u32,
    /// Of all identifiers; made when first asked for.
    words: OnceCell<HashSet<String>>,
    /// Of the identifiers of the signature.
    declared: HashSet<String>,
}

impl Flow {
    /// Reads a function.
    pub fn of(signature: &Signature, block: &Block) -> Self {
        let mut reader = Reader { flow: Flow::default(), closures: 0 };
        reader.visit_block(block);
        reader.hands_over_tail(block);
        let mut flow = reader.flow;
        for input in &signature.inputs {
            if let FnArg::Typed(typed) = input
                && matches!(&*typed.ty, Type::Reference(to) if to.mutability.is_some())
            {
                flow.shown.extend(identifiers(&typed.pat).iter().map(Ident::to_string));
            }
        }
        let declared = identifiers(&signature.inputs).into_iter().chain(identifiers(&signature.output));
        flow.declared = declared.flat_map(|name| words(&name.to_string())).collect();
        let mut mentioned = identifiers(&signature.inputs);
        mentioned.extend(identifiers(block));
        for ident in mentioned {
            let span = ident.span();
            flow.mentioned.entry(ident.to_string()).or_insert(span);
        }
        flow
    }

    /// Whether the order of a list shows: it leaves the function, is joined, cut off or asked for an end, and is
    /// nowhere sorted.
    pub fn shows_order(&self, list: &Ident) -> bool {
        let list = list.to_string();
        self.shown.contains(&list) && !self.sorted.contains(&list)
    }

    /// Whether the function itself calls a closure that it holds in a variable; a call from within another closure
    /// may run anywhere.
    pub fn calls(&self, closure: &Ident) -> bool {
        self.called.contains(&closure.to_string())
    }

    /// Whether a method or function is called in what is assigned to a variable after its `let`.
    pub fn is_assigned_with(&self, variable: &Ident, method: &str) -> bool {
        self.assigned.get(&variable.to_string()).is_some_and(|methods| methods.contains(method))
    }

    /// The methods and functions that are called in what is assigned to a variable after its `let`.
    pub(crate) fn assigned(&self, variable: &Ident) -> impl Iterator<Item = &str> {
        self.assigned.get(&variable.to_string()).into_iter().flatten().map(String::as_str)
    }

    /// Whether an identifier occurs in the function, bodies of macros included.
    pub fn mentions(&self, ident: &str) -> bool {
        self.mentioned.contains_key(ident)
    }

    /// Whether one of these words is in an identifier of the function.
    pub fn speaks_of(&self, list: &[&str]) -> bool {
        let words = self.words.get_or_init(|| self.mentioned.keys().flat_map(|name| words(name)).collect());
        list.iter().any(|word| words.contains(*word))
    }

    /// Whether one of these words is in an identifier of the function's signature.
    pub fn is_declared_with(&self, list: &[&str]) -> bool {
        list.iter().any(|word| self.declared.contains(*word))
    }

    /// How often the function cuts a list or an iterator off.
    pub fn cuts(&self) -> u32 {
        self.cuts
    }

    /// Whether an identifier occurs in the function before the end of a node.
    pub fn mentions_before(&self, ident: &str, node: &impl Spanned) -> bool {
        self.mentioned.get(ident).is_some_and(|span| span.start() < node.span().end())
    }
}

/// Whether a variable is a parameter or declared by a `let` around the node.
pub fn is_declared(name: &Ident, site: &Site<'_>) -> bool {
    site.lets().any(|local| binds(&local.pat, name))
        || site.function().is_some_and(|(signature, _)| {
            signature
                .inputs
                .iter()
                .any(|input| matches!(input, FnArg::Typed(typed) if binds(&typed.pat, name)))
        })
}

/// Whether a variable is mentioned in macros that log or panic, and nowhere else.
pub fn is_only_told(name: &Ident, block: &Block) -> bool {
    let mut mentions = Mentions { name, told: false, elsewhere: false };
    mentions.visit_block(block);
    mentions.told && !mentions.elsewhere
}

/// Where a variable is mentioned, but for the pattern that binds it.
struct Mentions<'a> {
    name: &'a Ident,
    told: bool,
    elsewhere: bool,
}

impl Visit<'_> for Mentions<'_> {
    fn visit_expr_path(&mut self, path: &syn::ExprPath) {
        self.elsewhere |= path.path.is_ident(self.name);
    }

    fn visit_macro(&mut self, mac: &syn::Macro) {
        let tells = mac.path.segments.last().is_some_and(|last| is_told(&last.ident.to_string()));
        // `"kept {ids}"` mentions it, too.
        let in_text = || mac.tokens.to_string().contains(&format!("{{{}", self.name));
        let mentions = || identifiers(&mac.tokens).contains(self.name) || in_text();
        match tells {
            true => self.told |= mentions(),
            false => self.elsewhere |= mentions(),
        }
    }
}

/// Words by which a function says that it puts a list in order.
const ORDERS: &[&str] = &["arrange", "order", "rank", "reorder", "rerank"];

struct Reader {
    flow: Flow,
    /// How many sync closures are around.
    closures: u32,
}

impl Visit<'_> for Reader {
    fn visit_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::MethodCall(call) => self.method(call),
            Expr::Call(call) => {
                if let Expr::Path(function) = &*call.func
                    && let Some(last) = function.path.segments.last()
                {
                    let name = last.ident.to_string();
                    if name.contains("sort") || has_word(&name, ORDERS) {
                        self.flow.sorted.extend(call.args.iter().filter_map(variable).map(Ident::to_string));
                    }
                    if self.closures == 0 && function.path.segments.len() == 1 {
                        self.flow.called.insert(name);
                    }
                }
            }
            Expr::Return(returned) => {
                if let Some(value) = &returned.expr {
                    self.hands_over(value);
                }
            }
            Expr::Assign(assign) => {
                if let Some(name) = variable(&assign.left) {
                    let assigned = self.flow.assigned.entry(name.to_string()).or_default();
                    for (methods, root) in ends(&assign.right).into_iter().map(chain) {
                        assigned.extend(methods.iter().map(|method| method.name.to_string()));
                        if let Expr::Call(call) = root {
                            assigned.extend(identifiers(&call.func).last().map(Ident::to_string));
                        }
                    }
                }
            }
            _ => {}
        }
        let is_sync_closure = matches!(expr, Expr::Closure(closure) if closure.asyncness.is_none());
        self.closures += u32::from(is_sync_closure);
        syn::visit::visit_expr(self, expr);
        self.closures -= u32::from(is_sync_closure);
    }
}

impl Reader {
    fn method(&mut self, call: &syn::ExprMethodCall) {
        let name = call.method.to_string();
        self.flow.cuts += u32::from(matches!(name.as_str(), "take" | "truncate") && call.args.len() == 1);
        let sorts = name.contains("sort")
            || name.contains("shuffle")
            || name.starts_with("select_nth")
            || name == "clear";
        let shows = matches!(
            name.as_str(),
            "join" | "concat" | "first" | "last" | "truncate" | "pop" | "take" | "chunks"
        );
        if !sorts && !shows {
            return;
        }
        if let Some(list) = variable(chain(&call.receiver).1) {
            let names = if sorts { &mut self.flow.sorted } else { &mut self.flow.shown };
            names.insert(list.to_string());
        }
    }

    /// Notes the variables that a returned value is, or holds.
    fn hands_over(&mut self, value: &Expr) {
        match peel(value) {
            Expr::Call(call) if wraps(call) => {
                call.args.iter().for_each(|argument| self.hands_over(argument))
            }
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|element| self.hands_over(element)),
            Expr::Struct(literal) => literal.fields.iter().for_each(|field| self.hands_over(&field.expr)),
            Expr::If(branches) => {
                self.hands_over_tail(&branches.then_branch);
                if let Some((_, other)) = &branches.else_branch {
                    self.hands_over(other);
                }
            }
            Expr::Block(block) => self.hands_over_tail(&block.block),
            Expr::Match(arms) => arms.arms.iter().for_each(|arm| self.hands_over(&arm.body)),
            other => {
                if let Some(name) = variable(other) {
                    self.flow.shown.insert(name.to_string());
                }
            }
        }
    }

    fn hands_over_tail(&mut self, block: &Block) {
        if let Some(Stmt::Expr(tail, None)) = block.stmts.last() {
            self.hands_over(tail);
        }
    }
}

/// `Ok(..)`, `Some(..)`, `Response::new(..)`.
fn wraps(call: &syn::ExprCall) -> bool {
    match &*call.func {
        Expr::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| matches!(last.ident.to_string().as_str(), "Ok" | "Some" | "new" | "from")),
        _ => false,
    }
}

fn is_scrutinee(outer: &Expr, inner: &Expr) -> bool {
    match outer {
        Expr::If(branches) => std::ptr::eq(&*branches.cond, inner),
        Expr::Match(arms) => std::ptr::eq(&*arms.expr, inner),
        _ => false,
    }
}
