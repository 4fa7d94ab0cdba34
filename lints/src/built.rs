//! How a value was built: what it begins with, and the methods called on the way.

use syn::{Expr, Pat};

use crate::bound::binds;
use crate::calls::{chain, ends, variable};
use crate::site::Site;

/// How many chains are followed for one value.
const FUEL: u32 = 32;

/// The way of a value from where it begins, over `let`s and assignments. All of them count, whatever their order and
/// branch: that a setting is made at all is enough.
#[derive(Default)]
pub struct Built {
    origin: Option<String>,
    methods: Vec<String>,
    variables: Vec<syn::Ident>,
    followed: u32,
}

impl Built {
    /// Follows an expression back to where it begins.
    pub fn of(expr: &Expr, site: &Site<'_>) -> Self {
        let mut built = Built::default();
        built.follow(expr, site);
        built
    }

    /// The canonical path of the function whose result it is to begin with; `None` where it comes from elsewhere.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// Whether a method is called on the way.
    pub fn has(&self, method: &str, site: &Site<'_>) -> bool {
        self.methods.iter().any(|name| name == method)
            || self.variables.iter().any(|variable| site.flow().is_assigned_with(variable, method))
    }

    /// The names of the functions and methods on the way.
    pub(crate) fn passed<'s>(&'s self, site: &'s Site<'_>) -> impl Iterator<Item = &'s str> {
        let assigned = self.variables.iter().flat_map(|variable| site.flow().assigned(variable));
        self.methods.iter().map(String::as_str).chain(assigned)
    }

    fn follow(&mut self, expr: &Expr, site: &Site<'_>) {
        if self.followed == FUEL {
            return;
        }
        self.followed += 1;
        ends(expr).into_iter().for_each(|end| self.follow_end(end, site));
    }

    fn follow_end(&mut self, expr: &Expr, site: &Site<'_>) {
        let (methods, root) = chain(expr);
        self.methods.extend(methods.iter().map(|method| method.name.to_string()));
        if let Expr::Call(call) = root
            && let Expr::Path(function) = &*call.func
        {
            self.origin = self.origin.take().or_else(|| site.resolve_function(function));
        }
        // Every `let` of a name is looked at when it is met first, so that `let builder = builder.timeout(..)` needs no other look.
        let Some(name) = variable(root).filter(|name| !self.variables.contains(name)) else { return };
        self.variables.push(name.clone());
        for local in site.lets() {
            let plain = match &local.pat {
                Pat::Type(typed) => &*typed.pat,
                plain => plain,
            };
            if matches!(plain, Pat::Ident(_))
                && binds(plain, name)
                && let Some(init) = &local.init
            {
                self.follow(&init.expr, site);
            }
        }
    }
}
