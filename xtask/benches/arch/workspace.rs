//! Layered crates of 30 files each, every crate using several below it through imports, aliases, re-exports, globs and
//! inline paths. A hundred of them, about 28 MB, are a workspace as large as the large ones are.

use std::fmt::Write as _;
use std::path::Path;

/// Files of each crate: `lib.rs`, modules, modules in folders.
pub(crate) const FILES: usize = 30;
/// Layers, of equally many crates each.
pub(crate) const LAYERS: usize = 5;
/// Functions of each module, which makes a file of about 9 kB.
const FUNCTIONS: usize = 10;

/// So many crates, in [`LAYERS`] layers.
pub(crate) struct Parts(pub(crate) usize);

impl Parts {
    /// Writes the crates, below `crates`.
    pub(crate) fn write_crates(&self, root: &Path) {
        for krate in 0..self.0 {
            self.write_crate(root, krate);
        }
    }

    /// Name of a package; the layer comes first, so that a policy can place it.
    pub(crate) fn name(&self, krate: usize) -> String {
        format!("l{}-part-{krate:02}", self.layer(krate))
    }

    /// Path of a module's file from the workspace's root. The first is `lib.rs`.
    pub(crate) fn file(&self, krate: usize, at: usize) -> String {
        let path = match at {
            0 => "lib.rs".to_owned(),
            // The last ten lie in folders, two each.
            at if at < 20 => format!("m{at}.rs"),
            at if at % 2 == 0 => format!("m{at}/mod.rs"),
            at => format!("m{}/inner.rs", at - 1),
        };
        format!("crates/{}/src/{path}", self.name(krate))
    }

    /// Text of a module of so many functions.
    pub(crate) fn module(&self, krate: usize, at: usize, functions: usize) -> String {
        let others: Vec<String> =
            self.uses(krate).into_iter().map(|other| self.name(other).replace('-', "_")).collect();
        module_text(krate, &others, at, functions)
    }

    fn layer(&self, krate: usize) -> usize {
        krate * LAYERS / self.0
    }

    /// The crates below that a crate uses: four of those of lower layers, spread over all of them.
    fn uses(&self, krate: usize) -> Vec<usize> {
        let below = self.layer(krate) * self.0 / LAYERS;
        let mut uses: Vec<usize> =
            (0..4).filter(|_| below > 0).map(|step| (krate * 7 + step * 13) % below.max(1)).collect();
        uses.sort_unstable();
        uses.dedup();
        uses
    }

    fn write_crate(&self, root: &Path, krate: usize) {
        let name = self.name(krate);
        let mut manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n"
        );
        for other in self.uses(krate) {
            let _ = writeln!(manifest, "{0} = {{ path = \"../{0}\" }}", self.name(other));
        }
        put(&root.join("crates").join(name).join("Cargo.toml"), &manifest);
        for at in 0..FILES {
            let text = if at == 0 { library(krate) } else { self.module(krate, at, FUNCTIONS) };
            put(&root.join(self.file(krate, at)), &text);
        }
    }
}

fn path_of(at: usize) -> String {
    match at {
        at if at < 20 || at.is_multiple_of(2) => format!("m{at}"),
        at => format!("m{}::inner", at - 1),
    }
}

fn library(krate: usize) -> String {
    let mut text = format!("//! Part {krate}.\n\n");
    for at in (1..FILES).filter(|at| *at < 20 || at.is_multiple_of(2)) {
        let _ = writeln!(text, "pub mod m{at};");
    }
    text.push_str("\npub use m1::Record1;\npub use m2::*;\npub use m20::inner::Record21 as Deep;\n\n");
    text.push_str("/// What goes wrong here.\n#[derive(Debug)]\npub enum Error {\n    Missing(String),\n    Broken { at: usize },\n}\n\n");
    text.push_str(
        "/// What goes right or wrong here.\npub type Result<T> = std::result::Result<T, Error>;\n",
    );
    text
}

fn module_text(krate: usize, others: &[String], at: usize, functions: usize) -> String {
    let mut text = format!("//! Module {at} of part {krate}.\n\n");
    if at >= 20 && at.is_multiple_of(2) {
        text.push_str("pub mod inner;\n\n");
    }
    text.push_str(
        "use std::collections::{BTreeMap, HashMap};\nuse std::sync::Arc;\n\nuse crate::{Error, Result};\n",
    );
    for (step, other) in others.iter().enumerate() {
        let there = 1 + (at * 5 + step * 3) % (FILES - 1);
        match step {
            0 => _ = writeln!(text, "use {other}::{}::{{Record{there}, make_{there}_0}};", path_of(there)),
            1 => _ = writeln!(text, "use {other}::Record1 as Other1;"),
            2 => _ = writeln!(text, "use {other}::*;"),
            _ => {}
        }
    }
    let beside = 1 + at % (FILES - 1);
    let _ = write!(
        text,
        "use crate::{}::Record{beside} as Beside;\n\n/// A record.\n#[derive(Clone, Debug, Default)]\npub struct Record{at} {{\n    /// By name.\n    pub names: BTreeMap<String, u64>,\n    seen: HashMap<u64, Arc<str>>,\n}}\n",
        path_of(beside)
    );
    for function in 0..functions {
        write_function(&mut text, others, at, function);
    }
    let _ = write!(
        text,
        "\n#[cfg(test)]\nmod tests {{\n    use super::*;\n\n    #[test]\n    fn records_are_made() {{\n        assert_eq!(make_{at}_0(1).unwrap().names.len(), 1);\n    }}\n}}\n"
    );
    text
}

fn write_function(text: &mut String, others: &[String], at: usize, function: usize) {
    let _ = write!(
        text,
        "\n/// Makes a record of what it is given, the {function}th way.\npub fn make_{at}_{function}(seed: u64) -> Result<Record{at}> {{\n    let mut record = Record{at}::default();\n    for step in 0..seed.min({function}) + 1 {{\n        let name = format!(\"{{}}-{{step}}\", std::any::type_name::<Beside>());\n        record.names.insert(name, step.wrapping_mul({function}));\n    }}\n"
    );
    if let Some(other) = others.get(function % 4) {
        let there = 1 + (at + function) % (FILES - 1);
        let _ = writeln!(
            text,
            "    let _ = {other}::{}::make_{there}_{function}(seed).map_err(|_| Error::Broken {{ at: {function} }})?;",
            path_of(there)
        );
    } else {
        let _ = writeln!(text, "    let _: Option<crate::Deep> = None;");
    }
    // As many lines without a path as there are in code of this kind: five references for a thousand bytes.
    for line in 0..5 {
        let _ = writeln!(
            text,
            "    let seed = seed.rotate_left({line}).wrapping_add(seed % 7); // keeps step {line} apart"
        );
    }
    text.push_str("    record.names.insert(String::new(), seed);\n");
    text.push_str("    match record.names.is_empty() {\n        true => Err(Error::Missing(String::from(\"nothing\"))),\n        false => Ok(record),\n    }\n}\n");
}

/// The layers as `arch.layers` lists them, the highest first.
pub(crate) fn layers() -> String {
    let mut policy = String::new();
    for layer in (0..LAYERS).rev() {
        let _ = write!(
            policy,
            "    - name: l{layer}\n      members: [\"l{layer}-*\"]\n      because: a layer uses those below it\n"
        );
        let _ = write!(
            policy,
            "      fails_on: |\n        crate l{layer}-one -> l{layer}-two\n        crate l{layer}-two\n"
        );
    }
    policy
}

/// Writes a file and the folders above it.
pub(crate) fn put(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder above it")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}
