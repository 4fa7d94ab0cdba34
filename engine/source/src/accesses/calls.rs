//! Calls, literals, closures and macros: what they are handed, and what they give.

use syn::visit::Visit;
use syn::{Expr, Member};

use super::AccessKind;
use super::walk::{Sort, Sorts, Walk, limited};
use crate::syntax::{macro_expressions, macro_statements};

/// Functions and constructors that give what they are handed.
const KEEPING: [&str; 9] = ["Some", "Ok", "Err", "new", "from", "take", "replace", "once", "pin"];

/// Methods that put something into the field that they are called on.
const FILLING: [&str; 7] =
    ["push", "extend", "insert", "append", "extend_from_slice", "get_or_insert_with", "replace"];

impl Walk<'_> {
    pub(super) fn method(&mut self, call: &syn::ExprMethodCall) -> Sorts {
        let name = call.method.to_string();
        let value = match &*call.receiver {
            Expr::Field(field) if FILLING.contains(&name.as_str()) => self.field(field, AccessKind::Sets),
            receiver => self.eval(receiver),
        };
        let mut result = Sorts::new();
        for sort in &value {
            match sort {
                Sort::Known(path) => {
                    if let Some(member) = self.types.method(path, &name).cloned() {
                        self.access(path, &member.name, member.how, &call.method);
                        result.extend(member.gives.map(Sort::Known));
                    }
                }
                Sort::Local(owner) => {
                    let output = self.local.output(Some(owner), &name);
                    result.extend(output.map(|ty| self.sorts_of(ty)).unwrap_or_default());
                }
            }
        }
        let mut handed = Sorts::new();
        let mut made = None;
        for argument in &call.args {
            match argument {
                Expr::Closure(closure) => made = Some(self.closure(closure, &value)),
                other => handed.extend(self.eval(other)),
            }
        }
        if !result.is_empty() {
            return limited(result);
        }
        match (name.as_str(), made) {
            (
                "map" | "and_then" | "filter_map" | "flat_map" | "map_or" | "map_or_else" | "then" | "fold",
                Some(made),
            ) => made,
            ("zip" | "chain" | "unwrap_or" | "or" | "or_else" | "unwrap_or_else", made) => {
                limited(value.into_iter().chain(handed).chain(made.unwrap_or_default()).collect())
            }
            _ => value,
        }
    }

    pub(super) fn call(&mut self, call: &syn::ExprCall) -> Sorts {
        let handed = self.union(call.args.iter());
        let Expr::Path(function) = &*call.func else {
            self.eval(&call.func);
            return Sorts::new();
        };
        if let Some((of, name, _)) = self.variant(&function.path) {
            self.access(&of, &name, AccessKind::Sets, &function.path);
            return Sorts::from([Sort::Known(of)]);
        }
        let Some(last) = function.path.segments.last() else { return Sorts::new() };
        let name = last.ident.to_string();
        if function.path.segments.len() == 1 {
            if let Some(output) = self.local.output(None, &name) {
                return self.sorts_of(output);
            }
        } else if let Some(sort) = self.sort_of_owner(&function.path) {
            // A constructor, unless the file says otherwise.
            return match &sort {
                Sort::Known(_) => Sorts::from([sort]),
                Sort::Local(own) => {
                    let output = self.local.output(Some(own), &name);
                    output.map(|ty| self.sorts_of(ty)).unwrap_or_default()
                }
            };
        }
        if KEEPING.contains(&name.as_str()) { handed } else { Sorts::new() }
    }

    pub(super) fn literal(&mut self, literal: &syn::ExprStruct) -> Sorts {
        let sort = self.sort_of_path(&literal.path);
        for field in &literal.fields {
            self.eval(&field.expr);
            if let (Some(sort @ Sort::Known(_)), Member::Named(name)) = (&sort, &field.member) {
                self.member(sort, name, AccessKind::Sets);
            }
        }
        if let Some(rest) = &literal.rest {
            self.eval(rest);
        }
        sort.into_iter().collect()
    }

    pub(super) fn closure(&mut self, closure: &syn::ExprClosure, handed: &Sorts) -> Sorts {
        self.within(|walk| {
            closure.inputs.iter().for_each(|input| walk.bind(input, handed));
            walk.eval(&closure.body)
        })
    }

    pub(super) fn macro_call(&mut self, mac: &syn::Macro) -> Sorts {
        let expressions = macro_expressions(mac);
        let sorts = self.union(expressions.iter());
        self.within(|walk| {
            for statement in &macro_statements(mac) {
                walk.visit_stmt(statement);
            }
        });
        if mac.path.is_ident("vec") { sorts } else { Sorts::new() }
    }
}
