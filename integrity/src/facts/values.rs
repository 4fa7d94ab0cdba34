//! What names stand for where a piece of code stands, as far as that can be read without a type checker.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use source::SourceFile;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, Item, Pat, ReturnType, Signature, StaticMutability, Stmt};

use super::dead::{constant, is_empty, rows};
use super::{always, attributes};

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) enum Fixed {
    /// A constant condition.
    Flag(bool),
    /// One that production code sets. What runs under it is known, and a test may well hold it to that.
    Setting(bool),
    /// Nothing to iterate over.
    Empty,
    /// The rows of a table.
    Rows(Vec<String>),
    /// A whole number.
    Whole,
}

/// A value that is written down at greater length is not kept.
const LONGEST: usize = 4_096;

/// A name that is bound, with what it stands for, and the value where that is written down.
pub(super) type Binding = (String, Option<Fixed>, Option<String>);

/// Names with what they stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    names: BTreeMap<String, Fixed>,
    /// Variables that are bound to what is written down.
    written: BTreeMap<String, String>,
    /// Those of them that may change: they are what they were set to until a statement does anything.
    set: BTreeSet<String>,
    /// Methods that the file declares itself, those left out that count or only look, as the standard library's do.
    own: Rc<BTreeSet<String>>,
}

impl Values {
    /// The constants of a file, and its methods. With `for_tests`, all of it is there for tests.
    pub(super) fn of_file(file: &SourceFile, for_tests: bool) -> Values {
        let mut methods = Methods(BTreeSet::new());
        methods.visit_file(&file.ast);
        let mut values = Values { own: Rc::new(methods.0), ..Values::default() };
        Constants { file, seen: BTreeSet::new(), values: &mut values }.read(&file.ast.items, for_tests);
        values
    }

    pub(super) fn get(&self, name: &str) -> Option<&Fixed> {
        self.names.get(name)
    }

    /// The value of a condition that the code around sets itself.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Fixed::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    pub(super) fn is_whole(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Fixed::Whole))
    }

    /// The value that a variable is bound to, as the code around wrote it down.
    pub(super) fn written(&self, name: &str) -> Option<&str> {
        self.written.get(name).map(String::as_str)
    }

    /// Whether a method may be the file's own.
    pub(super) fn is_own(&self, method: &str) -> bool {
        self.own.contains(method)
    }

    /// The same where a pattern may bind each name anew.
    pub(super) fn without_names(&self) -> Values {
        Values { own: Rc::clone(&self.own), ..Values::default() }
    }

    /// What an expression stands for.
    pub(super) fn of(&self, expression: &Expr) -> Option<Fixed> {
        if let Expr::Path(path) = expression
            && let Some(known) = path.path.get_ident().and_then(|name| self.get(&name.to_string()))
        {
            return Some(known.clone());
        }
        if is_empty(expression, self) {
            return Some(Fixed::Empty);
        }
        let flag = constant(expression, self).map(Fixed::Flag);
        let whole = || always::is_whole(expression, self).then_some(Fixed::Whole);
        flag.or_else(|| rows(expression, self).map(Fixed::Rows)).or_else(whole)
    }

    /// The names that a statement binds, with what they stand for by what is known before it.
    pub(super) fn bound(&self, statement: &Stmt) -> Vec<Binding> {
        match statement {
            Stmt::Item(Item::Const(item)) => {
                vec![(item.ident.to_string(), self.of(&item.expr), always::written(&item.expr, self))]
            }
            Stmt::Local(local) => {
                let (pattern, ty) = match &local.pat {
                    Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
                    pattern => (pattern, None),
                };
                let Pat::Ident(name) = pattern else { return names(pattern) };
                let init = local.init.as_ref().map(|init| &*init.expr);
                let value = match ty {
                    Some(ty) if always::is_integer(ty) => Some(Fixed::Whole),
                    _ => init.and_then(|init| self.of(init).or_else(|| self.always(init))),
                };
                let stays = |value: &Fixed| name.mutability.is_none() || matches!(value, Fixed::Whole);
                let written = init.filter(|_| name.mutability.is_none() && local.attrs.is_empty());
                let written = written.and_then(|init| always::written_as(ty, init, self));
                // Lists of lists of lists double with each name.
                let written = written.filter(|written| written.len() <= LONGEST);
                vec![(name.ident.to_string(), value.filter(stays), written)]
            }
            _ => Vec::new(),
        }
    }

    /// What a condition is that is the same whatever the code does.
    fn always(&self, condition: &Expr) -> Option<Fixed> {
        let is = |value: bool| always::holds(condition, !value, self).then_some(Fixed::Flag(value));
        is(true).or_else(|| is(false))
    }

    /// Takes over what names stand for, and forgets what they stood for.
    pub(super) fn bind(&mut self, names: Vec<Binding>) {
        for (name, value, written) in names {
            self.forget(&name);
            self.written.extend(written.map(|written| (name.clone(), written)));
            self.names.extend(value.map(|value| (name, value)));
        }
    }

    /// Takes over what a statement sets a variable to that may change.
    pub(super) fn set(&mut self, statement: &Stmt) {
        let set = match statement {
            Stmt::Expr(Expr::Assign(set), Some(_)) => match &*set.left {
                Expr::Path(path) => path.path.get_ident().zip(always::written(&set.right, self)),
                _ => None,
            },
            Stmt::Local(local) => match (&local.pat, &local.init) {
                (Pat::Ident(name), Some(init)) if name.mutability.is_some() && local.attrs.is_empty() => {
                    Some(&name.ident).zip(always::written(&init.expr, self))
                }
                _ => None,
            },
            _ => None,
        };
        if let Some((name, written)) = set.filter(|(_, written)| written.len() <= LONGEST) {
            self.forget(&name.to_string());
            self.written.insert(name.to_string(), written);
            self.set.insert(name.to_string());
        }
    }

    /// Forgets the values of variables that may change.
    pub(super) fn forget_set(&mut self) {
        for name in std::mem::take(&mut self.set) {
            self.forget(&name);
        }
    }

    /// Forgets every value that is written down: a macro of which nobody knows what it binds stands between.
    pub(super) fn forget_written(&mut self) {
        self.written.clear();
    }

    /// Forgets what a name stood for that is bound anew.
    pub(super) fn forget(&mut self, name: &str) {
        self.names.remove(name);
        self.written.remove(name);
    }
}

/// The names that a pattern binds.
fn names(pattern: &Pat) -> Vec<Binding> {
    struct Names(Vec<Binding>);
    impl Visit<'_> for Names {
        fn visit_pat_ident(&mut self, pattern: &syn::PatIdent) {
            self.0.push((pattern.ident.to_string(), None, None));
            visit::visit_pat_ident(self, pattern);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    names.0
}

/// Reads constants. Of two with one name, neither is known: which is built, or meant, is not in sight.
struct Constants<'a> {
    file: &'a SourceFile,
    seen: BTreeSet<String>,
    values: &'a mut Values,
}

impl Constants<'_> {
    fn read(&mut self, items: &[Item], for_tests: bool) {
        let is_for_tests = |attrs: &[Attribute]| for_tests || attributes::read(self.file, attrs).for_tests();
        for item in items {
            let (attrs, name, value) = match item {
                Item::Const(item) => (&item.attrs, &item.ident, &item.expr),
                Item::Static(item) if matches!(item.mutability, StaticMutability::None) => {
                    (&item.attrs, &item.ident, &item.expr)
                }
                Item::Mod(module) => {
                    let for_tests = is_for_tests(&module.attrs);
                    let items = module.content.iter().flat_map(|(_, items)| items);
                    items.for_each(|item| self.read(std::slice::from_ref(item), for_tests));
                    continue;
                }
                _ => continue,
            };
            let is_new = self.seen.insert(name.to_string());
            let value = self.values.of(value).filter(|_| is_new).map(|value| match value {
                Fixed::Flag(flag) if !is_for_tests(attrs) => Fixed::Setting(flag),
                value => value,
            });
            self.values.bind(vec![(name.to_string(), value, None)]);
        }
    }
}

/// Names of methods.
struct Methods(BTreeSet<String>);

impl Methods {
    fn add(&mut self, signature: &Signature, body: Option<&Block>) {
        let name = signature.ident.to_string();
        let counts = matches!(&signature.output, ReturnType::Type(_, ty) if always::is_unsigned(ty));
        let looks = || match body.map(|body| body.stmts.as_slice()) {
            Some([Stmt::Expr(value, None)]) => always::is_steady(value, &Values::default()),
            _ => false,
        };
        let is_like_std = if name == "len" || name == "capacity" { counts } else { looks() };
        if signature.receiver().is_some() && !is_like_std {
            self.0.insert(name);
        }
    }
}

impl Visit<'_> for Methods {
    fn visit_impl_item_fn(&mut self, method: &syn::ImplItemFn) {
        self.add(&method.sig, Some(&method.block));
        visit::visit_impl_item_fn(self, method);
    }

    fn visit_trait_item_fn(&mut self, method: &syn::TraitItemFn) {
        self.add(&method.sig, method.default.as_ref());
        visit::visit_trait_item_fn(self, method);
    }
}
