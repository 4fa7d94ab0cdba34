//! What the body of a function asserts and calls, and where it leaves early.

use proc_macro2::Span;
use source::SourceFile;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Lit, Pat, Stmt};

use super::asserting::{self, says_assert};
use super::assertions::{Form, Raw, text_of};
use super::conditions::conditions;
use super::patterns::pattern_raw;
use super::{Assertion, Call, Leave, macros, tokens};

/// What a body says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    pub(crate) assertions: Vec<Assertion>,
    pub(crate) calls: Vec<Call>,
    pub(crate) leaves: Vec<Leave>,
}

/// Reads the body of a function. `known` names macros that assert.
pub(crate) fn of_block(file: &SourceFile, block: &Block, known: &dyn Fn(&str) -> bool) -> Body {
    let mut reader = Reader { file, known, body: Body::default() };
    reader.visit_block(block);
    if block.stmts.last().is_some_and(|last| panics(std::slice::from_ref(last))) {
        let mut reached = Reached { reader: &mut reader };
        block.stmts.iter().for_each(|statement| reached.visit_stmt(statement));
    }
    reader.body.leaves = leaves(file, &block.stmts);
    reader.body
}

/// Reads what stands in the call of a macro that makes a test.
pub(crate) fn of_macro(file: &SourceFile, mac: &syn::Macro, known: &dyn Fn(&str) -> bool) -> Body {
    let mut reader = Reader { file, known, body: Body::default() };
    let mut leaving = Vec::new();
    for expression in source::macro_expressions(mac) {
        reader.visit_expr(&expression);
        let block = match &expression {
            Expr::Closure(closure) => match &*closure.body {
                Expr::Block(block) => Some(&block.block),
                _ => None,
            },
            Expr::Block(block) => Some(&block.block),
            Expr::Async(block) => Some(&block.block),
            _ => None,
        };
        leaving.extend(block.map(|block| leaves(file, &block.stmts)).unwrap_or_default());
    }
    for statement in source::macro_statements(mac) {
        if reader.body.assertions.is_empty() && reader.body.calls.is_empty() {
            reader.visit_stmt(&statement);
        }
    }
    reader.body.leaves = leaving;
    reader.body
}

/// Reads what a `macro_rules!` asserts wherever it is called.
pub(crate) fn of_definition(file: &SourceFile, mac: &syn::Macro) -> Body {
    let mut reader = Reader { file, known: &|_| false, body: Body::default() };
    for assertion in macros::assertions(&mac.tokens) {
        reader.visit_macro(&assertion);
    }
    reader.body
}

struct Reader<'a> {
    file: &'a SourceFile,
    known: &'a dyn Fn(&str) -> bool,
    body: Body,
}

impl Reader<'_> {
    fn add(&mut self, raw: Vec<Raw>, node: &impl quote::ToTokens) {
        let (text, span) = (text_of(self.file, node), self.file.span_of(node));
        self.body.assertions.extend(raw.into_iter().map(|raw| raw.at(text.clone(), span)));
    }

    /// Functions that are handed over by their names: `for_each(testkit::check)`.
    fn passed<'a>(&mut self, arguments: impl IntoIterator<Item = &'a Expr>) {
        for argument in arguments {
            if let Expr::Path(path) = argument
                && let Some(last) = path.path.segments.last()
            {
                let (text, span) = (text_of(self.file, path), self.file.span_of(path));
                self.body.calls.push(Call { name: last.ident.to_string(), method: false, text, span });
            }
        }
    }

    fn call(&mut self, name: String, method: bool, node: &impl quote::ToTokens) {
        if says_assert(name.trim_end_matches('!')) {
            let raw = Raw::new(Form::Custom, tokens::of(node), vec![name.clone()]);
            self.add(vec![raw], node);
        }
        let (text, span) = (text_of(self.file, node), self.file.span_of(node));
        self.body.calls.push(Call { name, method, text, span });
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if let Some(raw) = asserting::of_macro(mac, self.known) {
            self.add(raw, mac);
            if !name.starts_with("assert_eq") && name != "assert" {
                let (text, span) = (text_of(self.file, mac), self.file.span_of(mac));
                self.body.calls.push(Call { name: format!("{name}!"), method: false, text, span });
            }
            return;
        }
        self.call(format!("{name}!"), false, mac);
        let expressions = source::macro_expressions(mac);
        if expressions.is_empty() {
            for statement in source::macro_statements(mac) {
                self.visit_stmt(&statement);
            }
        }
        for expression in expressions {
            self.visit_expr(&expression);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func
            && let Some(last) = path.path.segments.last()
        {
            self.call(last.ident.to_string(), false, call);
        }
        self.passed(&call.args);
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let name = call.method.to_string();
        let receiver = tokens::of(&call.receiver);
        match name.as_str() {
            "unwrap" | "expect" => self.add(vec![Raw::new(Form::Unwrap, receiver, vec![name])], call),
            "unwrap_err" | "expect_err" => {
                self.add(vec![Raw::new(Form::State, receiver, vec!["is_err true".into()])], call)
            }
            _ => {
                let fluent = receiver
                    .iter()
                    .any(|token| token == "assert" || token == "assert_that" || token == "expect_that");
                if fluent && !says_assert(&name) {
                    self.add(vec![Raw::new(Form::Custom, tokens::of(&call.args), vec![name.clone()])], call);
                }
                self.call(name, true, call);
                self.passed(&call.args);
            }
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_try(&mut self, expression: &'ast syn::ExprTry) {
        self.add(vec![Raw::new(Form::Unwrap, tokens::of(&expression.expr), vec!["?".into()])], expression);
        visit::visit_expr_try(self, expression);
    }

    fn visit_expr_if(&mut self, expression: &'ast syn::ExprIf) {
        if is_false(&expression.cond) {
            if let Some((_, other)) = &expression.else_branch {
                self.visit_expr(other);
            }
            return;
        }
        let panics = panics(&expression.then_branch.stmts);
        match (&*expression.cond, &expression.else_branch) {
            (Expr::Let(matched), Some((_, other))) if expr_panics(other) => {
                let raw = pattern_raw(tokens::of(&matched.expr), tokens::of(&matched.pat));
                self.add(vec![raw.unwrapping()], &*expression.cond);
            }
            (condition, None) if panics && !matches!(condition, Expr::Let(_)) => {
                self.add(conditions(condition, true), expression);
            }
            _ => {}
        }
        visit::visit_expr_if(self, expression);
    }

    fn visit_expr_match(&mut self, expression: &'ast syn::ExprMatch) {
        let (fails, holds): (Vec<_>, Vec<_>) = expression.arms.iter().partition(|arm| expr_panics(&arm.body));
        if !fails.is_empty() && !holds.is_empty() {
            let pattern: Vec<String> = holds.iter().flat_map(|arm| tokens::of(&arm.pat)).collect();
            let scrutinee = tokens::of(&expression.expr);
            let raw = match holds.as_slice() {
                [_] => pattern_raw(scrutinee, pattern).unwrapping(),
                // Which arms there are says how the test is written rather than what it expects.
                _ => Raw::new(Form::Truth, scrutinee, vec!["match".to_owned()]),
            };
            self.add(vec![raw], expression);
        }
        visit::visit_expr_match(self, expression);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init
            && let Some((_, diverge)) = &init.diverge
            && expr_panics(diverge)
        {
            let pattern = match &local.pat {
                Pat::Type(typed) => tokens::of(&typed.pat),
                pattern => tokens::of(pattern),
            };
            let raw = pattern_raw(tokens::of(&init.expr), pattern);
            self.add(vec![raw.unwrapping()], local);
        }
        visit::visit_local(self, local);
    }
}

/// Reads a body that panics at its end: what it leaves early for must hold before.
struct Reached<'a, 'b> {
    reader: &'a mut Reader<'b>,
}

impl<'ast> Visit<'ast> for Reached<'_, '_> {
    fn visit_expr_if(&mut self, expression: &'ast syn::ExprIf) {
        if returns(&expression.then_branch) && !matches!(&*expression.cond, Expr::Let(_)) {
            self.reader.add(conditions(&expression.cond, false), &*expression.cond);
        }
        visit::visit_expr_if(self, expression);
    }
}

fn is_false(condition: &Expr) -> bool {
    matches!(condition, Expr::Lit(literal) if matches!(&literal.lit, Lit::Bool(value) if !value.value))
}

fn panics(statements: &[Stmt]) -> bool {
    statements.iter().any(|statement| match statement {
        Stmt::Macro(statement) => is_panic(&statement.mac),
        Stmt::Expr(expression, _) => expr_panics(expression),
        _ => false,
    })
}

fn expr_panics(expression: &Expr) -> bool {
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
fn leaves(file: &SourceFile, statements: &[Stmt]) -> Vec<Leave> {
    let mut found = Vec::new();
    for statement in statements.iter().take(statements.len().saturating_sub(1)) {
        let Stmt::Expr(expression, _) = statement else { continue };
        let place = |span: Span| file.span(span);
        use syn::spanned::Spanned as _;
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

fn returns(block: &Block) -> bool {
    matches!(block.stmts.last(), Some(Stmt::Expr(Expr::Return(_), _)))
}
