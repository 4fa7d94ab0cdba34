//! What the arguments of a registration say: options, lists of labels, and keys of macros.

use syn::visit::Visit;
use syn::{Expr, Lit};

use super::registrations::Labelled;
use super::types::literal;

/// Methods of OpenTelemetry's meter.
pub(super) fn is_meter(method: &str) -> bool {
    let Some((number, kind)) = method.split_once('_') else { return false };
    ["u64", "i64", "f64"].contains(&number)
        && ["counter", "up_down_counter", "histogram", "gauge", "observable_counter", "observable_gauge"]
            .iter()
            .chain(&["observable_up_down_counter"])
            .any(|known| *known == kind)
}

/// What `Opts::new(..)`, `opts!(..)` and the calls behind it say.
#[derive(Default)]
pub(super) struct Chain {
    pub(super) before: Vec<String>,
    pub(super) labels: Vec<String>,
    pub(super) is_open: bool,
}

/// The name that options are made with, and what follows; `None` where it is something else.
pub(super) fn opts(expression: &Expr) -> Option<(&Expr, Chain)> {
    match expression {
        Expr::MethodCall(call) => {
            let (name, mut chain) = opts(&call.receiver)?;
            match (call.method.to_string().as_str(), call.args.first().and_then(literal)) {
                ("namespace", Some(text)) => chain.before.insert(0, text),
                ("subsystem", Some(text)) => chain.before.push(text),
                ("const_label", Some(text)) => chain.labels.push(text),
                ("const_labels" | "variable_label" | "variable_labels", _) => chain.is_open = true,
                ("buckets", _) => {}
                _ => chain.is_open = true,
            }
            Some((name, chain))
        }
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return None };
            let mut segments = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
            let is_new = segments.next().is_some_and(|last| last == "new");
            let is_opts = segments.next().is_some_and(|kind| kind == "Opts" || kind == "HistogramOpts");
            let name = call.args.first().filter(|_| is_new && is_opts)?;
            Some((name, Chain::default()))
        }
        _ => None,
    }
}

/// The texts of `&["a", "b"]`.
pub(super) fn listed(expression: &Expr) -> Option<Vec<String>> {
    match expression {
        Expr::Reference(inner) => listed(&inner.expr),
        Expr::Array(array) => array.elems.iter().map(literal).collect(),
        _ => None,
    }
}

/// The name and the labels of `counter!("name", "label" => value)`.
pub(super) fn keyed(call: &syn::Macro) -> Option<(Expr, Labelled)> {
    use syn::parse::Parser as _;
    let pairs = |input: syn::parse::ParseStream<'_>| -> syn::Result<(Expr, Labelled)> {
        let name: Expr = input.parse()?;
        let (mut labels, mut is_open) = (Vec::new(), false);
        while input.parse::<Option<syn::Token![,]>>()?.is_some() && !input.is_empty() {
            let label: Expr = input.parse()?;
            match literal(&label) {
                Some(label) => labels.push(label),
                None => is_open = true,
            }
            match input.parse::<Option<syn::Token![=>]>>()? {
                Some(_) => drop(input.parse::<Expr>()?),
                None => is_open = true,
            }
        }
        Ok((name, if is_open { Labelled::Open } else { Labelled::With(labels) }))
    };
    // What says more than names and labels, as `target:` does, is read up to its first text.
    pairs.parse2(call.tokens.clone()).ok()
}

/// Every text of an expression.
#[derive(Default)]
pub(super) struct Texts(pub(super) Vec<String>);

impl Visit<'_> for Texts {
    fn visit_lit(&mut self, literal: &Lit) {
        if let Lit::Str(text) = literal {
            self.0.push(text.value());
        }
    }
}
