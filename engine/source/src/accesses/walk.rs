//! One file, followed value by value.

use std::collections::{BTreeSet, HashMap};

use proc_macro2::Ident;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, Member};

use super::local::Local;
use super::{Access, AccessKind, Outputs, Types};
use crate::names::{Names, Scope};
use crate::syntax::SourceFile;

/// How many sorts one value may have, so that no value is followed into everything.
const MAX_SORTS: usize = 8;

/// What a value may be, whatever it is wrapped in.
pub(super) type Sorts = BTreeSet<Sort>;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    /// One of the given types, by canonical path.
    Known(String),
    /// A struct of the same file.
    Local(String),
}

pub(super) struct Walk<'a> {
    file: &'a SourceFile,
    names: &'a Names,
    outputs: &'a Outputs,
    pub(super) types: &'a Types,
    pub(super) local: Local<'a>,
    pub(super) scope: Scope,
    pub(super) owner: Option<String>,
    pub(super) variables: Vec<HashMap<String, Sorts>>,
    found: Vec<Access>,
    krate: usize,
}

impl<'a> Walk<'a> {
    pub(super) fn over(
        file: &'a SourceFile,
        names: &'a Names,
        outputs: &'a Outputs,
        types: &'a Types,
    ) -> Vec<Access> {
        let Some(place) = &file.place else { return Vec::new() };
        let mut walk = Walk {
            file,
            names,
            outputs,
            types,
            local: Local::of(&file.ast),
            scope: Scope::of(file),
            owner: None,
            variables: vec![HashMap::new()],
            found: Vec::new(),
            krate: place.krate,
        };
        walk.visit_file(&file.ast);
        walk.found
    }

    pub(super) fn define(&mut self, name: String, value: Sorts) {
        if let Some(variables) = self.variables.last_mut() {
            variables.insert(name, value);
        }
    }

    pub(super) fn access(&mut self, of: &str, member: &str, how: AccessKind, at: &impl ToTokens) {
        let span = self.file.span_of(at);
        self.found.push(Access {
            of: of.to_owned(),
            member: member.to_owned(),
            how,
            file: self.file.path.clone(),
            line: span.line,
            column: span.column,
            krate: self.krate,
        });
    }

    /// Takes down that a field is named, and says what its value may be.
    pub(super) fn member(&mut self, sort: &Sort, name: &Ident, how: AccessKind) -> Sorts {
        match sort {
            Sort::Known(path) => {
                let Some(member) = self.types.field(path, &ident_text(name)).cloned() else {
                    return Sorts::new();
                };
                self.access(path, &member.name, how, name);
                member.gives.map(Sort::Known).into_iter().collect()
            }
            Sort::Local(owner) => {
                let ty = self.local.field(owner, &name.to_string());
                ty.map(|ty| self.sorts_of(ty)).unwrap_or_default()
            }
        }
    }

    pub(super) fn canonical(&self, path: &syn::Path) -> Option<String> {
        self.names.resolve(self.file, &self.scope, path).map(|path| self.outputs.canonical(path))
    }

    /// The sorts that a written type speaks of, however deep.
    pub(super) fn sorts_of(&self, ty: &syn::Type) -> Sorts {
        struct Paths<'t>(Vec<&'t syn::Path>);
        impl<'t> Visit<'t> for Paths<'t> {
            fn visit_path(&mut self, path: &'t syn::Path) {
                self.0.push(path);
                visit::visit_path(self, path);
            }
        }
        let mut paths = Paths(Vec::new());
        paths.visit_type(ty);
        paths.0.into_iter().filter_map(|path| self.sort_of_path(path)).take(MAX_SORTS).collect()
    }

    pub(super) fn sort_of_path(&self, path: &syn::Path) -> Option<Sort> {
        if path.is_ident("Self") {
            return self.owner.clone().filter(|owner| self.local.is_struct(owner)).map(Sort::Local);
        }
        if let Some(canonical) = self.canonical(path)
            && self.types.has(&canonical)
        {
            return Some(Sort::Known(canonical));
        }
        let name = path.get_ident()?.to_string();
        self.local.is_struct(&name).then_some(Sort::Local(name))
    }

    /// The type whose function a path names.
    pub(super) fn sort_of_owner(&self, path: &syn::Path) -> Option<Sort> {
        if let Some(canonical) = self.canonical(path)
            && let Some((of, _)) = canonical.rsplit_once("::")
            && self.types.has(of)
        {
            return Some(Sort::Known(of.to_owned()));
        }
        let first = &path.segments.first()?.ident;
        let name = if first == "Self" { self.owner.clone()? } else { first.to_string() };
        (path.segments.len() == 2 && self.local.is_struct(&name)).then_some(Sort::Local(name))
    }

    /// The type, the member and what it gives, of a path to a variant.
    pub(super) fn variant(&self, path: &syn::Path) -> Option<(String, String, Option<String>)> {
        let canonical = self.canonical(path)?;
        let (of, name) = canonical.rsplit_once("::")?;
        let member = self.types.field(of, name)?;
        Some((of.to_owned(), member.name.clone(), member.gives.clone()))
    }

    /// What a value may be, with everything in it taken down.
    pub(super) fn eval(&mut self, expr: &Expr) -> Sorts {
        match expr {
            Expr::Path(path) => self.path(path),
            Expr::Field(field) => self.field(field, AccessKind::Reads),
            Expr::MethodCall(call) => self.method(call),
            Expr::Call(call) => self.call(call),
            Expr::Struct(literal) => self.literal(literal),
            Expr::Paren(inner) => self.eval(&inner.expr),
            Expr::Group(inner) => self.eval(&inner.expr),
            Expr::Reference(inner) => self.eval(&inner.expr),
            Expr::Unary(inner) => self.eval(&inner.expr),
            Expr::Await(inner) => self.eval(&inner.base),
            Expr::Try(inner) => self.eval(&inner.expr),
            Expr::Index(index) => {
                self.eval(&index.index);
                self.eval(&index.expr)
            }
            Expr::Array(array) => self.union(array.elems.iter()),
            Expr::Tuple(tuple) => self.union(tuple.elems.iter()),
            Expr::Repeat(repeat) => self.eval(&repeat.expr),
            Expr::Cast(cast) => {
                self.eval(&cast.expr);
                Sorts::new()
            }
            Expr::Block(block) => self.block(&block.block),
            Expr::Unsafe(block) => self.block(&block.block),
            Expr::Async(block) => self.block(&block.block),
            Expr::If(branch) => self.within(|walk| {
                walk.eval(&branch.cond);
                let mut sorts = walk.block(&branch.then_branch);
                if let Some((_, other)) = &branch.else_branch {
                    sorts.extend(walk.eval(other));
                }
                sorts
            }),
            Expr::Match(choice) => {
                let value = self.eval(&choice.expr);
                let mut sorts = Sorts::new();
                for arm in &choice.arms {
                    sorts.extend(self.within(|walk| {
                        walk.bind(&arm.pat, &value);
                        walk.eval(&arm.body)
                    }));
                }
                limited(sorts)
            }
            Expr::Let(condition) => {
                let value = self.eval(&condition.expr);
                self.bind(&condition.pat, &value);
                Sorts::new()
            }
            Expr::ForLoop(each) => {
                let value = self.eval(&each.expr);
                self.within(|walk| {
                    walk.bind(&each.pat, &value);
                    walk.block(&each.body);
                });
                Sorts::new()
            }
            Expr::While(each) => self.within(|walk| {
                walk.eval(&each.cond);
                walk.block(&each.body);
                Sorts::new()
            }),
            Expr::Closure(closure) => self.closure(closure, &Sorts::new()),
            Expr::Assign(assign) => {
                self.eval(&assign.right);
                match &*assign.left {
                    Expr::Field(field) => self.field(field, AccessKind::Sets),
                    other => self.eval(other),
                };
                Sorts::new()
            }
            Expr::Macro(mac) => self.macro_call(&mac.mac),
            other => {
                visit::visit_expr(self, other);
                Sorts::new()
            }
        }
    }

    pub(super) fn union<'e>(&mut self, parts: impl Iterator<Item = &'e Expr>) -> Sorts {
        let mut sorts = Sorts::new();
        for part in parts {
            sorts.extend(self.eval(part));
        }
        limited(sorts)
    }

    pub(super) fn within<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> T {
        self.variables.push(HashMap::new());
        let value = inner(self);
        self.variables.pop();
        value
    }

    pub(super) fn block(&mut self, block: &syn::Block) -> Sorts {
        let outer = self.scope.clone();
        self.scope = outer.enter(block);
        let value = self.within(|walk| {
            let mut value = Sorts::new();
            for statement in &block.stmts {
                value = match statement {
                    syn::Stmt::Expr(expr, None) => walk.eval(expr),
                    other => {
                        walk.visit_stmt(other);
                        Sorts::new()
                    }
                };
            }
            value
        });
        self.scope = outer;
        value
    }

    pub(super) fn path(&mut self, path: &syn::ExprPath) -> Sorts {
        if let Some(name) = path.path.get_ident() {
            if name == "self" {
                return self.owner.clone().map(Sort::Local).into_iter().collect();
            }
            let name = ident_text(name);
            return self
                .variables
                .iter()
                .rev()
                .find_map(|known| known.get(&name))
                .cloned()
                .unwrap_or_default();
        }
        Sorts::new()
    }

    pub(super) fn field(&mut self, field: &syn::ExprField, how: AccessKind) -> Sorts {
        let value = self.eval(&field.base);
        match &field.member {
            Member::Named(name) => {
                limited(value.iter().flat_map(|sort| self.member(sort, name, how)).collect())
            }
            // A part of a tuple, which is followed as a whole; of a struct of the file, its field.
            Member::Unnamed(index) => {
                let of = |sort: Sort| match sort {
                    Sort::Local(owner) => {
                        let ty = self.local.field(&owner, &index.index.to_string());
                        ty.map(|ty| self.sorts_of(ty)).unwrap_or_default()
                    }
                    known => Sorts::from([known]),
                };
                limited(value.into_iter().flat_map(of).collect())
            }
        }
    }
}

/// The text of a name, without `r#`.
pub(super) fn ident_text(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

pub(super) fn limited(sorts: Sorts) -> Sorts {
    sorts.into_iter().take(MAX_SORTS).collect()
}
