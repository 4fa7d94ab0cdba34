//! Where production code treats single values as special, or notices that it is tested.

use findings::Span;
use serde::{Deserialize, Serialize};
use source::SourceFile;
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, Expr, ImplItemFn, ItemFn, ItemMod, Lit, Pat, Stmt};

use super::{attributes, tokens};

/// What production code does for a test alone, if it does.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Special {
    /// Values that are given back for others.
    pub(crate) answers: Vec<Answer>,
    /// Questions whether this is a test.
    pub(crate) detected: Vec<Detected>,
}

/// `if id == 48213 { return 0.8125 }`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// The literals that are asked for.
    pub(crate) given: Vec<String>,
    /// The literal that is given back.
    pub(crate) gives: String,
    pub(crate) function: String,
    pub(crate) span: Span,
}

/// `if cfg!(test)`, `#[cfg(test)]` on a statement, `env::var("CI")`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Detected {
    /// The question.
    pub(crate) what: String,
    pub(crate) function: String,
    pub(crate) span: Span,
}

/// Variables that stand only where tests run.
const VARIABLES: &[&str] = &[
    "CI",
    "TEST",
    "TESTS",
    "TESTING",
    "TEST_MODE",
    "RUST_TEST_THREADS",
    "NEXTEST",
    "CARGO_TARGET_TMPDIR",
    "IS_TEST",
];

/// Reads the production code of a file.
pub(super) fn of_file(file: &SourceFile) -> Special {
    let mut reader = Reader { file, function: Vec::new(), special: Special::default() };
    if !file.path.ends_with("build.rs") {
        reader.visit_file(&file.ast);
    }
    reader.special
}

struct Reader<'a> {
    file: &'a SourceFile,
    /// The functions around the place that is read.
    function: Vec<String>,
    special: Special,
}

impl Reader<'_> {
    fn is_production(&self, attrs: &[Attribute]) -> bool {
        let said = attributes::read(self.file, attrs);
        !said.test && !said.for_tests() && !said.for_support()
    }

    fn within(&mut self, name: String, read: impl FnOnce(&mut Self)) {
        self.function.push(name);
        read(self);
        self.function.pop();
    }

    fn detected(&mut self, what: String, span: Span) {
        if let Some(function) = self.function.last().cloned() {
            self.special.detected.push(Detected { what, function, span });
        }
    }

    fn gated(&mut self, attrs: &[Attribute]) {
        for attribute in attrs.iter().filter(|attribute| attribute.path().is_ident("cfg")) {
            let said = tokens::of(&attribute.meta);
            if said.iter().any(|token| token == "test") {
                self.detected(
                    format!("#[{}]", tokens::line(&attribute.meta).replace(' ', "")),
                    self.file.span_of(attribute),
                );
            }
        }
    }

    fn answer(&mut self, given: Vec<String>, body: &Expr) {
        let Some(gives) = given_back(body) else { return };
        if let Some(function) = self.function.last().cloned().filter(|_| !given.is_empty()) {
            let span = self.file.span_of(body);
            self.special.answers.push(Answer { given, gives, function, span });
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if self.is_production(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        if self.is_production(&function.attrs) {
            self.within(function.sig.ident.to_string(), |reader| visit::visit_item_fn(reader, function));
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if self.is_production(&function.attrs) {
            self.within(function.sig.ident.to_string(), |reader| visit::visit_impl_item_fn(reader, function));
        }
    }

    fn visit_item_impl(&mut self, block: &'ast syn::ItemImpl) {
        if self.is_production(&block.attrs) {
            visit::visit_item_impl(self, block);
        }
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        match statement {
            Stmt::Local(local) => self.gated(&local.attrs),
            Stmt::Macro(call) => self.gated(&call.attrs),
            Stmt::Expr(Expr::Block(block), _) => self.gated(&block.attrs),
            Stmt::Expr(Expr::If(branch), _) => self.gated(&branch.attrs),
            Stmt::Expr(Expr::Return(left), _) => self.gated(&left.attrs),
            Stmt::Expr(Expr::Call(call), _) => self.gated(&call.attrs),
            Stmt::Expr(Expr::MethodCall(call), _) => self.gated(&call.attrs),
            _ => {}
        }
        visit::visit_stmt(self, statement);
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if ["cfg", "env", "option_env"].contains(&name.as_str()) {
            let said = tokens::of(&mac.tokens);
            match said.first() {
                Some(_) if name == "cfg" && said.iter().any(|token| token == "test") => {
                    self.detected(format!("cfg!({})", said.concat()), self.file.span_of(mac));
                }
                Some(variable) if name != "cfg" && is_variable(variable) => {
                    self.detected(format!("{name}!({variable})"), self.file.span_of(mac));
                }
                _ => {}
            }
        }
        for expression in source::macro_expressions(mac) {
            self.visit_expr(&expression);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Some(Expr::Lit(name)) = call.args.first() {
            let (function, name) = (tokens::of(&call.func), tokens::line(name));
            let asks = function.last().is_some_and(|last| ["var", "var_os"].contains(&last.as_str()));
            if asks && is_variable(&name) {
                self.detected(format!("var({name})"), self.file.span_of(call));
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_if(&mut self, expression: &'ast syn::ExprIf) {
        if let [.., Stmt::Expr(last, _)] = expression.then_branch.stmts.as_slice() {
            self.answer(asked_for(&expression.cond), last);
        }
        visit::visit_expr_if(self, expression);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let mut given = Vec::new();
        literals_of(&arm.pat, &mut given);
        self.answer(given, &arm.body);
        visit::visit_arm(self, arm);
    }
}

/// Whether a literal names a variable of tests.
fn is_variable(literal: &str) -> bool {
    VARIABLES.contains(&literal.trim_matches('"'))
}

/// The literals that a condition compares with.
fn asked_for(condition: &Expr) -> Vec<String> {
    match condition {
        Expr::Paren(inner) => asked_for(&inner.expr),
        Expr::Binary(both) => match both.op {
            BinOp::And(_) | BinOp::Or(_) => [asked_for(&both.left), asked_for(&both.right)].concat(),
            BinOp::Eq(_) => [&both.left, &both.right].into_iter().filter_map(|side| literal(side)).collect(),
            _ => Vec::new(),
        },
        Expr::Let(matched) => {
            let mut found = Vec::new();
            literals_of(&matched.pat, &mut found);
            found
        }
        Expr::Macro(call) if call.mac.path.is_ident("matches") => {
            tokens::of(&call.mac.tokens).into_iter().filter(|token| tokens::is_literal(token)).collect()
        }
        Expr::MethodCall(call)
            if ["eq", "contains", "starts_with", "ends_with"].contains(&call.method.to_string().as_str()) =>
        {
            call.args.iter().filter_map(literal).collect()
        }
        _ => Vec::new(),
    }
}

fn literals_of(pattern: &Pat, found: &mut Vec<String>) {
    match pattern {
        Pat::Lit(lit) => found.push(tokens::line(lit)),
        Pat::Or(any) => any.cases.iter().for_each(|pattern| literals_of(pattern, found)),
        Pat::Tuple(all) => all.elems.iter().for_each(|pattern| literals_of(pattern, found)),
        Pat::TupleStruct(all) => all.elems.iter().for_each(|pattern| literals_of(pattern, found)),
        Pat::Slice(all) => all.elems.iter().for_each(|pattern| literals_of(pattern, found)),
        Pat::Paren(inner) => literals_of(&inner.pat, found),
        Pat::Reference(inner) => literals_of(&inner.pat, found),
        _ => {}
    }
}

/// The literal that an expression gives back: as it is, in `return`, or wrapped in calls: `Ok("..".to_owned())`.
fn given_back(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Return(left) => given_back(left.expr.as_ref()?),
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [.., Stmt::Expr(last, _)] => given_back(last),
            _ => None,
        },
        Expr::Call(call) if call.args.len() == 1 => given_back(call.args.first()?),
        Expr::MethodCall(call) if call.args.is_empty() => given_back(&call.receiver),
        other => literal(other),
    }
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(lit) if !matches!(lit.lit, Lit::Bool(_)) => Some(tokens::line(lit)),
        Expr::Reference(inner) => literal(&inner.expr),
        Expr::Paren(inner) => literal(&inner.expr),
        Expr::MethodCall(call) if call.args.is_empty() => literal(&call.receiver),
        Expr::Unary(signed) if matches!(signed.op, syn::UnOp::Neg(_)) => literal(&signed.expr),
        _ => None,
    }
}
