//! `external`: the packages from elsewhere that crates may depend on, through whom, and with which features.

use std::collections::BTreeMap;

use ::policy::{Direction, Key, PolicyError};
use findings::Level;
use serde::Deserialize;

use super::words::keys;
use super::{At, Decided, Means, Named, Reach, TestCode, Words, layer_named};

/// The packages from elsewhere that crates may depend on, through whom, and with which features. What is a member of the
/// workspace is none of them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct External {
    /// Patterns of crates, or `layer:NAME`.
    pub crates: Vec<String>,
    /// Patterns of packages: all that they may depend on, where there is such a list.
    #[serde(default)]
    pub allow: Option<Vec<String>>,
    /// Patterns of packages that they must not depend on.
    #[serde(default)]
    pub deny: Vec<String>,
    /// Patterns of packages that only some crates may depend on, with patterns of these crates.
    #[serde(default)]
    pub only_through: BTreeMap<String, Vec<String>>,
    /// What is asked of the features of packages, by their patterns.
    #[serde(default)]
    pub features: BTreeMap<String, Features>,
    /// Whether what is reached through other packages counts, too.
    #[serde(default)]
    pub reach: Reach,
    /// Whether build-dependencies are held to it.
    #[serde(default = "judged")]
    pub build: TestCode,
    /// Why.
    pub because: String,
    /// What to do instead.
    #[serde(default)]
    pub instead: Option<String>,
    /// A small workspace that breaks it.
    #[serde(default)]
    pub fails_on: Option<String>,
}

/// What is asked of the features of a package.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Features {
    /// Features that must be switched on.
    pub require: Vec<String>,
    /// Features that must not be.
    pub forbid: Vec<String>,
    /// Whether the default features may be.
    pub default: Defaults,
}

/// Whether the default features of a package may be switched on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Defaults {
    /// They may.
    #[default]
    Free,
    /// They may not.
    Forbidden,
}

fn judged() -> TestCode {
    TestCode::Judged
}

pub(super) const KEYS: &[Key] = keys![
    "external.*";
    Key::new(
        "external.*",
        "map of rules by name",
        "{}",
        Direction::MoreTightens,
        "The packages from elsewhere that crates may depend on, through whom, and with which features. Members of the \
         workspace are none of them. Dev-dependencies are free unless `tests` are judged.",
    ),
    Key::new(
        "external.*.crates[]",
        "list of patterns of crates, or of `layer:NAME`",
        "none",
        Direction::MoreTightens,
        "The crates that are held to it, `*` for all of them. `layer:domain` stands for the crates of the layer `domain`; \
         where its members are modules, `allow` and `deny` hold them to what their code names.",
    ),
    Key::new(
        "external.*.allow[]",
        "list of patterns of packages",
        "everything",
        Direction::AllowList,
        "All that they may depend on: what is not in the list is found. An empty list allows nothing.",
    ),
    Key::new(
        "external.*.deny[]",
        "list of patterns of packages",
        "[]",
        Direction::MoreTightens,
        "What they must not depend on.",
    ),
    Key::new(
        "external.*.only_through.*",
        "map of patterns of packages to lists of crates",
        "{}",
        Direction::MoreTightens,
        "Packages that are only depended on through some crates: `redis: [features]`.",
    ),
    Key::new(
        "external.*.only_through.*[]",
        "list of patterns of crates, or of `layer:NAME`",
        "none",
        Direction::MoreLoosens,
        "The crates that may depend on it. With `reach: any`, no way may lead to it but through them.",
    ),
    Key::new(
        "external.*.features.*",
        "map of patterns of packages to what is asked",
        "{}",
        Direction::MoreTightens,
        "What is asked of the features that manifests switch on, those of `workspace.dependencies` and those that the \
         crate's own `[features]` pass on among them. What other packages switch on stands in no manifest of the \
         workspace.",
    ),
    Key::new(
        "external.*.features.*.require[]",
        "list of features",
        "[]",
        Direction::MoreTightens,
        "Features that must be switched on.",
    ),
    Key::new(
        "external.*.features.*.forbid[]",
        "list of features",
        "[]",
        Direction::MoreTightens,
        "Features that must not be switched on.",
    ),
    Key::new(
        "external.*.features.*.default",
        "`forbidden` or `free`",
        "free",
        Direction::Words(&["forbidden", "free"]),
        "Whether the default features may be switched on: `forbidden` asks for `default-features = false`.",
    ),
    Key::new(
        "external.*.reach",
        "`any` or `direct`",
        "direct",
        Direction::Words(&["any", "direct"]),
        "Whether `allow`, `deny` and `only_through` count what is reached through other packages, by `Cargo.lock`. It \
         holds the packages that any member, platform or feature needs, so a package counts although another member \
         alone switches it on.",
    ),
    Key::new(
        "external.*.build",
        "`judged` or `free`",
        "judged",
        Direction::Words(&["judged", "free"]),
        "Whether build-dependencies are held to it.",
    ),
];

impl Decided for External {
    fn words(&self) -> Words<'_> {
        Words { because: &self.because, instead: self.instead.as_deref(), fails_on: self.fails_on.as_deref() }
    }

    fn patterns(&self) -> Vec<Named<'_>> {
        let packages = Means::Paths { missing: Level::Note };
        let mut patterns: Vec<Named<'_>> = Named::list("crates", &self.crates, Means::Members).collect();
        patterns.extend(Named::list("allow", self.allow.as_deref().unwrap_or_default(), packages));
        patterns.extend(Named::list("deny", &self.deny, packages));
        for (package, crates) in &self.only_through {
            let key = format!("only_through[\"{package}\"]");
            let missing = Means::Paths { missing: Level::Error };
            patterns.push(Named { key: key.clone(), text: package, means: missing });
            patterns.extend(crates.iter().enumerate().map(|(index, text)| Named {
                key: format!("{key}[{index}]"),
                text,
                means: Means::Members,
            }));
        }
        patterns.extend(self.features.keys().map(|package| Named {
            key: format!("features[\"{package}\"]"),
            text: package,
            means: packages,
        }));
        patterns
    }

    fn broken_as(&self) -> &'static [&'static str] {
        &["denied-dependency", "misfeatured-dependency", "unlisted-dependency", "unwrapped-dependency"]
    }

    fn refuse(&self, at: &At<'_>) -> Result<(), PolicyError> {
        at.listed("crates", &self.crates)?;
        for pattern in self.patterns() {
            if pattern.text.contains("::") && layer_named(pattern.text).is_none() {
                let message = "dependencies are those of a whole package, not of a module";
                return Err(at.error(&pattern.key, message));
            }
        }
        if self.allow.is_none()
            && self.deny.is_empty()
            && self.only_through.is_empty()
            && self.features.is_empty()
        {
            return Err(at.error(
                "crates",
                "the rule asks for nothing of `allow`, `deny`, `only_through` and `features`",
            ));
        }
        let allowed = self.allow.as_deref().unwrap_or_default();
        for (index, package) in self.deny.iter().enumerate() {
            if allowed.contains(package) || self.only_through.contains_key(package) {
                let message = format!("`{package}` is denied here and allowed elsewhere in the rule");
                return Err(at.error(&format!("deny[{index}]"), message));
            }
        }
        for (package, crates) in &self.only_through {
            if crates.is_empty() {
                let message = "nobody may depend on it: write it into `deny`";
                return Err(at.error(&format!("only_through[\"{package}\"]"), message));
            }
        }
        self.features.iter().try_for_each(|(package, asked)| asked.refuse(at, package))
    }
}

impl Features {
    fn refuse(&self, at: &At<'_>, package: &str) -> Result<(), PolicyError> {
        let refused = |message: String| Err(at.error(&format!("features[\"{package}\"]"), message));
        if *self == Features::default() {
            return refused("nothing is asked of the features".to_owned());
        }
        if let Some(feature) = self.require.iter().find(|feature| self.forbid.contains(feature)) {
            return refused(format!("`{feature}` is both required and forbidden"));
        }
        Ok(())
    }
}
