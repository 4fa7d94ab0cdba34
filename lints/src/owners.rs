//! Whose ids are without number: viewers, requests, candidates.

use syn::{Expr, Pat};

use crate::bound::binds;
use crate::calls::{peel, variable};
use crate::site::Site;
use crate::sorts::part_of;
use crate::types::{head_name, type_of};
use crate::words::words;

/// Whose ids are without number.
pub(crate) const OWNERS: &[&str] = &[
    "user",
    "viewer",
    "request",
    "session",
    "device",
    "tweet",
    "post",
    "track",
    "candidate",
    "account",
    "customer",
    "order",
    "trace",
    "span",
    "message",
    "visitor",
    "member",
    "cookie",
    "correlation",
];

/// The name of a variable or field.
pub(crate) fn named(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) => Some(path.path.get_ident()?.to_string()),
        Expr::Field(syn::ExprField { member: syn::Member::Named(name), .. }) => Some(name.to_string()),
        _ => None,
    }
}

/// `viewer.id`, `chosen.id` of a `Candidate`, and a variable that holds such an id: `let User { id, .. } = user`.
pub(crate) fn is_id_of_somebody(value: &Expr, site: &Site<'_>) -> bool {
    match value {
        Expr::Field(field) => is_id_field(field, site),
        Expr::Path(_) => variable(value).is_some_and(|name| holds_id(name, site)),
        _ => false,
    }
}

fn is_id_field(field: &syn::ExprField, site: &Site<'_>) -> bool {
    let is_id = matches!(&field.member, syn::Member::Named(name) if is_id(&name.to_string()));
    let of_type = || type_of(&field.base, site).and_then(|ty| head_name(&ty, site));
    is_id
        && (named(peel(&field.base)).is_some_and(|name| is_owner(&name))
            || of_type().is_some_and(|ty| is_owner(&ty)))
}

fn holds_id(name: &syn::Ident, site: &Site<'_>) -> bool {
    let Some(local) = site.lets().find(|local| binds(&local.pat, name)) else { return false };
    match (&local.pat, &local.init) {
        (Pat::Ident(_), Some(init)) => {
            matches!(peel(&init.expr), Expr::Field(field) if is_id_field(field, site))
        }
        (pattern @ Pat::Struct(of), _) => {
            let owner = of.path.segments.last().map(|last| last.ident.to_string());
            owner.is_some_and(|owner| is_owner(&owner))
                && part_of(pattern, name).is_some_and(|part| is_id(&part))
        }
        _ => false,
    }
}

fn is_id(name: &str) -> bool {
    name == "id" || name == "uuid"
}

fn is_owner(name: &str) -> bool {
    words(name).last().is_some_and(|last| OWNERS.contains(&last.as_str()))
}
