//! Calls that read a flag: the key, and the default where the call or the method behind it says one.

use std::collections::HashMap;

use findings::{Finding, Level, Location, Rule};
use quote::ToTokens;
use syn::visit::Visit;
use syn::{Expr, Lit};

use crate::bound::bound;
use crate::calls::{Call, peel, variable};
use crate::site::{Site, Step};
use crate::texts::literal;
use crate::types::{head, type_of};
use crate::walk::Node;

/// A call with a text that may be a key, before it is known whether it reads flags.
pub struct Read {
    /// The method, or the last segment of the function's path.
    pub(super) name: String,
    /// The canonical path, that of its type included where it is a method and the type is known.
    pub(super) path: Option<String>,
    /// The variable or field that a method is called on.
    pub(super) of: Option<String>,
    /// The key.
    pub key: String,
    /// The canonical path of the constant that has the key, where it is one.
    pub(super) constant: Option<String>,
    /// What it is where nobody has set it, as a literal in one spelling; `None` where the code does not say it here.
    pub default: Option<String>,
    /// Where the call stands.
    pub location: Location,
    /// The tokens of the call and the item around it.
    identity: [String; 2],
}

impl Read {
    /// What [`collect`] found.
    pub(super) fn of(found: Finding) -> Option<Read> {
        let [name, path, of, key, constant, default, call, item] =
            <[String; 8]>::try_from(found.facts).ok()?;
        let known = |text: String| (!text.is_empty()).then_some(text);
        let (path, of, constant, default) = (known(path), known(of), known(constant), known(default));
        let location = found.location?;
        Some(Read { name, path, of, key, constant, default, location, identity: [call, item] })
    }

    /// Takes the key from the constant that has it, if one of all files is that; gives whether there is a key.
    pub(super) fn take_key(&mut self, constants: &HashMap<String, String>) -> bool {
        let text = self.constant.as_ref().and_then(|path| constants.get(path));
        self.key = text.cloned().unwrap_or_else(|| std::mem::take(&mut self.key));
        !self.key.is_empty()
    }

    /// Whether the path of what is called ends with these segments.
    pub(super) fn is_at(&self, end: &str) -> bool {
        let before = self.path.as_deref().and_then(|path| path.strip_suffix(end));
        before.is_some_and(|before| before.is_empty() || before.ends_with("::"))
    }

    /// A finding at the call.
    pub fn finding(&self, rule: &'static Rule, message: String) -> Finding {
        let [call, item] = &self.identity;
        Finding::new(rule, self.location.clone(), message).fact(call).fact(item)
    }
}

/// What carries a read out of the walk; nobody is told of it.
static READ: Rule = Rule {
    id: "flag-read",
    guard: "lints",
    group: "experiments",
    level: Level::Note,
    summary: "",
    docs: "",
    file: file!(),
};

/// Looks at one node. The walk that all rules share gives findings, so each read is carried as one, with what is known of it
/// as its facts; [`Read::of`] takes it apart.
pub(super) fn collect(node: &Node<'_>, site: &Site<'_>, found: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    let (receiver, arguments) = match call.expr {
        Expr::MethodCall(method) => (Some(&*method.receiver), &method.args),
        Expr::Call(function) => (None, &function.args),
        _ => return,
    };
    // What is read from may stand in front: `Flags::get(&flags, "key")`.
    let keys = arguments.iter().take(2).enumerate();
    let Some((at, Text { text: key, constant: held_by })) =
        keys.filter_map(|(at, part)| Some((at, text(part, site)?))).next()
    else {
        return;
    };
    let default = arguments.iter().nth(at + 1).and_then(constant).or_else(|| fallback(call, site));
    let path = call.path.clone().or_else(|| of_type(call, receiver?, site));
    let facts = [
        call.name.to_string(),
        path.unwrap_or_default(),
        receiver.and_then(place).unwrap_or_default(),
        key,
        held_by.unwrap_or_default(),
        default.unwrap_or_default(),
        call.expr.to_token_stream().to_string(),
        site.item(),
    ];
    let read = Finding::new(&READ, site.location(call.expr), "a read");
    found.push(facts.into_iter().fold(read, Finding::fact));
}

/// The path of a method whose receiver's type is known.
fn of_type(call: &Call<'_>, receiver: &Expr, site: &Site<'_>) -> Option<String> {
    let owner = head(&type_of(receiver, site)?, site)?;
    Some(format!("{owner}::{}", call.name))
}

/// The name of the variable or field that an expression is.
fn place(expr: &Expr) -> Option<String> {
    match peel(expr) {
        Expr::Field(field) => Some(field.member.to_token_stream().to_string()),
        other => variable(other).map(ToString::to_string),
    }
}

/// A text, and where it is if not here.
struct Text {
    /// As far as this file says it.
    text: String,
    /// The canonical path of the constant that has it.
    constant: Option<String>,
}

/// The text that an expression is: a literal, a variable that holds one, a constant.
fn text(expr: &Expr, site: &Site<'_>) -> Option<Text> {
    let here = |text| Text { text, constant: None };
    if let Some(text) = literal(expr) {
        return Some(here(text));
    }
    let Expr::Path(path) = peel(expr) else { return None };
    if let Some(value) = path.path.get_ident().and_then(|name| bound(name, site)) {
        return value.and_then(literal).map(here);
    }
    let own = || {
        let constants = site.facts.once(|| Constants::of(&site.file.ast));
        constants.0.get(&path.path.segments.last()?.ident.to_string()).cloned()
    };
    let constant = site.resolve_function(path).filter(|_| is_constant(path));
    let text = own().unwrap_or_default();
    (constant.is_some() || !text.is_empty()).then_some(Text { text, constant })
}

/// Whether a path is written like that of a constant: a variable of the same module resolves, too.
fn is_constant(path: &syn::ExprPath) -> bool {
    path.path.segments.last().is_some_and(|last| !last.ident.to_string().contains(char::is_lowercase))
}

/// The constants and statics of a file that are texts. Of two with one name the later one counts.
struct Constants(HashMap<String, String>);

impl Constants {
    fn of(file: &syn::File) -> Constants {
        let mut constants = Constants(HashMap::new());
        constants.visit_file(file);
        constants
    }

    fn add(&mut self, name: &syn::Ident, value: &Expr) {
        if let Some(text) = literal(value) {
            self.0.insert(name.to_string(), text);
        }
    }
}

impl<'a> Visit<'a> for Constants {
    fn visit_item_const(&mut self, item: &'a syn::ItemConst) {
        self.add(&item.ident, &item.expr);
    }

    fn visit_item_static(&mut self, item: &'a syn::ItemStatic) {
        self.add(&item.ident, &item.expr);
    }

    fn visit_impl_item_const(&mut self, item: &'a syn::ImplItemConst) {
        self.add(&item.ident, &item.expr);
    }
}

/// What `unwrap_or` behind the call gives: `parameters.get("key").copied().unwrap_or(0.5)`.
fn fallback(call: &Call<'_>, site: &Site<'_>) -> Option<String> {
    let mut inner = call.expr;
    for step in site.steps.iter().rev() {
        let Step::Expr(outer @ Expr::MethodCall(method)) = step else { return None };
        if !std::ptr::eq(&*method.receiver, inner) {
            return None;
        }
        match method.method.to_string().as_str() {
            "unwrap_or" => return method.args.first().and_then(constant),
            "copied" | "cloned" => inner = outer,
            _ => return None,
        }
    }
    None
}

/// A literal in one spelling: `0.50_f32` is `0.5`.
fn constant(expr: &Expr) -> Option<String> {
    match peel(expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Float(number) => number.base10_parse::<f64>().ok().map(|number| number.to_string()),
            Lit::Int(number) => number.base10_parse::<i128>().ok().map(|number| number.to_string()),
            Lit::Bool(value) => Some(value.value.to_string()),
            Lit::Str(text) => Some(format!("{:?}", text.value())),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => {
            constant(&unary.expr).map(|number| format!("-{number}"))
        }
        other => literal(other).map(|text| format!("{text:?}")),
    }
}
