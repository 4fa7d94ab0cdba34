//! Ways out of a body: where it panics, and where it leaves before its end.

use proc_macro2::Span;
use source::SourceFile;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprIf, Lit, Stmt};

use super::assertions::{Condition, text_of};
use super::{Leave, tokens};

/// The conditions for which a body that panics at its end leaves early: one of them must hold.
pub(super) fn left_for(block: &Block) -> Vec<Expr> {
    struct Ifs(Vec<Expr>);
    impl<'ast> Visit<'ast> for Ifs {
        fn visit_expr_if(&mut self, expression: &'ast ExprIf) {
            if returns(&expression.then_branch) && !matches!(&*expression.cond, Expr::Let(_)) {
                self.0.push((*expression.cond).clone());
            }
            visit::visit_expr_if(self, expression);
        }
    }
    let mut ifs = Ifs(Vec::new());
    if block.stmts.last().is_some_and(|last| panics(std::slice::from_ref(last))) {
        ifs.visit_block(block);
    }
    ifs.0
}

pub(super) fn panics(statements: &[Stmt]) -> bool {
    statements.iter().any(|statement| match statement {
        Stmt::Macro(statement) => is_panic(&statement.mac),
        Stmt::Expr(expression, _) => expr_panics(expression),
        _ => false,
    })
}

pub(super) fn expr_panics(expression: &Expr) -> bool {
    match expression {
        Expr::Macro(expression) => is_panic(&expression.mac),
        Expr::Block(block) => panics(&block.block.stmts),
        _ => false,
    }
}

fn is_panic(mac: &syn::Macro) -> bool {
    let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    matches!(name.as_str(), "panic" | "unreachable" | "bail" | "prop_assert")
        || name == "assert" && tokens::of(&mac.tokens).first().is_some_and(|first| first == "false")
}

/// The ways out at the top level, but for one at the very end.
pub(super) fn leaves(file: &SourceFile, statements: &[Stmt]) -> Vec<Leave> {
    let mut found = Vec::new();
    for statement in statements.iter().take(statements.len().saturating_sub(1)) {
        let place = |span: Span| file.span(span);
        use syn::spanned::Spanned as _;
        if let Stmt::Local(local) = statement
            && let Some((_, otherwise)) = local.init.as_ref().and_then(|init| init.diverge.as_ref())
            && matches!(&**otherwise, Expr::Block(block) if returns(&block.block))
        {
            let condition = Some(format!("not {}", tokens::line(&local.pat)));
            found.push(Leave { condition, span: place(local.span()) });
        }
        let Stmt::Expr(expression, _) = statement else { continue };
        match expression {
            Expr::Return(_) => found.push(Leave { condition: None, span: place(expression.span()) }),
            Expr::Block(block) if returns(&block.block) => {
                found.push(Leave { condition: None, span: place(expression.span()) });
            }
            Expr::If(branch) if branch.else_branch.is_none() && returns(&branch.then_branch) => {
                let always = matches!(&*branch.cond, Expr::Lit(literal) if matches!(&literal.lit, Lit::Bool(value) if value.value));
                let condition = (!always).then(|| tokens::line(&branch.cond));
                found.push(Leave { condition, span: place(expression.span()) });
            }
            Expr::Call(call) if tokens::line(&call.func).ends_with("process : : exit") => {
                found.push(Leave { condition: None, span: place(expression.span()) });
            }
            _ => {}
        }
    }
    found
}

/// The condition under which a loop goes on behind a statement: `if count > 1 { continue; }`.
pub(super) fn skipped_unless(file: &SourceFile, statement: &Stmt) -> Option<Condition> {
    let continues = |block: &Block| matches!(block.stmts.last(), Some(Stmt::Expr(Expr::Continue(_), _)));
    match statement {
        Stmt::Expr(Expr::If(branch), _) if branch.else_branch.is_none() && continues(&branch.then_branch) => {
            let tokens = format!("! ( {} )", tokens::line(&branch.cond));
            Some(Condition { tokens, text: format!("!({})", text_of(file, &branch.cond)) })
        }
        Stmt::Local(local) => {
            let (_, otherwise) = local.init.as_ref()?.diverge.as_ref()?;
            let skips = matches!(&**otherwise, Expr::Block(block) if continues(&block.block));
            let tokens = format!("let {}", tokens::line(&local.pat));
            let text = format!("let {}", text_of(file, &local.pat));
            skips.then_some(Condition { tokens, text })
        }
        _ => None,
    }
}

fn returns(block: &Block) -> bool {
    matches!(block.stmts.last(), Some(Stmt::Expr(Expr::Return(_), _)))
}
