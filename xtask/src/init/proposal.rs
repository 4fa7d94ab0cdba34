//! The first `gatefold.yaml`: what is there is allowed, and nothing blocks yet.

use std::collections::BTreeMap;

use findings::{Finding, Level};
use policy::{Document, POLICY_FILE, Settings};
use source::{Cache, Code, Tree};

use super::layers::{self, Layer};
use crate::approvers::OWNERS;
use crate::failure::Failure;
use crate::house;
use crate::stamp::scalar;

/// A policy that is proposed.
pub(super) struct Proposal {
    pub(super) text: String,
    pub(super) layers: Vec<Layer>,
    /// What a person should know of it.
    pub(super) notes: Vec<String>,
}

/// A policy for what is in a tree. `workspaces` are folders with a policy of their own; `owners` says that the forge asks
/// them about approvals.
pub(super) fn propose(
    tree: &Tree,
    workspaces: &[String],
    owners: bool,
    cache: &Cache,
) -> Result<Proposal, Failure> {
    let code = Code::read(tree, cache);
    let mut notes = Vec::new();
    let mut layers = layers::propose(&code.workspace);
    loop {
        let text = written(&layers, &code, workspaces, owners);
        let findings = judged(&text, &code, tree)?;
        // A use in code that no manifest shows, for instance by a macro of a third crate.
        let broken = findings.iter().find_map(|finding| broken(finding, &layers));
        if let Some((one, other)) = broken {
            layers = layers::merged(&layers, one, other);
            continue;
        }
        let ours: Vec<&Finding> =
            findings.iter().filter(|finding| finding.rule.id == "unproved-rule").collect();
        if let Some(finding) = ours.first() {
            return Err(Failure::could_not_run(format_args!(
                "failed to propose layers: {}; this is a fault of Gatefold",
                finding.message
            )));
        }
        notes.extend(told(&findings));
        return Ok(Proposal { text, layers, notes });
    }
}

/// What the guard `arch` says of the tree under a policy.
fn judged(text: &str, code: &Code, tree: &Tree) -> Result<Vec<Finding>, Failure> {
    let document = Document::parse(POLICY_FILE, text, &house::SCHEMA)?;
    Settings::check(&document, &house::rules_with(&[&document]), env!("CARGO_PKG_VERSION"))?;
    let policy: arch::Policy = document.section(arch::SECTION.name)?;
    let mut findings = arch::check(code, tree, &policy).map_err(Failure::could_not_run)?.findings;
    findings.extend(arch::check_policy(tree, &policy).map_err(Failure::could_not_run)?.findings);
    Ok(findings)
}

/// The two layers between which a finding stands, by their places in the list.
fn broken(finding: &Finding, layers: &[Layer]) -> Option<(usize, usize)> {
    if finding.rule.id != "layer-broken" {
        return None;
    }
    let layer = |fact: Option<&String>| {
        let krate = fact?.split("::").next()?;
        layers.iter().position(|layer| layer.members.iter().any(|member| member == krate))
    };
    Some((layer(finding.facts.first())?, layer(finding.facts.get(1))?))
}

/// What the architecture has already that no layers are about.
fn told(findings: &[Finding]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.level >= Level::Warning) {
        *counts.entry(finding.rule.id).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(rule, count)| format!("`{rule}` {count} times")).collect();
    (!counts.is_empty()).then(|| {
        format!(
            "the workspace has already what `arch` finds: {}; what the base has blocks no change",
            counts.join(", ")
        )
    })
}

fn written(layers: &[Layer], code: &Code, workspaces: &[String], owners: bool) -> String {
    let mut text = String::from(
        "# What was decided about this workspace: `gatefold gate` holds every change to it. Proposed by `gatefold init`, and\n\
         # yours to change; from the first merge on, what loosens it needs an approval.\n",
    );
    text.push_str("gatefold: \">=0.1\"\n\n# Nothing blocks yet: findings are told as what would have blocked. Take this line out once they are right, in a\n# change of its own: CI lets the one that brings this file pass only while it observes.\nmode: observe\n");
    if owners {
        text.push_str(&format!("\n{OWNERS}"));
    }
    if !workspaces.is_empty() {
        let listed: Vec<String> = workspaces.iter().map(|folder| scalar(folder)).collect();
        text.push_str(&format!(
            "\n# Folders with a policy of their own.\nworkspaces: [{}]\n",
            listed.join(", ")
        ));
    }
    if code.workspace.crates.is_empty() {
        text.push_str(
            "\n# There is no Cargo.toml here. Protos, recorded rankings, snapshots, CI, hooks and this policy are judged;\n\
             # lints, architecture and Rust's tests are not.\n",
        );
    }
    if layers.is_empty() {
        return text;
    }
    text.push_str(
        "\narch:\n  # Highest first: a layer may use those below it. Every dependency of today is allowed.\n  layers:\n",
    );
    for (index, layer) in layers.iter().enumerate() {
        let above = index.checked_sub(1).map(|above| &layers[above]);
        text.push_str(&layer_text(layer, above));
    }
    text
}

fn layer_text(layer: &Layer, above: Option<&Layer>) -> String {
    let mut text = format!("    - name: {}\n{}", scalar(&layer.name), members(&layer.members));
    if layer.free && layer.members.len() > 1 {
        text.push_str("      siblings: free\n");
    }
    text.push_str(&format!("      because: {}\n", layer.because));
    let pair = match (above, layer.members.as_slice()) {
        (Some(above), [first, ..]) => above.members.first().map(|used| (first, used)),
        (None, [first, second, ..]) if !layer.free => Some((first, second)),
        _ => None,
    };
    if let Some((user, used)) = pair {
        text.push_str(&format!("      fails_on: |\n        crate {user} -> {used}\n        crate {used}\n"));
    }
    text
}

/// `members`, on one line where it has room there.
fn members(members: &[String]) -> String {
    let words: Vec<String> = members.iter().map(|member| scalar(member)).collect();
    let line = format!("      members: [{}]\n", words.join(", "));
    if line.len() <= 110 {
        return line;
    }
    let mut text = String::from("      members:\n        [\n");
    let mut row = String::new();
    for word in words {
        if row.len() + word.len() > 96 {
            text.push_str(&format!("         {row}\n"));
            row.clear();
        }
        row.push_str(&format!(" {word},"));
    }
    text.push_str(&format!("         {row}\n        ]\n"));
    text
}
