//! Rules of the policy that are not known to find anything.

use findings::{Finding, rule};
use source::Tree;

use crate::policy_file::PolicyFile;
use crate::proof::{Proof, Proved};

rule! {
    /// Rules of the section `arch` whose `fails_on` is missing, cannot be read, or does not break the rule. Each rule is
    /// shown its example alone, with the layers that it names, and must find something in it. The highest layer needs
    /// none where it is open and its members may use each other or there is one only: nothing can break it.
    ///
    /// ## Why it hurts
    /// A rule that never fired may be one that cannot. A typing error in a path, an item that moved behind a
    /// re-export, a list that lets everybody through: each leaves a rule that reads well, is green for ever, and holds
    /// nobody to anything.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   forbidden:
    ///     exits: #~
    ///       paths: ["std::process::exit"]
    ///       because: a service shuts down in order
    ///     engines:
    ///       paths: [redb::Database]
    ///       only_in: [home]
    ///       because: stores are behind a trait
    ///       fails_on: home/src/lib.rs | use redb::Database; #~
    ///
    /// crate home -> redb
    /// ```
    ///
    /// ## Instead
    /// A few lines that break the rule, as a member of the team would break it: `crate NAME -> DEPENDENCIES` is a package,
    /// `PATH | TEXT` one more line of a file. `cargo xtask arch --self-test` shows what each rule says of its own.
    /// ```good
    /// arch:
    ///   forbidden:
    ///     exits:
    ///       paths: ["std::process::exit"]
    ///       because: a service shuts down in order
    ///       fails_on: |
    ///         crate home
    ///         home/src/lib.rs | pub fn stop() { std::process::exit(1) }
    ///     engines:
    ///       paths: [redb::Database]
    ///       only_in: [home]
    ///       because: stores are behind a trait
    ///       fails_on: |
    ///         crate search -> redb
    ///         search/src/index.rs | use redb::Database;
    ///
    /// crate home -> redb
    /// ```
    pub static UNPROVED_RULE = {
        id: "unproved-rule",
        guard: "arch",
        group: "policy",
        level: Error,
        summary: "finds rules of the policy without an example that breaks them",
    };
}

pub(crate) fn find(proofs: &[Proof], tree: &Tree) -> Vec<Finding> {
    let mut unproved = proofs.iter().filter(|proof| !proof.result.is_proof()).peekable();
    if unproved.peek().is_none() {
        return Vec::new();
    }
    let file = PolicyFile::read(tree);
    unproved.filter_map(|proof| told(proof, &file)).collect()
}

fn told(proof: &Proof, file: &PolicyFile) -> Option<Finding> {
    let rule = &proof.rule;
    let example = format!("the example in `arch.{rule}.fails_on`");
    let (state, message, help) = match &proof.result {
        Proved::Fails { .. } | Proved::NeedsNone => return None,
        Proved::Missing => (
            "missing",
            format!("nothing shows that `arch.{rule}` can fail"),
            "add `fails_on: |` with a few lines that break it, such as `crate home -> redb` and \
             `home/src/lib.rs | use redb::Database;`",
        ),
        Proved::Malformed(malformed) => (
            "malformed",
            format!("{example} cannot be read: {malformed}"),
            "write `crate NAME -> DEPENDENCIES` for a package and `PATH | TEXT` for one more line of a file of it",
        ),
        Proved::Holds { .. } => (
            "holds",
            format!("{example} does not break the rule"),
            "write an example that breaks it, or mend the rule, which may find nothing; \
             `cargo xtask arch --self-test` shows what each rule says",
        ),
    };
    let key = if state == "missing" { "" } else { "fails_on" };
    let mut finding = Finding::new(&UNPROVED_RULE, file.locate_rule(rule, key)?, message).help(help);
    if let Proved::Holds { broken } = &proof.result {
        if !broken.is_empty() {
            finding = finding.note(format!("it breaks other rules: `{}`", broken.join("`, `")));
        }
        finding =
            finding.note("a dependency is one of the workspace's crates where a line `crate NAME` says so");
    }
    Some(finding.fact(rule).fact(state))
}
