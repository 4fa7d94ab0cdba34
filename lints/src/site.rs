//! Where a rule stands while it looks: the file, the way down to the node, the names and types in sight.

use std::cell::OnceCell;

use findings::{Finding, Location, Rule};
use quote::ToTokens;
use source::{Asking, Scope, SourceFile};
use syn::{Block, Expr, Signature, Stmt, Type};

use crate::facts::{Facts, type_name};
use crate::flow::Flow;
use crate::layers;

/// One step of the way from the file down to the node.
#[derive(Clone, Copy)]
pub enum Step<'a> {
    /// An inline module.
    Module(&'a syn::Ident),
    /// An impl block.
    Impl(&'a syn::ItemImpl),
    /// A trait.
    Trait(&'a syn::Ident),
    /// The attributes of a function, just above it.
    Attributes(&'a [syn::Attribute]),
    /// A constant or a static.
    Constant(&'a syn::Ident),
    /// A function with a body.
    Function(&'a Signature, &'a Block),
    /// A macro call, just above its body.
    Macro(&'a syn::Macro),
    /// The statements of a block or of a macro's body, and which of them is being looked at.
    Statements(&'a [Stmt], usize),
    /// A `let`.
    Let(&'a syn::Local),
    /// An arm of a `match`.
    Arm(&'a syn::Arm),
    /// An expression.
    Expr(&'a Expr),
}

/// What a rule knows beside the node that it looks at.
pub struct Site<'a> {
    /// The file.
    pub file: &'a SourceFile,
    /// What its items say about types.
    pub facts: &'a Facts<'a>,
    /// Names across the workspace. All that a rule learns of other files goes through here: what is found in a file is
    /// kept until it or one of these answers is another.
    pub names: &'a Asking<'a>,
    /// Whether the whole file is of a layer that ranks.
    pub(crate) ranks: bool,
    /// The `use` items in force.
    pub scope: &'a Scope,
    /// The way down, the node itself left out.
    pub steps: &'a [Step<'a>],
    /// What happens to variables within the function around the node; made when first asked for.
    pub(crate) flow: &'a OnceCell<Flow>,
}

/// How many statements of a block are looked at for the one that binds a name. Names are bound near where they are
/// used; without a bound, a function of a hundred thousand statements would take hours.
pub const LOOK_BACK: usize = 256;

impl<'a> Site<'a> {
    /// The canonical path of a path in the code, where it is known.
    pub fn resolve(&self, path: &syn::Path) -> Option<String> {
        if path.segments.is_empty() {
            return None;
        }
        self.names.resolve(self.scope, path).filter(|path| is_qualified(path))
    }

    /// The canonical path of a function, also of `<T>::f` and `<T as Trait>::f`.
    pub fn resolve_function(&self, function: &syn::ExprPath) -> Option<String> {
        let Some(qualified) = &function.qself else { return self.resolve(&function.path) };
        let syn::Type::Path(owner) = &*qualified.ty else { return None };
        let name = &function.path.segments.last()?.ident;
        Some(format!("{}::{name}", self.resolve(&owner.path)?))
    }

    /// The path of what the type of the block around has by a name.
    pub(crate) fn of_own_type(&self, name: &syn::Ident) -> Option<String> {
        let Type::Path(owner) = &*self.impl_block()?.self_ty else { return None };
        Some(format!("{}::{name}", self.resolve(&owner.path)?))
    }

    /// The type of a field of a struct in another file of the workspace, by the struct's canonical path.
    pub(crate) fn field_elsewhere(&self, owner: &str, field: &str) -> Option<Type> {
        syn::parse_str(&self.names.field(owner, field)?).ok()
    }

    /// What a function in another file of the workspace gives back, or the type of a constant there, by its canonical path.
    pub(crate) fn value_elsewhere(&self, path: &str) -> Option<Type> {
        syn::parse_str(&self.names.value(path)?).ok()
    }

    /// The canonical path of a macro, where it is known.
    pub fn resolve_macro(&self, path: &syn::Path) -> Option<String> {
        self.names.resolve_macro(self.scope, path).filter(|path| is_qualified(path))
    }

    /// The same site further down.
    pub fn at<'b>(&'b self, steps: &'b [Step<'b>]) -> Site<'b> {
        Site {
            file: self.file,
            facts: self.facts,
            names: self.names,
            ranks: self.ranks,
            scope: self.scope,
            steps,
            flow: self.flow,
        }
    }

    /// The innermost function around the node.
    pub fn function(&self) -> Option<(&'a Signature, &'a Block)> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Function(signature, block) => Some((*signature, *block)),
            _ => None,
        })
    }

    /// Whether the node stands in a layer that ranks: by the policy, or by the name of its file, module, type or
    /// trait.
    pub fn ranks(&self) -> bool {
        struct Speaks(bool);
        let text = &self.file.text;
        let of_candidates = || self.facts.once(|| Speaks(layers::speaks_of_candidates(text))).0;
        let ranks = |name: &dyn ToString| layers::ranks(&name.to_string(), of_candidates);
        self.ranks
            || self.steps.iter().any(|step| match step {
                Step::Module(name) | Step::Trait(name) => ranks(name),
                Step::Impl(item) => {
                    let of = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
                    of.is_some_and(|of| ranks(&of.ident))
                        || type_name(&item.self_ty).is_some_and(|name| ranks(&name))
                }
                _ => false,
            })
    }

    /// Whether the node is a part of what is told when something fails or is watched: an argument of a macro that
    /// logs, panics or makes an error, of `Err(..)`, or of what `map_err` and its like are given.
    pub fn tells(&self) -> bool {
        self.steps.iter().rev().take_while(|step| !matches!(step, Step::Function(..))).any(
            |step| match step {
                Step::Macro(mac) => {
                    mac.path.segments.last().is_some_and(|last| is_told(&last.ident.to_string()))
                }
                Step::Expr(Expr::Call(call)) => match &*call.func {
                    Expr::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Err"),
                    _ => false,
                },
                Step::Expr(Expr::MethodCall(call)) => {
                    matches!(
                        call.method.to_string().as_str(),
                        "map_err" | "ok_or_else" | "ok_or" | "expect" | "with_context"
                    )
                }
                _ => false,
            },
        )
    }

    /// The attributes of the functions around the node.
    pub fn attributes(&self) -> impl Iterator<Item = &'a syn::Attribute> {
        self.steps.iter().flat_map(|step| match step {
            Step::Attributes(attributes) => *attributes,
            _ => &[],
        })
    }

    /// The innermost impl block around the node.
    pub fn impl_block(&self) -> Option<&'a syn::ItemImpl> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Impl(item) => Some(*item),
            _ => None,
        })
    }

    /// The enclosing item, as `module::Type::function`.
    pub fn item(&self) -> String {
        let parts: Vec<String> = self
            .steps
            .iter()
            .filter_map(|step| match step {
                Step::Module(name) | Step::Trait(name) => Some(name.to_string()),
                Step::Impl(item) => {
                    let of = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
                    let name = type_name(&item.self_ty).unwrap_or_else(|| "impl".to_owned());
                    Some(of.map_or(name.clone(), |of| format!("<{name} as {}>", of.ident)))
                }
                Step::Function(signature, _) => Some(signature.ident.to_string()),
                _ => None,
            })
            .collect();
        parts.join("::")
    }

    /// A finding at a node. Its identity is the node's tokens and the enclosing item.
    pub fn finding(&self, rule: &'static Rule, node: &impl ToTokens, message: impl Into<String>) -> Finding {
        Finding::new(rule, Location::at(&self.file.path, self.file.span_of(node)), message)
            .fact(node.to_token_stream().to_string())
            .fact(self.item())
    }

    /// Evidence at another node of the same file.
    pub fn location(&self, node: &impl ToTokens) -> Location {
        Location::at(&self.file.path, self.file.span_of(node))
    }

    /// What happens to variables within the function around the node.
    pub fn flow(&self) -> &'a Flow {
        self.flow.get_or_init(|| match self.function() {
            Some((signature, block)) => Flow::of(signature, block),
            None => Flow::default(),
        })
    }

    /// The `let`s in sight, the nearest first.
    pub fn lets(&self) -> impl Iterator<Item = &'a syn::Local> {
        self.steps.iter().rev().flat_map(|step| {
            let (statements, at) = match step {
                Step::Statements(statements, at) => (*statements, *at),
                _ => (&[][..], 0),
            };
            statements[at.saturating_sub(LOOK_BACK)..at].iter().rev().filter_map(
                |statement| match statement {
                    Stmt::Local(local) => Some(local),
                    _ => None,
                },
            )
        })
    }

    /// A function by its bare name: one declared in an enclosing block, else one of the file.
    pub fn local_function(&self, name: &str) -> Option<(&'a Signature, &'a Block)> {
        let nested = self.steps.iter().rev().find_map(|step| {
            let Step::Statements(statements, _) = step else { return None };
            statements.iter().take(LOOK_BACK).find_map(|statement| match statement {
                Stmt::Item(syn::Item::Fn(item)) if item.sig.ident == name => Some((&item.sig, &*item.block)),
                _ => None,
            })
        });
        nested.or_else(|| self.facts.function(name))
    }
}

/// Whether a macro of this name logs, panics or makes an error.
pub(crate) fn is_told(name: &str) -> bool {
    matches!(
        name,
        "trace"
            | "debug"
            | "info"
            | "warn"
            | "error"
            | "event"
            | "log"
            | "panic"
            | "bail"
            | "anyhow"
            | "ensure"
            | "print"
            | "println"
            | "eprint"
            | "eprintln"
    ) || name.ends_with("_err")
        || name.ends_with("_error")
        || name.starts_with("assert")
        || name.starts_with("debug_assert")
}

/// A name that is bound to nothing resolves to itself, which says nothing.
fn is_qualified(path: &str) -> bool {
    path.contains("::")
}
