//! The one walk over a file that all rules share: it finds the nodes and keeps account of the way down.

mod ground;
mod left_out;
mod macros;

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use findings::Finding;
use source::{Asking, MacroBody, Scope, SourceFile};
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, Macro, Stmt};

use crate::asyncness::runs_at_once;
use crate::bound::{bound, constant};
use crate::calls::Call;
use crate::facts::Facts;
use crate::flow::Flow;
use crate::house::{House, Look, Seen};
use crate::layers::Layers;
use crate::site::{Site, Step};
use crate::test_code::is_test_only;
use ground::Ground;

/// What a rule may look at.
pub enum Node<'a> {
    /// A call of a function or method.
    Call(&'a Call<'a>),
    /// A function that is handed to a method that calls it at once, as in `unwrap_or_else(Instant::now)`.
    Handed(&'a Call<'a>),
    /// A `for` loop.
    Loop(&'a syn::ExprForLoop),
    /// A macro call with its body, before what stands in that.
    Macro(&'a Macro, &'a MacroBody),
    /// An attribute, documentation left out; of a function, before the function.
    Attribute(&'a Attribute),
    /// An enum, struct, union, alias of a type or macro that is declared.
    Item(&'a syn::Item),
    /// A function with a body.
    Function(&'a syn::Signature, &'a Block),
    /// A `let`.
    Let(&'a syn::Local),
    /// A `match`.
    Match(&'a syn::ExprMatch),
    /// An `if`.
    If(&'a syn::ExprIf),
    /// A `loop`, which ends by `break` or `return` alone.
    Endless(&'a syn::ExprLoop),
}

/// A rule over syntax.
pub type SyntaxCheck = fn(&Node<'_>, &Site<'_>, &mut Vec<Finding>);

/// The rules over syntax by the code that they look at. Most look for what does no harm in tests.
#[derive(Clone, Default)]
pub(crate) struct SyntaxChecks {
    /// Those over code that is built for others than tests.
    pub(crate) code: Vec<SyntaxCheck>,
    /// Those over code that is there for tests only.
    pub(crate) tests: Vec<SyntaxCheck>,
    /// Those of the policy, over both.
    pub(crate) house: Arc<House>,
    /// Whether it is wanted what the file says of its functions to the others.
    pub(crate) gathers: bool,
}

/// Who is shown the nodes of code that is not there for tests, after the checks, with what these have found there.
pub(crate) type Onlooker<'o> = &'o mut dyn FnMut(&Node<'_>, &Site<'_>, &[Finding]);

/// Shows every node of a file to every check of its kind of code, bodies of macros included. Gives what they find; nothing where
/// the file is generated or a build script.
pub(crate) fn walk(
    file: &SourceFile,
    is_for_tests: bool,
    names: &Asking<'_>,
    layers: &Layers,
    checks: &SyntaxChecks,
    onlooker: Onlooker<'_>,
) -> Vec<Finding> {
    if left_out::is_left_out(file) {
        return Vec::new();
    }
    let facts = Facts::of(&file.ast);
    let mut findings = Vec::new();
    let look = Look::new(&checks.house, file);
    let mut walk = Walk {
        ground: Ground { file, facts: &facts, names, ranks: layers.hold(file), house: &look },
        checks,
        in_tests: is_for_tests,
        scope: Scope::of(file),
        steps: Vec::new(),
        awaited: None,
        flow: Rc::default(),
        findings: &mut findings,
        onlooker,
    };
    walk.under(&file.ast.attrs, |walk| walk.visit_file(&file.ast));
    look.finish(is_for_tests || is_test_only(&file.ast.attrs), &mut findings);
    findings
}

struct Walk<'a, 'o> {
    ground: Ground<'a>,
    checks: &'o SyntaxChecks,
    in_tests: bool,
    scope: Scope,
    steps: Vec<Step<'a>>,
    /// The expression whose `.await` is being entered.
    awaited: Option<*const Expr>,
    /// Of the innermost function.
    flow: Rc<OnceCell<Flow>>,
    findings: &'o mut Vec<Finding>,
    onlooker: Onlooker<'o>,
}

impl<'a> Walk<'a, '_> {
    fn site(&self) -> Site<'_> {
        self.ground.site(&self.scope, &self.steps, &self.flow)
    }

    fn show(&mut self, node: &Node<'_>) {
        let site = self.ground.site(&self.scope, &self.steps, &self.flow);
        let checks = if self.in_tests { &self.checks.tests } else { &self.checks.code };
        let before = self.findings.len();
        for check in checks {
            check(node, &site, self.findings);
        }
        if !self.in_tests {
            (self.onlooker)(node, &site, self.findings.get(before..).unwrap_or_default());
        }
    }

    /// Shows something to the house rules.
    fn look(&mut self, look: impl FnOnce(&Look<'_>, &mut Seen<'_, '_>)) {
        let site = self.ground.site(&self.scope, &self.steps, &self.flow);
        look(self.ground.house, &mut Seen { site: &site, in_tests: self.in_tests, findings: self.findings });
    }

    /// Whether nobody looks at code for tests.
    fn skips_tests(&self) -> bool {
        self.checks.tests.is_empty() && !self.checks.house.judges_tests()
    }

    /// Visits statements, with account of which one it is in the step that was pushed last.
    fn statements(&mut self, statements: &'a [Stmt]) {
        for (at, statement) in statements.iter().enumerate() {
            if let Some(step) = self.steps.last_mut() {
                *step = Step::Statements(statements, at);
            }
            self.visit_stmt(statement);
        }
    }

    fn within(&mut self, step: Step<'a>, visit: impl FnOnce(&mut Self)) {
        self.steps.push(step);
        visit(self);
        self.steps.pop();
    }

    /// Visits what attributes stand on; not at all where they keep it to tests and no rule looks at those.
    fn under(&mut self, attrs: &[Attribute], visit: impl FnOnce(&mut Self)) {
        let outer = self.in_tests;
        self.in_tests |= is_test_only(attrs);
        if !(self.in_tests && self.skips_tests()) {
            visit(self);
        }
        self.in_tests = outer;
    }

    fn function(&mut self, attrs: &'a [Attribute], signature: &'a syn::Signature, block: &'a Block) {
        self.under(attrs, |walk| {
            let outer = std::mem::take(&mut walk.flow);
            walk.within(Step::Attributes(attrs), |walk| {
                attrs.iter().for_each(|attribute| walk.visit_attribute(attribute));
                walk.within(Step::Function(signature, block), |walk| {
                    walk.show(&Node::Function(signature, block));
                    walk.look(|look, seen| look.function(attrs, signature, block, seen));
                    if walk.ground.house.wants_paths() {
                        visit::visit_signature(walk, signature);
                    }
                    walk.visit_block(block);
                });
            });
            walk.flow = outer;
        });
    }

    fn call(&mut self, expr: &'a Expr) {
        let (name, path) = match expr {
            Expr::MethodCall(call) => (&call.method, None),
            Expr::Call(call) => match &*call.func {
                Expr::Path(function) => {
                    let Some(last) = function.path.segments.last() else { return };
                    (&last.ident, self.function_path(function))
                }
                _ => return,
            },
            _ => return,
        };
        let awaited = self.awaited.is_some_and(|awaited| std::ptr::eq(awaited, expr));
        self.show(&Node::Call(&Call { expr, name, path, awaited }));
    }

    /// A function that is named where a closure might call it.
    fn handed(&mut self, expr: &'a Expr, function: &'a syn::ExprPath) {
        let Some(Step::Expr(Expr::MethodCall(around))) = self.steps.last() else { return };
        if std::ptr::eq(&*around.receiver, expr) || !runs_at_once(&around.method) {
            return;
        }
        let (Some(last), path @ Some(_)) = (function.path.segments.last(), self.function_path(function))
        else {
            return;
        };
        self.show(&Node::Handed(&Call { expr, name: &last.ident, path, awaited: false }));
    }

    /// The canonical path of a called function: also of `<T>::f(..)`, and of a variable that holds a function.
    fn function_path(&self, function: &syn::ExprPath) -> Option<String> {
        let site = self.site();
        let resolve = |path: &syn::Path| site.resolve(path);
        if function.qself.is_some() {
            return site.resolve_function(function);
        }
        // A variable hides a function of the same name.
        match function.path.get_ident().and_then(|name| bound(name, &site).or_else(|| constant(name, &site)))
        {
            Some(Some(Expr::Path(held))) => resolve(&held.path),
            Some(_) => None,
            None => resolve(&function.path),
        }
    }
}

impl<'a> Visit<'a> for Walk<'a, '_> {
    fn visit_item(&mut self, item: &'a syn::Item) {
        let attrs = match item {
            syn::Item::Const(syn::ItemConst { attrs, ident, .. })
            | syn::Item::Static(syn::ItemStatic { attrs, ident, .. }) => {
                return self.under(attrs, |walk| {
                    walk.within(Step::Constant(ident), |walk| visit::visit_item(walk, item));
                });
            }
            syn::Item::Enum(item) => &item.attrs,
            syn::Item::Macro(item) => &item.attrs,
            syn::Item::Struct(item) => &item.attrs,
            syn::Item::Type(item) => &item.attrs,
            syn::Item::Union(item) => &item.attrs,
            // The others see to it themselves.
            _ => return visit::visit_item(self, item),
        };
        self.under(attrs, |walk| {
            walk.show(&Node::Item(item));
            visit::visit_item(walk, item);
        });
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.function(&item.attrs, &item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.function(&item.attrs, &item.sig, &item.block);
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        match &item.default {
            Some(block) => self.function(&item.attrs, &item.sig, block),
            None => self.under(&item.attrs, |walk| visit::visit_trait_item_fn(walk, item)),
        }
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        self.under(&item.attrs, |walk| {
            walk.within(Step::Impl(item), |walk| visit::visit_item_impl(walk, item));
        });
    }

    fn visit_item_trait(&mut self, item: &'a syn::ItemTrait) {
        self.under(&item.attrs, |walk| {
            walk.within(Step::Trait(&item.ident), |walk| visit::visit_item_trait(walk, item));
        });
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        self.under(&item.attrs, |walk| {
            let inner = walk.scope.enter_module(item);
            let outer = std::mem::replace(&mut walk.scope, inner);
            walk.within(Step::Module(&item.ident), |walk| visit::visit_item_mod(walk, item));
            walk.scope = outer;
        });
    }

    fn visit_block(&mut self, block: &'a Block) {
        let inner = self.scope.enter(block);
        let outer = std::mem::replace(&mut self.scope, inner);
        self.within(Step::Statements(&block.stmts, 0), |walk| walk.statements(&block.stmts));
        self.scope = outer;
    }

    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Local(local) => self.under(&local.attrs, |walk| visit::visit_stmt(walk, statement)),
            _ => visit::visit_stmt(self, statement),
        }
    }

    fn visit_local(&mut self, local: &'a syn::Local) {
        self.show(&Node::Let(local));
        self.within(Step::Let(local), |walk| visit::visit_local(walk, local));
    }

    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        self.within(Step::Arm(arm), |walk| visit::visit_arm(walk, arm));
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::MethodCall(call) => {
                self.call(expr);
                self.look(|look, seen| look.method(call, seen));
            }
            Expr::Call(_) => self.call(expr),
            Expr::Path(path) => {
                self.look(|look, seen| look.expression(path, seen));
                self.handed(expr, path);
            }
            Expr::ForLoop(each) => self.show(&Node::Loop(each)),
            Expr::Match(arms) => self.show(&Node::Match(arms)),
            Expr::If(branches) => self.show(&Node::If(branches)),
            Expr::Loop(endless) => self.show(&Node::Endless(endless)),
            Expr::Await(awaited) => {
                let mut base = &*awaited.base;
                while let Expr::Paren(syn::ExprParen { expr, .. }) | Expr::Try(syn::ExprTry { expr, .. }) =
                    base
                {
                    base = expr;
                }
                self.awaited = Some(std::ptr::from_ref(base));
            }
            _ => {}
        }
        self.within(Step::Expr(expr), |walk| visit::visit_expr(walk, expr));
    }

    fn visit_macro(&mut self, mac: &'a Macro) {
        let body = source::macro_body(mac);
        self.show(&Node::Macro(mac, &body));
        self.look(|look, seen| look.macro_call(mac, seen));
        self.body(mac, &body);
    }

    fn visit_attribute(&mut self, attribute: &'a Attribute) {
        if !attribute.path().is_ident("doc") {
            self.show(&Node::Attribute(attribute));
            self.look(|look, seen| look.attribute(attribute, seen));
        }
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        if self.ground.house.wants_paths() {
            self.look(|look, seen| look.path(path, seen));
            visit::visit_path(self, path);
        }
    }

    // Nothing to find in these but paths, and they make up much of a file.
    fn visit_type(&mut self, ty: &'a syn::Type) {
        if self.ground.house.wants_paths() {
            visit::visit_type(self, ty);
        }
    }

    fn visit_generics(&mut self, generics: &'a syn::Generics) {
        if self.ground.house.wants_paths() {
            visit::visit_generics(self, generics);
        }
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        if self.ground.house.wants_paths() {
            self.under(&item.attrs, |walk| walk.look(|look, seen| look.import(item, seen)));
        }
    }

    fn visit_pat(&mut self, pat: &'a syn::Pat) {
        if self.ground.house.wants_paths() {
            visit::visit_pat(self, pat);
        }
    }
}
