//! The section `lints` of `gatefold.yaml`.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use policy::{Direction, Document, Key, Section};

use crate::Error;

/// What the guard reads from the section.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Globs of files that no rule of this guard looks at.
    pub exclude: Vec<String>,
}

/// The section as the policy's reader knows it.
pub static SECTION: Section = Section {
    name: "lints",
    keys: &[Key::new(
        "exclude",
        "list of globs",
        "[]",
        Direction::MoreLoosens,
        "Files that the lints do not look at, by path from the root: code that is copied in and kept as it \
               is. `*` stays within a folder, `**` does not. Generated files and code for tests are left out \
               anyway.",
    )],
    check: |document: &Document| {
        let policy = document.section::<Policy>("lints")?;
        for (index, glob) in policy.exclude.iter().enumerate() {
            if let Err(error) = build([glob]) {
                return Err(document.error_at(&format!("lints.exclude[{index}]"), error));
            }
        }
        Ok(())
    },
};

impl Policy {
    /// Whether no rule looks at a file.
    pub fn excludes(&self, path: &str) -> bool {
        self.excluded().is_ok_and(|excluded| excluded.is_match(path))
    }

    /// The excluded files.
    pub(crate) fn excluded(&self) -> Result<GlobSet, Error> {
        Ok(build(&self.exclude)?)
    }
}

fn build<'a>(globs: impl IntoIterator<Item = &'a String>) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(GlobBuilder::new(glob).literal_separator(true).build()?);
    }
    set.build()
}
