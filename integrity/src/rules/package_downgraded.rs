//! Packages that go back to an older version.

use findings::{Finding, Location, rule};

use crate::Scene;
use crate::evidence::{line_of, short};
use crate::rules::Check;
use crate::supply::lock::{Lock, downgraded};
use crate::supply::touched;

rule! {
    /// A package that the lock file has in one version, and had in a newer one.
    ///
    /// ## Why it hurts
    /// An older version brings back the faults that were mended since, among them those that have a number.
    ///
    /// ## Example
    /// ```base toml Cargo.lock
    /// [[package]]
    /// name = "h2"
    /// version = "0.4.10"
    /// source = "registry+https://github.com/rust-lang/crates.io-index"
    /// ```
    /// ```head toml Cargo.lock bad
    /// [[package]]
    /// name = "h2" #~
    /// version = "0.4.2"
    /// source = "registry+https://github.com/rust-lang/crates.io-index"
    /// ```
    ///
    /// ## Instead
    /// ```base toml Cargo.lock
    /// [[package]]
    /// name = "h2"
    /// version = "0.4.2"
    /// source = "registry+https://github.com/rust-lang/crates.io-index"
    /// ```
    /// ```head toml Cargo.lock good
    /// [[package]]
    /// name = "h2"
    /// version = "0.4.10"
    /// source = "registry+https://github.com/rust-lang/crates.io-index"
    /// ```
    pub static PACKAGE_DOWNGRADED = {
        id: "package-downgraded",
        guard: "integrity",
        group: "supply",
        level: Warning,
        summary: "finds packages that go back to an older version",
    };
}

pub(super) static CHECK: Check = Check { rule: &PACKAGE_DOWNGRADED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for (file, before, after) in touched(scene, "Cargo.lock") {
        let (Some(before), Some(after)) = (before, after) else { continue };
        let (Some(base), Some(head)) = (Lock::read(&before), Lock::read(&after)) else { continue };
        let older = downgraded(&base, &head);
        let Some((name, was, is)) = older.first() else { continue };
        let place = line_of(&after, &format!("name = \"{name}\""))
            .map_or(Location::file(&file.path), |line| Location::point(&file.path, line, 1));
        let more =
            if older.len() > 1 { format!(", and {} more packages", older.len() - 1) } else { String::new() };
        let message = format!("`{}` goes back from {} to {}{more}", short(name), short(was), short(is));
        let lines: Vec<String> =
            older.iter().map(|(name, was, is)| format!("- {name} {was}\n+ {name} {is}")).collect();
        findings.push(
            Finding::new(&PACKAGE_DOWNGRADED, place, message)
                .help("update it again, or say in your final message what the newer version breaks")
                .note(lines.join("\n"))
                .fact(lines.join(" "))
                .judged(lines.join("\n"), ""),
        );
    }
}
