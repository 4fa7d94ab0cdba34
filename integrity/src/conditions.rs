//! Whether a build of tests can ever meet a condition: by logic, and by what manifests, CI and cargo's configuration
//! switch on.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use source::Tree;

use crate::manifest::{self, declares, in_default};
use crate::predicate::{self, Atom, Predicate};
use crate::switches::{Switch, has_word, switched};
use crate::{Scene, ci};

/// Answers about head, remembering what was asked. Files are read only for a condition that somebody added.
pub(crate) struct Conditions<'a> {
    scene: &'a Scene<'a>,
    asked: RefCell<BTreeMap<(String, Atom), bool>>,
    setup: RefCell<Option<String>>,
    switched: OnceCell<Vec<Switch>>,
}

impl<'a> Conditions<'a> {
    pub(crate) fn of(scene: &'a Scene<'a>) -> Self {
        Conditions { scene, asked: RefCell::default(), setup: RefCell::default(), switched: OnceCell::new() }
    }

    /// Whether no build of tests meets all of the conditions that stand on code in a file of head.
    pub(crate) fn never<'b>(&self, path: &str, conditions: impl IntoIterator<Item = &'b str>) -> bool {
        let all = conditions.into_iter().filter_map(Predicate::parse).collect();
        !predicate::can_hold(&Predicate::All(all), &|atom| self.may(path, atom))
    }

    /// Whether every build of tests meets a condition.
    pub(crate) fn always(&self, path: &str, condition: &str) -> bool {
        let Some(predicate) = Predicate::parse(condition) else { return false };
        !predicate::can_hold(&predicate.negated(), &|atom| self.may(path, atom))
    }

    /// The switches of the change by which no build of tests meets conditions any more that one met, and whether that holds
    /// whatever options somebody gives.
    pub(crate) fn switched_off(&self, path: &str, conditions: &[&str]) -> Option<(Vec<Switch>, bool)> {
        let all: Vec<Predicate> = conditions.iter().copied().filter_map(Predicate::parse).collect();
        let named: BTreeSet<Atom> = all.iter().flat_map(Predicate::all_atoms).collect();
        let counts = |switch: &&Switch| {
            path.starts_with(&switch.folder) && named.contains(&switch.atom) && !self.is_given(switch)
        };
        let switched = self.switched.get_or_init(|| switched(self.scene.change, self.scene.base));
        let switches: Vec<&Switch> = switched.iter().filter(counts).collect();
        let is_met = |switches: &[&Switch]| {
            let on = switches.iter().filter(|switch| switch.is_on);
            let on = on.map(|switch| Predicate::Is(switch.atom.clone()));
            let is_off = |atom: &Atom| switches.iter().any(|switch| !switch.is_on && switch.atom == *atom);
            let all = Predicate::All(all.iter().cloned().chain(on).collect());
            predicate::can_hold(&all, &|atom| !is_off(atom))
        };
        if switches.is_empty() || !is_met(&[]) || is_met(&switches) {
            return None;
        }
        // Where CI is known, what it does not switch on nobody does.
        let is_known = !self.setup().trim().is_empty();
        let is_fixed = |switch: &&Switch| {
            let never = || switch.atom.key == "feature" || self.is_never_so(switch);
            switch.is_fixed || is_known && !switch.is_on && never()
        };
        let fixed: Vec<&Switch> = switches.iter().copied().filter(is_fixed).collect();
        let is_fixed = !is_met(&fixed);
        Some((switches.into_iter().cloned().collect(), is_fixed))
    }

    /// Whether CI, a script, cargo's configuration or another package gives what a switch no longer does, or takes it.
    fn is_given(&self, switch: &Switch) -> bool {
        let setup = self.setup();
        if switch.is_on {
            return setup.contains("no-default-features");
        }
        let name = switch.name();
        switch.variable.as_ref().is_some_and(|(name, is_set)| *is_set && has_word(&setup, name))
            || has_word(&setup, name)
            || switch.atom.key == "feature"
                && (ALL_FEATURES.iter().any(|option| setup.contains(option)) || self.depended_on(name))
    }

    /// Whether the variable that a build script asks for is never so where CI runs. Cargo sets some of its own.
    fn is_never_so(&self, switch: &Switch) -> bool {
        switch.variable.as_ref().is_some_and(|(name, is_set)| {
            let of_ci = ["CI", "GITHUB_ACTIONS", "GITLAB_CI"].contains(&name.as_str());
            let of_cargo = name.starts_with("CARGO") || name.starts_with("RUST");
            let of_build = ["DEBUG", "HOST", "NUM_JOBS", "OPT_LEVEL", "OUT_DIR", "PATH", "PROFILE", "TARGET"];
            match is_set {
                true => {
                    !of_ci
                        && !of_cargo
                        && !of_build.contains(&name.as_str())
                        && !has_word(&self.setup(), name)
                }
                false => of_ci,
            }
        })
    }

    fn may(&self, path: &str, atom: &Atom) -> bool {
        let package = manifest::above(&self.scene.change.head, path).unwrap_or_default();
        let key = (package.clone(), atom.clone());
        if let Some(answer) = self.asked.borrow().get(&key) {
            return *answer;
        }
        let answer = match (atom.key.as_str(), &atom.value) {
            ("feature", Some(name)) => self.feature(&package, name),
            _ => self.flag(&package, &atom.key),
        };
        self.asked.borrow_mut().insert(key, answer);
        answer
    }

    /// Whether something switches a feature on: the default, another package, what CI runs; or production code that
    /// the change gates by it, since then the tests go with that code. Without CI, every feature that the base
    /// declared counts.
    fn feature(&self, manifest: &str, name: &str) -> bool {
        let head = &self.scene.change.head;
        let sides = self.scene.rust.files.iter().filter_map(|file| file.head.as_ref());
        if manifest.is_empty() || sides.into_iter().any(|side| side.facts.features.contains(name)) {
            return true;
        }
        let read = |tree: &Tree, path: &str| tree.text(path).ok().and_then(|text| manifest::read(&text).ok());
        let now = read(head, manifest).unwrap_or_default();
        let was = read(self.scene.base, self.scene.change.base_path(manifest)).unwrap_or_default();
        let ci = self.setup();
        if !declares(&now, name) {
            return false;
        }
        in_default(&now, name)
            || ci.trim().is_empty() && declares(&was, name)
            || ci.contains("all-features")
            || ci.lines().any(|line| line.contains("feature") && has_word(line, name))
            || self.depended_on(name)
    }

    /// Whether a dependency of some package asks for a feature of that name.
    fn depended_on(&self, name: &str) -> bool {
        let head = &self.scene.change.head;
        let manifests = head.paths().filter(|path| *path == "Cargo.toml" || path.ends_with("/Cargo.toml"));
        let quoted = format!("\"{name}\"");
        manifests.filter_map(|path| head.text(path).ok()).any(|text| {
            text.contains(&quoted)
                && manifest::read(&text).is_ok_and(|manifest| {
                    ["dependencies", "dev-dependencies", "build-dependencies", "workspace", "target"]
                        .iter()
                        .filter_map(|table| manifest.get(table))
                        .any(|table| asks_for(table, name))
                })
        })
    }

    /// Whether something sets a flag that is not the compiler's own: a build script, cargo's configuration, CI; or code
    /// of the package knew it before.
    fn flag(&self, manifest: &str, name: &str) -> bool {
        let folder = manifest.strip_suffix("Cargo.toml").unwrap_or_default();
        let head = &self.scene.change.head;
        let scripts = [format!("{folder}build.rs"), "build.rs".to_owned()];
        if has_word(&self.setup(), name)
            || scripts.iter().any(|path| head.text(path).is_ok_and(|text| has_word(&text, name)))
        {
            return true;
        }
        let base = self.scene.base;
        let mut code = base.paths().filter(|path| path.ends_with(".rs") && path.starts_with(folder));
        code.any(|path| {
            base.text(path).is_ok_and(|text| {
                let mut lines = text.lines().filter(|line| line.contains("cfg"));
                lines.any(|line| has_word(line, name))
            })
        })
    }

    /// What CI runs, its scripts, and cargo's configuration, at head.
    pub(crate) fn setup(&self) -> String {
        if let Some(text) = &*self.setup.borrow() {
            return text.clone();
        }
        let around = self.scene.around();
        let config = |path: &str| path.starts_with(".cargo/config") || path.contains("/.cargo/config");
        let tells =
            |path: &str| ci::platform(path).is_some() || self.scene.scripts.is_match(path) || config(path);
        let texts: Vec<_> = around
            .head
            .paths()
            .filter(|path| tells(path))
            .filter_map(|path| around.head.text(path).ok())
            .collect();
        let text = texts.join("\n");
        *self.setup.borrow_mut() = Some(text.clone());
        text
    }
}

/// Options that switch every feature on, in one run or in several.
const ALL_FEATURES: [&str; 3] = ["all-features", "each-feature", "feature-powerset"];

/// Whether tables of dependencies have a list `features` with a name.
fn asks_for(table: &Value, name: &str) -> bool {
    match table {
        Value::Object(entries) => entries.iter().any(|(key, value)| match value {
            Value::Array(items) if key == "features" => items.iter().any(|item| item.as_str() == Some(name)),
            value => asks_for(value, name),
        }),
        _ => false,
    }
}
