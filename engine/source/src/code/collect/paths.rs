//! Paths: where they stand, and what is known about them without looking anything up.

use proc_macro2::Ident;
use syn::visit::Visit as _;

use super::Collector;
use crate::code::facts::{Name, PathFact};
use crate::code::packed::Segments;
use crate::code::tokens;

/// A path of one segment, of which one a scope is enough: scope, name, whether it names a macro, whether it is for tests,
/// whether it may be a local variable.
pub(super) type Single = (u32, Name, bool, bool, bool);

/// The type of an `impl` where that is a path.
#[derive(Clone)]
pub(super) struct OwnType {
    segments: Vec<Ident>,
    absolute: bool,
}

impl OwnType {
    /// What `Self` stands for in an `impl` of a type.
    pub(super) fn of(ty: &syn::Type) -> Option<Self> {
        match ty {
            syn::Type::Path(path) if path.qself.is_none() => Some(OwnType {
                segments: path.path.segments.iter().map(|segment| segment.ident.clone()).collect(),
                absolute: path.path.leading_colon.is_some(),
            }),
            syn::Type::Group(group) => OwnType::of(&group.elem),
            syn::Type::Paren(paren) => OwnType::of(&paren.elem),
            _ => None,
        }
    }
}

impl Collector<'_> {
    pub(super) fn path<'i>(
        &mut self,
        segments: impl IntoIterator<Item = &'i Ident>,
        absolute: bool,
        is_macro: bool,
    ) -> Option<PathFact> {
        let mut segments = segments.into_iter();
        let first = segments.next()?;
        let place = self.place(first.span());
        let names = std::iter::once(first).chain(segments).map(|segment| self.intern(segment)).collect();
        Some(PathFact { absolute, is_macro, ..self.path_at(names, place) })
    }

    /// A path whose names are known.
    pub(super) fn path_at(&self, segments: Segments, (line, column): (u32, u32)) -> PathFact {
        PathFact {
            scope: self.scope,
            segments,
            absolute: false,
            is_macro: false,
            guessed: false,
            test: self.in_tests > 0,
            local: false,
            line,
            column,
        }
    }

    pub(super) fn add_path(&mut self, path: &syn::Path, length: usize, is_macro: bool) {
        let Some(first) = path.segments.first().map(|segment| &segment.ident) else { return };
        if first == "Self" {
            let rest: Vec<&Ident> =
                path.segments.iter().take(length).skip(1).map(|segment| &segment.ident).collect();
            self.add_own(first, &rest);
            return;
        }
        if self.is_generic(first) {
            return;
        }
        if length == 1 && path.leading_colon.is_none() && !self.is_new(first, is_macro, false) {
            return;
        }
        let segments = path.segments.iter().take(length).map(|segment| &segment.ident);
        let fact = self.path(segments, path.leading_colon.is_some(), is_macro);
        self.facts.paths.extend(fact);
    }

    /// A single name in an expression, which may be that of a local variable.
    pub(super) fn add_value(&mut self, name: &Ident) {
        if name != "self" && name != "Self" && !self.is_generic(name) && self.is_new(name, false, true) {
            let fact = self.path([name], false, false);
            self.facts.paths.extend(fact.map(|fact| PathFact { local: true, ..fact }));
        }
    }

    /// `Self::rest` in an `impl` of a type that is a path.
    fn add_own(&mut self, first: &Ident, rest: &[&Ident]) {
        let Some(own) = self.own_type.clone().filter(|_| !rest.is_empty()) else { return };
        let fact = self.path(own.segments.iter().chain(rest.iter().copied()), own.absolute, false);
        let (line, column) = self.place(first.span());
        // Whoever wrote the type has been asked already whether it is bound.
        self.facts.paths.extend(fact.map(|fact| PathFact { guessed: true, line, column, ..fact }));
    }

    fn is_new(&mut self, name: &Ident, is_macro: bool, local: bool) -> bool {
        let name = self.intern(name);
        self.seen.insert((self.scope, name, is_macro, self.in_tests > 0, local))
    }

    fn is_generic(&self, first: &Ident) -> bool {
        self.generics.iter().any(|generic| first == generic)
    }

    /// Whether a type is a generic parameter, or what `Self` stands for elsewhere.
    pub(super) fn is_parameter(&self, own: &OwnType) -> bool {
        own.segments.first().is_none_or(|first| first == "Self" || self.is_generic(first))
    }

    /// The trait of `<T as Trait>::name`, or a path without such a prefix.
    pub(super) fn add_qualified(&mut self, qself: Option<&syn::QSelf>, path: &syn::Path) {
        let length = qself.map_or(path.segments.len(), |qself| qself.position);
        if length > 0 {
            self.add_path(path, length, false);
        }
        if let Some(qself) = qself {
            self.visit_type(&qself.ty);
            self.add_of_type(&qself.ty, path, length);
        }
        for segment in &path.segments {
            self.visit_path_arguments(&segment.arguments);
        }
    }

    /// `<T>::name` is `T::name`.
    fn add_of_type(&mut self, ty: &syn::Type, path: &syn::Path, position: usize) {
        let own = OwnType::of(ty).filter(|own| position == 0 && !self.is_parameter(own));
        let Some(own) = own else { return };
        let rest = path.segments.iter().map(|segment| &segment.ident);
        let fact = self.path(own.segments.iter().chain(rest), own.absolute, false);
        self.facts.paths.extend(fact.map(|fact| PathFact { guessed: true, ..fact }));
    }

    pub(super) fn add_tokens(&mut self, tokens: &proc_macro2::TokenStream) {
        let paths = tokens::paths(tokens);
        self.facts.gaps += paths.gaps;
        for path in paths.found {
            let first = &path.segments[0];
            if first == "Self" {
                self.add_own(first, &path.segments.iter().skip(1).collect::<Vec<_>>());
                continue;
            }
            if self.is_generic(first) {
                continue;
            }
            let single = path.segments.len() == 1 && !path.absolute;
            if single && !self.is_new(first, path.is_macro, false) {
                continue;
            }
            let fact = self.path(&path.segments, path.absolute && !path.crate_of_macro, path.is_macro);
            let fact = fact.map(|mut fact| {
                if path.crate_of_macro {
                    fact.segments[0] = self.intern_text("$crate");
                }
                PathFact { guessed: true, ..fact }
            });
            self.facts.paths.extend(fact);
        }
    }
}
