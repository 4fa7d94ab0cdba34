//! What functions and constants say, apart from how they are formatted: so that two sides of a change can be compared.

use std::collections::BTreeSet;

use findings::Location;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::visit::{self, Visit};
use syn::{Ident, Signature};

use crate::code::{Code, ItemKind};
use crate::syntax::SourceFile;

/// What an item says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// Where its name stands.
    pub place: Location,
    /// Its parameters, its types and its body or value, less its name, its visibility, its attributes, comments and the
    /// way in which all that is laid out. Where several items share the path, each under its `cfg`, it is what all say.
    pub text: String,
}

impl Code {
    /// What the function, constant or static at a path says that is no test: `package::module::name`, which may be the path
    /// of an import, or `package::module::Type::name` of a method. `None` where the code has none, or a macro writes it.
    pub fn wording(&self, path: &str) -> Option<Wording> {
        let wanted = self.names().canonical(path).unwrap_or_else(|| path.replace('-', "_"));
        let name = wanted.rsplit("::").next().unwrap_or(&wanted);
        let kinds = [ItemKind::Function, ItemKind::Constant, ItemKind::Static];
        let all = self.names().items().filter(|item| kinds.contains(&item.kind()) && item.name() == name);
        let all = all.filter(|item| !item.in_test() && item.path() == wanted);
        let places: BTreeSet<(String, u32, u32)> =
            all.map(|item| (item.file().to_string(), item.line(), item.column())).collect();
        let (file, line, column) = places.first()?.clone();
        let wanted = |path: &str| places.iter().any(|(file, ..)| file == path);
        let read = self.each_file(&|info| wanted(&info.path), &|file| {
            let lines = places.iter().filter(|(path, ..)| *path == file.path).map(|(_, line, _)| *line);
            let mut finder = Finder { file, name, lines: lines.collect(), texts: Vec::new() };
            finder.visit_file(&file.ast);
            finder.texts
        });
        let texts: Vec<String> = read.into_iter().flat_map(|(_, texts)| texts).collect();
        let place = Location::point(file, line, column);
        (texts.len() == places.len()).then(|| Wording { place, text: texts.join("\n") })
    }
}

/// Finds items by their name and the lines on which it stands.
struct Finder<'f> {
    file: &'f SourceFile,
    name: &'f str,
    lines: BTreeSet<u32>,
    texts: Vec<String>,
}

impl Finder<'_> {
    fn is_wanted(&self, ident: &Ident) -> bool {
        ident.unraw() == self.name && self.lines.contains(&self.file.start(ident.span()).0)
    }

    fn function(&mut self, signature: &Signature, body: &impl ToTokens) {
        if self.is_wanted(&signature.ident) {
            let Signature { generics, inputs, output, .. } = signature;
            let written =
                [generics.params.to_token_stream(), inputs.to_token_stream(), output.to_token_stream()];
            let bounds = generics.where_clause.to_token_stream();
            let parts = written.into_iter().chain([bounds, body.to_token_stream()]);
            self.texts.push(parts.map(plain).collect::<Vec<_>>().join(" | "));
        }
    }

    fn value(&mut self, ident: &Ident, ty: &syn::Type, value: &impl ToTokens) {
        if self.is_wanted(ident) {
            self.texts.push(format!("{} = {}", plain(ty.to_token_stream()), plain(value.to_token_stream())));
        }
    }
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        self.function(&item.sig, &item.default);
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_const(&mut self, item: &'a syn::ItemConst) {
        self.value(&item.ident, &item.ty, &item.expr);
    }

    fn visit_item_static(&mut self, item: &'a syn::ItemStatic) {
        self.value(&item.ident, &item.ty, &item.expr);
    }
}

/// Tokens with one space between them: `1_000` is `1000`, and the comma before a closing bracket says nothing, nor does an
/// attribute that is a comment.
fn plain(tokens: TokenStream) -> String {
    let mut words = Vec::new();
    put(tokens, &mut words);
    words.join(" ")
}

fn put(tokens: TokenStream, words: &mut Vec<String>) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '#' && is_comment(tokens.peek()) => {
                tokens.next();
            }
            TokenTree::Punct(sign) if sign.as_char() == ',' && tokens.peek().is_none() => {}
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                words.push(open.to_owned());
                put(group.stream(), words);
                words.push(close.to_owned());
            }
            TokenTree::Literal(literal) => words.push(match syn::Lit::new(literal.clone()) {
                syn::Lit::Int(number) => format!("{}{}", number.base10_digits(), number.suffix()),
                _ => literal.to_string(),
            }),
            other => words.push(other.to_string()),
        }
    }
}

/// Whether brackets hold the text of a comment for documentation.
fn is_comment(token: Option<&TokenTree>) -> bool {
    let Some(TokenTree::Group(group)) = token else { return false };
    let first = group.stream().into_iter().next();
    matches!(first, Some(TokenTree::Ident(word)) if word == "doc")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cache, Tree};

    fn written(text: &str, path: &str) -> Option<String> {
        let files = [
            ("Cargo.toml", "[package]\nname = \"deal\"\nversion = \"1.0.0\"\nedition = \"2024\"\n"),
            ("src/lib.rs", text),
        ];
        let code = Code::read(&Tree::from_memory(files), &Cache::off());
        code.wording(path).map(|wording| wording.text)
    }

    #[test]
    fn an_item_says_the_same_however_it_is_laid_out_and_something_else_where_a_token_changed() {
        let base = "pub mod m { pub const OF: u32 = 1000; pub fn bucket(unit: &str) -> u32 { hash(unit, 7) % OF } }\n\
                    pub use m::bucket;";
        for (from, to, same) in [
            ("1000", "1_000", true),
            ("pub fn", "/// Deals.\n#[inline]\nfn", true),
            ("{ hash(unit, 7)", "{\n    // by all\n    hash(\n        unit,\n        7,\n    )", true),
            ("7", "8", false),
            ("% OF", "% (OF - 1)", false),
            ("unit: &str", "unit: &String", false),
        ] {
            let head = base.replace(from, to);
            assert_eq!(written(base, "deal::bucket") == written(&head, "deal::bucket"), same, "{to}");
        }
        assert_ne!(written(base, "deal::m::OF"), written(&base.replace("1000", "100"), "deal::m::OF"));
        assert_eq!(written(base, "deal::m::bucket"), written(base, "deal::bucket"));
    }

    #[test]
    fn methods_have_a_path_and_what_is_no_code_or_a_test_has_none() {
        let text = "pub struct Deal; impl Deal { pub fn of(&self) -> u32 { 1 } }\n\
                    #[cfg(test)] mod tests { pub fn of() -> u32 { 2 } }";
        assert!(written(text, "deal::Deal::of").is_some_and(|text| text.contains('1')));
        for path in ["deal::tests::of", "deal::of", "other::of", "of", ""] {
            assert_eq!(written(text, path), None, "{path}");
        }
    }

    #[test]
    fn items_that_share_a_path_are_told_together() {
        let text = "#[cfg(unix)]\npub fn of() -> u32 { 1 }\n#[cfg(not(unix))]\npub fn of() -> u32 { 2 }\n";
        let other = text.replace("{ 2 }", "{ 3 }");
        assert_ne!(written(text, "deal::of"), written(&other, "deal::of"));
    }
}
