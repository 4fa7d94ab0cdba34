//! Whether the house rules of a policy do what they say: each is shown its examples.

use findings::Finding;
use policy::{Document, POLICY_FILE, Schema, Section};
use source::{Cache, Code, Names, Tree};

use crate::house::{self, House, HouseRule, Vacant, packages};
use crate::layers::Layers;
use crate::walk::{self, SyntaxChecks};
use crate::{Error, Policy, SECTION};

/// What became of one example of a house rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The id of the rule.
    pub rule: String,
    /// Where the example stands in the rule: `bad[0]`.
    pub example: String,
    /// The example itself, with its marks.
    pub text: String,
    /// What must be found in it.
    pub expected: Expected,
    /// The lines on which something was found, or why the example could not be read.
    pub found: Result<Vec<u32>, String>,
}

/// What must be found in an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Something.
    Something,
    /// These lines and no others; none in a good example.
    Lines(Vec<u32>),
}

impl Proof {
    /// Whether the example is judged as it says.
    pub fn holds(&self) -> bool {
        match (&self.expected, &self.found) {
            (Expected::Something, Ok(lines)) => !lines.is_empty(),
            (Expected::Lines(expected), Ok(lines)) => expected == lines,
            (_, Err(_)) => false,
        }
    }
}

/// Shows every house rule of a policy its examples. Nothing but the policy is looked at, and an example stands where its
/// rule holds.
///
/// # Errors
/// Where a rule cannot be made ready, which no policy that was read as head's has.
pub fn prove(policy: &Policy) -> Result<Vec<Proof>, Error> {
    if policy.house.is_empty() {
        return Ok(Vec::new());
    }
    // Examples nest as deeply as any code.
    source::with_stack(|| prove_here(policy))
}

fn prove_here(policy: &Policy) -> Result<Vec<Proof>, Error> {
    let mut proofs = Vec::new();
    for (id, rule) in &policy.house {
        let house = House::everywhere(id, rule)?;
        let checks = SyntaxChecks { house: house.into(), ..SyntaxChecks::default() };
        for (kind, examples) in [("bad", &rule.bad), ("good", &rule.good)] {
            for (index, text) in examples.iter().enumerate() {
                let (plain, marked) = findings::unmarked(text.lines());
                let expected = match (kind, marked.is_empty()) {
                    ("bad", true) => Expected::Something,
                    _ => Expected::Lines(marked),
                };
                let found = found(rule, &checks, &plain);
                let example = format!("{kind}[{index}]");
                proofs.push(Proof { rule: id.clone(), example, text: text.clone(), expected, found });
            }
        }
    }
    Ok(proofs)
}

/// Whether a house rule of a policy says where it holds, so that [`vacant`] has anything to look for.
pub fn names_places(policy: &Policy) -> bool {
    let everywhere = HouseRule::default();
    policy.house.values().any(|rule| (&rule.within, &rule.except) != (&everywhere.within, &everywhere.except))
}

/// Where the house rules of a policy say that they hold, or do not, and nothing is in the workspace.
pub fn vacant(policy: &Policy, code: &Code, tree: &Tree) -> Vec<Vacant> {
    house::vacant(&policy.house, code, tree)
}

/// The lines of an example on which its rule finds something.
fn found(rule: &HouseRule, checks: &SyntaxChecks, text: &str) -> Result<Vec<u32>, String> {
    let findings = if rule.is_of_manifests() { in_manifest(checks, text) } else { in_code(checks, text) }?;
    let line = |finding: &Finding| {
        finding.location.as_ref().and_then(|place| place.span).map_or(1, |span| span.line)
    };
    let mut lines: Vec<u32> = findings.iter().map(line).collect();
    lines.sort_unstable();
    lines.dedup();
    Ok(lines)
}

fn in_code(checks: &SyntaxChecks, text: &str) -> Result<Vec<Finding>, String> {
    let file = source::parse("src/lib.rs", text).map_err(|problem| problem.message)?;
    // What a module re-exports is known where the whole crate is read; the imports of a file are known without.
    let has_modules = file.ast.items.iter().any(|item| matches!(item, syn::Item::Mod(_)));
    let code =
        has_modules.then(|| Code::read(&Tree::from_memory([(file.path.as_str(), text)]), &Cache::off()));
    let of_file = Names::default();
    let names = code.as_ref().map_or(&of_file, Code::names);
    Ok(walk::walk(&file, false, &names.asking(&file.path), &Layers::default(), checks, &mut |_, _, _| {}))
}

/// A manifest need not say what package it is of.
fn in_manifest(checks: &SyntaxChecks, text: &str) -> Result<Vec<Finding>, String> {
    let mut whole = text.trim_end().to_owned();
    if !text.lines().any(|line| line.trim() == "[package]") {
        whole.push_str("\n[package]\nname = \"example\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
    }
    let tree = Tree::from_memory([("Cargo.toml", whole.as_str()), ("src/lib.rs", "")]);
    let code = Code::read(&tree, &Cache::off());
    match code.workspace.problems.iter().chain(&code.problems).next() {
        Some(problem) => Err(problem.message.clone()),
        None => Ok(packages(&checks.house, &code.workspace, &|_| true)),
    }
}

/// The section of a policy as its text has it, with the document for the places in it. What this build does not know is
/// left out, as of the base's.
pub(crate) fn written(text: &str) -> Option<(Document, Policy)> {
    static SECTIONS: &[Section] = &[SECTION];
    let (document, _) = Document::parse_base(POLICY_FILE, text, &Schema { sections: SECTIONS }).ok()?;
    let policy = document.section(SECTION.name).ok()?;
    Some((document, policy))
}
