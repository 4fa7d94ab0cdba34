//! The paths in a signature: in the types of fields, parameters and results, in bounds and in the headers of
//! implementations.

use syn::Ident;
use syn::visit::Visit;

use super::Collector;
use super::declare::visibility;
use crate::code::declared::{Mention, Position, Visibility, WrittenPath};
use crate::code::facts::Name;
use crate::code::packed::Segments;

/// The primitive types that most signatures name.
pub(super) const PRIMITIVES: [&str; 15] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "isize", "str", "u8", "u16", "u32", "u64",
    "usize",
];

/// Reads the paths of one declaration.
pub(super) struct Reader<'r, 'c> {
    pub(super) collector: &'r mut Collector<'c>,
    /// The declaration's first path.
    pub(super) first: usize,
    /// Who can see the part that is read.
    pub(super) visibility: Visibility,
}

impl Reader<'_, '_> {
    pub(super) fn types(
        &mut self,
        position: Position,
        part: Option<&Ident>,
        read: impl FnOnce(&mut Types<'_, '_, '_>),
    ) {
        let part = part.map(|part| self.collector.intern(part));
        read(&mut Types { reader: self, position, part });
    }

    pub(super) fn bounds(
        &mut self,
        position: Position,
        part: Option<&Ident>,
        bounds: &syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>,
    ) {
        self.types(position, part, |types| {
            bounds.iter().for_each(|bound| types.visit_type_param_bound(bound))
        });
    }

    /// The bounds and defaults of generic parameters.
    pub(super) fn bounds_of(&mut self, generics: &syn::Generics) {
        self.types(Position::Bound, None, |types| types.visit_generics(generics));
    }

    pub(super) fn generics(&mut self, generics: &syn::Generics, read: impl FnOnce(&mut Self)) {
        let outer = self.collector.generics.len();
        let names = generics.params.iter().filter_map(|parameter| match parameter {
            syn::GenericParam::Type(it) => Some(it.ident.to_string()),
            syn::GenericParam::Const(it) => Some(it.ident.to_string()),
            syn::GenericParam::Lifetime(_) => None,
        });
        self.collector.generics.extend(names);
        self.bounds_of(generics);
        read(self);
        self.collector.generics.truncate(outer);
    }

    /// Fields that can be seen; those of a variant all can.
    pub(super) fn fields<'f>(
        &mut self,
        fields: impl IntoIterator<Item = &'f syn::Field>,
        variant: Option<&Ident>,
        all: bool,
    ) {
        for field in fields {
            let seen = if all { Visibility::Public } else { visibility(&field.vis) };
            if seen >= Visibility::Crate {
                self.visibility = seen;
                let part = variant.or(field.ident.as_ref());
                self.types(Position::Field, part, |types| types.visit_type(&field.ty));
            }
        }
        self.visibility = Visibility::Public;
    }

    /// The path of a trait or a type, and what stands in its brackets.
    pub(super) fn head(&mut self, position: Position, path: &syn::Path) {
        self.mention(
            position,
            None,
            path.segments.iter().map(|segment| &segment.ident),
            path.leading_colon.is_some(),
        );
        self.types(Position::Header, None, |types| {
            for segment in &path.segments {
                types.visit_path_arguments(&segment.arguments);
            }
        });
    }

    pub(super) fn mention<'i>(
        &mut self,
        position: Position,
        part: Option<Name>,
        segments: impl Iterator<Item = &'i Ident> + Clone,
        absolute: bool,
    ) {
        let Some(first) = segments.clone().next() else { return };
        let own = first == "Self" || self.collector.generics.iter().any(|generic| first == generic);
        if own && position != Position::Subject {
            return;
        }
        let (line, column) = self.collector.place(first.span());
        let segments: Segments = segments.map(|segment| self.collector.intern(segment)).collect();
        if let [only] = *segments
            && PRIMITIVES.contains(&self.collector.facts.name(only))
        {
            return;
        }
        let path = WrittenPath { segments, absolute };
        let mentions = &mut self.collector.facts.mentions;
        let visibility = self.visibility;
        let said = |known: &Mention| {
            (known.position, known.part, known.visibility) == (position, part, visibility)
                && known.path == path
        };
        // Long lists of parts say the same often; the last few are enough to be rid of most.
        let recent = self.first.max(mentions.len().saturating_sub(16));
        if !mentions[recent..].iter().any(said) {
            mentions.push(Mention { position, part, visibility, path, line, column });
        }
    }
}

/// Reads the paths of types; what stands in expressions, attributes and macros is no part of a signature.
pub(super) struct Types<'t, 'r, 'c> {
    reader: &'t mut Reader<'r, 'c>,
    position: Position,
    part: Option<Name>,
}

impl<'ast> Visit<'ast> for Types<'_, '_, '_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments = path.segments.iter().map(|segment| &segment.ident);
        self.reader.mention(self.position, self.part, segments, path.leading_colon.is_some());
        for segment in &path.segments {
            self.visit_path_arguments(&segment.arguments);
        }
    }

    fn visit_type_path(&mut self, node: &'ast syn::TypePath) {
        let Some(qself) = &node.qself else { return self.visit_path(&node.path) };
        self.visit_type(&qself.ty);
        let segments = node.path.segments.iter().map(|segment| &segment.ident).take(qself.position);
        self.reader.mention(self.position, self.part, segments, node.path.leading_colon.is_some());
        for segment in &node.path.segments {
            self.visit_path_arguments(&segment.arguments);
        }
    }

    fn visit_expr(&mut self, _: &'ast syn::Expr) {}

    fn visit_macro(&mut self, _: &'ast syn::Macro) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}
}
