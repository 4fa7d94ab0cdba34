//! Functions and macros that say whether something holds: what they compare, as if it were asserted where they stand.

use source::SourceFile;
use syn::{Block, Expr, ReturnType, Signature, Stmt};

use super::assertions::text_of;
use super::conditions::conditions;
use super::values::Values;
use super::{Assertion, macros, tokens};

/// What holds where a function gives `true` back; nothing of one that does more than compare.
pub(super) fn of_block(file: &SourceFile, block: &Block, signature: &Signature) -> Vec<Assertion> {
    match (&signature.output, block.stmts.as_slice()) {
        (ReturnType::Type(_, kind), [Stmt::Expr(compared, None)]) if tokens::line(kind) == "bool" => {
            all(file, compared)
        }
        _ => Vec::new(),
    }
}

/// The same of a macro with one rule that is a comparison.
pub(super) fn of_macro(file: &SourceFile, definition: &syn::Macro) -> Vec<Assertion> {
    macros::expression(&definition.tokens)
        .filter(compares)
        .map(|compared| all(file, &compared))
        .unwrap_or_default()
}

fn all(file: &SourceFile, compared: &Expr) -> Vec<Assertion> {
    let (text, span) = (text_of(file, compared), file.span_of(compared));
    conditions(compared, false, &Values::default())
        .into_iter()
        .map(|raw| raw.at(text.clone(), span))
        .collect()
}

fn compares(expression: &Expr) -> bool {
    match expression {
        Expr::Paren(inner) => compares(&inner.expr),
        Expr::Group(inner) => compares(&inner.expr),
        Expr::Block(block) => {
            matches!(block.block.stmts.as_slice(), [Stmt::Expr(inner, None)] if compares(inner))
        }
        Expr::Binary(_) => true,
        _ => false,
    }
}
