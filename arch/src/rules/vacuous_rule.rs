//! Patterns of the policy that match nothing.

use std::collections::BTreeSet;

use findings::{Finding, Level, Location, rule};
use policy::{Document, POLICY_FILE, Schema, Section};
use source::Tree;

use crate::map::Map;
use crate::path::Pattern;
use crate::policy::layer_named;
use crate::{Error, Policy, SECTION};

rule! {
    /// Members of layers, and other patterns of the section `arch`, that match no crate and no module; and forbidden
    /// paths that lead to no module and to nothing that is used in the workspace, or into crates that neither a manifest
    /// nor `Cargo.lock` knows. A path that nobody may name is allowed to be missing, since that is what its rule wants:
    /// there the finding is a note.
    ///
    /// ## Why it hurts
    /// A rule with a typing error in it holds nobody to anything and looks as green as one that works. So does a rule
    /// whose crate was renamed last year.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   layers:
    ///     - { name: services, members: [home], because: services wire crates together }
    ///     - name: crates
    ///       members: [features, modles] #~
    ///       because: crates know no service
    ///   forbidden:
    ///     engines:
    ///       paths: [rebd] #~
    ///       only_in: [features]
    ///       because: stores are behind a trait
    ///
    /// crate home -> features
    /// crate features -> redb
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// arch:
    ///   layers:
    ///     - { name: services, members: [home], because: services wire crates together }
    ///     - { name: crates, members: [features], because: crates know no service }
    ///   forbidden:
    ///     engines: { paths: [redb], only_in: [features], because: stores are behind a trait }
    ///
    /// crate home -> features
    /// crate features -> redb
    /// ```
    pub static VACUOUS_RULE = {
        id: "vacuous-rule",
        guard: "arch",
        group: "policy",
        level: Error,
        summary: "finds patterns of the policy that match nothing",
    };
}

pub(crate) fn find(map: &Map<'_>, policy: &Policy, tree: &Tree) -> Result<Vec<Finding>, Error> {
    let mut empty = Vec::new();
    for layer in &policy.layers {
        for member in &layer.members {
            if !is_place(map, &Pattern::read(member)?) {
                empty.push((Place::Layer(&layer.name), "members", member, Level::Error));
            }
        }
    }
    for (name, rule) in &policy.acyclic {
        // A layer's members are looked at where the layer lists them.
        for member in rule.members.iter().filter(|member| layer_named(member).is_none()) {
            if !is_place(map, &Pattern::read(member)?) {
                empty.push((Place::Rule("acyclic", name), "members", member, Level::Error));
            }
        }
    }
    let known = known_crates(map, tree);
    for (name, rule) in &policy.forbidden {
        for member in rule.only_in.iter().filter(|member| layer_named(member).is_none()) {
            if !is_place(map, &Pattern::read(member)?) {
                empty.push((Place::Rule("forbidden", name), "only_in", member, Level::Error));
            }
        }
        for path in &rule.paths {
            if !leads_somewhere(map, &known, &Pattern::read(path)?) {
                let level = if rule.only_in.is_empty() { Level::Note } else { Level::Error };
                empty.push((Place::Rule("forbidden", name), "paths", path, level));
            }
        }
    }
    if empty.is_empty() {
        return Ok(Vec::new());
    }
    let policy_file = PolicyFile::read(tree);
    Ok(empty
        .into_iter()
        .filter(|(place, key, text, _)| policy_file.has(place, key, text))
        .map(|(place, key, text, level)| told(&policy_file, &place, key, text, level))
        .collect())
}

/// The rule of the policy that a pattern belongs to.
enum Place<'p> {
    Layer(&'p str),
    Rule(&'static str, &'p str),
}

fn told(file: &PolicyFile, place: &Place<'_>, key: &str, text: &str, level: Level) -> Finding {
    let rule = match place {
        Place::Layer(name) => format!("layers[{name}]"),
        Place::Rule(kind, name) => format!("{kind}.{name}"),
    };
    let (message, help) = match key {
        "paths" => (
            format!(
                "`{text}` in `arch.{rule}.paths` leads to nothing that is in this workspace or that it depends on"
            ),
            "write the crate as its package is called and an item where it is defined; or take the path out",
        ),
        _ => (
            format!("`{text}` in `arch.{rule}.{key}` matches no crate and no module"),
            "write the name as in the manifest, a module as `package::module`; or take it out",
        ),
    };
    let mut finding = Finding::new(&VACUOUS_RULE, file.locate(place, key, text), message);
    finding.level = level;
    finding.help(help).fact(format!("{rule}.{key}")).fact(text)
}

fn is_place(map: &Map<'_>, pattern: &Pattern) -> bool {
    map.modules.keys().any(|place| pattern.names(place))
}

/// Whether a path leads anywhere: in the workspace to a module or to something that is used, else into a crate that
/// somebody depends on.
fn leads_somewhere(map: &Map<'_>, known: &Known, pattern: &Pattern) -> bool {
    let Some(first) = pattern.first() else { return true };
    if is_place(map, pattern) {
        return true;
    }
    if known.members.contains(&first) {
        let covers = |path: &str| pattern.covers(path).is_some();
        let mut inside = map.uses.iter().filter(|used| used.home.is_some());
        return inside.any(|used| covers(&used.to) || covers(&used.reference.canonical));
    }
    matches!(first.as_str(), "std" | "core" | "alloc") || known.others.contains(&first)
}

/// The crates that a path may begin with, as code writes them.
struct Known {
    members: BTreeSet<String>,
    others: BTreeSet<String>,
}

fn known_crates(map: &Map<'_>, tree: &Tree) -> Known {
    let mut known = Known { members: BTreeSet::new(), others: BTreeSet::new() };
    for krate in &map.workspace.crates {
        known.members.extend(krate.lib_name.clone());
        known.members.insert(krate.name.replace('-', "_"));
        known.others.extend(krate.dependencies.iter().map(|dependency| dependency.package.replace('-', "_")));
    }
    let lock = tree.text("Cargo.lock").unwrap_or_default();
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    known.others.extend(names.map(|name| name.replace('-', "_")));
    known
}

/// Head's policy as it is written, for the places of what stands in it. The policy that judges may be another:
/// what it has and head's has not, has no line.
struct PolicyFile(Option<(Document, Policy)>);

impl PolicyFile {
    fn read(tree: &Tree) -> Self {
        static SECTIONS: &[Section] = &[SECTION];
        let read = || {
            let text = tree.text(POLICY_FILE).ok()?;
            let (document, _) =
                Document::parse_base(POLICY_FILE, &text, &Schema { sections: SECTIONS }).ok()?;
            let policy = document.section(SECTION.name).ok()?;
            Some((document, policy))
        };
        PolicyFile(read())
    }

    /// Whether head still says it. What was taken out is asked of whoever approves that, not told once more.
    fn has(&self, place: &Place<'_>, key: &str, text: &str) -> bool {
        self.0.is_none()
            || self.list(place, key).is_some_and(|(_, list)| list.iter().any(|item| item == text))
    }

    fn locate(&self, place: &Place<'_>, key: &str, text: &str) -> Location {
        let locate = || {
            let (document, _) = self.0.as_ref()?;
            let (path, list) = self.list(place, key)?;
            let item = list.iter().position(|item| item == text)?;
            let (line, column) = document.locate(&format!("{path}.{key}[{item}]"))?;
            Some(Location::point(POLICY_FILE, line, column))
        };
        locate().unwrap_or_else(|| Location::file(POLICY_FILE))
    }

    /// The path of a rule in the policy, and the list of it that a key names.
    fn list(&self, place: &Place<'_>, key: &str) -> Option<(String, &[String])> {
        let (_, policy) = self.0.as_ref()?;
        Some(match *place {
            Place::Layer(name) => {
                let index = policy.layers.iter().position(|layer| layer.name == name)?;
                (format!("arch.layers[{index}]"), &policy.layers[index].members)
            }
            Place::Rule("acyclic", name) => {
                (format!("arch.acyclic[\"{name}\"]"), &policy.acyclic.get(name)?.members)
            }
            Place::Rule(kind, name) => {
                let rule = policy.forbidden.get(name)?;
                let list = if key == "paths" { &rule.paths } else { &rule.only_in };
                (format!("arch.{kind}[\"{name}\"]"), list)
            }
        })
    }
}
