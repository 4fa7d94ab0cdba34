//! Lock files that do not say what is reached through other packages.

use findings::{Finding, Location, NOT_LOOKED_AT, rule};

use crate::evidence::of_dependency;
use crate::external::Externals;

rule! {
    /// A `Cargo.lock` that is missing, cannot be read, or does not know a dependency that stands in a manifest, where a rule
    /// of `external` asks for what is reached through other packages.
    ///
    /// ## Why it hurts
    /// What a package needs stands in the lock file alone. Without it, or with one that is older than the manifests, the rule
    /// would be green because it saw nothing.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   external:
    ///     one-tls: { crates: ["*"], deny: [openssl-sys], reach: any, because: we build without C libraries }
    ///
    /// crate fetch -> http-client //~
    /// Cargo.lock | version = 4
    /// Cargo.lock | [[package]]
    /// Cargo.lock | name = "fetch"
    /// Cargo.lock | version = "0.1.0"
    /// ```
    ///
    /// ## Instead
    /// Run `cargo generate-lockfile`, or any build, and commit `Cargo.lock`.
    /// ```good
    /// arch:
    ///   external:
    ///     one-tls: { crates: [fetch], deny: [openssl-sys], reach: any, because: we build without C libraries }
    ///
    /// crate fetch -> http-client
    /// crate probe -> openssl-sys
    /// Cargo.lock | version = 4
    /// Cargo.lock | [[package]]
    /// Cargo.lock | name = "fetch"
    /// Cargo.lock | version = "0.1.0"
    /// Cargo.lock | dependencies = ["http-client"]
    /// Cargo.lock | [[package]]
    /// Cargo.lock | name = "http-client"
    /// Cargo.lock | version = "1.0.0"
    /// Cargo.lock | source = "registry+https://github.com/rust-lang/crates.io-index"
    /// Cargo.lock | [[package]]
    /// Cargo.lock | name = "openssl-sys"
    /// Cargo.lock | version = "1.0.0"
    /// Cargo.lock | source = "registry+https://github.com/rust-lang/crates.io-index"
    /// Cargo.lock | [[package]]
    /// Cargo.lock | name = "probe"
    /// Cargo.lock | version = "0.1.0"
    /// Cargo.lock | dependencies = ["openssl-sys"]
    /// ```
    pub static UNREAD_LOCK_FILE = {
        id: "unread-lock-file",
        guard: "arch",
        group: NOT_LOOKED_AT,
        level: Error,
        summary: "finds lock files that do not say what is reached through other packages, where a rule asks for it",
    };
}

pub(crate) fn find(externals: &Externals<'_>) -> Vec<Finding> {
    let Some(packages) = &externals.packages else { return Vec::new() };
    let mut findings = Vec::new();
    for (root, problem) in &packages.unread {
        let location = match (externals.tree.contains(&problem.path), problem.line) {
            (true, Some(line)) => Location::point(&problem.path, line, problem.column.unwrap_or(1)),
            (true, None) => Location::file(&problem.path),
            (false, _) if root.is_empty() => Location::file("Cargo.toml"),
            (false, _) => Location::file(format!("{root}/Cargo.toml")),
        };
        let message = format!("what is reached through other packages is not known: {}", problem.message);
        findings.push(told(location, message, &problem.message));
    }
    for (krate, dependency) in &packages.unlocked {
        let krate = &externals.map.workspace.crates[*krate];
        let (name, package) = (&krate.name, &dependency.package);
        let location = of_dependency(&krate.manifest, dependency, externals.tree);
        let asked = dependency.requirement.as_ref().map_or(String::new(), |asked| format!(" {asked}"));
        let message = format!("`Cargo.lock` does not know `{package}{asked}`, which `{name}` depends on");
        findings.push(told(location, message, name).fact(package));
    }
    if externals.gave_up() {
        let message = "the packages need each other in more ways than are followed".to_owned();
        findings.push(told(Location::file("Cargo.lock"), message, "too many ways"));
    }
    findings
}

fn told(location: Location, message: String, fact: &str) -> Finding {
    Finding::new(&UNREAD_LOCK_FILE, location, message)
        .help("run `cargo generate-lockfile`, or any build, and commit `Cargo.lock`; or ask for `reach: direct`")
        .fact(fact)
}
