//! Dependencies that are new, and that nobody said are known.

use findings::{Finding, Level, rule};

use crate::Scene;
use crate::evidence::short;
use crate::rules::Check;
use crate::supply::newcomers::{Newcomer, newcomers};

rule! {
    /// A package that a manifest newly depends on and that no manifest of the base names. Where the policy lists the
    /// packages that may be depended on (`integrity.dependencies.allowed`), one that is not on the list blocks; else it
    /// is a warning. The finding says what manifests and the lock file tell: where it comes from, in which version,
    /// whether its name is easily taken for another, whether any code names it, and whether it runs while the workspace
    /// is built. Crates of the workspace itself are silent, and so are dependencies that another crate has already.
    ///
    /// ## Why it hurts
    /// A name that an agent made up, or mistyped, is a package that somebody else can publish. Its build script runs on
    /// every machine that builds the workspace.
    ///
    /// ## Example
    /// ```base toml
    /// [dependencies]
    /// serde_json = "1"
    /// ```
    /// ```head toml bad
    /// [dependencies]
    /// serde_json = "1"
    /// serde-jsonn = "1" #~
    /// ```
    ///
    /// ## Instead
    /// List what the team knows under `integrity.dependencies.allowed`, and add to it in a change of its own.
    /// ```base toml
    /// [dependencies]
    /// serde_json = "1.0.100"
    /// ```
    /// ```head toml good
    /// [dependencies]
    /// serde_json = { version = "1.0.140", features = ["preserve_order"] }
    /// [dev-dependencies]
    /// serde_json = "1"
    /// ```
    pub static UNKNOWN_DEPENDENCY = {
        id: "unknown-dependency",
        guard: "integrity",
        group: "supply",
        level: Warning,
        summary: "finds new dependencies that the policy does not list",
    };
}

pub(super) static CHECK: Check = Check { rule: &UNKNOWN_DEPENDENCY, check };

const HELP: &str = "say in your final message what it is for and why nothing that is here does it; a package that the team \
     knows is listed under `integrity.dependencies.allowed` in `gatefold.yaml`, in a change of its own";

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let listed = |package: &str| scene.allowed.as_ref().is_some_and(|allowed| allowed.is_match(package));
    for Newcomer { entry, place, remark, facts } in newcomers(scene) {
        if listed(&entry.package) {
            continue;
        }
        let package = short(&entry.package);
        let remark = remark.map(|remark| format!(": {remark}")).unwrap_or_default();
        let message = match scene.allowed {
            Some(_) => format!("`{package}` is a new dependency that the policy does not list{remark}"),
            None => format!("`{package}` is a new dependency{remark}"),
        };
        let mut finding = Finding::new(&UNKNOWN_DEPENDENCY, place, message).help(HELP).note(facts.join("\n"));
        if scene.allowed.is_some() {
            finding.level = Level::Error;
        }
        let source = entry.source.shown();
        findings.push(
            finding.fact(&entry.package).fact(&source).judged("", format!("{} {source}", entry.package)),
        );
    }
}
