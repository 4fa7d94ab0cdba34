//! Keys of flags and of experiments' parameters, as code reads them and as registries list them: what `lints.flags` of the policy
//! says.

mod constants;
mod reads;
mod registry;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use globset::GlobSet;
use policy::Today;
use source::{Code, FileInfo, Tree};

use crate::Error;
use crate::doubles::Doubles;
use crate::layers::Layers;
use crate::walk::SyntaxChecks;
use crate::walk::walk;

pub use reads::Read;
pub use registry::{Expiry, Registry};

/// What the policy says of flags.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Flags {
    /// How the functions and methods are called that read a flag by its key.
    pub getters: Vec<String>,
    /// Globs of the files that list the keys.
    pub registry: Vec<String>,
}

/// What code reads, and what there is to read.
pub struct Seen<'a> {
    /// Every read outside of tests whose key the code says, by path and place.
    pub reads: Vec<(String, Read)>,
    /// What the registries list; `None` where the policy names none.
    pub registry: Option<Registry>,
    /// The day on which is judged; without one nothing is past.
    pub today: Option<Today>,
    pub(crate) asked: &'a (dyn Fn(&str) -> bool + Sync),
}

/// A rule over the keys of flags.
pub type FlagsCheck = fn(&Seen<'_>, &mut Vec<findings::Finding>);

impl Seen<'_> {
    /// The reads in files about which findings are wanted.
    pub fn judged(&self) -> impl Iterator<Item = (&str, &Read)> {
        self.reads.iter().filter(|(path, _)| (self.asked)(path)).map(|(path, read)| (path.as_str(), read))
    }
}

/// A getter as the policy writes it.
enum Getter<'p> {
    /// `name`: any function or method of this name.
    Name(&'p str),
    /// `owner::name`: a function, or a method of a type, by the end of its path.
    Path(&'p str),
    /// `place.name`: a method of what a variable or a field of this name holds.
    Of(&'p str, &'p str),
}

impl<'p> Getter<'p> {
    /// Reads a getter; `None` where it is none.
    fn read(text: &'p str) -> Option<Getter<'p>> {
        let is_name = |name: &str| {
            name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
                && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        };
        match text.split_once('.') {
            Some((place, name)) => (is_name(place) && is_name(name)).then_some(Getter::Of(place, name)),
            None if !text.split("::").all(is_name) => None,
            None if text.contains("::") => Some(Getter::Path(text)),
            None => Some(Getter::Name(text)),
        }
    }

    /// The name of the function or method itself.
    fn name(&self) -> &'p str {
        match self {
            Getter::Name(name) | Getter::Of(_, name) => name,
            Getter::Path(path) => path.rsplit("::").next().unwrap_or(path),
        }
    }

    fn reads(&self, read: &Read) -> bool {
        match self {
            Getter::Name(name) => read.name == *name || read.is_at(name),
            Getter::Of(place, name) => read.name == *name && read.of.as_deref() == Some(place),
            Getter::Path(path) => read.is_at(path),
        }
    }
}

impl Flags {
    /// What is wrong with it, with the key at which.
    pub(crate) fn problem(&self) -> Option<(String, String)> {
        let wrong = self.getters.iter().position(|getter| Getter::read(getter).is_none());
        wrong.map(|index| {
            let message =
                format!("`{}` is no getter: write `name`, `Type::name` or `place.name`", self.getters[index]);
            (format!("lints.flags.getters[{index}]"), message)
        })
    }

    /// What of it speaks of nothing that there is, so that no flag is judged by it.
    pub(crate) fn unmet(&self, listed: &GlobSet, seen: Option<&Seen<'_>>) -> Vec<String> {
        let Some(seen) = seen else {
            let without =
                "`lints.flags.registry` is named without `lints.flags.getters`, so that no flag is judged";
            return self.registry.first().map(|_| without.to_owned()).into_iter().collect();
        };
        let is_read = |getter: &&String| {
            Getter::read(getter).is_some_and(|getter| seen.reads.iter().any(|(_, read)| getter.reads(read)))
        };
        let getters = self.getters.iter().filter(|getter| !is_read(getter)).map(|getter| {
            format!(
                "nothing outside of tests calls `{getter}` with a key that stands there, so that `lints.flags.getters` finds no flag by it"
            )
        });
        let met: BTreeSet<usize> =
            seen.registry.iter().flat_map(Registry::paths).flat_map(|path| listed.matches(path)).collect();
        let globs = self.registry.iter().enumerate().filter(|(index, _)| !met.contains(index));
        let registries = globs.map(|(_, glob)| {
            format!("no file fits `{glob}` of `lints.flags.registry`, so that it lists no flag")
        });
        getters.chain(registries).collect()
    }
}

/// Reads code and registries; `None` where the policy names no getter. Only files are parsed whose text has the name of one,
/// and those that have a constant which is read by.
///
/// # Errors
/// Where a registry cannot be read.
pub(crate) fn look<'a>(
    (flags, listed, today): (&Flags, &GlobSet, Option<Today>),
    doubles: &Doubles,
    code: &Code,
    tree: &Tree,
    asked: &'a (dyn Fn(&str) -> bool + Sync),
) -> Result<Option<Seen<'a>>, Error> {
    let Flags { getters, registry } = flags;
    let getters: Vec<Getter<'_>> = getters.iter().filter_map(|getter| Getter::read(getter)).collect();
    if getters.is_empty() {
        return Ok(None);
    }
    let registry = match registry.is_empty() {
        true => None,
        false => Some(registry::read(tree, listed)?),
    };
    let has_one = |path: &str| {
        tree.text(path).is_ok_and(|text| getters.iter().any(|getter| text.contains(getter.name())))
    };
    let checks = SyntaxChecks { code: vec![reads::collect], ..SyntaxChecks::default() };
    let layers = Layers::default();
    let is_for_others = |file: &FileInfo| !file.is_test() && !doubles.has(&file.path);
    let found = code.each_file(&|file| is_for_others(file) && has_one(&file.path), &|file| {
        let found = walk(file, false, &code.names().asking(&file.path), &layers, &checks, &mut |_, _, _| {});
        let read = found.into_iter().filter_map(Read::of);
        read.filter(|read| getters.iter().any(|getter| getter.reads(read))).collect::<Vec<_>>()
    });
    let reads =
        found.into_iter().flat_map(|(path, reads)| reads.into_iter().map(move |read| (path.clone(), read)));
    let mut reads: Vec<(String, Read)> = reads.collect();
    let wanted = reads.iter().filter_map(|(_, read)| read.constant.clone()).collect();
    let constants = constants::find(code, tree, wanted);
    reads.retain_mut(|(_, read)| read.take_key(&constants));
    Ok(Some(Seen { reads, registry, today, asked }))
}
