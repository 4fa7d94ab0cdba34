//! What the items of one file say about types: fields, return types, aliases, statics, functions.

use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use syn::visit::Visit;
use syn::{Block, Item, Signature, Type};

/// The fields of a struct, and once somebody asks, which has a name.
struct Struct<'a> {
    fields: &'a syn::Fields,
    by_name: OnceCell<HashMap<String, usize>>,
}

/// The items of a file by name. Of two items with one name, the later one wins: such files are rare, and a
/// light type is evidence, not proof.
#[derive(Default)]
pub struct Facts<'a> {
    structs: HashMap<String, Struct<'a>>,
    aliases: HashMap<String, &'a Type>,
    statics: HashMap<String, &'a Type>,
    functions: HashMap<String, (&'a Signature, &'a Block)>,
    methods: HashMap<(String, String), (&'a Signature, &'a Block)>,
    macros: HashMap<String, &'a syn::Macro>,
    /// Macros that were called from async code.
    called: RefCell<Vec<*const syn::Macro>>,
    whole: RefCell<Vec<Rc<dyn Any>>>,
}

impl<'a> Facts<'a> {
    /// Reads the items of a file, those of inline modules included.
    pub fn of(file: &'a syn::File) -> Self {
        let mut facts = Facts::default();
        facts.visit_file(file);
        facts
    }

    /// What a rule finds out about the whole file, told apart by its type: looked for once, however often the rule asks, so
    /// that a file of many hits is not read as many times.
    pub(crate) fn once<T: 'static>(&self, look: impl FnOnce() -> T) -> Rc<T> {
        let known = self.whole.borrow().iter().find_map(|known| Rc::clone(known).downcast().ok());
        known.unwrap_or_else(|| {
            let found = Rc::new(look());
            self.whole.borrow_mut().push(Rc::<T>::clone(&found));
            found
        })
    }

    /// The type of a field, by the name of its struct. Tuple fields are named by their index.
    pub fn field(&self, owner: &str, name: &str) -> Option<&'a Type> {
        let Struct { fields, by_name } = self.structs.get(owner)?;
        let named = match fields {
            syn::Fields::Named(fields) => &fields.named,
            syn::Fields::Unnamed(fields) => return Some(&fields.unnamed.get(name.parse().ok()?)?.ty),
            syn::Fields::Unit => return None,
        };
        let name_of = |(index, field): (usize, &syn::Field)| Some((field.ident.as_ref()?.to_string(), index));
        let by_name = by_name.get_or_init(|| named.iter().enumerate().filter_map(name_of).collect());
        Some(&named.get(*by_name.get(name)?)?.ty)
    }

    /// The types of all fields of a struct.
    pub fn fields(&self, owner: &str) -> impl Iterator<Item = &'a Type> {
        self.structs.get(owner).into_iter().flat_map(|found| found.fields.iter().map(|field| &field.ty))
    }

    /// Whether a struct is its only value, `struct Mark;`.
    pub fn is_unit(&self, name: &str) -> bool {
        matches!(self.structs.get(name), Some(Struct { fields: syn::Fields::Unit, .. }))
    }

    /// What a type alias without parameters stands for.
    pub fn alias(&self, name: &str) -> Option<&'a Type> {
        self.aliases.get(name).copied()
    }

    /// The type of a static or constant.
    pub fn constant(&self, name: &str) -> Option<&'a Type> {
        self.statics.get(name).copied()
    }

    /// A `macro_rules!` by its name.
    pub(crate) fn macro_rules(&self, name: &str) -> Option<&'a syn::Macro> {
        self.macros.get(name).copied()
    }

    /// Whether no call of a macro of the file from async code was seen before.
    pub(crate) fn is_first_async_call(&self, called: &'a syn::Macro) -> bool {
        let called: *const syn::Macro = called;
        let is_first = !self.called.borrow().contains(&called);
        self.called.borrow_mut().extend(is_first.then_some(called));
        is_first
    }

    /// A free function.
    pub fn function(&self, name: &str) -> Option<(&'a Signature, &'a Block)> {
        self.functions.get(name).copied()
    }

    /// A method or associated function, by the name of its type.
    pub fn method(&self, owner: &str, name: &str) -> Option<&'a Signature> {
        self.method_with_body(owner, name).map(|(signature, _)| signature)
    }

    /// A method or associated function with its body, by the name of its type.
    pub fn method_with_body(&self, owner: &str, name: &str) -> Option<(&'a Signature, &'a Block)> {
        self.methods.get(&(owner.to_owned(), name.to_owned())).copied()
    }
}

impl<'a> Visit<'a> for Facts<'a> {
    fn visit_item(&mut self, item: &'a Item) {
        match item {
            Item::Struct(item) => {
                self.structs.insert(
                    item.ident.to_string(),
                    Struct { fields: &item.fields, by_name: OnceCell::new() },
                );
            }
            Item::Type(item) => {
                self.aliases.insert(item.ident.to_string(), &item.ty);
            }
            Item::Static(item) => {
                self.statics.insert(item.ident.to_string(), &item.ty);
            }
            Item::Const(item) => {
                self.statics.insert(item.ident.to_string(), &item.ty);
            }
            Item::Fn(item) => {
                self.functions.insert(item.sig.ident.to_string(), (&item.sig, &item.block));
            }
            Item::Impl(item) => {
                let Some(owner) = type_name(&item.self_ty) else { return };
                for part in &item.items {
                    if let syn::ImplItem::Fn(method) = part {
                        self.methods.insert(
                            (owner.clone(), method.sig.ident.to_string()),
                            (&method.sig, &method.block),
                        );
                    }
                }
            }
            Item::Macro(item) => {
                if let Some(name) = &item.ident {
                    self.macros.insert(name.to_string(), &item.mac);
                }
            }
            Item::Mod(item) => syn::visit::visit_item_mod(self, item),
            _ => {}
        }
    }
}

/// The last segment of a type's path, references looked through.
pub fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Reference(reference) => type_name(&reference.elem),
        Type::Paren(paren) => type_name(&paren.elem),
        Type::Group(group) => type_name(&group.elem),
        _ => None,
    }
}
