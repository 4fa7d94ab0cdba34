//! Where the items of a file stand, and which are there for tests: for what was found by others, who give places alone.

use source::SourceFile;
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItemFn, ItemFn, ItemImpl, ItemMod, ItemTrait, TraitItemFn};

use crate::facts::type_name;
use crate::test_code::is_test_only;

/// A line and a column, both from 1.
pub(super) type Position = (u32, u32);

/// The modules, impls, traits and functions of a file, as plain data.
pub(super) struct Extents {
    /// In the order in which they begin; whatever holds another one stands before it.
    all: Vec<Extent>,
    /// Whether the whole file is there for tests.
    of_tests: bool,
}

struct Extent {
    from: Position,
    to: Position,
    around: Option<usize>,
    name: String,
    of_tests: bool,
}

/// What stands around a position.
pub(super) struct Around {
    /// The names of the items from the outermost to the innermost, as in `rank::Home::best`.
    pub(super) item: String,
    /// Whether the code is there for tests.
    pub(super) of_tests: bool,
}

impl Extents {
    pub(super) fn of(file: &SourceFile, of_tests: bool) -> Extents {
        let mut visitor = Visitor { file, all: Vec::new(), around: None };
        visitor.visit_file(&file.ast);
        Extents { all: visitor.all, of_tests }
    }

    pub(super) fn around(&self, position: Position) -> Around {
        let behind = self.all.partition_point(|extent| extent.from <= position);
        let mut at = behind.checked_sub(1);
        while let Some(index) = at.filter(|index| self.all[*index].to <= position) {
            at = self.all[index].around;
        }
        let (mut names, mut of_tests) = (Vec::new(), self.of_tests);
        while let Some(index) = at {
            let extent = &self.all[index];
            names.push(extent.name.as_str());
            of_tests |= extent.of_tests;
            at = extent.around;
        }
        names.reverse();
        Around { item: names.join("::"), of_tests }
    }
}

struct Visitor<'a> {
    file: &'a SourceFile,
    all: Vec<Extent>,
    around: Option<usize>,
}

impl Visitor<'_> {
    fn within(
        &mut self,
        node: &impl quote::ToTokens,
        attrs: &[Attribute],
        name: String,
        visit: impl FnOnce(&mut Self),
    ) {
        let span = self.file.span_of(node);
        let (from, to) = ((span.line, span.column), (span.end_line, span.end_column));
        let of_tests = is_test_only(attrs);
        self.all.push(Extent { from, to, around: self.around, name, of_tests });
        let outer = self.around.replace(self.all.len() - 1);
        visit(self);
        self.around = outer;
    }
}

impl<'a> Visit<'a> for Visitor<'_> {
    fn visit_item_mod(&mut self, item: &'a ItemMod) {
        self.within(item, &item.attrs, item.ident.to_string(), |it| visit::visit_item_mod(it, item));
    }

    fn visit_item_impl(&mut self, item: &'a ItemImpl) {
        let name = type_name(&item.self_ty).unwrap_or_else(|| "impl".to_owned());
        let of = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
        let name = of.map_or(name.clone(), |of| format!("<{name} as {}>", of.ident));
        self.within(item, &item.attrs, name, |it| visit::visit_item_impl(it, item));
    }

    fn visit_item_trait(&mut self, item: &'a ItemTrait) {
        self.within(item, &item.attrs, item.ident.to_string(), |it| visit::visit_item_trait(it, item));
    }

    fn visit_item_fn(&mut self, item: &'a ItemFn) {
        self.within(item, &item.attrs, item.sig.ident.to_string(), |it| visit::visit_item_fn(it, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'a ImplItemFn) {
        let name = item.sig.ident.to_string();
        self.within(item, &item.attrs, name, |it| visit::visit_impl_item_fn(it, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'a TraitItemFn) {
        let name = item.sig.ident.to_string();
        self.within(item, &item.attrs, name, |it| visit::visit_trait_item_fn(it, item));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_the_items_around_it_and_is_of_tests_where_one_of_them_is() {
        let text = "fn a() { fn b() {} }\nimpl Rank for Home { fn c(&self) {} }\n\
                    #[cfg(test)]\nmod tests {\n    fn d() {}\n}\nfn e() {}\n#[test]\nfn f() {}\n";
        let extents = Extents::of(&source::parse("src/lib.rs", text).expect("it is Rust"), false);
        for (position, item, of_tests) in [
            ((1, 4), "a", false),
            ((1, 13), "a::b", false),
            ((1, 20), "a", false),
            ((2, 30), "<Home as Rank>::c", false),
            ((5, 8), "tests::d", true),
            ((6, 2), "", false),
            ((7, 4), "e", false),
            ((9, 4), "f", true),
            ((90, 1), "", false),
        ] {
            let around = extents.around(position);
            assert_eq!((around.item.as_str(), around.of_tests), (item, of_tests), "{position:?}");
        }
        let extents = Extents::of(&source::parse("tests/a.rs", text).expect("it is Rust"), true);
        assert!(extents.around((7, 4)).of_tests);
    }
}
