//! The section `lints` of `gatefold.yaml`.

use std::collections::BTreeMap;
use std::time::Duration;

use findings::Rule;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use policy::{Direction, Document, Key, PolicyError, Section, Span, Today, count, joined};

use crate::Error;
use crate::flags::Flags;
use crate::house::{self, HouseRule};
use crate::layers::Layers;

/// What the guard reads from the section.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Globs of files that no rule of this guard looks at.
    pub exclude: Vec<String>,
    /// Globs of files that rank, beside those that are named for it.
    pub pure: Vec<String>,
    /// What the workspace forbids or requires, by the id of the rule.
    pub house: BTreeMap<String, HouseRule>,
    /// The tools that are asked in the live tier.
    pub delegate: Delegate,
    /// By what code reads flags, and where their keys are listed.
    pub flags: Flags,
    /// The day on which is judged, which is no key; without one nothing is past.
    #[serde(skip)]
    pub today: Option<Today>,
}

/// The tools that are asked in the live tier.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delegate {
    /// Whether `cargo clippy` is asked.
    pub clippy: Asked,
    /// Whether `cargo deny` is asked.
    pub deny: Asked,
    /// How long one of them may take for one side.
    pub within: Span,
}

/// Whether a tool is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// Without it the guard could not look.
    Required,
    /// Where it is installed it is asked, and where it is not the report says so.
    #[default]
    WhereInstalled,
    /// It is never asked.
    Off,
}

impl Default for Delegate {
    fn default() -> Delegate {
        let within = Span(Duration::from_secs(30 * 60));
        Delegate { clippy: Asked::default(), deny: Asked::default(), within }
    }
}

/// The section as the policy's reader knows it.
pub static SECTION: Section = Section { name: "lints", keys: &ALL_KEYS, check };

/// The keys of the section and of its house rules in one list.
static ALL_KEYS: [Key; count(OWN_KEYS) + count(house::KEYS)] = {
    let (own, house): ([Key; count(OWN_KEYS)], [Key; count(house::KEYS)]) =
        (joined(OWN_KEYS), joined(house::KEYS));
    joined(&[&own, &house])
};

const OWN_KEYS: &[&[Key]] = &[&[
    Key::new(
        "exclude",
        "list of globs",
        "[]",
        Direction::MoreLoosens,
        "Files that the lints do not look at, by path from the root: code that is copied in and kept as it \
           is. `*` stays within a folder, `**` does not. Generated files and code for tests are left out \
           anyway: what cargo and `cfg(test)` keep to tests, and files called test, mock, fake, fixture, fuzz or \
           benchmark that no other code refers to.",
    ),
    Key::new(
        "pure",
        "list of globs",
        "[]",
        Direction::MoreTightens,
        "Files of pure layers, by path from the root: code that ranks, and must give one answer to one request \
           whenever it is asked. They stand beside the files, modules, types and traits that are named for it: \
           scorer, ranker, ranking, rerank, hydrator; filter and selector where the file speaks of candidates or \
           of a `.score`.",
    ),
    Key::new(
        "delegate.clippy",
        "`required`, `where-installed` or `off`",
        "where-installed",
        Direction::Words(&["required", "where-installed", "off"]),
        "Whether the live tier asks `cargo clippy` for the lints that RULES.md names after it, under the base's \
           `clippy.toml`. Where it is required and not installed, the guard could not look.",
    ),
    Key::new(
        "delegate.deny",
        "`required`, `where-installed` or `off`",
        "where-installed",
        Direction::Words(&["required", "where-installed", "off"]),
        "Whether the live tier asks `cargo deny` about dependencies, under the base's `deny.toml`; without such a file \
           there is nothing to ask. Where it is required, and not installed or without such a file, the guard \
           could not look.",
    ),
    Key::new(
        "delegate.within",
        "time, as in `30m`",
        "30m",
        Direction::Free,
        "How long clippy, and how long cargo-deny, may take for each side of a change.",
    ),
    Key::new(
        "flags.getters",
        "list of names",
        "[]",
        Direction::MoreTightens,
        "Functions and methods that read a flag or a parameter of an experiment by its key, the first text that they are \
           given: `name` for any that is called so, `Type::name` or `module::name` by the end of its path, `place.name` for a \
           method of what a variable or field holds, as in `parameters.get`. What is behind the key is its default.",
    ),
    Key::new(
        "flags.registry",
        "list of globs",
        "[]",
        Direction::MoreTightens,
        "Files in YAML or JSON that list the keys of flags: a list of keys or of maps with `key` or `name`, or a map by key, \
           each with the day when it `expires`, if any; of an experiment with `arms` the names of their `parameters` are \
           keys too. A file beside a `Cargo.toml` is for that package, any other for all. Without the key no flag has to be \
           listed.",
    ),
]];

fn check(document: &Document) -> Result<(), PolicyError> {
    let policy = document.section::<Policy>("lints")?;
    if let Some((key, message)) = policy.flags.problem() {
        return Err(document.error_at(&key, message));
    }
    let lists =
        [("exclude", &policy.exclude), ("pure", &policy.pure), ("flags.registry", &policy.flags.registry)];
    for (key, globs) in lists {
        for (index, glob) in globs.iter().enumerate() {
            if let Err(error) = build([glob]) {
                return Err(document.error_at(&format!("lints.{key}[{index}]"), error));
            }
        }
    }
    house::refuse(document, &policy.house)
}

/// The house rules of a policy, as `rules` and reports know them; none of one that cannot be read.
pub fn house_rules(document: &Document) -> Vec<&'static Rule> {
    document.section::<Policy>("lints").map(|policy| house::listed(&policy.house)).unwrap_or_default()
}

impl Policy {
    /// Whether no rule looks at a file.
    pub fn excludes(&self, path: &str) -> bool {
        self.excluded().is_ok_and(|excluded| excluded.is_match(path))
    }

    /// The excluded files.
    pub(crate) fn excluded(&self) -> Result<GlobSet, Error> {
        build(&self.exclude).map_err(|error| Error::Glob("exclude", error))
    }

    /// The files that list keys of flags.
    pub(crate) fn registries(&self) -> Result<GlobSet, Error> {
        build(&self.flags.registry).map_err(|error| Error::Glob("flags.registry", error))
    }

    /// The files that rank.
    pub(crate) fn layers(&self) -> Result<Layers, Error> {
        Ok(Layers::new(build(&self.pure).map_err(|error| Error::Glob("pure", error))?))
    }
}

fn build<'a>(globs: impl IntoIterator<Item = &'a String>) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(GlobBuilder::new(glob).literal_separator(true).build()?);
    }
    set.build()
}
