//! Whether a method is the standard library's, or one that the workspace has under the same name.

use std::collections::HashMap;
use std::rc::Rc;

use syn::visit::Visit;
use syn::{Expr, Signature, Type, TypeParamBound};

use super::binding;
use super::numbers::is_unsigned;
use crate::Site;
use crate::calls::{chain, variable};
use crate::facts::type_name;
use crate::types::{head, type_of};

/// Whether the file has a method of this name for what it is called on, or for anything where the type is not in sight.
pub(super) fn is_own(receiver: &Expr, name: &str, site: &Site<'_>) -> bool {
    match type_of(receiver, site).as_ref().and_then(type_name) {
        Some(owner) => site.facts.method(&owner, name).is_some(),
        None => declares(name, site),
    }
}

/// Whether the file declares a method of this name.
pub(super) fn declares(name: &str, site: &Site<'_>) -> bool {
    declared(site).contains_key(name)
}

/// Whether each method of this name that the file declares gives a number without a sign.
pub(super) fn declares_unsigned(name: &str, site: &Site<'_>) -> bool {
    declared(site).get(name).is_none_or(|is_unsigned| *is_unsigned)
}

/// The methods that the file declares, and whether all of a name give a number without a sign.
type Declared = HashMap<String, bool>;

fn declared(site: &Site<'_>) -> Rc<Declared> {
    struct Reader(Declared);
    impl Visit<'_> for Reader {
        fn visit_signature(&mut self, signature: &Signature) {
            if signature.receiver().is_some() {
                let is_unsigned = is_unsigned(&signature.output);
                *self.0.entry(signature.ident.to_string()).or_insert(true) &= is_unsigned;
            }
        }
    }
    site.facts.once(|| {
        let mut reader = Reader(Declared::new());
        reader.visit_file(&site.file.ast);
        reader.0
    })
}

/// Whether a type is the standard library's.
pub(super) fn is_std(ty: &Type, site: &Site<'_>) -> bool {
    let iterates = |bound: &TypeParamBound| {
        matches!(bound, TypeParamBound::Trait(bound)
            if bound.path.segments.last().is_some_and(|last| last.ident.to_string().ends_with("Iterator")))
    };
    match ty {
        Type::Slice(_) | Type::Array(_) => true,
        Type::ImplTrait(of) => of.bounds.iter().any(iterates),
        Type::TraitObject(of) => of.bounds.iter().any(iterates),
        _ => head(ty, site).is_some_and(|path| path == "str" || path.starts_with("std::")),
    }
}

/// Whether a value is an iterator: made by a method that gives one wherever it is called, and handed on by the iterator's own.
pub(super) fn is_iterator(value: &Expr, site: &Site<'_>) -> bool {
    let (methods, root) = chain(value);
    for method in &methods {
        let name = method.name.to_string();
        if MAKING.contains(&name.as_str()) {
            return !is_own(method.receiver, &name, site);
        }
        if !HANDING_ON.contains(&name.as_str()) {
            return false;
        }
    }
    let bound = variable(root).and_then(|name| binding(name, site)?.local.init.as_ref());
    match bound {
        Some(init) => {
            let made = chain(&init.expr).0;
            let made = made.iter().find(|method| !HANDING_ON.contains(&method.name.to_string().as_str()));
            made.is_some_and(|made| {
                let name = made.name.to_string();
                MAKING.contains(&name.as_str()) && !declares(&name, site)
            })
        }
        None => matches!(root, Expr::Range(_)) || type_of(root, site).is_some_and(|ty| is_std(&ty, site)),
    }
}

/// Methods that make an iterator of what they are called on.
const MAKING: [&str; 15] = [
    "bytes",
    "char_indices",
    "chars",
    "chunks",
    "drain",
    "into_iter",
    "into_values",
    "iter",
    "iter_mut",
    "keys",
    "lines",
    "split",
    "split_whitespace",
    "values",
    "windows",
];

/// Methods of an iterator that give one.
const HANDING_ON: [&str; 18] = [
    "by_ref",
    "chain",
    "cloned",
    "copied",
    "enumerate",
    "filter",
    "filter_map",
    "flat_map",
    "flatten",
    "inspect",
    "map",
    "peekable",
    "rev",
    "skip",
    "step_by",
    "take",
    "take_while",
    "zip",
];
