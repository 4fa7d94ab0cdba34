//! Macros among items: what they define, what stands in them, and the files that they take in.

use syn::visit::Visit as _;

use super::Collector;
use crate::code::facts::{Include, MacroFact, OutputFact};
use crate::code::tokens;
use crate::syntax;

/// How many macros within one another are read as items.
const MAX_MACROS: u32 = 8;

impl Collector<'_> {
    /// A macro among items. Its body may have items as they are (`cfg_rt! { mod x; }`), or in braces
    /// (`cfg_if!`); else its paths are read from the tokens.
    pub(super) fn item_macro(&mut self, item: &syn::ItemMacro) {
        if let (true, Some(name)) = (item.mac.path.is_ident("macro_rules"), &item.ident) {
            self.definition(item, name);
            return;
        }
        self.add_path(&item.mac.path, item.mac.path.segments.len(), true);
        self.add_include(&item.mac, true);
        let items = if self.in_macros < MAX_MACROS { syntax::items_in_macro(&item.mac) } else { None };
        match items {
            Some(items) => {
                self.in_macros += 1;
                for item in &items {
                    self.visit_item(item);
                }
                self.in_macros -= 1;
            }
            None => {
                for name in tokens::definitions(&item.mac.tokens) {
                    self.define(&name, &syn::Visibility::Public(Default::default()), false);
                }
                self.add_tokens(&item.mac.tokens);
            }
        }
    }

    /// `macro_rules! name { .. }`. What its body names is kept together, since every call names it again.
    fn definition(&mut self, item: &syn::ItemMacro, name: &syn::Ident) {
        let exported = item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"));
        self.define(name, &syn::Visibility::Inherited, exported);
        let first = self.facts.paths.len() as u32;
        // A name that was called before is called by this body, too.
        let seen = std::mem::take(&mut self.seen);
        self.add_tokens(&item.mac.tokens);
        self.seen = seen;
        let body = (first, self.facts.paths.len() as u32);
        let name = self.intern(name);
        let brings_names = tokens::brings_names(&item.mac.tokens);
        self.facts.macros.push(MacroFact { scope: self.scope, name, exported, body, brings_names });
    }

    pub(super) fn add_include(&mut self, mac: &syn::Macro, items: bool) {
        let Some(last) = mac.path.segments.last() else { return };
        let (line, column) = self.place(mac.path.segments[0].ident.span());
        if last.ident == "include_proto" && items {
            if let Ok(package) = mac.parse_body::<syn::LitStr>() {
                self.add_output(&package.value(), (line, column));
            }
            return;
        }
        let argument = if self.includes.iter().any(|name| last.ident == name) {
            match mac.parse_body::<syn::Expr>() {
                Ok(argument) => path_of(&argument),
                Err(_) => None,
            }
        } else if items {
            // A macro around `include!` whose argument is a path as it stands.
            match mac.parse_body::<syn::LitStr>().map(|text| text.value()) {
                Ok(path) if path.ends_with(".rs") => Some(Included::Beside(path)),
                _ => return,
            }
        } else {
            return;
        };
        match argument {
            Some(Included::Beside(path)) => {
                self.facts.includes.push(Include { scope: self.scope, path, items, line, column });
            }
            Some(Included::Output(file)) if items => {
                let file = file.trim_start_matches('/').rsplit('/').next().unwrap_or_default();
                self.add_output(file.strip_suffix(".rs").unwrap_or(file), (line, column));
            }
            Some(Included::Output(_)) => {}
            None => self.facts.gaps += 1,
        }
    }

    fn add_output(&mut self, package: &str, (line, column): (u32, u32)) {
        let package: Vec<String> =
            package.split(['.', '/']).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        if !package.is_empty() {
            let test = self.in_tests > 0;
            self.facts.outputs.push(OutputFact { scope: self.scope, package, test, line, column });
        }
    }
}

/// What an `include!` takes in.
enum Included {
    /// A file, by its path from the file that includes it, or from the package where it begins with `//`.
    Beside(String),
    /// A file that a build script writes.
    Output(String),
}

/// The path that an argument gives: a string, or `concat!` of strings and of the folder of the package or the output.
fn path_of(argument: &syn::Expr) -> Option<Included> {
    match argument {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(Included::Beside(text.value())),
        syn::Expr::Macro(concat) if concat.mac.path.segments.last()?.ident == "concat" => {
            let parts = concat
                .mac
                .parse_body_with(syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated)
                .ok()?;
            let mut path = String::new();
            let mut output = false;
            for (index, part) in parts.iter().enumerate() {
                match part {
                    syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => {
                        path.push_str(&text.value());
                    }
                    syn::Expr::Macro(env) if index == 0 => {
                        match env.mac.parse_body::<syn::LitStr>().ok()?.value().as_str() {
                            "CARGO_MANIFEST_DIR" => path.push('/'),
                            "OUT_DIR" => output = true,
                            _ => return None,
                        }
                    }
                    _ => return None,
                }
            }
            Some(if output { Included::Output(path) } else { Included::Beside(path) })
        }
        _ => None,
    }
}
