//! An item in a syntax tree, by its name and line.

use source::SourceFile;
use syn::{Expr, Item};

/// The item of that name whose name stands on that line.
pub(super) fn item<'f>(file: &'f SourceFile, name: &str, line: u32) -> Option<&'f Item> {
    below(file, &file.ast.items, name, line)
}

fn below<'f>(file: &SourceFile, items: &'f [Item], name: &str, line: u32) -> Option<&'f Item> {
    items.iter().find_map(|item| {
        let ident = match item {
            Item::Const(item) => &item.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Mod(module) => {
                let (_, items) = module.content.as_ref()?;
                return below(file, items, name, line);
            }
            _ => return None,
        };
        (ident == name && file.span(ident.span()).line == line).then_some(item)
    })
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
