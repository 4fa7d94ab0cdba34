//! What one file declares itself, by name: fields of structs and results of functions.

use std::collections::HashMap;

use syn::visit::{self, Visit};

/// What a file declares, wherever in it.
#[derive(Default)]
pub(super) struct Local<'a> {
    structs: HashMap<String, HashMap<String, &'a syn::Type>>,
    /// By the type that has it, if one has, and the name.
    functions: HashMap<(Option<String>, String), &'a syn::Type>,
    owner: Option<String>,
}

impl<'a> Local<'a> {
    pub(super) fn of(file: &'a syn::File) -> Self {
        let mut local = Local::default();
        local.visit_file(file);
        local
    }

    pub(super) fn is_struct(&self, name: &str) -> bool {
        self.structs.contains_key(name)
    }

    /// The type of a field as it is written.
    pub(super) fn field(&self, owner: &str, name: &str) -> Option<&'a syn::Type> {
        self.structs.get(owner)?.get(name).copied()
    }

    /// What a function or method gives, as it is written.
    pub(super) fn output(&self, owner: Option<&str>, name: &str) -> Option<&'a syn::Type> {
        self.functions.get(&(owner.map(str::to_owned), name.to_owned())).copied()
    }

    fn function(&mut self, signature: &'a syn::Signature) {
        if let syn::ReturnType::Type(_, output) = &signature.output {
            self.functions.insert((self.owner.clone(), signature.ident.to_string()), output);
        }
    }
}

impl<'a> Visit<'a> for Local<'a> {
    fn visit_item_struct(&mut self, item: &'a syn::ItemStruct) {
        let fields = item.fields.iter().enumerate().map(|(index, field)| {
            let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
            (name, &field.ty)
        });
        self.structs.insert(item.ident.to_string(), fields.collect());
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.function(&item.sig);
        visit::visit_item_fn(self, item);
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        let outer = std::mem::replace(&mut self.owner, self_name(&item.self_ty));
        visit::visit_item_impl(self, item);
        self.owner = outer;
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.function(&item.sig);
        let outer = self.owner.take();
        visit::visit_impl_item_fn(self, item);
        self.owner = outer;
    }
}

/// The last name of a type that is a path.
pub(super) fn self_name(ty: &syn::Type) -> Option<String> {
    match ty {
        syn::Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        syn::Type::Reference(reference) => self_name(&reference.elem),
        _ => None,
    }
}
