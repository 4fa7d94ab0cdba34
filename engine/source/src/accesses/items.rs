//! The way through the items of a file, less those that are there for tests.

use std::collections::HashMap;

use quote::ToTokens;
use syn::Expr;
use syn::visit::{self, Visit};

use super::local::self_name;
use super::walk::Walk;

impl Walk<'_> {
    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let outer = std::mem::replace(&mut self.variables, vec![HashMap::new()]);
        for input in &signature.inputs {
            if let syn::FnArg::Typed(typed) = input {
                let value = self.sorts_of(&typed.ty);
                self.bind(&typed.pat, &value);
            }
        }
        self.block(block);
        self.variables = outer;
    }
}

impl Visit<'_> for Walk<'_> {
    fn visit_expr(&mut self, expr: &Expr) {
        self.eval(expr);
    }

    fn visit_block(&mut self, block: &syn::Block) {
        self.block(block);
    }

    fn visit_local(&mut self, local: &syn::Local) {
        let value = local.init.as_ref().map(|init| self.eval(&init.expr)).unwrap_or_default();
        if let Some((_, other)) = local.init.as_ref().and_then(|init| init.diverge.as_ref()) {
            self.eval(other);
        }
        self.bind(&local.pat, &value);
    }

    fn visit_stmt_macro(&mut self, mac: &syn::StmtMacro) {
        self.macro_call(&mac.mac);
    }

    fn visit_item_macro(&mut self, item: &syn::ItemMacro) {
        self.macro_call(&item.mac);
    }

    fn visit_item_fn(&mut self, item: &syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            self.function(&item.sig, &item.block);
        }
    }

    fn visit_item_impl(&mut self, item: &syn::ItemImpl) {
        if is_for_tests(&item.attrs) {
            return;
        }
        let outer = std::mem::replace(&mut self.owner, self_name(&item.self_ty));
        for part in &item.items {
            match part {
                syn::ImplItem::Fn(function) if !is_for_tests(&function.attrs) => {
                    self.function(&function.sig, &function.block);
                }
                syn::ImplItem::Const(constant) => drop(self.eval(&constant.expr)),
                _ => {}
            }
        }
        self.owner = outer;
    }

    fn visit_trait_item_fn(&mut self, item: &syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
    }

    fn visit_item_mod(&mut self, item: &syn::ItemMod) {
        if is_for_tests(&item.attrs) {
            return;
        }
        let outer = self.scope.clone();
        self.scope = outer.enter_module(item);
        visit::visit_item_mod(self, item);
        self.scope = outer;
    }

    fn visit_attribute(&mut self, _attribute: &syn::Attribute) {}
}

/// Whether an item is there for tests only.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let words = attribute.meta.to_token_stream().to_string();
        let has = |word: &str| {
            words.split(|sign: char| !sign.is_alphanumeric() && sign != '_').any(|own| own == word)
        };
        match attribute.path().segments.last() {
            Some(last) if last.ident == "test" => true,
            Some(last) if last.ident == "cfg" => has("test") && !has("not") && !has("any"),
            _ => false,
        }
    })
}
