//! House rules that are not what they look like.

use findings::{Finding, Location, rule};
use policy::{Document, POLICY_FILE};
use source::{Code, Tree};

use crate::house::{Vacant, vacant};
use crate::proof::{self, Expected, Proof};
use crate::{Check, Lint};

rule! {
    /// Rules under `lints.house` of the policy that do not judge their own examples as these say, and entries of `within`
    /// and `except` that no crate, module or file is called by.
    ///
    /// ## Why it hurts
    /// A house rule that never fired may be one that cannot. A typing error in a path, a crate that has another name by now, a
    /// method where a function was meant: each leaves a rule that reads well, is green for ever, and holds nobody to
    /// anything.
    ///
    /// ## Example
    /// ```bad yaml
    /// lints:
    ///   house:
    ///     process-exit:
    ///       forbid: { calls: ["std::exit"] }
    ///       because: a service shuts down in order
    ///       bad:
    ///         - "fn stop() { std::process::exit(1) }" #~
    ///     home-made-retry:
    ///       forbid: { macros: ["retry!"] }
    ///       within: [hoem] #~
    ///       because: one place decides how often is tried
    ///       bad: ["fn f() { retry!(3, ask()) }"]
    /// ```
    ///
    /// ## Instead
    /// `cargo xtask rules test` shows what each rule finds in each of its examples, and where a rule says that it holds and
    /// nothing is.
    /// ```good yaml
    /// lints:
    ///   house:
    ///     process-exit:
    ///       forbid: { calls: ["std::process::exit"] }
    ///       because: a service shuts down in order
    ///       bad:
    ///         - "fn stop() { std::process::exit(1) }"
    ///       good:
    ///         - "fn stop(server: Server) { server.shut_down() }"
    /// ```
    pub static BLIND_HOUSE_RULE = {
        id: "blind-house-rule",
        guard: "lints",
        group: "policy",
        level: Error,
        summary: "finds house rules that miss their own examples or hold nowhere",
    };
}

pub(super) static LINT: Lint = Lint { rule: &BLIND_HOUSE_RULE, check: Check::Policy(check) };

/// Looks at the policy as it is written on the side that is looked at: the policy that judges may be another, and what it
/// has and this has not, has no line here.
fn check(tree: &Tree, code: &Code, findings: &mut Vec<Finding>) {
    let Ok(text) = tree.text(POLICY_FILE) else { return };
    // Most policies have none, and need not be read for that once more.
    if !text.contains("house") {
        return;
    }
    let Some((document, policy)) = proof::written(&text) else { return };
    // A rule that cannot be made ready is refused where the policy is read.
    for proof in proof::prove(&policy).unwrap_or_default().iter().filter(|proof| !proof.holds()) {
        findings.push(blind(&document, proof));
    }
    for Vacant { rule, key, place } in vacant(&policy.house, code, tree) {
        let key = format!("{rule}.{key}");
        let message = format!("no crate, module or file of this workspace is called `{place}`");
        let finding = Finding::new(&BLIND_HOUSE_RULE, located(&document, &key), message)
            .help("name what is meant, or take it out; a crate goes by the name of its package");
        findings.push(finding.fact(key));
    }
}

fn blind(document: &Document, proof: &Proof) -> Finding {
    let Proof { rule, example, text, expected, found } = proof;
    let message = match (found, expected) {
        (Err(reason), _) => format!("the example `{example}` of `{rule}` cannot be read: {reason}"),
        (Ok(lines), _) if lines.is_empty() => format!("`{rule}` finds nothing in its example `{example}`"),
        (Ok(lines), Expected::Lines(expected)) if expected.is_empty() => {
            format!("`{rule}` finds something in its example `{example}`, on line {}", listed(lines))
        }
        (Ok(lines), Expected::Lines(expected)) => format!(
            "`{rule}` finds something on line {} of its example `{example}`, and line {} is marked",
            listed(lines),
            listed(expected)
        ),
        (Ok(_), Expected::Something) => format!("`{rule}` misses its example `{example}`"),
    };
    let finding = Finding::new(&BLIND_HOUSE_RULE, located(document, &format!("{rule}.{example}")), message)
        .help("mend the rule, or the example; `cargo xtask rules test` shows what each finds");
    finding.fact(rule).fact(text)
}

fn listed(lines: &[u32]) -> String {
    lines.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

fn located(document: &Document, key: &str) -> Location {
    match document.locate(&format!("lints.house.{key}")) {
        Some((line, column)) => Location::point(POLICY_FILE, line, column),
        None => Location::file(POLICY_FILE),
    }
}
