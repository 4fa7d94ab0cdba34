//! What a package can call of another one that it depends on.

use std::cell::RefCell;
use std::collections::HashMap;

use source::{Code, DependencyKind, ItemKind, TargetKind, Visibility};

use super::{Function, OfFile};

/// The functions of a library that can be called from outside, by file and line.
type Routes = HashMap<(String, u32), String>;

/// Where code is built: index of its package, and the kind of target.
pub(crate) type Place = (usize, TargetKind);

/// Looks up what can be called.
pub(crate) struct Reach<'c> {
    code: &'c Code,
    routes: RefCell<HashMap<usize, Routes>>,
}

impl<'c> Reach<'c> {
    pub(crate) fn of(code: &'c Code) -> Self {
        Reach { code, routes: RefCell::default() }
    }

    /// Where a file is built.
    pub(crate) fn place(&self, file: &OfFile) -> Option<Place> {
        let files = self.code.files();
        let at = files.binary_search_by(|info| info.path.cmp(&file.path)).ok()?;
        files[at].place.as_ref().map(|place| (place.krate, place.target))
    }

    /// How code can call a function of another package: where its own depends on that directly and in any case, and can name the
    /// function.
    pub(crate) fn route(&self, from: Place, file: &OfFile, function: &Function) -> Option<String> {
        let (to, kind) = self.place(file)?;
        if from.0 == to || from.1 == TargetKind::BuildScript || kind != TargetKind::Library {
            return None;
        }
        let dependencies = &self.code.workspace.crates[from.0].dependencies;
        let dependency = dependencies.iter().find(|dependency| {
            dependency.member == Some(to)
                && dependency.kind == DependencyKind::Normal
                && !dependency.optional
                && dependency.platform.is_none()
        })?;
        let mut routes = self.routes.borrow_mut();
        let routes = routes.entry(to).or_insert_with(|| self.routes(to));
        let route = routes.get(&(file.path.clone(), function.name.0))?;
        let (_, below) = route.split_once("::")?;
        Some(format!("{}::{below}", dependency.name))
    }

    fn routes(&self, krate: usize) -> Routes {
        let names = self.code.names();
        let is_root = |module: &source::Module| {
            module.krate == Some(krate) && module.target == TargetKind::Library && module.path.is_empty()
        };
        let Some(root) = names.modules().iter().position(is_root) else { return Routes::new() };
        let exposed = names.exposed(root, Visibility::Public);
        let free = names.items().filter(|item| item.kind() == ItemKind::Function && item.outer().is_none());
        let route = |item: source::Item<'_>| {
            Some(((item.file().to_string(), item.line()), exposed.route(&item)?.path))
        };
        free.filter_map(route).collect()
    }
}
