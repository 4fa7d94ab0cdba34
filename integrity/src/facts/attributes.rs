//! What attributes say: test, ignore, conditions.

use findings::Span;
use serde::{Deserialize, Serialize};
use source::SourceFile;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Item, Meta, Stmt, Token};

use super::tokens;

/// A condition of compilation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Gate {
    /// The predicate of `cfg(..)`, in tokens.
    pub(crate) predicate: String,
    pub(crate) span: Span,
}

/// What the attributes of an item say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) test: bool,
    pub(crate) ignored: Option<Option<String>>,
    pub(crate) gates: Vec<Gate>,
    pub(crate) should_panic: Option<Option<String>>,
    pub(crate) cases: Vec<String>,
    /// The condition under which it is a test, where it has one.
    pub(crate) test_when: Option<Gate>,
    /// The attribute that makes it a test.
    pub(crate) harness: Option<String>,
}

impl Said {
    /// Whether a gate lets only tests through.
    pub(crate) fn for_tests(&self) -> bool {
        self.gates.iter().any(|gate| gate.predicate == "test")
    }

    /// Whether a gate lets tests of other crates through: `any(test, feature = "testing")`.
    pub(crate) fn for_support(&self) -> bool {
        self.gates.iter().any(|gate| {
            let inner = gate.predicate.strip_prefix("any ( ").and_then(|rest| rest.strip_suffix(" )"));
            let mut terms = inner.unwrap_or(&gate.predicate).split(" , ");
            terms.all(|term| term == "test" || term.starts_with("feature = \"test"))
        })
    }
}

/// Reads the attributes of an item.
pub(crate) fn read(file: &SourceFile, attributes: &[Attribute]) -> Said {
    let mut said = Said::default();
    for attribute in attributes {
        read_meta(file, attribute, &attribute.meta, None, &mut said);
    }
    said
}

fn read_meta(file: &SourceFile, attribute: &Attribute, meta: &Meta, when: Option<&str>, said: &mut Said) {
    let name = last(meta);
    match name.as_str() {
        "cfg" => {
            if let Meta::List(list) = meta {
                for predicate in conjuncts(&list.tokens) {
                    let span = file.span_of(attribute);
                    let predicate = match when {
                        Some(when) => format!("any ( not ( {when} ) , {predicate} )"),
                        None => predicate,
                    };
                    said.gates.push(Gate { predicate, span });
                }
            }
        }
        "cfg_attr" => {
            let all = metas(meta);
            let own = all.first().map(tokens::line).filter(|condition| condition != "all ( )");
            let condition = match (when, own) {
                (Some(when), Some(own)) => Some(format!("all ( {when} , {own} )")),
                (when, own) => own.or(when.map(str::to_owned)),
            };
            for inner in all.iter().skip(1) {
                read_meta(file, attribute, inner, condition.as_deref(), said);
            }
        }
        "ignore" => said.ignored = Some(when.map(str::to_owned)),
        "should_panic" => said.should_panic = Some(expected_panic(meta)),
        "case" | "test_case" | "test_matrix" | "values" => {
            said.test = true;
            if let Meta::List(list) = meta {
                said.cases.push(tokens::line(&list.tokens));
            }
        }
        _ if is_test(&name) => {
            test_when(file.span_of(attribute), when, said);
            said.test = true;
            said.harness.get_or_insert_with(|| tokens::line(meta.path()));
        }
        _ => {}
    }
}

/// Several attributes may make a test, each under its condition; one without a condition always does.
fn test_when(span: Span, when: Option<&str>, said: &mut Said) {
    said.test_when = match (said.test, said.test_when.take(), when) {
        (_, _, None) | (true, None, _) => None,
        (_, None, Some(when)) => Some(Gate { predicate: when.to_owned(), span }),
        (_, Some(before), Some(when)) => {
            Some(Gate { predicate: format!("any ( {} , {when} )", before.predicate), ..before })
        }
    };
}

/// `#[test]`, `#[tokio::test]`, `#[rstest]`, `#[crate::test]`, `#[gtest]`, `#[wasm_bindgen_test]`, ..
fn is_test(name: &str) -> bool {
    name == "test" || name == "rstest" || name == "gtest" || name == "quickcheck" || name.ends_with("_test")
}

fn expected_panic(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(pair) => Some(tokens::line(&pair.value)),
        Meta::List(list) => Some(tokens::line(&list.tokens)),
        Meta::Path(_) => None,
    }
}

pub(super) fn last(meta: &Meta) -> String {
    meta.path().segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

pub(super) fn metas(meta: &Meta) -> Vec<Meta> {
    let Meta::List(list) = meta else { return Vec::new() };
    let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
    parser.parse2(list.tokens.clone()).map(|list| list.into_iter().collect()).unwrap_or_default()
}

/// The terms of a predicate that must all hold.
fn conjuncts(stream: &proc_macro2::TokenStream) -> Vec<String> {
    if let Ok(meta) = syn::parse2::<Meta>(stream.clone())
        && meta.path().is_ident("all")
    {
        let inner = metas(&meta);
        if !inner.is_empty() {
            return inner.iter().map(tokens::line).collect();
        }
    }
    vec![tokens::line(stream)]
}

/// Those of a statement.
pub(super) fn of_statement(statement: &Stmt) -> &[Attribute] {
    match statement {
        Stmt::Local(local) => &local.attrs,
        Stmt::Macro(call) => &call.attrs,
        Stmt::Expr(Expr::Block(block), _) => &block.attrs,
        Stmt::Expr(Expr::If(branch), _) => &branch.attrs,
        Stmt::Expr(Expr::ForLoop(repeated), _) => &repeated.attrs,
        Stmt::Expr(Expr::Call(call), _) => &call.attrs,
        Stmt::Expr(Expr::Macro(call), _) => &call.attrs,
        Stmt::Item(Item::Fn(function)) => &function.attrs,
        _ => &[],
    }
}
