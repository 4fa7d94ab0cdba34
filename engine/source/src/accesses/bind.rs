//! Names that patterns bind, and the members that patterns name.

use syn::{Member, Pat};

use super::AccessKind;
use super::walk::{Sort, Sorts, Walk, ident_text};

impl Walk<'_> {
    /// Binds what a pattern names to a value of the given sorts.
    pub(super) fn bind(&mut self, pattern: &Pat, value: &Sorts) {
        match pattern {
            Pat::Ident(ident) => {
                self.define(ident_text(&ident.ident), value.clone());
                if let Some((_, inner)) = &ident.subpat {
                    self.bind(inner, value);
                }
            }
            Pat::Type(typed) => {
                let said = self.sorts_of(&typed.ty);
                self.bind(&typed.pat, if said.is_empty() { value } else { &said });
            }
            Pat::Reference(inner) => self.bind(&inner.pat, value),
            Pat::Paren(inner) => self.bind(&inner.pat, value),
            Pat::Guard(guarded) => {
                self.bind(&guarded.pat, value);
                self.eval(&guarded.guard);
            }
            Pat::Tuple(tuple) => tuple.elems.iter().for_each(|part| self.bind(part, value)),
            Pat::Slice(slice) => slice.elems.iter().for_each(|part| self.bind(part, value)),
            Pat::Or(or) => or.cases.iter().for_each(|case| self.bind(case, value)),
            Pat::TupleStruct(variant) => {
                let inside = match self.variant(&variant.path) {
                    Some((of, name, gives)) => {
                        self.access(&of, &name, AccessKind::Reads, &variant.path);
                        gives.map(Sort::Known).into_iter().collect()
                    }
                    None => value.clone(),
                };
                variant.elems.iter().for_each(|part| self.bind(part, &inside));
            }
            Pat::Struct(literal) => self.bind_fields(literal, value),
            _ => {}
        }
    }

    fn bind_fields(&mut self, literal: &syn::PatStruct, value: &Sorts) {
        let said = self.sort_of_path(&literal.path);
        for field in &literal.fields {
            let Member::Named(name) = &field.member else {
                self.bind(&field.pat, value);
                continue;
            };
            let inside = match &said {
                // A field that is bound to `_` is not read.
                Some(_) if matches!(&*field.pat, Pat::Wild(_)) => continue,
                Some(sort) => self.member(sort, name, AccessKind::Reads),
                None => value.clone(),
            };
            self.bind(&field.pat, &inside);
        }
    }
}
