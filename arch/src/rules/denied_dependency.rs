//! Dependencies on packages from elsewhere that the policy denies.

use findings::{Finding, rule};

use crate::Error;
use crate::external::Externals;
use crate::path::Pattern;

rule! {
    /// Packages from elsewhere that `external` denies to a crate: in its manifest under whatever name, and with
    /// `reach: any` also through other members and other packages, as `Cargo.lock` says. Each finding shows a shortest way,
    /// link by link. A crate that is held to the rule itself answers for what lies behind it. Modules of a layer are held
    /// to what their code names.
    ///
    /// ## Why it hurts
    /// A second TLS library, a second async runtime or a C library that has to be there when it is built comes in through a
    /// dependency of a dependency, and is found when a build for another platform breaks.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   external:
    ///     one-tls: { crates: ["*"], deny: [openssl-sys], reach: any, because: we build without C libraries }
    ///
    /// crate fetch -> http-client
    /// fetch/Cargo.toml | [package]
    /// fetch/Cargo.toml | name = "fetch"
    /// fetch/Cargo.toml | [dependencies]
    /// fetch/Cargo.toml | http-client = "1" #~
    /// Cargo.lock | version = 4
    /// Cargo.lock | [[package]]
    /// Cargo.lock | name = "fetch"
    /// Cargo.lock | version = "0.0.0"
    /// Cargo.lock | dependencies = ["http-client"]
    /// Cargo.lock | [[package]]
    /// Cargo.lock | name = "http-client"
    /// Cargo.lock | version = "1.0.0"
    /// Cargo.lock | source = "registry+https://github.com/rust-lang/crates.io-index"
    /// Cargo.lock | dependencies = ["openssl-sys"]
    /// Cargo.lock | [[package]]
    /// Cargo.lock | name = "openssl-sys"
    /// Cargo.lock | version = "0.9.0"
    /// Cargo.lock | source = "registry+https://github.com/rust-lang/crates.io-index"
    /// ```
    ///
    /// ## Instead
    /// Choose another package, or switch off the feature that brings it in: `cargo tree -i openssl-sys -e features` names
    /// it.
    /// ```good
    /// arch:
    ///   external:
    ///     one-tls: { crates: [fetch], deny: [openssl-sys], because: we build without C libraries }
    ///
    /// crate fetch -> http-client
    /// crate probe -> openssl-sys
    /// ```
    pub static DENIED_DEPENDENCY = {
        id: "denied-dependency",
        guard: "arch",
        group: "dependencies",
        level: Error,
        summary: "finds packages from elsewhere that the policy denies to a crate, directly or through others",
    };
}

pub(crate) fn find(externals: &Externals<'_>) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for held in &externals.held {
        for denied in &held.rule.deny {
            let denied = Pattern::read(denied)?;
            let wrong = format!("`arch.external.{}` denies it", held.name);
            let help = |package: &str| format!("do without `{package}`, or without what brings it in");
            for way in externals.ways_to(held, &denied, &[]) {
                findings.push(externals.told(&DENIED_DEPENDENCY, held, &way, &wrong, help(&way.package)));
            }
            for named in externals.named_by(held, |package| denied.names(package)) {
                let help = help(named.package());
                findings.push(externals.told_named(&DENIED_DEPENDENCY, held, &named, &wrong, help));
            }
        }
    }
    Ok(findings)
}
