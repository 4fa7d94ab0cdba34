//! Packages that are known and come from elsewhere.

use findings::{Finding, Level, rule};

use crate::Scene;
use crate::evidence::HELP_OTHER;
use crate::rules::Check;
use crate::supply::sources::redirected;

rule! {
    /// A dependency that came from the registry and now comes from a repository, another registry or a folder outside
    /// the tree, and an entry under `[patch]` or `[replace]`. What cargo's configuration says of sources is found by
    /// `build-redirected`. Where a folder of the tree takes the place of a package that says whether tests pass, such as `proptest`
    /// or `insta`, it is an error.
    ///
    /// ## Why it hurts
    /// Under a name that everybody trusts, something else is built. No line of code shows it.
    ///
    /// ## Example
    /// ```base toml
    /// [dependencies]
    /// serde = "1"
    /// ```
    /// ```head toml bad
    /// [dependencies]
    /// serde = { git = "https://example.com/serde" } #~
    /// ```
    ///
    /// ## Instead
    /// Wait for the release, or say in the change's text until when the fork is needed.
    /// ```base toml
    /// [dependencies]
    /// ranker = { git = "https://example.com/ranker", rev = "0123456" }
    /// ```
    /// ```head toml good
    /// [dependencies]
    /// ranker = { git = "https://example.com/ranker.git", rev = "89abcde" }
    /// ```
    pub static DEPENDENCY_REDIRECTED = {
        id: "dependency-redirected",
        guard: "integrity",
        group: "supply",
        level: Warning,
        summary: "finds known packages that come from elsewhere",
    };
}

pub(super) static CHECK: Check = Check { rule: &DEPENDENCY_REDIRECTED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for found in redirected(scene) {
        let finding = Finding::new(&DEPENDENCY_REDIRECTED, found.place, &found.what)
            .help(HELP_OTHER)
            .note(format!("- {}\n+ {}", found.before, found.after))
            .fact(&found.what)
            .fact(&found.after);
        let mut finding = finding.judged(found.before, found.after);
        if found.judges {
            finding.level = Level::Error;
        }
        findings.push(finding);
    }
}
