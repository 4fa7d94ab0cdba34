//! The protos of both sides of a change, compiled.

use service::{ProtoError, Protos, compile, compile_with, roots};
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
    /// Compiles both sides beside each other.
    ///
    /// # Errors
    /// A root of the policy holds no proto on either side; or the change has protos of an edition, and nobody says what
    /// they mean.
    pub(crate) fn of(
        change: &'a Change,
        policy: &Policy,
        outside: &'a Outside,
    ) -> Result<Compiled<'a>, Error> {
        let (head, base) = std::thread::scope(|scope| {
            let head = scope.spawn(|| Side::of(&change.head, policy, outside));
            let base = match &outside.against {
                Some(against) => Some(Side::against(against, policy, outside)),
                None => change.base.as_ref().map(|tree| Side::of(tree, policy, outside)),
            };
            // A panic of the compiler is the caller's to report, from wherever it comes.
            (head.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), base)
        });
        for root in &head.roots {
            let empty = |side: &Side<'_>| !side.has_protos_below(root);
            if !policy.protos.is_empty() && empty(&head) && base.as_ref().is_none_or(empty) {
                return Err(Error::EmptyRoot(root.clone()));
            }
        }
        let mut compiled = Compiled { head, base, is_named: outside.against.is_some() };
        let is_empty = |side: &Side<'_>| side.protos.paths.is_empty() && side.protos.errors.is_empty();
        if compiled.is_named && compiled.base.as_ref().is_some_and(is_empty) {
            return Err(Error::EmptyAgainst);
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
    Side::of(tree, policy, outside).protos
}

/// The same, all or nothing.
///
/// # Errors
/// A proto does not compile, or is written in an edition, and nobody says what that means.
pub(crate) fn compile_whole(tree: &Tree, policy: &Policy, outside: &Outside) -> Result<Protos, Error> {
    let side = Side::of(tree, policy, outside);
    let unread = side.protos.of_editions().next().map(|error| error.path.clone());
    if let Some(path) = unread {
        return Err(Error::Edition { path, reason: side.silence });
    }
    match side.protos.errors.first() {
        Some(error) => Err(error.clone().into()),
        None => Ok(side.protos),
    }
}

/// The protos of one side, and where they were looked for.
pub(crate) struct Side<'a> {
    pub(crate) tree: &'a Tree,
    roots: Vec<String>,
    pub(crate) protos: Protos,
    /// Whether they come from a set of descriptors, which has no texts.
    is_set: bool,
    /// Why nobody said what editions mean, as the rest of a sentence.
    silence: String,
}

impl<'a> Side<'a> {
    fn of(tree: &'a Tree, policy: &Policy, outside: &Outside) -> Side<'a> {
        let roots = roots(tree, &policy.protos);
        let protos = compile(tree, &roots);
        let mut side = Side { tree, protos, roots, is_set: false, silence: String::new() };
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
            let of_policy = Side::of(tree, policy, outside);
            let is_empty = of_policy.protos.paths.is_empty() && of_policy.protos.errors.is_empty();
            let found = Policy { protos: Vec::new(), ..policy.clone() };
            return if is_empty { Side::of(tree, &found, outside) } else { of_policy };
        };
        Side { tree, protos: set.protos(), roots: Vec::new(), is_set: true, silence: String::new() }
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
