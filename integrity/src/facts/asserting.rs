//! Macros that assert, the standard library's and those of others, by their names.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{Expr, Macro};

use super::always;
use super::assertions::{Form, Raw};
use super::conditions::{close, compared, conditions};
use super::patterns::pattern_of;
use super::tokens;
use super::values::Values;

/// The macros of `insta`, which take a name, a value, what is left out of it, and what is expected.
const OF_INSTA: [&str; 10] = [
    "assert_compact_debug_snapshot",
    "assert_compact_json_snapshot",
    "assert_csv_snapshot",
    "assert_debug_snapshot",
    "assert_display_snapshot",
    "assert_json_snapshot",
    "assert_ron_snapshot",
    "assert_snapshot",
    "assert_toml_snapshot",
    "assert_yaml_snapshot",
];

/// What a macro call asserts; `None` where the macro is none that asserts.
pub(super) fn of_macro(mac: &Macro, known: &dyn Fn(&str) -> bool, values: &Values) -> Option<Vec<Raw>> {
    let debug = mac.path.segments.last()?.ident.to_string().starts_with("debug_");
    Some(asserted(mac, known, values)?.into_iter().map(|raw| Raw { debug, ..raw }).collect())
}

fn asserted(mac: &Macro, known: &dyn Fn(&str) -> bool, values: &Values) -> Option<Vec<Raw>> {
    let written = mac.path.segments.last()?.ident.to_string();
    let name = ["prop_", "debug_", "async_", "pretty_"].iter().fold(written.as_str(), |name, start| {
        name.strip_prefix(start).filter(|rest| rest.starts_with("assert")).unwrap_or(name)
    });
    let looked_at = if OF_INSTA.contains(&name) { looked_at(mac) } else { None };
    if looked_at.as_ref().is_some_and(|value| always::written(value, values).is_some()) {
        return Some(vec![Raw::new(Form::Constant, tokens::of(&mac.tokens), vec![written])]);
    }
    // Once the file is read, it is known whether that is a constant of the tests.
    let named = match &looked_at {
        Some(Expr::Path(path)) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    };
    if let Some(inline) = inline_snapshot(name, mac) {
        return Some(vec![Raw { bound_name: named, ..inline }]);
    }
    let arguments = source::macro_expressions(mac);
    let both = |form: Form| match arguments.as_slice() {
        [one, other, ..] => Some(compared(form, one, other, values)),
        _ => None,
    };
    let raw = match name {
        "assert" | "check" | "verify" | "assume" if !arguments.is_empty() => {
            Some(conditions(&arguments[0], false, values))
        }
        "assert_eq" | "assert_str_eq" | "assert_json_eq" | "check_eq" | "expect_eq" => both(Form::Equal),
        "assert_ne" => both(Form::Truth),
        "assert_matches" | "matches" if written != "matches" => pattern_of(mac).map(|raw| vec![raw]),
        _ => None,
    };
    if let Some(raw) = raw {
        return Some(raw);
    }
    let all = tokens::of(&mac.tokens);
    let form = named_form(name)?;
    if form == Form::Close {
        return Some(vec![close(&arguments, &all)]);
    }
    if form == Form::Custom && !known(name) && !says_assert(name) {
        return None;
    }
    Some(vec![Raw { bound_name: named, ..Raw::new(form, all, vec![written]) }])
}

/// The form that the name of a macro promises; [`Form::Custom`] where it promises nothing in particular.
fn named_form(name: &str) -> Option<Form> {
    const SILENT: &[&str] = &[
        "vec",
        "format",
        "println",
        "eprintln",
        "print",
        "eprint",
        "write",
        "writeln",
        "json",
        "matches",
        "include_str",
        "include_bytes",
        "concat",
        "env",
        "option_env",
        "panic",
        "todo",
        "unimplemented",
        "unreachable",
        "dbg",
        "macro_rules",
        "select",
        "join",
        "try_join",
        "thread_local",
        "assume",
        "prop_assume",
        "info",
        "debug",
        "warn",
        "error",
        "trace",
        "line",
        "file",
        "column",
        "stringify",
        "cfg",
        "pin",
    ];
    if SILENT.contains(&name) {
        return None;
    }
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    Some(if has(&["snapshot"]) {
        Form::Snapshot
    } else if has(&["approx", "close", "near", "abs_diff", "relative", "ulps", "delta", "within"]) {
        Form::Close
    } else if name.ends_with("eq") || name.starts_with("eq") {
        Form::Equal
    } else if has(&["_ok", "_err", "_some", "_ready", "_pending"]) && name.starts_with("assert") {
        Form::State
    } else {
        Form::Custom
    })
}

/// Whether a name says that something is asserted.
pub(crate) fn says_assert(name: &str) -> bool {
    let name = name.trim_end_matches('!');
    const WORDS: &[&str] = &["assert", "expect", "check", "verify", "ensure", "should", "must", "validate"];
    let mut words = name.split('_');
    words.any(|word| {
        WORDS.contains(&word) || word == "eq" || word.starts_with("assert") || word.ends_with("eq")
    }) && !matches!(name, "expect" | "expect_err" | "partial_eq")
}

/// `assert_snapshot!(value, @"..")`, `expect![[..]]`
fn inline_snapshot(name: &str, mac: &Macro) -> Option<Raw> {
    if name == "expect" && mac.path.segments.len() == 1 {
        let literals: Vec<String> =
            tokens::of(&mac.tokens).into_iter().filter(|token| tokens::is_literal(token)).collect();
        return (literals.len() == 1).then(|| Raw::new(Form::Snapshot, Vec::new(), literals));
    }
    if !name.contains("snapshot") {
        return None;
    }
    let trees: Vec<TokenTree> = mac.tokens.clone().into_iter().collect();
    let at =
        trees.iter().position(|tree| matches!(tree, TokenTree::Punct(punct) if punct.as_char() == '@'))?;
    let subject: TokenStream = trees[..at].iter().cloned().collect();
    Some(Raw::new(
        Form::Snapshot,
        tokens::of(&subject),
        trees[at + 1..].iter().map(ToString::to_string).collect(),
    ))
}

/// The value that an assertion of `insta` looks at: what stands behind its name, or alone in front of what is expected.
fn looked_at(mac: &Macro) -> Option<Expr> {
    let mut arguments: Vec<Vec<TokenTree>> = vec![Vec::new()];
    let mut is_inline = false;
    for tree in mac.tokens.clone() {
        match &tree {
            TokenTree::Punct(sign) if sign.as_char() == ',' => arguments.push(Vec::new()),
            TokenTree::Punct(sign) if sign.as_char() == '@' => {
                is_inline = true;
                break;
            }
            _ => arguments.last_mut()?.push(tree),
        }
    }
    // What is left out of it stands in braces.
    let is_value = |argument: &Vec<TokenTree>| match argument.as_slice() {
        [] => false,
        [TokenTree::Group(group)] => group.delimiter() != Delimiter::Brace,
        _ => true,
    };
    let mut values = arguments.into_iter().filter(is_value);
    let (first, second) = (values.next()?, values.next().filter(|_| !is_inline));
    syn::parse2(second.unwrap_or(first).into_iter().collect()).ok()
}
