//! Dependencies on packages from elsewhere that are not among those that the policy allows.

use findings::{Finding, rule};

use crate::Error;
use crate::evidence::quoted;
use crate::external::Externals;
use crate::path::Pattern;

rule! {
    /// Packages from elsewhere that are not in the list of all that a crate may depend on, where `external` has such a list:
    /// in its manifest under whatever name, for whatever platform, and with `reach: any` also through other members and
    /// other packages, as `Cargo.lock` says. Modules of a layer are held to what their code names.
    ///
    /// ## Why it hurts
    /// The crates that everything else stands on are built first, copied most and changed last. Each package that they
    /// depend on is everybody's, with its build time, its security notices and its major versions.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   external:
    ///     plain-domain:
    ///       crates: [domain]
    ///       allow: [serde, thiserror]
    ///       because: the domain runs wherever it is called
    ///
    /// crate domain -> serde, tokio //~
    /// crate home -> domain, tokio
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// arch:
    ///   external:
    ///     plain-domain:
    ///       crates: [domain]
    ///       allow: [serde, thiserror]
    ///       because: the domain runs wherever it is called
    ///
    /// crate domain -> serde, thiserror
    /// crate home -> domain, tokio
    /// ```
    pub static UNLISTED_DEPENDENCY = {
        id: "unlisted-dependency",
        guard: "arch",
        group: "dependencies",
        level: Error,
        summary: "finds packages from elsewhere that are not among those that a crate may depend on",
    };
}

pub(crate) fn find(externals: &Externals<'_>) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for held in &externals.held {
        let Some(allow) = &held.rule.allow else { continue };
        let names: Vec<&str> = allow.iter().map(String::as_str).collect();
        let listed = match names.as_slice() {
            [] => "it may depend on no package from elsewhere".to_owned(),
            names => format!("it may depend on {}", quoted(names)),
        };
        let allow = Pattern::read_all(allow)?;
        let wrong = format!("`arch.external.{}` does not allow it", held.name);
        let help =
            |package: &str, to: &str| format!("take what needs `{package}` to a {to} that may depend on it");
        for way in externals.ways_beyond(held, &allow) {
            let help = help(&way.package, "crate");
            let finding = externals.told(&UNLISTED_DEPENDENCY, held, &way, &wrong, help);
            findings.push(finding.note(listed.clone()));
        }
        let is_unlisted = |package: &str| !allow.iter().any(|pattern| pattern.names(package));
        for named in externals.named_by(held, is_unlisted) {
            let help = help(named.package(), "module");
            let finding = externals.told_named(&UNLISTED_DEPENDENCY, held, &named, &wrong, help);
            findings.push(finding.note(listed.clone()));
        }
    }
    Ok(findings)
}
