//! A manifest as data: its dependency tables, and what takes the place of packages.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::manifest;

/// One manifest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manifest {
    /// The name of the package, if there is one.
    pub(crate) package: Option<String>,
    pub(crate) is_workspace: bool,
    pub(crate) entries: Vec<Entry>,
    /// What `[patch]` and `[replace]` put in the place of packages.
    pub(crate) patches: Vec<Entry>,
}

/// One dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The key, which code writes.
    pub(crate) key: String,
    pub(crate) package: String,
    /// The table, without `target.…` in front.
    pub(crate) table: String,
    pub(crate) requirement: Option<String>,
    pub(crate) source: Source,
}

/// Where a package comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The root's manifest says it.
    Workspace,
    /// A registry; `None` is crates.io.
    Registry(Option<String>),
    /// A repository, and what of it.
    Git(String, BTreeMap<String, String>),
    /// A folder, from the manifest's own.
    Path(String),
}

const TABLES: [&str; 5] =
    ["dependencies", "dev-dependencies", "dev_dependencies", "build-dependencies", "build_dependencies"];

impl Manifest {
    /// `None` for what is no TOML, which another rule tells.
    pub(crate) fn read(text: &str) -> Option<Manifest> {
        Some(Manifest::of(&manifest::read(text).ok()?))
    }

    pub(crate) fn of(value: &Value) -> Manifest {
        let mut entries = Vec::new();
        let targets = value.get("target").and_then(Value::as_object);
        for root in std::iter::once(value).chain(targets.into_iter().flat_map(|targets| targets.values())) {
            for table in TABLES {
                entries.extend(table_entries(root.get(table), table));
            }
        }
        entries.extend(table_entries(value.pointer("/workspace/dependencies"), "workspace.dependencies"));
        let mut patches = Vec::new();
        if let Some(Value::Object(sources)) = value.get("patch") {
            sources.iter().for_each(|(source, table)| {
                patches.extend(table_entries(Some(table), &format!("patch.{source}")));
            });
        }
        patches.extend(table_entries(value.get("replace"), "replace"));
        Manifest {
            package: value.pointer("/package/name").and_then(Value::as_str).map(str::to_owned),
            is_workspace: value.get("workspace").is_some(),
            entries,
            patches,
        }
    }
}

fn table_entries(table: Option<&Value>, name: &str) -> Vec<Entry> {
    let Some(Value::Object(table)) = table else { return Vec::new() };
    let entry = |(key, value): (&String, &Value)| {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let source = match (text("git"), text("path")) {
            _ if value.get("workspace") == Some(&Value::Bool(true)) => Source::Workspace,
            (Some(url), _) => {
                let pin = |word: &str| Some((word.to_owned(), text(word)?));
                Source::Git(url, ["branch", "rev", "tag"].into_iter().filter_map(pin).collect())
            }
            (None, Some(path)) => Source::Path(path),
            (None, None) => Source::Registry(text("registry").or_else(|| text("registry-index"))),
        };
        // A key of `[replace]` has the version behind the name.
        let plain = key.split([':', '@']).next().unwrap_or(key).to_owned();
        Entry {
            key: key.clone(),
            package: text("package").unwrap_or(plain),
            table: name.replace('_', "-"),
            requirement: value.as_str().map(str::to_owned).or_else(|| text("version")),
            source,
        }
    };
    table.iter().map(entry).collect()
}

impl Entry {
    /// Whether code that is delivered is built with it.
    pub(crate) fn is_normal(&self) -> bool {
        self.table == "dependencies"
    }

    /// Whether any version will do.
    pub(crate) fn is_wildcard(&self) -> bool {
        let any = |text: &str| ["", "*", ">=0", ">=0.0.0"].contains(&text.replace(' ', "").as_str());
        matches!(self.source, Source::Registry(_)) && self.requirement.as_deref().is_none_or(any)
    }
}

impl Source {
    /// For people.
    pub(crate) fn shown(&self) -> String {
        match self {
            Source::Workspace => "where the workspace says".to_owned(),
            Source::Registry(None) => "the registry".to_owned(),
            Source::Registry(Some(name)) => format!("the registry `{name}`"),
            Source::Git(url, pins) => {
                let pins: Vec<String> = pins.iter().map(|(word, pin)| format!(", {word} `{pin}`")).collect();
                format!("git `{url}`{}", pins.concat())
            }
            Source::Path(path) => format!("the folder `{path}`"),
        }
    }

    /// Whether packages of the two come from the same place, whatever the version.
    pub(crate) fn same_place(&self, other: &Source) -> bool {
        match (self, other) {
            (Source::Git(one, _), Source::Git(other, _)) => plain_url(one) == plain_url(other),
            (one, other) => one == other,
        }
    }
}

/// Two spellings of one address.
pub(crate) fn plain_url(url: &str) -> String {
    url.trim_end_matches('/').trim_end_matches(".git").to_ascii_lowercase()
}
