//! What of the workspace stands around a node, and what a piece of code names of it.

use std::collections::HashMap;

use syn::visit::{self, Visit};

use super::Id;
use crate::across::hash;
use crate::site::{Site, Step};

/// Which crates are of the workspace, as far as somebody asked.
#[derive(Default)]
pub(super) struct Own(HashMap<String, bool>);

impl Own {
    /// Whether a canonical path is of the workspace.
    pub(super) fn has(&mut self, path: &str, site: &Site<'_>) -> bool {
        let Some((krate, _)) = path.split_once("::") else { return false };
        match self.0.get(krate) {
            Some(known) => *known,
            None => *self.0.entry(krate.to_owned()).or_insert(site.names.is_own(path)),
        }
    }

    /// The ids of paths of the workspace; of what a type has, that of the type, too.
    pub(super) fn ids(&mut self, mut paths: Vec<String>, site: &Site<'_>) -> Vec<Id> {
        paths.retain(|path| self.has(path, site));
        let mut ids: Vec<Id> =
            paths.iter().flat_map(|path| [Some(path.as_str()), owner(path)]).flatten().map(hash).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// The type in front of what it has.
fn owner(path: &str) -> Option<&str> {
    let (owner, _) = path.rsplit_once("::")?;
    let name = owner.rsplit("::").next()?;
    name.starts_with(char::is_uppercase).then_some(owner)
}

/// The path of the function around.
pub(super) fn function(site: &Site<'_>) -> Option<String> {
    let (signature, _) = site.function()?;
    site.of_own_type(&signature.ident).or_else(|| site.resolve(&signature.ident.clone().into()))
}

/// What stands around a node: its function with the type that has it, or the constant or static.
pub(super) fn around(site: &Site<'_>) -> Vec<String> {
    let constant = site.steps.iter().rev().find_map(|step| match step {
        Step::Constant(name) => Some((*name).clone()),
        _ => None,
    });
    function(site).into_iter().chain(constant.and_then(|name| site.resolve(&name.into()))).collect()
}

/// Gathers the paths that code names, as they are meant, bodies of macros included.
pub(super) struct Paths<'s, 'a> {
    site: &'s Site<'a>,
    pub(super) found: Vec<String>,
}

impl<'s, 'a> Paths<'s, 'a> {
    pub(super) fn new(site: &'s Site<'a>) -> Self {
        Paths { site, found: Vec::new() }
    }
}

impl Visit<'_> for Paths<'_, '_> {
    fn visit_path(&mut self, path: &syn::Path) {
        self.found.extend(self.site.resolve(path));
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, mac: &syn::Macro) {
        let body = source::macro_body(mac);
        body.statements().iter().for_each(|statement| self.visit_stmt(statement));
        body.expressions().iter().for_each(|expression| self.visit_expr(expression));
    }
}
