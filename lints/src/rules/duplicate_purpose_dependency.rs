//! A second library for what the package already has one for.

use findings::{Finding, Location, Span, rule};

use crate::{Check, Lint};

rule! {
    /// Two direct dependencies of one manifest that serve one purpose, such as `chrono` and `time`, `reqwest` and `ureq`, or
    /// `lazy_static` and `once_cell`. Optional dependencies and those for tests, builds and single targets are left
    /// alone: they are alternatives, or never built together.
    ///
    /// ## Why it hurts
    /// Every function then asks which of the two it is handed, and converts; each is compiled, updated and watched for
    /// advisories. A generated change adds what its author knows best, not what the house uses.
    ///
    /// ## Example
    /// ```bad toml
    /// [package]
    /// name = "home"
    ///
    /// [dependencies]
    /// chrono = "0.4"
    /// anyhow = { workspace = true }
    /// lazy_static = "1"
    /// once_cell = { version = "1", features = ["std"] } #~
    /// "eyre" = "0.6" #~
    /// clock = { package = "time", version = "0.3" } #~
    /// reqwest.workspace = true
    ///
    /// [dependencies.ureq] #~
    /// version = "3"
    /// ```
    ///
    /// ## Instead
    /// Use the one that is there; or take it out with the change that brings the other.
    ///
    /// ```good toml
    /// [package]
    /// name = "home"
    ///
    /// [dependencies]
    /// chrono = { version = "0.4", optional = true }
    /// time = { version = "0.3", optional = true }
    /// reqwest = "0.13"
    /// anyhow = "1"
    ///
    /// [dependencies.ureq]
    /// version = "3"
    /// optional = true
    ///
    /// [dev-dependencies]
    /// color-eyre = "0.6"
    /// ```
    pub static DUPLICATE_PURPOSE_DEPENDENCY = {
        id: "duplicate-purpose-dependency",
        guard: "lints",
        group: "dependencies",
        level: Warning,
        summary: "finds a second library for what the package already has one for",
    };
}

pub(super) static LINT: Lint = Lint { rule: &DUPLICATE_PURPOSE_DEPENDENCY, check: Check::Text(check) };

/// What is used for one purpose, and that purpose.
const PURPOSES: &[(&str, &[&str])] = &[
    ("dates", &["chrono", "time", "jiff"]),
    ("HTTP requests", &["reqwest", "ureq", "isahc", "surf", "attohttpc", "minreq"]),
    ("errors of an application", &["anyhow", "eyre", "color-eyre", "failure"]),
    ("values that are made on first use", &["lazy_static", "once_cell"]),
    ("JSON", &["serde_json", "simd-json", "sonic-rs", "json"]),
    ("YAML", &["serde_yaml", "serde_yml", "serde_norway", "serde-saphyr", "yaml-rust", "yaml-rust2"]),
    ("hash maps", &["ahash", "fxhash", "rustc-hash", "fnv"]),
    ("caches", &["moka", "mini-moka", "quick_cache", "cached"]),
    ("arguments", &["clap", "structopt", "argh", "pico-args", "lexopt"]),
    ("metrics", &["prometheus", "prometheus-client", "metrics"]),
];

/// A direct dependency as the manifest writes it.
struct Dependency {
    /// The package's name, whatever it is called in the code.
    package: String,
    line: u32,
    optional: bool,
}

fn check(path: &str, text: &str, findings: &mut Vec<Finding>) {
    if path != "Cargo.toml" && !path.ends_with("/Cargo.toml") {
        return;
    }
    let dependencies: Vec<Dependency> = read(text).into_iter().filter(|one| !one.optional).collect();
    for (purpose, packages) in PURPOSES {
        let mut same = dependencies.iter().filter(|one| packages.contains(&one.package.as_str()));
        let Some(first) = same.next() else { continue };
        for other in same {
            findings.push(
                Finding::new(
                    &DUPLICATE_PURPOSE_DEPENDENCY,
                    Location::at(path, Span::on_line(other.line, 1, 1)),
                    format!(
                        "`{}` is for {purpose}, as `{}` is, which this package has",
                        other.package, first.package
                    ),
                )
                .help(format!("use `{}`, or take it out with this change", first.package))
                .fact(format!("{} {}", first.package, other.package)),
            );
        }
    }
}

/// The dependencies of a manifest that are built always: of `[dependencies]`, in the order of their lines. A line of a
/// manifest that this does not understand says nothing.
fn read(text: &str) -> Vec<Dependency> {
    let mut found: Vec<Dependency> = Vec::new();
    let mut section = Section::Other;
    for (line, content) in (1u32..).zip(text.lines()) {
        let content = content.trim();
        if content.starts_with('[') {
            section = Section::of(content);
            if let Section::One(package) = &section {
                found.push(Dependency { package: package.clone(), line, optional: false });
            }
            continue;
        }
        let Some((key, value)) = content.split_once('=') else { continue };
        match section {
            Section::All => {
                let name = unquoted(key.trim().split('.').next().unwrap_or_default());
                if name.is_empty() || name.starts_with('#') {
                    continue;
                }
                let package = inline(value, "package").unwrap_or(name);
                let optional = inline(value, "optional").as_deref() == Some("true");
                found.push(Dependency { package, line, optional });
            }
            Section::One(_) => {
                let Some(last) = found.last_mut() else { continue };
                let value = value.split('#').next().unwrap_or_default();
                match key.trim() {
                    "package" => last.package = unquoted(value),
                    "optional" => last.optional = value.trim() == "true",
                    _ => {}
                }
            }
            Section::Other => {}
        }
    }
    found
}

enum Section {
    /// `[dependencies]`
    All,
    /// `[dependencies.name]`
    One(String),
    Other,
}

impl Section {
    fn of(header: &str) -> Self {
        let header = header.split('#').next().unwrap_or_default().trim();
        match header.strip_prefix("[dependencies").and_then(|rest| rest.strip_suffix(']')) {
            Some("") => Section::All,
            Some(rest) => rest.strip_prefix('.').map_or(Section::Other, |name| Section::One(unquoted(name))),
            None => Section::Other,
        }
    }
}

/// The value of a key in an inline table.
fn inline(table: &str, key: &str) -> Option<String> {
    let table = table.trim().strip_prefix('{')?;
    table.split(',').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (name.trim() == key).then(|| unquoted(value.split(['}', '#']).next().unwrap_or_default()))
    })
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches(['"', '\'']).to_owned()
}
