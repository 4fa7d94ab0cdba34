//! What the body of a function asserts and calls, and where it leaves early.

use source::SourceFile;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt};

use super::always;
use super::asserting::{self, says_assert};
use super::assertions::{Condition, Form, Raw, text_of};
use super::attributes::of_statement;
use super::conditions::conditions;
use super::dead::{constant, is_compiled_out, is_empty, rows};
use super::ignored::{Fate, fate};
use super::leaving::{self, expr_panics, leaves, panics};
use super::patterns::pattern_raw;
use super::values::Values;
use super::{Assertion, Call, Leave, macros, tokens, unrolled};

/// What a body says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    pub(crate) assertions: Vec<Assertion>,
    pub(crate) calls: Vec<Call>,
    pub(crate) leaves: Vec<Leave>,
    /// Rows of the tables that it loops over.
    pub(crate) tables: Vec<Vec<String>>,
    /// What it asserts in such loops, row by row.
    pub(crate) unrolled: Vec<Assertion>,
}

/// Reads the body of a function. `known` names macros that assert.
pub(crate) fn of_block(
    file: &SourceFile,
    block: &Block,
    values: &Values,
    known: &dyn Fn(&str) -> bool,
) -> Body {
    let mut reader = Reader::new(file, known, values);
    reader.visit_block(block);
    for condition in leaving::left_for(block) {
        reader.add(conditions(&condition, false, values), &condition);
    }
    reader.body.leaves = leaves(file, &block.stmts);
    reader.body
}

/// Reads what stands in the call of a macro that makes a test.
pub(crate) fn of_macro(
    file: &SourceFile,
    mac: &syn::Macro,
    values: &Values,
    known: &dyn Fn(&str) -> bool,
) -> Body {
    let mut reader = Reader::new(file, known, values);
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
    let values = Values::default();
    let mut reader = Reader::new(file, &|_| false, &values);
    for assertion in macros::assertions(&mac.tokens) {
        reader.visit_macro(&assertion);
    }
    reader.body
}

struct Reader<'a> {
    file: &'a SourceFile,
    known: &'a dyn Fn(&str) -> bool,
    /// What names stand for at the place that is read.
    values: Values,
    body: Body,
    /// How many blocks are open.
    depth: usize,
    /// Conditions under which the place that is read is reached.
    only_if: Vec<Condition>,
    /// Whether nobody sees a failure there.
    quiet: bool,
}

impl<'a> Reader<'a> {
    fn new(file: &'a SourceFile, known: &'a dyn Fn(&str) -> bool, values: &Values) -> Reader<'a> {
        let (values, only_if) = (values.clone(), Vec::new());
        Reader { file, known, values, body: Body::default(), depth: 0, only_if, quiet: false }
    }

    fn add(&mut self, raw: Vec<Raw>, node: &impl quote::ToTokens) {
        let (text, span) = (text_of(self.file, node), self.file.span_of(node));
        let (quiet, only_if) = (self.quiet, &self.only_if);
        let placed = |raw: Raw| Assertion { quiet, only_if: only_if.clone(), ..raw.at(text.clone(), span) };
        self.body.assertions.extend(raw.into_iter().map(placed));
    }

    fn statement(&mut self, statement: &Stmt, fate: Fate) {
        match fate {
            Fate::Seen => self.visit_stmt(statement),
            Fate::Unused => {}
            Fate::Quiet => {
                let before = std::mem::replace(&mut self.quiet, true);
                self.visit_stmt(statement);
                self.quiet = before;
            }
        }
    }

    /// Whether nothing after a statement of a block runs. A `return` of the function itself is told as such.
    fn ends(&self, statement: &Stmt) -> bool {
        match statement {
            Stmt::Expr(Expr::Break(_) | Expr::Continue(_), _) => true,
            Stmt::Expr(Expr::Return(_), _) => self.depth > 1,
            Stmt::Macro(call)
                if call
                    .mac
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| last.ident.to_string().ends_with("assume")) =>
            {
                let arguments = source::macro_expressions(&call.mac);
                arguments.first().is_some_and(|condition| constant(condition, &self.values) == Some(false))
            }
            _ => false,
        }
    }

    /// Reads what runs only under a condition.
    fn under(&mut self, condition: Condition, read: impl FnOnce(&mut Self)) {
        self.only_if.push(condition);
        read(self);
        self.only_if.pop();
    }

    /// Functions that are handed over by their names: `for_each(testkit::check)`.
    fn passed<'b>(&mut self, arguments: impl IntoIterator<Item = &'b Expr>) {
        for argument in arguments {
            if let Expr::Path(path) = argument
                && let Some(last) = path.path.segments.last()
            {
                let (text, span) = (text_of(self.file, path), self.file.span_of(path));
                let (name, quiet) = (last.ident.to_string(), self.quiet);
                self.body.calls.push(Call { name, method: false, quiet, text, span });
            }
        }
    }

    fn call(&mut self, name: String, method: bool, node: &impl quote::ToTokens) {
        if says_assert(name.trim_end_matches('!')) {
            let raw = Raw::new(Form::Custom, tokens::of(node), vec![name.clone()]);
            self.add(vec![raw], node);
        }
        let (text, span) = (text_of(self.file, node), self.file.span_of(node));
        self.body.calls.push(Call { name, method, quiet: self.quiet, text, span });
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if let Some(raw) = asserting::of_macro(mac, self.known, &self.values) {
            self.add(raw, mac);
            if !name.starts_with("assert_eq") && name != "assert" {
                let (text, span) = (text_of(self.file, mac), self.file.span_of(mac));
                let (name, quiet) = (format!("{name}!"), self.quiet);
                self.body.calls.push(Call { name, method: false, quiet, text, span });
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
            _ if is_expected_of_itself(call, &self.values) => {
                let raw = Raw::new(Form::Constant, tokens::of(&call.args), tokens::of(&call.receiver));
                return self.add(vec![raw], call);
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

    fn visit_block(&mut self, block: &'ast Block) {
        self.depth += 1;
        let before = self.values.clone();
        let conditions = self.only_if.len();
        for (at, statement) in block.stmts.iter().enumerate() {
            if is_compiled_out(of_statement(statement)) {
                continue;
            }
            let bound = self.values.bound(statement);
            let is_silent = matches!(statement, Stmt::Macro(_)) && !may_bind(statement);
            if !is_silent {
                self.values.forget_set();
            }
            self.statement(statement, fate(block, at));
            self.values.bind(bound);
            self.values.set(statement);
            if may_bind(statement) {
                self.values.forget_written();
            }
            if self.ends(statement) {
                break;
            }
            self.only_if.extend(leaving::skipped_unless(self.file, statement));
        }
        self.only_if.truncate(conditions);
        self.values = before;
        self.depth -= 1;
    }

    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        self.values.forget(&pattern.ident.to_string());
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_expr_while(&mut self, expression: &'ast syn::ExprWhile) {
        if constant(&expression.cond, &self.values) != Some(false) {
            visit::visit_expr_while(self, expression);
        }
    }

    fn visit_expr_for_loop(&mut self, expression: &'ast syn::ExprForLoop) {
        self.visit_expr(&expression.expr);
        if !is_empty(&expression.expr, &self.values) {
            let rows = rows(&expression.expr, &self.values);
            let first = self.body.assertions.len();
            self.visit_pat(&expression.pat);
            self.visit_block(&expression.body);
            if let Some(rows) = rows {
                let said = &self.body.assertions[first..];
                self.body.unrolled.extend(unrolled::of(&rows, &expression.pat, said));
                self.body.tables.push(rows);
            }
        }
    }

    fn visit_expr_if(&mut self, expression: &'ast syn::ExprIf) {
        match constant(&expression.cond, &self.values) {
            Some(true) => return self.visit_block(&expression.then_branch),
            Some(false) => {
                if let Some((_, other)) = &expression.else_branch {
                    self.visit_expr(other);
                }
                return;
            }
            None => {}
        }
        let panics = panics(&expression.then_branch.stmts);
        match (&*expression.cond, &expression.else_branch) {
            (Expr::Let(matched), Some((_, other))) if expr_panics(other) => {
                let raw = pattern_raw(tokens::of(&matched.expr), tokens::of(&matched.pat));
                self.add(vec![raw.unwrapping()], &*expression.cond);
            }
            (condition, None) if panics && !matches!(condition, Expr::Let(_)) => {
                self.add(conditions(condition, true, &self.values), expression);
            }
            _ => {}
        }
        self.visit_expr(&expression.cond);
        let tokens = tokens::line(&expression.cond);
        let text = text_of(self.file, &expression.cond);
        let (not, not_text) = (format!("! ( {tokens} )"), format!("!({text})"));
        self.under(Condition { tokens, text }, |reader| reader.visit_block(&expression.then_branch));
        if let Some((_, other)) = &expression.else_branch {
            let otherwise = Condition { tokens: not, text: not_text };
            self.under(otherwise, |reader| reader.visit_expr(other));
        }
    }

    fn visit_expr_match(&mut self, expression: &'ast syn::ExprMatch) {
        if let Expr::Lit(_) = &*expression.expr {
            let wanted = tokens::of(&expression.expr);
            let fits = |arm: &&syn::Arm| {
                matches!(arm.pat, Pat::Wild(_) | Pat::Ident(_)) || tokens::of(&arm.pat) == wanted
            };
            if let Some(arm) = expression.arms.iter().find(fits) {
                self.visit_arm(arm);
            }
            return;
        }
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
            for arm in &holds {
                if let Pat::Guard(guarded) = &arm.pat {
                    self.add(conditions(&guarded.guard, false, &self.values), &*guarded.guard);
                }
            }
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

/// Whether a snapshot of `expect-test` is compared with what the test wrote down itself.
fn is_expected_of_itself(call: &syn::ExprMethodCall, values: &Values) -> bool {
    let is_snapshot = match &*call.receiver {
        Expr::Macro(made) => made
            .mac
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "expect" || last.ident == "expect_file"),
        _ => false,
    };
    let compares = ["assert_eq", "assert_debug_eq"].iter().any(|name| call.method == name);
    is_snapshot && compares && call.args.first().is_some_and(|value| always::written(value, values).is_some())
}

/// Whether a statement is a macro that may bind names or change what they stand for: none that asserts or prints.
fn may_bind(statement: &Stmt) -> bool {
    let Stmt::Macro(call) = statement else { return false };
    let name = call.mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    !["assert", "debug_assert", "dbg", "print", "eprint"].iter().any(|start| name.starts_with(start))
}
