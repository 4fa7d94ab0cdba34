//! Many globs that are matched at once, with what each belongs to.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// A glob in which `*` stays within a name and `**` does not.
pub(super) fn glob(text: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(text).literal_separator(true).build()
}

/// Globs that are being gathered.
pub(super) struct Gathered<T> {
    globs: GlobSetBuilder,
    of: Vec<T>,
}

impl<T> Default for Gathered<T> {
    fn default() -> Self {
        Gathered { globs: GlobSetBuilder::new(), of: Vec::new() }
    }
}

impl<T> Gathered<T> {
    pub(super) fn add(&mut self, text: &str, of: T) -> Result<(), globset::Error> {
        self.globs.add(glob(text)?);
        self.of.push(of);
        Ok(())
    }

    pub(super) fn set(self) -> Result<Set<T>, globset::Error> {
        Ok(Set { globs: self.globs.build()?, of: self.of })
    }
}

/// Globs as one matcher: whole texts and last names are looked up, and all others take one pass over the text.
#[derive(Debug)]
pub(super) struct Set<T> {
    globs: GlobSet,
    of: Vec<T>,
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Set { globs: GlobSet::empty(), of: Vec::new() }
    }
}

impl<T> Set<T> {
    pub(super) fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// What the globs belong to that match a text.
    pub(super) fn matching<'s>(&'s self, text: &str) -> impl Iterator<Item = &'s T> + use<'s, T> {
        let matched = if self.is_empty() { Vec::new() } else { self.globs.matches(text) };
        matched.into_iter().map(|index| &self.of[index])
    }
}
