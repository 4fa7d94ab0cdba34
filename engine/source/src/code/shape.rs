//! What of a file's facts decides how names are found in other files: all but where something stands and what is used.

use super::Problem;
use super::facts::{
    Binds, Declaration, Facts, Import, Include, ItemFact, MacroFact, OutputFact, PathFact, ScopeFact,
    ScopeKind, TypeFact,
};
use crate::cache::Key;

/// A hash of what other files see of a file. Every field is named, so that nobody can add one and forget it here.
pub(crate) fn shape(facts: &Facts) -> Key {
    let Facts {
        problem,
        fragment,
        generated,
        lines: _,
        names: _,
        scopes,
        declarations,
        includes,
        imports,
        items,
        paths: _,
        declared: _,
        mentions: _,
        types,
        exports: _,
        macros,
        outputs,
        gaps: _,
    } = facts;
    let mut shape = Shape { facts, hash: blake3::Hasher::new() };
    shape.flags(&[*fragment, *generated, problem.is_some()]);
    if let Some(Problem { path: _, line, column, kind, message }) = problem {
        shape.text(message);
        shape.text(&format!("{kind:?} {line:?} {column:?}"));
    }
    shape.each(scopes, Shape::scope);
    shape.each(declarations, Shape::declaration);
    shape.each(includes, Shape::include);
    shape.each(imports, Shape::import);
    shape.each(items, Shape::item);
    shape.each(macros, Shape::definition);
    shape.each(outputs, Shape::output);
    shape.each(types, Shape::said);
    *shape.hash.finalize().as_bytes()
}

/// A hash of what decides which places a file has for names: its shape without the names themselves. Every field of the
/// facts that is not here is in the shape.
pub(crate) fn frame(facts: &Facts) -> Key {
    let mut shape = Shape { facts, hash: blake3::Hasher::new() };
    shape.flags(&[facts.fragment, facts.generated, facts.problem.is_some()]);
    shape.each(&facts.scopes, Shape::scope);
    shape.each(&facts.declarations, Shape::declaration);
    shape.each(&facts.includes, Shape::include);
    shape.each(&facts.macros, Shape::definition);
    shape.each(&facts.outputs, Shape::output);
    *shape.hash.finalize().as_bytes()
}

struct Shape<'f> {
    facts: &'f Facts,
    hash: blake3::Hasher,
}

impl Shape<'_> {
    fn each<T>(&mut self, all: &[T], one: fn(&mut Self, &T)) {
        self.number(all.len() as u32);
        all.iter().for_each(|it| one(self, it));
    }

    fn scope(&mut self, scope: &ScopeFact) {
        // The line is that of a module, which is looked up in the file itself.
        let ScopeFact { parent, kind, test, conditional, public, macro_use, line: _ } = scope;
        self.number(*parent);
        self.flags(&[*test, *conditional, *public, *macro_use]);
        match kind {
            ScopeKind::File => self.text("file"),
            ScopeKind::Block => self.text("block"),
            ScopeKind::Enum { name } => {
                self.text("enum");
                self.name(*name);
            }
            ScopeKind::Module { name, path } => {
                self.text("module");
                self.name(*name);
                self.flags(&[path.is_some()]);
                self.text(path.as_deref().unwrap_or_default());
            }
        }
    }

    fn declaration(&mut self, declaration: &Declaration) {
        let Declaration { scope, name, paths, beside, test, conditional, public, macro_use, line, column } =
            declaration;
        // Problems say where it stands.
        [*scope, *line, *column].into_iter().for_each(|number| self.number(number));
        self.name(*name);
        self.flags(&[*beside, *test, *conditional, *public, *macro_use]);
        self.number(paths.len() as u32);
        paths.iter().for_each(|path| self.text(path));
    }

    fn include(&mut self, include: &Include) {
        let Include { scope, path, items, line, column } = include;
        [*scope, *line, *column].into_iter().for_each(|number| self.number(number));
        self.text(path);
        self.flags(&[*items]);
    }

    fn import(&mut self, import: &Import) {
        let Import { path, binds, public, is_use, mention, macro_use } = import;
        self.path(path);
        self.flags(&[*public, *is_use, *mention, *macro_use]);
        match binds {
            Binds::Name(name) => {
                self.text("name");
                self.name(*name);
            }
            Binds::All => self.text("all"),
            Binds::Nothing => self.text("nothing"),
        }
    }

    fn path(&mut self, path: &PathFact) {
        let PathFact { scope, segments, absolute, is_macro, guessed, test, local, line: _, column: _ } = path;
        self.number(*scope);
        self.flags(&[*absolute, *is_macro, *guessed, *test, *local]);
        self.number(segments.len() as u32);
        segments.iter().for_each(|segment| self.name(*segment));
    }

    fn item(&mut self, item: &ItemFact) {
        let ItemFact { scope, name, public, exported_macro } = item;
        self.number(*scope);
        self.name(*name);
        self.flags(&[*public, *exported_macro]);
    }

    /// With its body, which is that of whoever calls it.
    fn definition(&mut self, definition: &MacroFact) {
        let MacroFact { scope, name, exported, body: (first, end), brings_names } = definition;
        self.number(*scope);
        self.name(*name);
        self.flags(&[*exported, *brings_names]);
        let facts = self.facts;
        let body = facts.paths.get(*first as usize..*end as usize).unwrap_or_default();
        self.each(body, Shape::path);
    }

    fn output(&mut self, output: &OutputFact) {
        let OutputFact { scope, package, test, line: _, column: _ } = output;
        self.number(*scope);
        self.flags(&[*test]);
        self.number(package.len() as u32);
        package.iter().for_each(|name| self.text(name));
    }

    fn said(&mut self, said: &TypeFact) {
        let TypeFact { scope, owner, name, is_field, text } = said;
        self.number(*scope);
        self.flags(&[owner.is_some(), *is_field]);
        owner.iter().chain([name, text]).for_each(|name| self.name(*name));
    }

    fn name(&mut self, name: u32) {
        self.text(self.facts.name(name));
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.hash.update(text.as_bytes());
    }

    fn number(&mut self, number: u32) {
        self.hash.update(&number.to_le_bytes());
    }

    fn flags(&mut self, flags: &[bool]) {
        flags.iter().for_each(|flag| _ = self.hash.update(&[u8::from(*flag)]));
    }
}
