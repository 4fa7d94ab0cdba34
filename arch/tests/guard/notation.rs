//! The small notation of a workspace in examples and tests, and the guard run over it.
//!
//! What comes first, up to an empty line, is the policy, if it begins with `arch:`. Then one line each:
//! `crate home -> features, redb as db, test-kit (dev)` is a package in a folder of its name, its dependencies the
//! other crates and whatever else it names; `features/src/store.rs | use redb::Database;` is one more line of a
//! file. Libraries and the modules right below a library need not be declared.

use std::collections::{BTreeMap, BTreeSet};

use arch::{Policy, SECTION};
use findings::testing::{Example, assert_fires};
use findings::{Checked, Finding};
use policy::{Document, Schema, Section};
use source::{Cache, Code, Tree};

/// A workspace as it is written in an example.
pub(crate) struct Written {
    files: BTreeMap<String, String>,
    /// The line of the example that a line of a file came from.
    lines: BTreeMap<(String, u32), u32>,
}

impl Written {
    pub(crate) fn read(text: &str) -> Written {
        let mut written = Written { files: BTreeMap::new(), lines: BTreeMap::new() };
        let mut crates = Vec::new();
        let mut in_policy = text.starts_with("arch:");
        for (number, line) in (1u32..).zip(text.lines()) {
            if line.trim().is_empty() {
                in_policy = false;
            } else if in_policy {
                written.line("gatefold.yaml", line, Some(number));
            } else if let Some(krate) = line.strip_prefix("crate ") {
                crates.push((number, krate));
            } else if let Some((path, line)) =
                line.split_once(" | ").or(line.strip_suffix(" |").map(|path| (path, "")))
            {
                written.line(path, line, Some(number));
            } else {
                panic!("line {number} is neither a crate nor a line of a file: {line}");
            }
        }
        let names: BTreeSet<&str> =
            crates.iter().map(|(_, krate)| krate.split(" -> ").next().unwrap_or_default().trim()).collect();
        for (number, krate) in &crates {
            written.krate(*number, krate, &names);
        }
        if !written.files.contains_key("Cargo.toml") {
            let members: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
            written.line("Cargo.toml", &format!("[workspace]\nmembers = [{}]", members.join(", ")), None);
        }
        written
    }

    fn krate(&mut self, number: u32, written: &str, names: &BTreeSet<&str>) {
        let (name, dependencies) = written.split_once(" -> ").unwrap_or((written, ""));
        let name = name.trim();
        let manifest = format!("{name}/Cargo.toml");
        if !self.files.contains_key(&manifest) {
            let package = format!("[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"");
            self.line(&manifest, &package, Some(number));
            for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
                self.line(&manifest, &format!("[{table}]"), Some(number));
                for dependency in
                    dependencies.split(',').map(str::trim).filter(|dependency| !dependency.is_empty())
                {
                    let (dependency, kind) =
                        match dependency.strip_suffix(')').and_then(|it| it.split_once(" (")) {
                            Some((dependency, kind)) => (dependency, format!("{kind}-dependencies")),
                            None => (dependency, "dependencies".to_owned()),
                        };
                    let (package, key) = dependency.split_once(" as ").unwrap_or((dependency, dependency));
                    let source = match names.contains(package) {
                        true => format!("path = \"../{package}\""),
                        false => "version = \"1\"".to_owned(),
                    };
                    if kind == table {
                        let line = format!("{key} = {{ package = {package:?}, {source} }}");
                        self.line(&manifest, &line, Some(number));
                    }
                }
            }
        }
        self.library(name);
    }

    /// Declares the modules right below a library, and the library unless there is a binary.
    fn library(&mut self, name: &str) {
        let source = format!("{name}/src/");
        let modules: BTreeSet<String> = self
            .files
            .keys()
            .filter_map(|path| {
                let path = path.strip_prefix(&source)?.trim_end_matches("/mod.rs").trim_end_matches(".rs");
                (!path.contains('/') && !matches!(path, "lib" | "main")).then(|| path.to_owned())
            })
            .collect();
        let has_root =
            ["lib.rs", "main.rs"].iter().any(|root| self.files.contains_key(&format!("{source}{root}")));
        if has_root && modules.is_empty() {
            return;
        }
        let binary = self.files.get(&format!("{source}main.rs")).cloned().unwrap_or_default();
        let library = format!("{source}lib.rs");
        let text = self.files.get(&library).cloned().unwrap_or_default();
        if !has_root {
            self.files.insert(library.clone(), String::new());
        }
        let declared =
            |module: &str| [&text, &binary].iter().any(|text| text.contains(&format!("mod {module}")));
        for module in modules.iter().filter(|module| !declared(module)) {
            self.line(&library, &format!("pub mod {module};"), None);
        }
    }

    fn line(&mut self, path: &str, line: &str, number: Option<u32>) {
        let text = self.files.entry(path.to_owned()).or_default();
        let first = text.lines().count() as u32 + 1;
        text.push_str(line);
        text.push('\n');
        if let Some(number) = number {
            for offset in 0..line.lines().count().max(1) as u32 {
                self.lines.insert((path.to_owned(), first + offset), number);
            }
        }
    }

    /// The files as a tree.
    pub(crate) fn tree(&self) -> Tree {
        Tree::from_memory(self.files.iter().map(|(path, text)| (path.clone(), text.clone())))
    }

    /// The policy.
    pub(crate) fn policy(&self) -> Policy {
        read_policy(self.files.get("gatefold.yaml").map_or("", String::as_str)).expect("the policy is one")
    }

    /// What the guard says.
    pub(crate) fn check(&self) -> Checked {
        self.check_by(&self.policy())
    }

    /// What the guard says by another policy than the one that stands in the tree.
    pub(crate) fn check_by(&self, policy: &Policy) -> Checked {
        let tree = self.tree();
        let code = Code::read(&tree, &Cache::off());
        arch::check(&code, &tree, policy).expect("the guard looks")
    }

    /// The line of the example that a finding stands on.
    pub(crate) fn line_of(&self, finding: &Finding) -> u32 {
        let Some(location) = &finding.location else { return 0 };
        let line = location.span.map_or(1, |span| span.line);
        self.lines.get(&(location.file.clone(), line)).copied().unwrap_or(0)
    }
}

/// A section as the reader of the policy gives it.
pub(crate) fn read_policy(text: &str) -> Result<Policy, String> {
    static SECTIONS: &[Section] = &[SECTION];
    let schema = Schema { sections: SECTIONS };
    let document = Document::parse("gatefold.yaml", text, &schema).map_err(|error| error.to_string())?;
    document.section(SECTION.name).map_err(|error| error.to_string())
}

/// Fails unless the rule fires on the lines of the case that end in `//~`, and on no others. The world around it is
/// quiet.
#[track_caller]
pub(crate) fn check(world: &str, case: &str, rule: &str) {
    let before = world.lines().count() as u32;
    let mut example = Example {
        kind: "case".to_owned(),
        attributes: String::new(),
        text: world.to_owned(),
        marked: Vec::new(),
        line: 0,
    };
    for (number, line) in (before + 1..).zip(case.lines()) {
        let (line, marked) = line.strip_suffix("//~").map_or((line, false), |line| (line.trim_end(), true));
        example.text.push_str(&format!("{line}\n"));
        example.marked.extend(marked.then_some(number));
    }
    let written = Written::read(&example.text);
    let findings = written.check().findings;
    let fired = findings.iter().filter(|finding| finding.rule.id == rule);
    assert_fires(&example, fired.map(|finding| written.line_of(finding)));
}
