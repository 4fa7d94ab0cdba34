//! House rules as the policy writes them.

use findings::Level;
use serde::Deserialize;
use source::DependencyKind;

/// One entry of `lints.house`, by its id.
///
/// Every field has a default, so that a policy that is put together of base and head can always be read; what must be
/// there is asked of head as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HouseRule {
    /// How much a finding weighs, unless `levels` says otherwise.
    pub level: Level,
    /// What must not be there.
    pub forbid: Things,
    /// What must be there.
    pub require: Require,
    /// Where it holds: crates, modules and files.
    pub within: Vec<String>,
    /// Where it does not, of these.
    pub except: Vec<String>,
    /// Whether code for tests is held to it.
    pub tests: TestCode,
    /// Why.
    pub because: String,
    /// What to do instead.
    pub instead: Option<String>,
    /// Code that breaks it.
    pub bad: Vec<String>,
    /// Code that does not.
    pub good: Vec<String>,
}

impl Default for HouseRule {
    fn default() -> Self {
        HouseRule {
            level: Level::Error,
            forbid: Things::default(),
            require: Require::default(),
            within: vec!["**".to_owned()],
            except: Vec::new(),
            tests: TestCode::Free,
            because: String::new(),
            instead: None,
            bad: Vec::new(),
            good: Vec::new(),
        }
    }
}

/// What a rule is about, by patterns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Things {
    /// Functions and methods.
    pub calls: Vec<String>,
    /// Crates, modules and items, with all that is below.
    pub paths: Vec<String>,
    /// Macros.
    pub macros: Vec<String>,
    /// Attributes and derives.
    pub attributes: Vec<String>,
    /// Packages in `[dependencies]`.
    pub dependencies: Vec<String>,
    /// Packages in `[dev-dependencies]`.
    pub dev_dependencies: Vec<String>,
    /// Packages in `[build-dependencies]`.
    pub build_dependencies: Vec<String>,
}

/// What must be there, and in each of what.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Require {
    /// In each of what.
    pub each: Option<Each>,
    /// Which functions, by their names or by those of their type or trait and their own.
    pub named: Vec<String>,
    /// Of what each must have one.
    pub has: Things,
}

impl Default for Require {
    fn default() -> Self {
        Require { each: None, named: vec!["*".to_owned()], has: Things::default() }
    }
}

/// Of what something is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Each {
    /// A function with a body.
    Function,
    /// A file of Rust.
    File,
    /// A package, in its manifest.
    Package,
}

/// Whether code for tests is held to a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TestCode {
    /// It is not.
    #[default]
    Free,
    /// It is.
    Judged,
}

/// What a pattern stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Call,
    Path,
    Macro,
    Attribute,
    Dependency(DependencyKind),
}

impl Things {
    /// The lists by their keys.
    pub(crate) fn lists(&self) -> [(&'static str, Kind, &[String]); 7] {
        use DependencyKind::{Build, Dev, Normal};
        [
            ("calls", Kind::Call, &self.calls),
            ("paths", Kind::Path, &self.paths),
            ("macros", Kind::Macro, &self.macros),
            ("attributes", Kind::Attribute, &self.attributes),
            ("dependencies", Kind::Dependency(Normal), &self.dependencies),
            ("dev_dependencies", Kind::Dependency(Dev), &self.dev_dependencies),
            ("build_dependencies", Kind::Dependency(Build), &self.build_dependencies),
        ]
    }

    /// Every pattern, in the order of the lists.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Kind, &str)> {
        self.lists()
            .into_iter()
            .flat_map(|(_, kind, texts)| texts.iter().map(move |text| (kind, text.as_str())))
    }

    /// Whether it names nothing.
    pub(crate) fn are_none(&self) -> bool {
        self.all().next().is_none()
    }
}

impl HouseRule {
    /// Whether it is about manifests, and not about code.
    pub(crate) fn is_of_manifests(&self) -> bool {
        let mut all = self.forbid.all().chain(self.require.has.all());
        all.any(|(kind, _)| matches!(kind, Kind::Dependency(_)))
    }
}
