//! What fields, functions, constants and statics say of types, as plain text.

use syn::{GenericArgument, PathArguments, ReturnType, Type, TypeParamBound};

use super::Collector;
use super::signature::PRIMITIVES;
use crate::code::declared::ItemKind;
use crate::code::facts::{Name, TypeFact};

/// What is longer says nothing that anybody asks for.
const MOST_BYTES: usize = 200;

impl Collector<'_> {
    pub(super) fn field_types(&mut self, item: &syn::ItemStruct) {
        let owner = self.intern(&item.ident);
        for (number, field) in item.fields.iter().enumerate() {
            let name = match &field.ident {
                Some(name) => self.intern(name),
                None => self.intern_text(&number.to_string()),
            };
            self.said(Some(owner), name, true, &field.ty, &item.generics);
        }
    }

    /// What a function gives back; `declared` is its index.
    pub(super) fn result_type(&mut self, declared: usize, signature: &syn::Signature) {
        if let ReturnType::Type(_, ty) = &signature.output {
            self.value_type(declared, ty, &signature.generics);
        }
    }

    /// The type of a function's result, a constant or a static; `declared` is its index.
    pub(super) fn value_type(&mut self, declared: usize, ty: &Type, generics: &syn::Generics) {
        let declared = &self.facts.declared[declared];
        if declared.test {
            return;
        }
        let outer = declared.outer.map(|outer| &self.facts.declared[outer as usize]);
        let has_type = |kind| matches!(kind, ItemKind::Implementation | ItemKind::Trait);
        if outer.is_some_and(|outer| !has_type(outer.kind)) {
            return;
        }
        self.said(outer.map(|outer| outer.name), declared.name, false, ty, generics);
    }

    fn said(&mut self, owner: Option<Name>, name: Name, is_field: bool, ty: &Type, own: &syn::Generics) {
        let mut plain = Plain { generics: &self.generics, own, text: String::new() };
        let is_plain = plain.ty(ty).is_some();
        let text = plain.text;
        let is_float = matches!(text.as_str(), "f32" | "f64");
        let says_little = matches!(text.as_str(), "()" | "String") || PRIMITIVES.contains(&text.as_str());
        if is_plain && (is_float || !says_little) {
            let text = self.intern_text(&text);
            self.facts.types.push(TypeFact { scope: self.scope, owner, name, is_field, text });
        }
    }
}

/// Writes a type without lifetimes and references, and of a trait that stands for one its name: `HashMap<u64,Track,>`. None
/// for what only the compiler knows, as generic parameters.
struct Plain<'p> {
    /// Names of generic parameters around.
    generics: &'p [String],
    own: &'p syn::Generics,
    text: String,
}

impl Plain<'_> {
    fn ty(&mut self, ty: &Type) -> Option<()> {
        match ty {
            Type::Path(it) if it.qself.is_none() => self.path(&it.path),
            Type::Reference(it) => self.ty(&it.elem),
            Type::Paren(it) => self.ty(&it.elem),
            Type::Group(it) => self.ty(&it.elem),
            Type::Tuple(it) => self.list('(', it.elems.iter(), ')'),
            Type::Slice(it) => {
                self.text.push('[');
                self.ty(&it.elem)?;
                self.text.push(']');
                Some(())
            }
            Type::Array(it) => {
                self.text.push('[');
                self.ty(&it.elem)?;
                self.text.push(']');
                Some(())
            }
            Type::TraitObject(it) => self.first_trait(it.bounds.iter()),
            Type::ImplTrait(it) => self.first_trait(it.bounds.iter()),
            _ => None,
        }
    }

    fn first_trait<'b>(&mut self, mut bounds: impl Iterator<Item = &'b TypeParamBound>) -> Option<()> {
        match bounds.next()? {
            TypeParamBound::Trait(bound) => self.path(&bound.path),
            _ => None,
        }
    }

    fn path(&mut self, path: &syn::Path) -> Option<()> {
        if path.get_ident().is_some_and(|name| self.is_generic(name)) {
            return None;
        }
        for (index, segment) in path.segments.iter().enumerate() {
            if index > 0 || path.leading_colon.is_some() {
                self.text.push_str("::");
            }
            let name = segment.ident.to_string();
            self.text.push_str(name.strip_prefix("r#").unwrap_or(&name));
            match &segment.arguments {
                PathArguments::None => {}
                PathArguments::AngleBracketed(arguments) if index + 1 == path.segments.len() => {
                    let written = arguments.args.iter().filter_map(|argument| match argument {
                        GenericArgument::Lifetime(_) => None,
                        GenericArgument::Type(ty) => Some(Some(ty)),
                        _ => Some(None),
                    });
                    let types = written.collect::<Option<Vec<&Type>>>()?;
                    if !types.is_empty() {
                        self.list('<', types.into_iter(), '>')?;
                    }
                }
                _ => return None,
            }
        }
        (self.text.len() <= MOST_BYTES).then_some(())
    }

    fn list<'t>(&mut self, open: char, types: impl Iterator<Item = &'t Type>, close: char) -> Option<()> {
        self.text.push(open);
        for ty in types {
            self.ty(ty)?;
            self.text.push(',');
        }
        self.text.push(close);
        Some(())
    }

    fn is_generic(&self, name: &syn::Ident) -> bool {
        self.own.type_params().any(|parameter| parameter.ident == *name)
            || self.generics.iter().any(|generic| name == generic)
    }
}
