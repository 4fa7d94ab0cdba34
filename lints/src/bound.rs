//! What a single name is bound to where it stands: variables and parameters, before items and imports.

use syn::{Expr, Pat, Signature, Stmt};

use crate::site::{LOOK_BACK, Site, Step};

/// The statements between the `let` of a variable and the node; none where no `let` around it binds the variable.
pub(crate) fn statements_since<'a>(name: &syn::Ident, site: &Site<'a>) -> &'a [Stmt] {
    let since = |statements: &'a [Stmt], at: usize| {
        let before = &statements[at.saturating_sub(LOOK_BACK)..at];
        let binds = |statement: &Stmt| matches!(statement, Stmt::Local(local) if binds(&local.pat, name));
        let binding = before.iter().rposition(binds)?;
        Some(&before[binding + 1..])
    };
    let around = site.steps.iter().rev().find_map(|step| match step {
        Step::Statements(statements, at) => since(statements, *at),
        _ => None,
    });
    around.unwrap_or_default()
}

/// What a name is bound to nearer than any item or import: the inner value is what a `let` puts there, `None` for a
/// parameter and what a pattern takes out. An item or import of a block hides the variables around the block.
pub(crate) fn bound<'a>(name: &syn::Ident, site: &Site<'a>) -> Option<Option<&'a Expr>> {
    for step in site.steps.iter().rev() {
        let taken = match step {
            Step::Statements(statements, at) => {
                let before = statements[at.saturating_sub(LOOK_BACK)..*at].iter().rev();
                let mut lets = before.filter_map(|statement| match statement {
                    Stmt::Local(local) if binds(&local.pat, name) => Some(local),
                    _ => None,
                });
                if let Some(local) = lets.next() {
                    return Some(local.init.as_ref().map(|init| &*init.expr));
                }
                if statements.iter().take(LOOK_BACK).any(|statement| declares(statement, name)) {
                    return None;
                }
                false
            }
            Step::Function(signature, _) => {
                return takes(signature, name).then_some(None);
            }
            Step::Module(_) | Step::Impl(_) | Step::Trait(_) => return None,
            Step::Arm(arm) => binds(&arm.pat, name),
            Step::Expr(Expr::Closure(closure)) => closure.inputs.iter().any(|pat| binds(pat, name)),
            Step::Expr(Expr::ForLoop(each)) => binds(&each.pat, name),
            _ => false,
        };
        if taken {
            return Some(None);
        }
    }
    None
}

/// What a constant or static of the file is: `const READ: fn(&str) -> Bytes = std::fs::read;`.
pub(crate) fn constant<'a>(name: &syn::Ident, site: &Site<'a>) -> Option<Option<&'a Expr>> {
    let text = name.to_string();
    // What is called so is a tuple struct else, and of those few are called at all.
    let is_constant = text.len() > 1 && !text.contains(|letter: char| letter.is_lowercase());
    let value = |item: &'a syn::Item| match item {
        syn::Item::Const(item) if item.ident == *name => Some(&*item.expr),
        syn::Item::Static(item) if item.ident == *name => Some(&*item.expr),
        _ => None,
    };
    is_constant.then(|| site.file.ast.items.iter().find_map(value)).flatten().map(Some)
}

/// Whether a function has a parameter of this name.
fn takes(signature: &Signature, name: &syn::Ident) -> bool {
    signature.inputs.iter().any(|input| match input {
        syn::FnArg::Typed(typed) => binds(&typed.pat, name),
        syn::FnArg::Receiver(_) => false,
    })
}

/// Whether a statement is a function of this name, or an import of it.
fn declares(statement: &Stmt, name: &syn::Ident) -> bool {
    fn imports(tree: &syn::UseTree, name: &syn::Ident) -> bool {
        match tree {
            syn::UseTree::Path(path) => imports(&path.tree, name),
            syn::UseTree::Name(bound) => bound.ident == *name,
            syn::UseTree::Rename(bound) => bound.rename == *name,
            syn::UseTree::Group(group) => group.items.iter().any(|tree| imports(tree, name)),
            syn::UseTree::Glob(_) => false,
        }
    }
    match statement {
        Stmt::Item(syn::Item::Fn(item)) => item.sig.ident == *name,
        Stmt::Item(syn::Item::Use(item)) => imports(&item.tree, name),
        _ => false,
    }
}

/// Whether a pattern binds a name.
pub fn binds(pat: &Pat, name: &syn::Ident) -> bool {
    match pat {
        Pat::Ident(ident) => ident.ident == *name,
        Pat::Type(typed) => binds(&typed.pat, name),
        Pat::Reference(reference) => binds(&reference.pat, name),
        Pat::Paren(paren) => binds(&paren.pat, name),
        Pat::Guard(guard) => binds(&guard.pat, name),
        Pat::Tuple(tuple) => tuple.elems.iter().any(|pat| binds(pat, name)),
        Pat::TupleStruct(pattern) => pattern.elems.iter().any(|pat| binds(pat, name)),
        Pat::Slice(slice) => slice.elems.iter().any(|pat| binds(pat, name)),
        Pat::Struct(pattern) => pattern.fields.iter().any(|field| binds(&field.pat, name)),
        Pat::Or(or) => or.cases.iter().any(|pat| binds(pat, name)),
        _ => false,
    }
}
