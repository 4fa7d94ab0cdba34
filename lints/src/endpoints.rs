//! What the functions of a file set on the gRPC endpoints that they give back.

use std::collections::HashMap;
use std::rc::Rc;

use syn::visit::Visit;

use crate::calls::{identifiers, method};
use crate::site::Site;
use crate::sorts::calls_in;

/// What functions that give back an endpoint set on it, by their names.
#[derive(Default)]
pub(crate) struct Makers(HashMap<String, Made>);

/// What is set on an endpoint.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) timeout: bool,
    pub(crate) connect_timeout: bool,
}

/// The functions of the file.
pub(crate) fn makers(site: &Site<'_>) -> Rc<Makers> {
    site.facts.once(|| {
        let mut makers = Makers::default();
        makers.visit_file(&site.file.ast);
        makers
    })
}

impl Makers {
    /// What the function of a name sets, if it gives back an endpoint.
    pub(crate) fn get(&self, function: &syn::Ident) -> Option<&Made> {
        self.0.get(&function.to_string())
    }

    fn note(&mut self, signature: &syn::Signature, block: &syn::Block) {
        if !identifiers(&signature.output).iter().any(|name| name == "Endpoint") {
            return;
        }
        let made = self.0.entry(signature.ident.to_string()).or_default();
        for call in calls_in(block) {
            let Some(method) = method(call) else { continue };
            made.timeout |= method.name == "timeout";
            made.connect_timeout |= method.name == "connect_timeout";
        }
    }
}

impl<'a> Visit<'a> for Makers {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.note(&item.sig, &item.block);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.note(&item.sig, &item.block);
        syn::visit::visit_impl_item_fn(self, item);
    }
}
