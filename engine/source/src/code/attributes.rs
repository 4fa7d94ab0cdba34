//! What attributes say about where code is compiled, and headers about who wrote it.

use proc_macro2::{Ident, TokenTree};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Token};

/// Whether the code is only there for tests: `cfg(test)`, also within `all(…)`.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<Meta>().is_ok_and(|condition| requires_test(&condition))
    })
}

/// Whether a condition leaves the code out of every build: `any()`, `false`, and what is made of them.
pub(crate) fn is_never_built(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && match attribute.parse_args::<Meta>() {
                Ok(condition) => is_constant(&condition, false),
                Err(_) => attribute.parse_args::<syn::LitBool>().is_ok_and(|literal| !literal.value),
            }
    })
}

/// Whether a condition has this value wherever it is asked.
fn is_constant(condition: &Meta, value: bool) -> bool {
    let Meta::List(list) = condition else { return false };
    let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    let parts: Vec<Meta> = parts.map(|parts| parts.into_iter().collect()).unwrap_or_default();
    if parts.is_empty() && !list.tokens.is_empty() {
        return false;
    }
    match (list.path.get_ident().map(ToString::to_string).as_deref(), value) {
        (Some("all"), true) | (Some("any"), false) => parts.iter().all(|part| is_constant(part, value)),
        (Some("all"), false) | (Some("any"), true) => parts.iter().any(|part| is_constant(part, value)),
        (Some("not"), _) => matches!(&*parts, [part] if is_constant(part, !value)),
        _ => false,
    }
}

/// Whether a function is a test or a benchmark, whoever's attribute says so.
pub(crate) fn is_test_function(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|last| {
            ["test", "bench", "rstest", "test_case", "quickcheck", "wasm_bindgen_test"]
                .iter()
                .any(|name| last.ident == name)
        })
    })
}

/// The attributes of an expression of the kinds that stand on their own as a statement, if it has any.
pub(crate) fn of_expression(expression: &Expr) -> Option<&[Attribute]> {
    let attributes = match expression {
        Expr::Assign(it) => &it.attrs,
        Expr::Async(it) => &it.attrs,
        Expr::Await(it) => &it.attrs,
        Expr::Block(it) => &it.attrs,
        Expr::Call(it) => &it.attrs,
        Expr::ForLoop(it) => &it.attrs,
        Expr::If(it) => &it.attrs,
        Expr::Loop(it) => &it.attrs,
        Expr::Macro(it) => &it.attrs,
        Expr::Match(it) => &it.attrs,
        Expr::MethodCall(it) => &it.attrs,
        Expr::Path(it) => &it.attrs,
        Expr::Return(it) => &it.attrs,
        Expr::Struct(it) => &it.attrs,
        Expr::Try(it) => &it.attrs,
        Expr::Tuple(it) => &it.attrs,
        Expr::Unsafe(it) => &it.attrs,
        Expr::While(it) => &it.attrs,
        _ => return None,
    };
    (!attributes.is_empty()).then_some(attributes)
}

/// Whether a module or an `extern crate` brings its macros.
pub(super) fn brings_macros(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("macro_use"))
}

/// The name of the derive that a function is: `#[proc_macro_derive(Name, attributes(..))]`.
pub(super) fn derive_macro(attributes: &[Attribute]) -> Option<Ident> {
    let derive = attributes.iter().find(|attribute| attribute.path().is_ident("proc_macro_derive"))?;
    let Meta::List(list) = &derive.meta else { return None };
    match list.tokens.clone().into_iter().next()? {
        TokenTree::Ident(name) => Some(name),
        _ => None,
    }
}

/// Whether a `cfg` decides if the code is there.
pub(super) fn is_conditional(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg"))
}

/// The files that attributes give to a module.
#[derive(Default)]
pub(super) struct GivenPaths {
    /// By `#[path]` and `#[cfg_attr(…, path = …)]`.
    pub(super) paths: Vec<String>,
    /// By `#[cfg_attr(test, path = …)]`, so that only tests have them.
    pub(super) for_tests: Vec<String>,
    /// Whether one of them always holds.
    pub(super) always: bool,
}

/// The files that attributes give to a module.
pub(super) fn paths(attributes: &[Attribute]) -> GivenPaths {
    let mut given = GivenPaths::default();
    for attribute in attributes {
        if let Some(path) = path_of(&attribute.meta) {
            given.paths.push(path);
            given.always = true;
        } else if attribute.path().is_ident("cfg_attr") {
            let metas = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
            let mut metas = metas.iter().flatten();
            let test = metas.next().is_some_and(requires_test);
            let list = if test { &mut given.for_tests } else { &mut given.paths };
            list.extend(metas.filter_map(path_of));
        }
    }
    given
}

fn path_of(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(syn::MetaNameValue {
            path,
            value: Expr::Lit(ExprLit { lit: Lit::Str(text), .. }),
            ..
        }) if path.is_ident("path") => Some(text.value()),
        _ => None,
    }
}

/// Whether a condition can only hold where tests are compiled.
pub(super) fn requires_test(condition: &Meta) -> bool {
    let parts = |list: &syn::MetaList| {
        let parsed = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        parsed.map(|parts| parts.into_iter().collect::<Vec<_>>()).unwrap_or_default()
    };
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => parts(list).iter().any(requires_test),
        Meta::List(list) if list.path.is_ident("any") => {
            let parts = parts(list);
            !parts.is_empty() && parts.iter().all(requires_test)
        }
        _ => false,
    }
}

/// Whether the comments at the head of a file say that it is generated.
pub fn is_generated(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let lines = text.lines().map(str::trim).take(40);
    let head = lines.take_while(|line| {
        line.is_empty() || ["//", "/*", "*", "#!"].iter().any(|mark| line.starts_with(mark))
    });
    let mut head = head.map(str::to_ascii_lowercase);
    head.any(|line| {
        ["@generated", "code generated", "automatically generated", "autogenerated"]
            .iter()
            .any(|mark| line.contains(mark))
    })
}
