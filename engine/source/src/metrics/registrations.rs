//! Calls that register a metric, as one file writes them: of the crates `prometheus-client`, `prometheus`, `metrics` and
//! `opentelemetry`, and of the functions that the policy names.

use std::collections::BTreeSet;

use syn::Expr;
use syn::visit::{self, Visit};

use super::arguments::{Chain, Texts, is_meter, keyed, listed, opts};
use super::types::{Bindings, literal, metric_of_type};
use super::{MetricKind as Kind, MetricSite as Site};
use crate::code::{is_for_tests, is_never_built, is_test_function, of_expression};
use crate::names::{Names, Scope};
use crate::syntax::{SourceFile, macro_expressions};

/// What a file registers.
#[derive(Clone, Debug, Default)]
pub(super) struct Registrations {
    pub(super) metrics: Vec<Registration>,
    /// Prefixes of registries; `None` where one is computed.
    pub(super) prefixes: BTreeSet<Option<String>>,
    /// Labels of registries.
    pub(super) labels: BTreeSet<String>,
}

/// One call that registers a metric.
#[derive(Clone, Debug)]
pub(super) struct Registration {
    pub(super) name: Text,
    /// What stands behind the name, with `_` before it.
    pub(super) unit: Option<String>,
    pub(super) kind: Kind,
    pub(super) labels: Labelled,
    pub(super) site: Site,
}

/// A text of the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Literal(String),
    /// The canonical path of a constant.
    Constant(String),
    /// It is computed.
    Computed,
}

/// Where the labels of a metric are said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Labelled {
    /// Here.
    With(Vec<String>),
    /// By a type, of which this is the canonical path.
    By(String),
    /// It is not known.
    Open,
}

/// Words of which a file has one if it registers anything: files without are not parsed.
pub(super) const WORDS: &[&str] = &[
    "register",
    "counter!",
    "gauge!",
    "histogram!",
    "Opts",
    "_counter(",
    "_histogram(",
    "_gauge(",
    "_prefix(",
    "CounterVec",
    "GaugeVec",
    "HistogramVec",
];

/// What a file registers, code for tests and code that no build has left out. `own` are the functions of the policy.
pub(super) fn registrations(file: &SourceFile, names: &Names, own: &[String]) -> Registrations {
    let mut walk = Walk {
        file,
        names,
        own,
        scope: Scope::of(file),
        bindings: Bindings::of(&file.ast),
        found: Registrations::default(),
    };
    if !is_left_out(&file.ast.attrs) {
        walk.visit_file(&file.ast);
    }
    walk.found
}

/// Whether attributes keep code out of what runs.
fn is_left_out(attributes: &[syn::Attribute]) -> bool {
    is_for_tests(attributes) || is_test_function(attributes) || is_never_built(attributes)
}

/// Whether a condition is written `false`.
fn is_false(condition: &Expr) -> bool {
    match condition {
        Expr::Lit(literal) => matches!(&literal.lit, syn::Lit::Bool(literal) if !literal.value),
        Expr::Paren(inner) => is_false(&inner.expr),
        Expr::Binary(both) if matches!(both.op, syn::BinOp::And(_)) => is_false(&both.left),
        _ => false,
    }
}

struct Walk<'a> {
    file: &'a SourceFile,
    names: &'a Names,
    own: &'a [String],
    scope: Scope,
    bindings: Bindings<'a>,
    found: Registrations,
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            syn::Item::Macro(item) => &item.attrs,
            syn::Item::Static(item) => &item.attrs,
            syn::Item::Trait(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_left_out(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_left_out(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if !is_left_out(&local.attrs) {
            visit::visit_local(self, local);
        }
    }

    fn visit_stmt_macro(&mut self, statement: &'ast syn::StmtMacro) {
        if !is_left_out(&statement.attrs) {
            visit::visit_stmt_macro(self, statement);
        }
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        if !of_expression(expression).is_some_and(is_left_out) {
            visit::visit_expr(self, expression);
        }
    }

    fn visit_expr_if(&mut self, branch: &'ast syn::ExprIf) {
        match &branch.else_branch {
            Some((_, other)) if is_false(&branch.cond) => self.visit_expr(other),
            None if is_false(&branch.cond) => {}
            _ => visit::visit_expr_if(self, branch),
        }
    }

    fn visit_expr_while(&mut self, repeated: &'ast syn::ExprWhile) {
        if !is_false(&repeated.cond) {
            visit::visit_expr_while(self, repeated);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let outer = self.scope.clone();
        self.scope = self.scope.enter_module(module);
        visit::visit_item_mod(self, module);
        self.scope = outer;
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let outer = self.scope.clone();
        self.scope = self.scope.enter(block);
        visit::visit_block(self, block);
        self.scope = outer;
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let method = call.method.to_string();
        match (method.as_str(), arguments.as_slice()) {
            ("register", [name, _, metric]) => self.client(call, name, None, metric),
            ("register_with_unit", [name, _, unit, metric]) => self.client(call, name, Some(unit), metric),
            ("sub_registry_with_prefix", [prefix]) => drop(self.found.prefixes.insert(literal(prefix))),
            ("sub_registry_with_label", [label]) => self.label(label),
            ("sub_registry_with_labels", [labels]) => self.label(labels),
            (method, [name, ..]) if is_meter(method) => {
                self.push(name, None, Kind::OpenWithUnit, Labelled::Open, call.method.span());
            }
            (method, [name, ..]) if self.is_own(method, None) => {
                self.push(name, None, Kind::Open, Labelled::Open, call.method.span());
            }
            _ => {}
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        if let Expr::Path(path) = &*call.func {
            let last =
                path.path.segments.iter().rev().map(|segment| segment.ident.to_string()).collect::<Vec<_>>();
            let arguments: Vec<&Expr> = call.args.iter().collect();
            let span = path.path.segments.last().map(|segment| segment.ident.span());
            if let (Some(span), Some(first)) = (span, last.first()) {
                match (last.get(1).map(String::as_str), first.as_str(), arguments.as_slice()) {
                    (Some("Registry"), "with_prefix", [prefix]) => {
                        self.found.prefixes.insert(literal(prefix));
                    }
                    (Some("Registry"), "with_labels", [labels]) => self.label(labels),
                    (Some("Registry"), "with_prefix_and_labels", [prefix, labels]) => {
                        self.found.prefixes.insert(literal(prefix));
                        self.label(labels);
                    }
                    (Some(kind), "new" | "with_opts", arguments) => self.constructed(kind, arguments, span),
                    (_, name, [metric, ..]) if self.is_own(name, Some(&path.path)) => {
                        self.push(metric, None, Kind::Open, Labelled::Open, span);
                    }
                    _ => {}
                }
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let arguments = macro_expressions(call);
        if let Some(name) = call.path.segments.last() {
            let arguments: Vec<&Expr> = arguments.iter().collect();
            self.macro_call(&name.ident.to_string(), &arguments, call, name.ident.span());
        }
        for argument in &arguments {
            // What a macro is handed may register something as well, as in `vec![..]`.
            let mut within = Walk {
                file: self.file,
                names: self.names,
                own: self.own,
                scope: self.scope.clone(),
                bindings: Bindings::default(),
                found: Registrations::default(),
            };
            within.visit_expr(argument);
            self.found.metrics.append(&mut within.found.metrics);
            self.found.prefixes.append(&mut within.found.prefixes);
            self.found.labels.append(&mut within.found.labels);
        }
    }
}

impl Walk<'_> {
    /// `Registry::register` of the crate `prometheus-client`.
    fn client(&mut self, call: &syn::ExprMethodCall, name: &Expr, unit: Option<&Expr>, metric: &Expr) {
        let found = self.bindings.type_of(metric).map(|written| {
            metric_of_type(&written, &|path| self.names.resolve(self.file, &self.scope, path))
        });
        let (mut kind, labels) = found.unwrap_or((Kind::Open, Labelled::Open));
        let unit = unit.map(|unit| match unit {
            Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string().to_lowercase()),
            _ => None,
        });
        if unit == Some(None) {
            kind = Kind::OpenWithUnit;
        }
        self.push(name, unit.flatten(), kind, labels, call.method.span());
    }

    /// `IntCounterVec::new(Opts::new("name", "help"), &["label"])` and its like, of the crate `prometheus`.
    fn constructed(&mut self, kind: &str, arguments: &[&Expr], span: proc_macro2::Span) {
        let kind = match kind {
            "Counter" | "IntCounter" | "Gauge" | "IntGauge" | "CounterVec" | "IntCounterVec" | "GaugeVec"
            | "IntGaugeVec" => Kind::Plain,
            "Histogram" | "HistogramVec" => Kind::Histogram,
            _ => return,
        };
        match arguments {
            // `Counter::new("name", "help")`; `Histogram::new(buckets)` of another crate has one argument, no text.
            [name, labels] => match (opts(name), listed(labels)) {
                (Some((name, more)), Some(labels)) => self.opted(name, &more, kind, labels, span),
                (None, None) if kind == Kind::Plain && literal(name).is_some() => {
                    self.push(name, None, kind, Labelled::With(Vec::new()), span);
                }
                (Some((name, _)), None) => self.push(name, None, kind, Labelled::Open, span),
                _ => {}
            },
            [one] => {
                if let Some((name, more)) = opts(one) {
                    self.opted(name, &more, kind, Vec::new(), span);
                }
            }
            _ => {}
        }
    }

    fn opted(
        &mut self,
        name: &Expr,
        more: &Chain,
        kind: Kind,
        mut labels: Vec<String>,
        span: proc_macro2::Span,
    ) {
        labels.extend(more.labels.iter().cloned());
        let labels = if more.is_open { Labelled::Open } else { Labelled::With(labels) };
        let before = more.before.len();
        self.push(name, None, kind, labels, span);
        if let Some(Registration { name, .. }) = self.found.metrics.last_mut().filter(|_| before > 0)
            && let Text::Literal(text) = name
        {
            *text = format!("{}_{text}", more.before.join("_"));
        }
    }

    fn macro_call(&mut self, name: &str, arguments: &[&Expr], call: &syn::Macro, span: proc_macro2::Span) {
        // Macros of the crate `metrics`: `counter!("name", "label" => value)`.
        if ["counter", "gauge", "histogram"].contains(&name) {
            if let Some((first, labels)) = keyed(call) {
                self.push(&first, None, Kind::Open, labels, span);
            }
            return;
        }
        if self.is_own(name, None) {
            if let Some(first) = arguments.first() {
                self.push(first, None, Kind::Open, Labelled::Open, span);
            }
            return;
        }
        let Some(what) = name.strip_prefix("register_") else { return };
        let kind = match what.trim_start_matches("int_").split("_with_registry").next() {
            Some("counter" | "counter_vec" | "gauge" | "gauge_vec") => Kind::Plain,
            Some("histogram" | "histogram_vec") => Kind::Histogram,
            _ => return,
        };
        let vector = what.contains("_vec");
        match arguments {
            [first, rest @ ..] if opts(first).is_some() => {
                let Some((name, more)) = opts(first) else { return };
                let labels = rest.first().and_then(|labels| listed(labels));
                match (vector, labels) {
                    (true, Some(labels)) => self.opted(name, &more, kind, labels, span),
                    (false, _) => self.opted(name, &more, kind, Vec::new(), span),
                    (true, None) => self.push(name, None, kind, Labelled::Open, span),
                }
            }
            [name, _, rest @ ..] => {
                let labels = match (vector, rest.first().and_then(|labels| listed(labels))) {
                    (true, Some(labels)) => Labelled::With(labels),
                    (true, None) => Labelled::Open,
                    (false, _) => Labelled::With(Vec::new()),
                };
                self.push(name, None, kind, labels, span);
            }
            _ => {}
        }
    }

    fn push(
        &mut self,
        name: &Expr,
        unit: Option<String>,
        kind: Kind,
        labels: Labelled,
        span: proc_macro2::Span,
    ) {
        let place = self.file.span(span);
        let site = Site { file: self.file.path.clone(), line: place.line, column: place.column };
        let name = match (literal(name), name) {
            (Some(name), _) => Text::Literal(name),
            (None, Expr::Path(path)) => {
                let canonical = self.names.resolve(self.file, &self.scope, &path.path);
                canonical.map_or(Text::Computed, Text::Constant)
            }
            (None, Expr::Reference(inner)) => return self.push(&inner.expr, unit, kind, labels, span),
            _ => Text::Computed,
        };
        self.found.metrics.push(Registration { name, unit, kind, labels, site });
    }

    fn label(&mut self, label: &Expr) {
        let mut texts = Texts::default();
        texts.visit_expr(label);
        self.found.labels.extend(texts.0);
    }

    fn is_own(&self, name: &str, path: Option<&syn::Path>) -> bool {
        let named = |own: &&String| own.rsplit("::").next() == Some(name);
        self.own.iter().filter(named).any(|own| match path {
            Some(path) => {
                let canonical = self.names.resolve(self.file, &self.scope, path);
                canonical.is_none_or(|canonical| canonical == *own)
            }
            None => true,
        })
    }
}
