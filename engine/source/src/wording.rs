//! What functions and constants say, apart from how they are formatted: so that two sides of a change can be compared.

use std::collections::{BTreeMap, BTreeSet};

use findings::Location;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Ident, Signature, UseTree};

use crate::code::{Code, ItemKind, is_never_built};
use crate::syntax::SourceFile;

/// What an item says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// Where its name stands.
    pub place: Location,
    /// Its parameters, its types and its body or value, less its name, its visibility, its attributes, comments and the
    /// way in which all that is laid out; and what the imports of its file mean by names that it uses, where they give them
    /// another or bring them from another crate. Where several items share the path, each under its `cfg`, it is what all
    /// say.
    pub text: String,
}

impl Code {
    /// What the function, constant or static at a path says that is no test: `package::module::name`, which may be the path
    /// of an import, or `package::module::Type::name` of a method. `None` where the code has none, where no build has it
    /// (`cfg(any())`), or where a macro writes it.
    pub fn wording(&self, path: &str) -> Option<Wording> {
        let wanted = self.names().canonical(path).unwrap_or_else(|| path.replace('-', "_"));
        let name = wanted.rsplit("::").next().unwrap_or(&wanted);
        let kinds = [ItemKind::Function, ItemKind::Constant, ItemKind::Static];
        let all = self.names().items().filter(|item| kinds.contains(&item.kind()) && item.name() == name);
        let all = all.filter(|item| !item.in_test() && item.path() == wanted);
        let places: BTreeSet<(String, u32, u32)> =
            all.map(|item| (item.file().to_string(), item.line(), item.column())).collect();
        let wanted = |path: &str| places.iter().any(|(file, ..)| file == path);
        let read = self.each_file(&|info| wanted(&info.path), &|file| {
            let lines = places.iter().filter(|(path, ..)| *path == file.path).map(|(_, line, _)| *line);
            let imports = imported(&file.ast);
            let (lines, texts) = (lines.collect(), Vec::new());
            let mut finder = Finder { file, name, lines, imports, texts, never: 0, unbuilt: 0 };
            finder.visit_file(&file.ast);
            (finder.texts, finder.unbuilt)
        });
        let unbuilt: usize = read.iter().map(|(_, (_, unbuilt))| unbuilt).sum();
        let texts: Vec<(Location, String)> = read.into_iter().flat_map(|(_, (texts, _))| texts).collect();
        let place = texts.first()?.0.clone();
        let text: Vec<&str> = texts.iter().map(|(_, text)| text.as_str()).collect();
        (texts.len() + unbuilt == places.len()).then(|| Wording { place, text: text.join("\n") })
    }
}

/// Finds items by their name and the lines on which it stands.
struct Finder<'f> {
    file: &'f SourceFile,
    name: &'f str,
    lines: BTreeSet<u32>,
    imports: Imports,
    /// Where each name stands, and what is said.
    texts: Vec<(Location, String)>,
    /// How many conditions that never hold stand on what is around.
    never: u32,
    /// How many of the items no build has.
    unbuilt: usize,
}

impl Finder<'_> {
    fn is_wanted(&mut self, ident: &Ident) -> bool {
        let is_wanted = ident.unraw() == self.name && self.lines.contains(&self.file.start(ident.span()).0);
        self.unbuilt += usize::from(is_wanted && self.never > 0);
        is_wanted && self.never == 0
    }

    /// Visits what attributes stand on.
    fn within(&mut self, attributes: &[Attribute], visit: impl FnOnce(&mut Self)) {
        let never = u32::from(is_never_built(attributes));
        self.never += never;
        visit(self);
        self.never -= never;
    }

    fn push(&mut self, ident: &Ident, mut said: String) {
        let words: BTreeSet<&str> = said.split(' ').collect();
        let meant = self.imports.iter().filter(|(name, _)| words.contains(name.as_str()));
        let meant: Vec<String> = meant.map(|(name, path)| format!(" | {name} is {path}")).collect();
        said.extend(meant);
        self.texts.push((Location::at(&self.file.path, self.file.span(ident.span())), said));
    }

    fn function(&mut self, signature: &Signature, body: &impl ToTokens) {
        if self.is_wanted(&signature.ident) {
            let Signature { generics, inputs, output, .. } = signature;
            let written =
                [generics.params.to_token_stream(), inputs.to_token_stream(), output.to_token_stream()];
            let bounds = generics.where_clause.to_token_stream();
            let parts = written.into_iter().chain([bounds, body.to_token_stream()]);
            let said = parts.map(plain).collect::<Vec<_>>().join(" | ");
            self.push(&signature.ident, said);
        }
    }

    fn value(&mut self, ident: &Ident, ty: &syn::Type, value: &impl ToTokens) {
        if self.is_wanted(ident) {
            let said = format!("{} = {}", plain(ty.to_token_stream()), plain(value.to_token_stream()));
            self.push(ident, said);
        }
    }
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.within(&item.attrs, |finder| {
            finder.function(&item.sig, &item.block);
            visit::visit_item_fn(finder, item);
        });
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.within(&item.attrs, |finder| {
            finder.function(&item.sig, &item.block);
            visit::visit_impl_item_fn(finder, item);
        });
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        self.within(&item.attrs, |finder| {
            finder.function(&item.sig, &item.default);
            visit::visit_trait_item_fn(finder, item);
        });
    }

    fn visit_item_const(&mut self, item: &'a syn::ItemConst) {
        self.within(&item.attrs, |finder| {
            finder.value(&item.ident, &item.ty, &item.expr);
            visit::visit_item_const(finder, item);
        });
    }

    fn visit_item_static(&mut self, item: &'a syn::ItemStatic) {
        self.within(&item.attrs, |finder| {
            finder.value(&item.ident, &item.ty, &item.expr);
            visit::visit_item_static(finder, item);
        });
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        self.within(&item.attrs, |finder| visit::visit_item_mod(finder, item));
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        self.within(&item.attrs, |finder| visit::visit_item_impl(finder, item));
    }

    fn visit_item_trait(&mut self, item: &'a syn::ItemTrait) {
        self.within(&item.attrs, |finder| visit::visit_item_trait(finder, item));
    }
}

/// What the imports of a file mean by names, where they give another one or bring it from another crate: by name, the crate and
/// the name that it has there. Within the crate things may move.
type Imports = BTreeMap<String, String>;

fn imported(file: &syn::File) -> Imports {
    struct Uses(Imports);
    impl<'a> Visit<'a> for Uses {
        fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
            if !is_never_built(&item.attrs) {
                collect(&item.tree, None, &mut self.0);
            }
        }
    }
    let mut uses = Uses(Imports::new());
    uses.visit_file(file);
    uses.0
}

fn collect(tree: &UseTree, from: Option<&str>, imports: &mut Imports) {
    let mut add = |name: &Ident, meant: &Ident| {
        let (name, meant, from) =
            (name.unraw().to_string(), meant.unraw().to_string(), from.unwrap_or("crate"));
        let is_own = matches!(from, "crate" | "self" | "super");
        if name != meant || !is_own {
            let from = if is_own { "crate" } else { from };
            let known = imports.entry(name).or_default();
            // Several modules of a file may each have one.
            known.push_str(&format!("{}{from}::{meant}", if known.is_empty() { "" } else { " or " }));
        }
    };
    match tree {
        UseTree::Path(path) => {
            let first = path.ident.unraw().to_string();
            collect(&path.tree, Some(from.unwrap_or(&first)), imports);
        }
        UseTree::Name(name) => add(&name.ident, &name.ident),
        UseTree::Rename(renamed) => add(&renamed.rename, &renamed.ident),
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect(tree, from, imports)),
        UseTree::Glob(_) => {}
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
    fn what_no_build_has_says_nothing() {
        let text = "pub fn of() -> u32 { 1 }\n";
        let other = "pub fn of() -> u32 { 2 }\n";
        for decoy in ["#[cfg(any())]", "#[cfg(test)]", "#[cfg(not(all()))]"] {
            for beside in [format!("{decoy}\n{text}{other}"), format!("{other}{decoy}\n{text}")] {
                assert_eq!(written(&beside, "deal::of"), written(other, "deal::of"), "{beside}");
            }
            assert_eq!(written(&format!("{decoy}\n{text}"), "deal::of"), None, "{decoy}");
        }
        let within = format!("#[cfg(any())] mod m {{ {text} }}");
        assert_eq!(written(&within, "deal::m::of"), None);
    }

    #[test]
    fn names_mean_what_imports_make_of_them() {
        let base = "use sha2::{Digest as _, Sha256};\nuse crate::m::OF;\nmod m { pub const OF: u32 = 1; }\n\
                    pub fn of() -> u32 { Sha256::of(OF) }";
        for (from, to, same) in [
            ("Sha256}", "Sha512_256 as Sha256}", false),
            ("sha2::", "other::", false),
            ("Sha256}", "Sha256, Sha512}", true),
            ("crate::m::OF", "super::n::OF", true),
            ("crate::m::OF", "crate::m::OFF as OF", false),
        ] {
            let head = base.replace(from, to);
            assert_eq!(written(base, "deal::of") == written(&head, "deal::of"), same, "{to}");
        }
    }

    #[test]
    fn items_that_share_a_path_are_told_together() {
        let text = "#[cfg(unix)]\npub fn of() -> u32 { 1 }\n#[cfg(not(unix))]\npub fn of() -> u32 { 2 }\n";
        let other = text.replace("{ 2 }", "{ 3 }");
        assert_ne!(written(text, "deal::of"), written(&other, "deal::of"));
    }
}
