//! The protos of both sides of a change, compiled.

use std::collections::BTreeSet;

use service::{Alike, ProtoError, Protos, compile, compile_with, roots};
use source::{Change, Tree};

use super::editions::{self, Told};
use crate::{Against, Error, Outside, Policy};

/// The protos of both sides of a change.
pub(crate) struct Compiled<'a> {
    pub(crate) head: Side<'a>,
    /// The base's, or those that head's are compared with in their place.
    pub(crate) base: Option<Side<'a>>,
    /// Whether `base` is what the caller named.
    pub(crate) is_named: bool,
}

impl<'a> Compiled<'a> {
    /// Compiles both sides: beside each other, or, where most is alike, head and what the other side has otherwise.
    ///
    /// # Errors
    /// A root of the policy holds no proto on either side; or the change has protos of an edition, and nobody says what
    /// they mean.
    pub(crate) fn of(
        change: &'a Change,
        policy: &Policy,
        outside: &'a Outside,
    ) -> Result<Compiled<'a>, Error> {
        let of = |tree: &'a Tree, roots: &[String]| Side::of(tree, roots, policy, outside);
        let head_roots = roots(&change.head, &policy.protos);
        let base_roots = change.base.as_ref().map(|tree| roots(tree, &policy.protos)).unwrap_or_default();
        let whole = || match &outside.against {
            Some(against) => Some(Side::against(against, policy, outside)),
            None => change.base.as_ref().map(|tree| of(tree, &base_roots)),
        };
        let (head, base) = std::thread::scope(|scope| {
            let head = scope.spawn(|| of(&change.head, &head_roots));
            // A panic of the compiler is the caller's to report, from wherever it comes.
            let join = || head.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            match mostly_alike(change, policy, outside, (&base_roots, &head_roots)) {
                None => {
                    let base = whole();
                    (join(), base)
                }
                Some((tree, roots, alike)) => {
                    let head = join();
                    let protos = alike.compile_others(tree, &head.protos);
                    let base = protos.map(|protos| Side::partial(tree, roots, protos)).or_else(whole);
                    (head, base)
                }
            }
        });
        for root in &head.roots {
            let empty = |side: &Side<'_>| !side.has_protos_below(root);
            if !policy.protos.is_empty() && empty(&head) && base.as_ref().is_none_or(empty) {
                return Err(Error::EmptyRoot(root.clone()));
            }
        }
        let mut compiled = Compiled { head, base, is_named: outside.against.is_some() };
        let is_empty = |side: &Side<'_>| {
            !side.is_partial && side.protos.paths.is_empty() && side.protos.errors.is_empty()
        };
        if compiled.is_named && compiled.base.as_ref().is_some_and(is_empty) {
            return Err(Error::EmptyAgainst);
        }
        // Nobody repairs there what cannot be read, as a change repairs what the base has.
        let named = compiled.base.as_ref().filter(|_| compiled.is_named);
        if let Some(error) = named.and_then(|side| side.protos.errors.first()) {
            return Err(Error::UnreadableAgainst(error.clone()));
        }
        compiled.stand_where_head_has_them();
        let unread = compiled.head.protos.of_editions().find(|error| !compiled.is_old(change, error));
        if let Some(error) = unread {
            return Err(Error::Edition { path: error.path.clone(), reason: compiled.head.silence.clone() });
        }
        Ok(compiled)
    }

    /// Gives the files of a set of descriptors, which knows only the names that imports use, the paths that they have at
    /// head.
    fn stand_where_head_has_them(&mut self) {
        let (head, roots) = (&self.head.protos.paths, &self.head.roots);
        let Some(base) = self.base.as_mut().filter(|base| base.is_set) else { return };
        for (name, path) in &mut base.protos.paths {
            match (head.get(name), roots.first()) {
                (Some(known), _) => path.clone_from(known),
                (None, Some(root)) if !root.is_empty() => *path = format!("{root}/{name}"),
                _ => {}
            }
        }
    }

    /// Whether the base has the same error, and the change touches neither the file nor what needs it.
    pub(crate) fn is_old(&self, change: &Change, error: &ProtoError) -> bool {
        let Some(base) = self.base.as_ref().filter(|_| !self.is_named) else { return false };
        let same = |old: &ProtoError| (&old.name, &old.message) == (&error.name, &error.message);
        let needs_it = |path: &str| {
            path == error.path || error.dependents.iter().any(|name| path.ends_with(name.as_str()))
        };
        base.protos.errors.iter().any(same) && !change.files.iter().any(|file| needs_it(&file.path))
    }
}

/// The protos of a tree, those of editions by what `buf` or the policy's set of descriptors says of them. Never fails as a
/// whole: what is wrong stands in [`Protos::errors`].
pub fn compile_protos(tree: &Tree, policy: &Policy, outside: &Outside) -> Protos {
    Side::of(tree, &roots(tree, &policy.protos), policy, outside).protos
}

/// The same, all or nothing.
///
/// # Errors
/// A proto does not compile, or is written in an edition, and nobody says what that means.
pub(crate) fn compile_whole(tree: &Tree, policy: &Policy, outside: &Outside) -> Result<Protos, Error> {
    let side = Side::of(tree, &roots(tree, &policy.protos), policy, outside);
    let unread = side.protos.of_editions().next().map(|error| error.path.clone());
    if let Some(path) = unread {
        return Err(Error::Edition { path, reason: side.silence });
    }
    match side.protos.errors.first() {
        Some(error) => Err(error.clone().into()),
        None => Ok(side.protos),
    }
}

/// The other side's protos and where their imports start from, and which of them head has with the same text, if those are
/// most.
fn mostly_alike<'a>(
    change: &'a Change,
    policy: &Policy,
    outside: &'a Outside,
    (base_roots, head_roots): (&[String], &[String]),
) -> Option<(&'a Tree, Vec<String>, Alike)> {
    let (tree, of_tree) = match &outside.against {
        Some(Against { set: Some(_), .. }) => return None,
        Some(against) => (&against.tree, roots(&against.tree, &policy.protos)),
        None => (change.base.as_ref()?, base_roots.to_vec()),
    };
    let untouched = |old: &str, new: &str| {
        (outside.against.is_none() && old == new && !change.touched(new)).then_some(true)
    };
    let alike = Alike::of((tree, &of_tree), (&change.head, head_roots), untouched);
    alike.are_most().then_some((tree, of_tree, alike))
}

/// The protos of one side, and where they were looked for.
pub(crate) struct Side<'a> {
    pub(crate) tree: &'a Tree,
    roots: Vec<String>,
    pub(crate) protos: Protos,
    /// Whether they come from a set of descriptors, which has no texts.
    is_set: bool,
    /// Whether protos are left out that head has with the same text, as has everything that they import.
    pub(super) is_partial: bool,
    /// Why nobody said what editions mean, as the rest of a sentence.
    silence: String,
}

impl<'a> Side<'a> {
    fn with(tree: &'a Tree, roots: Vec<String>, protos: Protos) -> Side<'a> {
        Side { tree, protos, roots, is_set: false, is_partial: false, silence: String::new() }
    }

    fn partial(tree: &'a Tree, roots: Vec<String>, protos: Protos) -> Side<'a> {
        Side { is_partial: true, ..Side::with(tree, roots, protos) }
    }

    fn of(tree: &'a Tree, roots: &[String], policy: &Policy, outside: &Outside) -> Side<'a> {
        let mut side = Side::with(tree, roots.to_vec(), compile(tree, roots));
        if side.protos.of_editions().next().is_none() {
            return side;
        }
        match editions::told(&side, policy, outside) {
            Told::Described(set) => side.protos = compile_with(tree, &side.roots, &set),
            Told::Refused(errors) => side.refuse(&errors),
            Told::Nothing(reason) => side.silence = reason,
        }
        side
    }

    /// What the caller named. The policy's folders count where it has some of them, else its own are found.
    fn against(against: &'a Against, policy: &Policy, outside: &Outside) -> Side<'a> {
        let tree = &against.tree;
        let Some(set) = &against.set else {
            let of_policy = Side::of(tree, &roots(tree, &policy.protos), policy, outside);
            let is_empty = of_policy.protos.paths.is_empty() && of_policy.protos.errors.is_empty();
            return if is_empty { Side::of(tree, &roots(tree, &[]), policy, outside) } else { of_policy };
        };
        Side { is_set: true, ..Side::with(tree, Vec::new(), set.protos()) }
    }

    /// Says of files of editions what is wrong with them, and of the others that nobody could read them for that.
    fn refuse(&mut self, refused: &[ProtoError]) {
        let Some(first) = refused.first() else { return };
        let others = format!("nobody says what its edition means, because of `{}`", first.path);
        let unread: Vec<String> = self.protos.of_editions().map(|error| error.name.clone()).collect();
        for error in self.protos.errors.iter_mut().filter(|error| unread.contains(&error.name)) {
            match refused.iter().find(|refused| refused.name == error.name) {
                Some(refused) => {
                    (error.line, error.column) = (refused.line, refused.column);
                    error.message.clone_from(&refused.message);
                }
                None => error.message.clone_from(&others),
            }
        }
    }

    /// All of its protos, also those that are left out.
    pub(super) fn whole(&self) -> Protos {
        compile(self.tree, &self.roots)
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        self.tree.paths().filter(|path| path.ends_with(".proto"))
    }

    /// Files that were not compiled because they need others, by the name that imports use, with their paths.
    pub(super) fn waiting(&self) -> Vec<(String, String)> {
        let mut names: Vec<&String> = self.protos.errors.iter().flat_map(|error| &error.dependents).collect();
        names.sort_unstable();
        names.dedup();
        let path = |name: &String| {
            self.roots
                .iter()
                .map(|root| if root.is_empty() { name.clone() } else { format!("{root}/{name}") })
                .find(|path| self.tree.contains(path))
        };
        names.into_iter().filter_map(|name| Some((name.clone(), path(name)?))).collect()
    }

    /// How many of its files another side has too, by the names that imports use.
    pub(super) fn in_common_with(&self, other: &Protos) -> u64 {
        if self.is_set {
            return self.protos.paths.keys().filter(|name| other.paths.contains_key(*name)).count() as u64;
        }
        let is_known = |root: &String, path: &str| {
            let name = if root.is_empty() { Some(path) } else { path.strip_prefix(root.as_str()) };
            name.is_some_and(|name| other.paths.contains_key(name.trim_start_matches('/')))
        };
        let both = |path: &&str| self.roots.iter().any(|root| is_below(path, root) && is_known(root, path));
        self.all().filter(both).count() as u64
    }

    /// Whether another side has one of its files, or something by a name that stands in one of them.
    pub(super) fn shares_names_with(&self, other: &Protos) -> bool {
        let names = |protos: &Protos| -> BTreeSet<String> {
            let files = protos.pool.files().filter(|file| protos.paths.contains_key(file.name()));
            let of_file = |file: prost_reflect::FileDescriptor| -> Vec<String> {
                let messages = file.messages().map(|message| message.full_name().to_owned());
                let enums = file.enums().map(|enumeration| enumeration.full_name().to_owned());
                let services = file.services().map(|service| service.full_name().to_owned());
                messages.chain(enums).chain(services).collect()
            };
            files.flat_map(of_file).collect()
        };
        self.is_partial || self.in_common_with(other) > 0 || !names(&self.protos).is_disjoint(&names(other))
    }

    fn has_protos_below(&self, root: &str) -> bool {
        self.all().any(|path| is_below(path, root))
    }

    pub(super) fn outside(&self) -> u64 {
        self.all().filter(|path| !self.roots.iter().any(|root| is_below(path, root))).count() as u64
    }
}

fn is_below(path: &str, root: &str) -> bool {
    root.is_empty() || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}
