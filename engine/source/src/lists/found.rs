//! The items of a file that may be lists, or texts that lists name.

use syn::{Expr, Ident, Item};

use crate::code::is_never_built;
use crate::names::Scope;
use crate::syntax::SourceFile;

/// An item, its name, and the names that are visible where it stands.
pub(super) struct Found<'f> {
    pub(super) ident: &'f Ident,
    pub(super) item: &'f Item,
    pub(super) scope: Scope,
}

/// Constants, statics, structs and enums of a file and of its inline modules, as far as a build may have them.
pub(super) fn all(file: &SourceFile) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    below(&file.ast.items, &Scope::of(file), &mut found);
    found
}

fn below<'f>(items: &'f [Item], scope: &Scope, found: &mut Vec<Found<'f>>) {
    for item in items {
        let (ident, attributes) = match item {
            Item::Const(item) => (&item.ident, &item.attrs),
            Item::Static(item) => (&item.ident, &item.attrs),
            Item::Struct(item) => (&item.ident, &item.attrs),
            Item::Enum(item) => (&item.ident, &item.attrs),
            Item::Mod(module) => {
                if let Some((_, items)) = module.content.as_ref().filter(|_| !is_never_built(&module.attrs)) {
                    below(items, &scope.enter_module(module), found);
                }
                continue;
            }
            _ => continue,
        };
        if !is_never_built(attributes) {
            found.push(Found { ident, item, scope: scope.clone() });
        }
    }
}

/// What stands behind references, brackets, casts and blocks of one expression.
pub(super) fn plain(expr: &Expr) -> &Expr {
    match expr {
        Expr::Reference(inner) => plain(&inner.expr),
        Expr::Paren(inner) => plain(&inner.expr),
        Expr::Group(inner) => plain(&inner.expr),
        Expr::Cast(inner) => plain(&inner.expr),
        Expr::Block(block) => match &block.block.stmts[..] {
            [syn::Stmt::Expr(only, None)] => plain(only),
            _ => expr,
        },
        other => other,
    }
}
