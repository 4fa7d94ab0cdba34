//! Whether the rules of a policy can fail: each is shown the example that it names, and must find it broken.

use findings::Finding;
use source::{Cache, Code, ProblemKind, Tree};

use crate::exceptions::Exceptions;
use crate::layers::Layers;
use crate::map::Map;
use crate::notation::{Malformed, Written};
use crate::policy::{Entry, Layer, Siblings};
use crate::proof::{Proof, Proved};
use crate::rules::layer_broken;
use crate::{Error, Policy, check};

/// How many lines an example may have.
const MOST_LINES: usize = 200;

/// Shows every rule of a policy its example. Nothing but the policy is looked at.
///
/// # Errors
/// As [`check`].
pub fn prove(policy: &Policy) -> Result<Vec<Proof>, Error> {
    let policy = &*policy.with_preset()?;
    let prove = |entry: Entry<'_>| Ok(Proof { rule: entry.to_string(), result: prove_one(policy, &entry)? });
    policy.entries().into_iter().map(prove).collect()
}

/// Whether an example breaks a rule of a policy, whatever example the policy has.
pub(crate) fn breaks(policy: &Policy, rule: &str, example: &str) -> Result<bool, Error> {
    let policy = &*policy.with_preset()?;
    let Some(entry) = policy.entries().into_iter().find(|entry| entry.to_string() == rule) else {
        return Ok(false);
    };
    Ok(matches!(shown(policy, &entry, example)?, Proved::Fails { .. }))
}

/// Whether nothing can break a rule of a policy, so that it needs no example.
pub(crate) fn needs_no_example(policy: &Policy, rule: &str) -> Result<bool, Error> {
    let policy = &*policy.with_preset()?;
    let entry = policy.entries().into_iter().find(|entry| entry.to_string() == rule);
    Ok(entry.is_some_and(|entry| is_unbreakable(policy, &entry)))
}

fn prove_one(policy: &Policy, entry: &Entry<'_>) -> Result<Proved, Error> {
    match entry.rule.words().fails_on {
        // What was there before a layer above it went is no proof of anything, and no fault.
        _ if is_unbreakable(policy, entry) => Ok(Proved::NeedsNone),
        None => Ok(Proved::Missing),
        Some(text) => shown(policy, entry, text),
    }
}

/// Whether a rule is the highest layer, and open.
fn is_unbreakable(policy: &Policy, entry: &Entry<'_>) -> bool {
    entry.kind == "layers" && policy.layers.first().is_some_and(|first| is_open(first, entry.name))
}

/// What becomes of a rule that is shown an example.
fn shown(policy: &Policy, entry: &Entry<'_>, text: &str) -> Result<Proved, Error> {
    let written = match read(text) {
        Ok(written) => written,
        Err(malformed) => return Ok(Proved::Malformed(malformed)),
    };
    let tree = written.tree();
    let code = Code::read(&tree, &Cache::off());
    // Of files that must be there, nothing is read.
    if let Some(malformed) = unread(&written, &code).filter(|_| entry.kind != "complete") {
        return Ok(Proved::Malformed(malformed));
    }
    let (found, others) = broken(policy, entry, &code, &tree)?;
    Ok(match found {
        Some(finding) => {
            let place = finding.location.as_ref();
            let line =
                place.and_then(|place| written.line_of(&place.file, place.span.map_or(1, |span| span.line)));
            Proved::Fails { line, message: finding.message }
        }
        None => {
            let mut broken: Vec<&str> = others.iter().map(|finding| finding.rule.id).collect();
            broken.sort_unstable();
            broken.dedup();
            Proved::Holds { broken }
        }
    })
}

fn read(text: &str) -> Result<Written, Malformed> {
    if text.lines().nth(MOST_LINES).is_some() {
        let reason = format!("an example has {MOST_LINES} lines at most");
        return Err(Malformed { line: MOST_LINES as u32 + 1, reason });
    }
    Written::read(text)
}

/// What of an example nobody looks at: a file that does not parse, or that is in no crate.
fn unread(written: &Written, code: &Code) -> Option<Malformed> {
    let kinds = [ProblemKind::Unparsable, ProblemKind::TooDeep, ProblemKind::Manifest];
    let problems = code.workspace.problems.iter().chain(&code.problems);
    let broken = problems.filter(|problem| kinds.contains(&problem.kind)).map(|problem| {
        let line = problem.line.and_then(|line| written.line_of(&problem.path, line));
        let line = line.or_else(|| written.first_line_of(&problem.path)).unwrap_or(1);
        let reason = format!("`{}` cannot be read: {}", problem.path, problem.message);
        Malformed { line, reason }
    });
    let orphans = code.files().iter().filter(|file| file.orphan && file.parses).filter_map(|file| {
        let line = written.first_line_of(&file.path)?;
        let reason =
            format!("`{}` belongs to no crate of the example: no `crate` or no `mod` leads to it", file.path);
        Some(Malformed { line, reason })
    });
    // A file may belong to a crate whose manifest is broken.
    let by_line = |malformed: &Malformed| malformed.line;
    broken.min_by_key(by_line).or_else(|| orphans.min_by_key(by_line))
}

/// The first finding that is there because of the rule, and, where there is none, what else is found.
fn broken(
    policy: &Policy,
    entry: &Entry<'_>,
    code: &Code,
    tree: &Tree,
) -> Result<(Option<Finding>, Vec<Finding>), Error> {
    let with = policy.with_only(entry);
    if entry.kind == "layers" {
        // The layers above and below belong to what a layer says, but what they forbid is theirs.
        let with = with.in_force(&code.workspace)?;
        let map = Map::of(code, &with);
        let found = layer_broken::by_layer(&map, &Layers::of(&with, &map)?, &Exceptions::of(&with)?, tree);
        let own = |(layer, _): &(usize, Finding)| with.layers[*layer].name == entry.name;
        let (own, others): (Vec<_>, Vec<_>) = found.into_iter().partition(own);
        let findings = |found: Vec<(usize, Finding)>| found.into_iter().map(|(_, finding)| finding);
        return Ok((findings(own).next(), findings(others).collect()));
    }
    let mut found = check(code, tree, &with)?.findings;
    let own = |finding: &Finding| entry.rule.broken_as().contains(&finding.rule.id);
    if !found.iter().any(own) {
        return Ok((None, found));
    }
    // What is found without the rule, too, is no proof of it.
    for other in check(code, tree, &policy.with_none_of(entry))?.findings {
        if let Some(at) = found.iter().position(|finding| finding.fingerprint() == other.fingerprint()) {
            found.remove(at);
        }
    }
    match found.iter().position(own) {
        Some(at) => Ok((Some(found.swap_remove(at)), Vec::new())),
        None => Ok((None, found)),
    }
}

/// Whether a layer is the highest one and nothing that its members use can break it.
fn is_open(highest: &Layer, name: &str) -> bool {
    let alone = || matches!(highest.members.as_slice(), [only] if !only.contains('*'));
    highest.name == name && !highest.closed && (highest.siblings == Siblings::Free || alone())
}
